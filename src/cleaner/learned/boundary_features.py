"""Features of the place before each text-like block: what tells whether an article begins here.

Only blocks that are likely text are candidates ("rows"); what stands between two of them (titles, credits, markers) is
evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.columns import Array, Columns, half_octaves, running, shift, window
from cleaner.learned.habits import add_habits
from cleaner.learned.likeness import add_likeness
from cleaner.model import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.page_view import PageView

KINDS = ("body", "heading", "title", "byline", "noise")
"""What the block model tells apart, in the order of its probabilities."""
CANDIDATE = 0.13
"""P(kept) from which a block may open an article's text."""
SURE = 0.97
"""Score of a certain marker that is also the page's last line: 519 of 519 such gaps in the gold are boundaries."""

# fmt: off
OWN = (
    "shape.log_words", "shape.first_char", "shape.last_char", "shape.ends_sentence", "shape.sentences",
    "shape.capital_inside", "shape.digits", "shape.year", "shape.quotes", "shape.commas", "shape.words_before_colon",
    "shape.words_before_dash", "shape.words_before_bracket", "shape.capital_first3", "shape.shouting", "words.function",
    "words.reader", "words.leaning_first", "words.leaning", "words.speech", "words.days", "words.function_first",
    "page.gap", "page.glued", "page.copies", "page.form_repeats", "cohesion.left8", "cohesion.right8", "cohesion.lean",
    "cohesion.left2", "cohesion.right2", "cohesion.bridge", "cohesion.new_words",
)
BEFORE = (
    "shape.log_words", "shape.ends_sentence", "shape.last_char", "shape.capital_inside", "words.leaning_first",
    "shape.ends_ellipsis",
)
AFTER = ("shape.log_words", "shape.ends_sentence", "words.leaning_first", "shape.first_char")
BETWEEN = (
    "shape.log_words", "shape.ends_sentence", "shape.capital_words", "shape.tail_words", "cohesion.lean", "page.copies",
    "page.form_repeats", "rules.certain", "page.glued",
)
BETWEEN_LABELS = (
    Label.KEEP_READING, Label.CREDIT, Label.CAPTION, Label.BYLINE, Label.DATE, Label.TAGS, Label.AGENCY, Label.RELATED,
    Label.AD, Label.PROMO, Label.NEWSLETTER, Label.NAV, Label.SHARE, Label.LEGAL, Label.COMMENTS, Label.AUTHOR_BIO,
    Label.DATELINE, Label.OTHER,
)
# fmt: on


def candidates(p_kept: Array) -> Array:
    """Return the blocks that may be text, at least the likeliest one."""
    rows = np.flatnonzero(p_kept >= CANDIDATE)
    return rows if len(rows) else np.array([int(np.argmax(p_kept))])


@dataclass(frozen=True, slots=True)
class Gaps:
    """What stands between each row and the row before it."""

    rows: Array
    before: Array
    """The row before, -1 for the first."""

    @property
    def blocks(self) -> Array:
        """Blocks between."""
        return np.asarray(self.rows - self.before - 1)

    def most(self, values: Array) -> Array:
        """Return the greatest value between, 0 where nothing stands there."""
        extended = np.concatenate([values, [0]]).astype(np.float32)
        edges = np.stack([self.before + 1, np.maximum(self.rows, self.before + 1)], 1).ravel()
        found = np.maximum.reduceat(extended, np.minimum(edges, len(values)))[::2]
        return np.where(self.blocks > 0, found, 0)

    def total(self, values: Array) -> Array:
        """Return the sum of the values between."""
        below = running(values)
        return np.asarray(below[self.rows] - below[self.before + 1])


@dataclass(frozen=True, slots=True)
class _Place:
    """A page with its block features by name, and its gaps."""

    view: PageView
    at: dict[str, int]
    x: Array
    p: Array
    gaps: Gaps

    def feature(self, name: str) -> Array:
        return np.asarray(self.x[:, self.at[name]])

    @property
    def kept(self) -> Array:
        return np.asarray(self.p[:, 0] + self.p[:, 1])


