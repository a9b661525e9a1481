"""Bodies that the markup does not open where they begin: without this the parser takes the article for a part of the head.

Minified pages leave `<body>` out, as HTML allows. libxml2 opens it by itself before the elements of HTML 4 only: `<main>` or
`<article>` in its place stays in the head with all that it holds. A page of frames has its text in `<noframes>`, which is read as
plain text, tags and all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

OF_HEAD = frozenset(
    {
        "title",
        "meta",
        "link",
        "base",
        "basefont",
        "bgsound",
        "style",
        "script",
        "noscript",
        "template",
        "object",
        "isindex",
    }
)
"""Elements that may stand in a head."""
BODY = re.compile(r"(?i)<body[\s>/]")
HEAD_PIECE = re.compile(
    r"(?is)\s+|<!--.*?-->|<[!?][^>]*>|</?(?:html|head|meta|link|base|basefont|bgsound|isindex)\b[^>]*>|"
    r"<(?P<name>title|style|script|noscript|template|object)\b[^>]*>.*?</(?P=name)\s*>"
)
"""What a head is made of, piece by piece."""
FRAMES = re.compile(r"(?i)</?(?:frameset|noframes)\b[^>]*>|<frame\b[^>]*>")


def in_head_by_mistake(root: HtmlElement) -> bool:
    """Tell a parsed page in whose head an element stands that belongs to the body."""
    head = root.find("head")
    return head is not None and any(child.tag not in OF_HEAD for child in head)


def with_body(text: str) -> str:
    """Open the body before the first thing that is no part of a head; where the page opens it later, it stays."""
    at = 0
    while piece := HEAD_PIECE.match(text, at):
        at = piece.end()
    return text if BODY.search(text, at) else f"{text[:at]}<body>{text[at:]}"


def without_frames(text: str) -> str:
    """Leave the tags of frames out, so that what browsers without frames show is read as markup."""
    return FRAMES.sub("", text) if "<noframes" in text or "<NOFRAMES" in text else text
