from __future__ import annotations

import gzip
import json
import lzma
import re
import shlex
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from conftest import clean_html, clean_text, loaded, text_page
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.errors import ConfigurationError
from cleaner.evaluate import GoldLine, gold_page, pair_up, score_page, total, word_f1
from cleaner.evaluate.charts import bin_up, confusion, reliability
from cleaner.evaluate.figures import Measured, Row, compare, measure, slices
from cleaner.evaluate.gold import Gold, Kind, Line, gold_of_row
from cleaner.evaluate.lines import NO_BLOCK, Fate, fates
from cleaner.evaluate.saved import compare_with, read_saved, saved_lines
from cleaner.evaluate.score import Rated, score
from cleaner.evaluate.show import Drawn, figures_sheet
from cleaner.ingest import stream
from cleaner.ingest.worker import Cleaner
from cleaner.model import KEPT_LABELS, Article, Block, Cleaned, Label, LedgerEntry, Paragraph, Verdict
from cleaner.review import jsonl

FERRY = "The ferry left the quay at noon."
BUSES = "Two buses will wait at the slip."
MARKER = "Keep reading and show less"
RECORD = {
    "rejected": None,
    "articles": [
        {"language": "en", "paragraphs": [FERRY, "A bridge by 2031"], "headings": ["A bridge by 2031"]},
        {"language": "en", "paragraphs": [BUSES], "headings": []},
    ],
    "lines": [
        [0, "nav", "Ferries"],
        [1, "title", "The Ferry That Would Not Retire"],
        [1, "body", FERRY],
        [1, "heading", "A bridge by 2031"],
        [1, "keep_reading", MARKER, True],
        [2, "body", BUSES],
    ],
}
GOLD = gold_page(RECORD)


def article(position: int, *texts: str) -> Article:
    return Article(f"{position:032}", position, tuple(Paragraph(t, Label.BODY, i) for i, t in enumerate(texts)))


PERFECT = (article(1, FERRY, "A bridge by 2031"), article(2, BUSES))


def test_gold_of_a_dump_is_its_lines() -> None:
    assert GOLD.language == "en"
    assert GOLD.lines[4] == GoldLine(1, Label.KEEP_READING, MARKER, glued=True)


def test_gold_of_html_is_paragraphs_and_what_must_go() -> None:
    gold = gold_page({"articles": [{"language": "fr", "paragraphs": ["Bonjour."]}], "dropped": ["Tout accepter"]})
    assert gold.lines == (GoldLine(1, Label.BODY, "Bonjour."), GoldLine(0, Label.OTHER, "Tout accepter"))


def test_a_perfect_page_scores_one_throughout() -> None:
    assert set(total([score_page(GOLD, PERFECT)]).rates().values()) == {1.0}


@pytest.mark.parametrize(
    ("articles", "figure", "rate"),
    [
        ((), "article_f1", 0.0),
        ((), "body_kept", 0.0),
        ((), "count_right", 0.0),
        (PERFECT[:1], "article_f1", 0.5),
        (PERFECT[:1], "body_kept", 2 / 3),
        ((article(1, FERRY, "A bridge by 2031", MARKER), PERFECT[1]), "noise_removed", 0.5),
        ((article(1, FERRY, "A bridge by 2031", BUSES),), "boundary_f1", 0.0),
        ((article(1, FERRY), article(2, "A bridge by 2031"), article(3, BUSES)), "boundary_f1", 2 / 3),
        ((article(1, "The Ferry That Would Not Retire", FERRY, "A bridge by 2031"), PERFECT[1]), "exact", 0.5),
    ],
)
def test_what_is_wrong_costs_its_figure(articles: tuple[Article, ...], figure: str, rate: float) -> None:
    assert total([score_page(GOLD, articles)]).rates()[figure] == pytest.approx(rate)


def test_broken_characters_of_the_page_are_no_loss() -> None:
    line = GoldLine(1, Label.BODY, "The cafÃ© opens at nine, sooner than planned.")
    mended = article(1, "The café opens at nine, sooner than planned.")
    assert score_page(replace(GOLD, texts=("",), lines=(line,)), (mended,)).lost == 0


def test_furniture_that_is_also_text_proves_nothing() -> None:
    gold = replace(GOLD, lines=(*GOLD.lines, GoldLine(0, Label.NAV, "the quay")))
    assert score_page(gold, PERFECT).leaked == 0


