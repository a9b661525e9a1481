"""The learned engine on weights made up here, so that its laws hold whatever was learnt; at the end the package's own."""

from __future__ import annotations

import json
import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.learned import KINDS, chars, judge, lexicon, reasons, segments, weights, wording
from cleaner.learned import engine as engine_module
from cleaner.learned.block_features import block_features, wording_features
from cleaner.learned.boundary_features import Gaps, boundary_features, candidates, opening_features, sure_starts
from cleaner.learned.columns import rank, shift, window
from cleaner.learned.page_view import HEAD, PageView
from cleaner.learned.second_look import boundary_second, nearest
from cleaner.learned.trees import CHUNK, Forest, sigmoid, softmax
from cleaner.model import Block, Label, Layout, Mark

STORY = (
    "The council voted on Tuesday to close the old harbour bridge, Mayor Ana Ruiz said.",
    "Engineers had found cracks in three of the pillars in the spring of 2023.",
    "“We will not risk a single life,” Ruiz told reporters, and the ferry runs again.",
)
FURNITURE = ("Keep Reading", "Photo: dpa", "Subscribe to our newsletter", "Tags: bridge, harbour", "© 2023 Harrow Tide")
DECODE = {"weight": 1.0, "cost": 0.0, "junk": 0.0, "inside": 0.33, "edge": 0.4}


def page(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(index=i, text=text, gap=1) for i, text in enumerate(texts))


def long_page(size: int) -> tuple[Block, ...]:
    lines = (*STORY, *FURNITURE)
    return page(*(f"{lines[i % 8]} {i // 40}" for i in range(size)))


def all_features(blocks: tuple[Block, ...]) -> dict[str, tuple[list[str], np.ndarray]]:
    view = PageView(blocks, Layout.BLANK)
    names, x = block_features(view)
    more_names, more = wording_features(np.zeros((view.n, 2), np.float32))
    names, x = [*names, *more_names], np.concatenate([x, more], 1)
    p = np.full((view.n, 5), 0.2, np.float32)
    rows = candidates(p[:, 0] + p[:, 1])
    cut_names, cut_x = boundary_features(view, names, x, p, rows)
    more_names, more = opening_features(np.zeros(view.n, np.float32), rows)
    cut_names, cut_x = [*cut_names, *more_names], np.concatenate([cut_x, more], 1)
    q = np.linspace(0, 1, len(rows)).astype(np.float32)
    cuts = segments.cut_candidates(q)
    return {
        "block": (names, x),
        "cut": (cut_names, cut_x),
        "cut2": boundary_second(view, rows, cut_names, cut_x, q, p[:, 0]),
        "seg": segments.segment_features(view, rows, cut_names, cut_x, q, p, cuts),
    }


NAMES = {model: names for model, (names, _) in all_features(page(*STORY, *FURNITURE)).items()}


