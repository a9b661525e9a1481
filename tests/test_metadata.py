import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statements import entries_of, fields_of, fields_of_lines, json_ld, won

from cleaner.metadata import choose, clues, document_candidates, line_candidates
from cleaner.metadata.agencies import agency, dateline_agency
from cleaner.metadata.clues import Context
from cleaner.metadata.near_heading import near_heading
from cleaner.metadata.people import people
from cleaner.metadata.ranking import FIELDS, rank, weights
from cleaner.metadata.trust import ENOUGH, TRUST, offer
from cleaner.model import Candidate, Fields, Label, Mark, MediaType, Page

SAID_BY = ("a declared source", "a printed one")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Tuesday Okoro", ["Tuesday Okoro"]),
        ("By Ana Ruiz and Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("Von Ana Ruiz und Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("Par Ana Ruiz et Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("Por Ana Ruiz y Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("Por Ana Ortega y Cano", ["Ana Ortega y Cano"]),
        ("By Ana Ruiz, Bo Lind and Lena Voss", ["Ana Ruiz", "Bo Lind", "Lena Voss"]),
        ("By Ana Ruiz and Bo Lind, Harbour Correspondents", ["Ana Ruiz", "Bo Lind"]),
        ("Ana Ruiz & Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("Ana Ruiz; Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("By Ana Ruiz, Harbour Correspondent", ["Ana Ruiz"]),
        ("By Ana Ruiz Political Correspondent", ["Ana Ruiz"]),
        ("Ana Ruiz, Reporterin Küste", ["Ana Ruiz"]),
        ("Von Ana Ruiz, Freizeitredaktion", ["Ana Ruiz"]),
        ("Par Ana Ruiz, à Lourmay", ["Ana Ruiz"]),
        ("By Ana Ruiz in Castrel", ["Ana Ruiz"]),
        ("By Ana Ruiz, Castrel, March 1, 2026", ["Ana Ruiz"]),
        ("By Ana Ruiz, New Haven", ["Ana Ruiz"]),
        ("By Ana Ruiz | Published May 4", ["Ana Ruiz"]),
        ("By Ana Ruiz March 4, 2026", ["Ana Ruiz"]),
        ("Posted May 4, 2026 at 9:15 by Bo Lind", ["Bo Lind"]),
        ("Ana Ruiz / HARROW TIDE / May 4", ["Ana Ruiz"]),
        ("Story and photos by Ana Ruiz", ["Ana Ruiz"]),
        ("By Ana Ruiz, photos by Bo Lind", ["Ana Ruiz"]),
        ("Propos recueillis par Ana Ruiz", ["Ana Ruiz"]),
        ("Eine Analyse von Ana Ruiz", ["Ana Ruiz"]),
        ("Texto: Íñigo Valdés", ["Íñigo Valdés"]),
        ("ByAna Ruiz", ["Ana Ruiz"]),
        ("Ana RuizPublished May 4", ["Ana Ruiz"]),
        ("Ana Ruiz Ana Ruiz", ["Ana Ruiz"]),
        ("BY ANA RUIZ-O'NEIL", ["Ana Ruiz-O'Neil"]),
        ("ANA DE LA PEÑA", ["Ana de la Peña"]),
        ("Ludwig van der Aske", ["Ludwig van der Aske"]),
        ("Ana Ruiz, PhD", ["Ana Ruiz"]),
        ("Martin Kell, Jr.", ["Martin Kell Jr"]),
        ("Ana Ruiz, MD, FRCP", ["Ana Ruiz"]),
        ("Ana Ruiz, Ph.D., Bo Lind, VMD", ["Ana Ruiz", "Bo Lind"]),
        ("Ana Ruiz (dpa)", ["Ana Ruiz"]),
        ("By Ana Ruiz @anaruiz", ["Ana Ruiz"]),
        ("Rui Ma", ["Rui Ma"]),
        ("Ana Ruiz, Rui Ma and Bo Lind", ["Ana Ruiz", "Rui Ma", "Bo Lind"]),
        ("Ana Ruiz CPP", ["Ana Ruiz"]),
        ("Ana (Lind) Ruiz", ["Ana (Lind) Ruiz"]),
        ("文／王小明", ["王小明"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("责编：王小明、李丽", ["王小明", "李丽"]),
        ("山田太郎記者", ["山田太郎"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("अनीता शर्मा द्वारा", ["अनीता शर्मा"]),
        ("By Khalid bin Walid al-Harthi", ["Khalid bin Walid al-Harthi"]),
        ("By", []),
        ("By Staff Writer", []),
        ("Reuters", []),
        ("Von dpa", []),
        ("Redaktion", []),
        ("Redacción Puerto Lirio", []),
        ("admin", []),
        ("@anaruiz", []),
        ("https://harrowtide.example/staff/ana", []),
        ("March 4, 2026", []),
        ("August", []),
        ("Read more", []),
        ("By noon the harbour was closed", []),
        ("Dec. 19, 2026 · Ana Ruiz on behalf of the Tide", ["Ana Ruiz"]),
        ("4. März 2026 | Von Ana Ruiz", ["Ana Ruiz"]),
        ("04/05/2026 by Ana Ruiz, Guild Representative", ["Ana Ruiz"]),
        ("Ana Ruiz/Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("By Ana Ruiz The Associated Press", ["Ana Ruiz"]),
        ("Bo Lind as told to Ana Ruiz", ["Ana Ruiz"]),
        ("Author(s) Ana Ruiz, Bo Lind", ["Ana Ruiz", "Bo Lind"]),
        ("Autorin/Autor Ana Ruiz", ["Ana Ruiz"]),
        ("Contributors: Ana Ruiz", ["Ana Ruiz"]),
        ("Ana T. Ruiz III", ["Ana T. Ruiz III"]),
        ("Ana Lena LINDE", ["Ana Lena LINDE"]),
        ("Ana Ruiz, Trial Attorney", ["Ana Ruiz"]),
        ("Sat, 20 Dec, 2026 - 06:36", []),
        ("Originally published in March", []),
        ("Key Takeaways", []),
        ("Log In", []),
        ("Copy Link", []),
        ("Print Page", []),
        ("Skip Navigation", []),
        ("Name *", []),
    ],
)
def test_people_in_bylines(byline, names):
    assert list(people(byline)) == names


def test_people_in_author_fields():
    assert people("ana ruiz", structured=True) == ("Ana Ruiz",)
    assert people("ana ruiz") == ()
    assert people("Voss, Lena", structured=True) == ("Lena Voss",)
    assert people("Voss, PhD", structured=True) == ("Voss",)
    assert people("Ana Ruiz|Bo Lind", structured=True) == ("Ana Ruiz", "Bo Lind")
    assert people("Harrow Tide", outlets=frozenset({"harrow tide"})) == ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_of_bylines(text):
    for name in people(text, structured=True):
        assert name == name.strip()
        assert not any(c.isdigit() or c == "@" for c in name)


@pytest.mark.parametrize(
    ("credit", "name"),
    [
        ("(VOA/KB)", "VOA"),
        ("dpa/nk", "dpa"),
        ("dpa/lno", "dpa"),
        ("(MW/AFP)", "MW/AFP"),
        ("REUTERS", "Reuters"),
        ("EUROPA PRESS", "Europa Press"),
        ("The Associated Press", "AP"),
        ("© dpa-infocom", "dpa"),
        ("with AFP", "AFP"),
        ("WHO", None),
        ("tt", None),
        ("Ana Ruiz", None),
    ],
)
def test_agency(credit, name):
    assert agency(credit) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("HARROW (Reuters) - The ferry sank.", "Reuters"),
        ("Kiel (dpa/lno) – Die Fähre sank.", "dpa"),
        ("Almora (EFE).- El barco se hundió.", "EFE"),
        ("SAN TELMO, Lirio (AP) — The ferry sank.", "AP"),
        ("THE ferry (which sank) - rose again.", None),
        ("The World Health Organization (WHO) - said so.", None),
        ("She told the reporters of the wire (AFP) - and then left.", None),
    ],
)
def test_dateline_agency(line, name):
    found = dateline_agency(line)
    assert (found[0] if found else None) == name


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"Ana Ruiz"', ["Ana Ruiz"]),
        ('{"@type": "Person", "name": "Ana Ruiz"}', ["Ana Ruiz"]),
        ('[{"@type": "Person", "name": "Ana Ruiz"}, {"@type": "Person", "name": "Bo Lind"}]', ["Ana Ruiz", "Bo Lind"]),
        ('{"@type": "Person", "name": ["Ana Ruiz", "Bo Lind"]}', ["Ana Ruiz", "Bo Lind"]),
        ('"By Ana Ruiz and Bo Lind"', ["Ana Ruiz", "Bo Lind"]),
        ('{"@type": "Person", "name": "ANA RUIZ"}', ["Ana Ruiz"]),
        ('{"@type": "Person", "name": "Ana O&amp;#39;Neil"}', ["Ana O'Neil"]),
        ('{"@type": "Person", "name": "JÃ¶rn KÃ¼hler"}', ["Jörn Kühler"]),
        ('{"@type": "Organization", "name": "Lind Partners"}', []),
        ('{"@type": "Organization", "name": "Harrow Tide"}', []),
        ('{"@type": "Person", "name": "Staff Reporter"}', []),
        ("null", []),
        ('{"name": 7}', []),
    ],
)
def test_json_ld_authors(author, names):
    head = json_ld(f'{{"@type": "NewsArticle", "headline": "Ferry", "author": {author}}}')
    assert list(fields_of(head).authors) == names


def test_json_ld_graph_with_references():
    fields = fields_of(
        json_ld(
            """{"@context": "https://schema.org", "@graph": [
              {"@type": "Person", "@id": "#ana", "name": "Ana Ruiz", "url": "/ana"},
              {"@type": "WebSite", "@id": "#site", "name": "Harrow Tide"},
              {"@type": "WebPage", "@id": "#page", "datePublished": "2026-03-01T07:00:00Z"},
              {"@type": ["Article", "BlogPosting"], "headline": "Ferry sinks", "author": {"@id": "#ana"},
               "publisher": {"@id": "#site"}, "datePublished": "2026-03-02T07:00:00+01:00", "keywords": ["ferry", "sea"],
               "inLanguage": "en-GB"}]}""",
        ),
        lang="",
    )
    assert (fields.title, fields.authors, fields.site) == ("Ferry sinks", ("Ana Ruiz",), "Harrow Tide")
    assert (fields.published_at, fields.language) == ("2026-03-02T07:00:00+01:00", "en")
    assert fields.tags == ("ferry", "sea")


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Ferry sinks", "author": {"name": "Ana Ruiz"}, }',
        '<!-- {"@type": "NewsArticle", "headline": "Ferry sinks", "author": {"name": "Ana Ruiz"}} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Ferry sinks", "author": "Ana Ruiz"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Ferry sinks", "author": {"name": "Ana Ruiz"}, "body": "He said "no" twice"}',
        '{"@type": "NewsArticle", "headline": "Ferry\nsinks", "author": {"name": "Ana Ruiz"}}',
        '{"@type": "NewsArticle", "headline": "Ferry sinks", "author": {"name": "Ana Ruiz"}',
        '[[{"@type": "NewsArticle", "headline": "Ferry sinks", "author": {"name": "Ana Ruiz"}}]]',
    ],
)
def test_broken_json_ld_gives_what_can_be_had(script):
    fields = fields_of(json_ld(script))
    assert (fields.title, fields.authors) == ("Ferry sinks", ("Ana Ruiz",))


