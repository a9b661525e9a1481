"""Each cut again, knowing where else the page is thought to be cut: pages repeat their own way of parting articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.columns import Array, Columns, half_octaves, rank, shift, stacked, windows
from cleaner.learned.page_view import PageView, weights_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVELS = (0.3, 0.6)
"""Scores from which another cut counts as made."""


def boundary_second(  # noqa: PLR0913, PLR0917 - the page, its rows and the three models' opinions on them
    view: PageView, rows: Array, names: Sequence[str], first: Array, q: Array, kept: Array
) -> tuple[list[str], Array]:
    """Return names and values for each row: the first look's features, and what its scores `q` say of the page."""
    f = Columns(len(rows))
    f.add_all(names, first)
    _score_features(f, q)
    at = {name: place for place, name in enumerate(names)}
    template, blocks = first[:, at["run.template"]], np.minimum(first[:, at["between.blocks"]], 12)
    alike = {
        "template": template,
        "between": blocks,
        "shape": template * 20 + blocks,
        "gap": first[:, at["own_page.gap"]],
    }
    for name, key in alike.items():
        _alike_features(f, name, key, q)
    _side_features(f, view, rows, q, kept)
    return f.names, f.matrix()


def _score_features(f: Columns, q: Array) -> None:
    """Add the scores around and how this one stands among the page's."""
    n = len(q)
    for by in (1, 2, 3):
        f.add(f"cuts.q-{by}", shift(q, -by))
        f.add(f"cuts.q+{by}", shift(q, by))
    f.add("cuts.q", q)
    padded = np.concatenate([np.zeros(10), q, np.zeros(10)])
    for reach in (4, 10):
        most = np.lib.stride_tricks.sliding_window_view(padded, reach).max(1)
        f.add(f"cuts.most_before{reach}", most[10 - reach : 10 - reach + n])
        f.add(f"cuts.most_after{reach}", most[11 : 11 + n])
    f.add("cuts.expected", q.sum())
    f.add("cuts.sure", (q > 0.7).sum())
    f.add("cuts.unsure", ((q > 0.15) & (q < 0.7)).sum())
    f.add("cuts.rank", rank(-q))
    # the page's first row is always a start: the second best is the first that tells something
    f.add("cuts.share_of_best", q / max(1e-6, np.sort(q)[-2] if n > 1 else 1))
    for side, total in zip(("before", "after"), windows(q, (-n, -1), (1, n)), strict=True):
        f.add(f"cuts.{side}", total)


def _alike_features(f: Columns, name: str, key: Array, q: Array) -> None:
    """Add how sure the page's other gaps of the same kind are."""
    _, number = np.unique(key, return_inverse=True)
    total, count = np.bincount(number, weights=q)[number], np.bincount(number)[number]
    f.add(f"cuts.same_{name}", np.where(count > 1, (total - q) / np.maximum(count - 1, 1), -1))
    f.add(f"cuts.same_{name}_count", count)


def _side_features(f: Columns, view: PageView, rows: Array, q: Array, kept: Array) -> None:
    """Add the articles that this cut would make between the nearest likely cuts on both sides."""
    matrix, spread = view.dense(rows, view.content)
    weighted = matrix * weights_of(len(rows), spread) * np.minimum(1, kept[rows])[:, None]
    below = stacked(weighted)
    words = np.concatenate([[0], np.cumsum(view.words[rows])])
    for level in LEVELS:
        left, right = nearest(q >= level)
        _likeness_of_sides(f, level, weighted, _sums(below, left, right))
        _sizes_of_sides(f, level, (left, right), words)
        f.add(f"cuts.left_edge{level}", q[left])
        f.add(f"cuts.right_edge{level}", np.where(right < len(q), q[np.minimum(right, len(q) - 1)], 1))


def nearest(sure: Array) -> tuple[Array, Array]:
    """Return the nearest sure row before each row (0 if none) and after it (their number if none)."""
    n, i = len(sure), np.arange(len(sure))
    left = np.maximum.accumulate(np.where(sure, i, 0))
    right = np.minimum.accumulate(np.where(sure, i, n)[::-1])[::-1]
    return np.concatenate([[0], left[:-1]]), np.concatenate([right[1:], [n]])


def _sums(below: Array, left: Array, right: Array) -> tuple[Array, Array]:
    here = below[:-1]
    return np.sqrt(np.maximum(here - below[left], 0)), np.sqrt(np.maximum(below[right] - here, 0))


def _likeness_of_sides(f: Columns, level: float, weighted: Array, sides: tuple[Array, Array]) -> None:
    a, b = sides
    norm_a, norm_b = np.sqrt((a * a).sum(1)), np.sqrt((b * b).sum(1))
    shared = ((a > 0) & (b > 0)).sum(1)
    own = np.sqrt(weighted)
    lean = (own * b).sum(1) / np.maximum(norm_b, 1e-3) - (own * a).sum(1) / np.maximum(norm_a, 1e-3)
    f.add(f"cuts.left_right{level}", (a * b).sum(1) / np.maximum(norm_a * norm_b, 1e-4))
    f.add(f"cuts.left_in_right{level}", shared / np.maximum((b > 0).sum(1), 1))
    f.add(f"cuts.right_in_left{level}", shared / np.maximum((a > 0).sum(1), 1))
    f.add(f"cuts.lean{level}", lean)


def _sizes_of_sides(f: Columns, level: float, edges: tuple[Array, Array], words: Array) -> None:
    left, right = edges
    i = np.arange(len(left))
    f.add(f"cuts.left_rows{level}", half_octaves(i - left))
    f.add(f"cuts.right_rows{level}", half_octaves(right - i))
    f.add(f"cuts.left_words{level}", half_octaves(words[i] - words[left]))
    f.add(f"cuts.right_words{level}", half_octaves(words[right] - words[i]))
