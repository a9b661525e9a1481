"""Count the lines that recur on a host: from numbers, so that a change of some pages reads the text of these alone.

Addresses are counted, not pages: what is fetched twice does not recur for that. The writer's file (`etl`) remembers
the lines of every page as numbers; of the readers' file (`next`) the lines that changed pages bear, or bore, are
counted anew from all pages at once, so that it does not matter which came first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.store.transaction import transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PLACE = "coalesce(p.host, p.site) AS host, date_trunc('week', p.fetched_at AT TIME ZONE 'UTC')::DATE AS week"

_FORGET = """
    DELETE FROM etl.page_lines
    WHERE page_id IN (SELECT page_id FROM etl.page_lines ANTI JOIN etl.pages USING (page_id, revision))
"""

_UNREAD = """
    CREATE OR REPLACE TEMP TABLE asked AS
    SELECT page_id FROM etl.pages ANTI JOIN etl.page_lines USING (page_id, revision)
"""

_REMEMBER = """
    INSERT INTO etl.page_lines BY NAME
    WITH lines AS ({lines})
    SELECT p.page_id, any_value(p.revision) AS revision,
        coalesce(list(l.line_key) FILTER (l.verdict = 'kept'), []) AS kept,
        coalesce(list(l.line_key) FILTER (l.verdict = 'removed'), []) AS removed
    FROM etl.pages AS p SEMI JOIN asked USING (page_id) LEFT JOIN lines AS l USING (page_id)
    GROUP BY p.page_id
"""

# Numbers instead of texts: of 24 lines a page there are many, and a count of all of them has to be quick.
_HOST_KEY = "md5_number_lower(coalesce(p.host, p.site, chr(0)))"
_PLACES = f"""
    CREATE OR REPLACE TEMP TABLE places AS
    SELECT {_PLACE}, {_HOST_KEY} AS host_key, md5_number_lower(coalesce(p.address, p.page_id)) AS address, p.page_id,
        row_number() OVER (ORDER BY p.page_id)::INTEGER AS place
    FROM etl.pages AS p
"""

# What the changed pages bore is remembered too, unless readers have an older file: then its own ledger is read.
_BEFORE = f"""
    CREATE OR REPLACE TEMP TABLE touched AS
    SELECT DISTINCT {_HOST_KEY} AS host_key, unnest(n.kept || n.removed) AS line_key
    FROM etl.page_lines AS n JOIN next.pages AS p USING (page_id, revision) SEMI JOIN changed USING (page_id)
"""
_FORGOTTEN = """
    CREATE OR REPLACE TEMP TABLE asked AS
    SELECT page_id FROM next.pages SEMI JOIN changed USING (page_id) ANTI JOIN etl.page_lines USING (page_id, revision)
"""
_AFTER = f"""
    INSERT INTO touched
    SELECT DISTINCT {_HOST_KEY} AS host_key, unnest(n.kept || n.removed) AS line_key
    FROM etl.page_lines AS n JOIN etl.pages AS p USING (page_id) SEMI JOIN changed USING (page_id)
"""

# The page with the least id says how the line is spelt: no other text has to be read.
_RECOUNT = """
    CREATE OR REPLACE TEMP TABLE recounted AS
    WITH lines AS (
        SELECT page_id, unnest(kept) AS line_key, true AS kept FROM etl.page_lines
        UNION ALL SELECT page_id, unnest(removed), false FROM etl.page_lines
    ),
    numbered AS MATERIALIZED (
        SELECT p.host_key, p.week, p.address, p.place, l.line_key, l.kept
        FROM ({lines}) AS l JOIN places AS p USING (page_id) {touched}
    ),
    recurring AS (
        SELECT host_key, line_key FROM numbered GROUP BY host_key, line_key HAVING min(address) <> max(address)
    ),
    counted AS (
        SELECT week, line_key, count(DISTINCT address) AS pages, count(*) FILTER (kept) AS kept,
            count(*) FILTER (NOT kept) AS removed, min(place) AS place
        FROM numbered SEMI JOIN recurring USING (host_key, line_key)
        GROUP BY host_key, week, line_key
    )
    SELECT p.host, c.* EXCLUDE (place), p.page_id FROM counted AS c JOIN places AS p USING (place)
