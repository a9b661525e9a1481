"""Load staged parts into DuckDB: one writer, one transaction a batch, rows replaced by page."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import duckdb
import numpy as np
import pyarrow as pa
from filelock import FileLock, Timeout

from cleaner.errors import CleanerError, ConfigurationError, WarehouseLockedError
from cleaner.store.faults import translated
from cleaner.store.publish import ETL_FILE, attach, publish, tables
from cleaner.store.row_groups import merge_where_needed
from cleaner.store.schema import migrate, quoted
from cleaner.store.staging import STAGED_TABLES, Counts, storable
from cleaner.store.takedown import Takedown
from cleaner.store.transaction import transaction
from cleaner.store.versions import roll_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from cleaner.store.records import FileDone, FileStat, Location, RunOutcome, RunStart
    from cleaner.store.staging import StagedShard
    from cleaner.store.tombstones import Tombstones

LOCK_FILE = ".lock"
SPILL = ".spill"

_NO_NETWORK = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def open_warehouse(folder: Path) -> Warehouse:
    """Open the warehouse for writing, made or migrated where need be; no other process may write meanwhile.

    Raises WarehouseLockedError that names the holder, MigrationError, DiskError, or ConfigurationError for a path
    that DuckDB cannot work in.
    """
    if "?" in str(folder):  # duckdb puts the `.wal` of its log before a question mark, as in an address
        message = f"warehouse {folder}: DuckDB cannot work in a path with a question mark; choose another folder"
        raise ConfigurationError(message)
    with translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = _lock(folder)
        try:
            (folder / LOCK_FILE).write_text(f"{os.getpid()}\n", encoding="ascii")
            return Warehouse(folder, connect(folder), lock)
        except BaseException:
            lock.release()
            raise


def _lock(folder: Path) -> FileLock:
    path = folder / LOCK_FILE
    lock = FileLock(path, timeout=0, thread_local=False)  # the loader may close it from another thread
    try:
        lock.acquire()
    except Timeout as error:
        holder = path.read_text(encoding="ascii", errors="replace").strip()
        who = f"process {holder}" if holder else "another process"
        message = f"{folder} is being written by {who}: wait for it to end, or stop it"
        raise WarehouseLockedError(message) from error
    return lock


def connect(folder: Path) -> DuckDBPyConnection:
    """Open the writer's file in a folder, made or migrated where need be; the lock is the caller's."""
    # What a killed process left there holds texts; the lock is held, so nobody needs it.
    shutil.rmtree(folder / SPILL, ignore_errors=True)
    # An in-memory database spills into the working directory unless told where.
    connection = duckdb.connect(config={"temp_directory": str(folder / SPILL), **_NO_NETWORK})
    try:
        connection.execute("SET TimeZone = 'UTC'")
        attach(connection, folder / ETL_FILE, "etl")
        connection.execute("USE etl")
        migrate(connection)
        merge_where_needed(connection)
    except BaseException:
        connection.close()
        raise
    return connection


class DonePages:
    """Pages that were cleaned already, as of when it was asked for: 32 MB a million, where a set takes 130."""

    def __init__(self, sorted_ids: NDArray[np.bytes_]) -> None:
        """Take their ids in order."""
        self._ids = sorted_ids

    def among(self, page_ids: Sequence[str]) -> set[str]:
        """Pick those of these pages."""
        if not len(self._ids) or not page_ids:
            return set()
        asked = np.array(page_ids, dtype="S32")
        places = np.minimum(np.searchsorted(self._ids, asked), len(self._ids) - 1)
        return {page_ids[place] for place in np.flatnonzero(self._ids[places] == asked).tolist()}


class Warehouse:
    """The writer's side of a warehouse; holds its lock until closed."""

    def __init__(self, folder: Path, connection: DuckDBPyConnection, lock: FileLock) -> None:
        """Take over an open connection and a lock that is held; use `open_warehouse`."""
        self.folder = folder
        self._connection = connection
        self._lock = lock

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Write everything to the file and let others write."""
        try:
            with translated(self.folder):
                self._connection.close()
        finally:
            self._lock.release()

    def begin_run(self, run: RunStart) -> None:
        """Record that a run begins; one that was still running has ended without a word: interrupted."""
        with self._transaction():
            self._execute("UPDATE runs SET status = 'interrupted' WHERE status = 'running'")
            self._execute("DELETE FROM runs WHERE run_id = ?", [run.run_id])
            self._execute(
                "INSERT INTO runs (run_id, status, started_at, version, digest, python, packages, settings)"
                " VALUES (?, 'running', ?, ?, ?, ?, map(?::VARCHAR[], ?::VARCHAR[]), map(?::VARCHAR[], ?::VARCHAR[]))",
                [
                    *(run.run_id, run.started_at, run.version, run.digest, run.python),
                    *(list(run.packages), list(run.packages.values())),
                    *(list(run.settings), list(run.settings.values())),
                ],
            )
            self._changed("records")

    def finish_run(self, run_id: str, outcome: RunOutcome) -> None:
        """Record how a run ended; publish after this, so that readers see it.

        Raises CleanerError where a run that succeeded has not accounted for every page.
        """
        counted = {name: getattr(outcome, name) for name in _OUTCOME_COLUMNS}
        stages = outcome.seconds_by_stage
        try:
            with self._transaction():
                self._execute(
                    f"UPDATE runs SET {', '.join(f'{name} = ?' for name in counted)},"
                    " seconds_by_stage = map(?::VARCHAR[], ?::DOUBLE[]) WHERE run_id = ?",
                    [*counted.values(), list(stages), list(stages.values()), run_id],
                )
                self._changed("records")
        except duckdb.ConstraintException as error:
            message = f"run {run_id} has lost count of its pages: {outcome}"
            raise CleanerError(message) from error

    def unfinished_files(self, files: Sequence[FileStat], digest: str) -> list[str]:
        """Name the files, in the order given, that this cleaner has not loaded to the end as they lie there now."""
        listed = pa.table(
            {
                "place": pa.array(range(len(files)), pa.int64()),
                "name": pa.array([storable(file.name) for file in files], pa.string()),
                "size": pa.array([file.size for file in files], pa.int64()),
                "mtime_ns": pa.array([file.mtime_ns for file in files], pa.int64()),
            }
        )
        with self._shown("listed", listed):
            places = self._rows(
                "SELECT place FROM listed ANTI JOIN (FROM landed_files WHERE digest = ?)"
                " USING (name, size, mtime_ns) ORDER BY place",
                [digest],
            )
        return [files[place].name for (place,) in places]

    def done_pages(self, digest: str) -> DonePages:
        """Note the pages that this cleaner has cleaned until now."""
        with translated(self.folder):
            found = self._execute("SELECT page_id FROM pages WHERE digest = ? ORDER BY page_id", [digest]).fetchnumpy()
        return DonePages(found["page_id"].astype("S32"))

    def load(self, shards: Sequence[StagedShard], finished: Sequence[FileDone], locations: Sequence[Location]) -> None:
        """Replace the rows of these pages and record files and places, all or nothing; needs a run that has begun.

        Raises CleanerError, having changed nothing, where the rows do not add up.
        """
        with translated(self.folder):
            merge_where_needed(self._connection)
        with self._transaction():
            run_id, digest = self._current_run()
            stale = self._forget_stale(finished, run_id)
            if shards:
                self._replace_pages(shards)
            self._record_locations(locations, with_incoming=bool(shards))
            self._record_files(finished, run_id, digest)
            self._changed("content" if shards or stale else "records")

    def takedown(self) -> Takedown:
        """Give what forgets pages and records files that expired."""
        return Takedown(self.folder, self._connection)

    def tombstones(self) -> Tombstones:
        """Give the hashes of all that was forgotten."""
        with translated(self.folder):
            return self.takedown().tombstones()

    def publish(self, keep_versions: int = 3, *, search_index: bool = True) -> Path:
        """Build the readers' file beside the current one and rename it into place; skip that where nothing changed."""
        with translated(self.folder):
            return publish(self._connection, self.folder, keep_versions, search_index=search_index)

    def roll_back(self, version: str) -> Path:
        """Give readers an earlier publication again, until the next; raises ConfigurationError where it is not kept."""
        with translated(self.folder):
            return roll_back(self.folder, version)

    def totals(self) -> dict[str, int]:
        """Count the rows of every table."""
        with translated(self.folder):
            return {name: self._rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables(self._connection)}

    def _current_run(self) -> tuple[str, str]:
        rows = self._rows("SELECT run_id, digest FROM runs WHERE status = 'running'")
        if not rows:
            message = "nothing can be loaded outside a run: call begin_run first"
            raise CleanerError(message)
        return rows[0][0], rows[0][1]

    def _forget_stale(self, finished: Sequence[FileDone], run_id: str) -> int:
        """Drop what earlier runs could not read in files that this run has read to the end."""
        with self._shown("finished", _names(finished)):
            unread = "FROM quarantine WHERE path IN (SELECT name FROM finished) AND run_id <> ?"
            if not self._rows(f"SELECT 1 {unread} LIMIT 1", [run_id]):
                return 0
            deleted = self._rows(f"DELETE {unread} AND page_id NOT IN (SELECT page_id FROM pages)", [run_id])
        return int(deleted[0][0])

    def _replace_pages(self, shards: Sequence[StagedShard]) -> None:
        self._execute(
            f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT page_id, path, row_number FROM {_parts(shards, 'pages')}"
            f" UNION SELECT page_id, path, row_number FROM {_parts(shards, 'quarantine')}"
        )
        # Deleting scans every block (tens of millions); most loads bring pages that are all new.
        if self._rows(
            "(SELECT 1 FROM pages SEMI JOIN incoming USING (page_id) LIMIT 1)"
            " UNION ALL (SELECT 1 FROM quarantine SEMI JOIN incoming USING (page_id) LIMIT 1)"
        ):
            for table in STAGED_TABLES:
                self._execute(f"DELETE FROM {table} WHERE page_id IN (SELECT page_id FROM incoming)")
        inserted = {
            table: int(
                self._rows(f"INSERT INTO {table} BY NAME SELECT *{_ADDED.get(table, '')} FROM {_parts(shards, table)}")[
                    0
                ][0]
            )
            for table in STAGED_TABLES
        }
        self._check(sum((shard.counts for shard in shards), Counts()), inserted)

    def _check(self, counts: Counts, inserted: dict[str, int]) -> None:
        """Compare what was inserted with what the workers counted, and look for a page that stands twice."""
        expected = {
            "articles": counts.articles,
            "blocks": sum(counts.removed.values()) + sum(counts.kept.values()),
            "quarantine": sum(counts.reasons.values()),
        }
        wrong = [
            f"{name}: {inserted[name]} rows, {rows} counted"
            for name, rows in expected.items()
            if inserted[name] != rows
        ]
        twice = self._rows(
            "SELECT page_id FROM pages WHERE page_id IN (SELECT page_id FROM incoming)"
            " GROUP BY page_id HAVING count(*) > 1 LIMIT 3"
        )
        wrong += [f"page {page_id} stands there twice" for (page_id,) in twice]
        if wrong:
            message = f"the staged rows do not add up, nothing was loaded: {'; '.join(wrong)}"
            raise CleanerError(message)

    def _record_locations(self, locations: Sequence[Location], *, with_incoming: bool) -> None:
        """Add the places that are not known yet: those given and, with new pages, where these were read."""
        seen = pa.table(
            {
                "page_id": pa.array([place.page_id for place in locations], pa.string()),
                "path": pa.array([storable(place.path) for place in locations], pa.string()),
                "row_number": pa.array([place.row for place in locations], pa.int64()),
            }
        )
        source = "(FROM seen UNION FROM incoming)" if with_incoming else "seen"
        with self._shown("seen", seen):
            self._execute(
                f"INSERT INTO page_locations BY NAME SELECT DISTINCT s.* FROM {source} AS s"
                " ANTI JOIN page_locations AS l"
                " ON s.page_id = l.page_id AND s.path = l.path AND s.row_number IS NOT DISTINCT FROM l.row_number"
            )

    def _record_files(self, finished: Sequence[FileDone], run_id: str, digest: str) -> None:
        with self._shown("finished", _names(finished)):
            self._execute("DELETE FROM landed_files WHERE name IN (SELECT name FROM finished)")
            self._execute(
                "INSERT INTO landed_files BY NAME SELECT *, ? AS digest, ? AS run_id FROM finished", [digest, run_id]
            )

    def _changed(self, what: str) -> None:
        self._execute(f"UPDATE revision SET {what} = {what} + 1")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with translated(self.folder), transaction(self._connection):
            yield

    @contextmanager
    def _shown(self, name: str, table: pa.Table) -> Iterator[None]:
        """Let queries see an Arrow table under a name."""
        with translated(self.folder):
            self._connection.register(name, table)
            try:
                yield
            finally:
                self._connection.unregister(name)

    def _execute(self, sql: str, values: Sequence[object] = ()) -> DuckDBPyConnection:
        return self._connection.execute(sql, list(values))

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        return self._execute(sql, values).fetchall()


_ADDED = {"pages": ", (SELECT content + 1 FROM revision) AS revision"}
"""What the loader knows of a row and the worker does not."""

_OUTCOME_COLUMNS = (
    *("status", "finished_at", "files_seen", "files_skipped", "pages_in", "pages_cleaned", "pages_quarantined"),
    *(
        "pages_duplicate",
        "pages_known",
        "pages_forgotten",
        "articles",
        "blocks_kept",
        "blocks_removed",
        "seconds",
        "error",
    ),
)


def _names(finished: Sequence[FileDone]) -> pa.Table:
    return pa.table(
        {
            "name": pa.array([storable(file.stat.name) for file in finished], pa.string()),
            "size": pa.array([file.stat.size for file in finished], pa.int64()),
            "mtime_ns": pa.array([file.stat.mtime_ns for file in finished], pa.int64()),
            "pages": pa.array([file.pages for file in finished], pa.int64()),
        }
    )


def _parts(shards: Sequence[StagedShard], table: str) -> str:
    """Write the table function that reads a table's parts; a path is taken literally, not as a pattern."""
    paths = (re.sub(r"([*?\[])", r"[\1]", str(shard.part(table))) for shard in shards)
    return f"read_parquet([{', '.join(quoted(path) for path in paths)}])"
