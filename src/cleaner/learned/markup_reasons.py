"""Features of HTML pages in words, for the ledger."""

from __future__ import annotations

import math
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleaner.learned.columns import Array

YES_NO = {
    "rules.certain": ("a certain rule matches", "no certain rule matches"),
    "rules.likely": ("a likely rule matches", "no likely rule matches"),
    "form.ends_sentence": ("ends a sentence", "no end mark"),
    "form.ends_question": ("ends with a question or exclamation mark", "no question or exclamation mark"),
    "container.inside1": (
        "in the element that holds most running text",
        "not in the element that holds most running text",
    ),
    "container.inside2": (
        "below the element that holds most running text",
        "not below the element that holds most running text",
    ),
    "first.inside1": ("in the element that holds most text", "not in the element that holds most text"),
    "first.inside2": ("below the element that holds most text", "not below the element that holds most text"),
    "markup.hidden": ("a browser does not show it", "a browser shows it"),
    "said.is_title": ("says the page's title", "does not say the page's title"),
    "place.seen_before": ("stood in the page before", "not seen before in the page"),
}
LOGS = {
    "form.log_words": "{} words",
    "form.log_chars": "{} characters",
    "place.blocks": "{} blocks in the page",
    "place.prose_words": "{} words of running text in the page",
    "first.mass": "{} words of text expected in the page",
    "first.words_likely": "{} words of the page are likely text",
    "alike.path_count": "{} blocks of the page stand in elements called so",
    "alike.named_count": "{} elements of the page are called so",
    "alike.siblings_count": "{} blocks called so in the same element",
    "alike.bare_count": "{} blocks of the page have these tags around them",
    "alike.parent_count": "{} blocks in the element around",
    "alike.run": "{} neighbours called alike",
}
"""Features that hold the logarithm of a count plus one."""
AROUND = (
    "its element",
    "the element around",
    *(f"the element {n} above" for n in ("two", "three", "four", "five", "six")),
)
"""What the levels in the names of features mean."""
VALUES = (
    {
        "words.text": "wording of text ({:+.1f})",
        "names.text": "names of the elements around ({:+.1f})",
        "names.level0": "name of its element ({:+.1f})",
        "names.level1": "name of the element around ({:+.1f})",
        "names.level2": "names of the elements two and three above ({:+.1f})",
        "names.level3": "names of the elements far above ({:+.1f})",
        "names.rank": "names of its elements against the page's best ({:+.1f})",
        "heading.words": "wording of the heading above ({:+.1f})",
        "heading.names": "names around the heading above ({:+.1f})",
        "heading.away": "{:.0f} blocks after a heading",
        "heading.level": "heading level {:.0f}",
        "heading.above": "level {:.0f} of the heading above",
        "markup.linked": "{:.0%} of it is links",
        "markup.links": "{:.0f} links",
        "markup.bold": "{:.0%} of it is bold",
        "markup.images": "{:.0f} pictures before",
        "place.copies": "{:.0f} times in the page",
        "said.title": "{:.0%} of its words are in the page's title",
        "said.description": "{:.0%} of its words are in the page's description",
        "said.body": "{:.0%} of its word pairs are in the article body that the page states",
        "said.titles_before": "{:.0f} titles before",
        "said.after_title": "{:.0f} blocks after the title",
        "around.depth": "{:.0f} elements deep",
        "container.away1": "{:.0f} steps from the element that holds most running text",
        "container.away2": "{:.0f} steps from the element below which most running text is",
        "first.p": "first look says {:.2f}",
        "first.heading": "first look says {:.2f} of the heading above",
        "first.path": "first look says {:.2f} of blocks in elements called so",
        "first.named": "first look says {:.2f} of elements called so",
        "first.siblings": "first look says {:.2f} of its siblings",
        "first.parent": "first look says {:.2f} of what is in the same element",
        "first.bare": "first look says {:.2f} of blocks with these tags",
        "first.to_sure_before": "{:.0f} blocks after sure text",
        "first.to_sure_after": "{:.0f} blocks to the next sure text",
        "neighbours.to_prose_after": "{:.0f} lines to the next paragraph",
        "neighbours.to_prose_before": "{:.0f} lines after the last paragraph",
        "first.run": "{:+.0%} of the likely text in its run of blocks (-: of furniture)",
        "first.run_blocks": "{:.0f} blocks in this run of likely text or furniture",
        "first.unsure": "{:.0%} of the page's blocks in doubt",
        "first.mass_before": "{:.0%} of the page's likely text before it",
        "first.mass_after": "{:.0%} of the page's likely text after it",
        "words.page": "wording of the page ({:+.1f})",
        "place.prose_share": "{:.0%} of the page's blocks are running text",
        "container.share1": "{:.0%} of the page's running text in one element",
        "container.share2": "{:.0%} of the page's running text below one element",
        "container.place1": "{:.0%} of the way through the element with most running text",
        "container.place2": "{:.0%} of the way through what is below the element with most running text",
    }
    | {
        f"{name}{level}": phrase.format("{:.0%}", around)
        for level, around in enumerate(AROUND)
        for name, phrase in {
            "first.text": "{} of {} is likely text",
            "first.share": "{} of the likely text is in {}",
            "first.own": "{1}: likely text {0} of the fullest's",
            "container.own": "{1}: running text {0} of the fullest's",
            "around.linked": "{} of {} is links",
            "around.prose_share": "{} of the page's running text in {}",
        }.items()
    }
    | {
        f"{group}.{side}{reach}": f"{what} of the {reach} blocks {side} ({{:+.1f}})"
        for group, what in (("words", "wording"), ("names", "names"))
        for side in ("before", "after")
        for reach in (4, 12)
    }
    | {
        f"first.most_{side}{reach}": f"first look says {{:.2f}} of the likeliest of {reach} blocks {side}"
        for side in ("before", "after")
        for reach in (3, 10)
    }
)
GROUPS = {
    "form": "form of the block",
    "names": "names of its elements",
    "markup": "markup",
    "heading": "heading above",
    "said": "what the page says of itself",
    "tag": "element",
    "around": "elements around",
    "container": "element with most text",
    "alike": "blocks called alike",
    "first": "first look",
    "place": "place in the page",
    "words": "wording",
    "rules": "rule",
    "neighbours": "neighbours",
}
"""What the first part of a feature's name means, where the feature has no phrase of its own."""
TAG = "tag."


