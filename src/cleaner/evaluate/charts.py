"""The two pictures of the report, as SVG. The only place that imports matplotlib, which is an extra."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from cleaner.evaluate.lines import NO_BLOCK
from cleaner.evaluate.show import matrix
from cleaner.model import KEPT_LABELS, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cleaner.evaluate.lines import Fate
    from cleaner.evaluate.score import Rated

BINS = 10
RIGHT = 0.9
"""Word F1 above which an article counts as right in the reliability plot."""

_STYLE: Any = {
    "svg.hashsalt": "cleaner",  # ids that do not change from run to run
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_BLUE, _ORANGE, _GREY = "#1f5fa8", "#c4561a", "#8a8f98"


def confusion(fates: Mapping[Fate, int]) -> str:
    """Draw gold's kinds against our labels: shade is the share of the row, the number its lines."""
    rows = matrix(fates)
    used = {label for cells in rows.values() for label in cells}
    labels = [label for label in _label_order() if label in used]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(2.2 + 0.55 * len(labels), 1.5 + 0.36 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        shares = [[cells[label] / cells.total() for label in labels] for cells in rows.values()]
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
        axes.set_yticks(range(len(rows)), list(rows))
        axes.set_xlabel("we say")
        axes.set_ylabel("gold says")
        kept = sum(label in KEPT_LABELS for label in labels)  # they stand first
        axes.axvline(kept - 0.5, color=_ORANGE, linewidth=1)
        for side, word in (("right", "kept"), ("left", "removed")):
            axes.text(kept - 0.5 + (0.1 if side == "left" else -0.1), -0.6, word, ha=side, va="bottom", color=_ORANGE)
        for y, cells in enumerate(rows.values()):
            for x, label in enumerate(labels):
                if cells[label]:
                    shade = "white" if shares[y][x] > 0.5 else "black"
                    axes.text(x, y, _short(cells[label]), ha="center", va="center", color=shade, fontsize=8)
        return _svg(figure)


def _label_order() -> Iterable[str]:
    """Put what is kept first."""
    yield from (label.value for label in Label if label in KEPT_LABELS)
    yield from (label.value for label in Label if label not in KEPT_LABELS)
    yield NO_BLOCK


def _short(count: int) -> str:
    return f"{count / 1000:.3g}k" if count >= 1000 else str(count)


def reliability(rated: Sequence[Rated]) -> str:
    """Draw confidence in ten bins against the share of articles that are right, and how many stand in each bin."""
    bins = bin_up(rated)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.4, 4.8), layout="constrained")
        above, below = figure.subplots(2, sharex=True, height_ratios=(3, 1))
        above.plot([0, 1], [0, 1], color=_GREY, linestyle=":", linewidth=1, label="as sure as right")
        for index, (name, colour, marker) in enumerate(((f"F1 > {RIGHT}", _BLUE, "o"), ("exact", _ORANGE, "s"))):
            points = [(found[0], found[1 + index]) for found in bins if found[3]]
            above.plot(
                [x for x, _ in points], [y for _, y in points], color=colour, marker=marker, label=name, clip_on=False
            )
        above.set_ylim(0, 1.02)
        above.set_ylabel("share of articles")
        above.legend(frameon=False)
        below.bar([(i + 0.5) / BINS for i in range(BINS)], [found[3] for found in bins], 0.09, color=_GREY)
        below.set_ylabel("articles")
        below.set_xlabel("confidence (each point at its bin's mean)")
        below.set_xlim(0, 1)
        return _svg(figure)


def bin_up(rated: Iterable[Rated]) -> list[tuple[float, float, float, int]]:
    """Return for each bin mean confidence, share right, share exact, articles."""
    held: list[list[Rated]] = [[] for _ in range(BINS)]
    for one in rated:
        held[min(BINS - 1, max(0, int(one.confidence * BINS)))].append(one)
    return [
        (
            sum(r.confidence for r in found) / len(found),
            sum(r.f1 > RIGHT for r in found) / len(found),
            sum(r.exact for r in found) / len(found),
            len(found),
        )
        if found
        else (0.0, 0.0, 0.0, 0)
        for found in held
    ]


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
