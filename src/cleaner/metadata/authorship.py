"""Candidates for the people who wrote an article, from its page's markup."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from cleaner.metadata.agencies import agency
from cleaner.metadata.jsonld import texts, types
from cleaner.metadata.people import PLACES, is_phrase, people
from cleaner.metadata.scripts import stated_authors
from cleaner.metadata.trust import offer
from cleaner.text import mend_mojibake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.metadata.sheet import Sheet
    from cleaner.model import Candidate

META_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "citation_author", "article:author_name",
    "cxenseparse:author", "og:article:author", "creator", "authors", "byline", "citation_authors", "article.author", "book:author",
)  # fmt: skip
WRITTEN_BY = re.compile(
    r"(?i)^(?:written by|author|by|geschrieben von|verfasst von|autor|écrit par|auteur|escrito por|scritto da)$"
)
BYLINE = re.compile(
    r"(?i)^[\W_]*(?:by|von|par|por|di|av|door|(?:article|words|story|posted|published|written) by|text|texto|texte|contributors?|"
    r"authors?(?:\(s\))?|autor(?:in)?(?:/autor(?:in)?)?|auteure?s?)\b:? (?-i:(?=[^\W\d_a-z]))"
)
ORGANIZATION = re.compile(r"Organization$|^Corporation$|^Brand$")
BARE = re.compile(
    r"(?!.*[a-zß-ÿ][A-ZÀ-Þ]{2})[^\W\d_a-zß-ÿ][\w'’-]*[^\W\d_A-ZÀ-Þ][\w'’.-]*(?: (?:v[ao]n(?: der| den)?|d[aei]|de la|d[eo]s|al|bin) | )(?:[^\W\d_a-zß-ÿ][\w'’.-]* ){0,2}"
    r"[^\W\d_a-zß-ÿ][\w'’-]*[^\W\d_A-ZÀ-Þ][\w'’.-]*"
)
"""A name alone, each word with a capital and none in capitals: lines in capitals beside dates were menus."""
JOINTS = re.compile(r",? (?:and|und|et|&) |, ")
IN_SECTION = " in"
"""Behind a name, before the link to a section: `Ana Ruiz in`."""
OTHERS_LABEL = re.compile(
    r"(?i)\b(?:edited|reviewed|checked|verified|approved|updated|translated|produced|curated|photos?|photograph\w*|illustrat\w+|geprüft|redigiert|übersetzt|relu|vérifié|"
    r"traduit|revisado|editado|traducido|rivisto|tradotto) (?:by|von|par|por|da|di)\W*$"
)
"""Ends the line before the name of one who did not write: `Edited by:`."""
STAMPED = 60
"""Characters of a line that is hardly more than a date or a reading time."""
STAMP = re.compile(r"(?i)\b(?:19|20)\d\d\b|\bmin(?:ute)?s?\.? read|\b\d{1,2}:\d\d\b")
TRIED = 4
"""Lines near the heading that read as bylines and are looked at for names."""

MOST = 6
"""Names of printed bylines that are offered; longer rows were lists of staff."""


FULL_NAMES = frozenset({"author-box", "first-box", "author-row", "near-date"})
"""Where a single word was never the author on labelled pages, but an office, a section or a reader."""


def authors(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the names of every source; agencies become candidates of their own field."""
    yield from (found := [*_graph(sheet), *_meta(sheet), *_twitter(sheet)])
    surely = [
        *_printed(sheet, "microdata", sheet.markup.credited),
        *_printed(sheet, "markup", sheet.markup.bylines),
        *_near_title(sheet),
        *_printed(sheet, "author-link", sheet.markup.author_links),
    ]
    yield from surely
    yield from _printed(sheet, "author-box", sheet.markup.author_boxes)
    yield from _printed(sheet, "author-row", sheet.markup.row_of_boxes)
    yield from _first_box(sheet)
    yield from _printed(sheet, "near-date", list(_beside_dates(sheet)))
    if not surely and not any(c.field == "authors" for c in found):
        known = (list(_declared(sheet, "script", [text])) for text in stated_authors(sheet.scripts))
        yield from next((names for names in known if names), ())