def test_deeply_nested_json_ld_is_passed_over():
    assert fields_of(json_ld("[" * 100_000), "<h1>Ferry sinks at last</h1>").title == "Ferry sinks at last"


def test_the_posts_of_a_live_blog_are_not_its_article():
    head = json_ld(
        """{"@type": "LiveBlogPosting", "headline": "Storm as it happened", "author": "Ana Ruiz", "datePublished": "2026-03-04T05:10:00Z",
        "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Coast road reopens", "datePublished": "2026-03-04T17:35:00Z"}]}""",
    )
    fields = fields_of(head)
    assert (fields.title, fields.published_at) == ("Storm as it happened", "2026-03-04T05:10:00Z")


def test_of_several_articles_the_one_that_the_heading_names():
    head = json_ld(
        '[{"@type": "Article", "headline": "Other", "author": "Bo Lind"}, {"@type": "Article", "headline": "Ferry", "author": "Ana Ruiz"}]'
    )
    assert fields_of(head, "<h1>Ferry</h1>").authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>Ferry sinks off the point | Harrow Tide</title><meta property='og:site_name' content='Harrow Tide'>",
            "",
            "Ferry sinks off the point",
        ),
        ("<title>Harrow Tide: Ferry sinks</title>", "", "Harrow Tide: Ferry sinks"),
        ("<title>Ferry sinks - harrowtide</title>", "", "Ferry sinks"),
        ("<title>The long ferry has sunk – Some Paper</title>", "", "The long ferry has sunk"),
        ("<title>Ferry - sinks</title>", "", "Ferry - sinks"),
        (
            "<title>Ferry | Sea | Harrow Tide</title><meta property='og:site_name' content='Harrow Tide'>",
            "",
            "Ferry | Sea",
        ),
        (
            "<meta property='og:title' content='Ferry &amp;amp; barge | Harrow Tide'><meta property='og:site_name' content='Harrow Tide'>",
            "",
            "Ferry & barge",
        ),
        (
            "<meta property='og:title' content='A ferry, in search engines’ words'>",
            "<h1>Ferry sinks off the point</h1>",
            "Ferry sinks off the point",
        ),
        (
            "<meta property='og:title' content='Ferry sinks at sea'>",
            "<h1>News</h1><h1>Ferry sinks at sea</h1>",
            "Ferry sinks at sea",
        ),
        (
            "<meta property='og:site_name' content='Harrow Tide'><title>Harrow Tide</title>",
            "<h1>Harrow Tide</h1>",
            None,
        ),
        ("", "<svg><title>Logo</title></svg>", None),
    ],
)
def test_titles(head, body, title):
    assert fields_of(head, body).title == title


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (
            "<meta property='article:published_time' content='2026-03-05T20:10:00+01:00'>",
            "",
            "2026-03-05T20:10:00+01:00",
        ),
        (
            "<meta name='date' content='2026-03-05'>",
            "<time datetime='2026-03-05T20:10:00Z'>today</time>",
            "2026-03-05T20:10:00Z",
        ),
        ("<meta name='DC.date.issued' content='5 March 2026'>", "", "2026-03-05"),
        ("", "<span itemprop='datePublished' content='2026-03-05T09:00:00Z'>5 March</span>", "2026-03-05T09:00:00Z"),
        (
            "",
            "<time datetime='2026-03-04' class='updated'></time><time datetime='2026-03-03' class='published'></time>",
            "2026-03-03",
        ),
        ("", "<span class='posted-on'>5 March 2026, 20:10</span>", "2026-03-05T20:10:00"),
        ("", "<h1>Ferry sinks off the point</h1><div class='x1'>5 March 2026</div>", "2026-03-05"),
        ("<meta property='article:modified_time' content='2026-03-06T10:00:00Z'>", "", None),
        ("<meta name='w-published-date' content='2026-03-05'>", "", "2026-03-05"),
        (
            "<meta name='script:ld+json' content='{&quot;@type&quot;: &quot;Article&quot;, &quot;datePublished&quot;: &quot;2026-03-05&quot;}'>",
            "",
            "2026-03-05",
        ),
        ("", "<h1><p>Ferry sinks off the point</p></h1><div class='x1'>5 March 2026</div>", "2026-03-05"),
        ("", "<h1></h1><p>Ferry sinks</p><h1>Ferry sinks off the point</h1><b>5 March 2026</b>", "2026-03-05"),
        ("", "<h1>Ferry sinks off the point</h1><div style='display: none'><p>Order by 5 March 2026</p></div>", None),
        ("", "<h1>Ferry sinks off the point</h1><p>Ana Ruiz</p><p>5 March 2026 · 4 min read</p>", "2026-03-05"),
        (
            "",
            "<aside><time datetime='2026-03-04'></time></aside><div class='comments'><time datetime='2026-03-04'></time></div>",
            None,
        ),
        (
            json_ld(
                '{"@type": "Article", "headline": "x", "datePublished": "2026-03-05T07:00:00+01:00", "dateModified": "2026-03-06"}'
            ),
            "",
            "2026-03-05T07:00:00+01:00",
        ),
        (json_ld('{"@type": "Article", "headline": "x", "datePublished": "soon"}'), "", None),
    ],
)
def test_dates_of_documents(head, body, published):
    assert fields_of(head, body).published_at == published


