"""Boosted oblivious trees: every node of one level asks the same question, so a row's leaf is a number made of its answers.

Grown by CatBoost (Prokhorenkova et al., NeurIPS 2018) when the model is trained; evaluated for a whole page at once by six
comparisons a tree, about a tenth of what walking down trees takes in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from cleaner.learned.columns import Array

FIELDS = ("feature", "threshold", "value", "count", "bias")
EARLY = 100
"""Trees that grew first and give most of the score: they say why where nothing hangs on it, in a third of the time."""
ROWS, ROWS_EXPLAINED = 64, 32
"""Rows looked at and explained at a time, of 300 trees and 1,500 questions each: they stay in the processor's cache."""


@dataclass(frozen=True)
class ObliviousForest:
    """Trees of one class, all of one depth; a shallower tree asks questions that are never answered with yes."""

    feature: NDArray[np.int16]
    """Shape (depth, trees)."""
    threshold: NDArray[np.float32]
    """Shape (depth, trees): the answer is yes where the feature is greater; yes at level d sets bit d of the leaf."""
    value: NDArray[np.float32]
    """Raw score that each leaf adds, shape (trees, leaves)."""
    count: NDArray[np.float32]
    """Weight of the training rows in each leaf, same shape."""
    bias: NDArray[np.float32]

    def scores(self, rows: Array) -> Array:
        """Return the raw score (log-odds) of each row; `rows` are float32, shape (rows, features)."""
        return self.scores_of(self.leaves(rows))

    def scores_of(self, leaves: Array) -> Array:
        """Return the raw score of each row, given its leaves."""
        totals = np.empty(leaves.shape[1])
        for rows in runs(len(totals), ROWS):
            values = self.value.ravel().take(leaves[:, rows] + self._first)
            values.sum(axis=0, dtype=np.float64, out=totals[rows])
        return totals + float(self.bias)

    def parts(self, leaves: Array, width: int) -> Array:
        """Return what each of `width` features gave to the score, given each row's leaves: shape (rows, features).

        The parts are those of Saabas (2014): each answer is credited with the change of the mean of the leaves that
        remain; with the means of all leaves they sum to the score.
        """
        order, asked, more = self._questions
        parts = np.zeros((leaves.shape[1], width), np.float32)
        for rows in runs(len(parts), ROWS_EXPLAINED):
            gains = self._gains.take(leaves[:, rows] + self._first, axis=1)
            gains = gains.reshape(len(order), -1).take(order, axis=0)
            total = gains[: len(asked)]
            for first, end in more:
                total[: end - first] += gains[first:end]
            parts[rows, asked] = total.T
        return parts

    def leaves(self, rows: Array) -> NDArray[np.uint8]:
        """Return each row's leaf in each tree (first axis)."""
        found = np.zeros((self.feature.shape[1], len(rows)), np.uint8)
        for some in runs(len(rows), ROWS):
            columns = np.ascontiguousarray(rows[some].T, np.float32)
            leaf = np.zeros((len(found), columns.shape[1]), np.uint8)
            for feature, threshold in zip(self.feature[::-1], self.threshold[::-1], strict=True):
                yes = columns.take(feature, axis=0) > threshold[:, None]
                leaf += leaf  # in numpy faster than to shift each answer to its bit
                leaf += yes.view(np.uint8)
            found[:, some] = leaf
        return found

    @cached_property
    def _questions(self) -> tuple[Array, Array, list[tuple[int, int]]]:
        """Sort the questions of all levels and trees: the first of each feature, then the second of each, and so on.

        Returns their order, the features, most asked first, and where the second questions begin and end, the third ...:
        each are of the first so many features, so one addition adds them for all rows and features.
        """
        feature = self.feature.ravel()
        times = np.bincount(feature)
        together = np.argsort(feature, kind="stable")
        number = np.empty_like(together)
        number[together] = np.arange(len(feature)) - np.repeat(np.cumsum(times) - times, times)
        order = np.lexsort((feature, -times[feature], number))
        ends = np.cumsum(np.bincount(number)).tolist()
        return order, feature[order[: ends[0]]], list(pairwise(ends))

    @cached_property
    def _first(self) -> NDArray[np.int32]:
        """Where the leaves of each tree begin among those of all."""
        trees, leaves = self.value.shape
        return np.asarray((np.arange(trees, dtype=np.int32) * leaves)[:, None])

    @cached_property
    def _gains(self) -> Array:
        """Return what the answer at each level changed, for each leaf: shape (levels, trees * leaves)."""
        depth, (trees, leaves) = len(self.feature), self.value.shape
        means = [self.value.astype(np.float64)]
        total, count = self.value * self.count, self.count.astype(np.float64)
        for level in range(depth - 1, -1, -1):  # leaves that differ in the highest bit asked so far become one
            size = 1 << level
            total = total.reshape(trees, 2, size).sum(1)
            count = count.reshape(trees, 2, size).sum(1)
            means.append(np.tile(total / np.maximum(count, 1e-9), (1, leaves // size)))
        means.reverse()
        gains = [after - before for before, after in pairwise(means)]
        return np.stack(gains).reshape(depth, -1).astype(np.float32)

    @cached_property
    def early(self) -> ObliviousForest:
        """The trees that grew first; their leaves are numbered as in the whole."""
        feature, threshold = self.feature[:, :EARLY], self.threshold[:, :EARLY]
        return ObliviousForest(feature, threshold, self.value[:EARLY], self.count[:EARLY], self.bias)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return what `read` needs, under names that start with `prefix`."""
        return {f"{prefix}.{name}": getattr(self, name) for name in FIELDS}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> ObliviousForest:
        """Build the forest that `arrays` wrote."""
        return cls(**{name: arrays[f"{prefix}.{name}"] for name in FIELDS})


def runs(count: int, size: int) -> Iterator[slice]:
    """Cut all rows into runs of one size: a page of 1,000 blocks at once would take megabytes."""
    return (slice(at, at + size) for at in range(0, count, size))
