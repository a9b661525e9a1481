"""First headings that are the site's name: they lead to its front page, as old themes have it on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cleaner.model import Label, Mark
from cleaner.text import collapse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

    from cleaner.model import Block

SITE_NAME = Mark(Label.NAV, "html.site_name", 0.95, "the site's name: it leads to the front page", certain=True)
HEADING = "h1"


def site_headings(elements: Iterable[HtmlElement]) -> tuple[str, ...]:
    """Return the texts of those first-level headings that are one link to a front page."""
    headings = ((h, collapse(h.text_content())) for h in elements)
    return tuple(dict.fromkeys(text for h, text in headings if text and _leads_home(h, text)))


def mark_site_headings(blocks: Sequence[Block], names: Sequence[str]) -> list[Block]:
    """Leave a certain mark on the blocks of such headings."""
    if not names:
        return list(blocks)
    return [b.marked(SITE_NAME) if b.tag == HEADING and b.text in names else b for b in blocks]


def is_site_name(block: Block) -> bool:
    """Tell a block that was marked so."""
    return any(m.by == SITE_NAME.by for m in block.marks)


def _leads_home(heading: HtmlElement, text: str) -> bool:
    links = heading.findall(".//a[@href]")
    around = next((above for above in heading.iterancestors("a") if above.get("href")), None)
    link = around if around is not None else links[0] if len(links) == 1 else None
    return link is not None and collapse(link.text_content()) == text and _is_front(link.get("href") or "")


def _is_front(address: str) -> bool:
    """Tell the address of a front page; one without a path of its own, `#top`, is a place on the same page."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # half an IPv6 address
        return False
    return not parts.query and (parts.path == "/" or (bool(parts.netloc) and not parts.path))
