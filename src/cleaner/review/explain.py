"""Why is this line gone? Every block of a page with its verdict, by whom and on what evidence, drawn for a terminal.

Colour only helps: `+` and `-` tell kept from removed, so that a pipe or `NO_COLOR` loses nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cleaner.model import Verdict
from cleaner.review.wording import (
    FIELDS,
    field_values,
    kept_removed,
    kind_note,
    offers,
    opening,
    ranked,
    shorten,
    tally,
    visible,
)
from cleaner.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from cleaner.model import Article, Block, Candidate, Cleaned, LedgerEntry, Rejected

WIDE = 110
"""Columns from which the evidence has a column of its own; below, it stands under its block's text."""
LONGEST_EVIDENCE = 70
DATES = frozenset({"published_at", "modified_at"})
MOST_OTHERS = 4
"""Losing opinions that are shown; the warehouse holds them all."""
MOST_OFFERS = 20
"""Losing candidates of one field that are shown; a few pages name a hundred tags."""

_STYLES = {Verdict.KEPT: "green", Verdict.REMOVED: "dim red"}
_SIGNS = {Verdict.KEPT: "+", Verdict.REMOVED: "-"}
_HIGHLIGHT = "bold underline"


def render(
    cleaned: Cleaned, article: int | None = None, places: Mapping[int, str] = MappingProxyType({})
) -> RenderableType:
    """Draw a page's ledger; `article` limits it to that one, with the boundaries of its neighbours.

    `places` are shown under the blocks of these numbers.
    """
    parts: list[RenderableType] = [_rejection(r) for r in cleaned.rejected]
    parts.append(_head(cleaned))
    if article is not None and article not in {a.position for a in cleaned.articles}:
        count = len(cleaned.articles)
        message = f"There is no article {article}: this page gave {count}."
        return Group(*parts, Text(), Text(message, style="bold yellow"))
    shown = _shown(cleaned.ledger, article)
    if shown and not isinstance(shown[0], _Boundary):
        parts.append(Text())  # a boundary brings its own blank line
    return Group(*parts, *_sections(shown, places))


def metadata(cleaned: Cleaned, article: int | None = None) -> RenderableType:
    """Draw where each field of each article comes from, and what else was on offer; `article` limits it to that one."""
    parts: list[RenderableType] = [_rejection(r) for r in cleaned.rejected]
    for one in cleaned.articles:
        if article in {None, one.position}:
            parts += [Rule(Text(f"article {one.position}"), align="left", style="cyan"), _Fields(one)]
    return Group(*parts)


def _rejection(rejected: Rejected) -> RenderableType:
    head = Text.assemble((f"rejected: {rejected.reason}", "bold red"), "  ")
    first, *rest = rejected.detail.splitlines() or [""]
    lines = [Text(visible(line), style="red") for line in rest]  # the traceback of a crash
    return Group(head + Text(visible(first)), *lines)


def _head(cleaned: Cleaned) -> Table:
    counts = tally(cleaned.ledger)
    rows = {
        "source": visible(cleaned.page.source),
        "layout": cleaned.layout.value if cleaned.layout else "none",
        "encoding": cleaned.encoding or "none",
        "language": cleaned.language or "unknown",
        "articles": str(len(cleaned.articles)),
        "blocks": kept_removed(cleaned),
        "kept": ranked(counts.kept) or "nothing",
        "removed": ranked(counts.removed) or "nothing",
    }
    grid = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        grid.add_row(Text(name, style="bold"), Text(value))
    return grid


@dataclass(frozen=True, slots=True)
class _Boundary:
    """The place where an article opens."""

    title: str
    style: str


def _shown(ledger: Sequence[LedgerEntry], article: int | None) -> list[LedgerEntry | _Boundary]:
    """List blocks and boundaries in order; of one article also what stands between its blocks, removed or not."""
    own = [i for i, e in enumerate(ledger) if article is None or e.article == article]
    first, last = (own[0], own[-1]) if own else (0, -1)
    shown: list[LedgerEntry | _Boundary] = []
    for i, entry in enumerate(ledger):
        inside = first <= i <= last
        near = article is None or abs(entry.article - article) <= 1
        if entry.opens is not None and (inside or near):
            style = "bold cyan" if article in {None, entry.article} else "dim"
            shown.append(_Boundary(opening(entry.article, entry.opens), style))
        if inside:
            shown.append(entry)
    return shown


