"""First ruling on blocks: what rules say, what context says, and the best way through the whole page."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from conftest import rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.label import LIKELY_LONGEST, SWITCH, deciding, decode, dump_emission, mark_blocks, settle
from cleaner.model import KEPT_LABELS, Block, Label, Mark, Verdict
from cleaner.shapes import shape_of

PROSE = "The council voted on Tuesday to sell the old mill to a cooperative of forty families."
MORE = "Nobody would say what the repairs will cost, and the mayor's office did not answer letters."


def blocks(*texts):
    return [Block(i, text) for i, text in enumerate(texts)]


def labels(*texts):
    return [e.label for e in settle(mark_blocks(blocks(*texts), rulebook().view("en")))]


# The best way through the page


def worth(scores, states):
    switches = sum(a != b for a, b in pairwise(states))
    return sum(s if inside else -s for s, inside in zip(scores, states, strict=True)) - SWITCH * switches


@given(st.lists(st.floats(-4, 4, width=16), max_size=8))
def test_decoding_finds_the_best_of_all_ways(scores):
    best = max(worth(scores, states) for states in product([False, True], repeat=len(scores)))
    assert worth(scores, decode(scores)) == pytest.approx(best)


@given(st.lists(st.floats(-4, 4, width=16), max_size=40))
def test_decoding_answers_for_every_block(scores):
    states = decode(scores)
    assert len(states) == len(scores)
    assert all(isinstance(state, bool) for state in states)


@pytest.mark.parametrize(
    ("scores", "states"),
    [
        ([], ""),
        ([2.0], "+"),
        ([-0.6], "-"),
        ([2.0, -0.6, 2.0], "+++"),
        ([-0.6, -0.6, 2.0, 2.0, -0.6, -0.6], "--++--"),
        ([2.0, *[-1.0] * 5, 2.0], "+-----+"),
        ([-1.0, -1.0, 0.6, -1.0, -1.0], "-----"),
        ([0.0, 0.0], "++"),
    ],
)
def test_decoding(scores, states):
    assert "".join("+" if s else "-" for s in decode(scores)) == states


# What a block alone says


@pytest.mark.parametrize(
    ("mark", "text", "sign"),
    [
        (None, PROSE, 1),
        (None, "She said no.", 1),
        (None, "Harbour news", -1),
        (Mark(Label.NAV, "nav.x", 1, certain=True), PROSE, -1),
        (Mark(Label.LEGAL, "legal.x", 1, certain=True), PROSE, -1),
        (Mark(Label.CAPTION, "caption.x", 1, certain=True), PROSE, 0),
        (Mark(Label.NAV, "nav.x", 0.6), PROSE, 1),
    ],
)
def test_emission_of_a_dump(mark, text, sign):
    score = dump_emission(Block(0, text, marks=(mark,) if mark else ()), shape_of(text))
    assert (score > 0) - (score < 0) == sign


def test_the_first_certain_mark_decides():
    likely, first, second = Mark(Label.AD, "a.x", 0.6), *(Mark(Label.NAV, f"b.{n}", 1, certain=True) for n in "12")
    assert deciding(Block(0, "x", marks=(likely, first, second))) is first
    assert deciding(Block(0, "x", marks=(likely,))) is None


# What the page says


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ([PROSE, MORE], "body body"),
        ([PROSE, "Relocated fighters", MORE], "body heading body"),
        ([PROSE, "She said:", MORE], "body body body"),
        ([PROSE, "Keep Reading Show less"], "body keep_reading"),
        ([PROSE, "Follow The Heron on Facebook to stay informed.", MORE], "body promo body"),
        ([PROSE, "“Follow the money,” auditors told the board.", MORE], "body body body"),
        ([PROSE, "ALSO READ: Five mills that became homes", MORE], "body related body"),
        (["By Tuesday Okoro", PROSE], "byline body"),
        ([PROSE, "(dpa)", "Wikimedia Commons"], "body agency credit"),
        (["Skip to content", "Log in", "Menu", PROSE, MORE], "nav nav nav body body"),
    ],
)
def test_rulings(texts, wanted):
    assert " ".join(labels(*texts)) == wanted


def test_a_likely_rule_does_not_remove_prose():
    doubt = Mark(Label.PROMO, "promo.x", 0.6)
    ruled = settle([Block(0, MORE), Block(1, PROSE, marks=(doubt,)), Block(2, MORE)])
    assert ruled[1].label is Label.BODY
    assert ruled[1].block.marks == (doubt,)


def test_a_likely_rule_removes_a_short_line_and_no_long_one():
    doubt = Mark(Label.PROMO, "promo.x", 0.6)
    long = " ".join(["word"] * (LIKELY_LONGEST + 1))
    ruled = settle([Block(0, MORE), Block(1, "Some words here", marks=(doubt,)), Block(2, long, marks=(doubt,))])
    assert [e.label for e in ruled[1:]] == [Label.PROMO, Label.BODY]


def test_a_ruling_names_who_made_it():
    by = [
        e.by for e in settle(mark_blocks(blocks(PROSE, "Wikimedia Commons", "Old ways", MORE), rulebook().view("en")))
    ]
    assert by == ["shape.prose", "credit.agency_alone", "shape.heading", "shape.prose"]


LINES = (
    st.sampled_from([PROSE, MORE, "Climate", "By Ana Ruiz", "Wikimedia Commons", "Read More »", "12", "…"]) | st.text()
)


@settings(deadline=None)  # the first page in all languages compiles all packs
@given(st.lists(LINES, max_size=12))
def test_every_block_is_ruled_once_and_keeps_its_marks(texts):
    marked = mark_blocks(blocks(*texts), rulebook().view(None))
    ruled = settle(marked)
    assert tuple(e.block for e in ruled) == marked
    assert all((e.verdict is Verdict.KEPT) == (e.label in KEPT_LABELS) for e in ruled)
    assert all(e.article == 0 and e.opens is None for e in ruled)
