"""Tags with more attributes than anybody writes: libxml2 compares each with all before it, minutes for a million of them."""

from __future__ import annotations

import re
from itertools import islice

MOST = 1_000
"""Attributes of a tag that are kept."""
LONGEST = 60_000
"""Characters of a tag from which its attributes are counted: 10,000 of them take 0.1 s."""

TAG = re.compile(rf"<[a-zA-Z][^<>]{{{LONGEST},}}")
ATTRIBUTE = re.compile(r"""[^\s=/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"']*+))?""")


def fewer_attributes(text: str) -> str:
    """Cut off the attributes of a tag beyond those that are kept; a long value stays."""
    return TAG.sub(_fewer, text) if _has_long_stretch(text) else text


def _has_long_stretch(text: str) -> bool:
    """Tell whether so many characters stand between two brackets; asked a bracket at a time, it took .3 ms a page."""
    at = 0
    while at + LONGEST <= len(text):
        last = max(text.rfind("<", at, at + LONGEST), text.rfind(">", at, at + LONGEST))
        if last < 0:
            return True
        at = last + 1
    return False


def _fewer(tag: re.Match[str]) -> str:
    kept = list(islice(ATTRIBUTE.finditer(tag[0]), MOST + 1))
    return tag[0][: kept[-1].start()] if len(kept) > MOST else tag[0]
