"""A published file that was brought up to date holds what one built anew would, whatever happened in between."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_store_duplicates import MONDAY, Printed, as_page, said, text
from warehouse_samples import digest_of, read, rejected, running, staged

from cleaner.errors import Reason
from cleaner.store import publish as publishing
from cleaner.store.publish import CURRENT_FILE
from cleaner.store.records import FileDone, FileStat, Location
from cleaner.store.versions import list_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaner.model import Cleaned, Rejected
    from cleaner.store.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with running(tmp_path) as opened:
        yield opened


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often the file is built anew; never because too much changed."""
    seen: list[str] = []
    real = publishing._build
    for limit in ("MOST_CHANGED", "MOST_WASTE"):
        monkeypatch.setattr(publishing, limit, float("inf"))
    monkeypatch.setattr(publishing, "_build", lambda connection: (seen.append("built"), real(connection))[1])
    return seen


def held(path: Path) -> dict[str, list[Any]]:
    """Read every table and the views that put several together."""
    with duckdb.connect(path, read_only=True) as reader:
        names = [name for (name,) in reader.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        views = ["ledger", "articles_unique", "articles_latest", "page_versions", "syndication", "ledger_memory"]
        return {
            name: sorted(reader.execute(f"FROM {name}").fetchall(), key=repr)
            for name in (*names, *views)
            if name != "migrations"
        }


def built_anew(warehouse: Warehouse) -> dict[str, list[Any]]:
    (warehouse.folder / CURRENT_FILE).unlink()
    return held(warehouse.publish())


def drawn_page(number: int, drawn: random.Random) -> Cleaned | Rejected:
    """Draw one of the ways in which a page may come: stories, copies, versions, lines in capitals or not, nothing."""
    if drawn.random() < 0.08:
        return rejected(f"p{number}", Reason.TIMEOUT)
    words = text(drawn.randrange(4))
    for _ in range(drawn.randrange(4)):
        words[drawn.randrange(len(words))] = "corrected"
    line = drawn.choice(["Follow the Tide.", "FOLLOW THE TIDE.", "follow the tide.", f"Page {drawn.randrange(3)}"])
    host = f"{'tide' if number % 3 else 'gull'}.example"
    bodies = [[said(words), line]][: drawn.randrange(8)]
    fetched = MONDAY + timedelta(days=drawn.randrange(20)) if number % 5 else None
    return as_page(Printed(f"p{number}", bodies, host, f"story-{number % 6}", fetched, f"2026-03-{number % 9 + 1:02}"))


def disturb(warehouse: Warehouse, seed: int, step: int) -> None:
    """Do what may happen between two publications."""
    drawn = random.Random(f"{seed} {step}")
    numbers = drawn.sample(range(14), drawn.randrange(5 if step else 14))
    results = [drawn_page(number, drawn) for number in numbers]
    shards = [staged(warehouse.folder, results, name=str(step))] if results else []
    seen = [Location(digest_of(f"p{number}"), f"{drawn.randrange(3)}.txt", None) for number in numbers[:2]]
    warehouse.load(shards, [FileDone(FileStat(f"{step}.txt", 1, step), len(results))], seen)
    if drawn.random() < 0.25:  # taken down
        gone = drawn.choice(range(14))
        for table in (*publishing.PAGED_TABLES, "page_locations"):
            warehouse._execute(f"DELETE FROM {table} WHERE page_id = ?", [digest_of(f"p{gone}")])
        warehouse._changed("content")
    if drawn.random() < 0.25:
        warehouse.roll_back(drawn.choice(list_versions(warehouse.folder)).name)


def check_sequence(folder: Path, builds: list[str], seed: int, steps: int) -> None:
    with running(folder) as opened:
        opened.publish()
        for step in range(steps):
            disturb(opened, seed, step)
            path = opened.publish()
        assert builds == ["built"]
        found = held(path)
        assert found == built_anew(opened)
        assert builds == ["built"] * 2


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_updated_is_built_anew(tmp_path: Path, builds: list[str], seed: int) -> None:
    check_sequence(tmp_path, builds, seed, 4)


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), steps=st.integers(1, 6))
def test_updated_is_built_anew_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, builds: list[str], seed: int, steps: int
) -> None:
    builds.clear()
    check_sequence(tmp_path_factory.mktemp("warehouse"), builds, seed, steps)


def printed(name: str, line: str, **changes: Any) -> Cleaned:
    return as_page(replace(Printed(name, [[said(text(int(name[1:]))), line]]), **changes))


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (["Follow us.", "FOLLOW US."], {"p1": "Other."}, []),
        (["Follow us.", "FOLLOW US.", "follow us."], {"p1": "Other."}, ["Follow us."]),
        (["Follow us.", "Other."], {"p1": "FOLLOW US."}, ["Follow us."]),
        (["Follow us.", "FOLLOW US."], {"p0": "follow us."}, ["follow us."]),
        (["Follow us.", "follow us.", "follow us."], {"p0": "Other."}, ["follow us."]),
        (["Follow us.", "Other."], {"p2": "OTHER."}, ["Other."]),
    ],
)
def test_a_line_is_spelt_as_on_the_page_with_the_least_id(
    warehouse: Warehouse, builds: list[str], before: list[str], after: dict[str, str], lines: list[str]
) -> None:
    tmp_path = warehouse.folder
    names = sorted((f"p{number}" for number in range(3)), key=digest_of)
    as_named = {f"p{place}": name for place, name in enumerate(names)}
    first = [printed(as_named[f"p{number}"], line) for number, line in enumerate(before)]
    warehouse.load([staged(tmp_path, first)], [], [])
    warehouse.publish()
    second = [printed(as_named[name], line) for name, line in after.items()]
    warehouse.load([staged(tmp_path, second, name="1")], [], [])
    path = warehouse.publish()
    assert builds == ["built"]
    assert read(path, "SELECT text FROM host_paragraphs WHERE kept > 0 ORDER BY 1") == [(line,) for line in lines]


def test_a_new_place_can_change_the_order_of_versions(tmp_path: Path, warehouse: Warehouse, builds: list[str]) -> None:
    """Two versions fetched at the same moment follow each other by path; a place that is found later counts."""
    pages = [printed(name, "Wall.", address="story", titles=["Wall"]) for name in ("p1", "p2")]
    warehouse.load([staged(tmp_path, pages)], [], [])
    ask = "SELECT p.source, v.version FROM article_versions AS v JOIN pages AS p USING (page_id) ORDER BY 1"
    assert read(warehouse.publish(), ask) == [("p1", 1), ("p2", 2)]
    warehouse.load([], [], [Location(digest_of("p2"), "a.txt", None)])
    assert read(warehouse.publish(), ask) == [("p1", 2), ("p2", 1)]
    assert builds == ["built"]


@pytest.mark.parametrize(("replaced", "expected"), [([1, 1, 1], [1, 2, 0]), ([5], [0]), ([0, 1], [0, 1])])
def test_a_file_with_much_waste_is_built_anew(
    tmp_path: Path, warehouse: Warehouse, replaced: list[int], expected: list[int]
) -> None:
    """Of nine pages two may be replaced."""
    warehouse.load([staged(tmp_path, [printed(f"p{number}", "Line.") for number in range(9)])], [], [])
    warehouse.publish()
    for step, pages in enumerate(replaced):
        again = [printed(f"p{number}", f"Line {step}.") for number in range(pages)]
        warehouse.load([staged(tmp_path, again, name=f"again {step}")] if again else [], [], [])
        warehouse.publish()
    told = warehouse._rows("SELECT replaced FROM publications ORDER BY published_at")
    assert [number for (number,) in told][1:] == expected
