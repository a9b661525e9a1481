"""Look up where the paragraphs of an article come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page was seen."""

    file: str
    """Relative to the landing zone."""
    row: int | None


@dataclass(frozen=True, slots=True)
class Traced:
    """The way of one paragraph, as recorded; see the view `lineage`."""

    article_id: str
    paragraph: int
    label: str
    text: str
    block: int
    start_offset: int | None
    """First character of the raw slice: in the decoded page, or in the element's text."""
    length: int | None
    element: str | None
    repairs: tuple[str, ...]
    decided_by: str
    score: float
    evidence: str
    page_id: str
    url: str | None
    sha256: str
    bytes: int
    encoding: str | None
    run_id: str
    digest: str
    cleaner_version: str | None
    run_started_at: datetime | None
    kind: str
    level: int | None
    line: int | None
    """Of the decoded page: on which it begins, or the start tag of its element ends."""
    raw_expired_at: datetime | None
    """When retention removed the file where the page was read."""
    places: tuple[Place, ...]
    """Where the page was seen; the first is where it was read."""

    @property
    def end_offset(self) -> int | None:
        """Character after the last of the raw slice."""
        return None if self.start_offset is None or self.length is None else self.start_offset + self.length


@dataclass(frozen=True, slots=True)
class Headed:
    """What stands over an article's text."""

    title: str | None
    dek: str | None
    authors: tuple[str, ...]
    published: str | None
    """As the page prints it."""
    agency: str | None
    site: str | None
    url: str | None


_COLUMNS = (
    *("article_id", "paragraph", "label", "text", "block", "start_offset", "length", "element", "repairs"),
    *("decided_by", "score", "evidence", "page_id", "url", "sha256", "bytes", "encoding"),
    *("run_id", "digest", "cleaner_version", "run_started_at", "kind", "level", "line", "raw_expired_at"),
)


def trace(reader: DuckDBPyConnection, article: str, paragraph: int | None = None) -> list[Traced]:
    """Trace one paragraph of the article whose id begins so, or all of them, in order.

    Raises ConfigurationError where no article or more than one begins so, or it has no such paragraph.
    """
    article_id = _whole_id(reader, article)
    rows = reader.execute(
        f"SELECT {', '.join(_COLUMNS)}, file, row_number FROM trace(?, nth := ?)", [article_id, paragraph]
    ).fetchall()
    if not rows:
        last = reader.execute("SELECT coalesce(max(paragraph), 0) FROM trace(?)", [article_id]).fetchall()[0][0]
        message = f"article {article_id} has {last} paragraphs; there is no paragraph {paragraph}"
        raise ConfigurationError(message)
    return [_traced(row, _places(reader, row)) for row in rows]


def head(reader: DuckDBPyConnection, article_id: str) -> Headed:
    """Look up the fields of an article by its whole id."""
    title, dek, *others = reader.execute(
        "SELECT title, dek, published_local, agency, site, url FROM articles WHERE article_id = ?", [article_id]
    ).fetchall()[0]
    authors = reader.execute(
        "SELECT author FROM article_authors WHERE article_id = ? ORDER BY position", [article_id]
    ).fetchall()
    return Headed(title, dek, tuple(author for (author,) in authors), *others)


def _places(reader: DuckDBPyConnection, row: tuple[Any, ...]) -> tuple[Place, ...]:
    """List where a paragraph's page was seen: first where it was read."""
    first = Place(*row[-2:])
    seen = reader.execute(
        "SELECT path, row_number FROM page_locations WHERE page_id = ? ORDER BY ALL", [row[_COLUMNS.index("page_id")]]
    ).fetchall()
    return (first, *(place for found in seen if (place := Place(*found)) != first))


def _traced(row: tuple[Any, ...], places: tuple[Place, ...]) -> Traced:
    values = dict(zip(_COLUMNS, row, strict=False))
    return Traced(**values | {"repairs": tuple(values["repairs"]), "places": places})


def _whole_id(reader: DuckDBPyConnection, article: str) -> str:
    found = reader.execute(
        "SELECT DISTINCT article_id FROM articles WHERE starts_with(article_id, ?) ORDER BY 1 LIMIT 3", [article]
    ).fetchall()
    if len(found) == 1:
        return str(found[0][0])
    told = "no article has" if not found else f"several articles have, {', '.join(i for (i,) in found)} among them,"
    message = f"{told} an id that begins with {article!r}; SELECT article_id, title FROM articles names them"
    raise ConfigurationError(message)
