"""The commands that clean and explain pages: forms of input and output, what is told, how they end."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import re
import selectors
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from command_line import KEYS, MILL, START, program, records, run
from conftest import PROJECT, loaded

from cleaner import cli
from cleaner.clean import clean_page
from cleaner.cli import Format
from cleaner.errors import DiskError
from cleaner.ingest import stream
from cleaner.ingest.worker import Cleaner

pytestmark = pytest.mark.usefixtures("elsewhere")


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
