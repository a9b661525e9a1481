"""Paragraphs into the blocks of a Markdown document: quotes and lists around them, tables and code made of several."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from cleaner.blocks.kinds import ITEMS, SECTIONS, TOP_HEADINGS, item_number, item_text
from cleaner.model import Kind
from cleaner.review.markdown.inline import TICKS, Span, on_one_line, written
from cleaner.review.markdown.tables import table
from cleaner.review.markdown.tree import ancestors, on_one
from cleaner.text import replay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from cleaner.review.markdown.tree import Part, Tree

MOST_DIGITS = 9
"""Digits of the number of an item; with more it is none to CommonMark."""
DEEPEST = 12
"""Quotes and lists within one another that are shown as such."""


@dataclass(frozen=True, slots=True)
class _Around:
    """A quote or an item of a list that holds paragraphs."""

    key: object
    """The same for all that it holds."""
    of: object = None
    """The list that it is an item of; None for a quote."""
    number: int | None = None
    """Of an item of a list in order."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A paragraph, and what it is a part of."""

    part: Part
    around: tuple[_Around, ...]
    whole: object = None
    """The table or code that it is a part of, and others with it."""


def body(parts: Sequence[Part], tree: Tree | None) -> str:
    """Write an article's paragraphs; `tree` is None for a dump, and where the page is not at hand."""
    leaves = _in_tree(parts, tree) if tree is not None else list(_by_kind(parts))
    return _Writer(tree).blocks(leaves, 0)


def _in_tree(parts: Sequence[Part], tree: Tree) -> list[_Leaf]:
    runs = [tree.run(part) for part in parts]
    held = {element for run in runs if run is not None for element in ancestors(run.element)}
    return [
        _Leaf(part, ()) if run is None else _Leaf(part, *_around(run.element, part, held))
        for part, run in zip(parts, runs, strict=True)
    ]


def _around(element: etree._Element, part: Part, held: set[etree._Element]) -> tuple[tuple[_Around, ...], object]:
    """Return the quotes and items around an element, the outermost first, and the table or code that it is a part of."""
    around: list[_Around] = []
    tag = {Kind.TABLE_CELL: "table", Kind.CODE: "pre"}.get(part.kind)
    whole = next((e for e in (element, *element.iterancestors()) if e.tag == tag), None)
    for one in ancestors(element):
        if one.tag in SECTIONS:
            around = []
        elif one is whole:
            return tuple(around[:DEEPEST]), one
        elif one.tag == "blockquote":
            around.append(_Around(one))
        elif one.tag in ITEMS and not _is_card(one):
            around.extend(_item(one, held))
    return tuple(around[:DEEPEST]), None


def _is_card(item: etree._Element) -> bool:
    return next(item.iter(*TOP_HEADINGS, *SECTIONS), None) is not None


def _item(item: etree._Element, held: set[etree._Element]) -> Iterator[_Around]:
    """Yield an item; a definition stands in the item of its term, where that was kept."""
    above = item.getparent()
    if item.tag == "dd":
        term = next((e for e in item.itersiblings("dt", preceding=True)), None)
        if term is not None and term in held:
            yield _Around(term, above)
            yield _Around(item, term)
            return
    number = None
    if item.tag == "li" and above is not None and above.tag == "ol":
        first = above.get("start", "1")
        number = (int(first) if first.isdecimal() else 1) + sum(1 for _ in item.itersiblings("li", preceding=True))
    yield _Around(item, above, number)


def _by_kind(parts: Sequence[Part]) -> Iterator[_Leaf]:
    """Yield leaves by their kinds alone: neighbours that are items make up a list, such as are quotes one quote."""
    open_items: list[_Around] = []
    for kind, same in groupby(parts, key=lambda part: part.kind):
        group = object()
        for part in same:
            if kind in {Kind.LIST_ITEM, Kind.NUMBERED_ITEM}:
                number = (item_number(part.text) or 1) if kind is Kind.NUMBERED_ITEM else None
                open_items = open_items[: max(1, min(part.level or 1, DEEPEST)) - 1]
                above = open_items[-1].key if open_items else "list"
                open_items.append(_Around(object(), (above, kind), number))
                yield _Leaf(part, tuple(open_items))
                continue
            open_items = []
            yield _Leaf(part, (_Around(group),) if kind in {Kind.QUOTE, Kind.EMBED} else ())


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is written, and what kept it apart from the next."""

    text: str
    around: _Around | None
    sign: str = ""
    """Of an item: what its list's items begin with."""


