"""Markup into blocks, each with its place in the page.

A block is a run of text that no block-level element and no blank line (`<br><br>`) interrupts. Its `path` is the
element's path in the parsed page plus `#k` for the k-th run in that element; `start` and `end` are offsets in the
run's text, so that parsing again and slicing gives the block's raw text back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree, html

from cleaner.blocks.hints import hints_of
from cleaner.blocks.stated import stated_blocks
from cleaner.model import Block, Element, Hints, Markup
from cleaner.text import repair

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSEEN = frozenset(
    {"script", "style", "template", "svg", "head", "iframe", "object", "noscript", "math", "canvas", "datalist"}
)
"""Elements whose text no reader sees."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rb rt rp s samp small span strike "
    "strong sub sup time tt u var wbr img".split(),
)
"""Elements that do not interrupt a run; everything else does."""

DEEPEST = 1500
"""libxml2 drops what lies deeper than 2048 elements without a word; pages near that are made shallower and parsed again."""

TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)[^<>]*>")
PICTURES = frozenset({"img", "iframe", "svg", "object", "canvas", "video", "audio", "picture", "amp-img"})
NAMING = frozenset({"class", "id", "role", "itemprop", "data-testid", "data-component", "data-module", "data-type"})
"""Attributes in which authors of markup say what an element is for."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
BOLD = frozenset({"b", "strong"})
BREAK = "\u2028"
"""Stands for `<br>` in a run's raw text; a character that pages do not use, and white space to every repair."""
PARAGRAPH_BREAK = re.compile(f"{BREAK}\\s*?{BREAK}\\s*")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A parsed page: its tree, its blocks and the raw text of each run."""

    root: html.HtmlElement
    blocks: tuple[Block, ...]
    outline: tuple[Element, ...]
    """Its block-level elements, in document order."""
    runs: dict[str, str]
    """Raw text of a run by its path."""
    hints: Hints
    """What the page says of its article beside."""

    def raw(self, block: Block) -> str:
        """Return a block's raw slice, before repairs."""
        return self.runs[block.path or ""][block.start : block.end]


def parse(text: str) -> html.HtmlElement:
    """Parse decoded markup as it comes; never fails, an unreadable page gives an empty tree."""
    text = text.replace("\x00", "\ufffd")
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but comments or white space
        root = html.document_fromstring("<html><head></head><body></body></html>")
    return root


def html_page(text: str) -> HtmlPage:
    """Take a decoded page apart; every run of visible or hidden text lies in exactly one block."""
    root, walker = _walked(text)
    if walker.deepest >= DEEPEST:
        root, walker = _walked(_shallower(text))
    blocks: list[Block] = []
    runs: dict[str, str] = {}
    for run in walker.runs:
        path = walker.path(run)
        runs[path] = run.text
        blocks.extend(_blocks(run, path, walker.outline[run.element].tag, len(blocks)))
    hints = hints_of(root)
    late = stated_blocks(hints, blocks, walker.outline)
    runs |= {block.path: hints.body for block in late if block.path}
    return HtmlPage(root, (*blocks, *late), tuple(walker.outline), runs, hints)


def _walked(text: str) -> tuple[html.HtmlElement, _Walker]:
    root, walker = parse(text), _Walker()
    walker.walk(root)
    return root, walker


@dataclass(slots=True)
class _Run:
    element: int
    number: int
    """1..k among the runs of its element."""
    hidden: bool
    inline: str
    text: str = ""
    linked: int = 0
    bold: int = 0
    links: int = 0
    images: int = 0


def _blocks(run: _Run, path: str, tag: str, index: int) -> Iterator[Block]:
    """Yield a run's blocks: it is one, unless blank lines of `<br><br>` part it."""
    size = max(1, len(run.text.strip()))
    density = min(1.0, run.linked / size)
    markup = Markup(run.element, run.hidden, min(1.0, run.bold / size), run.links, run.images, run.inline)
    start = 0
    spans = []
    for gap in PARAGRAPH_BREAK.finditer(run.text) if BREAK in run.text and tag != "pre" else ():
        spans.append((start, gap.start()))
        start = gap.end()
    for a, b in [*spans, (start, len(run.text))]:
        part = run.text[a:b]
        if part.strip():
            first, last = a + len(part) - len(part.lstrip()), a + len(part.rstrip())
            text, repairs = repair(run.text[first:last])
            yield Block(index, text, first, last, path, tag, density, repairs=repairs, markup=markup)
            index += 1


@dataclass(slots=True)
class _Level:
    """An open block-level element."""

    number: int
    """Its place in the outline."""
    hidden: bool
    runs: int = 0
    children: dict[str, int] | None = None


