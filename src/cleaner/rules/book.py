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
from cleaner.text import digest, fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

ENGLISH = "en"
"""Its pack is used on every page: English furniture stands around text in all languages."""


SET_RULES = 12
"""Rules in one RE2 set. Its automaton grows with the product of its patterns: 150 in one set ran out of 256 MiB, and a
set that runs out reports no match and no error; sets of a dozen stay below 16 MiB (test_rules compares with one by one)."""


EDGE = 400
"""Characters at the start and at the end of a block in which glued furniture is looked for: a marker is a few words."""
REMEMBERED = 8192
"""Lines whose matches are kept: each is asked for twice, and furniture recurs from page to page of a site."""
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


class View:
    """The rules that apply to one page, compiled."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Compile the rules, in the order in which they are trusted."""
        self.rules = tuple(rules)
        self._patterns = [compile_pattern(rule.pattern) for rule in self.rules]
        self._ids = {where: [i for i, rule in enumerate(self.rules) if rule.where is where] for where in Where}
        self._sets = {where: [_compile(self.rules, part) for part in _parts(ids)] for where, ids in self._ids.items()}
        self._longest = max((rule.max_words for rule in self.rules if rule.where is Where.LINE), default=0)
        self._remembered = lru_cache(REMEMBERED)(self._look_up)

    def marks(self, text: str, index: int = 0, count: int = 1) -> tuple[Mark, ...]:
        """Return the opinions on a block, the most trusted first: of line rules, and of edge rules that only give evidence."""
        size = len(words(text)) if len(text) < LONGEST_REMEMBERED else LONGEST_REMEMBERED
        hits = sorted(self._look(text), key=attrgetter("rule"))
        return tuple(h.mark for h in hits if not self._cuts(h.rule) and self.rules[h.rule].looks_at(size, index, count))

    def cut(self, text: str, where: Where) -> Cut | None:
        """Find furniture glued to an edge; the longest match wins, so that `Read More Show less` goes whole."""
        cuts = [
            hit
            for hit in self._look(text)
            if self._cuts(hit.rule)
            and self.rules[hit.rule].where is where
            and hit.start < hit.end
            and len(words(text[hit.start : hit.end])) <= self.rules[hit.rule].max_words
        ]
        longest = max(cuts, key=lambda hit: hit.end - hit.start, default=None)
        return Cut(longest.start, longest.end, longest.mark) if longest else None

    def _cuts(self, i: int) -> bool:
        """Tell whether a rule cuts what it matches off the block: edge rules that are certain do."""
        return self.rules[i].where is not Where.LINE and self.rules[i].strength is Strength.CERTAIN

    def _look(self, text: str) -> tuple[_Hit, ...]:
        return self._remembered(text) if len(text) <= LONGEST_REMEMBERED else self._look_up(text)

    def _look_up(self, text: str) -> tuple[_Hit, ...]:
        folded = fold(text)
        tail = max(0, len(folded) - EDGE)
        parts = [(Where.START, folded[:EDGE], 0), (Where.END, folded[tail:], tail)]
        if len(text) <= LONGEST_REMEMBERED and len(words(text)) <= self._longest:
            parts.append((Where.LINE, folded, 0))
        found = (self._hit(i, part, offset) for where, part, offset in parts for i in self._hits(where, part))
        return tuple(hit for hit in found if hit is not None)

    def _hits(self, where: Where, text: str) -> list[int]:
        """Return the rules that match, as the sets say, in rulebook order."""
        return sorted(ids[i] for ids, group in self._sets[where] for i in group.Match(text) or ())

    def _hit(self, i: int, part: str, offset: int) -> _Hit | None:
        match = self._patterns[i].search(part)
        return _Hit(i, offset + match.start(), offset + match.end(), _mark(self.rules[i], match)) if match else None


def _mark(rule: Rule, match: re2._Match) -> Mark:
    groups = match.groupdict()
    value = next(
        (text for kind in CAPTURES for name, text in groups.items() if text and name.rstrip("0123456789") == kind),
        None,
    )
    return Mark(
        label=rule.label,
        by=rule.id,
        score=SCORES[rule.strength],
        evidence=match.group()[:200],
        certain=rule.strength is Strength.CERTAIN,
        value=value.strip() if value else None,
    )


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[i : i + SET_RULES] for i in range(0, len(ids), SET_RULES)]


def _compile(rules: Sequence[Rule], ids: list[int]) -> tuple[list[int], re2.Set]:
    group = re2.Set.SearchSet(pattern_options())
    for i in ids:
        group.Add(rules[i].pattern)
    group.Compile()
    return ids, group


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
        site = [p for p in self.packs if p.site and host and _is_host(host, p.site) and _is_valid(p, fetched_at)]
        own = [p for p in self.packs if not p.site and language and p.language == language]
        common = [p for p in self.packs if not p.site and p.language in {"any", ENGLISH} and p not in own]
        rest = [p for p in self.packs if not p.site and language is None and p not in common]
        chosen = [*site, *own, *common, *rest]
        key = tuple(p.name for p in chosen)
        if key not in self._views:
            self._views[key] = View([rule for pack in chosen for rule in pack.rules])
        return self._views[key]


def _is_host(host: str, site: str) -> bool:
    return host == site or host.endswith("." + site)


def _is_valid(pack: Pack, fetched_at: datetime | None) -> bool:
    return pack.valid_until is None or fetched_at is None or fetched_at.date() <= pack.valid_until
