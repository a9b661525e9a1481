"""The figures as tables, for a terminal; the report has the same rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from cleaner.evaluate.figures import FIGURES, ROUNDS, measure, slices
from cleaner.evaluate.gold import Kind
from cleaner.evaluate.lines import NO_BLOCK
from cleaner.review.wording import ranked, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from cleaner.evaluate.figures import Difference, Measured, Row
    from cleaner.evaluate.lines import Fate
    from cleaner.evaluate.run import Evaluation
    from cleaner.evaluate.saved import Changed, Comparison

KEYS = 2
"""Columns that name a row: its slice and how many pages it has."""
MOST_CHANGED = 20
"""Pages that are listed as better or worse; the report lists more."""
TITLES = {Kind.DUMP: "Text dumps", Kind.PAGE: "HTML pages"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in words, whoever draws it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def figures_sheet(kind: Kind, rows: Sequence[Row]) -> Sheet:
    """Lay out every figure of every slice."""
    heads = ("slice", "n", *(figure.head for figure in FIGURES[kind]))
    cells = (
        (visible(name), str(len(group)), *(_measured(m) for m in measure(group).values()))
        for name, group in slices(rows).items()
    )
    note = f"± is half of the 95 % interval of {ROUNDS} bootstrap samples: a difference inside it is not a result"
    return Sheet(f"{TITLES[kind]}: figures", heads, tuple(cells), note)


def _measured(found: Measured | None) -> str:
    return f"{found.value:.4f} ±{_short(found.half_width)}" if found else "-"


def _short(rate: float, sign: str = "") -> str:
    """Leave the zero before the point out: a column is as wide as a terminal of 80 characters allows."""
    return f"{rate:{sign}.4f}".replace("0.", ".", 1)


def difference_sheet(found: Comparison, cleaner: str) -> Sheet:
    """Lay out the differences, those that are results marked `*`."""
    heads = ("slice", "n", *(figure.head for figure in FIGURES[found.kind]))
    rows = ((visible(name), str(n), *map(_difference, d.values())) for name, (n, d) in found.slices.items())
    note = "* the paired 95 % interval (in brackets) leaves 0 out" + (
        f"; {found.left_out} pages left out: not in both, or their gold changed" if found.left_out else ""
    )
    return Sheet(f"{TITLES[found.kind]}: now minus {visible(cleaner)}", heads, tuple(rows), note)


def _difference(found: Difference | None) -> str:
    if found is None:
        return "-"
    if found.value == found.low == found.high == 0:
        return "0"
    low, high = _short(found.low, "+"), _short(found.high, "+")
    return f"{found.value:+.4f}{'*' if found.is_outside else ''} [{low} {high}]"


def lines_sheet(kind: Kind, fates: Mapping[Fate, int]) -> Sheet:
    """Lay out each kind of line: how often it was kept, and what it was taken for: the confusion matrix by rows."""
    rows = []
    for name, cells in matrix(fates).items():
        placed = sum(n for label, n in cells.items() if label != NO_BLOCK)
        kept = sum(n for fate, n in fates.items() if fate.kind == name and fate.kept)
        rates = (f"{kept / placed:.4f}", f"{1 - kept / placed:.4f}") if placed else ("-", "-")
        rows.append((visible(name), str(sum(cells.values())), *rates, ranked(cells)))
    note = f"rates are of the lines that were found on the page; `{NO_BLOCK}`: not found there"
    return Sheet(f"{TITLES[kind]}: what became of each kind of line", LINE_HEADS, tuple(rows), note)


LIST_HEAD = "we say"
LINE_HEADS = ("gold says", "lines", "kept", "removed", LIST_HEAD)


def matrix(fates: Mapping[Fate, int]) -> dict[str, Counter[str]]:
    """Sum the cells up by gold's kind, the most frequent kind first."""
    found: dict[str, Counter[str]] = {}
    for fate, count in fates.items():
        found.setdefault(fate.kind, Counter())[fate.label] += count
    return dict(sorted(found.items(), key=lambda item: (-item[1].total(), item[0])))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet on a terminal; where it is narrow, cells break between figure and spread, then columns go below."""

    sheet: Sheet

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as many tables as the width asks for."""
        del console
        yield Text(self.sheet.title, style="bold cyan")
        widths = self._widths(options.max_width)
        for columns in _deal(widths, options.max_width):
            yield self._table(columns, widths)
        yield Text(self.sheet.note, style="dim")
        yield Text()

    def _widths(self, room: int) -> list[int]:
        """Give each column its longest cell where all fit beside each other, else its longest word."""
        columns = list(zip(self.sheet.heads, *self.sheet.rows, strict=True))
        whole = [max(map(len, column)) for column in columns]
        if sum(whole) + len(whole) <= room:
            return whole
        return [max(len(word) for cell in column for word in cell.split() or [""]) for column in columns]

    def _table(self, columns: Sequence[int], widths: Sequence[int]) -> Table:
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
        for number in columns:
            head = self.sheet.heads[number]
            is_list = head == LIST_HEAD  # it takes what room is left
            table.add_column(
                head,
                justify="left" if number == 0 or is_list else "right",
                overflow="fold",
                width=None if is_list else widths[number],
            )
        for row in self.sheet.rows:
            table.add_row(*(Text(row[n], style="bold" if "*" in row[n] else "") for n in columns))
        return table


def _deal(widths: Sequence[int], room: int) -> list[list[int]]:
    """Deal the columns out to tables; the first two, which name the row, stand in each."""
    groups: list[list[int]] = [[]]
    for number in range(KEYS, len(widths)):
        taken = sum(widths[n] + 1 for n in (*range(KEYS), *groups[-1], number))
        if taken > room and groups[-1]:
            groups.append([])
        groups[-1].append(number)
    return [[*range(KEYS), *group] for group in groups]


def draw_figures(done: Evaluation) -> Iterator[RenderableType]:
    """Draw all tables of an evaluation, dumps first."""
    for kind in Kind:
        rows = done.of(kind)
        if rows:
            yield Drawn(figures_sheet(kind, rows))
        if done.fates.get(kind):
            yield Drawn(lines_sheet(kind, done.fates[kind]))
    if done.no_article:
        yield Text(no_article_line(done.no_article))


def no_article_line(found: Mapping[str, int]) -> str:
    """Say what came of the pages that should give nothing; they are in no figure."""
    wrong = [f"{visible(name)} ({count})" for name, count in found.items() if count]
    told = f": {', '.join(wrong)}" if wrong else ""
    return f"{len(found)} pages should give no article and are in no figure; {len(wrong)} gave some{told}"


def draw_comparison(found: Comparison, cleaner: str) -> Iterator[RenderableType]:
    """Draw the differences, which of them are results, and the pages that changed."""
    yield Drawn(difference_sheet(found, cleaner))
    results = [f"{visible(name)}: {head} {d.value:+.4f}" for name, head, d in found.outside()]
    yield Text(f"outside the interval: {'; '.join(results)}" if results else "no difference is outside its interval")
    for word, style, pages in (("worse", "red", found.worse), ("better", "green", found.better)):
        yield Text(f"{len(pages)} of {found.pages} pages got {word}", style=style)
        yield from (Text(line) for line in changed_lines(pages, MOST_CHANGED))
    yield Text()


def changed_lines(pages: Sequence[Changed], most: int) -> Iterable[str]:
    """List pages with their score before and now."""
    for page in pages[:most]:
        yield f"  {page.before:.4f} -> {page.now:.4f} {page.difference:+.4f}  {visible(page.name)}"
    if len(pages) > most:
        yield f"  and {len(pages) - most} more"
