"""JSONL: a stream cut into rows, and what a row says."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleaner.landing.notes import Notes, NotesError, check_text, notes_of, parse_object
from cleaner.model import MediaType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MEDIA_TYPES = {"html": MediaType.HTML, "text": MediaType.TEXT}


@dataclass(frozen=True, slots=True)
class Row:
    """One page of a JSONL file."""

    source: str | None
    """Its `id` as text."""
    notes: Notes
    media_type: MediaType
    content: bytes


def cut_rows(pieces: Iterable[bytes], most: int) -> Iterator[tuple[int, bytes | None]]:
    """Cut a stream into lines, numbered from 1, without blank ones; one longer than `most` is None and never held."""
    number, line = 1, _Line(most)
    for piece in as_utf8(pieces):
        first, *others = piece.split(b"\n")
        line.add(first)
        for other in others:
            if line.length:
                yield number, line.take()
            number, line = number + 1, _Line(most)
            line.add(other)
    if line.length:
        yield number, line.take()


TOMBSTONE = b'{"forgotten": true}'
"""Stands where a row was forgotten, so that the rows after it keep their numbers."""


def is_tombstone(line: bytes | None) -> bool:
    """Tell whether a row was forgotten: it holds no page and is passed over, as a blank line is."""
    return line is not None and line.strip() == TOMBSTONE


def parse_row(line: bytes) -> Row:
    """Read one row; raises NotesError, which says what is wrong with it."""
    fields = parse_object(line)
    media_type, content = _content_of(fields)
    return Row(_source_of(fields), notes_of(fields), media_type, content)


class _Line:
    """A line as it grows; beyond `most` bytes only its length."""

    def __init__(self, most: int) -> None:
        self._held = bytearray()
        self._most = most
        self.length = 0

    def add(self, piece: bytes) -> None:
        """Take on a piece; white space at the start of a line is none of it."""
        if not self.length:
            piece = piece.lstrip()
        self.length += len(piece)
        if self.length <= self._most:
            self._held += piece
        else:
            self._held.clear()

    def take(self) -> bytes | None:
        """Hand out the line, None where it is too long."""
        return bytes(self._held) if self.length <= self._most else None


def as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Recode a file in UTF-16, as a redirection in PowerShell writes it; its newlines are two bytes."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, piece in enumerate(pieces):
        if number == 0 and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
        if decoder:
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
        else:
            yield piece if number else piece.removeprefix(codecs.BOM_UTF8)


def _content_of(fields: Mapping[str, Any]) -> tuple[MediaType, bytes]:
    """Find the page in its row; an exporter's empty column beside a full one is no second page."""
    given = [key for key in _MEDIA_TYPES if fields.get(key) is not None]
    full = [key for key in given if fields[key] != ""] or given[:1]
    if len(full) != 1:
        which = "both 'html' and 'text'" if full else "neither 'html' nor 'text'"
        message = f"row has {which}; one of them holds the page. Keys: {', '.join(map(repr, list(fields)[:20]))}"
        raise NotesError(message)
    key = full[0]
    if not isinstance(fields[key], str):
        message = f"{key!r} must be a string, this is {type(fields[key]).__name__}"
        raise NotesError(message)
    return _MEDIA_TYPES[key], check_text(key, fields[key])


def _source_of(fields: Mapping[str, Any]) -> str | None:
    found = fields.get("id")
    if found is None or found == "":
        return None
    check_text("id", str(found))
    return str(found)
