"""Keep raw pages no longer than so many days: those that are loaded go, what came of them stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from cleaner.errors import DiskError
from cleaner.landing import discover, remove, remove_empty_folders
from cleaner.store.records import FileStat

if TYPE_CHECKING:
    from cleaner.settings import Settings
    from cleaner.store.warehouse import Warehouse

FILES_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True)
class Expired:
    """What was removed, or would be."""

    files: int
    pages: int
    bytes: int
    kept: int
    """Files that are younger, or not loaded as they lie there."""


def retain(days: int, warehouse: Warehouse, settings: Settings, *, dry: bool) -> Expired:
    """Remove the files of the landing zone whose youngest page is older than so many days and that are loaded.

    The record is made before the file goes: after a kill the next call removes what is left.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    found = discover(settings.raw)
    takedown = warehouse.takedown()
    files = pages = size = kept = 0
    while chunk := list(islice(found, FILES_AT_A_TIME)):
        stats = {file.name: file for file in chunk}
        old = takedown.expirable([FileStat(f.name, f.size, f.mtime_ns) for f in chunk], before)
        files, pages, size = files + len(old), pages + sum(n for _, n, _ in old), size + sum(f.size for f, _, _ in old)
        kept += len(chunk) - len(old)
        if dry or not old:
            continue
        takedown.expire(old)
        for stat, _, _ in old:
            file = stats[stat.name]
            try:
                remove(file)
                remove_empty_folders(file.path.parent, settings.raw)
            except OSError as error:
                message = f"{file.name}: {error.strerror or error}; mend that and run the same command again"
                raise DiskError(message) from error
    return Expired(files, pages, size, kept)
