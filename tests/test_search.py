"""Full text: words as they are compared, the query language, and the index that follows the warehouse."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import replace

import pytest
import shipped_corpus as corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner
from warehouse_samples import BODIES, article, cleaned, page, read, running, sample, staged, start

from cleaner.cli import app
from cleaner.errors import ConfigurationError, DiskError
from cleaner.search.folding import composed, indexed, runs
from cleaner.search.places import passage
from cleaner.search.query import MOST_TERMS, QueryError, parse, terms
from cleaner.store import search as searching
from cleaner.store import search_index
from cleaner.store.search import Asked, match_expression, search
from cleaner.store.versions import list_versions

TEXTS = {
    "english": "The café's naïve owner said: don't move the Straße-sign.",
    "chinese": "港口的墙壁在夜里守住了。市长说AI技術会帮忙。",
    "japanese": "東京タワーの灯りが消えた。がんばれと市長は言った。",
    "arabic": "أَعْلَنَتِ الحكومة فتح المدرسة في القاهرة",
    "hindi": "मुंबई में बारिश से सड़कें डूब गईं",
    "russian": "Ёлку в Санкт-Петербурге зажгут мой друг и мои соседи",
    "thai": "กรุงเทพมหานครประกาศวันหยุด",
    "korean": "서울에서 눈이 내렸다",
}


# --- words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Déjà-vu, l’ÉCOLE", "deja vu l ecole"),
        ("STRASSE Straße ﬁne Æon Łódź", "strasse strasse fine aeon lodz"),
        ("Ёлка мой МОИ", "елка мой мои"),
        ("مُحَمَّد أحمد مدرسة", "محمد احمد مدرسه"),
        ("हिन्दी समाचार", "हिन्दी समाचार"),
        ("港口的墙", "港口 口的 的墙 墙"),
        ("AI技術が", "ai 技術 術が が"),
        ("ＡＢ１２ ½", "ab12 1 2"),
        ("soft\u00adware zero\u200bwidth e\u0301te\u0301", "software zero width ete"),
        ("snake_case a\0b …", "snake case a b"),
    ],
)
def test_words_are_compared_without_case_accents_and_signs(text, tokens):
    assert [token for run in runs(composed(text)) for token, *_ in run.tokens()] == tokens.split()


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters=""), max_size=40)
    | st.text("aé ß港口ののがﾞกำ_-\0'½ﬁ", max_size=30)
)
def test_the_index_cuts_a_text_as_the_query_is_cut(text):
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = 'ascii')")
        index.execute("CREATE VIRTUAL TABLE found USING fts5vocab (words, instance)")
        index.execute("INSERT INTO words (rowid, text) VALUES (1, ?)", [indexed(text)])
        told = [term for (term,) in index.execute("SELECT term FROM found ORDER BY offset")]
    assert told == [token for run in runs(composed(text)) for token, *_ in run.tokens()]


# --- the query language


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("harbour wall", '("harbour" AND "wall")'),
        ("harbour AND wall", '("harbour" AND "wall")'),
        ('"Harbour Wall"', '"harbour wall"'),
        ("“harbour wall” „mill”", '("harbour wall" AND "mill")'),
        ("harb*", '"harb" *'),
        ('title:"old mi"*', 'title : "old mi" *'),
        ("a b OR c", '(("a" AND "b") OR "c")'),
        ("(a OR b) c", '(("a" OR "b") AND "c")'),
        ("a -b NOT (c OR d)", '(("a") NOT ("b" OR ("c" OR "d")))'),
        ("don't", '"don t"'),
        ("Tide – harbour & mill", '("tide" AND "harbour" AND "mill")'),
        ("and or not", '("and" AND "or" AND "not")'),
        ("12:30 https://tide.example/x", '("12 30" AND "https tide example x")'),
        ("港口", '"港口"'),
        ("港", '"港" *'),
        ("港口的墙*", '"港口 口的 的墙"'),
        ("港口 AI技術", '("港口" AND "ai 技術")'),
    ],
)
def test_queries_are_read(query, expression):
    assert match_expression(parse(query)) == expression


@pytest.mark.parametrize(
    ("query", "told", "at"),
    [
        ("", "no word", 0),
        ("– &", "no word", 0),
        ("()", "no word", 0),
        ("harbour OR", "OR needs a word on either side", 8),
        ("OR harbour", "OR needs", 0),
        ("a OR OR b", "OR needs", 2),
        ("AND a", "AND needs", 0),
        ("a AND", "AND needs", 2),
        ("a (b AND) c", "AND needs", 5),
        ("a NOT", "NOT needs", 2),
        ("a NOT NOT b", "NOT needs", 2),
        ("NOT a", "NOT alone finds nothing", 0),
        ("a OR -b", "NOT alone finds nothing", 5),
        ("(a", "never closed", 0),
        ("a (b OR (c)", "never closed", 2),
        ("a)", "closes none", 1),
        ('a "b c', "quotation mark is never closed", 2),
        ("*bour", "only at the end", 0),
        ("har*our", "only at the end", 3),
        ("a *", "beginning of a word", 2),
        ("titel:mill", "none of the fields title, dek, text", 0),
        ("title:(a b)", "word or a phrase is missing", 0),
        ("(" * 30 + "a" + ")" * 30, "deep", 20),
        ("a " * (MOST_TERMS + 1), "more than", 2 * MOST_TERMS + 1),
    ],
)
def test_a_query_that_cannot_be_read_is_shown_with_the_place_and_a_mend(query, told, at):
    with pytest.raises(QueryError, match=re.escape(told)) as caught:
        parse(query)
    _, line, mark, mend = str(caught.value).split("\n")
    assert line.removeprefix("    ") == composed(query)
    assert mark == " " * (4 + at) + "^"
    assert list(terms(parse(mend.removeprefix("  such as: "))))


@settings(max_examples=300, deadline=None)
@given(st.text('ab港é"“”()*-: ANDORNOT', max_size=25) | st.text(max_size=15))
def test_every_query_is_read_by_the_index_too_or_refused(query):
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute("CREATE VIRTUAL TABLE words USING fts5 (title, dek, text, content = '', tokenize = 'ascii')")
        try:
            parsed = parse(query)
        except QueryError:
            return
        index.execute("SELECT rowid FROM words WHERE words MATCH ?", [match_expression(parsed)]).fetchall()


# --- passages


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("The harbour  wall\n\nheld. Harbours", "harbour wal*", ["harbour", "wall"]),
        ("Die Straße, die STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("港口的墙壁在夜里", "墙壁在 港", ["港", "墙壁在"]),
        ("old mill, old mills", '"old mill"*', ["old mill", "old mills"]),
        ("e\u0301te\u0301 a\u200bb", "été", ["été"]),
        ("nothing here", "mill", []),
    ],
)
def test_hits_are_marked_where_they_stand(text, query, marked):
    shown = passage(text, terms(parse(query)))
    assert [shown.text[first:end] for first, end in shown.hits] == marked


def test_the_passage_with_most_words_is_shown():
    text = (
        "The harbour slept. "
        + "Nothing came of it for days. " * 30
        + "The mill by the harbour burnt."
        + " It rained." * 40
    )
    shown = passage(text, terms(parse("harbour mill")))
    assert shown.text.startswith("… ")
    assert shown.text.endswith(" …")
    assert "mill by the harbour" in shown.text
    assert len(shown.text) < 260


# --- the index and the warehouse


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Publish the sample, and a page of each script."""
    made = tmp_path_factory.mktemp("search")
    pages = [
        cleaned(name, [text], articles=(article(name, 1, [text], title=name, language=name[:2]),))
        for name, text in TEXTS.items()
    ]
    with running(made) as opened:
        opened.load([staged(made, [*sample(), *pages])], [], [])
        opened.publish()
    return made


