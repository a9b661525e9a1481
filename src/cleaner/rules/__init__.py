"""The rulebook: rules are data, each with its own proof; see `packs/*.toml` and docs/rules.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.rules.book import Cut, Rulebook, View
from cleaner.rules.packs import Failure, Pack, Rule, check_examples, load_packs
from cleaner.rules.pins import Pin

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Cut", "Failure", "Pack", "Pin", "Rule", "Rulebook", "View", "check_examples", "load_packs", "load_rulebook"]


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Load the shipped packs, trusting them, and those in `folder`; raises RulePackError with file, rule and field."""
    return Rulebook(load_packs(folder, trusting=True))
