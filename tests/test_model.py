"""The nouns."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from cleaner.model import KEPT_LABELS, Block, Kind, Label, LedgerEntry, Mark, Markup, Repair, Verdict

MARK = Mark(Label.CREDIT, "credit.agency", 0.98, "Pixabay", certain=True, value="Pixabay")
OTHER = Mark(Label.BODY, "model.text", 0.7)
BLOCK = Block(
    3,
    "Pixabay",
    10,
    17,
    "/html/p",
    "h2",
    0.5,
    1,
    True,
    Markup(1),
    (Repair("whitespace"),),
    (MARK,),
    Kind.QUOTE,
    2,
    7,
)
ENTRY = LedgerEntry(BLOCK, Verdict.REMOVED, Label.CREDIT, 1, "credit.agency", 0.98, "Pixabay", OTHER)


def test_the_samples_leave_no_field_at_its_default():
    bare = Block(0, "x")
    assert all(getattr(BLOCK, f.name) != getattr(bare, f.name) for f in fields(Block))


@pytest.mark.parametrize(
    ("written_out", "by_replace"),
    [
        (BLOCK.numbered(7), replace(BLOCK, index=7)),
        (BLOCK.marked(OTHER), replace(BLOCK, marks=(MARK, OTHER))),
        (BLOCK.of_kind(Kind.CODE, None, 8), replace(BLOCK, kind=Kind.CODE, level=None, line=8)),
        (ENTRY.placed(2, MARK), replace(ENTRY, article=2, opens=MARK)),
        (ENTRY.placed(0, None), replace(ENTRY, article=0, opens=None)),
    ],
)
def test_copies_that_are_written_out_leave_no_field_behind(written_out, by_replace):
    assert written_out == by_replace


def test_what_does_not_change_is_not_copied():
    assert (BLOCK.numbered(3), BLOCK.marked(), ENTRY.placed(1, OTHER)) == (BLOCK, BLOCK, ENTRY)
    assert BLOCK.numbered(3) is BLOCK
    assert BLOCK.marked() is BLOCK
    assert ENTRY.placed(1, OTHER) is ENTRY


def test_a_label_and_its_word_are_one_in_sets_too():
    assert "body" in KEPT_LABELS
    assert {Label.BODY: 1}["body"] == 1


@pytest.mark.parametrize(
    ("label", "kind", "level", "found"),
    [
        (Label.BODY, Kind.QUOTE, 2, (Kind.QUOTE, 2)),
        (Label.HEADING, Kind.HEADING, 3, (Kind.HEADING, 3)),
        (Label.HEADING, Kind.LIST_ITEM, 2, (Kind.HEADING, None)),
        (Label.TITLE, Kind.PARAGRAPH, None, (Kind.HEADING, None)),
    ],
)
def test_what_heads_a_text_is_a_heading_however_it_is_marked_up(label, kind, level, found):
    entry = replace(ENTRY, label=label, block=replace(BLOCK, kind=kind, level=level))
    assert (entry.kind, entry.level) == found