def test_a_page_without_articles_that_gives_none_is_right() -> None:
    score = score_page(gold_page({"rejected": "no-body", "articles": [], "dropped": ["Accept"]}), ())
    assert (score.f1, score.count_right, score.leaked) == (1.0, True, 0)


def test_pairs_are_one_to_one_and_best_first() -> None:
    assert [(g, p) for g, p, _ in pair_up([FERRY, BUSES], [BUSES, FERRY, FERRY])] == [(0, 1), (1, 0)]


def test_word_f1_looks_at_words_only() -> None:
    assert word_f1("“The quay”, at noon", "the QUAY at noon.") == 1.0
    assert word_f1("", "") == 0.0


def test_no_pages_are_no_fault() -> None:
    assert total([]).pages == 0


# Figures over any gold

SCORER = "tools/score.py"
DUMPS = [
    {
        "id": "own-1", "style": "stream", "layout": "blank", "lang": "en",
        "text": f"The Ferry\n\nBy Ana Ruiz\n\n{FERRY}\n\nA bridge by 2031 (AP)\n\n{MARKER}\n\n{BUSES} Keep Reading",
        "articles": [
            {"title": "The Ferry", "authors": ["Ana Ruiz"], "paragraphs": [FERRY, "A bridge by 2031"]},
            {"title": None, "authors": [], "paragraphs": [BUSES]},
        ],
        "lines": [
            [1, "title", "The Ferry"], [1, "byline", "By Ana Ruiz"], [1, "body", FERRY],
            [1, "heading", "A bridge by 2031 (AP)"], [0, "noise", MARKER], [2, "body+marker", f"{BUSES} Keep Reading"],
        ],
    },
    {
        "id": "own-2", "style": "single_body", "layout": "newline", "lang": "de",
        "text": "Die Brücke am Hafen bleibt bis Mai gesperrt.\nFoto: Hafenamt",
        "articles": [{"title": None, "authors": [], "paragraphs": ["Die Brücke am Hafen bleibt bis Mai gesperrt."]}],
        "lines": [[1, "body", "Die Brücke am Hafen bleibt bis Mai gesperrt."], [0, "noise", "Foto: Hafenamt"]],
    },
]  # fmt: skip
PAGES = [
    {
        "id": "own-1", "url": "https://harrow.example/ferry", "lang": "en", "title": "The Ferry",
        "authors": ["By Ana Ruiz and Bo Li", "Harrow News Desk"], "published": "2026-03-02", "topics": ["Ferries"],
        "html": f"<html><body><nav>Home</nav><article><h1>The Ferry</h1><p>{FERRY}</p><p>{BUSES}</p></article></body></html>",
        "paragraphs": [FERRY, BUSES], "headings": [],
        "blocks": [["noise", "Home"], ["title", "The Ferry"], ["body", FERRY], ["body", BUSES]],
    },
    {
        "id": "mill-1", "url": None, "lang": "en", "title": None, "authors": [], "published": None, "topics": [],
        "html": "<html><body><p>Short one.</p></body></html>", "paragraphs": ["Short one."], "headings": [], "blocks": [],
    },
]  # fmt: skip
OURS = {
    "dump own-1": [article(1, "The Ferry", FERRY, "A bridge by 2031", MARKER, BUSES)],
    "dump own-2": [article(1, "Die Brücke am Hafen bleibt bis Mai gesperrt.")],
    "page own-1": [
        replace(
            article(1, FERRY, "Home"), title="The ferry!", authors=("Ana Ruiz",), published_at="2026-03-02T09:00:00Z"
        )
    ],
    "page mill-1": [article(1, "Short one.")],
}


def scored(kind: str, records: list[dict]) -> list[Row]:
    rows = []
    for record in records:
        gold = gold_of_row(record, "row 1")
        found = score(gold, OURS[f"{kind} {record['id']}"])
        rows.append(Row(record["id"], gold.kind, gold.slices, gold.digest, found.main, found.counts, found.rated))
    return rows


def figures(rows: list[Row]) -> dict[str, float | None]:
    return {name: round(found.value, 4) if found else None for name, found in measure(rows).items()}


