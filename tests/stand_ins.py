"""A cleaner that is quick and does what a page tells it to; worker processes import it by name.

Run as `python -m stand_ins RAW WAREHOUSE` (with `tests` on the path) it is a whole ingest process to be killed.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.ingest import Cleaner, LineProgress, ingest
from cleaner.model import (
    Article,
    Block,
    Cleaned,
    Label,
    Layout,
    LedgerEntry,
    Page,
    Paragraph,
    Verdict,
)
from cleaner.rules import Rulebook
from cleaner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


def load_nothing(packs: Path | None) -> Rulebook:
    """Need no rules."""
    del packs
    return Rulebook(())


def digest_of_nothing(rulebook: Rulebook) -> str:
    """Call this cleaner by a fixed name."""
    del rulebook
    return "stand-in"


def clean_lines(page: Page, rulebook: Rulebook) -> Cleaned:
    """Take each line for a paragraph, and one that starts with `AD` for an advertisement; obey orders."""
    del rulebook
    lines = page.content.decode().splitlines()
    order, _, value = lines[0].partition(" ")
    if order in ORDERS:
        ORDERS[order](value)
    entries = tuple(_entry(index, line) for index, line in enumerate(lines))
    kept = tuple(
        Paragraph(entry.block.text, Label.BODY, entry.block.index) for entry in entries if entry.verdict is Verdict.KEPT
    )
    articles = (Article(hashlib.sha256(page.content).hexdigest()[:32], 1, kept),) if kept else ()
    return Cleaned(page, articles, (), entries, Layout.NEWLINE, "utf-8")


def _entry(index: int, line: str) -> LedgerEntry:
    block = Block(index, line)
    if line.startswith("AD"):
        return LedgerEntry(block, Verdict.REMOVED, Label.AD, 0, "stand.in", 1.0, line)
    return LedgerEntry(block, Verdict.KEPT, Label.BODY, 1, "stand.in", 1.0, "")


def _crash(value: str) -> None:
    message = f"the page told me to: {value}"
    raise RuntimeError(message)


def _hang(_: str) -> None:
    while True:
        time.sleep(0.05)


def _take_memory(_: str) -> None:
    hoard = bytearray()
    while True:
        hoard += bytes(2**24)


def _forbid_writing_once(marker: str) -> None:
    if not Path(marker).exists():
        Path(marker).touch()
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _die(_: str) -> None:
    time.sleep(0.3)  # the pool must have heard that the worker has this page
    os.kill(os.getpid(), signal.SIGKILL)


ORDERS: dict[str, Callable[[str], None]] = {
    "CRASH": _crash,
    "HANG": _hang,
    "HOARD": _take_memory,
    "DIE": _die,
    "FULL": _forbid_writing_once,
    "WAIT": lambda value: time.sleep(float(value)),
}

STAND_IN = Cleaner(load_nothing, clean_lines, digest_of_nothing)


def main() -> None:
    """Ingest what the command line names."""
    raw, warehouse = map(Path, sys.argv[1:3])
    settings = Settings(raw=raw, warehouse=warehouse, workers=2, shard_pages=4, batch_pages=20)
    ingest(settings, LineProgress(print), STAND_IN)


if __name__ == "__main__":
    from stand_ins import main as importable

    # Workers find the functions again by the name of this module, not as `__main__`.
    importable()
