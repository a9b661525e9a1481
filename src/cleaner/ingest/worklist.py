"""What is to do: the files that this cleaner has not finished, read as shards of pages new to the warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from cleaner.landing import LandedFile, Limits, read_file
from cleaner.model import Page, Rejected
from cleaner.store.records import FileDone, FileStat, Location
from cleaner.store.tombstones import Tombstones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cleaner.settings import Settings
    from cleaner.store.warehouse import Warehouse

    DonePages = Callable[[Sequence[str]], set[str]]

FILES_AT_A_TIME = 250_000
"""Each look at the warehouse goes through all the files it knows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The files that a run will read, and how many it leaves out because they are done."""

    run_id: str
    digest: str
    files: tuple[LandedFile, ...]
    files_seen: int

    @property
    def files_skipped(self) -> int:
        """Files that this cleaner finished in an earlier run and that have not changed since."""
        return self.files_seen - len(self.files)

    @property
    def size(self) -> int:
        """Bytes to read, as they lie on the disk."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Account:
    """What a shard amounts to; small, so it may wait for the loader."""

    pages: int
    """All that was read: pages, rows, and files that are neither."""
    duplicates: int
    """Pages that stood in this run's files before."""
    known: int
    """Pages that this cleaner cleaned in an earlier run."""
    forgotten: int
    """Pages that were taken down: neither cleaned nor stored."""
    size: int
    """Bytes of the landing zone that were read for it."""
    locations: tuple[Location, ...]
    """Where each page was seen: those to clean, and those that need not be cleaned again."""
    finished: tuple[FileDone, ...]
    """Files whose last page is in this shard or an earlier one."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Pages that go to a worker together, with what landing rejected among them."""

    items: tuple[Page | Rejected, ...]
    account: Account


def make_plan(found: Iterator[LandedFile], warehouse: Warehouse, run_id: str, digest: str) -> Plan:
    """Compare what lies in the landing zone with what this cleaner has finished."""
    unfinished: list[LandedFile] = []
    seen = 0
    while chunk := list(islice(found, FILES_AT_A_TIME)):
        names = set(warehouse.unfinished_files([_stat(file) for file in chunk], digest))
        unfinished += [file for file in chunk if file.name in names]
        seen += len(chunk)
    return Plan(run_id, digest, tuple(unfinished), seen)


NOTHING_FORGOTTEN = Tombstones()


def read_shards(
    plan: Plan, done_pages: DonePages, settings: Settings, tombstones: Tombstones = NOTHING_FORGOTTEN
) -> Iterator[Shard]:
    """Read the planned files in order and cut them into shards; nothing is read before it is asked for."""
    limits = Limits(page_bytes=settings.page_bytes)
    sieve = _Sieve(done_pages, tombstones)
    read = _Read()
    for file in plan.files:
        pages, credit = 0, 0
        for item in read_file(file, limits):
            read.items.append(item)
            pages += 1
            size = len(item.content) if isinstance(item, Page) else 0
            read.bytes_held += size
            # Decompressed, a file gives more bytes than it has: it cannot count for more than it weighs.
            step = min(size, file.size - credit)
            read.size += step
            credit += step
            if len(read.items) >= settings.shard_pages or read.bytes_held >= settings.shard_bytes:
                yield sieve.sift(read)
                read = _Read()
        read.size += file.size - credit
        read.finished.append(FileDone(_stat(file), pages))
    if read.items or read.finished:
        yield sieve.sift(read)


@dataclass(slots=True)
class _Read:
    """A shard in the making."""

    items: list[Page | Rejected] = field(default_factory=list)
    finished: list[FileDone] = field(default_factory=list)
    bytes_held: int = 0
    size: int = 0


class _Sieve:
    """Tells new pages from those seen before, in this run or in an earlier one."""

    def __init__(self, done_pages: DonePages, tombstones: Tombstones) -> None:
        self._done_pages = done_pages
        self._tombstones = tombstones
        self._seen: set[bytes] = set()  # 16 bytes a page, about 100 with the set around it: 100 MB a million

    def sift(self, read: _Read) -> Shard:
        """Keep what is new and all that was rejected; count the rest."""
        items = [item for item in read.items if not self._tombstones.cover(item)]
        pages = [item for item in items if isinstance(item, Page)]
        fresh = [page for page in pages if self._is_first(page)]
        known = self._done_pages([page.page_id for page in fresh]) if fresh else set()
        wanted = {id(page) for page in fresh if page.page_id not in known}
        account = Account(
            pages=len(read.items),
            duplicates=len(pages) - len(fresh),
            known=len(fresh) - len(wanted),
            forgotten=len(read.items) - len(items),
            size=read.size,
            locations=tuple(
                Location(item.page_id, item.path, item.row)
                for item in read.items
                # Also of what was forgotten: `cleaner forget` takes it out of the landing zone once more.
                if isinstance(item, Page) or self._tombstones.cover(item)
            ),
            finished=tuple(read.finished),
        )
        return Shard(tuple(item for item in items if isinstance(item, Rejected) or id(item) in wanted), account)

    def _is_first(self, page: Page) -> bool:
        key = bytes.fromhex(page.page_id)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def _stat(file: LandedFile) -> FileStat:
    return FileStat(file.name, file.size, file.mtime_ns)
