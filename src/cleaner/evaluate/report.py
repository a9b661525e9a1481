"""The evaluation as one HTML file that fetches nothing, with the worst pages beside it."""

from __future__ import annotations

import base64
import json
import re
import shlex
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING

from cleaner.decoding import decode
from cleaner.errors import ConfigurationError
from cleaner.evaluate.gold import Kind
from cleaner.evaluate.show import (
    TITLES,
    Sheet,
    changed_lines,
    difference_sheet,
    figures_sheet,
    lines_sheet,
    no_article_line,
)
from cleaner.model import MediaType
from cleaner.review.wording import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cleaner.evaluate.run import Bad, Evaluation
    from cleaner.evaluate.saved import Comparison
    from cleaner.model import Page

INDEX = "index.html"
TITLE = "Evaluation of the cleaner"
PAGES = "pages"
WORST = 20
"""Pages that are shown."""
MOST_QUOTED = 3
LONGEST_QUOTE = 140
MOST_CHANGED = 200

_OURS = re.compile(r"worst-\d\d-")
_UNSAFE = re.compile(r"[^\w.-]+")
_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The report shows text of strangers: nothing in it may load or run."""
_STYLES = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2rem auto; max-width: 78rem;
  padding: 0 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid #d5d9de; }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem; }
th, td { padding: .25rem .6rem; text-align: right; vertical-align: top; border-bottom: 1px solid #eceef1; }
th { text-align: right; background: #f5f6f8; } td:first-child, th:first-child { text-align: left; }
td.text, th.text { text-align: left; min-width: 22rem; } td.result { font-weight: 600; }
.spread { color: #6a7079; white-space: nowrap; } .note, .meta { color: #59606a; font-size: .85rem; }
code, pre { font: .85rem/1.4 ui-monospace, monospace; } pre { white-space: pre-wrap; overflow-wrap: anywhere;
  background: #f5f6f8; padding: .6rem; } ol > li { margin-bottom: 1.2rem; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
"""


def check_report(folder: Path) -> None:
    """Refuse, before any page is cleaned, what would fail after the last one."""
    if find_spec("matplotlib") is None:
        message = (
            "--report draws with matplotlib, which is not installed: install the extra, pip install 'cleaner[charts]'"
        )
        raise ConfigurationError(message)
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"--report {folder}: not a folder")
    if folder.is_dir() and any(folder.iterdir()) and not _is_report(folder / INDEX):
        raise ConfigurationError(
            f"--report {folder}: holds other files; name a new folder, or that of an earlier report"
        )
    folder.mkdir(parents=True, exist_ok=True)


def _is_report(index: Path) -> bool:
    return index.is_file() and f"<title>{TITLE}</title>" in index.read_text("utf-8", errors="replace")


def write_report(folder: Path, about: Mapping[str, str], done: Evaluation, against: Sequence[Comparison]) -> Path:
    """Write the worst pages, then the index; what an earlier report left of pages goes."""
    pages = folder / PAGES
    pages.mkdir(exist_ok=True)
    for old in pages.iterdir():
        if _OURS.match(old.name):
            old.unlink()
    links = [_write_page(pages, number, bad) for number, bad in enumerate(done.worst, 1)]
    index = folder / INDEX
    beside = folder / f".{INDEX}.part"
    text = "\n".join(_document(about, done, against, list(zip(done.worst, links, strict=True))))
    beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    beside.replace(index)
    return index


# Pages beside the report


def _write_page(folder: Path, number: int, bad: Bad) -> tuple[Path, str]:
    """Write the page with its sidecar, so that `explain` cleans the same; returns it and the file to link to.

    A page of HTML is linked as plain text: a click on it must not run what strangers wrote.
    """
    stem = f"worst-{number:02}-{_UNSAFE.sub('_', bad.name)[-60:]}"
    is_html = bad.page.media_type is MediaType.HTML
    file = folder / f"{stem}.{'html' if is_html else 'txt'}"
    file.write_bytes(bad.page.content)
    sidecar = json.dumps(_sidecar(bad.page))
    file.with_name(f"{file.name}.meta.json").write_text(sidecar, encoding="utf-8")
    if not is_html:
        return file, file.name
    shown = folder / f"{stem}.source.txt"
    decoded = decode(bad.page.content, bad.page.media_type, bad.page.charset)
    shown.write_text(decoded.text if decoded else "", encoding="utf-8", errors="replace")
    return file, shown.name


def _sidecar(page: Page) -> dict[str, str]:
    fetched = page.fetched_at.isoformat() if page.fetched_at else None
    known = {"url": page.url, "site": page.site, "fetched_at": fetched, "charset": page.charset}
    return {name: value for name, value in known.items() if value}


# The document


def _document(
    about: Mapping[str, str],
    done: Evaluation,
    against: Sequence[Comparison],
    worst: Sequence[tuple[Bad, tuple[Path, str]]],
) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_CSP)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{TITLE}</title>\n<style>{_STYLES}</style>\n</head>\n<body>"
    yield f"<h1>{TITLE}</h1>"
    yield f'<p class="meta">{"<br>".join(f"{_text(k)}: {_text(v)}" for k, v in about.items())}</p>'
    for kind in Kind:
        yield from _kind(kind, done, about.get("against", "before"), [c for c in against if c.kind is kind])
    if done.no_article:
        yield f"<p>{_text(no_article_line(done.no_article))}</p>"
    yield from _worst(worst)
    yield "</body>\n</html>\n"