def test_the_day_of_the_last_change_is_a_field_of_its_own():
    head = (
        "<meta property='article:published_time' content='2026-03-05T20:10:00+01:00'>"
        "<meta property='article:modified_time' content='2026-03-06T07:00:00Z'>"
    )
    fields = fields_of(head)
    assert fields.published_at == "2026-03-05T20:10:00+01:00"
    assert won(fields, "modified_at") == ["2026-03-06T07:00:00Z"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("date.modified", "2026-03-06"),
        ("article_date_updated", "2026-03-06"),
        ("modified-time", "2026-03-06"),
        ("update-frequency", None),
        ("last-modified-by", None),
    ],
)
def test_names_that_no_convention_knows_may_say_when_a_page_was_changed(name, day):
    assert won(fields_of(f"<meta name='{name}' content='2026-03-06'>"), "modified_at") == ([day] if day else [])


def teaser(day: int) -> str:
    return f"<li class='row'><p><time class='t' datetime='2026-03-{day:02}'></time></p></li>"


@pytest.mark.parametrize(
    ("body", "sources"),
    [
        pytest.param("<p>By Bo <time datetime='2026-03-05'></time></p>", ["time"], id="no label"),
        pytest.param("<p>Published on: <time datetime='2026-03-05'></time></p>", ["microdata"], id="label before it"),
        pytest.param("<h4>Published</h4> <time datetime='2026-03-05'></time>", ["microdata"], id="label beside it"),
        pytest.param("<p>Published by Bo <time datetime='2026-03-05'></time></p>", ["time"], id="more than a label"),
        pytest.param("<p>Updated <time datetime='2026-03-05'></time></p>", ["modified_at", "time"], id="updated"),
        pytest.param("<time class='updated' datetime='2026-03-05'></time>", ["modified_at"], id="called so"),
        pytest.param("<time class='updated published' datetime='2026-03-05'></time>", [], id="called both"),
        pytest.param("".join(map(teaser, (1, 2, 5))), ["time-aside"], id="three of one kind"),
        pytest.param("".join(map(teaser, (1, 5))), ["time"], id="two of one kind"),
    ],
)
def test_times_are_known_by_the_words_before_them_and_by_their_like(body, sources):
    found = [c for c in fields_of("", body).candidates if c.value == "2026-03-05"]
    assert sorted(c.field if c.field == "modified_at" else c.source for c in found) == sources


