"""Commands that take something away: a page for good, or raw files that are old enough."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from cleaner.cli.shell import PipedConsole, exit_codes, settings_in_force
from cleaner.cli.warehouse import Raw, Warehouse  # noqa: TC001 - typer reads them
from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from cleaner.settings import Settings
    from cleaner.takedown import Listing


def forget(  # noqa: PLR0917 - typer reads its options off the parameters
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL|PAGE_ID|PATH]",
            help="An address, a page's id, a file of the landing zone or a row of it (FILE#3); without: go on with what is unfinished.",
        ),
    ] = None,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; kept with the tombstone.")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who asks; the user's name by default.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    raw: Raw = None,
    warehouse: Warehouse = None,
) -> None:
    """Remove a page for good: raw bytes, rows, publications that are kept; a tombstone keeps it from coming back.

    Lists first what would go: all versions of the address, and the same bytes under others. Asks then, on a terminal; elsewhere
    it ends with the list unless --yes is given. After a kill the same command, or the next run, goes on.

    Example:  cleaner forget https://harrowtide.example/news/ferry --why "court order" --yes
    """
    from cleaner.store.takedown import Order
    from cleaner.store.warehouse import open_warehouse
    from cleaner.takedown import complete, find
    from cleaner.takedown import forget as run

    with exit_codes():
        settings = _settings(raw, warehouse)
        with open_warehouse(settings.warehouse) as opened:
            listing = find(target, opened, settings) if target else None
            if listing is None or (not listing.pages and listing.is_forgotten):
                removed = complete(opened, settings)
                typer.echo("nothing that was forgotten is left in raw, warehouse or publications")
            elif not listing.pages:
                raise ConfigurationError(f"{target}: nothing of it is in {settings.warehouse} or {settings.raw}")
            elif _is_meant(listing, yes=yes):
                removed = run(listing, Order(by or getpass.getuser(), why), opened, settings)
                typer.echo(f"forgotten: {len(listing.pages)} pages, with {_articles(listing)} articles")
            else:
                typer.echo("nothing was changed; --yes forgets these pages for good")
                return
        for name in removed:
            typer.echo(
                f"publication {name} was made by another version and could not be rewritten: it was removed", err=True
            )


def retain(
    raw_days: Annotated[int, typer.Option("--raw-days", min=0, help="Keep raw pages so many days from their fetch.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    raw: Raw = None,
    warehouse: Warehouse = None,
) -> None:
    """Remove files from the landing zone that are loaded and whose youngest page is older than so many days.

    Articles stay, with hashes and offsets; `cleaner trace` then says that the raw page expired, and when.

    Example:  cleaner retain --raw-days 90 --dry-run
    """
    from cleaner.store.warehouse import open_warehouse
    from cleaner.takedown import retain as run

    with exit_codes():
        settings = _settings(raw, warehouse)
        with open_warehouse(settings.warehouse) as opened:
            done = run(raw_days, opened, settings, dry=dry_run)
            if done.files and not dry_run:
                opened.publish(settings.keep_versions)
        verb = "would go" if dry_run else "removed"
        typer.echo(
            f"{verb}: {done.files:,} files with {done.pages:,} pages, {decimal(done.bytes)}; {done.kept:,} files stay"
        )


def _settings(raw: Path | None, warehouse: Path | None) -> Settings:
    settings = settings_in_force(raw=raw, warehouse=warehouse)
    if not settings.warehouse.is_dir():
        raise ConfigurationError(f"{settings.warehouse}: no such warehouse; `cleaner ingest` makes one")
    return settings


def _is_meant(listing: Listing, *, yes: bool) -> bool:
    """Show what would go, and ask where somebody can answer."""
    table = Table("page", "articles", "address", "lies at", box=None, pad_edge=False, header_style="bold")
    for page in listing.pages:
        table.add_row(page.page_id, str(page.articles), Text(page.url or ""), Text("\n".join(page.places)))
    PipedConsole(width=None if sys.stdout.isatty() else 200).print(table)
    return yes or (sys.stdin.isatty() and typer.confirm("Forget these for good?"))


def _articles(listing: Listing) -> int:
    return sum(page.articles for page in listing.pages)
