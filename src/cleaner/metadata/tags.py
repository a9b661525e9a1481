"""Lists of tags and keywords."""

from __future__ import annotations

import re

from cleaner.text import collapse

LABEL = re.compile(
    r"^[\W_]*(?:tags?|tagged(?: (?:with|as|in|under))?|filed (?:under|in|to)|hashtags?|key ?words?|topics?|categor(?:y|ies)|posted (?:in|under)|labels?|"
    r"subjects?|in this (?:article|story)|etiquetas?|schlagwörter|schlagworte|stichwörter|stichworte|mots[- ]clés|themen|temas|thèmes?|теги|argomenti|"
    r"kategorien?|categorías?|catégories?)\s*(?:[:|»]|$)\s*",
    re.IGNORECASE,
)
INTERNAL = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f-]{20,}|\d{1,2}|\d{4,}|nlp .*|_.*|[\w-]+=.*")
"""Identifiers, counts and notes of a publishing system that stand among the keywords."""
NOTE = re.compile(r".*\w\.\w{2,}|.*\w: .*")
"""Hosts and `label: value` notes, which only machines write among keywords: a line of tags may hold `Node.js` or a film's title."""

KIND = re.compile(
    r"(?i)^(?:category|tag|topic|section|subject|keyword|person|place|location|organi[sz]ation)s? ?[:_/] ?"
)
BRACKETED = re.compile(r"\([^()]*\)")
BETWEEN = re.compile(r"\s*[,;|•·،、\n]\s*|\s+(?=#)")
COUNT = re.compile(r"^\(\d+\)\s+|\s+\(\d+\)$")
"""A tag's number, or that of its articles."""
UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]\S*(?: [\u3040-\u30ff\u4e00-\u9fff]\S*){2,}")
"""Chinese and Japanese have no spaces within a tag: these part them."""
LONGEST = 80
"""Characters in a tag; longer entries were titles."""


def split_tags(text: str, *, labelled: bool = False) -> tuple[str, ...]:
    """Return the tags in order, once each whatever their case; `labelled` cuts off brackets and a label such as `Tags:`."""
    line = text.strip()
    if labelled:
        line = LABEL.sub("", line[1:-1] if BRACKETED.fullmatch(line) else line, count=1)
    found: dict[str, str] = {}
    for part in line.split() if UNSPACED.fullmatch(line) else BETWEEN.split(line):
        tag = COUNT.sub("", KIND.sub("", collapse(part).strip("#\"'“”[]{} .:")))
        if len(tag) <= LONGEST and any(c.isalnum() for c in tag) and not INTERNAL.fullmatch(tag):
            found.setdefault(tag.casefold(), tag)
    return tuple(tag for tag in found.values() if labelled or not NOTE.fullmatch(tag))
