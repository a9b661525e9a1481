r"""Patterns and lines written with one byte a character.

RE2 reads bytes. In UTF-8 the letters of all scripts are a thousand ways through up to four of them: `\p{L}` alone makes a
program of some 600 steps, a name of two to four words one of 20,000, and RE2 walks through it for each new state of the
automaton that it builds from the text. With one byte a character the 109 rules for English are programs of 67,000 steps
instead of 560,000. They compile in .03 s instead of .4, RE2 matches the lines of a page in 3.6 ms instead of 6.9 while the
automata are new (first 150 labelled pages) and in 2.4 instead of 3.2 later, and a match takes no megabyte of memory.

Nothing is lost by it: which character a byte is, an `Alphabet` chooses by the patterns. A line is written so only where
each of its characters has a byte or is one that no pattern tells apart from one that has; of labelled lines 99 in 100. Of the
others nearly all have a byte in a second alphabet, which begins with what the first has no room for: letters, digits and
signs of scripts that a page quotes. What neither has is matched in UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import re2

from cleaner.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CHARACTER_SET = "cp1252"
"""Nearly all characters of western European news, typographic quotes and dashes too: what an alphabet begins with."""
POOL = (*range(1, 9), *range(14, 32), *range(127, 256))
"""Bytes that stand for what is wanted: all but spaces and the signs of ASCII, and 0, which Python's tables of bytes begin with."""
TOKEN = re.compile(
    r"""
    (?P<open>\((?:\?P?<\w+>|\?(?P<flags>[a-zA-Z-]*)(?P<colon>[:)]))?)
    |(?P<close>\))
    |(?P<atom>
        \[\^?\]?(?:\[:\^?\w+:\]|\\x\{[0-9a-fA-F]+\}|\\[pP]\{\^?\w+\}|\\.|[^\]\\])*\]
        |\\x\{[0-9a-fA-F]+\}|\\x[0-9a-fA-F]{2}|\\[pP](?:\{\^?\w+\}|\w)
        |[^\t-\r -~])
    |(?P<unknown>\\[0-9QEC])
    |\\.
    |[\t-\r -'*-Z\]-~]+""",
    re.VERBOSE | re.DOTALL,
)
"""A step of a pattern. An atom stands for one character out of several; the unknown are left to UTF-8."""
NAMES_MORE = re.compile(r"[^\t-\r -~]|\\[xpP]|\[:")
"""In an atom: names characters beyond the fixed ones, or may."""
FOLDED_TO_ASCII = frozenset({0x17F, 0x212A})
"""Long s and the sign of kelvin: where case is folded an ASCII letter means them too, so none is like them."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What stands for one character in a pattern, and whether case is folded there."""

    text: str
    folded: bool


NOTHING = "\ufffe"
CHARACTERS = "".join(bytes([byte]).decode(CHARACTER_SET, "ignore") or NOTHING for byte in range(256))
"""The character of each byte; five bytes have none."""


def atoms_of(pattern: str) -> Iterator[Atom]:
    """Yield the atoms by which a pattern tells characters apart, as often as it has them."""
    return (part for part in _parts(pattern) or () if isinstance(part, Atom))


@lru_cache(maxsize=4096)
def _parts(pattern: str) -> tuple[Atom | str, ...] | None:
    """Cut a pattern into atoms and what is the same in both forms; None where it names bytes, or text by other means."""
    parts: list[Atom | str] = []
    folded = [False]
    for token in TOKEN.finditer(pattern):
        if token["unknown"]:
            return None
        if token["open"]:
            _enter(folded, token["flags"], opens=token["colon"] != ")")
        elif token["close"] and len(folded) > 1:
            folded.pop()
        text = token.group()
        parts.append(Atom(text, folded[-1]) if token["atom"] and NAMES_MORE.search(text) else text)
    return tuple(parts)


def _enter(folded: list[bool], flags: str | None, *, opens: bool) -> None:
    """Read a group's flags: they hold up to its end, those of `(?i)` up to the end of the group around."""
    on, _, off = (flags or "").partition("-")
    value = "i" in on or (folded[-1] and "i" not in off)
    if opens:
        folded.append(value)
    else:
        folded[-1] = value


def _flagged(atom: Atom) -> str:
    return f"(?s{'i' if atom.folded else ''}:{atom.text})"


def _class(found: frozenset[int]) -> str:
    r"""Write bytes for RE2, which must not fold them: to it 0x9C is no letter, and here it may be `œ`."""
    runs = [[byte for _, byte in run] for _, run in groupby(enumerate(sorted(found)), lambda pair: pair[1] - pair[0])]
    spans = "".join(f"\\x{{{run[0]:x}}}-\\x{{{run[-1]:x}}}" for run in runs)
    return f"(?-i:[{spans}])" if spans else r"(?-i:[^\x00-\x{ff}])"


def _forms(atom: Atom) -> tuple[str, ...]:
    """Return the characters that an atom of one character names, small and capital where case is folded."""
    forms = (atom.text, atom.text.lower(), atom.text.upper()) if atom.folded else (atom.text,)
    return tuple(form for form in forms if len(form) == 1)


OTHERS = "▶٠ΆΐБбıĸⅠⅱᲀẞℙǅʰ̀ःͅـאاअአกあア漢가①²㊗😀♥→∀₩𝕏\ufe0f\u200d"
"""One of each kind of character that no western alphabet has, as far as it is known."""


