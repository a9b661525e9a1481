"""Hold our engine beside others on the same labelled pages: body, fields, silence where there is nothing, time, memory.

    python benchmarks/extractors.py [--gold FILE] [--limit N] [--every N] [--engines ours trafilatura ...] [--markdown FILE] [--plot FILE]

FILE holds rows of the form of `pages-dev.jsonl.xz`, by default that file in the folder that CLEANER_GOLD names. Each
engine runs alone in a process of its own, one after the other, and is given the markup and the address, nothing else.
Its CPU time leaves out imports and the first page. A page on which it fails counts as empty. Intervals are of ours minus
theirs, page by page, from 1,000 resamples: one that holds 0 is no result. Needs the group `peers`; what is not installed
is left out, and named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.clean import clean_page
from cleaner.evaluate.gold import gold_of_row
from cleaner.evaluate.score import score_html
from cleaner.landing import page_id
from cleaner.model import Article, Label, MediaType, Page, Paragraph
from cleaner.rules import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]
    Engine = Callable[[Row], "Answer"]

FIGURES = ("body F1", "exact", "title", "authors", "date", "tags F1", "no author", "no date")
"""Rates from 0 to 1; the last two: says nothing, of the pages that have none."""

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says of a page."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """An engine's rates page by page, and what it took."""

    name: str
    pages: tuple[Mapping[str, float], ...]
    milliseconds: float
    megabytes: float
    failed: int


# --- engines


def ours() -> Engine:
    rulebook = load_rulebook()

    def answer(row: Row) -> Answer:
        content = row["html"].encode("utf-8", "replace")
        sha, url = hashlib.sha256(content).hexdigest(), row.get("url")
        page = Page(page_id(url, content), row["id"], "gold", None, MediaType.HTML, content, sha, url, charset="utf-8")
        found = clean_page(page, rulebook).articles
        if not found:
            return Answer()
        one = found[0]
        return Answer("\n".join(a.text for a in found), one.title, one.authors, one.published_at, one.tags)

    return answer


def trafilatura() -> Engine:
    library = import_module("trafilatura")

    def answer(row: Row) -> Answer:
        found = library.bare_extraction(row["html"], url=row.get("url"), with_metadata=True)
        if found is None:
            return Answer()
        names = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
        return Answer(found.text or "", found.title, names, found.date, tuple(found.tags or ()))

    return answer


def newspaper4k() -> Engine:
    library = import_module("newspaper")

    def answer(row: Row) -> Answer:
        found = library.Article(url=row.get("url") or "https://page.example/", fetch_images=False)
        found.download(input_html=row["html"])
        found.parse()
        day = found.publish_date
        published = str(day)[:10] if day else None
        return Answer(found.text, found.title, tuple(found.authors or ()), published, tuple(found.tags or ()))

    return answer


def readability() -> Engine:
    library = import_module("readability")
    html = import_module("lxml.html")

    def answer(row: Row) -> Answer:
        document = library.Document(row["html"])
        root = html.fromstring(document.summary())
        return Answer(
            "\n".join(text for e in root.iter() if (text := (e.text or "") + (e.tail or ""))), document.title()
        )

    return answer


def resiliparse() -> Engine:
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    parse = import_module("resiliparse.parse.html").HTMLTree.parse

    def answer(row: Row) -> Answer:
        tree = parse(row["html"])
        return Answer(extract(tree, main_content=True), tree.title)

    return answer


def justext() -> Engine:
    library = import_module("justext")
    names = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese"}
    stops = {code: library.get_stoplist(name) for code, name in names.items()}

    def answer(row: Row) -> Answer:
        found = library.justext(row["html"].encode("utf-8", "replace"), stops.get(row.get("lang") or "en", stops["en"]))
        return Answer("\n".join(p.text for p in found if not p.is_boilerplate))

    return answer


def goose3() -> Engine:
    library = import_module("goose3").Goose({"enable_image_fetching": False})

    def answer(row: Row) -> Answer:
        found = library.extract(raw_html=row["html"])
        day = found.publish_date
        return Answer(
            found.cleaned_text,
            found.title,
            tuple(name for name in found.authors or () if isinstance(name, str)),
            str(day)[:10] if day else None,
            tuple(found.tags or ()),
        )

    return answer


ENGINES: dict[str, tuple[Callable[[], Engine], str]] = {
    "ours": (ours, "cleaner"),
    "trafilatura": (trafilatura, "trafilatura"),
    "newspaper4k": (newspaper4k, "newspaper"),
    "readability-lxml": (readability, "readability"),
    "resiliparse": (resiliparse, "resiliparse"),
    "jusText": (justext, "justext"),
    "goose3": (goose3, "goose3"),
}
"""Name, what makes it, and the module that must be there."""

NO_FIELDS = {
    "readability-lxml": {"authors", "date", "tags F1", "no author", "no date"},
    "resiliparse": {"authors", "date", "tags F1", "no author", "no date"},
    "jusText": {"title", "authors", "date", "tags F1", "no author", "no date"},
}
"""Figures that say nothing of an engine, since it does not look for the field."""


# --- one engine, in its own process