@pytest.fixture
def folder(published, tmp_path):
    """Copy what is published: a test may harm it."""
    return shutil.copytree(published, tmp_path / "warehouse")


def titles(folder, query, **options):
    return [hit.title for hit in search(folder, Asked(parse(query), **options)).hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cafe naive strasse", "english"),
        ("don't", "english"),
        ("港口", "chinese"),
        ("墙壁在夜里", "chinese"),
        ("技術会", "chinese"),
        ("タワー", "japanese"),
        ("東京タワー 市長", "japanese"),
        ("灯", "japanese"),
        ("اعلنت", "arabic"),
        ("مدرسة", None),  # the text has it with the article: another word
        ("المدرسه", "arabic"),
        ("बारिश", "hindi"),
        ("सड़कें डूब", "hindi"),
        ("елку", "russian"),
        ("мой", "russian"),
        ("санкт-петербурге", "russian"),
        ("มหานคร", "thai"),
        ("서울*", "korean"),
        ("口墙", None),
        ("टिश", None),
    ],
)
def test_every_script_is_found(published, query, found):
    assert titles(published, query) == ([found] if found else [])


def test_a_word_in_the_title_counts_more(tmp_path):
    pages = [
        cleaned(
            "body",
            ["The lantern lantern burned."],
            articles=(article("body", 1, ["The lantern lantern burned."], title="Quay"),),
        ),
        cleaned("head", ["Nothing else."], articles=(article("head", 1, ["Nothing else."], title="A lantern"),)),
    ]
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, pages)], [], [])
        opened.publish()
    assert titles(tmp_path, "lantern") == ["A lantern", "Quay"]
    assert titles(tmp_path, "text:lantern") == ["Quay"]


