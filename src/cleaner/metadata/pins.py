"""Candidates from the places that a site's pack names; where they hold a value, it wins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from lxml.etree import XPath

from cleaner.dates import parse_date
from cleaner.metadata.markup import value_of
from cleaner.metadata.people import people
from cleaner.metadata.places import plain
from cleaner.metadata.sheet import language_code
from cleaner.metadata.tags import split_tags
from cleaner.metadata.trust import PIN, offer
from cleaner.text import mend_mojibake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from cleaner.model import Candidate, Page
    from cleaner.rules import Pin


def pinned_candidates(root: HtmlElement, page: Page, pins: Sequence[Pin]) -> tuple[Candidate, ...]:
    """Offer what stands in the pinned places; the evidence names the pack and the place before the page's words."""
    return tuple(
        offer(pin.field, value, PIN, f"{pin.pack}, {pin.where}: {text}")
        for pin in pins
        for text in _texts(root, pin)
        for value in _values(pin.field, text, page, root.get("lang"))
    )


def _texts(root: HtmlElement, pin: Pin) -> Iterator[str]:
    if pin.xpath is None:
        named = (e for e in root.iter("meta") if pin.meta in {_lower(e, "name"), _lower(e, "property")})
        yield from (text for e in named if (text := mend_mojibake(value_of(e.get("content") or ""))))
        return
    for element in cast("list[HtmlElement]", _compiled(pin.xpath)(root)):
        text = element.get("datetime") or element.get("content") or plain(element)
        if text:
            yield mend_mojibake(text)


def _lower(element: HtmlElement, attribute: str) -> str:
    return (element.get(attribute) or "").strip().lower()


@lru_cache(maxsize=256)
def _compiled(xpath: str) -> XPath:
    return XPath(xpath)


def _values(field: str, text: str, page: Page, language: str | None) -> tuple[str, ...]:
    """Read a text as its field asks; nothing where it cannot be read so."""
    if field == "authors":
        return people(text, structured=True)
    if field == "tags":
        return split_tags(text)
    if field in {"published_at", "modified_at"}:
        moment = parse_date(text, language_code(language), page.fetched_at)
        return (moment,) if moment else ()
    return (text,)
