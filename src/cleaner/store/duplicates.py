"""Find copies, near-copies and versions of articles: each text is compared once, in whatever order texts arrive.

Works on texts, not on articles: exact copies share a key and are compared as one. Bands and pairs are kept in the
writer's file (`etl`); what follows from them is written into the readers' file (`next`), from all pairs at once, so
that it depends on what is in the warehouse and not on how it came there.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cleaner.neardup import BANDS, NEAR, SCHEME, bands, fingerprints, likeness
from cleaner.store.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from duckdb import DuckDBPyConnection

    from cleaner.neardup import Shingles

    Pair = tuple[str, str]

TEXTS_AT_A_TIME = 10_000
"""Whose shingles are held in memory together: 4 kB a text."""

SAME_STORY = 0.5
"""Overlap from which on a text is another version of the one that stood at its address before: it was added to or cut."""

_BAND_NAMES = [f"band_{number:02}" for number in range(1, BANDS + 1)]

# A table of its own: only so does DuckDB know how few they are, and builds its hash table of these.
_UNCOMPARED = "CREATE OR REPLACE TEMP TABLE uncompared AS FROM etl.text_signatures WHERE NOT compared"

_CANDIDATES = (
    "SELECT DISTINCT least(x, y) AS text_a, greatest(x, y) AS text_b FROM ("
    + " UNION ALL ".join(
        f"SELECT f.text_key AS x, s.text_key AS y FROM uncompared AS f JOIN etl.text_signatures AS s"
        f" USING ({band}) WHERE f.text_key <> s.text_key"
        for band in _BAND_NAMES
    )
    + ") ORDER BY ALL"
)

# As the view page_versions has it, for pages that are not the only one of their address: mostly few.
_HISTORY = """
    CREATE OR REPLACE TEMP TABLE history AS
    WITH again AS (SELECT address FROM next.pages WHERE address IS NOT NULL GROUP BY address HAVING count(*) > 1),
    fetched AS (FROM next.pages SEMI JOIN again USING (address)),
    seen AS (SELECT page_id, min(path) AS first_path FROM next.page_locations SEMI JOIN fetched USING (page_id) GROUP BY page_id)
    SELECT
        p.page_id, p.address, p.articles, row_number() OVER fetches AS version, lead(p.page_id) OVER fetches AS superseded_by
    FROM fetched AS p LEFT JOIN seen AS s USING (page_id)
    WINDOW fetches AS (
        PARTITION BY p.address ORDER BY p.fetched_at NULLS FIRST, coalesce(s.first_path, p.path), p.page_id
    )
"""

# An article and what stands on the next version of its page.
_NEIGHBOURS = """
    SELECT
        old.article_id AS old_id, new.article_id AS new_id, o.text_key AS old_key, n.text_key AS new_key,
        v.articles = 1 AND w.articles = 1 AND lower(old.title) = lower(new.title) AS is_retitled
    FROM history AS v
    JOIN history AS w ON w.page_id = v.superseded_by
    JOIN next.articles AS old ON old.page_id = v.page_id
    JOIN next.articles AS new ON new.page_id = w.page_id
    JOIN etl.article_texts AS o ON o.article_id = old.article_id
    JOIN etl.article_texts AS n ON n.article_id = new.article_id
"""

_NEWER = f"""
    WITH again AS (
        SELECT
            a.article_id AS old_id, lead(a.article_id) OVER (
                PARTITION BY v.address, t.text_key ORDER BY v.version, a.position
            ) AS new_id
        FROM next.articles AS a JOIN history AS v USING (page_id) JOIN etl.article_texts AS t USING (article_id)
    )
    SELECT old_id, new_id FROM again JOIN next.articles AS o ON o.article_id = old_id
        JOIN next.articles AS n ON n.article_id = new_id WHERE o.page_id <> n.page_id
    UNION
    SELECT old_id, new_id FROM ({_NEIGHBOURS})
    LEFT JOIN etl.version_pairs AS p ON p.text_a = least(old_key, new_key) AND p.text_b = greatest(old_key, new_key)
    WHERE p.overlap >= {SAME_STORY} OR is_retitled
    ORDER BY ALL
"""

_WRITE_VERSIONS = """
    INSERT INTO next.article_versions BY NAME
    WITH told AS (
        SELECT a.article_id, a.page_id, m.component, v.version AS page_version, a.position
        FROM members AS m JOIN next.articles AS a ON a.article_id = m.node JOIN history AS v USING (page_id)
    ),
    newer AS (SELECT old_id, min(new_id) AS superseded_by FROM links GROUP BY old_id)
    SELECT
        t.article_id, t.page_id, first_value(t.article_id) OVER story AS story_id,
        dense_rank() OVER (PARTITION BY t.component ORDER BY t.page_version) AS version, n.superseded_by
    FROM told AS t LEFT JOIN newer AS n ON n.old_id = t.article_id
    WINDOW story AS (PARTITION BY t.component ORDER BY t.page_version, t.position, t.article_id)
