from __future__ import annotations

import io
import json
import string
from dataclasses import replace

import pytest
import review_samples as samples
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from cleaner.errors import Reason
from cleaner.model import Label, Paragraph, Verdict
from cleaner.review import explain, jsonl, markdown, snapshot
from cleaner.review.wording import opening, visible

WIDTHS = (80, 120, 200)
KEYS = [
    "source",
    "position",
    "title",
    "dek",
    "authors",
    "published_at",
    "modified_at",
    "site",
    "url",
    "language",
    "section",
    "agency",
    "tags",
    "image",
    "licence",
    "access",
    "truncated",
    "headings",
    "text",
    "paragraphs",
    "confidence",
]


def drawn(renderable: RenderableType, width: int = 200, **options) -> str:
    console = Console(width=width, file=io.StringIO(), **({"no_color": True} | options))
    console.print(renderable)
    return console.file.getvalue()


def squeezed(text: str) -> str:
    return "".join(text.split())


# The ledger in the terminal


@pytest.mark.parametrize("width", WIDTHS)
def test_every_block_is_drawn_whole_and_fits(width: int) -> None:
    page = drawn(explain.render(samples.CLEANED), width)
    assert max(cell_len(line) for line in page.splitlines()) <= width
    if width == 200:
        for entry in samples.LEDGER:
            for word in visible(entry.block.text).split():
                assert word in page


