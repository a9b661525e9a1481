"""Training of the engine for HTML: the truth of blocks, trees that survive their export, weights that the package reads."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from conftest import clean_html
from hypothesis import given
from hypothesis import strategies as st

from cleaner import judge
from cleaner.learned import judge_markup, markup_weights
from cleaner.learned.markup_weights import read
from cleaner.learned.page_view import rule_hits
from cleaner.learned.trees import sigmoid
from training import train_pages
from training.export import write_npz
from training.measure_pages import compared, measured
from training.oblivious import RECIPE, fit, forest, probabilities
from training.page_gold import best_choice, page_samples, score, shingles, words_of
from training.small_pages import small_pages
from training.train_pages import Corpus, arrays, contiguous, figures, held_out, stages, unseen

WORDS = "harbour council bridge voted tide quarter ferry budget wardens pier opened Monday engineers said".split()
TINY = replace(RECIPE, rounds=5, depth=3)


def choice(blocks, *gold):
    """Return the best choice as a row of signs, one a block."""
    chosen = best_choice([words_of(block) for block in blocks], shingles(words_of("\n".join(gold))))
    return "".join("+" if on else "-" for on in chosen)


@pytest.mark.parametrize(
    ("blocks", "gold", "best"),
    [
        (["Home", "one two three four five", "six seven"], ["one two three four five", "six seven"], "-++"),
        (["one two three four", "a", "five six seven eight"], ["one two three four a five six seven eight"], "+++"),
        (["one two three four", "a", "five six seven eight"], ["one two three four five six seven eight"], "+-+"),
        (["one two three four", "one two three four"], ["one two three four"], "-+"),
        (["menu", "", "other words that stand here"], ["nothing of it at all"], "---"),
        ([], ["one two"], ""),
    ],
)
def test_the_truth_is_the_best_choice_of_blocks(blocks, gold, best):
    assert choice(blocks, *gold) == best


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=7), max_size=6), st.data())
def test_no_single_change_makes_the_choice_better(blocks, data):
    gold = shingles(data.draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=14)))

    def f1(on):
        words = [word for block, chosen in zip(blocks, on, strict=True) if chosen for word in block]
        own = shingles(words) if words else type(gold)()
        return (own & gold).total() / (own.total() + gold.total())

    best = best_choice(blocks, gold)
    for i, block in enumerate(blocks):
        changed = best.copy()
        changed[i] = not changed[i]
        # fewer than four words are one shingle as a whole: climbing by runs of four does not see that
        if sum(len(b) for b, on in zip(blocks, changed, strict=True) if on) >= 4 and block and best.any():
            assert f1(changed) <= f1(best) + 1e-9 or sum(len(b) for b, on in zip(blocks, best, strict=True) if on) < 4


def paragraph(rng, words=20):
    return f"The {' '.join(rng.choice(WORDS) for _ in range(words))}."


def gold_page(number):
    """A page such as the gold has, of made-up words."""
    rng = random.Random(number)
    paragraphs = [paragraph(rng) for _ in range(rng.randint(4, 8))]
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    links = "".join(f'<li><a href="/{n}">{rng.choice(WORDS)}</a></li>' for n in range(12))
    return {
        "id": f"made-{number}",
        "fold": number % 5,
        "url": f"https://site{number}.example/a",
        "paragraphs": paragraphs,
        "html": f'<body><nav class="menu"><ul>{links}</ul></nav><div class="story-body">{text}</div></body>',
    }


@pytest.fixture(scope="module")
def samples():
    return page_samples([gold_page(number) for number in range(10)])


def test_samples_know_which_blocks_are_text(samples):
    for sample in samples:
        assert [block.tag for block, on in zip(sample.blocks, sample.is_text, strict=True) if on] == ["p"] * int(
            sample.is_text.sum()
        )
        got = score(sample, sample.is_text)
        assert (got.precision, got.recall, got.exact) == (1, 1, True)
        assert score(sample, np.zeros_like(sample.is_text)).recall == 0


BESIDE = """<div style="display:none"><p>The ferry will sail again on Friday, the harbour office said in a note.</p></div>
<textarea>&lt;p&gt;The ferry will sail again on Friday, the harbour office said.&lt;/p&gt;</textarea>
<p>The pier at Garrow Bridge will open to visitors on Monday.</p>
<p>The pier at Garrow Bridge will open to visitors on Monday. Reuters</p>
<p>Wardens shut the bridge at noon, and traffic stood for two hours. Read more: Harbour budget is voted down</p>"""


def test_samples_are_what_the_engine_judges_in_use(monkeypatch):
    """Hidden text, fields, copies, furniture cut off: what is learnt from must be marked as what is judged."""
    row = gold_page(3)
    row["html"] = row["html"].replace("</div>", f"</div>{BESIDE}")
    judged = []
    monkeypatch.setattr(judge, "judge_markup", lambda *given: judged.append(given) or judge_markup(*given))
    clean_html(row["html"], url=row["url"])
    [sample] = page_samples([row])
    assert [(sample.blocks, sample.outline, sample.hints)] == judged
    marked = {mark.by for block in sample.blocks for mark in block.marks}
    assert marked >= {"html.hidden", "html.field", "cue.copy"}
    bare = [replace(b, marks=tuple(m for m in b.marks if not m.by.startswith("html."))) for b in sample.blocks]
    assert [hits.tolist() for hits in rule_hits(sample.blocks)] == [hits.tolist() for hits in rule_hits(bare)]


@pytest.mark.parametrize("group", train_pages.GROUPS)
def test_what_is_held_out_is_seen_by_no_stage(group, monkeypatch):
    """A group's opinions do not change with its own labels."""
    for name in ("FIRST", "SECOND"):
        monkeypatch.setattr(train_pages, name, TINY)
    names = ["b", "a", "b", "a", "a", "b", "b", "a", "a", "b"]
    samples = page_samples([gold_page(number) | {"id": f"{name}-{number}"} for number, name in enumerate(names)])
    shared = train_pages.GROUPS[group]
    turned = [replace(s, is_text=~s.is_text) if shared(s) == shared(samples[0]) else s for s in samples]
    edges = np.cumsum([len(s.blocks) for s in samples])
    before, after = (np.split(held_out(given, shared), edges[:-1]) for given in (samples, turned))
    same = [bool((a == b).all()) for a, b in zip(before, after, strict=True)]
    assert same == [shared(s) == shared(samples[0]) for s in samples]


