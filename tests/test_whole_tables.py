"""A table of data is kept whole or not at all, as most of its cells are judged; tables that lay a page out are no tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from cleaner import judge
from cleaner.blocks.html import html_page
from cleaner.blocks.tables import tables_of
from cleaner.model import TEXT_LABELS

PROSE = "<p>The council voted on Tuesday to pay for the new pier, and named the firms that will build it.</p>"
ROWS = (
    "<tr><th>Item</th><th>Pounds</th></tr><tr><td>Steel</td><td>133,500</td></tr><tr><td>Showers</td><td>90</td></tr>"
)
COSTS = f"<table>{ROWS}</table>"
SMALL = "<table><tr><th>Item</th><th>Pounds</th></tr><tr><td colspan=2>Steel</td></tr></table>"


@dataclass(frozen=True)
class Judgement:
    p_text: np.ndarray
    kept: np.ndarray

    def all_reasons(self):
        return ["as the test has it"] * len(self.kept)


def judged(markup, signs, monkeypatch):
    """Judge a page's blocks by signs, `+` for text; return the signs that come out, and who said so of each."""
    page = html_page(f"<body>{markup}</body>")
    kept = np.array([sign == "+" for sign in signs])
    assert len(page.blocks) == len(kept)
    monkeypatch.setattr(judge, "judge_markup", lambda *_: Judgement(np.where(kept, 0.95, 0.05), kept))
    opinions = judge.judge_html(page.blocks, page.outline, page.hints).opinions
    return "".join("+" if o.label in TEXT_LABELS else "-" for o in opinions), [o.by for o in opinions]


@pytest.mark.parametrize(
    ("markup", "said", "settled"),
    [
        (PROSE + COSTS + PROSE, "+" + "++-+++" + "+", "+" + "++++++" + "+"),
        (PROSE + COSTS + PROSE, "+" + "+-+---" + "+", "+" + "------" + "+"),
        (PROSE + COSTS + PROSE, "+" + "+-+-+-" + "+", "+" + "++++++" + "+"),
        (PROSE + COSTS + PROSE, "+" + "------" + "+", "+" + "------" + "+"),
        (PROSE + COSTS + COSTS + PROSE, "+" + "+++++-" + "-----+" + "+", "+" + "++++++" + "------" + "+"),
        (PROSE + SMALL + PROSE, "+" + "+-+" + "+", "+" + "+-+" + "+"),
        (f"<table><tr><td>{PROSE}</td></tr><tr><td>{PROSE}</td></tr></table>" * 2, "++--", "++--"),
    ],
    ids=["one cell lost", "two cells leaked", "as many", "none", "each for itself", "too small", "layout"],
)
def test_a_table_is_kept_whole_or_not_at_all(markup, said, settled, monkeypatch):
    signs, by = judged(markup, said, monkeypatch)
    assert signs == settled
    assert [who == "html.table" for who in by] == [a != b for a, b in zip(said, settled, strict=True)]


def test_a_table_in_a_cell_has_its_own_cells():
    inner = "<table><tr><th>Day</th><th>Hours</th></tr><tr><td>Mon</td><td>9</td></tr></table>"
    page = html_page(f"<body><table><tr><td>{PROSE}{inner}</td></tr></table>{COSTS}</body>")
    texts = [[page.blocks[i].text for i in cells] for cells in tables_of(page.blocks, page.outline)]
    assert texts == [["Day", "Hours", "Mon", "9"], ["Item", "Pounds", "Steel", "133,500", "Showers", "90"]]
