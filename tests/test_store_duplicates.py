"""Copies, near-copies and versions of articles, and the lines that recur on a site; in whatever order they came."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouse_samples import article, cleaned, digest_of, page, read, running, staged, start

from cleaner.model import Cleaned
from cleaner.store.duplicates import components
from cleaner.store.warehouse import open_warehouse

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(2000)]


def text(seed: int, words: int = 120) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def said(words: list[str]) -> str:
    return " ".join(words)


@dataclass(frozen=True)
class Printed:
    """A page with articles, as somebody printed it."""

    name: str
    bodies: list[list[str]]
    host: str = "tide.example"
    address: str | None = None
    """Path of its address; its name where nothing is said."""
    fetched: datetime | None = MONDAY
    published: str | None = "2026-03-01"
    titles: list[str] = field(default_factory=list)


def as_page(printed: Printed) -> Cleaned:
    url = f"https://{printed.host}/{printed.address or printed.name}"
    firsts = [sum(len(body) + 1 for body in printed.bodies[:place]) for place in range(len(printed.bodies))]
    articles = tuple(
        article(
            printed.name,
            position,
            body,
            first,
            published_at=printed.published,
            title=printed.titles[position - 1] if printed.titles else f"{printed.name} {position}",
        )
        for position, (body, first) in enumerate(zip(printed.bodies, firsts, strict=True), 1)
    )
    landed = page(printed.name, url=url, fetched_at=printed.fetched)
    return cleaned(printed.name, *printed.bodies, articles=articles, page=landed)


def published(folder: Path, *loads: list[Printed]) -> Path:
    """Load the pages, publishing after each load."""
    with running(folder) as opened:
        for number, load in enumerate(loads):
            opened.load([staged(folder, [as_page(printed) for printed in load], name=str(number))], [], [])
            path = opened.publish()
    return path


CLUSTERS = """
    SELECT p.source, c.kind::VARCHAR, k.source FROM article_clusters AS c JOIN pages AS p USING (page_id)
    JOIN articles AS a ON a.article_id = c.cluster_id JOIN pages AS k ON k.page_id = a.page_id ORDER BY 1