@pytest.mark.parametrize(
    ("head", "printed", "published"),
    [
        ("2026-05-09", ["Updated 9 May 2026", "Published 3 March 2026"], "2026-03-03"),
        ("2026-03-03", ["Published 3 March 2026", "Updated 9 May 2026"], "2026-03-03"),
    ],
    ids=["declared as updated", "declared as published"],
)
def test_of_a_day_printed_as_published_and_one_as_updated_the_first_wins(head, printed, published):
    lines = "".join(f"<p>{line}</p>" for line in printed)
    said = json_ld(f'{{"@type": "Article", "headline": "x", "datePublished": "{head}"}}')
    assert fields_of(said, f"<h1>Ferry sinks off the point</h1>{lines}").published_at == published


@pytest.mark.parametrize(
    ("declared", "published"),
    [
        ("<meta property='article:published_time' content='2024-03-03T09:00:00Z'>", "2024-03-03T09:00:00Z"),
        (json_ld('{"@type": "Article", "headline": "x", "datePublished": "2024-03-03T09:00:00Z"}'), "2026-05-09"),
    ],
    ids=["OpenGraph", "JSON-LD"],
)
def test_opengraphs_day_outweighs_one_that_is_printed_as_updated(declared, published):
    assert fields_of(declared, "<h1>Ferry sinks off the point</h1><p>Updated 9 May 2026</p>").published_at == published


@pytest.mark.parametrize(
    ("path", "declared", "days"),
    [
        ("2026/03/01/ferry", "2026-03-04", ["2026-03-01"]),
        ("2026-03-01-ferry-sinks", "2026-03-04", []),
        ("2026-03-01-ferry-sinks", "2026-03-01", ["2026-03-01"]),
        ("2026-03-01-ferry-sinks", "", ["2026-03-01"]),
    ],
    ids=["folders", "in the headline's words", "confirmed", "no other day"],
)
def test_a_day_in_the_address_may_be_that_of_what_happened(path, declared, days):
    head = f"<meta property='article:published_time' content='{declared}'>"
    found = fields_of(head, url=f"https://harrowtide.example/{path}").candidates
    assert [c.value for c in found if c.source == "url"] == days


@pytest.mark.parametrize(
    ("head", "field", "values"),
    [
        ("<meta property='article:section' content='Harbour'>", "section", ["Harbour"]),
        ("<meta property='og:image' content='/ferry.jpg'>", "image", ["https://harrowtide.example/ferry.jpg"]),
        (
            json_ld('{"@type": "Article", "headline": "x", "image": {"url": "https://img.example/f.jpg"}}'),
            "image",
            ["https://img.example/f.jpg"],
        ),
        (
            json_ld('{"@type": "Article", "headline": "x", "license": "https://cc.example/by/4.0"}'),
            "licence",
            ["https://cc.example/by/4.0"],
        ),
        (
            json_ld('{"@type": "Article", "headline": "x", "isAccessibleForFree": false}'),
            "access",
            ["subscribers"],
        ),
        (json_ld('{"@type": "Article", "headline": "x", "isAccessibleForFree": "True"}'), "access", ["free"]),
        ("", "access", []),
    ],
)
def test_fields_that_stand_among_the_candidates_only(head, field, values):
    assert won(fields_of(head), field) == values


def test_a_page_without_author_gets_none_though_lists_of_names_stand_on_it():
    names = "".join(f"<li class='card author'>{name}</li>" for name in ("Ana Ruiz", "Bo Lind", "Lena Voss"))
    fields = fields_of(
        "<title>Ferry sinks off the point</title>", f"<h1>Ferry sinks off the point</h1><ul>{names}</ul>"
    )
    assert fields.authors == ()
    assert {c.value for c in fields.candidates if c.field == "authors"} == {"Ana Ruiz", "Bo Lind", "Lena Voss"}


