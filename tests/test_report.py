"""The report is one page that fetches nothing, holds the warehouse's own figures, and lets no stranger's text run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner
from warehouse_samples import NOON, cleaned, outcome, rejected, running, sample, staged

from cleaner.cli import app
from cleaner.errors import ConfigurationError
from cleaner.report import page as report_module
from cleaner.report.charts import _steps, specifications
from cleaner.report.page import _SECTIONS, check_drawing, report_page
from cleaner.store.overview import _BIGGEST_SITES, MOST_SITES, OTHERS, Choice, Overview, read_overview
from cleaner.store.reading import open_published

NASTY = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the sample, a nasty page, and a page of another site that was fetched a week later."""
    folder = tmp_path_factory.mktemp("warehouse")
    nasty = cleaned("nasty", (NASTY, "A second line."))
    nasty = replace(nasty, page=replace(nasty.page, site=NASTY, path=f"odd/{NASTY}.txt"))
    later = cleaned("later", ("The ferry came back a week later.",))
    later = replace(
        later, page=replace(later.page, site="Velo & Vale", fetched_at=datetime(2026, 3, 8, 12, tzinfo=UTC))
    )
    with running(folder) as opened:
        shard = staged(folder, [*sample(), nasty, later, rejected(NASTY, detail=NASTY)])
        opened.load([shard], [], [])
        opened.finish_run("run-1", outcome(pages_in=8, pages_cleaned=6))
        opened.publish()
    return folder


def overview(folder: Path, choice: Choice | None = None) -> Overview:
    with open_published(folder) as reader:
        return read_overview(reader, choice or Choice())


@pytest.fixture(scope="module")
def written(folder: Path) -> str:
    return "\n".join(report_page(overview(folder), {"written": NASTY}))


# --- what it says


def test_every_figure_of_the_overview_has_its_section() -> None:
    assert {section.name for section in _SECTIONS} | {"totals"} == {field.name for field in fields(Overview)}


def test_totals_are_those_of_the_warehouse(folder: Path) -> None:
    totals = overview(folder).totals.records()[0]
    with open_published(folder) as reader:
        counted = {
            name: reader.execute(f"SELECT count(*) FROM {what}").fetchall()[0][0]
            for name, what in {
                "pages": "pages",
                "articles": "articles",
                "unique_articles": "articles_unique",
                "lines": "ledger",
                "removed": "removed_lines",
                "quarantined": "quarantine",
            }.items()
        }
    assert {name: totals[name] for name in counted} == counted


@pytest.mark.parametrize(
    ("choice", "pages"),
    [
        (Choice(), 6),
        (Choice(site="Velo & Vale"), 1),
        (Choice(site="tide.example"), 6),
        (Choice(since=NOON), 6),
        (Choice(since=datetime(2026, 3, 2, tzinfo=UTC)), 1),
        (Choice(site="Harrow Tide", since=datetime(2026, 3, 2, tzinfo=UTC)), 0),
    ],
)
def test_only_chosen_pages_count(folder: Path, choice: Choice, pages: int) -> None:
    found = overview(folder, choice)
    assert found.totals.records()[0]["pages"] == pages
    assert sum(int(str(record["pages"])) for record in found.per_page.records()) == pages


def test_removed_lines_add_up_by_label(folder: Path) -> None:
    found = overview(folder)
    assert sum(int(str(r["lines"])) for r in found.labels.records()) == found.totals.records()[0]["removed"]


def test_sites_beyond_the_biggest_are_summed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.store.overview._BIGGEST_SITES", _biggest(1))
    pages = [cleaned(f"page-{n}", (f"Text number {n} of the day.",)) for n in range(4)]
    with running(tmp_path) as opened:
        sites = ["A", "A", "B", "C"]
        made = [replace(c, page=replace(c.page, site=site)) for c, site in zip(pages, sites, strict=True)]
        opened.load([staged(tmp_path, made)], [], [])
        opened.publish()
    articles = {str(r["site"]): r["pages"] for r in overview(tmp_path).yields.records()}
    assert articles == {"A": 2, OTHERS: 2}


def _biggest(most: int) -> str:
    return _BIGGEST_SITES.replace(f"LIMIT {MOST_SITES}", f"LIMIT {most}")


