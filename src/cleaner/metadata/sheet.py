"""A page's statements, read once, with what is needed to judge them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from lxml.html import tostring

from cleaner.metadata.jsonld import Graph, read_graph, texts
from cleaner.metadata.markup import Markup, read_markup
from cleaner.metadata.near_heading import near_heading
from cleaner.metadata.people import squeeze
from cleaner.metadata.scripts import scripts_of
from cleaner.text import normal
from cleaner.urls import host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.html import HtmlElement

    from cleaner.model import Page

PROPERTY_WORDS = (b"itemprop", b"typeof", b"vocab=")
"""What stands in the bytes of every page with microdata or RDFa, whatever its character set (UTF-16 aside)."""

SECTION_WORDS = 2
"""Words in a heading that may be a section's name."""


@dataclass(frozen=True)
class Sheet:
    """A page's statements, read once, with what is needed to judge them."""

    page: Page
    markup: Markup
    graph: Graph
    article: dict[str, Any]
    lines_around: Callable[[], tuple[str, ...]]
    scripts_beside: Callable[[], tuple[str, ...]]
    paragraphs: Callable[[], str]
    declared: frozenset[str]
    """Names that the site gives itself."""
    outlets: frozenset[str]
    """These and those in its address: no person, unless the page says so, is called so."""
    language: str | None

    @property
    def base(self) -> str | None:
        """Address that relative ones are resolved against."""
        return self.page.url

    @cached_property
    def around(self) -> tuple[str, ...]:
        """Short lines around the heading."""
        return self.lines_around()

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """Scripts and attributes that may know the article's author and day."""
        return self.scripts_beside()

    @cached_property
    def prose(self) -> str:
        """Text of all paragraphs."""
        return self.paragraphs()

    def is_outlet(self, name: str) -> bool:
        """Tell whether a name is the site's own."""
        return bool(self.outlets & {normal(name), squeeze(name)} - {""})


def read_sheet(root: HtmlElement, page: Page) -> Sheet:
    """Read all statements of a parsed page."""
    markup = read_markup(root, properties=not page.content or any(word in page.content for word in PROPERTY_WORDS))
    graph = read_graph(markup.scripts)
    titles = [*markup.headings, *(t for t in (markup.first("og:title"), markup.title) if t)]
    language = language_code(markup.language) or language_code(
        markup.first("og:locale", "content-language", "dc.language", "language")
    )
    article = graph.article(titles) or {}
    sites = [name for name, _, _ in site_names(markup, graph, article)]
    names = (*sites, page.site or "", *_host_names(page.url))
    declared = frozenset(normal(n) for n in (*sites, page.site or "") if n)
    outlets = frozenset(form for n in names if n for form in (normal(n), squeeze(n)))
    around = partial(near_heading, markup.heads, main_heading(markup, titles, outlets))
    beside = (around, partial(scripts_of, root), partial(_paragraphs, root))
    return Sheet(page, markup, graph, article, *beside, declared, outlets, language)


def _paragraphs(root: HtmlElement) -> str:
    """Return the text of all paragraphs: asked for where a name stands without a `by`, on every second page."""
    return "\n".join(tostring(p, method="text", encoding="unicode", with_tail=False) for p in root.iter("p"))


def _host_names(url: str | None) -> tuple[str, ...]:
    name = host(url)
    return (name, max(name.split("."), key=len)) if name else ()


def language_code(text: str | None) -> str | None:
    """Return the ISO 639-1 code of a declared language: `de_AT` → `de`."""
    match = re.match(r"([a-zA-Z]{2})(?:$|[-_])", (text or "").strip())
    return match[1].lower() if match else None


def main_heading(markup: Markup, known: Sequence[str], outlets: frozenset[str]) -> str:
    """Choose among several `<h1>` the one that another source names; a logo or a section's name is often one too."""
    headings = [h for h in markup.headings if normal(h) not in outlets]
    named = {normal(text) for text in known}
    window = normal(markup.title)
    agreed = (h for h in headings if normal(h) in named or (len(h.split()) > SECTION_WORDS and normal(h) in window))
    return next(agreed, next((h for h in headings if len(h.split()) > SECTION_WORDS), headings[0] if headings else ""))


def site_names(markup: Markup, graph: Graph, article: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (name, source, evidence) of the site."""
    name = markup.first("og:site_name")
    if name:
        yield name, "opengraph", name
    for publisher in graph.resolve(article.get("publisher") or article.get("sourceOrganization")):
        yield from ((text, "json-ld", text) for text in texts(publisher)[:1])
    for node in graph.nodes:
        if "WebSite" in node.kinds and not node.aside:
            yield from ((text, "json-ld", text) for text in texts(node.data.get("name"))[:1])
    name = markup.first("application-name", "apple-mobile-web-app-title", "dc.publisher")
    if name:
        yield name, "meta", name
    yield from ((text, "heading", text) for text in markup.site_headings)
