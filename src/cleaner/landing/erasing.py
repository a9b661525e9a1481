"""Take pages out of the landing zone: the one exception to the rule that nothing there is ever changed."""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from cleaner.errors import ConfigurationError, Reason
from cleaner.landing.discovery import LandedFile, landed_file, open_file, sidecar_of
from cleaner.landing.formats import DAMAGE, Kind, kind_of, unpack
from cleaner.landing.reading import Limits, read_file
from cleaner.landing.rows import TOMBSTONE, as_utf8
from cleaner.model import Page, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Covers = Callable[[Page | Rejected], bool]

_PIECE = 2**20
ALL_ROWS = frozenset({0})
"""Instead of rows: the file as a whole."""


def check_erasable(file: LandedFile, limits: Limits, covers: Covers) -> None:
    """Raise ConfigurationError where rows are to go from a file that cannot be read to its end, and so not be rewritten."""
    if kind_of(file.name) is Kind.JSONL:
        whole = [item for item in read_file(file, limits) if item.row is None and isinstance(item, Rejected)]
        broken = [item for item in whole if item.reason in {Reason.CORRUPT, Reason.TOO_LARGE} and not covers(item)]
        if broken and _rows(file, limits, covers):
            message = (
                f"{file.name}: {broken[0].detail}. A row cannot be taken out of it; name the whole file to forget it"
            )
            raise ConfigurationError(message)


def take_out(file: LandedFile, limits: Limits, covers: Covers) -> LandedFile | None:
    """Take every page that is covered out of a file; returns the file as it is now, None where it is gone.

    A page that is its file goes with its sidecar. Of a JSONL file the row goes; a tombstone keeps its place, so that
    the other rows keep their numbers. Twice is once.
    """
    if not os.path.lexists(file.path):
        return None
    rows = _rows(file, limits, covers)
    if rows == ALL_ROWS:
        remove(file)
        return None
    if rows:
        _rewrite(file, rows)
    return landed_file(file.path, file.name)


def remove(file: LandedFile) -> None:
    """Remove a file with its sidecar, and what they link to; the page first: without its url it would be another page."""
    for path in (file.path.resolve(), sidecar_of(file.path).resolve()):
        path.unlink(missing_ok=True)
    file.path.unlink(missing_ok=True)
    sidecar_of(file.path).unlink(missing_ok=True)


def remove_empty_folders(folder: Path, raw: Path) -> None:
    """Remove a folder that holds nothing any more, and those around it, up to the landing zone."""
    while folder != raw and raw in folder.parents and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _rows(file: LandedFile, limits: Limits, covers: Covers) -> frozenset[int]:
    """Find the rows that are covered; `ALL_ROWS` where the file as a whole is."""
    found = [item.row for item in read_file(file, limits) if covers(item)]
    return ALL_ROWS if None in found else frozenset(row for row in found if row is not None)


def _rewrite(file: LandedFile, rows: frozenset[int]) -> None:
    """Write the file anew under a hidden name, with the same compression and times, and rename it into its place."""
    path = file.path.resolve()  # the file that holds the row, not a link to it
    status = path.stat()
    unfinished = path.with_name(f".{path.name[:200]}.forget")
    try:
        with open_file(path) as packed, unfinished.open("wb") as raw:
            packing, stream = unpack(packed)
            pieces = as_utf8(iter(lambda: stream.read1(_PIECE), b""))
            with _packed(raw, packing) as target:
                for piece in _replaced(pieces, rows):
                    target.write(piece)
            raw.flush()
            os.fsync(raw.fileno())
        shutil.copymode(path, unfinished)
        os.utime(unfinished, ns=(status.st_atime_ns, status.st_mtime_ns))
        unfinished.replace(path)
    except DAMAGE as error:
        message = f"{file.name}: {error}. A row cannot be taken out of it; name the whole file to forget it"
        raise ConfigurationError(message) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _replaced(pieces: Iterator[bytes], rows: frozenset[int]) -> Iterator[bytes]:
    """Put a tombstone in the place of these lines, counted from 1; no line is held in memory."""
    number, is_fresh = 1, True
    for piece in pieces:
        for place, part in enumerate(piece.split(b"\n")):
            if place:
                yield b"\n"
                number, is_fresh = number + 1, True
            if number not in rows:
                yield part
            elif is_fresh and part:
                yield TOMBSTONE
            is_fresh = is_fresh and not part


@contextmanager
def _packed(raw: BinaryIO, packing: str | None) -> Iterator[BinaryIO]:
    """Compress what is written as the file was compressed."""
    if packing == ".gz":
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as target:
            yield cast("BinaryIO", target)
    elif packing == ".xz":
        with lzma.LZMAFile(raw, "wb") as target:
            yield cast("BinaryIO", target)
    elif packing == ".zst":
        with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as target:
            yield cast("BinaryIO", target)
    else:
        yield raw
