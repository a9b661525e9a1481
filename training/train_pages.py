"""Train the engine for HTML pages from gold and write its weights: `python -m training.train_pages --gold FOLDER`.

Every stage learns from unseen predictions of the one before: each fold's by models of the other four.

`--held-out site --unseen FILE` writes no weights but keeps what engines say of pages that no stage of theirs has seen: each fold's by
one trained whole on the other four. With `collection`, of pages that were labelled by another convention, too.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import SGDClassifier

from cleaner.learned import names, wording
from cleaner.learned.columns import window
from cleaner.learned.markup_engine import judge_markup
from cleaner.learned.markup_features import markup_features, opinion_features
from cleaner.learned.markup_second import second_features
from cleaner.learned.markup_view import MarkupView
from cleaner.learned.markup_weights import AGAIN, BOUND, read
from training.export import write_npz
from training.gold import PAGES, read_rows
from training.oblivious import RECIPE, fit, forest, probabilities
from training.page_gold import page_samples, score
from training.small_pages import small_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.oblivious import Recipe
    from training.page_gold import PageSample

    Rows = NDArray[np.float32]
    Bools = NDArray[np.bool_]

PROJECT = Path(__file__).resolve().parents[1]
OUT = PROJECT / "src/cleaner/learned/markup.npz"
ALPHA_WORDS, ALPHA_NAMES = 1e-5, 5e-5
"""Regularisation of the two bags: best area under the curve and log-loss of unseen folds among 1e-6 .. 5e-5."""
KEEP = 0.4
FIRST = replace(RECIPE, rounds=300)
SECOND = replace(RECIPE, rounds=250)
NEAR, THINNED = 8, 3
HEAVIEST = 10.0
"""Most that a block weighs, against one of mean weight."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All pages as arrays; rows are blocks."""

    samples: Sequence[PageSample]
    views: Sequence[MarkupView]
    edges: NDArray[np.int64]
    """First row of each page, and the number of rows last."""
    fold: NDArray[np.int64]
    y: Bools
    weight: Rows
    words: csr_matrix
    names: csr_matrix
    drawn: Rows
    """How often the forests count a block: menus far from any text are thinned out."""

    @classmethod
    def of(cls, samples: Sequence[PageSample]) -> Corpus:
        """Read all pages."""
        views = [MarkupView(s.blocks, s.outline, s.hints) for s in samples]
        sizes = np.array([v.n for v in views])
        return cls(
            samples=samples,
            views=views,
            edges=np.concatenate([[0], np.cumsum(sizes)]),
            fold=np.repeat([s.fold for s in samples], sizes),
            y=np.concatenate([s.is_text for s in samples]),
            weight=_weights(samples, sizes),
            words=_bag(views),
            names=vstack([_named(v) for v in views]).tocsr(),
            drawn=_drawn(samples),
        )

    def by_page(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Take a column of all pages apart."""
        return np.split(values, self.edges[1:-1])


def _weights(samples: Sequence[PageSample], sizes: NDArray[np.int64]) -> Rows:
    """Weigh blocks by the root of their words, and pages by the root of their blocks: the scores are means over pages."""
    parts = []
    for sample, size in zip(samples, sizes, strict=True):
        mass = np.sqrt([len(words) + 1 for words in sample.words])
        parts.append(mass / max(1.0, mass.sum()) * np.sqrt(size))
    weight = np.concatenate(parts)
    return np.asarray(np.minimum(weight / weight.mean(), HEAVIEST), np.float32)


def _drawn(samples: Sequence[PageSample]) -> Rows:
    """Draw one in three of the blocks that stand far from all text, and count it thrice: most pages are mostly menu."""
    rng = np.random.default_rng(7)
    parts = []
    for sample in samples:
        near = window(sample.is_text, -NEAR, NEAR) > 0
        chosen = rng.random(len(near)) < 1 / THINNED
        parts.append(np.where(near, 1, np.where(chosen, THINNED, 0)))
    return np.concatenate(parts).astype(np.float32)


def _bag(views: Sequence[MarkupView]) -> csr_matrix:
    parts = []
    for view in views:
        block, slot, weight = wording.slots(view, view.n)
        parts.append(csr_matrix((weight, (block, slot)), shape=(view.n, wording.SIZE)))
    bag: csr_matrix = vstack(parts).tocsr()
    return bag


def _named(view: MarkupView) -> csr_matrix:
    """Put the names of the elements around each block into one row, a stretch of slots a level."""
    element, slot, weight = names.slots(view.kinds, view.kinds_above)
    count = len(view.kinds)
    bag = csr_matrix((weight, (element, slot)), shape=(count, names.SIZE))
    parts = []
    for first, last in names.LEVELS:
        above = view.kinds_above[:, first:last]
        row, column = np.nonzero(above >= 0)
        chosen = csr_matrix((np.ones(len(row), np.float32), (row, above[row, column])), shape=(view.n, count))
        parts.append(chosen @ bag)
    return hstack(parts).tocsr()


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression."""

    weights: NDArray[np.float16]
    bias: float

    def odds(self, x: csr_matrix) -> Rows:
        """Return the log-odds of rows."""
        return np.asarray(x @ self.weights.astype(np.float32) + self.bias, np.float32)


def _linear(x: csr_matrix, corpus: Corpus, on: Bools, alpha: float) -> Linear:
    model = SGDClassifier(loss="log_loss", alpha=alpha, max_iter=8, tol=None, random_state=0, average=True)
    model.fit(x[on], corpus.y[on], sample_weight=corpus.weight[on])
    return Linear(model.coef_[0].astype(np.float16), float(model.intercept_[0]))


def _by_level(model: Linear, x: csr_matrix) -> Rows:
    """Return each level's log-odds; the bias is in the first."""
    levels = len(names.LEVELS)
    weights = np.zeros((names.SIZE * levels, levels), np.float32)
    for level in range(levels):
        here = slice(level * names.SIZE, (level + 1) * names.SIZE)
        weights[here, level] = model.weights[here]
    odds = np.asarray(x @ weights, np.float32)
    odds[:, 0] += model.bias
    return odds


@dataclass(frozen=True, slots=True)
class Stages:
    """What each stage learns from: its features, made of unseen predictions of the stage before."""

    first_names: list[str]
    first: Rows
    p: Rows
    """Unseen probabilities of the first look."""
    second_names: list[str]
    second: Rows


def stages(corpus: Corpus) -> Stages:
    """Build every stage on what the one before says of folds it has not seen."""
    said, called = np.zeros(len(corpus.y), np.float32), np.zeros((len(corpus.y), len(names.LEVELS)), np.float32)
    for k in np.unique(corpus.fold):
        there = corpus.fold == k
        said[there] = _linear(corpus.words, corpus, ~there, ALPHA_WORDS).odds(corpus.words[there])
        called[there] = _by_level(_linear(corpus.names, corpus, ~there, ALPHA_NAMES), corpus.names[there])
    first_names, x = first_rows(corpus, said, called)
    p = unseen(corpus, x, FIRST)
    second_names, x2 = second_rows(corpus, (first_names, x), p)
    return Stages(first_names, x, p, second_names, x2)


def unseen(corpus: Corpus, x: Rows, recipe: Recipe) -> Rows:
    """Predict each fold by a forest of the others."""
    p = np.zeros(len(corpus.y), np.float32)
    for k in np.unique(corpus.fold):
        there = corpus.fold == k
        p[there] = probabilities(_fit(corpus, x, ~there, recipe), x[there])
    return p


def _fit(corpus: Corpus, x: Rows, on: Bools, recipe: Recipe) -> Any:  # noqa: ANN401 - catboost has no types
    began = time.monotonic()
    rows = on & (corpus.drawn > 0)
    model = fit(x[rows], corpus.y[rows], corpus.weight[rows] * corpus.drawn[rows], recipe)
    print(f"{int(rows.sum())} rows, {x.shape[1]} features: {time.monotonic() - began:.0f} s", flush=True)
    return model


def first_rows(corpus: Corpus, said: Rows, called: Rows) -> tuple[list[str], Rows]:
    """Return names and values of the first look's features, given what words and names say of each block."""
    found: list[str] = []
    parts = []
    for k, view in enumerate(corpus.views):
        here = slice(corpus.edges[k], corpus.edges[k + 1])
        own, x = markup_features(view)
        more, x2 = opinion_features(view, said[here].clip(-BOUND, BOUND), called[here].clip(-BOUND, BOUND))
        found = [*own, *more]
        parts.append(np.concatenate([x, x2], 1))
    return found, np.concatenate(parts)


def second_rows(corpus: Corpus, first: tuple[list[str], Rows], p: Rows) -> tuple[list[str], Rows]:
    """Return names and values of the second look's features: those of the first, and what its probabilities say."""
    found: list[str] = []
    parts = []
    for view, own in zip(corpus.views, corpus.by_page(p), strict=True):
        found, x = second_features(view, own)
        parts.append(x)
    return [*first[0], *found], np.concatenate([first[1], np.concatenate(parts)], 1)


def figures(corpus: Corpus, kept: Bools) -> str:
    """Compare the kept blocks with the gold, for all pages and for each collection."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for sample, own in zip(corpus.samples, corpus.by_page(kept), strict=True):
        if sample.is_cut:
            continue
        got = score(sample, own)
        for name in ("all", sample.collection):
            found.setdefault(name, []).append((got.precision, got.recall, float(got.exact)))
    lines = []
    for name, rows in sorted(found.items()):
        p, r, exact = np.mean(rows, axis=0)
        lines.append(f"{name} F1 {2 * p * r / max(p + r, 1e-9):.4f} (P {p:.4f} R {r:.4f}) exact {exact:.3f}")
    return "; ".join(lines)


def contiguous(corpus: Corpus, p: Rows) -> Bools:
    """Keep, of each page, the one stretch of blocks with the most words that are likelier text than not."""
    parts = []
    for view, own in zip(corpus.views, corpus.by_page(p), strict=True):
        gain = view.words * (own - 0.5)
        total = np.concatenate([[0.0], np.cumsum(gain)])
        low = np.minimum.accumulate(total)
        last = int((total - low).argmax())
        first = int(total[: last + 1].argmin())
        kept = np.zeros(view.n, np.bool_)
        kept[first:last] = True
        parts.append(kept)
    return np.concatenate(parts)


GROUPS: dict[str, Callable[[PageSample], object]] = {"site": attrgetter("fold"), "collection": attrgetter("collection")}
"""What pages share that are left out together."""


def _with_small(samples: Sequence[PageSample]) -> list[PageSample]:
    return [*samples, *small_pages(samples)]


def held_out(samples: Sequence[PageSample], group: Callable[[PageSample], object]) -> Rows:
    """Return what engines say of each block, trained without any page of its group."""
    said: dict[str, Rows] = {}
    for left in dict.fromkeys(map(group, samples)):
        corpus = Corpus.of(_with_small([s for s in samples if group(s) != left]))
        learnt = read(arrays(corpus, stages(corpus)))
        for s in (s for s in samples if group(s) == left):
            said[s.name] = judge_markup(s.blocks, s.outline, s.hints, learnt).p_text
        print(f"{left}: judged by an engine that has seen none of its pages", flush=True)
    return np.concatenate([said[s.name] for s in samples]).astype(np.float32)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m training.train_pages", description="Train the engine for HTML.")
    parser.add_argument("--gold", type=Path, required=True, help=f"folder that holds {PAGES}")
    parser.add_argument("--cross-validate", action="store_true", help="print figures by fold for each decoding")
    parser.add_argument("--unseen", type=Path, help="where to keep the unseen probabilities of all blocks (npz)")
    parser.add_argument(
        "--held-out", choices=list(GROUPS), help="train without each site's fold, or each collection; needs --unseen"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="where to write the weights")
    wanted = parser.parse_args()
    samples = page_samples(read_rows(wanted.gold / PAGES))
    if wanted.held_out:
        if not wanted.unseen:
            parser.error("--held-out needs --unseen FILE, where the probabilities go")
        np.savez(wanted.unseen, second=held_out(samples, GROUPS[wanted.held_out]))
        return
    corpus = Corpus.of(_with_small(samples))
    print("best choice of whole blocks:", figures(corpus, corpus.y), flush=True)
    told = stages(corpus)
    if wanted.cross_validate:
        q = np.where(told.p >= AGAIN, unseen(corpus, told.second, SECOND), told.p)
        ways = {"first look": told.p >= KEEP, "one stretch": contiguous(corpus, told.p)}
        ways |= {f"second look, {keep}": q >= keep for keep in (0.35, 0.4, 0.45, 0.5, 0.55)}
        for name, kept in ways.items():
            print(f"{name}: {figures(corpus, kept)}", flush=True)
        if wanted.unseen:
            whole = corpus.edges[len(samples)]
            np.savez(wanted.unseen, first=told.p[:whole], second=q[:whole])
    write_npz(wanted.out, arrays(corpus, told))
    print(f"{wanted.out}: {wanted.out.stat().st_size:,} bytes")


def arrays(corpus: Corpus, told: Stages) -> dict[str, NDArray[Any]]:
    """Fit each stage on all folds and return the arrays of the weights file."""
    everywhere = np.ones(len(corpus.y), np.bool_)
    said = _linear(corpus.words, corpus, everywhere, ALPHA_WORDS)
    called = _linear(corpus.names, corpus, everywhere, ALPHA_NAMES)
    meta = {
        "names": {"first": told.first_names, "second": told.second_names},
        "bias": [said.bias, called.bias],
        "keep": KEEP,
        "facts": {"pages": sum(not s.is_cut for s in corpus.samples), "blocks": len(corpus.y)},
    }
    return {
        **forest(_fit(corpus, told.first, everywhere, FIRST)).arrays("first"),
        **forest(_fit(corpus, told.second, everywhere, SECOND)).arrays("second"),
        "words": said.weights,
        "names": called.weights.reshape(len(names.LEVELS), names.SIZE),
        "meta": np.array(json.dumps(meta, sort_keys=True)),
    }


if __name__ == "__main__":
    main()
