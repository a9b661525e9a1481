"""Where a page may hold text that it does not show: state in scripts and attributes, templates, noscript, CDATA.

Each source has a place: the path of its element, and what it is there.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from cleaner.blocks.loose_json import LARGEST, load, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST = 200
"""Characters below which a script or template holds no article."""
MOST_SCRIPTS = 300
MOST_CHARACTERS = 12_000_000
"""Characters of one page's scripts that are read."""
MOST_TRIES = 30
"""Assignments of one script that are read."""

DATA_TYPE = re.compile(r"(?i)\bjson\b|x-state")
MARKUP_TYPE = re.compile(r"(?i)template|text/html|x-handlebars|mustache")
STATE = re.compile(
    r"(?:^|[;,{}\s(])(?:(?:window|self|globalThis|top)\s*(?:\.\s*|\[\s*[\"']))?(?P<name>[\w$.]{2,80})[\"'\]]*\s*=\s*"
    r"(?=[{\[\"']|JSON\s*\.\s*parse|\(function|\(\s*\([\w$, ]*\)\s*=>)"
)
"""An assignment of an object, a list or a string to a name."""
STATE_NAME = re.compile(
    r"(?i)state|data|content|props|store|context|cache|nuxt|article|story|page|initial|apollo|hydrat|fusion|payload|bootstrap|preload|model|post|entry|document|__\w+__"
)
FLIGHT = re.compile(r"__next_f\.push\(\s*\[\s*1\s*,\s*(?=\")")
"""React's stream of components: rows `1a:{…}`, and `1a:T5d3,` before a text of that many bytes in hexadecimal digits."""
FLIGHT_ROW = re.compile(r"(?m)^(?P<id>[0-9a-f]{1,6}):(?:T(?P<size>[0-9a-f]{1,6}),)?")
STATE_ATTRIBUTES = (
    "data-page",
    "data-props",
    "data-state",
    "data-react-props",
    "data-initial-state",
    "data-hydrate",
    "data-content",
    "data-article",
    "props",
)
CDATA = re.compile(r"<!\[CDATA\[(?P<text>.*?)\]\]>", re.DOTALL)
IN_SCRIPT = re.compile(r"<(?:script|style)\b[^>]*>[^<]*(?:<!--)?[\s/*]*$", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{\{|<%|\$\{")


@dataclass(frozen=True, slots=True)
class Source:
    """A value that a page holds outside the text that it shows."""

    place: str
    value: object
    """Data as JSON has it, or markup."""
    is_markup: bool = False


def sources(root: etree._Element, text: str) -> Iterator[Source]:
    """Yield all sources of a page, in order; `text` is the page before it was parsed."""
    left = MOST_CHARACTERS
    flight: list[str] = []
    for element in islice(root.iter("script", "noscript", "template"), MOST_SCRIPTS):
        if element.tag != "script":
            yield from _markup(element)
            continue
        code = element.text or ""
        left -= len(code)
        if len(code) >= SMALLEST and left > 0:
            flight.extend(str(load(code, found.end())) for found in FLIGHT.finditer(code))
            yield from _script(element, code)
    if flight:
        yield Source("/self.__next_f", _rows("".join(flight)))
    yield from _attributes(root, text)
    yield from _cdata(text)


def place_of(element: etree._Element) -> str:
    """Return an element's path, in the form that blocks have: `/html/body[1]/script[2]`."""
    steps = str(element.getroottree().getpath(element)).strip("/").split("/")
    return "/" + "/".join(step if not i or step.endswith("]") else f"{step}[1]" for i, step in enumerate(steps))


def _script(element: etree._Element, code: str) -> Iterator[Source]:
    kind = element.get("type") or ""
    if "ld+json" in kind:
        return
    if MARKUP_TYPE.search(kind):
        if not PLACEHOLDER.search(code):
            yield Source(place_of(element), code, is_markup=True)
    elif DATA_TYPE.search(kind) or element.get("id") == "__NEXT_DATA__":
        yield Source(f"{place_of(element)}/json:", load(code))
    else:
        named = (found for found in STATE.finditer(code[:LARGEST]) if STATE_NAME.search(found["name"]))
        until = 0
        for found in islice(named, MOST_TRIES):
            if found.start() >= until:
                value = load(code, found.end())
                # a name or an empty object hides nothing: the state is often assigned right behind it
                until = found.end() + (SMALLEST if value and isinstance(value, dict | list) else 0)
                yield Source(f"{place_of(element)}/{found['name']}:", value)


def _rows(stream: str) -> dict[str, object]:
    """Take a stream of components apart: each row's value by its id."""
    rows: dict[str, object] = {}
    at = 0
    while (row := FLIGHT_ROW.search(stream, at)) is not None and len(rows) < MOST_SCRIPTS * 10:
        if row["size"]:
            encoded = stream[row.end() : row.end() + int(row["size"], 16)].encode("utf-8", "surrogatepass")
            rows[row["id"]] = encoded[: int(row["size"], 16)].decode("utf-8", "ignore")
            at = row.end() + len(str(rows[row["id"]]))
        else:
            end = stream.find("\n", row.end())
            at = len(stream) if end < 0 else end + 1
            line = stream[row.end() : at]
            rows[row["id"]] = load(line) if line[:1] in {"{", "[", '"'} else None
    return rows


def _markup(element: etree._Element) -> Iterator[Source]:
    if any(above.tag in {"noscript", "template"} for above in element.iterancestors()):
        return
    inside = (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)
    if len(inside) >= SMALLEST and not PLACEHOLDER.search(inside):
        yield Source(place_of(element), inside, is_markup=True)


def _attributes(root: etree._Element, text: str) -> Iterator[Source]:
    for name in STATE_ATTRIBUTES:
        if f" {name}=" not in text:
            continue
        for element in islice(root.iterfind(f".//*[@{name}]"), MOST_TRIES):
            value = element.get(name) or ""
            if SMALLEST <= len(value) <= LARGEST and value.lstrip()[:1] in {"{", "["}:
                yield Source(f"{place_of(element)}/@{name}:", load(value))


def _cdata(text: str) -> Iterator[Source]:
    if "<![CDATA[" not in text:
        return
    for number, found in enumerate(islice(CDATA.finditer(text), MOST_TRIES), 1):
        if len(found["text"]) >= SMALLEST and not IN_SCRIPT.search(text[max(0, found.start() - 300) : found.start()]):
            inside = found["text"]
            value = unpacked(inside)
            is_markup = isinstance(value, str)
            yield Source(
                f"/cdata[{number}]", html.unescape(inside) if is_markup and "<" not in inside else value, is_markup
            )
