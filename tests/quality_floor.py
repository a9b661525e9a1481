"""The quality floor: figures over our own gold, per language and kind, that only rise.

python tests/quality_floor.py                           show figures beside their floor
python tests/quality_floor.py --raise                   pin what has become better
python tests/quality_floor.py --lower-floor "reason"    pin what is there, also where it is worse; the reason is kept
python tests/quality_floor.py --gold ...                the same over each seventh page of the gold that CLEANER_GOLD names
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import shipped_corpus as corpus

from cleaner.clean import clean_page
from cleaner.evaluate import gold_page, score_page, total
from cleaner.evaluate.figures import Row, slices
from cleaner.evaluate.figures import measure as measure_rows
from cleaner.evaluate.gold import Kind, read_gold
from cleaner.evaluate.score import score
from cleaner.model import MediaType, Page
from cleaner.rules import load_rulebook
from cleaner.settings import Settings
from cleaner.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FILE = Path(__file__).parent / "quality-floor.toml"
GOLD_FILE = FILE.with_name("gold-floor.toml")
SHARE = 7
"""Of the labelled pages each seventh is measured, 280 pages in half a minute: seven does not divide the number of its styles."""
SLACK = 0.02
"""A figure further above its floor than this is reported: the floor has fallen behind."""

Rates = dict[str, dict[str, float]]
"""Group (`en dump`) to figure to rate."""

_HEAD = """\
# The quality floor: figures over raw/ and tests/gold, or over labelled pages beside the project. Written by tests/quality_floor.py; do not edit by hand.
# A figure below its floor fails the tests. Floors rise with --raise; they fall only with --lower-floor "reason".
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """What is pinned."""

    corpus: str
    rates: Rates
    lowered: tuple[dict[str, str], ...] = ()
    """Each time a floor was lowered: reason, and which figures from what to what."""


def measure() -> Rates:
    """Clean the shipped corpus and hold it against its gold, per language and kind."""
    scores = defaultdict(list)
    for name, page in corpus.pages().items():
        record = corpus.gold()[name]
        if not record["articles"]:
            continue  # nothing to find here: test_golden checks that it is rejected, and why
        kind = "html" if page.media_type is MediaType.HTML else "dump"
        gold = gold_page(record)
        score = score_page(gold, corpus.cleaned(name).articles)
        for group in (f"{gold.language} {kind}", f"all {kind}"):
            scores[group].append(score)
    return {group: {k: cut_off(v) for k, v in total(rows).rates().items()} for group, rows in sorted(scores.items())}


def gold_files(folder: str) -> list[Path]:
    """Name the gold's files in the folder."""
    return sorted(Path(folder).glob("*.jsonl.xz"))


def gold_digest(folder: str) -> str:
    """Hash the gold: floors hold for the pages they were pinned on."""
    return digest(*(sha256(file.read_bytes()).hexdigest() for file in gold_files(folder)))[:16]


def measure_gold(folder: str) -> Rates:
    """Clean a share of the labelled pages and score it; the weights have learnt from them, so this is no result."""
    rows, rulebook = [], load_rulebook()
    for file in gold_files(folder):
        for case in islice(read_gold(file, Settings().page_bytes), 0, None, SHARE):
            articles = clean_page(case.item, rulebook).articles if isinstance(case.item, Page) else ()
            found = score(case.gold, articles)
            rows.append(Row(case.name, case.gold.kind, case.gold.slices, case.gold.digest, found.main, found.counts))
    rates: Rates = {}
    for kind in Kind:
        for name, group in slices([row for row in rows if row.kind is kind]).items():
            figures = {n: cut_off(f.value) for n, f in measure_rows(group).items() if f is not None}
            rates[f"{name} {kind.value}"] = figures
    return rates


def cut_off(rate: float) -> float:
    """Round down to four places, so that a figure is never below the floor pinned from it."""
    return math.floor(rate * 10_000 + 1e-6) / 10_000


def read_floor(file: Path = FILE) -> Floor | None:
    """Read what is pinned; None where nothing is yet."""
    if not file.exists():
        return None
    pinned = tomllib.loads(file.read_text("utf-8"))
    return Floor(pinned["corpus"], pinned["floor"], tuple(pinned.get("lowered", ())))


