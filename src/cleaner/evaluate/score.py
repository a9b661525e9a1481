"""One page held against its gold: what it counts for, and what went wrong on it.

Only counts leave here; every figure is made of their sums (see `figures`), so that pages can be summed up in any group.
The figures are those of the gold's own scorer, and stay equal to it to the last digit, but for HTML pages that give several
articles where gold labels one: there the scorer joins them all, while here the one that answers the label is scored.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.evaluate.floor import tokens
from cleaner.evaluate.gold import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cleaner.evaluate.gold import Gold, Line
    from cleaner.model import Article

EXACT = 0.995
"""Word F1 above which two texts count as the same."""
SHORT_OWNER = 4
"""Words below which a line does not show which article it stands in."""
SHORT_NOISE = 3
"""Characters below which a furniture line is not looked for in the texts."""
SHINGLE = 4
NEUTRAL = frozenset({"title", "byline"})
"""Lines that may stand in a text or not: golds differ about them."""
TEXT_KINDS = frozenset({"body", "heading", "body+marker"})
HEAD_KINDS = NEUTRAL | {"dek", "dateline", "date"}
"""Lines that belong to the head of an article: no text, and no furniture either."""

_AGENCY_END = re.compile(r"\s*[(\[][A-Z][A-Za-z/& .]{1,24}[)\]]\s*$")
_INSTITUTION = re.compile(
    r"(?i)\b(staff|news|desk|team|editors?|redaktion|agency|agencia|agence|press|reuters|afp|ap|dpa|media|times|post"
    r"|daily|magazine|\.com)\b"
)
_NAMES = re.compile(r",|;|\||&|\band\b|\bund\b")
_BY = re.compile(r"^\s*by\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rated:
    """One of our articles: how sure we were, and how right."""

    confidence: float
    f1: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What one page counts for."""

    main: float
    """The figure that pages are ranked by: word F1 of the articles of a dump, shingle F1 of a page's body."""
    counts: Mapping[str, float]
    rated: tuple[Rated, ...]
    lost: tuple[str, ...]
    """Lines of text that are in no article."""
    leaked: tuple[str, ...]
    """Lines of furniture that are in an article."""
    notes: tuple[str, ...]
    """What else is wrong, in words."""


def score(gold: Gold, articles: Sequence[Article]) -> Score:
    """Score a dump or a page by its own figures."""
    return score_dump(gold, articles) if gold.kind is Kind.DUMP else score_html(gold, articles)


def norm(text: str | None) -> str:
    """Return the words alone, a blank between."""
    return " ".join(tokens(text or ""))


def _padded(text: str) -> str:
    return f" {norm(text)} "


def _with_dek(article: Article, paragraphs: frozenset[str]) -> str:
    """Put the dek in front of the text where the gold counts that line as body."""
    dek = norm(article.dek)
    add = dek and dek in paragraphs and dek not in norm(article.text)
    return f"{article.dek}\n{article.text}" if add else article.text


def _paragraphs(gold: Gold) -> frozenset[str]:
    return frozenset(norm(p) for a in gold.articles for p in a)


def _f1(a: Counter[str], b: Counter[str]) -> float:
    both = (a & b).total()
    return 2 * both / (a.total() + b.total()) if both else 0.0


def _harmonic(p: float, r: float) -> float:
    return 2 * p * r / (p + r) if p + r else 0.0


def _pairs(gold: Sequence[Counter[str]], got: Sequence[Counter[str]]) -> dict[int, float]:
    """Pair texts one to one, the most alike first, the later of two equals; returns F1 by our article."""
    found: dict[int, float] = {}
    taken: set[int] = set()
    for alike, i, j in sorted(((_f1(a, b), i, j) for i, a in enumerate(gold) for j, b in enumerate(got)), reverse=True):
        if alike > 0 and i not in taken and j not in found:
            found[j] = alike
            taken.add(i)
    return found


# Dumps


