"""Every clean paragraph leads back to the raw bytes, and a raw file that was tampered with is found."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import shipped_corpus as corpus
from duckdb import DuckDBPyConnection
from warehouse_samples import running, staged

from cleaner.clean import clean_page
from cleaner.errors import ConfigurationError, MigrationError
from cleaner.landing import Limits, discover, read_file
from cleaner.lineage import Fault, RawPages
from cleaner.model import Page
from cleaner.store.reading import open_published
from cleaner.store.records import Location
from cleaner.store.tracing import Place, Traced, trace

PAGE_BYTES = 10_000_000


def published(folder: Path, pages: list[Page], seen: list[Location]) -> DuckDBPyConnection:
    with running(folder) as opened:
        opened.load([staged(folder, [clean_page(page, corpus.rulebook()) for page in pages])], [], seen)
        opened.publish()
    return open_published(folder)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """Publish all that is under raw/."""
    folder = tmp_path_factory.mktemp("warehouse")
    once = {page.page_id: corpus.cleaned(name) for name, page in reversed(corpus.pages().items())}
    with running(folder) as opened:
        opened.load([staged(folder, list(once.values()))], [], [])
        opened.publish()
    with open_published(folder) as reader:
        yield reader


@pytest.fixture(scope="module")
def paragraphs(shipped: DuckDBPyConnection) -> list[Traced]:
    return all_paragraphs(shipped)


def all_paragraphs(reader: DuckDBPyConnection) -> list[Traced]:
    ids = reader.execute("SELECT article_id FROM articles ORDER BY page_id, position").fetchall()
    return [traced for (article_id,) in ids for traced in trace(reader, article_id)]


def test_every_clean_paragraph_of_the_shipped_pages_traces(
    shipped: DuckDBPyConnection, paragraphs: list[Traced]
) -> None:
    texts = shipped.execute(
        "SELECT count(*), sum(len(string_split(text, chr(10) || chr(10)))) FROM articles"
    ).fetchall()
    assert (len({p.article_id for p in paragraphs}), len(paragraphs)) == texts[0]
    raw = RawPages(corpus.RAW, PAGE_BYTES)
    assert [(p.places[0], p.paragraph, fault) for p in paragraphs if (fault := raw.replay(p).fault)] == []


def test_paragraphs_put_together_are_the_article(shipped: DuckDBPyConnection) -> None:
    wrong = """
        SELECT article_id FROM articles AS a JOIN (
            SELECT article_id, string_agg(text, chr(10) || chr(10) ORDER BY paragraph) AS whole FROM paragraphs GROUP BY ALL
        ) USING (article_id) WHERE whole <> a.text
    """
    assert shipped.execute(wrong).fetchall() == []
    assert shipped.execute("SELECT count(*) FROM paragraphs WHERE sha256 <> sha256(text)").fetchall() == [(0,)]


def test_bytes_of_a_dump_are_its_paragraph(paragraphs: list[Traced]) -> None:
    """Where the bytes are told, they are the paragraph: cut them out of the file with any tool."""
    raw, told = RawPages(corpus.RAW, PAGE_BYTES), 0
    dumps = [p for p in paragraphs if p.element is None and p.places[0].file.endswith(".txt")]
    for paragraph in dumps:
        found = raw.replay(paragraph)
        if found.first_byte is not None and found.bytes is not None:
            content = (corpus.RAW / paragraph.places[0].file).read_bytes()
            cut = content[found.first_byte : found.first_byte + found.bytes]
            assert cut.decode((paragraph.encoding or "").split(" (")[0]) == found.raw
            told += 1
    assert told > 0.9 * len(dumps) > 100


STORY = (
    "The harbour wall held through the night, the mayor told reporters on Monday morning.\n\n"
    "Crews began to clear the quay at dawn, and the ferries are expected to sail again before noon.\n\n"
    "Nobody was hurt, said the harbour master, who had asked the fishermen to stay ashore since Sunday.\n"
)
HTML = "".join(f"<p>{line}</p>" for line in STORY.split("\n\n"))


def landed(raw: Path, kind: str) -> Path:
    """Land the story as a dump, a page, a compressed dump or the second row of a file."""
    folder = raw / "tide.example" / "2026-03-01"
    folder.mkdir(parents=True)
    title = "Harbour wall holds in the storm"
    if kind == "txt":
        (path := folder / "a.txt").write_text(f"{title}\n\n{STORY}")
    elif kind == "html":
        (path := folder / "a.html").write_text(f"<html><body><article><h1>{title}</h1>{HTML}</article></body></html>")
    elif kind == "gz":
        (path := folder / "a.txt.gz").write_bytes(gzip.compress(f"{title}\n\n{STORY}".encode()))
    else:
        rows = [{"id": "x", "text": "Menu"}, {"id": "y", "text": f"{title}\n\n{STORY}"}]
        (path := folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def tampered(path: Path) -> None:
    """Change one letter."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    assert b"ashore" in content
    changed = content.replace(b"ashore", b"asleep")
    path.write_bytes(gzip.compress(changed) if path.suffix == ".gz" else changed)


