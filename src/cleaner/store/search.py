"""Ask the texts of the published articles: ranked by the index, filtered and made unique by the warehouse."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigurationError, DiskError
from cleaner.search.query import Both, Term
from cleaner.store.reading import open_published
from cleaner.store.schema import quoted
from cleaner.store.search_index import SUFFIX, find_index, has_engine, open_index, signature, write_index
from cleaner.store.versions import VERSIONS, current_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from cleaner.search.query import Query

WEIGHTS = (8.0, 3.0, 1.0)
"""What a word counts in the title, the dek and the text."""


_Matches = list[tuple[str, float]]
"""Articles and their scores."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and among which articles; days are those that the page prints."""

    query: Query
    site: str | None = None
    """Name of the site, or its host."""
    since: str | None = None
    """First day, as 2026-03-01."""
    until: str | None = None
    language: str | None = None
    author: str | None = None
    """Part of a name."""
    limit: int = 10
    every: bool = False
    """True: copies and older versions too."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    article_id: str
    score: float
    title: str | None
    dek: str | None
    site: str | None
    published: str | None
    """As printed."""
    language: str | None
    url: str | None
    authors: list[str]
    copies: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The best hits, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int
    made_index: bool
    """True where none was there and one had to be made."""


_HITS = """
    WITH hits AS (
        SELECT a.article_id, a.page_id, f.score, coalesce(c.copies, 1) AS copies, a.published_at
        FROM {articles} AS a
        JOIN found AS f USING (article_id)
        LEFT JOIN article_clusters AS c USING (article_id)
        JOIN pages AS p ON p.page_id = a.page_id
        WHERE ({site} IS NULL OR lower({site}) IN (lower(a.site), lower(p.host), 'www.' || lower(p.host)))
            AND ({since} IS NULL OR left(a.published_local, 10) >= {since})
            AND ({until} IS NULL OR left(a.published_local, 10) <= {until})
            AND ({language} IS NULL OR a.language = lower({language}))
            AND ({author} IS NULL OR a.article_id IN (
                SELECT article_id FROM article_authors
                WHERE contains(strip_accents(lower(author)), strip_accents(lower({author})))
            ))
        {unique}
    )
    SELECT article_id, page_id, score, copies, count(*) OVER () AS total FROM hits
    ORDER BY score DESC, published_at DESC NULLS LAST, article_id LIMIT {limit}
"""
_SHOWN = """
    SELECT b.article_id, b.score, a.title, a.dek, a.site, a.published_local, a.language, a.url,
        (SELECT coalesce(list(w.author ORDER BY w.position), []) FROM article_authors AS w
            WHERE w.article_id = b.article_id AND w.page_id = b.page_id), b.copies, t.text, b.total
    FROM best AS b
    JOIN articles AS a ON a.article_id = b.article_id AND a.page_id = b.page_id
    JOIN ({texts}) AS t ON t.place = a.rowid
    ORDER BY b.score DESC, a.published_at DESC NULLS LAST, b.article_id
"""
_READ_ONE_BY_ONE = 40
"""Texts; each takes 17 ms, whatever the size of the warehouse. All of 100,000 take 0.8 s."""

_ONE_A_STORY = """QUALIFY row_number() OVER (
            PARTITION BY coalesce(c.cluster_id, a.article_id)
            ORDER BY coalesce(c.kind = 'canonical', true) DESC, f.score DESC, a.article_id
        ) = 1"""


def search(folder: Path, asked: Asked) -> Answer:
    """Find the published articles that the query asks for, the best first.

    Of a story that stands there several times the one that stands for it is found, or its best copy where the query
    finds only copies. An index that is missing, stale or damaged is made anew.

    Raises ConfigurationError where nothing was published, or this Python's SQLite cannot index texts.
    """
    if not has_engine():
        message = "this Python's SQLite was built without FTS5, which searching needs: use another Python"
        raise ConfigurationError(message)
    with _reader(folder) as (reader, wanted):
        found, made = _found(reader, folder, wanted, asked.query)
        rows = _rows(reader, found, asked)
    return Answer(tuple(Hit(*row[:-1]) for row in rows), rows[0][-1] if rows else 0, made)


def match_expression(query: Query) -> str:
    """Write a query as SQLite's FTS5 reads it."""
    if isinstance(query, Term):
        field = f"{query.field} : " if query.field else ""
        return f'{field}"{" ".join(query.tokens)}"{" *" if query.is_prefix else ""}'
    if not isinstance(query, Both):
        return f"({' OR '.join(map(match_expression, query.parts))})"
    found = " AND ".join(map(match_expression, query.parts))
    if not query.left_out:
        return f"({found})"
    return f"(({found}) NOT ({' OR '.join(map(match_expression, query.left_out))}))"