def test_filters(tmp_path):
    def dated(name, day, **changes):
        return cleaned(
            name,
            [f"The ferry {name} sailed."],
            articles=(article(name, 1, [f"The ferry {name} sailed."], title=name, published_at=day, **changes),),
        )

    pages = [
        dated("early", "2026-03-01"),
        dated("late", "2026-03-09T23:30:00-05:00", authors=("Zoë Möller",)),
        dated("undated", None, language="de", site="Velo & Vale"),
    ]
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, pages)], [], [])
        opened.publish()
    asked = {
        "since": titles(tmp_path, "ferry", since="2026-03-02"),
        "until": titles(tmp_path, "ferry", until="2026-03-09"),
        "language": titles(tmp_path, "ferry", language="DE"),
        "author": titles(tmp_path, "ferry", author="moller"),
        "site": titles(tmp_path, "ferry", site="velo & vale"),
        "host": titles(tmp_path, "ferry", site="www.tide.example"),
        "quoted": titles(tmp_path, "ferry", site="O'Hara\udc80"),
        "limit": titles(tmp_path, "ferry", limit=1),
    }
    assert {name: sorted(found) for name, found in asked.items()} == {
        "since": ["late"], "until": ["early", "late"], "language": ["undated"], "author": ["late"], "site": ["undated"],
        "host": ["early", "late", "undated"], "quoted": [], "limit": ["late"],
    }  # fmt: skip
    assert search(tmp_path, Asked(parse("ferry"), limit=1)).total == 3


def test_a_story_is_found_once_also_where_only_a_copy_has_the_word(tmp_path):
    body = "The ferry left at noon with forty people and a goat on board, and came back at six with neither of its anchors."
    pages = [
        cleaned("first", [body], articles=(article("first", 1, [body], published_at="2026-03-01"),)),
        cleaned("again", [body], articles=(article("again", 1, [body], published_at="2026-03-02"),)),
        cleaned(
            "edited",
            [body + " Zounds."],
            articles=(article("edited", 1, [body + " Zounds."], published_at="2026-03-03"),),
        ),
    ]
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, pages)], [], [])
        opened.publish()
    found = search(tmp_path, Asked(parse("ferry")))
    assert [(hit.published, hit.copies) for hit in found.hits] == [("2026-03-01", 3)]
    assert [hit.published for hit in search(tmp_path, Asked(parse("zounds"))).hits] == ["2026-03-03"]
    assert search(tmp_path, Asked(parse("ferry"), every=True)).total == 3


def index_files(folder):
    return sorted((folder / "versions").glob("*.search"))


def test_a_missing_or_damaged_index_is_made_anew(folder):
    (index,) = index_files(folder)
    for harm in ("gone", "damaged", "empty"):
        index.unlink()
        if harm != "gone":
            index.write_bytes(os.urandom(4096) if harm == "damaged" else b"")
        answer = search(folder, Asked(parse("quay")))
        assert (answer.total, answer.made_index) == (1, True)
        assert index_files(folder) == [index]
    assert not search(folder, Asked(parse("harbour"))).made_index


def test_an_index_is_made_for_one_search_where_none_can_be_kept(folder, monkeypatch):
    (index,) = index_files(folder)
    index.unlink()
    whole = search_index.write_index

    def refuse(reader, target, earlier=None):
        if folder in target.parents:
            raise DiskError("read-only")
        whole(reader, target, earlier)

    monkeypatch.setattr(searching, "write_index", refuse)
    assert titles(folder, "港口") == ["chinese"]
    assert index_files(folder) == []


