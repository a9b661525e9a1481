"""How far what stands before a place and what follows it speak of the same things: words, chains, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.columns import Array, Columns, rank, rows_within, stacked, window, windows
from cleaner.learned.page_view import PageView, weights_of

if TYPE_CHECKING:
    from typing import Self

WINDOWS = (1, 2, 4, 8, 16)
"""Rows compared on each side."""
SHORT_CHAIN = 15
FAR = 2**40


def before_and_after(above: Array, reach: int) -> tuple[Array, Array]:
    """Return, for each row, the sum of the `reach` rows before it and of the `reach` rows from it on."""
    n, i = len(above) - 1, np.arange(len(above) - 1)
    here = above[:-1]
    return here - above[np.maximum(i - reach, 0)], above[np.minimum(i + reach, n)] - here


@dataclass(frozen=True, slots=True)
class Words:
    """The rows' content words, rare ones weighing more, less where a row may be no text."""

    matrix: Array
    rarity: Array
    weighted: Array
    singles: Array
    """Squared weight of the words that stand in one row alone: they have no column."""

    @classmethod
    def of(cls, view: PageView, rows: Array, weight: Array) -> Self:
        """Weigh the words of the rows."""
        matrix, spread = view.dense(rows, view.content)
        rarity = weights_of(len(rows), spread)
        singles = (view.singles(rows) * np.log(len(rows) + 1) ** 2).astype(np.float32)
        return cls(matrix, rarity, matrix * rarity * weight[:, None], singles)


def add_likeness(f: Columns, view: PageView, rows: Array, weight: Array) -> None:
    """Add all features of this module for each row."""
    words = Words.of(view, rows, weight)
    _add_windows(f, words)
    _add_chains(f, words)
    _add_density(f, words)
    _add_names(f, view, rows)
    _add_full_names(f, view, rows)


def _add_windows(f: Columns, words: Words) -> None:
    """Add cosine, shared words, and how deep the likeness dips here (TextTiling: Hearst 1997)."""
    n, i = len(words.matrix), np.arange(len(words.matrix))
    likeness, singles = {}, np.concatenate([[0], np.cumsum(words.singles)])
    above = stacked(words.weighted)
    for reach in WINDOWS:
        left, right = (np.sqrt(np.maximum(side, 0)) for side in before_and_after(above, reach))
        norm = np.sqrt(np.maximum((left * left).sum(1) * (right * right).sum(1), 1e-6))
        likeness[reach] = ((left * right).sum(1) / norm).astype(np.float32)
        shared = (((left > 0) & (right > 0)) * words.rarity).sum(1)
        alone = (singles[np.minimum(i + reach, n)] - singles[i]) / np.log(n + 2)
        f.add(f"cohesion.words{reach}", likeness[reach])
        f.add(f"cohesion.shared{reach}", shared)
        of_right = shared / np.maximum(((right > 0) * words.rarity).sum(1) + alone, 1e-3)
        f.add(f"cohesion.shared_of_right{reach}", of_right)
    reaches = (2, 4, 8)
    dips = np.stack([likeness[reach] for reach in reaches], 1)
    f.add_all((f"cohesion.depth{reach}" for reach in reaches), _depth(dips))
    f.add_all((f"cohesion.rank{reach}_5" for reach in reaches), _local_rank(dips, 5))
    f.add_all((f"cohesion.minus_page{reach}" for reach in reaches), dips - dips.mean(0))
    for reach in reaches:
        f.add(f"cohesion.rank{reach}_page", rank(likeness[reach]) / max(1, n - 1))


def _depth(values: Array) -> Array:
    """Return how far each value lies below the nearest peaks on both sides, looked for within eight rows; by column."""
    n = len(values)
    depth = np.zeros(values.shape, np.float32)
    below_all = np.full((8, values.shape[1]), -np.inf, np.float32)  # ends a climb
    padded = np.concatenate([below_all, values, below_all])
    padded[8] = -np.inf  # nothing stands before the first row that it could be like
    for step in (-1, 1):
        peak, climbing = values.copy(), np.ones(values.shape, bool)
        for away in range(1, 9):
            value = padded[8 + step * away : 8 + step * away + n]
            climbing &= value >= peak
            np.copyto(peak, value, where=climbing)
        depth += peak - values
    return depth


def _local_rank(values: Array, reach: int) -> Array:
    """Return the share of the rows within `reach` whose value is smaller; by column."""
    edge = np.full((reach, values.shape[1]), np.inf, np.float32)
    around = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, values, edge]), 2 * reach + 1, axis=0)
    below = (around < values[:, :, None]).sum(2)
    return np.asarray(below / np.maximum(rows_within(len(values), -reach, reach) - 1, 1)[:, None])


