"""The kinds of file that a landing zone holds, and the compressions they come in."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import zstandard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import WriteableBuffer


class Kind(StrEnum):
    """What a file is once it is decompressed."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"


EXTENSIONS: Mapping[str, Kind] = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
}

PACKINGS: Mapping[str, tuple[bytes, ...]] = {
    ".gz": (b"\x1f\x8b",),
    # A file of pzstd opens with one of sixteen skippable frames.
    ".zst": (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))),
    ".xz": (b"\xfd7zXZ\x00",),
}
"""Compressions by extension, each with the bytes that open it."""

DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zstandard.ZstdError)
"""What `unpack` raises where a stream ends early or is damaged; BadGzipFile is an OSError: ask for these first."""

KNOWN = f"{' '.join(EXTENSIONS)}, each also with {' '.join(PACKINGS)}"

# One KiB of zstd can hold 255 run-length blocks of 128 KiB each: larger pieces of a bomb would take gigabytes at once.
_ZSTD_PIECE = 1024


class Stream(Protocol):
    """The two ways in which bytes are read here; every binary reader of the standard library has them."""

    def read1(self, size: int, /) -> bytes:
        """Hand out at most `size` bytes, and none only at the end."""

    def readline(self, size: int, /) -> bytes:
        """Hand out bytes up to and with the next newline, at most `size`."""


def split_name(name: str) -> tuple[str, str]:
    """Cut the known extensions off: `a.b.html.gz` gives `a.b` and `.html.gz`."""
    stem = name
    for known in (PACKINGS, EXTENSIONS):
        for extension in known:
            if stem.lower().endswith(extension):
                stem = stem[: -len(extension)]
                break
    return stem, name[len(stem) :]


def kind_of(name: str) -> Kind | None:
    """Tell by its name what a file is; None where no reader knows it."""
    extension = split_name(name)[1].lower()
    for packing in PACKINGS:
        extension = extension.removesuffix(packing)
    return EXTENSIONS.get(extension)


def packing_of(head: bytes) -> str | None:
    """Tell by its first bytes how a file is compressed."""
    return next((packing for packing, magics in PACKINGS.items() if head.startswith(magics)), None)


def unpack(stream: io.BufferedReader) -> tuple[str | None, Stream]:
    """Open what `stream` holds: the compression that its first bytes show, and the bytes inside."""
    packing = packing_of(stream.peek(6)[:6])
    if packing == ".gz":
        return packing, gzip.GzipFile(fileobj=stream)
    if packing == ".xz":
        return packing, lzma.LZMAFile(stream)
    if packing == ".zst":
        return packing, io.BufferedReader(_ZstdFrames(stream))
    return None, stream


class _ZstdFrames(io.RawIOBase):
    """Frames of zstd one after the other; unlike zstandard's own reader it notices a frame that ends early."""

    def __init__(self, packed: io.BufferedReader) -> None:
        self._packed = packed
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._rest = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Say yes; a raw reader says no unless told."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` with what is ready, decompressing the next piece where nothing is."""
        while not self._ready:
            if not self._decompress():
                return 0
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._ready))
        target[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _decompress(self) -> bool:
        piece = self._rest or self._packed.read1(_ZSTD_PIECE)
        if not piece:
            if self._frame is not None:
                message = "Compressed file ended before the end of its zstd frame"
                raise EOFError(message)
            return False
        frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(frame.decompress(piece))
        self._frame, self._rest = (None, frame.unused_data) if frame.eof else (frame, b"")
        return True
