"""What kind of block each is: by the elements around it, or in a dump by the form of the line.

An element passes its form on to what stands in it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cleaner.blocks.tables import data_cells
from cleaner.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cleaner.model import Block, Element

BREAK = "\u2028"
"""Stands for `<br>` in a run's raw text; a character that pages do not use, and white space to every repair."""
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu", "dl", "dir"})
ITEMS = frozenset({"li", "dt", "dd"})
CELLS = frozenset({"td", "th"})
CAPTIONS = frozenset({"figcaption", "caption", "figure"})
SECTIONS = frozenset({"article", "section", "main", "body"})
"""What stands in one of these is part of a text of its own, whatever is around."""
TELLING = frozenset({"blockquote", "pre"})
"""Elements of which it also counts what they are called."""
TOP_HEADINGS = frozenset({"h1", "h2"})
EMBEDDED = re.compile(
    r"(?i)\b(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|bluesky-embed|mastodon-embed|reddit-(?:embed|card)|text-post-media|imgur-embed)"
)
"""What posts of other sites are called by the code that these sites hand out."""
VERSE = re.compile(r"(?i)\b(?:wp-block-verse|verse|poem|poetry|stanza|lyrics)\b")
VERSE_LINES = 3
VERSE_LINE = 60
"""Characters of a line that the page broke itself; a longer one is prose with a `<br>` behind it."""


class _Form(NamedTuple):
    """What an element makes of the text in it."""

    kind: Kind = Kind.PARAGRAPH
    level: int | None = None
    lists: int = 0
    quotes: int = 0
    ordered: bool = False
    """The innermost list counts its items."""


PLAIN = _Form()


class Kinds:
    """The kinds of an HTML page's blocks; an element stands behind the one around it, so one pass tells all forms."""

    def __init__(self, outline: Sequence[Element], sizes: Sequence[tuple[int, int]]) -> None:
        """Look at the outline; `sizes` are the characters of each run of text, with its element."""
        self.outline = outline
        self._forms: list[_Form] = []
        has_table = any(element.tag == "table" for element in outline)
        cells = data_cells(sizes, outline) if has_table else frozenset()
        cards = _cards(outline)
        known: dict[tuple[str, int, bool], _Form] = {}
        for i, element in enumerate(outline):
            form = self._forms[element.parent] if element.parent >= 0 else PLAIN
            if element.tag in SPECIAL and i not in cards:
                key = element.tag, id(form), i in cells  # forms live as long as this page
                if key not in known or element.tag in TELLING:
                    known[key] = _form(element, form, is_data=i in cells)
                form = known[key]
            self._forms.append(form)

    def of(self, element: int, raw: str) -> tuple[Kind, int | None]:
        """Return the kind and level of a raw slice of an element's text."""
        form = self._forms[element]
        if form.kind is Kind.PARAGRAPH and BREAK in raw and self._is_verse(element, raw):
            return Kind.VERSE, None
        return form.kind, form.level

    def _is_verse(self, element: int, raw: str) -> bool:
        lines = [line.strip() for line in raw.split(BREAK)]
        if len(lines) >= VERSE_LINES and all(0 < len(line) <= VERSE_LINE for line in lines):
            return True
        own = self.outline[element]
        around = self.outline[own.parent] if own.parent >= 0 else own
        return len(lines) > 1 and any(VERSE.search(e.names) for e in (own, around))


def _form(element: Element, around: _Form, *, is_data: bool) -> _Form:
    if element.tag in CELLS:
        return around._replace(kind=Kind.TABLE_CELL, level=None) if is_data else around
    if around.kind is Kind.TABLE_CELL and element.tag not in SECTIONS:
        return around  # a cell holds no list and no heading that Markdown or a table of ours could show
    return _MAKERS[element.tag](element, around)


def _heading(element: Element, around: _Form) -> _Form:
    return around._replace(kind=Kind.HEADING, level=HEADINGS[element.tag])


def _list(element: Element, around: _Form) -> _Form:
    return around._replace(lists=around.lists + 1, ordered=element.tag == "ol")


def _item(element: Element, around: _Form) -> _Form:
    depth = max(1, around.lists) + (element.tag == "dd")
    kind = Kind.NUMBERED_ITEM if around.ordered and element.tag == "li" else Kind.LIST_ITEM
    return around._replace(kind=kind, level=depth, lists=depth)


def _quote(element: Element, around: _Form) -> _Form:
    quotes = around.quotes + 1
    kind, level = (Kind.EMBED, None) if EMBEDDED.search(element.names) else (Kind.QUOTE, quotes)
    return around._replace(kind=kind, level=level, quotes=quotes)


def _preformatted(element: Element, around: _Form) -> _Form:
    return around._replace(kind=Kind.VERSE if VERSE.search(element.names) else Kind.CODE, level=None)


def _caption(_: Element, around: _Form) -> _Form:
    return around._replace(kind=Kind.CAPTION, level=None)


def _section(*_: object) -> _Form:
    return PLAIN


_MAKERS: dict[str, Callable[[Element, _Form], _Form]] = {
    **dict.fromkeys(HEADINGS, _heading),
    **dict.fromkeys(LISTS, _list),
    **dict.fromkeys(ITEMS, _item),
    **dict.fromkeys(CAPTIONS, _caption),
    **dict.fromkeys(SECTIONS, _section),
    "blockquote": _quote,
    "pre": _preformatted,
}
SPECIAL = CELLS | _MAKERS.keys()


def _cards(outline: Sequence[Element]) -> set[int]:
    """Find the items that hold a story of their own, with its head: a list of them is a layout."""
    cards: set[int] = set()
    for element in outline:
        if element.tag in TOP_HEADINGS or element.tag in SECTIONS:
            at = element.parent
            while at >= 0 and at not in cards:
                if outline[at].tag in ITEMS:
                    cards.add(at)
                at = outline[at].parent
    return cards


BULLET = re.compile(r"[•·▪▸►‣◦∙*-]\s+(?=\S)")
"""Signs of an item; not those that open a brief, a whole article (`■`)."""
SURE_BULLET = re.compile(r"[•▪▸►‣◦∙]\s+(?=\S)")
"""What opens an item even where it stands alone; a dash also opens a speech."""
NUMBER = re.compile(r"(?P<number>\d{1,3})[.)]\s+(?=\S)")


def mark_line_kinds(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Give each block of a dump its kind: items by their signs, where a neighbour has the same sign or the next number."""
    signs = [_sign(block.text) for block in blocks]
    in_row = [False] * len(blocks)
    for i, (one, other) in enumerate(pairwise(signs)):
        if _go_on(one, other):
            in_row[i] = in_row[i + 1] = True
    return tuple(
        block
        if sign is None or not (run or SURE_BULLET.match(block.text))
        else block.of_kind(Kind.NUMBERED_ITEM if isinstance(sign, int) else Kind.LIST_ITEM, 1, block.line)
        for block, sign, run in zip(blocks, signs, in_row, strict=True)
    )


def _sign(text: str) -> str | int | None:
    if not text or (text[0].isalpha() and text[0].isascii()):
        return None
    number = NUMBER.match(text)
    if number is not None:
        return int(number["number"])
    return text[0] if BULLET.match(text) else None


def _go_on(one: str | int | None, other: str | int | None) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return other == one + 1
    return one is not None and one == other


def item_text(text: str) -> str:
    """Return a dump's item without the sign that makes it one."""
    match = BULLET.match(text) or NUMBER.match(text)
    return text[match.end() :] if match else text


def item_number(text: str) -> int | None:
    """Return the number that an item of a dump stands under."""
    match = NUMBER.match(text)
    return int(match["number"]) if match else None
