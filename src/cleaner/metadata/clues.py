"""What speaks for and against an option: its sources, who agrees, its form, what else the page says.

Each clue has a name in words, since the winner says why. A clue is 1 where it holds, or a share of 1.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cleaner.metadata.options import single_options
from cleaner.metadata.people import squeeze
from cleaner.text import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cleaner.metadata.options import Option
    from cleaner.model import Candidate

Clues = dict[str, float]

DECLARED_AUTHORS = frozenset({"json-ld", "meta", "twitter", "script", "state"})
DECLARED_DATES = ("json-ld", "opengraph", "meta", "meta-other", "microdata", "json-ld-page", "script", "state")
PRINTED_DATES = frozenset({"date", "byline", "dateline", "near-title", "markup", "time"})
HEAD_DATES = frozenset({"date", "byline", "near-title"})
LINE_SOURCES = frozenset({"title", "byline", "date", "dateline", "tags"})
"""Sources in the article's own lines: their prior says how good their place is."""

SAME = {"first-box": "author-box"}
"""Sources that read the same place as another: they do not confirm it."""

ALIKE = {
    **{(field, "state"): "json-ld" for field in ("title", "authors", "published_at")},
    ("published_at", "script"): "meta-other",
    ("authors", "script"): "twitter",
}
"""A source of which there are no labelled pages, the gold being without scripts, and one that is as little bound by a convention."""

UPDATED = re.compile(
    r"(?i)updat|modif|aktualis|geändert|mis[e]? à jour|actualiza|aggiornat|bijgewerkt|revised|review|\bstand\b|oppdatert|uppdaterad"
)
PUBLISHED = re.compile(r"(?i)publi|posted|veröffentlicht|erschienen|datePublished|opublikowano|created")
ALONE, HEAD_LINE, LONG_LINE = 30, 40, 60
"""Characters of a line that holds hardly more than a date, of one that may open an article, and of one that holds much more."""

WEAK = frozenset({"near-date", "author-box", "author-row", "first-box"})
"""Sources that name others as often as the author."""

LIKELY = 0.4
"""Prior of a line above the text that is only likely a byline."""

REVIEWED = re.compile(
    r"(?i)^[\W_]*(?:(?:medically |expert |clinically )?reviewed|fact[- ]checked|edited|approved|verified)\b"
)
BY = re.compile(
    r"(?i)^[\W_]*(?:(?:written|posted|story|words|published|article|text) )?(?:by|von|par|por|di|av|door)\b"
)


@dataclass(frozen=True)
class Context:
    """All candidates of an article, for clues that look beyond their own field."""

    candidates: tuple[Candidate, ...]

    @cached_property
    def by_field(self) -> Mapping[str, tuple[Candidate, ...]]:
        """Return the candidates of each field."""
        fields: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            fields.setdefault(candidate.field, []).append(candidate)
        return {name: tuple(found) for name, found in fields.items()}

    def values(self, field: str, *sources: str) -> list[str]:
        """Return a field's values from these sources, or from all."""
        return [c.value for c in self.by_field.get(field, ()) if not sources or c.source in sources]

    @cached_property
    def sites(self) -> frozenset[str]:
        """Names of the site, in the form in which names are compared."""
        names = [*self.values("site"), *(max(name.split("."), key=len) for name in self.values("site", "host"))]
        return frozenset(form for name in names for form in (normal(name), squeeze(name)) if form)

    @cached_property
    def slug(self) -> frozenset[str]:
        """Words of the address."""
        paths = (urlsplit(value).path for value in self.values("url"))
        return frozenset(word for path in paths for word in re.split(r"[\W_]+", path.lower()) if len(word) > 2)

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Words of all titles on offer."""
        return frozenset(word for value in self.values("title") for word in normal(value).split())

    @cached_property
    def modified(self) -> frozenset[str]:
        """Days of the last change."""
        return frozenset(
            value[:10] for value in (*self.values("modified_at"), *self.values("published_at", "modified"))
        )

    @cached_property
    def days(self) -> Sequence[Option]:
        """Return the days of publication on offer."""
        return single_options(self.by_field.get("published_at", ()))

    @cached_property
    def printed_as_updated(self) -> frozenset[str]:
        """Days that the page prints as those of its last change."""
        return frozenset(
            c.value[:10]
            for option in self.days
            if option.sources & PRINTED_DATES
            for c in option.candidates
            if UPDATED.search(c.evidence)
        )

    @cached_property
    def first_printed(self) -> str | None:
        """First day that a line of hardly more gives: captions, offers and sentences speak of other days too.

        Of a line that says `Published` and one that says `Updated` it is the former, whichever comes first.
        """
        heads = [c for option in self.days for c in option.candidates if _is_head(c)]
        changed = [c for c in heads if UPDATED.search(c.evidence)]
        named = (c for c in heads if changed and c not in changed and PUBLISHED.search(c.evidence))
        first = next(named, heads[0] if heads else None)
        return first.value[:10] if first else None

    @cached_property
    def declared_day(self) -> str | None:
        """Day that the page's markup declares, by its first source."""
        return next((v[:10] for source in DECLARED_DATES for v in self.values("published_at", source)[:1]), None)


