"""Matching: every rule reads all lines of a page at once, and what the rules said of a line is remembered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from cleaner.model import Mark
from cleaner.rules.one_byte import CHARACTERS, Alphabet
from cleaner.rules.packs import SCORES, Pack, Rule, Strength, Where
from cleaner.rules.sheet import Sheet, written
from cleaner.text import count_words, digest, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from cleaner.rules.pins import Pin

ENGLISH = "en"
"""Its pack is used on every page: English furniture stands around text in all languages."""

LETTERS = {
    "ar": re.compile("[\u0621-\u064a]"),
    "el": re.compile("[\u0391-\u03c9]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "hi": re.compile("[\u0904-\u0939]"),
    "ja": re.compile("[\u3041-\u30ff\u4e00-\u9fff]"),
    "ru": re.compile("[\u0410-\u044f]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
}
"""Letters without which a text is not in a language; those of western languages stand in texts of all."""

EDGE = 400
"""Characters at the start and at the end of a block in which glued furniture is looked for: a marker is a few words."""
REMEMBERED = 1 << 20
"""Characters of the lines of which is kept what the rules say: each is asked for four times, and furniture recurs from page
to page of a site."""
LONGEST_COUNTED = 2000
"""Characters of a line from which on its words are not counted, as no rule for lines takes so many."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Words glued to an edge of a block: `start:end` of it is furniture."""

    start: int
    end: int
    mark: Mark


class _Hit(NamedTuple):
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
    """The rules that apply to one page."""

    def __init__(self, rules: Sequence[Rule], alphabets: Sequence[Alphabet] = ()) -> None:
        """Take the rules, in the order in which they are trusted, and the alphabet of each; else they have one of their own."""
        self.rules = tuple(rules)
        self._patterns = [rule.pattern for rule in rules]
        own = alphabets or [Alphabet([rule.pattern for rule in rules])] * len(rules)
        self._by_alphabet: dict[Alphabet, list[int]] = {}
        for i, alphabet in enumerate(own):
            self._by_alphabet.setdefault(alphabet, []).append(i)
        self._known: dict[str, _Looked] = {}
        self._characters = 0

    def marks(self, text: str, index: int = 0, count: int = 1) -> tuple[Mark, ...]:
        """Return the opinions on a block, the most trusted first: of line rules, and of edge rules that only give evidence."""
        marks = self._look(text).marks
        return tuple(mark for rule, mark in marks if rule.stands_at(index, count)) if marks else ()

    def cut(self, text: str, where: Where) -> Cut | None:
        """Find furniture glued to an edge; the longest match wins, so that `Read More Show less` goes whole."""
        for at, cut in self._look(text).cuts:
            if at is where:
                return cut
        return None

    def knows(self, text: str) -> bool:
        """Tell whether any rule has anything to say of a text; of most paragraphs none has."""
        return self._look(text) is not NOTHING

    def read(self, texts: Iterable[str]) -> None:
        """Look texts up together: for a page of 200 lines a tenth of the time of one by one."""
        wanted = list(dict.fromkeys(texts))
        new = [text for text in wanted if text not in self._known]
        if not new:
            return
        self._characters += sum(map(len, new))
        if self._characters > REMEMBERED:
            self._known = {text: self._known[text] for text in wanted if text in self._known}
            self._characters = sum(map(len, wanted))
        self._known.update(self._look_up(new))

    def _look(self, text: str) -> _Looked:
        if text not in self._known:
            self.read([text])
        return self._known[text]

    def _look_up(self, texts: Sequence[str]) -> dict[str, _Looked]:
        sized = sorted(((text, _size(text)) for text in texts), key=itemgetter(1))
        hits: dict[int, list[_Hit]] = {}
        for at, hit in self._hits([fold(text).replace("\n", " ") for text, _ in sized], [size for _, size in sized]):
            hits.setdefault(at, []).append(hit)
        return {text: self._looked(text, hits[at]) if at in hits else NOTHING for at, (text, _) in enumerate(sized)}

    def _looked(self, text: str, hits: Sequence[_Hit]) -> _Looked:
        ranked = sorted(hits, key=attrgetter("rule"))
        marks = [(rule, hit.mark) for hit in ranked if not (rule := self.rules[hit.rule]).cuts]
        return _Looked(tuple(marks), tuple(self._cuts(text, hits)) if len(marks) < len(hits) else ())

    def _cuts(self, text: str, hits: Sequence[_Hit]) -> Iterator[tuple[Where, Cut]]:
        """Yield the longest cut at each edge."""
        for where in (Where.START, Where.END):
            cuts = [hit for hit in hits if self.rules[hit.rule].where is where and self._may_cut(text, hit)]
            longest = max(cuts, key=lambda hit: hit.end - hit.start, default=None)
            if longest is not None:
                yield where, Cut(longest.start, longest.end, longest.mark)

    def _may_cut(self, text: str, hit: _Hit) -> bool:
        rule = self.rules[hit.rule]
        return rule.cuts and hit.start < hit.end and count_words(text[hit.start : hit.end]) <= rule.max_words

    def _hits(self, folded: Sequence[str], sizes: Sequence[int]) -> Iterator[tuple[int, _Hit]]:
        """Yield which text each match is on: of the edges, and of the whole line where the rule takes so many words."""
        for alphabet, rules in self._by_alphabet.items():
            sheets = _sheets(folded, sizes, alphabet)
            for i in rules:
                yield from self._hits_of(i, sheets[self.rules[i].where], folded)

    def _hits_of(self, i: int, sheet: Sheet, folded: Sequence[str]) -> Iterator[tuple[int, _Hit]]:
        rule = self.rules[i]
        for found in sheet.search(self._patterns[i], rule.max_words if rule.where is Where.LINE else None):
            text = folded[found.at]
            skipped = max(0, len(text) - EDGE) if rule.where is Where.END else 0
            start, end = skipped + found.start, skipped + found.end
            yield found.at, _Hit(i, start, end, _mark(rule, text[start:end], found.value))


