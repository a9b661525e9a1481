"""Signals of quality: by hand, by law, and beside the same count done the slow way."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warehouse_samples import cleaned, outcome, read, running, staged

from cleaner.contacts import emails, phones
from cleaner.quality import DUPLICATE_NGRAMS, TOP_NGRAMS, count_sentences, measure, split_words

PROSE = (
    "The ferry left the quay at noon with forty people on board. It came back at two, and the harbour master said that"
    " nobody was hurt.\n\nMrs. Tolland of the lifeboat station told us she had seen worse. \u201cWe have had a quiet year.\u201d"
    "\n\nThe service will be closed on Monday, the council said, to mend the ramp and to look at the engine."
)


def test_prose_passes_by_every_signal() -> None:
    found = measure(PROSE)
    assert (found.wording.words, found.wording.sentences, found.lines.lines) == (64, 5, 3)
    assert found.wording.stop_words == 8
    assert found.wording.mean_word_length == pytest.approx(249 / 64, abs=0.0001)
    assert (found.wording.alphabetic_words, found.lines.terminal_lines, found.lines.c4_lines) == (1.0, 1.0, 1.0)
    assert found.repetition.duplicate_lines == 0
    assert set(found.repetition.duplicate_ngrams) == {0.0}
    assert (found.signs.emails, found.signs.phones, found.signs.mojibake) == (0, 0, 0)
    assert found.signs.language_confidence is not None
    assert found.signs.language_confidence > 0.9


@pytest.mark.parametrize(
    ("text", "part", "signal", "value"),
    [
        ("", "wording", "words", 0),
        ("", "lines", "terminal_lines", 0.0),
        ("# # one two", "wording", "hash_ratio", 1.0),
        ("Well... so it goes… on", "wording", "ellipsis_ratio", 0.4),
        ("one 2 - 4", "wording", "alphabetic_words", 0.25),
        ("The cat, to be sure, and THE dog", "wording", "stop_words", 4),
        ("- one\n\n• two\n\nthree", "lines", "bullet_lines", 0.6667),
        ("one…\n\ntwo...\n\nthree\n\nfour", "lines", "ellipsis_lines", 0.5),
        ('A line.\n\nB line?\n\nC "line"\n\n»D line.«\n\nE line\n\nF line...', "lines", "terminal_lines", 0.6667),
        ("港が開いた。\n\nझील भर गई।\n\nهل عاد؟", "lines", "terminal_lines", 1.0),
        ("x" * 30 + "\n\n" + "x" * 31, "lines", "short_lines", 0.5),
        ("Two words.\n\nNow three words.\n\nIt needs JavaScript now.\n\nRead our privacy policy now.", "lines", "c4_lines", 0.25),
        ("It needs JavaScript now.", "lines", "javascript_lines", 1),
        ("This site uses cookies.", "lines", "policy_lines", 1),
        ("if (x) { return; }", "lines", "curly_brackets", 2),
        ("Lorem ipsum dolor.", "lines", "lorem_ipsum", True),
        ("same\n\nsame\n\nother\n\nsame", "repetition", "duplicate_lines", 0.5),
        ("same\n\nsame\n\nother\n\nsame", "repetition", "duplicate_line_characters", 0.4706),
        ("verse\nverse\n\nother", "repetition", "duplicate_lines", 0.3333),
        ("verse\nverse\n\nother", "repetition", "duplicate_paragraphs", 0.0),
        ("Menge von fünf langen Wörtern hier. Noch einer.", "wording", "lix", 16.5),
        ("CafÃ© am See, sagte sie â€“ und ging.", "signs", "mojibake", 2),
        ("lost \ufffd\ufffd here", "signs", "mojibake", 2),
        ("Café am See – «und» ging’s.", "signs", "mojibake", 0),
        ("Write to a@b.example.\n\nOr not.\n\nc.d+e@f-g.example, h@i.example", "signs", "emails", 3),
        ("Write to a@b.example.\n\nOr not.\n\nc.d+e@f-g.example, h@i.example", "signs", "email_paragraphs", (1, 3)),
    ],
)  # fmt: skip
def test_a_signal_has_its_definition(text: str, part: str, signal: str, value: object) -> None:
    assert getattr(getattr(measure(text), part), signal) == value


@pytest.mark.parametrize(
    ("text", "words", "unspaced"),
    [
        ("Don't stop, state-of-the-art!", ["Don't", "stop", "state-of-the-art"], False),
        ("— “Quoted” words …", ["Quoted", "words"], False),
        ("港は閉じた", ["港は", "閉じ"], True),
        ("ท่าเรือปิดแล้ว", ["ท่าเ", "รือป", "ิดแล", "้ว"], True),
        ("The word 港 in it stands alone", ["The", "word", "港", "in", "it", "stands", "alone"], False),
    ],
)
def test_words_of_every_script(text: str, words: list[str], unspaced: bool) -> None:
    assert split_words(text) == (words, unspaced)


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("One. Two! Three?", 3),
        ("Mr. Bo Li met A. Ruiz on 3. March.", 1),
        ("港が開いた。船が出た。", 2),
        ("no end", 1),
    ],
)
def test_sentences(line: str, sentences: int) -> None:
    assert count_sentences(line) == sentences


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("Call 020 7946 0018 or +44 20 7946 0018.", "en", 2),
        ("Call (212) 555-2368 now.", "en", 1),
        ("Unter 030 901820 erreichbar.", "de", 1),
        ("It cost 1,250,000 pounds in 2024, of which 2023-2024 brought 300.000.", "en", 0),
        ("ISBN 978-3-16-148410-0 and 2026-03-01 12:30", "en", 0),
        ("+49 30 901820", None, 1),
        ("030 901820", None, 0),
    ],
)
def test_telephone_numbers(text: str, language: str | None, number: int) -> None:
    assert phones([text, "none"], language) == [number, 0]


def test_addresses_of_no_mailbox_are_none() -> None:
    assert emails("@harbour on a@b and 3@ 5 pounds, x@y.1") == 0


# --- the same count, the slow and published way


def top(words: list[str], n: int) -> int:
    runs = Counter(" ".join(words[place : place + n]) for place in range(len(words) - n + 1))
    return max(len(run) * count for run, count in runs.most_common(1)) if runs else 0


def repeated(words: list[str], n: int) -> int:
    seen, characters, place = set(), 0, 0
    while place <= len(words) - n:
        run = tuple(words[place : place + n])
        if run in seen:
            characters += sum(map(len, run))
            place += n
        else:
            seen.add(run)
            place += 1
    return characters


@given(st.lists(st.sampled_from(["a", "bb", "ccc", "dddd"]), max_size=80))
def test_runs_of_words_are_counted_as_published(words: list[str]) -> None:
    text = " ".join(words)
    found = measure(text).repetition
    assert found.top_ngrams == tuple(round(top(words, n) / max(1, len(text)), 4) for n in TOP_NGRAMS)
    assert found.duplicate_ngrams == tuple(round(repeated(words, n) / max(1, len(text)), 4) for n in DUPLICATE_NGRAMS)


@given(st.text())
def test_any_text_can_be_measured_and_shares_are_shares(text: str) -> None:
    found = measure(text)
    shares = [
        *(found.lines.bullet_lines, found.lines.terminal_lines, found.lines.short_lines, found.lines.c4_lines),
        *(found.wording.alphabetic_words, found.repetition.duplicate_lines, found.repetition.duplicate_line_characters),
        *found.repetition.duplicate_ngrams,
    ]
    assert all(0 <= share <= 1 for share in shares)
    assert measure(text) == found


# --- in the warehouse


def test_an_article_has_its_row_and_a_measured_one_is_not_measured_again(tmp_path, monkeypatch) -> None:
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, [cleaned("ferry", PROSE.split("\n\n"), ["Call a@b.example."])])], [], [])
        opened.finish_run("run-1", outcome("failed"))
        monkeypatch.setattr("cleaner.store.quality_rows.measure", None)
        current = opened.publish()
    assert read(current, "SELECT words, emails, email_paragraphs FROM article_quality ORDER BY words DESC") == [
        (64, 0, []),
        (2, 1, [1]),
    ]
    assert read(current, "SELECT count(*) FROM articles ANTI JOIN article_quality USING (article_id, page_id)") == [
        (0,)
    ]
    passes = "SELECT c.passes, g.passes, f.passes FROM quality_c4 AS c JOIN quality_gopher AS g USING (article_id)"
    passes += (
        " JOIN quality_fineweb AS f USING (article_id) JOIN article_quality AS q USING (article_id) ORDER BY words DESC"
    )
    assert read(current, passes) == [(True, True, True), (False, False, False)]
    assert read(current, "SELECT flags FROM articles_flagged WHERE words = 2") == [
        (["language unsure", "c4", "gopher", "fineweb", "e-mail address"],)
    ]


def test_articles_of_another_definition_are_measured_at_publication(tmp_path) -> None:
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, [cleaned("ferry", PROSE.split("\n\n"), ["Old and sold."])])], [], [])
        fresh = opened._rows("FROM article_quality ORDER BY article_id")
        opened._execute("UPDATE article_quality SET definition = 0, words = 9 WHERE words = 64")
        opened._execute("DELETE FROM article_quality WHERE words = 3")
        current = opened.publish()
        assert opened._rows("FROM article_quality ORDER BY article_id") == fresh
    assert read(current, "SELECT words FROM article_quality ORDER BY words") == [(3,), (64,)]


def test_a_page_whose_text_is_broken_is_suspicious(tmp_path) -> None:
    rows = [f"Line {number} of it." for number in range(6)]
    repeat = ["The same line stands here again and again for ever." for _ in range(9)]
    pages = [
        cleaned("broken", ["CafÃ© am See, sagte sie â€“ und ging."]),
        cleaned("list", rows),
        cleaned("repeat", repeat),
    ]
    with running(tmp_path) as opened:
        opened.load([staged(tmp_path, pages)], [], [])
        opened.finish_run("run-1", outcome("failed"))
        current = opened.publish()
    said = dict(read(current, "SELECT source, why FROM suspicious_pages"))
    assert "broken characters" in said["broken"]
    assert "a text of short lines" in said["list"]
    assert "a text repeats itself" in said["repeat"]


def test_half_a_character_is_no_error():
    assert measure("The harbour wall held through the night.\ud800").signs.language_confidence
