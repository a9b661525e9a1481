"""Training: truth aligned to blocks, own dumps that agree with their truth, trees that survive their export."""

import random
import zipfile
from dataclasses import replace
from itertools import pairwise

import lightgbm
import numpy as np
import pytest
from conftest import clean_text
from hypothesis import given
from hypothesis import strategies as st

from cleaner import judge, learned
from cleaner.learned import segments
from cleaner.learned.trees import Forest
from cleaner.learned.weights import read
from training.calibration import calibrate
from training.decoders import by_mean, by_threshold
from training.export import forest, round_down, write_npz
from training.gold import BODY, HEADING, KINDS, NOISE, TITLE, UnalignedError, make_blocks, sample_of, starts_among_rows
from training.models import RECIPES, Table, fit, unseen
from training.stages import Pages, true_segments
from training.synth import own_dumps, own_samples
from training.train import facts, train

WORDS = "harbour council bridge voted tide quarter ferry budget wardens pier opened Monday engineers said".split()


def paragraph(rng, words=18):
    return f"The {' '.join(rng.choice(WORDS) for _ in range(words))}."


def page(number, fold=0):
    """A page such as the gold has, of made-up words."""
    rng = random.Random(number)
    region = [["title", f"Harbour story {number}"], ["byline", "By Ana Ruiz"]]
    region += [["body", paragraph(rng)] for _ in range(rng.randint(4, 9))]
    region.insert(5, ["noise", "Picture: Coast Wire"])
    return {
        "fold": fold,
        "site": f"site{number % 4}.example",
        "lang": "en",
        "title": f"Harbour story {number}",
        "authors": ["Ana Ruiz"],
        "region": region,
        "blocks": [["noise", "Menu"], *region, ["noise", "All rights reserved"]],
    }


def small_pages(count=30):
    return [page(number, fold=number % 5) for number in range(count)]


# Truth


def kinds_of(text, lines):
    sample = sample_of("x", 0, "stream", (text, lines))
    return [(KINDS[k], int(a)) for k, a in zip(sample.truth.kind, sample.truth.article, strict=True)]


LONG = "The council voted on Monday to mend the pier before the autumn storms reach the harbour."
OTHER = "A ferry that had waited for three weeks left the quay at dawn with forty passengers on board."


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        pytest.param(
            f"Pier\n\n{LONG}",
            [(1, "title", "Pier"), (1, "body", LONG)],
            [("title", 1), ("body", 1)],
            id="a block a line",
        ),
        pytest.param(
            f"{LONG}\n\n\n{OTHER}",
            [(1, "body", LONG.replace(" ", "  ")), (0, "noise", " "), (2, "body", OTHER)],
            [("body", 1), ("body", 2)],
            id="white space differs, an empty line is none",
        ),
        pytest.param(
            f"{LONG}\n\nShop", [(1, "body", LONG), (0, "noise", "Shop")], [("body", 1), ("noise", 0)], id="noise"
        ),
        pytest.param(
            f"{LONG}Keep Reading\n\n{OTHER}",
            [(1, "body+marker", f"{LONG}Keep Reading"), (2, "body", OTHER)],
            [("body", 1), ("noise", 1), ("body", 2)],
            id="a marker that was cut off is furniture",
        ),
        pytest.param(LONG, [], [("noise", 0)], id="no lines at all"),
    ],
)
def test_blocks_get_the_truth_of_the_lines_they_come_from(text, lines, expected):
    assert kinds_of(text, lines) == expected


ONE_LINE = " ".join(["The ferry stopped on Sunday after a net was caught in its rudder. Keep Reading Show less"] * 30)
COPY = """The pier at Garrow Bridge will open to visitors on Monday.
The pier at Garrow Bridge will open to visitors on Monday. Reuters
Wardens shut the bridge at noon, and traffic stood for two hours.Keep Reading"""


