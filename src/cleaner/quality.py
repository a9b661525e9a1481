"""Signals of a text's quality by published definitions; they are tags, and nothing is dropped for them.

The definitions are those of C4 (Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.2), Gopher
(Rae et al. 2021, "Scaling Language Models", appendix A.1) and FineWeb (Penedo et al. 2024, "The FineWeb Datasets",
section 3.6); LIX is Björnsson's (1968, "Läsbarhet"). Thresholds stand in the views of the warehouse, not here.
Pure, and a function of the text alone: a stored article can be measured again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ftfy.badness import badness

from cleaner.contacts import emails, phones
from cleaner.languages import likeliest
from cleaner.text import ABBREVIATIONS, CJK, CLOSERS, END_MARKS, MAYBE_MOJIBAKE, SENTENCE_GAP, WORD
from cleaner.text import words as paired_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Runs = tuple[NDArray[np.uint64], NDArray[np.int64]]

DEFINITION = 1
"""Raised when a signal is measured in another way: stored articles are then measured again at the next publication."""

STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
"""Gopher's eight; two of them make a text English prose."""
BULLETS = ("•", "-", "*", "–", "‣", "▪", "●", "◦", "·")
EDGES = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…–—―‐“”„‘’‚«»‹›¿¡·•‣▪●◦§¶©®™°′″、。，！？；：「」『』（）【】《》〈〉،؛؟।॥"
"""Punctuation that is no part of the word beside it."""
ELLIPSES = ("...", "…")
POLICIES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
"""Phrases for which C4's published code drops a line, beyond what its paper lists."""
LONG_WORD = 7
"""Letters of LIX's long words."""
SHORT_LINE = 30
"""Characters up to which a line is short to FineWeb."""
C4_WORDS = 3
"""Words a line must have for C4 (first edition of the paper; a later one says 5)."""
C4_LONGEST_WORD = 1000
TOP_NGRAMS = (2, 3, 4)
DUPLICATE_NGRAMS = (5, 6, 7, 8, 9, 10)

RUN = 4
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer: no spaces between words, and words of about four letters and signs."""
NO_SPACES = re.compile(f"{UNSPACED.pattern}|{CJK.pattern}")
UNSPACED_RUN = re.compile(rf"{UNSPACED.pattern}{{1,{RUN}}}|{WORD.pattern}")
LOST = "\ufffd"
"""Stands where a decoder could make nothing of the bytes."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Gopher's signals of words, and how hard they are to read."""

    words: int
    unspaced: bool
    """The script has no spaces between words; they are counted by characters."""
    mean_word_length: float
    hash_ratio: float
    ellipsis_ratio: float
    alphabetic_words: float
    stop_words: int
    sentences: int
    lix: float | None
    """None where words are counted by characters."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What C4, Gopher and FineWeb ask of lines; shares of all lines."""

    lines: int
    bullet_lines: float
    ellipsis_lines: float
    terminal_lines: float
    short_lines: float
    c4_lines: float
    """Lines that C4 would keep."""
    c4_sentences: int
    """Sentences in these."""
    javascript_lines: int
    policy_lines: int
    curly_brackets: int
    lorem_ipsum: bool


@dataclass(frozen=True, slots=True)
class Repetition:
    """How much of a text it says twice: shares, by number or by characters."""

    duplicate_lines: float
    duplicate_line_characters: float
    duplicate_paragraphs: float
    duplicate_paragraph_characters: float
    top_ngrams: tuple[float, ...]
    """Characters in the most frequent run of 2, 3 and 4 words."""
    duplicate_ngrams: tuple[float, ...]
    """Characters in runs of 5 to 10 words that stood there before."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a person should see before the text is handed on."""

    language_confidence: float | None
    mojibake: int
    emails: int
    email_paragraphs: tuple[int, ...]
    """Places of the paragraphs that hold one, from 1; the address itself stands in the text alone."""
    phones: int
    phone_paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """All signals of one text."""

    wording: Wording
    lines: Lines
    repetition: Repetition
    signs: Signs


