"""Features of the place before each text-like block: what tells whether an article begins here.

Only blocks that are likely text are candidates ("rows"); what stands between two of them (titles, credits, markers) is
evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.columns import Array, Columns, half_octaves, running, shift, windows
from cleaner.learned.habits import add_habits
from cleaner.learned.likeness import add_likeness
from cleaner.model import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.page_view import PageView

KINDS = ("body", "heading", "title", "byline", "noise")
"""What the block model tells apart, in the order of its probabilities."""
AROUND = [1, 2, 4]
"""Of these the neighbours' probabilities are told as well."""
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


@dataclass(frozen=True)
class Gaps:
    """What stands between each row and the row before it."""

    rows: Array
    before: Array
    """The row before, -1 for the first."""

    @cached_property
    def blocks(self) -> Array:
        """Blocks between."""
        return np.asarray(self.rows - self.before - 1)

    @cached_property
    def _edges(self) -> Array:
        return np.stack([self.before + 1, np.maximum(self.rows, self.before + 1)], 1).ravel()

    def most(self, values: Array) -> Array:
        """Return the greatest value between, 0 where nothing stands there; column by column, if there are several."""
        extended = np.concatenate([values, np.zeros((1, *values.shape[1:]))]).astype(np.float32)
        found = np.maximum.reduceat(extended, np.minimum(self._edges, len(values)), axis=0)[::2]
        return np.where((self.blocks > 0).reshape(-1, *(1,) * (values.ndim - 1)), found, 0)

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

    def of_rows(self, names: Sequence[str]) -> Array:
        """Return features of the rows, a column each."""
        return np.asarray(self.x[self.gaps.rows][:, [self.at[name] for name in names]])

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
    for tag, names, by in (
        ("own_", OWN, 0),
        ("before_", BEFORE, -1),
        ("after_", AFTER, 1),
        ("before2_", ("shape.log_words",), -2),
        ("after2_", ("shape.log_words",), 2),
    ):
        f.add_all((tag + name for name in names), shift(place.of_rows(names), by))
    f.add_all((f"kinds.{name}+0" for name in KINDS), p[rows])
    for by in (-2, -1, 1, 2):
        f.add_all((f"kinds.{KINDS[kind]}{by:+d}" for kind in AROUND), shift(p[:, AROUND], by)[rows])


def _between_features(place: _Place, f: Columns) -> None:
    """Add what stands between the last row and this one."""
    view, gaps, rows = place.view, place.gaps, place.gaps.rows
    f.add("between.blocks", np.minimum(gaps.blocks, 60))
    f.add("between.first", rows == rows[0])
    f.add_all((f"between.max_{name}" for name in KINDS), gaps.most(place.p))
    f.add_all((f"between.sum_{name}" for name in KINDS), np.minimum(gaps.total(place.p), 30))
    hits = np.stack([view.hit(label, 0.5) for label in BETWEEN_LABELS], 1)
    f.add_all((f"between.{label.value}" for label in BETWEEN_LABELS), gaps.most(hits))
    f.add("rules.dateline", view.likely_at(Label.DATELINE)[rows])
    f.add("between.words", np.log1p(gaps.total(view.words)))
    f.add("between.max_gap", np.maximum(gaps.most(view.gap), view.gap[rows]))
    f.add("between.sum_gap", gaps.total(view.gap) + view.gap[rows])
    lean = place.feature("cohesion.lean")
    most = {
        "max_words": view.words,
        "copies": place.feature("page.copies"),
        "form_repeats": place.feature("page.form_repeats"),
        "lean": lean,
    }
    f.add_all((f"between.{name}" for name in most), gaps.most(np.stack(list(most.values()), 1)))
    f.add("between.lean_least", -gaps.most(-lean))


def _edge_features(place: _Place, f: Columns) -> None:
    """Add the first and the last line between, as shapes."""
    gaps = place.gaps
    ends = {"first": np.minimum(gaps.before + 1, place.view.n - 1), "last": np.maximum(gaps.rows - 1, 0)}
    busy = (gaps.blocks > 0)[:, None]
    columns = [place.at[name] for name in BETWEEN]
    for tag, at in ends.items():
        f.add_all((f"between.{tag}_{name}" for name in BETWEEN), np.where(busy, place.x[np.ix_(at, columns)], -1))
        f.add_all((f"between.{tag}_p_{name}" for name in KINDS[2:]), np.where(busy, place.p[at, 2:], -1))


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
    for side, total in zip(("before", "after"), windows(kept, (-3, -1), (0, 3)), strict=True):
        f.add(f"run.kept_{side}", total)
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