class _Writer:
    """Writes leaves level by level."""

    def __init__(self, tree: Tree | None) -> None:
        self._tree = tree

    def blocks(self, leaves: Sequence[_Leaf], depth: int) -> str:
        """Write what stands at one depth of quotes and lists, a blank line between; items of a list without, if they are short."""
        done: list[_Block] = []
        for around, same in groupby(leaves, key=lambda leaf: leaf.around[depth] if len(leaf.around) > depth else None):
            if around is None:
                done.extend(
                    _Block(self._leaf(list(whole)), None)
                    for _, whole in groupby(same, key=lambda leaf: id(leaf) if leaf.whole is None else leaf.whole)
                )
            else:
                done.append(_held(self.blocks(list(same), depth + 1), around, done[-1] if done else None))
        out = ""
        for i, block in enumerate(done):
            out += (_gap(done[i - 1], block, depth) if i else "") + block.text
        return out

    def _leaf(self, leaves: Sequence[_Leaf]) -> str:
        parts = [leaf.part for leaf in leaves]
        first = parts[0]
        if self._tree is not None and first.kind is Kind.TABLE_CELL and leaves[0].whole is not None:
            return table(parts, self._tree)
        if first.kind is Kind.CODE:
            return self._code(parts)
        if first.kind is Kind.HEADING:
            spans = [replace(span, strong=False) for span in self._spans(first)]  # a heading is bold already
            return f"{'#' * min(6, max(2, first.level or 2))} {on_one_line(spans)}"
        return written(self._spans(first))

    def _spans(self, part: Part) -> list[Span]:
        if self._tree is not None and self._tree.run(part) is not None:
            return self._tree.spans(part)
        is_item = part.kind in {Kind.LIST_ITEM, Kind.NUMBERED_ITEM} and part.path is None
        return [Span(on_one(item_text(part.text) if is_item else part.text))]

    def _code(self, parts: Sequence[Part]) -> str:
        """Write code as it stands in the page, broken characters mended."""
        texts = []
        for part in parts:
            raw = self._tree.raw(part) if self._tree is not None else None
            mends = [made for made in part.repairs if made.kind != "whitespace"]
            texts.append(part.text if raw is None else replay(raw, mends))
        text = "\n".join(texts)
        fence = "`" * max(3, max((len(run) for run in TICKS.findall(text)), default=0) + 1)
        return f"{fence}\n{text}\n{fence}"


def _held(inner: str, around: _Around, before: _Block | None) -> _Block:
    lines = inner.split("\n")
    if around.of is None:
        return _Block("\n".join(f"> {line}".rstrip() for line in lines), around)
    follows = before is not None and before.around is not None and before.around.of is not None
    same_list = follows and before is not None and before.around is not None and before.around.of == around.of
    sign = _sign(before.sign if before is not None else "", numbered=around.number is not None, same=same_list)
    number = "" if around.number is None else str(around.number)
    marker = f"{number if len(number) <= MOST_DIGITS else 1}{sign} "
    indent = " " * len(marker)
    return _Block(
        "\n".join((marker if i == 0 else indent) + line if line else "" for i, line in enumerate(lines)), around, sign
    )


def _sign(before: str, *, numbered: bool, same: bool) -> str:
    """Return what marks an item: that of its list; after another list of the same sort another, or they would be one."""
    signs = (".", ")") if numbered else ("-", "*")
    if before not in signs:
        return signs[0]
    return before if same else signs[1 - signs.index(before)]


def _gap(one: _Block, other: _Block, depth: int) -> str:
    """Return what stands between two blocks: a blank line, but for short items of a list and the list within an item."""
    if other.around is None or other.around.of is None or "\n\n" in one.text + other.text:
        return "\n\n"
    if one.around is None:
        return "\n" if depth and other.around.number in {None, 1} and one.text[:1] not in {"|", "`"} else "\n\n"
    return "\n" if one.around.of == other.around.of else "\n\n"
