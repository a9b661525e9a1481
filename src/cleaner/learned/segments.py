"""Candidate articles: every stretch between two likely cuts, what speaks for it being one whole article, and the best row.

A page is decoded as a whole: of all ways to cut it the one with the greatest sum of scores of stretches and of cuts is
taken (semi-Markov: Sarawagi & Cohen 2004). A stretch may also be nothing but furniture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.boundary_features import KINDS
from cleaner.learned.columns import Array, Columns, half_octaves, stacked
from cleaner.learned.page_view import PageView, weights_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST, MOST = 0.03, 22
"""A cut is considered from this probability on; at most so many a page, the likeliest."""
EPSILON = 1e-4
WORST = -6.0
"""Least log-odds a stretch may have: a few wrong features must not outweigh every cut."""
SURE_KEPT = 0.75

# fmt: off
EDGE = (
    "run.template", "between.blocks", "between.max_title", "between.max_byline", "between.keep_reading", "between.words",
    "between.max_gap", "own_shape.log_words", "own_words.leaning_first", "cohesion.words4", "cohesion.words16",
    "cohesion.density_ratio12", "cohesion.full_names_new", "kinds.title-1", "kinds.body+0", "run.template_repeats",
)
# fmt: on


def cut_candidates(q: Array) -> Array:
    """Return the rows at which an article may begin: the first, and the likely ones; at the end the number of rows."""
    inner = np.flatnonzero(q[1:] >= LEAST) + 1
    if len(inner) > MOST:
        inner = np.sort(inner[np.argsort(-q[inner], kind="stable")[:MOST]])
    return np.concatenate([[0], inner, [len(q)]]).astype(np.int64)


def pairs(cuts: Array) -> tuple[Array, Array]:
    """Return all (begin, end) among the cuts, as places in them."""
    return np.triu_indices(len(cuts), 1)


@dataclass(frozen=True, slots=True)
class _Spans:
    """All stretches between two cuts of a page."""

    n: int
    cuts: Array
    begin: Array
    """First row of each stretch."""
    end: Array
    """Row after its last."""

    @classmethod
    def of(cls, n: int, cuts: Array) -> _Spans:
        begin, end = pairs(cuts)
        return cls(n, cuts, cuts[begin], cuts[end])

    @property
    def rows(self) -> Array:
        return np.asarray(self.end - self.begin)

    def total(self, values: Array) -> Array:
        """Return the sum of the rows' values in each stretch."""
        below = np.concatenate([np.zeros((1, *values.shape[1:]), values.dtype), np.cumsum(values, 0)])
        return np.asarray(below[self.end] - below[self.begin])

    def inside(self, values: Array) -> Array:
        """Return the sum over each stretch without its first row."""
        below = np.concatenate([[0], np.cumsum(values)])
        second = np.minimum(self.begin + 1, self.n)
        return np.asarray(below[np.maximum(self.end, self.begin + 1)] - below[second])


def segment_features(  # noqa: PLR0913, PLR0917 - the page, its rows and cuts, and the models' opinions on them
    view: PageView, rows: Array, names: Sequence[str], x: Array, q: Array, p: Array, cuts: Array
) -> tuple[list[str], Array]:
    """Return names and values for every pair of cuts; `x`: the rows' boundary features, `p`: kinds of the blocks."""
    spans = _Spans.of(len(rows), cuts)
    f = Columns(len(spans.begin))
    kept = (p[:, 0] + p[:, 1])[rows]
    _cut_features(f, spans, q)
    _length_features(f, spans, view.words[rows], kept, q)
    own = _likeness_features(f, spans, view, rows, kept)
    _share_features(f, spans, view, rows, p)
    f.add("seg.words_own", own)
    at = {name: place for place, name in enumerate(names)}
    for name in EDGE:
        value = np.concatenate([x[:, at[name]], [-1]]).astype(np.float32)
        f.add("begin." + name, value[spans.begin])
        f.add("end." + name, value[spans.end])
    blocks = np.minimum(x[:, at["between.blocks"]], 15).astype(int)
    template = x[:, at["run.template"]].astype(int) * 16 + blocks
    f.add("begin.template_sure", _template_sure(template, q, spans.begin))
    f.add("end.template_sure", _template_sure(template, q, spans.end))
    return f.names, f.matrix()


