"""What readers build on: the columns of every table and view of the published file, by version.

A file `<relation>.v<number>.txt` beside this test lists the columns and types that this version has. It is never
changed: where columns come, go or become something else, raise the number in the view `contract`, run this test, read
the file that it wrote, and commit it beside the old one.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from warehouse_samples import publish_sample, read

HERE = Path(__file__).parent
CLOSED_LIST = re.compile(r"ENUM\(.*?\)")
"""The glossary has their values, and a migration adds one; a new value changes no column."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_sample(tmp_path_factory.mktemp("warehouse"))


@pytest.fixture(scope="module")
def shapes(published: Path) -> dict[str, str]:
    """List the columns and types of every relation, one a line."""
    found: dict[str, list[str]] = {}
    for relation, column, kind in read(
        published,
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index",
    ):
        found.setdefault(relation, []).append(f"{column} {CLOSED_LIST.sub('ENUM', kind)}\n")
    return {relation: "".join(lines) for relation, lines in found.items()}


@pytest.fixture(scope="module")
def versions(published: Path) -> dict[str, int]:
    return dict(read(published, "SELECT relation, version FROM contract"))


def test_every_relation_has_a_version(shapes: dict[str, str], versions: dict[str, int]) -> None:
    assert sorted(versions) == sorted(shapes)


def test_columns_change_only_with_the_version(shapes: dict[str, str], versions: dict[str, int]) -> None:
    changed, written = [], []
    for relation, version in versions.items():
        file = HERE / f"{relation}.v{version}.txt"
        if not file.exists():
            file.write_text(shapes[relation], encoding="utf-8")
            written.append(file.name)
        elif file.read_text(encoding="utf-8") != shapes[relation]:
            changed.append(f"{relation} is not what version {version} says: raise its number in the view contract")
    assert changed == []
    assert written == [], "a new version: read these files and commit them"


def test_every_version_stays_on_record(versions: dict[str, int]) -> None:
    kept = {file.name for file in HERE.glob("*.v*.txt")}
    assert kept == {f"{name}.v{number}.txt" for name, version in versions.items() for number in range(1, version + 1)}
