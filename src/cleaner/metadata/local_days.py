"""The day on which a page says that it was published is that of its own hours, not that of Greenwich.

Systems write `2026-03-02T18:30:00Z` into the markup where readers see `3 March, 5.30am`. Where a page states both, both are
one moment, and the reader's day is its day: so had it seven of nine labelled pages whose two days differ.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.model import Candidate

DECLARED = frozenset({"json-ld", "opengraph", "meta", "meta-other", "microdata", "json-ld-page", "state", "time"})
SHOWN = frozenset({"time", "microdata", "markup", "near-title", "date", "byline", "meta", "meta-other", "json-ld"})
"""Sources that may give the page's own hours."""

FURTHEST = timedelta(hours=14)
HALF_HOUR = timedelta(minutes=30)
"""Zones lie so far from Greenwich at most, and, but for Nepal, by whole half hours."""
SLACK = timedelta(seconds=60)
"""A page prints no seconds."""


def settle_local_days(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Write a moment in UTC with the page's own offset where that makes it another day and the page shows that day and hour."""
    shown = [moment for c in candidates if c.source in SHOWN and (moment := _moment(c)) and not _is_utc(moment)]
    return [_settled(c, shown) for c in candidates] if shown else list(candidates)


def _settled(candidate: Candidate, shown: Sequence[datetime]) -> Candidate:
    moment = _moment(candidate) if candidate.source in DECLARED else None
    if moment is None or not _is_utc(moment):
        return candidate
    local = next((found for one in shown if (found := _in_hours_of(one, moment))), None)
    return candidate if local is None else replace(candidate, value=local.isoformat())


def _in_hours_of(shown: datetime, moment: datetime) -> datetime | None:
    """Return the moment in the hours of what the page shows, where it is the same and another day there."""
    if shown.date() == moment.date():
        return None
    ahead = shown.replace(tzinfo=UTC) - moment
    offset = HALF_HOUR * round((ahead + SLACK / 2) / HALF_HOUR)
    if abs(offset) > FURTHEST or not -SLACK < ahead - offset <= timedelta(0):
        return None
    if shown.utcoffset() not in {None, offset}:
        return None
    return moment.astimezone(timezone(offset))


def _moment(candidate: Candidate) -> datetime | None:
    """Read a day of publication that comes with its time."""
    if candidate.field != "published_at" or "T" not in candidate.value:
        return None
    try:
        return datetime.fromisoformat(candidate.value)
    except ValueError:
        return None


def _is_utc(moment: datetime) -> bool:
    return moment.utcoffset() == timedelta(0)
