"""Search the published articles."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cleaner.cli.shell import PipedConsole, exit_codes, settings_in_force, writer
from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from cleaner.search.query import Term
    from cleaner.store.search import Answer, Hit

Since = Annotated[str | None, typer.Option(metavar="DAY", help="From this day on, as printed: 2026-03-01.")]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="Up to this day, included.")]
Site = Annotated[str | None, typer.Option(help="Only of this site: its name, or its host.")]
Language = Annotated[str | None, typer.Option("--lang", help="Only in this language: en, de, ...")]
Warehouse = Annotated[Path | None, typer.Option(help="Folder of the DuckDB files.")]


def search(  # noqa: PLR0917 - typer reads its options off the parameters
    query: Annotated[
        str,
        typer.Argument(metavar="QUERY", help='Words, "phrases", pref*, AND OR NOT ( ), title:word dek:word text:word.'),
    ],
    site: Site = None,
    since: Since = None,
    until: Until = None,
    lang: Language = None,
    author: Annotated[str | None, typer.Option(help="Only by this author: part of the name.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="So many hits, the best first.")] = 10,
    every: Annotated[bool, typer.Option("--all", help="Copies and older versions of a story too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a hit and line.")] = False,
    warehouse: Warehouse = None,
) -> None:
    """Search the title, dek and text of the published articles; case, accents and vowel points do not count.

    Of a story that was printed several times one is shown. Each hit begins with the id that `cleaner trace` takes.

    Examples:  cleaner search 'harbour wall -storm'  |  cleaner search '"old mill" OR title:weir*' --since 2026-03-01
    """
    from cleaner.search.query import parse, terms
    from cleaner.store.search import Asked
    from cleaner.store.search import search as look_up

    with exit_codes():
        days = day("--since", since), day("--until", until)
        parsed = parse(query)
        folder = settings_in_force(warehouse=warehouse).warehouse
        answer = look_up(folder, Asked(parsed, site, *days, lang, author, limit, every))
        if answer.made_index:
            typer.echo("the index was missing or stale and was made anew", err=True)
        wanted = tuple(terms(parsed))
        if as_json:
            _print_json(answer, wanted)
        else:
            _print(answer, wanted)


def day(option: str, given: str | None) -> str | None:
    """Check that a day was given as 2026-03-01."""
    if given is not None:
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError:
            raise ConfigurationError(f"{option} {given}: no day; one is written 2026-03-01") from None
    return None


def _print(answer: Answer, wanted: tuple[Term, ...]) -> None:
    console = PipedConsole(highlight=False, soft_wrap=not sys.stdout.isatty())
    for hit in answer.hits:
        console.print(_drawn(hit, wanted))
        console.print()
    if not answer.total:
        typer.echo("nothing found", err=True)
    elif answer.total > len(answer.hits):
        typer.echo(f"{len(answer.hits)} of {answer.total} hits; --limit {answer.total} shows all", err=True)


def _drawn(hit: Hit, wanted: tuple[Term, ...]) -> Text:
    """Draw a hit: id and title; who, where and when; the passage."""
    about = [
        hit.site,
        hit.published,
        ", ".join(hit.authors),
        f"{hit.copies} copies" if hit.copies > 1 else None,
        hit.url,
    ]
    drawn = Text.assemble(
        (hit.article_id, "dim"), "  ", _marked(hit.title or "(no title)", wanted, "title", "bold"), "\n"
    )
    drawn.append("  " + " · ".join(part for part in about if part), "dim")
    if hit.dek:
        drawn.append("\n  ").append_text(_marked(hit.dek, wanted, "dek", "italic"))
    return drawn.append("\n  ").append_text(_marked(hit.text, wanted, "text", "", whole=False))


def _marked(text: str, wanted: tuple[Term, ...], field: str, style: str, *, whole: bool = True) -> Text:
    from cleaner.search.places import WIDTH, passage

    shown = passage(text, _of_field(wanted, field), None if whole else WIDTH)
    marked = Text(shown.text, style)
    for first, end in shown.hits:
        marked.stylize("bold yellow", first, end)
    return marked


def _of_field(wanted: tuple[Term, ...], field: str) -> list[Term]:
    return [term for term in wanted if term.field in {None, field}]


def _print_json(answer: Answer, wanted: tuple[Term, ...]) -> None:
    from cleaner.search.places import passage

    with writer(None) as stream:
        for place, hit in enumerate(answer.hits, 1):
            shown = passage(hit.text, _of_field(wanted, "text"))
            told = {
                "place": place,
                "article_id": hit.article_id,
                "score": round(hit.score, 4),
                "title": hit.title,
                "dek": hit.dek,
                "site": hit.site,
                "published": hit.published,
                "language": hit.language,
                "url": hit.url,
                "authors": hit.authors,
                "copies": hit.copies,
                "snippet": shown.text,
                "highlights": shown.hits,
            }
            stream.write(json.dumps(told, ensure_ascii=False) + "\n")
