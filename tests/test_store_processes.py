"""The warehouse among other processes: readers, locks, kills, a full disk."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from warehouse_samples import BODIES, cleaned, everything, read, running, sample, staged, start

from cleaner.errors import DiskError, WarehouseLockedError
from cleaner.store import publish as publishing
from cleaner.store import update as updating
from cleaner.store import versions
from cleaner.store.publish import ETL_FILE
from cleaner.store.records import FileDone, FileStat
from cleaner.store.versions import list_versions
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaner.model import Cleaned


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
    """Load, publish anew or bring up to date, under a limit of file size that it must break."""
    noise = [cleaned(f"page-{n}", [os.urandom(50_000).hex()]) for n in range(3 if verb == "update" else 100)]
    with open_warehouse(folder) as opened:
        opened.begin_run(start("run-2"))
        shard = staged(folder, noise, run_id="run-2")
        if verb != "load":
            opened.load([shard], [], [])
        limit = 500_000 if verb != "load" else (folder / ETL_FILE).stat().st_size + 500_000
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            opened.publish() if verb != "load" else opened.load([shard], [], [])
        except DiskError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            found.put(str(error))


def bodies_of(number: int) -> list[list[str]]:
    """Give page `number` one to three articles of its own."""
    return [
        [f"Story {number} {place} says {' '.join(map(str, range(number, number + 30)))}"]
        for place in range(number % 3 + 1)
    ]


def read_and_compare(path: Path, begun: Any, over: Any, found: Any) -> None:
    """Open, count and close until told, at least once; tells what was counted under which revision, and every error."""
    reads, seen, wrong = 0, set(), []
    while not over.is_set():
        try:
            counted = read(path, COUNTED)[0]
        except duckdb.Error as error:
            wrong.append(str(error))
            break
        reads += 1
        seen.add(counted)
        begun.set()
    found.put((reads, seen, wrong))


COUNTED = """
    SELECT (SELECT content FROM revision), (SELECT count(*) FROM pages), (SELECT count(*) FROM articles),
        (SELECT count(*) FROM ledger), (SELECT count(*) FROM ledger WHERE text IS NULL),
        (SELECT sum(articles) FROM pages), (SELECT count(*) FROM article_clusters ANTI JOIN articles USING (article_id))
"""


def hang_in_publication(folder: Path, name: str, moment: str, ready: Any) -> None:
    """Load some pages anew and publish, or go back, and hang before or after the named step."""
    module_name, step = name.split(".")
    module = {"publish": publishing, "update": updating, "versions": versions}[module_name]
    real = getattr(module, step)

    def hang(*arguments: Any) -> None:
        if moment == "after":
            real(*arguments)
        ready.set()
        time.sleep(60)

    with open_warehouse(folder) as opened:
        opened.begin_run(start("run-2"))
        opened.load([staged(folder, numbered_pages(range(2), 1), name="9", run_id="run-2")], [], [])
        setattr(module, step, hang)
        if module_name == "versions":
            opened.roll_back(list_versions(folder)[-1].name)
        else:
            opened.publish()


def numbered_pages(numbers: range, step: int) -> list[Cleaned]:
    return [cleaned(f"page-{number}", *bodies_of(number + step)) for number in numbers]


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


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "pages"), [("load", 4), ("publish", 104), ("update", 7)])
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
@pytest.mark.parametrize("seconds", [10, pytest.param(60, marks=pytest.mark.long)])
def test_readers_never_fail_while_a_writer_publishes_and_goes_back(
    tmp_path: Path, warehouse: Warehouse, seconds: float
) -> None:
    """Four readers: no error, every read is that of one publication, and no more publications are kept than asked."""
    drawn = random.Random(1)
    bodies: dict[int, int] = {}
    known: set[tuple[int, ...]] = set()

    def publish_some(numbers: range, step: int) -> Path:
        warehouse.load([staged(tmp_path, numbered_pages(numbers, step), name=str(step))], [], [])
        bodies.update({number: len(bodies_of(number + step)) for number in numbers})
        content = warehouse._rows("SELECT content FROM revision")[0][0]
        articles = sum(bodies.values())
        known.add((content, len(bodies), articles, 2 * articles, 0, articles, 0))
        return warehouse.publish()

    begun, over, found = [SPAWN.Event() for _ in range(4)], SPAWN.Event(), SPAWN.Queue()
    path = publish_some(range(40), 0)
    readers = [SPAWN.Process(target=read_and_compare, args=(path, event, over, found)) for event in begun]
    for reader in readers:
        reader.start()
    assert all(event.wait(120) for event in begun)
    end, step = time.monotonic() + seconds, 0
    while time.monotonic() < end or step < 6:  # on a busy machine a publication takes seconds
        step += 1
        first = drawn.randrange(len(bodies))  # replaced; near the end some are new
        publish_some(range(first, first + 3), step)
        assert len(list_versions(tmp_path)) <= 3
        if step % 4 == 0:
            warehouse.roll_back(drawn.choice(list_versions(tmp_path)).name)
    over.set()
    told = [found.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert [wrong for _, _, wrong in told if wrong] == []
    assert set().union(*(seen for _, seen, _ in told)) <= known
    assert sum(reads for reads, _, _ in told) > 4


STEPS = [
    ("publish.copy", "after"),
    ("update._replace_pages", "after"),
    ("update.remember_texts", "before"),
    ("update.remember_lines", "after"),
    ("update.update_lines", "after"),
    ("publish.keep", "before"),
    ("publish.keep", "after"),
    ("versions.link", "after"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("step", "moment"), STEPS, ids=[" ".join(step) for step in STEPS])
def test_a_kill_in_mid_publication_leaves_a_good_file(tmp_path: Path, step: str, moment: str) -> None:
    with open_warehouse(tmp_path) as opened:
        opened.begin_run(start())
        opened.load([staged(tmp_path, numbered_pages(range(10), 0))], [], [])
        path = opened.publish()
        before = read(path, COUNTED)
    ready = SPAWN.Event()
    writer = SPAWN.Process(target=hang_in_publication, args=(tmp_path, step, moment, ready))
    writer.start()
    assert ready.wait(60)
    writer.kill()
    writer.join()
    assert read(path, COUNTED) == before
    with open_warehouse(tmp_path) as opened:
        after = tables_of(opened.publish())
        assert list(tmp_path.glob("next*")) == []
        path.unlink()
        assert tables_of(opened.publish()) == after
    assert len(after["articles"]) == sum(len(bodies_of(number + (number < 2))) for number in range(10))


def tables_of(path: Path) -> dict[str, list[Any]]:
    names = [name for (name,) in read(path, "SELECT table_name FROM duckdb_tables()") if name != "migrations"]
    return {name: sorted(read(path, f"FROM {name}"), key=repr) for name in names}
