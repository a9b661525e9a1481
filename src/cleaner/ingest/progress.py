"""Tell a person how far the run is: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True, slots=True)
class Step:
    """What was finished since the last step."""

    files: int
    size: int
    pages: int
    articles: int


class Progress(Protocol):
    """What a run tells while it goes."""

    def start(self, files: int, size: int) -> None:
        """Say what lies ahead: files, and their bytes on the disk."""

    def advance(self, step: Step) -> None:
        """Count what is done."""

    def log(self, message: str) -> None:
        """Say one line."""

    def stop(self) -> None:
        """End the display; called also where the run fails."""


def progress_on(stream: TextIO = sys.stderr, log: Callable[[str], None] | None = None) -> Progress:
    """Choose a bar where a person watches, else lines, given to `log` or written to the stream."""
    if stream.isatty():
        return BarProgress(Console(file=stream))
    return LineProgress(log or (lambda line: print(line, file=stream, flush=True)))


class LineProgress:
    """A line about every five seconds."""

    def __init__(self, log: Callable[[str], None], every: float = SECONDS_BETWEEN_LINES) -> None:
        """Write each line with `log`."""
        self.log = log
        self._every = every
        self._tally = _Tally()
        self._told = 0.0

    def start(self, files: int, size: int) -> None:
        """Say what lies ahead."""
        self._tally = _Tally(files, size, began=monotonic())
        self._told = monotonic()
        self.log(f"reading {files:,} new or changed files, {decimal(size)}")

    def advance(self, step: Step) -> None:
        """Count, and say so where five seconds have passed."""
        self._tally.add(step)
        if monotonic() - self._told >= self._every:
            self._told = monotonic()
            self.log(self._tally.line())

    def stop(self) -> None:
        """Need nothing."""


class BarProgress:
    """A bar at the foot of the terminal; lines go above it."""

    def __init__(self, console: Console) -> None:
        """Draw on `console`."""
        self._bar = Bar(
            TextColumn("cleaning"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[line]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._tally = _Tally()
        self._task = self._bar.add_task("cleaning", visible=False, line="")

    def start(self, files: int, size: int) -> None:
        """Show the empty bar, unless there is nothing to do."""
        self._tally = _Tally(files, size, began=monotonic())
        self._bar.update(self._task, total=size, visible=files > 0)
        self._bar.start()

    def advance(self, step: Step) -> None:
        """Move the bar."""
        self._tally.add(step)
        self._bar.update(self._task, completed=self._tally.size_done, line=self._tally.line())

    def log(self, message: str) -> None:
        """Write a line above the bar."""
        self._bar.console.print(message, markup=False, highlight=False)

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()


@dataclass(slots=True)
class _Tally:
    files: int = 0
    size: int = 0
    began: float = 0.0
    files_done: int = 0
    size_done: int = 0
    pages: int = 0
    articles: int = 0

    def add(self, step: Step) -> None:
        self.files_done += step.files
        self.size_done += step.size
        self.pages += step.pages
        self.articles += step.articles

    def line(self) -> str:
        rate = self.pages / max(monotonic() - self.began, 0.001)
        files = f"{self.files_done:,} of {self.files:,} files"
        return f"{files}, {self.pages:,} pages, {self.articles:,} articles, {rate:,.1f} pages/s"
