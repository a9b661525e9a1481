"""The shape of a warehouse: numbered migrations, and what is made anew whenever it is published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from cleaner.errors import MigrationError
from cleaner.neardup import SCHEME
from cleaner.quality import DEFINITION
from cleaner.store.transaction import transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

INHERITED = {"ledger": "blocks", "articles_latest": "articles", "articles_unique": "articles"}
"""Views that show a table's columns, and that table: a column means the same in both."""

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
def derived() -> str:
    """Read the definition of the tables that only the readers' file has."""
    return _text("derived.sql")


@cache
def views() -> str:
    """Read the definition of the views, in the order of their files."""
    folder = files("cleaner.store").joinpath("views")
    sources = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return "\n".join(file.read_text(encoding="utf-8") for file in sources)


@cache
def fingerprint() -> str:
    """Hash everything that shapes a published file: another hash, and it is published anew."""
    shapes = [*(migration.sql for migration in migrations()), derived(), views(), SCHEME, str(DEFINITION)]
    return hashlib.sha256("\0".join(shapes).encode("utf-8")).hexdigest()


def create_views(connection: DuckDBPyConnection) -> None:
    """Create the views in the database in use; a column that a view takes over keeps its meaning."""
    connection.execute(views())
    for view, table in INHERITED.items():
        columns = connection.execute(
            "SELECT v.column_name, t.comment FROM duckdb_columns() AS v JOIN duckdb_columns() AS t USING (column_name)"
            " WHERE v.database_name = current_database() AND t.database_name = v.database_name"
            " AND v.table_name = ? AND t.table_name = ? AND v.comment IS NULL AND t.comment IS NOT NULL",
            [view, table],
        ).fetchall()
        for column, comment in columns:
            connection.execute(f"COMMENT ON COLUMN {view}.{column} IS {quoted(comment)}")


def quoted(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _text(name: str) -> str:
    return files("cleaner.store").joinpath(name).read_text(encoding="utf-8")


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
    with transaction(connection):
        connection.execute(migration.sql)
        connection.execute("INSERT INTO migrations VALUES (?, ?, now())", [migration.number, migration.name])
