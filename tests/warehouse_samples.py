"""Hand-built results for the tests of the warehouse: small pages of every kind."""

from __future__ import annotations

import atexit
import hashlib
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import duckdb

from cleaner.errors import Reason
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
    Rejected,
    Repair,
    Verdict,
)
from cleaner.store.publish import ETL_FILE
from cleaner.store.records import RunOutcome, RunStart
from cleaner.store.staging import STAGED_TABLES, StagedShard, Stamp, stage
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROMO = Mark(Label.PROMO, "promo.follow", 0.9, "Follow us", certain=True)
BODIES = {
    "harbour": ("The harbour wall held through the night.", "Crews began to clear the quay at dawn."),
    "mill": ("The old mill reopens in May.",),
    "school": ("Schools stay shut on Monday.",),
}


def digest_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def page(source: str, **changes: Any) -> Page:
    content = source.encode("utf-8", "backslashreplace")
    made = Page(
        page_id=digest_of(source),
        source=source,
        path=f"tide.example/2026-03-01/{source}.txt",
        row=None,
        media_type=MediaType.TEXT,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        url=f"https://tide.example/{source}",
        site="Harrow Tide",
        fetched_at=NOON,
    )
    return replace(made, **changes)


def article(source: str, position: int, body: Sequence[str], first: int = 0, **changes: Any) -> Article:
    """Make the article whose paragraphs stand in the blocks from `first` on."""
    made = Article(
        article_id=digest_of(source, str(position), *body),
        position=position,
        paragraphs=tuple(Paragraph(text, Label.BODY, first + place) for place, text in enumerate(body)),
        title=f"Harbour news {position}",
        authors=("Ana Ruiz", "Bo Li"),
        published_at="2026-03-01T09:30:00+01:00",
        site="Harrow Tide",
        language="en",
        tags=("harbour", "weather"),
        confidence=0.9,
        candidates=(
            Candidate("title", f"Harbour news {position}", "title", 0.9, won=True, evidence="first line"),
            Candidate("title", "Harrow Tide", "meta", 0.2),
        ),
    )
    return replace(made, **changes)


def ledger(bodies: Sequence[Sequence[str]]) -> tuple[LedgerEntry, ...]:
    entries: list[LedgerEntry] = []
    for position, body in enumerate(bodies, 1):
        for place, text in enumerate(body):
            block = Block(len(entries), text, 0, len(text), repairs=(Repair("entities"),))
            opens = Mark(Label.TITLE, "split.title", 0.8, "title case") if place == 0 else None
            entries.append(LedgerEntry(block, Verdict.KEPT, Label.BODY, position, "model", 0.8, "prose", opens))
        long_promo = Block(len(entries), "Follow us " + "for more of this " * 15, marks=(PROMO,))
        entries.append(LedgerEntry(long_promo, Verdict.REMOVED, Label.PROMO, position, PROMO.by, 0.9, PROMO.evidence))
    return tuple(entries)


def cleaned(source: str, *bodies: Sequence[str], **changes: Any) -> Cleaned:
    firsts = accumulate((len(body) + 1 for body in bodies), initial=0)  # each is followed by its promo
    articles = tuple(
        article(source, position, body, first)
        for position, (body, first) in enumerate(zip(bodies, firsts, strict=False), 1)
    )
    made = Cleaned(page(source), articles, (), ledger(bodies), Layout.BLANK, "utf-8 (utf-8)", "en", 0.25)
    return replace(made, **changes)


def rejected(source: str, reason: Reason = Reason.CRASH, **changes: Any) -> Rejected:
    made = Rejected(source, f"tide.example/{source}.jsonl", reason, "mend the row", digest_of(source), row=3)
    return replace(made, **changes)


def sample() -> list[Cleaned | Rejected]:
    """Make pages of every kind: several articles, one, a copy of another's text, none, one that could not be read."""
    bare = cleaned("bare", articles=(), ledger=ledger([]))
    copied = cleaned("copy", BODIES["mill"])
    return [cleaned("harbour", *BODIES.values()), cleaned("mill", BODIES["mill"]), copied, bare, rejected("crashed")]


def start(run_id: str = "run-1", digest: str = "digest-1") -> RunStart:
    return RunStart(run_id, datetime.now(UTC), "0.1.0", digest, "3.11", {"lxml": "6.1"}, {"workers": "2"})


def outcome(status: str = "succeeded", **counts: Any) -> RunOutcome:
    given: dict[str, Any] = {"pages_in": 5, "pages_cleaned": 3, "pages_quarantined": 2, "articles": 5, "seconds": 2.0}
    return RunOutcome(status, datetime.now(UTC), **(given | counts), seconds_by_stage={"clean": 1.5})


def staged(folder: Path, results: Sequence[Cleaned | Rejected], name: str = "0", run_id: str = "run-1") -> StagedShard:
    return stage(results, folder / "staging" / run_id / name, Stamp(run_id, "digest-1"))


def contents(warehouse: Warehouse, table: str) -> list[Any]:
    """Read a table without the columns that tell when it was loaded."""
    untold = {"quarantine": "EXCLUDE (rejected_at)", "pages": "EXCLUDE (revision)"}.get(table, "")
    return sorted(warehouse._rows(f"SELECT * {untold} FROM {table}"), key=repr)


def everything(warehouse: Warehouse) -> dict[str, list[Any]]:
    return {table: contents(warehouse, table) for table in (*STAGED_TABLES, "page_locations")}


def read(path: Path, sql: str) -> list[Any]:
    with duckdb.connect(path, read_only=True) as reader:
        return reader.execute(sql).fetchall()


@cache
def unbuilt() -> Path:
    """Make a file without rows once a process, to be copied: what its migrations do is for other tests."""
    folder = Path(mkdtemp(prefix="cleaner-unbuilt-"))
    atexit.register(shutil.rmtree, folder)
    open_warehouse(folder).close()
    return folder / ETL_FILE


@contextmanager
def running(folder: Path) -> Iterator[Warehouse]:
    """Open a warehouse in which a run has begun."""
    if not (folder / ETL_FILE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(unbuilt(), folder / ETL_FILE)
    with open_warehouse(folder) as opened:
        opened.begin_run(start())
        yield opened


def publish_sample(folder: Path) -> Path:
    """Publish a warehouse that holds the sample."""
    with running(folder) as opened:
        opened.load([staged(folder, sample())], [], [])
        opened.finish_run("run-1", outcome())
        return opened.publish()
