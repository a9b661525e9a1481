"""What a page's scripts know of its article: data layers (`dataLayer.push({...})`), states (`window.__STATE__`), properties in attributes.

Asked only where the page declares nothing else: no convention holds for them, and they may speak of other stories too.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

LARGEST = 1_500_000
"""Characters of one script that are read."""
MOST_HITS = 24
"""Places in one script that are looked at."""
BEFORE, BEHIND = 24, 240
"""Characters around a place that holds a key and its value."""

DATE_KEY, AUTHOR_KEYS = "ublish", ("uthor", "yline")
"""What every known key has in it: found by `str.find`, ten times as fast as a pattern."""

DATE = re.compile(
    r"""(?i)["']?\b(?:date[_-]?published|(?:first[_-]?|article[_-]?|content[_-]?|page[_-]?)?publish(?:ed)?(?:[_-]?(?:at|on|date|time|datetime))?)["']?"""
    r"""\s*[:=]\s*(?:["'](?P<text>[^"'<>{}]{8,40})["']|(?P<epoch>1\d{9})(?:\d{3})?\b)"""
)
AUTHOR = re.compile(
    r"""(?i)["']?\b(?:(?:article|content|page|post)[_-]?)?(?:authors?(?:[_-]?names?)?|byline)["']?\s*[:=]\s*\[?\s*"""
    r"""(?:\{[^{}]{0,160}?["'](?:name|full[_-]?name|display[_-]?name)["']\s*:\s*)?["'](?P<text>[^"'<>{}]{3,80}(?:["']\s*,\s*["'][^"'<>{}:]{3,80}){0,7})["'](?!\s*:)"""
)
BETWEEN = re.compile(r"""["']\s*,\s*["']""")
"""Between the names of a list."""
ATTRIBUTES = "//@data-page | //@data-state | //@data-props"


def scripts_of(root: HtmlElement) -> tuple[str, ...]:
    """Collect the scripts of a page that are no JSON-LD, and attributes in which frameworks keep a page's properties."""
    scripts = (s.text for s in root.iter("script") if "ld+json" not in (s.get("type") or "").lower())
    attributes = cast("list[str]", root.xpath(ATTRIBUTES))
    return tuple(text[:LARGEST] for text in (*scripts, *map(str, attributes)) if text)


def stated_dates(texts: Sequence[str]) -> Iterator[str]:
    """Yield the values of keys that name a day of publication, the first first; a count of seconds as ISO 8601."""
    for window in _windows(texts, DATE_KEY):
        for match in DATE.finditer(window):
            if match["epoch"]:
                yield datetime.fromtimestamp(int(match["epoch"]), UTC).isoformat()
            else:
                yield _unescaped(match["text"])


def stated_authors(texts: Sequence[str]) -> Iterator[str]:
    """Yield the values of keys that name an author."""
    for key in AUTHOR_KEYS:
        for window in _windows(texts, key):
            yield from (_unescaped(BETWEEN.sub(", ", match["text"])) for match in AUTHOR.finditer(window))


def _windows(texts: Sequence[str], key: str) -> Iterator[str]:
    for text in texts:
        at, left = text.find(key), MOST_HITS
        while at >= 0 and left:
            yield text[max(0, at - BEFORE) : at + BEHIND].replace('\\"', '"')
            at, left = text.find(key, at + BEHIND - BEFORE), left - 1


def _unescaped(text: str) -> str:
    r"""Read the escapes of a script's text: `Andr\u00e9`."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text.replace("\\", "")
