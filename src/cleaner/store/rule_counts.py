"""Count what each rule takes out: at publication, once for all who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COUNT = """
    INSERT INTO next.rule_removals BY NAME
    SELECT label, decided_by, count(*) AS lines, count(DISTINCT page_id) AS pages, round(avg(score), 3) AS mean_score,
        min(page_id) AS page_id
    FROM next.blocks WHERE verdict = 'removed' GROUP BY label, decided_by
"""


def write_removals(connection: DuckDBPyConnection) -> None:
    """Fill `next.rule_removals` anew."""
    connection.execute("DELETE FROM next.rule_removals")
    connection.execute(_COUNT)
