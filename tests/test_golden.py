"""Every page of the shipped corpus: as its snapshot has it, as its gold wants it, no worse than its floor."""

from __future__ import annotations

import html
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import quality_floor
import shipped_corpus as corpus
from hypothesis import given
from hypothesis import strategies as st

from cleaner.decoding import decode
from cleaner.evaluate import gold_page
from cleaner.model import TEXT_LABELS, MediaType, Page, Rejected
from cleaner.review import snapshot
from cleaner.text import mend_mojibake

if TYPE_CHECKING:
    from pytest_regressions.file_regression import FileRegressionFixture

PAGES = sorted(corpus.pages())
LANDED = sorted(corpus.landed())
DUMPS = [n for n in PAGES if corpus.pages()[n].media_type is MediaType.TEXT and "lines" in corpus.gold().get(n, {})]
HTML = [n for n in PAGES if corpus.pages()[n].media_type is MediaType.HTML]
EMPTY = [n for n in PAGES if corpus.gold().get(n, {}).get("rejected")]
TAG = re.compile(r"<[^>]*>")
WHITE = re.compile(r"\s+")
REGENERATE = "run `pytest tests/test_golden.py --regen-all` and read the diff"

# Snapshots


def test_every_page_has_its_snapshots_and_every_snapshot_its_page(request: pytest.FixtureRequest) -> None:
    """Runs first: a snapshot that is missing is written by the tests below, and would be there the next time."""
    if request.config.getoption("regen_all"):
        for orphan in corpus.orphans():
            orphan.unlink()
        return
    root = corpus.GOLDEN
    missing = sorted(str(f.relative_to(root)) for f in corpus.expected_snapshots() if not f.is_file())
    left = [str(f.relative_to(root)) for f in corpus.orphans()]
    assert (missing, left) == ([], []), f"snapshots that are missing, and whose page is gone: {REGENERATE}"


@pytest.mark.parametrize("name", LANDED)
def test_reads_as_before(name: str, file_regression: FileRegressionFixture) -> None:
    result = corpus.landed()[name]
    text = (
        snapshot.rejected_markdown(result)
        if isinstance(result, Rejected)
        else snapshot.page_markdown(corpus.cleaned(name))
    )
    # Text is compared by `splitlines`: a carriage return would count as a line's end, so nothing but \n may be there.
    assert text.splitlines() == text.removesuffix("\n").split("\n")
    file_regression.check(text, encoding="utf-8", fullpath=corpus.snapshot_file(name, ".md"), extension=".md")


@pytest.mark.parametrize("name", PAGES)
def test_gives_the_records_it_gave_before(name: str, file_regression: FileRegressionFixture) -> None:
    text = snapshot.yaml(snapshot.records(corpus.cleaned(name)))
    file_regression.check(text, encoding="utf-8", fullpath=corpus.snapshot_file(name, ".yml"), extension=".yml")


# Gold and raw agree


def squeezed(text: str) -> str:
    return WHITE.sub("", text)


def decoded(page: Page) -> str:
    found = decode(page.content, page.media_type, page.charset)
    assert found is not None
    return found.text


def test_every_page_has_gold_and_every_gold_its_page() -> None:
    of_rows = {name.removesuffix(f"/{corpus.ROWS_GOLD}") for name in corpus.gold() if name.endswith(corpus.ROWS_GOLD)}
    wanted = {name for name, r in corpus.landed().items() if isinstance(r, Page) or r.path not in of_rows}
    given_gold = {name for name in corpus.gold() if not name.endswith(corpus.ROWS_GOLD)}
    assert wanted == given_gold


@pytest.mark.parametrize("name", DUMPS)
def test_gold_lines_are_the_page(name: str) -> None:
    lines = gold_page(corpus.gold()[name]).lines
    assert squeezed("".join(line.text for line in lines)) == squeezed(decoded(corpus.pages()[name]))


@pytest.mark.parametrize("name", DUMPS)
def test_gold_articles_are_its_lines(name: str) -> None:
    record = corpus.gold()[name]
    lines = gold_page(record).lines
    for position, article in enumerate(record["articles"], 1):
        text = [line.text for line in lines if line.article == position and line.label in TEXT_LABELS]
        assert squeezed("".join(map(mend_mojibake, text))) == squeezed("".join(article["paragraphs"]))
        assert set(article["headings"]) <= set(article["paragraphs"])


ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


