"""Flattened text into blocks, in the three layouts that are seen.

Measured on real dumps: 45 % of the changes from one article to the next have no blank line at all, and
some flatteners put the whole page on one line; so the layout is found page by page and never assumed.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.blocks.kinds import mark_line_kinds
from cleaner.model import Block, Layout
from cleaner.text import ends_sentence, repair, sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE = re.compile(r"[^\n\r\x0b\x0c\u2028\u2029]+")
LONG_LINES = 3
"""A page with at most so many lines ..."""
LONG_LINE = 700
"""... of at least so many characters on average has lost its line breaks."""
LONG_SENTENCES = 6
BLANK_SHARE = 0.3
"""Share of line changes with a blank line from which on blank lines separate paragraphs."""
WRAP_WIDTH = (50, 110)
"""Characters of a line that a printer's or mail program's column may have broken."""


def dump_blocks(text: str) -> tuple[Layout, tuple[Block, ...]]:
    """Take a decoded dump apart; every character that is not white space lies in exactly one block."""
    lines = [m.span() for m in LINE.finditer(text) if m.group().strip()]
    layout = find_layout(text, lines)
    if layout is Layout.LONG:
        spans = [(a + s, a + e) for a, b in lines for s, e in sentence_spans(text[a:b])]
    else:
        spans = list(_unwrap(text, lines))
    lines_at = _line_numbers(text, spans)
    return layout, mark_line_kinds([_block(text, spans, i, lines_at[i]) for i in range(len(spans))])


def find_layout(text: str, lines: list[tuple[int, int]]) -> Layout:
    """Tell how the page separates paragraphs, from its lines' spans."""
    if not lines:
        return Layout.BLANK
    if len(lines) <= LONG_LINES and _are_long(text, lines):
        return Layout.LONG
    blank = sum(_gap(text, a[1], b[0]) > 0 for a, b in pairwise(lines))
    return Layout.BLANK if blank >= BLANK_SHARE * max(1, len(lines) - 1) else Layout.NEWLINE


def _are_long(text: str, lines: list[tuple[int, int]]) -> bool:
    size = sum(b - a for a, b in lines)
    sentences = sum(len(sentence_spans(text[a:b])) for a, b in lines)
    return size / len(lines) >= LONG_LINE and sentences >= LONG_SENTENCES


def _gap(text: str, end: int, start: int) -> int:
    """Count the blank lines between two places."""
    if start - end <= 1:
        return 0
    return max(0, len(text[end:start].replace("\r\n", "\n").split("\n")) - 2)


def _line_numbers(text: str, spans: list[tuple[int, int]]) -> list[int]:
    """Return the line on which each span begins, counted by newlines from 1."""
    found, line, at = [], 1, 0
    for start, _ in spans:
        line += text.count("\n", at, start)
        found.append(line)
        at = start
    return found


def _block(text: str, spans: list[tuple[int, int]], index: int, line: int) -> Block:
    start, end = spans[index]
    mended, repairs = repair(text[start:end])
    gap = _gap(text, spans[index - 1][1], start) if index else 0
    return Block(index=index, text=mended, start=start, end=end, gap=gap, repairs=repairs, line=line)


def _unwrap(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join lines that a column width broke in mid sentence: `... may` / `deteriorate, he stated.`."""
    held: tuple[int, int] | None = None
    for span in lines:
        a, b = span
        trimmed = (a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip()))
        if held is not None and _continues(text, held, trimmed):
            held = (held[0], trimmed[1])
            continue
        if held is not None:
            yield held
        held = trimmed
    if held is not None:
        yield held


def _continues(text: str, held: tuple[int, int], span: tuple[int, int]) -> bool:
    """Tell whether a line goes on the sentence before it: no blank line, no end mark, lower case, column-wide."""
    if _gap(text, held[1], span[0]):
        return False
    before, after = text[held[0] : held[1]], text[span[0] : span[1]]
    last_line = re.split(r"[\n\r]", before)[-1]
    return (
        WRAP_WIDTH[0] <= len(last_line) <= WRAP_WIDTH[1]
        and not ends_sentence(before)
        and before[-1] not in ":;|»"
        and after[0].islower()
    )
