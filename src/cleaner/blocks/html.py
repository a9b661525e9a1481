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

from cleaner.model import Block
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
"""libxml2 drops what lies deeper than 2048 elements without a word; deeper pages are made shallower first."""

TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)[^<>]*>")
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
BREAK = "\u2028"
"""Stands for `<br>` in a run's raw text; a character that pages do not use, and white space to every repair."""
PARAGRAPH_BREAK = re.compile(f"{BREAK}\\s*?{BREAK}\\s*")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A parsed page: its tree, its blocks and the raw text of each run."""

    root: html.HtmlElement
    blocks: tuple[Block, ...]
    runs: dict[str, str]
    """Raw text of a run by its path."""
    hidden: frozenset[str]
    """Paths of runs that a browser does not show."""

    def raw(self, block: Block) -> str:
        """Return a block's raw slice, before repairs."""
        return self.runs[block.path or ""][block.start : block.end]


def parse(text: str) -> html.HtmlElement:
    """Parse decoded markup as it comes; never fails, an unreadable page gives an empty tree."""
    text = text.replace("\x00", "\ufffd")
    if _is_deep(text):
        text = _shallower(text)
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but comments or white space
        root = html.document_fromstring("<html><head></head><body></body></html>")
    return root


def html_page(text: str) -> HtmlPage:
    """Take a decoded page apart; every run of visible or hidden text lies in exactly one block."""
    root = parse(text)
    blocks: list[Block] = []
    runs: dict[str, str] = {}
    hidden: set[str] = set()
    for run in _runs(root):
        runs[run.path] = run.text
        if run.hidden:
            hidden.add(run.path)
        blocks.extend(_blocks(run, len(blocks)))
    return HtmlPage(root, tuple(blocks), runs, frozenset(hidden))


@dataclass(slots=True)
class _Run:
    path: str
    tag: str
    hidden: bool
    text: str = ""
    linked: int = 0


def _blocks(run: _Run, index: int) -> Iterator[Block]:
    """Yield a run's blocks: it is one, unless blank lines of `<br><br>` part it."""
    density = min(1.0, run.linked / max(1, len(run.text.strip())))
    start = 0
    spans = []
    for gap in PARAGRAPH_BREAK.finditer(run.text) if run.tag != "pre" else ():
        spans.append((start, gap.start()))
        start = gap.end()
    for a, b in [*spans, (start, len(run.text))]:
        part = run.text[a:b]
        if part.strip():
            first, last = a + len(part) - len(part.lstrip()), a + len(part.rstrip())
            text, repairs = repair(run.text[first:last])
            yield Block(index, text, first, last, run.path, run.tag, density, repairs=repairs)
            index += 1


def _runs(root: html.HtmlElement) -> Iterator[_Run]:
    """Walk the tree without recursion and yield each run with text in it."""
    walker = _Walker()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            yield from walker.enter(element)
        else:
            yield from walker.leave(element)


@dataclass(slots=True)
class _Level:
    """An open block-level element."""

    element: html.HtmlElement
    path: str
    hidden: bool
    runs: int = 0
    children: dict[str, int] | None = None


class _Walker:
    """Keeps the path, the open run and what is hidden while the tree is walked."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.run: _Run | None = None
        self.links = 0
        self.unseen = 0
        self.shadow = 0

    def enter(self, element: html.HtmlElement) -> Iterator[_Run]:
        tag = _tag(element)
        if self.unseen or tag in UNSEEN:
            self.unseen += 1
            return
        if tag == "br":
            self._add(BREAK)
        elif tag in INLINE and self.levels:
            self.links += tag == "a"
            self.shadow += _is_hidden(element)
            self._add(element.text)
        else:
            yield from self._close()
            self._open(element, tag)
            self._add(element.text)

    def leave(self, element: html.HtmlElement) -> Iterator[_Run]:
        tag = _tag(element)
        if self.unseen:
            self.unseen -= 1
        elif tag in INLINE and self.levels and self.levels[-1].element is not element:
            self.links -= tag == "a"
            self.shadow -= _is_hidden(element)
        elif tag != "br":
            yield from self._close()
            self.levels.pop()
        if not self.unseen and self.levels:
            self._add(element.tail)

    def _open(self, element: html.HtmlElement, tag: str) -> None:
        above = self.levels[-1] if self.levels else None
        if above is None:
            self.levels.append(_Level(element, f"/{tag}", _is_hidden(element)))
            return
        counts = above.children = above.children if above.children is not None else {}
        counts[tag] = counts.get(tag, 0) + 1
        self.levels.append(_Level(element, f"{above.path}/{tag}[{counts[tag]}]", above.hidden or _is_hidden(element)))

    def _add(self, text: str | None) -> None:
        if not text or not self.levels:
            return
        level = self.levels[-1]
        if self.run is None:
            if not text.strip():
                return
            level.runs += 1
            self.run = _Run(f"{level.path}#{level.runs}", _tag(level.element), level.hidden or self.shadow > 0)
        self.run.text += text
        if self.links:
            self.run.linked += len(text.strip())

    def _close(self) -> Iterator[_Run]:
        if self.run is not None:
            yield self.run
        self.run = None


def _tag(element: html.HtmlElement) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else "comment"


def _is_hidden(element: html.HtmlElement) -> bool:
    return "hidden" in element.attrib or HIDDEN_STYLE.search(element.get("style", "")) is not None


def _is_deep(text: str) -> bool:
    """Guess from the tags alone whether the page nests too deep: cheap, and wrong only on the safe side."""
    return text.count("<") >= DEEPEST and _deepest(text) >= DEEPEST


def _deepest(text: str) -> int:
    depth = deepest = 0
    for tag in TAG.finditer(text):
        if tag["name"].lower() not in VOID:
            depth = max(0, depth - 1) if tag["close"] else depth + 1
            deepest = max(deepest, depth)
    return deepest


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
