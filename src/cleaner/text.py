"""Plain helpers on words and characters; no opinion on what a line is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

import ftfy
from ftfy.badness import is_bad

from cleaner.model import Repair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LETTERS = r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff\u0e31-\u0e4e]+"
"""Letters, digits and the vowel signs of Arabic, Hindi and their like, which Python's `\\w` leaves out and so cuts words at."""
WORD = re.compile(rf"{LETTERS}(?:['’.-]{LETTERS})*")
SPACES = re.compile(r"\s+")
SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»›)\]“]*$")
CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
ARABIC = str.maketrans("أإآٱىیکة", "ااااييكه")
"""Letters that Arabic writes with and without their marks: `أيضا`, `ايضا`."""
DIGITS = {ord(zero) + n: str(n) for zero in "٠۰०" for n in range(10)}
FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
"""The ASCII characters as wide as an ideograph: `：`, `（`, `｜`, `２`."""
QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u202f": " "})
FOLDED = QUOTES | ARABIC | DIGITS | FULL_WIDTH | str.maketrans("ёЁ", "еЕ")
INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffe\uffff]"
)


def collapse(text: str) -> str:
    """Turn each run of white space into one space and strip the ends."""
    return SPACES.sub(" ", text).strip()


def mend_mojibake(text: str) -> str:
    """Undo UTF-8 that was read as a one-byte character set (`â€™` for `’`), as ftfy finds it."""
    return text if text.isascii() or not is_bad(text) else ftfy.fix_encoding(text)


REPAIRS: dict[str, Callable[[str], str]] = {"mojibake": mend_mojibake, "whitespace": collapse}
"""Every repair that a block's raw slice may undergo, in the order in which they are made."""


def repair(raw: str) -> tuple[str, tuple[Repair, ...]]:
    """Mend a raw slice; returns the text and the repairs that changed something, in order."""
    text, made = raw, []
    for kind, mend in REPAIRS.items():
        mended = mend(text)
        if mended != text:
            made.append(Repair(kind))
            text = mended
    return text, tuple(made)


def replay(raw: str, repairs: Sequence[Repair]) -> str:
    """Make recorded repairs again; gives the block's text from its raw slice."""
    for made in repairs:
        raw = REPAIRS[made.kind](raw)
    return raw


def fold(text: str) -> str:
    """Fold what is written in several ways to one, character for character, so that offsets stay true.

    Typographic quotes and spaces, full-width forms and the digits of Arabic and Hindi to ASCII; `ё` to `е`; Arabic letters to
    the form without hamza.
    """
    return text if text.isascii() else text.translate(FOLDED)


def words(text: str) -> list[str]:
    """Return the words; a text without spaces between words (Chinese, Japanese) counts two characters a word."""
    if text.isascii() or CJK.search(text) is None:
        return WORD.findall(text)
    ideographs = CJK.findall(text)
    if len(ideographs) * 2 < len(text):
        return WORD.findall(text)
    return ["".join(pair) for pair in zip(ideographs[::2], ideographs[1::2], strict=False)]


def normal(text: str) -> str:
    """Reduce to lower-case words: what two copies of a line have in common."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def ends_sentence(text: str) -> bool:
    """Tell whether the text ends with sentence punctuation, quotes and brackets aside."""
    return SENTENCE_END.search(text) is not None


def digest(*parts: str) -> str:
    """Hash texts to 64 hex digits; the parts are kept apart."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def show_invisible(text: str) -> str:
    """Write invisible and look-alike characters as escapes, for people who compare two texts by eye."""
    return INVISIBLE.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr vs no nr bzw z.b u.a d.h ca art abs inc ltd co corp gen col lt sgt capt sen rep gov hon rev "
    "jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m e.g i.e etc approx fig vol sra ud uds dra av núm m mme mlle me bd".split(),
)
"""Words whose full stop does not end a sentence, in the languages of the shipped packs."""

SENTENCE_GAP = re.compile(
    r"[.!?…。！？।؟][\"'”’»)\]]*(?:\s+(?=[^\sa-zà-öø-ÿа-я,;])|(?<=[a-zà-öø-ÿ][.!?])(?=[A-ZÀ-ÖØ-Þ“«][\w’']))"
    r"|[。！？][\"'”’»)）」』\]]*(?=[^\s\"'”’»)）」』\]。！？])"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Cut a long line into sentences; returns (start, end) offsets without the white space between.

    A stop after an abbreviation, an initial or an ordinal number does not cut; a join without a space
    (`policière.Le parquet`, left over where a page was flattened) does.
    """
    spans, start = [], 0
    for gap in SENTENCE_GAP.finditer(text):
        stop = gap.start()
        before = re.search(r"[\w.]+$", text[start:stop])
        word = before.group() if before else ""
        if text[stop] == "." and (
            word.lower() in ABBREVIATIONS
            or (len(word) == 1 and word.isupper())
            or (word.isdigit() and len(word) <= 2)
            or re.fullmatch(r"(?:\w\.)+\w", word)
        ):
            continue
        end = stop + len(gap.group().rstrip())
        spans.append((start, end))
        start = gap.end()
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return [(a + len(text[a:b]) - len(text[a:b].lstrip()), b) for a, b in spans if text[a:b].strip()]
