"""Turns labelled pages into the weights by which an article's title, authors and date are chosen.

::

    python -m training.fields --gold PATH [--out src/cleaner/metadata/weights.toml]

The weights are those of a conditional logit: of a page's options for a field, and "none of them" with the sum 0, the
right one shall be the most likely. Nothing is drawn at random: the same gold and code write the same file. First the
figures on unseen sites are printed: each fold's pages by weights that were learnt on the other four. About two minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from cleaner.clean import clean_page
from cleaner.landing import page_id
from cleaner.metadata.clues import Context, clues_of
from cleaner.metadata.options import spokesman
from cleaner.metadata.ranking import FIELDS, Weights, options_of
from cleaner.model import MediaType, Page
from cleaner.rules import load_rulebook
from cleaner.text import normal
from training.gold import PAGES, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from cleaner.metadata.clues import Clues
    from cleaner.metadata.options import Option
    from cleaner.model import Candidate
    from cleaner.rules import Rulebook

OUT = Path(__file__).resolve().parents[1] / "src/cleaner/metadata/weights.toml"
FOLDS = 5
PENALTY = {"title": 3.0, "authors": 3.0, "published_at": 3.0}
"""Of the squared weights, by field; from 0.3 to 3 the figures on unseen sites stay within half a point."""

NONE = {"title": -9.0, "authors": 0.0, "published_at": -0.7}
"""Sum that "none" has when the choice is made: a likely value is named although "none" is a little more likely.
Every labelled page has a title; of authors, from -0.5 to 0 no right name is lost and 0.03 of the right silences are won; of dates, -0.5 moves one page."""

UNREACHABLE = 0.3
"""Weight of a page whose right answer nobody offers: "none" is the best that can be said of it."""

RAREST = 8
"""Pages' options in which a clue must hold to get a weight."""

INSTITUTION = re.compile(
    r"(?i)\b(?:staff|news|desk|team|editors?|redaktion|agency|agencia|agence|press|reuters|afp|ap|dpa|media|times|post|daily|magazine|\.com)\b"
)
NAMES = re.compile(r",|;|\||&|\band\b|\bund\b")


@dataclass(frozen=True, slots=True)
class Case:
    """A field of a labelled page: what there was to choose from, and what is right."""

    page: str
    fold: int
    clues: tuple[Clues, ...]
    right: tuple[bool, ...]
    has_answer: bool
    """False where the page has no author, or no date."""

    @property
    def weight(self) -> float:
        """Return how much the page counts in training."""
        return UNREACHABLE if self.has_answer and not any(self.right) else 1.0


def main() -> None:
    """Read the command line, measure and write."""
    parser = argparse.ArgumentParser(prog="python -m training.fields", description="Train the choice of fields.")
    parser.add_argument("--gold", type=Path, required=True, help=f"folder that holds {PAGES}")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write the weights")
    wanted = parser.parse_args()
    rows = read_rows(wanted.gold / PAGES)
    rulebook = load_rulebook()
    offered = [candidates_of(row, rulebook) for row in rows]
    tables = {}
    for field in FIELDS:
        cases = [case(field, row, found) for row, found in zip(rows, offered, strict=True)]
        print(report(field, cases), flush=True)
        tables[field] = fit(field, cases)
    digest = hashlib.sha256((wanted.gold / PAGES).read_bytes()).hexdigest()[:16]
    wanted.out.write_text(as_toml(tables, f"{len(rows)} pages, {digest}"), encoding="utf-8")
    print(f"{wanted.out}: {wanted.out.stat().st_size:,} bytes")


def candidates_of(row: Mapping[str, Any], rulebook: Rulebook) -> tuple[Candidate, ...]:
    """Clean a labelled page and return all that was on offer for its article; of several for the first, as it is scored."""
    content = row["html"].encode("utf-8", "replace")
    sha = hashlib.sha256(content).hexdigest()
    url = row.get("url")
    page = Page(page_id(url, content), row["id"], "gold", None, MediaType.HTML, content, sha, url, charset="utf-8")
    articles = clean_page(page, rulebook).articles
    return articles[0].candidates if articles else ()


def case(field: str, row: Mapping[str, Any], candidates: Sequence[Candidate]) -> Case:
    """Say which of a field's options is right."""
    context = Context(tuple(candidates))
    options = options_of(field, context)
    truth = answer(field, row)
    right = tuple(bool(truth) and said(field, option) == truth for option in options)
    return Case(row["id"], row["fold"], tuple(clues_of(field, options, context)), right, bool(truth))


def answer(field: str, row: Mapping[str, Any]) -> frozenset[str]:
    """Return what is right for a field, in the form in which answers are compared; empty where it is none."""
    if field == "title":
        return frozenset({plain(row.get("title") or "")} - {""})
    if field == "published_at":
        return frozenset({str(row.get("published") or "")[:10]} - {""})
    return name_set(row.get("authors") or ())


