"""Pages in every character set that news were ever written in: declared, undeclared, lied about, mixed, encoded twice."""

from __future__ import annotations

import pytest
from conftest import html_page, rulebook

from cleaner.clean import clean_page
from cleaner.decoding import decode
from cleaner.model import MediaType
from cleaner.text import mend_mojibake, replay

TEXTS = {
    "es": "La alcaldesa anunció la ampliación del muelle; «será un año difícil», añadió después la señora Núñez en la reunión.",
    "pt": "A câmara decidiu que a ponte não será fechada, disse ontem o vereador João Conceição em uma sessão muito longa.",
    "fr": "Le maire a annoncé que l’école fermera à Noël ; « nous n’avons pas été consultés », répète-t-elle à l’hôtel de ville.",
    "de": "Der Bürgermeister kündigte an, die Brücke für drei Monate zu sperren; „das trifft uns“, sagte die Händlerin Groß.",
    "it": "Il sindaco ha detto che la città è più povera perché il porto non c’è più, e che così non può andare avanti.",
    "pl": "Prezydent zapowiedział, że most zostanie zamknięty; mieszkańcy są oburzeni, bo nie było żadnych konsultacji społecznych.",
    "cs": "Starosta oznámil, že most bude uzavřen na tři měsíce; občané jsou rozhořčeni, říká mluvčí, protože se jich nikdo neptal.",
    "tr": "Belediye başkanı köprünün üç ay süreyle kapatılacağını açıkladı; halk öfkeli, çünkü kimse onlara bir şey sormadı.",
    "ru": "Мэр объявил во вторник, что мост будет закрыт на три месяца; жители возмущены, потому что их никто не спросил.",
    "el": "Ο δήμαρχος ανακοίνωσε την Τρίτη ότι η γέφυρα θα κλείσει για τρεις μήνες και οι κάτοικοι είναι πολύ οργισμένοι.",
    "ar": "أعلن رئيس البلدية يوم الثلاثاء أن الجسر سيغلق لمدة ثلاثة أشهر وأن السكان غاضبون لأن أحدا لم يسألهم عن رأيهم.",
    "hi": "महापौर ने मंगलवार को कहा कि पुल तीन महीने तक बंद रहेगा और लोग नाराज हैं क्योंकि किसी ने उनसे कुछ नहीं पूछा।",
    "ja": "市長は火曜日、橋を三か月間閉鎖すると発表した。住民は相談がなかったとして怒りの声を上げている。市議会は四月に採決する。",
    "ko": "시장은 화요일에 다리를 석 달 동안 폐쇄한다고 발표했다. 주민들은 아무도 의견을 묻지 않았다며 분노하고 있다고 말했다.",
    "zh": "市长周二宣布，大桥将关闭三个月。居民们非常愤怒，因为没有人征求过他们的意见。市议会将在四月对此进行表决。",
    "zh-tw": "市長週二宣布，大橋將關閉三個月。居民們非常憤怒，因為沒有人徵求過他們的意見。市議會將在四月對此進行表決。",
}


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>{text[:30]}</title></head><body><h1>{text[:30]}</h1><p>{text}</p><p>{text} {text}</p></body></html>"


