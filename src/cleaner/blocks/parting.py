"""Parts of a page that holds several articles: which of its series are articles, and where each of them begins and ends.

Nothing is parted without a reason: every part carries what opened it, in words. See `docs/decisions/0011-articles-of-a-page.md`.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from cleaner.blocks.containers import TEASER_WORDS
from cleaner.blocks.series import FEWEST, FULL_WORDS, Series, all_series
from cleaner.blocks.series_evidence import MOST, Weighed, Witness, cards_below, weigh
from cleaner.model import Label, Mark, Part, Parting

if TYPE_CHECKING:
    from cleaner.blocks.page_tree import PageTree
    from cleaner.model import Hints

ENOUGH = 2.0
"""Points from which a series is a row of articles."""
ENOUGH_BESIDE = 2.9
"""Points that whole articles need beside one that stands outside of their series."""
FEW = {2: 1.2, 3: 0.4}
"""Points more that a short series needs: two alike elements are often a coincidence."""
LIST = 0.4
"""Points of a series where nothing but it holds text, and the page does not call itself an article."""
COVERAGE = 10
BY = "html.series"
OWN = "html.own_article"


def part(tree: PageTree, hints: Hints, url: str | None = None) -> Parting:
    """Part a page of several articles; of a page of one tell the cards below it."""
    witness = Witness(tree, hints, url)
    found: list[Weighed] = []
    cards: dict[tuple[int, int], None] = {}
    for series in all_series(tree):
        may_be = _may_be(series, tree)
        below = cards_below(series, witness) if may_be or _holds_text_below(series, tree) else ()
        cards.update(((m.lo, m.hi), None) for m in below)
        weighed = weigh(series, witness, _enough(series, witness)) if may_be and not below else None
        found += [weighed] if weighed is not None else []
    if found:
        return Parting(parts=_parts(max(found, key=lambda w: _rank(w, tree)), tree))
    return Parting(cards=tuple(cards))


def _rank(weighed: Weighed, tree: PageTree) -> tuple[float, int, int, float]:
    members = weighed.series.members
    covered = sum(m.words for m in members) / max(1, tree.running(0, len(tree.blocks)))
    return (round(covered * COVERAGE), len(members), sum(m.hi - m.lo for m in members), weighed.score)


def _may_be(series: Series, tree: PageTree) -> bool:
    """Leave out what cannot be a row of articles, before anything is weighed: nearly all series of nearly all pages."""
    if _is_one_with_cards(series, tree):
        return False
    if not _is_beside(series, tree):
        return True
    # cards, boxes and comments beside an article have lower headings than its own
    whole = median(m.words for m in series.members) >= FULL_WORDS
    heads = sum(tree.blocks[m.head].tag == "h1" for m in series.members)
    return whole and heads >= MOST * len(series.members) and _head_outside(series.members[0].lo, tree) is not None


def _holds_text_below(series: Series, tree: PageTree) -> bool:
    """Tell a series of whose members after the first the engine calls something text: else no card needs to be found."""
    return any(tree.own(m.lo, m.hi) for m in series.members[1:])


def _enough(series: Series, witness: Witness) -> float:
    """Return the points from which a series is a row of articles."""
    if _is_beside(series, witness.tree):
        return ENOUGH_BESIDE
    alone = 0 if witness.hints.says_article else LIST
    running = sum(m.words >= TEASER_WORDS for m in series.members)
    return round(ENOUGH + FEW.get(max(running, FEWEST), 0) - alone, 3)


def _is_beside(series: Series, tree: PageTree) -> bool:
    """Tell a series beside a whole article that is none of its members."""
    inside = sum(tree.own(m.lo, m.hi) for m in series.members)
    return tree.own(0, len(tree.blocks)) - inside >= FULL_WORDS


def _is_one_with_cards(series: Series, tree: PageTree) -> bool:
    """Tell an article and the cards of others in elements of the same name: its heading is above theirs."""
    first, *others = sorted(series.members, key=lambda m: tree.rank(m.head))
    cards = median(m.words for m in others) < FULL_WORDS <= first.words
    return cards and tree.rank(first.head) < min(tree.rank(m.head) for m in others)


def _parts(chosen: Weighed, tree: PageTree) -> tuple[Part, ...]:
    members = chosen.series.members
    score = round(min(0.95, 1 - math.exp(-chosen.score / 1.5)), 3)
    evidence = f"one of {len(members)} {chosen.series.how}, each with {', '.join(chosen.signs)}"
    mark = Mark(Label.BODY, BY, score, evidence)
    parts = [
        Part(m.lo, m.hi, m.head, mark, address, tree.tops(m.lo, m.hi))
        for m, address in zip(members, chosen.addresses, strict=True)
    ]
    first = members[0].lo
    own = _head_outside(first, tree)
    if own is not None:
        text = Mark(Label.BODY, OWN, score, "the page's own article, before those that follow it")
        parts.insert(0, Part(own, first, own, text, None, tree.tops(own, first)))
    return tuple(parts)


def _head_outside(end: int, tree: PageTree) -> int | None:
    """Return the headline of a whole article that stands before the series."""
    heads = [i for i in tree.heads_in(0, end) if tree.own(i, end) >= FULL_WORDS]
    return min(heads, key=lambda i: (tree.rank(i), i), default=None)
