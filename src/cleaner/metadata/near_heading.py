"""The short pieces of text around a page's heading: byline and date of themes whose classes say nothing."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from cleaner.dates import DIGIT, ROLE
from cleaner.metadata.markup import FULL_NAME, LABEL_END, SHORT, heading_of
from cleaner.metadata.places import plain
from cleaner.text import collapse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

BY = re.compile(
    r"(?i)^(?:(?:article |words |story |posted |published )?by|von|par|por|written by|di|door|av|autor(?:in)?(?:/autor(?:in)?)?|auteure?s?|"
    r"authors?(?:\(s\))?|contributors?|автор|文)\s*[:|/]?$"
)
"""A label whose name is the next piece of text."""

NAME_OR_JOINT = re.compile(rf"(?:{FULL_NAME.pattern})|(?i:[,;&|/·]|(?:,? ?(?:and|und|et|y|e|og|och|en)))")
INLINE = frozenset({"span", "em", "i", "small", "cite", "strong", "b"})
LABEL = 40
"""Characters of a date's label, and of a date."""
HIDDEN = re.compile(r"(?i)display\s*:\s*none")
SILENT = frozenset({"script", "style", "noscript", "template", "title", "svg"})
MOST_NAMES = 6
"""Names behind one label; longer rows are lists of staff."""

ABOVE, BELOW = 12, 30
"""Pieces of text above and below the heading that may be a byline or date."""

PROSE = 1000
"""Characters of longer pieces below the heading from which on nothing is near it any more: a text full of links is many short
pieces, and the dates among them were those of the linked stories."""


def near_heading(headings: Iterable[HtmlElement], heading: str) -> tuple[str, ...]:
    """Return the short pieces of text around the page's heading: the byline and date of themes whose classes say nothing."""
    found = next((h for one in headings if plain(h := heading_of(one)) == heading), None) if heading else None
    if found is None:
        return ()
    above = list(islice(_backwards(found), ABOVE))[::-1]
    pieces = [*_until_prose(islice(_forwards(found), BELOW)), *above]
    return tuple(text for text in join_labels(pieces) if len(text) <= SHORT)


def _until_prose(pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces until the article's text has run on for a while."""
    read = 0
    for piece in pieces:
        read += len(piece) if len(piece) > LABEL else 0
        if read > PROSE:
            return
        yield piece


def join_labels(pieces: Sequence[str]) -> Iterator[str]:
    """Join a label such as `By` to the names that follow it: one, or a list of full names."""
    for i, piece in enumerate(pieces):
        if not BY.match(piece):
            yield f"{piece} {pieces[i + 1]}" if _labels_date(pieces, i) else piece
            continue
        run = takewhile(NAME_OR_JOINT.fullmatch, pieces[i + 1 : i + 1 + 2 * MOST_NAMES])
        names = [name for name in run if FULL_NAME.fullmatch(name)]
        yield f"{piece} {', '.join(names) if names else ''.join(pieces[i + 1 : i + 2])}"


def _labels_date(pieces: Sequence[str], i: int) -> bool:
    """Tell `Updated` in an element of its own before a date, which without it would look like any other."""
    if len(pieces[i]) > LABEL or i + 1 == len(pieces) or len(pieces[i + 1]) > LABEL:
        return False
    return DIGIT.search(pieces[i + 1]) is not None and ROLE.fullmatch(LABEL_END.sub("", pieces[i])) is not None


def _forwards(element: HtmlElement | None) -> Iterator[str]:
    """Yield the pieces of text behind an element, the nearest first."""
    while element is not None:
        if text := collapse(element.tail or ""):
            yield text
        for sibling in element.itersiblings():
            yield from _pieces(sibling)
            if text := collapse(sibling.tail or ""):
                yield text
        element = element.getparent()


def _backwards(element: HtmlElement | None) -> Iterator[str]:
    """Yield the pieces of text before an element, the nearest first."""
    while element is not None:
        for sibling in element.itersiblings(preceding=True):
            if text := collapse(sibling.tail or ""):
                yield text
            yield from _pieces_backwards(sibling)
        element = element.getparent()
        if element is not None and (text := collapse(element.text or "")):
            yield text


def _pieces_backwards(element: HtmlElement) -> Iterator[str]:
    """Yield an element's pieces from its end, so that of a long menu above a heading only the last lines are read."""
    opened = [] if _is_silent(element) else [(element, element.iterchildren(reversed=True))]
    while opened:
        around, children = opened[-1]
        child = next(children, None)
        if child is None:
            opened.pop()
            text = collapse(around.text or "")
        elif _is_silent(child):
            continue
        else:
            opened.append((child, child.iterchildren(reversed=True)))
            text = collapse(child.tail or "")
        if text:
            yield text


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield an element's pieces of text in their order, but for the photographer whom a caption names behind its sentence."""
    if _is_passed_over(element):
        return
    if text := collapse(element.text or ""):
        yield text
    opened = [(element, element.iterchildren())]
    while opened:
        around, children = opened[-1]
        child = next(children, None)
        if child is None:
            opened.pop()
            text = collapse(around.tail or "") if opened else ""
        elif _is_passed_over(child):
            text = collapse(child.tail or "")
        else:
            opened.append((child, child.iterchildren()))
            text = collapse(child.text or "")
        if text:
            yield text


def _is_passed_over(element: HtmlElement) -> bool:
    if _is_silent(element):
        return True
    text = element.text
    return text is not None and text.lstrip()[:2].lower() == "by" and _ends_caption(element)


def _is_silent(element: HtmlElement) -> bool:
    return element.tag in SILENT or not isinstance(element.tag, str) or _is_hidden(element)


def _is_hidden(element: HtmlElement) -> bool:
    """Tell what no reader sees: offers that open in a window, dates for a theme's other layout."""
    style = element.get("style")
    return style is not None and "none" in style and HIDDEN.search(style) is not None


def _ends_caption(element: HtmlElement) -> bool:
    """Tell an inline element that runs on behind a sentence in another: a byline stands in a block of its own."""
    before = element.getprevious() if element.tag in INLINE else None
    if before is None or before.tag not in INLINE or collapse(before.tail or ""):
        return False
    sentence = plain(before)
    return len(sentence) > LABEL and sentence[-1] in '.!?…”"'
