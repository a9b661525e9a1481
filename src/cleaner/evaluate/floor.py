"""How good the cleaner is: a page's articles held against its gold, in figures that can be pinned.

A figure is a rate from 0 to 1, higher is better. Words are compared, not characters, so that quotes and white space
weigh nothing. A headline, byline or date that stays in the text counts against `article_f1`: gold keeps them in fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.model import KEPT_LABELS, TEXT_LABELS, Label
from cleaner.text import mend_mojibake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cleaner.model import Article

TOKEN = re.compile(r"\w+")
SHORT_OWNER = 4
"""Words below which a line does not show which article it stands in: too many texts hold it by chance."""
SHORT_NOISE = 3
"""Characters below which a furniture line is not looked for in the texts."""
EXACT = 0.995
"""Word F1 from which two texts count as the same."""


@dataclass(frozen=True, slots=True)
class GoldLine:
    """One line of a page, as a person labelled it."""

    article: int
    """1..n; 0: of none."""
    label: Label
    text: str
    glued: bool = False
    """Follows the line before it on the same raw line."""


@dataclass(frozen=True, slots=True)
class GoldPage:
    """What should come of a page."""

    language: str
    """Of its first article; `none` where it holds no article."""
    texts: tuple[str, ...]
    """Paragraphs and headings of each article, one a line."""
    lines: tuple[GoldLine, ...]
    """Every line of a dump; of an HTML page its paragraphs and what must go."""


@dataclass(frozen=True, slots=True)
class PageScore:
    """What was counted on one page."""

    f1: float
    """Mean word F1 of its articles, best pairs; an article too many or too few counts as 0."""
    exact: float
    count_right: bool
    body: int
    lost: int
    """Lines of text that are in no article."""
    noise: int
    leaked: int
    """Lines of furniture that are in an article."""
    cuts_right: int
    cuts_wrong: int
    cuts_missed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The rates over a group of pages."""

    pages: int
    article_f1: float
    exact: float
    count_right: float
    body_kept: float
    noise_removed: float
    boundary_f1: float

    def rates(self) -> dict[str, float]:
        """Name every rate, in the order in which people read them."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "pages"}


def gold_page(record: Mapping[str, object]) -> GoldPage:
    """Read a gold record; of HTML, whose lines are not listed, paragraphs and `dropped` stand for them."""
    articles = _list(record.get("articles"))
    texts = [[str(p) for p in _list(a.get("paragraphs"))] for a in articles if isinstance(a, dict)]
    languages = [str(a.get("language")) for a in articles if isinstance(a, dict)]
    if "lines" in record:
        lines = tuple(_line(entry) for entry in _list(record["lines"]) if isinstance(entry, list))
    else:
        body = [GoldLine(n, Label.BODY, p) for n, paragraphs in enumerate(texts, 1) for p in paragraphs]
        lines = (*body, *(GoldLine(0, Label.OTHER, str(t)) for t in _list(record.get("dropped"))))
    return GoldPage(languages[0] if languages else "none", tuple("\n".join(t) for t in texts), lines)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _line(entry: Sequence[object]) -> GoldLine:
    article, label, text, *glued = entry
    return GoldLine(int(str(article)), Label(str(label)), str(text), bool(glued and glued[0]))


def tokens(text: str) -> list[str]:
    """Return the words in lower case, compatibility forms folded."""
    return TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def word_f1(first: str, second: str) -> float:
    """Compare two texts by the words they have in common."""
    return _f1(Counter(tokens(first)), Counter(tokens(second)))


def _f1(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def pair_up(gold: Sequence[str], got: Sequence[str]) -> list[tuple[int, int, float]]:
    """Pair texts one to one, the most alike first."""
    want, have = [Counter(tokens(t)) for t in gold], [Counter(tokens(t)) for t in got]
    alike = sorted(
        ((_f1(a, b), i, j) for i, a in enumerate(want) for j, b in enumerate(have)), key=lambda x: (-x[0], *x[1:])
    )
    pairs: list[tuple[int, int, float]] = []
    taken_gold: set[int] = set()
    taken_got: set[int] = set()
    for score, i, j in alike:
        if score > 0 and i not in taken_gold and j not in taken_got:
            pairs.append((i, j, score))
            taken_gold.add(i)
            taken_got.add(j)
    return pairs


def score_page(gold: GoldPage, articles: Sequence[Article]) -> PageScore:
    """Hold a page's articles against its gold."""
    got = [a.text for a in articles]
    pairs = pair_up(gold.texts, got)
    most = max(len(gold.texts), len(got))
    held = [f" {' '.join(tokens(text))} " for text in got]
    where = [(line, _holders(line, held)) for line in gold.lines if line.label in TEXT_LABELS and _words(line)]
    noise, leaked = _noise(gold, held)
    cuts = _cuts([(line.article, at[0]) for line, at in where if len(at) == 1 and len(_words(line)) >= SHORT_OWNER])
    return PageScore(
        f1=sum(score for *_, score in pairs) / most if most else 1.0,
        exact=sum(score >= EXACT for *_, score in pairs) / most if most else 1.0,
        count_right=len(gold.texts) == len(got),
        body=len(where),
        lost=sum(not at for _, at in where),
        noise=noise,
        leaked=leaked,
        cuts_right=cuts[True, True],
        cuts_wrong=cuts[False, True],
        cuts_missed=cuts[True, False],
    )


def _words(line: GoldLine) -> list[str]:
    """Gold's lines are the page's own, broken characters and all; its paragraphs are as they should come out."""
    return tokens(mend_mojibake(line.text))


def _holders(line: GoldLine, held: Sequence[str]) -> list[int]:
    probe = f" {' '.join(_words(line))} "
    return [i for i, text in enumerate(held) if probe in text]


def _noise(gold: GoldPage, held: Sequence[str]) -> tuple[int, int]:
    """Count furniture, and what of it stands in a text; a line that is also in the gold's text proves nothing."""
    real = [f" {' '.join(tokens(t))} " for t in gold.texts]
    probes = [" ".join(_words(line)) for line in gold.lines if line.label not in KEPT_LABELS]
    probes = [p for p in probes if len(p) >= SHORT_NOISE and not any(f" {p} " in text for text in real)]
    return len(probes), sum(any(f" {p} " in text for text in held) for p in probes)


def _cuts(owners: Sequence[tuple[int, int]]) -> Counter[tuple[bool, bool]]:
    """Count for each pair of neighbouring lines whether gold parts them and whether we do."""
    return Counter((gold != next_gold, ours != next_ours) for (gold, ours), (next_gold, next_ours) in pairwise(owners))


def total(scores: Sequence[PageScore]) -> Figures:
    """Sum pages up: articles and counts as means over pages, lines and cuts over all lines of the group."""
    right, wrong, missed = (sum(column) for column in zip(*_cut_counts(scores), strict=True)) if scores else (0, 0, 0)
    return Figures(
        pages=len(scores),
        article_f1=_mean([s.f1 for s in scores]),
        exact=_mean([s.exact for s in scores]),
        count_right=_mean([float(s.count_right) for s in scores]),
        body_kept=1 - _share(sum(s.lost for s in scores), sum(s.body for s in scores)),
        noise_removed=1 - _share(sum(s.leaked for s in scores), sum(s.noise for s in scores)),
        boundary_f1=1 - _share(wrong + missed, 2 * right + wrong + missed),
    )


def _cut_counts(scores: Sequence[PageScore]) -> Iterator[tuple[int, int, int]]:
    return ((s.cuts_right, s.cuts_wrong, s.cuts_missed) for s in scores)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
