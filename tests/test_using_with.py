"""The SQL that docs/using-with.md shows for the command line, R and dbt runs on a published warehouse; so does its YAML."""

from __future__ import annotations

import re

import duckdb
import pytest
import yaml
from conftest import PROJECT
from warehouse_samples import publish_sample

TEXT = (PROJECT / "docs" / "using-with.md").read_text(encoding="utf-8")
SOURCE = re.compile(r"\{\{ source\('(\w+)', '(\w+)'\) \}\}")
CONFIG = re.compile(r"\{\{ config\([^}]*\) \}\}")


def fences(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


IN_R = re.findall(r'dbGetQuery\(con, "([^"]+)"\)', "".join(fences("r")))
SCRIPTS = [[part for part in body.split(";") if part.strip()] for body in (*fences("sql"), *IN_R)]
"""A script is run whole: what it attaches, it asks, and detaches."""
STATEMENTS = [statement for script in SCRIPTS for statement in script]
GIVES_NOTHING = ("ATTACH", "DETACH")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("using")
    publish_sample(made / "warehouse")
    return made


@pytest.fixture(scope="module")
def reader(folder):
    """Open as dbt does: a database of one's own, with the warehouse attached; names as in the warehouse are found too."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{folder}/warehouse/current.duckdb' AS cleaner (READ_ONLY)")
        connection.execute("USE cleaner")
        yield connection


def test_there_is_sql_for_each_tool():
    assert len(IN_R) == 1
    assert len([statement for statement in STATEMENTS if SOURCE.search(statement)]) == 2
    assert len(STATEMENTS) >= 9


@pytest.mark.parametrize("script", SCRIPTS, ids=[script[0].split()[0] for script in SCRIPTS])
def test_sql_shown_runs(reader, folder, script, monkeypatch):
    monkeypatch.chdir(folder)
    for statement in script:
        sql = SOURCE.sub(r"\1.\2", CONFIG.sub("", statement)).replace("'warehouse/", f"'{folder}/warehouse/").strip()
        rows = reader.execute(sql).fetchall()
        is_check = "<> 2" in sql
        assert bool(rows) is not (is_check or sql.startswith(GIVES_NOTHING)), sql


def test_the_yaml_of_dbt_names_what_is_there(reader):
    profile, sources = map(yaml.safe_load, fences("yaml"))
    attached = profile["news"]["outputs"]["dev"]["attach"][0]
    assert (attached["path"], attached["read_only"]) == ("warehouse/current.duckdb", True)
    (source,) = sources["sources"]
    assert source["database"] == attached["alias"]
    for table in source["tables"]:
        assert reader.execute(
            f"SELECT 1 FROM {source['database']}.{source['schema']}.{table['name']} LIMIT 1"
        ).fetchall()