def random_forest(width: int, classes: int, seed: int, trees: int = 8) -> Forest:
    """Full trees of depth 3 with random splits."""
    rng = np.random.default_rng(seed)
    count = trees * classes
    nodes = 15
    sizes = [15, 7, 3, 1, 1, 3, 1, 1, 7, 3, 1, 1, 3, 1, 1]  # of the trees below each node, in preorder
    child = np.array([[i + 1, i + 1 + size // 2] if size > 1 else [i, i] for i, size in enumerate(sizes)])
    at = (np.arange(count) * nodes)[:, None, None]
    return Forest(
        feature=rng.integers(0, width, count * nodes).astype(np.int16),
        threshold=rng.normal(1, 1, count * nodes).astype(np.float32),
        child=(child[None] + at).ravel().astype(np.int32),
        value=rng.normal(0, 0.5, count * nodes).astype(np.float32),
        root=(np.arange(count) * nodes).astype(np.int32),
        classes=classes,
    )


def made_up() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    arrays = {}
    for seed, (model, classes) in enumerate({"block": 5, "cut": 1, "cut2": 1, "seg": 3}.items()):
        arrays |= random_forest(len(NAMES[model]), classes, seed).arrays(model)
    arrays["wording.text"] = rng.normal(0, 1, wording.SIZE).astype(np.float16)
    arrays["wording.opening"] = rng.normal(0, 1, wording.SIZE).astype(np.float16)
    meta = {"names": NAMES, "wording_bias": [0.1, -2.0], "decode": DECODE, "facts": {}}
    return arrays | {"meta": np.array(json.dumps(meta))}


MADE_UP = weights.read(made_up())


@pytest.fixture(autouse=True)
def _made_up_weights(request, monkeypatch):
    if "own_weights" not in request.fixturenames:
        monkeypatch.setattr(engine_module.weights, "load", lambda: MADE_UP)


@pytest.fixture
def own_weights():
    weights.load.cache_clear()
    return weights.load


# characters and words


def test_words_of_a_line():
    c = chars.read(["Ruiz’s ferry 12 runs", "", "桥梁关闭", "\U0001f600\ud800 ok"])
    assert c.t_size.tolist() == [4, 1, 5, 2, 4, 2, 2, 2, 2]
    assert c.t_block.tolist() == [0, 0, 0, 0, 0, 2, 2, 2, 3]
    assert c.t_capital.tolist() == [True] + [False] * 8


@pytest.mark.parametrize("word", ["the", "embargo", "déclaré", "при", "कहा", "a"])
def test_a_word_has_the_hash_it_has_in_a_text(word):
    assert chars.read([f"x {word.upper()} y"]).t_word[1] == chars.word_hash(word)


def test_lists_are_found_in_text():
    lists = lexicon.lists_of(chars.read(["She told us on Monday that ferries run"]).t_word)
    assert lexicon.among(lists, "speech").tolist() == [False, True, False, False, False, False, False, False]
    assert lexicon.among(lists, "days").sum() == 1


@pytest.mark.parametrize("name", lexicon.LISTS)
def test_a_word_of_a_list_is_in_it_and_no_other_word(name):
    words = sorted({word for words in lexicon.LISTS.values() for word in words.split()})
    lists = lexicon.lists_of(np.array([chars.word_hash(word) for word in words], np.uint64))
    alike = {chars.word_hash(word) for word in lexicon.LISTS[name].split()}
    assert lexicon.among(lists, name).tolist() == [chars.word_hash(word) in alike for word in words]


def test_a_word_opens_after_a_stop_or_a_quote():
    c = chars.read(["One. Two “Three” four: Five"])
    assert c.t_opens.tolist() == [True, True, True, False, True]


# columns


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(-4, 4), st.integers(0, 5))
def test_window_is_a_plain_sum(values, first, width):
    got = window(np.array(values), first, first + width)
    plain = [sum(values[max(0, i + first) : max(0, i + first + width + 1)]) for i in range(len(values))]
    assert got.tolist() == plain


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.integers(-4, 4))
def test_shift_takes_the_neighbour(values, by):
    got = shift(np.array(values, np.float32), by, fill=99)
    n = len(values)
    assert got.tolist() == [np.float32(values[i + by]) if 0 <= i + by < n else 99 for i in range(n)]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_rank_is_the_place_in_order(values):
    places = rank(np.array(values))
    assert sorted(places) == list(range(len(values)))
    assert [values[i] for i in np.argsort(places)] == sorted(values)


def test_gaps_see_what_stands_between():
    values = np.array([5.0, 1, 7, 2, 9, 3])
    gaps = Gaps(np.array([1, 4, 5]), np.array([-1, 1, 4]))
    assert gaps.blocks.tolist() == [1, 2, 0]
    assert gaps.most(values).tolist() == [5, 7, 0]
    assert gaps.total(values).tolist() == [5, 9, 0]


def test_nearest_sure_rows():
    left, right = nearest(np.array([False, True, False, True, False]))
    assert left.tolist() == [0, 0, 1, 1, 3]
    assert right.tolist() == [1, 3, 3, 5, 5]


# trees


def slow_score(forest: Forest, row: np.ndarray) -> tuple[list[float], np.ndarray]:
    """Walk every tree in plain Python; returns scores of the classes, and of each the parts of the features."""
    scores, parts = [0.0] * forest.classes, np.zeros((forest.classes, len(row)))
    for tree, root in enumerate(forest.root):
        node = int(root)
        while forest.child[2 * node] != node:
            feature = forest.feature[node]
            after = int(forest.child[2 * node + (row[feature] > forest.threshold[node])])
            parts[tree % forest.classes, feature] += float(forest.value[after]) - float(forest.value[node])
            node = after
        scores[tree % forest.classes] += float(forest.value[node])
    return scores, parts


@pytest.mark.parametrize("count", [0, 1, 7, CHUNK + 3])
def test_trees_score_like_a_plain_walk(count):
    forest = random_forest(6, 3, seed=1)
    rows = np.random.default_rng(2).normal(1, 1, (count, 6)).astype(np.float32)
    slow = [slow_score(forest, row) for row in rows]
    assert np.allclose(forest.scores(rows), np.array([scores for scores, _ in slow]).reshape(count, 3))
    pull = (1.0, 0.0, -2.0)
    expected = [np.array(pull) @ parts for _, parts in slow] if count else np.zeros((0, 6))
    assert np.allclose(forest.parts(rows, pull), expected)


def chain(splits: int) -> Forest:
    """A tree that splits at 0, 1, 2, … and counts, beside one of a single leaf that says 100 of every row."""
    at, last = np.arange(splits), 2 * splits + 1
    child = np.array([[i + 1, i + 2] if i % 2 == 0 and i < last - 1 else [i, i] for i in range(last + 1)])
    threshold, value = np.full(last + 1, np.inf, np.float32), np.zeros(last + 1, np.float32)
    threshold[2 * at] = at
    value[2 * at + 1], value[last - 1], value[last] = at, splits, 100
    root = np.array([0, last], np.int32)
    return Forest(np.zeros(last + 1, np.int16), threshold, child.ravel().astype(np.int32), value, root, classes=1)


@pytest.mark.parametrize("splits", [0, 1, 8, 31])
def test_trees_may_have_one_leaf_to_thirty_two(splits):
    rows = np.arange(-0.5, 40, dtype=np.float32)[:, None]
    got = chain(splits).scores(rows).ravel().tolist()
    assert got == [100 + min(i, splits) for i in range(len(rows))]


def test_trees_of_too_many_leaves_are_refused():
    with pytest.raises(ValueError, match="more than 32 leaves"):
        chain(32).scores(np.zeros((1, 1), np.float32))


def test_a_value_on_the_threshold_goes_left():
    stump = Forest(
        feature=np.zeros(3, np.int16),
        threshold=np.array([0.5, np.inf, np.inf], np.float32),
        child=np.array([1, 2, 1, 1, 2, 2], np.int32),
        value=np.array([0, -1, 1], np.float32),
        root=np.zeros(1, np.int32),
        classes=1,
    )
    rows = np.array([[0.5], [np.nextafter(np.float32(0.5), np.float32(1))]], np.float32)
    assert stump.scores(rows).ravel().tolist() == [-1, 1]
    assert Forest.read(stump.arrays("a"), "a").scores(rows).ravel().tolist() == [-1, 1]


def test_probabilities():
    assert softmax(np.array([[1000.0, 0.0], [0.0, 0.0]])).tolist() == [[1, 0], [0.5, 0.5]]
    assert sigmoid(np.array([0.0])).tolist() == [0.5]


# features


@pytest.mark.parametrize("model", weights.MODELS)
def test_names_are_unique_and_grouped(model):
    names = NAMES[model]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", [*NAMES["block"], *NAMES["cut2"]])
def test_every_feature_has_words_for_every_value(name):
    for value in (-1.0, 0.0, 0.004, 0.3, 1.0, 7.0, 1e9):
        said = reasons.word(name, value)
        assert said
        assert not set("_{}|\\") & set(said)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("shape.log_words", np.log1p(6), "6 words"),
        ("neighbours.log_words-1", np.log1p(2), "the line before: 2 words"),
        ("neighbours.log_words-2", -1, "the second line before: there is none"),
        ("neighbours.keep_reading_before", 1, "1 of the three lines before are keep-reading by rule"),
        ("between.last_shape.ends_sentence", 0, "last line between: no end mark"),
        ("own_words.leaning_first", 1, "begins with a word that leans on what went before"),
        ("shape.last_char", 5, "ends with a full stop"),
        ("shape.words_before_colon", -1, "no first colon"),
        ("rules.promo", 2, "a certain rule for promo"),
        ("run.template", 5, "what stands between: title, keep-reading line"),
        ("cuts.left_rows0.3", 6, "the article before would have some 7 paragraphs"),
        ("kinds.title-1", 0.9, "the line before: 90% sure that it is title"),
    ],
)
def test_features_in_words(name, value, said):
    assert reasons.word(name, float(value)) == said


