"""The trained weights for HTML pages, read once from the package: one npz file of plain arrays, no pickle.

Its arrays: `first.*` and `second.*` (as `ObliviousForest.arrays` names them), `words` (float16, one weight a slot), `names`
(float16, one row a level), and `meta`, a JSON text: `names` (of each forest's features), `bias` (of words, of names),
`keep` (probability from which a block is text) and `facts` (what the weights were trained on).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.learned import names, wording
from cleaner.learned.oblivious import ObliviousForest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cleaner.learned.columns import Array
    from cleaner.learned.markup_view import MarkupView

FILE = "markup.npz"
BOUND = 8.0
"""Log-odds of hashed words are cut here: beyond it a sum says nothing more."""

AGAIN = 0.01
"""Probability by the first look from which there is a second: six in ten blocks are below it, and of 272,141 one that the second took for text, wrongly."""


@dataclass(frozen=True, slots=True)
class Look:
    """A forest and the names of the features it asks for, as places among all that are reckoned."""

    forest: ObliviousForest
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkupWeights:
    """All that was learnt of HTML pages."""

    first: Look
    second: Look
    words: Array
    names: Array
    bias: tuple[float, float]
    keep: float
    facts: Mapping[str, Any]

    def opinions(self, view: MarkupView) -> tuple[Array, Array]:
        """Return the log-odds of being text by wording, shape (blocks,), and by names, shape (blocks, levels)."""
        said = wording.judge(view, view.n, self.words, self.bias[0])
        called = names.judge(names.slots(view.kinds, view.kinds_above), view.kinds_above, self.names)
        called[:, 0] += self.bias[1]
        return np.clip(said, -BOUND, BOUND), np.clip(called, -BOUND, BOUND)


def read(arrays: Mapping[str, Array]) -> MarkupWeights:
    """Build the weights of a file's arrays."""
    meta = json.loads(str(arrays["meta"]))
    looks = {name: Look(ObliviousForest.read(arrays, name), tuple(meta["names"][name])) for name in ("first", "second")}
    words, called = meta["bias"]
    return MarkupWeights(
        **looks,
        words=arrays["words"],
        names=arrays["names"],
        bias=(float(words), float(called)),
        keep=float(meta["keep"]),
        facts=meta["facts"],
    )


@cache
def load() -> MarkupWeights:
    """Read the package's weights, once a process."""
    with (
        resources.files("cleaner.learned").joinpath(FILE).open("rb") as file,
        np.load(file, allow_pickle=False) as held,
    ):
        return read(held)