"""
UNIQUE = "SELECT source FROM articles_unique JOIN pages USING (page_id) ORDER BY 1"

A, B = text(1), text(2)
EDITED = [*A[:50], "corrected", *A[51:]]
REWRITTEN = [word if place % 3 else "other" for place, word in enumerate(A)]


@pytest.mark.parametrize(
    ("pages", "clusters"),
    [
        pytest.param([Printed("a", [[said(A)]]), Printed("b", [[said(B)]])], [], id="different texts"),
        pytest.param(
            [Printed("a", [[said(A)]]), Printed("b", [[said(A).upper() + "!"]], "gull.example", published="2026-03-02")],
            [("a", "canonical", "a"), ("b", "exact", "a")],
            id="the same words on another site",
        ),
        pytest.param(
            [Printed("a", [[said(A)]], published="2026-03-02"), Printed("b", [[said(EDITED)]], published="2026-03-01")],
            [("a", "near", "b"), ("b", "canonical", "b")],
            id="edited: the earlier day stands for both",
        ),
        pytest.param(
            [Printed("a", [[said(A)]]), Printed("b", [[said(A), said(B[:20])]])],
            [("a", "near", "b"), ("b", "canonical", "b")],
            id="of one day the fuller one",
        ),
        pytest.param(
            [Printed("a", [[said(A)]], published=None), Printed("b", [[said(A)]], published="2026-03-09")],
            [("a", "exact", "b"), ("b", "canonical", "b")],
            id="a known day before an unknown one",
        ),
        pytest.param([Printed("a", [[said(A)]]), Printed("b", [[said(REWRITTEN)]])], [], id="rewritten"),
        pytest.param(
            [Printed("a", [[said(A)], [said(A)]])], [("a", "canonical", "a"), ("a", "exact", "a")], id="twice on a page"
        ),
    ],
)  # fmt: skip
def test_copies(tmp_path: Path, pages: list[Printed], clusters: list[Any]) -> None:
    path = published(tmp_path, pages)
    assert read(path, CLUSTERS) == clusters
    assert [s for (s,) in read(path, UNIQUE)] == sorted(
        p.name for p in pages if not clusters or (p.name, "canonical", p.name) in clusters
    )
    assert read(path, "SELECT count(*) FROM articles") == [(sum(len(p.bodies) for p in pages),)]


def test_the_similarity_is_that_of_their_runs_of_words(tmp_path: Path) -> None:
    path = published(tmp_path, [Printed("a", [[said(A)]]), Printed("b", [[said(EDITED)]])])
    shingles = [{tuple(w[i : i + 3]) for i in range(len(w) - 2)} for w in (A, EDITED)]
    jaccard = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    told = dict(read(path, "SELECT kind::VARCHAR, similarity FROM article_clusters"))
    assert told == {"canonical": 1.0, "near": pytest.approx(jaccard)}


def test_syndication_names_everyone_who_printed_it(tmp_path: Path) -> None:
    path = published(
        tmp_path,
        [Printed("a", [[said(A)]]), Printed("b", [[said(EDITED)]], host="gull.example"), Printed("c", [[said(B)]])],
    )
    assert read(path, "SELECT title, copies, hosts, places FROM syndication") == [
        ("b 1", 2, 2, ["gull.example", "tide.example"])
    ]


# --- versions

LATER = MONDAY + timedelta(days=1)
VERSIONS = "SELECT p.source, v.version, v.superseded_by IS NULL FROM article_versions AS v JOIN pages AS p USING (page_id) ORDER BY 1, 2"
LATEST = "SELECT p.source, a.position FROM articles_latest AS a JOIN pages AS p USING (page_id) ORDER BY 1, 2"


@pytest.mark.parametrize(
    ("second", "versions", "latest"),
    [
        pytest.param([[said(EDITED)]], [("v1", 1, False), ("v2", 2, True)], [("v2", 1)], id="a correction"),
        pytest.param(
            [[said(A), said(B), said(text(3))]],
            [("v1", 1, False), ("v2", 2, True)],
            [("v2", 1)],
            id="it grew threefold",
        ),
        pytest.param([[said(B)]], [], [("v1", 1), ("v2", 1)], id="another story at the same address"),
        pytest.param(
            [[said(B)], [said(A)]], [("v1", 1, False), ("v2", 2, True)], [("v2", 1), ("v2", 2)], id="one more on top"
        ),
    ],
)
def test_a_page_fetched_again_is_a_version_not_a_copy(
    tmp_path: Path, second: list[list[str]], versions: list[Any], latest: list[Any]
) -> None:
    first = Printed("v1", [[said(A)]], address="story")
    again = Printed("v2", second, address="story", fetched=LATER)
    path = published(tmp_path, [first, again])
    assert read(path, VERSIONS) == versions
    assert read(path, LATEST) == latest
    assert read(path, "SELECT count(*) FROM article_clusters") == [(0,)]
    assert read(path, "SELECT p.source, v.version, superseded_by IS NULL FROM page_versions AS v"
        " JOIN pages AS p USING (page_id) ORDER BY 1") == [("v1", 1, False), ("v2", 2, True)]  # fmt: skip


def test_the_same_headline_over_a_rewritten_story_is_a_version(tmp_path: Path) -> None:
    first = Printed("v1", [[said(A)]], address="story", titles=["Wall holds"])
    again = Printed("v2", [[said(B)]], address="story", fetched=LATER, titles=["WALL HOLDS"])
    assert read(published(tmp_path, [first, again]), LATEST) == [("v2", 1)]


def test_three_versions_are_one_story(tmp_path: Path) -> None:
    days = [MONDAY + timedelta(days=day) for day in range(3)]
    texts = [A, EDITED, A]
    pages = [
        Printed(f"v{n}", [[said(t)]], address="story?utm_source=x", fetched=d)
        for n, (t, d) in enumerate(zip(texts, days, strict=True))
    ]
    path = published(tmp_path, pages)
    assert read(path, VERSIONS) == [("v0", 1, False), ("v1", 2, False), ("v2", 3, True)]
    assert len(read(path, "SELECT DISTINCT story_id FROM article_versions")) == 1


def test_a_copy_elsewhere_belongs_to_the_newest_version(tmp_path: Path) -> None:
    pages = [
        Printed("v1", [[said(A)]], address="story"),
        Printed("v2", [[said(EDITED)]], address="story", fetched=LATER),
        Printed("copy", [[said(A)]], host="gull.example", published="2026-03-05"),
    ]
    path = published(tmp_path, pages)
    assert read(path, CLUSTERS) == [("copy", "near", "v2"), ("v2", "canonical", "v2")]


# --- order, and what is remembered

TOLD = (CLUSTERS, UNIQUE, VERSIONS, LATEST, "FROM host_paragraphs ORDER BY ALL", "FROM syndication ORDER BY ALL")


def everything_told(path: Path) -> list[Any]:
    return [read(path, sql) for sql in TOLD]


def many() -> list[Printed]:
    """Draw 24 pages: stories, edited copies, versions, with lines that recur."""
    drawn = random.Random(7)
    pages = []
    for number in range(24):
        words = text(number % 6)
        for _ in range(drawn.randrange(6)):
            words[drawn.randrange(len(words))] = drawn.choice(WORDS)
        body = [said(words), "Follow the Tide on every channel.", f"Page {number % 3}"]
        host = drawn.choice(["tide.example", "gull.example"])
        address = f"story-{number % 6}" if number % 4 == 0 else None
        fetched = MONDAY + timedelta(days=drawn.randrange(20))
        pages.append(Printed(f"p{number:02}", [body], host, address, fetched, f"2026-03-{drawn.randrange(1, 28):02}"))
    return pages


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    told = everything_told(published(tmp_path_factory.mktemp("warehouse"), many()))
    assert all(told), "the drawn pages must give every table something to tell"
    return told


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_order_in_which_pages_come_changes_nothing(tmp_path: Path, at_once: list[Any], seed: int) -> None:
    pages = many()
    random.Random(seed).shuffle(pages)
    assert everything_told(published(tmp_path, pages[:9], pages[9:])) == at_once


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(24)), cuts=st.lists(st.integers(1, 23), max_size=3, unique=True).map(sorted))
def test_no_order_changes_anything(
    tmp_path_factory: pytest.TempPathFactory, at_once: list[Any], order: list[int], cuts: list[int]
) -> None:
    pages = [many()[place] for place in order]
    loads = [pages[a:b] for a, b in zip([0, *cuts], [*cuts, len(pages)], strict=True)]
    assert everything_told(published(tmp_path_factory.mktemp("warehouse"), *loads)) == at_once


def test_a_page_that_is_cleaned_otherwise_leaves_no_trace(tmp_path: Path) -> None:
    other = Printed("b", [[said(B)]])
    path = published(tmp_path, [Printed("a", [[said(A)]]), Printed("b", [[said(EDITED)]])], [other])
    assert read(path, CLUSTERS) == []
    with open_warehouse(tmp_path) as opened:
        assert opened._rows("SELECT count(*) FROM article_texts") == [(2,)]
        assert opened._rows("SELECT count(*) FROM text_signatures") == [(2,)]
        assert opened._rows("SELECT count(*) FROM text_pairs") == [(0,)]


def test_known_texts_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cleaner.store import duplicates  # noqa: PLC0415 - patched here

    seen: list[str] = []
    real = duplicates.fingerprints
    monkeypatch.setattr(duplicates, "fingerprints", lambda texts: (seen.extend(texts), real(texts))[1])
    published(tmp_path, [Printed("a", [[said(A)]])], [Printed("b", [[said(B)]])], [Printed("a", [[said(A)]])])
    assert seen == [said(A), said(B)]


def test_another_scheme_compares_everything_anew(tmp_path: Path) -> None:
    published(tmp_path, [Printed("a", [[said(A)]]), Printed("b", [[said(EDITED)]])])
    with open_warehouse(tmp_path) as opened:
        opened._execute("UPDATE duplicate_scheme SET scheme = 'of old'")
        opened._execute("UPDATE text_signatures SET band_01 = 0, band_02 = 1, band_03 = 2")
        opened._execute("DELETE FROM text_pairs")
        opened.begin_run(start("run-2"))
        opened.load([staged(tmp_path, [as_page(Printed("c", [[said(B)]]))], name="9", run_id="run-2")], [], [])
        assert read(opened.publish(), CLUSTERS) == [("a", "near", "b"), ("b", "canonical", "b")]


@given(links=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))))
def test_components_are_the_closure_of_links(links: list[tuple[str, str]]) -> None:
    found = components(links)
    nodes = {node for link in links for node in link}
    reached = {node: {node} for node in nodes}
    for _ in nodes:
        for one, other in links:
            joined = reached[one] | reached[other]
            for node in joined:
                reached[node] = reached[node] | joined
    assert found == {node: min(reached[node]) for node in nodes}


# --- site memory


def test_lines_that_recur_on_a_host_are_counted_by_week(tmp_path: Path) -> None:
    line, once = "Follow the Tide.", "Only here."
    next_week = MONDAY + timedelta(days=7)
    pages = [
        Printed("a", [[said(A), line, once]]),
        Printed("b", [[said(B), line.upper()]]),
        Printed("c", [[said(text(3)), line]], fetched=next_week),
        Printed("d", [[said(text(4)), line]], host="gull.example"),
    ]
    path = published(tmp_path, pages)
    rows = read(
        path,
        "SELECT host, week::VARCHAR, text, pages, kept, removed FROM host_paragraphs WHERE text ILIKE 'follow the%' ORDER BY week",
    )
    assert rows == [
        ("tide.example", "2026-03-02", line.upper(), 2, 2, 0),
        ("tide.example", "2026-03-09", line, 1, 1, 0),
    ]
    assert read(path, "SELECT count(*) FROM host_paragraphs WHERE text = 'Only here.'") == [(0,)]
    assert read(
        path, "SELECT text, page_weeks, weeks, kept, host_pages FROM recurring_lines WHERE text ILIKE 'follow the%'"
    ) == [(line.upper(), 3, 2, 3, 3)]
    memory = f"SELECT block, host_pages, host_kept, host_removed FROM ledger_memory WHERE page_id = '{digest_of('a')}' ORDER BY block"
    # The last line is the promo that every page of the samples ends with.
    assert read(path, memory) == [(0, 1, 0, 0), (1, 3, 3, 0), (2, 1, 0, 0), (3, 3, 0, 3)]


def test_a_page_fetched_twice_does_not_make_its_lines_recur(tmp_path: Path) -> None:
    pages = [Printed("v1", [[said(A)]], address="story"), Printed("v2", [[said(A)]], address="story", fetched=LATER)]
    assert read(published(tmp_path, pages), "SELECT count(*) FROM host_paragraphs") == [(0,)]
