"""The command line, as people and programs use it."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import re
import resource
import selectors
import shlex
import signal
import subprocess
import sys
from contextlib import chdir
from functools import cache
from pathlib import Path

import duckdb
import pytest
import typer
import zstandard
from conftest import PROJECT
from typer.testing import CliRunner

from cleaner import __version__, cli
from cleaner.clean import clean_page
from cleaner.cli import Format, app
from cleaner.errors import ConfigurationError, DiskError, RulePackError, WarehouseLockedError
from cleaner.ingest import stream
from cleaner.ingest.worker import Cleaner
from cleaner.rules import load_packs, load_rulebook
from cleaner.settings import Settings

START = "import sys; from cleaner.cli import main; sys.argv[0] = 'cleaner'; main()"
KEYS = [
    "source", "position", "title", "dek", "authors", "published_at", "modified_at", "site", "url", "language", "section", "agency", "tags",
    "image", "licence", "access", "truncated", "headings", "text", "paragraphs", "confidence",
]  # fmt: skip
MILL = """The Mill Goes to Forty Families

By Tuesday Okoro

The council voted on Tuesday to sell the old mill at Garrow Bridge to a cooperative of forty local families.

Repairs to the weir will begin in May, the surveyor told the meeting, and will cost at least 300,000 pounds.

Keep Reading Show less

A ferry in Oban harbour. Pixabay

The ferry between Oban and Craignure stopped running on Sunday after a fishing net was caught in its rudder.
"""


@cache
def loaded(packs):
    """Load the rules of a folder once, however many commands run in this process: they take half a second."""
    return load_rulebook(packs)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Work in an empty folder, without settings from outside, on a wide terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stream, "Cleaner", lambda: Cleaner(load=loaded))
    for name in os.environ:
        if name.startswith("CLEANER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


@pytest.fixture
def mill(elsewhere):
    page = elsewhere / "mill.txt"
    page.write_text(MILL, encoding="utf-8")
    return page


def run(*args, given=None):
    return CliRunner().invoke(app, [str(a) for a in args], input=given, prog_name="cleaner")


def program(*args, **options):
    """Start the command line as a process of its own."""
    folders = {"PYTHONPATH": str(PROJECT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", START, *map(str, args)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=os.environ | folders, **(pipes | options))


def ended(ran):
    """Wait for a program and return its exit code and what it wrote."""
    out, err = ran.communicate()
    return ran.returncode, out.decode(), err.decode()


def records(ran):
    return [json.loads(line) for line in ran.stdout.splitlines()]


def commands(command, *path):
    """Walk all commands and their groups."""
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, *path, name)


COMMANDS = list(commands(typer.main.get_command(app)))


# Help, version, completion


def test_every_command_is_known_here():
    known = {
        "clean",
        "explain",
        "evaluate",
        "ingest",
        "trace",
        "forget",
        "retain",
        "show",
        "publish",
        "search",
        "export",
        "report",
        "schema",
        "config",
    }
    known |= {"rules", "rules list", "rules check", "rules test", "rules draft"}
    assert {" ".join(c) for c in COMMANDS} - {""} == known


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(command):
    ran = run(*command, "--help")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert f"Usage: {' '.join(('cleaner', *command))}" in ran.stdout


def test_help_comes_at_once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    ran = program("--help")
    out, err = ran.communicate()
    assert (ran.returncode, err) == (0, b"")
    assert b"Usage: cleaner" in out
    # Time of the processor, not of the clock: a machine that is busy must not fail the test. Wanted is 1 s.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3


HELPED = """
import sys
from cleaner.cli import app
print([module for module in HEAVY if module in sys.modules])
for command in COMMANDS:
    app([*command, "--help"], standalone_mode=False)
