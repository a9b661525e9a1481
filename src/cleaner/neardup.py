"""How near two texts are: shingles, their exact likeness, and the bands that find candidates without comparing all pairs.

Three tokens a shingle: an agency story that two papers edit here and there stays near (5 % of its words changed: 0.75;
with the usual five tokens 0.63), and 0.8 of the shingles of running text in common does not happen by chance.
Twenty bands of six rows (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4): of the pairs with a likeness of
0.8, 99.8 % share a band; of those with 0.5, 27 %; with 0.3, 1.4 %. What shares a band is then compared exactly.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from rensa import RMinHash

from cleaner.text import CJK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Shingles = NDArray[np.uint64]
    Bands = NDArray[np.uint32]

TOKENS_A_SHINGLE = 3
BANDS = 20
ROWS_A_BAND = 6
NEAR = 0.8
"""Likeness from which on two texts are near-duplicates."""

_NO_WORD, _WORD, _IDEOGRAPH = range(3)
_SLICE = 2**18
"""Characters that are hashed in one pass: more would leave the processor's cache."""
_MIX = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
"""Odd 64-bit constants (of splitmix64 and xxHash): the same words in another order are another shingle."""
_SEED = 42
_NOTHING, _TRUE = np.zeros(1, dtype=np.uint64), np.ones(1, dtype=np.bool_)

SCHEME = f"2: rensa {version('rensa')}, {TOKENS_A_SHINGLE} tokens, {BANDS} x {ROWS_A_BAND}, seed {_SEED}"
"""Bands of two schemes cannot be compared."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near two texts are, from 0 to 1."""

    similarity: float
    """Jaccard: shingles in common, of all that either has."""
    overlap: float
    """Shingles in common, of the shorter text's: 1.0 where one text was only added to."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text, as far as its likeness to others goes."""

    key: str
    """32 hex digits of its words alone, in order: equal for copies that differ in case, spacing, punctuation."""
    shingles: Shingles
    """Hash of each run of three tokens: the distinct ones in ascending order, at least one."""


def fingerprints(texts: Sequence[str]) -> list[Fingerprint]:
    """Take the fingerprints of texts, thousands at a time for speed; each depends on its text alone.

    One without words is one shingle, and so is one of fewer than three tokens.
    """
    words, counts = _word_hashes([_folded(text) for text in texts])
    ends = np.cumsum(counts)
    shingles = _sorted_shingles(words, ends - counts, counts)
    return [
        Fingerprint(_key(words[end - count : end]), found) if count else _wordless(text)
        for text, count, end, found in zip(texts, counts.tolist(), ends.tolist(), shingles, strict=True)
    ]


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def _word_hashes(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """Hash every word of every text, in order, and count them by text; an ideograph is a word.

    Works on slices of all texts strung together. A text longer than a slice is cut there, whatever word it hits.
    """
    counts = np.zeros(len(texts), dtype=np.int64)
    hashes: list[Hashes] = [np.empty(0, dtype=np.uint64)]
    for owners, pieces in _slices(texts):
        found, places = _hashed_words("\n".join(pieces))
        hashes.append(found)
        starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)])
        np.add.at(counts, owners, np.diff(np.searchsorted(places, starts)))
    return np.concatenate(hashes), counts


def _slices(texts: Sequence[str]) -> Iterator[tuple[list[int], list[str]]]:
    """Put texts together up to the length that one pass takes; yields whose the pieces are, and the pieces."""
    owners: list[int] = []
    pieces: list[str] = []
    length = 0
    for owner, text in enumerate(texts):
        for start in range(0, len(text), _SLICE):
            piece = text[start : start + _SLICE]
            if length + len(piece) > _SLICE and pieces:
                yield owners, pieces
                owners, pieces, length = [], [], 0
            owners.append(owner)
            pieces.append(piece)
            length += len(piece) + 1
    if pieces:
        yield owners, pieces


