"""Character sets: which one wins, what comes out, and what never happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.decoding import Decoded, decode, is_binary
from cleaner.model import MediaType

TEXT, HTML = MediaType.TEXT, MediaType.HTML

SPANISH = "La alcaldesa anunció la ampliación del muelle. «Será un año difícil», añadió.\r\n¿Y el puente?\n"
POLISH = "Prezydent zapowiedział, że most zostanie zamknięty. Mieszkańcy są oburzeni, bo nie było konsultacji.\n"
RUSSIAN = "Мэр объявил во вторник, что мост будет закрыт на три месяца. Жители возмущены.\n"
JAPANESE = "市長は火曜日、橋を三か月間閉鎖すると発表した。住民は相談がなかったとして怒りの声を上げている。\n"
LATIN = "anunció la ampliación".encode("latin-1")


@pytest.mark.parametrize(
    ("content", "media_type", "declared", "expected"),
    [
        pytest.param(b"plain", TEXT, None, Decoded("plain", "utf-8", "utf-8"), id="ascii"),
        pytest.param(b"", TEXT, None, Decoded("", "utf-8", "utf-8"), id="empty"),
        pytest.param(b"\xef\xbb\xbfplain", TEXT, "latin-1", Decoded("plain", "utf-8", "bom"), id="bom beats declared"),
        pytest.param("\ufeffñ".encode("utf-16-le"), TEXT, None, Decoded("ñ", "utf-16-le", "bom"), id="utf-16-le bom"),
        pytest.param("\ufeffñ".encode("utf-16-be"), TEXT, None, Decoded("ñ", "utf-16-be", "bom"), id="utf-16-be bom"),
        pytest.param("\ufeffñ".encode("utf-32-le"), TEXT, None, Decoded("ñ", "utf-32-le", "bom"), id="utf-32-le bom"),
        pytest.param("año".encode(), HTML, "latin-1", Decoded("año", "utf-8", "utf-8"), id="utf-8 beats declared"),
        pytest.param(
            b'<meta charset="iso-8859-1">a\xc3\xb1o',
            HTML,
            None,
            Decoded('<meta charset="iso-8859-1">año', "utf-8", "utf-8"),
            id="utf-8 beats meta",
        ),
        pytest.param(
            LATIN, TEXT, "ISO-8859-1", Decoded(LATIN.decode("latin-1"), "windows-1252", "declared"), id="alias"
        ),
        pytest.param(b"\x93a\x94", TEXT, " 'latin1' ", Decoded("“a”", "windows-1252", "declared"), id="quotes of 1252"),
        pytest.param(b"\xbf\xe0", TEXT, "koi8-r", Decoded("©Ю", "koi8-r", "declared"), id="declared as such"),
        pytest.param(
            LATIN, TEXT, "utf-8", Decoded(LATIN.decode("latin-1"), "windows-1252", "detected"), id="wrong utf-8"
        ),
        pytest.param(
            LATIN, TEXT, "klingon", Decoded(LATIN.decode("latin-1"), "windows-1252", "detected"), id="no such"
        ),
        pytest.param(LATIN, TEXT, "a\0b", Decoded(LATIN.decode("latin-1"), "windows-1252", "detected"), id="nul label"),
        pytest.param(b"a-b", TEXT, "base64", Decoded("a-b", "utf-8", "utf-8"), id="no character set"),
        pytest.param(rb"\x41", TEXT, "unicode_escape", Decoded(r"\x41", "utf-8", "utf-8"), id="codec, not of the web"),
        pytest.param(
            "ñ".encode("utf-16-le"), TEXT, "utf-16", Decoded("ñ", "windows-1252", "x"), id="utf-16 without nul"
        ),
        pytest.param("año\n".encode("utf-16-le"), TEXT, "UTF-16", Decoded("año\n", "utf-16-le", "declared"), id="16le"),
        pytest.param("año\n".encode("utf-16-be"), TEXT, "utf-16", Decoded("año\n", "utf-16-be", "declared"), id="16be"),
        pytest.param(b"plain\n", TEXT, "utf-16", Decoded("plain\n", "utf-8", "utf-8"), id="utf-16 declared, is ascii"),
        pytest.param(
            b"<meta charset=utf-16><p>a",
            HTML,
            None,
            Decoded("<meta charset=utf-16><p>a", "utf-8", "meta"),
            id="meta 16",
        ),
        pytest.param(
            b"<meta charset='windows-1251'>\xcc\xfd\xf0",
            HTML,
            None,
            Decoded("<meta charset='windows-1251'>Мэр", "windows-1251", "meta"),
            id="meta",
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="Shift_JIS"?>\x8bt',
            HTML,
            None,
            Decoded('<?xml version="1.0" encoding="Shift_JIS"?>逆', "cp932", "meta"),
            id="xml",
        ),
        pytest.param(
            b"<meta charset='koi8-r'>\xcc\xfd\xf0",
            HTML,
            "windows-1251",
            Decoded("<meta charset='koi8-r'>Мэр", "windows-1251", "declared"),
            id="declared beats meta",
        ),
        pytest.param(
            "€ 5\x81".encode("cp1252", "ignore"), TEXT, None, Decoded("€ 5", "windows-1252", "detected"), id="€"
        ),
        pytest.param(
            b"cut off: caf\xc3\xa9 \xe2\x80", TEXT, None, Decoded("cut off: café \ufffd", "utf-8", "utf-8"), id="cut"
        ),
        pytest.param(
            "Æøå ".encode() * 9 + b"\xe6",
            TEXT,
            "latin-1",
            Decoded("Æøå " * 9 + "\ufffd", "utf-8", "utf-8"),
            id="nearly",
        ),
    ],
)
def test_which_one_wins(content: bytes, media_type: MediaType, declared: str | None, expected: Decoded) -> None:
    if expected.how == "x":  # two bytes: any reading is a guess, but there is one
        assert decode(content, media_type, declared) is not None
    else:
        assert decode(content, media_type, declared) == expected


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SPANISH, "cp1252"),
        ("Le maire a annoncé que l’école fermera. « Nous n’avons pas été consultés », dit-elle.", "cp1252"),
        ("Der Bürgermeister kündigte an, die Brücke zu sperren. „Das trifft die Händler“, sagte er.", "cp1252"),
        ("A vereadora não quis comentar a decisão da câmara.", "cp1252"),
        ("“We won’t go,” said Mr Brennan — who paid £400.", "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        ("Starosta oznámil, že most bude uzavřen. Občané jsou rozhořčeni, říká mluvčí.", "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("Ο δήμαρχος ανακοίνωσε την Τρίτη ότι η γέφυρα θα κλείσει για τρεις μήνες.", "cp1253"),
        ("Belediye başkanı köprünün üç ay süreyle kapatılacağını açıkladı. Halk öfkeli.", "cp1254"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("市长周二宣布，大桥将关闭三个月。居民们非常愤怒，因为没有人征求过他们的意见。", "gb18030"),
    ],
)
def test_undeclared_pages_are_guessed(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding), TEXT, None)
    assert found is not None
    assert (found.text, found.how) == (text, "detected")


def test_a_guess_looks_past_a_long_ascii_head() -> None:
    found = decode(b"<script>x()</script>\n" * 20_000 + RUSSIAN.encode("cp1251"), TEXT, None)
    assert found is not None
    assert found.text.endswith(RUSSIAN)


@pytest.mark.parametrize(
    ("content", "declared", "binary"),
    [
        (b"", None, False),
        (b"text\n", None, False),
        (bytes(range(256)) * 4, None, True),
        (b"\0" * 100, None, True),
        (b"abc\0def", None, True),
        (b"A page with one stray NUL stays a page. " * 30 + b"\0", None, False),
        (b"%PDF-1.7 and so on", None, True),
        ("text\n".encode("utf-16"), None, False),
        ("text\n".encode("utf-16-le"), None, True),
        ("text\n".encode("utf-16-le"), "utf-16le", False),
        ("text\n".encode("utf-16-le"), "utf-8", True),
        ("日本語".encode("iso2022_jp"), None, False),
    ],
)
def test_binary(content: bytes, declared: str | None, binary: bool) -> None:
    assert is_binary(content, declared) is binary
    assert (decode(content, TEXT, declared) is None) is binary


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(WORDS, st.sampled_from(["utf-8", None, "latin-1", "utf-16", "shift_jis"]))
def test_utf8_comes_back(text: str, declared: str | None) -> None:
    content = f"é{text}\r\n{text}".encode()
    found = decode(content, HTML, declared)
    assert found == Decoded(content.decode(), "utf-8", "utf-8")


def test_a_page_that_lost_characters_before_it_came_is_plain_utf8() -> None:
    content = "<p>Caf\ufffd Möwe</p>".encode()
    assert decode(content, HTML, None) == Decoded(content.decode(), "utf-8", "utf-8")


@given(WORDS, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]))
def test_a_byte_order_mark_settles_it(text: str, encoding: str) -> None:
    assert decode(f"\ufeffx{text}".encode(encoding), HTML, "koi8-r") == Decoded(f"x{text}", encoding, "bom")


LABELS = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["utf-16", "utf-32", "gbk", "cp1252", "utf-7", "hex"])
)


@given(st.binary(max_size=300), st.sampled_from(list(MediaType)), LABELS)
def test_any_bytes_give_text_that_can_be_stored(content: bytes, media_type: MediaType, declared: str | None) -> None:
    found = decode(content, media_type, declared)
    if found is None:
        assert is_binary(content, declared)
    else:
        found.text.encode("utf-8")  # no half of a surrogate pair
        assert found.how in {"bom", "utf-8", "mixed", "declared", "meta", "detected"}


def test_a_declaration_made_to_hold_up_the_reader_does_not() -> None:
    hostile = b"<?" + b'encoding="x"' * 400 + b"<meta charset=" * 300 + b"\xff"
    assert decode(hostile, HTML, None) is not None
