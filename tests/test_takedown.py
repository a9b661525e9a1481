"""Takedown and retention: what is forgotten is gone everywhere and stays away; what expired is remembered."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import STAND_IN
from typer.testing import CliRunner
from warehouse_samples import digest_of, everything, outcome, read, running, sample, staged

from cleaner.cli import app
from cleaner.errors import ConfigurationError
from cleaner.ingest import LineProgress, ingest
from cleaner.landing import Limits, discover, read_file, take_out
from cleaner.landing.erasing import _replaced
from cleaner.landing.rows import TOMBSTONE
from cleaner.review.summary import Report
from cleaner.settings import Settings
from cleaner.store.search_index import open_index
from cleaner.store.takedown import Order, Wanted
from cleaner.store.warehouse import connect, open_warehouse
from cleaner.takedown import complete, find, forget, retain

CANARY = "The canary of Harrow Tide sang at four in the morning to nobody but the lamp."
OTHER = "The lamp of the pier was lit at four and put out again by the keeper at eight."
URL = "https://tide.example/canary"
PACKERS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress, ".xz": lzma.compress}
UNPACKERS = {
    "": bytes,
    ".gz": gzip.decompress,
    ".xz": lzma.decompress,
    ".zst": lambda packed: zstandard.ZstdDecompressor().stream_reader(packed).read(),
}
ORDER = Order("Ana Ruiz", "she asked")


@dataclass(frozen=True, slots=True)
class Zone:
    """A landing zone and its warehouse."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings(raw=self.folder / "raw", warehouse=self.folder / "warehouse", workers=1, keep_versions=3)

    def land(self, name: str, content: str | bytes, **notes: object) -> Path:
        path = self.settings.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if notes:
            path.with_name(f"{path.name}.meta.json").write_text(json.dumps(notes), encoding="utf-8")
        return path

    def run(self) -> Report:
        report = ingest(self.settings, LineProgress(lambda _: None), STAND_IN)
        counted = report.cleaned + report.quarantined + report.duplicates + report.known + report.forgotten
        assert report.pages_in == counted
        return report

    def forget(self, target: str) -> list[str]:
        with open_warehouse(self.settings.warehouse) as opened:
            listing = find(target, opened, self.settings)
            forget(listing, ORDER, opened, self.settings)
            return sorted(place for page in listing.pages for place in page.places)

    def complete(self) -> None:
        with open_warehouse(self.settings.warehouse) as opened:
            complete(opened, self.settings)

    def rows(self, sql: str, file: str = "etl.duckdb") -> list[tuple[object, ...]]:
        with duckdb.connect(self.settings.warehouse / file, read_only=True) as reader:
            return reader.execute(sql).fetchall()

    def said(self, words: str) -> list[str]:
        """Name every file, and every table of every database, in which these words stand."""
        found = []
        for file in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            found += [file.name] if words.encode() in file.read_bytes() else []
            found += [file.name] if file.suffix == ".search" and self._is_stale(file) else []
            if file.suffix == ".duckdb":
                found += [f"{file.name}: {table}" for table in self._tables_with(file, words)]
        for file in discover(self.settings.raw):
            items = read_file(file, Limits(2**20))
            found += [file.name for item in items if words.encode() in getattr(item, "content", b"")]
        return found

    @staticmethod
    def _is_stale(index: Path) -> bool:
        """Tell whether an index for search knows an article that the publication it stands beside does not hold."""
        published = index.with_name(f"{index.name.rsplit('.', 2)[0]}.duckdb")
        with closing(open_index(index)) as held:
            known = {article_id for (article_id,) in held.execute("SELECT article_id FROM documents")}
        if not published.exists():
            return True
        with duckdb.connect(published, read_only=True) as reader:
            return bool(known - {one for (one,) in reader.execute("SELECT article_id FROM articles").fetchall()})

    def _tables_with(self, file: Path, words: str) -> list[str]:
        with duckdb.connect(file, read_only=True) as reader:
            tables = [name for (name,) in reader.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            return [
                table
                for table in tables
                if reader.execute(
                    f'SELECT 1 FROM "{table}" AS t WHERE contains(t::VARCHAR, ?) LIMIT 1', [words]
                ).fetchall()
            ]


def row(number: int, text: str, url: str | None = None) -> str:
    return json.dumps({"id": f"r{number}", "text": text, **({"url": url} if url else {})})


FEED = "\n".join([row(1, "Row one."), "", row(3, CANARY, f"{URL}?utm_source=mail"), row(4, "Row four."), row(5, OTHER)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ingest twice: two publications hold pages of every kind that says the canary."""
    zone = Zone(tmp_path_factory.mktemp("made"))
    zone.land("tide.example/2026-03-01/canary.txt", f"{CANARY}\nAD sing\n", url=URL, fetched_at="2026-03-01T08:00:00Z")
    zone.land("tide.example/2026-03-01/other.txt", f"{OTHER}\n", url="https://tide.example/other")
    for packing, pack in PACKERS.items():
        zone.land(f"tide.example/2026-03-02/feed.jsonl{packing}", pack((FEED + packing).encode()))
    zone.run()
    zone.land("tide.example/2026-03-03/canary.txt", f"{CANARY} Again.\n", url=URL, fetched_at="2026-03-03T08:00:00Z")
    zone.land("mill.example/2026-03-03/copy.txt", f"{CANARY}\nAD sing\n", url="https://mill.example/copy")
    zone.land("mill.example/2026-03-03/near.txt", f"{CANARY}\n", url="https://mill.example/near")
    zone.land("tide.example/2026-03-03/none.txt", "AD nothing\n", url=f"{URL}#top")
    zone.run()
    return zone.folder


@pytest.fixture
def zone(made: Path, tmp_path: Path) -> Zone:
    """Copy what was ingested; the current publication is the newest that is kept."""
    shutil.copytree(made, tmp_path / "zone")
    copied = Zone(tmp_path / "zone")
    current = copied.settings.warehouse / "current.duckdb"
    current.unlink()
    os.link(max((copied.settings.warehouse / "versions").glob("*.duckdb")), current)
    return copied


FORGOTTEN_PLACES = [
    "mill.example/2026-03-03/copy.txt",
    "tide.example/2026-03-01/canary.txt",
    *(f"tide.example/2026-03-02/feed.jsonl{packing}#3" for packing in sorted(PACKERS)),
    "tide.example/2026-03-03/canary.txt",
    "tide.example/2026-03-03/none.txt",
]


def test_forgetting_an_address_leaves_nothing_anywhere(zone: Zone) -> None:
    assert zone.said(CANARY)
    zone.settings.raw.joinpath("mill.example/2026-03-03/near.txt").unlink()  # stays: another text at another address
    before = {file.name: file.stat().st_mtime_ns for file in (zone.settings.warehouse / "versions").glob("*.duckdb")}
    assert zone.forget(URL) == FORGOTTEN_PLACES
    assert [place for place in zone.said(CANARY) if "near" not in place] == [
        f"{name}: {table}"
        for name in ["current.duckdb", "etl.duckdb", *sorted(before)]
        for table in (["articles"] if zone.rows("SELECT 1 FROM pages WHERE host = 'mill.example'", where(name)) else [])
    ]
    after = {file.name: file.stat().st_mtime_ns for file in (zone.settings.warehouse / "versions").glob("*.duckdb")}
    assert sorted(after) == sorted(before)
    assert all(after[name] != before[name] for name in after), "every one is another file"
    assert zone.settings.warehouse.joinpath("current.duckdb").samefile(
        zone.settings.warehouse / "versions" / max(after)
    )
    stones = "SELECT count(*), count(url_hash), count(DISTINCT why), count(*) FILTER (WHERE erased_at IS NULL) FROM tombstones"
    assert zone.rows(stones) == [(5, 4, 1, 0)]
    assert not [folder for folder in zone.settings.raw.rglob("*") if folder.is_dir() and not any(folder.iterdir())]


def where(name: str) -> str:
    return name if name in {"current.duckdb", "etl.duckdb"} else f"versions/{name}"


@pytest.mark.parametrize("packing", UNPACKERS)
def test_a_row_leaves_a_tombstone_and_the_others_keep_their_numbers(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"feed.jsonl{packing}"
    path.write_bytes(PACKERS[packing](FEED.encode()))
    os.utime(path, ns=(10**18, 10**18))
    [file] = discover(tmp_path)
    for _ in range(2):
        after = take_out(file, Limits(2**20), lambda item: item.row == 3)
    assert after is not None
    assert (after.mtime_ns, after.size) == (10**18, path.stat().st_size)
    lines = UNPACKERS[packing](path.read_bytes()).decode().split("\n")
    assert lines == [TOMBSTONE.decode() if number == 2 else line for number, line in enumerate(FEED.split("\n"))]
    assert [item.row for item in read_file(after, Limits(2**20))] == [1, 4, 5]
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


def test_what_a_link_leads_to_goes_too(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name in ("page.txt", "feed.jsonl"):
        (tmp_path / name).write_text(FEED, encoding="utf-8")
        (tmp_path / "raw" / name).symlink_to(tmp_path / name)
    for file in discover(tmp_path / "raw"):
        take_out(file, Limits(2**20), lambda item: item.row in {None, 3})
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["feed.jsonl"]
    assert not (tmp_path / "page.txt").exists()
    assert CANARY not in (tmp_path / "feed.jsonl").read_text(encoding="utf-8")


def test_a_feed_in_utf_16_is_written_in_utf_8(tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").write_bytes(FEED.encode("utf-16"))
    [file] = discover(tmp_path)
    pages = [item for item in read_file(file, Limits(2**20)) if item.row != 3]
    after = take_out(file, Limits(2**20), lambda item: item.row == 3)
    assert after is not None
    assert list(read_file(after, Limits(2**20))) == pages
    assert CANARY.encode("utf-16-le") not in (tmp_path / "feed.jsonl").read_bytes()


def test_the_next_run_reads_nothing_and_copies_find_another_to_stand_for_them(zone: Zone) -> None:
    unique = "SELECT p.url FROM articles_unique AS a JOIN pages AS p USING (page_id) WHERE contains(text, 'canary')"
    assert zone.rows(unique, "current.duckdb") != [("https://mill.example/near",)]
    zone.forget(URL)
    assert zone.rows(unique, "current.duckdb") == [("https://mill.example/near",)]
    assert zone.run().nothing_new
    assert zone.rows(unique, "current.duckdb") == [("https://mill.example/near",)]
    assert zone.rows("SELECT count(*) FROM tombstones WHERE erased_at IS NOT NULL", "current.duckdb") == [(5,)]


@pytest.mark.slow
def test_what_lands_again_is_counted_and_goes_again(zone: Zone) -> None:
    zone.forget(URL)
    zone.land("back/one.txt", f"{CANARY}\nAD sing\n")
    zone.land(
        "back/two.txt",
        "Other words at that address.\n",
        url=URL.replace("https://", "https://www.") and f"{URL}?fbclid=1",
    )
    zone.land("back/rows.jsonl", "\n".join([row(1, CANARY), row(2, "Fine.")]))
    zone.land("back/none.txt", "", url=URL)
    report = zone.run()
    assert (report.pages_in, report.forgotten, report.cleaned) == (5, 4, 1)
    assert zone.rows("SELECT pages_forgotten FROM runs ORDER BY started_at DESC LIMIT 1") == [(4,)]
    assert zone.rows("SELECT adds_up FROM runs_latest LIMIT 1", "current.duckdb") == [(True,)]
    zone.complete()
    assert sorted(path.name for path in (zone.settings.raw / "back").iterdir()) == ["rows.jsonl"]
    assert zone.settings.raw.joinpath("back/rows.jsonl").read_bytes().startswith(TOMBSTONE)
    assert zone.run().nothing_new


@pytest.mark.slow
@pytest.mark.parametrize("target", ["path", "raw/path", "row", "page"])
def test_a_page_has_many_names(zone: Zone, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(zone.folder)
    [(page_id,)] = zone.rows("SELECT page_id FROM pages WHERE path LIKE '%01/canary.txt'")
    names = {
        "path": "tide.example/2026-03-01/canary.txt",
        "raw/path": "raw/tide.example/2026-03-01/canary.txt",
        "row": "tide.example/2026-03-02/feed.jsonl.gz#3",
        "page": str(page_id),
    }
    # By a row the address is known, by an address all that stood at it; the copy elsewhere has the bytes of the first.
    assert zone.forget(names[target]) == FORGOTTEN_PLACES


@pytest.mark.slow
def test_a_page_that_was_never_loaded_can_be_forgotten_by_its_path(zone: Zone) -> None:
    zone.land("new/pa#2ge.txt", "A new canary.\n")
    assert zone.forget("new/pa#2ge.txt") == ["new/pa#2ge.txt"]
    assert zone.said("A new canary.") == []
    zone.land("new/page.txt", "A new canary.\n")
    assert zone.run().forgotten == 1


@pytest.mark.slow
def test_a_damaged_archive_is_named_before_anything_changes(zone: Zone) -> None:
    broken = zone.settings.raw / "tide.example/2026-03-02/broken.jsonl.gz"
    rows = "\n".join([row(1, CANARY, URL), *(row(number, f"{number * 7919}") for number in range(4000))])
    broken.write_bytes(gzip.compress(rows.encode())[:-2000])
    zone.run()
    with pytest.raises(ConfigurationError, match=r"broken\.jsonl\.gz: damaged.*name the whole file"):
        zone.forget(URL)
    assert zone.rows("SELECT count(*) FROM tombstones") == [(0,)]
    assert zone.rows("SELECT count(*) > 0 FROM articles WHERE contains(text, 'canary')") == [(True,)]


def test_what_lies_beside_a_publication_goes_with_it(zone: Zone) -> None:
    versions = zone.settings.warehouse / "versions"
    beside = [versions / f"{min(versions.glob('*.duckdb')).stem}.search", zone.settings.warehouse / "current.search"]
    for file in beside:
        file.write_text(CANARY, encoding="utf-8")
    zone.forget(URL)
    assert [file for file in beside if file.exists() and CANARY in file.read_text(encoding="utf-8")] == []


@pytest.mark.slow
def test_a_publication_of_another_schema_is_removed(zone: Zone) -> None:
    oldest = min((zone.settings.warehouse / "versions").glob("*.duckdb"))
    with duckdb.connect(oldest) as writer:
        writer.execute("DELETE FROM migrations WHERE number > 3")
    with open_warehouse(zone.settings.warehouse) as opened:
        assert forget(find(URL, opened, zone.settings), ORDER, opened, zone.settings) == [oldest.stem]
    assert not oldest.exists()


def test_every_other_row_stays_as_it_was(tmp_path: Path) -> None:
    gone = digest_of("mill")
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, sample())], [], [])
        opened.publish()
        before = everything(opened)
        takedown = opened.takedown()
        wanted = takedown.widened(Wanted(pages=frozenset({gone})))
        doomed = takedown.doomed(wanted)
        assert [(page.page_id, page.articles, page.places) for page in doomed] == [
            (gone, 1, ("tide.example/2026-03-01/mill.txt",))
        ]
        takedown.forget(doomed, wanted, ORDER)
        takedown.taken_out("tide.example/2026-03-01/mill.txt", None, None)
        assert takedown.unfinished()
        assert takedown.erase(connect) == []
        assert not takedown.unfinished()
        left = {table: [row for row in rows if gone not in row] for table, rows in before.items()}
        assert left != before
        assert everything(opened) == left
        assert opened._rows("SELECT count(*) FROM article_texts") == [(len(left["articles"]),)]
        opened.finish_run("run-1", outcome("failed"))
        current = opened.publish()
    assert read(current, "SELECT count(*) FROM articles") == [(len(left["articles"]),)]
    with open_warehouse(tmp_path) as again:
        assert everything(again) == left


# --- kills

STEPS = {
    "rows": "cleaner.takedown.forgetting.complete",
    "first file": "cleaner.store.takedown.Takedown.taken_out",
    "writer's file": "cleaner.store.takedown.rewrite_publications",
    "copy": "cleaner.store.erasure.migrate",
    "publication": "cleaner.store.erasure._replace",
}
KILLED = """
import os, signal, sys
from pkgutil import resolve_name
from test_takedown import Zone, URL, Path
step = sys.argv[2]
owner, _, name = step.rpartition(".")
setattr(resolve_name(owner), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
Zone(Path(sys.argv[1])).forget(URL)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("then", ["run", "complete"])
def test_a_takedown_that_was_killed_is_completed(zone: Zone, step: str, then: str) -> None:
    paths = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(zone.folder), STEPS[step]], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert zone.rows("SELECT count(*) FROM tombstones WHERE erased_at IS NULL") == [(5,)]
    getattr(zone, then)()
    assert {place for place in zone.said(f"{CANARY}\nAD") if "near" not in place} == set()
    assert zone.rows("SELECT count(*) FROM tombstones WHERE erased_at IS NULL") == [(0,)]
    assert zone.rows("SELECT list(url) FROM pages WHERE url LIKE '%canary%'") == [(None,)]
    for version in (zone.settings.warehouse / "versions").glob("*.duckdb"):
        assert zone.rows("SELECT count(*) FROM pages WHERE url LIKE '%canary%'", f"versions/{version.name}") == [(0,)]
    zone.run()
    assert zone.rows(
        "SELECT count(*) FROM page_locations ANTI JOIN pages USING (page_id) ANTI JOIN quarantine USING (page_id)"
    ) == [(0,)]


# --- rewriting


@given(st.lists(st.sampled_from([b"", b"a", b"bb", b" c ", b"{}"]), max_size=8), st.sets(st.integers(1, 9)), st.data())
def test_rows_are_replaced_however_the_stream_is_cut(lines: list[bytes], rows: set[int], data: st.DataObject) -> None:
    whole = b"\n".join(lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    expected = [TOMBSTONE if number in rows and line else line for number, line in enumerate(lines, 1)]
    assert b"".join(_replaced(iter(pieces), frozenset(rows))) == b"\n".join(expected)


# --- retention


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


@pytest.fixture
def aged(tmp_path: Path) -> Zone:
    """Land files of several ages: one does not say when, one has a young row, one is not loaded."""
    zone = Zone(tmp_path / "aged")
    zone.land("a/old.txt", "Old page.\n", fetched_at=days_ago(50).isoformat())
    zone.land("a/young.txt", "Young page.\n", fetched_at=days_ago(5).isoformat())
    untold = zone.land("b/untold.txt", "Page of unknown time.\n")
    rows = [
        {"text": "Row one.", "fetched_at": days_ago(60).isoformat()},
        {"text": "Row two.", "fetched_at": days_ago(1).isoformat()},
    ]
    zone.land("b/mixed.jsonl", "\n".join(map(json.dumps, rows)))
    os.utime(untold, (days_ago(40).timestamp(),) * 2)
    zone.run()
    zone.land("a/new.txt", "Not loaded.\n", fetched_at=days_ago(99).isoformat())
    return zone


def test_only_what_is_loaded_and_old_expires(aged: Zone) -> None:
    def expire(*, dry: bool) -> tuple[int, int, int]:
        with open_warehouse(aged.settings.warehouse) as warehouse:
            done = retain(30, warehouse, aged.settings, dry=dry)
        return done.files, done.pages, done.kept

    names = [file.name for file in discover(aged.settings.raw)]
    assert expire(dry=True) == (2, 2, 3)
    assert [file.name for file in discover(aged.settings.raw)] == names
    assert expire(dry=False) == (2, 2, 3)
    assert [file.name for file in discover(aged.settings.raw)] == ["a/new.txt", "a/young.txt", "b/mixed.jsonl"]
    assert not list(aged.settings.raw.rglob("old.txt*"))
    assert aged.rows("SELECT name, pages FROM expired_files ORDER BY name") == [("a/old.txt", 1), ("b/untold.txt", 1)]
    assert aged.rows("SELECT count(*) FROM articles WHERE text LIKE 'Old page.%'") == [(1,)]
    assert expire(dry=False) == (0, 0, 3)
    assert aged.run().cleaned == 1


def test_a_trace_says_that_the_raw_page_expired(aged: Zone) -> None:
    where = ["--raw", str(aged.settings.raw), "--warehouse", str(aged.settings.warehouse)]
    told = CliRunner().invoke(app, ["retain", "--raw-days", "30", *where])
    assert (told.exit_code, told.output.split(",")[0]) == (0, "removed: 2 files with 2 pages")
    [(article,)] = aged.rows("SELECT article_id FROM articles WHERE text LIKE 'Old page.%'")
    told = CliRunner().invoke(app, ["trace", str(article), *where])
    assert told.exit_code == 4
    assert f"raw expired on {datetime.now(UTC):%Y-%m-%d}" in told.output
    assert "SHA-256" in told.output
    aged.land("a/old.txt", "Old page.\n", fetched_at=days_ago(50).isoformat())
    told = CliRunner().invoke(app, ["trace", str(article), *where])
    assert (told.exit_code, "letter by letter" in told.output) == (1, False)  # the stand-in records no offsets
    assert "expired" not in told.output


@pytest.mark.slow
def test_retention_that_was_killed_goes_on(aged: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with open_warehouse(aged.settings.warehouse) as warehouse:
        with monkeypatch.context() as patch:
            patch.setattr("cleaner.takedown.retention.remove", stop)
            with pytest.raises(KeyboardInterrupt):
                retain(30, warehouse, aged.settings, dry=False)
        assert retain(30, warehouse, aged.settings, dry=False).files == 2
    assert aged.rows("SELECT count(*) FROM expired_files") == [(2,)]


# --- the commands


def test_the_command_lists_asks_and_ends_with_codes(zone: Zone) -> None:
    where = ["--raw", str(zone.settings.raw), "--warehouse", str(zone.settings.warehouse)]

    def command(*words: str) -> tuple[int, str]:
        told = CliRunner().invoke(app, ["forget", *words, *where])
        return told.exit_code, told.output

    code, told = command(URL)
    assert (code, "nothing was changed" in told, URL in told) == (0, True, True)
    assert zone.said(CANARY)
    code, told = command(URL, "--yes", "--why", "she asked", "--by", "Ana Ruiz")
    assert (code, "forgotten: 8 pages" in told or "forgotten: " in told) == (0, True)
    assert zone.rows("SELECT DISTINCT why, forgotten_by FROM tombstones") == [("she asked", "Ana Ruiz")]
    assert command(URL)[0] == 0
    assert command()[0] == 0
    assert command("https://tide.example/never")[0] == 2
    assert command("no/such/file.txt")[0] == 2
    assert CliRunner().invoke(app, ["forget", URL, "--warehouse", str(zone.folder / "none")]).exit_code == 2
