"""The rulebook: packs are checked whole at load, every rule does what its examples say, matching is exact."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest
import re2
from conftest import PROJECT, rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import RulePackError
from cleaner.rules import View, book, check_examples, load_packs, load_rulebook
from cleaner.rules.one_byte import NOTHING, Alphabet, atoms_of
from cleaner.rules.packs import Where
from cleaner.rules.patterns import by_line, compile_pattern
from cleaner.rules.sheet import Sheet, written
from cleaner.text import count_words, fold

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


def test_the_shipped_packs_that_pages_trust_stand_up_to_a_check():
    assert rulebook().packs == load_packs()


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


CALLING = RULE.replace("'^tide club'", "'^(?&clubs): join'")


def with_lists(lists, text=CALLING):
    return text.replace("[[rule]]", f"[lists]\n{lists}\n\n[[rule]]", 1)


def matches(tmp_path, text):
    """Return what the pack's own rule says of some lines."""
    rule = load_packs(pack_folder(tmp_path, text))[-1].rules[0]
    return [line for line in ("Tide Club: join", "Sea Club: join", "Boat Club: join") if re2.search(rule.pattern, line)]


@pytest.mark.parametrize(
    ("lists", "match", "found"),
    [
        ("clubs = ['tide club', 'sea club']", "^(?&clubs): join", ["Tide Club: join", "Sea Club: join"]),
        ("waters = ['tide', 'sea']\nclubs = ['(?&waters) club']", "^(?&clubs)", ["Tide Club: join", "Sea Club: join"]),
        ("clubs = ['(?&waters) club']\nwaters = ['tide']", "^(?&clubs)", ["Tide Club: join"]),
        ("waters = ['sea']", "^(?:(?&waters)|boat) club", ["Sea Club: join", "Boat Club: join"]),
        ("waters = ['tide ', 'sea ']", "^(?&waters)?(?&waters)club", ["Tide Club: join", "Sea Club: join"]),
        ("waters = ['tide']", r"^\(?&waters|^boat", ["Boat Club: join"]),
    ],
    ids=["a list", "in a list", "in any order", "in a group", "with quantifier", "an escaped bracket calls none"],
)
def test_a_list_of_phrases_is_written_into_the_pattern(tmp_path, lists, match, found):
    assert matches(tmp_path, with_lists(lists, CALLING.replace("^(?&clubs): join", match))) == found


def test_the_lists_of_the_common_pack_are_everyones(tmp_path):
    rule = load_packs(pack_folder(tmp_path, CALLING.replace("(?&clubs)", "(?&wire_agencies)")))[-1].rules[0]
    assert re2.search(rule.pattern, "Reuters: join")


def test_a_packs_own_list_takes_the_place_of_a_common_one(tmp_path):
    text = with_lists("wire_agencies = ['sea club']", CALLING.replace("(?&clubs)", "(?&wire_agencies)"))
    assert matches(tmp_path, text) == ["Sea Club: join"]


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ("boats = ['punt']", "harrow.toml: rule promo.harrow: field match: no list 'clubs'; known are boats, "),
        ("clubs = []", "harrow.toml: list clubs: at least one phrase is needed"),
        ("clubs = ['tide', ' ']", "harrow.toml: list clubs: at least one phrase is needed"),
        ("clubs = 'tide'", "harrow.toml: list clubs: at least one phrase is needed"),
        ("clubs = ['(?&boats)']", "harrow.toml: list clubs: no list 'boats'"),
        ("clubs = ['(?&clubs)s']", "harrow.toml: list clubs: calls itself: clubs > clubs"),
        (
            "clubs = ['a(?&b)']\nb = ['(?&c)']\nc = ['(?&b)|d']",
            "harrow.toml: list clubs: calls itself: clubs > b > c > b",
        ),
        ("clubs = ['tide|(sea']", "harrow.toml: list clubs: 'tide|(sea' is no pattern"),
        ("clubs = ['(?P<name>tide)']", "harrow.toml: list clubs: '(?P<name>tide)' has a named group"),
        ("Clubs = ['tide']", "harrow.toml: list Clubs: a list's name is of small letters"),
    ],
)
def test_a_bad_list_is_refused_with_file_and_place(tmp_path, lists, told):
    with pytest.raises(RulePackError) as error:
        load_packs(pack_folder(tmp_path, with_lists(lists)))
    assert told in str(error.value)