def _common(option: Option, options: Sequence[Option]) -> Clues:
    field = option.candidates[0].field
    clues: Clues = {f"from {ALIKE.get((field, source), source)}": 1.0 for source in option.sources}
    clues["sources that agree"] = min(4, len({SAME.get(s, s) for s in option.sources}) - 1) / 4
    clues["only answer"] = float(len(options) == 1)
    placed = [c.prior for c in option.candidates if c.source in LINE_SOURCES]
    if placed:
        clues["good place among the lines"] = max(placed)
    return clues


def title_clues(option: Option, options: Sequence[Option], context: Context) -> Clues:
    """Weigh a title."""
    text = option.candidates[0].value
    words = normal(text).split()
    clues = _common(option, options)
    others = [normal(o.candidates[0].value) for o in options if o is not option]
    own = " ".join(words)
    clues["one word"] = float(len(words) == 1)
    clues["two or three words"] = float(len(words) in {2, 3})
    clues["over 20 words"] = float(len(words) > 20)
    clues["words that stand in the address"] = _share(words, context.slug)
    clues["address in these words"] = len(context.slug & set(words)) / max(1, len(context.slug))
    clues["start of another"] = float(any(o.startswith(own) for o in others))
    clues["starts with another"] = float(any(o and own.startswith(o) for o in others))
    clues["has a dash or bar"] = float(re.search(r"\s[|–—·•-]\s", text) is not None)
    clues["has a bar"] = float(re.search(r"\s[|·•]\s", text) is not None)
    heading = next(iter(context.values("title", "h1")), "")
    clues["heading is short"] = float(0 < len(normal(heading).split()) <= 2) * float("h1" not in option.sources)
    clues["other than the heading"] = float(bool(heading) and "h1" not in option.sources)
    clues["names a section"] = float(own in {normal(v) for v in context.values("section")})
    clues["heading and window agree"] = float({"h1", "title-tag"} <= option.sources)
    clues["declared alike and not the heading"] = float(
        {"opengraph", "title-tag"} <= option.sources and "h1" not in option.sources
    )
    clues["declared and printed"] = float(
        bool(option.sources & {"json-ld", "opengraph"}) and bool(option.sources & {"h1", "title"})
    )
    return clues


def _share(words: Sequence[str], known: frozenset[str]) -> float:
    long = [w for w in words if len(w) > 2]
    return sum(w in known for w in long) / max(1, len(long))


def author_clues(option: Option, options: Sequence[Option], context: Context) -> Clues:
    """Weigh a list of authors."""
    clues = _common(option, options) | _names(option, context) | _places(option)
    others = [o for o in options if o is not option]
    for other in others:
        if not option.sources | other.sources <= WEAK:
            clues |= _relation(option, other)
    clues["the site's name beside another"] = clues["the site's name"] * float(
        any(not _is_site(o, context) and not o.sources <= WEAK for o in others)
    )
    clues["weak place, and others are named"] = float(
        option.sources <= WEAK and any(not o.sources <= WEAK for o in others)
    )
    clues["nobody declares an author"] = float(not any(o.sources & DECLARED_AUTHORS for o in options))
    return clues


def _names(option: Option, context: Context) -> Clues:
    clues: Clues = {}
    count = len(option.key)
    clues["two names"] = float(count == 2)
    clues["three or four names"] = float(count in {3, 4})
    clues["over four names"] = float(count > 4)
    clues["a name of one word"] = float(any(" " not in name for name in option.key))
    clues["the site's name"] = float(_is_site(option, context))
    clues["a name in the title"] = float(any(set(name.split()) <= context.title_words for name in option.key))
    clues["a word of the title"] = float(any(set(name.split()) & context.title_words for name in option.key))
    return clues


def _places(option: Option) -> Clues:
    clues: Clues = {}
    printed = [c for c in option.candidates if c.source not in DECLARED_AUTHORS]
    clues["printed behind `by`"] = float(any(BY.match(c.evidence) for c in printed))
    clues["printed and declared"] = float(bool(printed) and bool(option.sources & DECLARED_AUTHORS))
    clues["printed as reviewer"] = float(bool(printed) and all(REVIEWED.match(c.evidence) for c in printed))
    clues["line holds more"] = float(bool(printed) and all(len(c.evidence) > 2 * len(c.value) + 10 for c in printed))
    clues["only near a date"] = float(option.sources == {"near-date"})
    clues["only in an author's box"] = float(option.sources <= {"author-box", "first-box"})
    clues["only the lines say so"] = float(option.sources == {"byline"})
    clues["only a bare line says so"] = clues["only the lines say so"] * float(
        all(c.prior <= LIKELY and not BY.match(c.evidence) for c in printed)
    )
    clues["three lines or more, not declared"] = float(
        _most_lines(printed) > 2 and len(printed) == len(option.candidates)
    )
    return clues