def test_a_ranked_winner_says_why_and_how_likely_it_is():
    head = "<meta property='og:title' content='Ferry sinks at sea'><title>Ferry sinks at sea | Harrow Tide</title>"
    fields = fields_of(head, "<h1>Ferry sinks at sea</h1>")
    best = [c for c in fields.candidates if c.field == "title"]
    assert {c.value for c in best} == {"Ferry sinks at sea"}
    assert all("sources that agree" in c.why or "from" in c.why for c in best)
    assert all(0.9 < c.score <= 1 for c in best)


@given(st.lists(st.sampled_from(["Ana Ruiz", "Bo Lind", "Menu"]), min_size=1, max_size=5))
def test_the_probabilities_of_a_field_do_not_exceed_one(names):
    offers = [offer("authors", name, source) for name in names for source in ("json-ld", "markup", "byline")]
    offers += [offer("title", name, "h1") for name in names]
    context = Context(tuple(offers))
    for field in FIELDS:
        assert sum(r.probability for r in rank(field, context)) <= 1.001
        assert sum(r.wins for r in rank(field, context)) <= 1


def test_every_weight_belongs_to_a_clue_that_can_hold():
    known = set(re.findall(r'clues\["([^"]+)"\]', Path(clues.__file__).read_text("utf-8")))
    known |= {f"from {source}" for field in FIELDS for source in TRUST[field]}
    relations = {f"{relation} {source}" for relation in ("part of", "more than", "against") for source in SAID_BY}
    known |= relations | {f"{own}, {relation}" for own in ("declared", "printed") for relation in relations}
    for field, table in weights().items():
        assert set(table.clues) <= known, field


@pytest.mark.parametrize(
    ("script", "authors", "published"),
    [
        (
            'dataLayer.push({"author": "Ana Ruiz", "publishedDate": "2026-03-01T09:30:00+01:00"})',
            ("Ana Ruiz",),
            "2026-03-01T09:30:00+01:00",
        ),
        (
            'window.__STATE__ = {"a": {"authors": [{"id": 3, "name": "Andr\\u00e9 Ruiz"}], "publishedAt": 1772353800}}',
            ("André Ruiz",),
            "2026-03-01T08:30:00+00:00",
        ),
        ('var page = {author_name: "admin", published: "soon enough"}', (), None),
        ('{"author": "Ana Ru', (), None),
    ],
)
def test_scripts_are_asked_where_the_page_says_nothing_else(script, authors, published):
    fields = fields_of(f"<script>{script}</script>")
    assert (fields.authors, fields.published_at) == (authors, published)
    declared = fields_of(
        f"<script>{script}</script><meta name='author' content='Bo Lind'>"
        "<meta property='article:published_time' content='2026-02-02'>"
    )
    assert "script" not in {c.source for c in declared.candidates}


@pytest.mark.parametrize(
    ("head", "printed", "published"),
    [
        ("", ["3/4/2026"], "2026-04-03"),
        ("", ["3/4/2026", "3/14/2026"], "2026-03-04"),
        ("<meta property='article:published_time' content='2026-03-04'>", ["3/4/2026"], "2026-03-04"),
        ("<meta property='article:published_time' content='2026-04-03'>", ["3/4/2026"], "2026-04-03"),
        ("", ["3/4/2026", "3/14/2026", "15/3/2026"], "2026-04-03"),
        ("", ["3.4.2026", "3.14.2026"], "2026-03-04"),
        ("", ["3.4.2026", "5.4.2026"], "2026-04-03"),
        ("", ["3.4.2026"], "2026-04-03"),
    ],
)
def test_the_pages_other_dates_tell_whether_the_month_comes_first(head, printed, published):
    dates = "".join(f"<p class='post-date'>{day}</p>" for day in printed)
    fields = fields_of(head, f"<h1>Ferry sinks off the point</h1>{dates}")
    assert {c.value for c in fields.candidates if c.evidence == printed[0]} == {published}


@pytest.mark.parametrize(
    ("declared", "shown", "published"),
    [
        pytest.param("2026-03-02T18:30:00Z", "2026-03-03T05:30:00+11:00", "2026-03-03T05:30:00+11:00", id="offset"),
        pytest.param(
            "2026-03-03T01:48:19Z", "2 March 2026 at 8:48 p.m.", "2026-03-02T20:48:19-05:00", id="clock alone"
        ),
        pytest.param("2026-03-02T20:45:00Z", "3 March 2026, 2:15am", "2026-03-03T02:15:00+05:30", id="half an hour"),
        pytest.param("2026-03-02T18:30:00Z", "3 March 2026, 5:41am", None, id="another minute"),
        pytest.param("2026-03-02T18:30:00Z", "2026-03-03T05:30:00+10:00", None, id="another moment"),
        pytest.param("2026-03-02T18:30:00Z", "3 March 2026", None, id="no clock"),
        pytest.param("2026-03-02T18:30:00Z", "2 March 2026, 12:30", None, id="the same day"),
        pytest.param("2026-03-02T18:30:00+02:00", "3 March 2026, 3:30am", None, id="it states an offset of its own"),
        pytest.param("2026-03-02T06:30:00Z", "1 March 2026, 9:30am", None, id="further than zones lie"),
    ],
)
def test_a_moment_in_utc_is_written_in_the_hours_that_the_page_shows(declared, shown, published):
    head = f"<meta property='article:published_time' content='{declared}'>"
    fields = fields_of(head, f"<h1>Ferry sinks off the point</h1><p class='post-date'>{shown}</p><p>x</p>")
    said = {c.value for c in fields.candidates if c.source == "opengraph" and c.field == "published_at"}
    assert said == {published or declared}