def test_another_list_is_another_digest(tmp_path):
    digests = {
        load_rulebook(pack_folder(tmp_path, with_lists(f"clubs = ['{club}']"))).digest for club in ("tide club", "sea")
    }
    assert len(digests) == 2


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


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ru", "Пользователи пожаловались на сбой в работе Facebook."),
        ("ru", "Он десять лет снимал для AFP"),
        ("zh", "新华社记者的账号在Twitter"),
        ("hi", "शहर में अब भी नहीं खुला YouTube"),
        ("fr", "Été à Facebook"),
        ("ar", "عطل يصيب Instagram"),
    ],
)
def test_a_name_in_latin_letters_makes_no_furniture_of_a_line_in_another_script(language, line):
    """RE2's `\\W` takes every letter that is not ASCII; packs write `(?&stray)` for what stands around a phrase."""
    assert [m.by for m in rulebook().view(language).marks(line) if m.certain] == []


def test_no_pattern_takes_letters_for_punctuation():
    patterns = {rule.id: rule.match for pack in rulebook().packs for rule in pack.rules}
    assert [rule for rule, pattern in patterns.items() if "\\W" in pattern] == []


@pytest.mark.parametrize("letter", ["ё", "أ", "ة"])
def test_a_pattern_with_a_letter_that_folding_takes_away_is_refused(tmp_path, letter):
    with pytest.raises(RulePackError, match="never matches: lines are folded before"):
        load_packs(pack_folder(tmp_path, RULE.replace("^tide", letter)))


@pytest.mark.parametrize(
    ("language", "spellings"),
    [
        ("ar", ["اقرأ أيضا", "اقرأ أيضاً", "إقرأ ايضًا", "اقـرأ أيضا"]),
        ("hi", ["ये भी पढ़ें", "ये भी प\u095dें", "ये भी पढें"]),
        ("ru", ["Показать ещё", "Показать еще"]),
        ("zh", ["相关阅读：渡轮", "相關閱讀:渡輪", "【相关阅读】渡轮", "相关阅读｜渡轮"]),
    ],
)
def test_one_phrase_is_known_in_all_its_spellings(language, spellings):
    marks = [[m.label for m in rulebook().view(language).marks(line) if m.certain] for line in spellings]
    assert [bool(labels) for labels in marks] == [True] * len(spellings)


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


@cache
def alphabet_of(patterns):
    """Make an alphabet once: patterns are compiled for each anew."""
    return Alphabet(patterns)


def sheet_of(lines, patterns, sizes=None):
    return Sheet(lines, written(lines, alphabet_of(tuple(patterns))), sizes or [1] * len(lines))


@pytest.mark.parametrize(
    "language",
    [*"any en de fr es pt it nl pl tr el he hi zh ar ru ja".split(), pytest.param(None, marks=pytest.mark.slow)],
)
def test_a_sheet_of_lines_finds_what_lines_one_by_one_find(language):
    """Also what a rule matches across the ends of lines, which no line alone has."""
    lines = sorted(dict.fromkeys(map(fold, corpus_lines()[::29])), key=count_words)
    sizes = [count_words(line) for line in lines]
    sheet = sheet_of(lines, [rule.pattern for rule in rulebook().view(language).rules], sizes)
    for rule in (rule for pack in rulebook().packs if language in {pack.language, None} for rule in pack.rules):
        alone = compile_pattern(rule.pattern)
        found = [(i, m.span()) for i, line in enumerate(lines) if (m := alone.search(line))]
        assert sorted((f.at, (f.start, f.end)) for f in sheet.search(rule.pattern)) == found
        few = {f.at for f in sheet.search(rule.pattern, most_words=9)}
        assert few == {i for i, _ in found if sizes[i] <= 9}


