"""`3/4/2026`: the third of April, or of March? The page's other dates tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.dates import day_in_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.model import Candidate

DATES = frozenset({"published_at", "modified_at"})


def settle_day_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Read dates in digits the American way where the page does: where another of its dates says so, and none the contrary."""
    read = [day_in_digits(c.evidence) if c.field in DATES else None for c in candidates]
    doubtful = [i for i, found in enumerate(read) if found and found.other and candidates[i].value[:10] == found.day]
    if not doubtful or any(found and found.is_day_first for found in read):
        return list(candidates)
    certain = {c.value[:10] for c, found in zip(candidates, read, strict=True) if c.field in DATES and found is None}
    american = any(found and found.is_month_first for found in read)
    settled = list(candidates)
    for i in doubtful:
        found = read[i]
        if found and found.other and (american or (found.other in certain and found.day not in certain)):
            settled[i] = replace(candidates[i], value=found.other + candidates[i].value[10:])
    return settled
