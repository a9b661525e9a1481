"""The learned engine: an opinion on every block that no rule decides, and on where articles begin."""

from cleaner.learned.engine import KINDS, Judgement, judge

TEXT_MODEL = "model.text"
"""Who signs the engine's opinion on a block."""

__all__ = ["KINDS", "TEXT_MODEL", "Judgement", "judge"]