"""

# Earliest, fullest: a day decides first, since half the pages print no more than the day; of one day the longest text.
_WRITE_CLUSTERS = """
    INSERT INTO next.article_clusters BY NAME
    WITH often AS (
        SELECT text_key FROM etl.article_texts GROUP BY text_key HAVING count(*) > 1 UNION SELECT node FROM members
    ),
    keyed AS (
        SELECT
            a.*, t.text_key, p.fetched_at, coalesce(m.component, t.text_key) AS cluster,
            count(*) OVER (PARTITION BY coalesce(m.component, t.text_key)) AS copies
        FROM next.articles_latest AS a JOIN next.pages AS p USING (page_id)
        JOIN (FROM etl.article_texts SEMI JOIN often USING (text_key)) AS t USING (article_id)
        LEFT JOIN members AS m ON m.node = t.text_key
    ),
    ranked AS (
        SELECT
            article_id, page_id, text_key, copies, first_value(article_id) OVER place AS cluster_id,
            first_value(text_key) OVER place AS canonical_key
        FROM keyed WHERE copies > 1
        WINDOW place AS (
            PARTITION BY cluster
            ORDER BY
                published_at IS NULL, left(published_local, 10), truncated, words DESC, published_at,
                fetched_at NULLS LAST, article_id
        )
    )
    SELECT
        r.article_id, r.page_id, r.cluster_id, r.copies,
        CASE WHEN r.article_id = r.cluster_id THEN 'canonical' WHEN r.text_key = r.canonical_key THEN 'exact'
            ELSE 'near' END AS kind,
        CASE WHEN r.text_key = r.canonical_key THEN 1.0 ELSE p.similarity END AS similarity
    FROM ranked AS r LEFT JOIN etl.text_pairs AS p
        ON p.text_a = least(r.text_key, r.canonical_key) AND p.text_b = greatest(r.text_key, r.canonical_key)
"""

_PAIRS_ALIVE = """
    WITH alive AS (SELECT DISTINCT text_key FROM next.articles_latest JOIN etl.article_texts USING (article_id))
    SELECT text_a, text_b FROM etl.text_pairs
    SEMI JOIN alive AS a ON a.text_key = text_a
    SEMI JOIN alive AS b ON b.text_key = text_b
    ORDER BY ALL
"""


def remember_texts(connection: DuckDBPyConnection) -> None:
    """Bring bands and pairs in `etl` up to date with the articles in `next`; a kill in between loses nothing."""
    _forget_gone(connection)
    for batch in _new_texts(connection):
        _remember(connection, batch)
    connection.execute(_UNCOMPARED)
    candidates: list[Pair] = connection.execute(_CANDIDATES).fetchall()
    found = [row for row in _compared(connection, candidates) if row[2] >= NEAR]
    with transaction(connection):
        _insert_pairs(connection, "text_pairs", found)
        connection.execute("UPDATE etl.text_signatures SET compared = true WHERE NOT compared")
    _compare_versions(connection)


def write_versions(connection: DuckDBPyConnection) -> None:
    """Fill `next.article_versions`: which article is a newer version of which."""
    connection.execute(_HISTORY)
    links = connection.execute(_NEWER).fetchall()
    with shown(connection, links=_links(links), members=_members(components(links))):
        connection.execute(_WRITE_VERSIONS)


def write_clusters(connection: DuckDBPyConnection) -> None:
    """Fill `next.article_clusters`: the copies of every article, and which of them stands for all."""
    pairs = connection.execute(_PAIRS_ALIVE).fetchall()
    with shown(connection, members=_members(components(pairs))):
        connection.execute(_WRITE_CLUSTERS)


@contextmanager
def shown(connection: DuckDBPyConnection, **tables: pa.Table) -> Iterator[None]:
    """Let queries see Arrow tables under their names."""
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)


def components(links: Iterable[Pair]) -> dict[str, str]:
    """Name the connected component of every end of a link, after its least member."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    for one, other in links:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return {node: root(node) for node in parent}


def _forget_gone(connection: DuckDBPyConnection) -> None:
    """Drop what is remembered of texts that are gone, and all of it where the scheme is another."""
    tables = ("article_texts", "text_signatures", "text_pairs", "version_pairs")
    with transaction(connection):
        if connection.execute("FROM etl.duplicate_scheme").fetchall() != [(SCHEME,)]:
            for table in ("duplicate_scheme", *tables):
                connection.execute(f"DELETE FROM etl.{table}")
            connection.execute("INSERT INTO etl.duplicate_scheme VALUES (?)", [SCHEME])
        connection.execute(
            "DELETE FROM etl.article_texts WHERE article_id NOT IN (SELECT article_id FROM next.articles)"
        )
        gone = "NOT IN (SELECT text_key FROM etl.article_texts)"
        connection.execute(f"DELETE FROM etl.text_signatures WHERE text_key {gone}")
        for table in ("text_pairs", "version_pairs"):
            connection.execute(f"DELETE FROM etl.{table} WHERE text_a {gone} OR text_b {gone}")