def pages_of(raw: Path) -> list[Page]:
    found = [page for file in discover(raw) for page in read_file(file, Limits(PAGE_BYTES))]
    return [page for page in found if isinstance(page, Page)]


@pytest.mark.parametrize("kind", ["txt", "html", "gz", "jsonl"])
def test_tampering_is_found_wherever_the_page_lies(tmp_path: Path, kind: str) -> None:
    path = landed(tmp_path / "raw", kind)
    with published(tmp_path / "warehouse", pages_of(tmp_path / "raw"), []) as reader:
        paragraphs = all_paragraphs(reader)
    assert len(paragraphs) == 3
    assert {RawPages(tmp_path / "raw", PAGE_BYTES).replay(p).fault for p in paragraphs} == {None}
    tampered(path)
    assert {RawPages(tmp_path / "raw", PAGE_BYTES).replay(p).fault for p in paragraphs} == {Fault.CHANGED}
    path.unlink()
    assert {RawPages(tmp_path / "raw", PAGE_BYTES).replay(p).fault for p in paragraphs} == {Fault.MISSING}


def test_a_page_that_landed_twice_is_found_in_its_other_place(tmp_path: Path) -> None:
    path = landed(tmp_path / "raw", "txt")
    [page] = pages_of(tmp_path / "raw")
    copy = tmp_path / "raw" / "copy.txt"
    shutil.copy(path, copy)
    with published(tmp_path / "warehouse", [page], [Location(page.page_id, "copy.txt", None)]) as reader:
        paragraph = trace(reader, page_article(reader), 2)[0]
    assert paragraph.places == (Place(page.path, None), Place("copy.txt", None))
    path.unlink()
    found = RawPages(tmp_path / "raw", PAGE_BYTES).replay(paragraph)
    assert (found.fault, found.raw) == (None, paragraph.text)


def page_article(reader: DuckDBPyConnection) -> str:
    return str(reader.execute("SELECT article_id FROM articles").fetchall()[0][0])


def test_a_record_that_the_bytes_do_not_give_is_found(tmp_path: Path) -> None:
    landed(tmp_path / "raw", "txt")
    with published(tmp_path / "warehouse", pages_of(tmp_path / "raw"), []) as reader:
        paragraph = trace(reader, page_article(reader), 1)[0]
    raw = RawPages(tmp_path / "raw", PAGE_BYTES)
    assert raw.replay(replace(paragraph, text="Another text.")).fault is Fault.UNREPEATABLE
    assert raw.replay(replace(paragraph, start_offset=paragraph.start_offset + 1)).fault is Fault.UNREPEATABLE  # type: ignore[operator]


def test_a_name_that_is_no_utf8_is_found(tmp_path: Path) -> None:
    path = landed(tmp_path / "raw", "txt")
    path.rename(path.with_name("caf\udce9.txt"))
    with published(tmp_path / "warehouse", pages_of(tmp_path / "raw"), []) as reader:
        assert RawPages(tmp_path / "raw", PAGE_BYTES).replay(trace(reader, page_article(reader), 1)[0]).fault is None


@pytest.mark.parametrize(
    ("article", "paragraph", "complaint"),
    [("zz", None, "no article has"), ("", None, "several articles have"), ("FIRST", 99, "there is no paragraph 99")],
)
def test_what_cannot_be_traced_is_told(
    shipped: DuckDBPyConnection, article: str, paragraph: int | None, complaint: str
) -> None:
    wanted = page_article(shipped) if article == "FIRST" else article
    with pytest.raises(ConfigurationError, match=complaint):
        trace(shipped, wanted, paragraph)


def test_the_macro_takes_the_beginning_of_an_id(shipped: DuckDBPyConnection) -> None:
    article = page_article(shipped)
    whole = shipped.execute("SELECT * FROM trace(?, nth := 2)", [article]).fetchall()
    assert shipped.execute("SELECT * FROM trace(?, nth := 2)", [article[:12]]).fetchall() == whole
    assert len(whole) == 1


def test_a_trace_unpacks_no_other_text(shipped: DuckDBPyConnection) -> None:
    plan = shipped.execute(f"EXPLAIN (FORMAT json) FROM trace('{page_article(shipped)[:8]}')").fetchall()[0][1]
    scanned = {scan["Table"].rpartition(".")[2]: scan.get("Filters", "") for scan in scans(json.loads(plan))}
    assert "article_id" in str(scanned["articles"])
    assert "article_id" in str(scanned["blocks"])


def scans(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """List what a plan reads, with its conditions."""
    for node in plan:
        if "Table" in node["extra_info"]:
            yield node["extra_info"]
        yield from scans(node["children"])


def test_a_file_that_is_not_there_or_of_an_earlier_version_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing was published yet"):
        open_published(tmp_path)
    duckdb.connect(tmp_path / "current.duckdb").close()
    with pytest.raises(MigrationError, match="earlier version"):
        open_published(tmp_path)
