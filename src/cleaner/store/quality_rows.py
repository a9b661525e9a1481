"""Rows of `article_quality`: made by workers with the articles, and by the writer for those that have none yet."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleaner.quality import DEFINITION, DUPLICATE_NGRAMS, TOP_NGRAMS, Lines, Quality, Wording, measure
from cleaner.store.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

TEXTS_AT_A_TIME = 10_000

SUBSCRIBERS = "subscribers"
"""Value of the field `access` where the page says that its text is not free."""

_INT, _REAL, _FLAG, _TEXT = pa.int64(), pa.float64(), pa.bool_(), pa.string()
_TYPES = {"int": _INT, "float": _REAL, "float | None": _REAL, "bool": _FLAG}
_REPEATED = (
    *("duplicate_lines", "duplicate_line_characters", "duplicate_paragraphs", "duplicate_paragraph_characters"),
    *(f"top_{n}_gram" for n in TOP_NGRAMS),
    *(f"duplicate_{n}_grams" for n in DUPLICATE_NGRAMS),
)

QUALITY_SCHEMA = pa.schema(
    [
        *(("article_id", _TEXT), ("page_id", _TEXT)),
        *((field.name, _TYPES[str(field.type)]) for part in (Wording, Lines) for field in fields(part)),
        *((name, _REAL) for name in _REPEATED),
        *(("language_confidence", _REAL), ("mojibake", _INT)),
        *(("emails", _INT), ("email_paragraphs", pa.list_(_INT))),
        *(("phones", _INT), ("phone_paragraphs", pa.list_(_INT))),
        *(("truncated", _FLAG), ("paywalled", _FLAG), ("definition", _INT)),
    ]
)

_UNMEASURED = f"""
    SELECT
        a.article_id, a.page_id, a.text, a.truncated,
        a.article_id IN (
            SELECT article_id FROM etl.field_candidates WHERE field = 'access' AND won AND value = '{SUBSCRIBERS}'
        ) AS paywalled
    FROM etl.articles AS a
    ANTI JOIN (FROM etl.article_quality WHERE definition = {DEFINITION}) AS q
        ON q.article_id = a.article_id AND q.page_id = a.page_id
    ORDER BY a.article_id
"""


def quality_row(article_id: str, page_id: str, text: str, *, truncated: bool, paywalled: bool) -> tuple[Any, ...]:
    """Measure a text and lay the signals out as the columns of `QUALITY_SCHEMA`."""
    found = measure(text)
    signs = found.signs
    return (
        *(article_id, page_id),
        *(getattr(found.wording, field.name) for field in fields(Wording)),
        *(getattr(found.lines, field.name) for field in fields(Lines)),
        *_repetition(found),
        *(signs.language_confidence, signs.mojibake),
        *(signs.emails, signs.email_paragraphs, signs.phones, signs.phone_paragraphs),
        *(truncated, paywalled, DEFINITION),
    )


def measure_missing(connection: DuckDBPyConnection) -> None:
    """Measure the articles in `etl` that were loaded before there was this table, or by another definition."""
    for batch in _unmeasured(connection):
        rows = [quality_row(*row[:3], truncated=row[3], paywalled=row[4]) for row in batch]
        columns = [
            pa.array(column, kind.type) for column, kind in zip(zip(*rows, strict=True), QUALITY_SCHEMA, strict=True)
        ]
        connection.register("measured", pa.Table.from_arrays(columns, schema=QUALITY_SCHEMA))
        try:
            with transaction(connection):
                connection.execute(
                    "DELETE FROM etl.article_quality WHERE article_id IN (SELECT article_id FROM measured)"
                )
                connection.execute("INSERT INTO etl.article_quality BY NAME FROM measured")
        finally:
            connection.unregister("measured")


def _unmeasured(connection: DuckDBPyConnection) -> Iterator[list[Any]]:
    """Yield articles some at a time; what is measured meanwhile does not change what is yielded."""
    reader = connection.cursor()
    reader.execute(_UNMEASURED)
    while rows := reader.fetchmany(TEXTS_AT_A_TIME):
        yield rows


def _repetition(found: Quality) -> tuple[float, ...]:
    said = found.repetition
    return (
        *(said.duplicate_lines, said.duplicate_line_characters),
        *(said.duplicate_paragraphs, said.duplicate_paragraph_characters),
        *(*said.top_ngrams, *said.duplicate_ngrams),
    )
