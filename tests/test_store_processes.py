"""The warehouse among other processes: readers, locks, kills, a full disk."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from warehouse_samples import BODIES, cleaned, everything, read, running, sample, staged, start

from cleaner.errors import DiskError, WarehouseLockedError
from cleaner.store.publish import ETL_FILE
from cleaner.store.records import FileDone, FileStat
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with running(tmp_path) as opened:
        yield opened


# --- other processes: every one of these runs in a process of its own


def hold_reader(path: Path, ready: Any, go_on: Any, found: Any) -> None:
    """Read, keep the file open while somebody publishes, read again through the old and a new connection."""
    with duckdb.connect(path, read_only=True) as reader:
        before = reader.execute("SELECT count(*) FROM pages").fetchall()
        ready.set()
        go_on.wait(60)
        after = reader.execute("SELECT count(*) FROM pages").fetchall()
    found.put((before, after, read(path, "SELECT count(*) FROM pages")))


def load_and_hang(folder: Path, ready: Any) -> None:
    """Load a shard and hang after the last insert, before the commit."""

    def hang(*_: object) -> None:
        ready.set()
        time.sleep(60)

    Warehouse._check = hang  # type: ignore[assignment, method-assign]
    with open_warehouse(folder) as opened:
        opened.begin_run(start("run-2"))
        opened.load([staged(folder, sample(), run_id="run-2")], [FileDone(FileStat("a.txt", 1, 2), 5)], [])


def hold_etl(path: Path, ready: Any, go_on: Any) -> None:
    with duckdb.connect(path, read_only=True):
        ready.set()
        go_on.wait(60)


def fill_the_disk(folder: Path, verb: str, found: Any) -> None:
    """Load or publish under a limit of file size that it must break."""
    noise = [cleaned(f"page-{n}", [os.urandom(50_000).hex()]) for n in range(100)]
    with open_warehouse(folder) as opened:
        opened.begin_run(start("run-2"))
        shard = staged(folder, noise, run_id="run-2")
        if verb == "publish":
            opened.load([shard], [], [])
        limit = 500_000 if verb == "publish" else (folder / ETL_FILE).stat().st_size + 500_000
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            opened.publish() if verb == "publish" else opened.load([shard], [], [])
        except DiskError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            found.put(str(error))


def bodies_of(number: int) -> list[list[str]]:
    """Give page `number` one to three articles of its own."""
    return [
        [f"Story {number} {place} says {' '.join(map(str, range(number, number + 30)))}"]
        for place in range(number % 3 + 1)
    ]


def read_and_compare(path: Path, over: Any, found: Any) -> None:
    """Open, count and close until told; every count must be that of one publication, and none may go back."""
    reads, last, wrong = 0, 0, []
    while not over.is_set():
        try:
            pages, articles, lines, lost = read(path, COUNTED)[0]
        except duckdb.Error as error:
            wrong.append(str(error))
            break
        expected = sum(len(bodies_of(number)) for number in range(pages))
        if (articles, lines, lost) != (expected, 2 * expected, 0) or pages < last:
            wrong.append(f"{pages} pages after {last}, {articles} articles, {lines} lines, {lost} without text")
        reads, last = reads + 1, pages
    found.put((reads, last, wrong))


COUNTED = """
    SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM articles), (SELECT count(*) FROM ledger),
        (SELECT count(*) FROM ledger WHERE text IS NULL)
