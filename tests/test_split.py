"""Where articles begin, and what stands at their heads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Block, Label, Mark, Segment
from cleaner.split import CUT, WEIGHTS, name_heads, segments, split, weigh
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
    Label.OTHER: "The mill is sold",
}


def entry(label, text=None, *, by=None, **block):
    text = text or TEXTS.get(label, "Some words")
    return ruling(Block(block.pop("index", 0), text, **block), Mark(label, by or f"{label}.test", 0.98))


def page(*parts, **block):
    """Make entries of labels, or of (label, text)."""
    pairs = [part if isinstance(part, tuple) else (part, None) for part in parts]
    return [entry(label, text, index=i, **block) for i, (label, text) in enumerate(pairs)]


# Weighing


@pytest.mark.parametrize(
    ("between", "score", "evidence"),
    [
        ([], 0.0, ""),
        ([Label.PROMO], 0.0, ""),
        ([Label.RELATED, Label.AD, Label.NAV, Label.SHARE], 0.0, ""),
        ([Label.CAPTION], 0.3, "caption.test"),
        ([Label.DATE], 0.2, "date"),
        ([Label.HEADING], 0.45, "headline"),
        ([Label.OTHER], 0.45, "headline"),
        ([(Label.OTHER, "***")], 0.0, ""),
        ([(Label.HEADING, "Climate")], 0.0, ""),
        ([Label.KEEP_READING], 0.75, "keep_reading.test"),
        ([Label.KEEP_READING, Label.KEEP_READING], 0.75, "keep_reading.test"),
        ([Label.TAGS, Label.CREDIT], 0.65, "tags.test, credit.test"),
        ([Label.AGENCY, Label.TAGS, Label.CREDIT], 0.825, "agency.test, tags.test, credit.test"),
        ([Label.HEADING, Label.BYLINE], 0.725, "headline, byline"),
        ([(Label.OTHER, "■ Mill")], 0.9, "item mark"),
    ],
)
def test_cues_between_two_paragraphs(between, score, evidence):
    cue = weigh(page(*between), entry(Label.BODY), dateline=False)
    assert cue.score == pytest.approx(score)
    assert cue.evidence == evidence


@pytest.mark.parametrize(
    ("text", "dateline", "score", "evidence"),
    [
        (PROSE, False, 0.0, ""),
        (PROSE, True, 0.75, "dateline"),
        (f"■ {PROSE}", False, 0.9, "item mark"),
        (f"■ {PROSE}", True, 0.975, "dateline, item mark"),
    ],
)
def test_cues_of_the_opening_paragraph(text, dateline, score, evidence):
    cue = weigh([], entry(Label.BODY, text), dateline=dateline)
    assert (cue.score, cue.evidence) == (pytest.approx(score), evidence)


@pytest.mark.parametrize("label", sorted(WEIGHTS))
def test_only_a_marker_cuts_alone(label):
    cue = weigh([entry(label, "word")], entry(Label.BODY), dateline=False)
    assert (cue.score >= CUT) == (label is Label.KEEP_READING)


CUES = st.lists(st.sampled_from([entry(label) for label in Label if label is not Label.BODY]), max_size=6)


@given(CUES, CUES, st.booleans())
def test_more_cues_never_weigh_less(some, more, dateline):
    few = weigh(some, entry(Label.BODY), dateline=dateline)
    many = weigh([*some, *more], entry(Label.BODY), dateline=dateline)
    assert 0 <= few.score <= many.score <= 1
    assert weigh([*more, *some], entry(Label.BODY), dateline=dateline).score == pytest.approx(many.score, abs=0.0011)


# Cutting


@pytest.mark.parametrize(
    ("parts", "numbers"),
    [
        ([], ""),
        ([Label.NAV, Label.PROMO], "00"),
        ([Label.BODY, Label.BODY], "11"),
        ([Label.NAV, Label.BODY, Label.BODY, Label.SHARE], "0111"),
        ([Label.OTHER, Label.BYLINE, Label.BODY], "111"),
        ([Label.BODY, Label.HEADING, Label.BODY], "111"),
        ([Label.BODY, Label.PROMO, Label.BODY], "111"),
        ([Label.BODY, Label.KEEP_READING, Label.BODY], "112"),
        ([Label.BODY, Label.KEEP_READING, Label.CAPTION, Label.BODY], "1122"),
        ([Label.BODY, Label.OTHER, Label.BYLINE, Label.BODY], "1222"),
        ([Label.BODY, Label.AGENCY, Label.TAGS, Label.CREDIT, Label.OTHER, Label.BODY], "111222"),
        ([Label.BODY, (Label.BODY, f"■ {PROSE}"), (Label.BODY, f"■ {PROSE}")], "123"),
    ],
)
def test_articles_are_numbered(parts, numbers):
    found = split(page(*parts))
    assert "".join(str(e.article) for e in found) == numbers
    first = {number: i for i, number in reversed(list(enumerate(numbers))) if number != "0"}
    assert {i for i, e in enumerate(found) if e.opens} == set(first.values())


def dated(*texts):
    mark = Mark(Label.DATELINE, "dateline.test", 0.6)
    return [entry(Label.BODY, text, index=i, marks=(mark,) if "—" in text else ()) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        ([f"OBAN — {PROSE}", PROSE], "11"),
        ([PROSE, f"OBAN — {PROSE}"], "11"),
        ([f"OBAN — {PROSE}", PROSE, f"MALLAIG — {PROSE}"], "112"),
    ],
)
def test_datelines_open_articles_where_there_are_several(texts, numbers):
    assert "".join(str(e.article) for e in split(dated(*texts))) == numbers


@pytest.mark.parametrize(
    ("containers", "numbers"),
    [
        ([None, None], "11"),
        ([1, 1, 2, 2], "1122"),
        ([1, 2, 3], "123"),
    ],
)
def test_markup_is_cut_at_its_containers_alone(containers, numbers):
    entries = [
        entry(Label.BODY, index=i, path=f"/html/body/p[{i}]#1", container=container)
        for i, container in enumerate(containers)
    ]
    assert "".join(str(e.article) for e in split(entries)) == numbers


def test_markup_of_one_document_is_not_cut_by_cues():
    entries = page(Label.BODY, Label.KEEP_READING, Label.BODY, path="/html/body/p#1")
    assert [e.article for e in split(entries)] == [1, 1, 1]


def test_a_segment_is_as_sure_as_its_weaker_edge():
    found = segments(split(page(Label.BODY, Label.KEEP_READING, Label.BODY)))
    assert [(s.opened.by, s.confidence) for s in found] == [("page.start", 0.75), ("cues", 0.75)]
    assert [[e.block.index for e in s.entries] for s in found] == [[0, 1], [2]]
    assert [s.confidence for s in segments(split(page(Label.BODY)))] == [1.0]


@given(st.lists(st.sampled_from(Label), max_size=20))
def test_cutting_loses_nothing(labels):
    entries = page(*labels)
    found = split(entries)
    assert [replace(e, article=0, opens=None) for e in found] == entries
    numbers = [e.article for e in found]
    assert numbers == sorted(numbers)
    inside = tuple(e for segment in segments(found) for e in segment.entries)
    assert inside == tuple(e for e in found if e.article)
    assert bool(inside) == (Label.BODY in labels)


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
