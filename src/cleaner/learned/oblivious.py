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
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cleaner.learned.columns import Array

FIELDS = ("feature", "threshold", "value", "count", "bias")


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
        leaf = self._leaf_of(rows)
        total = self.value.ravel().take(leaf + self._first).sum(axis=0, dtype=np.float64)
        return np.asarray(total + float(self.bias))

    def parts(self, rows: Array) -> Array:
        """Return what each feature gave to the score: shape (rows, features).

        The parts are those of Saabas (2014): each answer is credited with the change of the mean of the leaves that
        remain; with the means of all leaves they sum to the score.
        """
        count, width = rows.shape
        parts = np.zeros(count * width)
        place = self._leaf_of(rows) + self._first
        row = np.arange(count) * width
        for level, feature in enumerate(self.feature):
            where = row + feature.astype(np.intp)[:, None]
            parts += np.bincount(where.ravel(), self._gains[level].take(place).ravel(), minlength=count * width)
        return parts.reshape(count, width)

    def _leaf_of(self, rows: Array) -> NDArray[np.int32]:
        """Return the leaf of each tree (first axis) for each row."""
        columns = np.ascontiguousarray(rows.T, np.float32)
        leaf = np.zeros((self.feature.shape[1], len(rows)), np.int32)
        asked, yes = np.empty(leaf.shape, np.float32), np.empty(leaf.shape, bool)
        bit = np.empty(leaf.shape, np.int32)
        for level, (feature, threshold) in enumerate(zip(self.feature, self.threshold, strict=True)):
            np.take(columns, feature, axis=0, out=asked, mode="clip")
            np.greater(asked, threshold[:, None], out=yes)
            np.multiply(yes, np.int32(1 << level), out=bit)
            np.bitwise_or(leaf, bit, out=leaf)
        return leaf

    @cached_property
    def _first(self) -> NDArray[np.int32]:
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
        return np.stack(gains).reshape(depth, -1)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return what `read` needs, under names that start with `prefix`."""
        return {f"{prefix}.{name}": getattr(self, name) for name in FIELDS}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> ObliviousForest:
        """Build the forest that `arrays` wrote."""
        return cls(**{name: arrays[f"{prefix}.{name}"] for name in FIELDS})
