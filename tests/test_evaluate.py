from __future__ import annotations

from dataclasses import replace

import pytest

from cleaner.evaluate import GoldLine, gold_page, pair_up, score_page, total, word_f1
from cleaner.model import Article, Label, Paragraph

FERRY = "The ferry left the quay at noon."
BUSES = "Two buses will wait at the slip."
MARKER = "Keep reading and show less"
RECORD = {
    "rejected": None,
    "articles": [
        {"language": "en", "paragraphs": [FERRY, "A bridge by 2031"], "headings": ["A bridge by 2031"]},
        {"language": "en", "paragraphs": [BUSES], "headings": []},
    ],
    "lines": [
        [0, "nav", "Ferries"],
        [1, "title", "The Ferry That Would Not Retire"],
        [1, "body", FERRY],
        [1, "heading", "A bridge by 2031"],
        [1, "keep_reading", MARKER, True],
        [2, "body", BUSES],
    ],
}
GOLD = gold_page(RECORD)


def article(position: int, *texts: str) -> Article:
    return Article(f"{position:032}", position, tuple(Paragraph(t, Label.BODY, i) for i, t in enumerate(texts)))


PERFECT = (article(1, FERRY, "A bridge by 2031"), article(2, BUSES))


def test_gold_of_a_dump_is_its_lines() -> None:
    assert GOLD.language == "en"
    assert GOLD.lines[4] == GoldLine(1, Label.KEEP_READING, MARKER, glued=True)


def test_gold_of_html_is_paragraphs_and_what_must_go() -> None:
    gold = gold_page({"articles": [{"language": "fr", "paragraphs": ["Bonjour."]}], "dropped": ["Tout accepter"]})
    assert gold.lines == (GoldLine(1, Label.BODY, "Bonjour."), GoldLine(0, Label.OTHER, "Tout accepter"))


def test_a_perfect_page_scores_one_throughout() -> None:
    assert set(total([score_page(GOLD, PERFECT)]).rates().values()) == {1.0}


@pytest.mark.parametrize(
    ("articles", "figure", "rate"),
    [
        ((), "article_f1", 0.0),
        ((), "body_kept", 0.0),
        ((), "count_right", 0.0),
        (PERFECT[:1], "article_f1", 0.5),
        (PERFECT[:1], "body_kept", 2 / 3),
        ((article(1, FERRY, "A bridge by 2031", MARKER), PERFECT[1]), "noise_removed", 0.5),
        ((article(1, FERRY, "A bridge by 2031", BUSES),), "boundary_f1", 0.0),
        ((article(1, FERRY), article(2, "A bridge by 2031"), article(3, BUSES)), "boundary_f1", 2 / 3),
        ((article(1, "The Ferry That Would Not Retire", FERRY, "A bridge by 2031"), PERFECT[1]), "exact", 0.5),
    ],
)
def test_what_is_wrong_costs_its_figure(articles: tuple[Article, ...], figure: str, rate: float) -> None:
    assert total([score_page(GOLD, articles)]).rates()[figure] == pytest.approx(rate)


def test_broken_characters_of_the_page_are_no_loss() -> None:
    line = GoldLine(1, Label.BODY, "The cafÃ© opens at nine, sooner than planned.")
    mended = article(1, "The café opens at nine, sooner than planned.")
    assert score_page(replace(GOLD, texts=("",), lines=(line,)), (mended,)).lost == 0


def test_furniture_that_is_also_text_proves_nothing() -> None:
    gold = replace(GOLD, lines=(*GOLD.lines, GoldLine(0, Label.NAV, "the quay")))
    assert score_page(gold, PERFECT).leaked == 0


def test_a_page_without_articles_that_gives_none_is_right() -> None:
    score = score_page(gold_page({"rejected": "no-body", "articles": [], "dropped": ["Accept"]}), ())
    assert (score.f1, score.count_right, score.leaked) == (1.0, True, 0)


def test_pairs_are_one_to_one_and_best_first() -> None:
    assert [(g, p) for g, p, _ in pair_up([FERRY, BUSES], [BUSES, FERRY, FERRY])] == [(0, 1), (1, 0)]


def test_word_f1_looks_at_words_only() -> None:
    assert word_f1("“The quay”, at noon", "the QUAY at noon.") == 1.0
    assert word_f1("", "") == 0.0


def test_no_pages_are_no_fault() -> None:
    assert total([]).pages == 0
