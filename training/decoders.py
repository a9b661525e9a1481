"""Other ways to decode a page than the one in use, for the comparison that chose it (docs/decisions/0006)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Cuts = NDArray[np.int64]

ROUNDS = 6
"""Dinkelbach's iteration converges faster than quadratically; more changed no page of the gold."""


def by_threshold(q: Floats, limit: float) -> tuple[Cuts, list[int], list[bool]]:
    """Cut wherever the score of a cut is high enough: no article knows of another."""
    cuts = np.concatenate([[0], np.flatnonzero(q[1:] >= limit) + 1, [len(q)]]).astype(np.int64)
    return cuts, list(range(len(cuts))), [True] * (len(cuts) - 1)


def by_mean(cuts: Cuts, whole: Floats) -> tuple[list[int], list[bool]]:
    """Find the segmentation with the highest mean probability of being right, junk not counted (Dinkelbach 1967)."""
    count = len(cuts)
    right, waste = np.full((count, count), -1e9), np.full((count, count), -1e9)
    begin, end = segments.pairs(cuts)
    right[begin, end] = whole[:, 1]
    waste[begin, end] = np.log(np.clip(whole[:, 2], 1e-4, 1))
    mean = float(right[0, count - 1])
    path, kinds = [0, count - 1], [True]
    for _ in range(ROUNDS):
        path = segments.best_path(count, np.maximum(right - mean, waste))
        kinds = [bool(right[a, b] - mean >= waste[a, b]) for a, b in pairwise(path)]
        got = [right[a, b] for (a, b), good in zip(pairwise(path), kinds, strict=True) if good]
        mean = float(np.mean(got)) if got else mean
    return (path, kinds) if any(kinds) else ([0, count - 1], [True])
