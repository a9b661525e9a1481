"""Scores kept on disk, page by page, so that another version of the cleaner can be held against this one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigurationError
from cleaner.evaluate.figures import FIGURES, Row, compare, slices
from cleaner.evaluate.gold import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cleaner.evaluate.figures import Difference

FORMAT = "cleaner-evaluation-1"
SAME = 1e-9
"""Scores that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An evaluation made before."""

    cleaner: str
    """Version and digest of the cleaner that made it."""
    rows: Mapping[tuple[Kind, str], Row]


@dataclass(frozen=True, slots=True)
class Changed:
    """A page whose score is another one now."""

    name: str
    before: float
    now: float

    @property
    def difference(self) -> float:
        """Return now minus before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two evaluations of the same pages."""

    kind: Kind
    pages: int
    left_out: int
    """Pages of which only one of the two has a score, or whose gold changed in between."""
    slices: Mapping[str, tuple[int, Mapping[str, Difference | None]]]
    """Pages and differences by slice and figure."""
    worse: tuple[Changed, ...]
    """The worst first."""
    better: tuple[Changed, ...]

    def outside(self) -> Iterator[tuple[str, str, Difference]]:
        """Name the differences whose interval leaves 0 out: slice, figure, difference."""
        heads = {figure.name: figure.head for figure in FIGURES[self.kind]}
        for name, (_, found) in self.slices.items():
            for figure, difference in found.items():
                if difference is not None and difference.is_outside:
                    yield name, heads[figure], difference


def saved_lines(rows: Iterable[Row], cleaner: str) -> Iterator[str]:
    """Write a head and one line a page, each with its newline."""
    yield json.dumps({"format": FORMAT, "cleaner": cleaner}, ensure_ascii=True) + "\n"
    for row in rows:
        record = {
            "id": row.name,
            "kind": row.kind.value,
            "slices": row.slices,
            "gold": row.digest,
            "score": row.main,
            "counts": row.counts,
        }
        yield json.dumps(record, ensure_ascii=True) + "\n"


def read_saved(file: Path) -> Saved:
    """Read what `saved_lines` wrote; anything else is a ConfigurationError that names the line."""
    if not file.is_file():
        raise ConfigurationError(f"--against {file}: no such file; write one with --save")
    rows: dict[tuple[Kind, str], Row] = {}
    with file.open(encoding="utf-8") as lines:
        head = _object(file, 1, next(lines, ""))
        if head.get("format") != FORMAT:
            raise ConfigurationError(
                f"--against {file}: not written by `cleaner evaluate --save` (no {FORMAT} in line 1)"
            )
        for number, line in enumerate(lines, 2):
            row = _row(file, number, _object(file, number, line))
            rows[row.kind, row.name] = row
    return Saved(str(head.get("cleaner")), rows)


def _object(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise ConfigurationError(f"--against {file}, line {number}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ConfigurationError(f"--against {file}, line {number}: no JSON object")
    return found


def _row(file: Path, number: int, found: Mapping[str, Any]) -> Row:
    try:
        return Row(
            name=str(found["id"]),
            kind=Kind(found["kind"]),
            slices=tuple(map(str, found["slices"])),
            digest=str(found["gold"]),
            main=float(found["score"]),
            counts={str(name): float(value) for name, value in found["counts"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"--against {file}, line {number}: no score of a page: {type(error).__name__}: {error}"
        raise ConfigurationError(message) from error


def compare_with(rows: Sequence[Row], before: Saved) -> Comparison | None:
    """Hold pages of one kind against the same pages before; None where no page is in both."""
    pairs = [
        (row, then) for row in rows if (then := before.rows.get((row.kind, row.name))) and then.digest == row.digest
    ]
    if not pairs:
        return None
    kind = rows[0].kind
    earlier = {now.name: then for now, then in pairs}
    grouped = slices([now for now, _ in pairs])
    changed = [Changed(now.name, then.main, now.main) for now, then in pairs if abs(now.main - then.main) > SAME]
    changed.sort(key=lambda c: (c.difference, c.name))
    names = {row.name for row in rows} | {name for of, name in before.rows if of is kind}
    return Comparison(
        kind=kind,
        pages=len(pairs),
        left_out=len(names) - len(pairs),
        slices={name: (len(g), compare(g, [earlier[row.name] for row in g])) for name, g in grouped.items()},
        worse=tuple(c for c in changed if c.difference < 0),
        better=tuple(c for c in reversed(changed) if c.difference > 0),
    )
