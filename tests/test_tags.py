"""Tags: what a page declares, what it prints as a list of topics, and what only looks like one."""

from __future__ import annotations

import pytest
from conftest import clean_html
from statements import fields_of, json_ld

from cleaner.metadata.tags import split_tags


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("Tags: harbour, Ferry, harbour", ["harbour", "Ferry"]),
        ("(a pond, frogs, spring rain)", ["a pond", "frogs", "spring rain"]),
        ("Filed under: Council | Trams; Budget", ["Council", "Trams", "Budget"]),
        ("Mots-clés : radio, lycée", ["radio", "lycée"]),
        ("Schlagwörter: Nahverkehr, Altdorf", ["Nahverkehr", "Altdorf"]),
        ("#harbour #ferry", ["harbour", "ferry"]),
        ("topic/harbour, organization/Ferry & Sons", ["harbour", "Ferry & Sons"]),
        ("(1) harbour, ferry (12)", ["harbour", "ferry"]),
        ("漁港 渡し船 灯台", ["漁港", "渡し船", "灯台"]),
        ("漁港 渡し船", ["漁港 渡し船"]),
        ("Tags: Node.js, Star Ferry: The Return, 9/11", ["Node.js", "Star Ferry: The Return", "9/11"]),
        ("Tags: harbour, _prio, 12", ["harbour"]),
        ("Tags: , ,", []),
        ("Tags", []),
    ],
)
def test_tag_lines(line, tags):
    assert list(split_tags(line, labelled=True)) == tags


def test_notes_of_publishing_systems_are_no_tags():
    text = "Category: Harbour, 98be933f-38cf-4fba-b6c6-ad438e82010a, NLP Category: Sea, 100312362, section=sea, ferry, 9, tide.example"
    assert split_tags(text) == ("Harbour", "ferry")


def keywords(text: str) -> str:
    return json_ld(f'{{"@type": "Article", "headline": "x", "keywords": "{text}"}}')


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (
            "<meta property='article:tag' content='Sea'><meta property='article:tag' content='Ferry, Sea'>",
            ("Sea", "Ferry"),
        ),
        ("<meta name='news_keywords' content='sea; ferry'>", ("sea", "ferry")),
        (keywords("sea, ferry,"), ("sea", "ferry")),
        ("<meta name='keywords' content='Day: Friday, ferry, harrowtide.example'>", ("ferry",)),
        ("<meta name='keywords' content='sea'><meta name='sailthru.tags' content='a,b'>", ("sea",)),
        (f"{keywords('sea ferry')}<meta name='keywords' content='ferry, sea'>", ("ferry", "sea")),
        (
            f"{keywords('Coast')}<meta property='article:section' content='coast'><meta name='keywords' content='sea'>",
            ("sea",),
        ),
        (f"{keywords('Coast')}<meta property='article:section' content='coast'>", ("Coast",)),
    ],
    ids=["each once", "news first", "an empty one", "notes", "the page's own", "run together", "the section", "nothing else"],
)  # fmt: skip
def test_tags_that_a_page_declares(head, tags):
    assert fields_of(head).tags == tags


def topic(name: str, classes: str = "") -> str:
    return f"<a class='{classes}' href='/x/{name.lower()}'>{name}</a>"


TWO = f"{topic('Sea')} {topic('Ferry')}"


@pytest.mark.parametrize(
    ("below", "tags"),
    [
        (
            "<ul><li><a href='/tag/sea'>Sea</a></li><li><a rel='tag' href='/x'>Ferry</a></li></ul>",
            ("Sea", "Ferry"),
        ),
        (f"<ul class='article-tags'>{TWO}</ul>", ("Sea", "Ferry")),
        (f"<div class='tagContainer_x1'><span>Topics</span> {TWO}</div>", ("Sea", "Ferry")),
        (f"<div>{topic('Sea', 'Tag_tag__x1')}{topic('Ferry', 'Tag_tag__x1')}</div>", ("Sea", "Ferry")),
        (f"<nav><div class='tags'>{TWO}</div></nav>", ()),
        (f"<div class='tag-manager'>{TWO}</div>", ()),
        (f"<div class='stage'>{TWO}</div>", ()),
        (f"<article class='post tag-sea'><p>{'The ferry sank off the point. ' * 9}</p>{TWO}</article>", ()),
        (f"<div class='tags'>{topic('Nine ferries sank off the point on Tuesday')}</div>", ()),
        (f"<p><b class='tag'>{topic('Sea')}</b></p><h3>One</h3>" * 3, ()),
    ],
    ids=["marked", "called tags", "with a label", "each called a tag", "a menu", "a tool", "a word within", "a class of the post", "headlines", "cards"],
)  # fmt: skip
def test_links_that_are_called_tags(below, tags):
    assert fields_of("", f"<h1>Ferry sinks off the point</h1>{below}").tags == tags


TEXT = "".join(
    f"<p>The ferry to the {place} was late again on Tuesday, said the harbour master, who had waited an hour.</p>"
    for place in ("mill", "point", "island", "old pier", "lighthouse", "market")
)
LISTED = f"<ul><li>{topic('Sea')}</li><li>{topic('Old Ferry')}</li></ul>"
INDEX = f"<ul>{''.join(f'<li>{topic(name)}</li>' for name in ('Sea', *'ABCDEFGHIJKLMNO'))}</ul>"
STORIES = f"<ul><li>{topic('Nine ferries sank off the point on Tuesday')}</li></ul>"


@pytest.mark.parametrize(
    ("above", "below", "tags"),
    [
        ("", f"<h4>Topics</h4>{LISTED}", ["Sea", "Old Ferry"]),
        ("", f"<h4>Related topics</h4>{LISTED}<h4>Related stories</h4>{STORIES}", ["Sea", "Old Ferry"]),
        ("", f"<h4>Related stories</h4>{STORIES}<h4>Categories</h4>{LISTED}", ["Sea", "Old Ferry"]),
        ("", f"<h4>Related stories</h4>{STORIES}", []),
        ("", f"<h4>Recent posts</h4><p>{topic('Old Ferry')}</p>", []),
        ("", f"<h4>Topics</h4><ul><li>{topic('Sea')}</li><li>{topic('See all')}</li></ul>", ["Sea"]),
        ("", f"<h4>Categories</h4>{INDEX}", []),
        ("", f"<h4>Topics</h4><p>{TWO}</p>", []),
        ("", "<p>Topics:</p>", []),
        (f"<div>Topics</div>{LISTED}<p>#today</p>", "", []),
    ],
    ids=[
        "labelled",
        "read more about",
        "behind stories",
        "stories",
        "of stories",
        "a button",
        "a blog's index",
        "run together",
        "a label alone",
        "a menu",
    ],
)
def test_links_under_a_label_behind_the_text_are_topics(above, below, tags):
    page = f"<html><body>{above}<main><h1>Ferry sinks off the point</h1>{TEXT}{below}</main></body></html>"
    (article,) = clean_html(page).articles
    assert list(article.tags) == tags
