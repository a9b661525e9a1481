"""Candidates for who may read an article, and how long it is by the page's own words: what a cut is told by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleaner.metadata.jsonld import texts
from cleaner.metadata.trust import offer
from cleaner.text import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaner.metadata.sheet import Sheet
    from cleaner.model import Candidate

TIERS = ("article:content_tier", "content_tier", "content-tier", "lp.article:tier", "cxenseparse:access", "access")
CLOSED = frozenset({"locked", "metered", "premium", "subscriber", "subscribers", "subscription", "paid", "paywall"})
FREE = frozenset({"free", "open", "public", "false"})
MOST_PARTS = 6
MOST_WORDS = 200_000
"""More than so many words are no article's."""


def access(sheet: Sheet) -> Iterator[Candidate]:
    """Offer who may read the article, which part is closed, and how many words it has."""
    yield from _stated(sheet.article)
    tier = (sheet.markup.first(*TIERS) or "").lower()
    if tier in CLOSED | FREE:
        yield offer("access", "subscribers" if tier in CLOSED else "free", "meta", f"content tier: {tier}")


def _stated(article: dict[str, Any]) -> Iterator[Candidate]:
    free = article.get("isAccessibleForFree")
    if free is not None:
        yield offer("access", "subscribers" if _is_no(free) else "free", "json-ld", f"isAccessibleForFree: {free}")
    parts = article.get("hasPart")
    for part in (parts if isinstance(parts, list) else [parts])[:MOST_PARTS]:
        if isinstance(part, dict) and _is_no(part.get("isAccessibleForFree")):
            for selector in texts(part.get("cssSelector"))[:MOST_PARTS]:
                yield offer("closed_part", selector[:200], "json-ld")
    stated = article.get("wordCount")
    words = int(stated) if isinstance(stated, int | float | str) and str(stated).isdecimal() else 0
    if 0 < words <= MOST_WORDS:
        yield offer("word_count", str(words), "json-ld", f"wordCount: {words}")
    body = article.get("articleBody")
    if isinstance(body, str) and body.strip():
        yield offer("word_count", str(count_words(body)), "json-ld-body", "counted in articleBody")


def _is_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in {"false", "no", "0"})
