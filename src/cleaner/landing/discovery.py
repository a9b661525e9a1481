"""Which files of a landing zone are pages."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN_SITE = "unknown"
"""Folder of pages whose site nobody told."""
SIDECAR = ".meta.json"
"""What follows a page's file name in the name of its sidecar."""


_DATED = re.compile(r"(?:^|/)([^/]+)/\d{4}-\d{2}-\d{2}/")
_NO_FILE = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder that cannot be listed",
}


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file that holds a page or many, or the thing that stands in its place."""

    path: Path
    """Where to open it."""
    name: str
    """Relative to the landing zone, with `/`; bytes that are no UTF-8 are written out (`caf\\xe9.txt`)."""
    size: int
    mtime_ns: int
    """The later of the file's and its sidecar's: a sidecar that changes makes the page new."""


def discover(raw: Path) -> Iterator[LandedFile]:
    """List every file under `raw`, sorted by name; each folder once, however many links lead to it.

    Hidden files and folders, sidecars and README files are no pages. What is there but cannot be read
    (a broken link, a pipe, a closed folder) is listed too, so that reading it gives its reason.
    """
    if not (is_there(raw) and raw.is_dir()):
        message = f"{raw}: not a folder; name the landing zone with the setting `raw`"
        raise ConfigurationError(message)
    return iter(sorted(_walk(raw), key=lambda file: file.name))


def is_there(path: Path) -> bool:
    """Ask whether a path leads anywhere; one that may not be asked about leads nowhere."""
    try:
        path.stat()
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return False
    return True


def is_page_name(name: str) -> bool:
    """Tell pages from what may lie beside them: sidecars, hidden files, README files."""
    return not (name.startswith((".", "README")) or name.endswith(SIDECAR))


def landed_file(path: Path, name: str) -> LandedFile:
    """Describe one file; one that cannot be asked has size and time 0."""
    size, mtime = 0, 0
    try:
        found = path.stat()
        size, mtime = found.st_size, found.st_mtime_ns
        mtime = max(mtime, sidecar_of(path).stat().st_mtime_ns)
    except OSError:
        # No sidecar, mostly. Where the page itself is out of reach, reading it says why.
        pass
    return LandedFile(path, printable(name), size, mtime)


def sidecar_of(path: Path) -> Path:
    """Name the file that may tell a page's url, site and time."""
    return path.with_name(path.name + SIDECAR)


def printable(name: str) -> str:
    """Write out the bytes of a file name that are no UTF-8, which no database takes."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def site_of(name: str) -> str | None:
    """Read the site off the folders `<site>/<YYYY-MM-DD>/`."""
    found = _DATED.search(name)
    return found[1] if found and found[1] not in {UNKNOWN_SITE, ".", ".."} else None


def open_file(path: Path) -> io.BufferedReader:
    """Open a regular file; anything else, which might never end or never begin, is an OSError that names it."""
    check_regular(path.stat())
    # Without O_NONBLOCK a pipe that took the file's place a moment ago would hold up the run.
    opened = io.FileIO(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    try:
        check_regular(os.fstat(opened.fileno()))
    except OSError:
        opened.close()
        raise
    return io.BufferedReader(opened)


def open_sidecar(path: Path) -> io.BufferedReader | None:
    """Open the sidecar of the page at `path`; None where it has none."""
    sidecar = sidecar_of(path)
    try:
        return open_file(sidecar)
    except OSError as error:
        # A page's name may be so long that no sidecar fits beside it. A link that leads nowhere is not no sidecar.
        if error.errno == errno.ENAMETOOLONG or (error.errno == errno.ENOENT and not sidecar.is_symlink()):
            return None
        raise


def check_regular(found: os.stat_result) -> None:
    """Raise OSError for pipes, sockets, devices and folders."""
    if not stat.S_ISREG(found.st_mode):
        message = f"not a file but {_NO_FILE.get(stat.S_IFMT(found.st_mode), 'something else')}"
        raise OSError(message)


def _walk(raw: Path) -> Iterator[LandedFile]:
    """Walk real folders first and linked ones after, so that a page goes by its own name and a loop ends."""
    seen: set[tuple[int, int]] = set()
    waiting = [("", raw)]
    while waiting:
        links: list[tuple[str, Path]] = []
        for prefix, folder in waiting:
            yield from _walk_folder(prefix, folder, seen, links)
        waiting = sorted(links)


def _walk_folder(
    prefix: str, folder: Path, seen: set[tuple[int, int]], links: list[tuple[str, Path]]
) -> Iterator[LandedFile]:
    stack = [(prefix, folder)]
    while stack:
        prefix, folder = stack.pop()
        try:
            identity = folder.stat()
            if (identity.st_dev, identity.st_ino) in seen:
                continue
            seen.add((identity.st_dev, identity.st_ino))
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield landed_file(folder, prefix.removesuffix("/") or ".")
            continue
        names = {entry.name for entry in entries}
        for entry in entries:
            name = prefix + entry.name
            if not _is_folder(entry):
                if is_page_name(entry.name):
                    yield _landed_entry(entry, name, has_sidecar=entry.name + SIDECAR in names)
            elif not entry.name.startswith("."):
                (links if entry.is_symlink() else stack).append((f"{name}/", Path(entry.path)))


def _landed_entry(entry: os.DirEntry[str], name: str, *, has_sidecar: bool) -> LandedFile:
    """Describe one file as `landed_file` does, with one look at the disk instead of three: a million take seconds."""
    path = Path(entry.path)
    if has_sidecar:
        return landed_file(path, name)
    try:
        found = entry.stat()
    except OSError:
        return LandedFile(path, printable(name), 0, 0)
    return LandedFile(path, printable(name), found.st_size, found.st_mtime_ns)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Follow links; a link that leads nowhere or round in a circle is no folder."""
    try:
        return entry.is_dir()
    except OSError:
        return False
