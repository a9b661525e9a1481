"""From samples to what each model learns from, every stage built on the unseen predictions of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.learned import chars, segments, weights, wording
from cleaner.learned.block_features import block_features, wording_features
from cleaner.learned.boundary_features import (
    SURE,
    boundary_features,
    candidates,
    opening_features,
    sure_starts,
)
from cleaner.learned.page_view import PageView, rule_hits
from cleaner.learned.second_look import boundary_second
from training.gold import HEADING, starts_among_rows, starts_among_text
from training.models import RECIPES, Table, bag, unseen, unseen_wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.gold import Sample
    from training.models import Recipe

    Rows = NDArray[np.float32]
    Keep = Callable[[str, Callable[[], Rows]], Rows]

REAL = ("regions", "single_region", "single_full")
"""Styles whose furniture is the sites' own: only they teach wording, so that it is as unsure on unknown phrases as in use."""
ALPHA_TEXT, ALPHA_OPENING = 2e-6, 1e-5
OWN_BLOCKS, OWN_CUTS = 0.5, 0.6
"""Weight of a row of our own dumps against one of the gold."""
FORGET = (0, 0, 0.3, 0.7, 1.0)
"""Shares of rule hits that an own dump forgets, so that a phrase that no rule knows is survived."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the two models of wording learn from."""

    x: csr_matrix
    text: NDArray[np.bool_]
    opening: NDArray[np.bool_]
    teach_text: NDArray[np.bool_]
    teach_opening: NDArray[np.bool_]


@dataclass(slots=True)
class Pages:
    """All samples and what the stages find of them; grows stage by stage."""

    samples: Sequence[Sample]
    recipes: dict[str, Recipe] = field(default_factory=lambda: dict(RECIPES))
    keep: Keep = field(default=lambda _name, make: make())
    """Keeps predictions between runs."""
    hits: list[tuple[Rows, Rows]] = field(default_factory=list)
    offset: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    tables: dict[str, Table] = field(default_factory=dict)
    p: list[Rows] = field(default_factory=list)
    """Of each page: probabilities of the kinds of each block."""
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    q1: list[Rows] = field(default_factory=list)
    q2: list[Rows] = field(default_factory=list)
    cuts: list[NDArray[np.int64]] = field(default_factory=list)
    whole: list[Rows] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Draw what own dumps forget: once, in order, so that each stage sees the same."""
        rng = np.random.default_rng(3)
        self.hits = [_hits(sample, rng) for sample in self.samples]
        self.offset = np.concatenate([[0], np.cumsum([len(s.blocks) for s in self.samples])])

    def view(self, k: int) -> PageView:
        """Look at page k as the engine does."""
        sample = self.samples[k]
        return PageView(sample.blocks, sample.layout, self.hits[k])

    def by_block(self, values: Sequence[Any]) -> NDArray[Any]:
        """Repeat a value of each page for its blocks."""
        return np.repeat(np.array(values), np.diff(self.offset))

    def per_page(self, values: Rows, sizes: Sequence[int]) -> list[Rows]:
        """Take a column of all pages apart."""
        return np.split(values, np.cumsum(sizes)[:-1])


def _hits(sample: Sample, rng: np.random.Generator) -> tuple[Rows, Rows]:
    certain, likely = rule_hits(sample.blocks)
    if not sample.is_own:
        return certain, likely
    kept = rng.random(certain.shape) >= rng.choice(FORGET)
    return (certain * kept).astype(np.float32), (likely * kept).astype(np.float32)


def words_of(pages: Pages) -> Words:
    """Count the words of every block, and say which rows teach."""
    read = (chars.read([b.text for b in s.blocks]) for s in pages.samples)
    sizes = [len(s.blocks) for s in pages.samples]
    slots = [wording.slots(c, n) for c, n in zip(read, sizes, strict=True)]
    style = pages.by_block([s.style for s in pages.samples])
    text = np.concatenate([s.truth.kind for s in pages.samples]) <= HEADING
    opening = np.concatenate([starts_among_text(s) for s in pages.samples])
    return Words(bag(slots, sizes), text, opening, np.isin(style, REAL), text & (style != "teasers"))


def judge_blocks(pages: Pages, words: Words) -> Rows:
    """Fill the table `block` and `p`; returns the wording's log-odds of each block."""
    fold = pages.by_block([s.fold for s in pages.samples])
    odds = pages.keep(
        "wording",
        lambda: np.stack(
            [
                unseen_wording(words.x, words.text, words.teach_text, fold, ALPHA_TEXT),
                unseen_wording(words.x, words.opening, words.teach_opening, fold, ALPHA_OPENING),
            ],
            1,
        ),
    ).clip(-weights.BOUND, weights.BOUND)
    x, names = _block_rows(pages, odds)
    kind = np.concatenate([s.truth.kind for s in pages.samples])
    weight = np.where(pages.by_block([s.is_own for s in pages.samples]), OWN_BLOCKS, 1.0).astype(np.float32)
    table = pages.tables["block"] = Table(names, x, kind, weight, fold)
    p = pages.keep("block", lambda: unseen("block", table, pages.recipes["block"]))
    pages.p = pages.per_page(p, [len(s.blocks) for s in pages.samples])
    return odds


