"""Beginnings that are certain by form: wire briefs with their datelines, items with their marks.

What the engine learnt from has no such pages, and their form is as plain as a rule. Weighing further cues in the same way
(markers, bylines, credits, headlines between two paragraphs) was measured and left out: on pages with a site's whole
furniture three of ten of its cuts were false.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.model import Label, LedgerEntry, Mark
from cleaner.shapes import is_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FEWEST = 4
"""Datelines or item marks of a page from which on each of them begins an article: an article has one dateline."""
ITEM = Mark(Label.BODY, "cue.item_mark", 0.9, "one of several items, each with its mark")
DATELINE = Mark(Label.BODY, "cue.dateline", 0.8, "one of several paragraphs that open with a dateline")


def add_certain_starts(entries: Sequence[LedgerEntry], starts: Mapping[int, Mark]) -> dict[int, Mark]:
    """Return the starts with those that the form of the page makes certain."""
    text = [i for i, e in enumerate(entries) if e.label is Label.BODY]
    datelines = {i for i in text if any(m.label is Label.DATELINE for m in entries[i].block.marks)}
    marked = [i for i, e in enumerate(entries) if is_item(e.block.text)]
    items = {text[at] for i in marked if (at := bisect_left(text, i)) < len(text)}
    found = dict(starts)
    if max(len(items), len(datelines)) < FEWEST:
        return found
    for before, after in pairwise(text):
        if any(before < start <= after for start in starts):
            continue
        if len(items) >= FEWEST and after in items:
            found[after] = ITEM
        elif len(datelines) >= FEWEST and after in datelines:
            found[after] = DATELINE
    return found
