"""First ruling on every block: rules speak of the block alone, then the whole page is decoded into main content and furniture.

The decoding is a two-state chain (content, furniture) solved exactly over the page (Viterbi, 1967), as boilerplate
removal has been framed since Web2Text (Vogels et al., 2018); its scores are set by hand here, from the shapes of lines
and from the marks that rules and models left. A learned model needs only to leave a mark with its score: the same
decoding reads it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.model import KEPT_LABELS, Block, Label, LedgerEntry, Mark
from cleaner.shapes import Shape, shape_of
from cleaner.verdict import ruling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cleaner.rules import View

SWITCH = 2.2
"""Cost of going from content to furniture or back: a single short line between paragraphs does not pay it twice."""
PROSE = 2.0
SENTENCE = 0.6
SHORT = -0.6
PAGE_FURNITURE = -1.0
"""For a line that a certain rule calls navigation, comments, sharing, legal or newsletter: an article rarely goes on there."""
END_OF_CONTENT = frozenset({Label.NAV, Label.COMMENTS, Label.SHARE, Label.LEGAL, Label.NEWSLETTER})
HEAD_LINES = frozenset({Label.TITLE, Label.DEK, Label.BYLINE, Label.DATE})
"""Lines of an article's head that a likely rule may name where they are no paragraph and follow none: a bare name
between two paragraphs is a heading."""
LIKELY_LONGEST = 40
"""Words from which on a `likely` rule no longer removes a sentence: losing a paragraph is worse than keeping a promo."""


def mark_blocks(blocks: Sequence[Block], view: View) -> tuple[Block, ...]:
    """Leave each rule's opinion on the blocks it matches, the most trusted first."""
    count = len(blocks)
    return tuple(replace(b, marks=(*b.marks, *view.marks(b.text, i, count))) for i, b in enumerate(blocks))


def settle(blocks: Sequence[Block], emission: Callable[[Block, Shape], float] | None = None) -> tuple[LedgerEntry, ...]:
    """Rule on every block: kept as body or heading, kept as part of an article's head, or removed, and by whom."""
    shapes = [shape_of(b.text) for b in blocks]
    score = emission or dump_emission
    content = decode([score(b, s) for b, s in zip(blocks, shapes, strict=True)])
    return tuple(_rule_on(blocks, shapes, i, is_content=inside) for i, inside in enumerate(content))


def decode(scores: Sequence[float]) -> list[bool]:
    """Choose content (True) or furniture for each block so that the sum of scores less the switches is largest."""
    best = (0.0, 0.0)
    came: list[tuple[bool, bool]] = []
    for score in scores:
        stay_out, come_out = best[0], best[1] - SWITCH
        stay_in, come_in = best[1], best[0] - SWITCH
        came.append((come_out > stay_out, stay_in >= come_in))
        best = (max(stay_out, come_out) - score, max(stay_in, come_in) + score)
    state, states = best[1] >= best[0], []
    for from_out, from_in in reversed(came):
        states.append(state)
        state = from_in if state else from_out
    return states[::-1]


def dump_emission(block: Block, shape: Shape) -> float:
    """Score a dump's block as content: paragraphs for, short lines and furniture against."""
    mark = deciding(block)
    if mark is not None:
        return PAGE_FURNITURE if mark.label in END_OF_CONTENT else 0.0
    if shape.prose:
        return PROSE
    return SENTENCE if shape.sentence and shape.capital else SHORT


def deciding(block: Block) -> Mark | None:
    """Return the certain mark that decides alone: the first in rulebook order."""
    return next((m for m in block.marks if m.certain), None)


def _rule_on(blocks: Sequence[Block], shapes: Sequence[Shape], i: int, *, is_content: bool) -> LedgerEntry:
    block, shape = blocks[i], shapes[i]
    mark = deciding(block)
    if mark is None and not shape.prose:
        mark = next(
            (m for m in block.marks if not m.certain and m.label not in KEPT_LABELS and shape.words <= LIKELY_LONGEST),
            None,
        )
        mark = mark or next(
            (m for m in block.marks if m.label in HEAD_LINES and (i == 0 or not shapes[i - 1].prose)),
            None,
        )
    if mark is not None:
        return ruling(block, mark)
    if not is_content:
        return _furniture(block, shape)
    return ruling(block, _content_mark(blocks, shapes, i))


def _furniture(block: Block, shape: Shape) -> LedgerEntry:
    """Rule on a line that stands among furniture and that no rule knows."""
    if shape.prose:
        return ruling(
            block, Mark(Label.OTHER, "context.among_furniture", 0.6, f"{shape.words} words, furniture on both sides")
        )
    if shape.headline:
        return ruling(
            block,
            Mark(Label.OTHER, "context.headline_outside", 0.6, f"headline of {shape.words} words outside the text"),
        )
    return ruling(block, Mark(Label.NAV, "context.short_outside", 0.7, f"{shape.words} words outside the text"))


def _content_mark(blocks: Sequence[Block], shapes: Sequence[Shape], i: int) -> Mark:
    shape = shapes[i]
    if shape.prose:
        return Mark(
            Label.BODY, "shape.prose", 0.9, f"{shape.words} words" + (", ends a sentence" if shape.sentence else "")
        )
    if blocks[i].tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return Mark(Label.HEADING, "html.heading", 0.95, f"<{blocks[i].tag}>")
    following = next((s for b, s in zip(blocks[i + 1 :], shapes[i + 1 :], strict=False) if deciding(b) is None), None)
    if shape.heading and following is not None and (following.prose or following.sentence):
        return Mark(Label.HEADING, "shape.heading", 0.7, f"{shape.words} words, no end mark, a paragraph follows")
    return Mark(Label.BODY, "context.among_text", 0.7, "between paragraphs")
