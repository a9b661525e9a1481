"""The pages under `raw/`, their gold and their snapshots, all under one name."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from cleaner.clean import clean_page
from cleaner.landing import Limits, discover, read_file
from cleaner.model import Cleaned, Page, Rejected
from cleaner.rules import Rulebook, load_rulebook

TESTS = Path(__file__).parent
RAW = TESTS.parent / "raw"
GOLD = TESTS / "gold"
GOLDEN = TESTS / "golden"
UNSAFE = re.compile(r"[^\w.-]")
ROWS_GOLD = "_rejected"
"""Gold of the rows of a file that are no pages: [[row, reason], ...]."""

_LIMITS = Limits(page_bytes=10_000_000)


@cache
def landed() -> dict[str, Page | Rejected]:
    """Read every page of the shipped corpus; what could not be read is there too."""
    found: dict[str, Page | Rejected] = {}
    for file in discover(RAW):
        for result in read_file(file, _LIMITS):
            name = name_of(result)
            found[name if name not in found else f"{name}-row-{result.row}"] = result
    return found


def name_of(result: Page | Rejected) -> str:
    """Name a page by its file, a row by its file and id: stable whatever is added beside it."""
    if result.row is None:
        return result.path
    own = f"row-{result.row}" if result.source == f"{result.path}#{result.row}" else result.source
    return f"{result.path}/{UNSAFE.sub('_', own)}"


def pages() -> dict[str, Page]:
    """Return the landed pages alone."""
    return {name: result for name, result in landed().items() if isinstance(result, Page)}


@cache
def rulebook() -> Rulebook:
    """Load the shipped packs once."""
    return load_rulebook()


@cache
def cleaned(name: str) -> Cleaned:
    """Clean a page once, however many tests look at it."""
    return clean_page(pages()[name], rulebook())


@cache
def gold() -> dict[str, Any]:
    """Read the gold of every page, by the page's name."""
    files = sorted(GOLD.rglob("*.json"))
    return {f.relative_to(GOLD).as_posix().removesuffix(".json"): json.loads(f.read_text("utf-8")) for f in files}


def snapshot_file(name: str, extension: str) -> Path:
    """Return where a page's snapshot lies."""
    return GOLDEN / f"{name}{extension}"


def expected_snapshots() -> set[Path]:
    """Return every snapshot there has to be: two for a page, one for what could not be read."""
    pictures = {snapshot_file(name, ".md") for name in landed()}
    return pictures | {snapshot_file(name, ".yml") for name in pages()}


def orphans() -> list[Path]:
    """Return snapshots whose page is gone."""
    return sorted({f for f in GOLDEN.rglob("*") if f.is_file()} - expected_snapshots())


def corpus_digest() -> str:
    """Hash raw pages and gold: figures over another corpus are other figures."""
    hashed = hashlib.sha256()
    for folder in (RAW, GOLD):
        for file in sorted(f for f in folder.rglob("*") if f.is_file() and f.name != "README.md"):
            hashed.update(
                f"{file.relative_to(folder.parent)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode()
            )
    return hashed.hexdigest()[:16]
