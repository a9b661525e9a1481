"""The report's charts, as Vega-Lite specifications that hold their own few numbers; the browser draws them.

Drawn there and not here, so that they fit a phone, follow a dark screen and tell the figure under the finger. The only
place that imports altair, which is an extra.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cleaner.store.overview import Overview, Rows

FIELDS = ("title", "dek", "author", "published", "language", "url", "tags")
ROW = 22
"""Pixels of a row in a chart whose rows have names."""
LONGEST_NAME = 150
"""Pixels after which the name of a row is cut: on a phone as much must be left for the bars."""


def specifications(overview: Overview) -> dict[str, dict[str, Any]]:
    """Return each chart by its section's name; one without a row to show is left out."""
    return {name: draw(rows) for name, (rows, draw) in _charts(overview).items() if rows.rows}


def _charts(overview: Overview) -> Mapping[str, tuple[Rows, Callable[[Rows], dict[str, Any]]]]:
    return {
        "published": (overview.published, _published),
        "fetched": (overview.fetched, _fetched),
        "per_page": (overview.per_page, _per_page),
        "yields": (overview.yields, _yields),
        "labels": (overview.labels, _labels),
        "coverage": (overview.coverage, _coverage),
        "quarantine": (overview.quarantine, _quarantine),
        "slowest": (overview.slowest, _slowest),
    }


def _published(rows: Rows) -> dict[str, Any]:
    chart = _chart(rows).mark_bar()
    return _done(
        chart.encode(
            x=_time(rows),
            y=alt.Y("sum(articles):Q", title="articles"),
            color=alt.Color("site:N", title=None, legend=alt.Legend(orient="top", columns=2, labelLimit=LONGEST_NAME)),
            tooltip=["period:N", "site:N", "articles:Q"],
        ),
        220,
    )


def _fetched(rows: Rows) -> dict[str, Any]:
    base = _chart(rows).encode(x=_time(rows), tooltip=["period:N", "pages:Q", "articles:Q"])
    bars = base.mark_bar().encode(y=alt.Y("pages:Q", title="pages (bars), articles (line)"))
    line = base.mark_line(point=True, color=_SECOND).encode(y="articles:Q")
    return _done(bars + line, 200)


def _per_page(rows: Rows) -> dict[str, Any]:
    named = [record | {"articles": _at_least(record["articles"])} for record in _records(rows)]
    chart = alt.Chart(alt.InlineData(values=named)).mark_bar()
    return _done(
        chart.encode(
            x=alt.X("articles:N", title="articles on a page", sort=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("pages:Q", title="pages"),
            tooltip=["articles:N", "pages:Q"],
        ),
        200,
    )


def _at_least(articles: object) -> str:
    return "10+" if articles == 10 else str(articles)


def _yields(rows: Rows) -> dict[str, Any]:
    chart = _chart(rows).mark_rect()
    shade = alt.Color("articles_per_page:Q", title="articles a page", scale=_SHADES, legend=_LEGEND)
    return _done(
        chart.encode(
            x=_time(rows),
            y=_named("site"),
            color=shade,
            tooltip=["site:N", "period:N", "pages:Q", "articles:Q", "articles_per_page:Q"],
        ),
        _height(rows, "site"),
    )


def _labels(rows: Rows) -> dict[str, Any]:
    chart = _chart(rows).mark_bar()
    return _done(
        chart.encode(
            x=alt.X("sum(lines):Q", title="lines removed"),
            y=_named("label", by="lines"),
            color=alt.Color("judge:N", title=None, legend=_LEGEND, scale=alt.Scale(domain=["rule", "engine"])),
            tooltip=["label:N", "judge:N", "lines:Q", "pages:Q"],
        ),
        _height(rows, "label"),
    )


def _coverage(rows: Rows) -> dict[str, Any]:
    chart = _chart(rows).mark_rect()
    scale = alt.Scale(scheme="viridis", domain=[0, 1])
    return _done(
        chart.encode(
            x=alt.X("field:N", title=None, sort=list(FIELDS), axis=alt.Axis(orient="top", labelAngle=-40)),
            y=_named("site"),
            color=alt.Color("share:Q", title="share that has it", scale=scale, legend=_percent()),
            tooltip=["site:N", "field:N", alt.Tooltip("share:Q", format=".0%"), "articles:Q"],
        ),
        _height(rows, "site"),
    )


def _quarantine(rows: Rows) -> dict[str, Any]:
    chart = _chart(rows).mark_bar()
    return _done(
        chart.encode(
            x=alt.X("pages:Q", title="pages, rows and files", axis=alt.Axis(tickMinStep=1)),
            y=_named("reason", by="pages"),
            tooltip=["reason:N", "pages:Q", "example:N"],
        ),
        _height(rows, "reason"),
    )


def _slowest(rows: Rows) -> dict[str, Any]:
    chart = _chart(rows).mark_circle(size=70)
    return _done(
        chart.encode(
            x=alt.X("kilobytes:Q", title="kB of the page", scale=alt.Scale(type="symlog")),
            y=alt.Y("seconds:Q", title="seconds"),
            tooltip=["path:N", "site:N", "seconds:Q", "kilobytes:Q", "articles:Q"],
        ),
        220,
    )


# What they share


_SECOND = "#e08a3c"
"""Of a second thing on one chart; stands out on white and on near-black."""
_SHADES = alt.Scale(scheme="viridis")
_LEGEND = alt.Legend(orient="top")


def _percent() -> alt.Legend:
    return alt.Legend(orient="top", format=".0%")


def _time(rows: Rows) -> alt.X:
    """Draw every day, week or month from the first to the last, also those on which nothing came."""
    periods = [date.fromisoformat(str(record["period"])) for record in rows.records()]
    unit = str(rows.records()[0]["unit"])
    scale = alt.Scale(domain=[day.isoformat() for day in _steps(min(periods), max(periods), unit)])
    return alt.X("period:O", title=f"by {unit}", scale=scale, axis=alt.Axis(labelOverlap=True, labelAngle=-40))


def _steps(first: date, last: date, unit: str) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        days = 31 if unit == "month" else 7 if unit == "week" else 1
        day += timedelta(days=days)
        day = day.replace(day=1) if unit == "month" else day


def _named(column: str, by: str | None = None) -> alt.Y:
    sort = alt.EncodingSortField(by, op="sum", order="descending") if by else "ascending"
    return alt.Y(f"{column}:N", title=None, sort=sort, axis=alt.Axis(labelLimit=LONGEST_NAME))


def _height(rows: Rows, column: str) -> int:
    return ROW * len({record[column] for record in rows.records()}) + ROW


def _records(rows: Rows) -> list[dict[str, Any]]:
    """Return the rows as JSON can hold them: days as they are written."""
    return [
        {name: value if isinstance(value, int | float | str | None) else str(value) for name, value in record.items()}
        for record in rows.records()
    ]


def _chart(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=_records(rows)))


def _done(chart: alt.Chart | alt.LayerChart, height: int) -> dict[str, Any]:
    return chart.properties(width="container", height=height).to_dict()