def test_figures_of_dumps_are_the_scorers() -> None:
    assert figures(scored("dump", DUMPS)) == {
        "article_f1": 0.6618, "exact": 0.5, "count_right": 0.5, "boundary_f1": 0.0, "boundary_precision": 1.0,
        "boundary_recall": 0.0, "body_kept": 1.0, "noise_removed": 0.5,
    }  # fmt: skip


def test_figures_of_pages_are_the_scorers() -> None:
    assert figures(scored("page", PAGES)) == {
        "body_f1": 0.7759, "precision": 0.9, "recall": 0.6818, "page_f1": 0.75, "exact": 0.5, "count_right": 1.0,
        "no_strays": 1.0, "title": 1.0, "authors_exact": 0.0, "authors_f1": 0.6667, "date": 1.0, "tags_f1": 0.0,
    }  # fmt: skip


TIDE = "The tide gauge at the mill was mended on Friday by two men from the council."
SECOND = replace(article(2, TIDE), title="The Tide Gauge")
FIRST = replace(article(1, FERRY, BUSES), title="The Ferry")


@pytest.mark.parametrize(
    ("articles", "labelled", "told"),
    [
        pytest.param(
            [FIRST, SECOND],
            "noise",
            {"f1": 1.0, "title": 1.0, "count_right": 0.0, "no_strays": 0.0},
            id="noise beside it",
        ),
        pytest.param(
            [FIRST, SECOND], "caption", {"f1": 1.0, "count_right": 0.0, "no_strays": 1.0}, id="not called noise"
        ),
        pytest.param(
            [replace(SECOND, position=1), replace(FIRST, position=2)],
            "noise",
            {"f1": 1.0, "title": 1.0},
            id="it stands second",
        ),
        pytest.param(
            [replace(article(1, FERRY), title="Quay"), replace(article(2, BUSES), title="The Ferry")],
            "noise",
            {"precision": 1.0, "recall": 0.3636, "title": 1.0, "no_strays": 1.0},
            id="parted in two: half is lost",
        ),
        pytest.param([FIRST], "noise", {"f1": 1.0, "count_right": 1.0, "no_strays": 1.0}, id="one for one"),
        pytest.param([], "noise", {"f1": 0.0, "count_right": 0.0, "no_strays": 1.0}, id="none"),
    ],
)
def test_of_several_articles_the_one_that_answers_the_label_is_scored(articles, labelled, told) -> None:
    row = PAGES[0] | {"blocks": [["body", FERRY], ["body", BUSES], [labelled, TIDE]]}
    found = score(gold_of_row(row, "row 1"), articles)
    assert {name: round(found.counts[name], 4) for name in told} == told


def test_articles_that_gold_calls_noise_are_named() -> None:
    row = PAGES[0] | {"blocks": [["body", FERRY], ["noise", TIDE]]}
    found = score(gold_of_row(row, "row 1"), [FIRST, SECOND])
    assert found.notes[:2] == ("1 article in gold, 2 came out", "of these gold calls noise: “The Tide Gauge”")
    assert found.leaked == (TIDE,)
    assert [(rated.f1, rated.exact) for rated in found.rated] == [(1.0, True), (0.0, False)]


def said_by_scorer(gold: Path, kind: str, records: list[dict], ours: dict[str, list[Article]]) -> list[str]:
    """Let the scorer itself print its figures, for the rows and articles given."""
    with TemporaryDirectory() as folder:
        rows, lines = Path(folder, "gold.jsonl"), Path(folder, "ours.jsonl")
        rows.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
        pages = ((text_page("x", source=r["id"]), a) for r in records for a in ours[r["id"]])
        lines.write_text("".join(jsonl.line(a, page) + "\n" for page, a in pages), "utf-8")
        command = [sys.executable, gold.parent / SCORER, f"{kind}s", rows, lines]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()


def as_the_scorer_prints(kind: str, rows: list[Row]) -> dict[str, list[str]]:
    """Print our figures of each of the scorer's slices in its order."""
    printed = {}
    for name, group in slices(rows).items():
        found = measure(group)
        numbers = {n: f"{m.value:.4f}" for n, m in found.items() if m}
        if kind == "dump":
            spread = f"{found['article_f1'].half_width:.4f}"
            printed[name] = [numbers["article_f1"], spread, *list(numbers.values())[1:]]
        else:
            spread = f"{found['page_f1'].half_width:.4f}"
            head = [numbers.pop("body_f1"), numbers.pop("precision"), numbers.pop("recall"), spread]
            for ours_alone in ("page_f1", "count_right", "no_strays"):
                numbers.pop(ours_alone)
            printed[name] = [*head, *sorted(numbers.values())]
    return printed


