"""A hand-built result with something of everything that is drawn."""

from __future__ import annotations

from dataclasses import replace

from cleaner.errors import Reason
from cleaner.model import (
    TEXT_LABELS,
    Article,
    Block,
    Candidate,
    Cleaned,
    Label,
    Layout,
    LedgerEntry,
    Mark,
    MediaType,
    Page,
    Paragraph,
    Rejected,
    Repair,
    Verdict,
)

PAGE = Page(
    page_id="0" * 32,
    source="quay.example/2026-03-01/tag-ferries.txt",
    path="quay.example/2026-03-01/tag-ferries.txt",
    row=None,
    media_type=MediaType.TEXT,
    content=b"-",
    sha256="0" * 64,
    site="The Quay",
)

_ROWS: tuple[tuple[int, Label, str, float, str, str], ...] = (
    (0, Label.NAV, "nav.section", 0.9, "Ferries", "Ferries"),
    (1, Label.CAPTION, "caption.credited", 0.98, "Wikimedia Commons", "The old ferry at its berth. Wikimedia Commons"),
    (1, Label.TITLE, "place.title", 0.7, "headline before the first paragraph", "The Ferry That Would Not Retire"),
    (1, Label.BYLINE, "byline.by", 0.98, "By Ana Ruiz", "By Ana Ruiz and Bo Li"),
    (
        1,
        Label.BODY,
        "prose.paragraph",
        0.7,
        "41 words, sentences",
        (
            "The ferry Mireille left the quay on Tuesday for the last time, or so the harbour office had it printed on the "
            "tickets. By noon she was back, with a hundred and four passengers who would not hear of the bus, and a captain "
            "who said that nobody had asked him."
        ),
    ),
    (1, Label.HEADING, "shape.heading", 0.6, "short line between paragraphs", "A bridge by 2031"),
    (
        1,
        Label.BODY,
        "prose.paragraph",
        0.7,
        "19 words, sentences",
        "The bridge that is to replace her costs 38 million\u00a0euros and has no date for its first pile.",
    ),
    (1, Label.KEEP_READING, "keep_reading.show_less", 0.98, "Keep ReadingShow less", "Keep ReadingShow less"),
    (2, Label.CREDIT, "credit.stock", 0.98, "Unsplash", "Unsplash"),
    (
        2,
        Label.TITLE,
        "place.title",
        0.7,
        "headline before the first paragraph",
        "[bold]Night buses[/bold] for the isle",
    ),
    (2, Label.BODY, "prose.paragraph", 0.7, "9 words", "Two buses will wait at the slip after dark."),
    (
        2,
        Label.PROMO,
        "promo.follow",
        0.98,
        "follow the quay on",
        "Follow The Quay on LinkedIn\u200b and \x1b[31mFacebook.",
    ),
    (0, Label.LEGAL, "legal.copyright", 0.98, "© 2026", "© 2026 The Quay. All rights reserved."),
)

_OPENS = {
    1: Mark(Label.BODY, "page.start", 1.0, "first article of the page"),
    8: Mark(Label.BODY, "keep_reading.show_less", 0.98, "Keep ReadingShow less"),
}
_BLOCKS = {
    4: {"marks": (Mark(Label.CAPTION, "caption.long", 0.4, "quay"), Mark(Label.BODY, "prose.paragraph", 0.7))},
    6: {"repairs": (Repair("mojibake"), Repair("whitespace"))},
    7: {"glued": True},
}


def entry(index: int, row: tuple[int, Label, str, float, str, str]) -> LedgerEntry:
    """Make a ledger entry of a row."""
    article, label, by, score, evidence, text = row
    kept = label in TEXT_LABELS or label in {Label.TITLE, Label.BYLINE}
    block = replace(Block(index, text), **_BLOCKS.get(index, {}))
    verdict = Verdict.KEPT if kept else Verdict.REMOVED
    return LedgerEntry(block, verdict, label, article, by, score, evidence, _OPENS.get(index))


LEDGER = tuple(entry(index, row) for index, row in enumerate(_ROWS))


def paragraphs(position: int) -> tuple[Paragraph, ...]:
    """Return the text of an article of the ledger."""
    own = [e for e in LEDGER if e.article == position and e.label in TEXT_LABELS]
    return tuple(Paragraph(e.block.text, e.label, e.block.index, e.kind, e.level) for e in own)


FERRY = Article(
    article_id="1" * 32,
    position=1,
    paragraphs=paragraphs(1),
    title="The Ferry That Would Not Retire",
    authors=("Ana Ruiz", "Bo Li"),
    published_at="2026-03-01T07:40:00+01:00",
    site="The Quay",
    url="https://quay.example/ferry",
    language="en",
    tags=("ferries", "harbour"),
    truncated=True,
    truncated_by="keep_reading.show_less",
    confidence=0.98333333,
    candidates=(
        Candidate("title", "The Ferry That Would Not Retire", "line", 0.9, won=True),
        Candidate("title", "The Ferry That Would Not Retire | The Quay", "opengraph", 0.6),
        Candidate("title", "Ferries", "title", 0.3),
        Candidate("authors", "Ana Ruiz", "byline", 0.8, won=True),
        Candidate("authors", "Bo Li", "byline", 0.8, won=True),
        Candidate("authors", "Staff", "meta", 0.2),
        Candidate("published_at", "2026-03-01T07:40:00+01:00", "json-ld", 0.95, won=True),
        Candidate("site", "The Quay", "landing", 0.7, won=True),
        Candidate("truncated", "keep_reading.show_less", "text", 0.98, won=True),
    ),
)
BUSES = Article(article_id="2" * 32, position=2, paragraphs=paragraphs(2), site="The Quay", confidence=0.5)

CLEANED = Cleaned(PAGE, (FERRY, BUSES), (), LEDGER, Layout.BLANK, "utf-8 (utf-8)", "en")
REJECTED = Rejected(PAGE.source, PAGE.path, Reason.NO_BODY, "2 blocks, none of them the body of an article", "0" * 32)
NOTHING = Cleaned(
    PAGE,
    (),
    (REJECTED,),
    tuple(replace(e, verdict=Verdict.REMOVED, article=0, opens=None) for e in (LEDGER[0], LEDGER[12])),
    Layout.BLANK,
    "utf-8 (utf-8)",
)