print([module for module in HEAVY if module in sys.modules and module != "pydantic"])  # typer takes it where it is there
"""


def test_help_of_no_command_needs_a_heavy_library():
    heavy = ("lxml", "duckdb", "pyarrow", "trafilatura", "ftfy", "re2", "pydantic", "dateparser", "pebble", "prefect")
    code = HELPED.replace("COMMANDS", repr(COMMANDS)).replace("HEAVY", repr(heavy))
    folders = {"PYTHONPATH": str(PROJECT / "src")}
    ran = subprocess.run([sys.executable, "-c", code], env=os.environ | folders, capture_output=True, check=True)
    assert ran.stdout.count(b"Usage: ") == len(COMMANDS)
    assert [line for line in ran.stdout.splitlines() if line.startswith(b"[")] == [b"[]", b"[]"]


def test_help_tells_the_keys_of_a_record():
    told = " ".join(run("clean", "--help").stdout.replace("│", " ").split())
    assert ", ".join(KEYS) in told


def test_version():
    assert run("--version").stdout == f"cleaner {__version__}\n"


def test_without_a_command_help_is_shown():
    assert "Usage" in run().output


def test_completion(monkeypatch):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")  # the tests may run under no shell
    ran = program("--show-completion", "bash")
    out, _ = ran.communicate()
    assert ran.returncode == 0
    assert b"_CLEANER_COMPLETE=complete_bash" in out


# Clean


def test_jsonl(mill):
    ran = run("clean", mill, "--format", "jsonl")
    assert (ran.exit_code, ran.stderr) == (0, "")
    first, second = records(ran)
    assert list(first) == list(second) == KEYS
    assert first["source"] == str(mill)
    assert (first["position"], first["title"], first["authors"]) == (
        1,
        "The Mill Goes to Forty Families",
        ["Tuesday Okoro"],
    )
    assert (first["truncated"], second["truncated"], second["position"]) == (True, False, 2)
    assert first["text"].count("\n\n") == 1
    assert first["text"].startswith("The council voted")


def test_markdown(mill):
    lines = run("clean", mill, "--format", "markdown").stdout.splitlines()
    assert lines == run("clean", mill, "--format", "md").stdout.splitlines()
    assert lines[:3] == ["# The Mill Goes to Forty Families", "", "Tuesday Okoro"]
    assert lines[-2].startswith("The ferry between Oban")


def test_table_is_the_default(mill):
    drawn = run("clean", mill).stdout
    assert drawn == run("clean", mill, "--format", "table").stdout
    assert [word in drawn for word in (str(mill), "The Mill Goes to Forty Families", "Tuesday Okoro", "cut")] == [
        True
    ] * 4


@pytest.mark.parametrize("form", list(Format))
def test_output_is_what_stdout_gets(mill, elsewhere, form):
    to_file = run("clean", mill, "--format", form.value, "--output", "out")
    shown = run("clean", mill, "--format", form.value)
    assert (to_file.exit_code, to_file.stdout) == (0, "")
    assert re.sub(r"\s+", " ", (elsewhere / "out").read_text("utf-8")) == re.sub(r"\s+", " ", shown.stdout)
    assert sorted(p.name for p in elsewhere.iterdir()) == ["mill.txt", "out"]


def interrupted(results):
    """Hand on what was cleaned, then fail as a disk does."""

    def cleaned(paths, settings):
        yield from results(paths, settings)
        message = "disk gone"
        raise DiskError(message)

    return cleaned


def test_output_is_replaced_whole_or_not_at_all(mill, elsewhere, monkeypatch):
    out = elsewhere / "out.jsonl"
    out.write_text("before")
    monkeypatch.setattr(cli, "_cleaned", interrupted(cli._cleaned))
    assert run("clean", mill, "--format", "jsonl", "--output", out).exit_code == 3
    assert run("clean", "missing.txt", "--format", "jsonl", "--output", out).exit_code == 2
    assert out.read_text() == "before"
    assert sorted(p.name for p in elsewhere.iterdir()) == ["mill.txt", "out.jsonl"]


def test_output_that_cannot_be_written(mill):
    ran = run("clean", mill, "--output", "missing/out.jsonl")
    assert ran.exit_code == 2
    assert "missing" in ran.stderr


@pytest.mark.parametrize(
    ("given", "articles"),
    [
        (MILL.encode(), 2),
        (gzip.compress(MILL.encode(), mtime=0), 2),
        (f"<html><body><article><h1>Mill</h1><p>{MILL.splitlines()[4]}</p></article></body></html>".encode(), 1),
        (json.dumps({"id": "a", "text": MILL}).encode() + b"\n" + json.dumps({"id": "b", "text": MILL}).encode(), 4),
    ],
    ids=["text", "gz", "html", "jsonl"],
)
def test_stdin(given, articles):
    ran = run("clean", "-", "--format", "jsonl", given=given)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert len(records(ran)) == articles


PACK = {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress, "xz": lzma.compress}


@pytest.mark.parametrize("packing", PACK)
def test_compressed(mill, packing):
    packed = mill.with_name(f"mill.txt.{packing}")
    packed.write_bytes(PACK[packing](MILL.encode()))
    plain, unpacked = (records(run("clean", path, "--format", "jsonl")) for path in (mill, packed))
    assert [r | {"source": ""} for r in unpacked] == [r | {"source": ""} for r in plain]


def test_folders_files_and_rows_come_in_order(mill, elsewhere):
    folder = elsewhere / "pages"
    folder.mkdir()
    (folder / "b.txt").write_text(MILL)
    (folder / "a.jsonl").write_text("".join(json.dumps({"id": f"row {n}", "text": MILL}) + "\n" for n in range(2)))
    ran = run("clean", mill, "pages", "--format", "jsonl")
    places = [(r["source"], r["position"]) for r in records(ran)]
    assert places == [(s, n) for s in (str(mill), "row 0", "row 1", "pages/b.txt") for n in (1, 2)]


def test_rejected_pages_are_told_and_the_others_go_on(mill, elsewhere):
    (elsewhere / "empty.txt").write_bytes(b"")
    (elsewhere / "menu.txt").write_text("Menu\nSearch\nLog in\n")
    (elsewhere / "photo.png").write_bytes(b"\x89PNG")
    (elsewhere / "cut.jsonl.gz").write_bytes(gzip.compress(json.dumps({"id": "a", "text": MILL}).encode())[:-9])
    ran = run("clean", "empty.txt", "menu.txt", "photo.png", "cut.jsonl.gz", mill, "--format", "jsonl")
    assert ran.exit_code == 0
    told = [line.split(": ")[:2] for line in ran.stderr.splitlines()]
    assert told == [
        ["empty.txt", "empty"],
        ["menu.txt", "no-body"],
        ["photo.png", "unknown-type"],
        ["cut.jsonl.gz", "corrupt"],
    ]
    assert {r["source"] for r in records(ran)} == {str(mill)}


def test_a_bug_of_ours_is_exit_code_1_and_the_others_go_on(mill, elsewhere, monkeypatch):
    (elsewhere / "bad.txt").write_text("bad")

    def clean(page, rulebook):
        if page.source == "bad.txt":
            message = "no such case"
            raise KeyError(message)
        return clean_page(page, rulebook)

    monkeypatch.setattr(stream, "Cleaner", lambda: Cleaner(load=loaded, clean=clean))
    ran = run("clean", "bad.txt", mill, "--format", "jsonl", "--output", "out")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("bad.txt: crash: Traceback")
    assert "no such case" in ran.stderr
    assert len((elsewhere / "out").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("say how"), 2),
        (RulePackError("say how"), 2),
        (WarehouseLockedError("say how"), 3),
        (DiskError("say how"), 3),
        (OSError(28, "say how"), 3),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda e: type(e).__name__ if isinstance(e, BaseException) else str(e),
)
def test_exit_codes(mill, monkeypatch, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr(cli, "_cleaned", fail)
    ran = run("clean", mill)
    assert ran.exit_code == code
    assert ("say how" in ran.stderr) == (code != 130)
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["clean"], "Missing argument"),
        (["clean", "missing.txt"], "cleaner: no such file or folder, or no right to see it: missing.txt"),
        (["clean", "mill.txt", "missing", "gone"], "missing, gone"),
        (["clean", "mill.txt", "--format", "xml"], "'table', 'markdown', 'md'"),
        (["clean", "mill.txt", "--colour"], "No such option: --colour"),
        (["clean", "mill.txt", "--workers", "0"], "--workers"),
        (["clean", "mill.txt", "--packs", "missing"], "missing: no such folder of rule packs"),
        (["explain", "missing.txt"], "missing.txt"),
        (["explain", "mill.txt", "--article", "3"], "mill.txt has 2 articles; there is no article 3"),
        (["explain", "mill.txt", "--article", "0"], "--article"),
        (["ingest"], "raw: no such landing zone"),
        (["ingest", "missing.txt"], "missing.txt"),
        (["trace", "5d41"], "current.duckdb is not there: nothing was published yet"),
        (["trace", "5d41:0"], "after the colon stands the number of a paragraph"),
        (["trace", "5d41:x"], "after the colon stands the number of a paragraph"),
        (["publish"], "warehouse: no such warehouse"),
        (["schema", "--output", "nowhere/schema.md"], "no such folder nowhere"),
        (["rules", "list", "--label", "spam"], "--label spam: none of body, heading"),
        (["rules", "sing"], "No such command 'sing'"),
        (["frobnicate"], "No such command 'frobnicate'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("mill")
def test_wrong_use_is_exit_code_2_and_says_what(args, told):
    ran = run(*args)
    assert ran.exit_code == 2
    assert told in " ".join(ran.stderr.replace("│", " ").split())


def test_a_missing_path_prints_no_table():
    assert run("clean", "missing.txt").stdout == ""


# Processes


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(elsewhere):
    pages = PROJECT / "raw/velovale.example/2026-03-03"
    (elsewhere / "odd.txt").write_bytes(b"")
    given = [pages, elsewhere / "odd.txt", PROJECT / "raw/velovale.example/2026-03-02", "--format", "jsonl"]
    one, two = run("clean", *given, "--workers", 1), program("clean", *given, "--workers", 2)
    out, err = two.communicate()
    assert two.returncode == 0
    assert (out, err) == (one.stdout_bytes, one.stderr_bytes)


def first_line_of(ran, row):
    """Feed one row, leave the pipe open, and give the line that comes out, if one comes."""
    ran.stdin.write(row)
    ran.stdin.flush()
    with selectors.DefaultSelector() as ready:
        ready.register(ran.stdout, selectors.EVENT_READ)
        return ran.stdout.readline() if ready.select(timeout=60) else None


def test_the_first_line_appears_while_the_input_goes_on_and_an_interrupt_is_130():
    ran = program("clean", "-", "--format", "jsonl", start_new_session=True)
    row = json.dumps({"id": "a", "text": MILL}).encode() + b"\n"
    assert json.loads(first_line_of(ran, row))["source"] == "a"
    os.killpg(ran.pid, signal.SIGINT)
    _, err = ran.communicate(timeout=60)
    assert ran.returncode == 130
    assert err.startswith(b"interrupted")
    assert b"Traceback" not in err


@pytest.mark.parametrize("form", ["jsonl", pytest.param("table", marks=pytest.mark.slow)])
def test_a_reader_that_has_enough_is_no_error(elsewhere, form):
    (elsewhere / "pages.jsonl").write_text("".join(json.dumps({"id": f"{n}", "text": MILL}) + "\n" for n in range(60)))
    command = shlex.join([sys.executable, "-c", START, "clean", "pages.jsonl", "--format", form])
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} | head -1"],
        env=os.environ | {"PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        check=False,
    )
    assert ran.stdout.count(b"\n") == 1
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_full_disk_is_exit_code_3(mill):
    with Path("/dev/full").open("wb") as full:
        ran = program("clean", mill, "--format", "jsonl", stdout=full)
        _, err = ran.communicate()
    assert ran.returncode == 3
    assert err == b"cleaner: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("form", [Format.TABLE, pytest.param(Format.JSONL, marks=pytest.mark.slow)])
def test_a_terminal_that_speaks_no_unicode_is_no_error(mill, monkeypatch, form):
    mill.write_text(MILL.replace("mill at", "mill – “Mühle” 磨坊 – at"), encoding="utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    out, err = (ran := program("clean", mill, "--format", form.value)).communicate()
    assert (ran.returncode, err) == (0, b"")
    assert "Mühle".encode() in out or form is Format.TABLE


# Explain


def test_explain_shows_every_line_and_why(mill):
    drawn = run("explain", mill).stdout
    for told in ("keep_reading.whole", "caption.stock_end", "model.text", "By Tuesday Okoro", "article 2 opens"):
        assert told in drawn


def test_explain_one_article_and_its_fields(mill):
    drawn = run("explain", mill, "--article", 2, "--metadata").stdout
    assert "The ferry between Oban" in drawn
    assert "The council voted" not in drawn
    assert "truncated" in drawn


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("mill.txt", MILL, "line 5, characters 51 to"),
        (
            "mill.html",
            f"<h1>Mill</h1>\n<p>{MILL.splitlines()[4]}</p>",
            "line 2, characters 17 to 125, /html/body[1]/p[1]#1",
        ),
    ],
)
def test_explain_shows_where_lines_stand_in_the_source(elsewhere, name, content, place):
    (elsewhere / name).write_text(content, encoding="utf-8")
    assert place in run("explain", name, "--places").stdout
    assert place not in run("explain", name).stdout


def test_explain_takes_stdin_and_rows():
    rows = "".join(json.dumps({"id": name, "text": MILL}) + "\n" for name in ("one", "two"))
    drawn = run("explain", "-", given=rows).stdout
    assert "one" in drawn
    assert "two" in drawn


def test_explain_tells_why_there_is_nothing(elsewhere):
    (elsewhere / "empty.txt").write_bytes(b"")
    ran = run("explain", "empty.txt")
    assert (ran.exit_code, ran.stderr) == (0, "empty.txt: empty: 0 bytes\n")


# Ingest


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


# Trace and schema


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


# Config


def rows(drawn):
    return {line.split()[0]: " ".join(line.split()[1:]) for line in drawn.splitlines() if line.strip()}


def test_config_tells_every_setting_and_where_it_comes_from(elsewhere, monkeypatch):
    (elsewhere / "cleaner.toml").write_text('workers = 3\nraw = "zone"\n')
    monkeypatch.setenv("CLEANER_RAW", "elsewhere")
    ran = run("config")
    assert ran.exit_code == 0
    told = rows(ran.stdout)
    assert set(told) >= set(Settings.model_fields)
    assert told["workers"].startswith("3 cleaner.toml")
    assert told["raw"].startswith("elsewhere environment CLEANER_RAW")
    assert told["batch_pages"].startswith("20000 default")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("batch_pages = 0", "batch_pages: Input should be greater than or equal to 1 (got 0)"),
        ("wrokers = 2", "wrokers: Extra inputs are not permitted"),
        ("workers = ", "cleaner.toml: "),
    ],
)
@pytest.mark.parametrize("command", ["config", "clean mill.txt", "rules check"])
@pytest.mark.usefixtures("mill")
def test_a_wrong_setting_stops_every_command(elsewhere, text, told, command):
    (elsewhere / "cleaner.toml").write_text(text)
    ran = run(*command.split())
    assert ran.exit_code == 2
    assert told in ran.stderr
    assert ran.stdout == ""


# Rules

OWN = """
[pack]
name = "harrow"
language = "any"
description = "Harrow Tide"