@contextmanager
def _reader(folder: Path) -> Iterator[tuple[DuckDBPyConnection, str]]:
    """Open what is published, and name the index that belongs to it.

    A publication may come between and take the old index away with its version: then the newer file is opened.
    """
    reader = open_published(folder)
    wanted = signature(reader)
    if find_index(folder, wanted) is None:
        reader.close()
        reader = open_published(folder)
        wanted = signature(reader)
    with reader:
        yield reader, wanted


def _found(reader: DuckDBPyConnection, folder: Path, wanted: str, query: Query) -> tuple[_Matches, bool]:
    """List what matches, by the index with this signature; True beside it where that had to be made anew."""
    if (index := find_index(folder, wanted)) is not None:
        with suppress(sqlite3.DatabaseError):  # damaged
            return _matches(index, query), False
    name = current_version(folder)
    if name is not None:
        with suppress(DiskError, OSError):  # a warehouse that this user may only read
            index = folder / VERSIONS / f"{name}.{wanted}{SUFFIX}"
            write_index(reader, index)
            return _matches(index, query), True
    with tempfile.TemporaryDirectory() as elsewhere:
        index = Path(elsewhere) / f"once{SUFFIX}"
        write_index(reader, index)
        return _matches(index, query), True


def _matches(path: Path, query: Query) -> _Matches:
    with closing(open_index(path)) as index:
        return index.execute(
            "SELECT article_id, -bm25(words, ?, ?, ?) FROM words JOIN documents ON document = words.rowid"
            " WHERE words MATCH ?",
            [*WEIGHTS, match_expression(query)],
        ).fetchall()


def _rows(reader: DuckDBPyConnection, found: _Matches, asked: Asked) -> list[Any]:
    # Sixty thousand hits take 0.08 s as one text, 1.5 s as a list. Literals, because duckdb imports pandas for bound
    # values where it is installed, and that takes longer than the whole search.
    ids, scores = zip(*found, strict=True) if found else ((), ())
    reader.execute(
        f"CREATE OR REPLACE TEMP TABLE found AS SELECT unnest(string_split({_literal(' '.join(ids))}, ' ')) AS article_id,"
        f" unnest(string_split({_literal(' '.join(map(repr, scores)) or '0')}, ' '))::DOUBLE AS score"
    )
    sql = _HITS.format(
        articles="articles" if asked.every else "articles_latest",
        unique="" if asked.every else _ONE_A_STORY,
        limit=int(asked.limit),
        **{name: _literal(getattr(asked, name)) for name in ("site", "since", "until", "language", "author")},
    )
    reader.execute(f"CREATE OR REPLACE TEMP TABLE best AS {sql}")
    places = reader.execute(
        "SELECT a.rowid FROM best AS b JOIN articles AS a ON a.article_id = b.article_id AND a.page_id = b.page_id"
    ).fetchall()
    return reader.execute(_SHOWN.format(texts=_texts([place for (place,) in places]))).fetchall()


def _texts(places: list[int]) -> str:
    """Write the query that reads these texts alone: DuckDB unpacks all of them where it is given a list."""
    if len(places) > _READ_ONE_BY_ONE:
        return f"SELECT rowid AS place, text FROM articles WHERE rowid IN ({', '.join(map(str, places))})"
    one = "SELECT rowid AS place, text FROM articles WHERE rowid = {}"
    return " UNION ALL ".join(one.format(place) for place in places or [-1])


def _literal(value: str | None) -> str:
    return "NULL" if value is None else quoted(value.encode("utf-8", "replace").decode())
