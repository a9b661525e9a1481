"""Cleans pages one after the other, in their order, without a warehouse: what the command line shows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from cleaner.errors import Reason
from cleaner.ingest.pool import spawn_context
from cleaner.ingest.worker import Cleaner, clean_item, prepare_to_show, rejection, show_cleaned
from cleaner.model import Cleaned, Page, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pebble import ProcessFuture

    from cleaner.settings import Settings


@dataclass(slots=True)
class _Job:
    item: Page | Rejected
    future: ProcessFuture[Cleaned | Rejected] | None


def clean_stream(
    items: Iterable[Page | Rejected], settings: Settings, cleaner: Cleaner | None = None
) -> Iterator[Cleaned | Rejected]:
    """Clean as the pages come; a bounded number is under way, so memory does not grow with the input.

    One worker: in this process, without limits of time and memory. More: in processes of their own, with both limits;
    a page that oversteps one comes back as `Rejected`.
    """
    cleaner = cleaner or Cleaner()
    if settings.workers == 1:
        rulebook = cleaner.load(settings.packs)
        for item in items:
            yield clean_item(item, cleaner, rulebook) if isinstance(item, Page) else item
        return
    cleaner.load(settings.packs)  # a pack that does not load is told here, not by a worker that dies
    pool = ProcessPool(
        max_workers=settings.workers,
        initializer=prepare_to_show,
        initargs=(cleaner, settings.packs, settings.page_memory),
        context=spawn_context(),
    )
    window: deque[_Job] = deque()
    try:
        for item in items:
            future = (
                pool.schedule(show_cleaned, (cleaner, settings.packs, item), timeout=settings.page_seconds)
                if isinstance(item, Page)
                else None
            )
            window.append(_Job(item, future))
            while window and (len(window) >= 8 * settings.workers or _is_done(window[0])):
                yield _outcome(window.popleft(), settings)
        while window:
            yield _outcome(window.popleft(), settings)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble's own annotations end here
        pool.join()


def _is_done(job: _Job) -> bool:
    return job.future is None or job.future.done()


def _outcome(job: _Job, settings: Settings) -> Cleaned | Rejected:
    if job.future is None or isinstance(job.item, Rejected):
        return job.item  # type: ignore[return-value]  # a page always has a future
    error = job.future.exception()
    if error is None:
        return job.future.result()
    if isinstance(error, TimeoutError):
        return rejection(
            job.item,
            Reason.TIMEOUT,
            f"cleaning took longer than {settings.page_seconds:g} s; the setting page_seconds allows more",
        )
    if isinstance(error, ProcessExpired):
        return rejection(
            job.item,
            Reason.MEMORY,
            f"cleaning ended its worker with exit code {error.exitcode}; the setting page_memory allows more",
        )
    raise error
