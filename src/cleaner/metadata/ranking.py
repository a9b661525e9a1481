"""The choice among what a page's statements offer, by weights that were learnt on labelled pages.

Each option's clues are weighed and summed; "none of them" stands among the options with the sum 0. The share of an
option's `exp(sum)` in that of all is the probability that it is right: a conditional logit. The weights stand in
`weights.toml`, readable, and `python -m training.fields` writes them.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from cleaner.metadata.clues import Context, clues_of
from cleaner.metadata.options import list_options, single_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleaner.metadata.clues import Clues
    from cleaner.metadata.options import Option

FIELDS = ("title", "authors", "published_at")
"""Fields that are ranked; of the others there is too little labelled data, or one source that is always right."""

REASONS = 3
"""Clues that a winner names."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each clue of a field weighs."""

    bias: float
    none: float
    """Sum that "none of them" has in the comparison; below 0, so that a likely value is named."""
    clues: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An option, how likely it is right, and what weighed most."""

    option: Option
    probability: float
    wins: bool
    why: str


@cache
def weights() -> dict[str, Weights]:
    """Read the table that ships with the package."""
    text = resources.files("cleaner.metadata").joinpath("weights.toml").read_text(encoding="utf-8")
    return {name: Weights(table["bias"], table["none"], table["clues"]) for name, table in tomllib.loads(text).items()}


def options_of(field: str, context: Context) -> list[Option]:
    """Gather the options of a field."""
    candidates = context.by_field.get(field, ())
    return list_options(candidates) if field == "authors" else single_options(candidates)


def rank(field: str, context: Context) -> list[Ranked]:
    """Weigh the options of a field; one wins, or none does."""
    table = weights()[field]
    options = options_of(field, context)
    weighed = [_weighed(clues, table) for clues in clues_of(field, options, context)]
    sums = [table.bias + sum(parts.values()) for parts in weighed]
    top = max([0.0, *sums])
    total = math.exp(-top) + sum(math.exp(s - top) for s in sums)
    best = max(range(len(sums)), key=sums.__getitem__, default=-1)
    return [
        Ranked(option, round(math.exp(s - top) / total, 4), i == best and s > table.none, _why(parts))
        for i, (option, s, parts) in enumerate(zip(options, sums, weighed, strict=True))
    ]


def _weighed(clues: Clues, table: Weights) -> dict[str, float]:
    return {name: table.clues[name] * value for name, value in clues.items() if name in table.clues}


def _why(parts: Mapping[str, float]) -> str:
    """Name the clues that weighed most, against ones with a minus."""
    ranked: Sequence[tuple[str, float]] = sorted(parts.items(), key=lambda part: (-abs(part[1]), part[0]))
    return ", ".join(f"{name} {value:+.1f}" for name, value in ranked[:REASONS] if abs(value) >= 0.05)