def score_dump(gold: Gold, articles: Sequence[Article]) -> Score:
    """Compare by words, article by article; lines and cuts are looked for in the texts."""
    neutral = {norm(line.text) for line in gold.lines if line.kind in NEUTRAL}
    paragraphs = _paragraphs(gold)
    texts = [_without(neutral, _with_dek(a, paragraphs)) for a in articles]
    want = [Counter(tokens("\n".join(a))) for a in gold.articles]
    pairs = _pairs(want, [Counter(tokens(t)) for t in texts])
    most = max(len(want), len(texts), 1)
    where = _where(gold.lines, neutral, [_padded(t) for t in texts])
    noise, leaked = _noise(gold, neutral, texts)
    f1 = sum(pairs.values()) / most
    counts = {
        "pages": 1.0,
        "f1": f1,
        "exact": sum(alike > EXACT for alike in pairs.values()) / most,
        "count_right": float(len(want) == len(texts)),
        **_cuts(where),
        "body": float(len(where)),
        "lost": float(sum(not at for _, at in where)),
        "noise": float(noise),
        "leaked": float(len(leaked)),
    }
    rated = (Rated(a.confidence, pairs.get(j, 0.0), pairs.get(j, 0.0) > EXACT) for j, a in enumerate(articles))
    lost = tuple(line.text for line, at in where if not at)
    return Score(f1, counts, tuple(rated), lost, leaked, tuple(_count_note(len(want), len(texts))))


def _without(neutral: set[str], text: str) -> str:
    return "\n".join(line for line in text.split("\n") if norm(line) not in neutral)


def _where(lines: Iterable[Line], neutral: set[str], held: Sequence[str]) -> list[tuple[Line, list[int]]]:
    """List for each line of text the articles that hold it."""
    found = []
    for line in lines:
        key = norm(line.text)
        if line.kind in TEXT_KINDS and key and key not in neutral:
            probe = _probe(line)
            found.append((line, [i for i, text in enumerate(held) if probe in text]))
    return found


def _probe(line: Line) -> str:
    words = _owner_words(line)
    if line.kind == "body+marker":  # its last words are the marker's, whose length the gold does not tell
        return f" {' '.join(words[: max(4, len(words) - 5)])}"
    return f" {' '.join(words)} "


def _owner_words(line: Line) -> list[str]:
    return tokens(_AGENCY_END.sub("", line.text))


def _cuts(where: Sequence[tuple[Line, list[int]]]) -> dict[str, float]:
    """Count for neighbouring lines whether gold parts them and whether we do."""
    owners = [(line.article, at[0]) for line, at in where if len(at) == 1 and len(_owner_words(line)) >= SHORT_OWNER]
    cuts = Counter((a != b, i != j) for (a, i), (b, j) in pairwise(owners))
    return {
        "cuts_right": float(cuts[True, True]),
        "cuts_wrong": float(cuts[False, True]),
        "cuts_missed": float(cuts[True, False]),
    }