def _size(text: str) -> int:
    return count_words(text) if len(text) < LONGEST_COUNTED else LONGEST_COUNTED


def _sheets(folded: Sequence[str], sizes: Sequence[int], alphabet: Alphabet) -> dict[Where, Sheet]:
    """Write texts down, and their edges."""
    head, tail = slice(EDGE), slice(-EDGE, None)
    forms = written(folded, alphabet)
    return {
        Where.START: Sheet([text[head] for text in folded], [form.cut(head) for form in forms], sizes),
        Where.END: Sheet([text[tail] for text in folded], [form.cut(tail) for form in forms], sizes),
        Where.LINE: Sheet(folded, forms, sizes),
    }


def _mark(rule: Rule, evidence: str, value: str) -> Mark:
    return Mark(
        label=rule.label,
        by=rule.id,
        score=SCORES[rule.strength],
        evidence=evidence[:200],
        certain=rule.strength is Strength.CERTAIN,
        value=value.strip() if value else None,
    )


class Rulebook:
    """All packs; hands out the view of the rules that apply to a page."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        """Take the packs in order: `common`, languages, then sites."""
        self.packs = tuple(packs)
        self._views: dict[tuple[str, ...], View] = {}
        self._alphabets: dict[str, Alphabet] = {}

    @cached_property
    def digest(self) -> str:
        """Hash of every pack's text: the same digest means the same rules."""
        return digest(*(pack.source for pack in self.packs))

    def view(
        self,
        language: str | None,
        host: str | None = None,
        fetched_at: datetime | None = None,
        texts: Iterable[str] | None = None,
    ) -> View:
        """Choose packs: those of the site while valid, of the page's language, `common`, English.

        Where the language is unknown, all others too; given the page's `texts`, those in whose letters it has any. The patterns of
        all scripts take .3 s to compile, and a page of Latin letters is in no language of another.
        """
        site = self._site_packs(host, fetched_at)
        own = [p for p in self.packs if not p.site and language and p.language == language]
        common = [p for p in self.packs if not p.site and p.language in {"any", ENGLISH} and p not in own]
        rest = [p for p in self.packs if not p.site and language is None and p not in common]
        if rest and texts is not None:
            whole = "\n".join(texts)
            rest = [p for p in rest if p.language not in LETTERS or LETTERS[p.language].search(whole)]
        chosen = [*site, *own, *common, *rest]
        key = tuple(p.name for p in chosen)
        if key not in self._views:
            rules = [rule for pack in chosen for rule in pack.rules]
            self._views[key] = View(rules, [self._alphabet(pack) for pack in chosen for _ in pack.rules])
        return self._views[key]

    def _alphabet(self, pack: Pack) -> Alphabet:
        """Return the alphabet that a pack's patterns are written in; most packs share one."""
        if pack in self._shared:
            return self._shared_alphabet
        if pack.name not in self._alphabets:
            self._alphabets[pack.name] = Alphabet([rule.pattern for rule in pack.rules])
        return self._alphabets[pack.name]

    @cached_property
    def _shared(self) -> list[Pack]:
        """The packs whose patterns name no characters but those of western languages and of the packs used on every page."""
        everywhere = [pack for pack in self.packs if not pack.site and pack.language in {"any", ENGLISH}]
        usual = set(CHARACTERS).union(*(rule.pattern for pack in everywhere for rule in pack.rules))
        return [pack for pack in self.packs if all(usual.issuperset(rule.pattern) for rule in pack.rules)]

    @cached_property
    def _shared_alphabet(self) -> Alphabet:
        return Alphabet([rule.pattern for pack in self._shared for rule in pack.rules])

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
