"""What a line looks like, whatever its language says: the words of `label` and `split` for the form of a block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cleaner.text import count_words, ends_sentence

PROSE_WORDS = 12
"""From so many words on, a line that ends like a sentence is prose. Measured: 57 % of furniture lines are shorter than
40 characters, 13 % longer than 120; a fifth of body lines are short too, so length alone decides nothing."""
LONG_PROSE_WORDS = 28
"""Prose even without an end mark: a paragraph that the flattener cut."""
HEADLINE_WORDS = (2, 24)
HEADING_WORDS = 14
BULLET = re.compile(r"^(?:[•·▪▸►‣◦∙*–—-]|\d{1,3}[.):]|[a-z]\))\s")
ITEM_MARKS = frozenset("■◆▶●□★")
FULL_STOPS = (".", "。", "।", "۔")
BEHIND_STOP = "\"'”’»)]"
OPENERS = "\"'“„«‘([¿¡"


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one line."""

    words: int
    sentence: bool
    """Ends with sentence punctuation."""
    capital: bool
    """Starts, quotes aside, with a capital, a digit or a letter of a script without case."""
    bullet: bool
    item: bool
    """Starts with a mark that opens a news item (`■`)."""
    colon: bool
    stop: bool
    """Ends with a full stop: 157 of 157 titles seen do not, four end in `?` or `!`."""

    @property
    def prose(self) -> bool:
        """A paragraph, to the eye."""
        return (self.words >= PROSE_WORDS and self.sentence) or self.words >= LONG_PROSE_WORDS

    @property
    def headline(self) -> bool:
        """May be a title or a heading: no full stop, begins like one, neither one word nor a paragraph."""
        low, high = HEADLINE_WORDS
        return (
            self.capital
            and not (self.bullet or self.colon or self.stop)
            and low <= self.words <= high
            and not self.prose
        )

    @property
    def heading(self) -> bool:
        """May be a heading inside an article."""
        return self.capital and not self.bullet and not self.sentence and not self.colon and self.words <= HEADING_WORDS


@lru_cache(maxsize=4096)
def shape_of(text: str) -> Shape:
    """Look at one line; remembered, since every stage asks for the shapes of the same page."""
    first = text.lstrip(OPENERS)[:1]
    return Shape(
        words=count_words(text),
        sentence=ends_sentence(text),
        capital=bool(first)
        and (first.isupper() or first.isdigit() or (first.isalpha() and first.lower() == first.upper())),
        bullet=BULLET.match(text) is not None,
        item=is_item(text),
        colon=text.endswith(":"),
        stop=_ends_with_stop(text),
    )


def is_item(text: str) -> bool:
    """Tell a line that starts with a mark that opens a news item."""
    return text[:1] in ITEM_MARKS


def _ends_with_stop(text: str) -> bool:
    """Tell a full stop from the last of several: dots that break a line off are none."""
    bare = text.removesuffix("\n").rstrip(BEHIND_STOP)
    return bare.endswith(FULL_STOPS) and bare[-2:-1] != "."