@pytest.mark.parametrize(
    ("language", "codec", "head", "declared", "how"),
    [
        ("es", "cp1252", "", "iso-8859-1", "declared"),
        ("fr", "cp1252", '<meta charset="iso-8859-15">', "windows-1252", "declared"),
        ("pl", "cp1250", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', None, "meta"),
        ("cs", "iso8859-2", '<meta charset="iso-8859-2">', None, "meta"),
        ("tr", "cp1254", "<meta charset=windows-1254>", None, "meta"),
        ("ru", "cp1251", "", None, "detected"),
        ("ru", "koi8-r", "<meta charset=koi8-r>", None, "meta"),
        ("ru", "koi8-r", "", None, "detected"),
        ("el", "cp1253", "", None, "detected"),
        ("ar", "cp1256", '<meta charset="windows-1256">', None, "meta"),
        ("ja", "shift_jis", "<meta charset=Shift_JIS>", None, "meta"),
        ("ja", "shift_jis", "", None, "detected"),
        ("ja", "euc_jp", '<meta charset="EUC-JP">', None, "meta"),
        ("ja", "iso2022_jp", "", None, "detected"),
        ("ja", "iso2022_jp", '<meta charset="iso-2022-jp">', None, "detected"),
        ("ko", "euc_kr", '<meta charset="euc-kr">', None, "meta"),
        ("ko", "euc_kr", "", None, "detected"),
        ("zh", "gb18030", '<meta charset="gb2312">', None, "meta"),
        ("zh", "gb18030", "", None, "detected"),
        ("zh-tw", "big5", '<meta charset="big5">', None, "meta"),
        ("zh", "utf-16-le", "", None, "detected"),
        ("hi", "utf-16-be", "", None, "detected"),
        ("de", "utf-16-le", '<meta charset="utf-16">', None, "detected"),
        ("de", "utf-16", "", None, "bom"),
        ("pt", "utf-8", '<meta charset="iso-8859-1">', "iso-8859-1", "utf-8"),
        ("it", "utf-8-sig", '<meta charset="iso-8859-1">', "koi8-r", "bom"),
        ("es", "cp1252", '<meta charset="utf-8">', "utf-8", "detected"),
        ("de", "cp1252", '<?xml version="1.0" encoding="windows-1252"?>', None, "meta"),
    ],
)
def test_a_page_in_any_character_set_is_read(language, codec, head, declared, how):
    text = TEXTS[language]
    content = page(text, "" if head.startswith("<?") else head)
    found = decode(((head if head.startswith("<?") else "") + content).encode(codec), MediaType.HTML, declared)
    assert found is not None
    assert (f"<p>{text}</p>" in found.text, found.how) == (True, how), found.encoding


@pytest.mark.parametrize("language", TEXTS)
def test_right_text_is_left_as_it_is(language):
    text = TEXTS[language]
    assert [mend_mojibake(t) for t in (text, text.upper(), text[:30])] == [text, text.upper(), text[:30]]


@pytest.mark.parametrize("language", ["es", "pt", "fr", "de", "it", "ru", "ja"])
def test_text_encoded_twice_is_mended_and_says_so(language):
    text = TEXTS[language]
    twice = (
        text.encode().decode("cp1252", "ignore" if language in {"ru", "ja"} else "strict")
        if language not in {"ru", "ja", "pt", "it", "fr"}
        else None
    )
    twice = twice or text.encode().decode("latin-1")
    head = f'<meta property="og:title" content="{twice[:30]}">'
    cleaned = clean_page(html_page(page(twice, head).replace(f"<title>{twice[:30]}", "<title>x")), rulebook())
    (article,) = cleaned.articles
    assert article.paragraphs[0].text == text
    (block,) = [e.block for e in cleaned.ledger if e.block.text == text]
    assert "mojibake" in {r.kind for r in block.repairs}
    assert replay(twice, block.repairs) == text


@pytest.mark.parametrize(
    ("field", "head"),
    [
        ("title", '<meta property="og:title" content="{}"><title>{}</title>'),
        ("title", '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{}"}}</script>'),
        ("authors", '<meta name="author" content="{}">'),
        ("authors", '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"x","author":{{"name":"{}"}}}}</script>'),
        ("tags", '<meta name="news_keywords" content="{}">'),
        ("site", '<meta property="og:site_name" content="{}">'),
    ],
)  # fmt: skip
def test_fields_are_mended_too(field, head):
    right = "Zoë Müller Noël" if field != "title" else "Zoë Müller sperrt die Brücke"
    wrong = right.encode().decode("cp1252")
    text = TEXTS["de"]
    (article,) = clean_page(
        html_page(
            f"<html><head>{head.replace('{}', wrong).replace('{{', '{').replace('}}', '}')}</head><body><p>{text}</p><p>{text} {text}</p></body></html>"
        ),
        rulebook(),
    ).articles
    assert right in (getattr(article, field) if field in {"authors", "tags"} else (getattr(article, field),))


def test_pieces_in_another_character_set_are_read_as_what_they_are():
    content = (
        page(TEXTS["es"])
        .encode()
        .replace(
            b"</body>",
            "<p>Dirección: muelle número tres, teléfono a través de la señora Núñez</p></body>".encode("cp1252"),
        )
    )
    found = decode(content, MediaType.HTML, None)
    assert found is not None
    assert (found.how, "\ufffd" in found.text) == ("mixed", False)
    assert "Dirección: muelle número tres" in found.text
    assert TEXTS["es"] in found.text
