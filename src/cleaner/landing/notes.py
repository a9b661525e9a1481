"""What is told about a page beside its bytes, by its sidecar or its JSONL row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import TYPE_CHECKING, Any

from cleaner.landing.discovery import open_sidecar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SIDECAR_BYTES = 2**20
"""A sidecar holds four short values; a larger file is something else."""
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class Notes:
    """Where a page comes from, as far as anyone said."""

    url: str | None = None
    site: str | None = None
    fetched_at: datetime | None = None
    charset: str | None = None


class NotesError(ValueError):
    """The JSON is none, or a value in it has the wrong type; the message says which."""


def parse_object(line: bytes) -> Mapping[str, Any]:
    """Read one JSON object in UTF-8, with or without byte order mark."""
    try:
        found = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode())
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte 0x{line[error.start]:02x} at {error.start}"
        raise NotesError(message) from error
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at character {error.pos}: {error.doc[:_EXCERPT]!r}"
        raise NotesError(message) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in thousands
        message = f"not JSON that can be read: {error}"
        raise NotesError(message) from error
    if not isinstance(found, dict):
        message = f"a JSON object was expected, this is {type(found).__name__}: {line[:_EXCERPT]!r}"
        raise NotesError(message)
    return found


def notes_of(fields: Mapping[str, Any]) -> Notes:
    """Take the notes out of a JSON object; a time that cannot be read is none."""
    return Notes(
        url=text_of(fields, "url"),
        site=text_of(fields, "site"),
        fetched_at=parse_time(fields.get("fetched_at")),
        charset=text_of(fields, "charset") or _charset_of(text_of(fields, "content_type")),
    )


def read_sidecar(path: Path) -> Notes:
    """Read what the sidecar of the page at `path` says; no sidecar, no notes."""
    stream = open_sidecar(path)
    if stream is None:
        return Notes()
    with stream:
        content = stream.read(_SIDECAR_BYTES + 1)
    if len(content) > _SIDECAR_BYTES:
        message = f"larger than {_SIDECAR_BYTES} bytes"
        raise NotesError(message)
    return notes_of(parse_object(content))


def text_of(fields: Mapping[str, Any], key: str) -> str | None:
    """Read a string that may be missing, null or empty: all three are None."""
    value = fields.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        message = f"{key!r} must be a string, this is {type(value).__name__}: {str(value)[:_EXCERPT]}"
        raise NotesError(message)
    check_text(key, value)
    return value


def check_text(key: str, value: str) -> bytes:
    """Encode a string; half a surrogate pair, which JSON can hold and UTF-8 cannot, is an error."""
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        message = f"{key!r} holds half a surrogate pair: \\u{ord(value[error.start]):04x} at character {error.start}"
        raise NotesError(message) from error


def parse_time(value: object) -> datetime | None:
    """Read a time of ISO 8601; without offset it is UTC, and a time outside the years 1 to 9999 is none."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value.strip())
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time


def _charset_of(content_type: str | None) -> str | None:
    """Read the character set of a Content-Type header."""
    if content_type is None:  # most rows of JSONL have none, and a Message takes a sixth of a row's time
        return None
    message = Message()
    message["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    found = message.get_param("charset")
    return found.strip() or None if isinstance(found, str) else None
