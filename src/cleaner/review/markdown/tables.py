"""Tables of data as GitHub's Markdown writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cleaner.blocks.kinds import CELLS
from cleaner.review.markdown.inline import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from cleaner.review.markdown.tree import Part, Tree

WIDEST = 60
"""Columns up to which cells that span several are given their width."""
HIGHEST = 1000
"""Rows that a cell may span."""


@dataclass(slots=True)
class _Grid:
    """Rows of cells; what a cell spans besides its own place stays empty."""

    rows: list[list[str]] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)
    """Columns that cells of earlier rows reach down in, and into how many rows still."""

    def add(self, cells: Sequence[tuple[str, int, int]]) -> None:
        """Add a row of texts with the columns and rows that each spans."""
        row: list[str] = []
        reached = self.below
        self.below = {column: left - 1 for column, left in reached.items() if left > 1}
        for text, width, height in cells:
            while len(row) in reached:
                row.append("")
            if height > 1:
                self.below.update(dict.fromkeys(range(len(row), len(row) + width), height - 1))
            row += [text, *[""] * (width - 1)]
        self.rows.append(row)


def table(parts: Sequence[Part], tree: Tree) -> str:
    """Write the cells of a table that were kept, in their rows; rows of which nothing was kept are left out."""
    texts: dict[etree._Element, list[str]] = {}
    for part in parts:
        run = tree.run(part)
        if run is not None:
            cell = next(e for e in (run.element, *run.element.iterancestors()) if e.tag in CELLS)
            texts.setdefault(cell, []).append(on_one_line(tree.spans(part)).replace("|", "\\|"))
    rows = list(dict.fromkeys(row for cell in texts if (row := cell.getparent()) is not None))
    grid = _Grid()
    for row in rows:
        grid.add([(" ".join(texts.get(cell, [])), *_spanned(cell)) for cell in row if cell.tag in CELLS])
    headed = bool(rows) and all(cell.tag == "th" for cell in rows[0] if cell.tag in CELLS)
    return "\n".join(_lines(grid.rows, headed=headed))


def _lines(rows: Sequence[Sequence[str]], *, headed: bool) -> Iterator[str]:
    width = max(len(row) for row in rows)
    head = rows[0] if headed else []
    for cells in [head, ["---"] * width, *(rows[1:] if headed else rows)]:
        yield f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _spanned(cell: etree._Element) -> tuple[int, int]:
    """Return how many columns and rows a cell spans; a width that no reader could see counts as one."""
    width, height = _number(cell, "colspan"), _number(cell, "rowspan")
    return (width if width <= WIDEST else 1), min(height, HIGHEST)


def _number(cell: etree._Element, name: str) -> int:
    said = cell.get(name, "1").strip()
    return max(1, int(said)) if said.isdecimal() and len(said) < 6 else 1
