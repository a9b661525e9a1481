"""The engine for HTML pages: its parts on pages and trees made up here, then the package's own weights on traps."""

from __future__ import annotations

import re
import time
from importlib import resources

import numpy as np
import pytest
from conftest import clean_html
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from cleaner import judge as judge_module
from cleaner.blocks.hints import hints_of
from cleaner.blocks.html import html_page
from cleaner.blocks.main_content import main_content
from cleaner.dek import placed_dek
from cleaner.learned import HTML_MODEL, judge_markup, markup_engine, markup_weights, names, page_keep
from cleaner.learned.markup_engine import features
from cleaner.learned.markup_reasons import in_words
from cleaner.learned.markup_second import second_features
from cleaner.learned.markup_view import MarkupView
from cleaner.model import Hints, Label, Verdict

STORY = (
    "The council voted on Tuesday to close the old harbour bridge, Mayor Ana Ruiz said after the meeting.",
    "Engineers had found cracks in three of the pillars in the spring, and the repair would cost nine million.",
    "Until the new bridge opens a ferry will carry people across every ten minutes, from six in the morning.",
    "Shop owners on the quay said that they feared for their trade and asked the town for help with the rent.",
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)
PAGE = f"""<html><head><title>Bridge closes | Harrow Tide</title></head><body>
<nav class="main-menu"><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article class="story"><h1>Bridge closes</h1><div class="article-body">{PARAGRAPHS}</div></article>
<aside class="related-links"><h3>More stories</h3><ul><li><a href="/1">Ferry adds a boat</a></li>
<li><a href="/2">Baker wins a prize</a></li></ul></aside></main>
<footer class="site-footer"><p>© 2026 Harrow Tide</p></footer></body></html>"""


def view_of(markup: str) -> MarkupView:
    page = html_page(markup)
    return MarkupView(page.blocks, page.outline, page.hints)


# the tree


def test_sums_of_an_element_are_those_of_all_inside():
    v = view_of(PAGE)
    assert v.e_sums[0].tolist() == pytest.approx(
        [v.words.sum(), (v.words * v.linked).sum(), (v.words * v.prose).sum(), v.prose.sum(), v.n]
    )
    for element in range(len(v.outline)):
        assert v.e_sums[element, 4] == v.inside(element).sum()


def test_elements_around_a_block_go_up_to_the_root():
    v = view_of(PAGE)
    for row in v.above:
        chain = row[row >= 0]
        assert [v.outline[e].parent for e in chain[:-1]] == chain[1:].tolist()
        if len(chain) < names.TOP:
            assert chain[-1] == 0


def test_elements_around_are_counted():
    v = view_of("<div><section><section><p>one</p></section></section><p>two</p></div>")
    chosen = np.array([[e.tag == "section"] for e in v.outline])
    assert v.within(chosen)[v.element, 0].tolist() == [2, 0]


def test_the_heading_above():
    v = view_of("<p>a</p><h2>b</h2><p>c</p><h4>d</h4><p>e</p>")
    assert v.heading_level.tolist() == [0, 2, 0, 4, 0]
    assert v.heading_above.tolist() == [-1, -1, 1, 1, 3]


# features


