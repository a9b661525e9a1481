"""What the learned engine says of an HTML page: which blocks are text, and why.

Two looks: the first at each block with its place in the tree, the second with what the first thought of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import markup_weights
from cleaner.learned.markup_features import markup_features, opinion_features
from cleaner.learned.markup_reasons import in_words
from cleaner.learned.markup_second import second_features
from cleaner.learned.markup_view import MarkupView
from cleaner.learned.trees import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array
    from cleaner.learned.markup_weights import MarkupWeights
    from cleaner.model import Block, Element, Hints

MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class MarkupJudgement:
    """The engine's opinions on a page, one value a block."""

    p_text: Array
    """Probability of being text."""
    kept: Array
    rows: Array
    """Features of the second look, shape (blocks, features)."""
    leaves: Array
    """Of its trees, shape (trees, blocks)."""
    weights: MarkupWeights

    def all_reasons(self) -> list[str]:
        """Say why each block looks like text, or does not, strongest first."""
        parts = self.weights.second.forest.parts(self.leaves, self.rows.shape[1])
        towards = np.where(self.kept, 1, -1).astype(np.float32)[:, None]
        return in_words(self.weights.second.names, self.rows, parts * towards, MOST_REASONS)


def judge_markup(blocks: Sequence[Block], outline: Sequence[Element], hints: Hints) -> MarkupJudgement:
    """Judge a page's blocks, unglued and marked by the rules."""
    learnt = markup_weights.load()
    view = MarkupView(blocks, outline, hints)
    names, x = features(view, learnt)
    first = sigmoid(learnt.first.forest.scores(_chosen(names, x, learnt.first.names)))
    more_names, more = second_features(view, first)
    rows = _chosen([*names, *more_names], np.concatenate([x, more], 1), learnt.second.names)
    leaves = learnt.second.forest.leaves(rows)
    p = sigmoid(learnt.second.forest.scores_of(leaves))
    return MarkupJudgement(p, p >= learnt.keep, rows, leaves, learnt)


def features(view: MarkupView, learnt: MarkupWeights) -> tuple[list[str], Array]:
    """Return names and values of all features of the first look."""
    names, x = markup_features(view)
    more_names, more = opinion_features(view, *learnt.opinions(view))
    return [*names, *more_names], np.concatenate([x, more], 1)


def _chosen(names: Sequence[str], x: Array, wanted: tuple[str, ...]) -> Array:
    if tuple(names) == wanted:
        return x
    place = {name: at for at, name in enumerate(names)}
    return np.asarray(x[:, [place[name] for name in wanted]])