def _cut_features(f: Columns, spans: _Spans, q: Array) -> None:
    """Add the scores of both cuts, and of those that the stretch passes over."""
    n = spans.n
    begin, end = pairs(spans.cuts)
    edge = np.concatenate([q, [1.0]])
    edge[0] = 1.0
    clipped = np.clip(q, EPSILON, 1 - EPSILON)
    f.add("seg.q_begin", edge[spans.begin])
    f.add("seg.q_end", edge[spans.end])
    f.add("seg.is_first", spans.begin == 0)
    f.add("seg.is_last", spans.end == n)
    f.add("seg.cuts_inside", end - begin - 1)
    f.add("seg.log_no_cut_inside", spans.inside(np.log(1 - clipped)))
    f.add("seg.sum_inside", spans.inside(clipped))
    most, second = _most_inside(edge[spans.cuts])
    f.add("seg.most_inside", most[begin, end])
    f.add("seg.second_inside", second[begin, end])


def _most_inside(scores: Array) -> tuple[Array, Array]:
    """Return the greatest and second greatest score of the cuts between each two."""
    k = len(scores)
    most, second = np.zeros((k, k), np.float32), np.zeros((k, k), np.float32)
    for end in range(2, k):
        new = scores[end - 1]
        most[: end - 1, end] = np.maximum(most[: end - 1, end - 1], new)
        second[: end - 1, end] = np.maximum(second[: end - 1, end - 1], np.minimum(most[: end - 1, end - 1], new))
    return most, second


def _length_features(f: Columns, spans: _Spans, words: Array, kept: Array, q: Array) -> None:
    """Add the stretch's length, and how it compares with what the page's sure cuts make."""
    f.add("seg.rows", half_octaves(spans.rows))
    below = np.concatenate([[0], np.cumsum(words)])
    length = below[spans.end] - below[spans.begin]
    f.add("seg.words", np.log1p(length))
    f.add("seg.share_of_page", length / max(1.0, below[-1]))
    f.add("seg.kept", spans.total(kept) / np.maximum(spans.rows, 1))
    f.add("page.rows", np.log1p(spans.n))
    f.add("page.expected", q[1:].sum())
    f.add("page.sure", (q[1:] > 0.8).sum())
    f.add("page.unsure", ((q[1:] > 0.1) & (q[1:] < 0.8)).sum())
    sure = np.concatenate([[0], np.flatnonzero(q[1:] > 0.6) + 1, [spans.n]])
    typical = np.median(np.log1p(np.diff(below[sure])))
    f.add("page.typical_words", typical)
    f.add("seg.against_typical", np.log1p(length) - typical)


def _likeness_features(f: Columns, spans: _Spans, view: PageView, rows: Array, kept: Array) -> Array:
    """Add how like the stretch is to what lies before and after; return the share of its words that are its own."""
    n = spans.n
    matrix, spread = view.dense(rows, view.content)
    weighted = matrix * weights_of(n, spread) * np.minimum(1, kept)[:, None]
    below = stacked(weighted)
    mine = below[spans.end] - below[spans.begin]
    inner = np.sqrt(np.maximum(mine, 0))
    norm = np.sqrt((inner * inner).sum(1)) + 1e-3
    for reach in (5, 15):
        sides = {
            "before": below[spans.begin] - below[np.maximum(spans.begin - reach, 0)],
            "after": below[np.minimum(spans.end + reach, n)] - below[spans.end],
        }
        for name, total in sides.items():
            side = np.sqrt(np.maximum(total, 0))
            size = np.sqrt((side * side).sum(1)) + 1e-3
            f.add(f"seg.like_{name}{reach}", (inner * side).sum(1) / (norm * size))
    only = mine >= below[-1][None] - 1e-3
    return np.asarray((mine * only).sum(1) / np.maximum(mine.sum(1), 1e-3))


