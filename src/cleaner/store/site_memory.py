"""What a site's pages have in common and the cleaner keeps as text: furniture that no rule knows yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.errors import ConfigurationError
from cleaner.model import Label

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEWEST_PAGES = 5
"""A line on as many addresses of a site is no accident; an article that is printed twice or thrice stands on fewer."""
LEAST_SHARE = 0.05
"""Of the site's addresses that bear the line."""

# A line that heads articles (a byline, a day, a column's title) recurs as well, and is no furniture.
_RECURRING = """
    WITH lines AS (
        SELECT text, md5_number_lower(lower(text)) AS line_key, least(page_weeks, host_pages) AS pages, host_pages, weeks, kept, removed
        FROM recurring_lines
        WHERE host = $host AND kept > 0 AND page_weeks >= $fewest AND page_weeks >= $share * host_pages
    ),
    stood AS (
        SELECT l.line_key, b.label, b.verdict, count(*) AS times
        FROM ledger AS b JOIN pages AS p USING (page_id) JOIN lines AS l ON l.line_key = md5_number_lower(lower(b.text))
        WHERE coalesce(p.host, p.site) = $host
        GROUP BY ALL
    ),
    judged AS (
        SELECT line_key, bool_and(label = 'body') FILTER (verdict = 'kept') AS is_text,
            arg_max(label, times) FILTER (verdict = 'removed') AS label
        FROM stood GROUP BY line_key
    )
    SELECT l.text, coalesce(j.label, 'other') AS label, l.pages, l.host_pages, l.weeks, l.kept, l.removed
    FROM lines AS l JOIN judged AS j USING (line_key)
    WHERE j.is_text
    ORDER BY l.pages DESC, l.text
"""


@dataclass(frozen=True, slots=True)
class RecurringLine:
    """A line that stands on many pages of a site, and is kept as text on some of them."""

    text: str
    label: Label
    """What it was mostly removed as, `other` where it never was."""
    pages: int
    """Addresses that bear it."""
    host_pages: int
    """Addresses of the site in all."""
    weeks: int
    kept: int
    removed: int


def furniture(
    reader: DuckDBPyConnection, host: str, fewest: int = FEWEST_PAGES, share: float = LEAST_SHARE
) -> list[RecurringLine]:
    """Return the lines of a host that recur on at least `fewest` pages and that share of them, the most frequent first.

    Raises ConfigurationError for a host without pages, which names those that have most.
    """
    known = reader.execute(
        "SELECT coalesce(host, site) AS host FROM pages WHERE host IS NOT NULL OR site IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC, host"
    ).fetchall()
    hosts = [str(name) for (name,) in known]
    if host not in hosts:
        message = f"{host}: no page of this host was published; there are {', '.join(hosts[:5]) or 'none'}"
        raise ConfigurationError(message)
    rows = reader.execute(_RECURRING, {"host": host, "fewest": fewest, "share": share}).fetchall()
    return [RecurringLine(text, Label(label), *counts) for text, label, *counts in rows]
