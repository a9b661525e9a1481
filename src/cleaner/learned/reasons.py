"""Features in words, for the ledger: every feature of the two models that give reasons has a phrase of its own.

A phrase is a format: `{v}` is the value, `{n}` the count whose logarithm the value is, `{o}` the count that was coarsened
to half octaves; `yes|no` is for values that are 1 or 0.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cleaner.learned.columns import Array

CHARACTERS = (
    "a mark", "a capital", "a small letter", "a letter without case", "a digit", "a full stop", "a comma", "a colon", "a dash",
    "a quotation mark", "an opening bracket", "a closing bracket", "a bullet",
)  # fmt: skip
"""What the values of `first_char` and `last_char` stand for, in the order of `block_features.EDGES`."""
LAYOUTS = ("paragraphs apart by blank lines", "a line a paragraph", "one long line", "another layout")
PLACES = {
    "own_": "", "before_": "the text before: ", "before2_": "the second text before: ", "after_": "the text after: ",
    "after2_": "the second text after: ", "between.first_": "first line between: ", "between.last_": "last line between: ",
}  # fmt: skip
ORDINALS = {1: "", 2: "second ", 3: "third "}

PHRASES = {
    # the form of a line
    r"shape.log_chars": "{n:.0f} characters",
    r"shape.log_words": "{n:.0f} words",
    r"shape.word_length": "words of {v:.1f} letters",
    r"shape.upper": "{v:.0%} of its letters are capitals",
    r"shape.caseless": "{v:.0%} of its letters have no case",
    r"shape.digits": "{v:.0%} of it are digits",
    r"shape.letters": "{v:.0%} of it are letters",
    r"shape.stops": "{v:.2f} full stops a word",
    r"shape.(commas|colons|dashes|brackets|bullets|quotes)": r"{v:.2f} \1 a word",
    r"shape.tech": "{v:.2f} marks such as @ or / a word",
    r"shape.rights": "a rights mark|no rights mark",
    r"shape.money": "a sum of money|no sum of money",
    r"shape.first_char": "begins with {character}",
    r"shape.last_char": "ends with {character}",
    r"shape.ends_sentence": "ends a sentence|no end mark",
    r"shape.ends_question": "ends with a question or a call|ends with no question",
    r"shape.ends_ellipsis": "ends with dots|does not end with dots",
    r"shape.bracketed": "whole line in brackets|not in brackets",
    r"shape.sentences": "{v:.0f} sentences",
    r"shape.words_a_sentence": "{v:.0f} words a sentence",
    r"shape.joins": "{v:.2f} words run into each other a word",
    r"shape.tail_words": "{v:.0f} words after its last sentence",
    r"shape.tail_capital": "after its last sentence {share} of the words have capitals",
    r"shape.words_before_(\w+)": r"{before} first \1",
    r"shape.capital_words": "{v:.0%} of its words have capitals",
    r"shape.capital_inside": "{v:.0%} of its inner words have capitals",
    r"shape.capital_last3": "{v:.0%} of its last three words have capitals",
    r"shape.capital_first3": "{v:.0%} of its first three words have capitals",
    r"shape.shouting": "{v:.2f} runs of capitals a word",
    r"shape.number_words": "{v:.0%} of its words are numbers",
    r"shape.year": "a year|no year",
    r"shape.clock": "a time of day|no time of day",
    # its words
    r"words.function": "{v:.0%} of its words are function words",
    r"words.reader": "{v:.0%} of its words speak to the reader",
    r"words.reader_first": "begins by speaking to the reader|does not begin by speaking to the reader",
    r"words.leaning": "{v:.0%} of its words lean on what went before",
    r"words.leaning_first": "begins with a word that leans on what went before|does not lean on what went before",
    r"words.speech": "{v:.0%} of its words report speech",
    r"words.days": "{v:.0%} of its words are days and months",
    r"words.function_first": "begins with a function word|does not begin with a function word",
    r"words.common_in_page": "{v:.0%} of its words are frequent in the page",
    r"words.text": "worded like {wording} ({v:+.1f})",
    r"words.text_before(\d+)": r"the \1 lines before are worded like {wording} ({v:+.1f})",
    r"words.text_after(\d+)": r"the \1 lines after are worded like {wording} ({v:+.1f})",
    r"words.text_page": "the page is worded like {wording} ({v:+.1f})",
    r"words.opening": "worded like {opening} ({v:+.1f})",
    r"words.opening_before": "the text before is worded like {opening} ({v:+.1f})",
    r"words.opening_after": "the text after is worded like {opening} ({v:+.1f})",
    # rules
    r"rules.(certain|likely)": r"a \1 rule matches|no \1 rule matches",
    r"rules.(\w+)": r"{rule} for \1",
    # place in the page
    r"page.place": "{v:.0%} down the page",
    r"page.from_start": "{n:.0f} lines from the page's start",
    r"page.from_end": "{n:.0f} lines from the page's end",
    r"page.blocks": "a page of {n:.0f} lines",
    r"page.layout": "{layout}",
    r"page.gap": "{v:.0f} blank lines before",
    r"page.gap_after": "{v:.0f} blank lines after",
    r"page.gap_typical": "{v:.0f} blank lines between most lines",
    r"page.glued": "glued to the line before|on a line of its own",
    r"page.next_glued": "the next line is glued to it|the next line stands alone",
    r"page.prose_share": "{v:.0%} of the page's lines are paragraphs",
    r"page.prose_before": "{v:.0%} of the page's paragraphs stand before it",
    r"page.length_rank": "longer than {v:.0%} of the page's lines",
    r"page.certain_share": "certain rules match {v:.0%} of the page's lines",
    r"page.copies": "{v:.0f} times in the page",
    r"page.seen_before": "stood in the page before|not seen before in the page",
    r"page.form_repeats": "the page has {n:.0f} lines of this form",
    r"page.form_pair_repeats": "the page has {n:.0f} pairs of lines of these forms",
    # the lines around
    r"neighbours.log_words": "{n:.0f} words",
    r"neighbours.ends": "ends a sentence|no end mark",
    r"neighbours.certain": "a certain rule matches|no certain rule matches",
    r"neighbours.capitals": "{share} of its words have capitals",
    r"neighbours.first": "begins with {character}",
    r"neighbours.last": "ends with {character}",
    r"neighbours.same_form": "of the same form|of another form",
    r"neighbours.prose_(before|after)(\d+)": r"{v:.0%} of the \2 lines \1 are paragraphs",
    r"neighbours.mass_(before|after)": r"{n:.0f} words of paragraphs in the six lines \1",
    r"neighbours.to_prose_before": "{v:.0f} lines after the last paragraph",
    r"neighbours.to_prose_after": "{v:.0f} lines to the next paragraph",
    r"neighbours.(\w+)_(before|after)": r"{v:.0f} of the three lines \2 are \1 by rule",
    # shared words
    r"cohesion.content_words": "{n:.0f} words that carry a topic",
    r"cohesion.elsewhere": "{v:.0%} of its words stand elsewhere in the page",
    r"cohesion.left(\d+)": r"{v:.0%} of its words in the \1 lines before",
    r"cohesion.right(\d+)": r"{v:.0%} of its words in the \1 lines after",
    r"cohesion.lean": "shares more words with what {side} ({v:+.2f})",
    r"cohesion.around": "{v:.0%} of its words in the paragraphs around",
    r"cohesion.anywhere": "{v:.0%} of its words in any other paragraph",
    r"cohesion.bridge": "the paragraphs before and after share {v:.0%} of their words",
    r"cohesion.best_copy": "{v:.0%} of its words in one other line",
    r"cohesion.best_copy_away": "the line most like it is {n:.0f} lines away",
    r"cohesion.new_words": "{v:.0%} of its words are new in the page",
    r"cohesion.words(\d+)": r"\1 paragraphs before and after are {v:.2f} alike",
    r"cohesion.shared(\d+)": r"\1 paragraphs before and after share words worth {v:.1f}",
    r"cohesion.shared_of_right(\d+)": r"{v:.0%} of the words of \1 paragraphs on stand in as many before",
    r"cohesion.depth(\d+)": r"likeness of \1 paragraphs dips here by {v:.2f}",
    r"cohesion.rank(\d+)_5": r"likeness of \1 paragraphs is lower at {v:.0%} of the places around",
    r"cohesion.rank(\d+)_page": r"likeness of \1 paragraphs is lower at {v:.0%} of the page's places",
    r"cohesion.minus_page(\d+)": r"likeness of \1 paragraphs is {v:+.2f} against the page's",
    r"cohesion.chains_across": "{v:.1f} times as many words run across as at other places",
    r"cohesion.chains_across_short": "{v:.1f} times as many words run across shortly as at other places",
    r"cohesion.words_begin(\d+)": r"{v:.0%} of the words of \1 paragraphs on are new",
    r"cohesion.words_end(\d+)": r"{v:.0%} of the words of \1 paragraphs before come no more",
    r"cohesion.density_across(\d+)": r"pairs of paragraphs across, \1 each side, are {v:.2f} alike",
    r"cohesion.density_lost(\d+)": r"pairs of paragraphs across, \1 each side, are {v:.2f} less alike than on one side",
    r"cohesion.density_ratio(\d+)": r"pairs of paragraphs across, \1 each side, are {v:.1f} times as alike as on one side",
    r"cohesion.names(\d+)": r"names worth {v:.1f} stand in \1 paragraphs before and after",
    r"cohesion.names_of_right(\d+)": r"{v:.0%} of the names of \1 paragraphs on stand in as many before",
    r"cohesion.names_of_left(\d+)": r"{v:.0%} of the names of \1 paragraphs before stand in as many on",
    r"cohesion.names_new": "{v:.0%} of its names are new",
    r"cohesion.names_new_count": "{v:.0f} new names",
    r"cohesion.names_new3": "{v:.0%} of the names of three paragraphs on are new",
    r"cohesion.names_gone3": "{v:.0%} of the names of three paragraphs before come no more",
    r"cohesion.full_names_new": "{v:.0f} full names said for the first time",
    r"cohesion.full_names_known": "{v:.0f} full names said before",
    r"cohesion.full_names_new2": "{v:.0f} full names said for the first time in two paragraphs",
    r"cohesion.full_names_before": "{v:.0f} full names said for the first time in three paragraphs before",
    # what the block model says
    r"kinds.(\w+)\+0": r"{v:.0%} sure that it is \1",
    r"kinds.(\w+)": r"{v:.0%} sure that it is \1",
    r"p_(\w+)": r"{v:.0%} sure that it is \1",
    # what stands between two paragraphs
    r"between.blocks": "{v:.0f} lines between",
    r"between.first": "first text of the page|not the first text",
    r"between.max_(body|heading|title|byline|noise)": r"a line between is {v:.0%} surely \1",
    r"between.sum_(body|heading|title|byline|noise)": r"{v:.1f} lines of \1 between",
    r"between.words": "{n:.0f} words between",
    r"between.max_words": "{v:.0f} words in the longest line between",
    r"between.max_gap": "up to {v:.0f} blank lines",
    r"between.sum_gap": "{v:.0f} blank lines in all",
    r"between.copies": "a line between comes {v:.0f} times in the page",
    r"between.form_repeats": "the page has {n:.0f} lines of the form of one between",
    r"between.(lean|lean_least)": "a line between shares more words with what {side} ({v:+.2f})",
    r"between.like_the_end": "the page's last line stands between|the page's last line does not stand between",
    r"between.comes_again": "a short line between comes {v:.0f} times",
    r"comes_again": "comes {v:.0f} times",
    r"new_line": "{v:.0f} blank lines before",
    r"between.(\w+)": r"{rule} for \1 between",
    # how the text runs
    r"run.place": "{v:.0%} down the text",
    r"run.rows": "a text of {n:.0f} lines",
    r"run.from_start": "some {o:.0f} paragraphs from the start",
    r"run.from_end": "some {o:.0f} paragraphs from the end",
    r"run.kept_(before|after)": r"{v:.1f} of the lines \1 are text",
    r"run.page_prose": "{v:.0%} of the page's lines are paragraphs",
    r"run.page_certain": "certain rules match {v:.0%} of the page's lines",
    r"run.layout": "{layout}",
    r"run.gaps_share": "something stands between {v:.0%} of the page's paragraphs",
    r"run.template": "what stands between: {template}",
    r"run.template_repeats": "{v:.0f} places of the page look so",
    r"run.since_busy": "some {o:.0f} paragraphs since anything stood between",
    r"run.until_busy": "some {o:.0f} paragraphs until anything stands between",
    r"run.again_gaps": "lines that come again stand at {v:.0f} places",
    # habits of writing
    r"style.(quotes|apostrophes|dashes)_change(\d+)": r"other \1 in \2 paragraphs before than after ({v:.1f})",
    r"style.length_change(\d+)": r"\1 paragraphs on are {longer} than before ({v:+.2f})",
    r"style.(speech|days|reader|function|names)_change": r"\1: {v:+.2f} a word from here on",
    r"style.(\w+)": r"\1: other habit before than after ({v:.1f})",
    # the other cuts
    r"cuts.q": "first look says {v:.2f}",
    r"cuts.most_(before|after)(\d+)": r"surest cut of the \2 places \1: {v:.2f}",
    r"cuts.expected": "{v:.1f} cuts expected in the page",
    r"cuts.sure": "{v:.0f} sure cuts in the page",
    r"cuts.unsure": "{v:.0f} doubtful cuts in the page",
    r"cuts.rank": "{v:.0f} likelier cuts in the page",
    r"cuts.share_of_best": "{v:.2f} times the page's second best cut",
    r"cuts.(before|after)": r"{v:.1f} cuts expected \1",
    r"cuts.same_(template|between|shape|gap)": r"places like it in the page (by \1) are {share} surely cuts",
    r"cuts.same_(\w+)_count": r"{v:.0f} places like it in the page (by \1)",
    r"cuts.left_right[\d.]+": "the articles on both sides would be {v:.2f} alike",
    r"cuts.left_in_right[\d.]+": "{v:.0%} of the words of the article after stand in the one before",
    r"cuts.right_in_left[\d.]+": "{v:.0%} of the words of the article before stand in the one after",
    r"cuts.lean[\d.]+": "closer to the article {article} ({v:+.2f})",
    r"cuts.left_rows[\d.]+": "the article before would have some {o:.0f} paragraphs",
    r"cuts.right_rows[\d.]+": "the article after would have some {o:.0f} paragraphs",
    r"cuts.left_words[\d.]+": "the article before would have some {o:.0f} words",
    r"cuts.right_words[\d.]+": "the article after would have some {o:.0f} words",
    r"cuts.left_edge[\d.]+": "the cut before is {v:.0%} sure",
    r"cuts.right_edge[\d.]+": "the cut after is {v:.0%} sure",
}
"""Phrase of each feature, by a pattern of its whole name; the first that matches counts."""
ABSENT = -1.0
"""Value of a neighbour's feature where the page has no such neighbour."""
TEMPLATE = ("title", "byline", "keep-reading line", "credit or caption", "tags or agency")
"""What the bits of `run.template` stand for."""