def _share_features(f: Columns, spans: _Spans, view: PageView, rows: Array, p: Array) -> None:
    """Add what the stretch's rows are thought to be, how dense they stand, and where."""
    shares = spans.total(p[rows].astype(np.float64)) / np.maximum(spans.rows, 1)[:, None]
    for kind, name in enumerate(KINDS):
        f.add(f"seg.share_{name}", shares[:, kind])
    kept = (p[:, 0] + p[:, 1])[rows]
    block = np.concatenate([rows, [view.n]])
    f.add("seg.sure_rows", half_octaves(spans.total((kept > 0.85).astype(np.int64))))
    f.add("seg.density", spans.rows / np.maximum(block[spans.end] - block[spans.begin], 1))
    f.add("seg.place", block[spans.begin] / max(1, view.n))


def _template_sure(template: Array, q: Array, at: Array) -> Array:
    """Return how sure the page's other gaps with the same things between are, -1 at the page's ends."""
    n = len(q)
    if n == 1:
        return np.full(len(at), -1.0)
    total = np.bincount(template[1:], weights=q[1:], minlength=template[0] + 1)
    count = np.bincount(template[1:], minlength=template[0] + 1)
    row = np.minimum(at, n - 1)
    others = (total[template[row]] - q[row]) / np.maximum(count[template[row]] - 1, 1)
    return np.where((at > 0) & (at < n), others, -1)


def best_path(k: int, score: Array) -> list[int]:
    """Return the row of cuts from first to last with the greatest sum of stretch scores (`score[i, j]`)."""
    best, came = np.full(k, -np.inf), np.zeros(k, np.int64)
    best[0] = 0
    for end in range(1, k):
        value = best[:end] + score[:end, end]
        came[end] = int(np.argmax(value))
        best[end] = value[came[end]]
    path = [k - 1]
    while path[-1] > 0:
        path.append(int(came[path[-1]]))
    return path[::-1]


def _log_odds(p: Array) -> Array:
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    return np.asarray(np.log(clipped) - np.log(1 - clipped))


def decode_sum(  # noqa: PLR0913, PLR0917 - the three thresholds are the decoder's
    cuts: Array, p: Array, q: Array, weight: float, cost: float, junk: float = 0.0
) -> tuple[list[int], list[bool]]:
    """Cut the page: log-odds of the cut and, weighted, of the stretch being an article or junk, less a cost for each.

    `p`: probabilities of each pair of cuts to be no article, one, nothing but furniture; `q`: scores of the rows.
    Returns the places of the cuts chosen and, of each stretch, whether it is an article.
    """
    k = len(cuts)
    begin, end = pairs(cuts)
    cut = np.where(cuts[begin] == 0, 0, _log_odds(np.concatenate([q, [0.5]]))[cuts[begin]])
    article = cut + weight * np.maximum(_log_odds(p[:, 1]), WORST) - cost
    waste = weight * np.maximum(_log_odds(p[:, 2]), WORST) - junk
    score, good = np.full((k, k), -1e9), np.ones((k, k), bool)
    score[begin, end] = np.maximum(article, waste)
    good[begin, end] = article >= waste
    path = best_path(k, score)
    kinds = [bool(good[a, b]) for a, b in pairwise(path)]
    return path, kinds if any(kinds) else [True] * len(kinds)


def keep_rows(p: Array, lo: int, hi: int, inside: float, edge: float) -> Array:
    """Return which blocks lo..hi of an article are kept, one at least: between two sure ones doubt counts for more."""
    kept = p[lo:hi, 0] + p[lo:hi, 1]
    sure = np.flatnonzero(kept > SURE_KEPT)
    limit = np.full(hi - lo, edge)
    if len(sure):
        limit[sure[0] : sure[-1] + 1] = inside
    out = kept > limit
    if not out.any() and hi > lo:
        out[int(np.argmax(kept))] = True
    return np.asarray(out)