@pytest.mark.parametrize(
    ("first", "last", "unit", "expected"),
    [
        ("2026-02-27", "2026-03-01", "day", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("2026-03-02", "2026-03-16", "week", ["2026-03-02", "2026-03-09", "2026-03-16"]),
        ("2025-11-01", "2026-02-01", "month", ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"]),
        ("2026-03-01", "2026-03-01", "day", ["2026-03-01"]),
    ],
)
def test_days_on_which_nothing_came_are_drawn_too(first: str, last: str, unit: str, expected: list[str]) -> None:
    steps = _steps(date.fromisoformat(first), date.fromisoformat(last), unit)
    assert [day.isoformat() for day in steps] == expected


def test_an_empty_warehouse_gives_a_page_that_says_so(tmp_path: Path) -> None:
    with running(tmp_path) as opened:
        opened.publish()
    empty = overview(tmp_path)
    assert specifications(empty) == {}
    assert "".join(report_page(empty, {})).count('<p class="none">None.</p>') == len(_SECTIONS) - 1  # the run is there


# --- what it may do


def test_it_fetches_nothing(written: str) -> None:
    parsed = BeautifulSoup(written, "html.parser")
    assert [tag.name for tag in parsed.find_all(lambda tag: {"src", "href", "srcset", "data"} & set(tag.attrs))] == []
    styles = "".join(style.get_text() for style in parsed.find_all("style"))
    assert re.findall(r"@import|url\(", styles) == []
    policy = parsed.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert str(policy).startswith("<meta content=\"default-src 'none'; ")


def test_what_strangers_wrote_stays_text(written: str) -> None:
    assert NASTY not in written
    parsed = BeautifulSoup(written, "html.parser")
    assert parsed.find_all("img") == []
    assert parsed.find_all("script", string=re.compile("owned"), type=None) == []
    assert NASTY in parsed.get_text(), "it is shown, as text"
    (data,) = parsed.find_all("script", id="charts")
    assert "<" not in data.get_text()
    assert NASTY in json.dumps(json.loads(data.get_text())).replace('\\"', '"')


def test_only_the_two_scripts_may_run(written: str) -> None:
    allowed = re.findall(r"sha256-([\w+/=]+)", written)
    scripts = re.findall(r"<script>(.*?)</script>", written, re.DOTALL)
    assert allowed == [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert len(scripts) == 2


# --- the command


def test_the_command_writes_it(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "seen.html"
    done = CliRunner().invoke(
        app, ["report", "--warehouse", str(folder), "--output", str(output), "--since", "2026-03-02"]
    )
    assert done.exit_code == 0, done.output
    assert "fetched since: 2026-03-02" in output.read_text(encoding="utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["seen.html"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--site", "nowhere.example"], "no page is that of --site 'nowhere.example'"),
        (["--since", "2031-01-01"], "no page is that of --since 2031-01-01"),
        (["--warehouse", "missing"], "nothing was published yet"),
        (["--output", "missing/report.html"], "no such folder"),
    ],
)
def test_a_wrong_use_says_what_to_do(
    folder: Path, tmp_path: Path, given: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    usual = ["--warehouse", str(folder), "--output", "report.html"]
    done = CliRunner().invoke(app, ["report", *usual, *given])
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert list(tmp_path.iterdir()) == []


def test_without_the_libraries_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_module, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"cleaner\[report\]"):
        check_drawing()


# --- in a browser


def in_browser(page: Path, width: int, *flags: str) -> str:
    """Let Chromium draw a page, and return what stands in it then; the network is closed to it."""
    assert BROWSER
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", *flags]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={page.parent / f'profile-{width}'}", f"--window-size={width},900"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=30000", "--dump-dom", page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout


MEASURE = "<script>setInterval(() => { document.documentElement.dataset.wide = document.documentElement.scrollWidth; }, 200)</script>"


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine: the page was not looked at in a browser")
@pytest.mark.parametrize(
    ("width", "flags"), [(1280, ()), (500, ("--blink-settings=preferredColorScheme=0",))], ids=["desktop", "phone-dark"]
)
def test_a_browser_draws_every_chart(folder: Path, tmp_path: Path, width: int, flags: tuple[str, ...]) -> None:
    found = overview(folder)
    written = "\n".join(report_page(found, {}))
    # The policy forbids what this test adds: a script that tells how wide the page came out.
    page_without = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", written)
    head, _, tail = page_without.rpartition("</body>")
    measured = f"{head}{MEASURE}</body>{tail}"
    page = tmp_path / "report.html"
    page.write_text(measured, encoding="utf-8")
    drawn = in_browser(page, width, *flags)
    assert 'data-drawn="yes"' in drawn
    assert ">This chart could not be drawn" not in drawn
    assert len(re.findall(r'class="chart[^>]*>(?:(?!</section>).)*<svg', drawn, re.DOTALL)) == len(
        specifications(found)
    )
    wide = re.search(r'data-wide="(\d+)"', drawn)
    assert wide
    assert int(wide.group(1)) <= width, "nothing sticks out to the side"


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine: the page was not looked at in a browser")
def test_its_own_policy_lets_its_own_scripts_draw(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("\n".join(report_page(overview(folder), {"written": NASTY})), encoding="utf-8")
    drawn = in_browser(page, 1000)
    assert 'data-drawn="yes"' in drawn
    assert "owned" not in re.findall(r"<title>(.*?)</title>", drawn)[0]