@pytest.mark.parametrize("pattern", [r"\Aone", r"one\z", r"(?-m:^one$)", "^one$", "one", r"[^x]+one", r"two\W+three"])
def test_a_pattern_may_ask_for_the_ends_of_its_line(pattern):
    lines = ["one", "two", "three", "one two", "x", "", "two three", "two"]
    alone = [i for i, line in enumerate(lines) if re2.search(pattern, line)]
    sheet = sheet_of(lines, [pattern])
    assert sorted(found.at for found in sheet.search(pattern)) == alone


@pytest.mark.parametrize(
    ("pattern", "line", "value"),
    [
        (r"^Von (?P<name>\p{Lu}\p{L}+)$", "Von Łukáš", "Łukáš"),
        (r"(?i)^è (?P<name>.+)$", "È così", "così"),
        (r"(?i:é)t(?P<name>É)é", "ÉtÉé", "É"),
        (r"(?i)^(?-i:É)(?P<name>é)$", "ÉÉ", "É"),
        (r"^(?P<name>\Qa.b\E)$", "a.b", "a.b"),
        (r"^[^\p{L}]+(?P<name>ж+)$", "→ жж", "жж"),
        (r"^(?P<name>東京)(?: 通信)?$", "東京 通信", "東京"),
        (r"^(?P<name>[\x{2014}—]) \W\S", "— ☂☂", "—"),
        (r"^k(?P<name>s)$", "\u212a\u017f", None),
        (r"(?i)^k(?P<name>s)$", "\u212a\u017f", "\u017f"),
        (r"(?i)^(?P<name>μ+)$", "µμΜ", "µμΜ"),
    ],
)
def test_a_pattern_reads_letters_of_all_scripts(pattern, line, value):
    """Lines of one byte a character are matched by another form of it, and offsets count characters."""
    found = list(sheet_of(["", line], [pattern]).search(pattern))
    assert [(f.at, f.value) for f in found] == ([] if value is None else [(1, value)])
    for f in found:
        assert (f.start, f.end) == compile_pattern(pattern).search(line).span()