@pytest.mark.parametrize("width", WIDTHS)
def test_blocks_stand_in_order_with_sign_and_label(width: int) -> None:
    page = drawn(explain.render(samples.CLEANED), width)
    rows = [line.split() for line in page.splitlines() if line[:2].strip().isdigit()]
    assert [row[:4] for row in rows] == [
        [str(e.block.index), str(e.article), "+" if e.verdict is Verdict.KEPT else "-", e.label] for e in samples.LEDGER
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_rule_and_score_of_every_block_are_named(width: int) -> None:
    page = drawn(explain.render(samples.CLEANED), width)
    for entry in samples.LEDGER:
        assert f"{entry.by} {entry.score:.2f}" in page


def test_boundaries_are_ruled_lines() -> None:
    lines = drawn(explain.render(samples.CLEANED), 80).splitlines()
    ruled = [line for line in lines if line.startswith("──")]
    assert ruled[1].startswith("── article 2 opens: keep_reading.show_less (0.98) “Keep ReadingShow less” ──")
    assert len(ruled) == 2


def test_a_boundary_is_cut_where_it_is_too_long() -> None:
    first = replace(samples.LEDGER[1], opens=replace(samples.LEDGER[1].opens, evidence="words " * 40))
    page = drawn(explain.render(replace(samples.CLEANED, ledger=(first,))), 80)
    line = next(line for line in page.splitlines() if line.startswith("──"))
    assert cell_len(line) == 80
    assert "… ──" in line


def test_notes_tell_repairs_glue_and_lost_opinions() -> None:
    page = drawn(explain.render(samples.CLEANED), 300)
    assert "repaired: mojibake, whitespace" in page
    assert "(the whole line); cut off the block before" in page
    assert "also: caption.long 0.40 (caption)" in page


def test_the_match_is_highlighted_in_the_text() -> None:
    page = drawn(explain.render(samples.CLEANED), no_color=False, force_terminal=True, color_system="standard")
    line = next(line for line in page.splitlines() if "LinkedIn" in line)
    assert "Follow The Quay on\x1b[0m" in line  # found whatever its case
    assert "\x1b[1;2;4;31mFollow" in line


def test_what_a_terminal_would_obey_is_written_out() -> None:
    page = drawn(explain.render(samples.CLEANED))
    assert r"LinkedIn\u200b and \u001b[31mFacebook." in page
    assert r"38 million\u00a0euros" in page
    assert "[bold]Night buses[/bold]" in page


def test_ascii_terminals_get_ascii_rules() -> None:
    raw = io.BytesIO()
    console = Console(width=80, file=io.TextIOWrapper(raw, "ascii", "replace", write_through=True))
    console.print(explain.render(samples.CLEANED))
    assert b"\n-- article 2 opens" in raw.getvalue()


def test_one_article_with_the_boundaries_of_its_neighbours() -> None:
    page = drawn(explain.render(samples.CLEANED, 2))
    assert "Night buses" in page
    assert "article 1 opens" in page
    assert "Mireille" not in page
    assert "All rights reserved" not in page


def test_between_the_blocks_of_an_article_nothing_is_left_out() -> None:
    ledger = tuple(replace(e, article=0) if e.block.index == 5 else e for e in samples.LEDGER)
    assert "A bridge by 2031" in drawn(explain.render(replace(samples.CLEANED, ledger=ledger), 1))


def test_an_article_that_is_not_there_is_said_so() -> None:
    assert "There is no article 7: this page gave 2." in drawn(explain.render(samples.CLEANED, 7))


def test_a_rejection_stands_on_top() -> None:
    page = drawn(explain.render(samples.NOTHING))
    assert page.startswith("rejected: no-body  2 blocks, none of them the body of an article")
    assert "nav.section" in page


def test_a_traceback_keeps_its_lines() -> None:
    crash = replace(samples.REJECTED, reason=Reason.CRASH, detail="Traceback:\n  here\n  \x1b[2J")
    page = drawn(explain.render(replace(samples.NOTHING, rejected=(crash,))))
    assert page.startswith("rejected: crash  Traceback:\n  here\n  \\u001b[2J")


@pytest.mark.parametrize("width", WIDTHS)
def test_metadata_names_winners_sources_and_losers(width: int) -> None:
    page = squeezed(drawn(explain.metadata(samples.CLEANED), width))
    assert "Ana Ruiz; Bo Li  (byline 0.80)".replace(" ", "") in page
    assert "notFerries(title0.30)" in page
    assert "notStaff(meta0.20)" in page
    assert "yes,bykeep_reading.show_less(text0.98)" in page


def test_many_losers_are_counted() -> None:
    others = tuple(replace(samples.FERRY.candidates[2], value=f"title {n}") for n in range(25))
    article = replace(samples.FERRY, candidates=others)
    assert "… and 5 more" in drawn(explain.metadata(replace(samples.CLEANED, articles=(article,))))


@given(st.text(), st.text(), st.sampled_from(WIDTHS))
def test_no_text_breaks_the_drawing(text: str, evidence: str, width: int) -> None:
    first = samples.LEDGER[1]
    entry = replace(first, block=replace(first.block, text=text), evidence=evidence)
    page = drawn(explain.render(replace(samples.CLEANED, ledger=(entry,))), width)
    page.encode("utf-8")
    assert squeezed(visible(text)) in squeezed(page) or width < explain.WIDE or len(text) > 20


# Records


def test_the_contract_has_these_keys_in_this_order() -> None:
    assert list(jsonl.record(samples.FERRY, samples.PAGE)) == KEYS


def test_a_record_says_what_the_article_says() -> None:
    found = json.loads(jsonl.line(samples.FERRY, samples.PAGE))
    assert found["source"] == samples.PAGE.source
    assert found["confidence"] == 0.9833
    assert found["headings"] == ["A bridge by 2031"]
    assert found["text"].count("\n\n") == 2
    cut = [(p["kind"], p["level"], found["text"][p["start"] : p["end"]]) for p in found["paragraphs"]]
    assert cut == [(p.kind, p.level, p.text) for p in samples.FERRY.paragraphs]


@pytest.mark.parametrize("confidence", [float("nan"), float("inf")])
def test_a_confidence_that_is_no_number_is_null(confidence: float) -> None:
    assert json.loads(jsonl.line(replace(samples.FERRY, confidence=confidence), samples.PAGE))["confidence"] is None


ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
AWKWARD = st.one_of(ANY_TEXT, st.sampled_from(["\ud83d\ude00", "a\ud800b", "\udc00", "x\u2028y\x85z", "\\u00a0", '"']))


@given(AWKWARD)
def test_a_line_is_one_line_of_json_that_utf8_can_hold(title: str) -> None:
    line = jsonl.line(replace(samples.FERRY, title=title), samples.PAGE)
    line.encode("utf-8")
    assert len(line.splitlines()) == 1
    found = json.loads(line)["title"]
    if title.isprintable() and title.isascii():
        assert found == title


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("\ud83d\ude00", "😀"),
        ("a\ud800b", "a\ufffdb"),
        ("\udc00", "\ufffd"),
        ("é “x”", "é “x”"),
        ("a\u2028b", "a\u2028b"),
    ],
)
def test_halves_of_characters_are_made_safe(title: str, written: str) -> None:
    assert json.loads(jsonl.line(replace(samples.FERRY, title=title), samples.PAGE))["title"] == written


