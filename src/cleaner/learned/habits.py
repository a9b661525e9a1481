"""Habits of writing before and after a place: quotation marks, dashes, numbers, lengths, whom the text addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import chars as ch
from cleaner.learned.columns import window
from cleaner.learned.lexicon import among

if TYPE_CHECKING:
    from cleaner.learned.columns import Array, Columns
    from cleaner.learned.page_view import PageView

HABITS = {
    "straight_quotes": '"',
    "curly_quotes": "“”„",
    "guillemets": "«»",
    "straight_apostrophe": "'",
    "curly_apostrophe": "’",
    "em_dash": "—",
    "en_dash": "–",
    "ellipsis": "…",
    "percent": "%",
}
RIVALS = {
    "quotes": ("straight_quotes", "curly_quotes"),
    "apostrophes": ("straight_apostrophe", "curly_apostrophe"),
    "dashes": ("em_dash", "en_dash"),
}
"""A house writes the one or the other."""


def add_habits(f: Columns, view: PageView, rows: Array) -> None:
    """Add, for each row, how the habits of the rows before it differ from those of the rows from it on."""
    counts = _counts(view, rows)
    words = np.maximum(view.words[rows], 1)
    for name, count in counts.items():
        before, after = _per_word(count, words, 12)
        f.add(f"style.{name}", np.abs(before - after) / np.maximum(before + after, 0.004))
    for reach in (6, 20):
        for name, (one, other) in RIVALS.items():
            f.add(f"style.{name}_change{reach}", np.abs(_swing(counts[one], counts[other], reach)))
    _add_lengths(f, words)
    for name in ("speech", "days", "reader", "function"):
        before, after = _per_word(view.per_block(among(view.chars.t_word, name))[rows], words, 8)
        f.add(f"style.{name}_change", after - before)
    before, after = _per_word(view.per_block(view.t_name)[rows], words, 6)
    f.add("style.names_change", after - before)


def _counts(view: PageView, rows: Array) -> dict[str, Array]:
    """Count each habit's characters in each row."""
    code, block_of = view.chars.code, view.chars.block_of()
    found = {name: np.isin(code, [ord(char) for char in chars]) for name, chars in HABITS.items()}
    found["digits"] = view.chars.kind == ch.DIGIT
    return {name: np.bincount(block_of[on], minlength=view.n).astype(np.float32)[rows] for name, on in found.items()}


def _per_word(count: Array, words: Array, reach: int) -> tuple[Array, Array]:
    before = window(count, -reach, -1) / np.maximum(window(words, -reach, -1), 1)
    after = window(count, 0, reach - 1) / np.maximum(window(words, 0, reach - 1), 1)
    return before, after


def _swing(one: Array, other: Array, reach: int) -> Array:
    """Return how far the balance of two rival habits moves, from -2 to 2."""
    balance = []
    for first, last in ((-reach, -1), (0, reach - 1)):
        a, b = window(one, first, last), window(other, first, last)
        balance.append((a - b) / np.maximum(a + b, 1))
    return np.asarray(balance[0] - balance[1])


def _add_lengths(f: Columns, words: Array) -> None:
    n, i = len(words), np.arange(len(words))
    lengths = np.log1p(words)
    for reach in (4, 12):
        before = window(lengths, -reach, -1) / np.maximum(np.minimum(i, reach), 1)
        after = window(lengths, 0, reach - 1) / np.maximum(np.minimum(n - i, reach), 1)
        f.add(f"style.length_change{reach}", after - before)
