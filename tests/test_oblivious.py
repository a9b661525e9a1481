"""Oblivious trees: evaluated as they are defined, in parts and as a whole, and read as they were written."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.learned import oblivious
from cleaner.learned.oblivious import ObliviousForest


def made_up(depth: int, trees: int, width: int, seed: int) -> ObliviousForest:
    rng = np.random.default_rng(seed)
    return ObliviousForest(
        feature=rng.integers(0, width, (depth, trees)).astype(np.int16),
        threshold=rng.normal(0, 1, (depth, trees)).astype(np.float32),
        value=rng.normal(0, 1, (trees, 1 << depth)).astype(np.float32),
        count=rng.integers(1, 90, (trees, 1 << depth)).astype(np.float32),
        bias=np.float32(0.3),
    )


def walked(forest: ObliviousForest, row: np.ndarray) -> float:
    """Ask one question after the other, as the trees are defined."""
    total = float(forest.bias)
    for t in range(forest.feature.shape[1]):
        answers = [row[f] > h for f, h in zip(forest.feature[:, t], forest.threshold[:, t], strict=True)]
        total += float(forest.value[t, sum(yes << level for level, yes in enumerate(answers))])
    return total


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_trees_are_evaluated_as_they_are_defined(depth):
    forest = made_up(depth, 12, 5, seed=depth)
    rows = np.random.default_rng(0).normal(0, 1, (40, 5)).astype(np.float32)
    assert forest.scores(rows).tolist() == pytest.approx([walked(forest, row) for row in rows], abs=1e-5)


def test_parts_and_the_mean_make_the_score():
    forest = made_up(4, 9, 5, seed=1)
    rows = np.random.default_rng(1).normal(0, 1, (30, 5)).astype(np.float32)
    mean = ((forest.value * forest.count).sum(1) / forest.count.sum(1)).sum() + float(forest.bias)
    assert (forest.parts(forest.leaves(rows), 5).sum(1) + mean).tolist() == pytest.approx(
        forest.scores(rows).tolist(), abs=1e-5
    )


def test_the_first_trees_alone_are_numbered_as_in_the_whole(monkeypatch):
    monkeypatch.setattr(oblivious, "EARLY", 4)
    forest = made_up(4, 9, 5, seed=3)
    rows = np.random.default_rng(3).normal(0, 1, (30, 5)).astype(np.float32)
    leaves = forest.leaves(rows)[:4]
    assert (forest.early.leaves(rows) == leaves).all()
    assert forest.early.scores_of(leaves).tolist() == pytest.approx(
        [walked(forest.early, row) for row in rows], abs=1e-5
    )


def test_trees_are_read_as_they_were_written():
    forest = made_up(3, 4, 5, seed=2)
    again = ObliviousForest.read(forest.arrays("x"), "x")
    assert all((getattr(forest, name) == getattr(again, name)).all() for name in ("feature", "threshold", "value"))