TREES = st.recursive(
    st.sampled_from(["", "word", "Two words.", "<br><br>", "<img src=x>", "新聞", "\ud800", "12:30"]),
    lambda inner: st.builds(
        lambda tag, called, parts: f'<{tag} class="{called}">{" ".join(parts)}</{tag}>',
        st.sampled_from(["p", "div", "ul", "li", "h2", "a", "b", "table", "td", "article", "nav", "span"]),
        st.sampled_from(["", "article-body", "related", "x"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_features_are_finite_and_named_once(markup):
    v = view_of(f"<html><head><title>Two words</title></head><body>{markup}</body></html>")
    learnt = markup_weights.load()
    found, x = features(v, learnt)
    more, second = second_features(v, np.linspace(0, 1, v.n))
    assert len(set(found + more)) == len(found) + len(more)
    assert x.shape == (v.n, len(found))
    assert second.shape == (v.n, len(more))
    assert np.isfinite(x).all()
    assert np.isfinite(second).all()


def test_every_feature_can_be_said_in_words_of_its_own():
    v = view_of(PAGE)
    found, x = features(v, markup_weights.load())
    more, second = second_features(v, np.full(v.n, 0.5))
    names_of = (*found, *more)
    count = len(names_of)
    for row in (np.concatenate([x[0], second[0]]), np.zeros(count), np.ones(count)):
        said = in_words(names_of, np.tile(row, (count, 1)), np.eye(count), 1)
        assert len(set(said) - {""}) == count


@pytest.mark.parametrize(
    ("markup", "hints"),
    [
        ("<title>Bridge closes | Tide</title>", Hints(titles=("Bridge closes | Tide",))),
        (
            '<meta property="og:title" content="A"><meta name="description" content="B">',
            Hints(titles=("A",), description="B"),
        ),
        (
            '<script type="application/ld+json">{"@graph":[{"headline":"H","articleBody":"One. <b>Two</b>."}]}</script>',
            Hints(
                titles=("H",),
                body="One.  Two .",
                data='{"@graph":[{"headline":"H","articleBody":"One. <b>Two</b>."}]}',
            ),
        ),
        (
            (
                '<script type="application/ld+json">{"headline": broken</script>'
                '<script type="application/LD+JSON">{"name": "more"}</script>'
            ),
            Hints(data='{"headline": broken\n{"name": "more"}'),
        ),
        ('<meta property="og:type" content="Article"><meta name="og:type" content="x">', Hints(says_article=True)),
        ("<script>var articleBody = 1</script>", Hints()),
    ],
)
def test_what_a_page_says_of_itself(markup, hints):
    assert hints_of(lxml_html.document_fromstring(f"<html><head>{markup}</head><body></body></html>")) == hints


def test_words_of_the_title_are_found_in_the_text():
    v = view_of(PAGE)
    found, x = features(v, markup_weights.load())
    row = [b.text for b in html_page(PAGE).blocks].index("Bridge closes")
    assert x[row, found.index("said.title")] == 1
    assert x[row, found.index("said.is_title")] == 1


# the package's own weights


def test_own_weights_fit_the_features():
    learnt = markup_weights.load()
    v = view_of(PAGE)
    found, _ = features(v, learnt)
    more, _ = second_features(v, np.zeros(v.n))
    assert set(learnt.first.names) <= set(found)
    assert set(learnt.second.names) <= set(found + more)
    for look in (learnt.first, learnt.second):
        assert int(look.forest.feature.max()) < len(look.names)
    assert learnt.words.dtype == learnt.names.dtype == np.float16


def test_own_weights_are_small_and_load_quickly():
    assert resources.files("cleaner.learned").joinpath(markup_weights.FILE).stat().st_size < 1_500_000
    markup_weights.load.cache_clear()
    started = time.perf_counter()
    markup_weights.load()
    assert time.perf_counter() - started < 0.5


def test_a_page_is_judged_the_same_each_time_with_reasons():
    page = html_page(PAGE)
    first, again = (judge_markup(page.blocks, page.outline, page.hints) for _ in range(2))
    assert (first.p_text == again.p_text).all()
    assert ((first.p_text > 0) & (first.p_text < 1)).all()
    assert all(first.all_reasons())
    assert first.all_reasons() == again.all_reasons()


@pytest.mark.parametrize("again", [0.0, 0.02, 1.1])
def test_the_second_look_is_at_what_the_first_does_not_rule_out(again, monkeypatch):
    page = html_page(PAGE)
    first, second = (_judged(page, monkeypatch, at) for at in (1.1, 0.0))
    assert not len(first.again)
    assert len(second.again) == len(page.blocks)
    found = _judged(page, monkeypatch, again)
    twice = first.p_text >= again
    assert found.again.tolist() == np.flatnonzero(twice).tolist()
    assert found.p_text == pytest.approx(np.where(twice, second.p_text, first.p_text))
    assert all(found.all_reasons())


def _judged(page, monkeypatch, again):
    monkeypatch.setattr(markup_engine, "AGAIN", again)
    return judge_markup(page.blocks, page.outline, page.hints)


RANKING = "".join(
    f"<h3>{n}. The {name} ferry</h3><p>It carries {n}0 people and leaves the northern quay at {n} in the morning, whatever the weather, its captain says.</p>"
    for n, name in enumerate(("green", "blue", "red", "white"), 1)
)
ROWS = "".join(f"<tr><td>{name}</td><td>{n} votes</td></tr>" for n, name in enumerate(("Ruiz", "Okoro", "Lind"), 11))
COMMENTS = "".join(
    f'<li class="comment"><p class="comment-author">reader{n}</p><p class="comment-text">I think that the bridge should have been closed long ago, and nobody listened to us at all.</p></li>'
    for n in range(3)
)
CARDS = "".join(
    f'<div class="teaser-card"><a href="/{n}"><h4>Ferry number {n} adds a boat</h4><p class="teaser-text">The company bought it in spring.</p></a></div>'
    for n in range(6)
)
POSTS = "".join(
    f'<div class="live-post"><time>1{n}:30</time><h3>Update {n}</h3><p>{text}</p></div>' for n, text in enumerate(STORY)
)


def site(body: str, after: str = "") -> str:
    return f"""<html lang="en"><head><title>Bridge closes | Harrow Tide</title></head><body>
<header class="site-header"><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article class="post"><h1 class="entry-title">Bridge closes</h1><div class="entry-content">{body}</div></article>{after}</main>
<footer class="site-footer"><p>© 2026 Harrow Tide. All rights reserved.</p></footer></body></html>"""


TRAPS = {
    "plain story": (site(PARAGRAPHS), STORY, ("Home", "Sport")),
    "ranking is body": (site(PARAGRAPHS + RANKING), (*STORY, "1. The green ferry", "4. The white ferry"), ()),
    "list is body": (
        site(f"{PARAGRAPHS}<ul><li>The bridge is closed to cars from Monday.</li><li>Ferries run from six.</li></ul>{PARAGRAPHS[:200]}"),
        (*STORY, "Ferries run from six."),
        (),
    ),
    "comments": (
        site(PARAGRAPHS, f'<section id="comments" class="comments-area"><h2>3 comments</h2><ol class="comment-list">{COMMENTS}</ol></section>'),
        STORY,
        ("I think that the bridge should have been closed long ago, and nobody listened to us at all.", "reader1"),
    ),
    "you may also like": (
        site(PARAGRAPHS, f'<div class="related-posts"><h3>You may also like</h3>{CARDS}</div>'),
        STORY,
        ("You may also like", "The company bought it in spring."),
    ),
    "cookie text": (
        site(PARAGRAPHS)
        + '<div id="cookie-consent" class="cookie-banner"><p>We use cookies to give you the best experience on our website and to show you ads.</p></div>',
        STORY,
        ("We use cookies to give you the best experience on our website and to show you ads.",),
    ),
    "live blog is one article": (site(POSTS), STORY, ()),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap):
    markup, kept, removed = TRAPS[trap]
    cleaned = clean_html(markup, url="https://harrowtide.example/bridge")
    assert len(cleaned.articles) == 1
    text = cleaned.articles[0].text.split("\n\n")
    assert [line for line in kept if line not in text] == []
    assert [line for line in removed if line in text] == []


def test_each_removed_block_says_why_in_words():
    cleaned = clean_html(TRAPS["you may also like"][0])
    removed = [e for e in cleaned.ledger if e.verdict is Verdict.REMOVED and e.by == HTML_MODEL]
    assert removed
    assert all(e.evidence for e in removed)


def test_what_weighs_most_is_said_without_the_names_of_features():
    cleaned = clean_html(site(PARAGRAPHS, CARDS * 3))
    evidence = [e.evidence for e in cleaned.ledger if e.by == HTML_MODEL]
    assert any("of the element around is likely text" in text for text in evidence)
    assert not [text for text in evidence if re.search(r"\b[a-z]+\d\b|: \w+ -?\d", text)]


def test_a_sentence_that_its_element_calls_a_dek_is_the_dek():
    dek = "The ferry carries people across until spring"
    cleaned = clean_html(site(PARAGRAPHS).replace("</h1>", f'</h1><p class="article-dek">{dek}</p>'))
    assert cleaned.articles[0].dek == dek
    assert [e.label for e in cleaned.ledger if e.block.text == dek] == [Label.DEK]


SUMMED_UP = "The ferry carries people across the water until the bridge opens again in spring."
DEKS = {
    "called a deck, in the head": (f'<p class="story-deck">{SUMMED_UP}</p>', "", SUMMED_UP),
    "said by the description": (f'<p class="a1">{SUMMED_UP[:-1]}</p>', SUMMED_UP, SUMMED_UP[:-1]),
    "said by a description that is cut off": (f'<p class="a1">{SUMMED_UP[:-1]}</p>', SUMMED_UP[:60] + "…", SUMMED_UP[:-1]),
    "called a summary, behind the byline": (f'<p>By Ana Ruiz</p><h2 class="summary-art">{SUMMED_UP}</h2>', "", SUMMED_UP),
    "called so in Turkish": (f'<h2 class="news-spot">{SUMMED_UP}</h2>', "", SUMMED_UP),
    "no sentence, and nobody says it": ('<div class="a1">Harrow Tide Bridge Works</div>', "", None),
    "the author is described": (f'<p class="author-description">{SUMMED_UP}</p>', "", None),
    "a first paragraph that the description repeats": ("", STORY[0], None),
    "a link": (f'<p class="teaser"><a href="/next">{SUMMED_UP}</a></p>', "", None),
}  # fmt: skip


@pytest.mark.parametrize("case", DEKS)
def test_the_dek_stands_under_the_title_beside_the_text(case):
    under, description, dek = DEKS[case]
    markup = site(PARAGRAPHS).replace("</h1>", f"</h1>{under}")
    markup = markup.replace("<head>", f'<head><meta name="description" content="{description}">')
    article = clean_html(markup, url="https://harrowtide.example/bridge").articles[0]
    assert article.dek == dek
    assert [line for line in STORY if line not in article.text.split("\n\n")] == []


def test_a_dek_stands_under_the_last_heading_before_the_text():
    wall = f"<div><h1>We value your time</h1><p>{SUMMED_UP.replace('ferry', 'cookie')}</p></div>"
    markup = (
        site(PARAGRAPHS).replace("</h1>", f'</h1><p class="a-desc">{SUMMED_UP}</p>').replace("<body>", f"<body>{wall}")
    )
    assert clean_html(markup).articles[0].dek == SUMMED_UP


def is_placed_dek(markup: str, line: str, p: float) -> bool:
    """Tell whether a line is found as the dek by its place alone, where the engine thinks it text with probability `p`."""
    page = html_page(markup)
    made = {line: p} | dict.fromkeys(STORY, 0.99)
    p_text = np.array([made.get(block.text, 0.01) for block in page.blocks])
    dek = placed_dek(page.blocks, page.outline, p_text, p_text >= 0.4, "")
    return dek is not None and page.blocks[dek].text == line


@pytest.mark.parametrize(("p", "found"), [(0.05, True), (0.5, True), (0.8, False)])
def test_a_whole_sentence_right_under_the_title_is_the_dek_unless_it_is_likely_text(p, found):
    assert is_placed_dek(site(PARAGRAPHS).replace("</h1>", f"</h1><div>{SUMMED_UP}</div>"), SUMMED_UP, p) == found


@pytest.mark.parametrize(
    ("article", "found"),
    [
        pytest.param("<header><h1>Bridge closes</h1><h2>{}</h2></header>{}", True, id="in the title's element"),
        pytest.param("<header><h1>Bridge closes</h1><p>{}</p></header>{}", False, id="no heading"),
        pytest.param("<h1>Bridge closes</h1><h2>{}</h2><div>{}</div>", False, id="beside title and text"),
        pytest.param("<h1>Bridge closes</h1><h2>{}</h2>{}", False, id="over the text"),
    ],
)
def test_a_second_heading_without_a_full_stop_is_the_dek_where_it_stands_with_the_title(article, found):
    line = SUMMED_UP.rstrip(".")
    assert is_placed_dek(f"<body><article>{article.format(line, PARAGRAPHS)}</article></body>", line, 0.3) == found


def test_a_page_of_three_hundred_blocks_is_quick():
    page = html_page(site(PARAGRAPHS * 30, CARDS * 15))
    assert len(page.blocks) > 250
    judge_markup(page.blocks, page.outline, page.hints).all_reasons()
    started = time.process_time()
    judge_markup(page.blocks, page.outline, page.hints).all_reasons()
    assert time.process_time() - started < 0.1


def test_an_article_that_only_json_ld_holds_is_found_and_says_so():
    body = "\\n".join(STORY)
    markup = f"""<html><head><title>Bridge closes</title><script type="application/ld+json">
    {{"@type": "NewsArticle", "headline": "Bridge closes", "articleBody": "{body}"}}</script></head>
    <body><div id="root"></div><noscript>You need JavaScript.</noscript><a href="/">Home</a></body></html>"""
    cleaned = clean_html(markup)
    assert [p.text for p in cleaned.articles[0].paragraphs] == list(STORY)
    assert {e.by for e in cleaned.ledger if e.verdict is Verdict.KEPT} == {"html.json_ld"}


def test_an_article_that_the_page_shows_is_not_taken_from_json_ld():
    told = " ".join(STORY)
    script = f'<script type="application/ld+json">{{"articleBody": "{told}"}}</script>'
    cleaned = clean_html(site(PARAGRAPHS).replace("</head>", f"{script}</head>"))
    assert {e.by for e in cleaned.ledger if e.verdict is Verdict.KEPT and e.label is Label.BODY} == {HTML_MODEL}


# The second opinion


def judged(monkeypatch, p, verdict):
    """Judge the page's first blocks with probabilities made up here; returns label and judge of each, and whether it was asked."""
    page = html_page(PAGE)
    rows = np.zeros((len(page.blocks), 1), np.float32)
    p_text = np.full(len(page.blocks), 0.01)
    p_text[: len(p)] = p

    class Made:
        kept = p_text >= 0.4

        def all_reasons(self):
            return [""] * len(rows)

    Made.p_text = p_text
    monkeypatch.setattr(judge_module, "judge_markup", lambda *_: Made())
    asked = []

    def opinion():
        asked.append(True)
        return [*verdict, *[False] * (len(page.blocks) - len(verdict))] if verdict else []

    found = judge_module.judge_html(page.blocks, page.outline, page.hints, opinion)
    return [(o.label in {Label.BODY, Label.HEADING}, o.by) for o in found.opinions[: len(p)]], bool(asked)


@pytest.mark.parametrize(
    ("p", "verdict", "expected"),
    [
        pytest.param([0.3] * 7, [True] * 7, [(True, "trafilatura")] * 7, id="nearly kept comes in"),
        pytest.param(
            [0.5] * 8,
            [True] * 4 + [False] * 4,
            [(True, HTML_MODEL)] * 4 + [(False, "trafilatura")] * 4,
            id="hardly kept goes",
        ),
        pytest.param([0.6] * 7, [False] * 6 + [True], [(True, HTML_MODEL)] * 7, id="rather sure stays"),
        pytest.param([0.3] * 8, [], [(False, HTML_MODEL)] * 8, id="no opinion changes nothing"),
    ],
)
def test_where_the_engine_is_unsure_trafilatura_is_asked(monkeypatch, p, verdict, expected):
    found, asked = judged(monkeypatch, p, verdict)
    assert asked
    assert found == expected


def test_where_the_engine_is_sure_nobody_is_asked(monkeypatch):
    assert judged(monkeypatch, [0.99] * 8, [False] * 8)[1] is False


def test_trafilaturas_text_is_found_again_among_the_blocks():
    page = html_page(PAGE)
    kept = {b.text for b, is_text in zip(page.blocks, main_content(page.root, page.blocks), strict=True) if is_text}
    assert set(STORY) <= kept
    assert "© 2026 Harrow Tide" not in kept


@pytest.mark.parametrize(
    ("p", "words", "text"),
    [
        ([0.98, 0.97, 0.45, 0.02], [60, 80, 8, 9], [1, 1, 0, 0]),  # all else is sure: a doubtful line is not worth it
        ([0.55, 0.5, 0.32, 0.1], [60, 80, 50, 9], [1, 1, 1, 0]),  # doubtful as a whole: most words are wanted
        ([0.3, 0.25, 0.05], [40, 40, 40], [1, 1, 0]),  # nothing is likely: the likeliest
        ([0.9, 0.21], [0, 0], [1, 1]),  # no words to weigh
        ([], [], []),
    ],
)
def test_how_likely_a_block_must_be_depends_on_its_page(p, words, text):
    assert page_keep.kept(np.array(p), np.array(words, np.float32), keep=0.4).tolist() == [bool(x) for x in text]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 200)), max_size=30))