def test_markdown_reads_as_an_article() -> None:
    article = replace(samples.FERRY, dek="She sails again.", agency="AFP", paragraphs=samples.FERRY.paragraphs[1:])
    assert markdown.plain(article) == (
        "# The Ferry That Would Not Retire\n\n*She sails again.*\n\n"
        "Ana Ruiz · Bo Li · 2026-03-01T07:40:00+01:00 · AFP · The Quay · <https://quay.example/ferry>\n\n"
        "## A bridge by 2031\n\n"
        "The bridge that is to replace her costs 38 million\u00a0euros and has no date for its first pile.\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# no heading", r"\# no heading"),
        ("1. no list", r"1\. no list"),
        ("2026. That was the year", r"2026\. That was the year"),
        ("3.5 million", "3.5 million"),
        ("- no item", r"\- no item"),
        ("*stars* and [brackets] <b>", r"\*stars\* and \[brackets\] \<b>"),
        ("two\nlines", "two lines"),
    ],
)
def test_markdown_takes_text_for_text(text: str, written: str) -> None:
    article = replace(samples.BUSES, site=None, paragraphs=(Paragraph(text, Label.BODY, 0),))
    assert markdown.plain(article) == written + "\n"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_has_a_row_an_article_and_one_a_rejection(width: int) -> None:
    page = drawn(jsonl.table([samples.CLEANED, samples.NOTHING, samples.REJECTED]), width)
    lines = [line.split() for line in page.splitlines()]
    assert max(cell_len(line) for line in page.splitlines()) <= width
    assert [line[0] for line in lines if line[0] in {"1", "2"}] == ["1", "2"]
    assert page.count("rejected, no-body") == 2
    assert page.count(samples.PAGE.source) == 3
    assert "2026-03-01" in page.split("\n", 2)[2]
    assert "Two buses will wait" in page


# Snapshots


def test_a_snapshot_has_one_line_a_block_in_order() -> None:
    lines = snapshot.page_markdown(samples.CLEANED).split("\n")
    blocks = [line for line in lines if " | " in line]
    assert [line.split(" | ", 1)[1] for line in blocks] == [visible(e.block.text) for e in samples.LEDGER]
    assert "- [credit.stock] credit | Unsplash" in blocks
    assert "  1 heading | A bridge by 2031" in blocks
    assert "- [keep_reading.show_less] keep_reading (glued) | Keep ReadingShow less" in blocks
    assert any(line.startswith("  1 body (mojibake) | ") for line in blocks)


def test_a_snapshot_tells_counts_fields_and_boundaries() -> None:
    text = snapshot.page_markdown(samples.CLEANED)
    assert "blocks    13: 7 kept, 6 removed\n" in text
    assert "    authors       Ana Ruiz; Bo Li  (byline)\n" in text
    assert "\n── article 2 opens: keep_reading.show_less (0.98) “Keep ReadingShow less” ──\n" in text


def test_a_snapshot_of_a_rejected_page_tells_why() -> None:
    line = "rejected: no-body | 2 blocks, none of them the body of an article\n"
    assert line in snapshot.page_markdown(samples.NOTHING)
    assert line in snapshot.rejected_markdown(samples.REJECTED)


def test_an_article_without_a_block_does_not_hide() -> None:
    assert "article 2 has no block" in snapshot.page_markdown(replace(samples.CLEANED, ledger=samples.LEDGER[:8]))


def test_records_keep_paragraphs_and_sources_and_round_scores() -> None:
    first, second = snapshot.records(samples.CLEANED)
    assert first["confidence"] == 0.98
    assert first["sources"] == {
        "title": ["line"],
        "authors": ["byline"],
        "published_at": ["json-ld"],
        "site": ["landing"],
        "truncated": ["text"],
    }
    assert second["paragraphs"] == ["Two buses will wait at the slip after dark."]
    assert "text" not in first


PRINTABLE = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | PRINTABLE
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(string.ascii_lowercase, min_size=2).map("k_".__add__), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_the_yaml_of_snapshots_is_yaml(value: object) -> None:
    written = snapshot.yaml(value)
    assert yaml.safe_load(written) == value
    assert written.splitlines() == written.removesuffix("\n").split("\n")


def test_yaml_never_folds() -> None:
    assert snapshot.yaml(["word " * 100]).count("\n") == 1


# Wording


@given(AWKWARD)
def test_what_is_visible_is_one_line_that_utf8_can_hold(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1


def test_a_segment_that_gave_no_article_is_named_so() -> None:
    mark = samples.LEDGER[1].opens
    assert opening(0, mark) == "opens, but gives no article: page.start (1.00) “first article of the page”"
