"""The command line: the same verbs as the flows, without Prefect.

Heavy libraries are imported inside the commands: `cleaner --help` answers in a fraction of a second.
Exit codes: 0 every page gave articles or a reason; 1 a page hit a bug of ours; 2 wrong use or configuration;
3 disk, lock or network; 4 the raw page of a trace expired; 130 interrupted.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeGuard

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaner import __version__
from cleaner.cli import export as export_commands
from cleaner.cli import report as report_command
from cleaner.cli import search as search_commands
from cleaner.cli import takedown as takedown_commands
from cleaner.cli import warehouse as warehouse_commands
from cleaner.cli.shell import (
    CRASHED,
    EXPIRED,
    INTERRUPTED,
    WORLD,
    WRONG_USE,
    PipedConsole,
    exit_codes,
    settings_in_force,
    writer,
)
from cleaner.errors import ConfigurationError, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from cleaner.evaluate.run import Evaluation
    from cleaner.evaluate.saved import Comparison, Saved
    from cleaner.model import Cleaned, Page, Rejected
    from cleaner.rules import Rule
    from cleaner.settings import Settings

app = typer.Typer(
    name="cleaner",
    help="Clean scraped news: raw pages in, articles with evidence out.",
    epilog="Start with: cleaner explain PAGE. Settings: cleaner config. The scheduled run: make run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help="The rulebook: what each rule removes, why, and on which examples.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.command("trace")(warehouse_commands.trace)
app.command("search")(search_commands.search)
app.command("export")(export_commands.export)
app.command("show")(warehouse_commands.show)
app.command("publish")(warehouse_commands.publish)
app.command("forget")(takedown_commands.forget)
app.command("retain")(takedown_commands.retain)
app.command("schema")(warehouse_commands.schema)
app.command("report")(report_command.report)

__all__ = ["CRASHED", "EXPIRED", "INTERRUPTED", "WORLD", "WRONG_USE", "app", "main"]


class Format(StrEnum):
    """Forms of `cleaner clean`."""

    TABLE = "table"
    MARKDOWN = "markdown"
    MD = "md"
    """The same, shorter."""
    JSONL = "jsonl"


Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...", help="Files, folders, or - for stdin: .txt .html .jsonl, each also .gz .zst .xz."
    ),
]
Packs = Annotated[Path | None, typer.Option(help="Folder of further rule packs.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes that clean; 1 cleans in this one, without limits of time and memory."),
]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        typer.echo(f"cleaner {__version__}")
        raise typer.Exit


@app.command()
def clean(
    paths: Paths,
    form: Annotated[
        Format, typer.Option("--format", help="table to look at, markdown (or md) to read, jsonl for programs.")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="Write here instead of to stdout; replaced only when all is done.")
    ] = None,
    workers: Workers = None,
    packs: Packs = None,
) -> None:
    """Clean pages and print their articles, in input order.

    A page that gives none prints `source: reason` on stderr. With --format jsonl each line is one article: source,
    position, title, dek, authors, published_at, modified_at, site, url, language, section, agency, tags, image, licence,
    access, truncated, headings, text, paragraphs, confidence. Markdown keeps headings, lists, quotes, tables, code, links and emphasis.

    Examples:  cleaner clean page.txt  |  cleaner clean raw/ --format jsonl --output articles.jsonl --workers 2
    """
    with exit_codes():
        settings = settings_in_force(workers=workers, packs=packs).model_copy(update={"workers": workers or 1})
        results = _cleaned(paths, settings)
        crashed = 0
        with writer(output) as stream:
            write = _form(form, stream)
            for result in results:
                crashed += _report_rejected(result)
                write(result)
        if crashed:
            raise typer.Exit(CRASHED)


@app.command()
def explain(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A page; - for stdin. Of a JSONL file every row.")],
    article: Annotated[int | None, typer.Option(min=1, help="Show only the lines of this article.")] = None,
    metadata: Annotated[
        bool, typer.Option("--metadata", help="Show each field's winner, its source and the other candidates.")
    ] = False,
    places: Annotated[
        bool, typer.Option("--places", help="Show under each line where it stands in the page's source.")
    ] = False,
    packs: Packs = None,
) -> None:
    """Show every line of a page: kept as what, or removed as what, by which rule, on which words, and how sure.

    Example:  cleaner explain raw/velovale.example/2026-03-02/salt-road.txt
    """
    from cleaner.review import explain as drawing
    from cleaner.review.places import places as where

    with exit_codes():
        console = PipedConsole(soft_wrap=False)
        crashed = 0
        for result in _cleaned([path], settings_in_force(workers=1, packs=packs)):
            crashed += _report_rejected(result)
            if not _is_cleaned(result):
                continue
            if article is not None and article > len(result.articles):
                raise ConfigurationError(
                    f"{result.page.source} has {len(result.articles)} articles; there is no article {article}"
                )
            console.print(drawing.render(result, article, where(result) if places else {}))
            if metadata:
                console.print(drawing.metadata(result, article))
        if crashed:
            raise typer.Exit(CRASHED)


@app.command()
def ingest(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH...]", help="Files and folders from elsewhere, landed first.")
    ] = None,
    raw: Annotated[Path | None, typer.Option(help="Landing zone.")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="Folder of the DuckDB files.")] = None,
    workers: Workers = None,
    packs: Packs = None,
) -> None:
    """Bring the warehouse up to date with the landing zone: clean what is new or changed, load it, publish it.

    Example:  cleaner ingest ~/scraped --raw raw --warehouse warehouse
    """
    from datetime import UTC, datetime

    from cleaner.ingest import ingest as run
    from cleaner.ingest import progress_on
    from cleaner.landing import land
    from cleaner.review.summary import render_summary

    with exit_codes():
        settings = settings_in_force(raw=raw, warehouse=warehouse, workers=workers, packs=packs)
        if paths:
            landed = land(paths, settings.raw, datetime.now(UTC).date())
            for one in landed.rejected:
                typer.echo(f"{one.source}: {one.reason}: {one.detail}", err=True)
            typer.echo(f"landed {len(landed.new)} files in {settings.raw}, {landed.known} were there already", err=True)
        elif not settings.raw.is_dir():
            raise ConfigurationError(f"{settings.raw}: no such landing zone; name one with --raw or the setting raw")
        report = run(settings, progress_on(sys.stderr))
        Console().print(render_summary(report))
        if report.crashed:
            raise typer.Exit(CRASHED)


@app.command()
def config() -> None:
    """Print every setting in force, where its value comes from, and what it is for."""
    from cleaner.settings import Settings, origins

    with exit_codes():
        settings = settings_in_force()
        table = Table("setting", "value", "from", "what it is", box=None, pad_edge=False, header_style="bold")
        origin = origins()
        for name, field in Settings.model_fields.items():
            table.add_row(name, Text(str(getattr(settings, name))), Text(origin[name]), field.description)
        Console().print(table)


@app.command()
def evaluate(  # noqa: PLR0917 - typer reads its options off the parameters
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="JSONL of gold rows, also .gz .zst .xz, or a folder such as tests/gold."),
    ],
    against: Annotated[Path | None, typer.Option(help="Show what changed since FILE, written by --save.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write each page's scores here, for --against.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write index.html and the worst pages to this folder.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many pages, from the first on.")] = None,
    workers: Workers = None,
    packs: Packs = None,
) -> None:
    """Clean labelled pages and say how well that went: figures per slice, each with its spread.

    A figure is a rate from 0 to 1, higher is better. Pages whose gold holds `text` are scored as dumps, those with `html`
    as HTML pages. See docs/evaluating.md.

    Examples:  cleaner evaluate tests/gold  |  cleaner evaluate dumps.jsonl.xz --save now.jsonl --against before.jsonl
    """
    from cleaner.evaluate import report as page
    from cleaner.evaluate.run import Wanted, progress_on
    from cleaner.evaluate.run import evaluate as run
    from cleaner.evaluate.saved import read_saved, saved_lines

    with exit_codes():
        settings = settings_in_force(workers=workers, packs=packs)
        before = read_saved(against) if against else None
        if report:
            page.check_report(report)
        wanted = Wanted(gold, limit, page.WORST if report else 0)
        with writer(save, "--save") if save else nullcontext() as stream:
            done = run(wanted, settings, progress_on(sys.stderr))
            name = _cleaner_name(settings) if save or report else ""
            if stream:
                stream.writelines(saved_lines(done.rows, name))
        found = _show_evaluation(done, before)
        if report:
            about = {"gold": str(gold), "pages": str(len(done.rows)), "cleaner": name}
            about |= {"against": before.cleaner} if before else {}
            typer.echo(f"report: {page.write_report(report, about, done, found)}", err=True)
        if done.crashed:
            raise typer.Exit(CRASHED)


@rules_app.command("list")
def list_rules(
    label: Annotated[str | None, typer.Option(help="Only rules of this label.")] = None,
    patterns: Annotated[
        bool, typer.Option("--patterns", help="Show each rule's pattern, with its lists written out.")
    ] = False,
    packs: Packs = None,
) -> None:
    """List every rule with its label, strength and why."""
    from cleaner.model import Label
    from cleaner.rules import load_packs

    with exit_codes():
        if label is not None and label not in set(Label):
            raise ConfigurationError(f"--label {label}: none of {', '.join(Label)}")
        columns = ("rule", "pattern") if patterns else ("rule", "label", "where", "strength", "why", "example")
        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        table.columns[-1].overflow = "fold"
        for pack in load_packs(settings_in_force(packs=packs).packs):
            table.add_section()
            for rule in pack.rules:
                if label in {None, rule.label.value}:
                    table.add_row(rule.id, *([Text(rule.match)] if patterns else _columns(rule)))
        Console().print(table)


def _columns(rule: Rule) -> list[str | Text]:
    example = Text(rule.hits[0], style="dim")
    return [rule.label.value, rule.where.value, rule.strength.value, Text(rule.why), example]


@rules_app.command("check")
def check_rules(packs: Packs = None) -> None:
    """Load every pack and say what is in it; a pack that does not load is named with file, rule and field."""
    from cleaner.rules import load_packs, load_rulebook

    with exit_codes():
        folder = settings_in_force(packs=packs).packs
        for pack in load_packs(folder):
            valid = f", valid until {pack.valid_until}" if pack.valid_until else ""
            typer.echo(f"{pack.file}: {len(pack.rules)} rules for {pack.site or pack.language}{valid}")
        typer.echo(f"rulebook digest {load_rulebook(folder).digest[:16]}")


@rules_app.command("test")
def test_rules(packs: Packs = None) -> None:
    """Run every rule on its own examples; exit 2 where one does not do what it says."""
    from cleaner.rules import check_examples, load_packs

    with exit_codes():
        loaded = load_packs(settings_in_force(packs=packs).packs)
        failures = list(check_examples(loaded))
        for failure in failures:
            verb = "does not match" if failure.kind == "hits" else "matches"
            typer.echo(f"{failure.rule}: {verb} its example in {failure.kind}: {failure.example}", err=True)
        examples = sum(len(rule.hits) + len(rule.misses) for pack in loaded for rule in pack.rules)
        typer.echo(f"{examples} examples of {sum(len(p.rules) for p in loaded)} rules, {len(failures)} wrong")
        if failures:
            raise typer.Exit(WRONG_USE)


@rules_app.command("draft")
def draft_rules(
    host: Annotated[str, typer.Argument(metavar="HOST", help="Host of the site, as the view `pages` has it.")],
    fewest: Annotated[int, typer.Option(min=2, help="Only lines on at least so many pages.")] = 5,
    share: Annotated[float, typer.Option(min=0, max=1, help="Only lines on such a share of the site's pages.")] = 0.05,
    warehouse: Annotated[Path | None, typer.Option(help="Folder of the DuckDB files.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write here instead of to stdout; replaced only when all is done.")
    ] = None,
) -> None:
    """Draft a pack of the lines that recur on a site and are kept as text: read it, delete what is text, save it.

    It is drafted from what is published, so it depends on no order of runs; the cleaner heeds it once it is among the packs.

    Example:  cleaner rules draft harrowtide.example --output packs/harrowtide.toml
    """
    from cleaner.rules.drafting import Draft, draft_pack
    from cleaner.store.reading import open_published
    from cleaner.store.site_memory import furniture

    with exit_codes():
        with open_published(settings_in_force(warehouse=warehouse).warehouse) as reader:
            lines = furniture(reader, host, fewest, share)
        drafts = [
            Draft(
                line.text,
                line.label,
                f"Stood on {line.pages} of {line.host_pages} pages of the site, seen in {line.weeks} of its weeks: {line.kept} times kept, {line.removed} times removed.",
            )
            for line in lines
        ]
        typer.echo(f"{len(drafts)} lines recur on {host} and are kept as text", err=True)
        if drafts:
            with writer(output) as stream:
                stream.write(draft_pack(host, drafts))


def _cleaned(paths: list[str], settings: Settings) -> Iterator[Cleaned | Rejected]:
    from cleaner.ingest.stream import clean_stream
    from cleaner.landing import Limits, read_paths

    pages: Iterable[Page | Rejected] = read_paths(paths, Limits(settings.page_bytes))
    return clean_stream(pages, settings)


def _is_cleaned(result: Cleaned | Rejected) -> TypeGuard[Cleaned]:
    from cleaner.model import Cleaned

    return isinstance(result, Cleaned)


def _report_rejected(result: Cleaned | Rejected) -> int:
    """Say on stderr why a page or a part of it gave no article; returns 1 for a crash."""
    from cleaner.model import Rejected

    rejected = (result,) if isinstance(result, Rejected) else result.rejected
    for one in rejected:
        typer.echo(f"{one.source}: {one.reason}: {one.detail}", err=True)
    return int(any(one.reason is Reason.CRASH for one in rejected))


def _cleaner_name(settings: Settings) -> str:
    """Name the cleaner as the warehouse does: version and digest."""
    from cleaner.clean import cleaner_digest
    from cleaner.rules import load_rulebook

    return f"{__version__} {cleaner_digest(load_rulebook(settings.packs))}"


def _show_evaluation(done: Evaluation, before: Saved | None) -> list[Comparison]:
    """Print the tables; returns the comparisons that were made."""
    from cleaner.evaluate.gold import Kind
    from cleaner.evaluate.saved import compare_with
    from cleaner.evaluate.show import draw_comparison, draw_figures

    console = PipedConsole()
    for part in draw_figures(done):
        console.print(part)
    if before is None:
        return []
    found = [c for kind in Kind if (rows := done.of(kind)) and (c := compare_with(rows, before))]
    if not found:
        raise ConfigurationError("--against: none of its pages is among these, or the gold of all of them changed")
    for comparison in found:
        for part in draw_comparison(comparison, before.cleaner):
            console.print(part)
    return found


def _form(form: Format, stream: TextIO) -> Callable[[Cleaned | Rejected], None]:
    """Return what writes a result in the form asked for."""
    from cleaner.review import jsonl, markdown

    if form is Format.TABLE:
        console = PipedConsole(file=stream)
        console.print(jsonl.table_head())
        return lambda result: console.print(jsonl.table_page(result))
    write = jsonl.lines if form is Format.JSONL else markdown.page_articles

    def write_articles(result: Cleaned | Rejected) -> None:
        if _is_cleaned(result):
            stream.writelines(f"{article}\n" for article in write(result))
            stream.flush()

    return write_articles


def main() -> None:
    """Run the command line."""
    app()
