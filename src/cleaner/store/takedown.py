"""Forget pages for good, and remember which raw files expired: the writer's side of takedown and retention."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleaner.store.duplicates import shown
from cleaner.store.erasure import rebuild, rewrite_publications
from cleaner.store.faults import translated
from cleaner.store.publish import NEXT_FILE, tables
from cleaner.store.tombstones import Tombstones, address_of
from cleaner.store.transaction import transaction
from cleaner.store.versions import VERSIONS
from cleaner.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from cleaner.store.records import FileStat

STAGING = "staging"
ARTICLE_TABLES = ("article_texts",)
"""Tables that know an article, not its page."""
TEXT_TABLES = ("text_signatures", "text_pairs", "version_pairs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be forgotten, as somebody named it."""

    pages: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Doomed:
    """A page that is to be forgotten, and where it lies."""

    page_id: str
    url: str | None
    sha256: str | None
    articles: int
    places: tuple[str, ...]
    """Files, with the row where they hold many."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who forgets, and why."""

    by: str
    why: str | None


class Takedown:
    """Rows to delete, tombstones to set, files to build anew; only for who holds the warehouse's lock."""

    def __init__(self, folder: Path, connection: DuckDBPyConnection) -> None:
        """Work on an open warehouse."""
        self._folder = folder
        self._connection = connection

    def tombstones(self) -> Tombstones:
        """Give the hashes of all that was forgotten."""
        rows = self._rows("SELECT page_id, url_hash, content_hash FROM tombstones")
        pages, urls, contents = (
            (frozenset(filter(None, column)) for column in zip(*rows, strict=True)) if rows else ((),) * 3
        )
        return Tombstones(frozenset(pages), frozenset(urls), frozenset(contents))

    def pages_at(self, path: str, row: int | None) -> frozenset[str]:
        """Name the pages that were seen in a file, or in one row of it."""
        found = self._rows(
            "SELECT DISTINCT page_id FROM page_locations WHERE path = ? AND (?::BIGINT IS NULL OR row_number = ?)"
            " UNION SELECT DISTINCT page_id FROM quarantine WHERE path = ? AND (?::BIGINT IS NULL OR row_number = ?)",
            [path, row, row, path, row, row],
        )
        return frozenset(page_id for (page_id,) in found)

    def widened(self, wanted: Wanted) -> Wanted:
        """Add the address and the bytes of each page that was named, so that all its versions and copies are meant."""
        with self._listed(wanted):
            rows = self._rows(
                "SELECT address, sha256 FROM pages"
                " WHERE page_id IN (FROM wanted_pages) OR address IN (FROM wanted_addresses)"
            )
        return Wanted(
            wanted.pages,
            wanted.addresses | {form for address, _ in rows if address for form in (address, address_of(address))},
            wanted.contents | {sha256 for _, sha256 in rows},
        )

    def doomed(self, wanted: Wanted) -> list[Doomed]:
        """List the pages that are meant, with the places where they were seen."""
        held = [
            page_id
            for page_id, url in self._rows(
                "SELECT DISTINCT page_id, url FROM quarantine ANTI JOIN pages USING (page_id)"
            )
            if page_id in wanted.pages or (url and address_of(url) in wanted.addresses)
        ]
        with self._listed(wanted), shown(self._connection, held=pa.table({"page_id": pa.array(held, pa.string())})):
            rows = self._rows(
                "WITH found AS ("
                " SELECT page_id, url, sha256, articles FROM pages WHERE page_id IN (FROM wanted_pages)"
                "  OR address IN (FROM wanted_addresses) OR sha256 IN (FROM wanted_contents)"
                " UNION ALL SELECT page_id, any_value(url), NULL, 0 FROM quarantine SEMI JOIN held USING (page_id) GROUP BY page_id"
                ") SELECT f.*, list_sort(list(DISTINCT l.path || coalesce('#' || l.row_number, ''))"
                " FILTER (WHERE l.path IS NOT NULL)) FROM found AS f LEFT JOIN page_locations AS l USING (page_id)"
                " GROUP BY ALL ORDER BY f.page_id"
            )
        return [
            Doomed(page, url, sha256, articles, tuple(places or ())) for page, url, sha256, articles, places in rows
        ]

    def forget(self, doomed: Sequence[Doomed], wanted: Wanted, order: Order) -> None:
        """Set tombstones and delete every row, in one transaction: from here on nothing brings the pages back."""
        now = datetime.now(UTC)
        set_already = self.tombstones().pages
        stones = [
            (page.page_id, _url_hash(page, wanted), page.sha256, now, order.by, order.why)
            for page in doomed
            if page.page_id not in set_already
        ]
        with translated(self._folder), transaction(self._connection):
            for stone in stones:
                self._connection.execute("INSERT INTO tombstones VALUES (?, ?, ?, ?, ?, ?, NULL)", list(stone))
            self._delete([page.page_id for page in doomed])
            self._connection.execute("UPDATE revision SET content = content + 1")

    def unfinished(self) -> bool:
        """Tell whether a takedown was begun and not brought to its end."""
        return bool(self._rows("SELECT 1 FROM tombstones WHERE erased_at IS NULL LIMIT 1"))

    def places(self) -> list[str]:
        """Name the files in which pages that were forgotten were seen, and not taken out yet: no row speaks of these."""
        return [
            path
            for (path,) in self._rows(
                "SELECT DISTINCT path FROM page_locations ANTI JOIN pages USING (page_id) ANTI JOIN quarantine USING (page_id)"
                " WHERE EXISTS (FROM tombstones) ORDER BY path"
            )
        ]

    def taken_out(self, path: str, before: FileStat | None, after: FileStat | None) -> None:
        """Record that a file holds nothing forgotten any more; `after` is None where the whole file is gone."""
        with transaction(self._connection):
            if after is None:
                self._connection.execute("DELETE FROM landed_files WHERE name = ?", [path])
                self._connection.execute(
                    "DELETE FROM expired_files WHERE name = ?"
                    " AND name NOT IN (SELECT path FROM page_locations SEMI JOIN pages USING (page_id))",
                    [path],
                )
            elif before is not None:  # what was loaded to the end stays so: only its size is another
                self._connection.execute(
                    "UPDATE landed_files SET size = ?, mtime_ns = ? WHERE name = ? AND size = ? AND mtime_ns = ?",
                    [after.size, after.mtime_ns, path, before.size, before.mtime_ns],
                )
            self._connection.execute(
                "DELETE FROM page_locations WHERE path = ? AND page_id NOT IN (SELECT page_id FROM pages)"
                " AND page_id NOT IN (SELECT page_id FROM quarantine)",
                [path],
            )
            self._connection.execute("UPDATE revision SET records = records + 1")

    def erase(self, connect: Callable[[Path], DuckDBPyConnection]) -> list[str]:
        """Build the writer's file and every publication anew without what was forgotten, so that no byte is left.

        Returns the publications that could not be rewritten, because another version made them, and were removed.
        """
        with translated(self._folder):
            _clear_leftovers(self._folder)
            rebuild(self._connection, self._folder)
            removed = rewrite_publications(self._connection, self._folder, self.tombstones(), connect)
            with transaction(self._connection):
                self._connection.execute("UPDATE tombstones SET erased_at = now() WHERE erased_at IS NULL")
                self._connection.execute("UPDATE revision SET content = content + 1")
        return removed

    def expirable(self, files: Sequence[FileStat], before: datetime) -> list[tuple[FileStat, int, datetime]]:
        """Pick the files that are loaded as they lie there and whose youngest page is older than `before`.

        A page of unknown time counts as fetched when its file was last changed.
        """
        names = pa.table(
            {
                "place": pa.array(range(len(files)), pa.int64()),
                "name": pa.array([file.name for file in files], pa.string()),
                "size": pa.array([file.size for file in files], pa.int64()),
                "mtime_ns": pa.array([file.mtime_ns for file in files], pa.int64()),
            }
        )
        with shown(self._connection, lying=names):
            rows = self._rows(
                "WITH dated AS (SELECT y.place, any_value(f.pages) AS pages,"
                " max(coalesce(p.fetched_at, make_timestamptz(y.mtime_ns // 1000))) AS fetched_at"
                " FROM lying AS y JOIN landed_files AS f USING (name, size, mtime_ns)"
                " LEFT JOIN page_locations AS l ON l.path = y.name LEFT JOIN pages AS p ON p.page_id = l.page_id"
                " GROUP BY y.place) SELECT place, pages, fetched_at FROM dated WHERE fetched_at < ? ORDER BY place",
                [before],
            )
        return [(files[place], pages, fetched_at) for place, pages, fetched_at in rows]

    def expire(self, files: Iterable[tuple[FileStat, int, datetime]]) -> None:
        """Record that these files are about to be removed from the landing zone."""
        now = datetime.now(UTC)
        with transaction(self._connection):
            for file, pages, fetched_at in files:
                self._connection.execute("DELETE FROM expired_files WHERE name = ?", [file.name])
                self._connection.execute(
                    "INSERT INTO expired_files VALUES (?, ?, ?, ?, ?, ?)",
                    [file.name, file.size, file.mtime_ns, pages, fetched_at, now],
                )
            self._connection.execute("UPDATE revision SET records = records + 1")

    def _delete(self, page_ids: Sequence[str]) -> None:
        """Delete all rows of pages but their places, which are needed until the raw pages are gone."""
        with shown(self._connection, gone=pa.table({"page_id": pa.array(page_ids, pa.string())})):
            for table in ARTICLE_TABLES:
                self._connection.execute(
                    f"DELETE FROM {table} WHERE article_id IN (SELECT article_id FROM articles SEMI JOIN gone USING (page_id))"
                )
            for table in tables(self._connection):
                if table not in {"tombstones", "page_locations"} and self._has_page(table):
                    self._connection.execute(f"DELETE FROM {table} WHERE page_id IN (SELECT page_id FROM gone)")
        kept = "(SELECT text_key FROM article_texts)"
        self._connection.execute(f"DELETE FROM text_signatures WHERE text_key NOT IN {kept}")
        for table in TEXT_TABLES[1:]:
            self._connection.execute(f"DELETE FROM {table} WHERE text_a NOT IN {kept} OR text_b NOT IN {kept}")

    def _has_page(self, table: str) -> bool:
        columns = (
            "SELECT 1 FROM duckdb_columns() WHERE database_name = 'etl' AND table_name = ? AND column_name = 'page_id'"
        )
        return bool(self._rows(columns, [table]))

    def _listed(self, wanted: Wanted) -> AbstractContextManager[None]:
        lists = {"wanted_pages": wanted.pages, "wanted_addresses": wanted.addresses, "wanted_contents": wanted.contents}
        return shown(
            self._connection,
            **{name: pa.table({"key": pa.array(sorted(keys), pa.string())}) for name, keys in lists.items()},
        )

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        return self._connection.execute(sql, list(values)).fetchall()


def _url_hash(page: Doomed, wanted: Wanted) -> str | None:
    """Hash the address where that was meant; a copy of the bytes under another address does not close that one."""
    address = address_of(page.url) if page.url else None
    return digest(address) if address in wanted.addresses and address else None


def _clear_leftovers(folder: Path) -> None:
    """Remove what runs that were killed left: it holds pages too, and the lock says that nobody uses it."""
    shutil.rmtree(folder / STAGING, ignore_errors=True)
    for leftover in (*folder.glob(f"{NEXT_FILE}*"), *folder.glob(".*.part"), *(folder / VERSIONS).glob(".*.part")):
        leftover.unlink()