def _kind(kind: Kind, done: Evaluation, cleaner: str, against: Iterable[Comparison]) -> Iterator[str]:
    from cleaner.evaluate import charts  # noqa: PLC0415 - matplotlib is an extra: only who draws needs it

    rows = done.of(kind)
    if not rows:
        return
    yield f"<h2>{TITLES[kind]}</h2>"
    yield from _sheet(figures_sheet(kind, rows))
    for found in against:
        yield from _comparison(found, cleaner)
    fates = done.fates.get(kind)
    if fates:
        yield from _sheet(lines_sheet(kind, fates))
        yield "<h3>Confusion matrix</h3>"
        yield _picture(charts.confusion(fates), "Confusion matrix: kinds of the gold against our labels; numbers above")
    rated = [one for row in rows for one in row.rated]
    if rated:
        yield "<h3>Is it right when it is sure?</h3>"
        yield _picture(charts.reliability(rated), "Reliability: confidence against the share of right articles")
        yield from _sheet(_bins_sheet(charts.bin_up(rated)))


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f'<h3>{_text(sheet.title)}</h3>\n<div class="wide"><table>'
    cells = "".join(f"<th{_class(head)}>{_text(head)}</th>" for head in sheet.heads)
    yield f"<thead><tr>{cells}</tr></thead><tbody>"
    for row in sheet.rows:
        drawn = (_cell(head, cell) for head, cell in zip(sheet.heads, row, strict=True))
        yield f"<tr>{''.join(drawn)}</tr>"
    yield f'</tbody></table></div>\n<p class="note">{_text(sheet.note)}</p>'


def _class(head: str) -> str:
    return ' class="text"' if head == "we say" else ""


def _cell(head: str, cell: str) -> str:
    """Set the spread apart from its figure."""
    figure, blank, spread = cell.partition(" ")
    if head == "we say" or not spread.startswith(("±", "[")):
        return f"<td{_class(head)}>{_text(cell)}</td>"
    marked = ' class="result"' if figure.endswith("*") else ""
    return f'<td{marked}>{_text(figure)}{blank}<span class="spread">{_text(spread)}</span></td>'


def _bins_sheet(bins: Sequence[tuple[float, float, float, int]]) -> Sheet:
    rows = tuple(
        (
            f"{i / 10:.1f} to {(i + 1) / 10:.1f}",
            str(n),
            *(f"{value:.4f}" if n else "-" for value in (mean, right, exact)),
        )
        for i, (mean, right, exact, n) in enumerate(bins)
    )
    return Sheet("Confidence in bins", ("confidence", "articles", "mean", "F1 > 0.9", "exact"), rows)


def _comparison(found: Comparison, cleaner: str) -> Iterator[str]:
    yield from _sheet(difference_sheet(found, cleaner))
    for word, pages in (("worse", found.worse), ("better", found.better)):
        yield f"<details><summary>{len(pages)} of {found.pages} pages got {word}</summary>"
        yield f"<pre>{_text_lines(changed_lines(pages, MOST_CHANGED))}</pre></details>"


def _picture(svg: str, told: str) -> str:
    """Put a picture in as an image of its own: its ids and styles touch nothing else."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<p><img alt="{escape(told)}" src="data:image/svg+xml;base64,{data}"></p>'


def _worst(worst: Sequence[tuple[Bad, tuple[Path, str]]]) -> Iterator[str]:
    if not worst:
        return
    yield f"<h2>The worst {len(worst)} pages</h2>\n<ol>"
    for bad, (file, link) in worst:
        yield f'<li><a href="{PAGES}/{escape(link)}">{_text(bad.name)}</a>, {bad.kind}, F1 {bad.score.main:.4f}'
        yield "<ul>" + "".join(f"<li>{_text(told)}</li>" for told in wrong_with(bad)) + "</ul>"
        yield f"<code>{_text(f'cleaner explain {shlex.quote(str(file))}')}</code></li>"
    yield "</ol>"


def wrong_with(bad: Bad) -> Iterator[str]:
    """Say what went wrong on a page, in words."""
    yield from bad.score.notes
    counts = bad.score.counts
    if bad.kind is Kind.PAGE:
        yield f"of the text's shingles {counts['recall']:.0%} came out; {counts['precision']:.0%} of what came out is text"
    cuts = (("missed", counts.get("cuts_missed", 0)), ("too many", counts.get("cuts_wrong", 0)))
    told = [f"{n:.0f} {word}" for word, n in cuts if n]
    if told:
        yield f"boundaries: {', '.join(told)}"
    for lines, word in ((bad.score.lost, "lost"), (bad.score.leaked, "leaked")):
        if lines:
            what = "lines of text" if word == "lost" else "lines of furniture"
            once = list(dict.fromkeys(lines))
            quoted = "; ".join(f"“{shorten(line, LONGEST_QUOTE)}”" for line in once[:MOST_QUOTED])
            yield f"{what} {word}: {len(lines)}, {quoted}" + (" …" if len(once) > MOST_QUOTED else "")


def _text(text: str) -> str:
    return escape(visible(text))


def _text_lines(lines: Iterable[str]) -> str:
    return "\n".join(map(_text, lines))
