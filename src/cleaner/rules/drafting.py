"""A site's pack drafted from lines that recur on it: a rule a line, with the counts that speak for it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.text import collapse, count_words, digest, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.model import Label

NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
CONTROL = re.compile(r"[\x7f]")
"""What TOML forbids in a text and JSON does not escape."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line that is to become a rule."""

    line: str
    label: Label
    why: str
    """What was counted."""


def draft_pack(site: str, drafts: Sequence[Draft]) -> str:
    """Write a pack in TOML that takes just these lines away, on this site; whoever saves it has read it."""
    name = NOT_IN_A_NAME.sub("_", site.lower()).strip("_")
    head = [
        "[pack]",
        f"name = {_quoted(f'{name}_recurring')}",
        'language = "any"',
        f"description = {_quoted(f'Lines that recur on {site} and are no text.')}",
        f"site = {_quoted(site)}",
        "",
    ]
    return "\n".join([*head, *(_rule(name, draft) for draft in drafts)])


def _rule(name: str, draft: Draft) -> str:
    line = collapse(draft.line)
    return "\n".join(
        [
            "[[rule]]",
            f"id = {_quoted(f'{draft.label.value}.{name}_{digest(line)[:8]}')}",
            f"label = {_quoted(draft.label.value)}",
            f"match = {_quoted(f'^{_escaped(fold(line))}$')}",
            'where = "line"',
            'strength = "certain"',
            f"max_words = {max(1, count_words(fold(line)))}",
            f"why = {_quoted(draft.why)}",
            f"hits = [{_quoted(line)}]",
            f"misses = [{_quoted(f'The notice at the gate says: {line}')}]",
            "",
        ]
    )


def _escaped(text: str) -> str:
    """Take signs of patterns for themselves; a space needs no sign before it."""
    return re.escape(text).replace("\\ ", " ")


def _quoted(text: str) -> str:
    """Write a text as TOML does, which is as JSON does."""
    return CONTROL.sub(lambda m: f"\\u{ord(m.group()):04x}", json.dumps(text, ensure_ascii=False))