@pytest.mark.parametrize("text", [COPY, COPY.replace("\n", "\n\n"), ONE_LINE], ids=["lines", "paragraphs", "long"])
def test_dumps_to_learn_from_are_what_the_engine_judges_in_use(text, monkeypatch):
    judged = []
    monkeypatch.setattr(judge, "judge", lambda *given: judged.append(given) or learned.judge(*given))
    clean_text(text)
    layout, blocks = make_blocks(text)
    assert [(blocks, layout)] == judged
    assert {mark.by for block in blocks for mark in block.marks} & {"cue.copy", "keep_reading.whole"}


def test_lines_that_are_not_in_the_text_are_told():
    with pytest.raises(UnalignedError, match="ferry"):
        kinds_of(LONG, [(1, "body", "ferry")])


def test_an_article_opens_with_its_first_row_be_it_the_title():
    lines = [(1, "title", "Pier"), (1, "body", LONG), (0, "noise", "Shop"), (2, "body", OTHER)]
    sample = sample_of("x", 0, "stream", ("\n\n".join(text for *_, text in lines), lines))
    assert starts_among_rows(sample, np.arange(4)).tolist() == [True, False, False, True]
    assert starts_among_rows(sample, np.array([1, 3])).tolist() == [True, True]


@st.composite
def cut_pages(draw):
    """Rows of articles with furniture between, and cuts anywhere."""
    rows = draw(
        st.lists(st.tuples(st.sampled_from([BODY, HEADING, TITLE, NOISE]), st.booleans()), min_size=1, max_size=9)
    )
    kind = np.array([k for k, _ in rows], np.int16)
    opens = np.array([new and k != NOISE for k, new in rows])
    opens[np.flatnonzero(kind != NOISE)[:1]] = True
    inner = draw(st.sets(st.integers(1, len(rows)), max_size=4)) - {len(rows)}
    return np.array([0, *sorted(inner), len(rows)]), opens, kind


@given(cut_pages())
def test_a_stretch_is_whole_where_it_holds_one_articles_text_and_all_of_it(drawn):
    cuts, opens, kind = drawn
    number, text = np.cumsum(opens), kind <= HEADING
    got = true_segments(cuts, opens, kind)
    for at, (a, b) in enumerate(zip(*segments.pairs(cuts), strict=True)):
        inside = np.zeros(len(kind), bool)
        inside[cuts[a] : cuts[b]] = True
        held = set(number[text & inside])
        whole = len(held) == 1 and not held & set(number[text & ~inside])
        assert got[at] == (2 if not held else int(whole))


# Own dumps


def test_own_dumps_are_the_same_each_time_and_hold_their_lines_in_order():
    first, again = ([*own_dumps(small_pages(), 2, 12)] for _ in range(2))
    assert first == again
    assert {style for style, *_ in first} >= {"single_region", "single_full"}
    for _, text, lines in first:
        at = 0
        for _, _, line in lines:
            at = text.index(line, at) + len(line)


def test_own_dumps_take_no_page_of_another_fold():
    titles = {f"Harbour story {n}" for n in range(30) if n % 5 != 2}
    said = {line for _, _, lines in own_dumps(small_pages(), 2, 12) for _, _, line in lines}
    assert not said & titles


def test_in_own_dumps_only_text_and_heads_belong_to_an_article():
    for _, _, lines in own_dumps(small_pages(), 1, 12):
        assert all((article > 0) == (kind != "noise") for article, kind, _ in lines)


# Export


def booster(classes, rows=400, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 6)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(int) + (x[:, 3] > 1) * (classes > 1)
    table = Table([f"f{k}" for k in range(6)], x, y, np.ones(rows, np.float32), np.arange(rows) % 5)
    recipe = replace(RECIPES["block"], rounds=15, classes=classes, least=5, share=0.7)
    return fit(table, recipe), table, recipe


@pytest.mark.parametrize("classes", [1, 3])
def test_exported_trees_score_as_lightgbm_does(classes):
    model, table, _ = booster(classes)
    rows = np.random.default_rng(9).normal(size=(300, 6)).astype(np.float32)
    expected = np.reshape(model.predict(rows, raw_score=True), (300, classes))
    exported = forest(model)
    assert np.allclose(exported.scores(rows), expected, atol=1e-5)
    again = Forest.read(exported.arrays("m"), "m")
    assert (again.scores(table.x) == exported.scores(table.x)).all()


