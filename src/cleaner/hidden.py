"""What of an HTML page a browser does not show, or shows as the content of a field: certain marks, and no opinion of a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.model import Block, Label, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELD_TAG = "textarea"
HIDDEN = Mark(Label.OTHER, "html.hidden", 0.95, "display: none", certain=True)
FIELD = Mark(
    Label.OTHER, "html.field", 0.95, "what a field of a form holds, to be copied or written over", certain=True
)
MARKED_BY = frozenset({HIDDEN.by, FIELD.by})


def hide(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Leave a certain mark on what a browser does not show, or shows as the content of a field."""
    return tuple(replace(b, marks=(mark, *b.marks)) if (mark := _aside(b)) is not None else b for b in blocks)


def _aside(block: Block) -> Mark | None:
    if block.tag == FIELD_TAG:
        return FIELD
    return HIDDEN if block.markup is not None and block.markup.hidden else None
