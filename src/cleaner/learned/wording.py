"""A hashed bag of words and word pairs: how furniture is worded in general.

Learnt on real pages only, never on the phrases that dumps were salted with, so that the models after it see it as unsure
on unknown phrases as it will be in use. Hashing: Weinberger et al. (ICML 2009).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from cleaner.learned.columns import Array

BITS = 16
SIZE = 1 << BITS
"""Slots, and so the length of a weights array."""
MIX = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: spreads neighbouring hashes (Knuth, TAOCP 6.4)."""


class Worded(Protocol):
    """What holds words in order of the text."""

    @property
    def t_word(self) -> Array:
        """Hash of each word."""

    @property
    def t_block(self) -> Array:
        """Block of each word."""


def slots(chars: Worded, blocks: int) -> tuple[Array, Array, Array]:
    """Return (block, slot, weight) of every word, pair of words, first and last word."""
    word, block = chars.t_word, chars.t_block
    if not len(word):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
    same = block[:-1] == block[1:]
    first, last = np.concatenate([[True], ~same]), np.concatenate([~same, [True]])
    pair = (word[:-1] * np.uint64(31) + word[1:])[same] + np.uint64(1)
    begin = word[first] * np.uint64(5) + np.uint64(2)
    end = word[last] * np.uint64(7) + np.uint64(3)
    holder = np.concatenate([block, block[:-1][same], block[first], block[last]])
    slot = ((np.concatenate([word, pair, begin, end]) * MIX) >> np.uint64(64 - BITS)).astype(np.int64)
    size = np.maximum(np.bincount(block, minlength=blocks), 1)
    return holder, slot, (1 / np.sqrt(size)).astype(np.float32)[holder]


def judge(chars: Worded, blocks: int, weights: Array, bias: float) -> Array:
    """Return each block's log-odds of being text (or of opening one) by wording alone."""
    block, slot, weight = slots(chars, blocks)
    total = np.bincount(block, weights=weights[slot].astype(np.float32) * weight, minlength=blocks) + bias
    return total.astype(np.float32)
