"""What should come of a page, from a file of gold rows or from our own folder, together with the page itself.

A row that holds `text` is a dump, one that holds `html` a page. Our own gold lies in files named after the raw ones.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigurationError
from cleaner.landing import Limits, discover, read_file, read_paths
from cleaner.landing.discovery import open_file
from cleaner.landing.formats import DAMAGE, unpack
from cleaner.landing.notes import NotesError, parse_object
from cleaner.landing.rows import cut_rows
from cleaner.model import Page, Rejected
from cleaner.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_PIECE = 64 * 1024
_UNSAFE = re.compile(r"[^\w.-]")
_ROWS_GOLD = "_rejected"
"""Gold of the rows of a file that are no pages; nothing to score."""


class Kind(StrEnum):
    """What a gold row is about; the two are scored by different figures."""

    DUMP = "dump"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page with what a person or the blender says it is."""

    article: int
    """1..n; 0: of none."""
    kind: str
    """A label, or `noise`, or `body+marker`: a paragraph with a marker glued to its end."""
    text: str


@dataclass(frozen=True, slots=True)
class Gold:
    """What should come of one page."""

    kind: Kind
    slices: tuple[str, ...]
    """Groups it counts in, `all` first."""
    articles: tuple[tuple[str, ...], ...]
    """Paragraphs and headings of each article."""
    lines: tuple[Line, ...]
    digest: str
    """Of page and gold: figures of two runs are compared only where it is the same."""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    topics: tuple[str, ...] = ()
    rejected: str | None = None
    """The reason why there should be no article (own gold only)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page to clean and what should come of it."""

    name: str
    gold: Gold
    item: Page | Rejected


def read_gold(path: Path, page_bytes: int) -> Iterator[Case]:
    """Read cases one at a time; raises ConfigurationError that names path and row where it is no gold."""
    if path.is_dir():
        return _folder_cases(path, page_bytes)
    if not path.is_file():
        what = "not a file that can be read twice" if path.exists() else "no such gold"
        raise ConfigurationError(f"{path}: {what}; name a JSONL file or a folder of gold")
    return _row_cases(path, page_bytes)


def _row_cases(path: Path, page_bytes: int) -> Iterator[Case]:
    """Read the file twice side by side: as landing does for the page, and plainly for its gold."""
    items = (item for item in read_paths([str(path)], Limits(page_bytes)) if item.row is not None)
    seen: Counter[str] = Counter()
    for (number, row), item in zip(_rows(path, page_bytes), items, strict=False):
        where = f"{path}, row {number}"
        if item.row != number:
            raise ConfigurationError(f"{where}: the file changed while it was read")
        seen[item.source] += 1
        name = item.source if seen[item.source] == 1 else f"{item.source}#{number}"
        yield Case(name, gold_of_row(row, where), item)


