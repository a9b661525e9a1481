"""First ruling on every block: what a certain rule says of it alone, else what the judge of the page says.

The judge is a learned engine, one for text dumps and one for HTML; it leaves one opinion on every block, as a mark like
any other. Rules give a removed line its label; the judge decides what is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cleaner.hidden import HIDDEN
from cleaner.learned import HTML_MODEL
from cleaner.model import KEPT_LABELS, TEXT_LABELS, Block, Label, LedgerEntry, Mark
from cleaner.shapes import shape_of
from cleaner.verdict import ruling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.rules import View

OVERRULES = 0.9
"""Score from which the judge keeps as text what a certain rule would remove: losing a paragraph is worse than keeping a
promo, and of what certain rules match on labelled pages 1.1 % is body."""
MARKUP_OVERRULES = 0.6
"""The same for HTML pages, whose engine sees markup and rules both. Of the blocks of labelled pages that a certain rule
matches and the engine, on pages it has not seen, calls text, 58 % are text; dates and share words above all (247 of 322)."""
FIRM = frozenset({Label.BYLINE, Label.CREDIT, Label.KEEP_READING, Label.AD, Label.COMMENTS, Label.OTHER, Label.LEGAL})
"""Of these the engine for HTML needs the higher score as well: of 70 such blocks that it calls text less surely, 21 are; of 7
legal notices 3, and a wall of consent has nothing else that looks like text."""
FIRM_ABROAD = frozenset({Label.NEWSLETTER, Label.PROMO, Label.RELATED, Label.CAPTION})
"""Of these it does where a pack of another language speaks than those of the engine's pages, 1,082 of 1,136 of which are English
or German: it sees the place of such a line, and knows none of its words."""
ABROAD = re.compile(r"\.(?:ar|el|es|fr|he|hi|it|ja|nl|pl|pt|ru|tr|zh)(?:_|$)")
"""In the id of a rule: its pack's language."""
CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}\b")
TIME_WORDS = 2

STATED = frozenset({"html.json_ld", "html.state", "html.restated"})
"""Certain of where a text comes from, not of what each of its lines is: rules come first."""
NAMES_NO_FURNITURE = TEXT_LABELS | {Label.DATELINE}
"""Labels of marks that do not say what a removed line is."""


def mark_blocks(blocks: Sequence[Block], view: View) -> tuple[Block, ...]:
    """Leave each rule's opinion on the blocks it matches, the most trusted first."""
    count = len(blocks)
    view.read(b.text for b in blocks)
    return tuple(b.marked(*view.marks(b.text, i, count)) for i, b in enumerate(blocks))


def settle(blocks: Sequence[Block], opinions: Sequence[Mark]) -> tuple[LedgerEntry, ...]:
    """Rule on every block, given the judge's opinion on each; the opinion stays with the block's other marks."""
    entries = [_rule_on(block.marked(opinion), opinion) for block, opinion in zip(blocks, opinions, strict=True)]
    if any(entry.by == HIDDEN.by for entry in entries):
        _unfold(entries, opinions, range(1, len(entries)), -1)
        _unfold(entries, opinions, range(len(entries) - 2, -1, -1), 1)
    return tuple(entries)


def _unfold(entries: list[LedgerEntry], opinions: Sequence[Mark], order: range, to: int) -> None:
    """Keep hidden text beside hidden text that is kept, as if it were shown: the rest of an article is folded away whole."""
    for i in order:
        near, opinion = entries[i + to], opinions[i]
        beside = near.label in TEXT_LABELS and any(m.by == HIDDEN.by for m in near.block.marks)
        if beside and entries[i].by == HIDDEN.by and opinion.label in TEXT_LABELS and opinion.score >= MARKUP_OVERRULES:
            entries[i] = ruling(entries[i].block, opinion)


def deciding(block: Block) -> Mark | None:
    """Return the certain mark that decides alone: the first in rulebook order, what the page's data say behind all rules."""
    certain = [m for m in block.marks if m.certain]
    return next((m for m in certain if m.by not in STATED), certain[0] if certain else None)


def _time_stamp(block: Block, opinion: Mark) -> Mark | None:
    """Return the mark of a line that is a date, in HTML the time of day, and nothing else: it looks like a heading."""
    if not any(m.label is Label.DATE for m in block.marks) or shape_of(block.text).words > TIME_WORDS:
        return None
    if opinion.by == HTML_MODEL and CLOCK.match(block.text) is None:
        return None
    return next(m for m in sorted(block.marks, key=lambda m: m.label in KEPT_LABELS) if m.label not in TEXT_LABELS)


def _needed(block: Block, certain: Mark, opinion: Mark) -> float:
    """Return the score from which the judge's opinion keeps what a certain mark would remove.

    What a rule cut off a paragraph stands in the paragraph's element, which makes it look like text: the higher score. So does
    what a browser does not show: of it 63 % are text where the engine says so.
    """
    if opinion.by != HTML_MODEL or certain.by == HIDDEN.by or certain.label in FIRM or block.glued:
        return OVERRULES
    return OVERRULES if certain.label in FIRM_ABROAD and ABROAD.search(certain.by) else MARKUP_OVERRULES


def _rule_on(block: Block, opinion: Mark) -> LedgerEntry:
    if len(block.marks) == 1:  # three blocks of five: nobody but the judge has an opinion on them
        return ruling(block, opinion)
    is_text = opinion.label in TEXT_LABELS
    certain = deciding(block) or _time_stamp(block, opinion)
    if certain is not None and certain.label in TEXT_LABELS:
        return ruling(block, certain)
    if certain is not None and not (is_text and opinion.score >= _needed(block, certain, opinion) and certain.certain):
        return ruling(block, certain)
    if is_text:
        return ruling(block, opinion)
    # in HTML a byline that is only likely is mostly the name of the site
    unnamed = KEPT_LABELS if opinion.by == HTML_MODEL else NAMES_NO_FURNITURE
    named = next((m for m in block.marks if m is not opinion and m.label not in unnamed), None)
    if opinion.label in KEPT_LABELS and (named is None or named.label not in KEPT_LABELS):
        return ruling(block, opinion)
    return ruling(block, named or opinion)
