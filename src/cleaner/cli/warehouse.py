"""Commands that ask the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from cleaner.cli.shell import CRASHED, EXPIRED, PipedConsole, exit_codes, settings_in_force, writer
from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import JustifyMethod

    from cleaner.lineage import Replayed
    from cleaner.store.tracing import Traced
    from cleaner.store.versions import Version

Raw = Annotated[Path | None, typer.Option(help="Landing zone.")]
Warehouse = Annotated[Path | None, typer.Option(help="Folder of the DuckDB files.")]


def trace(
    article: Annotated[
        str,
        typer.Argument(metavar="ARTICLE[:PARAGRAPH]", help="Id of an article, or how it begins; one paragraph or all."),
    ],
    raw: Raw = None,
    warehouse: Warehouse = None,
) -> None:
    """Show where an article's paragraphs come from, and prove it: read the raw page again and replay the repairs.

    Exit code 1 where a raw page is gone, was changed, or does not give the paragraph; 4 where retention removed it, so that
    nothing can be proven.

    Example:  cleaner trace 5d41402abc4b2a76:3
    """
    from cleaner.lineage import Fault, RawPages
    from cleaner.store.reading import open_published
    from cleaner.store.tracing import trace as look_up

    with exit_codes():
        settings = settings_in_force(raw=raw, warehouse=warehouse)
        article_id, paragraph = _wanted(article)
        with open_published(settings.warehouse) as reader:
            found = look_up(reader, article_id, paragraph)
        pages = RawPages(settings.raw, settings.page_bytes)
        console = PipedConsole()
        faults, expired = 0, 0
        for traced in found:
            replayed = pages.replay(traced)
            faults += replayed.fault is not None
            expired += replayed.fault is Fault.EXPIRED
            console.print(_drawn(traced, replayed))
            console.print()
        proven = len(found) - faults
        console.print(f"{proven} of {len(found)} paragraphs follow from the raw bytes")
        if faults:
            raise typer.Exit(EXPIRED if expired == faults else CRASHED)


def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Id of an article, or how it begins.")],
    raw: Raw = None,
    warehouse: Warehouse = None,
) -> None:
    """Print an article of the warehouse as Markdown, with the links and emphasis that its raw page has.

    Where the raw page is gone or was changed, the text comes without them, and stderr says why.

    Example:  cleaner show 5d41402abc4b2a76
    """
    from cleaner.lineage import RawPages, Replayed
    from cleaner.model import Kind, Repair
    from cleaner.review import markdown
    from cleaner.review.markdown.tree import Part
    from cleaner.store.reading import open_published
    from cleaner.store.tracing import head
    from cleaner.store.tracing import trace as look_up

    with exit_codes():
        settings = settings_in_force(raw=raw, warehouse=warehouse)
        with open_published(settings.warehouse) as reader:
            found = look_up(reader, article)
            told = head(reader, found[0].article_id)
        page = RawPages(settings.raw, settings.page_bytes).page(found[0])
        tree = None if isinstance(page, Replayed) else markdown.tree_of(page)
        if isinstance(page, Replayed):
            typer.echo(f"without links and emphasis: {page.fault}: {page.detail}", err=True)
        parts = [
            Part(p.text, Kind(p.kind), p.level, p.element, p.start_offset, p.end_offset, tuple(map(Repair, p.repairs)))
            for p in found
        ]
        about = (*told.authors, told.published, told.agency, told.site, told.url)
        with writer(None) as stream:
            stream.write(markdown.document(markdown.Head(told.title, told.dek, about), parts, tree))


def publish(
    warehouse: Warehouse = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show the publications that are kept, the newest first.")
    ] = False,
    rollback: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Give readers this publication again, until the next one.")
    ] = None,
) -> None:
    """Publish what is loaded; or list what was published, or go back to it.

    Example:  cleaner publish --rollback 20260302T060000.000000Z
    """
    from cleaner.store.versions import list_versions
    from cleaner.store.warehouse import open_warehouse

    with exit_codes():
        settings = settings_in_force(warehouse=warehouse)
        if not settings.warehouse.is_dir():
            raise ConfigurationError(f"{settings.warehouse}: no such warehouse; `cleaner ingest` makes one")
        if listed:
            PipedConsole().print(_versions(list_versions(settings.warehouse)))
            return
        with open_warehouse(settings.warehouse) as opened:
            path = (
                opened.roll_back(rollback)
                if rollback
                else opened.publish(settings.keep_versions, search_index=settings.search_index)
            )
        typer.echo(f"readers have {rollback or 'what is loaded'}: {path}")


def schema(
    output: Annotated[
        Path | None, typer.Option(help="Write here instead of to stdout; replaced only when all is done.")
    ] = None,
) -> None:
    """Print every table and view of the warehouse with its columns, types and meanings, as Markdown.

    Example:  cleaner schema --output docs/schema.md
    """
    from cleaner.store.describe import schema_markdown

    with exit_codes(), writer(output) as stream:
        stream.write(schema_markdown())


def _versions(versions: list[Version]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("version", "", "MB", "pages", "articles", "lines", "quarantined", "cleaners"):
        justify: JustifyMethod = "left" if name in {"version", "", "cleaners"} else "right"
        # The name is there to be copied into --rollback: it is never cut.
        table.add_column(
            name,
            justify=justify,
            no_wrap=name == "version",
            overflow="fold",
            min_width=27 if name == "version" else None,
        )
    for v in versions:
        counts = (f"{v.bytes / 1e6:.1f}", *map(str, (v.pages, v.articles, v.blocks, v.quarantined)))
        table.add_row(v.name, "current" if v.is_current else "", *counts, ", ".join(v.digests))
    return table


def _wanted(article: str) -> tuple[str, int | None]:
    """Cut `ARTICLE:PARAGRAPH`."""
    article_id, colon, paragraph = article.partition(":")
    if not colon:
        return article_id, None
    if not (paragraph.isdecimal() and int(paragraph)):
        raise ConfigurationError(f"{article}: after the colon stands the number of a paragraph, from 1")
    return article_id, int(paragraph)


def _drawn(traced: Traced, replayed: Replayed) -> Table:
    """Draw the way of a paragraph, from what an analyst sees to what lies on the disk."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    place = traced.places[0]
    row = "" if place.row is None else f", row {place.row}"
    origin = f"element {traced.element}, " if traced.element else ""
    kind = traced.kind if traced.level is None else f"{traced.kind} {traced.level}"
    told = {
        "paragraph": f"{traced.article_id}:{traced.paragraph} ({traced.label}, {kind})",
        "text": traced.text,
        "judged": f"{traced.decided_by}, {traced.score:.2f}: {traced.evidence}",
        "repairs": ", ".join(traced.repairs) or "none",
        "block": f"{traced.block}: {origin}characters {traced.start_offset} to {traced.end_offset}",
        "source": _source(traced, replayed),
        "page": f"{traced.page_id} {traced.url or ''}".rstrip(),
        "file": f"{place.file}{row}",
        "bytes": f"{traced.bytes}, {traced.encoding}, SHA-256 {traced.sha256}",
        "run": f"{traced.run_id} of cleaner {traced.cleaner_version}, digest {traced.digest}",
        "replayed": f"{replayed.fault}: {replayed.detail}" if replayed.fault else replayed.detail,
    }
    for name, value in told.items():
        style = ("red" if replayed.fault else "green") if name == "replayed" else ""
        table.add_row(name, Text(value, style=style))
    return table


def _source(traced: Traced, replayed: Replayed) -> str:
    """Say where in the page's source a paragraph stands."""
    told = [] if traced.line is None else [f"line {traced.line}"]
    if replayed.source is not None:
        told.append(f"characters {replayed.source[0]} to {replayed.source[1]}")
    if replayed.first_byte is not None and replayed.bytes is not None:
        told.append(f"bytes {replayed.first_byte} to {replayed.first_byte + replayed.bytes}")
    return ", ".join(told) or "not known"
