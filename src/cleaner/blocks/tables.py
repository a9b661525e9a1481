"""Tells tables of data from tables that only lay a page out, as browsers do for readers who cannot see them; finds each one's cells."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cleaner.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.model import Block, Element

SAYS_DATA = frozenset({"th", "caption", "thead", "tfoot", "col", "colgroup"})
SAYS_LAYOUT = frozenset({"table", "article", "section", "main", "nav", "h1", "h2", "form"})
"""What a table of data has in no cell."""
PRESENTATION = re.compile(r"(?i)\b(?:presentation|none)\b")
LONGEST_CELL = 400
"""Characters of a cell; more is a text, and the table its column."""
CELL_TAGS = frozenset({"td", "th"})


def data_cells(sizes: Sequence[tuple[int, int]], outline: Sequence[Element]) -> frozenset[int]:
    """Return the cells, by their place in the outline, that stand in a table of data; `sizes` as of `Kinds`."""
    table_of, cell_of = _owners(outline)
    layout = _laid_out(sizes, outline, table_of, cell_of)
    says_data = {table_of[i] for i, element in enumerate(outline) if element.tag in SAYS_DATA}
    rows: dict[int, set[int]] = {}
    in_row: Counter[int] = Counter()
    for i, element in enumerate(outline):
        if element.tag in CELL_TAGS:
            rows.setdefault(table_of[i], set()).add(element.parent)
            in_row[element.parent] += 1
    data = {
        table
        for table, own in rows.items()
        if table >= 0 and table not in layout and _has_shape([in_row[row] for row in own], said=table in says_data)
    }
    return frozenset(i for i, element in enumerate(outline) if element.tag in CELL_TAGS and table_of[i] in data)


def tables_of(blocks: Sequence[Block], outline: Sequence[Element]) -> list[list[int]]:
    """List the places of the blocks in each table of data."""
    found: dict[int, list[int]] = {}
    for i, block in enumerate(blocks):
        if block.kind is Kind.TABLE_CELL and block.markup is not None:
            at = block.markup.element
            while at >= 0 and outline[at].tag != "table":
                at = outline[at].parent
            found.setdefault(at, []).append(i)
    return list(found.values())


def _has_shape(cells: Sequence[int], *, said: bool) -> bool:
    """Tell whether so many cells in each row make a table of data: two rows of two, or less where the markup says so."""
    if said:
        return max(cells) > 1 or len(cells) > 1
    return sum(count > 1 for count in cells) > 1


def _owners(outline: Sequence[Element]) -> tuple[list[int], list[int]]:
    """Return of each element the table and the cell that it stands in; -1: none."""
    tables: list[int] = []
    cells: list[int] = []
    for element in outline:
        up = element.parent
        if up < 0:
            tables.append(-1)
            cells.append(-1)
            continue
        tables.append(up if outline[up].tag == "table" else tables[up])
        cells.append(up if outline[up].tag in CELL_TAGS else cells[up])
    return tables, cells


def _laid_out(
    sizes: Sequence[tuple[int, int]], outline: Sequence[Element], table_of: Sequence[int], cell_of: Sequence[int]
) -> set[int]:
    """Find the tables that say so themselves, hold what no cell holds, or a whole text in one cell."""
    layout = {table_of[i] for i, element in enumerate(outline) if element.tag in SAYS_LAYOUT}
    layout |= {i for i, e in enumerate(outline) if e.tag == "table" and e.names and PRESENTATION.search(e.names)}
    size: Counter[int] = Counter()
    for at, characters in sizes:
        if table_of[at] >= 0:
            size[at if outline[at].tag in CELL_TAGS else cell_of[at]] += characters
    return layout | {table_of[cell] for cell, length in size.items() if cell >= 0 and length > LONGEST_CELL}
