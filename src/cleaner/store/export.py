"""Hand the published rows on: which ones, in which form, into a folder that is whole or not there."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import duckdb

from cleaner import __version__
from cleaner.errors import ConfigurationError
from cleaner.store import export_files as files
from cleaner.store.dataset_card import Origin, write_card
from cleaner.store.faults import translated
from cleaner.store.reading import open_published
from cleaner.store.schema import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

MANIFEST = "_export.json"
"""Says how the folder came to be; only a folder that holds it is ever replaced. Readers of Parquet pass over `_`."""

ARTICLES = "articles"
_BY_PAGE = ("blocks", "ledger", "ledger_memory", "removed_lines")
"""Relations of whole pages: of lines outside the articles too."""

_BATCH = 2000
"""Rows that are held at a time: six megabytes of text."""

_MEMORY = "512MB"
"""What DuckDB may hold while it sorts rows into partitions; beyond it spills to the disk."""


class Form(StrEnum):
    """Forms of an export."""

    PARQUET = "parquet"
    JSONL = "jsonl"
    CSV = "csv"
    HF = "hf"
    ARROW = "arrow"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which articles; another relation gives the rows of their articles or pages."""

    site: str | None = None
    """Name of the site, or its host."""
    since: str | None = None
    """First day, as 2026-03-01."""
    until: str | None = None
    language: str | None = None
    where: str | None = None
    """A condition in SQL on the columns of `articles`."""
    unique: bool = False
    """True: one of all copies, in its newest version."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and how."""

    output: Path
    form: Form
    relation: str = ARTICLES
    chosen: Chosen = Chosen()
    compression: str | None = None
    """zst or gz, for jsonl and csv."""
    force: bool = False
    """True: an earlier export in the same place is replaced."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    rows: int
    files: int
    bytes: int


def export(warehouse: Path, order: Order) -> Exported:
    """Write the rows into the output folder, which appears when it is whole.

    Raises ConfigurationError where the folder is taken, an option does not fit or nothing matches: then nothing is
    written.
    """
    _check(order)
    with open_published(warehouse) as reader, translated(warehouse):
        sql = _selected(reader, order)
        if not reader.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchall():
            raise ConfigurationError("nothing matches: there is nothing to export")
        with _whole_folder(order.output) as folder:
            rows = _write(reader, sql, order, folder)
            written = [file for file in folder.rglob("*") if file.is_file()]
            done = Exported(rows, len(written), sum(file.stat().st_size for file in written))
            told = _manifest(reader, order, done)
            (folder / MANIFEST).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return done


def _check(order: Order) -> None:
    if order.compression and order.form not in {Form.JSONL, Form.CSV}:
        raise ConfigurationError(f"--compress is for jsonl and csv; {order.form} compresses by itself")
    if order.form is Form.HF and order.relation != ARTICLES:
        raise ConfigurationError(f"--format hf makes a data set of articles; export {order.relation} as parquet")
    output = order.output
    if not output.absolute().parent.is_dir():
        raise ConfigurationError(f"--output {output}: no such folder {output.absolute().parent}")
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    if not (output / MANIFEST).is_file():
        raise ConfigurationError(f"--output {output} is there and is no export: name a folder that is not there yet")
    if not order.force:
        raise ConfigurationError(f"--output {output} holds an export already: --force replaces it")


def _selected(reader: DuckDBPyConnection, order: Order) -> str:
    """Write the query that gives the rows; raises ConfigurationError where an option does not fit."""
    conditions = _conditions(order.chosen)
    source = "articles_unique" if order.chosen.unique else ARTICLES
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    articles = f"SELECT a.* FROM {source} AS a {where}"
    if order.chosen.where:
        _try(reader, articles, order.chosen.where)
    if order.relation == ARTICLES:
        return f"""
            SELECT {_columns(reader, source)}, coalesce(w.authors, []) AS authors, coalesce(t.tags, []) AS tags
            FROM ({articles}) AS a
            LEFT JOIN (SELECT article_id, page_id, list(author ORDER BY position) AS authors FROM article_authors GROUP BY ALL) AS w
                USING (article_id, page_id)
            LEFT JOIN (SELECT article_id, page_id, list(tag ORDER BY position) AS tags FROM article_tags GROUP BY ALL) AS t
                USING (article_id, page_id)
        """
    rows = f'SELECT {_columns(reader, order.relation)} FROM "{order.relation}" AS a'
    if not conditions and not order.chosen.unique:
        return rows
    key = _key(reader, order.relation)
    return f"{rows} WHERE {key} IN (SELECT {key} FROM ({articles}))"


def _conditions(chosen: Chosen) -> list[str]:
    hosts = "SELECT page_id FROM pages WHERE lower({0}) IN (lower(host), 'www.' || lower(host))"
    wanted = {
        f"(lower(a.site) = lower({{0}}) OR a.page_id IN ({hosts}))": chosen.site,
        "left(a.published_local, 10) >= {0}": chosen.since,
        "left(a.published_local, 10) <= {0}": chosen.until,
        "a.language = lower({0})": chosen.language,
    }
    # What a terminal hands over need not be text.
    written = [
        told.format(quoted(value.encode("utf-8", "replace").decode()))
        for told, value in wanted.items()
        if value is not None
    ]
    return [*written, f"({chosen.where}\n)"] if chosen.where else written


def _try(reader: DuckDBPyConnection, articles: str, where: str) -> None:
    try:
        reader.execute(f"SELECT count(*) FROM ({articles})").fetchall()
    except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError) as error:
        raise ConfigurationError(f"--where {where}: {error}") from error


def _columns(reader: DuckDBPyConnection, relation: str) -> str:
    """List a relation's columns, closed lists as text: few readers know them."""
    columns = reader.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? AND NOT internal ORDER BY column_index",
        [relation],
    ).fetchall()
    if not columns:
        known = [name for (name,) in reader.execute("SELECT relation FROM contract ORDER BY relation").fetchall()]
        raise ConfigurationError(f"--table {relation}: no such table or view; there are {', '.join(known)}")
    return ", ".join(
        f'a."{name}"::VARCHAR AS "{name}"' if kind.startswith("ENUM") else f'a."{name}"' for name, kind in columns
    )


