"""Candidates from the data out of which a browser would fill the page: what stands around the article's text there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from cleaner.dates import parse_date
from cleaner.metadata.jsonld import texts
from cleaner.metadata.people import people
from cleaner.metadata.trust import offer
from cleaner.text import collapse, mend_mojibake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cleaner.model import Candidate, Page

SOURCE = "state"
TITLES = ("headline", "title", "heading", "displayTitle", "name")
AUTHORS = ("authors", "author", "byline", "bylines", "creator", "writers", "credits", "contributors")
PUBLISHED = (
    *("datePublished", "publishedAt", "published_at", "publishDate", "publish_date", "publicationDate", "published", "publishedDate", "display_date"),
    *("first_publish_date", "firstPublished", "firstPublishedAt", "publishedTime", "pubDate", "date", "createdAt", "created_at"),
)  # fmt: skip
MODIFIED = (
    "dateModified",
    "modifiedAt",
    "modified_at",
    "updatedAt",
    "updated_at",
    "lastModified",
    "last_updated_date",
    "modified",
)
NAMES = ("name", "fullName", "full_name", "displayName", "display_name", "byline", "text", "by", "title")
INSIDE = ("basic", "rendered", "text", "value", "main", "default", "name", "iso", "timestamp")
TAG = re.compile(r"<[^<>]{1,200}>")
LONGEST = 400
MOST = 8
EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
"""Seconds or milliseconds since 1970, between 2001 and 2033."""


def state_candidates(said: Sequence[Mapping[str, Any]], page: Page) -> Iterator[Candidate]:
    """Offer title, authors and days of the objects around the text, the nearest that says one."""
    for title in _first(said, TITLES, _plain)[:1]:
        yield offer("title", mend_mojibake(title), SOURCE, title)
    names = _first(said, AUTHORS, _names)
    for line in names[:MOST]:
        for name in people(line) or ():
            yield offer("authors", mend_mojibake(name), SOURCE, line)
    for field, keys in (("published_at", PUBLISHED), ("modified_at", MODIFIED)):
        for text in _first(said, keys, _plain)[:1]:
            day = _day(text, page)
            if day:
                yield offer(field, day, SOURCE, text)


def _first(said: Sequence[Mapping[str, Any]], keys: Sequence[str], read: Any) -> list[str]:  # noqa: ANN401  # a reader of JSON
    """Return what the nearest object says under the first of the keys that it has."""
    for one in said:
        for key in keys:
            found: list[str] = read(one.get(key)) if one.get(key) else []
            if found:
                return found
    return []


def _plain(value: object) -> list[str]:
    if isinstance(value, dict):
        value = next((value[key] for key in INSIDE if isinstance(value.get(key), str | int)), None)
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return []
    text = collapse(TAG.sub("", unescape(str(value)[: LONGEST * 2])))
    return [text] if 0 < len(text) <= LONGEST else []


def _names(value: object, depth: int = 5) -> list[str]:
    """Return the names in a list of people, however deep they are wrapped (`{"by": [{"name": …}]}`)."""
    if not depth:
        return []
    if isinstance(value, list):
        return [name for item in value[:MOST] for name in _names(item, depth - 1)]
    if isinstance(value, dict):
        first, last = value.get("firstName"), value.get("lastName")
        if isinstance(first, str) and isinstance(last, str):
            return [f"{first} {last}"]
        inside = next((value[key] for key in NAMES if value.get(key)), None)
        return _names(inside, depth - 1) if inside is not None else []
    return [text for text in texts(value) if len(text) <= LONGEST]


def _day(text: str, page: Page) -> str | None:
    """Read a day as data write it, in words or as seconds since 1970."""
    if EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    return parse_date(text, None, page.fetched_at)
