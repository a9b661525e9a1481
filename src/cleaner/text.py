"""Plain helpers on words and characters; no opinion on what a line is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import ftfy
from ftfy.badness import is_bad

from cleaner.model import Repair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LETTERS = r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff\u0e31-\u0e4e]+"
"""Letters, digits and the vowel signs of Arabic, Hindi and their like, which Python's `\\w` leaves out and so cuts words at."""
WORD = re.compile(rf"{LETTERS}(?:['’.-]{LETTERS})*")
END_MARKS = ".!?…。！？।؟"
CLOSERS = "\"'”’»›)]“"
"""What may stand behind the mark that ends a sentence."""
CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
QUOTES = (("‘", "'"), ("’", "'"), ("‚", "'"), ("“", '"'), ("”", '"'), ("„", '"'), ("\u00a0", " "), ("\u202f", " "))
ARABIC = str.maketrans("أإآٱىیکة", "ااااييكه")
"""Letters that Arabic writes with and without their marks: `أيضا`, `ايضا`."""
DIGITS = {ord(zero) + n: str(n) for zero in "٠۰०" for n in range(10)}
FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
"""The ASCII characters as wide as an ideograph: `：`, `（`, `｜`, `２`."""
OTHER_SCRIPTS = ARABIC | DIGITS | FULL_WIDTH | str.maketrans("ёЁ", "еЕ")
IN_OTHER_SCRIPTS = re.compile(f"[{''.join(map(chr, OTHER_SCRIPTS))}]")
INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffe\uffff]"
)
MAYBE_MOJIBAKE = re.compile(r"[^\x00-\x7f](?:(?<=[\x80-\x9fŒœÃÂ])|[^\x00-\x7f])")
"""What every one of ftfy's signs of mojibake has in it: a control character, one of four letters, or two characters beyond
ASCII side by side. Its own pattern takes 0.1 ms a paragraph, and a third of the lines of a dump hold a typographic quote."""


def collapse(text: str) -> str:
    """Turn each run of white space into one space and strip the ends."""
    return " ".join(text.split())


def mend_mojibake(text: str) -> str:
    """Undo UTF-8 that was read as a one-byte character set (`â€™` for `’`), as ftfy finds it."""
    if text.isascii() or MAYBE_MOJIBAKE.search(text) is None or not is_bad(text):
        return text
    return ftfy.fix_encoding(text)


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
    if text.isascii():
        return text
    for char, plain in QUOTES:  # `str.translate` is twenty times as slow where most characters stay
        text = text.replace(char, plain)
    return text.translate(OTHER_SCRIPTS) if IN_OTHER_SCRIPTS.search(text) else text


def words(text: str) -> list[str]:
    """Return the words; a text without spaces between words (Chinese, Japanese) counts two characters a word."""
    if text.isascii() or CJK.search(text) is None:
        return WORD.findall(text)
    ideographs = CJK.findall(text)
    if len(ideographs) * 2 < len(text):
        return WORD.findall(text)
    return ["".join(pair) for pair in zip(ideographs[::2], ideographs[1::2], strict=False)]


REMEMBERED_LENGTH = 2000
"""Characters of a line below which its number of words is remembered: each line of a page is counted three times."""
ONE_BYTE = "cp1252"
"""A character set that holds nearly all characters of western European news, typographic quotes and dashes too."""


def _kind(byte: int) -> int:
    """Tell what a byte of `ONE_BYTE` is to `WORD`: part of a word, a joint within one, or neither."""
    char = bytes([byte]).decode(ONE_BYTE, "replace")
    return ord("w" if WORD.fullmatch(char) else "." if char in "'’.-" else " ")


KINDS = bytes(_kind(byte) for byte in range(256))


def count_words(text: str) -> int:
    """Count the words, as many as `words` returns; three to eight times as fast where the text fits into one byte a character.

    A word begins at a letter or digit before which there is neither another nor a joint that another stands before.
    """
    return _counted(text) if len(text) < REMEMBERED_LENGTH else _count(text)


@lru_cache(maxsize=4096)
def _counted(text: str) -> int:
    return _count(text)


def _count(text: str) -> int:
    try:
        kinds = b"  " + text.encode("ascii" if text.isascii() else ONE_BYTE).translate(KINDS)
    except UnicodeEncodeError:
        return len(words(text))
    return kinds.count(b" w") + kinds.count(b" .w") + kinds.count(b"..w")


def normal(text: str) -> str:
    """Reduce to lower-case words: what two copies of a line have in common."""
    return _normalized(text) if len(text) < REMEMBERED_LENGTH else _normalize(text)


@lru_cache(maxsize=1024)
def _normalized(text: str) -> str:
    """Remember: a page's titles and names are held against each other a hundred times."""
    return _normalize(text)


def _normalize(text: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def ends_sentence(text: str) -> bool:
    """Tell whether the text ends with sentence punctuation, quotes and brackets aside."""
    return text.removesuffix("\n").rstrip(CLOSERS).endswith(tuple(END_MARKS))


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
