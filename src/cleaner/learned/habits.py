"""Habits of writing before and after a place: quotation marks, dashes, numbers, lengths, whom the text addresses."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import chars as ch
from cleaner.learned.columns import windows

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
COUNTED = (*HABITS, "digits")
ONES = [COUNTED.index(one) for one, _ in RIVALS.values()]
OTHERS = [COUNTED.index(other) for _, other in RIVALS.values()]
LISTED = ("speech", "days", "reader", "function")
"""Lists of words that are counted too."""


def add_habits(f: Columns, view: PageView, rows: Array) -> None:
    """Add, for each row, how the habits of the rows before it differ from those of the rows from it on."""
    counts = _counts(view, rows)
    words = np.maximum(view.words[rows], 1)
    before, after = _per_word(counts, words, 12)
    f.add_all((f"style.{name}" for name in COUNTED), np.abs(before - after) / np.maximum(before + after, 0.004))
    for reach in (6, 20):
        f.add_all((f"style.{name}_change{reach}" for name in RIVALS), np.abs(_swing(counts, reach)))
    _add_lengths(f, words)
    listed = np.stack([view.per_block(view.listed(name))[rows] for name in LISTED], 1)
    before, after = _per_word(listed, words, 8)
    f.add_all((f"style.{name}_change" for name in LISTED), after - before)
    before, after = _per_word(view.per_block(view.t_name)[rows, None], words, 6)
    f.add_all(["style.names_change"], after - before)


def _counts(view: PageView, rows: Array) -> Array:
    """Count each habit's characters in each row: a column for each of `COUNTED`."""
    code = view.chars.code
    habit = _habits()[np.minimum(code, len(_habits()) - 1)]
    habit[view.chars.kind == ch.DIGIT] = COUNTED.index("digits")
    on = np.flatnonzero(habit < len(COUNTED))
    cells = view.chars.block_of()[on] * len(COUNTED) + habit[on]
    counts = np.bincount(cells, minlength=view.n * len(COUNTED)).reshape(view.n, -1)
    return counts.astype(np.float32)[rows]


@cache
def _habits() -> Array:
    """Return of each character up to the punctuation of Unicode which habit it shows, by its place in `COUNTED`."""
    last = max(ord(char) for chars in HABITS.values() for char in chars)
    table = np.full(last + 2, len(COUNTED), np.int64)
    for name, chars in HABITS.items():
        table[[ord(char) for char in chars]] = COUNTED.index(name)
    return table


def _per_word(counts: Array, words: Array, reach: int) -> tuple[Array, Array]:
    """Return the counts (a column each) per word of the rows before and of the rows from each on."""
    before, after = windows(np.column_stack([counts, words]), (-reach, -1), (0, reach - 1))
    return before[:, :-1] / np.maximum(before[:, -1:], 1), after[:, :-1] / np.maximum(after[:, -1:], 1)


def _swing(counts: Array, reach: int) -> Array:
    """Return how far the balance of each two rival habits moves, from -2 to 2."""
    balance = []
    for total in windows(counts, (-reach, -1), (0, reach - 1)):
        a, b = total[:, ONES], total[:, OTHERS]
        balance.append((a - b) / np.maximum(a + b, 1))
    return np.asarray(balance[0] - balance[1])


def _add_lengths(f: Columns, words: Array) -> None:
    n, i = len(words), np.arange(len(words))
    reaches = (4, 12)
    sums = windows(np.log1p(words), *((-reach, -1) for reach in reaches), *((0, reach - 1) for reach in reaches))
    for reach, before, after in zip(reaches, sums[:2], sums[2:], strict=True):
        mean_before, mean_after = (
            before / np.maximum(np.minimum(i, reach), 1),
            after / np.maximum(np.minimum(n - i, reach), 1),
        )
        f.add(f"style.length_change{reach}", mean_after - mean_before)
