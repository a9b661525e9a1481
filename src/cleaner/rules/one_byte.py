r"""Patterns and lines written with one byte a character.

RE2 reads bytes. In UTF-8 the letters of all scripts are a thousand ways through up to four of them: `\p{L}` alone makes a
program of some 600 steps, a name of two to four words one of 20,000, and RE2 walks through it for each new state of the
automaton that it builds from the text. With one byte a character the 109 rules for English are programs of 67,000 steps
instead of 560,000. So rules load in half the time (.6 s for 1.2), a page's lines are matched in 3.9 ms instead of 7.0 while
the automata are new (first 150 labelled pages) and in 2.6 instead of 3.1 later, and a match takes no megabyte of memory.

Nothing is lost by it: a line is written so only where every character is one of windows-1252, or one that no pattern
tells apart from one of those; of labelled lines 99 in 100. The others are matched in UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Sequence

CHARACTER_SET = "cp1252"
"""Nearly all characters of western European news, typographic quotes and dashes too."""
ASCII = 0x80
TOKEN = re.compile(
    r"""
    (?P<open>\((?:\?P?<\w+>|\?(?P<flags>[a-zA-Z-]*)(?P<colon>[:)]))?)
    |(?P<close>\))
    |(?P<atom>
        \[\^?\]?(?:\[:\^?\w+:\]|\\x\{[0-9a-fA-F]+\}|\\[pP]\{\^?\w+\}|\\.|[^\]\\])*\]
        |\\x\{[0-9a-fA-F]+\}|\\x[0-9a-fA-F]{2}|\\[pP](?:\{\^?\w+\}|\w)
        |[^\x00-\x7f])
    |(?P<unknown>\\[0-9QEC])
    |\\.
    |[^\\()[\x80-\U0010ffff]+""",
    re.VERBOSE | re.DOTALL,
)
"""A step of a pattern. An atom stands for one character out of several; the unknown are left to UTF-8."""
NAMES_MORE = re.compile(r"[^\x00-\x7f]|\\[xpP]")
"""In an atom: names characters beyond ASCII, or may."""
FOLDED_TO_ASCII = frozenset({0x17F, 0x212A})
"""Long s and the sign of kelvin: where case is folded an ASCII letter means them too, so none is like them."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What stands for one character in a pattern, and whether case is folded there."""

    text: str
    folded: bool


@dataclass(frozen=True, slots=True)
class Narrow:
    """A pattern for lines of one byte a character."""

    pattern: bytes
    atoms: frozenset[Atom]
    """By which its characters beyond ASCII are told apart."""


NOTHING = "\uffff"
CHARACTERS = "".join(bytes([byte]).decode(CHARACTER_SET, "ignore") or NOTHING for byte in range(256))
"""The character of each byte; five bytes have none."""


@lru_cache(maxsize=4096)
def narrow(pattern: str) -> Narrow | None:
    """Write a pattern for lines of one byte a character; None where it names what has no such form. Raises re2.error."""
    atoms: set[Atom] = set()
    written: list[str] = []
    folded = [False]
    for token in TOKEN.finditer(pattern):
        if token["unknown"]:
            return None
        if token["open"]:
            _enter(folded, token["flags"], opens=token["colon"] != ")")
        elif token["close"] and len(folded) > 1:
            folded.pop()
        text = token.group()
        if token["atom"] and NAMES_MORE.search(text):
            atom, text = _read(text, folded=folded[-1])
            atoms.add(atom)
        written.append(text)
    return Narrow("".join(written).encode("ascii"), frozenset(atoms))


def _enter(folded: list[bool], flags: str | None, *, opens: bool) -> None:
    """Read a group's flags: they hold up to its end, those of `(?i)` up to the end of the group around."""
    on, _, off = (flags or "").partition("-")
    value = "i" in on or (folded[-1] and "i" not in off)
    if opens:
        folded.append(value)
    else:
        folded[-1] = value


def _by_case() -> dict[str, set[str]]:
    """Return for each small and each capital form the characters that have it."""
    found: dict[str, set[str]] = {}
    for char in CHARACTERS.replace(NOTHING, ""):
        for form in {char.lower(), char.upper()}:
            found.setdefault(form, set()).add(char)
    return found


_BY_CASE = _by_case()


@lru_cache(maxsize=4096)
def members(atom: Atom) -> frozenset[int]:
    """Return the bytes whose characters an atom stands for; raises re2.error."""
    if len(atom.text) == 1:
        forms = (atom.text.lower(), atom.text.upper()) if atom.folded else ()
        same = {atom.text}.union(*(_BY_CASE.get(form, ()) for form in forms))
        return frozenset(byte for char in same if (byte := CHARACTERS.find(char)) >= 0)
    runs = (range(*run.span()) for run in re2.compile(f"{_flagged(atom)}+").finditer(CHARACTERS))
    return frozenset(byte for run in runs for byte in run if CHARACTERS[byte] != NOTHING)


def _flagged(atom: Atom) -> str:
    return f"(?s{'i' if atom.folded else ''}:{atom.text})"


@lru_cache(maxsize=4096)
def _read(text: str, *, folded: bool) -> tuple[Atom, str]:
    r"""Return an atom, and its bytes written for RE2, which must not fold them: to it 0x9C is no letter, and here it is `œ`."""
    atom = Atom(text, folded)
    numbered = enumerate(sorted(members(atom)))
    runs = [[byte for _, byte in run] for _, run in groupby(numbered, lambda pair: pair[1] - pair[0])]
    spans = "".join(f"\\x{{{run[0]:x}}}-\\x{{{run[-1]:x}}}" for run in runs)
    return atom, f"(?-i:[{spans}])" if spans else r"(?-i:[^\x00-\x{ff}])"


class Alphabet(dict[int, "int | None"]):
    """The byte of each character beyond the set: that of a character which no pattern tells apart from it; None where all do."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take the patterns that lines are held against."""
        super().__init__((ord(char), byte) for byte, char in enumerate(CHARACTERS) if char != NOTHING)
        self._patterns = patterns

    def write(self, text: str) -> bytes | None:
        """Write a line down; None where a character of it has no byte."""
        try:
            return text.encode(CHARACTER_SET)
        except UnicodeEncodeError:
            pass
        try:
            return codecs.charmap_encode(text, "strict", self)[0]
        except UnicodeEncodeError:
            return None

    def __missing__(self, code: int) -> int | None:
        """Find a character like this one, once."""
        alike = None
        if code not in FOLDED_TO_ASCII:
            told = self._told(chr(code))
            alike = None if told is None else self._alike.get(told)
        self[code] = alike
        return alike

    @cached_property
    def _atoms(self) -> tuple[Atom, ...]:
        written = (found for pattern in self._patterns if (found := narrow(pattern)) is not None)
        return tuple({atom: None for found in written for atom in found.atoms})

    @cached_property
    def _named(self) -> frozenset[str]:
        """Letters and signs that patterns name, small and capital."""
        named = [atom.text for atom in self._atoms if len(atom.text) == 1]
        return frozenset(form for char in named for form in (char, char.lower(), char.upper()))

    @cached_property
    def _classes(self) -> re2.Set:
        classes = re2.Set.FullMatchSet()
        for atom in self._atoms:
            if len(atom.text) > 1:
                classes.Add(_flagged(atom))
        classes.Compile()
        return classes

    @cached_property
    def _alike(self) -> dict[tuple[int, ...], int]:
        """Return the first byte of each kind of character beyond ASCII."""
        found: dict[tuple[int, ...], int] = {}
        for byte in range(ASCII, 256):
            told = None if CHARACTERS[byte] == NOTHING else self._told(CHARACTERS[byte])
            if told is not None:
                found.setdefault(told, byte)
        return found

    def _told(self, char: str) -> tuple[int, ...] | None:
        """Return the classes of characters that a character is in; None where patterns name it."""
        if not self._named.isdisjoint((char, char.lower(), char.upper())):
            return None
        return tuple(sorted(self._classes.Match(char) or ()))
