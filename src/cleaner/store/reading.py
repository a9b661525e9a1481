"""Open what was published, to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from cleaner.errors import ConfigurationError, MigrationError
from cleaner.store.faults import translated
from cleaner.store.publish import CURRENT_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection


def open_published(folder: Path) -> DuckDBPyConnection:
    """Open the readers' file, read-only; a run that publishes meanwhile disturbs nobody.

    Raises ConfigurationError where nothing was published, MigrationError where an earlier version did.
    """
    path = folder / CURRENT_FILE
    if not path.exists():
        message = f"{path} is not there: nothing was published yet; `cleaner ingest` does it"
        raise ConfigurationError(message)
    with translated(folder):
        reader = duckdb.connect(path, read_only=True)
        reader.execute("SET TimeZone = 'UTC'")
        known = reader.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'contract'").fetchall()
    if known == [(0,)]:
        reader.close()
        message = f"{path} was published by an earlier version; `cleaner ingest` publishes it anew"
        raise MigrationError(message)
    return reader
