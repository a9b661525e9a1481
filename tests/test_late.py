"""Text that a page does not show: found in its data where it shows none, told from all other texts there, traced like any other."""

from __future__ import annotations

import json

import pytest
from conftest import html_page as page_of
from conftest import rulebook

from cleaner.blocks.html import html_page
from cleaner.clean import clean_page
from cleaner.model import Label, Verdict
from cleaner.text import replay

TITLE = "Ferry to Dunmore late again"
LINES = (
    "The ferry to Dunmore was late again on Monday, the harbour master said, and nobody on the quay was surprised by that.",
    "Nine of the last twelve crossings left after the hour, according to the log that hangs beside the ticket office for all to read.",
    "“We need a second boat,” said Ana Ruiz, who has run the kiosk at the landing since 2004 and closes when the last ferry leaves.",
    "The council will vote on the money in April, and two of its eleven members have said that they would rather build a bridge.",
)
HTML = "".join(f"<p>{line}</p>" for line in LINES)
OTHER = tuple(line.replace("ferry", "tram").replace("council", "board") + " Trams go on." for line in LINES)
ARTICLE = {"title": TITLE, "body": HTML}
dumps = json.dumps


def shell(scripts: str, body: str = '<div id="root"></div>', title: str = f"{TITLE} | Harrow Tide") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}{scripts}</body></html>"


def next_data(props: object) -> str:
    data = dumps({"props": {"pageProps": props}})
    return f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'


def quoted(data: object) -> str:
    """Write data as the inside of a string between single quotes in JavaScript."""
    return dumps(data).replace("\\", "\\\\").replace("'", "\\'")


def typed(**names: str) -> list[dict[str, object]]:
    return [{**names, "text": line} for line in LINES]


