"""The worker processes: limits of time and memory, two strikes, and a bounded number of shards under way."""

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import count
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from traceback import format_exception
from types import ModuleType
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from cleaner.errors import Reason, WorldError
from cleaner.ingest.worker import MEMORY_EXIT, Order, clean_shard, prepare, rejection
from cleaner.model import Page, Rejected
from cleaner.store.staging import StagedShard, stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pebble import ProcessFuture

    from cleaner.ingest.worklist import Account, Shard
    from cleaner.settings import Settings

SHARDS_A_WORKER = 50
"""A worker is replaced after so many: parsers leak, and 10,000 pages are a fair life."""
BROKEN_STARTS = 3
"""Pools that may break one after the other, without a shard cleaned between, before the run gives up."""


@dataclass(frozen=True, slots=True)
class Done:
    """A shard whose every item is staged."""

    account: Account
    staged: tuple[StagedShard, ...]


@dataclass(slots=True)
class _Job:
    shard: Shard
    future: ProcessFuture[StagedShard] | None = None


class Pool:
    """Cleans shards in worker processes and hands them back in their order.

    A shard that takes too long or kills its worker is a first strike against its pages: each is cleaned once
    more, alone. A page that fails alone is quarantined. After a WorldError the work goes on with the next call.
    """

    def __init__(self, shards: Iterator[Shard], order: Order, settings: Settings, folder: Path) -> None:
        """Take the work; no process starts before there is a page to clean."""
        self._shards = shards
        self._order = order
        self._settings = settings
        # Every attempt writes into a folder of its own: what a killed worker left cannot get in the way.
        self._folders = (folder / f"{number:06}" for number in count(1))
        self._window: deque[_Job] = deque()
        self._processes: ProcessPool | None = None
        self._broken = 0
        self._fault: WorldError | None = None

    def next_done(self) -> Done | None:
        """Wait for the next shard in order; None when all are done."""
        while True:
            self._fill_window()
            if not self._window:
                return None
            try:
                staged = self._finish(self._window[0])
            except WorldError:
                self._take_back()
                raise
            except (BrokenProcessPool, RuntimeError) as error:  # pebble says RuntimeError of a pool already broken
                self._take_back()
                self._count_break(error)
                continue
            self._broken = 0
            return Done(self._window.popleft().shard.account, staged)

    def stop(self) -> None:
        """End the workers, whatever they are doing."""
        if self._processes is not None:
            self._processes.stop()  # type: ignore[no-untyped-call]  # pebble's own annotations end here
            self._processes.join()
            self._processes = None

    def _fill_window(self) -> None:
        """Keep two shards a worker under way: none idles, and memory does not grow with the landing zone."""
        while len(self._window) < 2 * self._settings.workers and (shard := self._next_shard()):
            self._window.append(_Job(shard))

    def _next_shard(self) -> Shard | None:
        if self._fault:  # a generator that raised looks exhausted: the pages it still had must not vanish
            raise self._fault
        try:
            return next(self._shards, None)
        except WorldError as error:
            self._fault = error
            raise

    def _finish(self, job: _Job) -> tuple[StagedShard, ...]:
        for waiting in self._window:
            if waiting.future is None and waiting.shard.items:
                waiting.future = self._schedule(waiting.shard.items)
        if job.future is None:
            return ()
        error = job.future.exception()
        if error is None:
            return (job.future.result(),)
        if isinstance(error, WorldError | BrokenProcessPool):
            raise error
        return self._clean_alone(job.shard.items)

    def _clean_alone(self, items: Sequence[Page | Rejected]) -> tuple[StagedShard, ...]:
        """Clean each page by itself; what fails again goes to quarantine, with what landing rejected."""
        rejected = [item for item in items if isinstance(item, Rejected)]
        tries = [(page, self._schedule([page])) for page in items if isinstance(page, Page)]
        staged = []
        for page, future in tries:
            error = future.exception()
            if error is None:
                staged.append(future.result())
            elif isinstance(error, WorldError | BrokenProcessPool):
                raise error
            else:
                rejected.append(self._struck_out(page, error))
        if rejected:
            staged.append(stage(rejected, next(self._folders), self._order.stamp))
        return tuple(staged)

    def _schedule(self, items: Sequence[Page | Rejected]) -> ProcessFuture[StagedShard]:
        if self._processes is None:
            self._processes = ProcessPool(
                max_workers=self._settings.workers,
                max_tasks=SHARDS_A_WORKER,
                initializer=prepare,
                initargs=(self._order,),
                context=spawn_context(),
            )
        arguments = (self._order, items, next(self._folders))
        return self._processes.schedule(clean_shard, arguments, timeout=self._settings.page_seconds)

    def _take_back(self) -> None:
        """Forget every attempt under way; the shards stay in the window and are given out again."""
        self.stop()
        for job in self._window:
            job.future = None

    def _count_break(self, error: Exception) -> None:
        self._broken += 1
        if self._broken >= BROKEN_STARTS:
            message = f"worker processes end before they take up work ({error}): is memory short, or a process limit?"
            raise WorldError(message) from error

    def _struck_out(self, page: Page, error: BaseException) -> Rejected:
        if isinstance(error, TimeoutError):
            limit = f"cleaning took longer than {self._settings.page_seconds:g} s, alone too"
            return rejection(page, Reason.TIMEOUT, f"{limit}; raise the setting page_seconds to allow it more")
        if isinstance(error, ProcessExpired) and error.exitcode == MEMORY_EXIT:
            limit = f"cleaning took more than {self._settings.page_memory // 2**20} MiB, alone too"
            return rejection(page, Reason.MEMORY, f"{limit}; raise the setting page_memory to allow it more")
        if isinstance(error, ProcessExpired):
            end = f"cleaning ended its worker with exit code {error.exitcode}, alone too"
            # A C library that gets no memory may die (-6, -11) before Python can say so; -9 is the system's killer.
            return rejection(
                page, Reason.MEMORY, f"{end}: memory is short (setting page_memory), or a parser is broken"
            )
        # What came of the page cannot be staged: as much a bug of ours as one in the cleaning.
        return rejection(page, Reason.CRASH, "".join(format_exception(error)))


class WithoutMain(BaseProcess):
    """A process that does not import the program which started it.

    Starting one runs the main module again; a worker needs nothing of Prefect (1.5 s and 100 MB) or the command line.
    """

    def start(self) -> None:
        """Start it, with an empty main module in place of the program's."""
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main


class _Process(WithoutMain, SpawnProcess):
    pass


class _Context(SpawnContext):
    Process = _Process


def spawn_context() -> SpawnContext:
    """Start worker processes fresh, without the memory and the locks of this one."""
    return _Context()
