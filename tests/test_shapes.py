"""What a line looks like."""

from __future__ import annotations

import pytest

from cleaner.shapes import shape_of


@pytest.mark.parametrize(
    ("line", "stop"),
    [
        ("It rained.", True),
        ("“It rained.”", True),
        ("雨。", True),
        (".", True),
        ("It rained ...", False),
        ("It rained", False),
        ("Rain?", False),
        ("", False),
    ],
)
def test_a_full_stop_is_one_dot(line, stop):
    assert shape_of(line).stop is stop


@pytest.mark.parametrize(
    ("line", "capital"),
    [
        ("Rain", True),
        ("«“Rain", True),
        ("¿Lluvia?", True),
        ("5 days", True),
        ("北京", True),
        ("rain", False),
        ("“rain", False),
        ("- Rain", False),
        ("“", False),
    ],
)
def test_a_capital_may_stand_behind_quotes(line, capital):
    assert shape_of(line).capital is capital


@pytest.mark.parametrize(
    ("line", "item"), [("■ Mill sold", True), ("★Mill sold", True), ("Mill ■ sold", False), ("", False)]
)
def test_an_item_starts_with_its_mark(line, item):
    assert shape_of(line).item is item