def test_a_feature_without_words_is_an_error():
    with pytest.raises(KeyError, match=r"shape\.smell"):
        reasons.word("shape.smell", 1)


@pytest.mark.parametrize(
    "texts",
    [
        ("x",),
        ("",),
        ("", ""),
        ("!!!", "---", "…"),
        ("\ud800\udfff", "\U0001f9e8" * 30),
        ("桥梁关闭" * 20, "ア" * 9, "한국어 기사"),
        ("Same.", "Same.", "Same."),
        STORY,
        FURNITURE,
        STORY * 3,
    ],
)
def test_features_are_finite_and_as_many_as_their_names(texts):
    for model, (names, x) in all_features(page(*texts)).items():
        assert names == NAMES[model]
        assert x.shape[1] == len(names)
        assert np.isfinite(x).all(), [names[j] for j in np.flatnonzero(~np.isfinite(x).all(0))]


def test_a_long_block_is_read_at_its_ends():
    text = "Word " * HEAD + "end."
    names, x = block_features(PageView(page(text), Layout.BLANK))
    assert x[0, names.index("shape.log_chars")] < np.log1p(2 * HEAD + 2)
    assert x[0, names.index("shape.ends_sentence")] == 1


def test_a_marker_that_is_also_the_last_line_parts_articles_surely():
    mark = Mark(Label.KEEP_READING, by="t", score=1, certain=True)
    blocks = [
        Block(index=i, text=text, marks=(mark,) if text == "Go on" else ())
        for i, text in enumerate([STORY[0], "Go on", STORY[1], "More", STORY[2], "Go on"])
    ]
    assert sure_starts(PageView(blocks, Layout.BLANK), np.array([0, 2, 4])).tolist() == [False, True, False]


