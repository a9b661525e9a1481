"""Clean the labelled data, score it, and time the cleaner against trafilatura alone on the same pages in the same run.

    python benchmarks/gold.py dumps [--limit N]     blended dumps: figures and MB/s
    python benchmarks/gold.py pages [--limit N]     HTML pages: figures, pages/s and CPU ratio to trafilatura

Reads `dumps-dev.jsonl.xz` or `pages-dev.jsonl.xz` in the folder that CLEANER_GOLD names, and scores with
`../tools/score.py` beside that folder. Times are CPU seconds of one process: the machine may be busy. The ratio is what
counts, not the seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trafilatura

from cleaner.clean import clean_page
from cleaner.landing import page_id
from cleaner.model import MediaType, Page
from cleaner.review import jsonl
from cleaner.rules import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    options = _options()
    gold = _gold(options.kind)
    rulebook = load_rulebook()
    ours = theirs = size = pages = 0.0
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder, "predictions.jsonl")
        with predictions.open("w", encoding="utf-8") as out:
            for row in islice(_rows(gold), options.limit):
                page = _page(row, options.kind)
                start = time.process_time()
                cleaned = clean_page(page, rulebook)
                ours += time.process_time() - start
                out.writelines(jsonl.line(article, page) + "\n" for article in cleaned.articles)
                if options.kind == "pages":
                    theirs += _trafilatura_alone(row)
                size += len(page.content)
                pages += 1
        print(
            f"{pages:.0f} pages, {size / 1e6:.1f} MB: {pages / ours:.1f} pages/s, {size / 1e6 / ours:.2f} MB/s of CPU time"
        )
        if theirs:
            print(
                f"trafilatura alone, body and metadata: {pages / theirs:.1f} pages/s; ours takes {ours / theirs:.2f} times its CPU time"
            )
        if options.limit is None:
            scorer = gold.parent.parent / "tools" / "score.py"
            subprocess.run([sys.executable, str(scorer), options.kind, str(gold), str(predictions)], check=True)


def _trafilatura_alone(row: dict[str, Any]) -> float:
    start = time.process_time()
    trafilatura.bare_extraction(row["html"], url=row.get("url"), with_metadata=True)
    return time.process_time() - start


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("dumps", "pages"))
    parser.add_argument("--limit", type=int, help="only so many pages, timed but not scored")
    return parser.parse_args()


def _gold(kind: str) -> Path:
    folder = os.environ.get("CLEANER_GOLD")
    file = Path(folder or "", f"{kind}-dev.jsonl.xz")
    if not folder or not file.is_file():
        sys.exit(f"{file} is not there: set CLEANER_GOLD to the folder of labelled data")
    return file


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _page(row: dict[str, Any], kind: str) -> Page:
    text = row["text"] if kind == "dumps" else row["html"]
    content = text.encode("utf-8", "replace")
    return Page(
        page_id=page_id(row.get("url"), content),
        source=row["id"],
        path="gold",
        row=None,
        media_type=MediaType.TEXT if kind == "dumps" else MediaType.HTML,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        url=row.get("url"),
        charset="utf-8",
    )


if __name__ == "__main__":
    main()
