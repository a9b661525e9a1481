"""Build database files anew: what DuckDB deletes stays in the file's free blocks until they are written over."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa

from cleaner.store.duplicates import shown
from cleaner.store.publish import CURRENT_FILE, ETL_FILE, attach, publish, tables
from cleaner.store.schema import migrate, migrations, quoted
from cleaner.store.tombstones import address_of
from cleaner.store.transaction import transaction
from cleaner.store.versions import VERSIONS
from cleaner.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from cleaner.store.tombstones import Tombstones

FRESH_FILE = "fresh.duckdb"
SCRATCH = ".forget"
REMEMBERED = ("article_texts", "duplicate_scheme", "text_pairs", "text_signatures", "version_pairs")
"""What the writer's file knows of texts: a publication that is rewritten need not compare them again."""


def rebuild(connection: DuckDBPyConnection, folder: Path) -> None:
    """Copy the writer's file row by row into a new one and rename that into its place."""
    fresh = folder / FRESH_FILE
    _remove(fresh)
    attach(connection, fresh, "fresh")
    connection.execute("USE fresh")
    migrate(connection)
    with transaction(connection):
        connection.execute("DELETE FROM fresh.revision")
        for table in tables(connection):
            if table != "migrations":
                connection.execute(f'INSERT INTO fresh."{table}" BY NAME FROM etl."{table}"')
    connection.execute("USE memory")
    connection.execute("DETACH fresh")
    connection.execute("DETACH etl")
    (folder / f"{ETL_FILE}.wal").unlink(missing_ok=True)  # before the rename: it is the old file's
    fresh.replace(folder / ETL_FILE)
    attach(connection, folder / ETL_FILE, "etl")
    connection.execute("USE etl")


def rewrite_publications(
    connection: DuckDBPyConnection, folder: Path, tombstones: Tombstones, connect: Callable[[Path], DuckDBPyConnection]
) -> list[str]:
    """Rewrite the current publication and those that are kept; return those that could only be removed.

    One that is rewritten holds nothing forgotten any more, so a second call goes on after a kill.
    """
    removed = []
    for file in _publications(folder):
        held = _held(file, tombstones, connect, folder / SCRATCH)
        if held is None:
            _replace(file, {}, folder)
            removed.append(file.stem)
        elif held:
            _replace(file, _without(connection, file, held, connect, folder / SCRATCH), folder)
    shutil.rmtree(folder / SCRATCH, ignore_errors=True)
    return removed


def _publications(folder: Path) -> list[Path]:
    """List the files that readers may open; the current one by the name under which it is kept, where it is."""
    kept = sorted((folder / VERSIONS).glob("*.duckdb"))
    current = folder / CURRENT_FILE
    is_kept = current.exists() and any(current.samefile(file) for file in kept)
    return kept if is_kept or not current.exists() else [*kept, current]


def _held(
    file: Path, tombstones: Tombstones, connect: Callable[[Path], DuckDBPyConnection], scratch: Path
) -> list[str] | None:
    """Name the pages in a publication that were forgotten; None where it has another schema."""
    with _opened(file, connect, scratch) as reader:
        if reader.execute("SELECT max(number) FROM old.migrations").fetchall() != [(migrations()[-1].number,)]:
            return None
        pages = reader.execute("SELECT page_id, coalesce(address, url), sha256 FROM old.pages").fetchall()
        held = reader.execute("SELECT DISTINCT page_id, url FROM old.quarantine").fetchall()
        seen = reader.execute("SELECT DISTINCT page_id FROM old.page_locations").fetchall()
    found = {page_id for (page_id,) in seen} & tombstones.pages
    found |= {
        page_id
        for page_id, address, sha256 in pages
        if page_id in tombstones.pages or sha256 in tombstones.contents or _is_closed(address, tombstones)
    }
    found |= {
        page_id
        for page_id, url in held
        if page_id in tombstones.pages or (url and _is_closed(address_of(url), tombstones))
    }
    return sorted(found)


def _is_closed(address: str | None, tombstones: Tombstones) -> bool:
    return address is not None and digest(address) in tombstones.urls


def _without(
    connection: DuckDBPyConnection,
    file: Path,
    held: list[str],
    connect: Callable[[Path], DuckDBPyConnection],
    scratch: Path,
) -> dict[str, Path]:
    """Publish a publication's rows once more without these pages; returns the files that came of it by their suffix."""
    remembered = {
        table: connection.execute(f"FROM etl.{table}").to_arrow_table() for table in (*REMEMBERED, "tombstones")
    }
    with (
        _opened(file, connect, scratch) as writer,
        shown(writer, gone=pa.table({"page_id": pa.array(held, pa.string())})),
    ):
        there = {
            name
            for (name,) in writer.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old'"
            ).fetchall()
        }
        with transaction(writer):
            writer.execute("DELETE FROM revision")
            for table in sorted(there & set(tables(writer)) - {"migrations", "tombstones"}):
                has_page = "page_id" in {name for (name, *_) in writer.execute(f"DESCRIBE old.{table}").fetchall()}
                kept = " WHERE page_id NOT IN (SELECT page_id FROM gone)" if has_page else ""
                writer.execute(f"INSERT INTO etl.{table} BY NAME SELECT * FROM old.{table}{kept}")
            for table, rows in remembered.items():
                with shown(writer, rows=rows):
                    writer.execute(f"INSERT INTO etl.{table} BY NAME FROM rows")
        writer.execute("DETACH old")
        publish(writer, scratch, 1, search_index=False)
    stem = CURRENT_FILE.removesuffix(".duckdb")
    return {part.name.removeprefix(stem): part for part in scratch.glob(f"{stem}.*")}


class _opened:  # noqa: N801 - used as a verb
    """Open a publication as `old` beside an empty warehouse of its own."""

    def __init__(self, file: Path, connect: Callable[[Path], DuckDBPyConnection], scratch: Path) -> None:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        self._connection = connect(scratch)
        self._connection.execute(f"ATTACH {quoted(str(file))} AS old (READ_ONLY)")

    def __enter__(self) -> DuckDBPyConnection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _replace(file: Path, parts: dict[str, Path], folder: Path) -> None:
    """Put new files in the place of a publication and of all that lies beside it under its name; none: remove it."""
    current = folder / CURRENT_FILE
    is_current = current.exists() and current.samefile(file)
    for beside in (file, current) if is_current else (file,):
        stem = beside.name.removesuffix(".duckdb")
        for stale in beside.parent.glob(f"{stem}.*"):
            suffix = stale.name.removeprefix(stem)
            if suffix not in parts and stale != current:
                stale.unlink()
        for suffix, part in parts.items():
            _link(part, beside.with_name(f"{stem}{suffix}"))
    if is_current and not parts:
        current.unlink()


def _link(part: Path, target: Path) -> None:
    """Give a file a second name in one step, copied where the disk knows no links."""
    beside = target.with_name(f".{target.name}.part")
    beside.unlink(missing_ok=True)
    try:
        os.link(part, beside)
    except OSError:
        shutil.copyfile(part, beside)
    beside.replace(target)
    beside.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
