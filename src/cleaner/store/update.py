"""Bring a copy of the published file up to date: rows of changed pages replaced, all else left where it stands.

What changed is found by comparing both files, page by page, not from notes of what was done: a file that is behind by
many loads, one that readers were given back, and one that lacks a page taken out since all end up as if built anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.store.duplicates import remember_texts, write_clusters, write_versions
from cleaner.store.rule_counts import write_removals
from cleaner.store.site_lines import note_lines, remember_lines, rows_of, update_lines
from cleaner.store.staging import STAGED_TABLES
from cleaner.store.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

PAGED_TABLES = tuple(table for table in STAGED_TABLES if table != "quarantine")
"""Tables whose rows come and go with a row of `pages`; what could not be read at all stands in quarantine alone."""

_CHANGED = """
    CREATE OR REPLACE TEMP TABLE changed AS
    SELECT page_id FROM etl.pages ANTI JOIN next.pages USING (page_id, revision)
    UNION
    SELECT page_id FROM next.pages ANTI JOIN etl.pages USING (page_id, revision)
"""

_COUNTED = """
    SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM next.pages SEMI JOIN changed USING (page_id)),
        (SELECT count(*) FROM etl.pages)
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the file `next` is from the writer's."""

    changed: int
    """Pages that one of them lacks or has otherwise."""
    replaced: int
    """Of these, the pages whose rows have to be taken out."""
    pages: int
    """Pages that there will be."""


def difference(connection: DuckDBPyConnection) -> Difference:
    """Compare `next` with `etl`; the pages that differ stand in the temporary table `changed` afterwards."""
    connection.execute(_CHANGED)
    return Difference(*connection.execute(_COUNTED).fetchall()[0])


def update(connection: DuckDBPyConnection, found: Difference, others: Sequence[str]) -> None:
    """Make `next` hold what a file built from `etl` would; `others` are the tables that are not kept by page."""
    if found.changed:
        note_lines(connection)
    with transaction(connection):
        if found.changed:
            _replace_pages(connection, found)
        moved = [table for table in others if _mirror(connection, table)]
    if not found.changed and "page_locations" not in moved:
        return
    remember_texts(connection)
    remember_lines(connection)
    with transaction(connection):
        for table in ("article_versions", "article_clusters"):
            connection.execute(f"DELETE FROM next.{table}")
        write_versions(connection)
        write_clusters(connection)
        if found.changed:
            update_lines(connection)
            write_removals(connection)


def _replace_pages(connection: DuckDBPyConnection, found: Difference) -> None:
    for table in PAGED_TABLES:
        if found.replaced:
            connection.execute(f'DELETE FROM next."{table}" WHERE page_id IN (SELECT page_id FROM changed)')
        connection.execute(f'INSERT INTO next."{table}" BY NAME {rows_of(connection, f"etl.{table}", "changed")}')


def _mirror(connection: DuckDBPyConnection, table: str) -> bool:
    """Replace a table as a whole where it differs; says whether it did."""
    one, other = (
        connection.execute(f'SELECT count(*), sum(hash(t)) FROM {database}."{table}" AS t').fetchall()
        for database in ("etl", "next")
    )
    if one == other:
        return False
    connection.execute(f'DELETE FROM next."{table}"')
    connection.execute(f'INSERT INTO next."{table}" BY NAME FROM etl."{table}"')
    return True
