"""One HTML file that fetches nothing: figures, charts and tables of a published warehouse, for a desk or a phone.

What strangers wrote stands in it as text only: escaped in tables, as JSON without `<` in the charts' data; no script runs
but the two whose hashes the policy in its head names.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigurationError
from cleaner.review.wording import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleaner.store.overview import Overview, Rows

LONGEST_CELL, LONG_CELL = 160, 30
"""Characters of a cell that are shown, and from which it gets room to break its lines."""


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    """Of its chart, and of its rows in the overview."""
    title: str
    told: str
    """What it shows, for who reads it and for who cannot see the chart."""
    tabled: bool = True
    """False: its rows are too many to read; the chart holds them."""


_SECTIONS = (
    _Section("fetched", "What came in", "Pages fetched, and the articles they gave, by the time of fetching."),
    _Section("per_page", "Articles on a page", "How many pages gave no article, one, two and so on."),
    _Section(
        "published",
        "When it was published",
        "Articles by their own date, each once however many copies; colours are sites.",
        tabled=False,
    ),
    _Section(
        "yields",
        "Yield of each site over time",
        "Articles a page. A site that changes its shade has changed its pages, or lost us.",
        tabled=False,
    ),
    _Section(
        "labels", "What was removed", "Lines by what they were taken for, and whether a rule or the engine decided."
    ),
    _Section("quarantine", "Quarantine", "What gave no article, by reason, with one example and what to do about it."),
    _Section("rules", "Which rules removed it", "The busiest rules, each with the first line that it took out."),
    _Section(
        "coverage",
        "Which fields are known",
        "Share of each site's articles that have the field. Dark is missing.",
        tabled=False,
    ),
    _Section("slowest", "The slowest pages", "Time of cleaning against the size of the page."),
    _Section("copies", "Printed more than once", "Stories with the most copies, within a site and across sites."),
    _Section("suspicious", "Pages a person should look at", "The most doubtful first."),
    _Section("runs", "The last runs", "`adds up`: every page that was read is accounted for."),
)


def check_drawing() -> None:
    """Raise ConfigurationError where the libraries that draw are not installed."""
    for library in ("altair", "vl_convert"):
        if find_spec(library) is None:
            message = f"the report is drawn with {library}, which is not installed: pip install 'cleaner[report]'"
            raise ConfigurationError(message)


def report_page(overview: Overview, about: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the page; `about` are the words under its heading, by name."""
    from cleaner.report.charts import specifications  # noqa: PLC0415 - altair is an extra: only who draws needs it

    charts = specifications(overview)
    library, own = _library(), _OWN_SCRIPT
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(library, own))}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>Report of the warehouse</title>\n<style>{_STYLES}</style>\n</head>\n<body>"
    yield "<header><h1>Report of the warehouse</h1>"
    yield f'<p class="about">{"<br>".join(f"{_text(name)}: {_text(said)}" for name, said in about.items())}</p></header>'
    yield from _tiles(overview.totals)
    yield "<main>"
    for section in _SECTIONS:
        yield from _section(section, getattr(overview, section.name), drawn=section.name in charts)
    yield "</main>"
    yield f'<script type="application/json" id="charts">{_inert(charts)}</script>'
    yield f"<script>{library}</script>\n<script>{own}</script>\n</body>\n</html>"


def _section(section: _Section, rows: Rows, *, drawn: bool) -> Iterator[str]:
    yield f'<section id="{section.name}"><h2>{_text(section.title)}</h2>\n<p class="told">{_text(section.told)}</p>'
    if not rows.rows:
        yield '<p class="none">None.</p></section>'
        return
    if drawn:
        yield f'<div class="chart" data-chart="{section.name}" role="img" aria-label="{escape(section.told)}"></div>'
    if drawn and section.tabled:
        yield f"<details><summary>the figures</summary>{''.join(_table(rows))}</details>"
    elif not drawn:
        yield from _table(rows)
    yield "</section>"


