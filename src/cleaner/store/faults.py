"""Say in the project's own errors what duckdb and the operating system refuse."""

from __future__ import annotations

import errno
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from cleaner.errors import DiskError, MigrationError, WarehouseLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCKED = re.compile(r"Could not set lock|Conflicting lock")
_NEWER = re.compile(r"database file with version number|newer version of DuckDB")
# A disk that fills up while a commit is written comes as a TransactionException, and every later statement as a
# FatalException ("database has been invalidated"): the class alone does not tell.
_DISK = re.compile(
    r"No space left|Could not (?:write|read|open|truncate|sync)|File too large|Failed to (?:write|commit)"
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_MEND = ". Make room or mend the disk, then run again: nothing is half written"


@contextmanager
def translated(warehouse: Path) -> Iterator[None]:
    """Turn the faults of the world into WorldErrors that name the warehouse; let our own mistakes through."""
    try:
        yield
    except duckdb.Error as error:
        known = _known_fault(error, warehouse)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        message = f"{warehouse}: {error}{_MEND if error.errno in _FULL else ''}"
        raise DiskError(message) from error


def _known_fault(error: duckdb.Error, warehouse: Path) -> Exception | None:
    told = str(error).strip()
    if _LOCKED.search(told):
        holder = re.search(r"\(PID (\d+)\)", told)
        who = f"process {holder[1]}" if holder else "another process"
        return WarehouseLockedError(f"{warehouse} is open in {who}: read current.duckdb instead of etl.duckdb")
    if _NEWER.search(told):
        return MigrationError(f"{warehouse} was written by a newer DuckDB: {told}")
    if isinstance(error, duckdb.IOException | duckdb.FatalException) or _DISK.search(told):
        return DiskError(f"{warehouse}: {told}{_MEND}")
    return None
