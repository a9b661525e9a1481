"""Laws on pages that nobody wrote: nothing raises, every block stands in the ledger once, and none takes an age."""

from __future__ import annotations

import math
import os
import re
import time
from unittest import mock

import pytest
import trafilatura
from conftest import html_page, rulebook
from hypothesis import given
from hypothesis import strategies as st
from mutated_pages import LINE, mutant, ordinary_of_size

from cleaner.blocks import attributes
from cleaner.blocks.html import html_page as parsed
from cleaner.blocks.main_content import main_content
from cleaner.clean import clean_page
from cleaner.model import Cleaned

FAST, LONG = 260, int(os.environ.get("CLEANER_MUTANTS", "10000"))
TIMES = 10
"""As many times the CPU time of an ordinary page of the same size a page may take, and a start that is free."""
FREE = 0.25


def hold_laws(cleaned: Cleaned) -> None:
    assert [e.block.index for e in cleaned.ledger] == list(range(len(cleaned.ledger)))
    assert cleaned.articles or cleaned.rejected
    assert {e.article for e in cleaned.ledger} - {0} == {a.position for a in cleaned.articles}


@pytest.mark.parametrize("first", range(0, FAST, 10))
def test_no_mutant_breaks_a_law(first):
    for seed in range(first, first + 10):
        name, content, charset = mutant(seed)
        page = html_page(content, charset=charset)
        try:
            cleaned = clean_page(page, rulebook())
            hold_laws(cleaned)
        except Exception as error:
            raise AssertionError(f"mutant {name}") from error


GIANTS = {
    "nested 10,000 deep": "<div>" * 10_000 + LINE,
    "tables nested 10,000 deep": "<table><tr><td>" * 10_000 + LINE,
    "formatting nested 10,000 deep": "<b><i>" * 5_000 + LINE,
    "a million attributes": "<p " + " ".join(f"a{i}=1" for i in range(1_000_000)) + f">{LINE}</p>",
    "a value of ten million": f'<p class="{"x " * 5_000_000}">{LINE}</p>',
    "a text of four million": f"<p>{LINE * 40_000}</p>",
    "a word of four million": f"<p>{'x' * 4_000_000}</p>",
    "100,000 line breaks": "<p>x" + "<br>" * 100_000 + "x</p>",
    "100,000 siblings": "<p>x</p>" * 100_000,
    "100,000 spans": "<p>" + "<i>x</i>" * 100_000 + "</p>",
    "cells that span a million rows": f"<table>{f'<tr><td rowspan=1000000 colspan=1000000>{LINE}' * 3_000}</table>",
    "a million entities": f"<p>{'&amp;' * 1_000_000}</p>",
    "JSON-LD of four million": f'<script type="application/ld+json">{{"articleBody":"{LINE * 40_000}"}}</script>',
    "state of four million": f'<script type="application/json">{{"title":"x","body":"{LINE * 40_000}"}}</script>',
    "state nested 100,000 deep": f'<script>window.__STATE__ = {{"body":{"[" * 100_000}</script>',
    "20,000 links to topics": "<a href=/tag/ferry rel=tag>ferry</a>" * 20_000,
    "20,000 bylines": "<p class=byline>By Ana Ruiz</p>" * 20_000,
}


def seconds(content: bytes, charset: str | None = None) -> float:
    page = html_page(content, charset=charset)
    start = time.process_time()
    hold_laws(clean_page(page, rulebook()))
    return time.process_time() - start


def load() -> None:
    """Clean two pages, so that rules and weights, a second's work, are no page's time."""
    for seed in range(2):
        seconds(mutant(seed)[1])


def allowed(size: int, known: dict[int, float]) -> float:
    """Return the CPU seconds that a page of that size may take, from an ordinary page of the next power of two."""
    step = max(12, math.ceil(math.log2(size + 1)))
    if step not in known:
        known[step] = min(seconds(ordinary_of_size(2**step)) for _ in range(2))
    return FREE + TIMES * known[step]


@pytest.mark.long
@pytest.mark.parametrize("name", GIANTS)
def test_giants_take_no_age(name):
    content = f"<html><body><h1>Ferry</h1>{GIANTS[name]}</body></html>".encode()
    known: dict[int, float] = {}
    load()
    assert seconds(content) <= allowed(len(content), known)


@pytest.mark.long
def test_no_mutant_takes_an_age():
    known: dict[int, float] = {}
    load()
    slow = []
    for seed in range(LONG):
        name, content, charset = mutant(seed)
        limit = allowed(len(content), known)
        took = seconds(content, charset)
        if took > limit and (took := min(took, seconds(content, charset))) > limit:
            slow.append(f"{name}: {took:.2f} s for {len(content)} bytes, allowed {limit:.2f}")
    assert not slow, "\n".join(slow)


@pytest.mark.parametrize("markup", ["<b><i>" * 300, "<table><tr><td>" * 60, "<div>" * 900, "<p>x" * 70_000])
def test_trafilatura_is_not_asked_of_what_would_take_it_an_age(markup, monkeypatch):
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: pytest.fail("it was asked"))
    page = parsed(f"<html><body>{markup}{LINE}</body></html>")
    assert not any(main_content(page.root, page.blocks))


def test_of_too_many_attributes_the_first_are_kept():
    many = " ".join(f"a{i}=1" for i in range(20_000))
    page = parsed(f'<body><p class="first" {many}>{LINE}</p><p data-state="{"x " * 90_000}" id="last">{LINE}</p>')
    first, last = page.root.iter("p")
    assert (first.get("class"), first.get("a900"), first.get("a2000")) == ("first", "1", None)
    assert (len(last.get("data-state")), last.get("id")) == (180_000, "last")
    assert [block.text for block in page.blocks] == [LINE.strip()] * 2


@given(st.text(alphabet="<>ab", max_size=60))
def test_a_long_tag_is_found_wherever_it_stands(text):
    with mock.patch.object(attributes, "LONGEST", 5):
        assert attributes._has_long_stretch(text) == (re.search("[^<>]{5}", text) is not None)
