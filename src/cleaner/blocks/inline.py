"""The text of a page's runs piece by piece, with the links and emphasis around each; for Markdown alone.

Walks the tree once more, as `html` walks it: a run's pieces, put together, are its raw text. What the engine sees is
left alone by that, and pages pay for it only when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from cleaner.blocks.html import INLINE, UNSEEN
from cleaner.blocks.kinds import BREAK

if TYPE_CHECKING:
    from lxml.html import HtmlElement

STRONG = frozenset({"b", "strong"})
EMPHASIS = frozenset({"i", "em", "cite", "dfn", "var"})
CODE = frozenset({"code", "kbd", "samp", "tt"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text is marked up within its run."""

    link: str | None = None
    """Address as the page writes it."""
    strong: bool = False
    emphasis: bool = False
    code: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a run's raw text in one style."""

    text: str
    style: Style


@dataclass(slots=True)
class Run:
    """A run of text, and the element that holds it."""

    element: etree._Element
    pieces: list[Piece]


def runs_of(root: HtmlElement) -> dict[str, Run]:
    """Return every run of a page by its path, in pieces."""
    walk = _Walk()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            walk.enter(element)
        else:
            walk.leave(element)
    return walk.runs


@dataclass(slots=True)
class _Level:
    """An open block-level element."""

    element: etree._Element
    path: str
    children: dict[str, int]
    runs: int = 0


class _Walk:
    """Keeps the open elements and the open run."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.levels: list[_Level] = []
        self.inline: list[tuple[etree._Element, Style]] = []
        """Inline elements that are open, with what text in them looks like."""
        self.run: Run | None = None
        self.unseen = 0

    def enter(self, element: etree._Element) -> None:
        tag = _tag(element)
        if self.unseen or tag in UNSEEN:
            self.unseen += 1
        elif tag == "br":
            self._add(BREAK)
        elif tag in INLINE and self.levels:
            self.inline.append((element, _styled(element, tag, self._style())))
            self._add(element.text)
        else:
            self.run = None
            self._open(element, tag)
            self._add(element.text)

    def leave(self, element: etree._Element) -> None:
        if self.unseen:
            self.unseen -= 1
        elif self.inline and self.inline[-1][0] is element:
            self.inline.pop()
        elif element.tag != "br":
            self.run = None
            self.levels.pop()
        if not self.unseen and self.levels:
            self._add(element.tail)

    def _style(self) -> Style:
        return self.inline[-1][1] if self.inline else PLAIN

    def _open(self, element: etree._Element, tag: str) -> None:
        if not self.levels:
            self.levels.append(_Level(element, f"/{tag}", {}))
            return
        above = self.levels[-1]
        above.children[tag] = above.children.get(tag, 0) + 1
        self.levels.append(_Level(element, f"{above.path}/{tag}[{above.children[tag]}]", {}))

    def _add(self, text: str | None) -> None:
        if not text or not self.levels:
            return
        if self.run is None:
            if not text.strip():
                return
            level = self.levels[-1]
            level.runs += 1
            self.run = self.runs[f"{level.path}#{level.runs}"] = Run(level.element, [])
        self.run.pieces.append(Piece(text, self._style()))


def _styled(element: etree._Element, tag: str, around: Style) -> Style:
    link = element.get("href") if tag == "a" else around.link
    return Style(
        link=link,
        strong=around.strong or tag in STRONG,
        emphasis=around.emphasis or tag in EMPHASIS,
        code=around.code or tag in CODE,
    )


def _tag(element: etree._Element) -> str:
    tag = element.tag
    return tag.lower() if isinstance(tag, str) else "comment"
