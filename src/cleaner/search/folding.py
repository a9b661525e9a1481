"""Cut text into words as they are compared: without case, accents and vowel points; dense scripts in pairs.

Chinese, Japanese and Thai set no space between words. Their runs are cut into overlapping pairs of characters, and
the last character stands alone besides, so that any part of a run is found as a phrase of pairs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEME = hashlib.sha256(f"1 {unicodedata.unidata_version}".encode()).hexdigest()[:8]
"""Raise the number when a text gives other words than before: indexes of another scheme are made anew."""

_DROPPED = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # accents
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"  # Arabic vowel signs, tatweel
)
"""Marks that one writer sets and another leaves out. Those of Indic scripts and of kana are parts of their words."""

_ALIKE = {
    "й": "й",  # a letter of its own, unlike ё
    "ة": "ه",  # as Arabic search engines do: typed alike
    "ى": "ي",
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "\u200b": " ",  # a space that is not seen; the other format characters join
}

_DENSE = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u3096"
    "\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
    "|[\U00020000-\U0003ffff]"  # by itself: together the two take half a second to compile
)
_DENSE_RUN = re.compile(f"(?:{_DENSE})+")
_RUN = re.compile(f"((?:{_DENSE})+)|(?:(?!{_DENSE})[^ ])+")


class _Folded(dict[int, str]):
    """What a character becomes: letters, digits and marks that count; nothing; or the space between words."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    lowered = character.casefold()
    if known := _ALIKE.get(lowered):
        return known
    if unicodedata.category(character) == "Cf":
        return ""
    decomposed = _DROPPED.sub("", unicodedata.normalize("NFKD", lowered))
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in decomposed.casefold())
    return unicodedata.normalize("NFC", "".join(_ALIKE.get(c, c) for c in kept))


_FOLDED = _Folded()


@dataclass(frozen=True, slots=True)
class Run:
    """A word, or a run of characters that no space parts."""

    text: str
    start: int
    """In the text that was cut, composed as `composed` does it."""
    end: int
    is_dense: bool

    def tokens(self) -> Iterator[tuple[str, int, int]]:
        """Give what is compared, in order, each with its place."""
        if not self.is_dense:
            yield self.text, self.start, self.end
            return
        for place, character in enumerate(self.text):
            pair = self.text[place : place + 2] if place + 1 < len(self.text) else character
            start = min(self.start + place, self.end)
            yield pair, start, min(start + len(pair), self.end)


def composed(text: str) -> str:
    """Compose letters and their accents, however they were typed."""
    return unicodedata.normalize("NFC", text)


def indexed(text: str) -> str:
    """Write a text as its tokens, for an index that parts at ASCII characters other than letters and digits.

    Plain ASCII is left to that index: it does the same, faster.
    """
    if text.isascii() and "\0" not in text:
        return text
    return _DENSE_RUN.sub(_paired, composed(text).translate(_FOLDED))


def runs(text: str) -> list[Run]:
    """Cut a composed text into its words and dense runs, each with its place."""
    pieces, places = [], []
    for place, character in enumerate(text):
        piece = _FOLDED[ord(character)]
        pieces.append(piece)
        places += [place] * len(piece)
    found = _RUN.finditer("".join(pieces))
    return [Run(m[0], places[m.start()], places[m.end() - 1] + 1, m[1] is not None) for m in found]


def _paired(run: re.Match[str]) -> str:
    text = run[0]
    pairs = [text[place : place + 2] for place in range(len(text) - 1)]
    return f" {' '.join(pairs)} {text[-1]} "
