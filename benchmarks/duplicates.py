"""How well and how fast near-duplicates are found: synthetic articles with planted copies, edited by 0 to 20 %.

    python benchmarks/duplicates.py [--articles 100000]

Truth is the exact likeness of each planted pair. Recall is of the planted pairs at 0.8 and above, counted as found where
both articles are in one cluster; precision is of the edges that were found, compared word by word by other code.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from cleaner.store.duplicates import remember_texts, write_clusters, write_versions
from cleaner.store.publish import attach
from cleaner.store.schema import create_views, derived, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

PLANTED = 0.2
"""Share of the articles that are an edited copy of another."""
VOCABULARY = 30_000
TEMPLATES = 400
"""Sentences that any article may quote: stock phrases make candidates that are no copies."""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--articles", type=int, default=100_000)
    articles = given.parse_args().articles
    texts, pairs = synthetic(articles)
    with tempfile.TemporaryDirectory() as folder:
        connection = loaded(Path(folder), texts)
        clock, cpu = time.perf_counter(), time.process_time()
        refresh(connection)
        clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        print(f"{articles:,} articles: {clock:.1f} s, {cpu:.1f} s of the processors")
        clock, cpu = time.perf_counter(), time.process_time()
        refresh(connection)
        print(f"nothing new: {time.perf_counter() - clock:.1f} s, {time.process_time() - cpu:.1f} s of the processors")
        judge(connection, texts, pairs)


def synthetic(articles: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Write articles of 150 to 700 words, a fifth of them edited copies; returns texts and planted pairs."""
    drawn = random.Random(1)
    weights = [1 / (rank + 10) for rank in range(VOCABULARY)]
    words = drawn.choices([f"w{rank:x}" for rank in range(VOCABULARY)], weights, k=2_000_000)
    stock = [words[start : start + 18] for start in range(0, TEMPLATES * 18, 18)]
    texts: list[list[str]] = []
    pairs: list[tuple[int, int]] = []
    for place in range(articles):
        if texts and drawn.random() < PLANTED:
            original = drawn.randrange(len(texts))
            pairs.append((original, place))
            texts.append(list(edited(texts[original], drawn.uniform(0, 0.2), drawn, words)))
            continue
        start = drawn.randrange(len(words) - 700)
        body = words[start : start + drawn.randrange(150, 700)]
        drawn.shuffle(body)
        for sentence in drawn.sample(stock, 3):
            body[(cut := drawn.randrange(len(body))) : cut] = sentence
        texts.append(body)
    return [" ".join(text) for text in texts], pairs


def edited(text: list[str], share: float, drawn: random.Random, words: list[str]) -> Iterator[str]:
    """Edit as papers do: half of the edits are single words, half cut or replace a passage."""
    if drawn.random() < 0.5:
        for word in text:
            yield drawn.choice(words) if drawn.random() < share else word
        return
    length = int(len(text) * share)
    start = drawn.randrange(len(text) - length)
    yield from text[:start]
    yield from drawn.choices(words, k=length if drawn.random() < 0.5 else 0)
    yield from text[start + length :]


def loaded(folder: Path, texts: list[str]) -> duckdb.DuckDBPyConnection:
    """Put the articles into a warehouse, one a page."""
    connection = duckdb.connect(config={"threads": 2})
    for name in ("etl", "next"):
        attach(connection, folder / f"{name}.duckdb", name)
        connection.execute(f"USE {name}")
        migrate(connection)
    connection.register("texts", pa.table({"n": range(len(texts)), "text": texts}))
    connection.execute(PAGES)
    connection.execute(ARTICLES)
    return connection


PAGES = """
    INSERT INTO next.pages BY NAME SELECT 'p' || n AS page_id, 's' AS source, 's' AS path, '' AS sha256, 0 AS bytes,
        'text/plain' AS media_type, 1 AS articles, 'd' AS digest, 'r' AS run_id, 0 AS seconds,
        'https://site' || n % 50 || '.example/' || n AS address, 'site' || n % 50 || '.example' AS host
    FROM texts
"""
ARTICLES = """
    INSERT INTO next.articles BY NAME SELECT 'a' || n AS article_id, 'p' || n AS page_id, 1 AS position, text,
        false AS truncated, 300 AS words, '' AS text_sha256, []::VARCHAR[] AS headings, 1 AS confidence, 'r' AS run_id,
        'd' AS digest
    FROM texts
"""


def refresh(connection: duckdb.DuckDBPyConnection) -> None:
    """Do what a publication does."""
    connection.execute("USE next")
    for table in ("article_versions", "article_clusters", "host_paragraphs"):
        connection.execute(f"DROP TABLE IF EXISTS next.{table} CASCADE")
    connection.execute("DROP TYPE IF EXISTS copy_kind")
    connection.execute(derived())
    create_views(connection)
    remember_texts(connection)
    write_versions(connection)
    write_clusters(connection)


def judge(connection: duckdb.DuckDBPyConnection, texts: list[str], pairs: list[tuple[int, int]]) -> None:
    clusters = dict(connection.execute("SELECT article_id[2:]::INT, cluster_id FROM next.article_clusters").fetchall())
    near = [(a, b) for a, b in pairs if jaccard(texts[a], texts[b]) >= 0.8]
    together = sum(a in clusters and clusters.get(a) == clusters.get(b) for a, b in near)
    edges = connection.execute(
        "SELECT a.article_id[2:]::INT, b.article_id[2:]::INT FROM etl.text_pairs AS p"
        " JOIN etl.article_texts AS a ON a.text_key = text_a JOIN etl.article_texts AS b ON b.text_key = text_b"
    ).fetchall()
    right = sum(jaccard(texts[a], texts[b]) >= 0.8 for a, b in edges)
    print(f"{len(pairs):,} planted, {len(near):,} of them at 0.8 and above: recall {together / len(near):.4f}")
    print(f"{len(edges):,} pairs found: precision {right / len(edges):.4f}")


def jaccard(one: str, other: str) -> float:
    """Compare two texts by their runs of three words, without the code that is measured."""
    a, b = ({tuple(w[i : i + 3]) for i in range(len(w) - 2)} for w in (one.split(), other.split()))
    return len(a & b) / len(a | b)


if __name__ == "__main__":
    main()
