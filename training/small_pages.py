"""Small pages cut from labelled ones: a page as it comes out of an export or a reader, with a short text and little around it.

The labelled pages have 240 blocks in the mean, and what the engine learns of menus of 80 lines says little of a page of 20. Blocks are
left out; the tree of elements, the page's own statements and the truth of what stays are as they were.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.page_gold import PageSample

SHORT = 0.6
"""Share of the pages whose text is cut short."""
TEXT = (2, 8)
"""Blocks of text that stay of those, fewest and most."""
FURNITURE = (4, 24)
"""Other blocks that stay: a third each of those near the text, those right behind it, and all."""
BEFORE, BEHIND = 12, 20
"""Blocks before and behind the text that are near it."""
RUN = 5
"""Most blocks beside each other that stay together."""
TRIES = 200


def small_pages(samples: Sequence[PageSample]) -> list[PageSample]:
    """Cut a small page from each page that has text; the same pages give the same cuts."""
    return [_cut(sample) for sample in samples if sample.is_text.any()]


def _cut(sample: PageSample) -> PageSample:
    rng = random.Random(sample.name)  # repeatable, not secret
    places = np.flatnonzero(sample.is_text).tolist()
    text = places[: rng.randint(*TEXT)] if rng.random() < SHORT else places
    count = rng.randint(*FURNITURE)
    near = range(max(0, places[0] - BEFORE), text[-1] + BEHIND)
    behind = range(places[-1] + 1, places[-1] + BEHIND)
    drawn = [_drawn(rng, sample, among, count // 3) for among in (near, behind, range(len(sample.blocks)))]
    kept = sorted({*text, *drawn[0], *drawn[1], *drawn[2]})
    return replace(
        sample,
        blocks=tuple(replace(sample.blocks[i], index=at) for at, i in enumerate(kept)),
        words=tuple(sample.words[i] for i in kept),
        is_text=sample.is_text[kept],
        is_cut=True,
    )


def _drawn(rng: random.Random, sample: PageSample, among: range, count: int) -> set[int]:
    """Draw runs of so many blocks that are no text, or few more."""
    free = [i for i in among if i < len(sample.blocks) and not sample.is_text[i]]
    drawn: set[int] = set()
    for _ in range(TRIES if free else 0):
        if len(drawn) >= count:
            break
        first = rng.randrange(len(free))
        drawn.update(free[first : first + rng.randint(1, RUN)])
    return drawn
