"""A page's characters as numbers: classes, words and their hashes, all by table look-up, no loop over the text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import starmap
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.learned.columns import Array

# fmt: off
(OTHER, SPACE, UPPER, LOWER, CASELESS, IDEOGRAPH, DIGIT, STOP, COMMA, COLON, DASH, DQUOTE, SQUOTE, CURLY, CURLY1,
 OPEN, CLOSE, BULLET, RIGHTS, TECH, MONEY) = range(21)
# fmt: on
CLASSES = 21

EXPLICIT = {
    BULLET: "•·|▪►▸‣◦∙→■◆▶●□★☆※¦←↑↓",
    STOP: ".!?…。！？।؟",
    COMMA: ",;،、，；",
    COLON: ":：",
    DQUOTE: '"',
    SQUOTE: "'`´",
    CURLY: "“”„«»‟「」『』",
    CURLY1: "‘’‚‹›",
    OPEN: "([{（【《",
    CLOSE: ")]}）】》",
    RIGHTS: "©®™℗Ⓒ",
    TECH: "@#_/\\&+=*%<>~^",
}
"""Characters whose class their Unicode category does not tell."""

BY_CATEGORY = {
    "Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Lo": CASELESS, "Lm": CASELESS, "Mn": CASELESS, "Mc": CASELESS,
    "Nd": DIGIT, "No": DIGIT, "Nl": DIGIT, "Zs": SPACE, "Zl": SPACE, "Zp": SPACE,
    "Pd": DASH, "Sc": MONEY, "So": BULLET, "Sm": BULLET,
}  # fmt: skip

PLANE = 65536
STEM = 6
"""Letters of a word that its hash sees: near enough a stem."""
MULTIPLIERS = np.array([1, 1000003, 998244353, 754974721, 167772161, 469762049], np.uint64)


def _class_of(code: int) -> int:
    if 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
        return IDEOGRAPH
    if 0xAC00 <= code <= 0xD7AF:
        return CASELESS
    if 0xD800 <= code <= 0xF8FF:
        return OTHER
    char = chr(code)
    return SPACE if char in "\t\n\r\x0b\x0c" else BY_CATEGORY.get(unicodedata.category(char), OTHER)


@cache
def tables() -> tuple[Array, Array]:
    """Return class and lower case of each character of the basic plane."""
    kind = np.fromiter((_class_of(code) for code in range(PLANE)), np.uint8, PLANE)
    lower = np.arange(PLANE, dtype=np.uint32)
    for code in np.flatnonzero(kind == UPPER):
        low = chr(code).lower()
        lower[code] = ord(low) if len(low) == 1 else code
    for number, chars in EXPLICIT.items():
        kind[[ord(char) for char in chars]] = number
    return kind, lower


@dataclass(frozen=True, slots=True)
class Chars:
    """All characters of the blocks, joined by line breaks, and the words (`t_`) in them."""

    code: Array
    kind: Array
    start: Array
    """Offset of each block's first character; one more at the end."""
    size: Array
    t_start: Array
    t_size: Array
    t_block: Array
    t_hash: Array
    """Hash of the stem, lower case."""
    t_word: Array
    """Hash of stem and length: names a short word."""
    t_capital: Array
    t_opens: Array
    """First word of its block, of a sentence or of a quotation."""

    @property
    def t_kind(self) -> Array:
        """Class of each word's first character."""
        return self.kind[self.t_start]

    def block_of(self) -> Array:
        """Return the block of each character; a line break belongs to the block before it."""
        return np.repeat(np.arange(len(self.size), dtype=np.int32), self.size + 1)


def read(texts: Sequence[str]) -> Chars:
    """Turn the blocks' texts to numbers."""
    kinds, lowers = tables()
    joined = "\n".join(texts) + "\n"
    code = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    plane = np.minimum(code, PLANE - 1)
    kind, low = kinds[plane], lowers[plane]
    del plane
    size = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    start = np.concatenate([[0], np.cumsum(size + 1)])
    t_start, t_size, stems = _words(kind, low)
    t_block = np.searchsorted(start, t_start, side="right") - 1
    named = stems * np.uint64(16) + np.minimum(t_size, 15).astype(np.uint64)
    opens = _opens(kind, t_start) | (t_start == start[t_block])
    return Chars(code, kind, start, size, t_start, t_size, t_block, stems, named, kind[t_start] == UPPER, opens)


def _words(kind: Array, low: Array) -> tuple[Array, Array, Array]:
    """Return offset, length and hash of each run of letters and digits, and of each pair of ideographs."""
    inside = ((kind >= UPPER) & (kind <= CASELESS)) | (kind == DIGIT)
    edge = np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8))
    starts = np.flatnonzero(edge == 1)
    sizes = np.flatnonzero(edge == -1) - starts
    stems = np.zeros(len(starts), np.uint64)
    for place in range(STEM):
        letters = low.take(starts + place, mode="clip") + np.uint64(1)
        stems += letters * MULTIPLIERS[place] * (sizes > place)  # to pick the longer words takes twice as long
    pairs = np.flatnonzero((kind[:-1] == IDEOGRAPH) & (kind[1:] == IDEOGRAPH))
    if not len(pairs):
        return starts, sizes, stems
    first, second = (low[pairs + step].astype(np.uint64) + np.uint64(1) for step in (0, 1))
    starts = np.concatenate([starts, pairs])
    sizes = np.concatenate([sizes, np.full(len(pairs), 2, sizes.dtype)])
    stems = np.concatenate([stems, first * MULTIPLIERS[0] + second * MULTIPLIERS[1] + np.uint64(7)])
    order = np.argsort(starts, kind="stable")
    return starts[order], sizes[order], stems[order]


def _opens(kind: Array, starts: Array) -> Array:
    """Tell which words follow a sentence's end, a colon or an opening quote, where a capital says little."""
    before, before2, before3 = (kind[np.maximum(starts - back, 0)] for back in (1, 2, 3))
    ender, quote = np.zeros(CLASSES, bool), np.zeros(CLASSES, bool)
    ender[[STOP, COLON]] = True
    quote[[DQUOTE, CURLY, CURLY1, OPEN, BULLET, CLOSE, SQUOTE]] = True
    ended = ender[before2] | (quote[before2] & ender[before3])
    return np.asarray(quote[before] | ((before == SPACE) & ended))


def word_hash(word: str) -> int:
    """Return the hash of one word as `t_word` has it."""
    low = word.lower()
    codes = (ord(char) + 1 for char in low)
    stem = sum(starmap(mul, zip(codes, MULTIPLIERS.tolist(), strict=False)))
    return int(stem * 16 + min(len(low), 15)) & 0xFFFFFFFFFFFFFFFF