"""

SPAWN = multiprocessing.get_context("spawn")


def test_a_reader_keeps_its_snapshot_and_a_new_one_sees_the_new_file(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.load([staged(tmp_path, [cleaned("mill", BODIES["mill"])])], [], [])
    path = warehouse.publish()
    ready, go_on, found = SPAWN.Event(), SPAWN.Event(), SPAWN.Queue()
    reader = SPAWN.Process(target=hold_reader, args=(path, ready, go_on, found))
    reader.start()
    assert ready.wait(60)
    warehouse.load([staged(tmp_path, sample(), name="1")], [], [])
    warehouse.publish()
    go_on.set()
    assert found.get(timeout=60) == ([(1,)], [(1,)], [(4,)])
    reader.join()


def test_a_kill_in_mid_load_loses_nothing_and_leaves_no_lock(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as opened:
        opened.begin_run(start())
        opened.load([staged(tmp_path, [cleaned("school", BODIES["school"])])], [], [])
        before = everything(opened)
    ready = SPAWN.Event()
    writer = SPAWN.Process(target=load_and_hang, args=(tmp_path, ready))
    writer.start()
    assert ready.wait(60)
    with pytest.raises(WarehouseLockedError, match=f"process {writer.pid}"):
        open_warehouse(tmp_path)
    writer.kill()
    writer.join()
    with open_warehouse(tmp_path) as opened:
        assert everything(opened) == before
        assert opened.totals()["landed_files"] == 0
        opened.begin_run(start("run-3"))
        opened.load([staged(tmp_path, sample(), run_id="run-3")], [], [])
        assert opened.totals()["pages"] == 5
        assert opened._rows("SELECT count(*) FROM runs WHERE status = 'interrupted'") == [(2,)]


def test_a_reader_of_the_writers_file_is_named(tmp_path: Path) -> None:
    open_warehouse(tmp_path).close()
    ready, go_on = SPAWN.Event(), SPAWN.Event()
    reader = SPAWN.Process(target=hold_etl, args=(tmp_path / ETL_FILE, ready, go_on))
    reader.start()
    assert ready.wait(60)
    with pytest.raises(WarehouseLockedError, match=f"process {reader.pid}: read current.duckdb instead"):
        open_warehouse(tmp_path)
    go_on.set()
    reader.join()
    open_warehouse(tmp_path).close()


@pytest.mark.parametrize(("verb", "pages"), [("load", 4), ("publish", 104)])
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, verb: str, pages: int) -> None:
    with open_warehouse(tmp_path) as opened:
        opened.begin_run(start())
        opened.load([staged(tmp_path, sample())], [], [])
        current = opened.publish()
    found = SPAWN.Queue()
    writer = SPAWN.Process(target=fill_the_disk, args=(tmp_path, verb, found))
    writer.start()
    assert "nothing is half written" in found.get(timeout=60)
    writer.join()
    assert list(tmp_path.glob("next*")) == []
    assert read(current, "SELECT count(*) FROM pages") == [(4,)]
    with open_warehouse(tmp_path) as opened:
        assert opened.totals()["pages"] == pages
        assert read(opened.publish(), "SELECT count(*) FROM pages") == [(pages,)]


def test_two_writers_in_one_process_exclude_each_other(tmp_path: Path) -> None:
    with open_warehouse(tmp_path), pytest.raises(WarehouseLockedError, match=f"process {os.getpid()}"):
        open_warehouse(tmp_path)
    open_warehouse(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match="file"):
        open_warehouse(tmp_path / "file" / "warehouse")


@pytest.mark.slow
def test_readers_never_fail_while_a_writer_publishes_again_and_again(tmp_path: Path, warehouse: Warehouse) -> None:
    """Four readers for eight seconds: no error, and every read is that of one publication."""
    over, found = SPAWN.Event(), SPAWN.Queue()
    number = 0

    def publish_one_more() -> Path:
        shard = staged(tmp_path, [cleaned(f"page-{number}", *bodies_of(number))], name=str(number))
        warehouse.load([shard], [], [])
        return warehouse.publish()

    path = publish_one_more()
    readers = [SPAWN.Process(target=read_and_compare, args=(path, over, found)) for _ in range(4)]
    for reader in readers:
        reader.start()
    end = time.monotonic() + 8
    while time.monotonic() < end:
        number += 1
        publish_one_more()
    over.set()
    told = [found.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert [wrong for _, _, wrong in told if wrong] == []
    assert min(reads for reads, _, _ in told) > 1
    assert number > 1
    assert max(last for _, last, _ in told) > 1