FLIGHT = (
    '5:["$","article",null,{"children":['
    + ",".join(f'["$","p",null,{{"children":{dumps(line)}}}]' for line in LINES)
    + "]}]\n"
)
APOLLO = {
    "ROOT_QUERY": {"article": {"__ref": "Article:1"}},
    "Article:1": {"title": TITLE, "body": [{"__ref": f"Block:{i}"} for i in range(4)]},
    **{
        f"Block:{i}": {
            "__typename": "ParagraphBlock",
            "content": [
                {"__typename": "TextInline", "text": line[:30]},
                {"__typename": "LinkInline", "text": line[30:]},
            ],
        }
        for i, line in enumerate(LINES)
    },
}
FLAT = [{"data": 1}, {"article": 2}, ["Reactive", 3], {"title": 4, "body": 5, "votes": 6}, TITLE, HTML, 0]
ATTRIBUTE = dumps({"component": "Show", "props": {"article": ARTICLE}}).replace('"', "&quot;").replace("<", "&lt;")


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(next_data({"article": ARTICLE}), id="next.js"),
        pytest.param(next_data({"article": {"title": TITLE, "body": typed(type="paragraph")}}), id="typed paragraphs"),
        pytest.param(next_data({"title": TITLE, "paragraphs": LINES}), id="list of texts"),
        pytest.param(next_data({"post": {"title": {"rendered": TITLE}, "content": {"rendered": HTML}}}), id="wordpress"),
        pytest.param(next_data({"post": {"title": TITLE, "content": {"blocks": typed(type="unstyled"), "entityMap": {}}}}), id="draft.js"),
        pytest.param(
            next_data({"title": TITLE, "doc": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": line[:20]}, {"type": "text", "text": line[20:]}]} for line in LINES]}}),
            id="prosemirror",
        ),
        pytest.param(
            next_data({"title": TITLE, "body": {"root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": line}]} for line in LINES]}}}), id="lexical"
        ),
        pytest.param(
            next_data({"fields": {"title": TITLE, "body": {"nodeType": "document", "content": [{"nodeType": "paragraph", "content": [
                {"nodeType": "text", "value": line[:20]}, {"nodeType": "hyperlink", "data": {"uri": "x"}, "content": [{"nodeType": "text", "value": line[20:]}]}]} for line in LINES]}}}),
            id="contentful",
        ),
        pytest.param(next_data({"title": TITLE, "blocks": [{"name": "core/paragraph", "attributes": {"content": line}, "innerBlocks": []} for line in LINES]}), id="gutenberg"),
        pytest.param(
            "<script>window.Fusion=window.Fusion||{};Fusion.globalContent="
            + dumps({"headline": TITLE, "content_elements": [*({"type": "text", "content": line} for line in LINES), {"type": "image", "caption": "The quay. " * 30}]})
            + ";Fusion.spa=false</script>",
            id="arc",
        ),
        pytest.param(
            f'<script>window.Fusion=window.Fusion||{{}};Fusion.arcSite="tide";Fusion.contextPath="/pf";Fusion.globalContent={dumps(ARTICLE)};</script>',
            id="behind short values",
        ),
        pytest.param(f"<script>window.__INITIAL_STATE__ = {dumps({'page': ARTICLE})};(function(){{}}());</script>", id="initial state"),
        pytest.param(f"<script>window.__STATE__={{ok:!0,page:{{title:'{TITLE}',/* late */ body:{dumps(HTML)},more:void 0}}}};</script>", id="keys without quotes"),
        pytest.param(f"<script>window.__PRELOADED_STATE__ = JSON.parse({dumps(dumps(ARTICLE))})</script>", id="json in a string"),
        pytest.param(f"<script>window['__DATA__'] = JSON.parse('{quoted(ARTICLE)}')</script>", id="single quotes"),
        pytest.param(f"<script>window.__INITIAL_DATA__={dumps(dumps({'title': TITLE, 'body': dumps(typed(type='paragraph'))}))};</script>", id="json in json in a string"),
        pytest.param(f"<script>window.__NUXT__=(function(a,b){{return {{data:[{{title:a,body:{dumps(HTML)},x:b}}]}}}}({dumps(TITLE)},void 0));</script>", id="nuxt 2"),
        pytest.param(f'<script type="application/json" id="__NUXT_DATA__">{dumps(FLAT)}</script>', id="nuxt 3"),
        pytest.param(f"<script>window.__APOLLO_STATE__={dumps(APOLLO)};</script>", id="apollo"),
        pytest.param(f"<script>self.__next_f.push([1,{dumps(FLIGHT[:300])}])</script><script>self.__next_f.push([1,{dumps(FLIGHT[300:])}])</script>", id="react stream"),
        pytest.param(f'<div id="app" data-page="{ATTRIBUTE}"></div>', id="attribute"),
        pytest.param(f'<script>window.__STATE__={{a:undefined,"article":{{"title":"{TITLE}","body":{dumps(HTML)},}}}}</script>', id="javascript, no json"),
        pytest.param(next_data({"article": ARTICLE}).replace("}}}</script>", ""), id="broken off"),
        pytest.param(next_data({"article": {"title": TITLE, "body": HTML.replace("<", "&lt;").replace(">", "&gt;")}}), id="escaped markup"),
        pytest.param(f"<noscript><div>{HTML}</div></noscript>", id="noscript"),
        pytest.param(f'<story-page><template shadowrootmode="open"><h1>{TITLE}</h1>{HTML}</template></story-page>', id="shadow root"),
        pytest.param(f'<story-page><template shadowrootmode="open"><style>p{{}}</style><main><h1>{TITLE}</h1>{HTML}</main></template></story-page>', id="shadow root with a style"),
        pytest.param(f'<script type="text/template"><h1>{TITLE}</h1>{HTML}</script>', id="template in a script"),
    ],
)  # fmt: skip
def test_the_text_is_found_wherever_the_page_keeps_it(scripts):
    markup = shell(scripts)
    cleaned = clean_page(page_of(markup), rulebook())
    assert [p.text for p in cleaned.articles[0].paragraphs if p.text in LINES] == list(LINES)
    assert len(cleaned.articles) == 1
    assert len(cleaned.articles[0].paragraphs) == len(LINES)
    assert cleaned.articles[0].title == TITLE
    assert {e.by for e in cleaned.ledger if e.label is Label.BODY} == {"html.state"}
    again = html_page(markup)
    assert [replay(again.raw(e.block), e.block.repairs) for e in cleaned.ledger] == [
        e.block.text for e in cleaned.ledger
    ]


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(next_data({"items": [{"id": i, "title": f"Another story {i}", "body": HTML + OTHER[i]} for i in range(3)]}), id="other stories"),
        pytest.param(next_data({"related": [{"title": TITLE, "body": HTML}]}), id="in a list of related ones"),
        pytest.param(next_data({"title": TITLE, "comments": [{"author": "x", "text": " ".join(LINES)}] * 3}), id="comments"),
        pytest.param(next_data({"title": TITLE, "consent": {"text": " ".join(LINES)}}), id="consent"),
        pytest.param(next_data({"title": TITLE, "author": {"name": "Ana Ruiz", "bio": " ".join(LINES)}}), id="author's life"),
        pytest.param(next_data({"locale": "en", "messages": dict(enumerate(LINES))}), id="messages of a program"),
        pytest.param(f'<script type="text/x-handlebars">{{{{#each}}}}{HTML}</script>', id="template with places to fill"),
        pytest.param("<noscript>You need JavaScript to read this page. " * 2 + "</noscript>", id="call for javascript"),
        pytest.param("<script>var state = {" + '"a":' * 9000 + "</script>", id="nothing but depth"),
    ],
)  # fmt: skip
def test_other_texts_are_left_where_they_are(scripts):
    assert clean_page(page_of(shell(scripts)), rulebook()).articles == ()