NAMELESS = (
    "<p>The ferry sank on Tuesday off the point, and <a href='/a'>the men of the harbour</a> could only watch.</p>"
)


@pytest.mark.parametrize(
    ("below", "dates"),
    [
        ("<div><span>Updated</span><span>3 March 2026</span></div>", ["Updated 3 March 2026", "3 March 2026"]),
        ("<div><span>Published on:</span> 3 March 2026</div>", ["Published on: 3 March 2026", "3 March 2026"]),
        ("<div><span>Harbour</span><span>3 March 2026</span></div>", ["3 March 2026"]),
        (NAMELESS * 8 + "<span>3 March 2026</span>", ["3 March 2026"]),
        (NAMELESS * 14 + "<span>3 March 2026</span>", []),
    ],
    ids=["updated", "published", "no label", "short text", "behind the text"],
)
def test_dates_near_the_heading_keep_their_label_and_end_with_the_text(below, dates):
    root = lxml.html.document_fromstring(f"<html><body><h1>Ferry sinks off the point</h1>{below}</body></html>")
    assert [text for text in near_heading(root.iter("h1"), "Ferry sinks off the point") if "2026" in text] == dates


@pytest.mark.parametrize(
    ("caption", "author"),
    [
        (
            "<span>The crew of the ferry waits for its wages on the quay.</span><span>By <a>Bo Lind</a></span>",
            "Ana Ruiz",
        ),
        ("<span>The crew waits.</span><span>By <a>Bo Lind</a></span>", "Bo Lind"),
        ("<p>The crew of the ferry waits for its wages on the quay.</p><p>By <a>Bo Lind</a></p>", "Bo Lind"),
    ],
    ids=["behind a caption's sentence", "behind a kicker", "in a block of its own"],
)
def test_a_photographer_behind_a_caption_is_no_author(caption, author):
    body = f"<h1>Crew of the ferry strikes</h1><div>{caption}</div><div><span>By <a>Ana Ruiz</a></span></div>"
    offered = [c.value for c in fields_of("", body).candidates if c.source == "near-title"]
    assert offered == [author]


def test_a_film_in_the_article_is_not_the_article():
    film = '{"@type": "VideoObject", "headline": "Ferry on film", "datePublished": "2026-03-01"}'
    story = '{"@type": "NewsArticle", "headline": "Ferry sinks again", "datePublished": "2026-03-03"}'
    assert fields_of(json_ld(film) + json_ld(story)).published_at == "2026-03-03"
    assert fields_of(json_ld(film)).published_at == "2026-03-01"


def test_the_language_that_a_page_declares_in_vain_is_noted():
    landed = Candidate("language", "de", "text", 0.9, evidence="detected")
    root = lxml.html.document_fromstring("<html lang='en-US'><body><p>x</p></body></html>")
    page = Page("0" * 32, "x", "x.html", None, MediaType.HTML, b"", "0" * 64)
    chosen = choose((*document_candidates(root, page), landed))
    assert chosen.language == "de"
    assert [c.why for c in chosen.candidates if c.field == "language" and c.won] == ["the page declares en"]


def test_a_line_says_who_signed_and_when_it_was_first_published():
    lines = [
        ("body", "The ferry sailed at noon."),
        ("other", "Authors"),
        ("other", "Ana Ruiz"),
        ("other", "Bo Lind"),
        ("other", "This article was originally published on 26 September 2025 but has been updated."),
    ]
    fields = fields_of_lines(*lines)
    assert fields.authors == ("Ana Ruiz", "Bo Lind")
    assert fields.published_at == "2025-09-26"
    later = ("other", "Originally published in March 2022. Last updated on December 20, 2024.")
    assert "stated" not in {c.source for c in fields_of_lines(("body", "x"), later).candidates}
    assert fields_of_lines(("body", "x"), ("other", "This post was written by Ana Ruiz.")).authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ([("byline", "Written by Ana Ruiz"), ("other", "5 March 2026")], "2026-03-05"),
        ([("other", "5 March 2026"), ("byline", "Written by Ana Ruiz")], "2026-03-05"),
        ([("byline", "Written by Ana Ruiz"), ("other", "Harbour"), ("other", "5 March 2026")], None),
        ([("other", "4 March 2026"), ("byline", "Written by Ana Ruiz"), ("other", "5 March 2026")], None),
    ],
    ids=["below", "above", "further off", "two"],
)
def test_a_day_alone_beside_a_byline_below_the_text_is_read(lines, published):
    dated = [
        (label, text, Mark(Label.DATE, "date.en_date", 1.0)) if text[0].isdigit() else (label, text)
        for label, text in lines
    ]
    body = [("body", "The ferry sank off the point on Tuesday and the men of the harbour could only watch.")]
    assert fields_of_lines(*body, *dated).published_at == published


