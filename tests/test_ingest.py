"""The whole run on small landing zones, with a cleaner that does what the pages say."""

from __future__ import annotations

import io
import json
import re
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest
from rich.console import Console
from stand_ins import STAND_IN

from cleaner.errors import ConfigurationError, DiskError, Reason, WarehouseLockedError
from cleaner.ingest import BarProgress, LineProgress, Step, ingest, progress_on, start_run
from cleaner.ingest.worklist import Plan, read_shards
from cleaner.landing import discover
from cleaner.review.summary import Report, headline, render_summary, summary_markdown
from cleaner.settings import Settings
from cleaner.store.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SILENT = LineProgress(lambda _: None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One worker and small shards over an empty landing zone."""
    (tmp_path / "raw").mkdir()
    return Settings(
        raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", workers=1, shard_pages=3, batch_pages=6, page_seconds=20
    )


def land(settings: Settings, **pages: str) -> None:
    for name, text in pages.items():
        (settings.raw / f"{name}.txt").write_text(text, encoding="utf-8")


def numbered(pages: int) -> dict[str, str]:
    return {
        f"p{number:03}": f"Page {number} has a first line.\nAD buy {number}\nAnd a last.\n" for number in range(pages)
    }


def run(settings: Settings) -> Report:
    return ingest(settings, SILENT, STAND_IN)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with closing(duckdb.connect(str(settings.warehouse / "current.duckdb"), read_only=True)) as connection:
        return connection.execute(query).fetchall()


def adds_up(report: Report) -> bool:
    return report.pages_in == report.cleaned + report.quarantined + report.duplicates + report.known


def test_a_run_cleans_loads_publishes_and_counts(settings: Settings) -> None:
    land(
        settings,
        **numbered(10),
        twice="Page 1 has a first line.\nAD buy 1\nAnd a last.\n",
        only="AD nothing else",
        none="",
    )
    report = run(settings)
    assert (report.status, report.files_seen, report.pages_in) == ("succeeded", 13, 13)
    assert (report.cleaned, report.articles, report.quarantined, report.duplicates) == (10, 10, 2, 1)
    assert report.removed == {"ad": 11}
    assert report.reasons == {Reason.EMPTY: 1, Reason.NO_BODY: 1}
    assert adds_up(report)
    assert rows(settings, "SELECT count(*), count(DISTINCT page_id) FROM pages") == [(11, 11)]
    assert rows(settings, "SELECT count(*) FROM page_locations") == [(13,)]
    assert rows(settings, "SELECT status FROM runs") == [("succeeded",)]
    assert not list((settings.warehouse / "staging").iterdir())


def test_a_second_run_finds_nothing_new(settings: Settings) -> None:
    land(settings, **numbered(4))
    run(settings)
    again = run(settings)
    assert again.nothing_new
    assert (again.files_seen, again.files_skipped, again.pages_in) == (4, 4, 0)
    assert headline(again).startswith("Nothing new")
    land(settings, p004="One more page.")
    assert run(settings).cleaned == 1


@pytest.mark.slow
def test_pages_cleaned_before_are_known_in_another_file(settings: Settings) -> None:
    land(settings, one="The same page.")
    run(settings)
    land(settings, two="The same page.")
    report = run(settings)
    assert (report.known, report.cleaned) == (1, 0)
    assert adds_up(report)
    assert rows(settings, "SELECT path FROM page_locations ORDER BY path") == [("one.txt",), ("two.txt",)]


def test_a_crash_fails_the_run_and_loses_nothing_else(settings: Settings) -> None:
    land(settings, **numbered(4), bad="CRASH now\n")
    report = run(settings)
    assert (report.status, report.crashed, report.cleaned) == ("failed", 1, 4)
    [(source, detail)] = rows(settings, "SELECT source, detail FROM quarantine")
    assert source == "bad.txt"
    assert "RuntimeError: the page told me to: now" in str(detail)
    assert run(settings).nothing_new


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "reason", "told"),
    [
        ("HANG", Reason.TIMEOUT, "longer than 2 s"),
        ("HOARD", Reason.MEMORY, "more than 256 MiB|exit code -(6|11)"),
        ("DIE", Reason.MEMORY, "exit code -9"),
    ],
)
def test_a_page_that_breaks_its_worker_twice_is_quarantined_alone(
    settings: Settings, order: str, reason: Reason, told: str
) -> None:
    land(settings, **numbered(8), p003x=f"{order}\n", none="")
    report = run(settings.model_copy(update={"page_seconds": 2.0, "page_memory": 2**28}))
    assert (report.status, report.cleaned, report.quarantined) == ("succeeded", 8, 2)
    assert adds_up(report)
    [(found, detail)] = rows(settings, "SELECT reason, detail FROM quarantine WHERE source = 'p003x.txt'")
    assert found == reason
    assert re.search(told, str(detail))


@pytest.mark.slow
def test_a_full_disk_stops_the_run_and_the_next_one_completes_it(settings: Settings, tmp_path: Path) -> None:
    land(settings, **numbered(14), p007x=f"FULL {tmp_path / 'marker'}\nText.\n")
    with pytest.raises(DiskError, match="cannot stage"):
        run(settings)
    report = run(settings)
    assert report.status == "succeeded"
    assert rows(settings, "SELECT count(*), count(DISTINCT page_id) FROM pages") == [(15, 15)]
    assert rows(settings, "SELECT status FROM runs ORDER BY started_at") == [("failed",), ("succeeded",)]


@pytest.mark.slow
def test_after_a_fault_of_the_disk_the_same_run_can_go_on(settings: Settings, tmp_path: Path) -> None:
    land(settings, **numbered(14), p007x=f"FULL {tmp_path / 'marker'}\nText.\n")
    faults = 0
    with start_run(settings, SILENT, STAND_IN) as under_way:
        more = True
        while more:
            try:
                more = under_way.clean_batch()
            except DiskError:
                faults += 1
            under_way.load()
        under_way.publish()
    assert faults == 1
    assert (under_way.report().pages_in, under_way.report().cleaned) == (15, 15)


def test_a_load_that_failed_is_done_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    land(settings, **numbered(4))
    sound = Warehouse.load
    faults = [DiskError("full")]

    def load(warehouse: Warehouse, *given: Sequence[object]) -> None:
        if faults:
            raise faults.pop()
        sound(warehouse, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Warehouse, "load", load)
    with start_run(settings, SILENT, STAND_IN) as under_way:
        assert under_way.clean_batch()
        with pytest.raises(DiskError):
            under_way.load()
        assert under_way.batches_staged == 1
        under_way.load()
        under_way.publish()
    assert under_way.report().cleaned == 4


def test_only_one_run_at_a_time(settings: Settings) -> None:
    with open_warehouse(settings.warehouse), pytest.raises(WarehouseLockedError, match="process"):
        run(settings)


@pytest.mark.slow
def test_an_interrupted_run_leaves_what_it_loaded(settings: Settings) -> None:
    land(settings, **numbered(20))

    class Impatient(LineProgress):
        steps = 0

        def advance(self, step: Step) -> None:
            self.steps += step.pages
            if self.steps > 8:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(settings, Impatient(lambda _: None), STAND_IN)
    assert not list((settings.warehouse / "staging").iterdir())
    report = run(settings)
    assert report.status == "succeeded"
    assert rows(settings, "SELECT count(*) FROM pages") == [(20,)]
    assert rows(settings, "SELECT status FROM runs ORDER BY started_at") == [("interrupted",), ("succeeded",)]


def test_an_empty_landing_zone_is_no_error(settings: Settings) -> None:
    report = run(settings)
    assert (report.status, report.files_seen) == ("succeeded", 0)
    assert headline(report).startswith("Nothing to clean")


def test_a_landing_zone_that_is_not_there_stops_before_anything_is_made(settings: Settings) -> None:
    settings.raw.rmdir()
    with pytest.raises(ConfigurationError, match="raw"):
        run(settings)
    assert not settings.warehouse.exists()


@pytest.mark.parametrize(("limits", "sizes"), [({}, [3, 3, 1]), ({"shard_bytes": 1024}, [1, 1, 1, 1, 1, 1, 1])])
def test_shards_are_cut_by_pages_and_bytes(settings: Settings, limits: dict[str, int], sizes: list[int]) -> None:
    lines = [json.dumps({"id": str(number), "text": f"{number} " + "word " * 300}) for number in range(7)]
    (settings.raw / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    plan = Plan("run", "digest", tuple(discover(settings.raw)), 1)
    asked = settings.model_copy(update=limits)
    shards = list(read_shards(plan, lambda _: set(), asked))
    assert [len(shard.items) for shard in shards if shard.items] == sizes
    assert [done.pages for shard in shards for done in shard.account.finished] == [7]
    assert sum(shard.account.size for shard in shards) == plan.size


def test_no_more_is_read_than_the_workers_can_take(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    land(settings, **numbered(60))
    read = 0

    def counted(*given: object) -> object:
        nonlocal read
        for shard in read_shards(*given):  # type: ignore[arg-type]
            read += 1
            yield shard

    monkeypatch.setattr("cleaner.ingest.run.read_shards", counted)
    with start_run(settings, SILENT, STAND_IN) as under_way:
        under_way.clean_batch()
        assert read <= settings.batch_pages // settings.shard_pages + 2 * settings.workers


def test_lines_tell_progress_where_nobody_watches() -> None:
    lines: list[str] = []
    progress = LineProgress(lines.append, every=0.0)
    progress.start(2, 5_000)
    progress.advance(Step(1, 2_500, 40, 50))
    progress.stop()
    assert lines[0] == "reading 2 new or changed files, 5.0 kB"
    assert lines[1].startswith("1 of 2 files, 40 pages, 50 articles, ")


def test_a_terminal_gets_a_bar() -> None:
    screen = io.StringIO()
    progress = BarProgress(Console(file=screen, force_terminal=True, width=120))
    progress.start(2, 5_000)
    progress.advance(Step(1, 2_500, 40, 50))
    progress.log("a word [b]in between")
    progress.stop()
    assert "50%" in screen.getvalue()
    assert "a word [b]in between" in screen.getvalue()
    assert isinstance(progress_on(io.StringIO()), LineProgress)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"files_seen": 3, "cleaned": 1, "articles": 2}, "Cleaned 1 page into 2 articles."),
        ({"files_seen": 3}, "Nothing new: all 3 files"),
        ({}, "Nothing to clean"),
        ({"status": "failed", "cleaned": 1, "reasons": {"crash": 2}}, "2 pages met a bug"),
        ({"status": "failed"}, "It ended early"),
        ({"status": "interrupted"}, "Interrupted"),
    ],
)
def test_the_summary_opens_with_how_it_went(tmp_path: Path, counts: dict[str, object], told: str) -> None:
    report = Report(**{"run_id": "r", "status": "succeeded", "raw": tmp_path, "warehouse": tmp_path, **counts})  # type: ignore[arg-type]
    assert headline(report).startswith(told)
    screen = Console(file=io.StringIO(), width=200, record=True)
    screen.print(render_summary(report))
    assert told in screen.export_text()
    assert told in summary_markdown(report)
