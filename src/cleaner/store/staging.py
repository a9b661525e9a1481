"""Write what a worker cleaned as Parquet parts, one file a table; needs no database."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.errors import DiskError, Reason
from cleaner.model import PARAGRAPH_GAP, Article, Cleaned, LedgerEntry, Page, Rejected, Verdict
from cleaner.store.quality_rows import QUALITY_SCHEMA, SUBSCRIBERS, quality_row
from cleaner.text import count_words
from cleaner.urls import canonical_url, host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made these rows."""

    run_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What a shard holds; adds up over shards."""

    pages: int = 0
    cleaned: int = 0
    """Pages that gave at least one article."""
    quarantined: int = 0
    """Pages, rows and files that gave none."""
    articles: int = 0
    removed: dict[str, int] = field(default_factory=dict)
    """Removed blocks by label."""
    kept: dict[str, int] = field(default_factory=dict)
    """Kept blocks by label."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Rows of the quarantine by reason: of pages, and of parts of pages."""

    def __add__(self, other: Counts) -> Counts:
        """Add up two shards."""
        return Counts(
            self.pages + other.pages,
            self.cleaned + other.cleaned,
            self.quarantined + other.quarantined,
            self.articles + other.articles,
            _added(self.removed, other.removed),
            _added(self.kept, other.kept),
            _added(self.reasons, other.reasons),
        )


@dataclass(frozen=True, slots=True)
class StagedShard:
    """A folder of Parquet parts, complete since it carries its final name."""

    folder: Path
    counts: Counts

    def part(self, table: str) -> Path:
        """Name the part that holds the rows of `table`."""
        return self.folder / f"{table}.parquet"


@dataclass(frozen=True, slots=True)
class _Part:
    """How one table is staged."""

    schema: pa.Schema
    rows: Callable[[Cleaned | Rejected, Stamp], Iterator[Row]]


