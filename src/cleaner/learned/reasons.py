"""Features in words, for the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array

YES_NO = {
    "shape.ends_sentence": ("ends a sentence", "no end mark"),
    "shape.bracketed": ("whole line in brackets", "not in brackets"),
    "shape.rights": ("a rights mark", "no rights mark"),
    "rules.certain": ("a certain rule matches", "no certain rule matches"),
    "rules.likely": ("a likely rule matches", "no likely rule matches"),
    "page.seen_before": ("stood in the page before", "not seen before in the page"),
    "page.glued": ("glued to the line before", "on a line of its own"),
    "between.first": ("first text of the page", "not the first text"),
    "between.like_the_end": ("the page's last line stands between", "the page's last line does not stand between"),
    "words.leaning_first": (
        "begins with a word that leans on what went before",
        "does not lean on what went before",
    ),
}
LOGS = {"shape.log_words": "{} words", "shape.log_chars": "{} characters"}
"""Features that hold the logarithm of a count plus one."""
VALUES = {
    "page.copies": "{:.0f} times in the page",
    "page.gap": "{:.0f} blank lines before",
    "shape.sentences": "{:.0f} sentences",
    "words.text": "wording of text ({:+.1f})",
    "neighbours.to_prose_after": "{:.0f} lines to the next paragraph",
    "neighbours.to_prose_before": "{:.0f} lines after the last paragraph",
    "between.blocks": "{:.0f} lines between",
    "between.keep_reading": "a keep-reading line between ({:.1f})",
    "between.comes_again": "a line between comes {:.0f} times",
    "between.max_title": "title line between ({:.2f})",
    "between.max_byline": "byline between ({:.2f})",
    "kinds.title-1": "title line before ({:.2f})",
    "cohesion.names_new_count": "{:.0f} new names",
    "cohesion.full_names_new": "{:.0f} full names said for the first time",
    "cohesion.best_copy": "{:.2f} of its words in one other block",
    "cuts.q": "first look says {:.2f}",
    "run.template_repeats": "{:.0f} places of the page look so",
}
GROUPS = {
    "shape": "form of the line",
    "words": "wording",
    "rules": "rule",
    "page": "place in the page",
    "neighbours": "neighbours",
    "cohesion": "shared words",
    "kinds": "what the lines around are",
    "between": "lines between",
    "run": "run of the text",
    "style": "habits of writing",
    "cuts": "the other cuts",
    "own_shape": "form of the line",
    "own_words": "wording",
    "own_page": "place in the page",
    "own_cohesion": "shared words",
    "before_shape": "form of the line before",
    "before_words": "wording of the line before",
    "after_shape": "form of the line after",
    "after_words": "wording of the line after",
    "before2_shape": "form of the second line before",
    "after2_shape": "form of the second line after",
}
"""What the first part of a feature's name means; of the models that give reasons, every group stands here."""


def in_words(names: Sequence[str], row: Array, parts: Array, most: int) -> str:
    """Name the features that spoke most for a decision, strongest first, each with its value."""
    said: dict[str, None] = {}
    for at in np.argsort(-parts, kind="stable")[: 2 * most]:
        if parts[at] <= 0 or len(said) == most:
            break
        said[_in_words(names[at], float(row[at]))] = None
    return "; ".join(said)


def _in_words(name: str, value: float) -> str:
    bare = name.removeprefix("own_")
    if bare in YES_NO:
        return YES_NO[bare][0 if value > 0 else 1]
    if bare in LOGS:
        return LOGS[bare].format(max(0, round(float(np.expm1(value)))))
    if bare in VALUES:
        return VALUES[bare].format(value)
    group, _, rest = name.partition(".")
    return f"{GROUPS[group]}: {rest.replace('_', ' ')} {value:.2f}"
