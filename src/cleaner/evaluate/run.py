"""Clean the pages of a gold and hold each against it, one at a time: only counts are kept, and the worst pages."""

from __future__ import annotations

import heapq
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.status import Status

from cleaner.errors import ConfigurationError, Reason
from cleaner.evaluate.figures import Row
from cleaner.evaluate.gold import Kind, read_gold
from cleaner.evaluate.lines import Fate, fates
from cleaner.evaluate.score import score
from cleaner.ingest.stream import clean_stream
from cleaner.model import Cleaned, Page, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from cleaner.evaluate.gold import Case
    from cleaner.evaluate.score import Score
    from cleaner.settings import Settings

SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be evaluated and kept."""

    gold: Path
    limit: int | None = None
    """Only so many pages, from the first on."""
    worst: int = 0
    """Pages that are kept whole, the worst ones."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A page that came out badly, whole."""

    name: str
    kind: Kind
    page: Page
    score: Score


@dataclass(slots=True)
class Evaluation:
    """What was counted; grows page by page."""

    rows: list[Row] = field(default_factory=list)
    fates: dict[Kind, Counter[Fate]] = field(default_factory=dict)
    worst: list[Bad] = field(default_factory=list)
    """The worst first."""
    no_article: dict[str, int] = field(default_factory=dict)
    """Pages on which there should be no article, each with how many came out: they count in no figure."""
    rejected: list[Rejected] = field(default_factory=list)
    """Pages that could not be read or cleaned: they count as pages without article."""

    sum_of_scores: float = 0.0

    @property
    def crashed(self) -> int:
        """Count the pages that hit a bug of ours."""
        return sum(one.reason is Reason.CRASH for one in self.rejected)

    def of(self, kind: Kind) -> list[Row]:
        """Return the pages of one kind."""
        return [row for row in self.rows if row.kind is kind]


class Progress(Protocol):
    """Who is told after each page."""

    def advance(self, done: Evaluation) -> None:
        """Say how far it is."""

    def log(self, message: str) -> None:
        """Say one line."""

    def stop(self) -> None:
        """End the display."""


def evaluate(wanted: Wanted, settings: Settings, progress: Progress) -> Evaluation:
    """Clean and score; memory does not grow with the size of the pages, only by a row of counts for each."""
    done = Evaluation()
    heap: list[tuple[float, int, Bad]] = []
    try:
        for number, (case, result) in enumerate(_cleaned(wanted, settings)):
            bad = _count(done, case, result, progress)
            if bad and wanted.worst:
                heapq.heappush(heap, (-bad.score.main, -number, bad))
                if len(heap) > wanted.worst:
                    heapq.heappop(heap)
            progress.advance(done)
    finally:
        progress.stop()
    if not done.rows and not done.no_article:
        raise ConfigurationError(f"{wanted.gold}: no gold in it")
    done.worst = [bad for *_, bad in sorted(heap, key=lambda entry: (-entry[0], -entry[1]))]
    return done


def _cleaned(wanted: Wanted, settings: Settings) -> Iterator[tuple[Case, Cleaned | Rejected]]:
    """Clean in order; of the cases only those under way are held."""
    under_way: deque[Case] = deque()

    def items() -> Iterator[Page | Rejected]:
        for case in islice(read_gold(wanted.gold, settings.page_bytes), wanted.limit):
            under_way.append(case)
            yield case.item

    for result in clean_stream(items(), settings):
        yield under_way.popleft(), result


def _count(done: Evaluation, case: Case, result: Cleaned | Rejected, progress: Progress) -> Bad | None:
    """Count a page; returns it where it is not perfect."""
    articles = result.articles if isinstance(result, Cleaned) else ()
    if case.gold.rejected is not None:
        done.no_article[case.name] = len(articles)
        return None
    if isinstance(result, Rejected):
        done.rejected.append(result)
        progress.log(f"{result.source}: {result.reason}: {result.detail}")
    found = score(case.gold, articles)
    done.rows.append(_row(case, result, found))
    done.sum_of_scores += found.main
    if isinstance(result, Cleaned):
        done.fates.setdefault(case.gold.kind, Counter()).update(fates(case.gold, result))
    if found.main >= 1 or not isinstance(case.item, Page):
        return None
    return Bad(case.name, case.gold.kind, case.item, found)


def _row(case: Case, result: Cleaned | Rejected, found: Score) -> Row:
    names = case.gold.slices
    told = any(name.startswith("layout:") for name in names)
    if case.gold.kind is Kind.DUMP and not told and isinstance(result, Cleaned) and result.layout:
        names = (*names, f"layout:{result.layout}")  # our own gold does not tell it
    return Row(case.name, case.gold.kind, names, case.gold.digest, found.main, found.counts, found.rated)


def progress_on(stream: TextIO = sys.stderr) -> Progress:
    """Choose a line that changes where a person watches, else a line about every five seconds."""
    return _Watched(Console(file=stream)) if stream.isatty() else _Logged(stream)


def _line(done: Evaluation, began: float) -> str:
    count = len(done.rows) + len(done.no_article)
    mean = done.sum_of_scores / max(1, len(done.rows))
    return f"{count:,} pages, F1 so far {mean:.4f}, {count / max(monotonic() - began, 0.001):,.1f} pages/s"


class _Logged:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = self._told = monotonic()

    def advance(self, done: Evaluation) -> None:
        if monotonic() - self._told >= SECONDS_BETWEEN_LINES:
            self._told = monotonic()
            self.log(_line(done, self._began))

    def log(self, message: str) -> None:
        print(message, file=self._stream, flush=True)

    def stop(self) -> None:
        """Need nothing."""


class _Watched:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = monotonic()
        self._status = Status("evaluating", console=console)
        self._status.start()

    def advance(self, done: Evaluation) -> None:
        self._status.update(_line(done, self._began))

    def log(self, message: str) -> None:
        self._console.print(message, markup=False, highlight=False)

    def stop(self) -> None:
        self._status.stop()
