"""What a site's pages have in common and the cleaner keeps as text: furniture that no rule knows yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.errors import ConfigurationError
from cleaner.model import Label

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A line that heads articles (a byline, a day, a column's title) recurs as well, and is no furniture. Addresses are counted over
# all weeks at once: one article under two addresses, fetched week after week, is no furniture either.
_RECURRING = """
    WITH lines AS (
        SELECT text, md5_number_lower(lower(text)) AS line_key, host_pages, weeks, kept, removed
        FROM recurring_lines
        WHERE host = $host AND kept > 0 AND page_weeks >= $fewest
    ),
    stood AS (
        SELECT l.line_key, b.label, b.verdict, coalesce(p.address, p.page_id) AS address
        FROM ledger AS b JOIN pages AS p USING (page_id) JOIN lines AS l ON l.line_key = md5_number_lower(lower(b.text))
        WHERE p.host = $host
    ),
    judged AS (
        SELECT line_key, count(DISTINCT address) AS pages, bool_and(label = 'body') FILTER (verdict = 'kept') AS is_text,
            mode(label) FILTER (verdict = 'removed') AS label
        FROM stood GROUP BY line_key
    )
    SELECT l.text, coalesce(j.label, 'other') AS label, j.pages, l.host_pages, l.weeks, l.kept, l.removed
    FROM lines AS l JOIN judged AS j USING (line_key)
    WHERE j.is_text AND j.pages >= $fewest AND j.pages >= $share * l.host_pages
    ORDER BY j.pages DESC, l.text
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


def furniture(reader: DuckDBPyConnection, host: str, fewest: int, share: float) -> list[RecurringLine]:
    """Return the lines of a host that recur on at least `fewest` addresses and that share of them, the most frequent first.

    Raises ConfigurationError for a host without pages, which names those that have most. A site whose pages have no address
    is none: a pack is chosen by it.
    """
    known = reader.execute(
        "SELECT host FROM pages WHERE host IS NOT NULL GROUP BY host ORDER BY count(*) DESC, host"
    ).fetchall()
    hosts = [str(name) for (name,) in known]
    if host not in hosts:
        message = (
            f"{host}: no page with an address on this host was published; there are {', '.join(hosts[:5]) or 'none'}"
        )
        raise ConfigurationError(message)
    rows = reader.execute(_RECURRING, {"host": host, "fewest": fewest, "share": share}).fetchall()
    return [RecurringLine(text, Label(label), *counts) for text, label, *counts in rows]
