"""Fields of pages and dumps that say something in their markup or lines: what tests of single fields are made of."""

from __future__ import annotations

from datetime import UTC, datetime

import lxml.html

from cleaner.metadata import choose, document_candidates, line_candidates
from cleaner.model import Block, Fields, Label, LedgerEntry, Mark, MediaType, Page, Verdict

FETCHED = datetime(2026, 3, 6, 8, 15, tzinfo=UTC)


def fields_of(
    head: str, body: str = "", url: str | None = "https://harrowtide.example/news/ferry", lang: str = "en"
) -> Fields:
    page = Page("0" * 32, "ferry", "ferry.html", None, MediaType.HTML, b"", "0" * 64, url=url, fetched_at=FETCHED)
    root = lxml.html.document_fromstring(
        f"<html lang='{lang}'><head>{head}</head><body>{body or '<p>x</p>'}</body></html>"
    )
    return choose(document_candidates(root, page))


def won(fields: Fields, field: str) -> list[str]:
    return [c.value for c in fields.candidates if c.field == field and c.won]


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def entries_of(*lines: tuple[str, str] | tuple[str, str, Mark]) -> list[LedgerEntry]:
    entries = []
    for i, (label, text, *marks) in enumerate(lines):
        block = Block(i, text, start=i * 1000, end=i * 1000 + len(text), marks=tuple(marks))
        by = marks[0].by if marks else f"{label}.test"
        entries.append(LedgerEntry(block, Verdict.KEPT, Label(label), 1, by, 1.0, text))
    return entries


def fields_of_lines(*lines: tuple[str, str] | tuple[str, str, Mark], language: str = "en") -> Fields:
    return choose(line_candidates(entries_of(*lines), language, FETCHED))
