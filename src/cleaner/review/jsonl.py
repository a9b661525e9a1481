"""Articles as programs take them away, JSON lines, and a table to look at."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cleaner.model import PARAGRAPH_GAP, Cleaned, Verdict
from cleaner.review.wording import shorten, visible, whole_characters
from cleaner.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from cleaner.model import Article, Page, Rejected

FIRST_WORDS = 8
"""Words of an article without title that stand for it in the table."""

_LINE_BREAKS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}
"""JSON allows these raw in a string, but readers that split by Unicode's lines would break the row."""


def record(article: Article, page: Page) -> dict[str, object]:
    """Return what leaves the house for one article, in the order of its keys."""
    return {
        "source": page.source,
        "position": article.position,
        "title": article.title,
        "dek": article.dek,
        "authors": list(article.authors),
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "site": article.site,
        "url": article.url,
        "language": article.language,
        "section": article.section,
        "agency": article.agency,
        "tags": list(article.tags),
        "image": article.image,
        "licence": article.licence,
        "access": article.access,
        "truncated": article.truncated,
        "headings": list(article.headings),
        "text": article.text,
        "paragraphs": list(_paragraphs(article)),
        "confidence": round(article.confidence, 4) if math.isfinite(article.confidence) else None,
    }


def _paragraphs(article: Article) -> Iterator[dict[str, object]]:
    """Yield the kind of each paragraph, and from where to where in the text it goes."""
    start = 0
    for paragraph in article.paragraphs:
        end = start + len(paragraph.text)
        yield {"kind": paragraph.kind.value, "level": paragraph.level, "start": start, "end": end}
        start = end + len(PARAGRAPH_GAP)


def line(article: Article, page: Page) -> str:
    """Write the record as one line of JSON, without its newline; every reader takes it, whatever the text holds."""
    written = json.dumps(record(article, page), ensure_ascii=False, allow_nan=False)
    return whole_characters(written).translate(_LINE_BREAKS)


def lines(cleaned: Cleaned) -> Iterator[str]:
    """Yield each article of a page as a line."""
    return (line(article, cleaned.page) for article in cleaned.articles)


def table_head() -> RenderableType:
    """Draw the head of the table; pages follow one by one, so that a long input is shown as it is read."""
    return _columns(show_header=True)


def table_page(result: Cleaned | Rejected) -> RenderableType:
    """Draw one page: its source and a row an article, or the reason why there is none."""
    source = result.page.source if isinstance(result, Cleaned) else result.source
    rows = _columns(show_header=False)
    for row in _rows(result):
        rows.add_row(*row)
    return Group(Text(visible(source), style="bold"), rows)


def table(results: Iterable[Cleaned | Rejected]) -> RenderableType:
    """Draw the head and every page under it; for a stream of pages draw them one by one."""
    return Group(table_head(), *map(table_page, results))


def _columns(*, show_header: bool) -> Table:
    """Lay out a table; all of the same layout stand in line, so that a source may go across between them."""
    drawn = Table(
        box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", expand=True, show_header=show_header
    )
    drawn.add_column("#", justify="right", width=3)
    drawn.add_column("title or first words", ratio=3, overflow="fold")
    drawn.add_column("words", justify="right", width=6)
    drawn.add_column("authors", ratio=1)
    drawn.add_column("date", no_wrap=True, width=10)
    drawn.add_column("agency", no_wrap=True, width=7)
    drawn.add_column("cut", no_wrap=True, width=3)
    drawn.add_column("removed", justify="right", width=7)
    return drawn


def _rows(result: Cleaned | Rejected) -> list[tuple[Text, ...]]:
    if not isinstance(result, Cleaned):
        return [_rejected_row(result)]
    removed = Counter(e.article for e in result.ledger if e.verdict is Verdict.REMOVED)
    rows = [_rejected_row(rejected) for rejected in result.rejected]
    rows += [_article_row(article, removed[article.position]) for article in result.articles]
    if removed[0]:
        rows.append(_row(Text("outside the articles", style="dim"), removed=str(removed[0])))
    return rows


def _article_row(article: Article, removed: int) -> tuple[Text, ...]:
    found = words(article.text)
    title = Text(visible(article.title)) if article.title else Text(_first_words(article.text), style="italic")
    authors, date = ", ".join(article.authors), (article.published_at or "")[:10]
    cells = (str(len(found)), authors, date, article.agency or "", "cut" if article.truncated else "", str(removed))
    return (Text(str(article.position)), title, *(Text(visible(cell)) for cell in cells))


def _first_words(text: str) -> str:
    parts = text.split()
    return shorten(visible(" ".join(parts[:FIRST_WORDS])), 80) + ("…" if len(parts) > FIRST_WORDS else "")


def _rejected_row(rejected: Rejected) -> tuple[Text, ...]:
    first_line = rejected.detail.splitlines()[0] if rejected.detail else ""
    return _row(Text(visible(f"rejected, {rejected.reason}: {first_line}"), style="red"))


def _row(title: Text, removed: str = "") -> tuple[Text, ...]:
    return (Text(), title, *(Text() for _ in range(5)), Text(removed))