def boundary_features(view: PageView, names: Sequence[str], x: Array, p: Array, rows: Array) -> tuple[list[str], Array]:
    """Return names and values for each row, from the page's block features `x` and probabilities of kinds `p`."""
    gaps = Gaps(rows, np.concatenate([[-1], rows[:-1]]))
    place = _Place(view, {name: at for at, name in enumerate(names)}, x, p, gaps)
    f = Columns(len(rows))
    _own_features(place, f)
    _between_features(place, f)
    _edge_features(place, f)
    _run_features(place, f)
    _again_features(place, f)
    add_likeness(f, view, rows, np.minimum(1, place.kept[rows]))
    add_habits(f, view, rows)
    return f.names, f.matrix()


def opening_features(opening: Array, rows: Array) -> tuple[list[str], Array]:
    """Return how much the words of a row and of its neighbours sound like the opening of an article."""
    own = opening[rows]
    columns = [own, np.concatenate([[0], own[:-1]]), np.concatenate([own[1:], [0]])]
    return ["words.opening", "words.opening_before", "words.opening_after"], np.stack(columns, 1).astype(np.float32)


def sure_starts(view: PageView, rows: Array) -> Array:
    """Tell the rows with a certain keep-reading line before them that says the same as the page's last line."""
    marker = view.certain_at(Label.KEEP_READING)
    if not marker[-1]:
        return np.zeros(len(rows), bool)
    same = marker & np.fromiter((line == view.lines[-1] for line in view.lines), bool, view.n)
    found = Gaps(rows, np.concatenate([[-1], rows[:-1]])).total(same) > 0
    found[0] = False
    return np.asarray(found)


def _own_features(place: _Place, f: Columns) -> None:
    """Add the row and its neighbours among the rows, and what the blocks around are thought to be."""
    rows, p = place.gaps.rows, place.p
    for name in OWN:
        f.add("own_" + name, place.feature(name)[rows])
    for name in BEFORE:
        f.add("before_" + name, shift(place.feature(name)[rows], -1))
    for name in AFTER:
        f.add("after_" + name, shift(place.feature(name)[rows], 1))
    f.add("before2_shape.log_words", shift(place.feature("shape.log_words")[rows], -2))
    f.add("after2_shape.log_words", shift(place.feature("shape.log_words")[rows], 2))
    for by in (-2, -1, 0, 1, 2):
        for kind, name in enumerate(KINDS):
            if by == 0 or name in {"heading", "title", "noise"}:
                f.add(f"kinds.{name}{by:+d}", shift(p[:, kind], by)[rows])


def _between_features(place: _Place, f: Columns) -> None:
    """Add what stands between the last row and this one."""
    view, gaps, rows = place.view, place.gaps, place.gaps.rows
    f.add("between.blocks", np.minimum(gaps.blocks, 60))
    f.add("between.first", rows == rows[0])
    for kind, name in enumerate(KINDS):
        f.add(f"between.max_{name}", gaps.most(place.p[:, kind]))
        f.add(f"between.sum_{name}", np.minimum(gaps.total(place.p[:, kind]), 30))
    for label in BETWEEN_LABELS:
        f.add(f"between.{label.value}", gaps.most(view.hit(label, 0.5)))
    f.add("rules.dateline", view.likely_at(Label.DATELINE)[rows])
    f.add("between.words", np.log1p(gaps.total(view.words)))
    f.add("between.max_words", gaps.most(view.words))
    f.add("between.max_gap", np.maximum(gaps.most(view.gap), view.gap[rows]))
    f.add("between.sum_gap", gaps.total(view.gap) + view.gap[rows])
    f.add("between.copies", gaps.most(place.feature("page.copies")))
    f.add("between.form_repeats", gaps.most(place.feature("page.form_repeats")))
    f.add("between.lean", gaps.most(place.feature("cohesion.lean")))
    f.add("between.lean_least", -gaps.most(-place.feature("cohesion.lean")))