def test_a_page_that_shows_its_article_is_left_as_it_is():
    shown = "<h1>Ferry</h1>" + "".join(f"<p>{line}</p>" for line in (*LINES, *OTHER))
    assert not html_page(shell(next_data({"article": {"title": TITLE, "body": HTML * 9}}), shown)).said


def test_what_the_page_shows_of_it_is_not_said_twice():
    cleaned = clean_page(
        page_of(shell(next_data({"article": ARTICLE}), f"<h1>{TITLE}</h1><p>{LINES[0]}</p>")), rulebook()
    )
    assert [p.text for p in cleaned.articles[0].paragraphs] == list(LINES)
    assert [e.by for e in cleaned.ledger if e.block.text == LINES[0]] == ["html.restated", "html.state"]


def test_a_rule_knows_furniture_in_data_too():
    data = {"title": TITLE, "body": f"{HTML}<p>Keep Reading Show less</p>"}
    cleaned = clean_page(page_of(shell(next_data(data))), rulebook())
    assert [p.text for p in cleaned.articles[0].paragraphs] == list(LINES)
    assert cleaned.ledger[-1].verdict is Verdict.REMOVED


@pytest.mark.parametrize(
    ("said", "authors", "published_at"),
    [
        ({"author": {"name": "Ana Ruiz"}, "publishedAt": "2026-03-02T08:00:00Z"}, ("Ana Ruiz",), "2026-03-02T08:00:00Z"),
        ({"authors": ["Ana Ruiz", "Bo Lindqvist"], "date": "2 March 2026"}, ("Ana Ruiz", "Bo Lindqvist"), "2026-03-02"),
        ({"credits": {"by": [{"type": "author", "name": "Ana Ruiz"}]}, "publish_date": 1772438400}, ("Ana Ruiz",), "2026-03-02T08:00:00+00:00"),
        ({"author": {"firstName": "Ana", "lastName": "Ruiz"}, "created_at": 1772438400000}, ("Ana Ruiz",), "2026-03-02T08:00:00+00:00"),
        ({"byline": "Newsroom", "publishedAt": None}, (), None),
        ({}, (), None),
    ],
)  # fmt: skip
def test_fields_are_read_beside_the_text(said, authors, published_at):
    article = clean_page(page_of(shell(next_data({"article": ARTICLE | said}))), rulebook()).articles[0]
    assert (article.title, article.authors, article.published_at) == (TITLE, authors, published_at)
