"""What became of each line that the gold lists: gold's kind against our label, the confusion matrix in counts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from cleaner.decoding import decode
from cleaner.evaluate.gold import Kind
from cleaner.evaluate.score import norm
from cleaner.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cleaner.evaluate.gold import Gold
    from cleaner.model import Cleaned, LedgerEntry

NO_BLOCK = "no block"
"""In place of our label: the line could not be found on the page, or no block holds it."""


class Fate(NamedTuple):
    """One cell of the matrix."""

    kind: str
    """What the gold says."""
    label: str
    """What we say, or NO_BLOCK."""
    kept: bool


def fates(gold: Gold, cleaned: Cleaned) -> Counter[Fate]:
    """Count what each line was taken for: by its place in a dump, by its words on an HTML page."""
    if gold.kind is Kind.PAGE:
        return _by_words(gold, cleaned.ledger)
    page = cleaned.page
    decoded = decode(page.content, page.media_type, page.charset)
    return _by_place(gold, decoded.text if decoded else "", cleaned.ledger)


def _by_words(gold: Gold, ledger: Iterable[LedgerEntry]) -> Counter[Fate]:
    """Match lines and blocks of the same words, in their order: an HTML page has no offsets to go by."""
    waiting: Mapping[str, deque[LedgerEntry]] = defaultdict(deque)
    for entry in ledger:
        waiting[norm(entry.block.text)].append(entry)
    found: Counter[Fate] = Counter()
    for line in gold.lines:
        key = norm(line.text)
        if key:
            found[_fate(line.kind, waiting[key].popleft() if waiting[key] else None)] += 1
    return found


def _fate(kind: str, entry: LedgerEntry | None) -> Fate:
    if entry is None:
        return Fate(kind, NO_BLOCK, kept=False)
    return Fate(kind, entry.label.value, kept=entry.verdict is Verdict.KEPT)


def _by_place(gold: Gold, text: str, ledger: Iterable[LedgerEntry]) -> Counter[Fate]:
    """Give each line the label that most of its characters got; white space counts for nothing on either side."""
    places = [i for i, char in enumerate(text) if not char.isspace()]
    squeezed = "".join(text.split())
    placed = sorted((e for e in ledger if e.block.start is not None), key=_start)
    starts = [_start(e) for e in placed]
    found: Counter[Fate] = Counter()
    at = 0
    for line in gold.lines:
        key = "".join(line.text.split())
        if not key:
            continue
        begin = squeezed.find(key, at)
        if begin < 0:
            found[_fate(line.kind, None)] += 1
            continue
        at = begin + len(key)
        near = placed[max(0, bisect_right(starts, places[begin]) - 1) : bisect_right(starts, places[at - 1])]
        found[_majority(line.kind, near, places[begin:at])] += 1
    return found


def _majority(kind: str, near: Sequence[LedgerEntry], places: Sequence[int]) -> Fate:
    shares: Counter[Fate] = Counter()
    for entry in near:
        begin, end = _start(entry), entry.block.end or 0
        covered = bisect_right(places, end - 1) - bisect_right(places, begin - 1)
        if covered > 0:
            shares[_fate(kind, entry)] += covered
    return max(shares, key=lambda fate: shares[fate], default=_fate(kind, None))


def _start(entry: LedgerEntry) -> int:
    return entry.block.start or 0