def _sections(shown: Sequence[LedgerEntry | _Boundary], places: Mapping[int, str]) -> Iterator[RenderableType]:
    """Gather the blocks between two boundaries into one table; all tables get the same widths."""
    entries = [item for item in shown if not isinstance(item, _Boundary)]
    widths = _Widths.of(entries)
    held: list[LedgerEntry] = []
    for item in shown:
        if isinstance(item, _Boundary):
            if held:
                yield _Rows(tuple(held), widths, places)
            held = []
            yield _Line(item)
        else:
            held.append(item)
    if held:
        yield _Rows(tuple(held), widths, places)


@dataclass(frozen=True, slots=True)
class _Widths:
    """Columns that are as wide as their longest cell on the whole page."""

    block: int
    article: int
    label: int

    @classmethod
    def of(cls, entries: Sequence[LedgerEntry]) -> _Widths:
        return cls(
            block=max((len(str(e.block.index)) for e in entries), default=1),
            article=max((len(str(e.article)) for e in entries), default=1),
            label=max((len(e.label) for e in entries), default=1),
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """A ruled line `── article 2 opens: … ──` that keeps its head where the terminal is narrow."""

    boundary: _Boundary

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        dash = "-" if options.ascii_only else "─"
        title = shorten(self.boundary.title, max(10, options.max_width - 6))
        rest = max(2, options.max_width - cell_len(title) - 4)
        drawn = Text(f"{dash * 2} {title} {dash * rest}", style=self.boundary.style, overflow="crop", no_wrap=True)
        yield Padding(drawn, (1, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Blocks as table rows; how many columns there are is known only once the terminal's width is."""

    entries: tuple[LedgerEntry, ...]
    widths: _Widths
    places: Mapping[int, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        wide = options.max_width >= WIDE
        yield self._table(wide=wide)

    def _table(self, *, wide: bool) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=self.widths.block, justify="right", style="dim")
        table.add_column(width=self.widths.article, justify="right")
        table.add_column(width=1)
        table.add_column(width=self.widths.label, no_wrap=True)
        table.add_column(ratio=3, overflow="fold")
        if wide:
            table.add_column(ratio=2, overflow="fold")
        for entry in self.entries:
            table.add_row(*_cells(entry, self.places.get(entry.block.index), wide=wide))
        return table


def _cells(entry: LedgerEntry, place: str | None, *, wide: bool) -> list[RenderableType]:
    style = _STYLES[entry.verdict]
    text = _text(entry, style)
    by = _by(entry)
    if place is not None:
        by.append(f"\n{visible(place)}")
    cells: list[RenderableType] = [
        Text(str(entry.block.index)),
        Text(str(entry.article), style=style),
        Text(_SIGNS[entry.verdict], style=f"not dim bold {style.removeprefix('dim ')}"),
        Text(entry.label, style=style),
    ]
    return [*cells, text, by] if wide else [*cells, Group(text, Padding(by, (0, 0, 0, 2)))]


def _text(entry: LedgerEntry, style: str) -> Text:
    """Write the block's text, escapes in it marked, the words that decided about it underlined."""
    text = entry.block.text
    found = _span(text, entry.evidence)
    drawn = Text(style=style)
    if found is None:
        return drawn.append(visible(text))
    start, end = found
    drawn.append(visible(text[:start]))
    drawn.append(visible(text[start:end]), style=_HIGHLIGHT)
    return drawn.append(visible(text[end:]))


def _span(text: str, evidence: str) -> tuple[int, int] | None:
    """Find the matched words in the text; rules match folded text, whose offsets are the text's own."""
    if not evidence.strip():
        return None
    match = re.search(re.escape(fold(evidence)), fold(text), re.IGNORECASE)
    return match.span() if match else None


def _by(entry: LedgerEntry) -> Text:
    """Say who decided, how sure it is, on what evidence, and which opinions lost."""
    drawn = Text(style="dim")
    drawn.append(visible(entry.by), style="not dim cyan")
    drawn.append(f" {entry.score:.2f}")
    evidence = _evidence(entry)
    if evidence:
        drawn.append(f" {evidence}")
    for note in _notes(entry):
        drawn.append(f"; {note}")
    return drawn


def _evidence(entry: LedgerEntry) -> str:
    found = _span(entry.block.text, entry.evidence)
    if found == (0, len(entry.block.text)):
        return "(the whole line)"
    quoted = shorten(visible(entry.evidence), LONGEST_EVIDENCE)
    if found is None:
        return f"({quoted})" if quoted else ""
    return f"“{quoted}”"


def _notes(entry: LedgerEntry) -> Iterator[str]:
    block = entry.block
    if note := kind_note(entry):
        yield note
    if block.glued:
        yield "cut off the block before"
    if block.repairs:
        yield f"repaired: {', '.join(r.kind for r in block.repairs)}"
    others = _outvoted(block, entry.by)
    if others:
        yield f"also: {', '.join(others[:MOST_OTHERS])}" + (" …" if len(others) > MOST_OTHERS else "")


def _outvoted(block: Block, winner: str) -> list[str]:
    lost = sorted((m for m in block.marks if m.by != winner), key=lambda m: -m.score)
    return [f"{visible(m.by)} {m.score:.2f} ({m.label})" for m in lost]


@dataclass(frozen=True, slots=True)
class _Fields:
    """An article's fields; where the terminal is narrow, the losing candidates stand under the winner."""

    article: Article

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        yield self._table(wide=options.max_width >= WIDE)

    def _table(self, *, wide: bool) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(width=max(map(len, FIELDS)))
        table.add_column(ratio=3, overflow="fold")
        if wide:
            table.add_column(ratio=2, overflow="fold")
        for field in FIELDS:
            winner, losers = _winner(self.article, field), _losers(self.article, field)
            cells = [winner, losers] if wide else [Group(winner, Padding(losers, (0, 0, 0, 2))) if losers else winner]
            table.add_row(Text(field, style="bold"), *cells)
        return table


def _winner(article: Article, field: str) -> Text:
    values, won = field_values(article, field), offers(article, field)[0]
    if not values:
        return Text("none" + _reasons(offers(article, field)[1][:1]), style="dim")
    sources = dict.fromkeys(f"{c.source} {c.score:.2f}" for c in won)
    drawn = Text(visible("; ".join(values)), style="green")
    if sources:
        drawn.append(f"  ({', '.join(sources)})", style="not green dim cyan")
    return drawn.append(_reasons(won), style="not green dim")


def _reasons(won: Sequence[Candidate]) -> str:
    """Say in words what weighed most, and in which words the page says it where these are others than the value."""
    why = next((c.why for c in won if c.why), "")
    quoted = next((c.evidence for c in won if c.evidence and c.evidence != c.value), "")
    return (f"\nbecause: {visible(why)}" if why else "") + (
        f"\nin the page: “{shorten(visible(quoted), LONGEST_EVIDENCE)}”" if quoted else ""
    )


def _losers(article: Article, field: str) -> Text:
    won, losers = offers(article, field)
    more = [f"… and {len(losers) - MOST_OFFERS} more"] if len(losers) > MOST_OFFERS else []
    values = {c.value for c in won} | ({c.value[:10] for c in won} if field in DATES else set())
    return Text("\n".join([*(_loser(c, values) for c in losers[:MOST_OFFERS]), *more]), style="dim")


def _loser(candidate: Candidate, winners: set[str]) -> str:
    """Draw a candidate that did not win: one that says the same agrees."""
    day = candidate.value[:10] if candidate.field in DATES else candidate.value
    said = "likewise" if candidate.value in winners or day in winners else "not"
    return f"{said} {shorten(visible(candidate.value), LONGEST_EVIDENCE)} ({candidate.source} {candidate.score:.2f})"
