"""Text that a page states in JSON-LD and shows nowhere: of pages that a browser fills in after loading.

Such a page's elements hold a menu and a notice at most. Its article stands in `articleBody`; each line of that is a block
whose path names the script, so that it can be traced like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.model import Block, Label, Mark, Markup
from cleaner.text import count_words, normal, repair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.model import Element, Hints

BY = "html.json_ld"
AGAIN = "html.restated"
FEWEST_AGAIN = 5
"""Words from which a shown line is known again in the stated text."""
FEWEST_WORDS = 60
"""Words of the stated body below which it is a teaser."""
SHOWN = 0.5
"""Share of the stated body's words that blocks show as running text; from so much on the page shows its article itself."""
PROSE_WORDS = 12
PATH = "/html//script[@type='application/ld+json']#articleBody"
"""Path of every such block; its offsets are those in the stated body."""
MARK = Mark(Label.BODY, BY, 0.9, "articleBody of the page's JSON-LD; the page itself shows no text", certain=True)


def stated_blocks(hints: Hints, blocks: Sequence[Block], outline: Sequence[Element]) -> list[Block]:
    """Return the stated body's lines as blocks where the page's own blocks hold too little of it, else none."""
    size = count_words(hints.body)
    if size < FEWEST_WORDS or SHOWN * size <= sum(n for b in blocks if (n := count_words(b.text)) >= PROSE_WORDS):
        return []
    markup = Markup(next((i for i, element in enumerate(outline) if element.tag == "body"), 0))
    found: list[Block] = []
    at = 0
    for line in hints.body.splitlines(keepends=True):
        start, end = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line)
        if start < end:
            text, repairs = repair(hints.body[start:end])
            index = len(blocks) + len(found)
            found.append(Block(index, text, start, end, PATH, "p", repairs=repairs, marks=(MARK,), markup=markup))
    return found


def mark_restated(shown: Sequence[Block], stated: Sequence[Block]) -> tuple[Block, ...]:
    """Leave a certain mark on what the page shows of a text that is taken from beside it: the text has it already."""
    if not stated:
        return tuple(shown)
    whole = f" {normal(' '.join(block.text for block in stated))} "
    mark = Mark(Label.OTHER, AGAIN, 0.9, "stands in the text that the page states in its data", certain=True)
    return tuple(block.marked(mark) if _is_in(block, whole) else block for block in shown)


def _is_in(block: Block, whole: str) -> bool:
    own = normal(block.text)
    return len(own.split()) >= FEWEST_AGAIN and f" {own.removesuffix('…')} " in whole