def test_the_index_can_be_switched_off(tmp_path):
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, sample())], [], [])
        opened.publish(search_index=False)
    assert index_files(tmp_path) == []
    assert search(tmp_path, Asked(parse("mill"))).total == 1


def test_an_sqlite_without_full_text_publishes_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(search_index, "has_engine", lambda: False)
    monkeypatch.setattr(searching, "has_engine", lambda: False)
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, sample())], [], [])
        opened.publish()
    with pytest.raises(ConfigurationError, match="FTS5"):
        search(tmp_path, Asked(parse("mill")))


def test_nothing_is_published_where_the_index_cannot_be_written(tmp_path, monkeypatch):
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, sample()[:1])], [], [])
        opened.publish()
        opened.load([staged(tmp_path, sample()[1:3], name="1")], [], [])
        with monkeypatch.context() as patched:
            patched.setattr(
                search_index, "_SHAPE", "PRAGMA max_page_count = 1; CREATE TABLE a (b); CREATE TABLE c (d);"
            )
            with pytest.raises(DiskError, match="full"):
                opened.publish()
        assert len(list_versions(tmp_path)) == 1
        assert titles(tmp_path, "quay") == ["Harbour news 1"]
        opened.publish()
    assert len(index_files(tmp_path)) == 2
    assert list(tmp_path.glob("*.search*")) == []


def test_what_a_kill_left_of_an_index_is_cleared_away(tmp_path):
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, sample()[:1])], [], [])
        opened.publish()
        left = (
            tmp_path / ".next.x.search.1.part",
            tmp_path / "next.x.search",
            tmp_path / "versions" / ".v.x.search.1.part",
        )
        for file in left:
            file.write_bytes(b"half")
        opened.load([staged(tmp_path, sample()[1:3], name="1")], [], [])
        opened.publish()
    assert [file for file in left if file.exists()] == []
    assert len(index_files(tmp_path)) == 2


def test_the_index_goes_back_with_the_publication_and_away_with_it(tmp_path):
    with running(tmp_path) as opened:
        for number, result in enumerate(sample()[:3]):
            opened.load([staged(tmp_path, [result], name=str(number))], [], [])
            opened.publish(keep_versions=2)
        assert len(index_files(tmp_path)) == 2
        assert search(tmp_path, Asked(parse("mill"), every=True)).total == 3
        opened.roll_back(list_versions(tmp_path)[-1].name)
        answer = search(tmp_path, Asked(parse("mill"), every=True))
        assert (answer.total, answer.made_index) == (2, False)


def test_a_run_without_news_keeps_the_index(folder):
    (index,) = index_files(folder)
    with running(folder) as opened:
        opened.begin_run(start("run-2"))
        opened.publish()
    assert [file.stat().st_ino for file in index_files(folder)] == [index.stat().st_ino] * 2


def test_what_is_replaced_leaves_the_index_to_the_last_byte(tmp_path):
    many = [cleaned(f"page-{n}", [f"Common words number{n} stand here."]) for n in range(20)]
    secret = cleaned("secret", ["The xylophonist quux was named."])
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, [*many, secret])], [], [])
        opened.publish(keep_versions=1)
        assert b"xylophonist" in index_files(tmp_path)[0].read_bytes()
        replaced = cleaned("secret", ["The player was not named."])
        opened.load([staged(tmp_path, [replaced], name="1")], [], [])
        opened.publish(keep_versions=1)
    assert b"xylophonist" not in index_files(tmp_path)[0].read_bytes()
    assert search(tmp_path, Asked(parse("number7"))).total == 1


WORDS = ["oyster", "mill", "éclair", "港口", "мой", "wall"]
loads = st.lists(
    st.dictionaries(st.integers(0, 5), st.lists(st.sampled_from(WORDS), max_size=4), min_size=1, max_size=4),
    min_size=2,
    max_size=3,
)


