"""HTML pages that hold several articles, or look as if they did: how many come out, with which texts and fields."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from blended_pages import SITE, Blended, pages
from blended_stories import Story
from conftest import clean_html
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import judge
from cleaner.evaluate.gold import Gold, Kind, Line
from cleaner.evaluate.score import Score, score
from cleaner.learned import HTML_MODEL, judge_markup
from cleaner.model import Article, Cleaned, Label, Verdict

PAGES = {page.name: page for page in pages()}
SEVERAL = [name for name, page in PAGES.items() if len(page.articles) > 1]
ONE = [name for name, page in PAGES.items() if len(page.articles) == 1]
KNOWN = {
    "table-layout.en": "headline and byline in one run of a table's cell, as pages of the nineties have it",
}
"""Pages that come out wrong, and why."""
FLOORS = {"f1": 0.97, "exact": 0.93, "body_kept": 0.999}
"""Means over the pages of several articles."""


@cache
def cleaned(name: str) -> Cleaned:
    return clean_html(PAGES[name].html, url=f"{SITE}/here")


def named(names):
    marks = {n: [pytest.mark.xfail(strict=True, reason=KNOWN[n])] if n in KNOWN else [] for n in names}
    return [pytest.param(name, marks=marks[name]) for name in names]


def test_there_are_enough_pages_of_either_kind_and_each_is_another():
    assert len(SEVERAL) >= 40
    assert len(ONE) >= 40
    assert len({page.html for page in PAGES.values()}) == len(PAGES)
    assert sum(page.held_out for page in PAGES.values()) >= 30
    assert set(KNOWN) <= set(PAGES)


@pytest.mark.parametrize("name", named(PAGES))
def test_as_many_articles_as_the_page_holds(name):
    assert len(cleaned(name).articles) == len(PAGES[name].articles)


@pytest.mark.parametrize("name", named(SEVERAL))
def test_each_article_has_fields_of_its_own(name):
    page = PAGES[name]
    got = [{field: value_of(a)[field] for field in page.fields} for a in cleaned(name).articles]
    want = [{field: stated(s)[field] for field in page.fields} for s in page.articles]
    assert got == want


def value_of(article: Article) -> dict[str, object]:
    day = (article.published_at or "")[:10]
    return {"title": article.title, "author": article.authors, "date": day, "url": article.url}


def stated(story: Story) -> dict[str, object]:
    return {"title": story.title, "author": (story.author,), "date": story.date, "url": f"{SITE}/2026/{story.slug}"}


@pytest.mark.parametrize(
    "name", named(n for n in SEVERAL if any(s.truncated for s in PAGES[n].articles) and "more" in PAGES[n].html)
)
def test_a_teaser_with_its_marker_says_that_it_breaks_off(name):
    marked = [a.truncated for a in cleaned(name).articles]
    assert marked == [s.truncated for s in PAGES[name].articles]


@pytest.mark.parametrize("name", named(SEVERAL))
def test_every_cut_says_why_and_how_sure_it_is(name):
    opens = [e.opens for e in cleaned(name).ledger if e.opens is not None]
    assert len(opens) == len(PAGES[name].articles)
    assert all(mark.by in {"html.series", "html.own_article"} and mark.evidence for mark in opens)
    assert all(0.5 < mark.score <= 0.95 for mark in opens)


def scored(page: Blended) -> Score:
    texts = tuple(story.paragraphs for story in page.articles)
    lines = tuple(Line(n, "body", p) for n, text in enumerate(texts, 1) for p in text)
    return score(Gold(Kind.DUMP, ("all",), texts, lines, ""), cleaned(page.name).articles)


def test_the_texts_are_the_stories():
    counts = [scored(PAGES[name]).counts for name in SEVERAL]
    means = {key: sum(c[key] for c in counts) / len(counts) for key in ("f1", "exact")}
    means["body_kept"] = 1 - sum(c["lost"] for c in counts) / sum(c["body"] for c in counts)
    assert {key: value for key, value in means.items() if value < FLOORS[key]} == {}


RUNNING = "<p>" + "The ferry was late again on Monday, the harbour master said. " * 10 + "</p>"
BY = "<p class=by>By {}</p>"
NAMES = ("Maud Ellery", "Colin Strand", "Petra Quill", "Amos Thackray")
HEADS = ("Ferry late again", "Weir to be mended", "Bees in every chimney", "Mill is sold")
LINE = "<p>A short line that leads to another story, no more than that, is here.</p>"
WHOLE = [
    f"<article><h1>{h}</h1>{BY.format(n)}<time>March 5, 2026</time>{RUNNING}</article>"
    for h, n in zip(HEADS, NAMES, strict=True)
]
CARDS = [f'<article><h3><a href="/2026/{i}">{h}</a></h3>{LINE}</article>' for i, h in enumerate(HEADS)]
TEASERS = [
    f'<div class="item"><h3><a href="/2026/{i}">{h}</a></h3>{LINE}<a href="/2026/{i}">Read more</a></div>'
    for i, h in enumerate(HEADS)
]
SHORT = TEASERS[1].replace(LINE, "<p>Nobody knows when it will be.</p>")
ITEM = f'<div class="item"><h3>Mill is sold</h3>{RUNNING}</div>'
LATE = [f'<div data-url="/2026/{i}"><h1>{h}</h1>{RUNNING}</div>' for i, h in enumerate(HEADS)]
SECTIONS = [f"<section><h2>{h}</h2>{RUNNING}</section>" for h in HEADS]


@pytest.mark.parametrize(
    ("name", "body", "articles"),
    [
        ("one article", WHOLE[0], 1),
        ("infinite scroll", WHOLE[0] + WHOLE[1], 2),
        ("the same article twice", WHOLE[0] + WHOLE[0] + WHOLE[0], 1),
        ("an article and cards", WHOLE[0] + "".join(CARDS[1:]), 1),
        ("a tag page of teasers", "".join(CARDS), 4),
        ("two cards are no page of articles", "".join(CARDS[:2]), 1),
        ("two teasers with their markers are", "".join(TEASERS[:2]), 2),
        ("a teaser of a short sentence among others", TEASERS[0] + SHORT + "".join(TEASERS[2:]), 4),
        ("an article and a teaser built like it", ITEM + TEASERS[0], 1),
        ("an article and teasers built like it", ITEM + "".join(TEASERS[:3]), 1),
        ("an article whose headline is a link, and teasers: a list", ITEM.replace("Mill is sold", '<a href="/2026/9">Mill is sold</a>') + "".join(TEASERS[:3]), 4),
        ("one article appended, which states its address", f"<main><h1>{HEADS[3]}</h1>{RUNNING}</main>{LATE[0]}", 2),
        ("one appended beside the text, the headline above it", f"<h1>{HEADS[3]}</h1><main>{RUNNING}{LATE[0]}</main>", 2),
        ("one appended that states no address", f"<main><h1>{HEADS[3]}</h1>{RUNNING}</main>{LATE[0].replace('data-url', 'data-x')}", 1),
        ("two posts that state their addresses", "".join(f'<div class="post" data-url="/2026/{i}"><h2>{h}</h2>{RUNNING}</div>' for i, h in enumerate(HEADS[:2])), 2),
        ("a text outside with cards", f"<main><h1>Mill is sold</h1>{RUNNING}</main>" + "".join(CARDS), 1),
        ("comments", f'{WHOLE[0]}<div id="comments">{"".join(WHOLE[1:])}</div>', 1),
        ("one in another", f"<article><h1>Ferry late again</h1>{RUNNING}{WHOLE[1]}</article>", 1),
        ("sections", f"<h1>A winter on the coast</h1>{''.join(SECTIONS)}", 1),
        ("a live blog by its JSON-LD", '<script type="application/ld+json">{"@type": "LiveBlogPosting"}</script>' + "".join(WHOLE), 1),
        ("links to fragments", "".join(CARDS).replace("/2026/", "#"), 1),
        ("links to shops", "".join(CARDS).replace('href="/', 'href="https://shop.example/'), 1),
    ],
)  # fmt: skip
def test_what_is_alike_is_not_always_a_row_of_articles(name, body, articles):
    found = clean_html(f"<html><body>{body}</body></html>", url=f"{SITE}/here").articles
    assert len(found) == articles, name


@pytest.mark.parametrize("cards", [1, 2])
def test_a_card_below_an_article_is_a_link_to_another_story(cards):
    result = clean_html(f"<html><body>{ITEM}{''.join(TEASERS[:cards])}</body></html>", url=f"{SITE}/here")
    assert [p.text for p in result.articles[0].paragraphs] == [RUNNING.removeprefix("<p>").removesuffix(" </p>")]
    ruled = [e for e in result.ledger if "leads to another story" in e.block.text]
    assert [e.verdict for e in ruled] == [Verdict.REMOVED] * cards
    assert {(e.by, e.label) for e in ruled} <= {("html.card", Label.RELATED), (HTML_MODEL, Label.OTHER)}


def test_what_the_engine_keeps_of_a_card_goes_as_one(monkeypatch):
    monkeypatch.setattr(judge, "judge_markup", lambda *given: all_text(judge_markup(*given)))
    result = clean_html(f"<html><body>{ITEM}{''.join(TEASERS[:2])}</body></html>", url=f"{SITE}/here")
    ruled = [(e.by, e.label) for e in result.ledger if "leads to another story" in e.block.text]
    assert ruled == [("html.card", Label.RELATED)] * 2


def all_text(judgement):
    return replace(judgement, p_text=np.full_like(judgement.p_text, 0.95), kept=np.ones_like(judgement.kept))


@given(
    st.lists(
        st.sampled_from([*WHOLE, *CARDS, *SECTIONS, LINE, RUNNING, "<div>", "</div>", "<ul><li>", "<hr>"]), max_size=9
    )
)
@settings(max_examples=40, deadline=None)
def test_however_a_page_is_built_no_block_is_lost_and_no_two_articles_share_one(pieces):
    result = clean_html(f"<html><body>{''.join(pieces)}</body></html>")
    assert [e.block.index for e in result.ledger] == list(range(len(result.ledger)))
    owners = [p.block for a in result.articles for p in a.paragraphs]
    assert len(owners) == len(set(owners))
    assert owners == sorted(owners)
