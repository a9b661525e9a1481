"""What the learned engine says of a page: which blocks are text, where articles begin, and why.

Four models, each seeing what those before it think: blocks, cuts, cuts again, whole articles; then one decoding of the
page. A page longer than any that was learnt from is judged in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import segments, weights
from cleaner.learned.block_features import block_features, wording_features
from cleaner.learned.boundary_features import (
    KINDS,
    SURE,
    boundary_features,
    candidates,
    opening_features,
    sure_starts,
)
from cleaner.learned.page_view import PageView
from cleaner.learned.reasons import in_words
from cleaner.learned.second_look import boundary_second
from cleaner.learned.trees import sigmoid, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array
    from cleaner.learned.weights import Weights
    from cleaner.model import Block, Layout

WHOLE = 1500
"""Blocks of a page that is judged in one go: the longest labelled page has 1,311."""
PIECE = 500
"""Blocks judged at a time of a longer page: time and memory grow with the square."""
PIECE_CHARS = 500_000
"""Characters judged at a time, but for a single block."""
KEPT_PULL = (1.0, 0.5, 0.0, 0.0, -1.0)
"""What counts for keeping a block: body and heading against noise, in the order of `KINDS`."""
MOST_REASONS = 4
PLAIN = 0.9
"""P(kept) from which a block's score says enough; reasons in words take a tenth of a page's time."""

__all__ = ["KINDS", "Judgement", "judge"]


class _Seen:
    """The features of a piece, kept for the reasons, which are reckoned for all its blocks when first asked for."""

    def __init__(self, learnt: Weights, blocks: tuple[Array, Array], cuts: tuple[Array, Array]) -> None:
        """Take features of the blocks and which of them may be asked about, and the candidates with theirs."""
        self.learnt, (self.rows, self.x2) = learnt, cuts
        self.doubtful = np.flatnonzero(blocks[1])
        self.x = blocks[0][self.doubtful]

    @cached_property
    def block_parts(self) -> Array:
        return self.learnt.block.forest.parts(self.x, KEPT_PULL)

    @cached_property
    def cut_parts(self) -> Array:
        return self.learnt.cut2.forest.parts(self.x2)

    def block_reasons(self, i: int, *, positive: bool) -> str:
        at = int(np.searchsorted(self.doubtful, i))
        if at == len(self.doubtful) or self.doubtful[at] != i:
            return ""
        parts = self.block_parts[at] if positive else -self.block_parts[at]
        return in_words(self.learnt.block.names, self.x[at], parts, MOST_REASONS)

    def cut_reasons(self, i: int, *, positive: bool) -> str:
        at = int(np.searchsorted(self.rows, i))
        if at == len(self.rows) or self.rows[at] != i:
            return ""
        parts = self.cut_parts[at] if positive else -self.cut_parts[at]
        return in_words(self.learnt.cut2.names, self.x2[at], parts, MOST_REASONS)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The engine's opinions on a page, one value a block."""

    p_kept: Array
    """Probability of being text: body or heading."""
    kind: Array
    """The likeliest of `KINDS`, as a place in it."""
    p_start: Array
    """Probability that an article's lines begin here; 0 where the block is no candidate."""
    kept: Array
    article: Array
    """1..n; 0: in no article."""
    confidence: Array
    """Of each article: probability that it is one whole article."""
    _seen: tuple[_Seen, ...]
    _piece: Array
    """Of each block: which of `_seen` judged it."""
    _place: Array
    """Of each block: its place there."""

    def reasons(self, i: int) -> str:
        """Say why block i looks like text, or does not, strongest first; empty where it surely is text, or a rule is certain."""
        seen, place = self._seen_at(i)
        return seen.block_reasons(place, positive=bool(self.p_kept[i] > 0.5))

    def cut_reasons(self, i: int) -> str:
        """Say why an article begins at block i, or does not; empty where none can."""
        seen, place = self._seen_at(i)
        return seen.cut_reasons(place, positive=bool(self.p_start[i] > 0.5))

    def _seen_at(self, i: int) -> tuple[_Seen, int]:
        return self._seen[int(self._piece[i])], int(self._place[i])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Blocks lo..hi of a piece between two cuts."""

    lo: int
    hi: int
    article: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was found in a run of blocks."""

    p: Array
    start: Array
    stretches: tuple[_Stretch, ...]
    seen: _Seen


def judge(blocks: Sequence[Block], layout: Layout) -> Judgement:
    """Judge a page's blocks, unglued and marked by the rules."""
    learnt = weights.load()
    whole = _Whole(len(blocks))
    most = WHOLE if len(blocks) <= WHOLE else PIECE
    at = 0
    while at < len(blocks):
        end = _piece_end(blocks, at, most)
        piece = _judge_piece(blocks[at:end], layout, learnt)
        # the last article of a piece may go on: it is judged again, whole, with what follows
        again = piece.stretches[-1].lo if end < len(blocks) else 0
        size = again if again > (end - at) // 2 else end - at
        whole.take(piece, at, size, learnt)
        at += size
    return whole.judgement()


