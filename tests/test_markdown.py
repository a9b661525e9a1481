"""Articles as Markdown: read again by a CommonMark parser it gives the text, word for word."""

from __future__ import annotations

import hashlib

import pytest
import shipped_corpus as corpus
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cleaner.blocks.dump import dump_blocks
from cleaner.blocks.html import html_page
from cleaner.blocks.kinds import item_text
from cleaner.clean import clean_page
from cleaner.model import Kind, MediaType, Page
from cleaner.review import markdown
from cleaner.review.markdown import Head
from cleaner.review.markdown.inline import Span, on_one_line, written
from cleaner.review.markdown.layout import body
from cleaner.review.markdown.tree import Part, page_tree
from cleaner.rules import load_rulebook

URL = "https://quay.example/news/a.html"
PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def rendered(text: str) -> str:
    """Strip Markdown as a reader of it does; white space counts as one space."""
    found = []
    for token in PARSER.parse(text):
        for child in token.children or ():
            assert child.type not in {"image", "html_inline"}
            found.append(" " if child.type in {"softbreak", "hardbreak"} else child.content)
        if token.type in {"fence", "code_block"}:
            found.append(token.content)
        assert token.type != "html_block"
        found.append("\n" if token.block else "")
    return " ".join("".join(found).split())


def parts_of(markup: str) -> list[Part]:
    blocks = html_page(markup).blocks
    return [Part(b.text, b.kind, b.level, b.path, b.start, b.end, b.repairs) for b in blocks]


def of_html(markup: str) -> str:
    """Write all that stands on a page."""
    return body(parts_of(markup), page_tree(markup, URL))


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>a <b>b</b> <i>c</i> <strong><em>d</em></strong></p>", "a **b** *c* ***d***"),
        ("<p>a<b> b </b>c</p>", "a **b** c"),
        ("<p><b>Note:</b>it</p>", "**Note**:it"),
        ("<p><b>“Old”</b>town</p>", "**“Old**”town"),
        ("<p>東京<b>「駅」</b>前</p>", "東京「**駅**」前"),
        ("<p>مرحبا <b>بالعالم</b>.</p>", "مرحبا **بالعالم**."),
        ("<p><b>a</b><i>b</i></p>", "**a**b"),
        ("<p><code>a`b|*</code></p>", "``a`b|*``"),
        ("<p>Wow!<a href='/x'>more</a></p>", r"Wow\![more](https://quay.example/x)"),
        ("<p><a href='b.html?utm_source=x&amp;id=2#top'>a [b]</a></p>", r"[a \[b\]](https://quay.example/news/b.html?id=2)"),
        ("<p><a href='/a(1)|2 3'>a</a></p>", "[a](https://quay.example/a%281%29%7C2%203)"),
        ("<p><a href='javascript:go()'>a</a> <a href='#top'>b</a> <a href='mailto:x@y.example'>c</a></p>", "a b c"),
        ("<p><a href='a.html#part'>here</a></p>", "here"),
        ("<p><b>a <a href='/x'>b</a> c</b></p>", "**a** [**b**](https://quay.example/x) **c**"),
        ("<base href='https://other.example/'><p><a href='x'>a</a></p>", "[a](https://other.example/x)"),
        ("<h1>a</h1><h2><b>b</b> #</h2><h6>c</h6>", "## a\n\n## b \\#\n\n###### c"),
        ("<p>1. a</p><p># b</p><p>a_b * c</p><p>&amp;amp; &lt;b&gt;</p>", "1\\. a\n\n\\# b\n\na\\_b \\* c\n\n\\&amp; \\<b>"),
        ("<ul><li>a<li>b<ol start=3><li>c<li>d</ol></ul>", "- a\n\n- b\n\n  3. c\n  4. d"),
        ("<ul><li>a<ul><li>b</ul></ul>", "- a\n  - b"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b"),
        ("<ul><li><p>a</p><p>b</p></ul>", "- a\n\n  b"),
        ("<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>", "- a\n  - b\n  - c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<blockquote><ul><li>a<li>b</ul></blockquote>", "> - a\n> - b"),
        ("<blockquote class=twitter-tweet>a <a href='https://t.example/1'>May 1</a></blockquote>", "> a [May 1](https://t.example/1)"),
        ("<pre>a\n  <b>b</b>\n\n`c`</pre>", "```\na\n  b\n\n`c`\n```"),
        ("<pre>    a ``` b</pre>", "````\n    a ``` b\n````"),
        ("<p>a<br>- b<br>c</p>", "a\\\n\\- b\\\nc"),
        ("<pre class=verse>a\n  b</pre>", "a\\\nb"),
        ("<table><tr><th>a</th><th>b|c</th></tr><tr><td>d</td><td>e</td></tr></table>", "| a | b\\|c |\n| --- | --- |\n| d | e |"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "|  |  |\n| --- | --- |\n| a | b |\n| c | d |"),
        (
            "<table><tr><th colspan=2>a</th><th>b</th></tr><tr><td rowspan=2>c</td><td>d</td><td>e</td></tr><tr><td>f</td><td>g</td></tr></table>",
            "| a |  | b |\n| --- | --- | --- |\n| c | d | e |\n|  | f | g |",
        ),
        ("<table><tr><td>menu</td><td>text</td></tr></table>", "menu\n\ntext"),
        ("<ul><li>a<table><tr><th>b</th><th>c</th></tr></table></ul>", "- a\n\n  | b | c |\n  | --- | --- |"),
    ],
)  # fmt: skip
def test_markdown_of_html(markup, found):
    assert of_html(markup) == found


