"""The shape of a warehouse: numbered migrations, and views that are made anew whenever it is published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from cleaner.errors import MigrationError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VIEWS_FILE = "views.sql"

_RECORD = """
CREATE TABLE IF NOT EXISTS migrations (number INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL);
COMMENT ON TABLE migrations IS 'Schema changes that this file has seen.';
COMMENT ON COLUMN migrations.number IS 'Place in the order, from 1.';
COMMENT ON COLUMN migrations.name IS 'File that holds it.';
COMMENT ON COLUMN migrations.applied_at IS 'When it was applied.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered schema change."""

    number: int
    name: str
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Read the migrations that ship with the package, in order."""
    folder = files("cleaner.store.migrations")
    sources = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8")) for file in sources)


@cache
def views() -> str:
    """Read the definition of the views."""
    return files("cleaner.store").joinpath(VIEWS_FILE).read_text(encoding="utf-8")


@cache
def fingerprint() -> str:
    """Hash everything that shapes a published file: another hash, and it is published anew."""
    sources = "\0".join([*(migration.sql for migration in migrations()), views()])
    return hashlib.sha256(sources.encode("utf-8")).hexdigest()


def migrate(connection: DuckDBPyConnection, known: tuple[Migration, ...] | None = None) -> None:
    """Apply to the database in use what it has not seen; each change in a transaction with its record.

    Raises MigrationError where the warehouse comes from a newer version.
    """
    known = migrations() if known is None else known
    connection.execute(_RECORD)
    newest = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchall()[0][0]
    if newest > (last := max((migration.number for migration in known), default=0)):
        message = f"the warehouse has schema {newest}, this version knows {last}: use a newer version of cleaner"
        raise MigrationError(message)
    for migration in known:
        if migration.number > newest:
            _apply(connection, migration)


def _apply(connection: DuckDBPyConnection, migration: Migration) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(migration.sql)
        connection.execute("INSERT INTO migrations VALUES (?, ?, now())", [migration.number, migration.name])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