def said(field: str, option: Option) -> frozenset[str]:
    """Return what an option says, in the same form."""
    if field == "title":
        return frozenset({plain(option.candidates[0].value)})
    if field == "published_at":
        return option.key
    source = spokesman(option).source
    return name_set(c.value for c in option.candidates if c.source == source)


def plain(text: str) -> str:
    """Reduce to words."""
    return " ".join(re.findall(r"\w+", normal(text)))


def name_set(names: Iterable[str]) -> frozenset[str]:
    """Take lists in one string apart; institutions are left out, on both sides."""
    parts = (part for name in names for part in NAMES.split(name) if not INSTITUTION.search(part))
    return frozenset(plain(re.sub(r"(?i)^\s*by\s+", "", part)) for part in parts) - {""}


def fit(field: str, cases: Sequence[Case]) -> Weights:
    """Find the weights under which the right options are most likely."""
    used = [c for c in cases if c.clues]
    counts = Counter(name for c in used for clues in c.clues for name in clues)
    names = sorted(name for name, count in counts.items() if count >= RAREST)
    table = _table(used, names)
    start = np.zeros(len(names) + 1)
    found = minimize(_loss, start, (table, PENALTY[field]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    rounded = [round(float(weight), 3) for weight in found.x]
    return Weights(rounded[0], NONE[field], dict(zip(names, rounded[1:], strict=True)))


@dataclass(frozen=True, slots=True)
class _Table:
    """All options of all pages, row by row."""

    clues: NDArray[Any]
    page: NDArray[Any]
    """Number of each option's page."""
    right: NDArray[Any]
    weight: NDArray[Any]
    """Of each page."""


def _table(cases: Sequence[Case], names: Sequence[str]) -> _Table:
    column = {name: i for i, name in enumerate(names)}
    size = sum(len(c.clues) for c in cases)
    clues, page, right = np.zeros((size, len(names))), np.zeros(size, int), np.zeros(size)
    row = 0
    for number, c in enumerate(cases):
        for found, is_right in zip(c.clues, c.right, strict=True):
            for name, value in found.items():
                if name in column:
                    clues[row, column[name]] = value
            page[row], right[row] = number, is_right
            row += 1
    return _Table(clues, page, right, np.array([c.weight for c in cases]))


def _loss(theta: NDArray[Any], table: _Table, penalty: float) -> tuple[float, NDArray[Any]]:
    """Return the penalised negative log likelihood and its gradient."""
    page, weight = table.page, table.weight
    sums = table.clues @ theta[1:] + theta[0]
    top = np.zeros(len(weight))
    np.maximum.at(top, page, sums)
    share, none = np.exp(sums - top[page]), np.exp(-top)
    total, good = none.copy(), np.zeros(len(weight))
    np.add.at(total, page, share)
    np.add.at(good, page, share * table.right)
    reached = good > 0
    good = np.where(reached, good, none)
    pull = (np.where(reached[page], share * table.right / good[page], 0.0) - share / total[page]) * weight[page]
    loss = -(weight * np.log(good / total)).sum() + penalty / 2 * (theta[1:] ** 2).sum()
    slope = -np.concatenate([[pull.sum()], table.clues.T @ pull])
    slope[1:] += penalty * theta[1:]
    return float(loss), slope


def choice(table: Weights, c: Case) -> int | None:
    """Return the option that wins, or None."""
    sums = [table.bias + sum(table.clues.get(name, 0.0) * v for name, v in clues.items()) for clues in c.clues]
    best = max(range(len(sums)), key=sums.__getitem__, default=-1)
    return best if best >= 0 and sums[best] > table.none else None


def report(field: str, cases: Sequence[Case]) -> str:
    """Measure on unseen sites, by the collection that a page is from: on offer, chosen, and silent where there is nothing."""
    figures: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for fold in range(FOLDS):
        table = fit(field, [c for c in cases if c.fold != fold])
        for c in cases:
            if c.fold != fold:
                continue
            won = choice(table, c)
            for group in ("all", c.page.split("-")[0]):
                if c.has_answer:
                    figures[group]["on offer"].append(any(c.right))
                    figures[group]["right"].append(won is not None and c.right[won])
                else:
                    figures[group]["none"].append(won is None)
    lines = [f"{field}, each fold by weights learnt on the others"]
    for group, found in sorted(figures.items()):
        rates = "  ".join(f"{name} {np.mean(values):.4f} of {len(values)}" for name, values in found.items())
        lines.append(f"  {group:10} {rates}")
    return "\n".join(lines)


def as_toml(tables: Mapping[str, Weights], facts: str) -> str:
    """Write the table, clues in order of their names."""
    lines = [
        "# What each clue weighs in the choice of a field's value. Written by training/fields.py; do not edit by hand.",
        f"# Learnt on {facts}.",
    ]
    for field, table in tables.items():
        lines += ["", f"[{field}]", f"bias = {table.bias}", f"none = {table.none}", "", f"[{field}.clues]"]
        lines += [f'"{name}" = {weight}' for name, weight in sorted(table.clues.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
