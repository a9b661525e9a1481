"""Articles to be read: Markdown with headings, lists, quotes, tables, links and emphasis.

Rendered and stripped of its markup it gives the article's text again, word for word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.decoding import decode
from cleaner.model import MediaType
from cleaner.review.markdown.inline import Span, on_one_line
from cleaner.review.markdown.layout import body
from cleaner.review.markdown.tree import Part, page_tree
from cleaner.review.wording import whole_characters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.model import Article, Cleaned, Page
    from cleaner.review.markdown.tree import Tree


ADDRESS = re.compile(r"https?://[^\s<>\\`]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over the text."""

    title: str | None
    dek: str | None
    about: tuple[str | None, ...]
    """Authors, date, agency, site and address, as far as known."""


def page_articles(cleaned: Cleaned) -> Iterator[str]:
    """Yield each article of a page; one of HTML is parsed again, once."""
    tree = tree_of(cleaned.page) if cleaned.articles else None
    blocks = {entry.block.index: entry.block for entry in cleaned.ledger}
    for article in cleaned.articles:
        parts = []
        for p in article.paragraphs:
            block = blocks[p.block]
            parts.append(Part(p.text, p.kind, p.level, block.path, block.start, block.end, block.repairs))
        yield document(_head(article), parts, tree)


def plain(article: Article) -> str:
    """Write an article of which no page is at hand: by the kinds of its paragraphs, without links and emphasis."""
    return document(_head(article), [Part(p.text, p.kind, p.level) for p in article.paragraphs], None)


def document(head: Head, parts: Sequence[Part], tree: Tree | None) -> str:
    """Write title, dek, a line of byline, date and source, then the text."""
    written = [
        f"# {_line(head.title)}" if head.title else "",
        f"*{_line(head.dek)}*" if head.dek else "",
        " · ".join(_line(part) for part in head.about if part),
        body(parts, tree),
    ]
    return whole_characters("\n\n".join(part for part in written if part) + "\n")


def tree_of(page: Page) -> Tree | None:
    """Parse a page again; None for a dump."""
    decoded = decode(page.content, page.media_type, page.charset) if page.media_type is MediaType.HTML else None
    return page_tree(decoded.text, page.url) if decoded is not None else None


def _head(article: Article) -> Head:
    about = (*article.authors, article.published_at, article.agency, article.site, article.url)
    return Head(article.title, article.dek, about)


def _line(text: str) -> str:
    if ADDRESS.fullmatch(text):
        return f"<{text}>"
    return on_one_line([Span(" ".join(text.split()))])
