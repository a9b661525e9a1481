"""Markup into blocks: each knows its place, nothing is lost, however bad the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.blocks.elements import Elements
from cleaner.blocks.html import html_page
from cleaner.text import replay

PAGE = """<html><head><title>No block</title></head><body><h1>T<span>i</span>tle</h1>
<div>Intro <b>bold</b> text<p>Para with <a href="x">a link</a></p>tail run<br><br>after a blank line</div>
<p hidden>unseen</p><script>var x</script><p>one<br>two</p><ul><li>item</ul></body></html>"""


def test_blocks_know_their_place():
    page = html_page(PAGE)
    assert [(b.path, b.tag, b.text) for b in page.blocks] == [
        ("/html/body[1]/h1[1]#1", "h1", "Title"),
        ("/html/body[1]/div[1]#1", "div", "Intro bold text"),
        ("/html/body[1]/div[1]/p[1]#1", "p", "Para with a link"),
        ("/html/body[1]/div[1]#2", "div", "tail run"),
        ("/html/body[1]/div[1]#2", "div", "after a blank line"),
        ("/html/body[1]/p[1]#1", "p", "unseen"),
        ("/html/body[1]/p[2]#1", "p", "one two"),
        ("/html/body[1]/ul[1]/li[1]#1", "li", "item"),
    ]
    assert [b.text for b in page.blocks if b.markup.hidden] == ["unseen"]
    assert page.blocks[2].link_density == pytest.approx(6 / 16)


def test_blocks_know_how_they_are_marked_up():
    page = html_page(
        '<body><img src="x"><div id="main" class="story"><span class="by">By <b>Ana</b></span> <a>all</a></div></body>'
    )
    markup = page.blocks[0].markup
    element = page.outline[markup.element]
    assert (element.tag, element.names, page.outline[element.parent].tag) == ("div", "main story", "body")
    assert (markup.inline, markup.links, markup.images) == ("by", 1, 1)
    assert markup.bold == pytest.approx(3 / 10)


def test_parsing_again_and_replaying_the_repairs_gives_the_text():
    page, again = html_page(PAGE), html_page(PAGE)
    assert [replay(again.raw(b), b.repairs) for b in page.blocks] == [b.text for b in page.blocks]


@pytest.mark.parametrize(
    ("name", "markup", "texts"),
    [
        ("nothing", "", []),
        ("white space", "  \n", []),
        ("a comment only", "<!-- x -->", []),
        ("an XML declaration that lies", '<?xml version="1.0" encoding="latin-1"?><html><p>hé</p>', ["hé"]),
        ("NULs", "<p>a\x00b</p>", ["a\ufffdb"]),
        ("no tags", "just text", ["just text"]),
        ("unclosed", "<p>one<p>two<div>three", ["one", "two", "three"]),
        ("an open comment", "<p>one</p><!-- never closed <p>two", ["one"]),
        (
            "a page that ends before its text",
            "<body><nav>one</nav></body></html>\n<div><p>two</p></div></body></HTML>",
            ["one", "two"],
        ),
        ("a page within a page", "<html><body>one</body></html><html><body><p>two</p></body></html>", ["one", "two"]),
        ("an end in a script after the page", "<p>one</p></html><script>'</html>'</script>", ["one"]),
        ("a script that nothing closes", '<head><script>{"a": "b<p>"}\n <div>one</div>\n<p>two</p>', ["one", "two"]),
        ("a script closed in capitals", "<script>var a = `\n<div>one</div>`;</SCRIPT><p>two</p>", ["two"]),
        ("a page cut off in a script", "<p>one</p>\n<script>if (a\n < b) {\n", ["one"]),
        (
            "a body that nothing opens",
            "<!doctype html><meta charset=utf-8><title>t</title><header>one</header><main><h1>two</h1><p>three</main>",
            ["one", "two", "three"],
        ),
        (
            "a head that nothing closes",
            "<html><head><script>'<body>'.x</script><title>t</title>\n<!-- a --><x-page>one</x-page></html>",
            ["one"],
        ),
        (
            "an element of the page's own in the head",
            "<head><x-head>one</x-head></head><body><p>two</p></body>",
            ["two"],
        ),
        (
            "frames",
            "<frameset cols='1,2'><frame src=a><noframes><body><h1>one</h1><p>two</p></body></noframes></frameset>",
            ["one", "two"],
        ),
        ("blank lines of the source", "<p>one\n\n two</p>", ["one two"]),
        ("a surrogate", "<p>a\ud800b</p>", ["a?b"]),
    ],
)
def test_bad_pages_are_read_as_far_as_they_go(name, markup, texts):
    assert [b.text for b in html_page(markup).blocks] == texts, name


@pytest.mark.parametrize("depth", [100, 1400, 3000, 20000])
def test_no_depth_loses_text(depth):
    markup = "<html><body>" + "<div>" * depth + "<p>deep</p>" + "</div>" * depth + "<p>after</p></body></html>"
    page, elements = html_page(markup), Elements(lambda: markup)
    assert [b.text for b in page.blocks] == ["deep", "after"]
    assert elements[page.blocks[-1].markup.element].text == "after"


def written(node):
    if isinstance(node, str):
        return node
    tag, inside = node
    return "<br>" if tag == "br" else f"<{tag}>{''.join(map(written, inside))}</{tag}>"


TREES = st.recursive(
    st.text(alphabet="ab \n", max_size=5),
    lambda inner: st.tuples(st.sampled_from("div p b a ul li br script".split()), st.lists(inner, max_size=4)),
    max_leaves=25,
)


@given(TREES)
def test_a_page_read_again_has_the_elements_of_its_outline(tree):
    text = f"<html><body>{written(tree)}</body></html>"
    page, elements = html_page(text), Elements(lambda: text)
    assert [elements[at].tag for at in range(len(page.outline))] == [e.tag for e in page.outline]
    with pytest.raises(IndexError):
        elements[len(page.outline)]
    for block in page.blocks:
        assert block.text.split()[0] in elements[block.markup.element].text_content()


@given(TREES)
def test_every_visible_character_is_in_one_block(tree):
    page = html_page(f"<html><body>{written(tree)}</body></html>")
    blocks = "".join("".join(b.text.split()) for b in page.blocks)
    visible = "".join("".join(page.root.body.xpath(".//text()[not(ancestor::script)]")).split())
    assert blocks == visible
    assert all(0 <= b.link_density <= 1 for b in page.blocks)
