"""A line that says a paragraph again and closes with a credit is a caption."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.copies import LEAST, mark_copies
from cleaner.model import Block, Label

PARAGRAPH = "The mill wheel at Garrow Bridge turned for the last time in the winter of 2009."


@pytest.mark.parametrize(
    ("line", "is_copy"),
    [
        (f"{PARAGRAPH} Reuters", True),
        (f"{PARAGRAPH} (AFP)", True),
        (f"{PARAGRAPH} – dpa", True),
        (f"{PARAGRAPH} Thomson Reuters Foundation", True),
        (PARAGRAPH, False),
        (f"{PARAGRAPH} Then it stopped.", False),
        (f"{PARAGRAPH[:-1]}, she told Reuters", False),
        ("Short line. Reuters", False),
    ],
)
def test_copies(line, is_copy):
    first, second = mark_copies([Block(0, PARAGRAPH), Block(1, line)])
    assert first.marks == ()
    assert [(m.label, m.by, m.certain) for m in second.marks] == [(Label.CAPTION, "cue.copy", True)] * is_copy


def test_a_credited_line_whose_paragraph_is_elsewhere_stays():
    (block,) = mark_copies([Block(0, f"{PARAGRAPH} Reuters")])
    assert block.marks == ()


@pytest.mark.parametrize(("characters", "is_copy"), [(LEAST - 1, False), (LEAST, True), (LEAST + 1, True)])
def test_the_shortest_paragraph_that_a_line_may_copy(characters, is_copy):
    paragraph = PARAGRAPH[:characters].replace(" ", "x")
    _, second = mark_copies([Block(0, paragraph), Block(1, f"{paragraph} AFP")])
    assert bool(second.marks) is is_copy


@given(st.lists(st.sampled_from([PARAGRAPH, f"{PARAGRAPH} AFP", "AFP"]) | st.text(max_size=60), max_size=8))
def test_no_text_changes_and_none_is_lost(lines):
    blocks = [Block(i, line) for i, line in enumerate(lines)]
    assert [(b.index, b.text) for b in mark_copies(blocks)] == list(enumerate(lines))