class Alphabet:
    """Which byte stands for a character, where lines are held against some patterns.

    A byte each have the signs of ASCII, as many as there is room for of the characters that the patterns name, and one of each
    kind that they tell apart: English rules tell ten. Any other character is written as the first of its kind.
    """

    def __init__(self, patterns: Sequence[str], wanted: Sequence[str] = ()) -> None:
        """Take the patterns that lines are held against, and characters that get a byte before those that they name."""
        self._patterns = patterns
        atoms = tuple(dict.fromkeys(atom for pattern in patterns for atom in atoms_of(pattern)))
        named = dict.fromkeys(form for atom in atoms if len(atom.text) == 1 for form in _forms(atom))
        self._named = frozenset(named)
        self._kind_of = _Kinds(atoms)
        self.characters = self._choose([*wanted, *named])
        """The character of each byte."""
        self._kinds: dict[tuple[int, ...], int] = {}
        for byte in POOL:
            if not self._is_named(char := self.characters[byte]) and char != NOTHING:
                self._kinds.setdefault(self._kind_of[char], byte)
        self._classes = {atom: _class(found) for atom, found in self._members(atoms)}
        self._own = codecs.charmap_build(self.characters)
        self._any = _Bytes(self)

    @cached_property
    def second(self) -> Alphabet:
        """The alphabet for lines that have no form in this one.

        A Greek letter in an English line cost a process .3 s and some megabytes: all patterns compiled for UTF-8.
        """
        without = sorted(char for char in self._named if self.byte_of(char) is None)
        others = {self._kind_of[char]: char for char in reversed(OTHERS) if self.byte_of(char) is None}
        return Alphabet(self._patterns, [*others.values(), *without])

    def write(self, text: str) -> bytes | None:
        """Write a line down; None where a character of it has no byte."""
        for table in (self._own, self._any):
            try:
                return codecs.charmap_encode(text, "strict", table)[0]
            except UnicodeEncodeError:
                continue
        return None

    def narrow(self, pattern: str) -> bytes | None:
        """Write one of the patterns for lines of these bytes; None where it has no such form."""
        parts, classes = _parts(pattern), self._classes
        if parts is None:
            return None
        return "".join([part if isinstance(part, str) else classes[part] for part in parts]).encode("ascii")

    def byte_of(self, char: str) -> int | None:
        """Return the byte of a character; None where there is none that means it alone."""
        own = self.characters.find(char)
        if own >= 0 and char != NOTHING:
            return own
        known = ord(char) in FOLDED_TO_ASCII or self._is_named(char)
        return None if known else self._kinds.get(self._kind_of[char])

    def _is_named(self, char: str) -> bool:
        """Tell a character that a pattern names, or may mean by the same letter, small or capital."""
        return not self._named.isdisjoint((char, char.lower(), char.upper()))

    def bytes_of(self, atom: Atom) -> frozenset[int]:
        """Return the bytes that one of the patterns' atoms stands for."""
        return dict(self._members([atom]))[atom]

    def _members(self, atoms: Iterable[Atom]) -> Iterator[tuple[Atom, frozenset[int]]]:
        """Yield the bytes that each atom stands for."""
        in_class: dict[int, set[int]] = {}
        by_case: dict[str, set[int]] = {}
        for byte, char in enumerate(self.characters):
            if char != NOTHING:
                for form in {char.lower(), char.upper()}:
                    by_case.setdefault(form, set()).add(byte)
                for number in self._kind_of[char]:
                    in_class.setdefault(number, set()).add(byte)
        for atom in atoms:
            if len(atom.text) > 1:
                found = in_class.get(self._kind_of.numbers[atom], set())
            elif atom.folded:
                found = by_case.get(atom.text.lower(), set()) | by_case.get(atom.text.upper(), set())
            else:
                found = {self.characters.find(atom.text)} - {-1}
            yield atom, frozenset(found)

    def _choose(self, characters: Iterable[str]) -> str:
        """Choose the characters: those named first, by rules of the page's language, get the bytes of others of a kind.

        What lines never hold once they are folded needs no byte either: the one of `„` is the last that there is room for, of
        145 characters that the packs name.
        """
        chosen, kinds, free = list(CHARACTERS), set(), []
        for byte in POOL:
            char = chosen[byte]
            if self._is_named(char):
                continue
            if char == NOTHING or fold(char) != char or (kind := self._kind_of[char]) in kinds:
                chosen[byte] = NOTHING
                free.append(byte)
            else:
                kinds.add(kind)
        beyond = dict.fromkeys(char for char in characters if char not in CHARACTERS and char < NOTHING)
        for byte, char in zip(free, beyond, strict=False):
            chosen[byte] = char
        return "".join(chosen)


class _Kinds(dict[str, tuple[int, ...]]):
    """The classes of characters that a character is in, each asked for once."""

    def __init__(self, atoms: Iterable[Atom]) -> None:
        super().__init__()
        self._classes = re2.Set.FullMatchSet()
        self.numbers = {atom: self._classes.Add(_flagged(atom)) for atom in atoms if len(atom.text) > 1}
        self._classes.Compile()

    def __missing__(self, char: str) -> tuple[int, ...]:
        kind = self[char] = tuple(sorted(self._classes.Match(char) or ()))
        return kind


class _Bytes(dict[int, "int | None"]):
    """The bytes of all characters, as Python's encoder asks for them."""

    def __init__(self, alphabet: Alphabet) -> None:
        super().__init__()
        self._alphabet = alphabet

    def __missing__(self, code: int) -> int | None:
        byte = self[code] = self._alphabet.byte_of(chr(code))
        return byte
