"""Many lines as one text, so that a rule reads a page in one go.

Calling RE2 costs a microsecond however short the line: 108 rules on each of 220 lines took a third of a page's time, as
sets of a dozen rules still a fifth, and sets compile for half a second a language.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from cleaner.rules.patterns import by_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.rules.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern matches one of the lines."""

    line: int
    start: int
    """In bytes of the line, as is the end."""
    end: int
    value: bytes
    """What its groups read."""


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
        if compiled.alone:
            yield from (found for line in range(count) if (found := self._on_line(compiled, line)))
            return
        text, starts = self._text, self._starts
        at, end = 0, starts[count] - 1
        while at < end:
            spans = compiled.spans(text, at, end)
            first, last = spans[0]
            if first < 0:
                return
            line = bisect_right(starts, first, hi=count) - 1
            at = starts[line + 1]
            yield Found(line, first - starts[line], last - starts[line], compiled.value(text, spans))

    def _on_line(self, compiled: Pattern, line: int) -> Found | None:
        text = self.lines[line]
        spans = compiled.spans(text, 0, len(text))
        return None if spans[0][0] < 0 else Found(line, *spans[0], compiled.value(text, spans))
