"""Shared by all tests: the rulebook, pages made of a string, the labelled data where it is there."""

from __future__ import annotations

import hashlib
import os
from functools import cache, wraps
from pathlib import Path

import duckdb
import pytest
from command_line import MILL
from forked import forked_context
from warehouse_samples import unbuilt

from cleaner.clean import clean_page
from cleaner.ingest import pool, stream
from cleaner.ingest.worker import Cleaner
from cleaner.landing import page_id
from cleaner.model import Cleaned, MediaType, Page
from cleaner.rules import Rulebook, load_rulebook
from cleaner.store import publish

PROJECT = Path(__file__).parents[1]
GOLD = os.environ.get("CLEANER_GOLD")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
"""Threads that train wait without turning: beside other tests, turning took them ten times the work's own time."""


SLOW_THROUGHOUT = {"test_flows.py"}
"""Importing Prefect's server alone takes each worker eight seconds: not where all that needs it is left out."""


def pytest_ignore_collect(collection_path, config):
    """Leave a module alone where none of its tests would run."""
    return True if collection_path.name in SLOW_THROUGHOUT and "not slow" in config.getoption("markexpr") else None


def pytest_collection_modifyitems(config, items):
    """Leave out what needs labelled data where there is none, and say so in a line."""
    if GOLD and Path(GOLD).is_dir():
        return
    without = [item for item in items if "gold" in item.keywords]
    if without:
        items[:] = [item for item in items if "gold" not in item.keywords]
        config.hook.pytest_deselected(items=without)
        print(f"{len(without)} tests on labelled data left out: CLEANER_GOLD names no folder")


@pytest.fixture(scope="session", autouse=True)
def quick(request):
    """Save the fast tests what the slow ones prove: how workers start, threads inside DuckDB, migrating each publication."""
    with pytest.MonkeyPatch.context() as patched:
        if "not slow" in request.config.getoption("markexpr"):
            for module in (pool, stream):
                patched.setattr(module, "spawn_context", forked_context)
            patched.setattr(duckdb, "connect", in_one_thread(duckdb.connect))
            patched.setattr(publish, "_under_construction", from_a_model(publish._under_construction))
        yield


def in_one_thread(connect):
    """Open databases with one thread each: the tests take up every processor already."""

    def connected(*args, **options):
        return connect(*args, **options | {"config": {"threads": 1} | options.get("config", {})})

    return connected


def from_a_model(under_construction):
    """Let a published file that is built anew begin as a copy of one without rows."""

    @wraps(under_construction)
    def constructed(connection, path, model=None):
        return under_construction(connection, path, model or unbuilt())

    return constructed


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


def text_page(text: str | bytes, **fields) -> Page:
    return make_page(text, MediaType.TEXT, **fields)


def html_page(text: str | bytes, **fields) -> Page:
    return make_page(text, MediaType.HTML, **fields)


def make_page(text: str | bytes, media_type: MediaType, **fields) -> Page:
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    known = {
        "page_id": page_id(fields.get("url"), content),
        "source": "page.txt",
        "path": "page.txt",
        "row": None,
        "media_type": media_type,
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return Page(**(known | fields))


def clean_text(text: str, **fields) -> Cleaned:
    return clean_page(text_page(text, **fields), rulebook())


def clean_html(text: str, **fields) -> Cleaned:
    return clean_page(html_page(text, **fields), rulebook())


@cache
def loaded(packs: Path | None) -> Rulebook:
    """Load the rules of a folder once, however many commands run in this process: they take half a second."""
    return load_rulebook(packs)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Work in an empty folder, without settings from outside, on a wide terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stream, "Cleaner", lambda: Cleaner(load=loaded))
    for name in os.environ:
        if name.startswith("CLEANER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


@pytest.fixture
def mill(elsewhere):
    page = elsewhere / "mill.txt"
    page.write_text(MILL, encoding="utf-8")
    return page


@pytest.fixture(scope="session")
def gold() -> Path:
    return Path(GOLD or "")
