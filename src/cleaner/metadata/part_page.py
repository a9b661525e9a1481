"""Candidates for one article of an HTML page that holds several: its part of the tree, read like a page of its own.

What the page says of itself as a whole is nobody's title, author or date, with one exception: where its statements name the
headline of one of its articles, they are that article's (infinite scroll begins with the page's own).
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from lxml import html

from cleaner.metadata.document import document_candidates
from cleaner.metadata.jsonld import ARTICLE, read_graph, texts, types
from cleaner.metadata.trust import offer
from cleaner.text import collapse, normal
from cleaner.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from lxml.html import HtmlElement

    from cleaner.model import Block, Candidate, Page, Part

OF_THE_PAGE = frozenset({"site", "language", "access", "licence", "truncated"})
"""Fields that a part does not state of itself."""
STATED = frozenset({"json-ld", "opengraph", "meta", "twitter"})
"""Sources of a page's statements that name the article they speak of."""
FULLY = 0.9
"""Share of a headline in links from which they are all of it."""


class Elements(Protocol):
    """The page's tree, and its block-level elements as the outline numbers them."""

    @property
    def root(self) -> HtmlElement:
        """The whole tree."""

    def __getitem__(self, at: int) -> HtmlElement:
        """Return the element at a place of the outline."""


@dataclass(frozen=True)
class PartPages:
    """A page of several articles, and what it says of itself as a whole."""

    page: Page
    elements: Elements
    document: Sequence[Candidate]

    def candidates(self, part: Part, block: Block) -> tuple[Candidate, ...]:
        """Offer all that the page says of one of its articles; `block` is its headline's."""
        head = self.elements[block.markup.element if block.markup else 0]
        headline = _headline(head, block)
        own = replace(self.page, url=part.address)
        found = [c for c in document_candidates(self._tree(part, head, headline), own) if c.field not in OF_THE_PAGE]
        address = canonical_url(part.address)
        if address:
            found.append(offer("url", address, "permalink", part.address or ""))
        return (*found, *self._page_on(headline))

    def _page_on(self, headline: str) -> Iterator[Candidate]:
        """Offer the whole page's statements where it says that this is its article."""
        if any(
            c.field == "title" and c.source in STATED and normal(c.value) == normal(headline) for c in self.document
        ):
            yield from (c for c in self.document if c.source in STATED and c.field not in OF_THE_PAGE)

    def _tree(self, part: Part, head: HtmlElement, headline: str) -> HtmlElement:
        """Copy the part into a page of its own; its headline, whatever its element, becomes the heading there."""
        root, top, body = (html.Element(tag) for tag in ("html", "head", "body"))
        root.extend([top, body])
        for data in self._entries(part, headline):
            script = html.Element("script", type="application/ld+json")
            script.text = json.dumps(data)
            top.append(script)
        named = False
        for at in part.elements:
            node = self.elements[at]
            copied = deepcopy(node)
            copied.tail = None
            for there, here in zip(node.iter(), copied.iter(), strict=True):
                if there is head and normal(head.text_content()) == normal(headline):
                    here.tag, named = "h1", True
                elif here.tag == "h1":
                    here.tag = "h2"
            body.append(copied)
        if not named:
            heading = html.Element("h1")
            heading.text = headline
            body.insert(0, heading)
        return root

    def _entries(self, part: Part, headline: str) -> Iterator[dict[str, Any]]:
        """Yield the JSON-LD objects of the list that name this article, by title or address."""
        key = normal(headline)
        for data in self._articles:
            named = {normal(text) for text in (*texts(data.get("headline")), *texts(data.get("name")))}
            if key in named or (part.address and part.address in texts(data.get("url"))):
                yield data

    @cached_property
    def _articles(self) -> list[dict[str, Any]]:
        scripts = (s for s in self.elements.root.iter("script") if "ld+json" in (s.get("type") or "").lower())
        graph = read_graph([s.text_content() for s in scripts])
        return [n.data for n in graph.nodes if any(ARTICLE.search(t) for t in types(n.data))]


def _headline(head: HtmlElement, block: Block) -> str:
    """Return the words of a headline: where a date stands beside them, those of its link."""
    links = [collapse(a.text_content()) for a in head.iter("a")] if block.link_density < FULLY else []
    return max(links, key=len, default="") or block.text
