"""Matching: one RE2 set a language says which rules match a line; only those are run for their evidence.

Measured with 150 patterns: a set reads 480,000 lines a second, `re` one by one 5,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

import re2

from cleaner.model import Mark
from cleaner.rules.packs import CAPTURES, SCORES, Pack, Rule, Strength, Where, compile_pattern, pattern_options
from cleaner.text import count_words, digest, fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cleaner.rules.pins import Pin

ENGLISH = "en"
"""Its pack is used on every page: English furniture stands around text in all languages."""


SET_RULES = 12
"""Rules in one RE2 set. Its automaton grows with the product of its patterns: 150 in one set ran out of 256 MiB, and a
set that runs out reports no match and no error; sets of a dozen stay below 16 MiB (test_rules compares with one by one)."""


EDGE = 400
"""Characters at the start and at the end of a block in which glued furniture is looked for: a marker is a few words."""
REMEMBERED = 4096
"""Lines of which is kept what the rules say: each is asked for four times, and furniture recurs from page to page of a site."""
LONGEST_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Cut:
    """Words glued to an edge of a block: `start:end` of it is furniture."""

    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that matches a text, and where."""

    rule: int
    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class _Looked:
    """What all rules say of a text, wherever it stands in a page."""

    marks: tuple[tuple[Rule, Mark], ...] = ()
    """Of the rules that leave marks, in the order in which they are trusted."""
    cuts: tuple[tuple[Where, Cut], ...] = ()
    """Of the rules that cut, the longest at each edge."""


NOTHING = _Looked()


class View:
    """The rules that apply to one page, compiled."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Compile the rules, in the order in which they are trusted."""
        self.rules = tuple(rules)
        self._patterns = [compile_pattern(rule.pattern) for rule in self.rules]
        self._sets = {where: [_compile(self.rules, part) for part in _parts(self.rules, where)] for where in Where}
        self._named = [_captures(pattern) for pattern in self._patterns]
        self._remembered = lru_cache(REMEMBERED)(self._look_up)

    def marks(self, text: str, index: int = 0, count: int = 1) -> tuple[Mark, ...]:
        """Return the opinions on a block, the most trusted first: of line rules, and of edge rules that only give evidence."""
        marks = self._look(text).marks
        return tuple(mark for rule, mark in marks if rule.stands_at(index, count)) if marks else ()

    def cut(self, text: str, where: Where) -> Cut | None:
        """Find furniture glued to an edge; the longest match wins, so that `Read More Show less` goes whole."""
        return next((cut for at, cut in self._look(text).cuts if at is where), None)

    def knows(self, text: str) -> bool:
        """Tell whether any rule has anything to say of a text; of most paragraphs none has."""
        return self._look(text) is not NOTHING

    def _look(self, text: str) -> _Looked:
        return self._remembered(text) if len(text) <= LONGEST_REMEMBERED else self._look_up(text)

    def _look_up(self, text: str) -> _Looked:
        size = count_words(text) if len(text) < LONGEST_REMEMBERED else LONGEST_REMEMBERED
        hits = self._hits(fold(text), size)
        if not hits:
            return NOTHING
        marks = ((self.rules[hit.rule], hit.mark) for hit in sorted(hits, key=attrgetter("rule")))
        cuts = ((where, self._longest_cut(text, hits, where)) for where in (Where.START, Where.END))
        return _Looked(
            tuple((rule, mark) for rule, mark in marks if not rule.cuts and rule.takes(size)),
            tuple((where, cut) for where, cut in cuts if cut is not None),
        )

    def _longest_cut(self, text: str, hits: Sequence[_Hit], where: Where) -> Cut | None:
        cuts = [hit for hit in hits if self.rules[hit.rule].where is where and self._may_cut(text, hit)]
        longest = max(cuts, key=lambda hit: hit.end - hit.start, default=None)
        return Cut(longest.start, longest.end, longest.mark) if longest else None

    def _may_cut(self, text: str, hit: _Hit) -> bool:
        rule = self.rules[hit.rule]
        return rule.cuts and hit.start < hit.end and count_words(text[hit.start : hit.end]) <= rule.max_words

    def _hits(self, folded: str, size: int) -> list[_Hit]:
        """Run the rules that the sets say match: of the edges, and of the whole line those that take so many words."""
        tail = max(0, len(folded) - EDGE)
        hits: list[_Hit | None] = []
        for where, part, offset in (
            (Where.START, folded[:EDGE], 0),
            (Where.END, folded[tail:], tail),
            (Where.LINE, folded, 0),
        ):
            text = part.encode()
            hits += [self._hit(i, text, offset) for i in self._matching(where, text, size)]
        return [hit for hit in hits if hit is not None]

    def _matching(self, where: Where, text: bytes, size: int) -> list[int]:
        """Return the rules that match a text in UTF-8, as the sets say, in rulebook order."""
        groups = self._sets[where]
        return sorted(
            [g.ids[i] for g in groups if where is not Where.LINE or size <= g.most_words for i in g.match(text)]
        )

    def _hit(self, i: int, part: bytes, offset: int) -> _Hit | None:
        """Match one rule on bytes, as RE2 does; where the caller counts in characters it counts them group by group."""
        match = self._patterns[i].search(part)
        if match is None:
            return None
        start, end = match.span()
        evidence = part[start:end].decode()
        value = next((text for name in self._named[i] if (text := match.group(name))), b"").decode()
        first = offset + len(part[:start].decode())
        return _Hit(i, first, first + len(evidence), _mark(self.rules[i], evidence, value or None))


