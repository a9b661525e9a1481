"""Copying pages from elsewhere into the landing zone."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from cleaner.errors import ConfigurationError, DiskError, Reason
from cleaner.landing.discovery import (
    UNKNOWN_SITE,
    discover,
    is_page_name,
    is_there,
    landed_file,
    open_file,
    open_sidecar,
    printable,
    sidecar_of,
    site_of,
)
from cleaner.landing.formats import split_name
from cleaner.landing.notes import Notes, notes_of, parse_object
from cleaner.landing.reading import rejected_id
from cleaner.model import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from cleaner.landing.discovery import LandedFile

_PIECE = 2**20
_NO_FOLDER = re.compile(r"[^\w.-]+")
_SITE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of the files that were to be copied."""

    new: tuple[Path, ...]
    """The files copied, where they lie now."""
    known: int
    """Files whose content and sidecar lie in the landing zone already."""
    rejected: tuple[Rejected, ...]
    """Files that could not be read."""


def land(paths: Sequence[str], raw: Path, today: date) -> Landed:
    """Copy files, and the pages of folders, to `raw/<site>/<today>/`, with their sidecars.

    Raises ConfigurationError for a path that is not there or lies in the landing zone, before anything is
    copied, and DiskError where the landing zone cannot be written.
    """
    for path in paths:
        _check(path, raw)
    found = [_land_file(file, raw, today) for path in paths for file in _files(path)]
    return Landed(
        new=tuple(result for result in found if isinstance(result, Path)),
        known=sum(result is None for result in found),
        rejected=tuple(result for result in found if isinstance(result, Rejected)),
    )


def _check(path: str, raw: Path) -> None:
    if not is_there(Path(path)):
        message = f"no such file or folder, or no right to see it: {path}"
        raise ConfigurationError(message)
    given, zone = Path(path).resolve(), raw.resolve()
    if given == zone or zone in given.parents or given in zone.parents:
        message = f"{path}: lies in the landing zone {raw} already, or around it; name files from elsewhere"
        raise ConfigurationError(message)


def _files(path: str) -> Iterator[LandedFile]:
    return discover(Path(path)) if Path(path).is_dir() else iter([landed_file(Path(path), path)])


def _land_file(file: LandedFile, raw: Path, today: date) -> Path | Rejected | None:
    """Copy one file; None where it is there already."""
    name = file.path.name
    if not is_page_name(name):
        return _rejected(file, Reason.UNKNOWN_TYPE, "a name that the landing zone keeps for other things; rename it")
    try:
        with open_file(file.path) as page:
            sidecar = _sidecar_content(file.path)
            site = raw / _site(file.path, sidecar)
            if _is_known(file, sidecar, site):
                return None
            with _disk(site):
                folder = site / today.isoformat()
                folder.mkdir(parents=True, exist_ok=True)
                target = _free_name(folder, name, has_sidecar=sidecar is not None)
            if sidecar is not None:  # before its page: a run that starts now must not read the page without
                _write(sidecar_of(target), io.BytesIO(sidecar))
            _write(target, page)
    except OSError as error:
        return _rejected(file, Reason.UNREADABLE, error.strerror or str(error))
    return target


def _rejected(file: LandedFile, reason: Reason, detail: str) -> Rejected:
    name = printable(str(file.path))
    return Rejected(name, name, reason, f"not copied: {detail}", rejected_id(name, None))


def _sidecar_content(path: Path) -> bytes | None:
    stream = open_sidecar(path)
    if stream is None:
        return None
    with stream:
        return stream.read()


def _site(path: Path, sidecar: bytes | None) -> str:
    """Name the site's folder: host of the url, else the site as told, else the folder that the file comes from."""
    try:
        notes = notes_of(parse_object(sidecar)) if sidecar else Notes()
        site = urlsplit(notes.url or "").hostname or notes.site
    except ValueError:  # a sidecar or url that cannot be read travels along and is reported when its page is read
        site = None
    site = site or site_of(path.absolute().as_posix()) or ""
    return _NO_FOLDER.sub("-", site)[:_SITE_CHARACTERS].strip("-.") or UNKNOWN_SITE


def _names(folder: Path, name: str) -> Iterator[Path]:
    """Offer the name, then with -2, -3 and so on before its extension."""
    stem, extension = split_name(name)
    yield folder / name
    for number in itertools.count(2):
        yield folder / f"{stem}-{number}{extension}"


def _is_known(file: LandedFile, sidecar: bytes | None, site: Path) -> bool:
    """Look for the page among those of its name, on every day: an import that is repeated copies nothing."""
    with _disk(site):
        days = sorted(site.iterdir()) if site.is_dir() else []
        there = [
            path
            for day in days
            for path in itertools.takewhile(os.path.lexists, _names(day, file.path.name))
            if path.is_file() and path.stat().st_size == file.size
        ]
    return any(_sidecar_content(path) == sidecar and _is_same(file.path, path) for path in there)


def _free_name(folder: Path, name: str, *, has_sidecar: bool) -> Path:
    """Find a name that nothing has; a page without sidecar must not come to lie beside a leftover one either."""
    for path in _names(folder, name):
        if not os.path.lexists(path) and (has_sidecar or not os.path.lexists(sidecar_of(path))):
            break
    return path


def _is_same(one: Path, other: Path) -> bool:
    with open_file(one) as first, open_file(other) as second:
        while piece := first.read(_PIECE):
            if piece != second.read(_PIECE):
                return False
        return not second.read(1)


def _write(target: Path, source: BinaryIO) -> None:
    """Write under a hidden name, then rename: nobody ever sees half a page."""
    unfinished = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with _disk(target):
            stream = unfinished.open("xb")
        with stream:
            while piece := source.read(_PIECE):  # outside `_disk`: an error here is the source's
                with _disk(target):
                    stream.write(piece)
                    stream.flush()
        with _disk(target):
            unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def _disk(target: Path) -> Iterator[None]:
    """Turn an error of the landing zone's disk into DiskError."""
    try:
        yield
    except OSError as error:
        message = f"{target}: {error.strerror or error}; what was copied before is complete, and a repeat goes on there"
        raise DiskError(message) from error
