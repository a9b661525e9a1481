"""Invented stories for pages of several articles: the articles of `tests/gold`, by language and length."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GOLD = Path(__file__).parent / "gold"
FULL = 80
"""Words from which a story is a whole article; the shorter ones are teasers and briefs."""
SHORTEST = 20
LIVE = re.compile(r"(?i)\b(?:live|ticker|en direct|minuto)\b")
"""Live blogs and interviews have a form of their own, and are no story to put on a front."""
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
PEOPLE = {
    "en": ("Maud Ellery", "Colin Strand", "Petra Quill", "Amos Thackray"),
    "de": ("Jutta Brenner", "Lars Ohlendorf", "Svenja Kolb", "Malte Riedel"),
    "es": ("Lucía Ferrando", "Iván Castañer", "Rosa Belmonte", "Joan Pedrell"),
    "fr": ("Maëlle Garnier", "Hugo Lestrade", "Odile Fournel", "Yann Prigent"),
}


@dataclass(frozen=True)
class Story:
    """An article before it is put on a page."""

    title: str
    author: str
    day: int
    language: str
    paragraphs: tuple[str, ...]
    truncated: bool = False

    @property
    def slug(self) -> str:
        plain = unicodedata.normalize("NFKD", self.title.lower()).encode("ascii", "ignore").decode()
        return "-".join(re.findall(r"[a-z0-9]+", plain)[:6])

    @property
    def date(self) -> str:
        return f"2026-03-{self.day:02}"

    @property
    def words(self) -> int:
        return sum(len(p.split()) for p in self.paragraphs)

    @property
    def printed_date(self) -> str:
        month = MONTHS[self.language][2]
        return {
            "en": f"{month} {self.day}, 2026",
            "de": f"{self.day}. {month} 2026",
            "es": f"{self.day} de {month} de 2026",
            "fr": f"{self.day} {month} 2026",
        }[self.language]

    def teaser(self) -> Story:
        """Only its first paragraph, as lists have it."""
        return Story(self.title, self.author, self.day, self.language, self.paragraphs[:1], truncated=True)


@cache
def stories(language: str) -> tuple[Story, ...]:
    """Read the articles of our own gold that have a title and plain paragraphs, the longest first."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(GOLD.rglob("*.json")):
        record = json.loads(file.read_text("utf-8"))
        for article in record["articles"] if isinstance(record, dict) else ():
            paragraphs = tuple(p for p in article["paragraphs"] if p not in article["headings"] and len(p.split()) > 5)
            plain = (
                article["title"] and not LIVE.search(article["title"]) and not any(p.endswith("?") for p in paragraphs)
            )
            if article["language"] == language and plain and sum(len(p.split()) for p in paragraphs) >= SHORTEST:
                found.setdefault(article["title"], paragraphs)
    ranked = sorted(found.items(), key=lambda item: -sum(len(p.split()) for p in item[1]))
    people = PEOPLE[language]
    return tuple(
        Story(title, people[i % len(people)], 1 + i % 27, language, text) for i, (title, text) in enumerate(ranked)
    )


def full(language: str, start: int, count: int) -> list[Story]:
    """Take whole articles, going round from one of them."""
    return _round([s for s in stories(language) if s.words >= FULL], start, count)


def short(language: str, start: int, count: int) -> list[Story]:
    """Take short ones: teasers and briefs."""
    return _round([s for s in stories(language) if s.words < FULL], start, count)


def _round(pool: Sequence[Story], start: int, count: int) -> list[Story]:
    return [pool[(start + i) % len(pool)] for i in range(count)]