# decoding


def every_path(k):
    for size in range(k - 1):
        for inner in combinations(range(1, k - 1), size):
            yield [0, *inner, k - 1]


@given(st.integers(2, 7), st.integers(0, 10_000))
def test_the_best_path_is_the_best_of_all(k, seed):
    score = np.random.default_rng(seed).normal(size=(k, k))
    totals = {tuple(path): sum(score[a, b] for a, b in pairwise(path)) for path in every_path(k)}
    assert tuple(segments.best_path(k, score)) == max(totals, key=totals.get)


def log_odds(p):
    p = min(max(float(p), segments.EPSILON), 1 - segments.EPSILON)
    return np.log(p / (1 - p))


@given(st.integers(1, 5), st.integers(0, 10_000))
def test_the_page_is_cut_as_well_as_can_be(n, seed):
    rng = np.random.default_rng(seed)
    q, cuts = rng.random(n), np.arange(n + 1)
    p = rng.dirichlet([1, 1, 1], len(segments.pairs(cuts)[0]))
    number = {pair: at for at, pair in enumerate(zip(*segments.pairs(cuts), strict=True))}

    def worth(path):
        total = 0.0
        for a, b in pairwise(path):
            _, whole, waste = p[number[a, b]]
            article = (0 if a == 0 else log_odds(q[a])) + 0.8 * max(log_odds(whole), segments.WORST) - 0.1
            total += max(article, 0.8 * max(log_odds(waste), segments.WORST) - 0.2)
        return total

    path, kinds = segments.decode_sum(cuts, p, q, 0.8, 0.1, 0.2)
    assert np.isclose(worth(path), max(worth(other) for other in every_path(n + 1)))
    assert len(kinds) == len(path) - 1
    assert any(kinds)


