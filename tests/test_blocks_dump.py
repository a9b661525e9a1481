"""Flattened text into blocks: three layouts, true offsets, glue cut off."""

from __future__ import annotations

import itertools

import pytest
from conftest import PROJECT, rulebook
from hypothesis import given
from hypothesis import strategies as st

from cleaner.blocks.dump import dump_blocks
from cleaner.blocks.unglue import unglue
from cleaner.model import Layout
from cleaner.text import replay

SENTENCES = "The ferry was late again on Monday. " * 30


@pytest.mark.parametrize(
    ("text", "layout", "blocks"),
    [
        ("", Layout.BLANK, []),
        (" \n\n ", Layout.BLANK, []),
        ("One.\n\nTwo.\n\n\nThree.", Layout.BLANK, ["One.", "Two.", "Three."]),
        ("One.\r\n\r\nTwo.", Layout.BLANK, ["One.", "Two."]),
        ("One.\nTwo.\nThree.", Layout.NEWLINE, ["One.", "Two.", "Three."]),
        ("One.\rTwo.\rThree.", Layout.NEWLINE, ["One.", "Two.", "Three."]),
        (SENTENCES, Layout.LONG, ["The ferry was late again on Monday."] * 30),
        ("A paragraph of one line and no more.", Layout.NEWLINE, ["A paragraph of one line and no more."]),
    ],
)
def test_layouts(text, layout, blocks):
    found, made = dump_blocks(text)
    assert [b.text for b in made] == blocks
    assert found is layout or len(blocks) <= 1


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("…said that the cost of the damage to the port's infrastructure may", "deteriorate,” he stated."), True),
        (("The council said on Monday that it would vote on the plan in May.", "deteriorate,” he stated."), False),
        (("The council said on Monday that the plan for the old harbour wall", "Deteriorate,” he stated."), False),
        (("Short line", "and another"), False),
        (("The council said on Monday that the plan for the old harbour wall:", "first, it rains"), False),
    ],
)
def test_a_line_that_a_column_broke_is_joined(lines, joined):
    _, blocks = dump_blocks("\n".join(lines))
    assert (len(blocks) == 1) is joined


@given(st.text(alphabet="Ab .\n\r\t\u2028\u00a0é”1-", max_size=300))
def test_every_character_lies_in_exactly_one_block_at_its_offset(text):
    _, blocks = dump_blocks(text)
    covered = "".join(text[b.start : b.end] for b in blocks)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(replay(text[b.start : b.end], b.repairs) == b.text for b in blocks)
    assert all(a.end <= b.start for a, b in itertools.pairwise(blocks))


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "The mayor said on Monday that he would stay.Keep ReadingShow less",
            ["The mayor said on Monday that he would stay.", "Keep ReadingShow less"],
        ),
        (
            "“We will stay,” the mayor said on Monday. (VOA/KB)",
            ["“We will stay,” the mayor said on Monday.", "(VOA/KB)"],
        ),
        ("Read More »Council sells the old mill", ["Read More »", "Council sells the old mill"]),
        ("The librarian told them to read more", ["The librarian told them to read more"]),
        ("He swam in the sea (a pond, really)", ["He swam in the sea (a pond, really)"]),
        ("Keep Reading Show less", ["Keep Reading Show less"]),
    ],
)
def test_furniture_is_cut_off_a_paragraph(line, parts):
    _, blocks = dump_blocks(line)
    made = unglue(blocks, rulebook().view("en"), lambda b: line[b.start : b.end])
    assert [b.text for b in made] == parts
    assert [b.index for b in made] == list(range(len(parts)))
    assert [line[b.start : b.end] for b in made] == parts


@pytest.mark.parametrize("file", sorted((PROJECT / "raw").rglob("*.txt"))[::5], ids=lambda f: f.name)
def test_offsets_stay_true_through_cutting(file):
    text = file.read_bytes().decode("utf-8", "replace")
    _, blocks = dump_blocks(text)
    for block in unglue(blocks, rulebook().view(None), lambda b: text[b.start : b.end]):
        assert replay(text[block.start : block.end], block.repairs) == block.text