@settings(max_examples=4, deadline=None)
@given(loads, st.booleans())
def test_after_any_loads_the_index_finds_what_a_scan_finds(tmp_path_factory, rounds, always_updated):
    """Pages come, are replaced and lose their article; the index is changed, or made anew."""
    folder = tmp_path_factory.mktemp("loads")
    texts = {}
    with pytest.MonkeyPatch.context() as patched, running(folder) as opened:
        patched.setattr(search_index, "_AFRESH_ABOVE", 1e9 if always_updated else 0.3)
        for number, changed in enumerate(rounds):
            texts |= {name: " ".join(words) for name, words in changed.items()}
            pages = [cleaned(str(n), [texts[n]]) if texts[n] else cleaned(str(n), articles=()) for n in changed]
            opened.load([staged(folder, pages, name=str(number))], [], [])
            opened.publish(keep_versions=2)
            for word in WORDS:
                answer = search(folder, Asked(parse(f"text:{word}"), every=True, limit=100))
                assert {hit.text for hit in answer.hits} == {text for text in texts.values() if word in text.split()}
                assert not answer.made_index


def scanned(text):
    """Cut a text into words without the code that is tested: plain words without accents, and pairs of Han characters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    pairs = {run[place : place + 2] for run in re.findall("[\u4e00-\u9fff]+", text) for place in range(len(run) - 1)}
    return pairs | {word for word in re.findall(r"[^\W_]+", bare) if word.isascii()}


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_the_demo_corpus_is_found_word_by_word(tmp_path, step):
    """Load it by halves, then a third of the pages with other headlines; look every 30th word up."""
    pages = [corpus.cleaned(name) for name in list(corpus.pages())[::step]]
    half = len(pages) // 2
    renamed = [
        replace(page, articles=tuple(replace(a, title=f"Corrected: {a.title}") for a in page.articles))
        for page in pages[::3]
    ]
    with running(tmp_path) as opened:
        for number, some in enumerate((pages[:half], pages[half:], renamed)):
            opened.load([staged(tmp_path, some, name=str(number))], [], [])
            path = opened.publish()
    words = {}
    for article_id, text in read(path, "SELECT article_id, concat_ws(' | ', title, dek, text) FROM articles"):
        for word in scanned(text):
            words.setdefault(word, set()).add(article_id)
    assert len(words["corrected"]) == sum(len(page.articles) for page in renamed)
    for word in ["corrected", *sorted(words)[::30]]:
        answer = search(tmp_path, Asked(parse(f'"{word}"'), every=True, limit=10_000))
        assert {hit.article_id for hit in answer.hits} == words[word], word


# --- the command


def run(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


def test_the_command_shows_hits_that_can_be_traced(published):
    ran = run("search", "harbour -school", "--warehouse", published)
    assert ran.exit_code == 0, ran.output
    first = ran.stdout.split()[0]
    assert len(first) == 32
    assert "The harbour wall held through the night." in ran.stdout
    assert "Ana Ruiz, Bo Li" in ran.stdout


def test_the_command_writes_json(published):
    ran = run("search", "墙壁", "--json", "--warehouse", published)
    (hit,) = map(json.loads, ran.stdout.splitlines())
    assert hit["title"] == "chinese"
    assert [hit["snippet"][first:end] for first, end in hit["highlights"]] == ["墙壁"]


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["(mill"], 2, "never closed"),
        (["mill", "--since", "yesterday"], 2, "--since yesterday: no day"),
        (["zeppelin"], 0, "nothing found"),
        (["mill", "--limit", "1", "--all"], 0, "1 of 3 hits"),
        (["mill", "--warehouse", "nowhere"], 2, "nothing was published yet"),
    ],
)
def test_the_command_says_what_is_wrong(published, args, code, told):
    ran = run("search", *args, *(() if "--warehouse" in args else ("--warehouse", published)))
    assert (ran.exit_code, told in ran.stderr) == (code, True), ran.stderr


def test_a_publication_between_does_not_disturb_a_search(tmp_path, monkeypatch):
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, sample()[:1])], [], [])
        opened.publish(keep_versions=1)
        whole = searching.find_index
        published = []

        def meanwhile(folder, wanted):
            if not published:
                published.append(wanted)
                opened.load([staged(tmp_path, [cleaned("new", BODIES["mill"], page=page("new"))], name="1")], [], [])
                opened.publish(keep_versions=1)
            return whole(folder, wanted)

        monkeypatch.setattr(searching, "find_index", meanwhile)
        answer = search(tmp_path, Asked(parse("mill"), every=True))
    assert (answer.total, answer.made_index) == (2, False)
