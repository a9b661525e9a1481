"""Replay a paragraph: raw slice, or element of the page parsed again, plus the recorded repairs, gives its text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cleaner.blocks.html import html_page
from cleaner.blocks.source import Source
from cleaner.decoding import decode
from cleaner.landing import LandedFile, Limits, discover, read_file
from cleaner.model import MediaType, Page, Repair
from cleaner.text import replay

if TYPE_CHECKING:
    from pathlib import Path

    from cleaner.store.tracing import Place, Traced


class Fault(StrEnum):
    """Why a paragraph cannot be replayed; closed."""

    MISSING = "missing"
    """No place where the page was seen holds it any more."""
    CHANGED = "changed"
    """The bytes there are not the ones that were cleaned: another SHA-256."""
    EXPIRED = "expired"
    """The raw file was removed by retention, as somebody asked: nothing is wrong, and nothing can be proven."""
    UNREPEATABLE = "unrepeatable"
    """The bytes are the same, what they give is not: they were cleaned by another version."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the raw page gives for a paragraph."""

    fault: Fault | None
    """None where it gives the paragraph, letter by letter."""
    detail: str
    """What was found where, in words."""
    raw: str | None = None
    """Raw slice, before repairs."""
    first_byte: int | None = None
    """Of the slice in the page's bytes; None where a character set makes the way back ambiguous."""
    bytes: int | None = None
    source: tuple[int, int] | None = None
    """Where in the decoded page it begins and ends, tags within it included; None where the source does not show it."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A page that was read again, ready to be cut."""

    page: Page
    text: str
    runs: dict[str, str]
    """Text of each run by its path (HTML)."""
    source: Source
    """Where in the page a run stands (HTML)."""
    encoding: str


class RawPages:
    """The landing zone, read again page by page; the last page stays open, its paragraphs follow each other."""

    def __init__(self, raw: Path, page_bytes: int) -> None:
        """Look for pages under `raw`, none of them larger than `page_bytes`."""
        self._raw = raw
        self._limits = Limits(page_bytes)
        self._page_id: str | None = None
        self._last: _Opened | Replayed = Replayed(Fault.MISSING, "nothing was looked for")

    def page(self, traced: Traced) -> Page | Replayed:
        """Return the page that holds a paragraph, or why it cannot be had."""
        opened = self._opened(traced)
        return opened if isinstance(opened, Replayed) else opened.page

    def replay(self, traced: Traced) -> Replayed:
        """Go the way from the raw bytes to a paragraph once more."""
        opened = self._opened(traced)
        if isinstance(opened, Replayed):
            return opened
        raw = _slice(opened, traced)
        text = None if raw is None else replay(raw, [Repair(kind) for kind in traced.repairs])
        if text != traced.text:
            return Replayed(Fault.UNREPEATABLE, "the same bytes give another text here", raw)
        source = _in_source(opened, traced)
        where = f"{opened.page.path}: SHA-256 as recorded, the paragraph follows letter by letter"
        first, length = _byte_range(opened, source)
        return Replayed(None, where, raw, first, length, source)

    def _opened(self, traced: Traced) -> _Opened | Replayed:
        if traced.page_id != self._page_id:
            self._page_id, self._last = traced.page_id, self._open(traced)
        return self._last

    def _open(self, traced: Traced) -> _Opened | Replayed:
        """Read the page at any place where it was seen."""
        changed: list[str] = []
        for place in traced.places:
            page = self._read(place)
            if page is None:
                continue
            if page.sha256 == traced.sha256:
                return _opened(page)
            changed.append(f"{_name(place)} has SHA-256 {page.sha256[:12]}, recorded is {traced.sha256[:12]}")
        if changed:
            return Replayed(Fault.CHANGED, "; ".join(changed))
        if traced.raw_expired_at:
            day = f"{traced.raw_expired_at:%Y-%m-%d}"
            return Replayed(Fault.EXPIRED, f"raw expired on {day}: {_name(traced.places[0])} was removed by retention")
        return Replayed(Fault.MISSING, f"no page at {', '.join(map(_name, traced.places))}")

    def _read(self, place: Place) -> Page | None:
        file = self._find(place.file)
        found = read_file(file, self._limits) if file else ()
        return next((page for page in found if isinstance(page, Page) and page.row == place.row), None)

    def _find(self, name: str) -> LandedFile | None:
        path = self._raw / name
        if path.is_file():
            return LandedFile(path, name, path.stat().st_size, 0)
        # A file name that is no UTF-8 goes by an escaped name.
        return next((file for file in discover(self._raw) if file.name == name), None) if "\\" in name else None


def _opened(page: Page) -> _Opened | Replayed:
    decoded = decode(page.content, page.media_type, page.charset)
    if decoded is None:
        return Replayed(Fault.UNREPEATABLE, f"no character set turns the bytes of {page.path} into text")
    runs = html_page(decoded.text).runs if page.media_type is MediaType.HTML else {}
    source = Source(decoded.text if runs else "", runs)
    return _Opened(page, decoded.text, runs, source, decoded.encoding)


def _slice(opened: _Opened, traced: Traced) -> str | None:
    """Cut the raw slice out of the decoded page, or out of the element's run of text."""
    source = opened.text if traced.element is None else opened.runs.get(traced.element)
    if source is None or traced.start_offset is None or traced.length is None:
        return None
    return source[traced.start_offset : traced.start_offset + traced.length]


def _in_source(opened: _Opened, traced: Traced) -> tuple[int, int] | None:
    start, end = traced.start_offset, traced.end_offset
    if start is None or end is None:
        return None
    return (start, end) if traced.element is None else opened.source.span(traced.element, start, end)


def _byte_range(opened: _Opened, source: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Return first byte and length of a stretch of the decoded page where they give it back, else nothing."""
    if source is None:
        return None, None
    raw = opened.text[slice(*source)]
    try:
        first = len(opened.text[: source[0]].encode(opened.encoding))
        length = len(raw.encode(opened.encoding))
        same = opened.page.content[first : first + length].decode(opened.encoding) == raw
    except (UnicodeError, LookupError):
        return None, None
    return (first, length) if same else (None, None)


def _name(place: Place) -> str:
    return place.file if place.row is None else f"{place.file}, row {place.row}"
