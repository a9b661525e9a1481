"""What readers get: a file of its own, with views, comments and the queries of the documentation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from warehouse_samples import (
    BODIES,
    NOON,
    article,
    cleaned,
    digest_of,
    everything,
    outcome,
    page,
    publish_sample,
    read,
    running,
    sample,
    staged,
    start,
)

from cleaner.errors import ConfigurationError
from cleaner.model import Cleaned, Kind, Label
from cleaner.store import publish, versions
from cleaner.store.publish import CURRENT_FILE
from cleaner.store.records import FileStat, Location
from cleaner.store.staging import STAGED_TABLES
from cleaner.store.takedown import Order, Wanted
from cleaner.store.versions import list_versions
from cleaner.store.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with running(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_sample(tmp_path_factory.mktemp("warehouse"))


# --- publishing


def test_publications_that_begin_as_a_model_are_as_those_that_ship(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fast tests save the migrations of each file; see `conftest.py`."""
    shipped = publish._under_construction
    monkeypatch.setattr(publish, "_under_construction", getattr(shipped, "__wrapped__", shipped))
    shapes = "SELECT sql FROM duckdb_tables() UNION ALL SELECT sql FROM duckdb_views() ORDER BY ALL"
    comments = "SELECT table_name, column_name, comment, data_type FROM duckdb_columns() ORDER BY ALL"
    built = publish_sample(tmp_path)
    for asked in (shapes, comments, "SELECT number, name FROM migrations", "SELECT count(*) FROM revision"):
        assert read(built, asked) == read(published, asked)


def test_the_published_file_holds_every_table(published: Path) -> None:
    found = {table: read(published, f"SELECT count(*) FROM {table}")[0][0] for table in STAGED_TABLES}
    expected = {"pages": 4, "articles": 5, "blocks": 11, "quarantine": 2}
    assert {table: found[table] for table in expected} == expected
    assert read(published, "SELECT status, pages_in FROM runs") == [("succeeded", 5)]


def test_long_texts_are_compressed(tmp_path: Path, warehouse: Warehouse) -> None:
    pages = [cleaned(f"page-{n}", [f"{m} {n} " + " ".join(BODIES["harbour"]) for m in range(20)]) for n in range(300)]
    warehouse.load([staged(tmp_path, pages)], [], [])
    kinds = read(warehouse.publish(), "SELECT DISTINCT compression FROM pragma_storage_info('articles')"
        " WHERE column_name = 'text' AND segment_type = 'VARCHAR'")  # fmt: skip
    assert kinds == [("ZSTD",)]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("SELECT DISTINCT decided_by, evidence FROM removed_lines", [("promo.follow", "Follow us")]),
        (
            "SELECT label, decided_by, lines, pages, share, mean_score, example FROM noise_by_rule",
            [("promo", "promo.follow", 5, 3, 1.0, 0.9, "Follow us " + "for more of this " * 15)],
        ),
        ("SELECT count(*), max(copies) FROM articles_unique", [(3, 3)]),
        (
            f"SELECT paragraph, text FROM paragraphs WHERE page_id = '{digest_of('harbour')}' ORDER BY block LIMIT 2",
            list(enumerate(BODIES["harbour"], 1)),
        ),
        (
            "SELECT source, reasons, why[1] FROM suspicious_pages WHERE articles = 0 ORDER BY source",
            [("bare", ["no-body"], "no article"), ("crashed", ["crash"], "no article")],
        ),
        ("SELECT run_id, pages_per_second, adds_up FROM runs_latest", [("run-1", 2.5, True)]),
        ("FROM rule_stats", [("promo.follow", "promo", 5, 3, 5, 5, 0)]),
        (
            (
                "SELECT site, pages, articles, articles_per_page, pages_without_article, quarantined, lines, removed_lines"
                " FROM site_stats"
            ),
            [("Harrow Tide", 4, 5, 1.25, 1, 1, 11, 5), (None, 0, 0, None, 0, 1, 0, 0)],
        ),
        (
            "SELECT site, articles, title, dek, author, published, clock_time, url, tags, truncated FROM coverage_by_site",
            [("Harrow Tide", 5, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0)],
        ),
        (
            "SELECT day::VARCHAR, site, articles, articles_with_copies FROM daily_volume",
            [("2026-03-01", "Harrow Tide", 3, 5)],
        ),
        ("SELECT DISTINCT version, superseded_by FROM page_versions", [(1, None)]),
    ],
)
def test_views(published: Path, view: str, expected: list[Any]) -> None:
    assert read(published, view) == expected


def test_the_first_publication_of_a_text_stands_for_its_copies(tmp_path: Path, warehouse: Warehouse) -> None:
    days = {"undated": None, "late": "2026-03-05", "early": "2026-03-02"}
    pages = [
        cleaned(name, BODIES["mill"], articles=(article(name, 1, BODIES["mill"], published_at=day),))
        for name, day in days.items()
    ]
    warehouse.load([staged(tmp_path, pages)], [], [])
    assert read(warehouse.publish(), "SELECT published_local, copies FROM articles_unique") == [("2026-03-02", 3)]


def test_publishing_is_skipped_where_nothing_changed(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, sample())], [], [])
    path = warehouse.publish()
    first = path.stat()
    assert warehouse.publish().stat() == first
    warehouse.load([], [], [Location(digest_of("mill"), "again.txt", None)])
    assert warehouse.publish().stat().st_ino != first.st_ino


