"""Segments into clean records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.model import TEXT_LABELS, Article, Paragraph
from cleaner.text import digest, normal

if TYPE_CHECKING:
    from cleaner.model import Fields, Page, Segment


def paragraphs_of(segment: Segment) -> tuple[Paragraph, ...]:
    """Return the segment's text: its body and headings in order, each with the block that it comes from."""
    text = (e for e in segment.entries if e.label in TEXT_LABELS)
    return tuple(Paragraph(e.block.text, e.label, e.block.index, e.kind, e.level) for e in text)


def text_key(text: str) -> str:
    """Hash a text by its words alone: copies that differ in spacing, case or punctuation share it (64 hex digits)."""
    return digest(normal(text))


def assemble(page: Page, segment: Segment, fields: Fields, position: int, key: tuple[str, int]) -> Article:
    """Make the record of one segment; `key` is its `text_key` and how many articles of the page before it share it."""
    paragraphs = paragraphs_of(segment)
    return Article(
        article_id=digest(page.page_id, key[0], str(key[1]))[:32],
        position=position,
        paragraphs=paragraphs,
        title=fields.title,
        dek=fields.dek,
        authors=fields.authors,
        published_at=fields.published_at,
        site=fields.site,
        url=fields.url,
        language=fields.language,
        agency=fields.agency,
        tags=fields.tags,
        truncated=fields.truncated_by is not None,
        truncated_by=fields.truncated_by,
        modified_at=fields.modified_at,
        section=fields.section,
        image=fields.image,
        licence=fields.licence,
        access=fields.access,
        confidence=segment.confidence,
        candidates=fields.candidates,
    )
