"""What of an HTML page a browser does not show, and what is running text of one of its articles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.model import Block, Label, Mark
from cleaner.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence


TEASER_WORDS = 12
"""Words from which a block is running text, not a line."""
LINKED = 0.5
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CARD_TAGS = frozenset({"div", "article", "section", "header", "footer", "address", "h1"})


def hide(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Leave a certain mark on what a browser does not show."""
    mark = Mark(Label.OTHER, "html.hidden", 0.95, "display: none", certain=True)
    return tuple(replace(b, marks=(mark, *b.marks)) if b.markup is not None and b.markup.hidden else b for b in blocks)


def is_running(block: Block) -> bool:
    """Tell running text of an article on a page of several: there names and dates of cards stand between the texts."""
    shape = shape_of(block.text)
    in_text = shape.prose or shape.sentence or block.tag not in CARD_TAGS
    return block.link_density < LINKED and in_text
