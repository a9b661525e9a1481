"""Markup into blocks, each with its place in the page.

A block is a run of text that no block-level element and no blank line (`<br><br>`) interrupts. Its `path` is the
element's path in the parsed page plus `#k` for the k-th run in that element; `start` and `end` are offsets in the
run's text, so that parsing again and slicing gives the block's raw text back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree, html

from cleaner.blocks.attributes import fewer_attributes
from cleaner.blocks.bodies import in_head_by_mistake, with_body, without_frames
from cleaner.blocks.ends import mend_ends
from cleaner.blocks.hints import hints_of
from cleaner.blocks.kinds import BREAK, Kinds
from cleaner.blocks.late import NOTHING, late_text, running_words
from cleaner.blocks.stated import mark_restated, stated_blocks
from cleaner.model import Block, Element, Hints, Markup
from cleaner.site_headings import HEADING, mark_site_headings, site_headings
from cleaner.text import repair

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

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

MOST_LINES = 65_535
"""From here on libxml2 stops counting lines."""

TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)[^<>]*>")
PICTURES = frozenset({"img", "iframe", "svg", "object", "canvas", "video", "audio", "picture", "amp-img"})
NAMING = frozenset(
    {"class", "id", "role", "itemprop", "data-component", "data-module", "data-type", "data-area", "data-hook"}
    | {f"data-{name}" for name in ("testid", "test-id", "test", "qa", "cy")}
)
"""Attributes in which authors of markup say what an element is for."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
BOLD = frozenset({"b", "strong"})
BLOCK_KIND, INLINE_KIND, BREAK_KIND, UNSEEN_KIND = range(4)
KINDS = dict.fromkeys(INLINE, INLINE_KIND) | dict.fromkeys(UNSEEN, UNSEEN_KIND) | {"br": BREAK_KIND}
"""What becomes of an element, by its tag; of all others it is a block."""
PREFERRED = 0.8
"""As much running text of the page's data, to that of its JSON-LD, is preferred: it has paragraphs."""
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
    said: tuple[Mapping[str, Any], ...] = ()
    """Of a page whose text its data hold: the objects around it there, the nearest first."""

    def raw(self, block: Block) -> str:
        """Return a block's raw slice, before repairs."""
        return raw_of(self.runs, block)


def raw_of(runs: Mapping[str, str], block: Block) -> str:
    """Return a block's raw slice of the run that it lies in."""
    return runs[block.path or ""][block.start : block.end]


def parse(text: str) -> html.HtmlElement:
    """Parse decoded markup as it comes; never fails, an unreadable page gives an empty tree."""
    text = without_frames(mend_ends(fewer_attributes(text.replace("\x00", "\ufffd"))))
    root = _parsed(text)
    return _parsed(with_body(text)) if in_head_by_mistake(root) else root


def _parsed(text: str) -> html.HtmlElement:
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    # one class for all elements: lxml.html's own parser asks a Python function for the class of each, a tenth of a page's time
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but comments or white space
        root = html.document_fromstring("<html><head></head><body></body></html>")
    return root


def html_page(text: str) -> HtmlPage:
    """Take a decoded page apart; every run of visible or hidden text lies in exactly one block."""
    root, walker = _read(text)
    blocks, runs = _runs(walker)
    blocks = mark_site_headings(blocks, site_headings(root.iter(HEADING)))
    hints = hints_of(root)
    late = late_text(root, text, blocks, hints, _pieces)
    stated = stated_blocks(hints, blocks, walker.outline)
    if len(late.blocks) and running_words(late.blocks) >= PREFERRED * running_words(stated):
        body = next((i for i, element in enumerate(walker.outline) if element.tag == "body"), 0)
        stated = [replace(block, markup=Markup(body)) for block in late.blocks]
    else:
        late = NOTHING
    runs |= late.runs or {block.path: hints.body for block in stated if block.path}
    blocks = [*mark_restated(blocks, stated), *stated]
    return HtmlPage(root, tuple(blocks), tuple(walker.outline), runs, hints, late.said)


