"""From counts to figures: rates over groups of pages, how far they may be off, and what changed between two runs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.evaluate.gold import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cleaner.evaluate.score import Rated

Counts = dict[str, float]

ROUNDS = 400
"""Resamples of the bootstrap, and its seed: fixed, so that a figure's spread is as reproducible as the figure."""
SEED = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate made of summed counts."""

    name: str
    head: str
    """As a column's head."""
    of: Callable[[Mapping[str, float]], float | None]
    """None where there was nothing to measure."""


@dataclass(frozen=True, slots=True)
class Row:
    """One page in figures: all that is kept of it."""

    name: str
    kind: Kind
    slices: tuple[str, ...]
    digest: str
    main: float
    counts: Mapping[str, float]
    rated: tuple[Rated, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure over a group."""

    value: float
    half_width: float
    """Half of the bootstrap's 95 % interval."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure now minus the same figure before, over the same pages."""

    value: float
    low: float
    high: float
    """The paired bootstrap's 95 % interval."""

    @property
    def is_outside(self) -> bool:
        """Tell a difference that chance among pages does not explain: its interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def _mean(column: str, count: str = "pages") -> Callable[[Mapping[str, float]], float | None]:
    return lambda sums: sums[column] / sums[count] if sums.get(count) else None


def _share(part: str, *others: str) -> Callable[[Mapping[str, float]], float]:
    """Divide a count by itself and the others; nothing at all is no fault."""

    def of(sums: Mapping[str, float]) -> float:
        whole = sums[part] + sum(sums[name] for name in others)
        return sums[part] / whole if whole else 1.0

    return of


def _without(part: str, whole: str) -> Callable[[Mapping[str, float]], float]:
    return lambda sums: 1 - sums[part] / max(1, sums[whole])


def _harmonic(p: float | None, r: float | None) -> float:
    return 2 * p * r / (p + r) if p and r else 0.0


_PRECISION = _share("cuts_right", "cuts_wrong")
_RECALL = _share("cuts_right", "cuts_missed")

FIGURES: Mapping[Kind, tuple[Figure, ...]] = {
    Kind.DUMP: (
        Figure("article_f1", "article F1", _mean("f1")),
        Figure("exact", "exact", _mean("exact")),
        Figure("count_right", "right count", _mean("count_right")),
        Figure("boundary_f1", "bound. F1", lambda sums: _harmonic(_PRECISION(sums), _RECALL(sums))),
        Figure("boundary_precision", "bound. P", _PRECISION),
        Figure("boundary_recall", "bound. R", _RECALL),
        Figure("body_kept", "body kept", _without("lost", "body")),
        Figure("noise_removed", "noise removed", _without("leaked", "noise")),
    ),
    Kind.PAGE: (
        Figure("body_f1", "body F1", lambda s: _harmonic(_mean("precision")(s), _mean("recall")(s))),
        Figure("precision", "body P", _mean("precision")),
        Figure("recall", "body R", _mean("recall")),
        Figure("page_f1", "page F1", _mean("f1")),
        Figure("exact", "exact", _mean("exact")),
        Figure("count_right", "right count", _mean("count_right", "counted")),
        Figure("no_strays", "no strays", _mean("no_strays", "counted")),
        Figure("title", "title", _mean("title", "title_n")),
        Figure("authors_exact", "authors exact", _mean("authors", "authors_n")),
        Figure("authors_f1", "authors F1", _mean("authors_f1", "authors_n")),
        Figure("date", "date", _mean("date", "date_n")),
        Figure("tags_f1", "tags F1", _mean("tags_f1", "tags_n")),
    ),
}

_COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DUMP: tuple("pages f1 exact count_right cuts_right cuts_wrong cuts_missed body lost noise leaked".split()),
    Kind.PAGE: tuple(
        "pages precision recall f1 exact counted count_right no_strays title title_n authors authors_f1 authors_n date date_n tags_f1 tags_n".split()
    ),
}


def slices(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group pages: all, multi and single, styles, layouts, languages."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        for name in row.slices:
            found.setdefault(name, []).append(row)
    return dict(sorted(found.items(), key=lambda item: _rank(item[0])))


def _rank(name: str) -> tuple[int, str]:
    order = ["all", "multi", "single"]
    if name in order:
        return order.index(name), ""
    return {"layout": 4, "lang": 5}.get(name.partition(":")[0], 3), name


def measure(rows: Sequence[Row]) -> dict[str, Measured | None]:
    """Compute every figure of a group of one kind, with its spread."""
    figures, columns = _figures_columns(rows)
    sums = _sums(columns, range(len(rows)))
    spread: dict[str, list[float]] = {f.name: [] for f in figures}
    for picked in resamples(len(rows)):
        drawn = _sums(columns, picked)
        for figure in figures:
            value = figure.of(drawn)
            if value is not None:
                spread[figure.name].append(value)
    return {f.name: _measured(f.of(sums), spread[f.name]) for f in figures}


def _measured(value: float | None, drawn: list[float]) -> Measured | None:
    if value is None:
        return None
    low, high = interval(drawn)
    return Measured(value, (high - low) / 2)


def compare(now: Sequence[Row], before: Sequence[Row]) -> dict[str, Difference | None]:
    """Take the differences over the same pages, in the same order, resampled together."""
    figures, ours = _figures_columns(now)
    theirs = _figures_columns(before)[1]
    whole = range(len(now))
    spread: dict[str, list[float]] = {f.name: [] for f in figures}
    for picked in resamples(len(now)):
        for name, difference in _differences(figures, _sums(ours, picked), _sums(theirs, picked)):
            spread[name].append(difference)
    found = dict(_differences(figures, _sums(ours, whole), _sums(theirs, whole)))
    return {f.name: Difference(found[f.name], *interval(spread[f.name])) if f.name in found else None for f in figures}


def _differences(
    figures: Iterable[Figure], ours: Mapping[str, float], theirs: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    for figure in figures:
        now, before = figure.of(ours), figure.of(theirs)
        if now is not None and before is not None:
            yield figure.name, now - before


def _figures_columns(rows: Sequence[Row]) -> tuple[tuple[Figure, ...], Mapping[str, list[float]]]:
    kind = rows[0].kind
    return FIGURES[kind], {name: [row.counts.get(name, 0.0) for row in rows] for name in _COLUMNS[kind]}


def _sums(columns: Mapping[str, list[float]], picked: Sequence[int]) -> Counts:
    return {name: sum(map(column.__getitem__, picked)) for name, column in columns.items()}


def resamples(size: int) -> Iterator[list[int]]:
    """Draw as many pages as there are, with replacement, again and again; always the same draws."""
    rng = random.Random(SEED)  # noqa: S311 - a bootstrap needs no cryptography
    for _ in range(ROUNDS):
        yield rng.choices(range(size), k=size)


def interval(drawn: Iterable[float]) -> tuple[float, float]:
    """Return what 95 % of the draws lie between."""
    ordered = sorted(drawn)
    return ordered[int(0.025 * len(ordered))], ordered[int(0.975 * len(ordered))]
