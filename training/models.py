"""The five models of the engine: how each is fitted, and what it says of pages that it has not seen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lightgbm as lgb
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from cleaner.learned import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Rows = NDArray[np.float32]
    Bools = NDArray[np.bool_]

FOLDS = 5
COMMON: dict[str, Any] = {
    "num_threads": 2,
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "max_bin": 63,
    "bagging_freq": 1,
    "bagging_fraction": 0.7,
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is grown. A fifth of the features a tree and heavy leaves: with more of either it overfits."""

    rounds: int
    classes: int
    leaves: int
    rate: float
    least: int
    """Rows in a leaf."""
    share: float
    """Of the features, looked at by each tree."""
    l2: float

    def parameters(self) -> dict[str, Any]:
        """Return LightGBM's own names for them."""
        kind = {"objective": "multiclass", "num_class": self.classes} if self.classes > 1 else {"objective": "binary"}
        return {
            **COMMON,
            **kind,
            "num_leaves": self.leaves,
            "learning_rate": self.rate,
            "min_data_in_leaf": self.least,
            "feature_fraction": self.share,
            "lambda_l2": self.l2,
        }


RECIPES = {
    "block": Recipe(rounds=130, classes=5, leaves=24, rate=0.08, least=120, share=0.2, l2=5),
    "cut": Recipe(rounds=450, classes=1, leaves=31, rate=0.05, least=20, share=0.2, l2=8),
    "cut2": Recipe(rounds=350, classes=1, leaves=20, rate=0.05, least=25, share=0.2, l2=10),
    "seg": Recipe(rounds=250, classes=3, leaves=16, rate=0.05, least=40, share=0.3, l2=10),
}


@dataclass(frozen=True, slots=True)
class Table:
    """What a model learns from: rows of features, their truth, weight and fold."""

    names: Sequence[str]
    x: Rows
    y: NDArray[Any]
    weight: Rows
    fold: NDArray[Any]


def fit(table: Table, recipe: Recipe, chosen: Bools | None = None) -> lgb.Booster:
    """Fit on the chosen rows, or on all."""
    on = slice(None) if chosen is None else chosen
    data = lgb.Dataset(table.x[on], table.y[on].astype(np.float32), weight=table.weight[on])
    return lgb.train(recipe.parameters(), data, recipe.rounds)


def unseen(name: str, table: Table, recipe: Recipe) -> Rows:
    """Predict each fold by a model of the other four: what the later models learn from is as unsure as in use."""
    began = time.monotonic()
    out = np.zeros((len(table.y), recipe.classes) if recipe.classes > 1 else len(table.y), np.float32)
    for k in range(FOLDS):
        there = table.fold == k
        if there.any():
            out[there] = fit(table, recipe, ~there).predict(table.x[there], num_threads=2)
    print(f"{name}: {table.x.shape[0]} rows, {table.x.shape[1]} features, {time.monotonic() - began:.0f} s", flush=True)
    return out


Slots = tuple["NDArray[np.int64]", "NDArray[np.int64]", "Rows"]


def bag(slots: Sequence[Slots], sizes: Sequence[int]) -> csr_matrix:
    """Stack the pages' bags of words into one matrix, a row a block."""
    offset = np.concatenate([[0], np.cumsum(sizes)])
    row = np.concatenate([s[0] + at for s, at in zip(slots, offset[:-1], strict=True)])
    column, value = (np.concatenate([s[k] for s in slots]) for k in (1, 2))
    return csr_matrix((value, (row, column)), shape=(int(offset[-1]), wording.SIZE))


@dataclass(frozen=True, slots=True)
class Wording:
    """A logistic regression on words: weights a slot, and the bias."""

    weights: NDArray[np.float16]
    bias: float


def fit_wording(x: csr_matrix, y: Bools, alpha: float) -> Wording:
    """Fit with averaged steps; half precision is enough, the file is half as large."""
    model = SGDClassifier(loss="log_loss", alpha=alpha, max_iter=8, tol=None, random_state=0, average=True)
    model.fit(x, y)
    return Wording(model.coef_[0].astype(np.float16), float(model.intercept_[0]))


def unseen_wording(x: csr_matrix, y: Bools, known: Bools, fold: NDArray[Any], alpha: float) -> Rows:
    """Log-odds of each fold by what the other four teach; learnt from the `known` rows only."""
    out = np.zeros(len(y), np.float32)
    for k in range(FOLDS):
        there = fold == k
        if there.any():
            model = fit_wording(x[known & ~there], y[known & ~there], alpha)
            out[there] = x[there] @ model.weights.astype(np.float32) + model.bias
    return out