def test_a_split_that_is_not_numeric_is_refused():
    x = np.array([[0], [1], [2]] * 40)
    data = lightgbm.Dataset(x, (x[:, 0] == 1).astype(int), categorical_feature=[0])
    quick = {"objective": "binary", "verbose": -1, "min_data_in_leaf": 1, "min_data_per_group": 1}
    with pytest.raises(ValueError, match="only numeric features"):
        forest(lightgbm.train(quick, data, 3))


@given(st.floats(-(2.0**90), 2.0**90), st.floats(-(2.0**90), 2.0**90, width=32))
def test_a_rounded_threshold_parts_the_same_float32_values(threshold, value):
    assert (value <= round_down(threshold)) == (value <= threshold)


def test_unseen_predictions_come_from_the_other_folds():
    _, table, recipe = booster(1)
    flipped = replace(table, y=np.where(table.fold == 0, 1 - table.y, table.y))
    there = table.fold == 0
    assert (unseen("a", table, recipe)[there] == unseen("b", flipped, recipe)[there]).all()


def test_a_file_of_weights_is_the_same_bytes_each_time(tmp_path):
    arrays = {"b": np.arange(5, dtype=np.int16), "a.x": np.ones((2, 2), np.float32), "meta": np.array('{"a": 1}')}
    for name in ("one.npz", "two.npz"):
        write_npz(tmp_path / name, arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as held:
        assert all((held[name] == arrays[name]).all() for name in arrays)
    with zipfile.ZipFile(tmp_path / "one.npz") as held:
        assert {member.date_time[0] for member in held.infolist()} == {1980}


# All of it, small


def small_run():
    samples = own_samples(small_pages(), 3)
    recipes = {name: replace(recipe, rounds=3, least=5) for name, recipe in RECIPES.items()}
    return Pages(samples, recipes)


def test_training_twice_gives_the_same_weights_and_the_engine_reads_them():
    first, again = train(small_run()), train(small_run())
    assert first.keys() == again.keys()
    assert all((first[name] == again[name]).all() for name in first)
    held = read(first)
    for model in (held.block, held.cut, held.cut2, held.seg):
        assert model.forest.feature.max() < len(model.names)
    assert held.facts == facts(small_run().samples)


# Decoders


def test_a_threshold_cuts_where_the_score_is_high_enough():
    cuts, path, kinds = by_threshold(np.array([0.9, 0.1, 0.5, 0.2, 0.7]), 0.5)
    assert (cuts.tolist(), path, kinds) == ([0, 2, 4, 5], [0, 1, 2, 3], [True] * 3)


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_the_best_mean_is_no_worse_than_any_other_segmentation_without_junk(count, seed):
    cuts = np.arange(count)
    begin, end = segments.pairs(cuts)
    right = np.random.default_rng(seed).random(len(begin))
    whole = np.stack([1 - right, right, np.zeros(len(begin))], 1)
    of = {
        pair: value for *pair, value in zip(begin.tolist(), end.tolist(), right, strict=True) for pair in [tuple(pair)]
    }
    path, kinds = by_mean(cuts, whole)
    assert all(kinds)

    def mean(steps):
        return np.mean([of[pair] for pair in pairwise(steps)])

    every = [[0, *[k for k in range(1, count - 1) if mask >> k & 1], count - 1] for mask in range(1 << count)]
    assert mean(path) >= max(map(mean, every)) - 1e-9


# Calibration


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_every_probability_is_in_one_bin(pairs):
    said, true = (np.array(column) for column in zip(*pairs, strict=True))
    found = calibrate("x", said, true.astype(bool))
    assert found.count.sum() == len(pairs)
    assert np.isclose(np.average(found.said, weights=found.count), said.mean())
    assert np.isclose(np.average(found.true, weights=found.count), true.mean())
    assert 0 <= found.error <= 1


def test_who_says_eight_of_ten_and_is_right_eight_times_makes_no_error():
    said, true = np.full(10, 0.8), np.arange(10) < 8
    assert np.isclose(calibrate("x", said, true).error, 0)
    assert np.isclose(calibrate("x", said, ~true).error, 0.6)