def _captures(pattern: re2._Regexp) -> list[str]:
    """Return the names of a pattern's groups: of several that match the first is the mark's value."""
    names = pattern.groupindex
    return [name for kind in CAPTURES for name in names if name.rstrip("0123456789") == kind]


def _mark(rule: Rule, evidence: str, value: str | None) -> Mark:
    return Mark(
        label=rule.label,
        by=rule.id,
        score=SCORES[rule.strength],
        evidence=evidence[:200],
        certain=rule.strength is Strength.CERTAIN,
        value=value.strip() if value else None,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Rules that are asked together."""

    ids: list[int]
    compiled: re2.Set
    most_words: int
    """Words of the longest line that one of them takes."""

    def match(self, text: bytes) -> Sequence[int]:
        return self.compiled.Match(text) or ()


def _parts(rules: Sequence[Rule], where: Where) -> list[list[int]]:
    """Group the rules of one place, those for short lines apart from those for long ones: a paragraph needs only the last."""
    ids = sorted((i for i, r in enumerate(rules) if r.where is where), key=lambda i: rules[i].max_words)
    return [ids[i : i + SET_RULES] for i in range(0, len(ids), SET_RULES)]


def _compile(rules: Sequence[Rule], ids: list[int]) -> _Group:
    group = re2.Set.SearchSet(pattern_options())
    for i in ids:
        group.Add(rules[i].pattern)
    group.Compile()
    return _Group(ids, group, max(rules[i].max_words for i in ids))


class Rulebook:
    """All packs; hands out the view of the rules that apply to a page."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        """Take the packs in order: `common`, languages, then sites."""
        self.packs = tuple(packs)
        self._views: dict[tuple[str, ...], View] = {}

    @cached_property
    def digest(self) -> str:
        """Hash of every pack's text: the same digest means the same rules."""
        return digest(*(pack.source for pack in self.packs))

    def view(self, language: str | None, host: str | None = None, fetched_at: datetime | None = None) -> View:
        """Choose packs: those of the site while valid, of the page's language, `common`, English; all languages where it is unknown."""
        site = self._site_packs(host, fetched_at)
        own = [p for p in self.packs if not p.site and language and p.language == language]
        common = [p for p in self.packs if not p.site and p.language in {"any", ENGLISH} and p not in own]
        rest = [p for p in self.packs if not p.site and language is None and p not in common]
        chosen = [*site, *own, *common, *rest]
        key = tuple(p.name for p in chosen)
        if key not in self._views:
            self._views[key] = View([rule for pack in chosen for rule in pack.rules])
        return self._views[key]

    def pins(self, host: str | None, fetched_at: datetime | None = None) -> tuple[Pin, ...]:
        """Return the places that the packs of a site name for fields, while they are valid."""
        return tuple(pin for pack in self._site_packs(host, fetched_at) for pin in pack.pins)

    def _site_packs(self, host: str | None, fetched_at: datetime | None) -> list[Pack]:
        return [p for p in self.packs if p.site and host and _is_host(host, p.site) and _is_valid(p, fetched_at)]


def _is_host(host: str, site: str) -> bool:
    return host == site or host.endswith("." + site)


def _is_valid(pack: Pack, fetched_at: datetime | None) -> bool:
    if fetched_at is None:
        return True
    day = fetched_at.date()
    return (pack.valid_from is None or pack.valid_from <= day) and (pack.valid_until is None or day <= pack.valid_until)
