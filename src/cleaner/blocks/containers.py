"""What is running text of one of the articles of an HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.shapes import shape_of

if TYPE_CHECKING:
    from cleaner.model import Block


TEASER_WORDS = 12
"""Words from which a block is running text, not a line."""
SHORT_WORDS = 5
"""Words from which a sentence may be all that a card has, beside longer ones that are built alike."""
LINKED = 0.5
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CARD_TAGS = frozenset({"div", "article", "section", "header", "footer", "address", "h1"})


def is_running(block: Block) -> bool:
    """Tell running text of an article on a page of several: there names and dates of cards stand between the texts."""
    shape = shape_of(block.text)
    in_text = shape.prose or shape.sentence or block.tag not in CARD_TAGS
    return block.link_density < LINKED and in_text
