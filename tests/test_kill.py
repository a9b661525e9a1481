"""Kill an ingest at any moment: one more run completes it, nothing lost and nothing doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[1]
PAGES = 100
# What a run says of itself differs from run to run; everything else must not.
COMPARED = {
    "pages": "* EXCLUDE (run_id, seconds, revision)",
    "articles": "* EXCLUDE (run_id)",
    "blocks": "*",
    "quarantine": "* EXCLUDE (run_id, rejected_at)",
    "landed_files": "name, size, pages",
    "page_locations": "*",
    "article_clusters": "*",
    "article_versions": "*",
    "host_paragraphs": "*",
    "rule_removals": "*",
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Land pages that take a moment each, some twice, some bad."""
    folder = tmp_path_factory.mktemp("kill") / "raw"
    folder.mkdir()
    for number in range(PAGES):
        text = f"WAIT 0.02\nPage {number - number % 9 // 8} says this.\nAD buy\n"
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    (folder / "none.txt").touch()
    rows = [f'{{"id": {number}, "text": "WAIT 0.02\\nRow {number}"}}' for number in range(40)]
    (folder / "rows.jsonl").write_text("\n".join([*rows[:20], "no row", *rows[20:]]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def unharmed(raw: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give the tables of a run that nobody killed."""
    warehouse = raw.parent / "unharmed"
    assert start(raw, warehouse).wait(120) == 0
    return tables(warehouse)


def start(raw: Path, warehouse: Path) -> subprocess.Popen[bytes]:
    paths = [str(PROJECT / "src"), str(PROJECT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "stand_ins", str(raw), str(warehouse)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tables(warehouse: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(duckdb.connect(str(warehouse / "current.duckdb"), read_only=True)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
            for table, columns in COMPARED.items()
        }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "kills"), [(0, 3), *(pytest.param(seed, 4, marks=pytest.mark.long) for seed in range(1, 6))]
)
def test_kill_and_run_again(
    raw: Path, unharmed: dict[str, list[tuple[object, ...]]], tmp_path: Path, seed: int, kills: int
) -> None:
    moments = random.Random(seed)
    for _ in range(kills):
        victim = start(raw, tmp_path / "warehouse")
        try:
            victim.wait(moments.uniform(0.3, 2.5))
        except subprocess.TimeoutExpired:
            victim.kill()
            victim.wait()
    assert start(raw, tmp_path / "warehouse").wait(120) == 0
    assert tables(tmp_path / "warehouse") == unharmed