def _noise(gold: Gold, neutral: set[str], texts: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Count furniture, and name what of it is in a text; a line that is also in the gold's text proves nothing."""
    real = [norm(p) for a in gold.articles for p in a]
    held = [_padded(t) for t in texts]
    keyed = [(line.text, norm(line.text)) for line in gold.lines if line.kind not in TEXT_KINDS | HEAD_KINDS]
    keyed = [(text, key) for text, key in keyed if len(key) >= SHORT_NOISE and key not in neutral]
    leaked = [
        text
        for text, key in keyed
        if any(f" {key} " in t for t in held) and not any(key in paragraph for paragraph in real)
    ]
    return len(keyed), tuple(leaked)


def _count_note(gold: int, ours: int) -> Iterable[str]:
    if gold != ours:
        yield f"{gold} article{'s' * (gold != 1)} in gold, {ours} came out"


# HTML pages


@dataclass(frozen=True, slots=True)
class _Body:
    """A text by its shingles, held against gold's."""

    text: str
    precision: float
    recall: float
    exact: bool

    @property
    def f1(self) -> float:
        return _harmonic(self.precision, self.recall)


def score_html(gold: Gold, articles: Sequence[Article]) -> Score:
    """Compare text by shingles, and fields: of a page of one labelled article those of the article that answers the label."""
    got = sorted(articles, key=lambda a: a.position)
    answer = _answer(gold, got)
    body = _body(gold, answer)
    strays = [a for a in got if a not in answer and _is_noise(gold, a)]
    fields, notes = _fields(gold, answer[0] if answer else None)
    counts = {
        "pages": 1.0,
        "precision": body.precision,
        "recall": body.recall,
        "f1": body.f1,
        "exact": float(body.exact),
    }
    counts |= {"counted": 1.0, "count_right": float(len(got) == len(gold.articles)), "no_strays": float(not strays)}
    held = _padded(body.text)
    real = _padded("\n".join(p for a in gold.articles for p in a))
    return Score(
        main=body.f1,
        counts=counts | fields,
        rated=tuple(_rated(a, body if a in answer else _body(gold, [a])) for a in got),
        lost=tuple(p for a in gold.articles for p in a if norm(p) and _padded(p) not in held),
        leaked=tuple(_page_leaks(gold, _padded(_text(gold, got)), real)),
        notes=(*_several(gold, got, strays), *notes),
    )


def _answer(gold: Gold, got: Sequence[Article]) -> Sequence[Article]:
    """Return the article that has most of the label's words; of those that have as many the one with its title, then the first."""
    if len(gold.articles) != 1 or len(got) < 2:
        return got
    want = _shingles("\n".join(gold.articles[0]))
    return [
        max(
            got,
            key=lambda a: (
                (want & _shingles(_text(gold, [a]))).total(),
                norm(a.title) == norm(gold.title),
                -a.position,
            ),
        )
    ]


def _text(gold: Gold, articles: Sequence[Article]) -> str:
    paragraphs = _paragraphs(gold)
    return "\n".join(_with_dek(a, paragraphs) for a in articles)


def _body(gold: Gold, articles: Sequence[Article]) -> _Body:
    text = _text(gold, articles)
    want, have = _shingles("\n".join(p for a in gold.articles for p in a)), _shingles(text)
    both = (want & have).total()
    return _Body(text, both / have.total() if text.strip() else 0.0, both / want.total(), want == have)


def _rated(article: Article, body: _Body) -> Rated:
    return Rated(article.confidence, body.f1, body.exact)


def _is_noise(gold: Gold, article: Article) -> bool:
    """Tell an article of which gold calls more than half of the words noise."""
    noise = {norm(line.text) for line in gold.lines if line.kind == "noise"}
    lines = [norm(line) for line in article.text.split("\n")]
    return 2 * sum(len(key) for key in lines if key in noise) > sum(map(len, lines))


def _several(gold: Gold, got: Sequence[Article], strays: Sequence[Article]) -> Iterable[str]:
    if not got:
        yield "no article came out"
    else:
        yield from _count_note(len(gold.articles), len(got))
    if strays:
        yield f"of these gold calls noise: {', '.join(f'“{a.title}”' for a in strays)}"


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = tokens(text)
    if len(words) < SHINGLE:
        return Counter([tuple(words)])
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


def _page_leaks(gold: Gold, held: str, real: str) -> Iterable[str]:
    for line in gold.lines:
        key = _padded(line.text)
        if line.kind == "noise" and len(key.strip()) >= SHORT_NOISE and key in held and key not in real:
            yield line.text


def _fields(gold: Gold, first: Article | None) -> tuple[dict[str, float], list[str]]:
    """Compare the fields that gold has, and say which are wrong."""
    counts: dict[str, float] = {}
    notes: list[str] = []
    if gold.title:
        title = first.title if first else None
        counts |= {"title": float(norm(title) == norm(gold.title)), "title_n": 1.0}
        notes += _field_note("title", counts["title"], gold.title, title)
    if _name_set(gold.authors):
        names = first.authors if first else ()
        a, b = _name_set(gold.authors), _name_set(names)
        counts |= {"authors": float(a == b), "authors_f1": _set_f1(a, b), "authors_n": 1.0}
        notes += _field_note("authors", counts["authors"], ", ".join(gold.authors), ", ".join(names))
    if gold.published:
        date = str((first.published_at if first else None) or "")[:10]
        counts |= {"date": float(date == gold.published[:10]), "date_n": 1.0}
        notes += _field_note("date", counts["date"], gold.published[:10], date)
    if gold.topics:
        a, b = _name_set(gold.topics), _name_set(first.tags if first else ())
        counts |= {"tags_f1": _set_f1(a, b), "tags_n": 1.0}
    return counts, notes


def _name_set(names: Iterable[str]) -> frozenset[str]:
    """Take several names in one string apart; institutions are nobody."""
    parts = (part for name in names for part in _NAMES.split(name) if name and not _INSTITUTION.search(part))
    return frozenset(norm(_BY.sub("", part)) for part in parts if norm(part))


def _set_f1(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a | b else 1.0


def _field_note(field: str, right: float, gold: str, ours: str | None) -> list[str]:
    return [] if right else [f"{field}: “{ours}” for “{gold}”" if ours else f"{field} missing: “{gold}”"]
