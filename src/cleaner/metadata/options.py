"""What there is to choose from: candidates of a field that say the same are one option."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.text import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.model import Candidate


STYLE = re.compile(r"^(?:(?:dr|prof|professor|mr|mrs|ms|sir|dra|dott|herr|frau)\.? )+(?=\S+ \S)")
"""Before a name, which other sources give without: `Dr Ana Ruiz`."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a field's question, and who gives it."""

    key: frozenset[str]
    """What two sources must share to agree: the normal form of the value, of a date its day, of authors the set of their names."""
    candidates: tuple[Candidate, ...]
    sources: frozenset[str]


def key_of(candidate: Candidate) -> str:
    """Reduce a value to what two sources must share to agree; of dates the day."""
    if candidate.field == "published_at":
        return candidate.value[:10]
    key = normal(candidate.value) or candidate.value
    return STYLE.sub("", key) if candidate.field == "authors" else key


def spokesman(option: Option) -> Candidate:
    """Return the candidate whose source words an option that is a list: the most trusted one."""
    return max(option.candidates, key=lambda c: (c.prior, c.score))


def single_options(candidates: Sequence[Candidate]) -> list[Option]:
    """Gather the candidates of a field that holds one value."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key_of(candidate)].append(candidate)
    return [Option(frozenset({key}), tuple(group), frozenset(c.source for c in group)) for key, group in groups.items()]


def list_options(candidates: Sequence[Candidate]) -> list[Option]:
    """Gather the lists of a field that holds several values: sources that name the same people give one option."""
    lists: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        lists[candidate.source].append(candidate)
    groups: dict[frozenset[str], list[Candidate]] = defaultdict(list)
    for group in lists.values():
        groups[frozenset(map(key_of, group))].extend(group)
    return [Option(key, tuple(group), frozenset(c.source for c in group)) for key, group in groups.items()]
