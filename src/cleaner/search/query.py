"""The query language: words, "phrases", pref*, AND, OR, NOT, brackets, and fields as in title:word.

::

    query   := without ("OR" without)*
    without := part (["AND"] part)*             a part after NOT or - is left out
    part    := ["NOT" | "-"] (term | "(" query ")")
    term    := [("title" | "dek" | "text") ":"] (word | '"' words '"')["*"]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from cleaner.errors import ConfigurationError
from cleaner.search.folding import composed, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = ("title", "dek", "text")
MOST_TERMS, DEEPEST = 200, 20
"""SQLite's FTS5 refuses expressions that are deeper than 256; nobody types as many."""

_OPERATORS = ("AND", "OR", "NOT")
_FIELD = re.compile(r"([^\W\d_]+):(?=[^\s/])")
_DASH = re.compile(r"-(?=[\w(\"“„«])")
_PHRASE = re.compile(r'["“”„«»]([^"“”„«»]*)(["“”„«»]?)')
_WORD = re.compile(r'[^\s()"“”„«»]+')


class QueryError(ConfigurationError):
    """A query that cannot be read; the message shows the place and a query that can."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other, in one field or in any."""

    tokens: tuple[str, ...]
    is_prefix: bool = False
    """True where the last token may go on."""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts, and none of those left out."""

    parts: tuple[Query, ...]
    left_out: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Query, ...]


Query = Term | Both | Either


def parse(text: str) -> Query:
    """Read a query; raises QueryError that shows where it breaks off and how to mend it."""
    return _Parser(composed(text)).whole()


def terms(query: Query) -> Iterator[Term]:
    """List the terms that a text is found by, in order; not those that are left out."""
    if isinstance(query, Term):
        yield query
    else:
        for part in query.parts:
            yield from terms(part)


class _Parser:
    """Reads from left to right; `_place` is the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._depth = self._terms = 0

    def whole(self) -> Query:
        """Read all of it."""
        found = self._either()
        if self._place < len(self._text):
            self._fail("this bracket closes none", self._place, mend=self._without(self._place))
        if found is None:
            self._fail("there is no word in it", 0, mend='"harbour wall" OR harb*')
        return found

    def _either(self) -> Query | None:
        parts = [self._both()]
        while self._take("OR"):
            at = self._place - 2
            parts.append(self._both())
            if parts[-1] is None or parts[-2] is None:
                self._fail("OR needs a word on either side", at, mend=self._quoted(at, 2))
        found = tuple(part for part in parts if part is not None)
        return Either(found) if len(found) > 1 else (found[0] if found else None)

    def _both(self) -> Query | None:
        """Read what stands together; words that hold no letter or digit are passed over."""
        parts: list[Query] = []
        left_out: list[Query] = []
        first = self._next()
        while self._next() < len(self._text) and self._text[self._place] != ")" and not self._sees("OR"):
            self._and(self._next(), has_left=bool(parts or left_out))
            is_left_out = self._not()
            found = self._part()
            if found is not None:
                (left_out if is_left_out else parts).append(found)
        if left_out and not parts:
            self._fail("NOT alone finds nothing", first, mend=f"harbour {self._text[first:]}")
        if not left_out and len(parts) < 2:
            return parts[0] if parts else None
        return Both(tuple(parts), tuple(left_out))

    def _and(self, at: int, *, has_left: bool) -> None:
        if not self._take("AND"):
            return
        ends = self._next() >= len(self._text) or self._text[self._next()] == ")"
        if not has_left or ends or self._sees("AND") or self._sees("OR"):
            self._fail("AND needs a word on either side", at, mend=self._quoted(at, 3))

    def _not(self) -> bool:
        at = self._next()
        dash = _DASH.match(self._text, at)
        if dash is None and not self._sees("NOT"):
            return False
        self._place = dash.end() if dash else at + 3
        ends = self._next() >= len(self._text) or self._text[self._next()] == ")"
        if ends or any(self._sees(word) for word in _OPERATORS):
            self._fail("NOT needs a word behind it", at, mend=self._quoted(at, 1 if dash else 3))
        return True

    def _part(self) -> Query | None:
        at = self._next()
        if self._text[at] != "(":
            return self._term()
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail(f"brackets may stand {DEEPEST} deep", at, mend=re.sub(r"[()]+", " ", self._text).strip())
        self._place = at + 1
        found = self._either()
        if self._next() >= len(self._text):
            self._fail("this bracket is never closed", at, mend=f"{self._text.rstrip()})")
        self._place += 1
        self._depth -= 1
        return found

    def _term(self) -> Term | None:
        at = self._place
        field = self._field()
        phrase = _PHRASE.match(self._text, self._place)
        word = phrase or _WORD.match(self._text, self._place)
        if word is None:
            self._fail(f"behind {field}: a word or a phrase is missing", at, mend=f"{self._text[:at]}{field}:harbour")
        self._place = word.end()
        if phrase and not phrase[2]:
            self._fail("this quotation mark is never closed", word.start(), mend=f'{self._text.rstrip()}"')
        said = word[1] if phrase else word[0].rstrip("*")
        is_prefix = not phrase and word[0].endswith("*")
        if phrase and self._text.startswith("*", self._place):
            self._place, is_prefix = self._place + 1, True
        if not phrase:
            self._check_star(said, word.start())
        return self._made(said, is_prefix, field)

    def _field(self) -> str | None:
        named = _FIELD.match(self._text, self._place)
        if named is None:
            return None
        if named[1].lower() not in FIELDS:
            told = f"{named[1]}: is none of the fields {', '.join(FIELDS)}; sites, authors and days are options of the command"
            rest = _WORD.search(self._text, named.end())
            self._fail(told, named.start(), mend=self._quoted(named.start(), (rest or named).end() - named.start()))
        self._place = named.end()
        return named[1].lower()

    def _check_star(self, said: str, start: int) -> None:
        if not said:
            self._fail("* needs the beginning of a word before it", start, mend="harb*")
        if "*" in said:
            at = start + said.index("*")
            mend = self._without(at) if said.startswith("*") else self._text[: at + 1]
            self._fail("* stands only at the end of a word", at, mend=mend)

    def _made(self, said: str, is_prefix: bool, field: str | None) -> Term | None:
        found = runs(said)
        if not found:
            return None
        self._terms += 1
        if self._terms > MOST_TERMS:
            self._fail(f"it has more than {MOST_TERMS} words", self._place, mend=said)
        tokens = [token for run in found for token, *_ in run.tokens()]
        last = found[-1]
        if not last.is_dense:
            return Term(tuple(tokens), is_prefix, field)
        # Behind the end of a dense run anything may follow: its last character is left to the pair before.
        return Term(tuple(tokens[:-1]), False, field) if len(last.text) > 1 else Term(tuple(tokens), True, field)

    def _next(self) -> int:
        """Pass over white space; returns where the next character is."""
        while self._place < len(self._text) and self._text[self._place].isspace():
            self._place += 1
        return self._place

    def _sees(self, operator: str) -> bool:
        at = self._next()
        return re.compile(rf"{operator}(?![^\s()\"“”„«»])").match(self._text, at) is not None

    def _take(self, operator: str) -> bool:
        if not self._sees(operator):
            return False
        self._place += len(operator)
        return True

    def _without(self, at: int) -> str:
        return " ".join((self._text[:at] + self._text[at + 1 :]).split()) or "harbour"

    def _quoted(self, at: int, length: int) -> str:
        """Write the query with what stands there taken as an ordinary word."""
        return f'{self._text[:at]}"{self._text[at : at + length]}"{self._text[at + length :]}'

    def _fail(self, told: str, at: int, mend: str) -> NoReturn:
        line = re.sub(r"\s", " ", self._text)
        raise QueryError(f"the query cannot be read: {told}\n    {line}\n    {' ' * at}^\n  such as: {mend}")
