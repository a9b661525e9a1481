"""What the report shows of a published warehouse: one query a section, counted in the database, never row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

MOST_SITES, MOST_COLOURS = 20, 9
"""Sites with a row of their own, and with a colour of their own; further ones are summed up."""
MOST_ROWS = 25
OTHERS = "other sites"

_DAYS_AS_DAYS, _DAYS_AS_WEEKS = 62, 548
"""Longest time that is drawn by days, and by weeks; beyond it, by months."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pages count."""

    site: str | None = None
    """As in `pages.site` or `pages.host`; None: all."""
    since: datetime | None = None
    """Fetched then or later; a page whose time is unknown counts only without it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to one query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def records(self) -> list[dict[str, object]]:
        """Return the rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Overview:
    """Every section of the report."""

    totals: Rows
    """One row: pages, articles, unique articles, sites, languages, lines, removed lines, quarantined."""
    published: Rows
    """period, unit, site, articles: by day, week or month of publication, whatever keeps the chart readable."""
    fetched: Rows
    """period, unit, pages, articles: by the day, week or month that pages were fetched."""
    yields: Rows
    """site, period, unit, pages, articles, articles_per_page."""
    per_page: Rows
    """articles (10 stands for ten and more), pages."""
    labels: Rows
    """label, judge (`rule` or `engine`), lines, pages."""
    rules: Rows
    """label, decided_by, lines, pages, mean_score, example."""
    coverage: Rows
    """site, field, articles, share."""
    quarantine: Rows
    """reason, pages, example, detail."""
    slowest: Rows
    """path, row, site, seconds, kilobytes, articles."""
    suspicious: Rows
    """path, row, site, articles, confidence, removed_share, why."""
    copies: Rows
    """title, copies, hosts, places."""
    runs: Rows
    """started_at, status, pages_in, pages_cleaned, pages_quarantined, articles, seconds, adds_up, error."""


def read_overview(reader: DuckDBPyConnection, choice: Choice) -> Overview:
    """Count everything on an open published file; nothing is written to it but tables of the session."""
    reader.execute(
        "CREATE OR REPLACE TEMP TABLE chosen AS SELECT page_id, coalesce(site, host, 'unknown') AS site, fetched_at, articles"
        " FROM main.pages WHERE (?1 IS NULL OR site = ?1 OR host = ?1) AND (?2 IS NULL OR fetched_at >= ?2)",
        [choice.site, choice.since],
    )
    reader.execute(_BIGGEST_SITES)
    shown = [choice.site, choice.since]
    return Overview(
        totals=_rows(reader, _TOTALS, shown),
        published=_rows(reader, _by_period(_PUBLISHED, _PUBLISHED_ROWS)),
        fetched=_rows(reader, _by_period(_FETCHED, _FETCHED_ROWS)),
        yields=_rows(reader, _by_period(_FETCHED, _YIELDS)),
        per_page=_rows(reader, _PER_PAGE),
        labels=_rows(reader, _LABELS),
        rules=_rows(reader, _RULES),
        coverage=_rows(reader, _COVERAGE),
        quarantine=_rows(reader, _QUARANTINE, shown),
        slowest=_rows(reader, _SLOWEST),
        suspicious=_rows(reader, _SUSPICIOUS),
        copies=_rows(reader, _COPIES),
        runs=_rows(reader, _RUNS),
    )


