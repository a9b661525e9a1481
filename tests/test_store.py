"""The warehouse: what goes in comes out once, replaced by page; runs and schema are on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouse_samples import (
    BODIES,
    article,
    cleaned,
    digest_of,
    everything,
    outcome,
    page,
    publish_sample,
    read,
    rejected,
    running,
    sample,
    staged,
    start,
)

from cleaner.errors import CleanerError, ConfigurationError, DiskError, MigrationError, Reason
from cleaner.model import (
    Candidate,
    Kind,
    Label,
    Layout,
    Verdict,
)
from cleaner.store import schema
from cleaner.store.records import FileDone, FileStat, Location
from cleaner.store.schema import Migration, migrate, migrations, quoted
from cleaner.store.staging import STAGED_TABLES, Counts, StagedShard, count, storable
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with running(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_sample(tmp_path_factory.mktemp("warehouse"))


# --- groups of rows


MANY = (
    "INSERT INTO pages BY NAME SELECT range::VARCHAR AS page_id, '' AS source, '' AS path, '' AS sha256, 0 AS bytes,"
    " 'text/plain' AS media_type, 1 AS articles, '' AS digest, '' AS run_id, 0 AS seconds FROM range({first}, {last})"
)


@pytest.mark.parametrize(
    ("sizes", "deleted", "merged"),
    [
        ((), 0, False),
        ((12_000, 12_000), 0, False),
        ((9_000, 100), 0, True),
        ((24_000,), 0.3, False),
        ((24_000,), 0.5, True),
    ],
)
def test_groups_of_rows_are_merged_where_they_are_small_or_mostly_deleted(
    warehouse: Warehouse, sizes: tuple[int, ...], deleted: float, merged: bool
) -> None:
    warehouse._execute("SET max_vacuum_tasks = 0")
    for place, size in enumerate(sizes):
        warehouse._execute(MANY.format(first=place * 100_000, last=place * 100_000 + size))
        warehouse._execute("CHECKPOINT")
    warehouse._execute(f"DELETE FROM pages WHERE page_id::INTEGER < {sum(sizes) * deleted}")
    warehouse.load([], [], [])
    assert (warehouse._rows("SELECT current_setting('max_vacuum_tasks')") != [(0,)]) is merged


# --- staging


def test_a_shard_is_staged_whole_and_counted(tmp_path: Path) -> None:
    shard = staged(tmp_path, sample())
    assert shard.counts == Counts(
        pages=5,
        cleaned=3,
        quarantined=2,
        articles=5,
        removed={"promo": 5},
        kept={"body": 6},
        reasons={"crash": 1, "no-body": 1},
    )
    assert sorted(part.stem for part in shard.folder.iterdir()) == sorted(STAGED_TABLES)
    assert [folder.name for folder in shard.folder.parent.iterdir()] == ["0"]


def test_staging_again_replaces_the_shard(tmp_path: Path) -> None:
    staged(tmp_path, sample())
    shard = staged(tmp_path, [cleaned("mill", BODIES["mill"])])
    assert pq.read_metadata(shard.part("pages")).num_rows == 1


def test_an_empty_shard_has_every_part(tmp_path: Path) -> None:
    shard = staged(tmp_path, [])
    assert shard.counts == Counts()
    assert {pq.read_metadata(shard.part(table)).num_rows for table in STAGED_TABLES} == {0}


def test_a_page_without_article_and_reason_gets_its_reason(tmp_path: Path) -> None:
    shard = staged(tmp_path, [cleaned("bare", articles=())])
    assert pq.read_table(shard.part("quarantine"))["reason"].to_pylist() == ["no-body"]


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("2026-03-01T09:30:00+01:00", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01T09:30", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+05:00", None),
        ("last Tuesday", None),
        (None, None),
    ],
)
def test_a_date_is_stored_as_instant_and_as_printed(tmp_path: Path, printed: str | None, instant: object) -> None:
    dated = article("mill", 1, BODIES["mill"], published_at=printed)
    shard = staged(tmp_path, [cleaned("mill", BODIES["mill"], articles=(dated,))])
    row = pq.read_table(shard.part("articles")).to_pylist()[0]
    assert (row["published_at"], row["published_local"]) == (instant, printed)


def test_what_a_page_states_beside_has_its_columns(tmp_path: Path) -> None:
    stated = article("mill", 1, BODIES["mill"], section="Coast", image="https://tide.example/a.jpg", access="free")
    why = Candidate("title", "Mill", "h1", 0.9, won=True, why="from h1 +0.7")
    stated = replace(stated, licence="CC BY", modified_at="2026-03-01T09:30:00+01:00", candidates=(why,))
    shard = staged(tmp_path, [cleaned("mill", BODIES["mill"], articles=(stated,))])
    row = pq.read_table(shard.part("articles")).to_pylist()[0]
    assert (row["section"], row["image"], row["licence"], row["access"]) == (
        *("Coast", "https://tide.example/a.jpg"),
        *("CC BY", "free"),
    )
    instant = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert (row["modified_at"], row["modified_local"]) == (instant, "2026-03-01T09:30:00+01:00")
    assert pq.read_table(shard.part("field_candidates"))["why"].to_pylist() == ["from h1 +0.7"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), min_size=1), path=st.text(st.characters(), min_size=1))
def test_any_text_can_be_staged(tmp_path: Path, text: str, path: str) -> None:
    page_of = replace(cleaned("mill", (text, path)), page=page("mill", path=path, site=text))
    shard = staged(tmp_path, [page_of])
    stored = pq.read_table(shard.part("pages"))
    assert (stored["path"].to_pylist(), stored["site"].to_pylist()) == ([storable(path)], [storable(text)])
    articles, blocks = (quoted(str(shard.part(table))) for table in ("articles", "blocks"))
    with duckdb.connect() as reader:  # one of its own: DuckDB remembers files, and this one is written again and again
        paragraphs = reader.execute(
            f"SELECT b.text, substr(a.text, b.text_offset + 1, b.text_length) FROM {blocks} AS b JOIN {articles} AS a"
            " USING (article_id) WHERE b.verdict = 'kept' ORDER BY b.block"
        ).fetchall()
    assert paragraphs == [(None, storable(text)), (None, storable(path))]


def test_a_block_that_its_article_does_not_say_word_for_word_keeps_its_text(tmp_path: Path) -> None:
    other = article("mill", 1, ["The old mill reopens in June."])
    shard = staged(tmp_path, [cleaned("mill", BODIES["mill"], articles=(other,))])
    blocks = pq.read_table(shard.part("blocks"), columns=["text", "text_offset"]).to_pylist()
    assert blocks[0] == {"text": BODIES["mill"][0], "text_offset": None}


def test_lone_surrogates_are_spelt_out() -> None:
    assert storable(("caf\udce9.txt", 1, None)) == ("caf\\udce9.txt", 1, None)


NAMES = st.dictionaries(st.sampled_from(["promo", "nav", "body"]), st.integers(1, 9))
COUNTS = st.builds(Counts, *[st.integers(0, 9)] * 4, NAMES, NAMES, NAMES)


@given(one=COUNTS, two=COUNTS, three=COUNTS)
def test_counts_add_up_in_any_order(one: Counts, two: Counts, three: Counts) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert Counts() + one == one


@given(cut=st.integers(0, 5))
def test_counting_parts_is_counting_the_whole(cut: int) -> None:
    assert count(sample()[:cut]) + count(sample()[cut:]) == count(sample())


def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "staging").write_text("a file where a folder should be")
    with pytest.raises(DiskError, match="cannot stage"):
        staged(tmp_path, sample())


# --- loading


def test_what_is_loaded_comes_out(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, sample())], [], [])
    totals = warehouse.totals()
    assert (totals["pages"], totals["articles"], totals["blocks"], totals["quarantine"]) == (4, 5, 11, 2)
    assert (totals["article_authors"], totals["article_tags"], totals["field_candidates"]) == (10, 10, 10)


def test_the_ledger_tells_who_decided_and_why(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, [cleaned("mill", BODIES["mill"])])], [], [])
    columns = "verdict, label, article, decided_by, score, evidence, opens_by, opens_evidence, repairs, marks"
    opinion = {
        "label": "promo",
        "marked_by": "promo.follow",
        "score": 0.9,
        "evidence": "Follow us",
        "certain": True,
        "value": None,
    }
    assert warehouse._rows(f"SELECT {columns} FROM blocks ORDER BY block") == [
        ("kept", "body", 1, "model", 0.8, "prose", "split.title", "title case", ["entities"], []),
        ("removed", "promo", 1, "promo.follow", 0.9, "Follow us", None, None, [], [opinion]),
    ]


def test_loading_twice_is_loading_once(tmp_path: Path, warehouse: Warehouse) -> None:
    shard = staged(tmp_path, sample())
    warehouse.load([shard], [], [])
    once = everything(warehouse)
    warehouse.load([shard], [], [])
    assert everything(warehouse) == once


def test_the_order_of_shards_does_not_matter(tmp_path: Path) -> None:
    shards = [staged(tmp_path, [result], name=str(place)) for place, result in enumerate(sample())]
    found = []
    for name, order in {"forth": shards, "back": shards[::-1]}.items():
        with open_warehouse(tmp_path / name) as opened:
            opened.begin_run(start())
            for shard in order:
                opened.load([shard], [], [])
            found.append(everything(opened))
    assert found[0] == found[1]


def test_a_page_that_gives_fewer_articles_leaves_no_orphan(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, sample())], [], [])
    warehouse.load([staged(tmp_path, [cleaned("harbour", BODIES["harbour"])], name="1")], [], [])
    page_id = digest_of("harbour")
    for table, rows in {
        "articles": 1,
        "article_authors": 2,
        "article_tags": 2,
        "field_candidates": 2,
        "blocks": 3,
    }.items():
        assert warehouse._rows(f"SELECT count(*) FROM {table} WHERE page_id = ?", [page_id]) == [(rows,)], table
    assert warehouse.totals()["pages"] == 4


def test_a_page_that_ends_in_quarantine_leaves_its_articles(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, [cleaned("mill", BODIES["mill"])])], [], [])
    warehouse.load([staged(tmp_path, [rejected("mill", Reason.TIMEOUT)], name="1")], [], [])
    totals = warehouse.totals()
    assert (totals["pages"], totals["articles"], totals["blocks"], totals["quarantine"]) == (0, 0, 0, 1)


def test_paths_are_taken_literally(tmp_path: Path) -> None:
    folder = tmp_path / "it's [a] *strange* folder"
    with open_warehouse(folder) as opened:
        opened.begin_run(start())
        opened.load([staged(folder, sample())], [], [])
        assert read(opened.publish(), "SELECT count(*) FROM pages") == [(4,)]


def test_a_path_that_duckdb_cannot_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="question mark"):
        open_warehouse(tmp_path / "where?")


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda shard: [replace(shard, counts=replace(shard.counts, articles=9))], "articles: 5 rows, 9 counted"),
        (lambda shard: [replace(shard, counts=replace(shard.counts, kept={}))], "blocks: 11 rows, 5 counted"),
        (lambda shard: [shard, shard], "stands there twice"),
    ],
)
def test_rows_that_do_not_add_up_change_nothing(
    tmp_path: Path, warehouse: Warehouse, spoil: Callable[[StagedShard], list[StagedShard]], complaint: str
) -> None:
    warehouse.load([staged(tmp_path, [cleaned("mill", BODIES["mill"])])], [], [])
    before = everything(warehouse)
    with pytest.raises(CleanerError, match=complaint):
        warehouse.load(spoil(staged(tmp_path, sample(), name="1")), [FileDone(FileStat("a", 1, 2), 5)], [])
    assert everything(warehouse) == before
    assert warehouse.totals()["landed_files"] == 0


def test_a_part_that_is_missing_changes_nothing(tmp_path: Path, warehouse: Warehouse) -> None:
    shard = staged(tmp_path, sample())
    shard.part("quarantine").unlink()
    with pytest.raises(DiskError, match=r"quarantine\.parquet"):
        warehouse.load([shard], [], [])
    assert warehouse.totals()["pages"] == 0


def test_nothing_is_loaded_outside_a_run(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as opened, pytest.raises(CleanerError, match="begin_run"):
        opened.load([staged(tmp_path, sample())], [], [])


def test_places_are_recorded_once(tmp_path: Path, warehouse: Warehouse) -> None:
    page_id = digest_of("mill")
    again = [
        Location(page_id, "copy.jsonl", 7),
        Location(page_id, "copy.jsonl", 7),
        Location(page_id, "caf\udce9", None),
    ]
    warehouse.load([staged(tmp_path, [cleaned("mill", BODIES["mill"])])], [], again)
    warehouse.load([], [], again)
    places = warehouse._rows("SELECT path, row_number FROM page_locations ORDER BY path")
    assert places == [("caf\\udce9", None), ("copy.jsonl", 7), ("tide.example/2026-03-01/mill.txt", None)]


# --- the work list


def test_files_are_unfinished_until_loaded_as_they_lie_there(warehouse: Warehouse) -> None:
    names = ["b.txt", "a.txt", "caf\udce9.txt", "c.txt"]
    files = [FileStat(name, 10, 1_700_000_000_000_000_001) for name in names]
    assert warehouse.unfinished_files(files, "digest-1") == names
    warehouse.load([], [FileDone(file, 1) for file in files[:3]], [])
    assert warehouse.unfinished_files(files, "digest-1") == ["c.txt"]
    assert warehouse.unfinished_files(files, "digest-2") == names
    touched = [replace(files[0], mtime_ns=5), replace(files[1], size=11), files[2]]
    assert warehouse.unfinished_files(touched, "digest-1") == ["b.txt", "a.txt"]
    warehouse.load([], [FileDone(touched[0], 2)], [])
    assert warehouse.unfinished_files(touched[:1], "digest-1") == []
    assert warehouse.totals()["landed_files"] == 3
    assert warehouse.unfinished_files([], "digest-1") == []


def test_done_pages_are_those_of_this_cleaner(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, sample())], [], [])
    asked = [digest_of(name) for name in ("mill", "bare", "crashed", "new")]
    assert warehouse.done_pages("digest-1").among(asked) == set(asked[:2])
    assert warehouse.done_pages("digest-1").among([]) == set()
    assert warehouse.done_pages("digest-2").among(asked) == set()


def test_a_row_that_was_mended_leaves_the_quarantine(tmp_path: Path, warehouse: Warehouse) -> None:
    broken, other = rejected("row", Reason.BAD_ROW), rejected("other", Reason.BAD_ROW)
    warehouse.load([staged(tmp_path, [broken, other])], [], [])
    warehouse.begin_run(start("run-2"))
    still = rejected("still", Reason.BAD_ROW, path=broken.path)
    warehouse.load([staged(tmp_path, [still], run_id="run-2")], [], [])
    warehouse.load([], [FileDone(FileStat(broken.path, 1, 2), 1)], [])
    assert warehouse._rows("SELECT source FROM quarantine ORDER BY source") == [("other",), ("still",)]


def test_the_quarantine_of_a_known_page_stays(tmp_path: Path, warehouse: Warehouse) -> None:
    bare = cleaned("bare", articles=())
    warehouse.load([staged(tmp_path, [bare])], [], [])
    warehouse.begin_run(start("run-2"))
    warehouse.load(
        [], [FileDone(FileStat(bare.page.path, 1, 2), 1)], [Location(bare.page.page_id, bare.page.path, None)]
    )
    assert warehouse.totals()["quarantine"] == 1


# --- runs


def test_a_run_is_recorded_from_begin_to_end(warehouse: Warehouse) -> None:
    row = "SELECT status, packages, settings, pages_in, articles, seconds_by_stage, error FROM runs"
    before = ("running", {"lxml": "6.1"}, {"workers": "2"}, None, None, None, None)
    assert warehouse._rows(row) == [before]
    warehouse.finish_run("run-1", outcome())
    assert warehouse._rows(row) == [("succeeded", *before[1:3], 5, 5, {"clean": 1.5}, None)]


def test_a_run_that_ended_without_a_word_is_interrupted(warehouse: Warehouse) -> None:
    warehouse.begin_run(start("run-2"))
    assert warehouse._rows("SELECT run_id, status FROM runs ORDER BY run_id") == [
        ("run-1", "interrupted"),
        ("run-2", "running"),
    ]


def test_a_run_that_lost_a_page_cannot_succeed(warehouse: Warehouse) -> None:
    with pytest.raises(CleanerError, match="lost count"):
        warehouse.finish_run("run-1", outcome(pages_in=6))
    warehouse.finish_run("run-1", outcome("failed", pages_in=6, error="disk full"))
    assert warehouse._rows("SELECT status, error FROM runs") == [("failed", "disk full")]


# --- schema


@pytest.mark.parametrize(
    ("name", "values"), [("label", Label), ("verdict", Verdict), ("reason", Reason), ("layout", Layout), ("kind", Kind)]
)
def test_closed_lists_are_the_models(published: Path, name: str, values: type[Label]) -> None:
    assert read(published, f"SELECT unnest(enum_range(NULL::{name}))") == [(value.value,) for value in values]


def test_everything_has_a_comment(published: Path) -> None:
    unsaid = """
        SELECT table_name, NULL FROM duckdb_tables() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
    """
    assert read(published, unsaid) == []
    assert len(read(published, "SELECT comment FROM duckdb_columns() WHERE NOT internal")) > 150


def test_no_table_has_a_key(published: Path) -> None:
    assert read(published, "SELECT table_name FROM duckdb_tables() WHERE has_primary_key AND NOT internal") == []


def test_staged_columns_are_the_tables(published: Path, tmp_path: Path) -> None:
    shard = staged(tmp_path, [])
    for table in STAGED_TABLES:
        columns = {name for (name,) in read(published, f"SELECT column_name FROM (DESCRIBE {table})")}
        assert columns - {"rejected_at", "revision"} == set(pq.read_schema(shard.part(table)).names)


def test_migrations_are_numbered_without_gap() -> None:
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))


def later(sql: str) -> tuple[Migration, ...]:
    return (*migrations(), Migration(len(migrations()) + 1, "later.sql", sql))


def test_a_later_migration_is_applied_once(warehouse: Warehouse) -> None:
    grown = later("ALTER TABLE pages ADD COLUMN colour VARCHAR")
    migrate(warehouse._connection, grown)
    migrate(warehouse._connection, grown)
    assert warehouse.totals()["migrations"] == len(grown)


def test_a_migration_that_fails_leaves_nothing(warehouse: Warehouse) -> None:
    with pytest.raises(duckdb.Error):
        migrate(warehouse._connection, later("CREATE TABLE half (x INTEGER); CREATE TABLE pages (x INTEGER)"))
    assert "half" not in warehouse.totals()
    assert warehouse.totals()["migrations"] == len(migrations())


def test_a_newer_warehouse_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_warehouse(tmp_path) as opened:
        migrate(opened._connection, later("SELECT 1"))
    with pytest.raises(MigrationError, match="newer version"):
        open_warehouse(tmp_path)
    monkeypatch.setattr(schema, "migrations", lambda: later("SELECT 1"))
    open_warehouse(tmp_path).close()
