"""The sentence under the title of an HTML page: whether it is text, authors of pages disagree, so it is a field of its own.

Found by what its element is called, else by its place: beside the text, not in it, and called a summary, said again in
the page's description, or a whole sentence right under the title.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from cleaner.blocks.containers import HEADING_TAGS
from cleaner.model import Label
from cleaner.site_headings import is_site_name
from cleaner.text import count_words, ends_sentence, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaner.model import Block, Element

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

NAMES = re.compile(
    r"(?<![a-zA-Z])(?i:dek|standfirst|sub-?title|sub-?head(?:line|ing)?|subhed|strapline|chapo|vorspann|entradilla|bajada|ingress|lede|perex|manchet|copete|sottotitolo|catenaccio|untertitel|unterzeile|second-?title)(?![a-z])"
    r"|(?<=[a-z])(?:Dek|Standfirst|Sub[Tt]itle|Sub[Hh]eadline|Lede)(?![a-z])"
)
"""What designers call it."""
WIDER_NAMES = re.compile(
    r"(?<![a-zA-Z])(?i:deck|excerpt|teaser|summary|intro|description|desc|lead|abstract|sommario|spot|zajawka)(?![a-z])"
    r"|(?<=[a-z])(?:Deck|Excerpt|Teaser|Summary|Intro|Description|Lead)(?![a-z])"
)
"""What they call it as well, and other things too: believed only of what stands beside the text."""
OTHER_NAMES = re.compile(
    r"(?i)author|byline|bio(?![a-z])|caption|credit|date|label|meta(?![a-z-])|updated|site-|tool-?tip"
)
"""What they call the other lines under a title."""
AROUND_DEK = frozenset({Label.BYLINE, Label.DATE})
TAGS = frozenset({"p", "div", "h2", "h3", "h4"})
SECOND_HEADINGS = frozenset({"h2", "h3"})
AWAY, AWAY_BESIDE = 12, 8
"""Most blocks between title and dek."""
WORDS = (4, 60)
FEWEST_WORDS = 6
"""Of a dek that only its place tells."""
SAID = 40
"""Characters from which a description that is cut off tells a sentence."""
MOST_LINKED = 0.3
LIKELY_TEXT, SURELY_TEXT = 0.65, 0.95
"""Probability of being text from which the sentence right under the title, and one that the description repeats, is the first paragraph."""
MOSTLY = 0.5
"""Share of the page's text that the element of the text holds."""


def called_dek(blocks: Sequence[Block], outline: Sequence[Element], kept: Bools) -> int | None:
    """Return the block under the title that its element calls a dek; `kept` says which blocks are text."""
    return next((i for i in _under_title(blocks, kept) if _is_called(NAMES, blocks[i], outline)), None)


def placed_dek(
    blocks: Sequence[Block], outline: Sequence[Element], p_text: Floats, kept: Bools, description: str
) -> int | None:
    """Return the dek that only its place beside the text tells, of a page of one article."""
    near = _under_title(blocks, kept)
    said = normal(description)
    text = _Text(blocks, outline, kept)
    first = next((i for i in near if _is_shown(blocks[i])), None)
    for i in near[:AWAY_BESIDE]:
        block = blocks[i]
        named = _is_called(WIDER_NAMES, block, outline) and not _is_other(block, outline)
        repeated = p_text[i] < SURELY_TEXT and _repeats(block, said)
        is_next = i == first and p_text[i] < LIKELY_TEXT
        likely = (
            named
            or repeated
            or (is_next and _is_summary(block, outline) and (ends_sentence(block.text) or text.is_second_heading(i)))
        )
        if likely and _is_sentence_of_head(block) and text.is_beside(i):
            return i
    return None


def _under_title(blocks: Sequence[Block], kept: Bools) -> list[int]:
    """List the blocks not far below a first-level heading, down to the first block of text."""
    title: int | None = None
    near: list[int] = []
    for i, block in enumerate(blocks):
        if block.tag == "h1" or (title is not None and is_site_name(blocks[title]) and block.tag in SECOND_HEADINGS):
            title, near = i, []  # the last one: a wall of consent before the article often has its own
        elif title is not None and i - title <= AWAY:
            near.append(i)
        if kept[i] and _is_running(block):
            break
    return near


