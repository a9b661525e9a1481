"""Boosted oblivious trees by CatBoost: how they are grown, and their way into the arrays that the package evaluates."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from catboost import CatBoostClassifier, Pool

from cleaner.learned.oblivious import ObliviousForest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a forest is grown."""

    rounds: int
    depth: int = 6
    rate: float = 0.08
    l2: float = 30.0
    share: float = 0.3
    """Of the features, looked at by each split."""


RECIPE = Recipe(rounds=300)


def fit(x: Rows, y: Bools, weight: Rows, recipe: Recipe) -> CatBoostClassifier:
    """Grow a forest; the same rows give the same trees."""
    model = CatBoostClassifier(
        iterations=recipe.rounds,
        depth=recipe.depth,
        learning_rate=recipe.rate,
        l2_leaf_reg=recipe.l2,
        rsm=recipe.share,
        border_count=63,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        grow_policy="SymmetricTree",
        random_seed=1,
        thread_count=1,
        verbose=0,
        allow_writing_files=False,
    )
    model.fit(Pool(x, y.astype(np.int8), weight=weight))
    return model


def probabilities(model: CatBoostClassifier, x: Rows) -> Rows:
    """Return the probability of text of each row."""
    return np.asarray(model.predict_proba(x, thread_count=1)[:, 1], np.float32)


def forest(model: CatBoostClassifier) -> ObliviousForest:
    """Turn a model's trees into arrays."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    place = {f["feature_index"]: f["flat_feature_index"] for f in told["features_info"]["float_features"]}
    trees = told["oblivious_trees"]
    depth = max(len(tree["splits"] or ()) for tree in trees)
    feature = np.zeros((depth, len(trees)), np.int16)
    threshold = np.full((depth, len(trees)), np.inf, np.float32)
    value, count = (np.zeros((len(trees), 1 << depth), np.float32) for _ in range(2))
    for t, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            feature[level, t] = place[split["float_feature_index"]]
            threshold[level, t] = split["border"]
        value[t, : len(tree["leaf_values"])] = tree["leaf_values"]
        count[t, : len(tree["leaf_weights"])] = tree["leaf_weights"]
    scale, bias = told["scale_and_bias"]
    return ObliviousForest(feature, threshold, value * np.float32(scale), count, np.array(bias[0], np.float32))