def test_the_day_in_the_address_stands_in_for_a_date():
    assert fields_of("", url="https://harrowtide.example/2026/03/01/ferry").published_at == "2026-03-01"


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        ("<meta name='author' content='Ana Ruiz'>", "", ["Ana Ruiz"]),
        ("<meta name='author' content='Harrow Tide'><meta name='parsely-author' content='Ana Ruiz'>", "", ["Ana Ruiz"]),
        ("<meta property='article:author' content='https://social.example/ana'>", "", []),
        (
            "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ana Ruiz'>",
            "",
            ["Ana Ruiz"],
        ),
        ("", "<a rel='author' href='/ana'>Ana Ruiz</a>", ["Ana Ruiz"]),
        ("", "<p class='byline'>By <b>Ana Ruiz</b> and <b>Bo Lind</b></p>", ["Ana Ruiz", "Bo Lind"]),
        ("", "<p class='byline'><span>Ana Ruiz</span><span>Bo Lind</span></p>", ["Ana Ruiz", "Bo Lind"]),
        ("", "<p vocab='https://schema.org/'><span property='author'>Ana Ruiz</span></p>", ["Ana Ruiz"]),
        ("", "<p itemprop='author'><span itemprop='name'>Ana Ruiz</span> Harbour desk</p>", ["Ana Ruiz"]),
        ("", "<h1>Ferry sinks off the point</h1><p>By <a>Ana Ruiz</a> and <a>Bo Lind</a></p>", ["Ana Ruiz", "Bo Lind"]),
        ("<meta name='author' content='Ana Ruiz|Bo Lind'>", "", ["Ana Ruiz", "Bo Lind"]),
        (
            (
                "<meta name='dc.creator' content='Ana Ruiz'><meta name='citation_author' content='Ana Ruiz'>"
                "<meta name='citation_author' content='Bo Lind'>"
            ),
            "",
            ["Ana Ruiz", "Bo Lind"],
        ),
        ("", "<div class='author-bio'>Ana Ruiz loves boats</div>", []),
        ("", "<div class='comment'><span class='author'>Bo Lind</span></div>", []),
        ("", "<h1>Ferry sinks off the point</h1><div class='x1'>By</div><div>Ana Ruiz</div>", ["Ana Ruiz"]),
        (
            "<meta name='citation_author' content='Ruiz, Ana'><meta name='citation_author' content='Lind, Bo'>",
            "",
            ["Ana Ruiz", "Bo Lind"],
        ),
        (
            json_ld('{"@type": "Article", "headline": "x", "author": {"@type": "Person", "name": "Ana Ruiz"}}')
            + "<meta property='og:site_name' content='Ana Ruiz'>",
            "",
            ["Ana Ruiz"],
        ),
        ("", "<h1>Ferry sinks off the point</h1><p><a href='/authors/ana-ruiz'>Ana Ruiz</a></p>", ["Ana Ruiz"]),
    ],
)
def test_authors_of_documents(head, body, authors):
    assert list(fields_of(head, body).authors) == authors


def test_an_agency_as_author_is_no_person():
    fields = fields_of(
        json_ld('{"@type": "NewsArticle", "headline": "x", "author": {"@type": "Organization", "name": "dpa"}}')
    )
    assert (fields.authors, fields.agency) == ((), "dpa")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://harrowtide.example/ferry?utm_source=x", "https://harrowtide.example/ferry"),
        ("/ferry", "https://harrowtide.example/ferry"),
        ("https://harrowtide.example/", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_canonical_links(link, url):
    assert fields_of(f"<link rel='canonical' href='{link}'>").url == url


def test_a_description_confirms_a_dek_and_never_makes_one():
    head = "<meta name='description' content='The ferry sank.'>"
    assert fields_of(head).dek is None
    document = document_candidates(
        lxml.html.document_fromstring(f"<html><head>{head}</head><body></body></html>"),
        Page("0" * 32, "x", "x.html", None, MediaType.HTML, b"", "0" * 64),
    )
    fields = choose([*document, *line_candidates(entries_of(("dek", "The ferry sank.")), "en", None)])
    winner = next(c for c in fields.candidates if c.won)
    assert (fields.dek, winner.source) == ("The ferry sank.", "dek")
    assert winner.score > TRUST["dek"]["dek"]


def test_lines_of_a_dump():
    fields = fields_of_lines(
        ("nav", "Front"),
        ("title", "Ferry sinks off the point"),
        ("dek", "Nobody was hurt."),
        ("byline", "By Ana Ruiz and Bo Lind", Mark(Label.BYLINE, "byline.test", 1.0, value="Ana Ruiz and Bo Lind")),
        ("date", "Published 5 March 2026, 14:20"),
        ("body", "HARROW (Reuters) - The ferry sank on Tuesday."),
        ("tags", "Tags: ferry, sea", Mark(Label.TAGS, "tags.label", 1.0, value="ferry, sea")),
        ("promo", "Follow Harrow Tide on Facebook", Mark(Label.PROMO, "promo.follow", 1.0, value="Harrow Tide")),
        ("keep_reading", "Keep ReadingShow less", Mark(Label.KEEP_READING, "keep_reading.show_less", 1.0)),
    )
    assert (fields.title, fields.dek) == ("Ferry sinks off the point", "Nobody was hurt.")
    assert fields.authors == ("Ana Ruiz", "Bo Lind")
    assert (fields.published_at, fields.agency, fields.site) == ("2026-03-05T14:20:00", "Reuters", "Harrow Tide")
    assert fields.tags == ("ferry", "sea")
    assert fields.truncated
    assert fields.truncated_by == "keep_reading.show_less"


def test_a_value_is_quoted_in_the_page_s_own_characters():
    mark = Mark(Label.BYLINE, "byline.test", 1.0, value="Ana O'Neil")
    assert fields_of_lines(("byline", "By Ana O’Neil", mark)).authors == ("Ana O’Neil",)


def test_a_title_broken_by_the_column_is_one_and_the_nearest_above_the_text_wins():
    assert (
        fields_of_lines(("title", "Ferries are key for"), ("title", "next mayor"), ("body", "x")).title
        == "Ferries are key for next mayor"
    )
    lines = [("title", "Popular"), ("nav", "Sea"), ("title", "Ferry sinks"), ("body", "x"), ("title", "Next story")]
    assert fields_of_lines(*lines).title == "Ferry sinks"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([("body", "The ferry sank."), ("agency", "(EFE)")], "EFE"),
        ([("body", "The ferry sank. (AFP)")], "AFP"),
        ([("byline", "Von dpa")], "dpa"),
        ([("body", "The ferry sank."), ("credit", "(AP)")], "AP"),
        ([("credit", "AFP"), ("body", "The ferry sank.")], None),
        ([("agency", "© dpa-infocom, dpa:260304-930-417203/2")], "dpa"),
        ([("body", "The naval academy (BNA)")], None),
        ([("caption", "A ferry. (AFP)"), ("body", "The ferry sank.")], None),
    ],
)
def test_agencies_of_lines(lines, name):
    assert fields_of_lines(*lines).agency == name


