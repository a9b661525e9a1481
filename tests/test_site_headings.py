"""A first heading that leads to the front page is the site's name: no title, and the headline below it is."""

from __future__ import annotations

import pytest
from conftest import html_page as page_of
from conftest import rulebook

from cleaner.blocks.html import parse
from cleaner.clean import clean_page
from cleaner.site_headings import site_headings

STORY = (
    "The council voted on Tuesday to close the old harbour bridge to cars from the first of April, after a debate of six hours.",
    "Engineers had found cracks in three of the pillars, and the cheapest way to mend them would take eleven weeks and a crane.",
    "Until then a ferry carries people across from six in the morning until the last train has come in, the harbour master said.",
)


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ('<h1><a href="/">Harrow Tide</a></h1>', ("Harrow Tide",)),
        ('<h1><a href="https://tide.example"><span>Harrow</span> Tide</a></h1>', ("Harrow Tide",)),
        ('<a href="https://tide.example/"><h1>Harrow Tide</h1></a>', ("Harrow Tide",)),
        ('<h1><a href="/bridge">Bridge closes</a></h1>', ()),
        ('<h1><a href="#top">Bridge closes</a></h1>', ()),
        ('<h1><a href="/?p=7">Bridge closes</a></h1>', ()),
        ('<h1><a href="/">Home</a> Bridge closes</h1>', ()),
        ('<h1><a href="http://[tide/">Bridge closes</a></h1>', ()),
        ("<h1>Bridge closes</h1>", ()),
    ],
)
def test_what_leads_to_the_front_page_is_the_sites_name(heading, found):
    assert site_headings(parse(f"<body>{heading}</body>").iter("h1")) == found


@pytest.mark.parametrize("window", ["Harrow Tide: Bridge closes", "Bridge closes | Harrow Tide", "Harrow Tide"])
def test_the_headline_below_the_sites_name_is_the_title(window):
    text = "".join(f"<p>{line}</p>" for line in STORY)
    markup = f"""<html><head><title>{window}</title></head><body><div id="top"><h1><a href="/">Harrow Tide</a></h1>
    <p class="description">News from three villages and a pond</p></div>
    <div class="post"><h3 class="post-title">Bridge closes</h3><div class="body">{text}</div></div></body></html>"""
    article = clean_page(page_of(markup), rulebook()).articles[0]
    assert (article.title, article.site) == ("Bridge closes", "Harrow Tide")
    assert article.text.split("\n\n") == list(STORY)