def test_an_article_keeps_a_line_at_least():
    p = np.array([[0.1, 0, 0, 0, 0.9], [0.2, 0, 0, 0, 0.8]])
    assert segments.keep_rows(p, 0, 2, 0.33, 0.4).tolist() == [False, True]


def test_between_two_sure_lines_doubt_is_kept():
    kept = np.array([0.36, 0.9, 0.36, 0.9, 0.36])
    p = np.stack([kept, *[np.zeros(5)] * 3, 1 - kept], 1)
    assert segments.keep_rows(p, 0, 5, 0.33, 0.4).tolist() == [False, True, True, True, False]


# the whole


def check(judged, n):
    for values in (judged.p_kept, judged.kind, judged.p_start, judged.kept, judged.article):
        assert values.shape == (n,)
    assert ((judged.p_kept >= 0) & (judged.p_kept <= 1 + 1e-9)).all()
    assert ((judged.kind >= 0) & (judged.kind < len(KINDS))).all()
    used = np.unique(judged.article[judged.article > 0])
    assert used.tolist() == list(range(1, len(judged.confidence) + 1))
    assert (np.diff(judged.article[judged.article > 0]) >= 0).all()
    assert not (judged.kept & (judged.article == 0)).any()
    for number in used:
        assert judged.kept[judged.article == number].any()
        assert np.ptp(np.flatnonzero(judged.article == number)) + 1 == (judged.article == number).sum()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(alphabet=st.characters(), max_size=40) | st.sampled_from(STORY + FURNITURE), max_size=25))
def test_any_page_is_judged(texts):
    check(judge(page(*texts), Layout.NEWLINE), len(texts))


def test_the_same_page_is_judged_the_same():
    one, other = (judge(long_page(60), Layout.BLANK) for _ in range(2))
    for name in ("p_kept", "kind", "p_start", "kept", "article", "confidence"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert [one.reasons(i) for i in range(60)] == [other.reasons(i) for i in range(60)]


def test_reasons_are_words():
    judged = judge(long_page(60), Layout.BLANK)
    for i in range(60):
        assert "_" not in judged.reasons(i)
        assert bool(judged.reasons(i)) == (judged.p_kept[i] < engine_module.PLAIN)
    assert any(judged.cut_reasons(i) for i in range(60))
    nowhere = np.flatnonzero(judged.p_start == 0)
    assert not any(judged.cut_reasons(int(i)) for i in nowhere)


@pytest.mark.parametrize("size", [engine_module.WHOLE, engine_module.WHOLE + 1, 3 * engine_module.WHOLE])
def test_a_long_page_is_judged_in_pieces(size):
    check(judge(long_page(size), Layout.BLANK), size)


def test_an_article_longer_than_a_piece_stays_one(monkeypatch):
    monkeypatch.setattr(engine_module, "WHOLE", 20)
    monkeypatch.setattr(engine_module, "PIECE", 20)
    monkeypatch.setattr(segments, "LEAST", 2.0)
    judged = judge(long_page(70), Layout.BLANK)
    assert set(judged.article.tolist()) <= {0, 1}
    assert len(judged.confidence) == 1


def test_a_block_of_five_megabytes_is_quick():
    started = time.perf_counter()
    check(judge(page(STORY[0], "word " * 1_000_000, STORY[1]), Layout.LONG), 3)
    assert time.perf_counter() - started < 2


def test_html_pages_are_judged_too():
    check(judge(page(*STORY), Layout.HTML), 3)


# the package's own weights


def test_own_weights_fit_the_features(own_weights):
    learnt = own_weights()
    for model in weights.MODELS:
        assert list(getattr(learnt, model).names) == NAMES[model]
        assert int(getattr(learnt, model).forest.feature.max()) < len(NAMES[model])
    assert learnt.text.shape == learnt.opening.shape == (wording.SIZE,)


def test_own_weights_load_quickly(own_weights):
    started = time.perf_counter()
    own_weights()
    assert time.perf_counter() - started < 0.5
