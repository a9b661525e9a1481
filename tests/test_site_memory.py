"""From what recurs on a site to a pack of rules: drafted from the warehouse, heeded by the cleaner."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from conftest import rulebook
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner
from warehouse_samples import outcome, running, staged

from cleaner.clean import clean_page
from cleaner.cli import app
from cleaner.model import Cleaned, Label, MediaType, Page
from cleaner.rules import Rulebook, check_examples, load_packs, load_rulebook
from cleaner.rules.drafting import Draft, draft_pack
from cleaner.text import collapse

HOST = "harrowtide.example"
IMPRINT = "This page was set by hand in the Old Sail Loft at Garrow, where visitors are welcome on Saturdays."
TWICE = "The museum of ropes at Tolland is open every day of the week except Monday, free for children."
BYLINE = "By Ines Calloway"
STORIES = (
    ("Ferry to Oster Island runs again", "The ferry to Oster Island runs again from Monday, after three weeks in the dry dock at Garrow.", "Its engine was overhauled for 40,000 pounds, the harbour office said on Friday, twice what was planned."),
    ("School roof gives way in the storm", "The roof of the primary school at Tolland gave way in the storm on Sunday night; nobody was inside.", "Lessons are held in the parish hall until the council has found a builder, the headteacher said."),
    ("Baker wins the county's bread prize", "A baker from Garrow has won the county's bread prize with a loaf of rye and sea salt.", "She baked it in the oven that her grandfather built in 1931, she told the jury."),
    ("Council puts off the vote on parking", "The council has put off its vote on parking at the beach until the middle of April.", "Two members were ill, and a third said that he had not read the report of 90 pages."),
    ("Bridge at Garrow shuts for a week", "The bridge at Garrow shuts for a week in May, when its bearings are replaced.", "Buses go by way of Tolland, which takes them twenty minutes longer, the operator said."),
    ("Choir looks for tenors", "The harbour choir looks for tenors before its concert in June, for which all tickets are sold.", "Of its forty members three sing tenor, and one of them is moving to the mainland."),
)  # fmt: skip


def page(number: int) -> Page:
    """Make a dump of the site: a story under its author's name, the imprint, and on two pages one more line."""
    title, *text = STORIES[number]
    lines = [title, BYLINE, *text, *([TWICE] if number < 2 else []), IMPRINT]
    content = "\n\n".join(lines).encode()
    sha = hashlib.sha256(content).hexdigest()
    return Page(sha[:32], f"story-{number}", f"{HOST}/{number}.txt", None, MediaType.TEXT, content, sha, f"https://{HOST}/{number}")  # fmt: skip


def cleaned(rules: Rulebook) -> list[Cleaned]:
    return [clean_page(page(number), rules) for number in range(len(STORIES))]


@cache
def without_pack() -> tuple[Cleaned, ...]:
    return tuple(cleaned(rulebook()))


def publish(folder: Path, pages: list[Cleaned]) -> None:
    with running(folder / "warehouse") as opened:
        opened.load([staged(folder / "warehouse", pages)], [], [])
        opened.finish_run("run-1", outcome())
        opened.publish()


def draft(folder: Path, *options: str):
    found = CliRunner().invoke(app, ["rules", "draft", HOST, "--warehouse", str(folder / "warehouse"), *options])
    return found.exit_code, found.stdout, found.stderr


def fate_of(line: str, pages: list[Cleaned]) -> set[tuple[str, str]]:
    return {(e.label.value, e.by) for done in pages for e in done.ledger if e.block.text == line}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    publish(folder, list(without_pack()))
    return folder


def test_the_premise_holds_that_the_line_is_kept_as_text_without_a_pack():
    assert fate_of(IMPRINT, list(without_pack())) == {("body", "model.text")}


def test_what_recurs_becomes_a_pack_and_with_it_the_line_goes_and_says_why(published, tmp_path):
    packs = tmp_path / "packs"
    packs.mkdir()
    code, _, told = draft(published, "--output", str(packs / "harrowtide.toml"))
    assert (code, told) == (0, f"1 lines recur on {HOST} and are kept as text\n")
    loaded = load_packs(packs)
    assert list(check_examples(loaded)) == []
    (rule,) = loaded[-1].rules
    assert rule.hits == (IMPRINT,)
    assert rule.why == "Stood on 6 of 6 pages of the site, seen in 1 of its weeks: 6 times kept, 0 times removed."
    after = cleaned(load_rulebook(packs))
    assert fate_of(IMPRINT, after) == {("other", rule.id)}
    for before, done in zip(without_pack(), after, strict=True):
        assert done.articles[0].text == before.articles[0].text.replace(f"\n\n{IMPRINT}", "")
    again = tmp_path / "again"
    publish(again, after)
    assert draft(again)[:2] == (0, "")


def test_a_byline_recurs_and_is_no_furniture(published):
    _, written, _ = draft(published, "--fewest", "2", "--share", "0")
    assert BYLINE not in written
    assert IMPRINT in written


@pytest.mark.parametrize(
    ("options", "drafted"),
    [
        ([], False),
        (["--fewest", "2"], True),
        (["--fewest", "2", "--share", "0.5"], False),
        (["--fewest", "2", "--share", "0.3"], True),
    ],
)
def test_how_often_a_line_must_recur_is_the_users_to_say(published, options, drafted):
    assert (TWICE in draft(published, *options)[1]) is drafted


def test_an_article_under_two_addresses_fetched_week_after_week_is_no_furniture(tmp_path):
    def fetched(week: int, copy: int) -> Cleaned:
        own = page(0)
        sha = hashlib.sha256(own.content + bytes([week, copy])).hexdigest()
        day = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(weeks=week)
        return clean_page(replace(own, page_id=sha[:32], url=f"https://{HOST}/{copy}", fetched_at=day), rulebook())

    publish(tmp_path, [fetched(week, copy) for week in range(4) for copy in range(2)])
    assert draft(tmp_path, "--share", "0")[:2] == (0, "")
    assert STORIES[0][1] in draft(tmp_path, "--share", "0", "--fewest", "2")[1]


def test_a_host_without_pages_is_told_with_those_that_have_some(published):
    found = CliRunner().invoke(app, ["rules", "draft", "gull.example", "--warehouse", str(published / "warehouse")])
    assert found.exit_code == 2
    assert (
        "gull.example: no page with an address on this host was published; there are harrowtide.example" in found.stderr
    )


@given(st.text(min_size=1).filter(collapse), st.sampled_from(Label))
@settings(max_examples=150, deadline=None)
def test_any_line_becomes_a_rule_that_does_what_its_examples_say(tmp_path_factory, line, label):
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "drafted.toml").write_text(
        draft_pack("ömer-tide.example", [Draft(line, label, "seen")]), "utf-8", newline="\n"
    )
    packs = load_packs(folder)
    assert packs[-1].rules[0].label is label
    assert [failure for failure in check_examples(packs[-1:]) if failure] == []