def test_small_pages_are_parts_of_pages_with_the_truth_of_what_stays(samples):
    small = small_pages(samples)
    assert [s.name for s in small] == [s.name for s in samples]
    again = small_pages(samples[::-1])[::-1]
    assert [s.blocks for s in again] == [s.blocks for s in small]
    for cut, whole in zip(small, samples, strict=True):
        truth = {block.path: bool(on) for block, on in zip(whole.blocks, whole.is_text, strict=True)}
        assert [truth[block.path] for block in cut.blocks] == cut.is_text.tolist()
        assert [block.index for block in cut.blocks] == list(range(len(cut.blocks)))
        paths = [block.path for block in whole.blocks]
        assert sorted(paths.index(b.path) for b in cut.blocks) == [paths.index(b.path) for b in cut.blocks]
        assert cut.is_text.any()
        assert (cut.fold, cut.outline, cut.hints) == (whole.fold, whole.outline, whole.hints)


def test_small_pages_are_learnt_from_and_not_measured(samples):
    corpus = Corpus.of([*samples, *small_pages(samples)])
    wrong = np.concatenate([s.is_text ^ s.is_cut for s in corpus.samples])
    assert figures(corpus, wrong) == figures(Corpus.of(samples), np.concatenate([s.is_text for s in samples]))


def test_pages_without_text_are_not_cut(samples):
    assert small_pages([replace(samples[0], is_text=np.zeros_like(samples[0].is_text))]) == []


def test_trees_survive_their_export():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (400, 6)).astype(np.float32)
    y = x[:, 1] * x[:, 4] + rng.normal(0, 0.3, 400) > 0
    model = fit(x, y, np.ones(400, np.float32), replace(RECIPE, rounds=20))
    assert sigmoid(forest(model).scores(x)).tolist() == pytest.approx(probabilities(model, x).tolist(), abs=1e-6)


