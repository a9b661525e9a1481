"""What happens inside a worker process: load the rulebook once, then clean one shard after another."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import traceback
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from cleaner.clean import clean_page, cleaner_digest
from cleaner.errors import Reason
from cleaner.model import Cleaned, Page, Rejected
from cleaner.rules import Rulebook, load_rulebook
from cleaner.store.staging import StagedShard, Stamp, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MEMORY_EXIT = 77
"""Exit code of a worker that ran out of memory; any free number does."""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """The functions that clean; every worker process finds them again by module and name."""

    load: Callable[[Path | None], Rulebook] = load_rulebook
    clean: Callable[[Page, Rulebook], Cleaned] = clean_page
    digest: Callable[[Rulebook], str] = cleaner_digest


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker must know besides the pages."""

    cleaner: Cleaner
    packs: Path | None
    memory: int
    """Bytes it may take beyond what it holds when it is ready."""
    stamp: Stamp


def prepare(order: Order) -> None:
    """Make a new worker ready: rulebook loaded, memory limited, bound to end with its parent."""
    prepare_to_show(order.cleaner, order.packs, order.memory)


def clean_shard(order: Order, items: Sequence[Page | Rejected], folder: Path) -> StagedShard:
    """Clean the pages, hand on what landing rejected, and stage all of it in `folder`.

    A worker whose memory runs out ends here and now: its heap is full of the page that did it.
    """
    rulebook = _rulebook(order.cleaner, order.packs)
    try:
        results = [clean_item(item, order.cleaner, rulebook) if isinstance(item, Page) else item for item in items]
        return stage(results, folder, order.stamp)
    except MemoryError:
        os._exit(MEMORY_EXIT)


def rejection(page: Page, reason: Reason, detail: str) -> Rejected:
    """Turn a page that gave nothing into its row in quarantine."""
    return Rejected(page.source, page.path, reason, detail, page.page_id, page.row, page.site, page.url)


def prepare_to_show(cleaner: Cleaner, packs: Path | None, memory: int) -> None:
    """Make a worker of the command line ready: as `prepare`, with nothing to stage."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _rulebook(cleaner, packs)
    gc.freeze()  # what is loaded stays: the collector need not walk through it again
    _limit_memory(memory)


def show_cleaned(cleaner: Cleaner, packs: Path | None, page: Page) -> Cleaned | Rejected:
    """Clean one page and hand it back; a worker whose memory runs out ends here and now."""
    try:
        return clean_item(page, cleaner, _rulebook(cleaner, packs))
    except MemoryError:
        os._exit(MEMORY_EXIT)


def clean_item(page: Page, cleaner: Cleaner, rulebook: Rulebook) -> Cleaned | Rejected:
    """Clean a page whatever it holds: what nobody foresaw comes back as a crash with its traceback."""
    start = perf_counter()
    try:
        cleaned = cleaner.clean(page, rulebook)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the one place: a bug that one page finds must not take the run with it
        return rejection(page, Reason.CRASH, traceback.format_exc())
    return replace(cleaned, seconds=perf_counter() - start)


@cache
def _rulebook(cleaner: Cleaner, packs: Path | None) -> Rulebook:
    return cleaner.load(packs)


def _limit_memory(allowance: int) -> None:
    """Let the process grow by `allowance` bytes; beyond, allocations fail instead of waking the OOM killer."""
    if sys.platform != "linux":  # only Linux counts anonymous mappings as data
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    data_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    limit = data_pages * resource.getpagesize() + allowance
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _end_with_parent() -> None:
    """End a worker whose parent was killed: it would go on writing into a run that the next one clears away."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
