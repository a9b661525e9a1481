"""First ruling on blocks: a certain rule, else the judge of the page; rules give a removed line its label."""

from __future__ import annotations

import pytest
from conftest import rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.hidden import HIDDEN
from cleaner.label import MARKUP_OVERRULES, OVERRULES, deciding, mark_blocks, settle
from cleaner.learned import HTML_MODEL
from cleaner.model import KEPT_LABELS, TEXT_LABELS, Block, Label, Mark, Verdict

TEXT = "The council voted on Tuesday to sell the old mill to a cooperative of forty families."
CERTAIN = Mark(Label.PROMO, "promo.x", 0.98, certain=True)
LIKELY = Mark(Label.PROMO, "promo.y", 0.6)
DATELINE = Mark(Label.DATELINE, "date.z", 0.6)


def opinion(label, score):
    return Mark(label, "judge", score)


@pytest.mark.parametrize(
    ("marks", "label", "score", "ruled", "by"),
    [
        ((), Label.BODY, 0.6, Label.BODY, "judge"),
        ((), Label.HEADING, 0.6, Label.HEADING, "judge"),
        ((), Label.OTHER, 0.9, Label.OTHER, "judge"),
        ((), Label.TITLE, 0.9, Label.TITLE, "judge"),
        ((CERTAIN,), Label.OTHER, 0.9, Label.PROMO, "promo.x"),
        ((CERTAIN,), Label.BODY, OVERRULES - 0.01, Label.PROMO, "promo.x"),
        ((CERTAIN,), Label.BODY, OVERRULES, Label.BODY, "judge"),
        ((LIKELY,), Label.BODY, 0.6, Label.BODY, "judge"),
        ((LIKELY,), Label.OTHER, 0.6, Label.PROMO, "promo.y"),
        ((LIKELY,), Label.TITLE, 0.6, Label.TITLE, "judge"),
        ((DATELINE,), Label.OTHER, 0.6, Label.OTHER, "judge"),
        ((LIKELY, CERTAIN), Label.OTHER, 0.6, Label.PROMO, "promo.x"),
    ],
)
def test_rulings(marks, label, score, ruled, by):
    (entry,) = settle([Block(0, TEXT, marks=marks)], [opinion(label, score)])
    assert (entry.label, entry.by) == (ruled, by)
    assert entry.block.marks == (*marks, opinion(label, score))


def test_the_first_certain_mark_decides():
    first, second = (Mark(Label.NAV, f"nav.{n}", 1, certain=True) for n in "12")
    assert deciding(Block(0, "x", marks=(LIKELY, first, second))) is first
    assert deciding(Block(0, "x", marks=(LIKELY,))) is None


@pytest.mark.parametrize(
    ("rule", "label", "score", "kept"),
    [
        ("promo.follow_us", Label.PROMO, MARKUP_OVERRULES, True),
        ("promo.de_follow", Label.PROMO, MARKUP_OVERRULES, True),
        ("promo.es_follow", Label.PROMO, OVERRULES - 0.01, False),
        ("newsletter.es", Label.NEWSLETTER, OVERRULES - 0.01, False),
        ("related.pl_cue", Label.RELATED, OVERRULES, True),
        ("date.es", Label.DATE, MARKUP_OVERRULES, True),
        ("promo.est_sign", Label.PROMO, MARKUP_OVERRULES, True),
        ("legal.consent", Label.LEGAL, OVERRULES - 0.01, False),
        ("legal.consent", Label.LEGAL, OVERRULES, True),
    ],
)
def test_consent_and_calls_in_a_language_that_the_engine_hardly_knows_need_a_surer_judge(rule, label, score, kept):
    block = Block(0, TEXT, marks=(Mark(label, rule, 0.98, certain=True),))
    (entry,) = settle([block], [Mark(Label.BODY, HTML_MODEL, score)])
    assert (entry.label is Label.BODY) is kept


@pytest.mark.parametrize(
    ("scores", "kept"),
    [
        ([0.95, 0.7, 0.7], [True, True, True]),
        ([0.7, 0.7, 0.95], [True, True, True]),
        ([0.7, 0.7, 0.7], [False, False, False]),
        ([0.95, 0.5, 0.7], [True, False, False]),
        ([0.7, None, 0.95], [False, True, True]),
    ],
)
def test_the_rest_of_an_article_that_is_folded_away_is_kept_whole(scores, kept):
    """A score of None: a block between that a browser shows."""
    blocks = [Block(i, TEXT, marks=(HIDDEN,) if score else ()) for i, score in enumerate(scores)]
    entries = settle(blocks, [Mark(Label.BODY, HTML_MODEL, score or 0.8) for score in scores])
    assert [entry.label in TEXT_LABELS for entry in entries] == kept


LINES = st.sampled_from([TEXT, "Climate", "By Ana Ruiz", "Wikimedia Commons", "Read More »", "12", "…"]) | st.text()


@settings(deadline=None)  # the first page in all languages compiles all packs
@given(st.lists(st.tuples(LINES, st.sampled_from(Label), st.floats(0, 1)), max_size=12))
def test_every_block_is_ruled_once(lines):
    marked = mark_blocks([Block(i, text) for i, (text, _, _) in enumerate(lines)], rulebook().view(None))
    ruled = settle(marked, [opinion(label, score) for _, label, score in lines])
    assert [e.block.index for e in ruled] == list(range(len(lines)))
    assert all((e.verdict is Verdict.KEPT) == (e.label in KEPT_LABELS) for e in ruled)
    assert all(e.article == 0 and e.opens is None for e in ruled)