def read_off(kind: str, lines: list[str]) -> dict[str, list[str]]:
    """Read the numbers of each slice off what the scorer printed; fields of a page come in any order."""
    rows = [line.split(maxsplit=1) for line in (lines[1:] if kind == "dump" else lines)]
    found = {name: re.findall(r"\d\.\d{4}", rest) for name, rest in rows}
    return found if kind == "dump" else {name: [*n[:4], *sorted(n[4:])] for name, n in found.items()}


@pytest.mark.gold
@pytest.mark.parametrize(("kind", "records"), [("dump", DUMPS), ("page", PAGES)])
def test_the_scorer_says_the_same_of_our_sample(gold, kind, records) -> None:
    ours = {record["id"]: OURS[f"{kind} {record['id']}"] for record in records}
    said = read_off(kind, said_by_scorer(gold, kind, records, ours))
    mine = as_the_scorer_prints(kind, scored(kind, records))
    assert said == {name: mine[name] for name in said}


@pytest.mark.gold
@pytest.mark.parametrize(("kind", "every"), [("dump", 40), ("page", 60)])
def test_the_scorer_says_the_same_of_its_own_gold(gold, kind, every) -> None:
    with lzma.open(gold / f"{kind}s-dev.jsonl.xz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, 0, None, every)]
    make, key = (clean_text, "text") if kind == "dump" else (clean_html, "html")
    ours = {r["id"]: list(make(r[key], source=r["id"], url=r.get("url")).articles) for r in records}
    rows = []
    for record in records:
        of = gold_of_row(record, "")
        found = score(of, ours[record["id"]])
        rows.append(Row(record["id"], of.kind, of.slices, of.digest, found.main, found.counts))
    said = read_off(kind, said_by_scorer(gold, kind, records, ours))
    mine = as_the_scorer_prints(kind, rows)
    assert said == {name: mine[name] for name in said}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": 1}, "neither `text` (a dump) nor `html` (a page)"),
        ({"text": "One."}, "KeyError: 'articles'"),
        ({"text": "One.", "articles": [], "lines": [["one", "body", "One."]]}, "ValueError"),
        ({"html": "<p>One.</p>", "paragraphs": None}, "TypeError"),
    ],
)
def test_a_row_that_is_no_gold_is_named(row, told) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(told)) as raised:
        gold_of_row(row, "gold.jsonl, row 3")
    assert str(raised.value).startswith("gold.jsonl, row 3: ")


# What lines were taken for


def entry(start: int, text: str, label: Label) -> LedgerEntry:
    verdict = Verdict.KEPT if label in KEPT_LABELS else Verdict.REMOVED
    return LedgerEntry(Block(start, text, start=start, end=start + len(text)), verdict, label, 1, "rule", 1.0, "")


def fates_of(text: str, lines: list[tuple[str, str]], labels: list[tuple[str, Label]], kind: Kind = Kind.DUMP):
    gold = Gold(kind, ("all",), ((),), tuple(Line(1, k, t) for k, t in lines), "")
    ledger = tuple(entry(text.index(part), part, label) for part, label in labels)
    return fates(gold, Cleaned(text_page(text), (), (), ledger))


def test_a_line_has_the_label_of_most_of_its_characters() -> None:
    text = f"{FERRY} {MARKER}\nHome"
    found = fates_of(
        text, [("body+marker", f"{FERRY} {MARKER}"), ("noise", "Home")],
        [(FERRY, Label.BODY), (MARKER, Label.KEEP_READING), ("Home", Label.NAV)],
    )  # fmt: skip
    assert found == {Fate("body+marker", "body", kept=True): 1, Fate("noise", "nav", kept=False): 1}


def test_lines_of_one_block_and_lines_that_are_not_there() -> None:
    found = fates_of("One\n  two", [("body", "One"), ("body", "two"), ("body", "three")], [("One\n  two", Label.BODY)])
    assert found == {Fate("body", "body", kept=True): 2, Fate("body", NO_BLOCK, kept=False): 1}


