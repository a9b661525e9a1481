"""Which source to believe for which field: one table, and the choice made by it or, for a whole page's statements, by weights."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from cleaner.metadata.clues import Context
from cleaner.metadata.day_order import settle_day_order
from cleaner.metadata.local_days import settle_local_days
from cleaner.metadata.options import key_of, spokesman
from cleaner.metadata.ranking import FIELDS, rank
from cleaner.model import Candidate, Fields
from cleaner.text import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TRUST: dict[str, dict[str, float]] = {
    "title": {"title": 0.85, "h1": 0.85, "json-ld": 0.75, "opengraph": 0.7, "meta": 0.6, "twitter": 0.55, "microdata": 0.6, "title-tag": 0.5,
              "title-head": 0.2, "h1-other": 0.2, "state": 0.7},
    "dek": {"dek": 0.9, "json-ld": 0.1, "opengraph": 0.1, "meta": 0.1},
    "authors": {"json-ld": 0.9, "microdata": 0.7, "meta": 0.75, "byline": 0.8, "twitter": 0.8, "markup": 0.65, "author-link": 0.6, "near-title": 0.5, "author-box": 0.2,
                "near-date": 0.2, "first-box": 0.4, "author-row": 0.1, "signed": 0.5, "script": 0.7, "state": 0.8},
    "published_at": {"json-ld": 0.9, "opengraph": 0.85, "meta": 0.8, "microdata": 0.8, "date": 0.75, "time": 0.65, "markup": 0.6, "json-ld-page": 0.6,
                     "byline": 0.55, "dateline": 0.5, "near-title": 0.5, "url": 0.55, "meta-other": 0.7, "modified": 0.3,
                     "time-aside": 0.2, "stated": 0.6, "script": 0.7, "state": 0.8},
    "modified_at": {"json-ld": 0.9, "meta": 0.85, "time": 0.7, "state": 0.8},
    "site": {"landing": 0.95, "opengraph": 0.9, "json-ld": 0.8, "meta": 0.7, "heading": 0.6, "promo": 0.5, "host": 0.3},
    "url": {"landing": 0.9, "permalink": 0.95, "canonical": 0.95, "opengraph": 0.8, "json-ld": 0.7},
    "language": {"text": 0.9, "html": 0.7, "json-ld": 0.6, "opengraph": 0.6, "meta": 0.5},
    "agency": {"agency": 0.9, "dateline": 0.85, "byline": 0.8, "closing": 0.8, "json-ld": 0.6, "meta": 0.5},
    "tags": {"tags": 0.9, "json-ld": 0.8, "opengraph": 0.85, "meta": 0.6, "listed": 0.56, "topics": 0.55, "link": 0.5},
    "image": {"json-ld": 0.8, "opengraph": 0.9, "twitter": 0.7},
    "licence": {"json-ld": 0.9, "meta": 0.7},
    "access": {"json-ld": 0.9, "meta": 0.7},
    "section": {"json-ld": 0.9, "opengraph": 0.85, "meta": 0.7},
    "word_count": {"json-ld": 0.8, "json-ld-body": 0.6},
    "closed_part": {"json-ld": 0.9},
    "truncated": {"keep_reading": 0.95, "ending": 0.7, "json-ld": 0.45, "meta": 0.45, "wall": 0.55, "wall-near": 0.62, "wall-element": 0.35, "stated-length": 0.75,
                  "part-missing": 0.15, "short": 0.15, "open-end": 0.25},
}  # fmt: skip
"""Trust of each source by field, from its share of right values on 1,136 labelled pages of 922 sites.

Right were, of titles, the heading 89 %, JSON-LD 86, OpenGraph and Twitter 77 (written for search engines), `<title>` 66; of author lists,
JSON-LD 94 %, Twitter 93, meta 89, printed bylines 86; of dates, OpenGraph 91 %, microdata and `<time>` 90, JSON-LD 88, meta 86, printed 81-89,
modified 58; of tags (F1), keywords 0.90, JSON-LD 0.88, OpenGraph 0.84, printed lists 0.81, links to topics 0.57. Between close figures stands what a site writes for machines above what it prints.
"""

PIN = "pin"
"""Source that a site's pack names: it wins, as a person looked it up."""

