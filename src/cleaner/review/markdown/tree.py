"""A page parsed again for its Markdown: what stands around each paragraph, and the links and emphasis in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING

from cleaner.blocks.html import html_page
from cleaner.blocks.inline import PLAIN, Piece, Style, runs_of
from cleaner.blocks.kinds import BREAK
from cleaner.model import Kind
from cleaner.review.markdown.inline import Span
from cleaner.urls import link_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml import etree

    from cleaner.blocks.inline import Run
    from cleaner.model import Repair

NEWLINES = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*")
LONGEST_ALIGNED = 20_000
"""Characters of a paragraph whose broken characters were mended from which its links and emphasis are left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph with its place in the page."""

    text: str
    kind: Kind
    level: int | None
    path: str | None = None
    start: int | None = None
    end: int | None = None
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """The runs of an HTML page, and the address that its links start from."""

    runs: Mapping[str, Run]
    base: str | None

    def run(self, part: Part) -> Run | None:
        """Return the run that a paragraph was cut out of; None where the page states it otherwise than in elements."""
        return self.runs.get(part.path or "")

    def raw(self, part: Part) -> str | None:
        """Return a paragraph's raw text with the white space before it on its line."""
        run = self.run(part)
        if run is None or part.start is None:
            return None
        whole = "".join(piece.text for piece in run.pieces).replace(BREAK, "\n")
        return (
            whole[whole.rfind("\n", 0, part.start) + 1 : part.end]
            if not whole[: part.start].strip()
            else whole[part.start : part.end]
        )

    def spans(self, part: Part) -> list[Span]:
        """Return a paragraph's text in spans of one style; where its markup cannot be found again, in one plain span."""
        run = self.run(part)
        if run is None or part.start is None or part.end is None:
            return [Span(on_one(part.text))]
        pieces = list(_clipped(run.pieces, part.start, part.end))
        if part.kind is Kind.VERSE and any(e.tag == "pre" for e in (run.element, *run.element.iterancestors())):
            pieces = [Piece(piece.text.replace("\n", BREAK), piece.style) for piece in pieces]
        styles = _styles(pieces, part.text)
        return [Span(on_one(part.text))] if styles is None else list(self._grouped(part.text, styles))

    def _grouped(self, text: str, styles: Sequence[tuple[Style, bool]]) -> Iterator[Span]:
        at = 0
        for style, same in groupby(styles, key=lambda pair: pair[0]):
            letters = "".join("\n" if is_break else text[at + i] for i, (_, is_break) in enumerate(same))
            at += len(letters)
            link = link_url(style.link, self.base) if style.link else None
            yield Span(letters, link, style.strong, style.emphasis, style.code)


def page_tree(text: str, url: str | None) -> Tree:
    """Parse a decoded page again."""
    root = html_page(text).root
    stated = root.find(".//base[@href]")
    base = link_url(stated.get("href", ""), url) if stated is not None else None
    return Tree(runs_of(root), base or url)


def on_one(text: str) -> str:
    """Put a text on one line: only what a page breaks itself is broken."""
    return NEWLINES.sub(" ", text)


def _clipped(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    at = 0
    for piece in pieces:
        text = piece.text[max(0, start - at) : max(0, end - at)]
        at += len(piece.text)
        if text:
            yield Piece(text, piece.style)


def _styles(pieces: Sequence[Piece], text: str) -> list[tuple[Style, bool]] | None:
    """Return the style of each character of a mended text, and whether it stands for a line break; None if unknown."""
    letters, breaks = _letters(pieces)
    raw, mended = "".join(letter for letter, _ in letters), "".join(text.split())
    if raw != mended and max(len(raw), len(mended)) > LONGEST_ALIGNED:
        return None
    places = list(range(len(mended))) if raw == mended else _aligned(raw, mended)
    own = [letters[place][1] if letters else PLAIN for place in places]
    found: list[tuple[Style, bool]] = []
    seen = 0
    for char in text:
        if not char.isspace():
            found.append((own[seen], False))
            seen += 1
        else:
            found.append((_common(own[seen - 1], own[seen]), places[seen] in breaks))
    return found


def _letters(pieces: Sequence[Piece]) -> tuple[list[tuple[str, Style]], set[int]]:
    """Return the raw text's characters that are no white space, with their styles, and before which of them a line breaks."""
    letters: list[tuple[str, Style]] = []
    breaks: set[int] = set()
    for piece in pieces:
        for char in piece.text:
            if char == BREAK:
                breaks.add(len(letters))
            elif not char.isspace():
                letters.append((char, piece.style))
    return letters, breaks


def _aligned(raw: str, mended: str) -> list[int]:
    """Return for each character of the mended text the one of the raw text that stands in its place."""
    places = [0] * len(mended)
    for _, i1, i2, j1, j2 in SequenceMatcher(None, raw, mended, autojunk=False).get_opcodes():
        for j in range(j1, j2):
            places[j] = max(0, min(i1 + (j - j1), max(i1, i2 - 1), len(raw) - 1))
    return places


def _common(one: Style, other: Style) -> Style:
    """Return what two styles have in common: white space between two sorts of emphasis has neither."""
    if one == other:
        return one
    same = (one.strong, one.emphasis) == (other.strong, other.emphasis)
    return Style(
        one.link if one.link == other.link else None,
        strong=same and one.strong,
        emphasis=same and one.emphasis,
        code=one.code and other.code,
    )


def ancestors(element: etree._Element) -> list[etree._Element]:
    """Return an element and all around it, the outermost first."""
    return [*reversed(list(element.iterancestors())), element]
