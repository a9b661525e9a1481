"""How fast and how large the warehouse is: synthetic pages with their ledger, staged as workers do, then loaded.

    python benchmarks/warehouse.py [--articles 100000]

One article a page, 2 to 5 kB, 12 kept blocks and 12 removed ones, of which most recur on their site, a fifth of the articles
printed twice. Times are of the clock and of the processors; the machine may be busy.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.model import (
    Article,
    Block,
    Candidate,
    Cleaned,
    Label,
    Layout,
    LedgerEntry,
    Mark,
    MediaType,
    Page,
    Paragraph,
    Verdict,
)
from cleaner.store.reading import open_published
from cleaner.store.records import FileDone, FileStat, Location, RunStart
from cleaner.store.staging import StagedShard, Stamp, stage
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARD, BATCH = 1000, 5000
"""Pages of a shard; pages that are loaded in one transaction."""
SITES = 40
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
SYLLABLES = "ba be bo da de do fa fe ga go ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va ve".split()
QUERIES = {
    "newest articles": "SELECT published_at, site, title FROM articles_unique ORDER BY published_at DESC LIMIT 20",
    "articles by day and site": "FROM daily_volume LIMIT 50",
    "articles that say": "SELECT site, title FROM articles WHERE text ILIKE '%bakelo%' LIMIT 20",
    "noise by rule": "FROM noise_by_rule LIMIT 25",
    "a paragraph traced": "FROM trace('000', nth := 2)",
    "fields by site": "FROM coverage_by_site",
    "recurring lines": "FROM recurring_lines LIMIT 25",
}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--articles", type=int, default=100_000)
    articles = given.parse_args().articles
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with timed("written and staged by one worker"):
            batches = list(staged(folder, articles))
        with open_warehouse(folder) as warehouse:
            begin(warehouse, "run-1")
            with timed("load") as load:
                for number, shards in enumerate(batches):
                    warehouse.load(shards, [FileDone(FileStat(f"{number}.jsonl", 1, 1), BATCH)], [])
            print(f"    {articles / load[0]:,.0f} articles/s")
            with timed("publish, all texts new"):
                path = warehouse.publish()
            size(path, folder)
            queries(folder)
            begin(warehouse, "run-2")
            with timed("run over unchanged pages"):
                known(warehouse, articles)
                warehouse.load([], [], [Location(page_id(n), f"{n}.html", None) for n in range(articles)])
            changed = stage(list(pages(range(0, articles, 100), "again")), folder / "staging" / "changed", STAMP)
            with timed("replace 1 % of the pages"):
                warehouse.load([changed], [], [])
            with timed("publish, 1 % of the texts new"):
                warehouse.publish()


STAMP = Stamp("run-1", "digest-1")


@contextmanager
def timed(what: str) -> Iterator[list[float]]:
    """Print how long it took; the seconds can be read afterwards."""
    clock, cpu = time.perf_counter(), time.process_time()
    seconds: list[float] = []
    yield seconds
    seconds += [time.perf_counter() - clock, time.process_time() - cpu]
    print(f"{what}: {seconds[0]:.2f} s, {seconds[1]:.2f} s of the processors")


def begin(warehouse: Warehouse, run_id: str) -> None:
    warehouse.begin_run(RunStart(run_id, datetime.now(UTC), "0", "digest-1", "3", {}, {}))


def staged(folder: Path, articles: int) -> Iterator[list[StagedShard]]:
    for first in range(0, articles, BATCH):
        yield [
            stage(list(pages(range(start, min(start + SHARD, articles)))), folder / "staging" / str(start), STAMP)
            for start in range(first, min(first + BATCH, articles), SHARD)
        ]


def known(warehouse: Warehouse, articles: int) -> None:
    for first in range(0, articles, SHARD):
        asked = [page_id(n) for n in range(first, min(first + SHARD, articles))]
        if len(warehouse.done_pages(asked, "digest-1")) != len(asked):
            raise AssertionError("a page that was loaded is not known")


def page_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def pages(numbers: range, salt: str = "") -> Iterator[Cleaned]:
    words = vocabulary()
    for number in numbers:
        original = number - 7 if number % 5 == 0 and number >= 7 else number
        drawn = random.Random(f"{original}{salt}")
        yield written(number, [sentence(drawn, words, drawn.randrange(25, 65)) for _ in range(11)])


def vocabulary() -> list[str]:
    drawn = random.Random(0)
    return ["".join(drawn.choices(SYLLABLES, k=drawn.randrange(1, 5))) for _ in range(20_000)]


def sentence(drawn: random.Random, words: list[str], length: int) -> str:
    """Draw words as language does: few often, many seldom."""
    ranks = (int(len(words) ** drawn.random()) for _ in range(length))
    return " ".join(words[rank - 1] for rank in ranks).capitalize() + "."


def written(number: int, body: list[str]) -> Cleaned:
    """Make a page as the pipeline would: title, paragraphs, and furniture before, between and behind."""
    site = f"site{number % SITES}.example"
    article_id = hashlib.sha256(f"a{number}{body[0]}".encode()).hexdigest()[:32]
    title = " ".join(body[0].split()[:8])
    lines = [("nav", f"Section {n} of {site}") for n in range(5)] + [("title", title)]
    lines += [("body", text) for text in body]
    lines += [("promo", f"Follow {site} on channel {n}") for n in range(3)]
    lines += [("related", f"Read more: {' '.join(text.split()[3:11])}") for text in body[:4]]
    entries, offset = [], 0
    for place, (label, text) in enumerate(lines):
        entries.append(entry(place, Label(label), text, offset))
        offset += len(text) + 1
    paragraphs = tuple(Paragraph(e.block.text, e.label, e.block.index) for e in entries if e.label is Label.BODY)
    moment = MONDAY + timedelta(minutes=number % 40_000)
    candidates = (
        Candidate("title", title, "json-ld", 0.95, won=True, evidence="headline"),
        Candidate("title", f"{title} | {site}", "opengraph", 0.7, evidence="og:title"),
        Candidate("published_at", moment.isoformat(), "json-ld", 0.95, won=True, evidence="datePublished"),
    )
    article = Article(
        article_id, 1, paragraphs, title, None, ("Ana Ruiz",), moment.isoformat(), site, f"https://{site}/{number}", "en",
        tags=("harbour",), confidence=0.9, candidates=candidates,
    )  # fmt: skip
    page = Page(
        page_id(number), f"{number}.html", f"{site}/2026-03-02/{number}.html", None, MediaType.HTML, b"x" * 20_000,
        hashlib.sha256(b"p%d" % number).hexdigest(), f"https://{site}/{number}", site, moment,
    )  # fmt: skip
    return Cleaned(page, (article,), (), tuple(entries), Layout.HTML, "utf-8 (utf-8)", "en", 0.02)


def entry(place: int, label: Label, text: str, offset: int) -> LedgerEntry:
    kept = label in {Label.BODY, Label.TITLE}
    rule = Mark(label, f"{label}.rule", 0.9, text[:20], certain=not kept)
    finder = Mark(
        Label.BODY if kept else Label.OTHER, "model.html", 0.8, "83 words; ends a sentence" if kept else "in a menu"
    )
    path = f"/html/body[1]/main[1]/div[{place}]/p[1]#1"
    block = Block(
        place, text, offset, offset + len(text), path, marks=(finder,) if label is Label.BODY else (finder, rule)
    )
    by = finder if kept else rule
    return LedgerEntry(block, Verdict.KEPT if kept else Verdict.REMOVED, label, 1, by.by, by.score, by.evidence)


def size(path: Path, folder: Path) -> None:
    with open_published(folder) as reader:
        text, removed = reader.execute(
            "SELECT (SELECT sum(strlen(text)) FROM articles), (SELECT sum(strlen(text)) FROM blocks WHERE verdict = 'removed')"
        ).fetchall()[0]
    ratio = path.stat().st_size / text
    print(
        f"    file {path.stat().st_size / 1e6:.0f} MB: {ratio:.2f} of the clean text ({text / 1e6:.0f} MB; removed {removed / 1e6:.0f} MB)"
    )


def queries(folder: Path) -> None:
    with open_published(folder) as reader:
        reader.execute("SET threads = 2")
        for name, sql in QUERIES.items():
            with timed(f"    {name}"):
                reader.execute(sql).fetchall()


if __name__ == "__main__":
    main()
