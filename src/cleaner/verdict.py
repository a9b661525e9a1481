"""The one place where a mark becomes a verdict."""

from __future__ import annotations

from cleaner.model import KEPT_LABELS, Block, Label, LedgerEntry, Mark, Verdict

PLACE = 0.7
"""Score of a ruling by place in the article: measured on our own gold, about seven in ten are right where no rule speaks."""


def ruling(block: Block, mark: Mark) -> LedgerEntry:
    """Write a mark down as the verdict on a block that belongs to no article yet."""
    return LedgerEntry(block, _verdict(mark.label), mark.label, 0, mark.by, mark.score, mark.evidence)


def ruled_as(entry: LedgerEntry, label: Label, by: str, evidence: str) -> LedgerEntry:
    """Rule on a block again, keeping its article and what opened it."""
    return LedgerEntry(entry.block, _verdict(label), label, entry.article, by, PLACE, evidence, entry.opens)


def _verdict(label: Label) -> Verdict:
    return Verdict.KEPT if label in KEPT_LABELS else Verdict.REMOVED
