"""Where articles begin, which blocks are theirs, and what stands at their head."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.learned import HTML_MODEL, TEXT_MODEL
from cleaner.model import TEXT_LABELS, Label, LedgerEntry, Mark, Segment
from cleaner.shapes import shape_of
from cleaner.site_headings import is_site_name
from cleaner.text import sentence_spans
from cleaner.verdict import ruled_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleaner.model import Part

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
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LOOK_BACK = 12
"""Blocks before an article's first line in which its head is looked for."""


def split_parts(entries: Sequence[LedgerEntry], parts: Sequence[Part]) -> tuple[LedgerEntry, ...]:
    """Give every entry the article in whose part of the page it stands; between the parts it belongs to none."""
    numbered = [entry.placed(0, None) for entry in entries]
    for article, part in enumerate(parts, 1):
        for i in range(part.first, part.end):
            numbered[i] = entries[i].placed(article, part.opens if i == part.first else None)
    return tuple(numbered)


def split(entries: Sequence[LedgerEntry], starts: Mapping[int, Mark]) -> tuple[LedgerEntry, ...]:
    """Give every entry its article; `starts` names the block at which each article's own lines begin, and what says so.

    An article takes in the lines of its head that stand before: credit, caption, date, up to the line that closed the
    article before it.
    """
    opens: dict[int, Mark] = {}
    for first, mark in sorted(starts.items()):
        before = max((i for i in range(first) if entries[i].label in TEXT_LABELS), default=-1)
        opens[_opening(entries, max(before, max(opens, default=-1)), first)] = mark
    article = 0
    numbered = []
    for i, entry in enumerate(entries):
        article += i in opens
        numbered.append(entry.placed(article, opens.get(i)))
    return tuple(numbered)


def _opening(entries: Sequence[LedgerEntry], before: int, first: int) -> int:
    opening = first
    while opening - 1 > before and first - opening < LOOK_BACK and entries[opening - 1].label not in ENDERS:
        opening -= 1
    return opening


def segments(entries: Sequence[LedgerEntry], confidence: Sequence[float]) -> tuple[Segment, ...]:
    """Gather the entries of each article, with how sure it is that they are one article and a whole one."""
    own: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        if entry.article:
            own.setdefault(entry.article, []).append(entry)
    return tuple(
        Segment(tuple(own[n]), mark, round(confidence[n - 1], 3))
        for n, mark in enumerate((e.opens for e in entries if e.opens is not None), 1)
    )


def name_heads(segment: Segment) -> Segment:
    """Within one article tell title and dek from headings and stray lines: by place, before its first paragraph."""
    entries = list(segment.entries)
    first = _first_paragraph(entries)
    title = _title(entries, first)
    for i, entry in enumerate(entries):
        if i == title:
            if entry.label is not Label.TITLE:
                entries[i] = ruled_as(entry, Label.TITLE, "place.title", "headline before the first paragraph")
        elif (entry.by != HTML_MODEL and first < len(entries)) and (
            (title is not None and title < i < first and _is_dek(entries, i))
            or (title is None and i < first and _is_lone_dek(entries, i))
        ):
            entries[i] = ruled_as(entry, Label.DEK, "place.dek", "one sentence under the title")
        elif entry.label is Label.TITLE:
            entries[i] = ruled_as(entry, Label.OTHER, "place.second_title", "a title that is not this article's")
        elif entry.label is Label.HEADING and i < first and entry.by not in {TEXT_MODEL, HTML_MODEL}:
            entries[i] = ruled_as(entry, Label.OTHER, "place.before_text", "short line before the first paragraph")
    return replace(segment, entries=tuple(entries))


def _first_paragraph(entries: Sequence[LedgerEntry]) -> int:
    bodies = (i for i, e in enumerate(entries) if e.label is Label.BODY and shape_of(e.block.text).prose)
    return next((i for i in bodies if not _is_dek(entries, i) and not _is_lone_dek(entries, i)), len(entries))


def _title(entries: Sequence[LedgerEntry], first: int) -> int | None:
    known = [i for i in range(first) if entries[i].label is Label.TITLE]
    if known:
        return known[-1]
    h1 = [i for i in range(first) if entries[i].block.tag == "h1" and _may_be_title(entries[i])]
    if h1:
        return h1[-1]
    if any(is_site_name(entries[i].block) for i in range(first)):
        headings = [i for i in range(first) if entries[i].block.tag in HEADINGS and _may_be_title(entries[i])]
        if headings:
            return headings[-1]
    # the last of six words or more, which spares a look at the page's whole menu
    candidates: list[int] = []
    for i in reversed(range(first)):
        if _may_be_title(entries[i]):
            if shape_of(entries[i].block.text).words >= TITLE_WORDS:
                return i
            candidates.append(i)
    return max(candidates, key=lambda i: (shape_of(entries[i].block.text).words, i), default=None)


TITLE_WORDS = 6
"""Words from which a line is as likely a title as any longer one."""
MAYBE_TITLES = frozenset({Label.HEADING, Label.OTHER, Label.BODY})


def _may_be_title(entry: LedgerEntry) -> bool:
    return entry.label in MAYBE_TITLES and shape_of(entry.block.text).headline and not _judged_otherwise(entry)


SURE = 0.6
"""Score from which a line of a dump is no title, whatever its form, where the engine calls it text or furniture."""


def _judged_otherwise(entry: LedgerEntry) -> bool:
    sure = SURE if entry.label in TEXT_LABELS else (1 + SURE) / 2
    return entry.by == TEXT_MODEL and entry.score >= sure


DEK_WORDS = 40
LONE_DEK_WORDS = 25
DEK_TAGS = frozenset({"p", "div", "h2", "h3"})
AFTER_DEK = frozenset({Label.BYLINE, Label.DATE, Label.CAPTION, Label.CREDIT})


def _is_lone_dek(entries: Sequence[LedgerEntry], i: int) -> bool:
    """Tell the sentence that stands for the title: right after a bare credit, alone, and a real paragraph follows.

    So open the second and later articles of the commonest blended pages: credit, one sentence, text, no title.
    """
    if not 0 < i < len(entries) - 1 or entries[i].block.path is not None or entries[i - 1].label is not Label.CREDIT:
        return False
    block, following = entries[i].block, entries[i + 1]
    size = shape_of(block.text).words
    return (
        entries[i].label is Label.BODY
        and size <= LONE_DEK_WORDS
        and len(sentence_spans(block.text)) == 1
        and following.label is Label.BODY
        and shape_of(following.block.text).words >= 2 * size
    )


def _is_dek(entries: Sequence[LedgerEntry], i: int) -> bool:
    """Tell the sentence that sums an article up: a headline right before it, the rest of the head right after it."""
    block = entries[i].block
    if entries[i].label not in TEXT_LABELS or block.tag not in DEK_TAGS or not 0 < i < len(entries) - 1:
        return False
    if shape_of(block.text).words > DEK_WORDS or len(sentence_spans(block.text)) > 2:
        return False
    above = entries[i - 1]
    return (
        (above.label is Label.TITLE or shape_of(above.block.text).headline)
        and above.label not in ENDERS | AFTER_DEK
        and entries[i + 1].label in AFTER_DEK
    )
