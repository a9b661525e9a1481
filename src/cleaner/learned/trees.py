"""Boosted trees read from arrays and evaluated for a whole page at once, with what each feature gave.

The trees are grown by LightGBM (Ke et al., NeurIPS 2017) when the model is trained; at run time numpy is enough: its
wheel needs an OpenMP library that a fresh machine may lack, and imports for half a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.float32]
    Nodes = NDArray[np.intp]

CHUNK = 256
"""Rows walked at a time: the nodes they stand on take eight bytes a tree."""


def sigmoid(scores: Floats) -> Floats:
    """Turn a raw score of two classes into the probability of the second."""
    return np.asarray(1 / (1 + np.exp(-scores)))


def softmax(scores: Floats) -> Floats:
    """Turn raw scores of several classes into probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees of one or several classes, flattened into arrays over nodes; a leaf is its own child."""

    feature: NDArray[np.int16]
    threshold: Rows
    """A row goes left where its feature is at most this: the largest float32 not above the trained threshold."""
    child: NDArray[np.int32]
    """Left child of node i at 2i, right at 2i + 1."""
    value: Rows
    """Mean raw score of the training rows that reach the node; a leaf's is what it adds."""
    root: NDArray[np.int32]
    """First node of each tree; tree i belongs to class i modulo `classes`."""
    classes: int
    depth: int
    """Steps after which every row stands on a leaf."""

    def scores(self, rows: Rows) -> Floats:
        """Return raw scores, shape (rows, classes); a sigmoid or softmax makes them probabilities."""
        scores = [self._scores(rows[at : at + CHUNK]) for at in range(0, len(rows), CHUNK)]
        return np.concatenate(scores) if scores else np.zeros((0, self.classes))

    def _scores(self, rows: Rows) -> Floats:
        nodes = self._start(len(rows))
        for _ in range(self.depth):
            nodes = self._step(rows, nodes)
        return self._by_class(nodes)

    def parts(self, rows: Rows, pull: Sequence[float] = (1.0,)) -> Floats:
        """Return what each feature gave to the sum of the classes' scores times `pull`: shape (rows, features).

        The parts are those of Saabas (2014): along a row's path each split is credited with the change of the
        node's mean; with the means of the roots they sum to the score.
        """
        whole, width = np.array(pull), rows.shape[1]
        mine = np.flatnonzero(whole[np.arange(len(self.root)) % self.classes])
        weight = whole[mine % self.classes]
        parts = [self._parts(rows[at : at + CHUNK], mine, weight) for at in range(0, len(rows), CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, width))

    def _parts(self, rows: Rows, trees: Nodes, weight: Floats) -> Floats:
        count, width = rows.shape
        place = np.arange(count)[:, None] * width
        parts = np.zeros(count * width)
        nodes = self._start(count)[:, trees]
        for _ in range(self.depth):
            after = self._step(rows, nodes)
            gain = (self.value.take(after) - self.value.take(nodes)) * weight
            parts += np.bincount((place + self.feature.take(nodes)).ravel(), gain.ravel(), minlength=count * width)
            nodes = after
        return parts.reshape(count, width)

    def _start(self, count: int) -> Nodes:
        return np.broadcast_to(self.root.astype(np.intp), (count, len(self.root)))

    def _step(self, rows: Rows, nodes: Nodes) -> Nodes:
        count, width = rows.shape
        asked = rows.ravel().take(np.arange(count)[:, None] * width + self.feature.take(nodes))
        after: Nodes = self.child.take(2 * nodes + (asked > self.threshold.take(nodes)))
        return after

    def _by_class(self, leaves: Nodes) -> Floats:
        rounds = self.value.take(leaves).astype(np.float64).reshape(len(leaves), -1, self.classes)
        total: Floats = rounds.sum(axis=1)
        return total

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return what `read` needs, under names that start with `prefix`."""
        fields = {name: getattr(self, name) for name in ("feature", "threshold", "child", "value", "root")}
        fields["form"] = np.array([self.classes, self.depth], np.int32)
        return {f"{prefix}.{name}": array for name, array in fields.items()}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Forest:
        """Build the forest that `arrays` wrote."""
        fields = {name: arrays[f"{prefix}.{name}"] for name in ("feature", "threshold", "child", "value", "root")}
        classes, depth = (int(number) for number in arrays[f"{prefix}.form"])
        return cls(**fields, classes=classes, depth=depth)