class _Walker:
    """Walks the tree without recursion; keeps the open elements, the open run and what is hidden."""

    def __init__(self) -> None:
        self.outline: list[Element] = []
        self.runs: list[_Run] = []
        self.steps: list[str] = []
        """Of each element of the outline: its step in a path."""
        self.levels: list[_Level] = []
        self.run: _Run | None = None
        self.inline: list[tuple[etree._Element, str]] = []
        """Inline elements that are open, with their names."""
        self.links = 0
        self.bold = 0
        self.unseen = 0
        self.shadow = 0
        self.images = 0
        self.deepest = 0

    def walk(self, root: html.HtmlElement) -> None:
        """Collect the outline and every run with text in it."""
        depth = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                depth += 1
                self.deepest = max(self.deepest, depth)
                self._enter(element)
            else:
                depth -= 1
                self._leave(element)

    def path(self, run: _Run) -> str:
        """Return a run's place: its element's path and its number there."""
        steps, at = [], run.element
        while at >= 0:
            steps.append(self.steps[at])
            at = self.outline[at].parent
        return f"/{'/'.join(reversed(steps))}#{run.number}"

    def _enter(self, element: etree._Element) -> None:
        tag = _tag(element)
        if tag in PICTURES:
            self.images += 1
        if self.unseen or tag in UNSEEN:
            self.unseen += 1
        elif tag == "br":
            self._add(BREAK)
        elif tag in INLINE and self.levels:
            self._enter_inline(element, tag)
        else:
            self._close()
            self._open(element, tag)
            self._add(element.text)

    def _enter_inline(self, element: etree._Element, tag: str) -> None:
        if tag == "a":
            self.links += 1
            if self.run is not None:
                self.run.links += 1
        elif tag in BOLD:
            self.bold += 1
        attributes = element.attrib
        self.inline.append((element, _names(attributes) if attributes else ""))
        self.shadow += _is_hidden(attributes)
        self._add(element.text)

    def _leave(self, element: etree._Element) -> None:
        if self.unseen:
            self.unseen -= 1
        elif self.inline and self.inline[-1][0] is element:
            self.inline.pop()
            tag = _tag(element)
            self.links -= tag == "a"
            self.bold -= tag in BOLD
            self.shadow -= _is_hidden(element.attrib)
        elif element.tag != "br":
            self._close()
            self.levels.pop()
        if not self.unseen and self.levels:
            self._add(element.tail)

    def _open(self, element: etree._Element, tag: str) -> None:
        attributes = element.attrib
        names = _names(attributes) if attributes else ""
        hidden = _is_hidden(attributes)
        if not self.levels:
            self.steps.append(tag)
            self.outline.append(Element(tag, -1, names))
            self.levels.append(_Level(0, hidden))
            return
        above = self.levels[-1]
        counts = above.children = above.children if above.children is not None else {}
        counts[tag] = counts.get(tag, 0) + 1
        self.steps.append(f"{tag}[{counts[tag]}]")
        self.levels.append(_Level(len(self.outline), above.hidden or hidden))
        self.outline.append(Element(tag, above.number, names))

    def _add(self, text: str | None) -> None:
        if not text or not self.levels:
            return
        if self.run is None:
            if not text.strip():
                return
            level = self.levels[-1]
            level.runs += 1
            inline = " ".join(names for _, names in self.inline if names)
            self.run = _Run(level.number, level.runs, level.hidden or self.shadow > 0, inline, links=self.links > 0)
        self.run.text += text
        if self.links or self.bold:
            size = len(text.strip())
            self.run.linked += size if self.links else 0
            self.run.bold += size if self.bold else 0

    def _close(self) -> None:
        if self.run is not None:
            self.run.images, self.images = self.images, 0
            self.runs.append(self.run)
        self.run = None


def _tag(element: etree._Element) -> str:
    tag = element.tag
    return tag.lower() if isinstance(tag, str) else "comment"


def _names(attributes: etree._Attrib) -> str:
    # values one by one: a page keeps its whole state in an attribute of another name, which takes a second to decode
    return " ".join(str(attributes[key]) for key in attributes if key in NAMING)


def _is_hidden(attributes: etree._Attrib) -> bool:
    if not attributes:
        return False
    return "hidden" in attributes or HIDDEN_STYLE.search(attributes.get("style", "")) is not None


def _shallower(text: str) -> str:
    """Turn the tags of what nests too deep into line breaks.

    Works on tags, not on a tree: BeautifulSoup reads such a page, but takes a minute to dissolve 3,000 elements.
    """
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag["name"].lower() in VOID or tag["name"].lower() in UNSEEN:
            return tag.group()
        if tag["close"]:
            depth = max(0, depth - 1)
            return tag.group() if depth < DEEPEST else "<br><br>"
        depth += 1
        return tag.group() if depth <= DEEPEST else "<br><br>"

    return TAG.sub(keep, text)
