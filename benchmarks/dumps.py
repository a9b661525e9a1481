"""Time the cleaning of text dumps on one core, beside two line filters on the same text; or watch the memory.

    python benchmarks/dumps.py [--limit N]      MB/s, dumps/s, share of each stage, ratios to C4's rules and jusText
    python benchmarks/dumps.py --memory N       cleans N dumps and prints the memory after each tenth of them

Reads the dumps of 5 to 20 KB in `dumps-dev.jsonl.xz` in the folder that CLEANER_GOLD names; without it the text pages
of `raw/`, which are shorter. Times are CPU seconds of one process: the machine may be busy. The ratios are what counts:
all three see the same dumps in turn, in the same run.

C4's rules are those of Raffel et al. 2020 (JMLR 21:140, section 2.2) that judge a line or a page alone, without the list
of bad words and the removal of repeated sentences. jusText wants HTML: each line is given to it as a paragraph.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import lzma
import os
import re
import sys
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import justext
from timing import timed, watched

from cleaner import clean
from cleaner.landing import page_id
from cleaner.model import MediaType, Page
from cleaner.rules import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.rules import Rulebook

RAW = Path(__file__).parent.parent / "raw"
SIZES = range(5_000, 20_001)
"""Bytes of the dumps that are timed."""

STAGES = {
    "decode, blocks": ("decode", "_read"),
    "rules": ("_unglued", "mark_blocks"),
    "engine": ("judge_dump",),
    "settle, split": ("settle", "add_certain_starts", "split", "segments", "name_heads", "defect"),
    "language": ("_language", "detect"),
    "metadata": ("line_candidates", "site_candidates", "choose"),
    "ledger, assemble": ("paragraphs_of", "text_key", "assemble", "_ledger"),
}
"""What `clean_page` calls, by stage."""
WATCHED = {stage: tuple((clean, name) for name in names) for stage, names in STAGES.items()}


def main() -> None:
    options = _options()
    texts = list(islice(_texts(), options.limit))
    if options.memory:
        watch_memory(texts, options.memory)
    else:
        compare(texts)


def compare(texts: Sequence[str]) -> None:
    """Print how fast dumps are cleaned, where the time goes, and how long the two filters take on them."""
    pages = [_page(text) for text in texts]
    rulebook = _warm(texts)
    stoplists = {code: justext.get_stoplist(name) for code, name in (("en", "English"), ("de", "German"))}
    ours, c4, jus = 0.0, 0.0, 0.0
    for page in pages:
        text = page.content.decode()
        seconds, cleaned = timed(lambda page=page: clean.clean_page(page, rulebook))
        ours += seconds
        c4 += timed(lambda text=text: c4_lines(text))[0]
        stoplist = stoplists.get(cleaned.language or "", stoplists["en"])
        jus += timed(lambda text=text, stoplist=stoplist: justext.justext(_as_html(text), stoplist))[0]
    size = sum(len(page.content) for page in pages) / 1e6
    print(f"{len(pages)} dumps, {size:.2f} MB, {1e3 * size / len(pages):.1f} KB each; CPU time of one core:")
    print(f"cleaner    {size / ours:6.2f} MB/s {len(pages) / ours:8.1f} dumps/s")
    for name, theirs in (("C4's rules", c4), ("jusText", jus)):
        print(
            f"{name:10} {size / theirs:6.2f} MB/s {len(pages) / theirs:8.1f} dumps/s: ours takes {ours / theirs:.2f} times as long"
        )
    for stage, seconds in by_stage(texts).items():
        print(f"  {stage:17} {1e3 * seconds / len(pages):6.2f} ms a dump")


def _warm(texts: Sequence[str]) -> Rulebook:
    """Load models and compile the rules, on dumps like those to be timed with no line in common."""
    rulebook = load_rulebook()
    for text in texts:
        clean.clean_page(_page(_another(text, 0)), rulebook)
    return rulebook


def _another(text: str, turn: int) -> str:
    """Write a number into every line, so that what remembers lines has not seen it."""
    return re.sub(r"(?m)^(\S+) ", rf"\1 {turn} ", text)


def by_stage(texts: Sequence[str]) -> dict[str, float]:
    """Clean the dumps once more and return the CPU seconds of each stage, those it spends in another left out."""
    rulebook = _warm(texts)
    spent: Counter[str] = Counter()
    with watched(WATCHED, spent):
        total = sum(timed(lambda text=text: clean.clean_page(_page(text), rulebook))[0] for text in texts)
    return {**{stage: spent[stage] for stage in STAGES}, "between": total - sum(spent.values())}


def watch_memory(texts: Sequence[str], count: int) -> None:
    """Clean so many dumps and print the resident memory after each tenth: it must not grow.

    Every round has lines of its own: what remembers lines must forget them.
    """
    rulebook = load_rulebook()
    for done, (at, text) in enumerate(islice(cycle(enumerate(texts)), count), 1):
        turn = (done - 1 - at) // len(texts)
        clean.clean_page(_page(_another(text, turn)), rulebook)
        if done % max(1, count // 10) == 0:
            print(f"{done:7} dumps: {_resident() / 2**20:6.1f} MiB", flush=True)


def _resident() -> int:
    """Return the bytes of memory that the process holds now (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


C4_END = (".", "!", "?", '"', "”")
C4_FEWEST_WORDS = 5
C4_FEWEST_SENTENCES = 3
C4_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
C4_CITATION = re.compile(r"\[(?:\d*|edit|citation needed)\]")
C4_SENTENCE = re.compile(r"[.!?]+[\"”]?(?:\s|$)")


def c4_lines(text: str) -> list[str]:
    """Return the lines that C4's rules leave of a page; none where they drop the page."""
    low = text.lower()
    if "lorem ipsum" in low or "{" in text:
        return []
    kept = [line for line in map(str.strip, C4_CITATION.sub("", text).splitlines()) if _is_c4_line(line)]
    sentences = sum(1 for line in kept for _ in C4_SENTENCE.finditer(line))
    return kept if sentences >= C4_FEWEST_SENTENCES else []


def _is_c4_line(line: str) -> bool:
    if not line.endswith(C4_END) or line.endswith("...") or len(line.split()) < C4_FEWEST_WORDS:
        return False
    low = line.lower()
    return "javascript" not in low and not any(phrase in low for phrase in C4_POLICY)


def _as_html(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="only so many dumps")
    parser.add_argument("--memory", type=int, metavar="N", help="clean N dumps and print the memory; no times")
    return parser.parse_args()


def _texts() -> Iterator[str]:
    gold = Path(os.environ.get("CLEANER_GOLD", ""), "dumps-dev.jsonl.xz")
    if gold.is_file():
        with lzma.open(gold, "rt", encoding="utf-8") as lines:
            texts = (json.loads(line)["text"] for line in lines)
            yield from (text for text in texts if len(text.encode()) in SIZES)
    else:
        print("CLEANER_GOLD names no folder of labelled data: the text pages of raw/", file=sys.stderr)
        yield from (file.read_text(encoding="utf-8", errors="replace") for file in sorted(RAW.rglob("*.txt")))


def _page(text: str) -> Page:
    content = text.encode("utf-8", "replace")
    return Page(
        page_id=page_id(None, content),
        source="dump",
        path="benchmark",
        row=None,
        media_type=MediaType.TEXT,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        charset="utf-8",
    )


if __name__ == "__main__":
    main()
