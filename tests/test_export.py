"""Ways out: what is written reads back whole in other tools, and a folder is there whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import yaml
import zstandard
from typer.testing import CliRunner
from warehouse_samples import article, cleaned, read, running, sample, staged

from cleaner.cli import app
from cleaner.store import export as exporting

SITES = ["A/B: C?*", "..", "ünïcode 港", "a=b", "%41", " x ", "", None, "é" * 200, "a\nb", "q\"'\\"]


def odd_pages():
    """Make a page of each odd site, with odd texts."""
    for place, site in enumerate(SITES):
        text = f'Text {place}, with "quotes", commas;\ttabs, é and 港.'
        changes = {"site": site, "published_at": "2026-03-02" if place % 2 else None, "tags": ("a;b", 'c"d')}
        yield cleaned(
            f"odd {place}",
            [text, "Second paragraph."],
            articles=(article(f"odd {place}", 1, [text, "Second paragraph."], **changes),),
        )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warehouse")
    with running(folder) as opened:
        opened.load([staged(folder, [*sample(), *odd_pages()])], [], [])
        opened.publish()
    return folder


@pytest.fixture(scope="module")
def expected(warehouse):
    rows = read(
        warehouse / "current.duckdb", "SELECT article_id, site, title, text FROM articles ORDER BY article_id, page_id"
    )
    assert len(rows) == 5 + len(SITES)
    return rows


@pytest.fixture
def run(warehouse, tmp_path):
    def _run(*args):
        return CliRunner().invoke(
            app, ["export", "--warehouse", str(warehouse), "--output", str(tmp_path / "out"), *map(str, args)]
        )

    return _run


def key(row):
    return row["article_id"]


# --- each form reads back


def test_parquet_is_partitioned_by_site_and_month(run, tmp_path, expected):
    ran = run("--format", "parquet")
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith(f"{len(expected)} rows of articles in ")
    table = ds.dataset(tmp_path / "out", partitioning="hive").to_table()
    rows = sorted(table.to_pylist(), key=key)
    assert [(r["article_id"], r["title"], r["text"]) for r in rows] == [(i, t, x) for i, _, t, x in expected]
    long = [r["site"] for r in rows if r["site"] and r["site"].startswith("éé")]
    assert [len(name) for name in long] == [25]
    assert {r["site"] for r in rows} - set(long) == {site or None for _, site, *_ in expected if site != "é" * 200}
    assert {r["month"] for r in rows} == {None, "2026-03"}
    by_duckdb = duckdb.sql(
        f"SELECT count(*), count(DISTINCT site) FROM read_parquet('{tmp_path}/out/**/*.parquet', hive_partitioning = true)"
    )
    assert by_duckdb.fetchall() == [(len(expected), 10)]


@pytest.mark.parametrize(
    ("compress", "opened"),
    [
        (None, lambda raw: raw),
        ("gz", gzip.decompress),
        ("zst", lambda raw: zstandard.ZstdDecompressor().stream_reader(raw).read()),
    ],
)
def test_json_lines(run, tmp_path, expected, compress, opened):
    assert run("--format", "jsonl", *(("--compress", compress) if compress else ())).exit_code == 0
    file = tmp_path / "out" / ".".join(filter(None, ("articles.jsonl", compress)))
    raw = opened(file.read_bytes())
    rows = sorted((json.loads(line) for line in raw.decode("utf-8").split("\n")[:-1]), key=key)
    assert [(r["article_id"], r["site"], r["title"], r["text"]) for r in rows] == expected
    told = next(r for r in rows if r["text"].startswith("The old mill"))
    assert (told["authors"], told["tags"], told["published_at"]) == (
        ["Ana Ruiz", "Bo Li"],
        ["harbour", "weather"],
        "2026-03-01T08:30:00Z",
    )


def test_csv_is_what_the_standard_says(run, tmp_path, expected):
    assert run("--format", "csv").exit_code == 0
    raw = (tmp_path / "out" / "articles.csv").read_bytes().decode("utf-8")
    rows = sorted(csv.DictReader(io.StringIO(raw, newline=""), strict=True), key=key)
    assert [(r["article_id"], r["site"], r["title"], r["text"]) for r in rows] == [
        (i, s or "", t, x) for i, s, t, x in expected
    ]
    assert raw.count("\r\n") == len(expected) + 1
    assert {r["tags"] for r in rows} == {'["harbour", "weather"]', '["a;b", "c\\"d"]'}
    assert {r["truncated"] for r in rows} == {"false"}


def test_arrow_can_be_mapped(run, tmp_path, expected):
    assert run("--format", "arrow").exit_code == 0
    with pa.memory_map(str(tmp_path / "out" / "articles.arrow")) as mapped:
        rows = sorted(pa.ipc.open_file(mapped).read_all().to_pylist(), key=key)
    assert [(r["article_id"], r["site"], r["title"], r["text"]) for r in rows] == expected


def test_a_data_set_has_its_card(run, tmp_path, expected, monkeypatch):
    monkeypatch.setattr(exporting.files, "SHARD_ROWS", 6)
    monkeypatch.setattr(exporting, "_BATCH", 3)
    assert run("--format", "hf").exit_code == 0
    shards = sorted((tmp_path / "out" / "data").iterdir())
    assert [shard.name for shard in shards] == [
        f"train-{n:05d}-of-{len(shards):05d}.parquet" for n in range(len(shards))
    ]
    assert len(shards) > 1
    table = pa.concat_tables(pq.read_table(shard) for shard in shards)
    assert [(r["article_id"], r["site"], r["title"], r["text"]) for r in sorted(table.to_pylist(), key=key)] == expected
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    header = yaml.safe_load(card.split("---\n")[1])
    info = header["dataset_info"]
    assert header["license"] == "other"
    assert header["language"] == ["en"]
    assert header["size_categories"] == ["n<1K"]
    assert header["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*.parquet"}]}
    ]
    assert [feature["name"] for feature in info["features"]] == table.schema.names
    assert info["splits"][0]["num_examples"] == len(expected)
    for told in ("16 articles", "digest-1", "Headline; NULL where", "- Harrow Tide: 5", "belong to their publishers"):
        assert told in card


# --- what is chosen


@pytest.mark.parametrize(
    ("args", "rows"),
    [
        ((), 16),
        (("--unique",), 14),
        (("--site", "harrow tide", "--where", "title LIKE 'Harbour%'"), 5),
        (("--site", "A/B: C?*"), 1),
        (("--site", "www.tide.example"), 16),
        (("--since", "2026-03-02"), 5),
        (("--until", "2026-03-01"), 5),
        (("--lang", "EN", "--where", "site IS NULL -- nobody"), 1),
        (("--where", "words > 8"), 12),
        (("--table", "paragraphs", "--site", "a=b"), 2),
        (("--table", "removed_lines"), 16),
        (("--table", "quarantine"), 2),
        (("--table", "noise_by_rule"), 1),
    ],
)
def test_what_is_chosen(run, tmp_path, args, rows):
    ran = run("--format", "jsonl", *args)
    assert ran.exit_code == 0, ran.output
    written = [
        line for file in (tmp_path / "out").glob("*.jsonl") for line in file.read_text("utf-8").split("\n") if line
    ]
    told = json.loads((tmp_path / "out" / "_export.json").read_text("utf-8"))
    assert (len(written), told["rows"]) == (rows, rows)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--where", "wordz > 3"), '--where wordz > 3: Binder Error: Referenced column "wordz" not found'),
        (("--where", "words >"), "--where words >: Parser Error"),
        (("--where", "title::INT > 3"), "Conversion Error"),
        (("--table", "novels"), "no such table or view; there are article_authors"),
        (("--table", "runs", "--lang", "en"), "belongs to no article or page"),
        (("--format", "hf", "--table", "pages"), "makes a data set of articles"),
        (("--format", "parquet", "--compress", "gz"), "--compress is for jsonl and csv"),
        (("--lang", "tlh"), "nothing matches"),
        (("--site", "O'Hara\udc80"), "nothing matches"),
        (("--since", "March"), "--since March: no day"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_written(run, tmp_path, args, told):
    ran = run(*args)
    assert (ran.exit_code, told in ran.stderr) == (2, True), ran.stderr
    assert list(tmp_path.iterdir()) == []


# --- whole or not at all


def test_an_earlier_export_is_replaced_only_when_asked(run, tmp_path):
    (tmp_path / "out").mkdir()
    assert run("--format", "csv").exit_code == 0
    ran = run("--format", "jsonl")
    assert (ran.exit_code, "--force replaces it" in ran.stderr) == (2, True)
    assert (tmp_path / "out" / "articles.csv").exists()
    assert run("--format", "jsonl", "--force").exit_code == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["_export.json", "articles.jsonl"]
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_what_is_no_export_is_never_replaced(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.odt").write_text("years of work", encoding="utf-8")
    ran = run("--force")
    assert (ran.exit_code, "is no export" in ran.stderr) == (2, True)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["thesis.odt"]


def test_an_export_that_fails_leaves_the_earlier_one(run, tmp_path, monkeypatch):
    assert run("--format", "csv").exit_code == 0
    before = (tmp_path / "out" / "articles.csv").read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting.files, "write_csv", fail)
    ran = run("--format", "csv", "--force")
    assert (ran.exit_code, "No space left" in ran.stderr) == (3, True)
    assert (tmp_path / "out" / "articles.csv").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_what_a_kill_left_is_no_hindrance(run, tmp_path):
    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part" / "half").write_bytes(b"half")
    assert run("--format", "csv").exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