def run_engine(name: str, rows: Iterator[Row]) -> Run:
    answer = ENGINES[name][0]()
    seconds, failed = [], 0
    pages = []
    for row in rows:
        start = time.process_time()
        try:
            found = answer(row)
        except Exception as error:  # noqa: BLE001 - whatever a library raises on a page, that page is empty
            found, failed = Answer(), failed + 1
            print(f"{name}: {row['id']}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
        seconds.append(time.process_time() - start)
        pages.append(rates(row, found))
    told = seconds[1:] or seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(name, tuple(pages), 1000 * sum(told) / len(told), peak, failed)


def rates(row: Row, answer: Answer) -> dict[str, float]:
    """Hold an answer against the gold; figures that the gold says nothing of are left out."""
    lines = (line for line in answer.text.split("\n") if line.strip())
    article = Article(
        article_id="0" * 32,
        position=1,
        paragraphs=tuple(Paragraph(line, Label.BODY, i) for i, line in enumerate(lines)),
        title=answer.title,
        authors=answer.authors,
        published_at=answer.published,
        tags=answer.tags,
    )
    counts = score_html(gold_of_row(row, row["id"]), (article,)).counts
    found = {"body F1": counts["f1"], "exact": counts["exact"]}
    found |= {name: counts[name] for name in ("title", "authors", "date") if name in counts}
    found |= {"tags F1": counts["tags_f1"]} if "tags_f1" in counts else {}
    found |= {"no author": float(not answer.authors)} if not row.get("authors") else {}
    return found | ({"no date": float(not answer.published)} if not row.get("published") else {})


# --- the comparison


def mean(pages: Sequence[Mapping[str, float]], figure: str) -> float | None:
    values = [page[figure] for page in pages if figure in page]
    return sum(values) / len(values) if values else None


def ahead(mine: Run, other: Run, figure: str) -> tuple[float, float] | None:
    """Return the interval of ours minus theirs that holds 95 of 100 resamples."""
    apart = [a[figure] - b[figure] for a, b in zip(mine.pages, other.pages, strict=True) if figure in a and figure in b]
    if not apart:
        return None
    draw = random.Random(0)
    means = sorted(sum(draw.choices(apart, k=len(apart))) / len(apart) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


def table(runs: Sequence[Run]) -> str:
    """Write the figures as Markdown, the interval of ours minus theirs under each."""
    head = ["engine", *FIGURES, "ms a page", "peak MB", "failed"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    mine = next((run for run in runs if run.name == "ours"), None)
    for run in runs:
        cells = [cell(run, mine, figure) for figure in FIGURES]
        cells += [f"{run.milliseconds:.1f}", f"{run.megabytes:.0f}", str(run.failed)]
        lines.append(f"| {run.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def cell(run: Run, mine: Run | None, figure: str) -> str:
    value = None if figure in NO_FIELDS.get(run.name, ()) else mean(run.pages, figure)
    if value is None:
        return ""
    apart = ahead(mine, run, figure) if mine is not None and run is not mine else None
    return f"{value:.3f}" + (f" ({apart[0]:+.3f} to {apart[1]:+.3f})" if apart else "")


def plot(runs: Sequence[Run], file: Path) -> None:
    """Draw each figure as a row of dots, one an engine; the file's ending says the format."""
    pyplot = import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=(9, 5))
    for run in runs:
        shown = [name for name in FIGURES if name not in NO_FIELDS.get(run.name, ())]
        values = [(mean(run.pages, name), name) for name in shown]
        points = [(value, FIGURES.index(name)) for value, name in values if value is not None]
        axes.scatter([x for x, _ in points], [y for _, y in points], label=run.name, s=90 if run.name == "ours" else 40)
    axes.set_yticks(range(len(FIGURES)), FIGURES)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.grid(axis="x", alpha=0.3)
    axes.set_title(f"{len(runs[0].pages)} labelled pages")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(file, bbox_inches="tight")


# --- command line


def main() -> None:
    options = _options()
    if options.engine:
        run = run_engine(options.engine, islice(_rows(options.gold), 0, options.limit, options.every))
        parts = (run.name, run.pages, run.milliseconds, run.megabytes, run.failed)
        options.out.write_text(json.dumps(parts), encoding="utf-8")
        return
    runs = []
    for name in options.engines:
        if find_spec(ENGINES[name][1]) is None:
            print(f"{name}: not installed", file=sys.stderr)
            continue
        runs.append(_alone(name, options))
        print(f"{name}: done", file=sys.stderr)
    written = table(runs)
    print(written)
    if options.markdown:
        options.markdown.write_text(written, encoding="utf-8")
    if options.plot:
        plot(runs, options.plot)


def _alone(name: str, options: argparse.Namespace) -> Run:
    """Run an engine in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "run.json")
        command = [sys.executable, __file__, "--gold", str(options.gold), "--engine", name, "--out", str(out)]
        command += ["--every", str(options.every), *(["--limit", str(options.limit)] if options.limit else [])]
        subprocess.run(command, check=True)
        told, pages, milliseconds, megabytes, failed = json.loads(out.read_text(encoding="utf-8"))
    return Run(told, tuple(pages), milliseconds, megabytes, failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=Path(os.environ.get("CLEANER_GOLD", ""), "pages-dev.jsonl.xz"))
    parser.add_argument("--limit", type=int, help="only so many pages, from the first on")
    parser.add_argument("--every", type=int, default=1, help="only each n-th page: a sample of all collections")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    parser.add_argument("--plot", type=Path, help="draw the figures here: .svg or .png")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.gold.is_file():
        sys.exit(
            f"{options.gold} is no file of labelled pages: name one with --gold, or set CLEANER_GOLD to the folder of them"
        )
    return options


def _rows(file: Path) -> Iterator[Row]:
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