def _pieces(markup: str) -> list[tuple[Block, str]]:
    """Take markup that data hold apart: its blocks that are shown, each with the text of its run."""
    blocks, runs = _runs(_read(markup)[1])
    return [(b, runs[b.path or ""]) for b in blocks if b.markup is not None and not b.markup.hidden]


def _read(text: str) -> tuple[html.HtmlElement, _Walker]:
    root, walker = _walked(text)
    return _walked(_shallower(text)) if walker.deepest >= DEEPEST else (root, walker)


def tree_of(text: str) -> html.HtmlElement:
    """Parse a decoded page into the tree that its blocks are read from."""
    root = parse(text)
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return parse(_shallower(text)) if deepest >= DEEPEST else root


def block_elements(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield the elements that a page's outline numbers, in its order."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        kind = KINDS.get(element.tag, BLOCK_KIND)
        if kind == UNSEEN_KIND:
            walk.skip_subtree()
        elif kind == BLOCK_KIND:
            yield element


def _runs(walker: _Walker) -> tuple[list[Block], dict[str, str]]:
    blocks: list[Block] = []
    runs: dict[str, str] = {}
    kinds = Kinds(walker.outline, [(run.element, len(run.text)) for run in walker.runs])
    for run in walker.runs:
        path = walker.path(run)
        runs[path] = run.text
        blocks.extend(_blocks(run, path, kinds, len(blocks)))
    return blocks, runs


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
    line: int
    """On which the start tag of its element ends."""
    text: str = ""
    linked: int = 0
    bold: int = 0
    links: int = 0
    images: int = 0


def _blocks(run: _Run, path: str, kinds: Kinds, index: int) -> Iterator[Block]:
    """Yield a run's blocks: it is one, unless blank lines of `<br><br>` part it."""
    whole, tag = run.text, kinds.outline[run.element].tag
    line = run.line if 0 < run.line < MOST_LINES else None
    size = max(1, len(whole.strip()))
    density = min(1.0, run.linked / size)
    markup = Markup(run.element, run.hidden, min(1.0, run.bold / size), run.links, run.images, run.inline)
    for a, b in _spans(whole) if BREAK in whole and tag != "pre" else ((0, len(whole)),):
        part = whole[a:b]
        last = len(part.rstrip())
        if last:
            first = len(part) - len(part.lstrip())
            text, repairs = repair(part[first:last])
            kind, level = kinds.of(run.element, part[first:last])
            yield Block(
                index, text, a + first, a + last, path, tag, density,
                markup=markup, repairs=repairs, kind=kind, level=level, line=line,
            )  # fmt: skip
            index += 1


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in PARAGRAPH_BREAK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


@dataclass(slots=True)
class _Level:
    """An open block-level element."""

    number: int
    """Its place in the outline."""
    hidden: bool
    line: int
    runs: int = 0
    children: dict[str, int] | None = None


class _Walker:
    """Walks the tree without recursion; keeps the open elements, the open run and what is hidden."""

    __slots__ = (
        "bold", "deepest", "images", "inline", "levels", "links", "outline", "paths", "run", "runs", "shadow", "steps", "unseen",
    )  # fmt: skip

    def __init__(self) -> None:
        self.outline: list[Element] = []
        self.runs: list[_Run] = []
        self.steps: list[str] = []
        """Of each element of the outline: its step in a path."""
        self.paths: dict[int, str] = {-1: ""}
        """Of the elements of which it was asked for."""
        self.levels: list[_Level] = []
        self.run: _Run | None = None
        self.inline: list[tuple[str, str, bool]] = []
        """Tag, names and whether it is hidden of each open inline element."""
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
            tag = element.tag
            kind = KINDS.get(tag, BLOCK_KIND)
            if event == "start":
                depth += 1
                self.deepest = max(self.deepest, depth)
                self._enter(element, tag, kind)
                continue
            depth -= 1
            if self.unseen:
                self.unseen -= 1
            elif kind != BREAK_KIND:
                self._leave(kind)
            if (tail := element.tail) and not self.unseen and self.levels:
                self._add(tail)

    def path(self, run: _Run) -> str:
        """Return a run's place: its element's path and its number there."""
        wanted, at = [], run.element
        while at not in self.paths:
            wanted.append(at)
            at = self.outline[at].parent
        for at in reversed(wanted):
            self.paths[at] = f"{self.paths[self.outline[at].parent]}/{self.steps[at]}"
        return f"{self.paths[run.element]}#{run.number}"

    def _enter(self, element: etree._Element, tag: str, kind: int) -> None:
        if tag in PICTURES:
            self.images += 1
        if self.unseen or kind == UNSEEN_KIND:
            self.unseen += 1
        elif kind == BREAK_KIND:
            self._add(BREAK)
        else:
            names, hidden = _told(element)
            if kind == INLINE_KIND and self.levels:
                self._enter_inline(tag, names, hidden=hidden)
            else:
                if self.run is not None:
                    self._close(self.run)
                line = int(element.sourceline or 0)  # type: ignore[call-overload] # lxml-stubs know it as `...`
                self._open(tag.lower(), names, line, hidden=hidden)
            if text := element.text:
                self._add(text)

    def _enter_inline(self, tag: str, names: str, *, hidden: bool) -> None:
        if tag == "a":
            self.links += 1
            if self.run is not None:
                self.run.links += 1
        elif tag in BOLD:
            self.bold += 1
        self.inline.append((tag, names, hidden))
        self.shadow += hidden

    def _leave(self, kind: int) -> None:
        if kind == INLINE_KIND and self.inline:
            tag, _, hidden = self.inline.pop()
            self.links -= tag == "a"
            self.bold -= tag in BOLD
            self.shadow -= hidden
        else:
            if self.run is not None:
                self._close(self.run)
            self.levels.pop()

    def _open(self, tag: str, names: str, line: int, *, hidden: bool) -> None:
        number = len(self.outline)
        if not self.levels:
            self.steps.append(tag)
            self.outline.append(Element(tag, -1, names))
            self.levels.append(_Level(number, hidden, 0))
            return
        above = self.levels[-1]
        counts = above.children
        if counts is None:
            counts = above.children = {}
        counts[tag] = count = counts.get(tag, 0) + 1
        self.steps.append(f"{tag}[{count}]")
        self.levels.append(_Level(number, above.hidden or hidden, line))
        self.outline.append(Element(tag, above.number, names))

    def _add(self, text: str) -> None:
        run = self.run
        if run is None:
            if text.isspace() or not self.levels:
                return
            level = self.levels[-1]
            level.runs += 1
            inline = " ".join([names for _, names, _ in self.inline if names]) if self.inline else ""
            hidden = level.hidden or self.shadow > 0
            run = self.run = _Run(level.number, level.runs, hidden, inline, level.line, links=self.links > 0)
        run.text += text
        if self.links or self.bold:
            size = len(text.strip())
            run.linked += size if self.links else 0
            run.bold += size if self.bold else 0

    def _close(self, run: _Run) -> None:
        run.images, self.images = self.images, 0
        self.runs.append(run)
        self.run = None


def _told(element: etree._Element) -> tuple[str, bool]:
    """Return what an element's attributes call it, and whether they hide it.

    The values one by one: a page keeps its whole state in an attribute of another name, which takes a second to decode.
    """
    called: str | None = None
    hidden = False
    for key in element.keys():  # noqa: SIM118 # an element iterates over its children
        if key in NAMING:
            named = str(element.get(key))
            called = named if called is None else f"{called} {named}"
        elif key == "hidden":
            hidden = True
        elif key == "style":
            hidden = hidden or _hides(str(element.get(key)))
    return called or "", hidden


def _hides(style: str) -> bool:
    """Tell a style that hides; of most a search for two words says that they do not."""
    written = style.lower()
    return ("none" in written or "hidden" in written) and HIDDEN_STYLE.search(style) is not None


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
