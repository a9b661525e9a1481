"""Values of JavaScript that are no JSON: read as they are written, or not at all."""

from __future__ import annotations

import pytest

from cleaner.blocks.loose_json import load
from cleaner.blocks.script_values import script_value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{a: 1, 'b': [.5, -.5, 2e3,], $c: !0, d: !1,}; more()", {"a": 1, "b": [0.5, -0.5, 2000.0], "$c": True, "d": False}),
        ("{a: null, b: undefined, c: void 0, d: unknown}", {"a": None, "b": None, "c": None, "d": None}),
        ("{7: 'it\\'s \"late\"', b: `two\nlines`}", {"7": 'it\'s "late"', "b": "two\nlines"}),
        (r'{a: "\x41\u{1F6A2}\u0042\/\$"}', {"a": "A\U0001f6a2B/$"}),
        ("{\n  // one\n  a: /* two */ 1\n}", {"a": 1}),
        ("{at: new Date(1772409600000), on: new Date('2026')}", None),
        ("{at: new Date(1772409600000)}", {"at": 1772409600000}),
        ('(function(a,b){return {title:a,by:{name:b,a:a}}}("Late","Ana Ruiz"))', {"title": "Late", "by": {"name": "Ana Ruiz", "a": "Late"}}),
        ('(function(a){a.x=1;return [a,"y"]}("x"));', ["x", "y"]),
        ('((a, b) => { return {t: a, u: b}; })("x", {k: 2})', {"t": "x", "u": {"k": 2}}),
        ("{a: f(1)}", None),
        ('{"a": 1 + 2}', None),
        ('{a: "broken', None),
        ("(function(){})()", None),
        ("}", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_javascript_writes_it(written, value):
    assert script_value(written) == value


def test_what_is_no_value_still_gives_its_strings():
    assert load('{title: "Late again", at: now()}') == {"title": ["Late again"]}
