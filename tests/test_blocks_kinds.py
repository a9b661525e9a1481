"""What kind of block each is, and where it stands in the source."""

from __future__ import annotations

import html
import re

import pytest
import shipped_corpus as corpus
from hypothesis import given
from hypothesis import strategies as st

from cleaner.blocks.dump import dump_blocks
from cleaner.blocks.html import html_page
from cleaner.blocks.inline import runs_of
from cleaner.blocks.source import NO_TEXT, Source
from cleaner.decoding import decode
from cleaner.model import MediaType

LONG = "A cell that holds a whole text, and not a figure or a name. " * 8
POEM = "The tide comes in,<br>the tide goes out,<br>and no one knows"


def kinds(markup: str) -> list[str]:
    """List the kinds of a page's blocks, with their levels."""
    blocks = html_page(f"<html><body>{markup}</body></html>").blocks
    return [block.kind.value + (f" {block.level}" if block.level else "") for block in blocks]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>a</p><div>b</div>", ["paragraph", "paragraph"]),
        ("<h1>a</h1><h6><span>b</span></h6>", ["heading 1", "heading 6"]),
        ("<ul><li>a<li><p>b</p></ul>", ["list_item 1", "list_item 1"]),
        ("<ol><li>a<ul><li>b</ul>c</ol>", ["numbered_item 1", "list_item 2", "numbered_item 1"]),
        ("<li>stray</li>", ["list_item 1"]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", ["list_item 1", "list_item 2"]),
        ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", ["quote 1", "quote 2"]),
        ("<blockquote><ul><li>a</ul></blockquote>", ["list_item 1"]),
        ("<ul><li><blockquote>a</blockquote></ul>", ["quote 1"]),
        ("<ul><li><h3>a</h3></ul>", ["heading 3"]),
        ("<blockquote class='twitter-tweet'><p>a</p>by b</blockquote>", ["embed", "embed"]),
        ("<blockquote class='instagram-media x'>a</blockquote>", ["embed"]),
        ("<pre>a\n  b</pre>", ["code"]),
        ("<pre class='wp-block-verse'>a\n  b</pre>", ["verse"]),
        (f"<p>{POEM}</p>", ["verse"]),
        (f"<p>{POEM}<br><br>{POEM}</p>", ["verse", "verse"]),
        (f"<div class='poem'><p>One line that is {'very ' * 12}long<br>and another</p></div>", ["verse"]),
        ("<p>One line<br>and another</p>", ["paragraph"]),
        (f"<p>{POEM}<br>{'a line of prose that goes on and on ' * 3}</p>", ["paragraph"]),
        ("<figure><img><figcaption>a</figcaption></figure>", ["caption"]),
        ("<figure><blockquote>a</blockquote><figcaption>b</figcaption></figure>", ["quote 1", "caption"]),
        ("<ul><li><article><p>a story of a list of stories</p></article></ul>", ["paragraph"]),
        ("<ul><li><h2>a</h2><p>b</p></ul>", ["heading 2", "paragraph"]),
    ],
)
def test_kinds_of_html(markup, found):
    assert kinds(markup) == found


ROWS = "<tr><td>2024</td><td>112</td></tr><tr><td>2025</td><td>98</td></tr>"


@pytest.mark.parametrize(
    ("markup", "is_data"),
    [
        (f"<table>{ROWS}</table>", True),
        ("<table><tr><th>Year</th><td>2024</td></tr></table>", True),
        ("<table><caption>Ships</caption><tr><td>112</td><td>98</td></tr></table>", True),
        ("<table><tr><td>menu</td><td>text</td></tr></table>", False),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", False),
        (f"<table role='presentation'>{ROWS}</table>", False),
        (f"<table><tr><td>menu</td><td>{LONG}</td></tr>{ROWS}</table>", False),
        (f"<table><tr><th>Head</th><td><h2>story</h2></td></tr>{ROWS}</table>", False),
    ],
)
def test_a_table_that_lays_a_page_out_is_no_table(markup, is_data):
    assert ("table_cell" in kinds(markup)) is is_data


def test_of_nested_tables_the_inner_one_holds_data():
    assert kinds(f"<table><tr><td>menu</td><td><table>{ROWS}</table></td></tr></table>") == [
        "paragraph",
        *["table_cell"] * 4,
    ]