def _add_chains(f: Columns, words: Words) -> None:
    """Add the chains of a word from its first to its last row: how many run across, begin and end here."""
    n = len(words.matrix)
    if not words.matrix.shape[1]:
        _add_nothing(
            f,
            "chains_across chains_across_short words_begin1 words_end1 words_begin3 words_end3 words_begin6 words_end6",
        )
        return
    first, last = words.matrix.argmax(0), n - 1 - words.matrix[::-1].argmax(0)
    for name, limit in (("", n), ("_short", SHORT_CHAIN)):
        on = (last - first) <= limit
        opened = np.bincount(first[on] + 1, weights=words.rarity[on], minlength=n + 1)
        closed = np.bincount(last[on] + 1, weights=words.rarity[on], minlength=n + 1)
        across = np.cumsum(opened - closed)[:n]
        f.add(f"cohesion.chains_across{name}", across / max(1e-3, across.mean()))
    begun = _below(np.bincount(first, weights=words.rarity, minlength=n))
    ended = _below(np.bincount(last, weights=words.rarity, minlength=n))
    total = _below((words.matrix * words.rarity).sum(1))
    i = np.arange(n)
    for reach in (1, 3, 6):
        on, back = np.minimum(i + reach, n), np.maximum(i - reach, 0)
        f.add(f"cohesion.words_begin{reach}", (begun[on] - begun[i]) / np.maximum(total[on] - total[i], 1e-3))
        f.add(f"cohesion.words_end{reach}", (ended[i] - ended[back]) / np.maximum(total[i] - total[back], 1e-3))


def _below(values: Array) -> Array:
    return np.concatenate([[0], np.cumsum(values)])


def _add_nothing(f: Columns, names: str) -> None:
    for name in names.split():
        f.add(f"cohesion.{name}", 0)


def _add_density(f: Columns, words: Words) -> None:
    """Add the mean likeness of pairs of rows across the place, against that of pairs on one side of it."""
    n, i = len(words.matrix), np.arange(len(words.matrix))
    norm = np.sqrt(np.maximum((words.weighted * words.weighted).sum(1) + words.singles, 1e-6))
    unit = words.weighted / norm[:, None]
    itself = _below((unit * unit).sum(1))
    above = stacked(unit)
    for reach in (3, 6, 12):
        left, right = before_and_after(above, reach)
        n_left, n_right = np.minimum(i, reach), np.minimum(n - i, reach)
        self_left = itself[i] - itself[np.maximum(i - reach, 0)]
        self_right = itself[np.minimum(i + reach, n)] - itself[i]
        across = (left * right).sum(1) / np.maximum(n_left * n_right, 1)
        in_left = ((left * left).sum(1) - self_left) / np.maximum(n_left * (n_left - 1), 1)
        in_right = ((right * right).sum(1) - self_right) / np.maximum(n_right * (n_right - 1), 1)
        inside = 0.5 * (in_left + in_right)
        f.add(f"cohesion.density_across{reach}", across)
        f.add(f"cohesion.density_lost{reach}", inside - across)
        f.add(f"cohesion.density_ratio{reach}", across / np.maximum(inside, 1e-4))


def _add_names(f: Columns, view: PageView, rows: Array) -> None:
    """Add names that stand on both sides, are new here, or come no more."""
    matrix, spread = view.dense(rows, view.names, least=1)
    n, rarity = len(rows), weights_of(len(rows), spread)
    above = stacked(matrix)
    for reach in (2, 5, 12):
        left, right = (side > 0 for side in before_and_after(above, reach))
        both = ((left & right) * rarity).sum(1)
        f.add(f"cohesion.names{reach}", both)
        f.add(f"cohesion.names_of_right{reach}", both / np.maximum((right * rarity).sum(1), 1e-3))
        f.add(f"cohesion.names_of_left{reach}", both / np.maximum((left * rarity).sum(1), 1e-3))
    if not matrix.shape[1]:
        _add_nothing(f, "names_new names_new_count names_new3 names_gone3")
        return
    new = np.bincount(matrix.argmax(0), minlength=n)
    gone = np.bincount(n - 1 - matrix[::-1].argmax(0), minlength=n)
    count = matrix.sum(1)
    f.add("cohesion.names_new", new / np.maximum(count, 1))
    f.add("cohesion.names_new_count", np.minimum(new, 12))
    f.add("cohesion.names_new3", window(new, 0, 2) / np.maximum(window(count, 0, 2), 1))
    f.add("cohesion.names_gone3", window(gone, -3, -1) / np.maximum(window(count, -3, -1), 1))


def _add_full_names(f: Columns, view: PageView, rows: Array) -> None:
    """Add full names said for the first time: two capitals in a row, both words new in the page."""
    c = view.chars
    capital, place = c.t_capital & ~view.t_function, np.arange(len(c.t_block))
    apart = c.t_start[1:] - c.t_start[:-1] - c.t_size[:-1]
    full = capital[:-1] & capital[1:] & (c.t_block[:-1] == c.t_block[1:]) & (apart == 1)
    first = np.full(view.types, FAR, np.int64)
    np.minimum.at(first, view.type_of, place)
    unheard = first[view.type_of] == place
    new = full & unheard[:-1] & unheard[1:]
    block = c.t_block[:-1]
    fresh = np.bincount(block[new], minlength=view.n).astype(np.float32)[rows]
    known = np.bincount(block[full & ~new], minlength=view.n).astype(np.float32)[rows]
    f.add("cohesion.full_names_new", fresh)
    f.add("cohesion.full_names_known", known)
    for name, total in zip(("new2", "before"), windows(fresh, (0, 1), (-3, -1)), strict=True):
        f.add(f"cohesion.full_names_{name}", total)