def _hashed_words(text: str) -> tuple[Hashes, NDArray[np.int64]]:
    """Hash each word of a folded text; returns the hashes and where the words begin.

    The sum of c * BASE^place over a word, divided by BASE^place of its first character, depends on the word alone;
    running sums give that of all words in a few passes. All of it modulo 2^64, where an odd base can be divided by.
    """
    codes = _codes(text)
    kinds = np.concatenate(([_NO_WORD], _kinds()[codes], [_NO_WORD])).astype(np.uint8)
    # Between two neighbours a word goes on where both are parts of words and neither is an ideograph.
    goes_on = (kinds[:-1] == _WORD) & (kinds[1:] == _WORD)
    in_word = kinds[1:-1] != _NO_WORD
    begins = np.flatnonzero(in_word & ~goes_on[:-1])
    ends = np.flatnonzero(in_word & ~goes_on[1:]) + 1
    powers, inverses = _powers()
    sums = np.concatenate((_NOTHING, np.cumsum((codes + np.uint64(1)) * powers[: len(codes)])))
    return _mixed((sums[ends] - sums[begins]) * inverses[begins]), begins


def _codes(text: str) -> Hashes:
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), dtype=np.uint8).astype(np.uint64)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)


@cache
def _kinds() -> NDArray[np.uint8]:
    """Say of every code point whether it is part of a word, or an ideograph."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    kinds = np.full(len(every), _NO_WORD, dtype=np.uint8)
    for pattern, kind in ((re.compile(r"\w+"), _WORD), (CJK, _IDEOGRAPH)):
        for run in pattern.finditer(every):
            kinds[run.start() : run.end()] = kind
    return kinds


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Take the powers of the base and of its inverse, for as many characters as are strung together."""
    base = int(_MIX[0])
    return _powers_of(base), _powers_of(pow(base, -1, 2**64))


def _powers_of(base: int) -> Hashes:
    bases = np.full(2 * _SLICE, base, dtype=np.uint64)
    bases[0] = 1
    return np.cumprod(bases, dtype=np.uint64)


def _mixed(hashes: Hashes) -> Hashes:
    """Let every bit depend on every other (the end of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[1]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[2]
    return hashes ^ (hashes >> np.uint64(31))


def _sorted_shingles(words: Hashes, begins: NDArray[np.int64], counts: NDArray[np.int64]) -> list[Shingles]:
    """Cut each text's words into shingles: the distinct ones in ascending order."""
    wide = np.zeros(max(len(words) - TOKENS_A_SHINGLE + 1, 0), dtype=np.uint64)
    for place in range(TOKENS_A_SHINGLE):
        wide = (wide ^ words[place : place + len(wide)]) * _MIX[place]
    found = []
    for begin, count in zip(begins.tolist(), counts.tolist(), strict=True):
        if count < TOKENS_A_SHINGLE:
            found.append(_narrow(words[begin : begin + count]))
            continue
        shingles = wide[begin : begin + count - TOKENS_A_SHINGLE + 1]  # of one text only: no window is used twice
        shingles.sort()
        found.append(shingles[np.concatenate((_TRUE, shingles[1:] != shingles[:-1]))])
    return found


def _narrow(words: Hashes) -> Shingles:
    """Make one shingle of fewer words than a shingle has."""
    mixed = np.zeros(1, dtype=np.uint64)
    for place in range(len(words)):
        mixed = (mixed ^ words[place : place + 1]) * _MIX[place]
    return mixed


def _key(words: Hashes) -> str:
    return blake2b(words.astype("<u8", copy=False).tobytes(), digest_size=16).hexdigest()


def _wordless(text: str) -> Fingerprint:
    key = blake2b(b"\0" + text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return Fingerprint(key, np.array([int(key[:16], 16)], dtype=np.uint64))


def bands(texts: Sequence[Shingles]) -> Bands:
    """Fold the MinHash signature of each text into bands of 32 bits; shape (texts, BANDS)."""
    if not texts:
        return np.empty((0, BANDS), dtype=np.uint32)
    offsets = np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.uint64)
    size = BANDS * ROWS_A_BAND
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(texts), offsets, size, _SEED)
    numbers = chain.from_iterable(matrix.to_rows())
    rows = np.fromiter(numbers, dtype=np.uint64, count=len(texts) * size).reshape(len(texts), BANDS, ROWS_A_BAND)
    folded = np.zeros((len(texts), BANDS), dtype=np.uint64)
    for place in range(ROWS_A_BAND):
        folded = (folded ^ rows[:, :, place]) * _MIX[0]
        folded ^= folded >> np.uint64(29)
    return (folded >> np.uint64(32)).astype(np.uint32)


def likeness(one: Shingles, other: Shingles) -> Likeness:
    """Compare the shingles of two texts."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return Likeness(common / (len(one) + len(other) - common), common / min(len(one), len(other)))