"""
_ALL, _TOUCHED = "FROM lines", "FROM lines SEMI JOIN (SELECT DISTINCT line_key FROM touched) USING (line_key)"

_CLEAR = """
    DELETE FROM next.host_paragraphs WHERE rowid IN (
        SELECT h.rowid FROM next.host_paragraphs AS h SEMI JOIN touched AS t
        ON t.line_key = h.line_key AND t.host_key = md5_number_lower(coalesce(h.host, chr(0)))
    )
"""

_WRITE = """
    INSERT INTO next.host_paragraphs BY NAME
    WITH spelt AS (SELECT page_id, line_key, min(text) AS text FROM ({lines}) GROUP BY ALL)
    SELECT r.* EXCLUDE (page_id), s.text FROM recounted AS r LEFT JOIN spelt AS s USING (page_id, line_key)
"""


def remember_lines(connection: DuckDBPyConnection) -> None:
    """Bring the lines in `etl` up to date with its pages; a kill in between loses nothing."""
    with transaction(connection):
        connection.execute(_FORGET)
        connection.execute(_UNREAD)
        connection.execute(_REMEMBER.format(lines=_lines(connection, "etl")))


def write_lines(connection: DuckDBPyConnection) -> None:
    """Fill `next.host_paragraphs`, which is empty."""
    connection.execute(_PLACES)
    connection.execute(_RECOUNT.format(lines=_ALL, touched=""))
    _write(connection)


def note_lines(connection: DuckDBPyConnection) -> None:
    """Note in `touched` what the pages in `changed` bear in `next`, before their rows are replaced."""
    connection.execute(_BEFORE)
    connection.execute(_FORGOTTEN)
    if connection.execute("SELECT 1 FROM asked LIMIT 1").fetchall():
        lines = _lines(connection, "next")
        connection.execute(
            f"INSERT INTO touched SELECT DISTINCT md5_number_lower(coalesce(host, chr(0))), line_key FROM ({lines})"
        )


def update_lines(connection: DuckDBPyConnection) -> None:
    """Count anew in `next.host_paragraphs` what changed pages bore (`touched`) and what they bear now."""
    connection.execute(_PLACES)
    connection.execute(_AFTER)
    connection.execute(_RECOUNT.format(lines=_TOUCHED, touched="SEMI JOIN touched USING (host_key, line_key)"))
    connection.execute(_CLEAR)
    _write(connection)


def _write(connection: DuckDBPyConnection) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT DISTINCT page_id FROM recounted")
    connection.execute(_WRITE.format(lines=_lines(connection, "etl")))


def _lines(connection: DuckDBPyConnection, database: str) -> str:
    """Read the lines of the pages in `asked`, and no other text."""
    blocks, articles = (rows_of(connection, f"{database}.{table}", "asked") for table in ("blocks", "articles"))
    return f"""
        SELECT {_PLACE}, b.page_id, b.verdict,
            coalesce(b.text, substr(a.text, b.text_offset + 1, b.text_length)) AS text,
            md5_number_lower(lower(coalesce(b.text, substr(a.text, b.text_offset + 1, b.text_length)))) AS line_key
        FROM ({blocks}) AS b JOIN {database}.pages AS p ON p.page_id = b.page_id
        LEFT JOIN ({articles}) AS a ON a.article_id = b.article_id AND a.page_id = b.page_id
    """


def rows_of(connection: DuckDBPyConnection, table: str, pages: str) -> str:
    """Write the query for a table's rows of the pages in a temporary table.

    What was loaded last stands last: a look at the ids alone tells where it begins, and no text before that is read.
    """
    first, last = connection.execute(
        f"SELECT coalesce(min(rowid), 0), coalesce(max(rowid), -1) FROM {table} SEMI JOIN {pages} USING (page_id)"
    ).fetchall()[0]
    return f"SELECT * FROM {table} SEMI JOIN {pages} USING (page_id) WHERE rowid BETWEEN {first} AND {last}"
