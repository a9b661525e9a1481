"""The last publications, kept beside the current one, and the way back to one of them."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = "versions"

_COPIED_AT_ONCE = 2**30
_NAME = "%Y%m%dT%H%M%S.%fZ"
_FILE = re.compile(r"\d{8}T\d{6}\.\d{6}Z\.duckdb")
_COUNTS = """
    SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM articles), (SELECT count(*) FROM blocks),
        (SELECT count(*) FROM quarantine), (SELECT coalesce(list(DISTINCT digest ORDER BY digest), []) FROM pages)
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A publication that was kept; counted in its own file."""

    name: str
    """When it was published: 20260302T060000.000000Z."""
    is_current: bool
    bytes: int
    pages: int
    articles: int
    blocks: int
    quarantined: int
    digests: tuple[str, ...]
    """Of the cleaners that made its pages."""


def keep(built: Path, folder: Path, most: int) -> None:
    """Keep a file that is about to become the current one with what lies beside it, and drop the oldest beyond `most`.

    Linked, not copied, where the disk can: the current version takes no room twice.
    """
    versions = folder / VERSIONS
    versions.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC):{_NAME}}"
    for beside in folder.glob(f"{built.stem}.*.search"):
        beside.replace(versions / f"{name}{beside.name.removeprefix(built.stem)}")
    link(built, versions / f"{name}.duckdb")
    for file in _files(folder)[:-most]:
        for dropped in (*versions.glob(f"{file.stem}.*.search"), file):
            dropped.unlink()


def list_versions(folder: Path) -> list[Version]:
    """Count what each kept publication holds, the newest first."""
    current = folder / "current.duckdb"
    return [_version(file, current) for file in reversed(_files(folder))]


def current_version(folder: Path) -> str | None:
    """Name the kept version that readers have; the newest where the disk knows no links, None where none is kept."""
    current, files = folder / "current.duckdb", _files(folder)
    same = [file.stem for file in files if current.exists() and current.samefile(file)]
    return next(iter(same), files[-1].stem if files else None)


def roll_back(folder: Path, name: str) -> Path:
    """Make a kept publication the current one again, until the next is published; returns the path of the current file.

    Only for who holds the warehouse's lock. Raises ConfigurationError for a version that is not kept.
    """
    kept = {file.stem: file for file in _files(folder)}
    if name not in kept:
        message = f"version {name} is not kept in {folder / VERSIONS}; there are {', '.join(kept) or 'none'}"
        raise ConfigurationError(message)
    current, upcoming = folder / "current.duckdb", folder / "next.duckdb"
    upcoming.unlink(missing_ok=True)
    link(kept[name], upcoming)
    upcoming.replace(current)
    current.with_name(f"{current.name}.wal").unlink(missing_ok=True)
    upcoming.unlink(missing_ok=True)  # a file that replaces itself is left where it was
    return current


def _files(folder: Path) -> list[Path]:
    """List the kept files, the oldest first."""
    versions = folder / VERSIONS
    return sorted(file for file in versions.iterdir() if _FILE.fullmatch(file.name)) if versions.is_dir() else []


def link(file: Path, to: Path) -> None:
    """Give a file a second name; copy it where the disk knows no such links."""
    try:
        os.link(file, to)
    except OSError:  # a file system without hard links
        copy(file, to)


def copy(source: Path, target: Path) -> None:
    """Copy a file; where the file system can share blocks between files it does, and takes no time."""
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            while os.copy_file_range(reader.fileno(), writer.fileno(), _COPIED_AT_ONCE):
                pass
    except (AttributeError, OSError):  # not on Linux, or between two kinds of file systems
        shutil.copyfile(source, target)


def _version(file: Path, current: Path) -> Version:
    with duckdb.connect(file, read_only=True) as reader:
        pages, articles, blocks, quarantined, digests = reader.execute(_COUNTS).fetchall()[0]
    is_current = current.exists() and current.samefile(file)
    return Version(file.stem, is_current, file.stat().st_size, pages, articles, blocks, quarantined, tuple(digests))
