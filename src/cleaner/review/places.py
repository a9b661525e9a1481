"""Where the blocks of a page stand in its source, for people who look them up there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.blocks.html import html_page
from cleaner.blocks.source import Source
from cleaner.decoding import decode
from cleaner.model import MediaType

if TYPE_CHECKING:
    from cleaner.model import Block, Cleaned


def places(cleaned: Cleaned) -> dict[int, str]:
    """Return each block's place in words, by its number; an HTML page is parsed again."""
    page = cleaned.page
    decoded = decode(page.content, page.media_type, page.charset)
    source = None
    if decoded is not None and page.media_type is MediaType.HTML:
        source = Source(decoded.text, html_page(decoded.text).runs)
    return {entry.block.index: _place(entry.block, source) for entry in cleaned.ledger}


def _place(block: Block, source: Source | None) -> str:
    """Say line, characters of the decoded page, and element, as far as known."""
    span = (block.start, block.end)
    line = block.line
    if source is not None:
        found = source.span(block.path or "", block.start or 0, block.end or 0)
        span, line = (found, source.line(found[0])) if found else ((None, None), line)
    told = [
        f"line {line}" if line is not None else "",
        f"characters {span[0]} to {span[1]}" if None not in span else "",
        block.path or "",
    ]
    return ", ".join(part for part in told if part) or "nowhere in the source"
