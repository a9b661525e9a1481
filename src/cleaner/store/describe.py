"""The schema in words: what a warehouse says about itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.store.reading import open_published
from cleaner.store.warehouse import open_warehouse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HEAD = """# Schema

What `warehouse/current.duckdb` holds; made by `cleaner schema --output docs/schema.md`, compared with the database by a
test. How the tables came to be is in [architecture.md](architecture.md#the-warehouse), questions to ask them in
[queries.md](queries.md).

- Times are instants (`TIMESTAMPTZ`, kept in UTC). `published_local` and `modified_local` have them as the page states them.
- Ids are hexadecimal hashes of content: the same page and the same text have the same id in every warehouse.
- A closed list is an `ENUM`; [glossary.md](glossary.md) says what its words mean.
- `version` counts changes of a relation's columns; the view `contract` has it for programs.
"""

_RELATIONS = """
    SELECT c.relation, c.version, t.comment, t.kind
    FROM contract AS c JOIN (
        SELECT table_name AS relation, comment, 'Table' AS kind FROM duckdb_tables() WHERE NOT internal
        UNION ALL SELECT view_name, comment, 'View' FROM duckdb_views() WHERE NOT internal
    ) AS t USING (relation)
    ORDER BY t.kind, c.relation
"""
_COLUMNS = """
    SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns()
    WHERE table_name = ? AND NOT internal ORDER BY column_index
"""
_LISTS = """
    SELECT DISTINCT type_name, labels FROM duckdb_types() WHERE NOT internal AND logical_type = 'ENUM' ORDER BY type_name
"""
_MACROS = """
    SELECT function_name, parameters, comment FROM duckdb_functions()
    WHERE NOT internal AND function_type = 'table_macro' ORDER BY function_name
"""


def schema_markdown() -> str:
    """Describe every table and view that readers find, from a warehouse made for the purpose."""
    with tempfile.TemporaryDirectory() as folder:
        with open_warehouse(Path(folder)) as warehouse:
            warehouse.publish()
        with open_published(Path(folder)) as reader:
            lists = {_listed(labels): name for name, labels in reader.execute(_LISTS).fetchall()}
            parts = [_HEAD, *_relations(reader, lists), _macros(reader), _closed(lists)]
    return "\n".join(parts)


def _relations(reader: DuckDBPyConnection, lists: dict[str, str]) -> list[str]:
    parts: list[str] = []
    for relation, version, comment, kind in reader.execute(_RELATIONS).fetchall():
        heading = f"## {kind}s\n\n" if f"## {kind}s\n" not in "".join(parts) else ""
        rows = [
            f"| `{name}` | {lists.get(data_type, data_type)}{'' if nullable or kind == 'View' else ', never NULL'} | {_cell(said)} |"
            for name, data_type, nullable, said in reader.execute(_COLUMNS, [relation]).fetchall()
        ]
        table = "| Column | Type | Means |\n|---|---|---|\n" + "\n".join(rows)
        parts.append(f"{heading}### {relation}\n\n{comment} Version {version}.\n\n{table}\n")
    return parts


def _macros(reader: DuckDBPyConnection) -> str:
    macros = reader.execute(_MACROS).fetchall()
    return "## Macros\n\n" + "".join(f"- `{name}({', '.join(given)})`: {said}\n" for name, given, said in macros)


def _closed(lists: dict[str, str]) -> str:
    named = sorted(lists.items(), key=lambda item: item[1])
    return "## Closed lists\n\n" + "".join(f"- `{name}`: {values[5:-1]}\n" for values, name in named)


def _listed(labels: list[str]) -> str:
    """Write a closed list as a column's type shows it."""
    return f"ENUM({', '.join(repr(label) for label in labels)})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