def test_the_same_line_twice_is_found_in_order() -> None:
    ledger = [("Home", Label.NAV), (" Home.", Label.BODY)]
    assert fates_of("Home Home.", [("noise", "Home"), ("body", "Home.")], ledger) == {
        Fate("noise", "nav", kept=False): 1,
        Fate("body", "body", kept=True): 1,
    }


def test_lines_of_html_are_found_by_their_words() -> None:
    found = fates_of(
        "Home | Two", [("noise", "home!"), ("noise", "home!"), ("noise", "—")], [("Home", Label.NAV)], Kind.PAGE
    )
    assert found == {Fate("noise", "nav", kept=False): 1, Fate("noise", NO_BLOCK, kept=False): 1}


@given(st.lists(st.text("ab ", min_size=1).filter(str.strip), min_size=1, max_size=8))
def test_every_line_that_is_a_block_has_its_label(texts: list[str]) -> None:
    text = "\n".join(texts)
    starts = [sum(len(t) + 1 for t in texts[:i]) for i in range(len(texts))]
    ledger = tuple(entry(start, t, Label.BODY) for start, t in zip(starts, texts, strict=True))
    gold = Gold(Kind.DUMP, ("all",), ((),), tuple(Line(1, "body", t) for t in texts), "")
    assert fates(gold, Cleaned(text_page(text), (), (), ledger)) == {Fate("body", "body", kept=True): len(texts)}


# Spread and differences


def rows_of(*values: float, name: str = "p{}") -> list[Row]:
    counts = dict.fromkeys("exact count_right cuts_right cuts_wrong cuts_missed body lost noise leaked".split(), 0.0)
    return [
        Row(name.format(i), Kind.DUMP, ("all",), "d", v, {**counts, "pages": 1.0, "f1": v})
        for i, v in enumerate(values)
    ]


def test_a_figure_without_spread_is_sure() -> None:
    assert measure(rows_of(0.5, 0.5, 0.5))["article_f1"] == Measured(0.5, 0.0)


def test_the_spread_is_the_same_every_time() -> None:
    rows = rows_of(0.1, 0.9, 0.4, 0.7)
    assert measure(rows) == measure(rows)
    assert measure(rows)["article_f1"].half_width > 0.1


def test_a_figure_that_nothing_was_measured_for_is_none() -> None:
    assert measure(scored("page", PAGES[1:]))["title"] is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(-1, 1))
def test_a_shift_of_all_pages_is_outside_unless_it_is_nothing(values: list[float], shift: float) -> None:
    found = compare(rows_of(*(v + shift for v in values)), rows_of(*values))["article_f1"]
    assert found.value == pytest.approx(shift, abs=1e-6)
    assert found.is_outside == (abs(shift) > 1e-12) or abs(shift) < 1e-6


def test_slices_stand_in_their_order() -> None:
    names = ("all", "lang:en", "layout:blank", "stream", "multi")
    assert list(slices([replace(rows_of(1.0)[0], slices=names)])) == [
        "all",
        "multi",
        "stream",
        "layout:blank",
        "lang:en",
    ]


# Saved scores


def saved(tmp_path: Path, rows: list[Row]) -> Path:
    file = tmp_path / "before.jsonl"
    file.write_text("".join(saved_lines(rows, "0.0.9 abc")), "utf-8")
    return file


def test_what_was_saved_is_read_again(tmp_path) -> None:
    rows = scored("dump", DUMPS) + scored("page", PAGES)
    found = read_saved(saved(tmp_path, rows))
    assert found.cleaner == "0.0.9 abc"
    assert list(found.rows.values()) == [replace(row, rated=()) for row in rows]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: not JSON"),
        ("[]\n", "line 1: no JSON object"),
        ('{"id": "p0"}\n', "not written by `cleaner evaluate --save`"),
        ('{"format": "cleaner-evaluation-1"}\n{"id": "p0"}\n', "line 2: no score of a page: KeyError"),
    ],
)
def test_a_file_that_was_not_saved_is_refused(tmp_path, text, told) -> None:
    file = tmp_path / "before.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(told)):
        read_saved(file)


