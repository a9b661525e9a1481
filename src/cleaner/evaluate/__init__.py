"""How good the cleaner is: figures that are pinned (`floor`), and figures over any gold with their spread (`run`)."""

from cleaner.evaluate.floor import (
    Figures,
    GoldLine,
    GoldPage,
    PageScore,
    gold_page,
    pair_up,
    score_page,
    tokens,
    total,
    word_f1,
)

__all__ = [
    "Figures",
    "GoldLine",
    "GoldPage",
    "PageScore",
    "gold_page",
    "pair_up",
    "score_page",
    "tokens",
    "total",
    "word_f1",
]