def _rows(reader: DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> Rows:
    cursor = reader.execute(sql, list(values))
    return Rows(tuple(column[0] for column in cursor.description), tuple(cursor.fetchall()))


def _by_period(source: str, counted: str) -> str:
    """Wrap rows that have a `day` so that `counted` finds them as `placed`, with a `period`: the day, or its week or month."""
    return f"""
    WITH dated AS ({source}),
    span AS (SELECT max(day) - min(day) AS days FROM dated),
    units AS (SELECT CASE WHEN days <= {_DAYS_AS_DAYS} THEN 'day' WHEN days <= {_DAYS_AS_WEEKS} THEN 'week' ELSE 'month' END AS unit FROM span),
    placed AS (SELECT dated.*, unit, date_trunc(unit, day)::DATE AS period FROM dated, units)
    {counted}
    """


_BIGGEST_SITES = f"""
CREATE OR REPLACE TEMP TABLE biggest AS
SELECT site, row_number() OVER (ORDER BY count(*) DESC, site) AS place FROM chosen GROUP BY site ORDER BY place LIMIT {MOST_SITES}
"""
_NAMED = f"CASE WHEN c.site IN (SELECT site FROM biggest) THEN c.site ELSE '{OTHERS}' END"
_COLOURED = (
    f"CASE WHEN c.site IN (SELECT site FROM biggest WHERE place <= {MOST_COLOURS}) THEN c.site ELSE '{OTHERS}' END"
)
_HELD = "(?1 IS NULL OR q.site = ?1) AND (?2 IS NULL OR q.rejected_at >= ?2)"
"""Of quarantine, what no page stands for: it was never fetched into one."""

_TOTALS = f"""
WITH lines AS (SELECT count(*) AS lines, count(*) FILTER (WHERE verdict = 'removed') AS removed FROM blocks SEMI JOIN chosen USING (page_id))
SELECT
    (SELECT count(*) FROM chosen) AS pages, (SELECT count(*) FROM articles SEMI JOIN chosen USING (page_id)) AS articles,
    (SELECT count(*) FROM articles_unique SEMI JOIN chosen USING (page_id)) AS unique_articles,
    (SELECT count(DISTINCT site) FROM chosen) AS sites,
    (SELECT count(DISTINCT language) FROM articles SEMI JOIN chosen USING (page_id)) AS languages,
    lines, removed, (SELECT count(*) FROM quarantine AS q WHERE {_HELD}) AS quarantined
FROM lines
"""
_PUBLISHED = f"""
SELECT try_cast(left(a.published_local, 10) AS DATE) AS day, {_COLOURED} AS site
FROM articles_unique AS a JOIN chosen AS c USING (page_id)
WHERE day IS NOT NULL
"""
_PUBLISHED_ROWS = "SELECT period, unit, site, count(*) AS articles FROM placed GROUP BY ALL ORDER BY ALL"
_FETCHED = (
    f"SELECT c.fetched_at::DATE AS day, {_NAMED} AS site, c.articles FROM chosen AS c WHERE c.fetched_at IS NOT NULL"
)
_FETCHED_ROWS = (
    "SELECT period, unit, count(*) AS pages, sum(articles)::BIGINT AS articles FROM placed GROUP BY ALL ORDER BY ALL"
)
_YIELDS = """
SELECT site, period, unit, count(*) AS pages, sum(articles)::BIGINT AS articles, round(sum(articles) / count(*), 2) AS articles_per_page
FROM placed GROUP BY ALL ORDER BY ALL
"""
_PER_PAGE = "SELECT least(articles, 10) AS articles, count(*) AS pages FROM chosen GROUP BY 1 ORDER BY 1"
_LABELS = """
SELECT
    label::VARCHAR AS label,
    CASE WHEN starts_with(decided_by, 'model.') OR decided_by = 'trafilatura' THEN 'engine' ELSE 'rule' END AS judge,
    count(*) AS lines, count(DISTINCT page_id) AS pages
FROM blocks SEMI JOIN chosen USING (page_id)
WHERE verdict = 'removed' GROUP BY ALL ORDER BY lines DESC, label, judge
"""
_RULES = f"""
SELECT
    label::VARCHAR AS label, decided_by, count(*) AS lines, count(DISTINCT page_id) AS pages,
    round(avg(score), 2) AS mean_score, arg_min(text, (page_id, block)) AS example
FROM blocks SEMI JOIN chosen USING (page_id)
WHERE verdict = 'removed' GROUP BY ALL ORDER BY lines DESC, label, decided_by LIMIT {MOST_ROWS}
"""
_COVERAGE = f"""
WITH facts AS (
    SELECT
        {_NAMED} AS site, a.title IS NOT NULL AS title, a.dek IS NOT NULL AS dek,
        (a.article_id, a.page_id) IN (SELECT (article_id, page_id) FROM article_authors) AS author,
        a.published_local IS NOT NULL AS published, a.language IS NOT NULL AS language, a.url IS NOT NULL AS url,
        (a.article_id, a.page_id) IN (SELECT (article_id, page_id) FROM article_tags) AS tags
    FROM articles AS a JOIN chosen AS c USING (page_id)
),
long AS (UNPIVOT facts ON title, dek, author, published, language, url, tags INTO NAME field VALUE known)
SELECT site, field, count(*) AS articles, round(avg(known::INT), 3) AS share FROM long GROUP BY ALL ORDER BY ALL
"""
_QUARANTINE = f"""
SELECT q.reason::VARCHAR AS reason, count(*) AS pages, min(q.path) AS example, arg_min(q.detail, q.path) AS detail
FROM quarantine AS q WHERE {_HELD} GROUP BY ALL ORDER BY pages DESC, reason
"""
_SLOWEST = f"""
SELECT p.path, p.row_number AS row, c.site, round(p.seconds, 3) AS seconds, round(p.bytes / 1000, 1) AS kilobytes, p.articles
FROM pages AS p JOIN chosen AS c USING (page_id)
ORDER BY p.seconds DESC, p.path LIMIT {MOST_ROWS}
"""
_SUSPICIOUS = f"""
SELECT
    s.path, s.row_number AS row, c.site, s.articles, round(s.confidence, 2) AS confidence, s.removed_share,
    list_aggregate(s.why, 'string_agg', '; ') AS why
FROM suspicious_pages AS s JOIN chosen AS c USING (page_id)
ORDER BY len(s.why) DESC, s.confidence NULLS FIRST, s.path LIMIT {MOST_ROWS}
"""
_COPIES = f"""
SELECT title, copies, hosts, list_aggregate(places, 'string_agg', ', ') AS places
FROM syndication WHERE cluster_id IN (SELECT article_id FROM articles SEMI JOIN chosen USING (page_id))
ORDER BY copies DESC, title LIMIT {MOST_ROWS}
"""
_RUNS = """
SELECT started_at, status::VARCHAR AS status, pages_in, pages_cleaned, pages_quarantined, articles, round(seconds, 1) AS seconds, adds_up, error
FROM runs_latest ORDER BY started_at DESC
"""