SCRIPTS = st.text(
    st.one_of(
        st.sampled_from(" .,:;|/·•–—→«»“”„’'()[]©®€ºªßœŒšŸÿµμſ\u212a\u0081\u00a0\u200b\ufffd"),
        st.characters(max_codepoint=0x24F, exclude_characters="\n\r"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_byte_a_character_reads_as_utf8(data):
    """Examples of rules with characters of any script put into them, against all rules of a language."""
    language = data.draw(st.sampled_from(["en", "de", "ru", "zh"]))
    rules = rulebook().view(language).rules
    examples = st.sampled_from([example for rule in rules for example in rule.hits])
    lines = [fold(a + b + c) for a, b, c in data.draw(st.lists(st.tuples(SCRIPTS, examples, SCRIPTS), max_size=6))]
    sheet = sheet_of(lines, [rule.pattern for rule in rules])
    for rule in rules:
        found = {f.at: ((f.start, f.end), f.value) for f in sheet.search(rule.pattern)}
        alone = by_line(rule.pattern)
        for at, line in enumerate(lines):
            raw = line.encode()
            spans = alone.spans(raw, 0, len(raw))
            assert (at in found) is (spans[0][0] >= 0), (rule.id, line)
            if at in found:
                (start, end), (first, last) = spans[0], alone.value(spans)
                place = len(raw[:start].decode()), len(raw[:end].decode())
                assert found[at] == (place, raw[first:last].decode()), (rule.id, line)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_atom_stands_for_the_same_characters_in_one_byte(language):
    patterns = [rule.pattern for rule in rulebook().view(language).rules]
    atoms = {atom for pattern in patterns for atom in atoms_of(pattern)}
    alphabet = Alphabet(patterns)
    assert len(atoms) > 150
    for atom in atoms:
        alone = re2.compile(f"(?s{'i' if atom.folded else ''}:{atom.text})")
        wanted = {b for b, char in enumerate(alphabet.characters) if char != NOTHING and alone.fullmatch(char)}
        assert alphabet.bytes_of(atom) == wanted


@pytest.mark.parametrize(
    ("language", "text", "written"),
    [
        ("en", "Łukáš Þór Đorđe: çok güzel ☂ 東京 Прощай", True),
        ("en", "Read more → the ferry", True),
        ("en", "\u212a, the sign of kelvin, is a k", False),
        ("ru", "Читайте также: «Паром встал», Ёж и ъ", True),
        ("ar", "اقرأ أيضا: العبارة", True),
        ("zh", "相关阅读：渡轮停航", False),
    ],
)
def test_nearly_every_line_has_one_byte_a_character(language, text, written):
    """Else the law above compares UTF-8 with itself. Chinese rules name more characters than there are bytes."""
    alphabet = Alphabet([rule.pattern for rule in rulebook().view(language).rules])
    assert (alphabet.write(fold(text)) is not None) is written


@pytest.mark.parametrize("line", ["▶ Watch", "Ωmega and Δelta", "Прощай, Łukáš", "𝕏 and ① and ٣", "the ﬁrst ẞ"])
def test_a_character_of_another_script_sends_no_western_line_to_utf8(line):
    shared = rulebook()._shared_alphabet
    forms = [form.lines[0] for form in written([fold(line)], shared)]
    assert forms[-1] is not None


def test_each_character_that_western_rules_name_has_a_byte():
    """One without costs 80 ms of the first page that holds it: all patterns are compiled for UTF-8."""
    shared = rulebook()._shared_alphabet
    assert [char for char in sorted(shared._named) if shared.write(char) is None] == []


def test_a_pattern_too_large_for_utf8_is_refused_with_its_rule(tmp_path):
    large = RULE.replace("'^tide club'", r"'^(?:" + r"\p{L}\PN" * 10 + r"){900}'")
    with pytest.raises(RulePackError, match=r"harrow\.toml: rule promo\.harrow: field match: .*large"):
        load_packs(pack_folder(tmp_path, large))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=12), st.sampled_from(["en", "ja"]))
def test_lines_read_together_are_read_as_alone(lines, language):
    rules = rulebook().view(language).rules
    alphabets = [alphabet_of(tuple(rule.pattern for rule in rules))] * len(rules)
    together, alone = (View(rules, alphabets) for _ in range(2))
    together.read(lines)
    assert [together.marks(line) for line in lines] == [alone.marks(line) for line in lines]


def test_a_view_forgets_what_it_read_long_ago_but_not_the_page_at_hand(monkeypatch):
    monkeypatch.setattr(book, "REMEMBERED", 100)
    view = View(rulebook().view("en").rules)
    for number in range(50):
        page = [f"Read more about the ferry, part {number}", "Share this", "x" * 60]
        view.read(page)
        assert set(view._known) >= set(page)
    assert sum(map(len, view._known)) < 300


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        (None, {"any", "ar", "de", "el", "en", "es", "fr", "he", "hi", "it", "ja", "nl", "pl", "pt", "ru", "tr", "zh"}),
        (["Ferry", "12"], {"any", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "tr"}),
        (["Ferry", "Паром"], {"any", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"}),
        (["渡船"], {"any", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr", "zh"}),
        (["フェリー"], {"any", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr"}),
    ],
)
def test_a_page_of_unknown_language_is_in_none_of_whose_letters_it_has_none(texts, languages):
    chosen = {rule.id for rule in rulebook().view(None, texts=texts).rules}
    assert {pack.language for pack in rulebook().packs if chosen & {rule.id for rule in pack.rules}} == languages


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