def _rows(path: Path, page_bytes: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        with open_file(path) as packed:
            _, stream = unpack(packed)
            for number, line in cut_rows(iter(lambda: stream.read1(_PIECE), b""), page_bytes):
                if line is None:
                    message = (
                        f"{path}, row {number}: longer than {page_bytes} bytes; the setting page_bytes allows more"
                    )
                    raise ConfigurationError(message)
                yield number, parse_object(line)
    except DAMAGE as error:
        raise ConfigurationError(f"{path}: damaged or cut off: {error}") from error
    except NotesError as error:
        raise ConfigurationError(f"{path}: a row is no gold: {error}") from error


def gold_of_row(row: Mapping[str, Any], where: str) -> Gold:
    """Read a row of the form of dumps-dev or pages-dev; `where` names it in errors."""
    try:
        if row.get("text") is not None:
            return _dump_gold(row)
        if row.get("html") is not None:
            return _page_gold(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{where}: gold that cannot be read: {type(error).__name__}: {error}") from error
    raise ConfigurationError(f"{where}: neither `text` (a dump) nor `html` (a page); keys: {', '.join(list(row)[:20])}")


def _dump_gold(row: Mapping[str, Any]) -> Gold:
    articles = tuple(tuple(map(str, a["paragraphs"])) for a in row["articles"])
    lines = tuple(Line(int(article), str(kind), str(text)) for article, kind, text, *_ in row["lines"])
    slices = ["all", "multi" if len(articles) > 1 else "single"]
    slices += [str(row["style"])] if row.get("style") else []
    slices += [f"{name}:{row[key]}" for name, key in (("layout", "layout"), ("lang", "lang")) if row.get(key)]
    return Gold(Kind.DUMP, tuple(slices), articles, lines, _digest(row["text"], articles, lines))


def _page_gold(row: Mapping[str, Any]) -> Gold:
    paragraphs = tuple(map(str, row["paragraphs"]))
    lines = tuple(Line(int(kind != "noise"), str(kind), str(text)) for kind, text, *_ in row.get("blocks") or ())
    return Gold(
        kind=Kind.PAGE,
        slices=_page_slices(str(row.get("id") or ""), "-"),
        articles=(paragraphs,),
        lines=lines,
        digest=_digest(row["html"], (paragraphs,), lines),
        title=row.get("title") or None,
        authors=tuple(map(str, row.get("authors") or ())),
        published=str(row["published"]) if row.get("published") else None,
        topics=tuple(map(str, row.get("topics") or ())),
    )


def _page_slices(name: str, end: str) -> tuple[str, ...]:
    prefix = name.split(end, maxsplit=1)[0]
    return ("all", prefix) if prefix and prefix != name else ("all",)


def _digest(content: str, articles: Iterable[Iterable[str]], lines: Iterable[Line]) -> str:
    kinds = (f"{line.article} {line.kind} {line.text}" for line in lines)
    return digest(content, *("\n".join(a) for a in articles), *kinds)[:16]


# Our own gold: a folder of JSON files, named after the pages under `raw`.


def _folder_cases(folder: Path, page_bytes: int) -> Iterator[Case]:
    files = sorted(folder.rglob("*.json"))
    records = {f.relative_to(folder).as_posix().removesuffix(".json"): f for f in files if f.stem != _ROWS_GOLD}
    if not records:
        raise ConfigurationError(f"{folder}: holds no gold: no .json file in it")
    seen: set[str] = set()
    for name, item in _named_items(_raw_of(folder), page_bytes, seen):
        if name in records:
            yield Case(name, _own_gold(records[name], name, item), item)
    missing = sorted(set(records) - seen)
    if missing:
        raise ConfigurationError(f"{folder}: gold of pages that are not in {_raw_of(folder)}: {', '.join(missing[:5])}")


def _raw_of(folder: Path) -> Path:
    places = [folder.resolve().parent / "raw", folder.resolve().parent.parent / "raw"]
    for place in places:
        if place.is_dir():
            return place
    raise ConfigurationError(f"{folder}: its raw pages are missing; looked for {places[0]} and {places[1]}")


def _named_items(raw: Path, page_bytes: int, seen: set[str]) -> Iterator[tuple[str, Page | Rejected]]:
    """Name each page as its gold is named: a file by its path, a row by its file and id."""
    for file in discover(raw):
        for item in read_file(file, Limits(page_bytes)):
            name = _name_of(item)
            name = name if name not in seen else f"{name}-row-{item.row}"
            seen.add(name)
            yield name, item


def _name_of(item: Page | Rejected) -> str:
    if item.row is None:
        return item.path
    own = f"row-{item.row}" if item.source == f"{item.path}#{item.row}" else item.source
    return f"{item.path}/{_UNSAFE.sub('_', own)}"


def _own_gold(file: Path, name: str, item: Page | Rejected) -> Gold:
    content = item.sha256 if isinstance(item, Page) else ""
    try:
        return _gold_of_record(json.loads(file.read_text("utf-8")), name, content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{file}: gold that cannot be read: {type(error).__name__}: {error}") from error


def _gold_of_record(record: Mapping[str, Any], name: str, content: str) -> Gold:
    articles = tuple(tuple(map(str, a["paragraphs"])) for a in record["articles"])
    reason = str(record.get("rejected") or "no article") if not articles else None
    first = record["articles"][0] if articles else {}
    if "lines" in record:
        lines = tuple(Line(int(article), str(kind), str(text)) for article, kind, text, *_ in record["lines"])
        slices = ["all", "multi" if len(articles) > 1 else "single"]
        slices += [f"lang:{first['language']}"] if first.get("language") else []
        return Gold(Kind.DUMP, tuple(slices), articles, lines, _digest(content, articles, lines), rejected=reason)
    lines = _lines_of_html(record)
    return Gold(
        kind=Kind.PAGE,
        slices=_page_slices(name, "/"),
        articles=(tuple(p for a in articles for p in a),),
        lines=lines,
        digest=_digest(content, articles, lines),
        title=first.get("title") or None,
        authors=tuple(map(str, first.get("authors") or ())),
        published=first.get("published_at") or None,
        topics=tuple(map(str, first.get("tags") or ())),
        rejected=reason,
    )


def _lines_of_html(record: Mapping[str, Any]) -> tuple[Line, ...]:
    """Make lines of what HTML gold has: paragraphs, headings, and what must go."""
    text = [
        Line(n, "heading" if p in a.get("headings", ()) else "body", str(p))
        for n, a in enumerate(record["articles"], 1)
        for p in a["paragraphs"]
    ]
    return (*text, *(Line(0, "noise", str(t)) for t in record.get("dropped", ())))