[[rule]]
id = "promo.harrow_club"
label = "promo"
match = '^tide club\\b'
where = "line"
strength = "certain"
max_words = 9
why = "Its members' club."
hits = ["Tide Club: join today"]
misses = ["The tide club met on Monday."]
"""


@pytest.fixture
def packs(elsewhere):
    folder = elsewhere / "packs"
    folder.mkdir()
    (folder / "harrow.toml").write_text(OWN)
    return folder


def test_rules_are_listed_with_their_why():
    told = run("rules", "list").stdout
    assert all(rule.id in told for pack in load_packs() for rule in pack.rules)


def test_rules_of_one_label(packs):
    told = run("rules", "list", "--label", "promo", "--packs", packs).stdout
    assert "promo.harrow_club" in told
    assert "Its members' club." in told
    assert "keep_reading.whole" not in told


def test_rules_check_names_the_packs(packs):
    ran = run("rules", "check", "--packs", packs)
    assert ran.exit_code == 0
    assert "harrow.toml: 1 rules for any" in ran.stdout
    assert re.search(r"^rulebook digest [0-9a-f]{16}$", ran.stdout, re.MULTILINE)
    assert loaded(None).digest[:16] not in ran.stdout


@pytest.mark.parametrize("command", ["rules check", "clean mill.txt"])
@pytest.mark.usefixtures("mill")
def test_a_pack_that_does_not_load_is_named(packs, command):
    (packs / "harrow.toml").write_text(OWN.replace('"promo"', '"spam"'))
    ran = run(*command.split(), "--packs", packs)
    assert ran.exit_code == 2
    assert ran.stderr.startswith("cleaner: harrow.toml: rule promo.harrow_club: field label: 'spam' is none of")


def test_rules_test_runs_every_example(packs):
    (packs / "harrow.toml").write_text(OWN.replace("The tide club", "Tide club"))
    ran = run("rules", "test", "--packs", packs)
    assert (ran.exit_code, ran.stderr) == (
        2,
        "promo.harrow_club: matches its example in misses: Tide club met on Monday.\n",
    )
    assert re.fullmatch(r"\d{3,} examples of \d{3,} rules, 1 wrong\n", ran.stdout)


def test_own_rules_work(mill, packs):
    mill.write_text(MILL.replace("Repairs to", "Tide Club: join today\n\nRepairs to"))
    assert "promo.harrow_club" not in run("explain", mill).stdout
    assert "promo.harrow_club" in run("explain", mill, "--packs", packs).stdout
    assert "Tide Club" not in run("clean", mill, "--format", "md", "--packs", packs).stdout
