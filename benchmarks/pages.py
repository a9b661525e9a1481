"""Time the cleaning of HTML pages on one core, beside trafilatura on the same pages, and show the share of each stage.

    python benchmarks/pages.py [--gold FILE] [--every N] [--warm N]      ms a page, ratio to trafilatura, share of each stage

FILE holds rows of the form of `pages-dev.jsonl.xz`, by default that file in the folder that CLEANER_GOLD names. Times are CPU
seconds of one process: the machine may be busy. The ratio is what counts: both see each page in turn, in the same run.
Trafilatura is asked for body and metadata, ours gives body, metadata and a ledger with the reason for each block. Both have
seen other pages before, so that models are loaded and rules compiled; no page twice.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import lzma
import os
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trafilatura
from timing import timed, watched

from cleaner import clean, judge
from cleaner.landing import page_id
from cleaner.model import MediaType, Page
from cleaner.rules import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

    from cleaner.rules import Rulebook

STAGES: dict[str, tuple[tuple[ModuleType, str], ...]] = {
    "parse, blocks": ((clean, "decode"), (clean, "html_page"), (clean, "hide"), (clean, "part")),
    "rules": ((clean, "_unglued"), (clean, "mark_blocks"), (clean, "mark_copies")),
    "engine": ((judge, "judge_markup"),),
    "opinions, reasons": ((clean, "judge_html"),),
    "second opinion": ((clean, "main_content"),),
    "settle, split": tuple((clean, name) for name in ("settle", "split", "segments", "name_heads", "defect")),
    "language": ((clean, "_language"), (clean, "detect")),
    "metadata": tuple(
        (clean, name)
        for name in (
            "pinned_candidates",
            "document_candidates",
            "state_candidates",
            "line_candidates",
            "site_candidates",
            "choose",
        )
    ),
    "ledger, assemble": tuple((clean, name) for name in ("paragraphs_of", "text_key", "assemble", "_ledger")),
}
"""What `clean_page` calls, by stage; what a function spends in one of another stage counts there."""


def main() -> None:
    options = _options()
    rows = list(islice(rows_of(options.gold), 0, None, options.every))
    rulebook = load_rulebook()
    for row in rows[: options.warm]:
        clean.clean_page(page_of(row), rulebook)
        _theirs(row)
    gc.freeze()  # neither pays for walking through what the other has loaded
    compare(rows[options.warm :], rulebook)


def compare(rows: Sequence[Mapping[str, Any]], rulebook: Rulebook) -> None:
    """Print what a page takes, and each stage of it."""
    spent: Counter[str] = Counter()
    ours, theirs = 0.0, 0.0
    for row in rows:
        page = page_of(row)
        with watched(STAGES, spent):
            ours += timed(lambda page=page: clean.clean_page(page, rulebook))[0]
        theirs += timed(lambda row=row: _theirs(row))[0]
    count = len(rows)
    print(f"{count} pages, {sum(len(row['html']) for row in rows) / count / 1e3:.0f} KB each; CPU time of one core:")
    print(f"trafilatura {1e3 * theirs / count:6.1f} ms a page")
    print(f"cleaner     {1e3 * ours / count:6.1f} ms a page: {ours / theirs:.2f} times as long")
    for stage, seconds in [*((stage, spent[stage]) for stage in STAGES), ("between", ours - sum(spent.values()))]:
        print(f"  {stage:17} {1e3 * seconds / count:6.2f} ms {seconds / ours:6.1%}")


def _theirs(row: Mapping[str, Any]) -> object:
    return trafilatura.bare_extraction(row["html"], url=row.get("url"), with_metadata=True)


def default_gold() -> Path:
    """Return the labelled pages in the folder that CLEANER_GOLD names."""
    return Path(os.environ.get("CLEANER_GOLD", ""), "pages-dev.jsonl.xz")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=default_gold())
    parser.add_argument("--every", type=int, default=4, help="only each n-th page: a sample of all collections")
    parser.add_argument("--warm", type=int, default=40, help="pages that come first and are not timed")
    options = parser.parse_args()
    if not options.gold.is_file():
        sys.exit(
            f"{options.gold} is no file of labelled pages: name one with --gold, or set CLEANER_GOLD to the folder of them"
        )
    return options


def rows_of(file: Path) -> Iterator[Mapping[str, Any]]:
    """Read labelled pages, one a line."""
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def page_of(row: Mapping[str, Any]) -> Page:
    """Build the page that a row holds, as if it had landed."""
    content = row["html"].encode("utf-8", "replace")
    sha, url = hashlib.sha256(content).hexdigest(), row.get("url")
    return Page(page_id(url, content), row["id"], "gold", None, MediaType.HTML, content, sha, url, charset="utf-8")


if __name__ == "__main__":
    main()
