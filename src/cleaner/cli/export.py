"""Hand the published articles on to other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.search import Language, Since, Site, Until, Warehouse, day
from cleaner.cli.shell import exit_codes, settings_in_force


class Form(StrEnum):
    """Forms of `cleaner export`."""

    PARQUET = "parquet"
    JSONL = "jsonl"
    CSV = "csv"
    HF = "hf"
    ARROW = "arrow"


class Compression(StrEnum):
    """How text files are compressed."""

    ZST = "zst"
    GZ = "gz"


Output = Annotated[Path, typer.Option(help="Folder to write, in which nothing lies yet.")]


def export(  # noqa: PLR0917 - typer reads its options off the parameters
    output: Output,
    form: Annotated[
        Form,
        typer.Option("--format", help="parquet by site and month, jsonl, csv, arrow, or hf: a data set with its card."),
    ] = Form.PARQUET,
    table: Annotated[str, typer.Option(help="Table or view: articles, paragraphs, removed_lines, ...")] = "articles",
    site: Site = None,
    since: Since = None,
    until: Until = None,
    lang: Language = None,
    where: Annotated[
        str | None,
        typer.Option(metavar="SQL", help='Only articles for which this holds: "words > 200 AND NOT truncated".'),
    ] = None,
    unique: Annotated[bool, typer.Option("--unique", help="One of all copies, in its newest version.")] = False,
    compress: Annotated[Compression | None, typer.Option(help="Compress jsonl or csv.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier export in that folder.")] = False,
    warehouse: Warehouse = None,
) -> None:
    """Write the published articles, or another table's rows that belong to them, for other tools.

    The folder appears when all is written. Exit code 2, and nothing written, where it is taken or nothing matches.

    Examples:  cleaner export --output articles  |  cleaner export --format hf --unique --lang en --output dataset
    """
    from cleaner.store import export as exporting

    with exit_codes():
        days = day("--since", since), day("--until", until)
        chosen = exporting.Chosen(site, *days, lang, where, unique)
        wanted = exporting.Form(form.value)
        order = exporting.Order(output, wanted, table, chosen, compress.value if compress else None, force)
        done = exporting.export(settings_in_force(warehouse=warehouse).warehouse, order)
        files = "1 file" if done.files == 1 else f"{done.files} files"
        typer.echo(f"{done.rows} rows of {table} in {output}: {files}, {done.bytes / 1e6:.1f} MB")
