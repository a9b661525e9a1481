"""Forget a page everywhere: tombstone and rows first, then the raw pages, then every file that held it is built anew.

Each step can be done twice. After a kill the next run or the next `cleaner forget` goes on from the tombstones, which are
set in the same transaction that deletes the rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.errors import DiskError
from cleaner.landing import Limits, check_erasable, discover, read_file, remove_empty_folders, take_out
from cleaner.landing.discovery import landed_file
from cleaner.model import Page
from cleaner.store.records import FileStat
from cleaner.store.takedown import Doomed, Wanted
from cleaner.store.tombstones import Tombstones, address_of
from cleaner.store.warehouse import connect
from cleaner.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaner.landing import LandedFile
    from cleaner.settings import Settings
    from cleaner.store.takedown import Order
    from cleaner.store.warehouse import Warehouse

PAGE_ID = re.compile(r"[0-9a-f]{32}")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
PLACE = re.compile(r"(?P<path>.+?)(?:#(?P<row>[1-9]\d*))?")


@dataclass(frozen=True, slots=True)
class Listing:
    """What would be forgotten."""

    wanted: Wanted
    pages: tuple[Doomed, ...]
    is_forgotten: bool
    """A tombstone for it is there already."""


def find(target: str, warehouse: Warehouse, settings: Settings) -> Listing:
    """Look up what an address, a page's id or a path (`FILE` or `FILE#ROW`) means, with all versions and copies."""
    takedown = warehouse.takedown()
    landed = list(_landed(target, settings))
    wanted = takedown.widened(_wanted(target, warehouse, landed, settings))
    doomed = takedown.doomed(wanted)
    known = {page.page_id for page in doomed}
    for page in landed:  # not loaded yet, or taken down and landed again
        if page.page_id not in known:
            place = page.path if page.row is None else f"{page.path}#{page.row}"
            doomed.append(Doomed(page.page_id, page.url, page.sha256, 0, (place,)))
    stones = takedown.tombstones()
    hashes = {digest(address) for address in wanted.addresses}
    is_forgotten = bool(wanted.pages & stones.pages or hashes & stones.urls)
    return Listing(wanted, tuple(doomed), is_forgotten)


def forget(listing: Listing, order: Order, warehouse: Warehouse, settings: Settings) -> list[str]:
    """Forget what is listed; returns the publications that had to be removed whole.

    Raises ConfigurationError, having changed nothing, where a raw file is damaged so that no row can be taken out of it.
    """
    meant = Tombstones(
        frozenset(page.page_id for page in listing.pages),
        frozenset(map(digest, listing.wanted.addresses)),
        listing.wanted.contents,
    )
    limits = Limits(settings.page_bytes)
    places = {_path_of(place) for page in listing.pages for place in page.places}
    for name in sorted(places):
        if file := _file(name, settings.raw):
            check_erasable(file, limits, meant.cover)
    takedown = warehouse.takedown()
    takedown.forget(listing.pages, listing.wanted, order)
    return complete(warehouse, settings, places)


def complete(warehouse: Warehouse, settings: Settings, places: set[str] | None = None) -> list[str]:
    """Bring every takedown to its end, and take what was forgotten and landed again out of the landing zone."""
    takedown = warehouse.takedown()
    stones = takedown.tombstones()
    for name in sorted({*takedown.places(), *(places or ())}):
        _take_out(name, stones, warehouse, settings)
    return takedown.erase(connect) if takedown.unfinished() else []


def _take_out(name: str, stones: Tombstones, warehouse: Warehouse, settings: Settings) -> None:
    file = _file(name, settings.raw)
    before = FileStat(name, file.size, file.mtime_ns) if file else None
    try:
        left = take_out(file, Limits(settings.page_bytes), stones.cover) if file else None
        if file and left is None:
            remove_empty_folders(file.path.parent, settings.raw)
    except OSError as error:
        message = f"{name}: {error.strerror or error}; mend that and run `cleaner forget` again, it goes on from here"
        raise DiskError(message) from error
    warehouse.takedown().taken_out(name, before, FileStat(name, left.size, left.mtime_ns) if left else None)


def _wanted(target: str, warehouse: Warehouse, landed: list[Page], settings: Settings) -> Wanted:
    if PAGE_ID.fullmatch(target):
        return Wanted(pages=frozenset({target}))
    if ADDRESS.match(target):
        return Wanted(addresses=frozenset({address_of(target)}))
    name, row = _place(target, settings.raw)
    return Wanted(
        warehouse.takedown().pages_at(name, row) | {page.page_id for page in landed},
        frozenset(address_of(page.url) for page in landed if page.url),
        frozenset(page.sha256 for page in landed),
    )


def _landed(target: str, settings: Settings) -> Iterator[Page]:
    """Read the pages that a path names, whether they are loaded or not."""
    if PAGE_ID.fullmatch(target) or ADDRESS.match(target):
        return
    name, row = _place(target, settings.raw)
    if file := _file(name, settings.raw):
        for item in read_file(file, Limits(settings.page_bytes)):
            if isinstance(item, Page) and row in {None, item.row}:
                yield item


def _path_of(place: str) -> str:
    """Cut the row off a place; a name may hold a `#` itself."""
    found = PLACE.fullmatch(place)
    return found["path"] if found else place


def _place(target: str, raw: Path) -> tuple[str, int | None]:
    """Cut a path, given as it lies or relative to the landing zone, into name and row."""
    found = PLACE.fullmatch(target)
    path, row = (found["path"], found["row"]) if found else (target, None)
    try:
        name = Path(path).resolve().relative_to(raw.resolve()).as_posix()
    except ValueError:
        name = Path(path).as_posix()
    return name, int(row) if row else None


def _file(name: str, raw: Path) -> LandedFile | None:
    path = raw / name
    if path.is_file():
        return landed_file(path, name)
    # A file name that is no UTF-8 goes by an escaped name.
    return next((file for file in discover(raw) if file.name == name), None) if "\\" in name else None