def test_from_pages_to_weights_that_the_package_reads(samples, monkeypatch, tmp_path):
    monkeypatch.setattr(train_pages, "FIRST", TINY)
    monkeypatch.setattr(train_pages, "SECOND", TINY)
    corpus = Corpus.of(samples)
    told = stages(corpus)
    made = arrays(corpus, told)
    learnt = read(made)
    assert list(learnt.first.names) == told.first_names
    assert learnt.facts == {"pages": 10, "blocks": len(corpus.y)}
    view = corpus.views[0]
    said, called = learnt.opinions(view)
    assert said.shape == (view.n,)
    assert (np.abs(called) <= markup_weights.BOUND).all()
    again = unseen(corpus, told.first, TINY)
    assert (again == told.p).all(), "the same rows give the same trees"
    write_npz(tmp_path / "a.npz", made)
    write_npz(tmp_path / "b.npz", made)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_names_weigh_in_use_what_they_weighed_in_training(samples):
    corpus = Corpus.of(samples)
    everywhere = np.ones(len(corpus.y), np.bool_)
    model = train_pages._linear(corpus.names, corpus, everywhere, 1e-4)
    trained = train_pages._by_level(model, corpus.names)
    weights = model.weights.reshape(len(train_pages.names.LEVELS), -1)
    start = 0
    for view in corpus.views:
        used = train_pages.names.judge(train_pages.names.slots(view.kinds, view.kinds_above), view.kinds_above, weights)
        used[:, 0] += model.bias
        assert used == pytest.approx(trained[start : start + view.n], abs=1e-4)
        start += view.n


def test_figures_of_the_truth_are_perfect(samples):
    corpus = Corpus.of(samples)
    assert figures(corpus, corpus.y).startswith("all F1 1.0000 (P 1.0000 R 1.0000) exact 1.000; made F1")


def test_one_stretch_is_the_heaviest(samples):
    corpus = Corpus.of(samples)
    p = np.where(corpus.y, 0.9, 0.1).astype(np.float32)
    assert (contiguous(corpus, p) == corpus.y).all()


DEK = "The ferry carries people across the water until the bridge opens again in spring."
PARAGRAPHS = tuple(
    f"The council voted on bridge number {n}, and the wardens opened the pier to ferries on Monday." for n in range(4)
)
MEASURED = f"""<html lang="en"><head><title>Bridge closes</title></head><body><nav><a href="/">Home</a></nav><main><h1>Bridge closes</h1>
<p class="dek">{DEK}</p><div class="text">{"".join(f"<p>{p}</p>" for p in PARAGRAPHS)}</div></main></body></html>"""


def measure(paragraphs, p):
    row = {"id": "made-1", "html": MEASURED, "url": "https://harrowtide.example/bridge", "paragraphs": paragraphs}
    return [exact for *_, (_, _, exact) in measured([row], np.array(p, np.float32))]


@pytest.mark.parametrize(("paragraphs", "exact"), [((DEK, *PARAGRAPHS), [1, 0, 1]), (PARAGRAPHS, [1, 1, 0])])
def test_the_pipeline_is_measured_with_the_dek_counted_three_ways(paragraphs, exact):
    assert measure(paragraphs, [0, 0, 0.9, 0.9, 0.9, 0.9, 0.9]) == exact


@pytest.mark.parametrize("count", [6, 8])
def test_probabilities_of_other_blocks_are_not_measured(count):
    with pytest.raises(SystemExit, match="keep the unseen probabilities anew"):
        measure(PARAGRAPHS, [0.9] * count)


def test_the_comparison_says_how_far_apart_two_engines_are_and_how_surely():
    pairs = [((1.0, 1.0, 1.0), (0.5, 1.0, 0.0))] * 30 + [((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))] * 10
    [line] = compared({"made": pairs})
    assert line.startswith("made (40): ours 0.7500, trafilatura 0.5000, +0.2500 (+0.")
    assert line.endswith("; exact 0.750, 0.000")