def test_pages_are_compared_with_themselves_only(tmp_path) -> None:
    before = read_saved(saved(tmp_path, [*rows_of(0.2, 0.8, 0.5, 0.5), *rows_of(0.1, name="gone{}")]))
    now = [*rows_of(0.9, 0.6, 0.5), replace(rows_of(1.0)[0], name="p3", digest="other")]
    found = compare_with(now, before)
    assert (found.pages, found.left_out) == (3, 2)
    assert [c.name for c in found.better] == ["p0"]
    assert [c.name for c in found.worse] == ["p1"]
    assert found.slices["all"][1]["article_f1"].value == pytest.approx(0.5 / 3)
    assert compare_with(rows_of(0.1, name="new{}"), before) is None


# The command


@pytest.fixture
def run(elsewhere, monkeypatch):
    monkeypatch.setattr("cleaner.rules.load_rulebook", loaded)
    monkeypatch.setenv("COLUMNS", "200")
    own = elsewhere / "own.jsonl"
    own.write_text("".join(json.dumps(row) + "\n" for row in [*DUMPS, PAGES[0]]), "utf-8")
    return lambda *arguments: CliRunner().invoke(app, ["evaluate", "--workers", "1", *map(str, arguments)])


def test_both_kinds_are_told_apart_by_their_rows(run) -> None:
    ran = run("own.jsonl")
    assert ran.exit_code == 0, ran.stderr
    assert re.search(r"^all +2 ", ran.stdout, re.MULTILINE)
    assert re.search(r"^own +1 ", ran.stdout, re.MULTILINE)
    assert re.search(r"^body\+marker +1 +1\.0000 +0\.0000 +body 1", ran.stdout, re.MULTILINE)


@pytest.mark.parametrize("extension", [".gz", ".zst", ".xz"])
def test_packed_gold_is_read(run, extension) -> None:
    pack = {".gz": gzip.compress, ".zst": zstandard.compress, ".xz": lzma.compress}[extension]
    Path(f"own.jsonl{extension}").write_bytes(pack(Path("own.jsonl").read_bytes()))
    assert run(f"own.jsonl{extension}", "--limit", 1).stdout == run("own.jsonl", "--limit", 1).stdout


def test_nothing_changed_since_a_moment_ago(run) -> None:
    assert run("own.jsonl", "--save", "a.jsonl").exit_code == 0
    ran = run("own.jsonl", "--against", "a.jsonl")
    assert "no difference is outside its interval" in ran.stdout
    assert "0 of 2 pages got worse" in ran.stdout


def test_own_gold_lies_beside_its_raw_pages(run) -> None:
    Path("tests/gold/site").mkdir(parents=True)
    Path("raw/site").mkdir(parents=True)
    Path("raw/site/a.txt").write_text(f"{FERRY}\n\n{BUSES}\n")
    Path("raw/site/b.txt").write_text("Home\n")
    lines = [[1, "body", FERRY], [1, "body", BUSES]]
    gold = {"rejected": None, "articles": [{"language": "en", "paragraphs": [FERRY, BUSES]}], "lines": lines}
    Path("tests/gold/site/a.txt.json").write_text(json.dumps(gold))
    nothing = {"rejected": "no-body", "articles": [], "lines": [[0, "nav", "Home"]]}
    Path("tests/gold/site/b.txt.json").write_text(json.dumps(nothing))
    ran = run("tests/gold")
    assert ran.exit_code == 0, ran.stderr
    assert re.search(r"^layout:blank +1 ", ran.stdout, re.MULTILINE)
    assert "1 pages should give no article and are in no figure; 0 gave some" in ran.stdout
    Path("raw/site/a.txt").unlink()
    assert "gold of pages that are not in" in run("tests/gold").stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("none.jsonl",), "none.jsonl: no such gold"),
        (("empty.jsonl",), "empty.jsonl: no gold in it"),
        (("cut.jsonl.gz",), "cut.jsonl.gz: damaged or cut off"),
        (("bad.jsonl",), "bad.jsonl: a row is no gold: not JSON"),
        (("own.jsonl", "--save", "none/a.jsonl"), "--save none/a.jsonl: no such folder none"),
        (("own.jsonl", "--against", "none.jsonl"), "--against none.jsonl: no such file"),
        (("own.jsonl", "--report", "full"), "--report full: holds other files"),
        (("own.jsonl", "--report", "own.jsonl"), "--report own.jsonl: not a folder"),
        (("full",), "full: holds no gold"),
    ],
)
def test_wrong_use_is_told_in_a_line(run, arguments, told) -> None:
    Path("empty.jsonl").touch()
    Path("bad.jsonl").write_text("{")
    Path("cut.jsonl.gz").write_bytes(gzip.compress(Path("own.jsonl").read_bytes())[:-40])
    Path("full").mkdir()
    Path("full/notes.txt").write_text("mine")
    ran = run(*arguments)
    assert ran.exit_code == 2
    assert f"cleaner: {told}" in ran.stderr


