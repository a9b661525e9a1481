"""What full text costs: three engines on the same synthetic articles, and the index that ships.

    python benchmarks/search.py [--articles 20000] [--engines shipped duckdb tantivy]

Builds the warehouse of benchmarks/warehouse.py, then for each engine: time to build, size, time of a query (a rare
word, a usual one, two together, a phrase, a beginning; the best ten), time to bring it up to date after 1 % of the
articles changed. `duckdb` needs the wheel duckdb-extension-fts, `tantivy` the wheel tantivy; neither is a dependency.
Times are of the processors; tantivy's threads count in.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from cleaner.search.query import parse
from cleaner.store import search_index
from cleaner.store.reading import open_published
from cleaner.store.search import Asked, match_expression, search
from cleaner.store.staging import stage
from cleaner.store.versions import VERSIONS
from cleaner.store.warehouse import open_warehouse
from warehouse import STAMP, begin, pages, staged, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERIES = {
    "a rare word": "{rare}",
    "a usual word": "{usual}",
    "two words": "{usual} {rare}",
    "a phrase": '"{usual} {next}"',
    "a beginning": "{rare}*",
}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--articles", type=int, default=20_000)
    given.add_argument("--engines", nargs="*", default=["shipped", "duckdb", "tantivy"])
    options = given.parse_args()
    words = vocabulary()
    asked = {name: text.format(rare=words[9000], usual=words[3], next=words[0]) for name, text in QUERIES.items()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_warehouse(folder) as warehouse:
            begin(warehouse, "run-1")
            for shards in staged(folder, options.articles):
                warehouse.load(shards, [], [])
            published = warehouse.publish(search_index=False)
            with duckdb.connect(published, read_only=True) as reader:
                text = reader.execute("SELECT sum(strlen(text)) FROM articles").fetchall()[0][0]
            print(f"{options.articles:,} articles, {text / 1e6:.0f} MB of text; queries {asked}")
            for engine in options.engines:
                {"shipped": shipped, "duckdb": duckdb_fts, "tantivy": tantivy_index}[engine](folder, asked)
            if "shipped" in options.engines:
                changed = stage(
                    list(pages(range(0, options.articles, 100), "again")), folder / "staging" / "changed", STAMP
                )
                warehouse.load([changed], [], [])
                with timed("shipped: publish after 1 % changed, without the index"):
                    warehouse.publish(search_index=False)
                upcoming = folder / "next.duckdb"
                upcoming.hardlink_to(folder / "current.duckdb")
                with timed("shipped: bring up to date after 1 % changed"):
                    search_index.index_beside(upcoming, folder)


def shipped(folder: Path, asked: dict[str, str]) -> None:
    with open_published(folder) as reader:
        wanted = search_index.signature(reader)
        with timed("shipped: name what is published"):
            search_index.signature(reader)
        target = folder / VERSIONS / f"{next((folder / VERSIONS).glob('*.duckdb')).stem}.{wanted}.search"
        with timed("shipped (SQLite FTS5): build"):
            search_index.write_index(reader, target)
    print(f"    {target.stat().st_size / 1e6:.0f} MB")
    with closing(sqlite3.connect(target)) as index:
        for name, query in asked.items():
            sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 8, 3, 1) LIMIT 10"
            with timed(f"    {name}, index alone", times=5):
                for _ in range(5):
                    index.execute(sql, [match_expression(parse(query))]).fetchall()
    for name, query in asked.items():
        with timed(f"    {name}, whole search", times=5):
            for _ in range(5):
                answer = search(folder, Asked(parse(query)))
        print(f"        {answer.total} stories")


def duckdb_fts(folder: Path, asked: dict[str, str]) -> None:
    import duckdb_extension_fts as wheel  # noqa: PLC0415 - a wheel that need not be there

    extension = next(Path(wheel.__file__).parent.rglob("fts.duckdb_extension"))
    copy = folder / "fts.duckdb"
    with duckdb.connect(copy) as connection:
        connection.execute(f"LOAD '{extension}'; ATTACH '{folder / 'current.duckdb'}' AS published (READ_ONLY)")
        connection.execute(
            "CREATE TABLE articles AS SELECT article_id, title, text FROM published.articles; CHECKPOINT"
        )
        before = copy.stat().st_size
        with timed("duckdb fts: build, and build anew after any change"):
            connection.execute(
                "PRAGMA create_fts_index('articles', 'article_id', 'title', 'text', stemmer='none', stopwords='none')"
            )
            connection.execute("CHECKPOINT")
        print(f"    {(copy.stat().st_size - before) / 1e6:.0f} MB")
        for name, query in asked.items():
            if name in {"a phrase", "a beginning"}:
                print(f"    {name}: cannot")
                continue
            sql = "SELECT article_id FROM articles WHERE fts_main_articles.match_bm25(article_id, ?, conjunctive := 1) IS NOT NULL LIMIT 10"
            with timed(f"    {name}", times=5):
                for _ in range(5):
                    connection.execute(sql, [query]).fetchall()


def tantivy_index(folder: Path, asked: dict[str, str]) -> None:
    import tantivy  # noqa: PLC0415 - a wheel that need not be there

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("title")
    schema.add_text_field("text")
    place = folder / "tantivy"
    place.mkdir()
    index = tantivy.Index(schema.build(), path=str(place))
    with open_published(folder) as reader, timed("tantivy: build"):
        add_to_tantivy(index.writer(100_000_000, 1), reader, "TRUE")
    print(f"    {sum(file.stat().st_size for file in place.iterdir()) / 1e6:.0f} MB")
    index.reload()
    searcher = index.searcher()
    for name, query in asked.items():
        if name == "a beginning":
            wanted = tantivy.Query.regex_query(index.schema, "text", f"{query.removesuffix('*')}.*")
        else:
            wanted = index.parse_query(query if '"' in query else " AND ".join(query.split()), ["title", "text"])
        with timed(f"    {name}", times=5):
            for _ in range(5):
                [searcher.doc(address)["id"] for _, address in searcher.search(wanted, 10).hits]
    with open_published(folder) as reader, timed("tantivy: bring up to date after 1 % changed"):
        writer = index.writer(100_000_000, 1)
        for (key,) in reader.execute("SELECT article_id FROM articles WHERE hash(article_id) % 100 = 0").fetchall():
            writer.delete_documents_by_term("id", key)
        add_to_tantivy(writer, reader, "hash(article_id) % 100 = 0")


def add_to_tantivy(writer: object, reader: duckdb.DuckDBPyConnection, where: str) -> None:
    import tantivy  # noqa: PLC0415 - a wheel that need not be there

    rows = reader.execute(f"SELECT article_id, title, text FROM articles WHERE {where}")  # noqa: S608 - ours
    while some := rows.fetchmany(1000):
        for key, title, text in some:
            writer.add_document(tantivy.Document(id=key, title=title, text=text))
    writer.commit()
    writer.wait_merging_threads()


@contextmanager
def timed(what: str, times: int = 1) -> Iterator[None]:
    cpu = time.process_time()
    yield
    print(f"{what}: {(time.process_time() - cpu) / times:.4f} s", flush=True)


if __name__ == "__main__":
    main()
