"""Is it an article? Segments without a body go to quarantine, with their reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.errors import Reason
from cleaner.model import Label
from cleaner.shapes import shape_of

if TYPE_CHECKING:
    from cleaner.model import Segment

FEWEST_WORDS = 5
"""Words of body below which there is no article; the shortest real teasers seen have one sentence."""


def defect(segment: Segment) -> tuple[Reason, str] | None:
    """Return why a segment is no article, or None."""
    size = 0
    for entry in segment.entries:
        size += shape_of(entry.block.text).words if entry.label is Label.BODY else 0
        if size >= FEWEST_WORDS:
            return None
    return (
        Reason.NO_BODY,
        f"{size} words of body in {len(segment.entries)} blocks; at least {FEWEST_WORDS} are needed",
    )
