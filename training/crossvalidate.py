"""What the engine is worth on pages of sites that it has not seen: every model's unseen predictions, decoded and scored."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleaner.evaluate.figures import Row, measure, slices
from cleaner.evaluate.gold import Kind, gold_of_row
from cleaner.evaluate.score import score
from cleaner.learned import segments
from cleaner.model import Article, Label, Paragraph
from training.decoders import by_mean, by_threshold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from cleaner.learned.weights import Decoding
    from training.gold import Sample
    from training.stages import Pages

    Cuts = NDArray[np.int64]
    Found = tuple[Cuts, list[int], list[bool]]
    """Cuts, which of them are chosen, and of each stretch between whether it is an article."""

COLUMNS = ("article_f1", "exact", "count_right", "boundary_f1", "body_kept", "noise_removed")


def decoders(pages: Pages, decoding: Decoding) -> dict[str, Callable[[int], Found]]:
    """Name the ways to decode page k; the last is the one in use."""

    def in_sum(k: int) -> Found:
        cuts = pages.cuts[k]
        d = decoding
        return cuts, *segments.decode_sum(cuts, pages.whole[k], pages.q2[k], d.weight, d.cost, d.junk)

    return {
        "cuts where the first look says .4": lambda k: by_threshold(pages.q1[k], 0.4),
        "cuts where the second look says .4": lambda k: by_threshold(pages.q2[k], 0.4),
        "best mean of whole articles": lambda k: (pages.cuts[k], *by_mean(pages.cuts[k], pages.whole[k])),
        "best sum of cuts and whole articles": in_sum,
    }


def report(pages: Pages, gold: Sequence[Mapping[str, Any]], decoding: Decoding) -> str:
    """Score every way to decode, slice by slice, on the gold's own dumps."""
    known = {row["id"]: gold_of_row(row, row["id"]) for row in gold}
    lines = []
    for title, decode in decoders(pages, decoding).items():
        rows = []
        for k, sample in enumerate(pages.samples):
            if not sample.is_own:
                case = known[sample.name]
                found = score(case, articles(pages, k, decode(k), decoding))
                rows.append(Row(sample.name, Kind.DUMP, case.slices, case.digest, found.main, found.counts))
        lines += ["", title, *_table(rows)]
    return "\n".join(lines)


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{'slice':16}{'pages':>6}" + "".join(f"{name:>16}" for name in COLUMNS)
    for name, group in slices(rows).items():
        figures = measure(group)
        cells = (f"{f.value:.3f} ±{f.half_width:.3f}" if (f := figures[column]) else "-" for column in COLUMNS)
        yield f"{name:16}{len(group):6}" + "".join(f"{cell:>16}" for cell in cells)


def articles(pages: Pages, k: int, found: Found, decoding: Decoding) -> list[Article]:
    """Write down the articles of a decoded page as the pipeline does."""
    sample, edges = pages.samples[k], np.concatenate([pages.rows[k], [len(pages.samples[k].blocks)]])
    cuts, path, kinds = found
    out: list[Article] = []
    for (a, b), good in zip(pairwise(path), kinds, strict=True):
        lo, hi = 0 if a == 0 else int(edges[cuts[a]]), int(edges[cuts[b]])
        if good:
            kept = lo + np.flatnonzero(segments.keep_rows(pages.p[k], lo, hi, decoding.inside, decoding.edge))
            out.append(_article(sample, len(out) + 1, kept.tolist()))
    return [article for article in out if article.paragraphs]


def _article(sample: Sample, position: int, kept: Sequence[int]) -> Article:
    paragraphs = tuple(Paragraph(sample.blocks[i].text, Label.BODY, i) for i in kept)
    return Article(f"{sample.name}-{position}", position, paragraphs)
