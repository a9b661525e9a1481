"""What a page's markup says of itself beside JSON-LD: meta elements, microdata, headings, times, links."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lxml.etree import XPath

from cleaner.text import collapse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

LONGEST = 2000
"""Characters of one value that are kept."""

NAMED = XPath(
    "//@class[contains(.,'uthor') or contains(.,'yline') or contains(.,'utor') or contains(.,'auteur') or contains(.,'ubli') or contains(.,'pubdate') "
    "or contains(.,'date') or contains(.,'posted-on') or contains(.,'datum') or contains(.,'timestamp')]/.. "
    "| //@itemprop[.='author' or .='datePublished']/.. | //@rel[.='author']/..",
)
"""Elements whose class or property speaks of an author or a date; by way of the attributes it takes a third of the time."""

AUTHOR_CLASS = re.compile(r"[Bb]yline|[Aa]uthor|autor|auteur")
DATE_CLASS = re.compile(r"publish|pubdate|posted-on|(?:post|entry|article)-date|datum|timestamp|^date$")
NOT_AUTHOR = re.compile(
    r"(?i)bio|about|avatar|image|img|photo|social|share|follow|related|comment|desc|job|role|title|box|card|list|more|link-?list|count|icon|thumb|widget|"
    r"teaser|sidebar|footer|recirc|carousel|promo|date|time|read",
)
ELSEWHERE = re.compile(
    r"(?i)comment|related|sidebar|footer|recirc|carousel|promo|recommend|teaser|popular|trending|more-|read-next|(?<!elementor-)widget|newsletter|card"
)
BY = re.compile(r"(?i)^(?:by|von|par|por|written by|di|door|av|autor|author)\s*:?$")
PIECES = "text()[normalize-space() and not(parent::script or parent::style or parent::noscript or parent::template or parent::title)]"
BEFORE = XPath(f"preceding::{PIECES}", smart_strings=False)
AFTER = XPath(f"following::{PIECES}", smart_strings=False)
ABOVE, BELOW, SHORT = 12, 30, 120
"""Pieces of text above and below the heading that may be a byline or date, and their longest length."""

FEW = 12
"""Elements of one kind that are looked at: pages with more are lists."""


@dataclass(frozen=True, slots=True)
class Markup:
    """The page's own statements, collected in one pass."""

    meta: dict[str, tuple[str, ...]]
    scripts: tuple[str, ...]
    title: str
    headings: tuple[str, ...]
    times: tuple[tuple[str, bool], ...]
    """Value of each `<time>`, and whether it says that it is the day of publication."""
    bylines: tuple[str, ...]
    dates: tuple[str, ...]
    canonical: str | None
    language: str | None

    def first(self, *names: str) -> str | None:
        """Return the first value among meta elements of these names."""
        return next((self.meta[name][0] for name in names if self.meta.get(name)), None)


def read_markup(root: HtmlElement) -> Markup:
    """Collect the statements of a parsed page."""
    scripts = (s for s in root.iter("script") if "ld+json" in (s.get("type") or "").lower())
    named = [
        e for e in cast("list[HtmlElement]", NAMED(root)) if e.tag not in {"meta", "link", "script", "body", "html"}
    ]
    links = ((link.get("rel") or "", link.get("href") or "") for link in root.iter("link"))
    return Markup(
        meta=_meta(root),
        scripts=tuple(s.text_content() for s in scripts),
        title=next((text for t in root.iter("title") if not _is_drawing(t) and (text := plain(t))), ""),
        headings=tuple(text for h in _some(root.iter("h1")) if (text := plain(h))),
        times=tuple(_times(root)),
        bylines=tuple(_bylines(named)),
        dates=tuple(_printed_dates(named)),
        canonical=next((href for rel, href in links if "canonical" in rel.lower().split() and href), None),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
    )


def _is_drawing(title: HtmlElement) -> bool:
    parent = title.getparent()
    return parent is not None and parent.tag == "svg"


def near_heading(root: HtmlElement, heading: str) -> tuple[str, ...]:
    """Return the short pieces of text around the page's heading: the byline and date of themes whose classes say nothing."""
    found = next((h for h in root.iter("h1") if plain(h) == heading), None) if heading else None
    if found is None:
        return ()
    above = cast("list[str]", BEFORE(found))[-ABOVE:]
    below = cast("list[str]", AFTER(found))[:BELOW]
    pieces = [collapse(text) for text in (*below, *above)]
    joined = [f"{a} {b}" if BY.match(a) else a for a, b in zip(pieces, [*pieces[1:], ""], strict=False)]
    return tuple(text for text in joined if len(text) <= SHORT)


def plain(element: HtmlElement) -> str:
    """Return an element's text, a space where elements meet."""
    return collapse(" ".join(element.itertext()))[:LONGEST] if isinstance(element.tag, str) else ""


def value_of(text: str) -> str:
    """Undo doubled escapes (`&amp;amp;`) and white space in an attribute's value."""
    return collapse(html.unescape(text))[:LONGEST]


def _meta(root: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = value_of(element.get("content") or "")
        if name and content and content not in found[name.strip().lower()]:
            found[name.strip().lower()].append(content)
    return {name: tuple(values) for name, values in found.items() if values}


def _some(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    return [e for e, _ in zip(elements, range(FEW), strict=False)]


def _times(root: HtmlElement) -> list[tuple[str, bool]]:
    found = []
    for element in _some(root.iter("time")):
        if _is_elsewhere(element):
            continue
        said = f"{element.get('itemprop') or ''} {element.get('class') or ''} {element.get('pubdate') or ''}".lower()
        value = element.get("datetime") or element.get("content") or plain(element)
        if "modif" not in said and "update" not in said and value:
            found.append((value[:100], "publi" in said or element.get("pubdate") is not None))
    return found


def _printed_dates(elements: Sequence[HtmlElement]) -> list[str]:
    dated = (
        e
        for e in elements
        if e.tag != "time" and (e.get("itemprop") == "datePublished" or DATE_CLASS.search(e.get("class") or ""))
    )
    return [e.get("content") or plain(e)[:100] for e in _some(dated) if not _is_elsewhere(e)]


def _bylines(elements: Sequence[HtmlElement]) -> list[str]:
    found: list[str] = []
    for element in _some(e for e in elements if _is_byline(e)):
        named = _is_named_author(element)
        if (not named and NOT_AUTHOR.search(element.get("class") or "")) or _is_elsewhere(element):
            continue
        names = element.xpath(".//*[@itemprop='name']")
        text = plain(names[0]) if names else plain(element)
        if 0 < len(text) <= 120 and text not in found:
            found.append(text)
    return found


def _is_named_author(element: HtmlElement) -> bool:
    return "author" in (element.get("itemprop"), element.get("rel"))


def _is_byline(element: HtmlElement) -> bool:
    return _is_named_author(element) or AUTHOR_CLASS.search(element.get("class") or "") is not None


def _is_elsewhere(element: HtmlElement) -> bool:
    """Tell whether the element stands in a list, a comment or a margin."""
    for parent in element.iterancestors():
        if parent.tag in {"aside", "footer", "nav"} or ELSEWHERE.search(
            f"{parent.get('class') or ''} {parent.get('id') or ''}"
        ):
            return parent.tag not in {"body", "html"}
    return False
