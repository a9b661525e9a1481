"""A site's pack names the place of a field: that value wins, while the pack is valid."""

from __future__ import annotations

from datetime import UTC, datetime

import lxml.html
import pytest

from cleaner.errors import RulePackError
from cleaner.metadata import choose, document_candidates, pinned_candidates
from cleaner.model import MediaType, Page
from cleaner.rules import load_rulebook

HEAD = """[pack]
name = "tide"
language = "en"
description = "Harrow Tide: places of its fields."
site = "harrowtide.example"
valid_from = 2026-01-01
valid_until = 2026-12-31
"""
PAGE = """<html lang="en"><head>
<meta name="author" content="Bo Lind"><meta name="X-Tide-Day" content="4 March 2026">
<meta property="article:published_time" content="2026-03-05T20:10:00+01:00"><title>Ferry sinks</title></head>
<body><h1>Ferry sinks off the point</h1><p class="hand">By <b>Ana Ruiz and Lena Voss, Harbour Correspondent</b></p>
<time class="told" datetime="2026-03-03T06:00:00Z">3 March</time></body></html>"""


def pinned(tmp_path, fields, day="2026-06-01", host="harrowtide.example"):
    (tmp_path / "tide.toml").write_text(HEAD + f"[fields]\n{fields}\n", encoding="utf-8")
    fetched = datetime.fromisoformat(day).replace(tzinfo=UTC)
    page = Page("0" * 32, "p", "p.html", None, MediaType.HTML, b"", "0" * 64, f"https://{host}/x", fetched_at=fetched)
    root = lxml.html.document_fromstring(PAGE)
    pins = load_rulebook(tmp_path).pins(host, fetched)
    return choose([*pinned_candidates(root, page, pins), *document_candidates(root, page)])


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ('authors = "p.hand b"', "authors", ("Ana Ruiz", "Lena Voss")),
        ('authors = "p.nobody"', "authors", ("Bo Lind",)),
        ('published_at = "meta:x-tide-day"', "published_at", "2026-03-04"),
        ('published_at = "time.told"', "published_at", "2026-03-03T06:00:00Z"),
        ('published_at = "p.hand"', "published_at", "2026-03-05T20:10:00+01:00"),
        ('title = "title"', "title", "Ferry sinks"),
    ],
)
def test_a_pinned_value_wins_and_an_empty_place_pins_nothing(tmp_path, fields, name, value):
    assert getattr(pinned(tmp_path, fields), name) == value


def test_the_evidence_names_pack_and_place_and_the_others_stay_candidates(tmp_path):
    found = [c for c in pinned(tmp_path, 'authors = "p.hand b"').candidates if c.field == "authors"]
    won = [c for c in found if c.won]
    assert [(c.value, c.source, c.why) for c in won] == [
        ("Ana Ruiz", "pin", "pinned by the site's pack"),
        ("Lena Voss", "pin", "pinned by the site's pack"),
    ]
    assert won[0].evidence == "tide, p.hand b: Ana Ruiz and Lena Voss, Harbour Correspondent"
    assert "Bo Lind" in {c.value for c in found if not c.won}


@pytest.mark.parametrize(
    ("day", "host", "author"),
    [
        ("2026-01-01", "harrowtide.example", "Ana Ruiz"),
        ("2026-12-31", "www.harrowtide.example", "Ana Ruiz"),
        ("2025-12-31", "harrowtide.example", "Bo Lind"),
        ("2027-01-01", "harrowtide.example", "Bo Lind"),
        ("2026-06-01", "northgate.example", "Bo Lind"),
    ],
)
def test_a_pin_holds_for_its_site_from_its_first_to_its_last_day(tmp_path, day, host, author):
    assert pinned(tmp_path, 'authors = "p.hand b"', day, host).authors[0] == author


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + '[fields]\nauthor = "p"\n', "author: no field to pin; known are title"),
        (HEAD + '[fields]\nauthors = "p["\n', "authors: 'p\\[' is no CSS selector"),
        (HEAD + "[fields]\nauthors = 3\n", "a CSS selector is needed"),
        (HEAD + '[fields]\nauthors = "meta: "\n', "a CSS selector is needed"),
        (HEAD.replace('site = "harrowtide.example"\n', "") + '[fields]\nauthors = "p"\n', "field site"),
        (HEAD.replace("valid_from = 2026-01-01", 'valid_from = "x"') + '[fields]\nauthors = "p"\n', "valid_from"),
        (HEAD, "no \\[\\[rule\\]\\] in it"),
    ],
)
def test_a_pack_that_pins_badly_does_not_load(tmp_path, text, told):
    (tmp_path / "tide.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RulePackError, match=told):
        load_rulebook(tmp_path)