def stage(results: Sequence[Cleaned | Rejected], folder: Path, stamp: Stamp) -> StagedShard:
    """Write one Parquet file a table beside `folder`, then rename: a folder of that name is always complete.

    Raises DiskError where the disk refuses.
    """
    whole = [_with_reason(result) for result in results]
    unfinished = folder.with_name(f".{folder.name}.tmp")
    try:
        for leftover in (unfinished, folder):  # a second try of the same shard replaces the first
            shutil.rmtree(leftover, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for name, part in _PARTS.items():
            rows = [row for result in whole for row in part.rows(result, stamp)]
            pq.write_table(_table(rows, part.schema), unfinished / f"{name}.parquet", compression="zstd")
        unfinished.rename(folder)
    except OSError as error:
        message = f"cannot stage {folder}: {error}; the pages are cleaned again by the next run"
        raise DiskError(message) from error
    return StagedShard(folder, count(whole))


def count(results: Sequence[Cleaned | Rejected]) -> Counts:
    """Count what staging these results would write."""
    cleaned = [result for result in results if isinstance(result, Cleaned)]
    entries = [entry for page in cleaned for entry in page.ledger]
    with_articles = sum(1 for page in cleaned if page.articles)
    return Counts(
        pages=len(results),
        cleaned=with_articles,
        quarantined=len(results) - with_articles,
        articles=sum(len(page.articles) for page in cleaned),
        removed=_tally(entry.label.value for entry in entries if entry.verdict is Verdict.REMOVED),
        kept=_tally(entry.label.value for entry in entries if entry.verdict is Verdict.KEPT),
        reasons=_tally(rejected.reason.value for result in results for rejected in _rejections(result)),
    )


def _tally(names: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}


def _with_reason(result: Cleaned | Rejected) -> Cleaned | Rejected:
    """Give a page without article and without reason its reason: none may vanish from both tables."""
    if isinstance(result, Rejected) or result.articles or result.rejected:
        return result
    page = result.page
    rejected = Rejected(
        source=page.source,
        path=page.path,
        reason=Reason.NO_BODY,
        detail="no block of this page was judged to be the body of an article",
        page_id=page.page_id,
        row=page.row,
        site=page.site,
        url=page.url,
    )
    return Cleaned(
        page, (), (rejected,), result.ledger, result.layout, result.encoding, result.language, result.seconds
    )


def _rejections(result: Cleaned | Rejected) -> tuple[Rejected, ...]:
    return (result,) if isinstance(result, Rejected) else result.rejected


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [_array(column, kind.type) for column, kind in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Row, kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:  # lone surrogates: file names that are not UTF-8 reach Python so
        return pa.array([storable(value) for value in values], kind)


def storable(value: Any) -> Any:
    r"""Spell lone surrogates as `\udcff`: neither Parquet nor DuckDB can hold them."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, tuple):
        return tuple(storable(part) for part in value)
    return value


def _instant(published: str | None) -> datetime | None:
    """Read ISO 8601 as an instant; a bare day or a time without offset counts as UTC."""
    try:
        moment = datetime.fromisoformat(published or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the printed form is kept in published_local in any case
        return None


def _page_rows(result: Cleaned | Rejected, stamp: Stamp) -> Iterator[Row]:
    if isinstance(result, Rejected):
        return
    page = result.page
    yield (
        *(page.page_id, page.url, page.site, page.source, page.path, page.row),
        *(page.sha256, len(page.content), page.media_type.value),
        *(result.encoding, result.language, result.layout.value if result.layout else None, page.fetched_at),
        *(canonical_url(page.url) or page.url, host(page.url)),
        *(len(result.articles), stamp.digest, stamp.run_id, result.seconds),
    )


def _article_rows(result: Cleaned | Rejected, stamp: Stamp) -> Iterator[Row]:
    for page, article in _articles(result):
        text = article.text
        yield (
            *(article.article_id, page.page_id, article.position, article.title, article.dek, article.language),
            *(article.agency, article.site, article.url, _instant(article.published_at), article.published_at),
            *(article.truncated, article.truncated_by, text, count_words(text)),
            hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest(),
            *(article.headings, article.confidence, stamp.run_id, stamp.digest),
            *(_instant(article.modified_at), article.modified_at, article.section, article.image),
            *(article.licence, article.access),
        )


def _quality_rows(result: Cleaned | Rejected, _: Stamp) -> Iterator[Row]:
    for page, article in _articles(result):
        paywalled = any(c.field == "access" and c.won and c.value == SUBSCRIBERS for c in article.candidates)
        yield quality_row(
            article.article_id, page.page_id, article.text, truncated=article.truncated, paywalled=paywalled
        )


def _author_rows(result: Cleaned | Rejected, _: Stamp) -> Iterator[Row]:
    for page, article in _articles(result):
        for position, author in enumerate(article.authors, 1):
            yield article.article_id, page.page_id, position, author


def _tag_rows(result: Cleaned | Rejected, _: Stamp) -> Iterator[Row]:
    for page, article in _articles(result):
        for position, tag in enumerate(article.tags, 1):
            yield article.article_id, page.page_id, position, tag


def _candidate_rows(result: Cleaned | Rejected, _: Stamp) -> Iterator[Row]:
    for page, article in _articles(result):
        for offer in article.candidates:
            yield (
                *(page.page_id, article.article_id, offer.field, offer.value, offer.source),
                *(offer.score, offer.won, offer.evidence, offer.why or None),
            )


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A paragraph in its article's text as it is stored."""

    number: int
    """From 1."""
    offset: int
    length: int
    text: str


def _block_rows(result: Cleaned | Rejected, _: Stamp) -> Iterator[Row]:
    if isinstance(result, Rejected):
        return
    article_ids = {article.position: article.article_id for article in result.articles}
    quotes = {(article.position, quoted[0]): quoted[1] for article in result.articles for quoted in _quoted(article)}
    for entry in result.ledger:
        block, opens = entry.block, entry.opens
        quoted = quotes.get((entry.article, block.index)) if entry.verdict is Verdict.KEPT else None
        # Where the article does not say it word for word, the block keeps its own text: nothing may get lost.
        once = quoted is not None and quoted.text == block.text
        yield (
            *(result.page.page_id, block.index, block.start, block.end, block.path, block.tag),
            *((None, quoted.offset, quoted.length) if once and quoted else (block.text, None, None)),
            *(entry.verdict.value, entry.label.value, entry.article, article_ids.get(entry.article)),
            *(quoted.number if quoted else None, entry.by, entry.score, entry.evidence),
            *((opens.by, opens.evidence) if opens else (None, None)),
            tuple(repair.kind for repair in block.repairs),
            _marks(entry),
            *(entry.kind.value, entry.level, block.line),
        )


def _quoted(article: Article) -> Iterator[tuple[int, _Quoted]]:
    """Yield each paragraph with its block: where it stands in the text, counted as DuckDB counts, in code points."""
    offset = 0
    for number, paragraph in enumerate(article.paragraphs, 1):
        length = len(storable(paragraph.text))
        yield paragraph.block, _Quoted(number, offset, length, paragraph.text)
        offset += length + len(PARAGRAPH_GAP)


def _marks(entry: LedgerEntry) -> tuple[Row, ...]:
    return tuple((m.label.value, m.by, m.score, m.evidence, m.certain, m.value) for m in entry.block.marks)


def _quarantine_rows(result: Cleaned | Rejected, stamp: Stamp) -> Iterator[Row]:
    for rejected in _rejections(result):
        yield (
            *(rejected.page_id, rejected.source, rejected.path, rejected.row, rejected.site, rejected.url),
            *(rejected.reason.value, rejected.detail, stamp.run_id, stamp.digest),
        )


def _articles(result: Cleaned | Rejected) -> Iterator[tuple[Page, Article]]:
    if isinstance(result, Cleaned):
        for article in result.articles:
            yield result.page, article


def _schema(columns: str, **others: pa.DataType) -> pa.Schema:
    """Make a schema of names in order; text where nothing else is said."""
    return pa.schema([pa.field(name, others.get(name, pa.string())) for name in columns.split()])


_INT, _REAL, _FLAG = pa.int64(), pa.float64(), pa.bool_()
_TIME = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())
_MARKS = pa.list_(pa.struct(list(_schema("label marked_by score evidence certain value", score=_REAL, certain=_FLAG))))

_PARTS = {
    "pages": _Part(
        _schema(
            "page_id url site source path row_number sha256 bytes media_type encoding language layout fetched_at"
            " address host articles digest run_id seconds",
            row_number=_INT,
            bytes=_INT,
            fetched_at=_TIME,
            articles=_INT,
            seconds=_REAL,
        ),
        _page_rows,
    ),
    "articles": _Part(
        _schema(
            "article_id page_id position title dek language agency site url published_at published_local truncated"
            " truncated_by text words text_sha256 headings confidence run_id digest modified_at modified_local section"
            " image licence access",
            position=_INT,
            published_at=_TIME,
            modified_at=_TIME,
            truncated=_FLAG,
            words=_INT,
            headings=_TEXTS,
            confidence=_REAL,
        ),
        _article_rows,
    ),
    "article_quality": _Part(QUALITY_SCHEMA, _quality_rows),
    "article_authors": _Part(_schema("article_id page_id position author", position=_INT), _author_rows),
    "article_tags": _Part(_schema("article_id page_id position tag", position=_INT), _tag_rows),
    "field_candidates": _Part(
        _schema("page_id article_id field value source score won evidence why", score=_REAL, won=_FLAG), _candidate_rows
    ),
    "blocks": _Part(
        _schema(
            "page_id block start_offset end_offset path tag text text_offset text_length verdict label article article_id"
            " paragraph decided_by score evidence opens_by opens_evidence repairs marks kind level line",
            block=_INT,
            level=_INT,
            line=_INT,
            start_offset=_INT,
            end_offset=_INT,
            text_offset=_INT,
            text_length=_INT,
            article=_INT,
            paragraph=_INT,
            score=_REAL,
            repairs=_TEXTS,
            marks=_MARKS,
        ),
        _block_rows,
    ),
    "quarantine": _Part(
        _schema(
            "page_id source path row_number site url reason detail run_id digest",
            row_number=_INT,
        ),
        _quarantine_rows,
    ),
}

STAGED_TABLES = tuple(_PARTS)
"""Tables that hold rows of pages: replaced by page."""