def _key(reader: DuckDBPyConnection, relation: str) -> str:
    """Name the column by which a relation's rows belong to articles or to their pages."""
    columns = {
        name
        for (name,) in reader.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND NOT internal", [relation]
        ).fetchall()
    }
    for key in ("page_id", "article_id") if relation in _BY_PAGE else ("article_id", "page_id"):
        if key in columns:
            return key
    message = f"--table {relation} belongs to no article or page: export it without choosing articles"
    raise ConfigurationError(message)


def _write(reader: DuckDBPyConnection, sql: str, order: Order, folder: Path) -> int:
    if order.form is Form.PARQUET and order.relation == ARTICLES:
        return _partitioned(reader, sql, folder)
    batches = reader.execute(sql).to_arrow_reader(_BATCH)
    name = folder / f"{order.relation}.{order.form}"
    if order.form is Form.HF:
        rows = files.write_shards(batches, folder / "data")
        write_card(folder, batches.schema, rows, _origin(reader, sql))
        return rows
    if order.form is Form.JSONL:
        return files.write_jsonl(batches, name, order.compression)
    if order.form is Form.CSV:
        return files.write_csv(batches, name, order.compression)
    return files.write_parquet(batches, name) if order.form is Form.PARQUET else files.write_arrow(batches, name)


def _partitioned(reader: DuckDBPyConnection, sql: str, folder: Path) -> int:
    """Write folders `site=…/month=…`; DuckDB writes odd characters as %41, a missing name as readers of Hive know it."""
    reader.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = {quoted(str(folder / '.spill'))}")
    reader.execute(
        f"SET threads = 2; SET partitioned_write_flush_threshold = {_BATCH * 5}; SET preserve_insertion_order = false"
    )
    named = """
        SELECT * REPLACE (
            CASE WHEN strlen(url_encode(site)) > 200 THEN left(site, 16) || ' ' || left(md5(site), 8) ELSE nullif(site, '') END AS site
        ), left(published_local, 7) AS month
    """
    written = reader.execute(
        f"COPY ({named} FROM ({sql})) TO {quoted(str(folder))}"
        " (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (site, month), OVERWRITE_OR_IGNORE, ROW_GROUP_SIZE 20480)"
    ).fetchall()
    shutil.rmtree(folder / ".spill", ignore_errors=True)
    return int(written[0][0])


def _origin(reader: DuckDBPyConnection, sql: str) -> Origin:
    """Look up what a card tells of the rows."""

    def counted(column: str) -> dict[str, int]:
        rows = reader.execute(
            f"SELECT {column}, count(*) FROM ({sql}) WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        return {str(name): count for name, count in rows}

    days = reader.execute(
        f"SELECT min(left(published_local, 10)), max(left(published_local, 10)) FROM ({sql})"
    ).fetchall()[0]
    means = reader.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'articles' AND NOT internal"
    ).fetchall()
    return Origin(counted("language"), counted("site"), counted("digest"), days[0], days[1], dict(means))


def _manifest(reader: DuckDBPyConnection, order: Order, done: Exported) -> dict[str, Any]:
    chosen = order.chosen
    digests = reader.execute("SELECT DISTINCT digest FROM pages ORDER BY digest").fetchall()
    version = reader.execute("SELECT version FROM contract WHERE relation = ?", [order.relation]).fetchall()
    return {
        "made_by": f"cleaner {__version__}",
        "table": order.relation,
        "table_version": version[0][0],
        "format": order.form.value,
        "rows": done.rows,
        "files": done.files,
        "bytes": done.bytes,
        "chosen": {name: getattr(chosen, name) for name in ("site", "since", "until", "language", "where", "unique")},
        "cleaner_digests": [digest for (digest,) in digests],
    }


@contextmanager
def _whole_folder(output: Path) -> Iterator[Path]:
    """Give a folder beside the output that takes its place when all is written."""
    beside = output.with_name(f".{output.name}.part")
    shutil.rmtree(beside, ignore_errors=True)  # of an export that was killed
    beside.mkdir()
    try:
        yield beside
        if output.exists():
            old = output.with_name(f".{output.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            output.replace(old)
            beside.replace(output)
            shutil.rmtree(old)
        else:
            beside.replace(output)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
