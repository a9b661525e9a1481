"""Matching: one RE2 set a language says which rules match a line; only those are run for their evidence.

Measured with 150 patterns: a set reads 480,000 lines a second, `re` one by one 5,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True, slots=True)
class Cut:
    """Words glued to an edge of a block: `start:end` of it is furniture."""

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

    def _hits(self, where: Where, text: str) -> list[int]:
        return sorted(ids[i] for ids, group in self._sets[where] for i in group.Match(text) or ())

    def marks(self, text: str, index: int = 0, count: int = 1) -> tuple[Mark, ...]:
        """Return the opinions on a block, the most trusted first: of line rules, and of edge rules that only give evidence."""
        folded, size = fold(text), len(words(text))
        hits = self._hits(Where.LINE, folded) if size <= self._longest else []
        hits += [i for where in (Where.START, Where.END) for i in self._hits(where, folded) if not self.cuts(i)]
        return tuple(self._mark(i, folded) for i in sorted(hits) if self.rules[i].looks_at(size, index, count))

    def cuts(self, i: int) -> bool:
        """Tell whether a rule cuts what it matches off the block: edge rules that are certain do."""
        return self.rules[i].where is not Where.LINE and self.rules[i].strength is Strength.CERTAIN

    def cut(self, text: str, where: Where) -> Cut | None:
        """Find furniture glued to an edge; the longest match wins, so that `Read More Show less` goes whole."""
        folded = fold(text)
        found: Cut | None = None
        for i in self._hits(where, folded):
            match = self._patterns[i].search(folded)
            if (
                not self.cuts(i)
                or match is None
                or len(words(match.group())) > self.rules[i].max_words
                or match.start() == match.end()
            ):
                continue
            if found is None or match.end() - match.start() > found.end - found.start:
                found = Cut(match.start(), match.end(), self._mark(i, folded))
        return found

    def _mark(self, i: int, folded: str) -> Mark:
        rule = self.rules[i]
        match = self._patterns[i].search(folded)
        groups = match.groupdict() if match else {}
        value = next(
            (text for kind in CAPTURES for name, text in groups.items() if text and name.rstrip("0123456789") == kind),
            None,
        )
        return Mark(
            label=rule.label,
            by=rule.id,
            score=SCORES[rule.strength],
            evidence=match.group()[:200] if match else "",
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
