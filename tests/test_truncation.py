"""Is the text whole? Signs are added up; a free article that asks for subscriptions is whole, and so is a closed one that is there."""

from __future__ import annotations

import json

import pytest
from conftest import html_page, rulebook
from hypothesis import given
from hypothesis import strategies as st

from cleaner.clean import clean_page
from cleaner.metadata import truncation

PARAGRAPHS = tuple(
    f"The {name} was late again on Monday, the harbour master said, and nobody on the quay was surprised by that news at all."
    for name in "ferry tram coach barge train plane truck sledge canoe kayak".split()
)
WHOLE = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
OPENING = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>"
CLOSED = {"isAccessibleForFree": False}
PART = CLOSED | {"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".closed-part"}}
WALL = '<div class="site-paywall"><p>Subscribe to continue reading</p><a href="/in">Log in</a></div>'
PROMO = '<div class="promo"><p>Subscribe to our newsletter</p></div><div class="support"><p>Support us: become a member today.</p></div>'


def cut_by(body: str, stated: dict[str, object] | None = None, head: str = "", after: str = "") -> str | None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Late again, and nobody is surprised", **(stated or {})})
    markup = (
        f'<html><head><title>Late again</title>{head}<script type="application/ld+json">{data}</script></head><body>'
        f"<article><h1>Late again, and nobody is surprised</h1>{body}</article>{after}<footer><p>Copyright Harrow Tide</p></footer></body></html>"
    )
    (article,) = clean_page(html_page(markup), rulebook()).articles
    assert article.truncated == (article.truncated_by is not None)
    return article.truncated_by


@pytest.mark.parametrize(
    ("name", "page", "expected"),
    [
        ("nothing is said", (WHOLE, {}, "", ""), None),
        ("free, and asks for subscriptions", (WHOLE, {"isAccessibleForFree": True}, "", PROMO), None),
        ("a short one that is free", (OPENING, {}, "", PROMO), None),
        ("the template of a wall on a whole page", (WHOLE, {}, "", WALL), None),
        ("the template of a wall, hidden", (OPENING, {}, "", WALL.replace("<div", "<div hidden", 1)), None),
        ("closed, and whole", (WHOLE, CLOSED, "", ""), None),
        ("closed, whole, its part is there", (f'<div class="closed-part">{WHOLE}</div>', PART, "", WALL), None),
        ("closed, as long as stated", (WHOLE, CLOSED | {"wordCount": 230}, "", WALL), None),
        ("short, and as long as stated", (OPENING, {"wordCount": 44}, "", ""), None),
        ("closed, and a wall behind it", (OPENING, CLOSED, "", WALL), "keep_reading.en_wall"),
        ("a wall within the article", (OPENING + WALL, {}, "", ""), "keep_reading.en_wall"),
        ("closed, its part is not there", (OPENING, PART, "", WALL), "keep_reading.en_wall"),
        ("closed, its part missing, in mid sentence", (f"{OPENING}<p>{PARAGRAPHS[2][:70]}</p>", PART, "", ""), "access.subscribers"),
        ("a tier, and a wall", (OPENING, {}, '<meta property="article:content_tier" content="locked">', WALL), "keep_reading.en_wall"),
        ("a free tier", (WHOLE, {}, '<meta name="content-tier" content="free">', WALL), None),
        ("longer by its own words", (OPENING, {"wordCount": 800}, "", ""), "stated.word_count"),
        ("longer by its own words, as text", (OPENING, {"wordCount": "800"}, "", ""), "stated.word_count"),
        ("ends in dots", (f"{OPENING}<p>{PARAGRAPHS[2][:70]}…</p>", {}, "", ""), "ending.ellipsis"),
        ("a wall by name, closed, short", (OPENING, CLOSED, "", '<div id="piano-paywall"><p>Only 2 crowns a week for you</p></div>'), "access.subscribers"),
    ],
)  # fmt: skip
def test_signs_of_a_cut_are_added_up(name, page, expected):
    assert cut_by(*page) == expected, name


def test_the_whole_text_from_data_is_not_cut_however_closed():
    closed = CLOSED | {"articleBody": "\n".join(PARAGRAPHS), "wordCount": 230}
    assert cut_by(f"<p>{PARAGRAPHS[0]}</p>", closed, after=WALL) is None


@given(st.from_regex(truncation.WALL, fullmatch=True, alphabet=st.characters(codec="ascii")))
def test_each_name_of_a_wall_holds_a_sign_that_is_looked_for_first(name):
    assert any(sign in name.lower() for sign in truncation.WALL_SIGNS)
