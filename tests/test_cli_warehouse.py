"""The commands around a warehouse: ingest, trace, show, publish, schema."""

from __future__ import annotations

import subprocess
from contextlib import chdir

import duckdb
import pytest
from command_line import MILL, ended, program, rows, run

pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.mark.parametrize(
    "ingest",
    [
        pytest.param(lambda *args: (ran := run(*args)) and (ran.exit_code, ran.stdout, ran.stderr), id="here"),
        pytest.param(lambda *args: ended(program(*args)), id="program", marks=pytest.mark.slow),
    ],
)
def test_ingest_lands_cleans_publishes_and_then_has_nothing_to_do(mill, elsewhere, ingest):
    for landed, new in (("landed 1 files", True), ("landed 0 files", False)):
        code, out, err = ingest("ingest", mill, "--raw", "raw", "--warehouse", "house", "--workers", 1)
        assert (code, landed in err) == (0, True), err
        assert ("nothing new" in out.lower()) != new
    assert (elsewhere / "house/current.duckdb").is_file()
    assert len(list((elsewhere / "raw").rglob("mill.txt"))) == 1


@pytest.fixture(scope="module")
def once_ingested(tmp_path_factory):
    """Ingest the mill into raw/ and warehouse/ of a folder that is only copied."""
    folder = tmp_path_factory.mktemp("ingested")
    (folder / "mill.txt").write_text(MILL, encoding="utf-8")
    with chdir(folder):
        assert run("ingest", "mill.txt", "--workers", 1).exit_code == 0
    return folder


@pytest.fixture
def ingested(once_ingested, elsewhere):
    """Copy raw/ and warehouse/ with the mill in them; return its first article's id."""
    subprocess.run(["cp", "-a", f"{once_ingested}/.", elsewhere], check=True)  # keeps what is linked linked
    with duckdb.connect("warehouse/current.duckdb", read_only=True) as reader:
        return reader.execute("SELECT article_id FROM articles WHERE position = 1").fetchall()[0][0]


def test_trace_proves_a_paragraph_and_finds_a_changed_page(ingested, elsewhere):
    ran = run("trace", f"{ingested[:10]}:2")
    assert ran.exit_code == 0
    told = rows(ran.stdout)
    assert told["paragraph"] == f"{ingested}:2 (body, paragraph)"
    assert told["text"].startswith("Repairs to the weir will begin in May")
    [page] = (elsewhere / "raw").rglob("mill.txt")
    first, last = (int(told["source"].split()[place]) for place in (-3, -1))
    assert page.read_bytes()[first:last].decode().startswith("Repairs to the weir")
    assert "1 of 1 paragraphs follow from the raw bytes" in ran.stdout
    page.write_text(MILL.replace("forty", "fifty"), encoding="utf-8")
    ran = run("trace", ingested)
    assert (ran.exit_code, ran.stdout.count("changed: ")) == (1, 2)
    assert "0 of 2 paragraphs follow from the raw bytes" in ran.stdout


PAGE = """<html><body><article><h1>Mill sold</h1>
<p>The council voted on Tuesday to sell the <a href="/mill">old mill</a> to a cooperative of forty <b>local</b> families.</p>
<ul><li>Repairs to the weir will begin in May, said the mayor of Garrow Bridge on Monday.</li></ul>
<p>The cooperative paid 40,000 pounds for the building, half of it in advance, the council said.</p>
</article></body></html>"""


def test_show_prints_an_article_with_its_links_and_without_where_the_page_is_gone(elsewhere):
    (elsewhere / "sold.html").write_text(PAGE, encoding="utf-8")
    (elsewhere / "sold.html.meta.json").write_text('{"url": "https://garrow.example/news/1"}', encoding="utf-8")
    assert run("ingest", "sold.html", "--workers", 1).exit_code == 0
    with duckdb.connect("warehouse/current.duckdb", read_only=True) as reader:
        [(article,)] = reader.execute("SELECT article_id FROM articles").fetchall()
    ran = run("show", article[:12])
    assert (ran.exit_code, ran.stderr) == (0, "")
    cleaned = run("clean", next((elsewhere / "raw").rglob("sold.html")), "--format", "markdown").stdout
    assert ran.stdout.strip() == cleaned.strip()
    assert "the [old mill](https://garrow.example/mill) to a cooperative of forty **local** families" in ran.stdout
    next((elsewhere / "raw").rglob("sold.html")).unlink()
    ran = run("show", article)
    assert (ran.exit_code, "the old mill to a cooperative" in ran.stdout, "- Repairs" in ran.stdout) == (0, True, True)
    assert ran.stderr.startswith("without links and emphasis: missing: no page at")
    assert run("show", "none").exit_code == 2


def test_publish_lists_and_rolls_back(ingested, monkeypatch):
    [version] = [line.split() for line in run("publish", "--list").stdout.splitlines()[1:]]
    assert (version[1], version[3:5]) == ("current", ["1", "2"])
    monkeypatch.setenv("COLUMNS", "40")
    assert version[0] in run("publish", "--list").stdout, "a name that is cut cannot be copied"
    monkeypatch.setenv("COLUMNS", "160")
    assert run("publish").exit_code == 0
    ran = run("publish", "--rollback", version[0])
    assert (ran.exit_code, ran.stdout.startswith(f"readers have {version[0]}")) == (0, True)
    assert run("trace", ingested).exit_code == 0
    ran = run("publish", "--rollback", "20000101T000000.000000Z")
    assert (ran.exit_code, f"there are {version[0]}" in ran.stderr) == (2, True)


def test_schema_can_be_written_to_a_file(elsewhere):
    assert run("schema", "--output", "schema.md").exit_code == 0
    assert (elsewhere / "schema.md").read_text(encoding="utf-8") == run("schema").stdout
