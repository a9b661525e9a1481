"""Where a block stands in the source of its page, character by character; worked out only when somebody asks.

The parser tells no offsets. But the page's text, its tags and what no reader sees taken out, is the text of all runs one
after the other: so each run is looked for where the one before it ended.
"""

from __future__ import annotations

import html
import re
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNSEEN_SPAN = r"<(?P<unseen>script|style|template|svg|iframe|object|noscript|math|canvas|datalist|title)\b[^>]*>.*?(?:</(?P=unseen)\s*>|\Z)"
NO_TEXT = re.compile(
    rf"(?is)<!--.*?(?:-->|\Z)|{UNSEEN_SPAN}|<[!?][^>]*>|</?[a-z](?:[^>\"']++|\"[^\"]*+\"|'[^']*+'){{0,2000}}+>"
)
"""Tags, comments, and elements whose text no reader sees; without a bound on a tag's parts a page of open quotes takes hours."""
ENTITY = re.compile(r"&(?:#\d+|#[xX][\da-fA-F]+|\w+);?")
FARTHEST = 20_000
"""Characters after the run before in which a run is looked for: what a parser drops may stand between."""


class Source:
    """The visible characters of a page's source, each with its offset."""

    def __init__(self, text: str, runs: Mapping[str, str]) -> None:
        """Align the runs of a page, in its order, with the decoded page."""
        self._text = text
        self._runs = runs
        self._starts, self._ends = array("L"), array("L")
        letters = "".join(self._letters())
        self._found: dict[str, int] = {}
        at = 0
        for path, run in runs.items():
            sought = _dense(run)
            place = letters.find(sought, at, at + len(sought) + FARTHEST)
            if place >= 0:
                self._found[path] = place
                at = place + len(sought)

    def span(self, path: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where a slice of a run begins and ends in the decoded page; None where the source does not show it."""
        place = self._found.get(path)
        if place is None:
            return None
        run = self._runs[path]
        first = place + len(_dense(run[:start]))
        last = first + len(_dense(run[start:end])) - 1
        return (self._starts[first], self._ends[last]) if last >= first else None

    def line(self, offset: int) -> int:
        """Return the line of an offset, from 1."""
        return self._text.count("\n", 0, offset) + 1

    def _letters(self) -> Iterator[str]:
        """Yield the visible text without white space, and note each character's offsets."""
        at = 0
        for gap in NO_TEXT.finditer(self._text):
            yield from self._plain(at, gap.start())
            at = gap.end()
        yield from self._plain(at, len(self._text))

    def _plain(self, start: int, end: int) -> Iterator[str]:
        at = start
        for entity in ENTITY.finditer(self._text, start, end):
            yield from self._each(at, entity.start())
            for char in _dense(html.unescape(entity.group())):
                self._starts.append(entity.start())
                self._ends.append(entity.end())
                yield char
            at = entity.end()
        yield from self._each(at, end)

    def _each(self, start: int, end: int) -> Iterator[str]:
        for word in re.finditer(r"\S+", self._text[start:end]):
            first, last = start + word.start(), start + word.end()
            self._starts.extend(range(first, last))
            self._ends.extend(range(first + 1, last + 1))
            yield word.group().replace("\x00", "\ufffd")


def _dense(text: str) -> str:
    """Return a text without white space: markup puts it where the page has none, and the other way round."""
    return "".join(text.split())
