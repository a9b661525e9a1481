"""Features of a block's place in the tree of elements: what is around it, what is like it, how much text hangs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned.columns import shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array, Columns
    from cleaner.learned.markup_view import MarkupView

OWN_TAGS = (
    ("p",), ("li", "dd", "dt"), ("h1",), ("h2",), ("h3",), ("h4", "h5", "h6"), ("td", "th"), ("figcaption", "caption"),
    ("blockquote",), ("pre", "code"), ("div",), ("button", "label", "option", "legend", "summary"), ("section", "article"),
)  # fmt: skip
AROUND = (
    ("article",), ("main",), ("section",), ("aside",), ("nav", "menu"), ("header",), ("footer",), ("figure", "figcaption"), ("form", "fieldset"),
    ("ul", "ol", "dl"), ("table",), ("dialog", "details"), ("blockquote",), ("button", "a"), ("p",), ("li",),
)  # fmt: skip
LEVELS = 7
"""Ancestors whose sums are looked at, the block's own element among them."""
WORDS, LINKED, PROSE, PARAGRAPHS, BLOCKS = range(5)
"""Columns of `MarkupView.e_sums`."""


def add_tree(f: Columns, v: MarkupView) -> None:
    """Add all features of this module."""
    _add_tags(f, v)
    _add_sums(f, v)
    _add_container(f, v)
    _add_likes(f, v)


def _add_tags(f: Columns, v: MarkupView) -> None:
    f.add_all([f"tag.{called[0]}" for called in OWN_TAGS], _groups_of(v.tags, OWN_TAGS)[v.e_tag[v.element]])
    around = v.within(_groups_of(v.tags, AROUND)[v.e_tag])[v.element]
    f.add_all([f"around.{group[0]}" for group in AROUND], np.minimum(around, 3))
    f.add("around.depth", v.e_depth[v.element])


def _groups_of(tags: Sequence[str], groups: Sequence[tuple[str, ...]]) -> Array:
    """Tell which groups each tag is in."""
    return np.array([[tag in group for group in groups] for tag in tags], bool).reshape(-1, len(groups))


def _add_sums(f: Columns, v: MarkupView) -> None:
    """Add, of each element around the block, its share of the page's running text, and how linked and wordy it is."""
    total = np.maximum(v.e_sums[0], 1) if len(v.e_sums) else np.ones(5)
    for level in range(LEVELS):
        at = v.above[:, level]
        sums = np.where((at >= 0)[:, None], v.e_sums[at], 0)
        blocks = np.maximum(sums[:, BLOCKS], 1)
        f.add(f"around.prose_share{level}", sums[:, PROSE] / total[PROSE])
        f.add(f"around.linked{level}", sums[:, LINKED] / np.maximum(sums[:, WORDS], 1))
        if level in {0, 1, 2, 4, 6}:
            f.add(f"around.words_a_block{level}", sums[:, WORDS] / blocks)
            f.add(f"around.blocks{level}", np.log1p(blocks))
            f.add(f"around.paragraphs{level}", sums[:, PARAGRAPHS] / blocks)


def _add_container(f: Columns, v: MarkupView) -> None:
    """Add the distance to the elements that hold most running text as children and grandchildren."""
    weight = v.words * v.prose
    count = len(v.outline)
    for level in (1, 2):
        at = v.above[:, level]
        held = np.bincount(np.maximum(at, 0), weight * (at >= 0), minlength=count)
        best = int(held.argmax())
        up = v.above[:, :LEVELS]
        holds = (up >= 0) & (up <= best) & (best < v.e_end[up])
        f.add(f"container.inside{level}", v.inside(best))
        f.add(f"container.away{level}", np.where(holds.any(1), holds.argmax(1), LEVELS))
        f.add(f"container.below{level}", v.e_depth[v.element] - v.e_depth[best])
        f.add(f"container.share{level}", held[best] / max(1.0, weight.sum()))
        own = held[np.maximum(at, 0)] * (at >= 0)
        f.add(f"container.own{level}", own / max(1.0, held[best]))
        inside = np.flatnonzero(v.inside(best))
        first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, 0)
        rows = np.arange(v.n)
        f.add(f"container.place{level}", np.clip((rows - first) / max(1, last - first), -0.5, 1.5))


def _add_likes(f: Columns, v: MarkupView) -> None:
    """Add what the blocks whose elements are called alike look like: a template is text everywhere or nowhere."""
    size = np.log1p(v.words)
    for name, (number, count) in v.alike.items():
        f.add(f"alike.{name}_count", np.log1p(count)[number])
        for what, values in (("words", size), ("linked", v.linked), ("prose", v.prose), ("ends", v.ends)):
            mean = np.bincount(number, values) / count
            f.add(f"alike.{name}_{what}", mean[number])
    _add_runs(f, v.alike["siblings"][0], v)


def _add_runs(f: Columns, key: Array, v: MarkupView) -> None:
    """Add the run of neighbours called alike in which a block stands: its length, its words and the block's place in it."""
    new = np.append(True, key[1:] != key[:-1])[: v.n]
    number = np.cumsum(new) - 1
    count = np.bincount(number)
    first = np.flatnonzero(new)
    f.add("alike.run", np.log1p(count)[number])
    f.add("alike.run_words", np.log1p(np.bincount(number, v.words) / count)[number])
    f.add("alike.run_place", np.arange(v.n) - first[number])
    same = (v.above[:, 1] >= 0).astype(np.float32)
    for by in (-1, 1):
        near = shift(v.above[:, 1].astype(np.float32), by, -2)
        f.add(f"alike.same_parent{by:+d}", same * (near == v.above[:, 1]))