def _most_lines(printed: Sequence[Candidate]) -> int:
    """Count the lines from which one source takes its names: many are other stories' bylines."""
    lines = {(c.source, c.evidence) for c in printed}
    return max(Counter(source for source, _ in lines).values(), default=0)


def _relation(option: Option, other: Option) -> Clues:
    """Say how a list stands to another: part of it, more than it or against it, and who says so."""
    relation = "part of" if option.key < other.key else "more than" if option.key > other.key else "against"
    own = "declared" if option.sources & DECLARED_AUTHORS else "printed"
    sources = {"a declared source" if s in DECLARED_AUTHORS else "a printed one" for s in other.sources}
    clues = {f"{relation} {source}": 1.0 for source in sources}
    return clues | {f"{own}, {clue}": 1.0 for clue in clues}


def _is_site(option: Option, context: Context) -> bool:
    return any(name in context.sites or squeeze(name) in context.sites for name in option.key)


def date_clues(option: Option, options: Sequence[Option], context: Context) -> Clues:
    """Weigh a day of publication."""
    clues = _common(option, options)
    day = next(iter(option.key))
    printed = [c for c in option.candidates if c.source in PRINTED_DATES]
    clues["printed"] = float(bool(printed))
    clues["printed twice"] = float(len({c.source for c in printed}) > 1)
    clues["printed as updated"] = float(any(UPDATED.search(c.evidence) for c in printed))
    clues["printed as published"] = float(any(PUBLISHED.search(c.evidence) for c in printed))
    clues["printed alone"] = float(any(len(c.evidence) <= ALONE for c in printed))
    clues["printed in a longer line"] = float(bool(printed) and all(len(c.evidence) > LONG_LINE for c in printed))
    clues["day of the last change"] = float(day in context.modified)
    clues["only the day of the last change"] = float(option.sources == {"modified"})
    clues["printed, and day of the last change"] = float(bool(printed) and day in context.modified)
    clues["printed and declared"] = float(bool(printed) and bool(option.sources & set(DECLARED_DATES)))
    clues["earliest"] = float(day == min(key for o in options for key in o.key))
    clues["latest"] = float(day == max(key for o in options for key in o.key))
    clues["nothing is declared"] = float(context.declared_day is None)
    apart = _days(day, context.declared_day)
    if apart:
        clues["a day from the declared one"] = float(abs(apart) == 1)
        clues["later than declared, printed"] = float(apart > 1 and bool(printed))
        clues["years later than declared"] = float(apart > 365)
        clues["earlier than declared, printed"] = float(apart < -1 and bool(printed))
        clues["other than declared"] = 1.0
    beside = any(o is not option and o.sources & PRINTED_DATES for o in options)
    clues["another day is printed"] = float(beside and not printed)
    clues["another is printed as updated"] = float(bool(context.printed_as_updated - {day}) and not printed)
    clues |= _against_opengraph(option, clues, context)
    clues["many days on the page"] = min(1.0, max(0, len(options) - 2) / 6)
    clues["first day printed"] = float(bool(printed) and context.first_printed == day)
    return clues


def _against_opengraph(option: Option, found: Clues, context: Context) -> Clues:
    """Weigh a day that is printed as that of the last change against OpenGraph's.

    Of 19 labelled pages that print only `Updated` and whose OpenGraph has another day, 16 have OpenGraph's; of 20 where only
    JSON-LD or a meta element has another, 18 have the printed one.
    """
    clues: Clues = {}
    its_own = "opengraph" in option.sources
    others = bool(context.values("published_at", "opengraph")) and not its_own
    clues["OpenGraph's, another is printed as updated"] = found["another is printed as updated"] * float(its_own)
    clues["printed as updated, OpenGraph names another"] = found["printed as updated"] * float(others)
    return clues


def _is_head(candidate: Candidate) -> bool:
    return candidate.source in HEAD_DATES and len(candidate.evidence) <= HEAD_LINE


def _days(day: str, other: str | None) -> int:
    """Count the days between two ISO dates; 0 where one is unknown or names no day."""
    try:
        return (date.fromisoformat(day) - date.fromisoformat(other or day)).days
    except ValueError:
        return 0


CLUES: dict[str, Callable[[Option, Sequence[Option], Context], Clues]] = {
    "title": title_clues,
    "authors": author_clues,
    "published_at": date_clues,
}


def clues_of(field: str, options: Sequence[Option], context: Context) -> Iterator[Clues]:
    """Yield the clues of each option of a field, those that are 0 left out."""
    for option in options:
        yield {name: value for name, value in CLUES[field](option, options, context).items() if value}
