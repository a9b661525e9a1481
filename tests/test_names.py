"""What authors of markup call their elements, as words."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.blocks.html import html_page
from cleaner.learned import names
from cleaner.learned.markup_view import MarkupView
from cleaner.model import Element


@pytest.mark.parametrize(
    ("tag", "called", "same"),
    [
        ("div", "article-body", "article_body"),
        ("div", "articleBody", "article body"),
        ("div", "story story", "story"),
        ("p", "x9-42 a", ""),
    ],
)
def test_names_are_taken_apart_into_words(tag, called, same):
    assert set(names.slots_of(tag, called)) >= set(names.slots_of(tag, same))


def test_names_say_more_in_pairs():
    assert len(names.slots_of("div", "related article")) == 1 + 2 + 1
    assert names.slots_of("div", "related") != names.slots_of("p", "related")


def test_no_name_is_too_long():
    assert len(names.slots_of("div", "flex-wrap mt-auto " * 100)) <= 2 * names.MOST


def test_each_level_of_elements_has_its_own_weights():
    page = html_page('<div class="outer"><div class="inner"><p>text</p></div></div>')
    v = MarkupView(page.blocks, page.outline, page.hints)
    weights = np.zeros((len(names.LEVELS), names.SIZE), np.float32)
    inner = names.slots_of("div", "inner")
    weights[1, list(inner)] = 1  # of a parent
    said = names.judge(names.slots(v.kinds, v.kinds_above), v.kinds_above, weights)
    # one word of the outer element, its tag, is the inner one's too, but it is no parent
    assert said[0].tolist() == pytest.approx([0, len(inner) / np.sqrt(len(inner)), 0, 0])


def test_no_words_are_read_of_elements_far_from_all_text():
    outline = [Element("nav", -1, "menu"), Element("div", 0, "story body"), Element("p", 1, "lead")]
    element, slot, _ = names.slots(outline, np.array([[2, 1, -1]]))
    assert set(element.tolist()) == {1, 2}
    assert set(slot.tolist()) == {*names.slots_of("div", "story body"), *names.slots_of("p", "lead")}
