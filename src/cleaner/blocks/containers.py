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


HIDDEN = Mark(Label.OTHER, "html.hidden", 0.95, "display: none", certain=True)
FIELD = Mark(
    Label.OTHER, "html.field", 0.95, "what a field of a form holds, to be copied or written over", certain=True
)


def hide(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Leave a certain mark on what a browser does not show, or shows as the content of a field."""
    return tuple(replace(b, marks=(mark, *b.marks)) if (mark := _aside(b)) is not None else b for b in blocks)


def _aside(block: Block) -> Mark | None:
    if block.tag == "textarea":
        return FIELD
    return HIDDEN if block.markup is not None and block.markup.hidden else None


def is_running(block: Block) -> bool:
    """Tell running text of an article on a page of several: there names and dates of cards stand between the texts."""
    shape = shape_of(block.text)
    in_text = shape.prose or shape.sentence or block.tag not in CARD_TAGS
    return block.link_density < LINKED and in_text
