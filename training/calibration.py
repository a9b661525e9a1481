"""How far the engine's probabilities can be believed: of what it says .8, eight in ten must be true."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from training.gold import HEADING, starts_among_rows
from training.stages import true_segments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from training.crossvalidate import Found
    from training.stages import Pages

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

BINS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was said and what was true, in bins of equal width."""

    name: str
    said: Floats
    """Mean probability of each bin that holds something."""
    true: Floats
    """Share of it that was true."""
    count: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Return the expected calibration error (Naeini et al., AAAI 2015): the mean distance, by count."""
        return float(np.average(np.abs(self.said - self.true), weights=self.count))


def calibrate(name: str, said: Floats, true: Bools) -> Calibration:
    """Sort probabilities into bins and hold each bin's mean against the share that was true."""
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    count = np.bincount(bins, minlength=BINS)
    on = count > 0
    mean_said, share = (
        np.bincount(bins, weights=w, minlength=BINS)[on] / count[on] for w in (said, true.astype(float))
    )
    return Calibration(name, mean_said, share, count[on])


def of_pages(pages: Pages, decode: Callable[[int], Found]) -> tuple[Calibration, Calibration]:
    """Calibrate P(text) of the gold's lines, and the confidence of the articles that the decoder found in them."""
    told = [k for k, sample in enumerate(pages.samples) if not sample.is_own]
    said = np.concatenate([pages.p[k][:, 0] + pages.p[k][:, 1] for k in told])
    text = np.concatenate([pages.samples[k].truth.kind <= HEADING for k in told])
    found = [_articles(pages, k, decode(k)) for k in told]
    confidence, whole = (np.concatenate(column) for column in zip(*found, strict=True))
    return calibrate("a line is text", said, text), calibrate("an article is one, and whole", confidence, whole)


def _articles(pages: Pages, k: int, found: Found) -> tuple[Floats, Bools]:
    """Return confidence and truth of the stretches that were taken for articles."""
    cuts, path, kinds = found
    sample, rows = pages.samples[k], pages.rows[k]
    truth = true_segments(cuts, starts_among_rows(sample, rows), sample.truth.kind[rows]) == 1
    begin, end = np.triu_indices(len(cuts), 1)
    number = {pair: at for at, pair in enumerate(zip(begin.tolist(), end.tolist(), strict=True))}
    taken = [number[pair] for pair, good in zip(pairwise(path), kinds, strict=True) if good]
    return pages.whole[k][taken, 1].astype(float), truth[taken]


def draw(calibrations: tuple[Calibration, ...], path: Path) -> None:
    """Draw the reliability of each as SVG, side by side; how many stand in a bin is the size of its point."""
    figure = Figure(figsize=(4.2 * len(calibrations), 4.2), layout="constrained")
    for axes, found in zip(np.atleast_1d(figure.subplots(1, len(calibrations))), calibrations, strict=True):
        axes.plot([0, 1], [0, 1], color="#8a8f98", linestyle=":")
        axes.plot(found.said, found.true, color="#1f5fa8", linewidth=1)
        axes.scatter(found.said, found.true, s=12 + 300 * found.count / found.count.sum(), color="#1f5fa8", zorder=3)
        axes.set(
            xlim=(-0.03, 1.03),
            ylim=(-0.03, 1.03),
            xlabel="the engine says",
            title=f"{found.name}\nerror {found.error:.3f}",
        )
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("share that was true")
    figure.savefig(path, metadata={"Date": None})
