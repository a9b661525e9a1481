"""Patterns compiled for lines: each once a process, while its pack is checked or when the first page asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleaner.rules.one_byte import Alphabet

CAPTURES = ("name", "date", "agency", "tags", "site", "title", "place")
PATTERN_MEMORY = 128 * 2**20
"""Most bytes that RE2 may take for a pattern or a set; letters of all scripts, repeated, outgrow its default of 8 MiB."""


def pattern_options() -> re2.Options:
    """Return how patterns are compiled: with room enough, and without RE2's own lines on stderr."""
    options = re2.Options()
    options.max_mem = PATTERN_MEMORY
    options.log_errors = False
    return options


def compile_pattern(pattern: str) -> re2._Regexp:
    """Compile a pattern; raises re2.error."""
    return re2.compile(pattern, pattern_options())


ALONE = re.compile(r"\\[AzC]|\(\?[a-zA-Z]*-[a-zA-Z]*m")
"""In a pattern: asks for the ends of the whole text, so it can be matched on single lines only."""
COMPILED = 4096
"""Patterns that are kept compiled of each kind: ten times as many as ship, for packs of sites."""


Spans = Sequence[tuple[int, int]]
"""Of the whole match and of each group, (-1, -1) where it is not in the match."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern compiled for lines."""

    spans: Callable[[bytes, int, int], Spans]
    groups: tuple[int, ...]
    """Numbers of those that read a value, the most trusted first."""
    alone: bool
    names: tuple[str, ...]
    """Of all its groups."""

    def value(self, spans: Spans) -> tuple[int, int]:
        """Return where the first group with any text in it stands; an empty place where there is none."""
        return next(((a, b) for a, b in (spans[group] for group in self.groups) if b > a), (0, 0))


@lru_cache(COMPILED)
def by_line(pattern: str) -> Pattern:
    """Compile a pattern for single lines of a text: `^` and `$` stand for their ends, and no class matches a line break.

    Else `[^.]+` would run on to the end of the page from every line. Raises re2.error.
    """
    return _compiled(pattern, f"(?m){pattern}", pattern_options())


@lru_cache(COMPILED)
def by_narrow_line(pattern: str, alphabet: Alphabet) -> Pattern | None:
    """Compile one of an alphabet's patterns for lines written in it, as `by_line` for UTF-8; None where it has no such form."""
    options = pattern_options()
    options.encoding = re2.Options.Encoding.LATIN1
    written = alphabet.narrow(pattern)
    return None if written is None else _compiled(pattern, b"(?m)" + written, options)


def _compiled(pattern: str, written: str | bytes, options: re2.Options) -> Pattern:
    options.never_nl = True
    compiled = re2.compile(written, options)
    named = {_text(name): number for name, number in compiled.groupindex.items()}
    groups = (named[name] for kind in CAPTURES for name in named if name.rstrip("0123456789") == kind)
    # past re2's own `search`, which makes a generator and an object for each call: a third of the time on short texts
    spans = partial(compiled._regexp.Match, re2._Anchor.UNANCHORED)  # noqa: SLF001
    return Pattern(spans, tuple(groups), ALONE.search(pattern) is not None, tuple(named))


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
