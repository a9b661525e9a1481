"""How near two texts are: what counts as a word, what a change costs, and that candidates are found."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.neardup import BANDS, NEAR, Fingerprint, bands, fingerprints, likeness
from cleaner.text import CJK

WORDS = [f"word{number}" for number in range(3000)]
LETTERS = st.text(st.characters(codec="utf-8"))


def story(seed: int, words: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def edited(words: list[str], share: float, seed: int) -> list[str]:
    """Replace a share of the words, here and there."""
    drawn = random.Random(seed)
    return [drawn.choice(WORDS) if drawn.random() < share else word for word in words]


def near(one: str, other: str) -> tuple[float, float]:
    found = likeness(fingerprint(one).shingles, fingerprint(other).shingles)
    return found.similarity, found.overlap


def fingerprint(text: str) -> Fingerprint:
    return fingerprints([text])[0]


def words_of(text: str) -> list[str]:
    """Cut a text into words the plain way: what the fast way must agree with."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.findall(rf"{CJK.pattern}|(?:(?!{CJK.pattern})\w)+", folded)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The MAYOR said: 3.5 %", ["the", "mayor", "said", "3", "5"]),
        ("Straße, fünf Uhr", ["straße", "fünf", "uhr"]),
        ("ﬁnal\u00a0score", ["final", "score"]),
        ("港の壁 holds", ["港", "の", "壁", "holds"]),
        ("мэр сказал", ["мэр", "сказал"]),
        ("snake_case ٣ 😀x", ["snake_case", "٣", "x"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words
    assert fingerprint(text).key == fingerprint(" ".join(words)).key
    assert fingerprint(text).key != fingerprint(" ".join(words[1:])).key


MIXED = st.text(st.sampled_from("aB_ 3Éß港の .,\nſﬁ\u0301٣😀\ud800"), max_size=12)


@given(texts=st.lists(MIXED, max_size=8))
def test_the_key_is_that_of_the_words_whatever_stands_beside(texts: list[str]) -> None:
    told: dict[str, set[str]] = {}
    for text, found in zip(texts, fingerprints(texts), strict=True):
        assert found.key == fingerprint(text).key
        assert np.array_equal(found.shingles, fingerprint(text).shingles)
        told.setdefault("\n".join(words_of(text)) or f"\0{text}", set()).add(found.key)
    assert all(len(keys) == 1 for keys in told.values())
    assert len(set().union(*told.values())) == len(told)


def test_a_text_longer_than_one_pass_is_hashed_whole() -> None:
    long = " ".join(f"word{number}" for number in range(100_000))
    found = fingerprint(long)
    assert len(found.shingles) > 99_990
    assert likeness(found.shingles, fingerprint(long + " and more").shingles).overlap > 0.999
    assert found.key != fingerprint(long + " more").key


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("The wall held.", "the  WALL\nheld", True),
        ("The wall held.", "The wall fell.", False),
        ("The wall held.", "Held the wall.", False),
        ("ab c", "a bc", False),
        ("…", "—", False),
        ("", "", True),
    ],
)
def test_the_key_is_that_of_the_words_in_order(one: str, other: str, is_same: bool) -> None:
    assert (fingerprint(one).key == fingerprint(other).key) is is_same


@pytest.mark.parametrize(
    ("one", "other", "similarity", "overlap"),
    [
        ("a b c d", "a b c d", 1.0, 1.0),
        ("a b c d", "a b c e", 1 / 3, 0.5),
        ("a b c d", "a b c d e f", 0.5, 1.0),
        ("a b c d", "d c b a", 0.0, 0.0),
        ("a b", "a b", 1.0, 1.0),
        ("a b", "a b c", 0.0, 0.0),
        ("港の壁は", "港の壁が", 1 / 3, 0.5),
    ],
)
def test_likeness_counts_runs_of_three_words(one: str, other: str, similarity: float, overlap: float) -> None:
    assert near(one, other) == (pytest.approx(similarity), pytest.approx(overlap))


@given(one=LETTERS, other=LETTERS)
def test_likeness_has_no_direction_and_is_one_for_the_same(one: str, other: str) -> None:
    assert near(one, other) == near(other, one)
    assert near(one, one) == (1.0, 1.0)
    assert 0 <= near(one, other)[0] <= near(one, other)[1] <= 1


@given(texts=st.lists(LETTERS, max_size=5))
def test_bands_are_those_of_each_text_alone(texts: list[str]) -> None:
    shingles = [fingerprint(text).shingles for text in texts]
    together = bands(shingles)
    assert together.shape == (len(texts), BANDS)
    for place, alone in enumerate(shingles):
        assert np.array_equal(bands([alone])[0], together[place])


def test_bands_find_near_pairs_and_spare_far_ones() -> None:
    """Of 400 pairs each: at 0.8 and above at least 99 in 100 share a band, at 0.3 and below at most 3 in 100."""
    found: dict[str, list[bool]] = {"near": [], "far": []}
    for seed in range(400):
        whole = story(seed)
        for share in (0.03, 0.25):
            one, other = (fingerprint(" ".join(words)).shingles for words in (whole, edited(whole, share, seed)))
            similarity = likeness(one, other).similarity
            folded = bands([one, other])
            kind = "near" if similarity >= NEAR else "far" if similarity <= 0.3 else None
            if kind:
                found[kind].append(bool((folded[0] == folded[1]).any()))
    assert len(found["near"]) > 250 < len(found["far"])
    assert sum(found["near"]) >= 0.99 * len(found["near"])
    assert sum(found["far"]) <= 0.03 * len(found["far"])


def test_fingerprints_are_the_same_in_every_process() -> None:
    code = (
        "from cleaner.neardup import *; f = fingerprints(['The wall held through the night.'])[0];"
        "print(f.key, f.shingles.tolist(), bands([f.shingles]).tolist())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    mine = fingerprint("The wall held through the night.")
    assert told == {f"{mine.key} {mine.shingles.tolist()} {bands([mine.shingles]).tolist()}\n".encode()}