def _edge_features(place: _Place, f: Columns) -> None:
    """Add the first and the last line between, as shapes."""
    gaps = place.gaps
    ends = {"first": np.minimum(gaps.before + 1, place.view.n - 1), "last": np.maximum(gaps.rows - 1, 0)}
    for tag, at in ends.items():
        for name in BETWEEN:
            f.add(f"between.{tag}_{name}", np.where(gaps.blocks > 0, place.feature(name)[at], -1))
        for kind in (2, 3, 4):
            f.add(f"between.{tag}_p_{KINDS[kind]}", np.where(gaps.blocks > 0, place.p[at, kind], -1))


def _run_features(place: _Place, f: Columns) -> None:
    """Add how the text runs, and how often the page has the same things between its rows."""
    gaps, n = place.gaps, len(place.gaps.rows)
    i = np.arange(n)
    busy = gaps.blocks > 0
    kept = place.kept[gaps.rows]
    f.add("run.place", i / max(1, n - 1))
    f.add("run.rows", np.log1p(n))
    f.add("run.from_start", half_octaves(i))
    f.add("run.from_end", half_octaves(n - i))
    f.add("run.kept_before", window(kept, -3, -1))
    f.add("run.kept_after", window(kept, 0, 3))
    f.add("run.page_prose", place.feature("page.prose_share")[0])
    f.add("run.page_certain", place.feature("page.certain_share")[0])
    f.add("run.layout", place.feature("page.layout")[0])
    f.add("run.gaps_share", busy.astype(np.float32).mean())
    template = _template(place)
    f.add("run.template", template)
    f.add("run.template_repeats", np.where(template > 0, np.bincount(template)[template], 0))
    last = np.maximum.accumulate(np.where(busy, i, -100))
    since = np.minimum(i - np.concatenate([[-100], last[:-1]]), 100)
    following = np.minimum.accumulate(np.where(busy, i, n + 100)[::-1])[::-1]
    until = np.minimum(np.concatenate([following[1:], [n + 100]]) - i, 100)
    f.add("run.since_busy", half_octaves(since))
    f.add("run.until_busy", half_octaves(until))


def _template(place: _Place) -> Array:
    """Give what stands between a number, as a set: title, byline, keep-reading line, credit or caption, tags or agency."""
    view, gaps = place.view, place.gaps
    pictured = view.certain_at(Label.CREDIT) | view.certain_at(Label.CAPTION)
    closing = view.certain_at(Label.TAGS) | view.certain_at(Label.AGENCY)
    parts = (
        gaps.most(place.p[:, 2]) > 0.4,
        gaps.most(place.p[:, 3]) > 0.4,
        gaps.most(view.certain_at(Label.KEEP_READING)) > 0,
        gaps.most(pictured) > 0,
        gaps.most(closing) > 0,
    )
    number = sum(part.astype(np.int64) << bit for bit, part in enumerate(parts))
    return np.asarray(number)


def _again_features(place: _Place, f: Columns) -> None:
    """Add short lines that come again: a page's marker, whatever its language; often the page's last line as well."""
    view, gaps = place.view, place.gaps
    short = (view.words <= 8) & (place.kept < 0.6)
    again = np.where(short, np.minimum(place.feature("page.copies"), 12), 0)
    again = np.where(again >= 2, again, 0)
    tail = set(view.lines[-3:])
    like_tail = short & np.fromiter((line in tail for line in view.lines), bool, view.n)
    like_tail[-3:] = False
    first, last = np.minimum(gaps.before + 1, view.n - 1), np.maximum(gaps.rows - 1, 0)
    most = gaps.most(again)
    f.add("between.comes_again", most)
    f.add("between.like_the_end", gaps.most(like_tail))
    f.add("between.first_comes_again", np.where(gaps.blocks > 0, again[first], -1))
    f.add("between.last_comes_again", np.where(gaps.blocks > 0, again[last], -1))
    f.add("run.again_gaps", (most >= 2).sum())
    f.add("between.first_new_line", place.feature("page.gap")[first])