def test_lists_in_cells_are_cells():
    assert kinds(f"<table>{ROWS}<tr><td><ul><li>a</ul></td><td>b</td></tr></table>")[-2:] == ["table_cell"] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("• one\n• two\nthree", ["list_item 1", "list_item 1", "paragraph"]),
        ("• alone\nthree", ["list_item 1", "paragraph"]),
        ("- one\n- two", ["list_item 1", "list_item 1"]),
        ("- a speech, he said\nthree", ["paragraph", "paragraph"]),
        ("1. one\n2. two\n4. four", ["numbered_item 1", "numbered_item 1", "paragraph"]),
        ("3.5 million\n4.5 million", ["paragraph", "paragraph"]),
        ("— Oui, dit-il.\n— Non, dit-elle.", ["paragraph", "paragraph"]),
    ],
)
def test_kinds_of_dumps(text, found):
    _, blocks = dump_blocks(text)
    assert [block.kind.value + (f" {block.level}" if block.level else "") for block in blocks] == found


def test_lines_are_those_of_the_page():
    _, blocks = dump_blocks("a\n\n\r\nb\nc")
    assert [block.line for block in blocks] == [1, 4, 5]
    page = html_page("<html>\n<body\n>\n<p\nclass=x>a</p><p>b\n<p>c</p></body></html>")
    assert [(block.text, block.line) for block in page.blocks] == [("a", 5), ("b", 5), ("c", 6)]


def test_lines_that_the_parser_does_not_count_are_unknown():
    page = html_page("<body>" + "\n" * 70_000 + "<p>a</p>")
    assert [block.line for block in page.blocks] == [None]


# The source


def dense(text: str) -> str:
    return "".join(text.split()).replace("\x00", "\ufffd")


def shown(text: str, span: tuple[int, int]) -> str:
    return dense(html.unescape(NO_TEXT.sub("", text[slice(*span)])))


PAGES = sorted(name for name, page in corpus.pages().items() if page.media_type is MediaType.HTML)


FROM_DATA = re.compile(r"articleBody|/json:")
"""In the path of a block that the page's data hold: its letters are escaped there."""


@pytest.mark.parametrize("name", PAGES)
def test_every_block_of_the_shipped_pages_is_found_in_its_source(name):
    page = corpus.pages()[name]
    decoded = decode(page.content, page.media_type, page.charset)
    assert decoded is not None
    parsed = html_page(decoded.text)
    source = Source(decoded.text, parsed.runs)
    for block in parsed.blocks:
        span = source.span(block.path or "", block.start or 0, block.end or 0)
        if not FROM_DATA.search(block.path or ""):
            assert span is not None
            assert shown(decoded.text, span) == dense(parsed.raw(block))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>a &amp; <b>b</b> c</p>", "a &amp; <b>b</b> c"),
        ("<title>one</title><p>one</p>", "one"),
        ("<script>'<p>one</p>'</script><p class='one'>one</p>", "one"),
        ("<!-- one --><p title='a > one'>one", "one"),
        ("<p>&nbsp;caf&eacute;&nbsp;</p>", "caf&eacute;"),
        ("<p>a\x00b</p>", "a\x00b"),
    ],
)
def test_a_slice_of_the_source_is_what_the_page_shows(text, found):
    page = html_page(text)
    [block] = page.blocks
    span = Source(text, page.runs).span(block.path or "", block.start or 0, block.end or 0)
    assert span is not None
    assert text[slice(*span)] == found
    assert text.count(found, 0, span[0]) == text.count(found) - 1, "the last: what stands before is not shown"


TAGS = (
    "p",
    "div",
    "b",
    "i",
    "a",
    "br",
    "ul",
    "li",
    "span",
    "svg",
    "noscript",
    "td",
    "table",
    "h2",
    "pre",
    "em",
    "section",
)
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{close}{tag}>" for tag in TAGS for close in ("", "/")]),
        st.text("ab &<>é\n\u00a0'\"", max_size=8),
    ),
    max_size=30,
).map("".join)


@given(MARKUP)
def test_pieces_put_together_are_the_runs(text):
    page = html_page(text)
    pieces = {path: "".join(piece.text for piece in run.pieces) for path, run in runs_of(page.root).items()}
    assert pieces == page.runs


@given(MARKUP)
def test_what_is_found_in_a_source_is_the_block(text):
    page = html_page(text)
    source = Source(text, page.runs)
    for block in page.blocks:
        span = source.span(block.path or "", block.start or 0, block.end or 0)
        if span is not None:
            assert re.sub(r"<[^>]*>", "", dense(block.text))[:1] in shown(text, span)
