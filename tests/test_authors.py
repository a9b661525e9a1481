"""Who wrote an article, by how pages of many countries and themes print it."""

import lxml.html
import pytest
from statements import fields_of, fields_of_lines, json_ld

from cleaner.metadata.near_heading import near_heading
from cleaner.metadata.people import is_phrase, people


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Von unserem Redakteur Ole Voss", ["Ole Voss"]),
        ("De nuestra corresponsal Ana Ruiz", ["Ana Ruiz"]),
        ("Dalla nostra inviata Anna Bianchi", ["Anna Bianchi"]),
        ("De nos envoyés spéciaux Jean Dupont et Marie Petit", ["Jean Dupont", "Marie Petit"]),
        ("De notre correspondante à Rome, Marie Petit", ["Marie Petit"]),
        ("Da Redação, Ana Souza", ["Ana Souza"]),
        ("Текст: Анна Седова Фото: Пётр Ли", ["Анна Седова"]),
        ("بقلم: أحمد علي", ["أحمد علي"]),
        ("كتبت سارة محمد", ["سارة محمد"]),
        ("（责编：张三、李四岳）", ["张三", "李四岳"]),
        ("取材・文＝山田太郎", ["山田太郎"]),
        ("文／張三 攝影：李四", ["張三"]),
        ("Written by Ana Ruiz | Edited by Bo Lind", ["Ana Ruiz"]),
        ("Posted by Ana at December 16, 2026 11:15 AM", ["Ana"]),
        ("Ana RuizNovember 24, 2026", ["Ana Ruiz"]),
        ("Ana RuizShopping writer", ["Ana Ruiz"]),
        ("Ana Ruiz Senior", ["Ana Ruiz"]),
        ("Jennifer Senior", ["Jennifer Senior"]),
        ("Ana Ruiz Parliamentary editor", ["Ana Ruiz"]),
        ("× Ana Ruiz", ["Ana Ruiz"]),
        ("Ben", ["Ben"]),
        ("De", []),
    ],
)
def test_bylines_of_many_languages(byline, names):
    assert list(people(byline)) == names


@pytest.mark.parametrize(
    "text",
    [
        "Center for Harbour Research",
        "Harrow Clinic",
        "Harrow Digest",
        "Ferry Report",
        "Harrower Zeitung",
        "Verband der Fährleute",
        "Jornal do Porto",
        "Редакция газеты",
        "港口日报编辑部",
        "Commentary By",
        "Chefredakteur",
        "Senior Ferry Engineer",
        "Top Ferries",
        "Who We Serve",
        "Mail",
    ],
)
def test_houses_and_labels_are_no_people(text):
    assert people(text) == people(text, structured=True) == ()


def test_a_house_gives_its_address_behind_its_name():
    assert people("Harrow Tide (www.harrowtide.com)", structured=True) == ()
    assert people("Ana Ruiz (Madrid)", structured=True) == ("Ana Ruiz",)


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("Harbour Insurance", "Every harbour needs insurance.", True),
        ("Harbour Insurance", "insurance of a harbour", True),
        ("Mark Young", "The mark was high. Mark Young left.", False),
        ("Ana Ruiz", "Write to @ana or ana@harrow.example, says ruiz.example/ana.", False),
        ("Ana", "ana", False),
    ],
)
def test_words_that_the_text_writes_small_are_no_name(name, text, verdict):
    assert is_phrase(name, text) == verdict


@pytest.mark.parametrize(
    ("below", "names"),
    [
        ("<p>Ana Ruiz</p><time>4 March 2026</time>", ["Ana Ruiz"]),
        ("<p>Ana Ruiz in <a href='/harbour'>Harbour</a></p><time>4 March 2026</time>", ["Ana Ruiz"]),
        ("<p>Ana Ruiz, Bo Lind</p><time>4 March 2026</time>", ["Ana Ruiz", "Bo Lind"]),
        ("<p>Ana Ruiz</p><time>4 March 2026</time><p>Perfect Match</p>", ["Ana Ruiz"]),
        ("<p>San Jose</p><time>4 March 2026</time>", []),
        ("<p>Edited by:</p><p>Bo Lind</p><time>4 March 2026</time>", []),
        ("<p>Harbour Insurance</p><time>4 March 2026</time><p>No harbour has insurance.</p>", []),
    ],
    ids=["alone", "before a section", "a list", "a heading further down", "a place", "an editor", "words of the text"],
)
def test_names_beside_a_date(below, names):
    fields = fields_of("", f"<h1>Ferry sinks off the point</h1>{below}")
    assert [c.value for c in fields.candidates if c.source == "near-date"] == names


def test_pieces_near_the_heading_keep_their_order():
    byline = "<div>By <a><span>Ana Ruiz</span></a> and <a><span>Bo Lind</span></a> on <time>4 March 2026</time></div>"
    root = lxml.html.document_fromstring(f"<html><body><h1>Ferry sinks</h1>{byline}</body></html>")
    assert near_heading(root.iter("h1"), "Ferry sinks")[0] == "By Ana Ruiz, Bo Lind"
    assert fields_of("", f"<h1>Ferry sinks</h1>{byline}").authors == ("Ana Ruiz", "Bo Lind")


def test_a_single_word_in_an_authors_box_is_no_author():
    box = "<h1>Ferry sinks</h1><div class='author-card'>Lifestyle</div>"
    assert fields_of("", box).authors == ()


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([("other", "Author"), ("other", "Ana Ruiz"), ("other", "Harbour Life")], ("Ana Ruiz",)),
        ([("other", "Authors"), ("other", "Ana Ruiz"), ("other", "Bo Lind")], ("Ana Ruiz", "Bo Lind")),
        ([("other", "Posted by Ana at 11:15")], ("Ana",)),
        ([("byline", "Illustration by Bo Lind")], ()),
        ([("byline", "Photos and text by Ana Ruiz")], ("Ana Ruiz",)),
    ],
    ids=["one author's label", "several authors' label", "posted", "a picture's credit", "both"],
)
def test_lines_that_say_who_wrote(lines, names):
    assert fields_of_lines(("body", "The ferry sailed at noon."), *lines).authors == names


def test_a_title_before_the_name_does_not_part_two_sources():
    declared = json_ld('{"@type": "Article", "headline": "Ferry sinks", "author": {"name": "Ana Ruiz"}}')
    offered = [
        c for c in fields_of(declared, "<h1>Ferry sinks</h1><p>By Dr Ana Ruiz</p>").candidates if c.field == "authors"
    ]
    assert [c.value for c in offered] == ["Ana Ruiz", "Dr Ana Ruiz"]
    assert [c.won for c in offered] == [True, False]
    assert offered[0].score == offered[1].score
