"""The trained weights, read once from the package: one npz file of plain arrays, no pickle.

Its arrays: `block.*`, `cut.*`, `cut2.*`, `seg.*` (as `Forest.arrays` names them), `wording.text` and `wording.opening`
(float16, one weight a slot), and `meta`, a JSON text: `names` (of each model's features), `wording_bias` (text, opening),
`decode` (the decoder's thresholds) and `facts` (what the weights were trained on).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.learned import wording
from cleaner.learned.trees import Forest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cleaner.learned.chars import Chars
    from cleaner.learned.columns import Array

FILE = "weights.npz"
MODELS = ("block", "cut", "cut2", "seg")
BOUND = 6.0
"""Log-odds of the wording are cut here: beyond it a sum of hashed words says nothing more."""


@dataclass(frozen=True, slots=True)
class Model:
    """Trees and the names of the features they ask for."""

    forest: Forest
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decoding:
    """Thresholds of the decoder, chosen by cross-validation."""

    weight: float
    """Of a stretch's log-odds against a cut's."""
    cost: float
    """Of each article."""
    junk: float
    """Of each stretch that is called furniture."""
    inside: float
    """P(kept) needed between two sure paragraphs."""
    edge: float
    """P(kept) needed elsewhere in an article."""


@dataclass(frozen=True, slots=True)
class Weights:
    """All that was learnt."""

    block: Model
    cut: Model
    cut2: Model
    seg: Model
    text: Array
    opening: Array
    wording_bias: tuple[float, float]
    decode: Decoding
    facts: Mapping[str, Any]

    def wording(self, chars: Chars, blocks: int) -> Array:
        """Return each block's log-odds of being text and of opening an article, by wording alone."""
        text = wording.judge(chars, blocks, self.text, self.wording_bias[0])
        opening = wording.judge(chars, blocks, self.opening, self.wording_bias[1])
        return np.asarray(np.clip(np.stack([text, opening], 1), -BOUND, BOUND))


def read(arrays: Mapping[str, Array]) -> Weights:
    """Build the weights of a file's arrays."""
    meta = json.loads(str(arrays["meta"]))
    models = {name: Model(Forest.read(arrays, name), tuple(meta["names"][name])) for name in MODELS}
    text_bias, opening_bias = meta["wording_bias"]
    return Weights(
        **models,
        text=arrays["wording.text"],
        opening=arrays["wording.opening"],
        wording_bias=(float(text_bias), float(opening_bias)),
        decode=Decoding(**meta["decode"]),
        facts=meta["facts"],
    )


@cache
def load() -> Weights:
    """Read the package's weights, once a process."""
    with (
        resources.files("cleaner.learned").joinpath(FILE).open("rb") as file,
        np.load(file, allow_pickle=False) as held,
    ):
        return read(held)
