"""Say when DuckDB shall merge groups of rows: where they are small, or hold much that was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SMALL = 10_000
"""Rows of `pages` in a group, on average, below which groups are merged; DuckDB's own take 122,880."""
MOST_DELETED = 0.4
"""Share of rows that may be deleted and still lie there."""

_GROUPS = """
    SELECT coalesce(max(row_group_id) + 1, 0), coalesce(sum(count), 0), (SELECT count(*) FROM pages)
    FROM pragma_storage_info('pages') WHERE column_name = 'page_id' AND segment_type <> 'VALIDITY'
"""


def merge_where_needed(connection: DuckDBPyConnection) -> None:
    """Set whether the next checkpoints merge groups of rows.

    Left alone, every checkpoint merges what makes one group fewer. With batches of 20,000 pages each sixth commit then
    wrote 450 MB again and took 14 to 26 seconds of the processors instead of 3: a half of loading a million.
    """
    groups, stored, rows = connection.execute(_GROUPS).fetchall()[0]
    merging = rows < SMALL * groups or rows < (1 - MOST_DELETED) * stored
    connection.execute("RESET max_vacuum_tasks" if merging else "SET max_vacuum_tasks = 0")
