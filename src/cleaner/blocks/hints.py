"""What a page of markup says of its article beside the text that readers see: titles, description, JSON-LD's body."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from cleaner.model import Hints
from cleaner.text import collapse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

LARGEST = 1_000_000
"""Characters of one script that are read; larger ones were catalogues."""
DEEPEST = 12
TITLES = frozenset({"og:title", "twitter:title", "dc.title", "parsely-title"})
KIND = "og:type"
DESCRIPTIONS = frozenset({"description", "og:description"})
PARAGRAPH = re.compile(r"(?i)</(?:p|h[1-6]|li|div)>|<br\s*/?>")
MARKUP = re.compile(r"<[^<>]{1,200}>")


def hints_of(root: HtmlElement) -> Hints:
    """Collect a parsed page's hints."""
    titles: dict[str, None] = {}
    description, says_article = "", False
    for element in root.iter("title", "meta"):
        if element.tag == "title":
            titles[collapse(element.text or "")] = None
            continue
        name = (element.get("property") or element.get("name") or "").lower()
        if name in TITLES:
            titles[collapse(element.get("content") or "")] = None
        elif name in DESCRIPTIONS and not description:
            description = collapse(element.get("content") or "")
        elif name == KIND:
            says_article = says_article or (element.get("content") or "").lower() == "article"
    scripts = _linked_data(root)
    body = ""
    for data in (data for text in scripts for data in _read(text)):
        headline, text = data.get("headline"), data.get("articleBody")
        if isinstance(headline, str):
            titles[collapse(headline)] = None
        if isinstance(text, str) and len(text) > len(body):
            body = text
    titles.pop("", None)
    body = MARKUP.sub(" ", PARAGRAPH.sub("\n", html.unescape(body))).strip()
    return Hints(tuple(titles), description, body, "\n".join(scripts), says_article)


def _linked_data(root: HtmlElement) -> list[str]:
    """Return the page's JSON-LD."""
    scripts = (s.text for s in root.iter("script") if "ld+json" in (s.get("type") or "").lower())
    return [text for text in scripts if text and len(text) <= LARGEST]


def _read(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a script that may speak of an article; none of a broken one."""
    if "articleBody" not in text and "headline" not in text:
        return
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    yield from _objects(data, DEEPEST)


def _objects(data: object, deepest: int) -> Iterator[dict[str, Any]]:
    if not deepest:
        return
    if isinstance(data, dict):
        yield data
        children = list(data.values())
    else:
        children = data if isinstance(data, list) else []
    for child in children:
        if isinstance(child, dict | list):
            yield from _objects(child, deepest - 1)
