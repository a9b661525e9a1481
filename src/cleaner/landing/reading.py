"""From a landed file to its pages, one at a time: whatever cannot be one comes out as `Rejected`, with its reason."""

from __future__ import annotations

import hashlib
import io
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cleaner.decoding import is_binary
from cleaner.errors import ConfigurationError, Reason
from cleaner.landing.discovery import (
    check_regular,
    discover,
    is_there,
    landed_file,
    open_file,
    printable,
    sidecar_of,
    site_of,
)
from cleaner.landing.formats import DAMAGE, KNOWN, PACKINGS, Kind, kind_of, unpack
from cleaner.landing.notes import Notes, NotesError, parse_object, read_sidecar
from cleaner.landing.rows import cut_rows, is_tombstone, parse_row
from cleaner.model import MediaType, Page, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.landing.discovery import LandedFile
    from cleaner.landing.formats import Stream

STDIN = "-"
_PIECE = 64 * 1024
_MEDIA_TYPES = {Kind.TEXT: MediaType.TEXT, Kind.HTML: MediaType.HTML}
_MARKUP = re.compile(r"\ufeff?\s*<[a-z!?]", re.IGNORECASE)
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_INVISIBLE = "\ufeff\u200b"

# A million pages of JSONL in gzip come to about 1 : 5; gzip itself cannot go beyond 1 : 1032, zstd and xz can.
_BOMB_RATIO = 250
_BOMB_PAGES = 64
"""What a file may hold whatever its ratio, in largest pages."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read."""

    page_bytes: int
    """Largest page, decompressed; a JSONL row counts as a whole."""


_NO_NOTES = Notes()


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where bytes come from, and what is known of them before they are read."""

    name: str
    limits: Limits
    notes: Notes = _NO_NOTES
    source: str | None = None
    row: int | None = None
    size: int | None = None
    """Of the file as it lies there; None of a stream."""


def page_id(url: str | None, content: bytes) -> str:
    """Name a page after what it is, not where it lies: the hash of url and content."""
    return hashlib.sha256((url or "").encode() + b"\0" + content).hexdigest()[:32]


def rejected_id(path: str, row: int | None) -> str:
    """Name what could not be read after the place where it lies."""
    return hashlib.sha256(f"rejected\0{path}\0{row or ''}".encode()).hexdigest()[:32]


def read_file(file: LandedFile, limits: Limits) -> Iterator[Page | Rejected]:
    """Read a file's pages as they come, never holding more than one of them."""
    origin = _Origin(file.name, limits, Notes(site=site_of(file.name)), size=file.size)
    try:
        check_regular(file.path.stat())
        kind = kind_of(file.name)
        if kind is None:
            yield _rejected(origin, Reason.UNKNOWN_TYPE, f"no reader for this file type; known are {KNOWN}")
            return
        notes, problem = _notes_of(file)
        if problem:
            yield problem
        origin = replace(origin, notes=replace(notes, site=notes.site or origin.notes.site))
        with open_file(file.path) as stream:
            yield from _read(origin, kind, stream)
    except OSError as error:
        yield _rejected(origin, Reason.UNREADABLE, error.strerror or str(error))


def read_paths(paths: Sequence[str], limits: Limits) -> Iterator[Page | Rejected]:
    """Read files, folders (walked as `discover` does) and `-`, standard input; the pages go by the paths given.

    Raises ConfigurationError for a path that is not there, before anything is read.
    """
    missing = [path for path in paths if path != STDIN and not is_there(Path(path))]
    if missing:
        message = f"no such file or folder, or no right to see it: {', '.join(missing)}"
        raise ConfigurationError(message)
    return (found for path in paths for found in _read_path(path, limits))


