"""The index for full text beside each published file: built at publication, found by what the file holds.

An index is called `versions/<version>.<signature>.search`. The signature is computed from the articles of the file
that a reader has open, so no reader can meet the index of another publication, whatever was published, rolled back
or forgotten meanwhile; where none has the right name, one is made.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from cleaner.errors import DiskError
from cleaner.search.folding import SCHEME, indexed
from cleaner.store.versions import VERSIONS, link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

SUFFIX = ".search"
_CHUNK = 2000
_AFRESH_ABOVE = 0.3
"""Share of articles that came or went above which building afresh is faster."""

_SCHEME = f"{SCHEME}{duckdb.__version__.replace('.', '')}"
"""Another DuckDB may hash otherwise."""

_KEY = "(hash(article_id, page_id, text_sha256, title, dek) >> 1)::BIGINT"
"""Identity of what is indexed of an article. Rows of the index are counted from 1 all the same: their distances are
stored with every word, and random ones double the file."""

_FAST = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON;"
"""What fails is thrown away whole, so no journal; what is taken out is overwritten."""

_SHAPE = """
    CREATE TABLE documents (document INTEGER PRIMARY KEY, key INTEGER NOT NULL, article_id TEXT NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5 (title, dek, text, content = '', tokenize = 'ascii');
    INSERT INTO words (words, rank) VALUES ('hashsize', 67108864);
"""
"""Words are sorted in memory, 64 MB at a time: with the usual 1 MB the file becomes larger by half."""

_ADD = "INSERT INTO words (rowid, title, dek, text) VALUES (?, ?, ?, ?)"
_TAKE_OUT = "INSERT INTO words (words, rowid, title, dek, text) VALUES ('delete', ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An index that holds mostly the same articles, and the published file that it was made of."""

    index: Path
    published: Path
    documents: list[int]
    gone: list[int]


def has_engine() -> bool:
    """Tell whether this Python's SQLite can index texts; nearly all can."""
    with closing(sqlite3.connect(":memory:")) as memory:
        try:
            memory.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        except sqlite3.OperationalError:
            return False
    return True


def signature(reader: DuckDBPyConnection) -> str:
    """Name what an index of these articles holds: another title, text or way of folding, and it is another."""
    count, mixed = reader.execute(f"SELECT count(*), coalesce(bit_xor({_KEY}), 0) FROM articles").fetchall()[0]
    return f"{_SCHEME}-{count:x}-{mixed:016x}"


def find_index(folder: Path, wanted: str) -> Path | None:
    """Find the index with this signature among those of the kept versions."""
    return next(iter(sorted((folder / VERSIONS).glob(f"*.{wanted}{SUFFIX}"))), None)


def index_beside(published: Path, folder: Path) -> Path | None:
    """Make the index of a file that is about to be published, beside it; returns None where SQLite cannot.

    An index with the same contents is linked; one with mostly the same is copied, and only what came or went is
    changed in it.
    """
    if not has_engine():
        return None
    # What a kill left; a reader who is making one meanwhile makes it for himself alone.
    killed = (*folder.glob(f".*{SUFFIX}.*.part"), *(folder / VERSIONS).glob(f".*{SUFFIX}.*.part"))
    for left in (*folder.glob(f"{published.stem}.*{SUFFIX}"), *killed):
        left.unlink(missing_ok=True)
    with duckdb.connect(published, read_only=True) as reader:
        wanted = signature(reader)
        target = folder / f"{published.stem}.{wanted}{SUFFIX}"
        if same := find_index(folder, wanted):
            link(same, target)
        else:
            write_index(reader, target, _earlier(reader, folder))
    return target


def write_index(reader: DuckDBPyConnection, target: Path, earlier: Earlier | None = None) -> None:
    """Write the index of the articles that a reader has open; the file is there when it is whole.

    Raises DiskError where it cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if earlier is None or not _update(reader, earlier, part):
            _afresh(reader, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except sqlite3.OperationalError as error:
        message = f"{target}: {error}. Make room or mend the disk, then run again: nothing is half written"
        raise DiskError(message) from error
    finally:
        part.unlink(missing_ok=True)


def open_index(path: Path) -> sqlite3.Connection:
    """Open an index to read it; it is never changed, so without a lock and also on a disk that is read-only."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _earlier(reader: DuckDBPyConnection, folder: Path) -> Earlier | None:
    """Choose the newest index of this scheme, where changing it is faster than beginning afresh."""
    known = sorted((folder / VERSIONS).glob(f"*.{_SCHEME}-*{SUFFIX}"))
    published = known[-1].with_name(f"{known[-1].name.partition(f'.{_SCHEME}-')[0]}.duckdb") if known else None
    if published is None or not published.exists():
        return None
    documents = _documents(known[-1])
    with _shown(reader, documents):
        gone = [
            key for (key,) in reader.execute(f"FROM known WHERE key NOT IN (SELECT {_KEY} FROM articles)").fetchall()
        ]
    total = reader.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    come = total - (len(documents) - len(gone))
    if len(gone) + come > _AFRESH_ABOVE * total:
        return None
    return Earlier(known[-1], published, documents, gone)


def _documents(path: Path) -> list[int]:
    """List what an index holds; nothing where it is damaged."""
    with suppress(sqlite3.DatabaseError), closing(open_index(path)) as index:
        return [key for (key,) in index.execute("SELECT key FROM documents")]
    return []


def _afresh(reader: DuckDBPyConnection, part: Path) -> None:
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as index:
        index.executescript(_FAST + _SHAPE)
        _add(index, reader, "TRUE")
        index.commit()


def _update(reader: DuckDBPyConnection, earlier: Earlier, part: Path) -> bool:
    """Copy an earlier index and change what came or went; False where that one is damaged, or not of that file."""
    shutil.copyfile(earlier.index, part)
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(part)) as index:
        index.executescript(_FAST)
        if _remove(index, earlier) != len(earlier.gone):
            return False
        with _shown(reader, earlier.documents):
            _add(index, reader, f"{_KEY} NOT IN (FROM known)")
        if earlier.gone:  # only noted as gone so far; their words leave the file when all is merged
            index.execute("INSERT INTO words (words) VALUES ('optimize')")
        index.commit()
        index.execute("VACUUM")
        return True
    return False