@pytest.mark.parametrize(
    ("last", "by"),
    [
        ("The ferry sank, and nobody knew why [...]", "ending.ellipsis"),
        ("The ferry sank, and nobody knew why…", "ending.ellipsis"),
        ("Buyers wait, traders said....", "ending.ellipsis"),
        (
            "The ferry sank on Tuesday off the point, and the harbourmaster and all his men could only wat",
            "ending.open",
        ),
        ("The ferry sank on Tuesday off the point, and the harbourmaster and all his men could only watch.", None),
        ("• The ferry sank on Tuesday off the point, and the harbourmaster and all his men could only watch", None),
        ("Ana Ruiz", None),
    ],
)
def test_truncated_texts(last, by):
    assert fields_of_lines(("body", "The ferry sailed."), ("body", last), ("promo", "Follow us")).truncated_by == by


def test_an_article_for_subscribers_may_be_whole_all_the_same():
    fields = fields_of(json_ld('{"@type": "Article", "headline": "x", "isAccessibleForFree": "False"}'))
    assert not fields.truncated
    assert ("access", "subscribers") in {(c.field, c.value) for c in fields.candidates}


@pytest.mark.parametrize(
    ("marker", "truncated"),
    [
        ("/html/body[1]/article[1]/div[2]#1", True),
        ("/html/body[1]/div[7]/a[1]#1", False),
    ],
)
def test_a_marker_of_a_page_counts_beside_its_text(marker, truncated):
    body, more = entries_of(
        ("body", "The ferry sank on Tuesday off the point, and the men of the harbour could only watch."),
        ("keep_reading", "Keep Reading"),
    )
    body = replace(body, block=replace(body.block, path="/html/body[1]/article[1]/div[1]/p[1]#1"))
    more = replace(more, block=replace(more.block, path=marker))
    assert choose(line_candidates([body, more], "en", None)).truncated is truncated


def test_names_among_the_paragraphs_are_no_co_authors():
    prose = "The ferry sank on Tuesday off the point, and the men of the harbour could only watch."
    lines = [("byline", "By Ana Ruiz"), ("body", prose), ("byline", "Bo Lind"), ("body", prose)]
    assert fields_of_lines(*lines).authors == ("Ana Ruiz",)


def test_head_lines_that_were_taken_for_furniture_are_read():
    bare = Mark(Label.BYLINE, "byline.bare_name", 0.6)
    prose = "The ferry sank on Tuesday off the point, and the men of the harbour could only watch."
    lines = [("title", "Ferry sinks"), ("other", "Ana Ruiz", bare), ("nav", "5 March 2026"), ("body", prose)]
    fields = fields_of_lines(*lines)
    assert (fields.authors, fields.published_at) == (("Ana Ruiz",), "2026-03-05")


def test_sources_that_agree_outweigh_one_that_is_trusted_more():
    offers = [
        offer("title", "Ferry", "h1"),
        *(offer("title", "Ferry sinks", source) for source in ("json-ld", "opengraph", "title-tag", "twitter", "meta")),
    ]
    fields = choose(offers)
    assert fields.title == "Ferry sinks"
    assert [c.won for c in fields.candidates].count(True) == 1


def test_of_the_same_day_the_more_exact_time_wins():
    offers = [
        offer("published_at", "2026-03-05", "json-ld"),
        offer("published_at", "2026-03-05T07:00:00+01:00", "time"),
    ]
    assert choose(offers).published_at == "2026-03-05T07:00:00+01:00"


def test_candidates_of_others_are_weighed_by_their_own_score():
    landed = Candidate("site", "Harrow Tide", "landing", 0.95)
    assert choose([landed, offer("site", "harrowtide.example", "host")]).site == "Harrow Tide"
    assert choose([Candidate("site", "x", "guess", ENOUGH / 2)]).site is None
    assert choose([]) == Fields()


values = st.text(alphabet="abcdé ,", min_size=1, max_size=12)
offered = st.sampled_from([(field, source) for field, sources in TRUST.items() for source in sources])


@given(st.lists(st.builds(lambda pair, value: offer(pair[0], value, pair[1]), offered, values), max_size=20))
def test_choosing_loses_no_candidate_and_takes_at_most_one_value_for_a_single_field(offers):
    fields = choose(offers)
    key = lambda c: (c.field, c.value, c.source)  # noqa: E731
    assert sorted(map(key, fields.candidates)) == sorted(map(key, offers))
    won = [c.field for c in fields.candidates if c.won and c.field not in {"authors", "tags"}]
    assert len(won) == len(set(won))
    assert choose(offers) == fields


@given(st.text(max_size=300))
def test_no_markup_breaks_the_reader_of_documents(text):
    safe = text.replace("\0", "")
    fields_of(
        json_ld(safe) + f"<meta name='author' content='{safe}'><title>{safe}</title>",
        f"<h1>{safe}</h1><p class='byline'>{safe}</p>",
    )


def test_every_candidate_quotes_its_source():
    head = json_ld(
        '{"@type": "NewsArticle", "headline": "Ferry", "author": "By Ana Ruiz", "datePublished": "2026-03-05T07:00:00+01:00"}'
    )
    found = fields_of(head, "<h1>Ferry</h1>" + "<p class='byline'>By Ana Ruiz</p>").candidates
    assert all(c.evidence and len(c.evidence) <= 200 and c.source for c in found)