def test_what_is_likelier_is_kept_before_what_is_less(blocks):
    p, words = np.array([p for p, _ in blocks]), np.array([w for _, w in blocks])
    kept = page_keep.kept(p, words, keep=0.4)
    assert p[kept].min(initial=1) >= p[~kept].max(initial=0)
    assert not (p[kept] < page_keep.LOWEST).any()
    assert not (p[~kept] >= page_keep.HIGHEST).any()


def test_a_box_to_copy_the_article_from_does_not_outweigh_it():
    """`Republish this article` holds the whole text once more, as markup; without a word the page gave no article."""
    told = [
        f"The mill on Harrow Lane ground its {n} sack of barley on Friday, and the miller said that the new stones were worth every day of waiting."
        for n in ("first", "tenth", "hundredth", "two hundredth", "last")
    ]
    text = "".join(f"<p>{line}</p>" for line in told)
    copied = "".join(f"&lt;p&gt;{line} {line}&lt;/p&gt;" for line in told)
    page = f"<main><article><h1>The mill grinds again</h1>{text}</article></main>"
    box = f'<div class="modal republish"><h2>Republish this article</h2><textarea>&lt;h1&gt;The mill&lt;/h1&gt;{copied}</textarea></div>'
    cleaned = clean_html(f"<html><body>{page}{box}</body></html>")
    (article,) = cleaned.articles
    assert [p.text for p in article.paragraphs] == told
    assert {e.by for e in cleaned.ledger if e.block.tag == "textarea"} == {"html.field"}
