"""Where articles begin: cues between two paragraphs are weighed together, and the page is cut where they suffice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.model import TEXT_LABELS, Label, LedgerEntry, Mark, Segment, Verdict
from cleaner.shapes import shape_of
from cleaner.text import sentence_spans
from cleaner.verdict import ruled_as

if TYPE_CHECKING:
    from collections.abc import Sequence

CUT = 0.7
"""Weight of cues from which on a new article begins."""

WEIGHTS = {
    Label.KEEP_READING: 0.75,
    Label.BYLINE: 0.5,
    Label.AGENCY: 0.5,
    Label.TAGS: 0.5,
    Label.CREDIT: 0.3,
    Label.CAPTION: 0.3,
    Label.LEGAL: 0.3,
    Label.COMMENTS: 0.3,
    Label.AUTHOR_BIO: 0.3,
    Label.DATE: 0.2,
    Label.TITLE: 0.45,
    Label.DEK: 0.2,
}
"""Cues between two paragraphs, combined as independent evidence (1 - product of 1 - weight). Measured on real blends: a
marker closes the old article at 45 % of boundaries, a headline opens the new one at 64 %, a caption or credit at 14 %."""

HEADLINE = 0.45
ITEM = 0.9
DATELINE = 0.75
ENDERS = frozenset(
    {
        Label.KEEP_READING,
        Label.TAGS,
        Label.AGENCY,
        Label.LEGAL,
        Label.COMMENTS,
        Label.SHARE,
        Label.RELATED,
        Label.NEWSLETTER,
        Label.AUTHOR_BIO,
        Label.NAV,
        Label.AD,
        Label.PROMO,
    }
)
"""Labels that close an article: what follows the last of them belongs to the next."""
LOOK_BACK = 12
"""Blocks before the first paragraph in which a title is looked for."""


def split(entries: Sequence[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Tell the articles apart: returns the entries with their article and, at its first block, what opened it."""
    text = [i for i, e in enumerate(entries) if e.label is Label.BODY]
    if not text:
        return tuple(entries)
    page = list(entries)
    datelines = {i for i in text if any(m.label is Label.DATELINE for m in entries[i].block.marks)}
    openings = [(_opening(page, -1, text[0]), Mark(Label.BODY, "page.start", 1.0, "first article of the page"))]
    for before, after in pairwise(text):
        if page[before].block.container != page[after].block.container:
            first = next(i for i, e in enumerate(page) if e.block.container == page[after].block.container)
            openings.append(
                (max(first, before + 1), Mark(Label.BODY, "html.container", 0.95, "an <article> element of its own"))
            )
            continue
        if page[after].block.path is not None and page[after].block.container is None:
            continue  # one document, one article: its markup would show another
        cue = weigh(page[before + 1 : after], page[after], dateline=len(datelines) > 1 and after in datelines)
        if cue.score >= CUT:
            openings.append((_opening(page, before, after), cue))
    return tuple(_number(page, openings))


def weigh(between: Sequence[LedgerEntry], opener: LedgerEntry, *, dateline: bool) -> Mark:
    """Weigh all cues between two paragraphs; the mark's evidence names them in words."""
    cues: dict[str, float] = {}
    for entry in between:
        weight = WEIGHTS.get(entry.label, 0.0)
        name = entry.by if entry.verdict is Verdict.REMOVED else entry.label.value
        if entry.label in {Label.HEADING, Label.OTHER} and shape_of(entry.block.text).headline:
            weight, name = HEADLINE, "headline"
        if weight:
            cues[name] = max(weight, cues.get(name, 0.0))
    if dateline:
        cues["dateline"] = DATELINE
    if shape_of(opener.block.text).item or any(shape_of(e.block.text).item for e in between):
        cues["item mark"] = ITEM
    doubt = 1.0
    for weight in cues.values():
        doubt *= 1 - weight
    return Mark(Label.BODY, "cues", round(1 - doubt, 3), ", ".join(cues))


def _opening(page: Sequence[LedgerEntry], before: int, after: int) -> int:
    """Find the first block of the article whose first paragraph is `after`: what follows the last closing line."""
    first = after
    while first - 1 > before and after - first < LOOK_BACK and page[first - 1].label not in ENDERS:
        first -= 1
    return first


def _number(page: Sequence[LedgerEntry], openings: Sequence[tuple[int, Mark]]) -> list[LedgerEntry]:
    numbered: list[LedgerEntry] = []
    starts = dict(openings)
    order = {start: n for n, (start, _) in enumerate(openings, 1)}
    article = 0
    for i, entry in enumerate(page):
        article = order.get(i, article)
        numbered.append(replace(entry, article=article, opens=starts.get(i)))
    return numbered


def segments(entries: Sequence[LedgerEntry]) -> tuple[Segment, ...]:
    """Gather the entries of each article; its confidence is that of its weaker edge."""
    marks = [e.opens for e in entries if e.opens is not None]
    found = []
    for n, opened in enumerate(marks, 1):
        own = tuple(e for e in entries if e.article == n)
        closing = marks[n].score if n < len(marks) else 1.0
        found.append(Segment(own, opened, round(min(opened.score, closing), 3)))
    return tuple(found)


def name_heads(segment: Segment) -> Segment:
    """Within one article tell title and dek from headings and stray lines: by place, before its first paragraph."""
    entries = list(segment.entries)
    prose = (i for i, e in enumerate(entries) if e.label is Label.BODY and shape_of(e.block.text).prose)
    first = next((i for i in prose if not _is_dek(entries, i)), len(entries))
    title = _title(entries, first)
    if title is not None:
        entries[title] = ruled_as(entries[title], Label.TITLE, "place.title", "headline before the first paragraph")
        for i in range(title + 1, first):
            if entries[i].label in TEXT_LABELS and entries[i].block.tag in DEK_TAGS and _is_dek(entries, i):
                entries[i] = ruled_as(entries[i], Label.DEK, "place.dek", "one sentence under the title")
    for i in range(first):
        if entries[i].label is Label.HEADING:
            entries[i] = ruled_as(entries[i], Label.OTHER, "place.before_text", "short line before the first paragraph")
    return replace(segment, entries=tuple(entries))


def _title(entries: Sequence[LedgerEntry], first: int) -> int | None:
    known = [i for i in range(first) if entries[i].label is Label.TITLE]
    if known:
        return known[-1]
    likely = {Label.HEADING, Label.OTHER, Label.BODY}
    candidates = [i for i in range(first) if entries[i].label in likely and shape_of(entries[i].block.text).headline]
    h1 = [i for i in candidates if entries[i].block.tag == "h1"]
    if h1:
        return h1[-1]
    return max(candidates, key=lambda i: (min(shape_of(entries[i].block.text).words, 6), i), default=None)


DEK_WORDS = 40
DEK_TAGS = frozenset({"p", "div", "h2", "h3"})
AFTER_DEK = frozenset({Label.BYLINE, Label.DATE, Label.CAPTION, Label.CREDIT})


def _is_dek(entries: Sequence[LedgerEntry], i: int) -> bool:
    """Tell the sentence that sums an article up: a headline right before it, the rest of the head right after it."""
    shape = shape_of(entries[i].block.text)
    if not 0 < i < len(entries) - 1 or shape.words > DEK_WORDS or len(sentence_spans(entries[i].block.text)) > 2:
        return False
    above = shape_of(entries[i - 1].block.text)
    return above.headline and entries[i + 1].label in AFTER_DEK and entries[i - 1].label not in ENDERS