@pytest.mark.parametrize("name", HTML)
def test_gold_of_html_stands_in_the_page(name: str) -> None:
    record = corpus.gold()[name]
    # By hand, not by the cleaner's parser: one page is nested deeper than the usual ones go.
    markup = ESCAPE.sub(lambda m: chr(int(m[1], 16)), decoded(corpus.pages()[name]))  # of JSON, in a page's data
    text = squeezed(html.unescape(TAG.sub("", markup)))
    text += mend_mojibake(text)  # one page is encoded twice
    wanted = [p for article in record["articles"] for p in (*article["paragraphs"], article["title"] or "")]
    assert [line for line in (*wanted, *record["dropped"]) if squeezed(line) not in text] == []


@pytest.mark.parametrize("name", EMPTY)
def test_a_page_without_article_is_rejected_with_its_reason(name: str) -> None:
    cleaned = corpus.cleaned(name)
    assert cleaned.articles == ()
    assert {r.reason.value for r in cleaned.rejected} == {corpus.gold()[name]["rejected"]}


def test_what_cannot_be_read_is_rejected_with_its_reason() -> None:
    found = {name: r for name, r in corpus.landed().items() if isinstance(r, Rejected)}
    of_rows: dict[str, Any] = {n: rows for n, rows in corpus.gold().items() if n.endswith(corpus.ROWS_GOLD)}
    for name, rows in of_rows.items():
        ours = Counter(r.reason.value for r in found.values() if name == f"{r.path}/{corpus.ROWS_GOLD}")
        assert ours == Counter(reason for _, reason in rows), name
    alone = {n: r.reason.value for n, r in found.items() if f"{r.path}/{corpus.ROWS_GOLD}" not in of_rows}
    assert alone == {n: corpus.gold()[n]["rejected"] for n in alone}


# The floor


def test_quality_is_on_its_floor_or_above(capsys: pytest.CaptureFixture[str]) -> None:
    floor = quality_floor.read_floor()
    assert floor is not None, "nothing is pinned: run `python tests/quality_floor.py --raise`"
    assert floor.corpus == corpus.corpus_digest(), "raw/ or tests/gold has changed: pin anew, see docs/qa.md"
    now = quality_floor.measure()
    better = quality_floor.risen(floor.rates, now)
    if better:
        with capsys.disabled():
            head = "\nbetter than the floor, pin it with `python tests/quality_floor.py --raise`:"
            sys.stdout.write("\n  ".join([head, *better]) + "\n")
    assert quality_floor.fallen(floor.rates, now) == []


RATES = st.dictionaries(
    st.sampled_from(["en dump", "de html"]),
    st.dictionaries(st.sampled_from(["article_f1", "count_right"]), st.integers(0, 100).map(lambda n: n / 100)),
)


@given(RATES, RATES)
def test_raising_a_floor_lowers_none(floor: quality_floor.Rates, now: quality_floor.Rates) -> None:
    higher = quality_floor.raised(floor, now)
    assert quality_floor.fallen(floor, higher) == quality_floor.fallen(now, higher) == []
    assert quality_floor.fallen(higher, now) == quality_floor.fallen(floor, now)


@given(RATES, RATES)
def test_a_lowered_floor_keeps_its_reason(floor: quality_floor.Rates, now: quality_floor.Rates) -> None:
    before = quality_floor.Floor("digest", floor)
    after = quality_floor.lowered(before, now, "the gold was wrong")
    assert quality_floor.fallen(after.rates, now) == []
    assert bool(after.lowered) == bool(quality_floor.fallen(floor, now))


def test_a_floor_is_not_lowered_without_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        quality_floor.lowered(quality_floor.Floor("digest", {"en dump": {"f1": 0.9}}), {"en dump": {"f1": 0.8}}, " ")


def test_a_floor_is_read_as_it_was_written(tmp_path: Any) -> None:
    floor = quality_floor.Floor("abc", {"en dump": {"f1": 0.9123}}, ({"reason": "a “quoted” word", "what": "f1"},))
    quality_floor.write_floor(floor, tmp_path / "floor.toml")
    assert quality_floor.read_floor(tmp_path / "floor.toml") == floor


def test_a_figure_that_rises_is_reported() -> None:
    floor, now = {"en dump": {"f1": 0.9, "kept": 0.9}}, {"en dump": {"f1": 0.93, "kept": 0.91}, "fr dump": {"f1": 0.5}}
    assert [line.split(",")[0] for line in quality_floor.risen(floor, now)] == [
        "en dump: f1 0.9300",
        "fr dump: f1 0.5000",
    ]
