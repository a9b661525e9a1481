"""Write batches of rows as files, a batch at a time."""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

SHARD_ROWS = 50_000
"""Articles of one file of a data set: some 60 MB of Parquet."""


def write_parquet(batches: pa.RecordBatchReader, file: Path) -> int:
    """Write one Parquet file."""
    rows = 0
    with pq.ParquetWriter(file, batches.schema, compression="zstd") as writer:
        for group in _groups(batches, 20_000):
            writer.write_table(group)
            rows += group.num_rows
    return rows


def write_shards(batches: pa.RecordBatchReader, folder: Path) -> int:
    """Write a data set's files, `train-00000-of-00003.parquet` and so on."""
    folder.mkdir()
    parts: list[Path] = []
    rows = 0
    for group in _groups(batches, SHARD_ROWS):
        parts.append(folder / f"{len(parts)}.part")
        pq.write_table(group, parts[-1], compression="zstd", row_group_size=5_000)
        rows += group.num_rows
    for number, part in enumerate(parts):
        part.replace(folder / f"train-{number:05d}-of-{len(parts):05d}.parquet")
    return rows


def write_arrow(batches: pa.RecordBatchReader, file: Path) -> int:
    """Write one file in Arrow's IPC format, to be mapped into memory."""
    rows = 0
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def write_jsonl(batches: pa.RecordBatchReader, file: Path, compression: str | None) -> int:
    """Write one JSON object a line; times in ISO 8601, UTC."""
    rows = 0
    with _text(file, compression) as stream:
        for row in _rows(batches):
            stream.write(json.dumps(row, ensure_ascii=False, default=_iso) + "\n")
            rows += 1
    return rows


def write_csv(batches: pa.RecordBatchReader, file: Path, compression: str | None) -> int:
    """Write CSV as RFC 4180 has it, with a header; lists as JSON in their cell."""
    rows = 0
    with _text(file, compression) as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(batches.schema.names)
        for row in _rows(batches):
            writer.writerow([_cell(value) for value in row.values()])
            rows += 1
    return rows


def _groups(batches: pa.RecordBatchReader, most: int) -> Iterator[pa.Table]:
    """Put batches together to at most so many rows; each group is whole batches."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if held and sum(b.num_rows for b in held) + batch.num_rows > most:
            yield pa.Table.from_batches(held, batches.schema)
            held = []
        held.append(batch)
    yield pa.Table.from_batches(held, batches.schema)


def _rows(batches: pa.RecordBatchReader) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist(maps_as_pydicts="lossy")


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_iso)
    return _iso(value) if isinstance(value, date) else value


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    message = f"{type(value).__name__} is nothing that JSON knows"
    raise TypeError(message)


@contextmanager
def _text(file: Path, compression: str | None) -> Iterator[TextIO]:
    """Open a file for text, compressed where asked for; the same rows give the same bytes."""
    if compression is None:
        with file.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    with file.with_name(f"{file.name}.{compression}").open("wb") as raw:
        packed = (
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0)
            if compression == "gz"
            else zstandard.ZstdCompressor().stream_writer(raw, closefd=False)
        )
        with packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as stream:
            yield stream
