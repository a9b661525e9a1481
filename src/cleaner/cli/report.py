"""The command that draws the report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.shell import exit_codes, settings_in_force, writer
from cleaner.errors import ConfigurationError

Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only pages fetched on this day (UTC) or later.")
]


def report(
    output: Annotated[Path, typer.Option(help="Write here; replaced only when all is done.")] = Path("report.html"),
    site: Annotated[str | None, typer.Option(help="Only this site: its name as landed, or its host.")] = None,
    since: Since = None,
    warehouse: Annotated[Path | None, typer.Option(help="Folder of the DuckDB files.")] = None,
) -> None:
    """Write the state of the warehouse as one HTML page that fetches nothing: charts, tables, where to look.

    It needs the extra `report`.

    Example:  cleaner report --output report.html --since 2026-03-01
    """
    from cleaner.report.page import check_drawing, report_page
    from cleaner.store.overview import Choice, read_overview
    from cleaner.store.reading import open_published

    with exit_codes():
        check_drawing()
        settings = settings_in_force(warehouse=warehouse)
        moment = since.replace(tzinfo=UTC) if since else None
        with open_published(settings.warehouse) as reader:
            overview = read_overview(reader, Choice(site, moment))
        if not overview.totals.records()[0]["pages"] and (site or since):
            raise ConfigurationError(_nothing(site, moment))
        about = {"written": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
        about |= {"site": site} if site else {}
        about |= {"fetched since": f"{moment:%Y-%m-%d}"} if moment else {}
        with writer(output) as stream:
            stream.writelines(f"{line}\n" for line in report_page(overview, about))
        typer.echo(f"{output}: {output.stat().st_size / 1e6:.1f} MB, to be opened in a browser")


def _nothing(site: str | None, since: datetime | None) -> str:
    chosen = [f"--site {site!r}"] if site else []
    chosen += [f"--since {since:%Y-%m-%d}"] if since else []
    return f"no page is that of {' and '.join(chosen)}; the view site_stats lists the sites"