def in_words(names: Sequence[str], row: Array, parts: Array, most: int) -> str:
    """Name the features that spoke most for a decision, strongest first, each with its value."""
    said: dict[str, None] = {}
    for at in np.argsort(-parts, kind="stable")[: 2 * most]:
        if parts[at] <= 0 or len(said) == most:
            break
        said[word(names[at], float(row[at]))] = None
    return "; ".join(said)


def word(name: str, value: float) -> str:
    """Say what one feature's value means."""
    place, phrase, no = _phrase(name)
    if place and value == ABSENT:
        return f"{place}there is none"
    if no is not None:
        return place + (phrase if value > 0 else no)
    return place + phrase.format_map(_Said(value))


@cache
def _phrase(name: str) -> tuple[str, str, str | None]:
    """Return where the feature was taken, its phrase, and the other phrase of a yes or no."""
    place = next((key for key in PLACES if name.startswith(key)), "")
    bare = name.removeprefix(place)
    where = PLACES.get(place, "")
    offset = re.fullmatch(r"(\D+)([+-])([123])", bare)
    if offset is not None and bare != "kinds.body+0":
        bare, side = offset[1], "before" if offset[2] == "-" else "after"
        what = "place" if bare == "cuts.q" else "line"
        where = f"{where}the {ORDINALS[int(offset[3])]}{what} {side}: "
    for pattern, phrase in PHRASES.items():
        match = re.fullmatch(pattern.replace(".", r"\.", 1), bare)
        if match is not None:
            yes, _, no = match.expand(phrase).replace("_", "-").partition("|")
            return where, yes, no or None
    raise KeyError(name)


