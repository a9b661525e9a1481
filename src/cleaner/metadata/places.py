"""Where an element of a page stands, and what it says: questions that readers of all fields ask."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cleaner.text import collapse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONGEST = 2000
"""Characters of one value that are kept."""
ELSEWHERE = (
    "comment", "related", "sidebar", "footer", "recirc", "carousel", "promo", "recommend", "teaser", "popular", "trending", "more-", "read-next", "widget",
    "newsletter", "card",
)  # fmt: skip
"""In the names of margins, lists and comments; a tenth of the time of an expression that says the same."""
BUILDER = "elementor-widget"
"""Around whatever stands on a page made with that tool, its article too."""
MENU = re.compile(r"(?i)\b(?:menu|nav|navigation|header|trending|popular|footer)\b")


def plain(element: HtmlElement, longest: int = LONGEST) -> str:
    """Return an element's text up to a length, a space where elements meet; read no further, for one in four that are called a date is the whole article."""
    if not isinstance(element.tag, str):
        return ""
    pieces: list[str] = []
    length = 0
    for text in element.itertext():
        if piece := collapse(text):
            pieces.append(piece)
            length += len(piece) + 1
        if length > longest:
            break
    return " ".join(pieces)[:longest]


def is_elsewhere(element: HtmlElement) -> bool:
    """Tell whether the element stands in a list, a comment or a margin."""
    parent = element.getparent()
    while parent is not None:
        if parent.tag in {"aside", "footer", "nav"} or _names_elsewhere(parent.get("class"), parent.get("id")):
            return parent.tag not in {"body", "html"}
        parent = parent.getparent()
    return False


@lru_cache(maxsize=65_536)
def _names_elsewhere(classes: str | None, identity: str | None) -> bool:
    called = f"{classes or ''} {identity or ''}".lower().replace(BUILDER, " ")
    return any(sign in called for sign in ELSEWHERE)


def is_menu(element: HtmlElement) -> bool:
    """Tell whether a link stands in a menu or within a paragraph."""
    return any(
        parent.tag in {"nav", "header", "p", "aside"} or _names_menu(parent.get("class") or "")
        for parent in element.iterancestors()
        if parent.tag not in {"body", "html"}
    )


@lru_cache(maxsize=32_768)
def _names_menu(classes: str) -> bool:
    return MENU.search(classes) is not None