def _read_path(path: str, limits: Limits) -> Iterator[Page | Rejected]:
    origin = _Origin(printable(path), limits)
    if path == STDIN:
        yield from _read_stream(origin, _stdin())
    elif Path(path).is_dir():
        for file in discover(Path(path)):
            yield from read_file(replace(file, name=f"{printable(path).rstrip('/')}/{file.name}"), limits)
    elif Path(path).is_fifo() or Path(path).is_char_device():
        # `cleaner clean <(zcat pages.gz)` gives a pipe by name: what a user names is read, however long it takes.
        with Path(path).open("rb") as stream:
            yield from _read_stream(origin, stream)
    else:
        yield from read_file(landed_file(Path(path), path), limits)


def _stdin() -> io.BufferedReader:
    """Take standard input in bytes; whoever replaced it may have put a reader without `peek` in its place."""
    buffer = sys.stdin.buffer
    return buffer if isinstance(buffer, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", buffer))


def _read_stream(origin: _Origin, packed: io.BufferedReader) -> Iterator[Page | Rejected]:
    """Read what has no name to tell its type by: its first line tells."""
    try:
        _, stream = unpack(packed)
        head = bytearray()
        while not head.strip() and len(head) <= origin.limits.page_bytes:
            line = stream.readline(origin.limits.page_bytes + 1)
            head += line
            if not line:
                break
        yield from _read_kind(origin, _sniff(bytes(head)), _Rejoined(bytes(head), stream))
    except DAMAGE as error:
        yield _rejected(origin, Reason.CORRUPT, _damage(error))
    except OSError as error:
        yield _rejected(origin, Reason.UNREADABLE, error.strerror or str(error))


class _Rejoined:
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: Stream) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def read1(self, size: int, /) -> bytes:
        """Read on, from the head first."""
        return self._head.read(size) or self._rest.read1(size)

    def readline(self, size: int, /) -> bytes:
        """Read on to the next newline."""
        return self._head.readline(size) or self._rest.readline(size)


def _sniff(head: bytes) -> Kind:
    """Tell by its first line what a stream holds."""
    try:
        fields = parse_object(head)
    except NotesError:
        fields = {}
    if "html" in fields or "text" in fields:
        return Kind.JSONL
    return Kind.HTML if _MARKUP.match(head.decode(_bom_of(head), "ignore")) else Kind.TEXT


def _read(origin: _Origin, kind: Kind, packed: io.BufferedReader) -> Iterator[Page | Rejected]:
    try:
        packing, stream = unpack(packed)
        if packing is None and _promises_packing(origin.name) and is_binary(packed.peek(_PIECE)[:_PIECE]):
            yield _rejected(
                origin, Reason.CORRUPT, "named as compressed, but its first bytes are of no known compression"
            )
        else:
            yield from _read_kind(replace(origin, size=origin.size if packing else None), kind, stream)
    except DAMAGE as error:
        yield _rejected(origin, Reason.CORRUPT, _damage(error))


def _promises_packing(name: str) -> bool:
    return name.lower().endswith(tuple(PACKINGS))


def _read_kind(origin: _Origin, kind: Kind, stream: Stream) -> Iterator[Page | Rejected]:
    if kind is Kind.JSONL:
        yield from _read_rows(origin, stream)
        return
    content = _take(stream, origin.limits.page_bytes)
    if content is None:
        yield _rejected(origin, Reason.TOO_LARGE, f"the page is larger than {_limit(origin)}")
    else:
        yield _judge(origin, _MEDIA_TYPES[kind], content)


def _read_rows(origin: _Origin, stream: Stream) -> Iterator[Page | Rejected]:
    number = 0
    try:
        for number, line in cut_rows(_pieces(origin, stream), origin.limits.page_bytes):
            if not is_tombstone(line):
                yield _read_row(replace(origin, row=number), line)
    except _BombError as error:
        yield _rejected(origin, Reason.TOO_LARGE, str(error))
    else:
        if not number:
            yield _rejected(origin, Reason.EMPTY, "no rows")


class _BombError(Exception):
    """A compressed file unpacks to more than it can honestly hold; never leaves this module."""