class _Said:
    """All ways to say a value, each reckoned when a phrase asks for it."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __getitem__(self, key: str) -> object:
        return self.value if key == "v" else WAYS[key](self.value)


def _choice(options: Sequence[str]) -> Callable[[float], str]:
    return lambda value: options[min(max(0, round(value)), len(options) - 1)]


def _sign(above: str, below: str) -> Callable[[float], str]:
    return lambda value: above if value > 0 else below


def _template(value: float) -> str:
    held = max(0, round(value))
    return ", ".join(part for bit, part in enumerate(TEMPLATE) if held >> bit & 1) or "nothing of note"


WAYS: dict[str, Callable[[float], object]] = {
    "n": lambda value: max(0.0, math.expm1(min(value, 20.0))),
    "o": lambda value: max(0.0, 2 ** (min(value, 60.0) / 2) - 1),
    "share": lambda value: f"{value:.0%}" if value >= 0 else "none",
    "before": lambda value: f"{round(value)} words before the" if value >= 0 else "no",
    "rule": lambda value: "a certain rule" if value >= 1 else "a likely rule" if value > 0 else "no rule",
    "character": _choice(CHARACTERS),
    "layout": _choice(LAYOUTS),
    "wording": _sign("text", "furniture"),
    "opening": _sign("an opening", "no opening"),
    "side": _sign("follows", "stands before"),
    "article": _sign("after", "before"),
    "longer": _sign("longer", "shorter"),
    "template": _template,
}
"""What the keys of the phrases stand for, but for `v`."""
