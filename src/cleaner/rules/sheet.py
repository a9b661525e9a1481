"""Many lines as one text, so that a rule reads a page in one go.

Calling RE2 costs a microsecond however short the line: 108 rules on each of 220 lines took a third of a page's time, as
sets of a dozen rules still a fifth, and sets compile for half a second a language.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from cleaner.rules.patterns import by_line, by_narrow_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.rules.one_byte import Alphabet
    from cleaner.rules.patterns import Pattern, Spans


class Found(NamedTuple):
    """Where a pattern matches one of the texts."""

    at: int
    """Which of them."""
    start: int
    """In characters of the text, as is the end."""
    end: int
    value: str
    """What its groups read."""


@dataclass(frozen=True, slots=True)
class Written:
    """Texts in one byte a character."""

    alphabet: Alphabet
    lines: Sequence[bytes | None]
    """None for a text that has one without a byte, or is written in another alphabet."""

    def cut(self, part: slice) -> Written:
        """Return a part of each text."""
        return Written(self.alphabet, [line if line is None else line[part] for line in self.lines])


def written(texts: Sequence[str], alphabet: Alphabet) -> list[Written]:
    """Write texts in an alphabet, and where it lacks a character of one, in its second."""
    forms = [Written(alphabet, [alphabet.write(text) for text in texts])]
    if None in forms[0].lines:
        pairs = zip(texts, forms[0].lines, strict=True)
        forms.append(
            Written(alphabet.second, [alphabet.second.write(text) if line is None else None for text, line in pairs])
        )
    return forms


class Sheet:
    """Texts as lines: those of one byte a character, and in UTF-8 the others."""

    def __init__(self, texts: Sequence[str], forms: Sequence[Written], sizes: Sequence[int]) -> None:
        """Take the texts, which hold no line break, those of fewest words first, in one form or none."""
        self._texts, self._sizes = texts, sizes
        left: Sequence[int] = range(len(texts))
        self._narrow: list[tuple[Alphabet, _Lines]] = []
        for form in forms:
            order = [at for at in left if form.lines[at] is not None]
            left = [at for at in left if form.lines[at] is None]
            self._narrow.append(
                (form.alphabet, _Lines(order, sizes, [line for line in form.lines if line is not None]))
            )
        self._wide = self._in_utf8(left)

    def search(self, pattern: str, most_words: int | None = None) -> Iterator[Found]:
        """Yield the first match on each text that has one, of texts of at most so many words."""
        for alphabet, lines in self._narrow:
            narrow = by_narrow_line(pattern, alphabet)
            if narrow is None:
                yield from self._found(self._every, by_line(pattern), most_words)
                return
            order = lines.order
            for line, begin, spans in lines.search(narrow, most_words):
                at, (start, end), (first, last) = order[line], spans[0], narrow.value(spans)
                value = self._texts[at][first - begin : last - begin] if last > first else ""
                yield Found(at, start - begin, end - begin, value)
        if self._wide.order:
            yield from self._found(self._wide, by_line(pattern), most_words)

    def _found(self, lines: _Lines, compiled: Pattern, most_words: int | None) -> Iterator[Found]:
        """Yield what is found in lines of UTF-8."""
        for line, begin, spans in lines.search(compiled, most_words):
            text, (start, end), (first, last) = lines.lines[line], spans[0], compiled.value(spans)
            before = len(text[: start - begin].decode())
            length = len(text[start - begin : end - begin].decode())
            value = text[first - begin : last - begin].decode() if last > first else ""
            yield Found(lines.order[line], before, before + length, value)

    def _in_utf8(self, order: Sequence[int]) -> _Lines:
        return _Lines(order, self._sizes, [self._texts[at].encode() for at in order])

    @cached_property
    def _every(self) -> _Lines:
        """All texts in UTF-8, for patterns that have no form of one byte a character."""
        return self._in_utf8(range(len(self._texts)))


class _Lines:
    """Lines of bytes with a line break between, those of fewest words first."""

    def __init__(self, order: Sequence[int], sizes: Sequence[int], lines: Sequence[bytes]) -> None:
        self.order = order
        """Which of the texts each line is."""
        self.lines = lines
        self._sizes = [sizes[at] for at in order]
        self._text = b"\n".join(lines)
        self._starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def search(self, compiled: Pattern, most_words: int | None) -> Iterator[tuple[int, int, Spans]]:
        """Yield each line with a match, where the line begins in the text that the spans count from, and the spans."""
        count = len(self.lines) if most_words is None else bisect_right(self._sizes, most_words)
        if compiled.alone:
            for line, text in enumerate(self.lines[:count]):
                spans = compiled.spans(text, 0, len(text))
                if spans[0][0] >= 0:
                    yield line, 0, spans
            return
        text, starts = self._text, self._starts
        at, end = 0, starts[count] - 1
        while at < end:
            spans = compiled.spans(text, at, end)
            first = spans[0][0]
            if first < 0:
                return
            line = bisect_right(starts, first, hi=count) - 1
            at = starts[line + 1]
            yield line, starts[line], spans