def _remove(index: sqlite3.Connection, earlier: Earlier) -> int:
    """Take out what is gone, by the words it was indexed with; returns how many of them were found."""
    if not earlier.gone:
        return 0
    removed = 0
    number = dict(index.execute("SELECT key, document FROM documents"))
    with duckdb.connect(earlier.published, read_only=True) as before, _shown(before, earlier.gone):
        for rows in _articles(before, f"{_KEY} IN (FROM known)"):
            index.executemany(_TAKE_OUT, ((number[key], *fields) for key, _, *fields in rows))
            index.executemany("DELETE FROM documents WHERE document = ?", ((number[key],) for key, *_ in rows))
            removed += len(rows)
    return removed


def _add(index: sqlite3.Connection, reader: DuckDBPyConnection, where: str) -> None:
    first = index.execute("SELECT coalesce(max(document), 0) + 1 FROM documents").fetchall()[0][0]
    for rows in _articles(reader, where):
        numbered = list(enumerate(rows, first))
        index.executemany("INSERT INTO documents VALUES (?, ?, ?)", ((n, *row[:2]) for n, row in numbered))
        index.executemany(_ADD, ((n, *fields) for n, (_, _, *fields) in numbered))
        first += len(rows)


def _articles(reader: DuckDBPyConnection, where: str) -> Iterator[list[tuple[int, str, str, str, str]]]:
    """Read what is indexed, some articles at a time: key, id, and the fields as they are indexed."""
    batches = reader.execute(
        f"SELECT {_KEY} AS key, any_value(article_id), any_value(coalesce(title, '')), any_value(coalesce(dek, '')),"
        f" any_value(text) FROM articles WHERE {where} GROUP BY key"
    ).to_arrow_reader(_CHUNK)
    for batch in batches:
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        yield [(key, article_id, *map(indexed, fields)) for key, article_id, *fields in rows]


@contextmanager
def _shown(reader: DuckDBPyConnection, keys: list[int]) -> Iterator[None]:
    """Let queries see the keys as `known`."""
    reader.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT unnest(string_split(?, ' '))::BIGINT AS key WHERE ? > 0",
        [" ".join(map(str, keys)) or "0", len(keys)],
    )
    yield
    reader.execute("DROP TABLE known")