def _piece_end(blocks: Sequence[Block], at: int, most: int) -> int:
    chars = 0
    for end in range(at, min(at + most, len(blocks))):
        chars += len(blocks[end].text)
        if chars > PIECE_CHARS and end > at:
            return end
    return min(at + most, len(blocks))


class _Whole:
    """A page's judgement in the making, piece by piece."""

    def __init__(self, n: int) -> None:
        self.p = np.zeros((n, len(KINDS)))
        self.start = np.zeros(n)
        self.kept = np.zeros(n, bool)
        self.article = np.zeros(n, np.int64)
        self.piece, self.place = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.confidence: list[float] = []
        self.seen: list[_Seen] = []
        self.broken = False
        """Whether the last piece ended inside an article that was too long to be judged again."""

    def take(self, piece: _Piece, at: int, size: int, learnt: Weights) -> None:
        """Put in the first `size` blocks of the piece that begins at block `at`."""
        here = slice(at, at + size)
        self.p[here], self.start[here] = piece.p[:size], piece.start[:size]
        self.piece[here], self.place[here] = len(self.seen), np.arange(size)
        self.seen.append(piece.seen)
        inside, edge = learnt.decode.inside, learnt.decode.edge
        taken = [stretch for stretch in piece.stretches if stretch.lo < size]
        for stretch in taken:
            if not stretch.article:
                continue
            self._number(stretch, goes_on=self.broken and stretch.lo == 0)
            self.article[at + stretch.lo : at + stretch.hi] = len(self.confidence)
            kept = segments.keep_rows(piece.p, stretch.lo, stretch.hi, inside, edge)
            self.kept[at + stretch.lo : at + stretch.hi] = kept
        self.broken = taken[-1].article and size == len(piece.p)

    def _number(self, stretch: _Stretch, *, goes_on: bool) -> None:
        if goes_on:
            self.confidence[-1] = min(self.confidence[-1], stretch.confidence)
        else:
            self.confidence.append(stretch.confidence)

    def judgement(self) -> Judgement:
        """Freeze what was put in."""
        return Judgement(
            p_kept=self.p[:, 0] + self.p[:, 1],
            kind=self.p.argmax(1),
            p_start=self.start,
            kept=self.kept,
            article=self.article,
            confidence=np.array(self.confidence),
            _seen=tuple(self.seen),
            _piece=self.piece,
            _place=self.place,
        )


def _judge_piece(blocks: Sequence[Block], layout: Layout, learnt: Weights) -> _Piece:
    view = PageView(blocks, layout)
    names, x = block_features(view)
    wording = learnt.wording(view.chars, view.n)
    more_names, more = wording_features(wording)
    names, x = [*names, *more_names], np.concatenate([x, more], 1)
    p = softmax(learnt.block.forest.scores(x))
    rows = candidates(p[:, 0] + p[:, 1])
    cut_names, cut_x = boundary_features(view, names, x, p.astype(np.float32), rows)
    more_names, more = opening_features(wording[:, 1], rows)
    cut_names, cut_x = [*cut_names, *more_names], np.concatenate([cut_x, more], 1)
    q, second = _cut_scores(view, (rows, cut_names, cut_x), p, learnt)
    cuts = segments.cut_candidates(q)
    _, spans = segments.segment_features(view, rows, cut_names, cut_x, q.astype(np.float32), p, cuts)
    whole = softmax(learnt.seg.forest.scores(spans))
    start = np.zeros(view.n)
    start[rows] = q
    stretches = _decode(np.concatenate([rows, [view.n]]), cuts, whole, q, learnt)
    open_questions = (p[:, 0] + p[:, 1] < PLAIN) & (view.certain.sum(1) == 0)
    return _Piece(p, start, stretches, _Seen(learnt, (x, open_questions), (rows, second)))


def _cut_scores(view: PageView, cut: tuple[Array, list[str], Array], p: Array, learnt: Weights) -> tuple[Array, Array]:
    """Look twice at each row; return the scores and the second look's features."""
    rows, names, x = cut
    sure = sure_starts(view, rows)
    first = sigmoid(learnt.cut.forest.scores(x)[:, 0])
    first = np.where(sure, np.maximum(first, SURE), first)
    kept = p[:, 0] + p[:, 1]
    _, second = boundary_second(view, rows, names, x, first.astype(np.float32), kept)
    q = sigmoid(learnt.cut2.forest.scores(second)[:, 0])
    return np.where(sure, np.maximum(q, SURE), q), second


def _decode(edges: Array, cuts: Array, whole: Array, q: Array, learnt: Weights) -> tuple[_Stretch, ...]:
    """Return the stretches of the best segmentation; what stands before the first row belongs to the first."""
    d = learnt.decode
    path, kinds = segments.decode_sum(cuts, whole, q, d.weight, d.cost, d.junk)
    number = {pair: at for at, pair in enumerate(zip(*(side.tolist() for side in segments.pairs(cuts)), strict=True))}
    stretches = []
    for (a, b), article in zip(pairwise(path), kinds, strict=True):
        lo = 0 if a == 0 else int(edges[cuts[a]])
        stretches.append(_Stretch(lo, int(edges[cuts[b]]), article, float(whole[number[a, b], 1])))
    return tuple(stretches)
