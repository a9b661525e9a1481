"""The learned engines, one for text dumps and one for markup: an opinion on every block, and on where a dump's articles begin."""

from cleaner.learned.engine import KINDS, Judgement, judge
from cleaner.learned.markup_engine import MarkupJudgement, judge_markup

TEXT_MODEL = "model.text"
"""Who signs the engine's opinion on a block of a dump."""
HTML_MODEL = "model.html"
"""Who signs the engine's opinion on a block of an HTML page."""

__all__ = ["HTML_MODEL", "KINDS", "TEXT_MODEL", "Judgement", "MarkupJudgement", "judge", "judge_markup"]
