"""Words and characters."""

from __future__ import annotations

import itertools

import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.text import (
    MAYBE_MOJIBAKE,
    collapse,
    count_words,
    ends_sentence,
    normal,
    repair,
    replay,
    sentence_spans,
    show_invisible,
    words,
)


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("It rained. It poured.", ["It rained.", "It poured."]),
        ("He met Mr. Oduya at 5 p.m. on Monday.", ["He met Mr. Oduya at 5 p.m. on Monday."]),
        ("J. R. Vance of the U.S. Navy said so. He left.", ["J. R. Vance of the U.S. Navy said so.", "He left."]),
        ("Am 5. März tagt der Rat. Er hat Zeit.", ["Am 5. März tagt der Rat.", "Er hat Zeit."]),
        (
            "« Non ! » dit-elle. « Jamais. » Puis elle sortit.",
            ["« Non ! »", "dit-elle.", "« Jamais. »", "Puis elle sortit."],
        ),
        ("la place de la mairie.Le parquet a ouvert", ["la place de la mairie.", "Le parquet a ouvert"]),
        ("“Go,” he said. “Now!” They went.", ["“Go,” he said.", "“Now!”", "They went."]),
        ("Version 3.8 costs 4.50 euros", ["Version 3.8 costs 4.50 euros"]),
    ],
)
def test_sentences(line, sentences):
    found = [line[a:b] for a, b in sentence_spans(line)]
    if line.startswith("« Non"):
        assert " ".join(found) == line  # where a quotation ends is a matter of taste; that no word is lost is not
    else:
        assert found == sentences


@given(st.text(alphabet="ab Z.!? \n”’é1", max_size=120))
def test_sentences_hold_every_character_but_white_space_once(text):
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.mark.parametrize(
    ("raw", "text", "kinds"),
    [
        ("plain", "plain", []),
        ("two  spaces\n and a line", "two spaces and a line", ["whitespace"]),
        ("the council\u2019s vote".encode().decode("cp1252"), "the council’s vote", ["mojibake"]),
        ("Ã¼ber  den FluÃŸ", "über den Fluß", ["mojibake", "whitespace"]),
    ],
)
def test_repairs_are_recorded(raw, text, kinds):
    mended, repairs = repair(raw)
    assert (mended, [r.kind for r in repairs]) == (text, kinds)


@given(st.text(max_size=200))
def test_replaying_the_repairs_gives_the_text(raw):
    text, repairs = repair(raw)
    assert replay(raw, repairs) == text


@given(st.text(max_size=200))
def test_collapsing_twice_changes_nothing(text):
    assert collapse(collapse(text)) == collapse(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("It rained.", True),
        ("“Rain.”", True),
        ("Rain?!", True),
        ("雨。", True),
        ("वर्षा।", True),
        ("Rain", False),
        ("Rain:", False),
        ("", False),
    ],
)
def test_end_of_a_sentence(text, ends):
    assert ends_sentence(text) is ends


def test_a_script_without_spaces_has_words_too():
    assert len(words("北京一月十一日电记者")) == 5


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("", 0),
        ("U.S. Navy", 2),
        ("the town’s well-kept harbour", 4),
        ("wait ... -what", 2),
        (".5 --x x..y", 4),
        ("Łódź łączy", 2),
        ("北京一月十一日电记者", 5),
    ],
)
def test_words_are_counted(line, count):
    assert count_words(line) == count


@given(st.text(st.one_of(st.sampled_from(" .'’-_aZ9é“”½ªł中\n"), st.characters(codec="utf-8")), max_size=40))
def test_as_many_words_are_counted_as_there_are(text):
    assert count_words(text) == len(words(text))


SUSPECT = "".join(chars for chars in MOJIBAKE_CATEGORIES.values()) + "ŒœÂÃ€°²à× aZ.,?$"


@settings(max_examples=500)
@given(st.text(st.one_of(st.sampled_from(SUSPECT), st.characters(codec="utf-8")), max_size=12))
def test_whatever_ftfy_finds_bad_passes_the_cheap_look_before_it(text):
    assert not is_bad(text) or MAYBE_MOJIBAKE.search(text)


@pytest.mark.parametrize("shape", ["{}", "a{}b", "A {} b", ". {}$", "{} {}", "a{}1{}", "\n{}.", "9{}e{}", "${}Z"])
def test_one_character_alone_between_plain_ones_is_bad_only_where_the_cheap_look_sees_it(shape):
    for number in range(0x80, 0x10000):
        char = chr(number)
        if not MAYBE_MOJIBAKE.search(shape.format(char, char)):
            assert not is_bad(shape.format(char, char)), hex(number)


@pytest.mark.parametrize(("a", "b"), [("The  FERRY, late!", "the ferry late"), ("ﬁne", "fine")])
def test_copies_of_a_line_share_their_normal_form(a, b):
    assert normal(a) == normal(b)


def test_invisible_characters_are_shown():
    assert show_invisible("a\u200bb\u00a0c") == "a\\u200bb\\u00a0c"


@pytest.mark.parametrize(
    ("text", "count"),
    [("नाव सोमवार से चलेगी", 4), ("पढ़ें", 1), ("اقرأ أيضًا", 2), ("渡轮恢复航行了。", 3), ("one two", 2)],
)
def test_words_of_any_script(text, count):
    assert len(words(text)) == count


def test_sentences_without_a_space_between():
    line = "渡轮停航。市长说：“明天恢复。”乘客不信！真的？是的。"
    assert [line[a:b] for a, b in sentence_spans(line)] == [
        "渡轮停航。",
        "市长说：“明天恢复。”",
        "乘客不信！",
        "真的？",
        "是的。",
    ]