def in_words(names: tuple[str, ...], rows: Array, parts: Array, most: int) -> list[str]:
    """Name, for each row, the features that spoke most for a decision, strongest first, each with its value."""
    top, spoke = _strongest(parts, most)
    values = np.take_along_axis(rows, top, 1)[spoke]
    phrases = _phrases(names)
    said = iter([phrases[at](value) for at, value in zip(top[spoke].tolist(), values.tolist(), strict=True)])
    return ["; ".join(islice(said, count)) for count in spoke.sum(1).tolist()]


def _strongest(parts: Array, most: int) -> tuple[Array, Array]:
    """Return the greatest parts of each row in order, and whether each is above zero; both of shape (rows, most).

    Maximum by maximum: for four of 268 a sixth of the time of numpy's partition and a sort.
    """
    left, rows = np.array(parts, np.float32, order="C"), np.arange(len(parts))
    top, spoke = np.empty((len(parts), most), np.int64), np.empty((len(parts), most), bool)
    for place in range(most):
        top[:, place] = at = left.argmax(axis=1)
        spoke[:, place] = left[rows, at] > 0
        left[rows, at] = -np.inf
    return top, spoke


@cache
def _phrases(names: tuple[str, ...]) -> tuple[Callable[[float], str], ...]:
    """Return what says the value of each feature; no two say the same."""
    return tuple(map(_phrase, names))


def _phrase(name: str) -> Callable[[float], str]:
    """Return what says the value of a feature."""
    if name.startswith(TAG):
        return partial(_either, f"a <{name.removeprefix(TAG)}>", f"no <{name.removeprefix(TAG)}>")
    if name in YES_NO:
        return partial(_either, *YES_NO[name])
    if name in LOGS:
        return partial(_counted, LOGS[name])
    if name in VALUES:
        return VALUES[name].format
    group, _, rest = name.partition(".")
    return f"{GROUPS[group]}: {rest.replace('_', ' ')} {{:.2f}}".format


def _either(yes: str, no: str, value: float) -> str:
    return yes if value > 0 else no


def _counted(template: str, value: float) -> str:
    return template.format(max(0, round(math.expm1(value))))
