"""How fast and how large the warehouse is, and how that grows: synthetic pages with their ledger, staged as workers do.

    python benchmarks/warehouse.py [--articles 100000] [--growth 10000,100000] [--batch 20000] [--folder /tmp] [--staged FOLDER]

One article a page, 2 to 5 kB, 12 kept blocks and 12 removed ones, of which most recur on their site, a fifth of the articles
printed twice. Beyond 20,000 the same pages come again with other letters. Every time is given by the clock and of the
processors: where the machine is busy, the second tells. `--growth` prints a table of the figures for each size. Staging a
million takes minutes; what is staged is kept in the folder that `--staged` names, and the next run takes it from there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.ingest import Cleaner, LineProgress, start_run
from cleaner.landing import page_id as landed_page_id
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
from cleaner.rules import Rulebook
from cleaner.search.query import parse
from cleaner.settings import Settings
from cleaner.store.publish import ETL_FILE
from cleaner.store.reading import open_published
from cleaner.store.records import FileDone, FileStat, RunStart
from cleaner.store.search import Asked, search
from cleaner.store.search_index import SUFFIX
from cleaner.store.staging import Counts, StagedShard, Stamp, stage
from cleaner.store.versions import VERSIONS
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARD, DRAWN = 1000, 20_000
"""Pages of a shard; pages that are drawn before the letters are changed."""
SITES = 40
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
SYLLABLES = "ba be bo da de do fa fe ga go ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va ve".split()
USUAL = {
    "newest articles": "SELECT published_at, site, title FROM articles_unique ORDER BY published_at DESC LIMIT 20",
    "articles by day and site": "FROM daily_volume LIMIT 50",
    "noise by rule": "FROM noise_by_rule LIMIT 25",
    "a paragraph traced": "FROM trace('{article}', nth := 2)",
}
OTHERS = {
    "fields by site": "FROM coverage_by_site",
    "recurring lines": "FROM recurring_lines LIMIT 25",
    "every text read for a word": "SELECT site, title FROM articles WHERE text ILIKE '%bakelo%' LIMIT 20",
}
"""Of the usual ones that for words is asked of the index, not in SQL."""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--articles", type=int, default=100_000)
    given.add_argument("--growth", type=lambda sizes: [int(size) for size in sizes.split(",")], default=[])
    given.add_argument("--batch", type=int, default=20_000, help="pages that are loaded in one transaction")
    given.add_argument("--folder", type=Path, help="where the files are made and removed again")
    given.add_argument("--staged", type=Path, help="where staged parts are kept from run to run")
    options = given.parse_args()
    figures: list[dict[str, str]] = []
    for articles in options.growth or [options.articles]:
        print(f"{articles:,} articles")
        figures.append({"articles": f"{articles:,}"})
        with tempfile.TemporaryDirectory(dir=options.folder) as name, noting(figures[-1]):
            measure(Path(name), options.staged or Path(name) / "staging", articles, options.batch)
    show(figures)


def measure(folder: Path, staging: Path, articles: int, batch: int) -> None:
    with timed("staged"):
        shards = list(staged(staging, articles))
    with open_warehouse(folder) as warehouse:
        begin(warehouse, "run-1")
        with timed("load") as load:
            for first in range(0, len(shards), batch // SHARD):
                some = shards[first : first + batch // SHARD]
                warehouse.load(some, [FileDone(FileStat(f"{first}.jsonl", 1, 1), batch)], [])
        note("load, articles/s", f"{articles / load[0]:,.0f} ({articles / load[1]:,.0f})")
        with timed("publish, all texts new"):
            path = warehouse.publish()
        size(path, folder)
        queries(folder)
        begin(warehouse, "run-2")
        with timed("publish, no page changed"):
            warehouse.publish()
        changed = again(folder, articles, 100)
        with timed("replace 1 % of the pages"):
            warehouse.load([changed], [], [])
        with timed("publish, 1 % changed"):
            warehouse.publish()
        path.unlink()
        with timed("publish, built anew"):
            warehouse.publish()
        with timed("replace all pages"):
            for first in range(0, len(shards), batch // SHARD):
                warehouse.load(shards[first : first + batch // SHARD], [], [])
        with timed("publish, 100 % changed"):
            warehouse.publish()
    rerun(folder / "rerun", articles)
    note("most memory until here, GB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f}")


def rerun(folder: Path, pages: int) -> None:
    """Look through a landing zone of which every page is known: files as they were, then all of them touched."""
    settings = Settings(raw=folder / "raw", warehouse=folder / "warehouse")
    land_known(settings, pages)
    silent = LineProgress(lambda _: None, every=1e9)
    for what in ("run over unchanged pages, files touched", "run over unchanged pages"):
        with timed(what), start_run(settings, silent, KNOWING) as run:
            while run.clean_batch():
                run.load()
            run.publish()
        if run.report().cleaned:
            raise AssertionError("a page that was loaded is not known")


def land_known(settings: Settings, pages: int) -> None:
    """Write JSONL files of a thousand rows, 2.4 kB each, and the rows of `pages` that say they are cleaned."""
    settings.raw.mkdir(parents=True)
    filler = sentence(random.Random(2), vocabulary(), 400)
    ids: list[str] = []
    for first in range(0, pages, SHARD):
        lines = []
        for number in range(first, min(first + SHARD, pages)):
            url, text = f"https://tide.example/{number}", f"Story {number}. {filler}"
            ids.append(landed_page_id(url, text.encode()))
            lines.append(json.dumps({"url": url, "text": text}))
        (settings.raw / f"{first:08}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    open_warehouse(settings.warehouse).close()
    with duckdb.connect(settings.warehouse / ETL_FILE) as writer:
        writer.register("known", pa.table({"page_id": ids}))
        writer.execute(
            "INSERT INTO pages BY NAME SELECT page_id, '' AS source, '' AS path, '' AS sha256, 0 AS bytes,"
            " 'text/plain' AS media_type, 1 AS articles, 'digest-1' AS digest, 'r' AS run_id, 0 AS seconds FROM known"
        )


KNOWING = Cleaner(load=lambda _: Rulebook(()), digest=lambda _: "digest-1")
NOTES: list[dict[str, str]] = [{}]


@contextmanager
def noting(figures: dict[str, str]) -> Iterator[None]:
    """Collect what is noted meanwhile."""
    NOTES.append(figures)
    yield
    NOTES.pop()


def note(what: str, figure: str) -> None:
    NOTES[-1][what.strip()] = figure


def show(figures: list[dict[str, str]]) -> None:
    """Print the figures of every size side by side, as Markdown."""
    print("\n| Seconds by the clock (of the processors) |" + "".join(f" {column['articles']} |" for column in figures))
    print("|---|" + "--:|" * len(figures))
    for what in [name for name in figures[0] if name != "articles"]:
        print(f"| {what} |" + "".join(f" {column.get(what, '')} |" for column in figures))


STAMP = Stamp("run-1", "digest-1")


@contextmanager
def timed(what: str) -> Iterator[list[float]]:
    """Print how long it took; the seconds can be read afterwards."""
    clock, cpu = time.perf_counter(), time.process_time()
    seconds: list[float] = []
    yield seconds
    seconds += [time.perf_counter() - clock, time.process_time() - cpu]
    print(f"{what}: {seconds[0]:.2f} s, {seconds[1]:.2f} s of the processors", flush=True)
    note(what, f"{seconds[0]:.2f} ({seconds[1]:.2f})")


def begin(warehouse: Warehouse, run_id: str) -> None:
    warehouse.begin_run(RunStart(run_id, datetime.now(UTC), "0", "digest-1", "3", {}, {}))


def staged(staging: Path, articles: int) -> Iterator[StagedShard]:
    """Stage the pages, or take what an earlier run left there."""
    drawn: list[StagedShard] = []
    for first in range(0, articles, SHARD):
        last = min(first + SHARD, articles)
        target, counted = staging / f"{first}-{last}", staging / f"{first}-{last}.json"
        if counted.exists():
            shard = StagedShard(target, Counts(**json.loads(counted.read_text())))
        elif first < DRAWN:
            shard = stage(list(pages(range(first, last))), target, STAMP)
        else:
            shard = relettered(drawn[first % DRAWN // SHARD], target, first // DRAWN)
        if first < DRAWN:
            drawn.append(shard)
        counted.write_text(json.dumps(asdict(shard.counts)))
        yield shard


def relettered(shard: StagedShard, target: Path, key: int) -> StagedShard:
    """Copy a shard into pages of other ids, addresses and words, as long as they were."""
    letters = sorted({letter for syllable in SYLLABLES for letter in syllable})
    others = "".join(random.Random(key).sample(letters, len(letters)))
    lower, upper = "".join(letters), "".join(letters).upper()
    changes = {
        **dict.fromkeys(("page_id", "article_id", "text_sha256"), f"md5({{c}} || '{key}')"),
        **dict.fromkeys(("url", "address"), f"{{c}} || '?{key}'"),
        **dict.fromkeys(("text", "title"), f"translate({{c}}, '{lower}{upper}', '{others}{others.upper()}')"),
    }
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for part in sorted(shard.folder.iterdir()):
        columns = [name for name in pq.read_schema(part).names if name in changes]
        replaced = ", ".join(f"{changes[name].format(c=name)} AS {name}" for name in columns)
        duckdb.sql(f"COPY (SELECT * REPLACE ({replaced}) FROM '{part}') TO '{target / part.name}' (COMPRESSION zstd)")  # noqa: S608 - our own names
    return StagedShard(target, shard.counts)


def again(folder: Path, articles: int, one_in: int) -> StagedShard:
    """Stage one page in so many with another text; those that came with other letters under the ids they have there."""
    results = list(pages(range(0, min(articles, DRAWN), one_in), "again"))
    shard = stage(results, folder / "staging" / "again", STAMP)
    copies = [relettered(shard, folder / "staging" / f"again-{key}", key) for key in range(1, articles // DRAWN)]
    return merged([shard, *copies], folder / "staging" / "again-all")


def merged(shards: list[StagedShard], target: Path) -> StagedShard:
    target.mkdir(parents=True)
    for part in sorted(shards[0].folder.iterdir()):
        pq.write_table(
            pa.concat_tables([pq.read_table(shard.folder / part.name) for shard in shards]), target / part.name
        )
    return StagedShard(target, sum((shard.counts for shard in shards), Counts()))


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
    note("file, of the clean text", f"{ratio:.2f}")
    index = sum(file.stat().st_size for file in (folder / VERSIONS).glob(f"*{SUFFIX}"))
    note("index for search beside it, of the clean text", f"{index / text:.2f}")
    print(
        f"    file {path.stat().st_size / 1e6:.0f} MB: {ratio:.2f} of the clean text ({text / 1e6:.0f} MB; removed {removed / 1e6:.0f} MB)"
    )


def queries(folder: Path) -> None:
    with open_published(folder) as reader:
        reader.execute("SET threads = 2")
        article = reader.execute("SELECT min(article_id) FROM articles").fetchall()[0][0]
        for name, sql in USUAL.items():
            with timed(f"    query: {name}"):
                reader.execute(sql.format(article=article)).fetchall()
        for name, words in {"articles that say": "bakelo", "articles that say what many do": vocabulary()[0]}.items():
            with timed(f"    query: {name} (index)"):
                search(folder, Asked(parse(words)))
        for name, sql in OTHERS.items():
            with timed(f"    query: {name}"):
                reader.execute(sql).fetchall()


if __name__ == "__main__":
    main()
