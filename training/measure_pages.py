"""Measure the whole pipeline on pages its engine has not seen: `python -m training.measure_pages --gold FOLDER --unseen FILE`.

The file is what `training.train_pages --unseen FILE` keeps, with `--held-out` or `--cross-validate`. What engines say of each block
that have not seen its page stands in for the shipped one; all else is as shipped. No training: a minute.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

from cleaner.clean import clean_page
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


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m training.measure_pages", description="Measure the pipeline for HTML."
    )
    parser.add_argument("--gold", type=Path, required=True, help=f"folder that holds {PAGES}")
    parser.add_argument("--unseen", type=Path, required=True, help="what train_pages --unseen kept (npz)")
    wanted = parser.parse_args()
    found: dict[tuple[str, str], list[Figures]] = {}
    for collection, way, figures in measured(read_rows(wanted.gold / PAGES), np.load(wanted.unseen)["second"]):
        for name in ("all", collection):
            found.setdefault((way, name), []).append(figures)
    for (way, name), rows in found.items():
        p, r, exact = np.mean(rows, axis=0)
        print(
            f"{way}, {name} ({len(rows)}): F1 {2 * p * r / max(p + r, 1e-9):.4f} (P {p:.4f} R {r:.4f}) exact {exact:.3f}"
        )


if __name__ == "__main__":
    main()
