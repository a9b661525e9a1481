"""Measure the whole pipeline on pages its engine has not seen: `python -m training.measure_pages --gold FOLDER --unseen FILE`.

The file is what `training.train_pages --unseen FILE` keeps, with `--held-out` or `--cross-validate`. What engines say of each block
that have not seen its page stands in for the shipped one; all else is as shipped. No training: a minute. With `--trafilatura` the same
pages are given to it too, and compared page by page; 95 of 100 resamples lie in the interval, and one that holds 0 is no result.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import trafilatura
from trafilatura.settings import Document

from cleaner.clean import clean_page
from cleaner.evaluate.figures import interval, resamples
from cleaner.evaluate.gold import gold_of_row
from cleaner.evaluate.score import score
from cleaner.learned import markup_weights, page_keep
from cleaner.learned.markup_view import MarkupView
from cleaner.model import MediaType, Page
from cleaner.rules import load_rulebook
from training.gold import PAGES, read_rows
from training.page_gold import shingles, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cleaner.model import Article, Block, Element, Hints

    Figures = tuple[float, float, float]
    """Precision, recall, exact."""

WAYS = ("dek as the gold has it", "without dek", "dek before the text")


@dataclass(slots=True)
class _Unseen:
    """Judges pages by kept probabilities, one page after the other."""

    p: NDArray[np.float32]
    keep: float
    at: int = 0

    def __call__(self, blocks: Sequence[Block], outline: Sequence[Element], hints: Hints) -> _Judgement:
        own = self.p[self.at : self.at + len(blocks)].astype(np.float64)
        self.at += len(blocks)
        if len(own) != len(blocks):
            raise SystemExit("fewer blocks were kept than the pages have: keep the unseen probabilities anew")
        words = MarkupView(blocks, outline, hints).words
        return _Judgement(own, page_keep.kept(own, words, self.keep))


@dataclass(frozen=True, slots=True)
class _Judgement:
    p_text: NDArray[np.float64]
    kept: NDArray[np.bool_]

    def all_reasons(self) -> list[str]:
        """Give no reasons: they are not measured."""
        return [""] * len(self.kept)


def measured(rows: Sequence[Mapping[str, Any]], p: NDArray[np.float32]) -> Iterator[tuple[str, str, Figures]]:
    """Yield collection, way of counting the dek, and figures of each page."""
    rulebook, judge = load_rulebook(), _Unseen(p, markup_weights.load().keep)
    with mock.patch("cleaner.judge.judge_markup", judge):
        for row in rows:
            content, name = row["html"].encode("utf-8", "surrogatepass"), row["id"]
            page = Page(name, name, name, 1, MediaType.HTML, content, name, url=row.get("url"), charset="utf-8")
            articles = clean_page(page, rulebook).articles
            collection = name.split("-", maxsplit=1)[0]
            counts = score(gold_of_row(row, name), articles).counts
            yield collection, WAYS[0], (counts["precision"], counts["recall"], counts["exact"])
            for way in WAYS[1:]:
                yield collection, way, _plain(row["paragraphs"], articles, with_dek=way == WAYS[2])
    if judge.at != len(p):
        raise SystemExit("more blocks were kept than the pages have: keep the unseen probabilities anew")


def _plain(paragraphs: Sequence[str], articles: Sequence[Article], *, with_dek: bool) -> Figures:
    texts = [text for a in articles for text in ((a.dek if with_dek else None), a.text) if text]
    if not texts:
        return 0.0, 0.0, 0.0
    gold, own = shingles(words_of("\n".join(paragraphs))), shingles(words_of("\n".join(texts)))
    both = (gold & own).total()
    return both / own.total(), both / gold.total(), float(gold == own)


def compared(pages: Mapping[str, Sequence[tuple[Figures, Figures]]]) -> Iterator[str]:
    """Say of each set of pages, ours and theirs of each, the mean F1 of pages, the difference and its interval, and the exact ones."""
    for name, both in pages.items():
        ours, theirs = (np.array([_f1(pair[side]) for pair in both]) for side in (0, 1))
        apart = ours - theirs
        low, high = interval(float(apart[drawn].mean()) for drawn in resamples(len(apart)))
        exact = [float(np.mean([pair[side][2] for pair in both])) for side in (0, 1)]
        yield (
            f"{name} ({len(both)}): ours {ours.mean():.4f}, trafilatura {theirs.mean():.4f}, {apart.mean():+.4f} "
            f"({low:+.4f} to {high:+.4f}); exact {exact[0]:.3f}, {exact[1]:.3f}"
        )


def _f1(figures: Figures) -> float:
    p, r, _ = figures
    return 2 * p * r / (p + r) if p + r else 0.0


def _theirs(row: Mapping[str, Any]) -> Figures:
    """Return the figures of trafilatura's text."""
    found = trafilatura.bare_extraction(row["html"], url=row.get("url"), with_metadata=True)
    own = shingles(words_of(found.text or "" if isinstance(found, Document) else ""))
    gold = shingles(words_of("\n".join(row["paragraphs"])))
    both = (gold & own).total()
    return both / max(1, own.total()), both / max(1, gold.total()), float(gold == own)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m training.measure_pages", description="Measure the pipeline for HTML."
    )
    parser.add_argument("--gold", type=Path, required=True, help=f"folder that holds {PAGES}")
    parser.add_argument("--unseen", type=Path, required=True, help="what train_pages --unseen kept (npz)")
    parser.add_argument("--trafilatura", action="store_true", help="compare it on the same pages: a minute more")
    wanted = parser.parse_args()
    rows = read_rows(wanted.gold / PAGES)
    found: dict[tuple[str, str], list[Figures]] = {}
    for collection, way, figures in measured(rows, np.load(wanted.unseen)["second"]):
        for name in ("all", collection):
            found.setdefault((way, name), []).append(figures)
    for (way, name), figures_of in found.items():
        p, r, exact = np.mean(figures_of, axis=0)
        print(
            f"{way}, {name} ({len(figures_of)}): F1 {2 * p * r / max(p + r, 1e-9):.4f} (P {p:.4f} R {r:.4f}) exact {exact:.3f}"
        )
    if wanted.trafilatura:
        pairs: dict[str, list[tuple[Figures, Figures]]] = {}
        for row, ours in zip(rows, found[WAYS[0], "all"], strict=True):
            theirs = _theirs(row)
            for name in ("all", row["id"].split("-", maxsplit=1)[0]):
                pairs.setdefault(name, []).append((ours, theirs))
        print(*compared(pairs), sep="\n")


if __name__ == "__main__":
    main()