def _new_texts(connection: DuckDBPyConnection) -> Iterator[list[tuple[str, str]]]:
    """Yield article_id and text of the articles that are not remembered, some at a time."""
    fresh = "next.articles ANTI JOIN etl.article_texts USING (article_id)"
    # What was written last stands last: no text before it is read.
    first = connection.execute(f"SELECT min(rowid) FROM {fresh}").fetchall()[0][0]
    reader = connection.cursor()
    reader.execute(f"SELECT article_id, text FROM {fresh} WHERE rowid >= ? ORDER BY article_id", [first or 0])
    while rows := reader.fetchmany(TEXTS_AT_A_TIME):
        yield rows


def _remember(connection: DuckDBPyConnection, batch: list[tuple[str, str]]) -> None:
    prints = fingerprints([text for _, text in batch])
    keys = pa.table({"article_id": [article_id for article_id, _ in batch], "text_key": [f.key for f in prints]})
    with shown(connection, keys=keys):
        rows = connection.execute("SELECT text_key FROM etl.text_signatures SEMI JOIN keys USING (text_key)").fetchall()
        known = {key for (key,) in rows}
        fresh = _signatures({f.key: f.shingles for f in prints if f.key not in known})
        with shown(connection, fresh=fresh), transaction(connection):
            connection.execute("INSERT INTO etl.article_texts BY NAME FROM keys")
            connection.execute("INSERT INTO etl.text_signatures BY NAME SELECT *, false AS compared FROM fresh")


def _signatures(texts: dict[str, Shingles]) -> pa.Table:
    columns = bands(list(texts.values()))
    named = {name: pa.array(np.ascontiguousarray(columns[:, place])) for place, name in enumerate(_BAND_NAMES)}
    return pa.table({"text_key": pa.array(texts, pa.string()), **named})


def _compare_versions(connection: DuckDBPyConnection) -> None:
    """Compare each text with those on the next version of its page."""
    connection.execute(_HISTORY)
    pairs = connection.execute(
        f"WITH pairs AS (SELECT DISTINCT least(old_key, new_key) AS text_a, greatest(old_key, new_key) AS text_b"
        f" FROM ({_NEIGHBOURS}) WHERE old_key <> new_key)"
        " FROM pairs ANTI JOIN etl.version_pairs USING (text_a, text_b) ORDER BY ALL"
    ).fetchall()
    _insert_pairs(connection, "version_pairs", list(_compared(connection, pairs)))


def _compared(connection: DuckDBPyConnection, pairs: list[Pair]) -> Iterator[tuple[str, str, float, float]]:
    """Compare pairs of texts exactly; yields both keys, similarity and overlap."""
    for chunk, keys in _chunks(pairs):
        with shown(connection, wanted=pa.table({"text_key": pa.array(keys, pa.string())})):
            rows = connection.execute(
                "SELECT t.text_key, any_value(a.text) FROM wanted JOIN etl.article_texts AS t USING (text_key)"
                " JOIN next.articles AS a USING (article_id) GROUP BY t.text_key"
            ).fetchall()
        prints = fingerprints([text for _, text in rows])
        found = {key: one.shingles for (key, _), one in zip(rows, prints, strict=True)}
        for one, other in chunk:
            near = likeness(found[one], found[other])
            yield one, other, near.similarity, near.overlap


def _chunks(pairs: list[Pair]) -> Iterator[tuple[list[Pair], set[str]]]:
    """Cut pairs so that no chunk speaks of many more texts than memory should hold."""
    chunk: list[Pair] = []
    keys: set[str] = set()
    for pair in pairs:
        chunk.append(pair)
        keys.update(pair)
        if len(keys) >= TEXTS_AT_A_TIME:
            yield chunk, keys
            chunk, keys = [], set()
    if chunk:
        yield chunk, keys


def _insert_pairs(connection: DuckDBPyConnection, table: str, rows: list[tuple[str, str, float, float]]) -> None:
    columns = zip(*rows, strict=True) if rows else ((),) * len(_PAIRS)
    with shown(connection, found=pa.table(list(columns), schema=_PAIRS)):
        connection.execute(f"INSERT INTO etl.{table} BY NAME FROM found")


def _members(components_by_node: dict[str, str]) -> pa.Table:
    names, found = list(components_by_node), list(components_by_node.values())
    return pa.table({"node": pa.array(names, pa.string()), "component": pa.array(found, pa.string())})


def _links(links: list[Pair]) -> pa.Table:
    return pa.table([[old for old, _ in links], [new for _, new in links]], schema=_LINKS)


_LINKS = pa.schema([("old_id", pa.string()), ("new_id", pa.string())])
_PAIRS = pa.schema(
    [("text_a", pa.string()), ("text_b", pa.string()), ("similarity", pa.float64()), ("overlap", pa.float64())]
)
