"""Warehouses of every earlier version open here, keep their rows and read as if made today."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse_samples import BODIES, cleaned, outcome, read, running, sample, staged

from cleaner.store.publish import ETL_FILE, attach
from cleaner.store.schema import migrate, migrations
from cleaner.store.warehouse import open_warehouse

RELEASED = sorted((Path(__file__).parent / "contract").glob("etl-*.duckdb.xz"))
"""Warehouses that earlier releases wrote, by the number of their last migration."""

PAGE = (
    "INSERT INTO pages (page_id, url, site, source, path, sha256, bytes, media_type, articles, digest, run_id, seconds)"
    " VALUES ('p', 'https://www.Tide.example:443/a?utm=1', 'Tide', 's', 'tide/s.txt', 'x', 9, 'text/plain', 2, 'd', 'r', 1)"
)
ARTICLE = (
    "INSERT INTO articles (article_id, page_id, position, truncated, text, words, text_sha256, headings, confidence,"
    " run_id, digest) VALUES (?, 'p', ?, false, ?, 2, 'x', [], 0.9, 'r', 'd')"
)
ARTICLES = [("a1", 1, "Café höhe.\n\nSecond 😀 line."), ("a2", 2, "Edited by hand.")]
LINES = [
    # block, text, verdict, label, article_id, paragraph
    (0, "Headline", "kept", "title", "a1", None),
    (1, "Café höhe.", "kept", "heading", "a1", 1),
    (2, "Follow us", "removed", "promo", "a1", None),
    (3, "Second 😀 line.", "kept", "body", "a1", 2),
    (4, "Not what the article says.", "kept", "body", "a2", 1),
    (5, "Menu", "removed", "nav", None, None),
]
LEDGER_BEFORE_2 = (
    "INSERT INTO ledger (page_id, block, tag, text, verdict, label, article_id, article, decided_by, score, evidence,"
    " repairs, marks) VALUES ('p', ?, 'p', ?, ?, ?, ?, 1, 'rule', 0.9, 'words', [], [])"
)
BLOCKS_SINCE_2 = (
    "INSERT INTO blocks (page_id, block, tag, text, verdict, label, article_id, paragraph, article, decided_by, score,"
    " evidence, repairs, marks) VALUES ('p', ?, 'p', ?, ?, ?, ?, ?, 1, 'rule', 0.9, 'words', [], [])"
)


def old_warehouse(folder: Path, version: int) -> None:
    """Write a warehouse as the version did whose last migration was this one, with rows in it."""
    folder.mkdir()
    with duckdb.connect() as writer:
        attach(writer, folder / ETL_FILE, "etl")
        writer.execute("USE etl")
        migrate(writer, migrations()[:version])
        writer.execute(PAGE)
        writer.executemany(ARTICLE, ARTICLES)
        if version < 2:
            writer.executemany(LEDGER_BEFORE_2, [line[:-1] for line in LINES])
        else:
            writer.executemany(BLOCKS_SINCE_2, LINES)


@pytest.mark.parametrize("version", range(1, len(migrations()) + 1))
def test_a_warehouse_of_any_earlier_version_reads_as_if_made_today(tmp_path: Path, version: int) -> None:
    old_warehouse(tmp_path / "old", version)
    with open_warehouse(tmp_path / "old") as opened:
        current = opened.publish()
        assert opened.totals()["migrations"] == len(migrations())
    assert read(current, "SELECT block, text, verdict, label, article_id FROM ledger ORDER BY block") == [
        line[:-1] for line in LINES
    ]
    assert read(current, "SELECT article_id, position, text FROM articles_unique ORDER BY article_id") == ARTICLES
    paragraphs = [(line[4], line[5], line[1]) for line in LINES if line[5]]
    assert read(current, "SELECT article_id, paragraph, text FROM paragraphs ORDER BY block") == paragraphs


def test_the_second_migration_stores_kept_text_once(tmp_path: Path) -> None:
    old_warehouse(tmp_path / "old", 1)
    with open_warehouse(tmp_path / "old") as opened:
        places = opened._rows("SELECT block, text, text_offset, text_length FROM blocks ORDER BY block")
        assert opened._rows("SELECT host FROM pages") == [("tide.example",)]
    kept_once = {1: (0, 10), 3: (12, 14)}
    assert places == [
        (block, None if block in kept_once else text, *kept_once.get(block, (None, None))) for block, text, *_ in LINES
    ]


def test_the_fourth_migration_fills_its_columns_from_the_candidates_of_then(tmp_path: Path) -> None:
    old_warehouse(tmp_path / "old", 3)
    stated = [("modified_at", "2026-03-01T09:30:00+01:00"), ("section", "Coast"), ("access", "subscribers")]
    with duckdb.connect() as writer:
        attach(writer, tmp_path / "old" / ETL_FILE, "etl")
        writer.executemany(
            "INSERT INTO etl.field_candidates VALUES ('p', 'a1', ?, ?, 'json-ld', 0.9, true, 'x')", stated
        )
        writer.execute("INSERT INTO etl.field_candidates VALUES ('p', 'a2', 'section', 'Sea', 'meta', 0.7, false, 'x')")
    with open_warehouse(tmp_path / "old") as opened:
        current = opened.publish()
    rows = read(
        current,
        "SELECT section, access, modified_local, modified_at = '2026-03-01 08:30:00+00' FROM articles ORDER BY article_id",
    )
    assert rows == [("Coast", "subscribers", "2026-03-01T09:30:00+01:00", True), (None, None, None, None)]


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.name)
def test_a_file_of_an_earlier_release_opens_and_grows(tmp_path: Path, released: Path) -> None:
    (tmp_path / ETL_FILE).write_bytes(lzma.decompress(released.read_bytes()))
    before = contents(tmp_path / ETL_FILE)
    with running(tmp_path) as opened:
        current = opened.publish()
        assert {name: read(current, sql) for name, sql in KEPT.items()} == before
        assert read(current, "SELECT count(*) FROM paragraphs WHERE text IS NULL") == [(0,)]
        assert read(current, "SELECT count(*) FROM blocks WHERE text_offset IS NOT NULL") == before["text lines"]
        opened.load([staged(tmp_path, [cleaned("mill", BODIES["mill"]), *sample()[:1]])], [], [])
        opened.finish_run("run-1", outcome("failed"))
        assert read(opened.publish(), "SELECT count(*) FROM articles")[0][0] == before["articles"][0][0] + 4


KEPT = {
    "pages": "SELECT page_id, url, site, sha256, layout, fetched_at FROM pages ORDER BY page_id",
    "articles": "SELECT count(*), sum(words), min(article_id), max(text_sha256) FROM articles",
    "ledger": "SELECT page_id, block, text, verdict, label, decided_by, marks FROM ledger ORDER BY page_id, block",
    "text lines": "SELECT count(*) FROM ledger WHERE verdict = 'kept' AND label IN ('body', 'heading')",
    "quarantine": "SELECT page_id, reason, detail FROM quarantine ORDER BY ALL",
}


def contents(path: Path) -> dict[str, list[Any]]:
    return {name: read(path, sql) for name, sql in KEPT.items()}


def test_there_is_a_file_of_an_earlier_release() -> None:
    assert RELEASED