def _block_rows(pages: Pages, odds: Rows) -> tuple[Rows, list[str]]:
    names: list[str] = []
    parts = []
    for k in range(len(pages.samples)):
        names, x = block_features(pages.view(k))
        more_names, more = wording_features(odds[pages.offset[k] : pages.offset[k + 1]])
        names = [*names, *more_names]
        parts.append(np.concatenate([x, more], 1))
    return np.concatenate(parts), names


def judge_cuts(pages: Pages, odds: Rows) -> None:
    """Fill the tables `cut` and `cut2`, `rows`, `q1` and `q2`."""
    pages.rows = [candidates(p[:, 0] + p[:, 1]) for p in pages.p]
    count = len(pages.samples)
    sure = np.concatenate([sure_starts(pages.view(k), pages.rows[k]) for k in range(count)])
    pages.q1 = _judge_cuts(pages, "cut", _stacked(lambda k: _cut_rows(pages, k, odds), count), sure)
    pages.q2 = _judge_cuts(pages, "cut2", _stacked(lambda k: _second_rows(pages, k), count), sure)


def _judge_cuts(pages: Pages, name: str, made: tuple[list[str], Rows], sure: NDArray[np.bool_]) -> list[Rows]:
    table = pages.tables[name] = _cut_table(pages, *made)
    q = pages.keep(name, lambda: unseen(name, table, pages.recipes[name]))
    return pages.per_page(np.where(sure, np.maximum(q, SURE), q).astype(np.float32), [len(r) for r in pages.rows])


def _stacked(build: Callable[[int], tuple[list[str], Rows]], count: int) -> tuple[list[str], Rows]:
    names: list[str] = []
    parts = []
    for k in range(count):
        names, x = build(k)
        parts.append(x)
    return names, np.concatenate(parts)


def _cut_table(pages: Pages, names: list[str], x: Rows) -> Table:
    sizes = [len(rows) for rows in pages.rows]
    y = np.concatenate([starts_among_rows(s, rows) for s, rows in zip(pages.samples, pages.rows, strict=True)])
    weight = np.repeat([OWN_CUTS if s.is_own else 1.0 for s in pages.samples], sizes).astype(np.float32)
    return Table(names, x, y, weight, np.repeat([s.fold for s in pages.samples], sizes))


def _cut_rows(pages: Pages, k: int, odds: Rows) -> tuple[list[str], Rows]:
    here = slice(pages.offset[k], pages.offset[k + 1])
    block = pages.tables["block"]
    names, x = boundary_features(pages.view(k), block.names, block.x[here], pages.p[k], pages.rows[k])
    more_names, more = opening_features(odds[here, 1], pages.rows[k])
    return [*names, *more_names], np.concatenate([x, more], 1)


def _rows_of(pages: Pages, k: int) -> Rows:
    at = sum(len(rows) for rows in pages.rows[:k])
    return pages.tables["cut"].x[at : at + len(pages.rows[k])]


def _second_rows(pages: Pages, k: int) -> tuple[list[str], Rows]:
    cut = pages.tables["cut"]
    kept = pages.p[k][:, 0] + pages.p[k][:, 1]
    return boundary_second(pages.view(k), pages.rows[k], cut.names, _rows_of(pages, k), pages.q1[k], kept)


def judge_articles(pages: Pages) -> None:
    """Fill the table `seg`, `cuts` and `whole`."""
    pages.cuts = [segments.cut_candidates(q) for q in pages.q2]
    names, x = _stacked(lambda k: _segment_rows(pages, k), len(pages.samples))
    truths = [
        true_segments(cuts, starts_among_rows(s, rows), s.truth.kind[rows])
        for s, rows, cuts in zip(pages.samples, pages.rows, pages.cuts, strict=True)
    ]
    sizes = [len(y) for y in truths]
    each = [(OWN_CUTS if s.is_own else 1) / np.sqrt(len(c)) for s, c in zip(pages.samples, pages.cuts, strict=True)]
    fold = np.repeat([s.fold for s in pages.samples], sizes)
    table = Table(names, x, np.concatenate(truths), np.repeat(each, sizes).astype(np.float32), fold)
    pages.tables["seg"] = table
    whole = pages.keep("seg", lambda: unseen("seg", table, pages.recipes["seg"]))
    pages.whole = pages.per_page(whole, sizes)


def _segment_rows(pages: Pages, k: int) -> tuple[list[str], Rows]:
    names, x = pages.tables["cut"].names, _rows_of(pages, k)
    return segments.segment_features(pages.view(k), pages.rows[k], names, x, pages.q2[k], pages.p[k], pages.cuts[k])


def true_segments(cuts: NDArray[np.int64], opens: NDArray[np.bool_], kind: NDArray[np.int16]) -> NDArray[np.int8]:
    """Give 1 to a pair of cuts that is exactly one article, 2 to one that holds no text at all, else 0.

    Furniture at an article's edges does not matter: they may lie anywhere between the rows of two articles.
    """
    text = kind <= HEADING
    number, held = np.cumsum(opens), np.concatenate([[0], np.cumsum(text)])
    begin, end = segments.pairs(cuts)
    a, b = held[cuts[begin]], held[cuts[end]]
    out = np.full(len(begin), 2, np.int8)
    if text.any():
        mine = np.concatenate([[-1], number[text], [-2]])  # of each row of text, with a stop before and after
        whole = (mine[np.minimum(a + 1, len(mine) - 1)] == mine[b]) & (mine[a] != mine[b]) & (mine[b + 1] != mine[b])
        out[b > a] = whole[b > a]
    return out