def measure(text: str) -> Quality:
    """Measure an article's text: paragraphs with a blank line between."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    sentences = [count_sentences(line) for line in lines]
    words, unspaced = split_words(text)
    return Quality(
        _wording(text, words, sum(sentences), unspaced=unspaced),
        _lines(text, lines, sentences),
        _repetition(text, lines, words),
        _signs(text),
    )


def count_sentences(line: str) -> int:
    """Count the sentences of a line; a stop after an abbreviation, an initial or an ordinal number ends none."""
    count = 1
    for gap in SENTENCE_GAP.finditer(line):
        stop = gap.start()
        word = line[line.rfind(" ", 0, stop) + 1 : stop].lstrip(EDGES)
        if line[stop] != "." or not _is_abbreviated(word):
            count += 1
    return count


def _is_abbreviated(word: str) -> bool:
    return (len(word) == 1 and word.isupper()) or (len(word) <= 2 and word.isdigit()) or word.lower() in ABBREVIATIONS


def split_words(text: str) -> tuple[list[str], bool]:
    """Return the words, and whether they had to be counted by characters.

    A word is what white space parts, without the punctuation at its ends. Where most characters are of a script without spaces, Chinese, Japanese and Korean count two characters a word (Korean
    only where ideographs stand in most of the text), Thai, Lao, Burmese and Khmer four.
    """
    if not text.isascii() and NO_SPACES.search(text):
        if len(UNSPACED.findall(text)) * 2 >= len(text):
            return UNSPACED_RUN.findall(text), True
        if len(CJK.findall(text)) * 2 >= len(text):
            return paired_words(text), True
    return [word for token in text.split() if (word := token.strip(EDGES))], False


def _wording(text: str, words: Sequence[str], sentences: int, *, unspaced: bool) -> Wording:
    number = len(words) or 1
    tokens = text.split()
    mixed = [token for token in tokens if not token.isalpha()]
    letterless = sum(not any(map(str.isalpha, token)) for token in mixed)
    lengths = list(map(len, words))
    long_words = sum(length >= LONG_WORD for length in lengths)
    return Wording(
        words=len(words),
        unspaced=unspaced,
        mean_word_length=_share(sum(lengths), number),
        hash_ratio=_share(text.count("#"), number),
        ellipsis_ratio=_share(sum(map(text.count, ELLIPSES)), number),
        alphabetic_words=_share(len(tokens) - letterless, len(tokens)),
        stop_words=len(STOP_WORDS.intersection(map(str.lower, words))),
        sentences=sentences,
        lix=None if unspaced or not words else round(len(words) / sentences + 100 * long_words / len(words), 1),
    )


def _lines(text: str, lines: Sequence[str], sentences: Sequence[int]) -> Lines:
    number = len(lines)
    ends = [_is_terminal(line) for line in lines]
    javascript = _naming(lines, text, ("javascript",))
    policies = _naming(lines, text, POLICIES)
    kept = [
        end and place not in javascript and place not in policies and _is_long_enough(lines[place])
        for place, end in enumerate(ends)
    ]
    return Lines(
        lines=number,
        bullet_lines=_share(sum(line.startswith(BULLETS) for line in lines), number),
        ellipsis_lines=_share(sum(line.endswith(ELLIPSES) for line in lines), number),
        terminal_lines=_share(sum(ends), number),
        short_lines=_share(sum(len(line) <= SHORT_LINE for line in lines), number),
        c4_lines=_share(sum(kept), number),
        c4_sentences=sum(count for count, keep in zip(sentences, kept, strict=True) if keep),
        javascript_lines=len(javascript),
        policy_lines=len(policies),
        curly_brackets=text.count("{") + text.count("}"),
        lorem_ipsum="lorem ipsum" in text.lower(),
    )


def _naming(lines: Sequence[str], text: str, phrases: Sequence[str]) -> set[int]:
    """Find the places of the lines that hold one of the phrases."""
    lowered = text.lower()
    there = [phrase for phrase in phrases if phrase in lowered]
    return {place for phrase in there for place, line in enumerate(lines) if phrase in line.lower()}


def _is_terminal(line: str) -> bool:
    """Tell whether C4 takes the end of a line for terminal: a full stop, question or exclamation mark or end quotation mark.

    Also those of other scripts and typographic quotes, and a mark before a closing bracket; three dots are none.
    """
    if line.endswith(ELLIPSES):
        return False
    return line[-1:] in QUOTES or line.rstrip(CLOSERS).endswith(tuple(END_MARKS))


QUOTES = frozenset('"”’»“«')
"""What ends a quotation in one language or another; an empty line's end is none of them."""


def _is_long_enough(line: str) -> bool:
    words = line.split()
    if len(words) < C4_WORDS and len(split_words(line)[0]) < C4_WORDS:
        return False
    return len(line) <= C4_LONGEST_WORD or max(map(len, words)) <= C4_LONGEST_WORD


