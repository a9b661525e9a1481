"""Build the file that readers open: made beside the current one, renamed into place, so nobody is locked out."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from cleaner.store.duplicates import remember_texts, write_clusters, write_versions
from cleaner.store.quality_rows import measure_missing
from cleaner.store.rule_counts import write_removals
from cleaner.store.schema import create_views, derived, fingerprint, migrate, quoted
from cleaner.store.search_index import index_beside
from cleaner.store.site_lines import remember_lines, write_lines
from cleaner.store.transaction import transaction
from cleaner.store.update import PAGED_TABLES, difference, update
from cleaner.store.versions import copy, keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

ETL_FILE = "etl.duckdb"
NEXT_FILE = "next.duckdb"
CURRENT_FILE = "current.duckdb"

STORAGE_VERSION = "v1.5.0"
"""Older storage silently ignores zstd (measured: 445 MB of text instead of 42)."""

_WRITERS = (
    *("article_texts", "duplicate_scheme", "page_lines", "publications", "text_pairs", "text_signatures"),
    "version_pairs",
)
"""Tables that only the writer needs."""

_NOT_COPIED = frozenset({"migrations", *_WRITERS})
"""Every file keeps its own migrations."""

MOST_CHANGED = 0.5
"""Share of the pages that may change at once before the file is built anew: from there on that is no slower."""
MOST_WASTE = 0.25
"""Share of the pages that may be replaced, one publication after the other, before the file is built anew."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a published file was made of."""

    content: int
    records: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Base:
    """The current file, where it is one that we published."""

    state: _State
    replaced: int
    """Pages whose rows were taken out of it since it was built anew."""


def attach(connection: DuckDBPyConnection, path: Path, name: str) -> None:
    """Open a database file under a name, made in the project's storage version where it is missing."""
    connection.execute(f"ATTACH {quoted(str(path))} AS {name} (STORAGE_VERSION '{STORAGE_VERSION}')")


def tables(connection: DuckDBPyConnection) -> list[str]:
    """Name the tables of the writer's file."""
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'etl' AND NOT internal ORDER BY table_name"
    ).fetchall()
    return [name for (name,) in rows]


def publish(connection: DuckDBPyConnection, folder: Path, most: int, *, search_index: bool = True) -> Path:
    """Bring `current.duckdb` up to date and return its path; the last `most` publications are kept beside it.

    The current file is copied and the rows of changed pages are replaced in the copy. Where half of the pages changed,
    where a quarter was replaced since it was built, or where it is none of ours, it is built anew.
    """
    current, upcoming = folder / CURRENT_FILE, folder / NEXT_FILE
    wanted, base = _wanted(connection), _base(connection, current)
    if base is not None and base.state == wanted:
        return current
    replaced = None
    if base is not None and base.state.fingerprint == wanted.fingerprint:
        with _under_construction(connection, upcoming, current):
            replaced = _updated(connection, base.replaced)
    if replaced is None:
        with _under_construction(connection, upcoming):
            _build(connection)
    if search_index:
        index_beside(upcoming, folder)
    keep(upcoming, folder, most)
    upcoming.replace(current)
    # A reader who wrote into the file it replaces may have left a log that does not belong to this one.
    current.with_name(f"{CURRENT_FILE}.wal").unlink(missing_ok=True)
    connection.execute(
        "INSERT INTO publications BY NAME SELECT now() AS published_at, ? AS content, ? AS records, ? AS fingerprint,"
        " ? AS bytes, ? AS mtime_ns, ? AS replaced",
        [wanted.content, wanted.records, wanted.fingerprint, *_identity(current), replaced or 0],
    )
    return current


@contextmanager
def _under_construction(connection: DuckDBPyConnection, path: Path, model: Path | None = None) -> Iterator[None]:
    """Attach and use the file as `next`, empty or a copy; leave none behind where building it fails."""
    _remove(path)
    try:
        if model is not None:
            copy(model, path)
        attach(connection, path, "next")
        try:
            connection.execute("USE next")
            yield
        finally:
            _drop_notes(connection)
            connection.execute("USE etl")
            connection.execute("DETACH next")
    except BaseException:
        _remove(path)
        raise


def _drop_notes(connection: DuckDBPyConnection) -> None:
    """Drop the temporary tables: at a million pages they are hundreds of megabytes."""
    with suppress(duckdb.Error):  # a database that a full disk has made unusable; the first error is the one to tell
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
            connection.execute(f'DROP TABLE temp."{name}"')


def _updated(connection: DuckDBPyConnection, replaced: int) -> int | None:
    """Bring the copy up to date; returns how many pages were replaced since it was built, None where it must be again."""
    found = difference(connection)
    if found.changed > MOST_CHANGED * found.pages or replaced + found.replaced > MOST_WASTE * found.pages:
        return None
    update(connection, found, [name for name in _copied(connection) if name not in PAGED_TABLES])
    return replaced + found.replaced


def _build(connection: DuckDBPyConnection) -> None:
    migrate(connection)
    measure_missing(connection)
    _fill(connection)
    remember_texts(connection)
    remember_lines(connection)
    with transaction(connection):
        write_versions(connection)
        write_clusters(connection)
        write_lines(connection)
        write_removals(connection)


def _fill(connection: DuckDBPyConnection) -> None:
    """Copy the rows and make what readers have beside; in one transaction, since each comment would be one else."""
    with transaction(connection):
        connection.execute("DELETE FROM next.revision")
        for table in _copied(connection):
            connection.execute(f'INSERT INTO next."{table}" BY NAME FROM etl."{table}"')
        for table in _WRITERS:
            connection.execute(f"DROP TABLE next.{table}")
        connection.execute(derived())
        create_views(connection)


def _copied(connection: DuckDBPyConnection) -> list[str]:
    """Name the tables that both files have."""
    return [name for name in tables(connection) if name not in _NOT_COPIED]


def _wanted(connection: DuckDBPyConnection) -> _State:
    content, records = connection.execute("SELECT content, records FROM revision").fetchall()[0]
    return _State(content, records, fingerprint())


def _base(connection: DuckDBPyConnection, current: Path) -> _Base | None:
    """Tell what the current file was made of; None where it is missing or somebody changed it."""
    if not current.exists():
        return None
    rows = connection.execute(
        "SELECT content, records, fingerprint, replaced FROM publications WHERE bytes = ? AND mtime_ns = ?"
        " ORDER BY published_at DESC LIMIT 1",
        _identity(current),
    ).fetchall()
    return _Base(_State(*rows[0][:3]), rows[0][3]) if rows else None


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _remove(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
