"""What the learned engine says of an HTML page: which blocks are text, and why.

Two looks: the first at each block with its place in the tree; the second, at what the first does not rule out, with what it
thought of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import markup_weights, page_keep
from cleaner.learned.markup_features import markup_features, opinion_features
from cleaner.learned.markup_reasons import in_words
from cleaner.learned.markup_second import second_features
from cleaner.learned.markup_view import MarkupView
from cleaner.learned.markup_weights import AGAIN
from cleaner.learned.oblivious import EARLY, runs
from cleaner.learned.trees import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array
    from cleaner.learned.markup_weights import MarkupWeights
    from cleaner.model import Block, Element, Hints

MOST_REASONS = 4
TOLD = 64
"""Blocks of which is told why at a time: what each feature gave takes a kilobyte a block."""


@dataclass(frozen=True, slots=True)
class MarkupJudgement:
    """The engine's opinions on a page, one value a block."""

    p_text: Array
    """Probability of being text."""
    kept: Array
    again: Array
    """Places of the blocks that were looked at twice."""
    rows: tuple[Array, Array]
    """Features of the first look, of all blocks, and of the second, of those looked at twice."""
    leaves: tuple[Array, Array]
    """Of their trees, shape (trees, blocks)."""
    weights: MarkupWeights

    def all_reasons(self) -> list[str]:
        """Say why each block looks like text, or does not, strongest first, by the look that decided."""
        reasons = [""] * len(self.kept)
        once = np.delete(np.arange(len(self.kept)), self.again)
        (x, x2), (leaves, leaves2), learnt = self.rows, self.leaves, self.weights
        for some in runs(len(once), TOLD):
            at = once[some]
            parts = learnt.first.forest.early.parts(leaves[:EARLY, at], x.shape[1])
            self._tell(reasons, at, learnt.first.names, x[at], parts)
        for some in runs(len(self.again), TOLD):
            parts = learnt.second.forest.parts(leaves2[:, some], x2.shape[1])
            self._tell(reasons, self.again[some], learnt.second.names, x2[some], parts)
        return reasons

    def _tell(self, reasons: list[str], at: Array, names: tuple[str, ...], rows: Array, parts: Array) -> None:
        towards = np.where(self.kept[at], 1, -1).astype(np.float32)[:, None]
        parts *= towards
        for i, reason in zip(at.tolist(), in_words(names, rows, parts, MOST_REASONS), strict=True):
            reasons[i] = reason


def judge_markup(
    blocks: Sequence[Block], outline: Sequence[Element], hints: Hints, learnt: MarkupWeights | None = None
) -> MarkupJudgement:
    """Judge a page's blocks, unglued and marked by the rules, by the weights that ship or by others."""
    learnt = learnt or markup_weights.load()
    view = MarkupView(blocks, outline, hints)
    names, x = features(view, learnt)
    rows = _chosen(names, x, learnt.first.names)
    leaves = learnt.first.forest.leaves(rows)
    p = sigmoid(learnt.first.forest.scores_of(leaves))
    again = np.flatnonzero(p >= AGAIN)
    more_names, more = second_features(view, p)
    both = np.concatenate([x[again], more[again]], 1)
    rows2 = _chosen([*names, *more_names], both, learnt.second.names)
    leaves2 = learnt.second.forest.leaves(rows2)
    p[again] = sigmoid(learnt.second.forest.scores_of(leaves2))
    return MarkupJudgement(
        p, page_keep.kept(p, view.words, learnt.keep), again, (rows, rows2), (leaves, leaves2), learnt
    )


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
