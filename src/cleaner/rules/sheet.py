"""Many lines as one text, so that a rule reads a page in one go.

Calling RE2 costs a microsecond however short the line: 108 rules on each of 220 lines took a third of a page's time, as
sets of a dozen rules still a fifth, and sets compile for half a second a language.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from cleaner.rules.packs import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import re2

ALONE = re.compile(r"\\[AzC]|\(\?[a-zA-Z]*-[a-zA-Z]*m")
"""In a pattern: asks for the ends of the whole text, so it can be matched on single lines only."""
COMPILED = 2048
"""Patterns that are kept compiled: the views of several languages share most of their rules."""


@lru_cache(COMPILED)
def by_line(pattern: str) -> re2._Regexp:
    """Compile a pattern whose `^` and `$` stand for the ends of a line, and so of a text without line breaks too."""
    return compile_pattern(f"(?m:{pattern})")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern matches one of the lines."""

    line: int
    start: int
    """In bytes of the line, as are all its numbers."""
    match: re2._Match
    shift: int
    """Where in the text that was searched the line begins."""


class Sheet:
    """Lines in UTF-8 with a line break between, those of fewest words first."""

    def __init__(self, texts: Sequence[str], sizes: Sequence[int]) -> None:
        """Write the lines down; `sizes` are their words."""
        self.order = sorted(range(len(texts)), key=sizes.__getitem__)
        """Which of the texts each line is."""
        self.sizes = [sizes[i] for i in self.order]
        self.lines = [texts[i].replace("\n", " ").encode() for i in self.order]
        self._starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self._text = b"\n".join(self.lines)

    def search(self, pattern: str, most_words: int | None = None) -> Iterator[Found]:
        """Yield the first match on each line that has one, of lines of at most so many words."""
        count = len(self.lines) if most_words is None else bisect_right(self.sizes, most_words)
        compiled = by_line(pattern)
        if ALONE.search(pattern):
            yield from (found for line in range(count) if (found := self._on_line(compiled, line)))
            return
        at, end = 0, max(0, self._starts[count] - 1)
        while at < end:
            match = compiled.search(self._text, at, end)
            if match is None:
                return
            line = bisect_right(self._starts, match.start(), hi=count) - 1
            at = self._starts[line + 1]
            if match.end() < at:
                yield Found(line, match.start() - self._starts[line], match, self._starts[line])
            elif found := self._on_line(compiled, line):  # it went on into the next line
                yield found

    def _on_line(self, compiled: re2._Regexp, line: int) -> Found | None:
        match = compiled.search(self.lines[line])
        return None if match is None else Found(line, match.start(), match, 0)
