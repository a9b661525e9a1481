"""How long the signals of quality take, and how far they agree with datatrove's filters (where it is installed).

CLEANER_GOLD=/path/to/gold python benchmarks/quality.py
"""

from __future__ import annotations

import importlib.util
import json
import lzma
import os
from collections import Counter
from pathlib import Path
from time import process_time

from cleaner.clean import clean_page
from cleaner.landing import page_id
from cleaner.model import MediaType, Page
from cleaner.quality import Quality, measure
from cleaner.rules import load_rulebook

GOLD = Path(os.environ.get("CLEANER_GOLD", "../shared/gold"))
THRESHOLDS = (0.15, 0.14, 0.13, 0.12, 0.11, 0.1)


def rows(name: str) -> list[dict[str, object]]:
    with lzma.open(GOLD / name, "rt") as stream:
        return [json.loads(line) for line in stream]


def time() -> None:
    rulebook, cleaning, measuring, articles = load_rulebook(), 0.0, 0.0, 0
    for row in rows("dumps-dev.jsonl.xz")[:100]:
        content = str(row["text"]).encode()
        page = Page(page_id(None, content), "dump", "dump", None, MediaType.TEXT, content, "")
        start = process_time()
        found = clean_page(page, rulebook).articles
        middle = process_time()
        for article in found:
            measure(article.text)
        cleaning, measuring = cleaning + middle - start, measuring + process_time() - middle
        articles += len(found)
    print(f"{articles} articles: {1000 * measuring / articles:.2f} ms each, {measuring / cleaning:.1%} of cleaning")


def ours(found: Quality) -> dict[str, bool]:
    """Apply the thresholds of the views, with one share for lines and paragraphs."""
    wording, lines, said = found.wording, found.lines, found.repetition
    repeated = zip((*said.top_ngrams, *said.duplicate_ngrams), (0.2, 0.18, 0.16, *THRESHOLDS), strict=True)
    return {
        "gopher quality": 50 <= wording.words <= 100_000
        and 3 <= wording.mean_word_length <= 10
        and max(wording.hash_ratio, wording.ellipsis_ratio) <= 0.1
        and lines.bullet_lines <= 0.9
        and lines.ellipsis_lines <= 0.3
        and wording.alphabetic_words >= 0.8
        and wording.stop_words >= 2,
        "gopher repetition": said.duplicate_lines <= 0.3
        and said.duplicate_line_characters <= 0.2
        and all(share <= most for share, most in repeated),
        "c4": not lines.curly_brackets and not lines.lorem_ipsum and lines.c4_sentences >= 5,
        "fineweb": lines.terminal_lines > 0.12 and lines.short_lines < 0.67 and said.duplicate_line_characters < 0.1,
    }


def compare() -> None:
    from datatrove.data import Document  # noqa: PLC0415 - a peer that may be missing
    from datatrove.pipeline import filters as peer  # noqa: PLC0415

    theirs = {
        "gopher quality": peer.GopherQualityFilter(),
        "gopher repetition": peer.GopherRepetitionFilter(),
        "c4": peer.C4QualityFilter(),
        "fineweb": peer.FineWebQualityFilter(char_duplicates_ratio=0.1, new_line_ratio=9),
    }
    english = [row for row in rows("pages-dev.jsonl.xz") if row["lang"] == "en" and row["paragraphs"]][:400]
    agreed: Counter[str] = Counter()
    for row in english:
        mine = ours(measure("\n\n".join(row["paragraphs"])))
        for name, rule in theirs.items():
            verdict = rule.filter(Document(text="\n".join(row["paragraphs"]), id="row"))
            agreed[name] += (verdict is True) == mine[name]
    for name in theirs:
        print(f"{name}: same verdict on {agreed[name]} of {len(english)}")


if __name__ == "__main__":
    time()
    if importlib.util.find_spec("datatrove"):
        compare()