def _pieces(origin: _Origin, stream: Stream) -> Iterator[bytes]:
    """Read a stream to its end; raise _BombError at `_BOMB_RATIO` times the size of its file."""
    size = 0
    most = None
    if origin.size is not None:
        most = max(_BOMB_PAGES * origin.limits.page_bytes, _BOMB_RATIO * origin.size)
    while piece := stream.read1(_PIECE):
        size += len(piece)
        if most is not None and size > most:
            message = f"unpacks to more than {_BOMB_RATIO} times its size; only its first {most} bytes were read"
            raise _BombError(message)
        yield piece


def _read_row(origin: _Origin, line: bytes | None) -> Page | Rejected:
    if line is None:
        return _rejected(origin, Reason.TOO_LARGE, f"the row is longer than {_limit(origin)}")
    try:
        row = parse_row(line)
    except NotesError as error:
        return _rejected(origin, Reason.BAD_ROW, str(error))
    notes = Notes(
        url=row.notes.url,
        site=row.notes.site or origin.notes.site,
        fetched_at=row.notes.fetched_at or origin.notes.fetched_at,
        charset="utf-8",
    )
    return _judge(replace(origin, notes=notes, source=row.source), row.media_type, row.content)


def _judge(origin: _Origin, media_type: MediaType, content: bytes) -> Page | Rejected:
    """Make a page of its bytes, unless they can be none."""
    notes = origin.notes
    if _is_blank(content):
        return _rejected(origin, Reason.EMPTY, f"{len(content)} bytes, all white space" if content else "0 bytes")
    if is_binary(content, notes.charset):
        detail = 'not text; if it is UTF-16 without byte order mark, say so in its sidecar: "charset": "utf-16-le"'
        return replace(_rejected(origin, Reason.BINARY, detail), page_id=page_id(notes.url, content))
    return Page(
        page_id=page_id(notes.url, content),
        source=_source(origin),
        path=origin.name,
        row=origin.row,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        url=notes.url,
        site=notes.site,
        fetched_at=notes.fetched_at,
        charset=notes.charset,
    )


def _rejected(origin: _Origin, reason: Reason, detail: str) -> Rejected:
    return Rejected(
        source=_source(origin),
        path=origin.name,
        reason=reason,
        detail=detail,
        page_id=rejected_id(origin.name, origin.row),
        row=origin.row,
        site=origin.notes.site,
        url=origin.notes.url,
    )


def _source(origin: _Origin) -> str:
    return origin.source or (f"{origin.name}#{origin.row}" if origin.row else origin.name)


def _notes_of(file: LandedFile) -> tuple[Notes, Rejected | None]:
    """Read the sidecar; one that cannot be read costs the page its notes, not its place, and is reported."""
    try:
        return read_sidecar(file.path), None
    except NotesError as error:
        reason, detail = Reason.BAD_ROW, str(error)
    except OSError as error:
        reason, detail = Reason.UNREADABLE, error.strerror or str(error)
    sidecar = sidecar_of(Path(file.name)).as_posix()
    detail = f"sidecar: {detail}; its page was read without url, site and time"
    return Notes(), _rejected(_Origin(sidecar, Limits(0)), reason, detail)


def _take(stream: Stream, most: int) -> bytes | None:
    """Read a page whole; None, after one byte too many, where it is larger than that."""
    held = bytearray()
    while len(held) <= most and (piece := stream.read1(min(_PIECE, most + 1 - len(held)))):
        held += piece
    return bytes(held) if len(held) <= most else None


def _is_blank(content: bytes) -> bool:
    """Look for anything but white space: blanks of Unicode and a byte order mark are nothing either."""
    first = content.lstrip()[:1]
    if first.isascii() and first > b" ":
        return False
    return all(char.isspace() or char in _INVISIBLE for char in content.decode(_bom_of(content), "replace"))


def _bom_of(content: bytes) -> str:
    return next((encoding for mark, encoding in _BOMS if content.startswith(mark)), "utf-8")


def _limit(origin: _Origin) -> str:
    return f"the limit of {origin.limits.page_bytes} bytes; the setting page_bytes raises it"


def _damage(error: BaseException) -> str:
    return f"damaged or cut off: {str(error).rstrip('.')}; rows before that were read, the file must be fetched again"
