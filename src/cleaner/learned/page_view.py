"""What features of blocks, cuts and segments share: a page's characters, words and rule hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaner.hidden import MARKED_BY
from cleaner.learned import chars as ch
from cleaner.learned.lexicon import among, lists_of
from cleaner.model import TEXT_LABELS, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array
    from cleaner.model import Block

RULED = tuple(label for label in Label if label not in TEXT_LABELS)
"""Labels that rules give, in the order of the columns of `rule_hits`."""
RULE_AT = {label: place for place, label in enumerate(RULED)}

HEAD = 10_000
"""Characters read of each end of a block: the longest line of the gold has 1,844, and a page may hold one of 5 MB."""


def rule_hits(blocks: Sequence[Block]) -> tuple[Array, Array]:
    """Return certain and likely marks of rules, one column a label; what a browser does not show is no opinion of a rule.

    The engine knows that by a feature of its own. Called furniture by a certain rule besides, which no page learnt from was, a whole
    text that only a script shows lost its headings.
    """
    certain = np.zeros((len(blocks), len(RULED)), np.float32)
    likely = np.zeros_like(certain)
    for row, block in enumerate(blocks):
        for mark in block.marks:
            place = RULE_AT.get(mark.label)
            if place is not None and mark.by not in MARKED_BY:
                (certain if mark.certain else likely)[row, place] = 1
    return certain, likely


def clipped(text: str) -> str:
    """Leave the middle of a very long text out."""
    return text if len(text) <= 2 * HEAD else f"{text[:HEAD]} {text[-HEAD:]}"


class PageView:
    """A page's blocks as arrays: rows are blocks, `t_` are words in order of the text, `types` different stems."""

    def __init__(self, blocks: Sequence[Block], layout: str, hits: tuple[Array, Array] | None = None) -> None:
        """Read the texts once; `hits` stand in for the blocks' own marks."""
        self.n, self.layout = len(blocks), layout
        self.texts = [clipped(block.text) for block in blocks]
        self.lines = [text.lower() for text in self.texts]
        self.chars = c = ch.read(self.texts)
        self.certain, self.likely = rule_hits(blocks) if hits is None else hits
        self.gap = np.fromiter((block.gap for block in blocks), np.float32, self.n)
        self.glued = np.fromiter((block.glued for block in blocks), np.float32, self.n)
        stems, self.type_of = np.unique(c.t_hash, return_inverse=True)
        self.types = len(stems)
        self._lists = lists_of(c.t_word)
        self.words = np.bincount(c.t_block, minlength=self.n).astype(np.float32)
        self.t_function = self.listed("function")
        self.t_name = c.t_capital & ~c.t_opens & ~self.t_function
        self.content = self._distinct(self._is_content())
        self.names = self._distinct(self.t_name)

    def hit(self, label: Label, likely: float = 1.0) -> Array:
        """Return 1 where a certain rule of the label matches, `likely` where only a likely one does."""
        place = RULE_AT[label]
        return np.maximum(self.certain[:, place], likely * self.likely[:, place])

    def certain_at(self, label: Label) -> Array:
        """Tell where a certain rule of the label matches."""
        return np.asarray(self.certain[:, RULE_AT[label]] > 0)

    def likely_at(self, label: Label) -> Array:
        """Tell where a likely rule of the label matches."""
        return np.asarray(self.likely[:, RULE_AT[label]] > 0)

    def listed(self, name: str) -> Array:
        """Tell which words are in a list of the lexicon."""
        return among(self._lists, name)

    def per_block(self, words: Array) -> Array:
        """Count the chosen words of each block."""
        return np.bincount(self.chars.t_block[words], minlength=self.n).astype(np.float32)

    def dense(self, rows: Array, pairs: tuple[Array, Array], least: int = 2) -> tuple[Array, Array]:
        """Return the 0/1 matrix of the rows by the words that stand in at least `least` of them, and in how many.

        `pairs` are `content` or `names`.
        """
        row, word = self._among(rows, pairs)
        spread = np.bincount(word, minlength=self.types)
        kept = spread >= least
        number = np.cumsum(kept) - 1
        on = kept[word]
        matrix = np.zeros((len(rows), int(kept.sum())), np.float32)
        matrix[row[on], number[word[on]]] = 1
        return matrix, spread[kept].astype(np.float32)

    def singles(self, rows: Array) -> Array:
        """Count the content words that stand in one of the rows alone."""
        row, word = self._among(rows, self.content)
        spread = np.bincount(word, minlength=self.types)
        return np.bincount(row, weights=spread[word] < 2, minlength=len(rows))

    def _among(self, rows: Array, pairs: tuple[Array, Array]) -> tuple[Array, Array]:
        place = np.full(self.n, -1, np.int64)
        place[rows] = np.arange(len(rows))
        row = place[pairs[0]]
        on = row >= 0
        return row[on], pairs[1][on]

    def _is_content(self) -> Array:
        """Tell words that may carry a topic: long, or a name, or of a script whose words are short; no numbers."""
        c, kind = self.chars, self.chars.t_kind
        caseless = (kind == ch.CASELESS) & (c.t_size >= 3)
        topical = (c.t_size >= 4) | (kind == ch.IDEOGRAPH) | ((c.t_size >= 3) & c.t_capital) | caseless
        return np.asarray(~self.t_function & topical & (kind != ch.DIGIT))

    def _distinct(self, words: Array) -> tuple[Array, Array]:
        """Return (block, type) of the chosen words, each pair once."""
        key = np.unique(self.chars.t_block[words].astype(np.int64) * (self.types + 1) + self.type_of[words])
        return key // (self.types + 1), key % (self.types + 1)


def weights_of(count: int, spread: Array) -> Array:
    """Weigh words by how few of the rows hold them (idf)."""
    return np.log((count + 1) / spread).astype(np.float32)