def _is_running(block: Block) -> bool:
    """Tell what the engine takes for text from headings, and from bylines and dates that a rule knows."""
    return block.tag not in HEADING_TAGS and not any(m.certain and m.label in AROUND_DEK for m in block.marks)


def _has_length(block: Block) -> bool:
    return WORDS[0] <= count_words(block.text) <= WORDS[1]


def _is_shown(block: Block) -> bool:
    return block.markup is not None and not block.markup.hidden


def _is_sentence_of_head(block: Block) -> bool:
    return _is_shown(block) and block.link_density <= MOST_LINKED and _has_length(block)


def _is_summary(block: Block, outline: Sequence[Element]) -> bool:
    """Tell a line of some words that is nothing else by its names; asked of the block right under the title."""
    long_enough = block.tag in TAGS and count_words(block.text) >= FEWEST_WORDS
    return long_enough and not block.link_density and not _is_other(block, outline)


def _is_other(block: Block, outline: Sequence[Element]) -> bool:
    return bool(block.marks) or _is_called(OTHER_NAMES, block, outline)


def _is_called(wanted: re.Pattern[str], block: Block, outline: Sequence[Element]) -> bool:
    if block.markup is None or not _has_length(block):
        return False
    own = outline[block.markup.element]
    around = outline[own.parent] if own.parent >= 0 else own
    return any(_calls(wanted, names) for names in (own.names, around.names, block.markup.inline))


@lru_cache(maxsize=8192)
def _calls(wanted: re.Pattern[str], names: str) -> bool:
    return wanted.search(names) is not None


def _repeats(block: Block, said: str) -> bool:
    """Tell whether the description says the block again, one of them cut off perhaps."""
    if not said or not _has_length(block):
        return False
    own = normal(block.text)
    if own == said:
        return True
    shorter, longer = sorted((own, said), key=len)
    return len(shorter) >= SAID and longer.startswith(shorter.rpartition(" ")[0])


class _Text:
    """The elements that hold the page's text."""

    def __init__(self, blocks: Sequence[Block], outline: Sequence[Element], kept: Bools) -> None:
        self.blocks, self.outline = blocks, outline
        self.running = [i for i in np.flatnonzero(kept).tolist() if _is_running(blocks[i])]
        self.words = {i: count_words(blocks[i].text) for i in self.running}

    def is_beside(self, i: int) -> bool:
        """Tell whether the element that holds most of the text does not hold the block, or the title's holds nothing else of it."""
        return self._is_outside(i) or self._is_with_title(i)

    def is_second_heading(self, i: int) -> bool:
        """Tell a heading in the title's own element: standfirsts are often printed without a full stop."""
        return self.blocks[i].tag in SECOND_HEADINGS and self._is_with_title(i)

    def _is_with_title(self, i: int) -> bool:
        """Tell whether an element holds title and block, and no running text."""
        title = next((j for j in reversed(range(i)) if self.blocks[j].tag == "h1"), None)
        if title is None or not any(j > i for j in self.running):
            return False
        titles = set(self._around(title))
        shared = next((element for element in self._around(i) if element in titles), -1)
        return shared >= 0 and not any(j != i and shared in self._around(j) for j in self.running)

    def _is_outside(self, i: int) -> bool:
        own = set(self._around(i))
        after = next((j for j in self.running if j > i), None)
        if after is None:
            return False
        side = -1
        for element in self._around(after):
            if element in own:
                break
            side = element
        held = [j for j in self.running if j != i and side in self._around(j)]
        return side >= 0 and len(held) > 1 and self._words(held) >= MOSTLY * self._words(self.running)

    def _words(self, places: Sequence[int]) -> int:
        return sum(self.words[i] for i in places)

    def _around(self, i: int) -> list[int]:
        """List the elements around a block, the nearest first."""
        markup = self.blocks[i].markup
        at, found = markup.element if markup is not None else -1, []
        while at >= 0:
            found.append(at)
            at = self.outline[at].parent
        return found