def write_floor(floor: Floor, file: Path = FILE) -> None:
    """Pin."""
    lines = [_HEAD, f"corpus = {json.dumps(floor.corpus)}", ""]
    for group, rates in sorted(floor.rates.items()):
        lines += [f"[floor.{json.dumps(group)}]", *(f"{name} = {rate:.4f}" for name, rate in rates.items()), ""]
    for entry in floor.lowered:
        lines += ["[[lowered]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in entry.items()), ""]
    file.write_text("\n".join(lines), "utf-8")


def fallen(floor: Rates, now: Rates) -> list[str]:
    """Name each figure that is below its floor, or was pinned and is not measured any more."""
    return [
        f"{group}: {name} {now.get(group, {}).get(name, 0.0):.4f} is below its floor {rate:.4f}"
        for group, name, rate in _each(floor)
        if now.get(group, {}).get(name, 0.0) < rate
    ]


def risen(floor: Rates, now: Rates) -> list[str]:
    """Name each figure that has left its floor behind, or has none."""
    return [
        f"{group}: {name} {rate:.4f}, floor {floor.get(group, {}).get(name, 0.0):.4f}"
        for group, name, rate in _each(now)
        if name not in floor.get(group, {}) or rate > floor[group][name] + SLACK
    ]


def raised(floor: Rates, now: Rates) -> Rates:
    """Lift each floor to the figure; never lowers one, never forgets one."""
    groups = {**floor, **now}
    return {
        g: {n: max(_rate(floor, g, n), _rate(now, g, n)) for n in {**floor.get(g, {}), **now.get(g, {})}}
        for g in groups
    }


def lowered(floor: Floor, now: Rates, reason: str) -> Floor:
    """Pin the figures as they are; what fell is written down with the reason."""
    if not reason.strip():
        message = "a floor is lowered for a reason: say which"
        raise ValueError(message)
    falls = fallen(floor.rates, now)
    entry = {"reason": reason.strip(), "what": "; ".join(falls)}
    return replace(floor, rates=now, lowered=(*floor.lowered, entry) if falls else floor.lowered)


def _rate(rates: Rates, group: str, name: str) -> float:
    return rates.get(group, {}).get(name, 0.0)


def _each(rates: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[str, str, float]]:
    return ((group, name, rate) for group, named in rates.items() for name, rate in named.items())


def report(floor: Rates, now: Rates) -> str:
    """Lay figures out beside their floors, `!` where one has fallen, `^` where its floor can rise."""
    names = list(dict.fromkeys(name for _, name, _ in _each(now)))
    lines = [f"{'':10}" + "".join(f"{name:>24}" for name in names)]
    for group, rates in now.items():
        cells = [
            f"{_sign(floor, group, n, rate)}{rate:.4f} ({_rate(floor, group, n):.4f})" for n, rate in rates.items()
        ]
        lines.append(f"{group:10}" + "".join(f"{cell:>24}" for cell in cells))
    return "\n".join(lines)


def _sign(floor: Rates, group: str, name: str, rate: float) -> str:
    pinned = _rate(floor, group, name)
    return "!" if rate < pinned else "^" if rate > pinned + SLACK else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Show, raise or lower; returns 1 where a figure is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="lift", action="store_true")
    parser.add_argument("--lower-floor", metavar="REASON")
    parser.add_argument("--gold", action="store_true")
    options = parser.parse_args(arguments)
    folder = os.environ.get("CLEANER_GOLD", "") if options.gold else None
    if folder == "":
        parser.error("CLEANER_GOLD names no folder")
    mark, now = (corpus.corpus_digest(), measure()) if folder is None else (gold_digest(folder), measure_gold(folder))
    file = FILE if folder is None else GOLD_FILE
    floor = read_floor(file) or Floor(mark, {})
    if options.lower_floor is not None:
        floor = replace(lowered(floor, now, options.lower_floor), corpus=mark)
        write_floor(floor, file)
    elif options.lift:
        floor = replace(floor, rates=raised(floor.rates, now), corpus=mark)
        write_floor(floor, file)
    falls = fallen(floor.rates, now)
    sys.stdout.write("\n".join([report(floor.rates, now), *falls]) + "\n")
    return 1 if falls else 0


if __name__ == "__main__":
    sys.exit(main())