AGREEMENT = 0.03
"""What each further source that says the same adds."""

SAME = {"title": "h1"}
"""Sources that read the same line: they do not confirm each other."""

ENOUGH = 0.25
"""Below this trust a value is kept as evidence but never wins."""

LIKELY_CUT = 0.66
"""Sum of the signs from which a text is called truncated."""
SAME_SIGN = {"meta": "json-ld"}
"""Signs that say the same: a site states its access twice."""
NO_REASONS = frozenset({"short", "open-end"})
"""Signs that say nothing without another."""
LISTS = frozenset({"authors", "tags"})

SHARED = frozenset({"site", "language", "url"})
"""Fields that say nothing of one article: with them alone there is nothing to rank."""


def offer(field: str, value: str, source: str, evidence: str = "", weight: float = 1.0) -> Candidate:
    """Make a candidate, scored by the trust in its source; `weight` below 1 where it stands in a doubtful place."""
    prior = 1.0 if source == PIN else round(TRUST[field][source] * weight, 4)
    return Candidate(field, value, source, prior, evidence=(evidence or value)[:200], prior=prior)


MARKUP = frozenset({"h1", "title-tag", "opengraph", "json-ld", "meta", "microdata", "html", "time", "markup"})
"""Sources that only a page's markup has; where they speak, the choice is learnt."""


def choose(candidates: Sequence[Candidate]) -> Fields:
    """Choose a value for each field, or none.

    A dump's lines are few and plain: the most trusted source wins. An HTML page says much that is not about its
    article: there, title, authors and date are chosen by the learnt weights.
    """
    context = Context(tuple(settle_local_days(settle_day_order(candidates))))
    ranked = FIELDS if any(c.source in MARKUP and c.field not in SHARED for c in candidates) else ()
    marked: list[Candidate] = []
    for name, offers in context.by_field.items():
        if any(c.source == PIN for c in offers):
            marked.extend(_take_pinned(name, offers))
        elif name == "truncated":
            marked.extend(_add_up(offers))
        elif name in ranked:
            marked.extend(_rank(name, context))
        else:
            chosen = (_choose_list if name in LISTS else _choose_one)(offers)
            marked.extend(_with_disagreement(chosen) if name == "language" else chosen)
    won: dict[str, list[str]] = {name: [] for name in TRUST}
    for candidate in marked:
        if candidate.won:
            won[candidate.field].append(candidate.value)
    return Fields(
        title=_first(won["title"]),
        dek=_first(won["dek"]),
        authors=_unique(won["authors"]),
        published_at=_first(won["published_at"]),
        site=_first(won["site"]),
        url=_first(won["url"]),
        language=_first(won["language"]),
        agency=_first(won["agency"]),
        tags=_unique(won["tags"]),
        truncated_by=_first(won["truncated"]),
        modified_at=_first(won["modified_at"]),
        section=_first(won["section"]),
        image=_first(won["image"]),
        licence=_first(won["licence"]),
        access=_first(won["access"]),
        candidates=tuple(marked),
    )