def test_a_run_without_news_is_published_too(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, sample())], [], [])
    warehouse.finish_run("run-1", outcome())
    before = everything(warehouse)
    warehouse.publish()
    warehouse.begin_run(start("run-2"))
    warehouse.finish_run("run-2", outcome(pages_in=4, pages_cleaned=0, pages_quarantined=0, pages_known=4))
    path = warehouse.publish()
    assert read(path, "SELECT run_id FROM runs_latest") == [("run-2",), ("run-1",)]
    assert read(path, "SELECT count(*) FROM articles") == [(len(before["articles"]),)]


@pytest.mark.parametrize("harm", ["gone", "changed", "log left behind"])
def test_a_published_file_that_was_harmed_is_made_anew(tmp_path: Path, warehouse: Warehouse, harm: str) -> None:
    warehouse.load([staged(tmp_path, sample())], [], [])
    path = warehouse.publish()
    if harm == "gone":
        path.unlink()
    elif harm == "changed":
        with duckdb.connect(path) as vandal:
            vandal.execute("DROP TABLE articles CASCADE")
    else:
        path.with_name(f"{CURRENT_FILE}.wal").write_bytes(b"of another file")
        path.unlink()
    assert read(warehouse.publish(), "SELECT count(*) FROM articles") == [(5,)]


def test_what_was_left_of_a_publication_is_no_hindrance(tmp_path: Path, warehouse: Warehouse) -> None:
    (tmp_path / "next.duckdb").write_bytes(b"half a file")
    (tmp_path / "next.duckdb.wal").write_bytes(b"half a log")
    warehouse.load([staged(tmp_path, sample())], [], [])
    assert read(warehouse.publish(), "SELECT count(*) FROM articles") == [(5,)]
    assert list(tmp_path.glob("next*")) == []


# --- versions


def counted(folder: Path) -> list[tuple[int, bool]]:
    return [(version.articles, version.is_current) for version in list_versions(folder)]


def test_the_last_publications_are_kept_and_can_be_had_again(tmp_path: Path, warehouse: Warehouse) -> None:
    assert counted(tmp_path) == []
    for number, result in enumerate(sample()[:3]):
        warehouse.load([staged(tmp_path, [result], name=str(number))], [], [])
        path = warehouse.publish(keep_versions=2)
    assert counted(tmp_path) == [(5, True), (4, False)]
    newest, oldest = list_versions(tmp_path)
    assert newest.digests == ("digest-1",)
    assert (newest.pages, newest.blocks, newest.quarantined, newest.bytes) == (3, 11, 0, path.stat().st_size)
    assert warehouse.roll_back(oldest.name) == path
    assert read(path, "SELECT count(*) FROM articles") == [(4,)]
    assert counted(tmp_path) == [(5, False), (4, True)]
    assert warehouse.roll_back(oldest.name) == path, "going back to where one is changes nothing"
    assert not (tmp_path / "next.duckdb").exists()
    assert read(warehouse.publish(keep_versions=2), "SELECT count(*) FROM articles") == [(5,)]


def test_a_version_that_is_not_kept_is_told(warehouse: Warehouse) -> None:
    warehouse.publish()
    with pytest.raises(ConfigurationError, match="is not kept"):
        warehouse.roll_back("../../etc")


def test_a_disk_without_hard_links_keeps_copies(
    tmp_path: Path, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(versions.os, "link", refuse)
    warehouse.load([staged(tmp_path, sample())], [], [])
    warehouse.publish()
    assert [version.articles for version in list_versions(tmp_path)] == [5]


# --- the queries of the documentation

QUERIES_FILE = Path(__file__).parents[1] / "docs" / "queries.md"
QUERIES = re.findall(r"^## \d+\. (.+?)\n.*?```sql\n(.*?)```", QUERIES_FILE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the sample, another version of one of its pages, a list, a page that was forgotten and a file that expired."""
    folder = tmp_path_factory.mktemp("asked")
    again = page("mill again", url="https://tide.example/mill?utm_source=x", fetched_at=NOON + timedelta(days=1))
    grown = cleaned("mill again", (*BODIES["mill"], "It had been shut since March."), page=again)
    gone = cleaned("gone", ("A name that should not have been printed.",))
    with running(folder) as opened:
        opened.load([staged(folder, [*sample(), grown, _listed(), gone])], [], [])
        takedown = opened.takedown()
        wanted = takedown.widened(Wanted(pages=frozenset({gone.page.page_id})))
        takedown.forget(takedown.doomed(wanted), wanted, Order("archive", "the source was mistaken"))
        takedown.expire([(FileStat(again.path, 1, 1), 1, NOON)])
        opened.finish_run("run-1", outcome())
        return opened.publish()


def _listed() -> Cleaned:
    """Make an article that is a list, of the length and words that the rules of quality ask for."""
    made = cleaned("ferries", tuple(LONG.strip().splitlines()))
    entries = (
        replace(e, block=e.block.of_kind(Kind.LIST_ITEM, 1, i)) if e.label is Label.BODY else e
        for i, e in enumerate(made.ledger, 1)
    )
    return replace(made, ledger=tuple(entries))


LONG = """
The harbour board has counted the ferries that the storm left in the bay, and it will say on Monday which of them are to be mended.
Three of the boats have holes below the water line, so that they must be lifted before anybody can tell what the work will cost.
One was found on the sands with her wheel lashed and her lamps still burning, which the coxswain calls the best seamanship of the year.
People who have tickets for the morning boat may take the bus from the mill, with their bicycles, until the quay is open again.
"""


def test_there_are_at_least_ten_queries() -> None:
    assert len(QUERIES) >= 10


@pytest.mark.parametrize(("name", "sql"), QUERIES, ids=[name for name, _ in QUERIES])
def test_documented_queries_run_and_find_something(
    asked: Path, name: str, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del name
    monkeypatch.chdir(tmp_path)
    assert read(asked, sql)
