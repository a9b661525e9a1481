"""Gold pages of markup into blocks with truth: the pipeline makes the blocks, the truth is the best choice among them.

The gold tells a page's text, not its elements. A block is text where the choice of whole blocks whose four-word shingles
match the gold's best has it: found by climbing from the blocks most of whose shingles the gold has. What that choice
scores is the most that any labeller of these blocks can reach.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.blocks.html import html_page
from cleaner.blocks.unglue import unglue
from cleaner.copies import mark_copies
from cleaner.hidden import hide
from cleaner.label import mark_blocks
from cleaner.languages import detect
from cleaner.rules import load_rulebook
from cleaner.urls import host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cleaner.model import Block, Element, Hints

    Bools = NDArray[np.bool_]
    Shingle = tuple[str, ...]

TOKEN = re.compile(r"\w+")
LENGTH = 4
"""Words of a shingle."""
MOST_PASSES = 4
EDGE = LENGTH - 1


@dataclass(frozen=True, slots=True)
class PageSample:
    """A page as blocks, with the truth of each."""

    name: str
    fold: int
    """0..4, by site: what is learnt in four is measured in the fifth."""
    blocks: tuple[Block, ...]
    outline: tuple[Element, ...]
    hints: Hints
    words: tuple[tuple[str, ...], ...]
    """Of each block."""
    gold: Counter[Shingle]
    is_text: Bools
    is_cut: bool = False
    """Whether it is a part of a page, to learn from and not to measure."""

    @property
    def collection(self) -> str:
        """Where the page comes from: the first part of its name."""
        return self.name.split("-", maxsplit=1)[0]


def page_samples(rows: Sequence[Mapping[str, Any]]) -> list[PageSample]:
    """Make samples of gold pages; blocks, unglued and marked, are those that `clean_page` judges."""
    rulebook = load_rulebook()
    samples = []
    for row in rows:
        page = html_page(row["html"])
        longest = sorted(page.blocks, key=lambda b: len(b.text), reverse=True)[:5]
        found = detect(" ".join(b.text for b in longest))
        view = rulebook.view(found[0] if found else None, host(row["url"]), texts=(b.text for b in page.blocks))
        blocks = mark_copies(mark_blocks(unglue(hide(page.blocks), view, page.raw), view))
        words = tuple(words_of(block.text) for block in blocks)
        gold = shingles(words_of("\n".join(row["paragraphs"])))
        chosen = best_choice(words, gold)
        samples.append(PageSample(row["id"], row["fold"], blocks, page.outline, page.hints, words, gold, chosen))
    return samples


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as the scores compare them."""
    return tuple(TOKEN.findall(unicodedata.normalize("NFKC", text).lower()))


def shingles(words: Sequence[str]) -> Counter[Shingle]:
    """Count each run of four words; a shorter text is one run."""
    if len(words) < LENGTH:
        return Counter([tuple(words)])
    return Counter(tuple(words[i : i + LENGTH]) for i in range(len(words) - EDGE))


@dataclass(frozen=True, slots=True)
class PageScore:
    """How a choice of blocks compares with the gold."""

    precision: float
    recall: float
    exact: bool


def score(sample: PageSample, kept: Bools) -> PageScore:
    """Compare the text of the kept blocks with the gold, shingle by shingle."""
    words = [word for i in np.flatnonzero(kept) for word in sample.words[i]]
    if not words:
        return PageScore(0.0, 0.0, exact=False)
    out = shingles(words)
    both = (out & sample.gold).total()
    return PageScore(both / out.total(), both / sample.gold.total(), out == sample.gold)


def best_choice(words: Sequence[Sequence[str]], gold: Counter[Shingle]) -> Bools:
    """Return the choice of blocks that no change of one block makes better."""
    climb = _Climb(words, gold)
    for _ in range(MOST_PASSES):
        if not climb.improve():
            break
    return np.array(climb.on, np.bool_)


def _is_likely(words: Sequence[str], gold: Counter[Shingle]) -> bool:
    if len(words) < LENGTH:
        return False
    own = shingles(words)
    return 2 * sum(count for shingle, count in own.items() if shingle in gold) >= own.total()


class _Climb:
    """A choice of blocks, with the shingles of its text counted."""

    def __init__(self, words: Sequence[Sequence[str]], gold: Counter[Shingle]) -> None:
        self.words, self.gold, self.size = words, gold, gold.total()
        self.on = [_is_likely(block, gold) for block in words]
        chosen = [word for block, on in zip(words, self.on, strict=True) if on for word in block]
        self.count = shingles(chosen) if chosen else Counter()
        self.total, self.both = self.count.total(), (self.count & gold).total()

    def improve(self) -> bool:
        """Change each block whose change makes F1 greater; tells whether any did."""
        changed = False
        for i, block in enumerate(self.words):
            if not block:
                continue
            change = self._change(i)
            total = self.total + change.total()
            both = self.both + sum(
                min(self.count[s] + by, self.gold[s]) - min(self.count[s], self.gold[s]) for s, by in change.items()
            )
            # F1 is 2 both / (total + size): compared without division
            if both * (self.total + self.size) > self.both * (total + self.size):
                for shingle, by in change.items():
                    self.count[shingle] += by
                self.total, self.both = total, both
                self.on[i] = not self.on[i]
                changed = True
        return changed

    def _change(self, i: int) -> Counter[Shingle]:
        """Return how many more (or fewer) of each shingle there are once block i is changed."""
        left, right = self._before(i), self._after(i)
        change: Counter[Shingle] = Counter(_runs([*left, *self.words[i], *right]))
        change.subtract(_runs([*left, *right]))
        if self.on[i]:
            change = Counter({shingle: -by for shingle, by in change.items()})
        return Counter({shingle: by for shingle, by in change.items() if by})

    def _before(self, i: int) -> list[str]:
        found: list[str] = []
        for j in range(i - 1, -1, -1):
            if self.on[j]:
                found = [*self.words[j][-(EDGE - len(found)) :], *found]
            if len(found) >= EDGE:
                break
        return found

    def _after(self, i: int) -> list[str]:
        found: list[str] = []
        for j in range(i + 1, len(self.words)):
            if self.on[j]:
                found = [*found, *self.words[j][: EDGE - len(found)]]
            if len(found) >= EDGE:
                break
        return found


def _runs(words: Sequence[str]) -> list[Shingle]:
    return [tuple(words[i : i + LENGTH]) for i in range(len(words) - EDGE)]