@pytest.mark.parametrize("size", ["99999999999", "100000", "-1", "x", "٣"])
def test_a_span_that_no_reader_could_see_does_no_harm(size):
    table = (
        f"<table><tr><th colspan='{size}' rowspan='{size}'>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>"
    )
    assert rendered(of_html(table)) == "a b c d"
    assert len(of_html(table)) < 1000


def test_what_is_nested_too_deep_keeps_its_text():
    depth = 600
    assert rendered(of_html("<blockquote>" * depth + "a" + "</blockquote>" * depth)) == "a"


def test_broken_characters_are_mended_and_links_stay_where_they_are():
    markup = "<p>Das Ã¶ffentliche <a href='/x'>schÃ¶ne</a> FrÃ¼hstÃ¼ck <b>fÃ¼r</b> alle.</p><pre>grÃ¼n\n  blau</pre>"
    [text, _] = parts_of(markup)
    assert [made.kind for made in text.repairs] == ["mojibake"]
    assert of_html(markup) == (
        "Das öffentliche [schöne](https://quay.example/x) Frühstück **für** alle.\n\n```\ngrün\n  blau\n```"
    )


def test_without_the_page_kinds_alone_make_the_markdown():
    markup = "<h3>a</h3><ul><li>b<ol><li>c</ol></ul><blockquote>d</blockquote><p><b>e</b></p>"
    assert body(parts_of(markup), None) == "### a\n\n- b\n  1. c\n\n> d\n\ne"


def test_a_dump_has_lists_too():
    _, blocks = dump_blocks("The list of the harbour master:\n• one\n• two\n1. first\n2. second\n- a speech")
    parts = [Part(b.text, b.kind, b.level) for b in blocks]
    assert body(parts, None) == (
        "The list of the harbour master:\n\n- one\n- two\n\n1. first\n2. second\n\n\\- a speech"
    )


# Laws

SIGNS = st.text("ab .!*_`[]()<>#&;|~\\-+=1\n\u00a0“”「東é:", max_size=12)
INLINE = st.recursive(
    SIGNS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", "em", "code", "a href='/x'", "a", "span", "br"]), inner, inner
    ).map(lambda drawn: f"<{drawn[0]}>{drawn[1]}</{drawn[0].split()[0]}>{drawn[2]}"),
    max_leaves=6,
)
TAGS = (
    "p",
    "div",
    "h2",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "table",
    "tr",
    "td",
    "th",
    "dl",
    "dt",
    "dd",
    "figure",
    "pre class='poem'",
)
PAGE = st.recursive(
    INLINE,
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, min_size=1, max_size=3)).map(
        lambda drawn: f"<{drawn[0]}>{''.join(drawn[1])}</{drawn[0].split()[0]}>"
    ),
    max_leaves=12,
)


@given(st.lists(PAGE, max_size=4).map("".join))
def test_markdown_of_any_page_reads_as_its_text(markup):
    assert rendered(of_html(markup)) == words(" ".join(part.text for part in parts_of(markup)))


@given(st.lists(PAGE, max_size=4).map("".join), st.sets(st.integers(0, 8)))
def test_markdown_of_a_part_of_a_page_reads_as_its_text(markup, removed):
    kept = [part for i, part in enumerate(parts_of(markup)) if i not in removed]
    for tree in (page_tree(markup, URL), None):
        assert rendered(body(kept, tree)) == words(" ".join(part.text for part in kept))


@given(
    st.lists(
        st.builds(
            Span,
            SIGNS.filter(str.strip),
            st.sampled_from([None, "https://x.example"]),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        ),
        max_size=5,
    )
)
def test_spans_of_any_style_read_as_their_text(spans):
    text = words("".join(span.text for span in spans))
    assert rendered(written(spans)) == text
    assert rendered(f"## {on_one_line(spans)}") == text


@given(st.lists(SIGNS, max_size=5))
def test_markdown_of_any_dump_reads_as_its_text(lines):
    _, blocks = dump_blocks("\n".join(lines))
    parts = [Part(b.text, b.kind, b.level) for b in blocks]
    items = {Kind.LIST_ITEM, Kind.NUMBERED_ITEM}
    text = " ".join(item_text(part.text) if part.kind in items else part.text for part in parts)
    assert rendered(body(parts, None)) == words(text)


@pytest.mark.parametrize("name", sorted(n for n, p in corpus.pages().items() if p.media_type is MediaType.HTML))
def test_markdown_of_the_shipped_pages_reads_as_their_text(name):
    cleaned = corpus.cleaned(name)
    for article, text in zip(cleaned.articles, markdown.page_articles(cleaned), strict=True):
        about = (*article.authors, article.published_at, article.agency, article.site, article.url)
        head = markdown.document(Head(article.title, article.dek, about), [], None)
        paragraphs = " ".join(part.text for part in article.paragraphs)
        assert rendered(text) == words(f"{rendered(head)} {paragraphs}")


def test_markdown_keeps_what_the_engine_kept_and_nothing_else():
    content = (
        b"<html><body><nav><a href='/'>Home</a></nav><article><h1>Harbour wall holds</h1>"
        b"<p>The harbour wall <em>held</em> through the night, the <a href='/mayor'>mayor</a> told reporters on Monday.</p>"
        b"<p>Crews began to clear the quay at dawn, and the ferries are expected to sail again before noon.</p>"
        b"<p>Nobody was hurt, said the harbour master, who had asked the fishermen to stay ashore since Sunday.</p>"
        b"</article><footer>All rights reserved.</footer></body></html>"
    )
    page = Page("0" * 32, "a.html", "a.html", None, MediaType.HTML, content, hashlib.sha256(content).hexdigest(), URL)
    [text] = markdown.page_articles(clean_page(page, load_rulebook(None)))
    assert "The harbour wall *held* through the night, the [mayor](https://quay.example/mayor) told" in text
    assert "Home" not in text
    assert "rights" not in text