def _tiles(totals: Rows) -> Iterator[str]:
    found: dict[str, Any] = totals.records()[0]
    share = found["removed"] / found["lines"] if found["lines"] else 0.0
    tiles = (
        ("pages", f"{found['pages']:,}"),
        ("articles", f"{found['articles']:,}"),
        ("without copies", f"{found['unique_articles']:,}"),
        ("sites", f"{found['sites']:,}"),
        ("languages", f"{found['languages']:,}"),
        ("lines removed", f"{share:.0%}"),
        ("in quarantine", f"{found['quarantined']:,}"),
    )
    yield '<dl class="tiles">'
    for name, figure in tiles:
        yield f"<div><dt>{name}</dt><dd>{figure}</dd></div>"
    yield "</dl>"


def _table(rows: Rows) -> Iterator[str]:
    heads = "".join(f"<th>{_text(column.replace('_', ' '))}</th>" for column in rows.columns)
    yield f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>'
    for row in rows.rows:
        yield f"<tr>{''.join(map(_cell, row))}</tr>"
    yield "</tbody></table></div>"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, bool):
        return f"<td>{'yes' if value else '<b>no</b>'}</td>"
    if isinstance(value, int | float):
        return f'<td class="number">{value:,}</td>'
    if isinstance(value, datetime):
        return f'<td class="time">{value:%Y-%m-%d %H:%M}</td>'
    text = shorten(str(value), LONGEST_CELL)
    return f"<td{' class=long' if len(text) > LONG_CELL else ''}>{_text(text)}</td>"


def _text(text: str) -> str:
    return escape(visible(text))


# Scripts


@cache
def _library() -> str:
    """Bundle Vega, Vega-Lite and vega-embed, as vl-convert ships them: nothing is fetched."""
    import vl_convert  # noqa: PLC0415 - an extra: only who draws needs it

    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle.replace("</script", "<\\/script")


def _policy(*scripts: str) -> str:
    """Allow these scripts and no other; Vega turns its expressions into functions, so `eval` must be allowed to them."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes} 'unsafe-eval'"


def _inert(data: object) -> str:
    """Write JSON that no browser takes for markup."""
    return (
        json.dumps(data, ensure_ascii=False)
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


_OWN_SCRIPT = """
"use strict";
const specs = JSON.parse(document.getElementById("charts").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
function config() {
  const ink = dark.matches ? "#d7dbe0" : "#2a2f36", faint = dark.matches ? "#3a4048" : "#dfe3e8";
  return {
    background: "transparent", font: "system-ui, sans-serif", view: {stroke: null},
    axis: {labelColor: ink, titleColor: ink, gridColor: faint, domainColor: faint, tickColor: faint,
      labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal"},
    legend: {labelColor: ink, titleColor: ink, titleFontWeight: "normal"},
    bar: {color: dark.matches ? "#5b9bd5" : "#2f6fab"}, circle: {color: dark.matches ? "#5b9bd5" : "#2f6fab"},
    range: {category: {scheme: "tableau10"}},
  };
}
async function draw() {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const options = {actions: false, renderer: "svg", config: config(), tooltip: {theme: dark.matches ? "dark" : "light"}};
    try { await vegaEmbed(place, specs[place.dataset.chart], options); }
    catch (error) { place.textContent = "This chart could not be drawn: " + error; }
  }
  document.body.dataset.drawn = "yes";
}
dark.addEventListener("change", draw);
draw();
"""
_STYLES = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59606a; --ground: #fff; --panel: #f5f6f8; --line: #e3e6ea; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #9aa2ad; --ground: #15181c; --panel: #1d2126; --line: #2c3138; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 0 auto;
  max-width: 76rem; padding: 1rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 0; }
.about, .told, .none { color: var(--soft); font-size: .85rem; margin: .2rem 0 .8rem; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .6rem; margin: 1rem 0; }
.tiles div { background: var(--panel); border-radius: .5rem; padding: .6rem .8rem; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem;
  grid-auto-flow: dense; }
section { background: var(--panel); border-radius: .5rem; padding: .9rem 1rem; min-width: 0; }
#published, #yields, #rules, #suspicious, #runs, #coverage { grid-column: 1 / -1; }
.chart { width: 100%; min-height: 3rem; } .wide { overflow-x: auto; } details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
table { border-collapse: collapse; font-size: .82rem; width: 100%; }
th, td { padding: .25rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: normal; white-space: nowrap; } td { max-width: 26rem; overflow-wrap: break-word; }
td.long { min-width: 15rem; }
.number, .time { font-variant-numeric: tabular-nums; white-space: nowrap; } .number { text-align: right; }
"""
