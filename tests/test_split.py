"""Which blocks are an article's, and what stands at its head."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Block, Label, Mark, Segment
from cleaner.split import name_heads, segments, split
from cleaner.verdict import ruling

PROSE = "The council voted on Tuesday to sell the old mill to a cooperative of forty families."
TEXTS = {
    Label.BODY: PROSE,
    Label.KEEP_READING: "Keep Reading Show less",
    Label.BYLINE: "By Ana Ruiz",
    Label.DATE: "2 March 2026",
    Label.CAPTION: "A ferry in the harbour. Pixabay",
    Label.CREDIT: "Pixabay",
    Label.HEADING: "The mill is sold",
    Label.TITLE: "The mill is sold",
    Label.OTHER: "The mill is sold",
}
START = Mark(Label.BODY, "judge", 0.9)


def entry(label, text=None, *, by=None, **block):
    text = text or TEXTS.get(label, "Some words")
    return ruling(Block(block.pop("index", 0), text, **block), Mark(label, by or f"{label}.test", 0.98))


def page(*parts, **block):
    """Make entries of labels, or of (label, text)."""
    pairs = [part if isinstance(part, tuple) else (part, None) for part in parts]
    return [entry(label, text, index=i, **block) for i, (label, text) in enumerate(pairs)]


B, T, K, C = Label.BODY, Label.TITLE, Label.KEEP_READING, Label.CREDIT


@pytest.mark.parametrize(
    ("parts", "starts", "numbers"),
    [
        ([], (), ""),
        ([Label.NAV, Label.PROMO], (), "00"),
        ([B, B], (0,), "11"),
        ([Label.NAV, B, B, Label.SHARE], (1,), "0111"),
        ([Label.NAV, T, Label.BYLINE, B], (3,), "0111"),
        ([B, K, B], (0, 2), "112"),
        ([B, K, Label.CAPTION, B], (0, 3), "1122"),
        ([B, T, B], (0, 2), "122"),
        ([B, Label.AGENCY, Label.TAGS, C, Label.OTHER, B], (0, 5), "111222"),
        ([B, C, T, B], (0, 2), "1222"),
        ([B, B, B], (0, 1, 2), "123"),
        ([T, B, B], (0, 1), "122"),
    ],
)
def test_articles_take_in_their_heads(parts, starts, numbers):
    found = split(page(*parts), dict.fromkeys(starts, START))
    assert "".join(str(e.article) for e in found) == numbers
    first = {number: i for i, number in reversed(list(enumerate(numbers))) if number != "0"}
    assert {i for i, e in enumerate(found) if e.opens} == set(first.values())


def test_segments_hold_their_entries_and_how_sure_they_are():
    found = segments(split(page(Label.NAV, B, K, B), {1: START, 3: START}), (0.9, 0.75))
    assert [[e.block.index for e in s.entries] for s in found] == [[1, 2], [3]]
    assert [s.confidence for s in found] == [0.9, 0.75]


@given(st.lists(st.tuples(st.sampled_from(Label), st.booleans()), max_size=20))
def test_cutting_loses_nothing(lines):
    entries = page(*(label for label, _ in lines))
    starts = {i: START for i, (_, opens) in enumerate(lines) if opens}
    found = split(entries, starts)
    assert [replace(e, article=0, opens=None) for e in found] == entries
    numbers = [e.article for e in found]
    assert numbers == sorted(numbers)
    assert max(numbers, default=0) == len(starts)
    inside = [e for segment in segments(found, [1.0] * len(starts)) for e in segment.entries]
    assert inside == [e for e in found if e.article]


# Heads


def heads(*parts, tags=None):
    entries = page(*parts)
    if tags:
        entries = [replace(e, block=replace(e.block, tag=tag)) for e, tag in zip(entries, tags, strict=True)]
    named = name_heads(Segment(tuple(entries), Mark(Label.BODY, "page.start", 1.0), 1.0))
    assert [e.block for e in named.entries] == [e.block for e in entries]
    return " ".join(e.label for e in named.entries)


DEK = "It had stood empty for nine years."
LONG_DEK = "It had stood empty for nine years, and nobody knew who held the key to it."
LONGER = "The mill is sold to a cooperative of forty families"


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ([Label.BODY], "body"),
        ([Label.OTHER, Label.BODY], "title body"),
        ([Label.HEADING, Label.BODY, Label.HEADING, Label.BODY], "title body heading body"),
        ([(Label.OTHER, "Climate"), Label.OTHER, Label.BODY], "other title body"),
        ([Label.OTHER, (Label.BODY, DEK), Label.BYLINE, Label.BODY], "title dek byline body"),
        ([Label.OTHER, (Label.BODY, DEK), Label.BODY], "title body body"),
        ([Label.OTHER, (Label.BODY, LONG_DEK), Label.BYLINE, Label.BODY], "title dek byline body"),
        ([Label.TITLE, (Label.BODY, LONG_DEK), Label.BYLINE], "title body byline"),
        ([Label.HEADING, Label.OTHER, Label.BODY], "other title body"),
        ([(Label.OTHER, LONGER), Label.OTHER, Label.BODY], "title other body"),
        ([Label.TITLE, Label.OTHER, Label.BODY], "title other body"),
        ([Label.OTHER, Label.CREDIT, Label.BODY, Label.OTHER], "title credit body other"),
        ([Label.CAPTION, Label.CREDIT, Label.BODY], "caption credit body"),
    ],
)
def test_heads_are_named_by_place(parts, wanted):
    assert heads(*parts) == wanted


def test_the_first_rank_of_heading_is_the_title():
    parts = [Label.OTHER, (Label.OTHER, "More of the words than the title has by far"), Label.BODY]
    assert heads(*parts, tags=["h1", "p", "p"]) == "title other body"
