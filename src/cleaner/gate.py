"""Is it an article? Segments without a body go to quarantine, with their reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.errors import Reason
from cleaner.model import Label
from cleaner.text import words

if TYPE_CHECKING:
    from cleaner.model import Segment

FEWEST_WORDS = 5
"""Words of body below which there is no article; the shortest real teasers seen have one sentence."""


def defect(segment: Segment) -> tuple[Reason, str] | None:
    """Return why a segment is no article, or None."""
    size = sum(len(words(e.block.text)) for e in segment.entries if e.label is Label.BODY)
    if size < FEWEST_WORDS:
        return (
            Reason.NO_BODY,
            f"{size} words of body in {len(segment.entries)} blocks; at least {FEWEST_WORDS} are needed",
        )
    return None