def test_a_crash_is_counted_and_told(run, monkeypatch) -> None:
    monkeypatch.setattr(stream, "Cleaner", lambda: Cleaner(load=loaded, clean=lambda *_: 1 // 0))
    ran = run("own.jsonl", "--limit", 1)
    assert ran.exit_code == 1
    assert "own-1: crash: " in ran.stderr
    assert "0.0000" in ran.stdout


def test_the_report_names_its_extra(run, monkeypatch) -> None:
    monkeypatch.setattr("cleaner.evaluate.report.find_spec", lambda _: None)
    ran = run("own.jsonl", "--report", "out")
    assert ran.exit_code == 2
    assert "pip install 'cleaner[charts]'" in ran.stderr
    assert not Path("out").exists()


class Resources(HTMLParser):
    """Lists what a page would load, run or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attributes) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in {"href", "src"}]


def test_the_report_fetches_nothing_and_its_commands_work(run) -> None:
    hostile = {**PAGES[0], "id": "own-<script>alert(1)</script>", "paragraphs": ["Another <b>text</b> & more of it."]}
    Path("own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*DUMPS, hostile]), "utf-8")
    assert run("own.jsonl", "--save", "a.jsonl").exit_code == 0
    ran = run("own.jsonl", "--report", "out", "--against", "a.jsonl")
    assert ran.exit_code == 0, ran.stderr
    text = Path("out/index.html").read_text("utf-8")
    found = Resources()
    found.feed(text)
    assert "script" not in found.tags
    assert [link for link in found.links if not link.startswith(("data:", "pages/worst-"))] == []
    assert all(Path("out", link).is_file() for link in found.links if link.startswith("pages/"))
    assert not any(link.endswith(".html") for link in found.links)
    commands = [unescape(c) for c in re.findall(r"<code>(.*?)</code>", text)]
    assert commands
    for command in commands:
        explained = CliRunner().invoke(app, shlex.split(command)[1:])
        assert explained.exit_code == 0, command


def test_a_second_report_leaves_nothing_of_the_first(run) -> None:
    run("own.jsonl", "--report", "out")
    Path("out/pages/worst-20-old.txt").touch()
    Path("out/pages/mine.txt").touch()
    assert run("own.jsonl", "--report", "out").exit_code == 0
    assert not Path("out/pages/worst-20-old.txt").exists()
    assert Path("out/pages/mine.txt").exists()


# The pictures


def test_bins_hold_every_article_once() -> None:
    rated = [Rated(0.0, 1.0, exact=True), Rated(0.95, 0.95, exact=False), Rated(1.0, 0.2, exact=False)]
    bins = bin_up(rated)
    assert [n for *_, n in bins] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert bins[9] == (pytest.approx(0.975), 0.5, 0.0, 2)


def test_pictures_are_the_same_every_time() -> None:
    cells = {
        Fate("body", "body", kept=True): 9000,
        Fate("noise", "nav", kept=False): 3,
        Fate("noise", NO_BLOCK, kept=False): 1,
    }
    assert confusion(cells) == confusion(cells)
    assert ">9k</text>" in confusion(cells)
    assert reliability([Rated(0.5, 1.0, exact=True)]).count("<svg") == 1


@pytest.mark.parametrize(("kind", "records"), [("dump", DUMPS), ("page", PAGES)])
@pytest.mark.parametrize("width", [30, 60, 80, 120, 200])
def test_no_figure_is_cut_off_on_a_narrow_terminal(kind, records, width) -> None:
    console = Console(file=StringIO(), width=width)
    rows = scored(kind, records)
    sheet = figures_sheet(rows[0].kind, [replace(row, slices=("all", "layout:newline")) for row in rows])
    console.print(Drawn(sheet))
    assert Counter(w for row in sheet.rows for cell in row[2:] for w in cell.split()) <= Counter(
        console.file.getvalue().split()
    )