def _repetition(text: str, lines: Sequence[str], words: Sequence[str]) -> Repetition:
    paragraphs = [part for part in re.split(r"\n{2,}", text.strip()) if part]
    duplicates, characters = _duplicates(lines)
    paragraph_duplicates, paragraph_characters = (
        (duplicates, characters) if len(paragraphs) == len(lines) else _duplicates(paragraphs)
    )
    size = sum(map(len, lines))
    top, repeated = _runs(words)
    return Repetition(
        duplicate_lines=_share(duplicates, len(lines)),
        duplicate_line_characters=_share(characters, size),
        duplicate_paragraphs=_share(paragraph_duplicates, len(paragraphs)),
        duplicate_paragraph_characters=_share(paragraph_characters, size),
        top_ngrams=tuple(_share(characters, len(text)) for characters in top),
        duplicate_ngrams=tuple(_share(characters, len(text)) for characters in repeated),
    )


def _runs(words: Sequence[str]) -> tuple[list[int], list[int]]:
    """Count the characters in the most frequent runs, and in those that stood there before, for each length."""
    top, repeated = [0] * len(TOP_NGRAMS), [0] * len(DUPLICATE_NGRAMS)
    for n, runs in enumerate(_ngrams(words, DUPLICATE_NGRAMS[-1]), 1):
        if n in TOP_NGRAMS:
            top[TOP_NGRAMS.index(n)] = _in_top(runs, n)
        elif n in DUPLICATE_NGRAMS:
            repeated[DUPLICATE_NGRAMS.index(n)] = found = _in_duplicates(runs, n)
            if not found:  # then no longer run stands there twice either
                break
    return top, repeated


def _duplicates(parts: Sequence[str]) -> tuple[int, int]:
    """Count parts that stood there before, and their characters."""
    seen: set[str] = set()
    number = characters = 0
    for part in parts:
        if part in seen:
            number += 1
            characters += len(part)
        seen.add(part)
    return number, characters


def _ngrams(words: Sequence[str], longest: int) -> Iterator[Runs]:
    """Yield the hashes of all runs of 1 to `longest` words, and the characters of each run's words."""
    index = {word: place for place, word in enumerate(dict.fromkeys(words), 1)}
    numbers = np.fromiter(map(index.__getitem__, words), np.uint64, len(words))
    letters = np.fromiter(map(len, words), np.int64, len(words))
    hashes, sizes = numbers, letters
    for n in range(1, longest + 1):
        if n > 1:
            hashes = hashes[:-1] * _MULTIPLIER + numbers[n - 1 :]
            sizes = sizes[:-1] + letters[n - 1 :]
        yield hashes, sizes


_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that multiplying loses nothing: two of a million runs share a hash once in 40 million texts."""


def _in_top(runs: Runs, n: int) -> int:
    """Count the characters of the most frequent run of `n` words, spaces between them too, wherever it stands."""
    hashes, sizes = runs
    if not len(hashes):
        return 0
    keys, counts = _counted(hashes)
    most = int(counts.max())
    commonest = keys[counts == most] if most > 1 else hashes[:1]
    first = min(int((hashes == key).argmax()) for key in commonest)
    return (int(sizes[first]) + n - 1) * most


def _in_duplicates(runs: Runs, n: int) -> int:
    """Count the characters in runs that stood there before; none is counted in two of them."""
    hashes, sizes = runs
    keys, counts = _counted(hashes)
    if len(keys) == len(hashes):
        return 0
    places = np.flatnonzero(np.isin(hashes, keys[counts > 1]))
    seen: set[int] = set()
    characters = free = 0
    for place, key in zip(places.tolist(), hashes[places].tolist(), strict=True):
        if place < free:
            continue
        if key in seen:
            characters += int(sizes[place])
            free = place + n
        seen.add(key)
    return characters


def _counted(hashes: NDArray[np.uint64]) -> Runs:
    """Count how often each run stands in the text."""
    ordered = np.sort(hashes)
    starts = np.flatnonzero(np.concatenate(([len(ordered) > 0], ordered[1:] != ordered[:-1])))
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _signs(text: str) -> Signs:
    paragraphs = text.split("\n\n")
    language, score = likeliest(text) or (None, None)
    addresses = [emails(part) for part in paragraphs] if "@" in text else [0] * len(paragraphs)
    numbers = phones(paragraphs, language)
    return Signs(
        language_confidence=None if score is None else round(min(score, 1.0), 4),
        mojibake=0 if text.isascii() else sum(map(_mojibake, paragraphs)),
        emails=sum(addresses),
        email_paragraphs=tuple(place for place, found in enumerate(addresses, 1) if found),
        phones=sum(numbers),
        phone_paragraphs=tuple(place for place, found in enumerate(numbers, 1) if found),
    )


def _mojibake(paragraph: str) -> int:
    """Count the places that look like characters read in a wrong character set, as ftfy finds them, and lost characters."""
    is_suspect = not paragraph.isascii() and MAYBE_MOJIBAKE.search(paragraph)
    return (badness(paragraph.replace(LOST, "")) if is_suspect else 0) + paragraph.count(LOST)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
