"""What a run tells the warehouse about itself and about the files and places it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class FileStat:
    """A file of the landing zone as it lies there."""

    name: str
    """Path relative to the landing zone, with `/`."""
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file of which every page is loaded, with this load or before."""

    stat: FileStat
    pages: int
    """Pages and rows it held."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place where a page was seen."""

    page_id: str
    path: str
    row: int | None


@dataclass(frozen=True, slots=True)
class RunStart:
    """What is known of a run when it begins."""

    run_id: str
    started_at: datetime
    version: str
    digest: str
    python: str
    packages: dict[str, str]
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What came of a run."""

    status: str
    """`succeeded` | `failed` | `interrupted`."""
    finished_at: datetime
    files_seen: int = 0
    files_skipped: int = 0
    pages_in: int = 0
    """A run that succeeded has accounted for each: cleaned + quarantined + duplicate + known + forgotten."""
    pages_cleaned: int = 0
    pages_quarantined: int = 0
    pages_duplicate: int = 0
    pages_known: int = 0
    pages_forgotten: int = 0
    articles: int = 0
    blocks_kept: int = 0
    blocks_removed: int = 0
    seconds: float = 0.0
    seconds_by_stage: dict[str, float] = field(default_factory=dict)
    error: str | None = None
