"""What authors of markup call their elements (`article-body`, `relatedTeaser`): a hashed bag of words by level.

Sites name alike what is alike, so the words of an element and of those around it say what its text is for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array
    from cleaner.model import Element

BITS = 14
SIZE = 1 << BITS
"""Slots of one level."""
LEVELS = ((0, 1), (1, 2), (2, 4), (4, 9))
"""Ancestors, first and past the last, that share a level's weights: the element itself, its parent, and those above."""
TOP = LEVELS[-1][1]
"""Ancestors looked at, the element itself among them."""
PIECE = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
LONGEST = 400
"""Characters of one element's names that are read: some style sheets write a hundred classes on each."""
MOST = 24
"""Different words of one element's names."""


def slots_of(tag: str, names: str) -> tuple[int, ...]:
    """Return the slots of an element's words: its tag, each word of its names, and each pair of neighbours."""
    return _slots_of(tag, " ".join(PIECE.findall(names[:LONGEST])).lower())


@lru_cache(maxsize=1 << 12)
def _slots_of(tag: str, words: str) -> tuple[int, ...]:
    """Do so without the numbers in names: on unseen sites a third were seen before, with them half as many."""
    pieces = words.split()
    called = dict.fromkeys([f"<{tag}>", *pieces, *map("-".join, pairwise(pieces))])
    return tuple([crc32(word.encode()) % SIZE for word in list(called)[: 2 * MOST]])


def slots(outline: Sequence[Element], above: Array) -> tuple[Array, Array, Array]:
    """Return (element, slot, weight) of all words of some elements; each element's weights have length one.

    Nothing of an element that `above` does not hold: one in four has no text near.
    """
    asked = np.zeros(len(outline) + 1, bool)
    asked[above] = True  # -1, past the root, is the last
    found = [slots_of(e.tag, e.names) if near else () for e, near in zip(outline, asked.tolist(), strict=False)]
    sizes = np.fromiter(map(len, found), np.int32, len(found))
    slot = np.fromiter(chain.from_iterable(found), np.int32, int(sizes.sum()))
    element = np.arange(len(found), dtype=np.int32).repeat(sizes)
    return element, slot, (1 / np.sqrt(np.maximum(sizes, 1))).astype(np.float32)[element]


def judge(bag: tuple[Array, Array, Array], above: Array, weights: Array) -> Array:
    """Return each block's log-odds of being text by each level's names; shape (blocks, levels), the bias left out.

    `above` holds which of the bag's elements each block's own and those around it are, shape (blocks, TOP), -1 past the root;
    `weights` has one row a level.
    """
    element, slot, weight = bag
    count = int(above.max(initial=0)) + 1
    out = np.zeros((len(above), len(LEVELS)), np.float32)
    for level, (first, last) in enumerate(LEVELS):
        own = np.bincount(element, weights[level, slot].astype(np.float32) * weight, minlength=count)
        own = np.append(own, 0.0)  # what -1 points at
        out[:, level] = own[above[:, first:last]].sum(1)
    return out
