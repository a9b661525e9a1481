"""A page of markup as arrays: its blocks, the tree around them, and how much running text hangs on each element."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cleaner.hidden import FIELD_TAG
from cleaner.learned import chars as ch
from cleaner.learned.names import TOP
from cleaner.learned.page_view import clipped, rule_hits
from cleaner.model import Element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array
    from cleaner.model import Block, Hints

HEADING_TAGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
PROSE_WORDS, LONG_PROSE_WORDS, LINKED = 12, 28, 0.5
SOFT = np.isin(np.arange(ch.CLASSES), [ch.DQUOTE, ch.CURLY, ch.CURLY1, ch.SQUOTE, ch.CLOSE])
"""Classes of characters that may follow a sentence's end."""


class MarkupView:
    """What the features of markup share; rows are blocks, `e_` are elements in document order, `t_` words."""

    def __init__(
        self,
        blocks: Sequence[Block],
        outline: Sequence[Element],
        hints: Hints,
        hits: tuple[Array, Array] | None = None,
    ) -> None:
        """Read texts and tree once; `hits` stand in for the blocks' own marks."""
        self.n, self.outline = len(blocks), outline
        # the text of a field is for copying: `Republish this article` holds the whole article once more, and outweighed it
        self.texts = ["" if block.tag == FIELD_TAG else clipped(block.text) for block in blocks]
        self._read_texts(hints)
        self.certain, self.likely = rule_hits(blocks) if hits is None else hits
        self._read_markup(blocks)
        self._read_tree()
        self._read_kinds()
        self._weigh()

    def _read_texts(self, hints: Hints) -> None:
        """Turn the blocks' characters to numbers, and the words of the page's own statements with them."""
        said = [" ".join(hints.titles), hints.description, hints.body]
        self.chars = c = ch.read([*self.texts, *(clipped(text) for text in said)])
        stop = int(np.searchsorted(c.t_block, self.n))
        pairs = c.t_word[:-1] * np.uint64(31) + c.t_word[1:]
        self.said = []
        for i in range(len(said)):
            a, b = np.searchsorted(c.t_block, [self.n + i, self.n + i + 1])
            self.said.append((c.t_word[a:b], pairs[a : max(a, b - 1)]))
        self.t_block, self.t_word, self.t_pair = c.t_block[:stop], c.t_word[:stop], pairs[:stop]
        self.types, self.t_type = np.unique(self.t_word, return_inverse=True)
        """The page's different words, a third of all, and which of them each word is."""
        self.words = np.bincount(self.t_block, minlength=self.n).astype(np.float32)
        self._read_ends()

    def _read_ends(self) -> None:
        c, n = self.chars, self.n
        begin, end = c.start[:n], c.start[1 : n + 1] - 2
        last, last2, last3 = (c.kind[np.maximum(end - back, begin)] for back in range(3))
        inner = np.where(SOFT[last] & SOFT[last2], last3, np.where(SOFT[last], last2, last))
        self.first, self.last = c.kind[begin], last
        self.ends = inner == ch.STOP

    def _read_markup(self, blocks: Sequence[Block]) -> None:
        rows = np.array(
            [
                (m.element, m.hidden, m.bold, m.links, m.images, b.link_density)
                for b in blocks
                if (m := b.markup) is not None
            ],
            np.float32,
        ).reshape(self.n, 6)
        self.element = rows[:, 0].astype(np.int64)
        self.hidden, self.bold, self.links, self.images, self.linked = rows[:, 1:].T
        self.prose = ((self.words >= PROSE_WORDS) & self.ends) | (self.words >= LONG_PROSE_WORDS)
        self.prose &= self.linked < LINKED

    def _read_tree(self) -> None:
        parents = [element.parent for element in self.outline]
        self.e_parent = np.array(parents, np.int64)
        count = len(parents)
        size, depth = [1] * count, [0] * count
        for i in range(count - 1, 0, -1):
            size[parents[i]] += size[i]
        for i in range(1, count):
            depth[i] = depth[parents[i]] + 1
        self.e_end = np.arange(count) + np.array(size)
        """Past the last element inside each."""
        self.e_depth = np.array(depth)
        up = np.append(self.e_parent, -1)  # -1 stays -1
        above = [self.element]
        for _ in range(TOP - 1):
            above.append(up[above[-1]])
        self.above = np.stack(above, 1)
        """Each block's element and those around it, -1 past the root."""

    def _read_kinds(self) -> None:
        """Tell the different elements by tag and names, which are far fewer than elements."""
        found: dict[tuple[str, str], int] = {}
        numbers = [found.setdefault((e.tag, e.names), len(found)) for e in self.outline]
        self.kinds = [Element(tag, -1, called) for tag, called in found]
        self.e_kind = np.array(numbers, np.int64)
        tags = {tag: number for number, tag in enumerate(dict.fromkeys(tag for tag, _ in found))}
        self.tags = list(tags)
        self.e_tag = np.array([tags[tag] for tag, _ in found], np.int64)[self.e_kind]
        self.kinds_above = np.append(self.e_kind, -1)[self.above]
        """As `above`, but places in `kinds`."""

    def _weigh(self) -> None:
        """Add up what hangs on each element: words, linked words, words and blocks of running text, blocks."""
        values = np.stack(
            [self.words, self.words * self.linked, self.words * self.prose, self.prose, np.ones(self.n)], 1
        ).astype(np.float64)
        count = len(self.outline)
        own = np.stack([np.bincount(self.element, column, minlength=count) for column in values.T], 1)
        below = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(own, axis=0)])
        self.e_sums = below[self.e_end] - below[:-1]

    def inside(self, element: int) -> Array:
        """Tell which blocks stand inside an element."""
        return np.asarray((self.element >= element) & (self.element < self.e_end[element]))

    def within(self, chosen: Array) -> Array:
        """Count, for each element, the chosen elements around it, itself among them; `chosen` has one column a question."""
        count = len(self.outline)
        steps = np.zeros((count + 1, chosen.shape[1]), np.int64)
        steps[:count] += chosen
        element, question = np.nonzero(chosen)
        np.subtract.at(steps, (self.e_end[element], question), 1)
        return np.cumsum(steps, axis=0)[:count]

    @cached_property
    def alike(self) -> dict[str, tuple[Array, Array]]:
        """Group blocks whose elements are called alike: of each kind, the group of each block and the groups' sizes."""
        around = self.above[:, :4].clip(0)
        (named, parent, grand, _), kinds = self.e_kind[around].T, len(self.kinds)
        (tag, tag1, tag2, tag3), tags = self.e_tag[around].T, len(self.tags)
        keys = {
            "named": named,
            "path": (named * kinds + parent) * kinds + grand,
            "bare": ((tag * tags + tag1) * tags + tag2) * tags + tag3,
            "siblings": around[:, 1] * kinds + named,
            "parent": around[:, 1],
        }
        found = {}
        for name, key in keys.items():
            _, number, count = np.unique(key, return_inverse=True, return_counts=True)
            found[name] = (number, count)
        return found

    @cached_property
    def heading_level(self) -> Array:
        """Return 1..6 for blocks in heading elements, else 0."""
        levels = np.array([HEADING_TAGS.get(tag, 0) for tag in self.tags])
        return np.asarray(levels[self.e_tag[self.element]])

    @cached_property
    def heading_above(self) -> Array:
        """Return the last heading before each block, -1 where there is none."""
        at = np.maximum.accumulate(np.where(self.heading_level > 0, np.arange(self.n), -1))
        return np.append(-1, at[:-1])[: self.n]

    def per_block(self, words: Array) -> Array:
        """Count the chosen words of each block."""
        return np.bincount(self.t_block[words], minlength=self.n).astype(np.float32)
