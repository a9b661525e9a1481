"""A page's blocks and elements, as the search for several articles needs them: what each element holds, what heads what."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from cleaner.blocks.containers import HEADING_TAGS, LINKED, SHORT_WORDS, TEASER_WORDS
from cleaner.model import KEPT_LABELS, Label
from cleaner.text import count_words, ends_sentence, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from cleaner.blocks.elements import Elements
    from cleaner.model import Block, Element

HEAD_WORDS = (2, 30)
"""Words of a headline; in scripts without spaces between words a character is counted as one."""
HEAD_NAMES = ("head", "title")
FULLY = 0.9
DIGITS = re.compile(r"\d+")
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
LINE_WORDS = 14
"""Most words of a line that holds a date or a name."""
DAY_WORDS = 6
TERMS = frozenset({"dt", "summary"})
"""Elements that head what follows them; with a link in it, a story."""
LEVELS = {f"h{n}": n for n in range(1, 7)}
UNHEADED = 7
NO_HEADS = frozenset(Label) - KEPT_LABELS - {Label.OTHER, Label.CAPTION}
"""Labels that a rule gives to headings over furniture: `You may also like`, `Comments`."""
LIKELY_WORDS = 6
"""Most words of a heading that a rule need not be certain of: longer ones are headlines that have its words, `Bell for the fog, paid for by the pub`."""
FOREIGN = (
    "comment", "cmt", "reply", "replies", "respond", "disqus", "related", "recommend", "alsolike", "also-like", "mostread", "most-read", "mostpopular",
    "most-viewed", "popular", "trending", "sidebar", "newsletter",
)  # fmt: skip
"""Names of elements whose inside is never an article, and that of whatever stands beside one."""
FOREIGN_TAGS = frozenset({"aside", "footer", "nav", "form"})


@dataclass(frozen=True)
class PageTree:
    """A page before it is parted; what is asked of it twice is kept."""

    outline: Sequence[Element]
    elements: Elements
    blocks: Sequence[Block]
    """Marked by the rules."""
    text: Sequence[bool]
    """Of each block: whether the engine calls it text."""

    @cached_property
    def words(self) -> list[int]:
        """Words of running text of each block; 0 where it is none."""
        found = []
        for block in self.blocks:
            size = 0
            if block.link_density < LINKED and block.tag not in HEADING_TAGS and not _is_furniture(block):
                size = count_words(block.text)
            found.append(size if size >= TEASER_WORDS else 0)
        return found

    def sentence_in(self, lo: int, hi: int) -> bool:
        """Tell a short sentence among blocks lo..hi: too few words for running text, but no mere line."""
        return any(self._is_short_sentence(self.blocks[i]) for i in range(lo, hi))

    def _is_short_sentence(self, block: Block) -> bool:
        if block.link_density >= LINKED or block.tag in HEADING_TAGS or not ends_sentence(block.text):
            return False
        return SHORT_WORDS <= count_words(block.text) < TEASER_WORDS and not _is_furniture(block)

    @cached_property
    def _below(self) -> list[int]:
        below = [0]
        for size in self.words:
            below.append(below[-1] + size)
        return below

    def running(self, lo: int, hi: int) -> int:
        """Count the words of running text of blocks lo..hi."""
        return self._below[hi] - self._below[lo] if hi > lo else 0

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Of each element of the outline: the blocks that stand in it."""
        outline = self.outline
        low, high = [len(self.blocks)] * len(outline), [0] * len(outline)
        for i in range(len(self.blocks)):
            at = self.element(i)
            if not high[at]:
                low[at] = i
            high[at] = i + 1  # blocks come in order
        for at in range(len(outline) - 1, 0, -1):
            above = outline[at].parent
            # written out: two calls for each of a page's 500 elements took half of the time
            if low[at] < low[above]:  # noqa: PLR1730
                low[above] = low[at]
            if high[at] > high[above]:  # noqa: PLR1730
                high[above] = high[at]
        return list(zip(low, high, strict=True))

    def tops(self, lo: int, hi: int) -> tuple[int, ...]:
        """Return the outermost elements that hold blocks lo..hi and no others."""
        found: dict[int, None] = {}
        for i in range(lo, hi):
            at, top = self.element(i), -1
            while at >= 0 and lo <= self.spans[at][0] and self.spans[at][1] <= hi:
                at, top = self.outline[at].parent, at
            if top >= 0:
                found[top] = None
        return tuple(found)

    def element(self, i: int) -> int:
        """Return the place in the outline of the element that holds block i."""
        markup = self.blocks[i].markup
        return markup.element if markup is not None else 0

    def node(self, at: int) -> HtmlElement:
        """Return the element of the tree that the outline has at a place."""
        return self.elements[at]

    def names(self, at: int) -> str:
        """Return tag and names of an element."""
        return f"{self.outline[at].tag} {self.outline[at].names}"

    def tokens(self, at: int) -> frozenset[str]:
        """Return the names of an element, numbers masked: templates count."""
        return frozenset(DIGITS.sub("#", self.outline[at].names).split())

    def is_foreign(self, at: int) -> bool:
        """Tell an element in a margin, in comments or among links to other stories, by its names and those around it."""
        line: list[int] = []
        while at >= 0 and at not in self._foreign:
            line.append(at)
            at = self.outline[at].parent
        inherited = self._foreign[at] if at >= 0 else False
        for below in reversed(line):
            inherited = self._foreign[below] = inherited or self._is_named_foreign(below)
        return inherited

    @cached_property
    def _foreign(self) -> dict[int, bool]:
        return {}

    def _is_named_foreign(self, at: int) -> bool:
        element = self.outline[at]
        if element.tag in {"html", "body"}:
            return False
        names = element.names.lower()
        return element.tag in FOREIGN_TAGS or any(name in names for name in FOREIGN)

    @cached_property
    def _own_below(self) -> list[int]:
        below = [0]
        for i, size in enumerate(self.words):
            below.append(below[-1] + (size if self.text[i] else 0))
        return below

    def own(self, lo: int, hi: int) -> int:
        """Count the words of blocks lo..hi that the engine calls text."""
        return self._own_below[hi] - self._own_below[lo] if hi > lo else 0

    @cached_property
    def heads(self) -> list[int]:
        """Blocks that may be an article's headline, in order."""
        return [i for i in range(len(self.blocks)) if self._is_head(i)]

    @cached_property
    def authors(self) -> frozenset[str]:
        """Names that bylines give: a heading that is one stands over who they are."""
        marks = (m for block in self.blocks for m in block.marks if m.label is Label.BYLINE and m.certain and m.value)
        return frozenset(normal(m.value or "") for m in marks)

    def heads_in(self, lo: int, hi: int) -> list[int]:
        """Return the headlines among blocks lo..hi."""
        return self.heads[bisect_left(self.heads, lo) : bisect_left(self.heads, hi)]

    def rank(self, i: int) -> int:
        """Return the level of a heading; one that only looks like one is the lowest."""
        return LEVELS.get(self.blocks[i].tag, UNHEADED)

    def _is_head(self, i: int) -> bool:
        block = self.blocks[i]
        if not (block.tag in HEADING_TAGS or self._is_linked_head(i)):
            return False
        words = count_words(block.text)
        if not HEAD_WORDS[0] <= words <= HEAD_WORDS[1]:
            return False
        if any(m.label in NO_HEADS and (m.certain or words <= LIKELY_WORDS) for m in block.marks):
            return False
        if block.text.endswith((":", "：")) or _is_day(block):
            return False
        return not (self.authors and normal(block.text) in self.authors)

    def _is_linked_head(self, i: int) -> bool:
        """Tell a link that heads a story without being a heading: bold, called a title, or a list's term."""
        block = self.blocks[i]
        if block.markup is None or not block.markup.links or self.words[i]:
            return False
        if block.tag in TERMS:
            return True
        if block.link_density < FULLY:
            return False
        return block.markup.bold >= FULLY or _is_called_head(
            self.outline[block.markup.element].names, block.markup.inline
        )


@lru_cache(maxsize=4096)
def _is_called_head(names: str, inline: str) -> bool:
    """Tell a headline by what its element, or the one within that it begins in, is called."""
    called = f"{names} {inline}".lower()
    return any(name in called for name in HEAD_NAMES)


def holds_date(block: Block) -> bool:
    """Tell a line with a date in it, whatever its language."""
    if count_words(block.text) > LINE_WORDS:
        return False
    return YEAR.search(block.text) is not None or any(m.label is Label.DATE and m.certain for m in block.marks)


def _is_day(block: Block) -> bool:
    """Tell a heading that is a date and nothing else: fronts have one over each day."""
    return count_words(block.text) <= DAY_WORDS and any(m.label is Label.DATE for m in block.marks)


def _is_furniture(block: Block) -> bool:
    return any(m.certain and m.label not in KEPT_LABELS for m in block.marks)
