"""The page that the project began with, and one of our own that is built like it, through the command line."""

from __future__ import annotations

import json

import pytest
from conftest import PROJECT
from typer.testing import CliRunner

from cleaner.clean import clean_page
from cleaner.cli import app
from cleaner.landing import Limits, read_paths
from cleaner.model import TEXT_LABELS, Verdict
from cleaner.rules import load_rulebook

LIMITS = Limits(page_bytes=2**20)
SALT_ROAD = PROJECT / "raw/velovale.example/2026-03-02/salt-road.txt"
SALT_ROAD_GOLD = PROJECT / "tests/gold/velovale.example/2026-03-02/salt-road.txt.json"


def records(path):
    ran = CliRunner().invoke(app, ["clean", str(path), "--format", "jsonl"])
    assert (ran.exit_code, ran.stderr) == (0, "")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def has(record, wanted):
    """Hold a record against its gold; its line under the title may have come out as dek or as title."""
    assert record["text"].split("\n\n") == wanted["paragraphs"]
    same = ("headings", "authors", "agency", "tags", "truncated", "language")
    assert {key: record[key] for key in same} == {key: wanted[key] for key in same}
    assert (record["published_at"] or "")[:10] == (wanted.get("published_at") or "")
    if wanted["dek"]:
        assert wanted["dek"] in {record["dek"], record["title"]}
        assert {record["dek"], record["title"]} <= {wanted["dek"], wanted["title"], None}
    else:
        assert (record["title"], record["dek"]) == (wanted["title"], None)


def lines(path, wanted):
    """Give our label of each gold line: that of the ledger's block that begins where the line begins."""
    (page,) = read_paths([str(path)], LIMITS)
    text = page.content.decode()
    entries = {e.block.start: e for e in clean_page(page, load_rulebook()).ledger}
    found, at = [], 0
    for article, label, line, *_ in wanted:
        at = text.index(line, at)
        entry = entries[at]
        assert (entry.label in TEXT_LABELS) == (label in TEXT_LABELS), line
        assert entry.article == article or (not article and entry.verdict is Verdict.REMOVED), line
        found.append([entry.label.value, line])
        at += len(line)
    return found


@pytest.mark.gold
def test_seed_gives_its_two_articles(gold):
    wanted = json.loads((gold / "seed.expected.json").read_text("utf-8"))["articles"]
    found = records(gold / "seed.txt")
    assert len(found) == len(wanted) == 2
    for position, (record, want) in enumerate(zip(found, wanted, strict=True), 1):
        assert record["position"] == position
        assert record["site"] == want["site"]
        has(record, want | {"published_at": want["published"]})


@pytest.mark.gold
def test_seed_lines_are_labelled(gold):
    wanted = json.loads((gold / "seed.expected.json").read_text("utf-8"))["lines"]
    either = {"dek": {"dek", "title"}}
    for (label, line), (_, want, _) in zip(lines(gold / "seed.txt", wanted), wanted, strict=True):
        assert label in either.get(want, {want}), line


def test_salt_road_gives_its_two_articles():
    wanted = json.loads(SALT_ROAD_GOLD.read_text("utf-8"))["articles"]
    found = records(SALT_ROAD)
    assert [r["position"] for r in found] == [1, 2]
    for record, want in zip(found, wanted, strict=True):
        assert record["site"] == "Velo & Vale"
        has(record, want)


def test_salt_road_keeps_its_text_and_drops_its_furniture():
    wanted = json.loads(SALT_ROAD_GOLD.read_text("utf-8"))
    text = "\n\n".join(r["text"] for r in records(SALT_ROAD)).split("\n\n")
    own = [p for a in wanted["articles"] for p in a["paragraphs"]]
    deks = [a["dek"] for a in wanted["articles"] if a["dek"]]
    assert [p for p in text if p not in deks] == own
