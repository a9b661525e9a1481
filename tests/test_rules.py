"""The rulebook: packs are checked whole at load, every rule does what its examples say, matching is exact."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import re2
from conftest import PROJECT, rulebook
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import RulePackError
from cleaner.rules import check_examples, load_packs, load_rulebook
from cleaner.rules.packs import Where
from cleaner.text import fold

RULE = """
[pack]
name = "harrow"
language = "en"
description = "Harrow Tide"

[[rule]]
id = "promo.harrow"
label = "promo"
match = '^tide club'
where = "line"
strength = "certain"
max_words = 9
why = "Its members' club."
hits = ["Tide Club: join today"]
misses = ["The tide club met on Monday."]
"""


def pack_folder(tmp_path, text):
    (tmp_path / "harrow.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_rule_does_what_its_examples_say():
    assert list(check_examples(rulebook().packs)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[pack]", "[bag]"), "the table [pack] is missing"),
        (('label = "promo"', 'label = "spam"'), "rule promo.harrow: field label: 'spam' is none of"),
        (("'^tide club'", "'^tide(?= club)'"), "rule promo.harrow: field match: invalid perl operator"),
        (("'^tide club'", "'^(?P<who>tide) club'"), "field match: group 'who' is none of"),
        (("max_words = 9", 'max_words = "9"'), "rule promo.harrow: field max_words: a whole number is needed"),
        (("max_words = 9", ""), "rule promo.harrow: field max_words"),
        (('hits = ["Tide Club: join today"]', "hits = []"), "rule promo.harrow: field hits: at least one example"),
        (('misses = ["The tide club met on Monday."]', ""), "rule promo.harrow: field misses: at least one example"),
        (('why = "Its members\' club."', 'why = ""'), "rule promo.harrow: field why: a text is needed"),
        (('strength = "certain"', 'strength = "very"'), "field strength: 'very' is none of certain, likely"),
        (('where = "line"', 'where = "end"'), "needs a pattern anchored at the end"),
        (('id = "promo.harrow"', 'id = "Promo"'), "field id: must be family.name"),
        (('id = "promo.harrow"', 'id = "keep_reading.marker"\nstrenght = 1'), "field strenght: unknown"),
        (("[[rule]]", "[[rule"), "not valid TOML"),
    ],
)
def test_a_bad_pack_is_refused_with_file_rule_and_field(tmp_path, change, told):
    folder = pack_folder(tmp_path, RULE.replace(*change))
    with pytest.raises(RulePackError) as error:
        load_packs(folder)
    assert str(error.value).startswith("harrow.toml")
    assert told in str(error.value)


def test_a_rule_id_is_never_used_twice(tmp_path):
    taken = rulebook().packs[0].rules[0].id
    with pytest.raises(RulePackError, match=r"taken already in common\.toml"):
        load_packs(pack_folder(tmp_path, RULE.replace("promo.harrow", taken)))


def test_a_missing_folder_of_packs_is_told(tmp_path):
    with pytest.raises(RulePackError, match="no such folder"):
        load_packs(tmp_path / "none")


def test_a_wrong_example_is_found(tmp_path):
    text = RULE.replace("The tide club met on Monday.", "Tide club members met.")
    failures = list(check_examples(load_packs(pack_folder(tmp_path, text))))
    assert [(f.rule, f.kind) for f in failures] == [("promo.harrow", "misses")]


def test_a_pack_of_ones_own_changes_the_digest(tmp_path):
    assert load_rulebook(pack_folder(tmp_path, RULE)).digest != rulebook().digest


SITE = 'language = "en"\nsite = "harrowtide.example"\nvalid_until = 2026-03-31'


@pytest.mark.parametrize(
    ("host", "day", "applies"),
    [
        ("harrowtide.example", 1, True),
        ("www.harrowtide.example", 1, True),
        ("notharrowtide.example", 1, False),
        (None, 1, False),
        ("harrowtide.example", None, True),
        ("harrowtide.example", 40, False),
    ],
)
def test_a_site_pack_applies_to_its_site_while_its_layout_lasts(tmp_path, host, day, applies):
    book = load_rulebook(pack_folder(tmp_path, RULE.replace('language = "en"', SITE)))
    fetched = (
        None if day is None else datetime.fromtimestamp(datetime(2026, 3, 1, tzinfo=UTC).timestamp() + day * 86400, UTC)
    )
    marks = book.view("en", host, fetched).marks("Tide Club: join today")
    assert ("promo.harrow" in [m.by for m in marks]) is applies


def corpus_lines():
    files = sorted((PROJECT / "raw").rglob("*.txt"))
    return [line for file in files for line in file.read_bytes().decode("utf-8", "replace").split("\n") if line.strip()]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", None])
def test_sets_of_rules_find_what_rules_one_by_one_find(language):
    """RE2 says nothing where a set runs out of memory: so each set is compared with its rules on every line we have."""
    view = rulebook().view(language)
    patterns = [re2.compile(rule.pattern) for rule in view.rules]
    for line in corpus_lines()[::29]:
        text = fold(line)
        for where in Where:
            alone = [i for i, rule in enumerate(view.rules) if rule.where is where and patterns[i].search(text)]
            assert view._matching(where, text.encode(), 0) == alone


def test_a_view_knows_the_lines_of_which_a_rule_says_something():
    view = rulebook().view("en")
    for line in corpus_lines()[::7]:
        says = view.marks(line) or view.cut(line, Where.START) or view.cut(line, Where.END)
        assert view.knows(line) or not says


def test_a_mark_holds_what_was_read_in_characters_though_re2_counts_bytes():
    line = "“Die Fähre fährt über Föhr nach Süden”, sagte sie. (dpa)"
    cut = rulebook().view("de").cut(line, Where.END)
    assert (line[cut.start : cut.end], cut.mark.evidence, cut.mark.value) == ("(dpa)", "(dpa)", "dpa")


@given(st.text(max_size=300))
def test_folding_keeps_offsets_true(text):
    assert len(fold(text)) == len(text)