def _with_disagreement(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Note beside the language that won which other one the page declares: its template's, or a translation's."""
    declared = dict.fromkeys(c.value for c in chosen if c.source != "text")
    noted = []
    for candidate in chosen:
        others = [code for code in declared if code != candidate.value]
        why = (
            f"the page declares {', '.join(others)}" if candidate.won and candidate.source == "text" and others else ""
        )
        noted.append(replace(candidate, why=why) if why else candidate)
    return noted


def _first(values: Sequence[str]) -> str | None:
    return values[0] if values else None


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple({normal(value): value for value in reversed(list(values))}.values())[::-1]


def _take_pinned(field: str, offers: Sequence[Candidate]) -> list[Candidate]:
    """Take the first pinned value, of a list each once, and keep the others as evidence."""
    marked: list[Candidate] = []
    seen: set[str] = set()
    for offered in offers:
        wins = offered.source == PIN and key_of(offered) not in seen and (field in LISTS or not seen)
        seen |= {key_of(offered)} if wins else set()
        marked.append(replace(offered, won=wins, why="pinned by the site's pack" if wins else ""))
    return marked


def _rank(field: str, context: Context) -> list[Candidate]:
    """Mark the candidates of a field with the probability of their option; of the one that wins, each value once."""
    marked: list[Candidate] = []
    for ranked in rank(field, context):
        best = spokesman(ranked.option) if field in LISTS else max(ranked.option.candidates, key=_precision)
        seen: set[str] = set()
        for offered in ranked.option.candidates:
            if field in LISTS:
                wins = ranked.wins and offered.source == best.source and key_of(offered) not in seen
            else:
                wins = ranked.wins and offered is best
            seen |= {key_of(offered)} if wins else set()
            marked.append(_judged(offered, ranked.probability, won=wins, why=ranked.why))
    return marked


def _judged(offered: Candidate, score: float, *, won: bool, why: str = "") -> Candidate:
    """Copy a candidate with its verdict; `dataclasses.replace` takes four times as long, for some 40 a page."""
    return Candidate(
        offered.field,
        offered.value,
        offered.source,
        score,
        won=won,
        evidence=offered.evidence,
        prior=offered.prior,
        why=why,
    )


def _choose_one(offers: Sequence[Candidate]) -> list[Candidate]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for offered in offers:
        groups[key_of(offered)].append(offered)
    scores = {key: _agreed(group) for key, group in groups.items()}
    best = max(scores, key=lambda key: scores[key])
    winner = max(groups[best], key=_precision)
    sure = scores[best] >= ENOUGH
    return [_judged(c, scores[key], won=c is winner and sure) for key, group in groups.items() for c in group]


def _add_up(offers: Sequence[Candidate]) -> list[Candidate]:
    """Add up signs of different sources as independent ones; where they make a cut likely, the strongest names it."""
    strongest: dict[str, float] = {}
    for offered in offers:
        kind = SAME_SIGN.get(offered.source, offered.source)
        strongest[kind] = max(strongest.get(kind, 0.0), offered.score)
    score = round(1 - prod(1 - value for value in strongest.values()), 4)
    winner = max(offers, key=lambda c: c.score)
    wins = score >= LIKELY_CUT and winner.source not in NO_REASONS
    return [replace(c, score=score if c is winner else c.score, won=wins and c is winner) for c in offers]


def _precision(candidate: Candidate) -> tuple[float, float]:
    """Prefer, of values that agree, a time with its offset to a bare day; else the more trusted source."""
    length = float(len(candidate.value)) if candidate.field == "published_at" else 0.0
    return (min(length, 20.0), candidate.score)


def _agreed(group: Sequence[Candidate]) -> float:
    sources = {SAME.get(c.source, c.source) for c in group}
    return round(min(1.0, max(c.score for c in group) + AGREEMENT * (len(sources) - 1)), 4)


def _choose_list(offers: Sequence[Candidate]) -> list[Candidate]:
    """Take the whole list of the source that is trusted most; one that another source repeats is trusted more."""
    lists: dict[str, list[Candidate]] = defaultdict(list)
    for offered in offers:
        lists[offered.source].append(offered)
    keys = {source: frozenset(map(key_of, group)) for source, group in lists.items()}
    scores = {
        s: round(min(1.0, lists[s][0].score + AGREEMENT * (sum(k == keys[s] for k in keys.values()) - 1)), 4)
        for s in lists
    }
    best = max(scores, key=lambda source: scores[source])
    seen: set[str] = set()
    marked = []
    for offered in offers:
        wins = offered.source == best and scores[best] >= ENOUGH and key_of(offered) not in seen
        seen |= {key_of(offered)} if wins else set()
        marked.append(_judged(offered, scores[offered.source], won=wins))
    return marked