def _twitter(sheet: Sheet) -> Iterator[Candidate]:
    label, data = sheet.markup.first("twitter:label1"), sheet.markup.first("twitter:data1")
    if label and data and WRITTEN_BY.match(label):
        yield from _declared(sheet, "twitter", [data])


def _near_title(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the names of the first line near the heading that reads as a byline and holds any."""
    lines = (text for text in sheet.around if BYLINE.match(text))
    found = (list(_printed(sheet, "near-title", [line])) for line in islice(lines, TRIED))
    yield from next((names for names in found if names), ())


def _first_box(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the first author's box alone: those further down are other stories' or readers' who commented."""
    found = (list(_printed(sheet, "first-box", [box])) for box in sheet.markup.lone_boxes)
    yield from next((names for names in found if names), ())


def _beside_dates(sheet: Sheet) -> Iterator[str]:
    """Yield bare names that stand beside a date or a reading time: bylines of themes that write no `by`.

    The first of them, and those right behind it: what stands further down was menus and headings.
    """
    lines = [line.rstrip(" |·•").removesuffix(IN_SECTION) for line in sheet.around]
    last = len(lines)
    for i, line in enumerate(lines):
        if i > last + 1:
            return
        is_others = i > 0 and OTHERS_LABEL.search(lines[i - 1]) is not None
        if _is_bare(line) and _is_stamped(lines, i) and not is_others and not is_phrase(line, sheet.prose):
            yield line
            last = i


def _is_bare(line: str) -> bool:
    if not BARE.match(line) or PLACES.match(line):
        return False
    return all(BARE.fullmatch(name) for name in JOINTS.split(line))


def _is_stamped(lines: Sequence[str], i: int) -> bool:
    beside = (*lines[max(0, i - 2) : i], *lines[i + 1 : i + 3])
    return any(STAMP.search(other) for other in beside if len(other) <= STAMPED)


def _graph(sheet: Sheet) -> Iterator[Candidate]:
    article = sheet.article
    for author in sheet.graph.resolve(article.get("author") or article.get("creator")):
        named = texts(author)
        kinds = types(author) if isinstance(author, dict) else []
        house = agency(" ; ".join(named))
        if house:
            yield offer("agency", house, "json-ld", named[0])
        elif not any(ORGANIZATION.search(kind) for kind in kinds) or "Person" in kinds:
            yield from _declared(sheet, "json-ld", named)


def _meta(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the first element that names people, or one that names them and others; the site's own name only where none does."""
    best: list[Candidate] = []
    for name in META_AUTHORS:
        values = [v for v in sheet.markup.meta.get(name, ()) if not v.startswith("http")]
        found = list(_declared(sheet, "meta", values))
        best = found if _says_more(sheet, found, best) else best
        yield from (offer("agency", named, "meta", v) for v in values if (named := agency(v)))
    yield from best


def _says_more(sheet: Sheet, found: Sequence[Candidate], best: Sequence[Candidate]) -> bool:
    """Tell whether an element is to be believed before those that stood first: it names all their people and further ones."""
    people_found = {c.value for c in found if not sheet.is_outlet(c.value)}
    people_best = {c.value for c in best if not sheet.is_outlet(c.value)}
    return bool(found) and (not best or people_found > people_best)


def _declared(sheet: Sheet, source: str, values: Sequence[str]) -> Iterator[Candidate]:
    """Offer names that the page calls its author: also one that is the site's own, where it has the form of a person's."""
    for text in values:
        for name in people(mend_mojibake(text), structured=True):
            if " " in name or not sheet.is_outlet(name):
                yield offer("authors", name, source, text)


def _printed(sheet: Sheet, source: str, lines: Sequence[str]) -> Iterator[Candidate]:
    """Offer names that the page prints; a single word only where it is all that is printed."""
    read = [(text, people(mend_mojibake(text), outlets=sheet.outlets)) for text in lines]
    alone = len(read) == 1 and source not in FULL_NAMES
    names = {name: text for text, found in read for name in found if " " in name or (alone and len(found) == 1)}
    shortest = [name for name in names if not any(other != name and name.startswith(other) for other in names)]
    yield from (offer("authors", name, source, names[name]) for name in shortest[:MOST])
