"""Each block of an HTML page again, knowing what the first look thought of the others: of neighbours, siblings, elements around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cleaner.learned.columns import Columns, window, windows

if TYPE_CHECKING:
    from cleaner.learned.columns import Array
    from cleaner.learned.markup_view import MarkupView

SURE = 0.8
LIKELY = 0.5
FAR = 60
NEAR = 10
"""Blocks on either side whose most likely is told."""
LEVELS = (1, 2, 3, 4, 5, 6)


def second_features(v: MarkupView, p: Array) -> tuple[list[str], Array]:
    """Return names and values of what the first look's probabilities `p`, shape (blocks,), say of the page."""
    f = Columns(v.n)
    p = p.astype(np.float32)
    mass = v.words * p
    f.add("first.p", p)
    _add_near(f, v, p, mass)
    _add_alike(f, v, p)
    _add_around(f, v, mass)
    _add_regions(f, v, p, mass)
    return f.names, f.matrix()


def _add_near(f: Columns, v: MarkupView, p: Array, mass: Array) -> None:
    edge = np.zeros(NEAR, np.float32)
    near = sliding_window_view(np.concatenate([edge, p, edge]), v.n)  # `p` moved by -NEAR .. NEAR blocks
    for by in (-4, -3, -2, -1, 1, 2, 3, 4):
        f.add(f"first.p{by:+d}", near[NEAR + by])
    reaches = (3, 8, 25)
    both = np.stack([mass, v.words], 1)
    around = windows(both, *((-reach, -1) for reach in reaches), *((1, reach) for reach in reaches))
    shares = [sums[:, 0] / np.maximum(sums[:, 1], 1) for sums in around]
    for reach, before, after in zip(reaches, shares, shares[3:], strict=False):
        f.add(f"first.before{reach}", before)
        f.add(f"first.after{reach}", after)
    for reach in (3, NEAR):
        f.add(f"first.most_before{reach}", near[NEAR - reach : NEAR].max(0))
        f.add(f"first.most_after{reach}", near[NEAR + 1 : NEAR + 1 + reach].max(0))
    above = v.heading_above
    f.add("first.heading", np.where(above >= 0, p[above], -1))


def _add_alike(f: Columns, v: MarkupView, p: Array) -> None:
    """Add the mean opinion on the other blocks of the same name, path or parent."""
    for name, (number, count) in v.alike.items():
        others = count[number] - 1
        total = np.bincount(number, p)[number] - p
        f.add(f"first.{name}", np.where(others > 0, total / np.maximum(others, 1), -1))


def _add_around(f: Columns, v: MarkupView, mass: Array) -> None:
    """Add, of the elements around, the share that is text, and how much of the page's text they hold."""
    count = len(v.outline)
    own = np.stack([np.bincount(v.element, values, minlength=count) for values in (mass, v.words)], 1)
    below = np.concatenate([np.zeros((1, 2)), np.cumsum(own, axis=0)])
    sums = below[v.e_end] - below[:-1]
    total = max(1.0, float(mass.sum()))
    for level in LEVELS:
        at = v.above[:, level]
        here = np.where((at >= 0)[:, None], sums[at], 0)
        f.add(f"first.text{level}", here[:, 0] / np.maximum(here[:, 1], 1))
        f.add(f"first.share{level}", here[:, 0] / total)
    for level in (1, 2):
        at = v.above[:, level]
        held = np.bincount(at.clip(0), mass * (at >= 0), minlength=count)
        best = int(held.argmax())
        f.add(f"first.inside{level}", v.inside(best))
        f.add(f"first.below{level}", v.e_depth[v.element] - v.e_depth[best])
        f.add(f"first.own{level}", held[at.clip(0)] / max(1.0, float(held[best])))


def _add_regions(f: Columns, v: MarkupView, p: Array, mass: Array) -> None:
    """Add the way to sure text, what lies before and after, and the page as a whole."""
    n, at = v.n, np.arange(v.n)
    sure = (p >= SURE) & (v.words > 0)
    before = np.append(-1, np.maximum.accumulate(np.where(sure, at, -1))[:-1])[:n]
    after = np.append(np.minimum.accumulate(np.where(sure, at, n + FAR)[::-1])[::-1][1:], n + FAR)[:n]
    f.add("first.to_sure_before", np.where(before < 0, FAR, np.minimum(at - before, FAR)))
    f.add("first.to_sure_after", np.minimum(after - at, FAR))
    total = max(1.0, float(mass.sum()))
    f.add("first.mass_before", window(mass, -n, -1) / total)
    f.add("first.mass_after", window(mass, 1, n) / total)
    f.add("first.mass", np.log1p(mass.sum()))
    f.add("first.words_likely", np.log1p((v.words * (p > LIKELY)).sum()))
    f.add("first.unsure", ((p > 0.2) & (p < 0.8)).mean() if n else 0)
    likely = p > LIKELY
    number = np.cumsum(np.append(True, likely[1:] != likely[:-1])[:n]) - 1
    run = np.bincount(number, mass)
    f.add("first.run", np.where(likely, run[number] / total, -run[number] / total))
    f.add("first.run_blocks", np.bincount(number)[number])
