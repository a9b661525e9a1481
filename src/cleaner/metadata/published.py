"""Candidates for the days on which an article was published and changed, from its page's markup."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from cleaner.dates import DIGIT, parse_date
from cleaner.metadata.jsonld import texts
from cleaner.metadata.scripts import stated_dates
from cleaner.metadata.trust import offer
from cleaner.urls import url_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from cleaner.metadata.sheet import Sheet
    from cleaner.model import Candidate

OG_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "rnews:datepublished",
)
META_DATES = (
    "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date", "dcterms.date", "dc.date.created", "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date",
    "originalpublicationdate", "displaydate", "ptime", "cxenseparse:recs:publishtime", "article.published", "published_time", "created", "timestamp",
)  # fmt: skip
OTHER_DATES = re.compile(
    r"(?:^|[-_.:])(?:publish\w*|publication|pub|release|posted|issued?)(?:[-_.:]?(?:date|time|at|on))?$|(?:^|[-_.:])date[-_.:]?pub\w*$"
)
"""Names of meta elements that no convention knows and that say the same: `w-published-date`, `date-pub`."""

MODIFIED_DATES = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "revised",
    "article:modified",
    "dc.date.modified",
)
OTHER_MODIFIED = re.compile(
    r"(?:^|[-_.:])(?:modif\w*|updated?|revised)(?:[-_.:]?(?:date|time|at|on))$|(?:^|[-_.:])date[-_.:]?(?:modified|updated)$"
)

DECLARED = frozenset({"json-ld", "opengraph", "meta", "meta-other", "microdata", "json-ld-page"})
"""Sources beside which the page's scripts are not asked."""

FOLDERS = re.compile(r"/(?:19|20)\d\d[-/]?\d{1,2}[-/]?\d{1,2}/")
"""A day that fills folders of an address."""
MOST = 3
"""Different days that one source may offer; pages with more are lists."""


def dates(sheet: Sheet) -> Iterator[Candidate]:
    """Offer every day that a source calls the article's; the day of the last change is a field and doubtful evidence."""
    markup, article, page = sheet.markup, sheet.article, sheet.graph.page() or {}
    sources: list[tuple[str, Iterable[str]]] = [
        ("json-ld", texts(article.get("datePublished") or article.get("uploadDate") or article.get("dateCreated"))),
        ("opengraph", (v for name in OG_DATES for v in markup.meta.get(name, ()))),
        ("meta", (v for name in META_DATES for v in markup.meta.get(name, ()))),
        (
            "meta-other",
            (v for name, vs in markup.meta.items() if _says_published(name) for v in vs),
        ),
        ("microdata", (*(value for value, said in markup.times if said), *markup.dated)),
        ("json-ld-page", texts(page.get("datePublished"))),
        ("time", (value for value, said in markup.times if not said)),
        ("time-aside", markup.times_aside),
        ("markup", markup.dates),
        ("near-title", (text for text in sheet.around if DIGIT.search(text))),
    ]
    offered = False
    days: set[str] = set()
    for source, values in sources:
        for day, words in _read(sheet, values).items():
            offered |= source in DECLARED
            days.add(day[:10])
            yield offer("published_at", day, source, words)
    if not offered:
        known = (value for value in stated_dates(sheet.scripts) if DIGIT.search(value))
        yield from (
            offer("published_at", day, "script", words) for day, words in islice(_read(sheet, known).items(), 1)
        )
    yield from _modified(sheet)
    yield from _address(sheet.page.url or markup.canonical or "", days)


@lru_cache(maxsize=4096)
def _says_published(name: str) -> bool:
    """Tell a meta element by its name; the pages of a site repeat theirs."""
    return OTHER_DATES.search(name) is not None and name not in META_DATES


@lru_cache(maxsize=4096)
def _says_changed(name: str) -> bool:
    return OTHER_MODIFIED.search(name) is not None


def _address(address: str, days: AbstractSet[str]) -> Iterator[Candidate]:
    """Offer the day that the address names: as a folder of its own, or confirmed, or where there is no other.

    Among a headline's words, `2023-12-19-earthquake`, it may be that of what happened: of five that stood against another day
    none was right, of five in folders four.
    """
    named = url_date(address)
    if named and (not days or named in days or FOLDERS.search(address)):
        yield offer("published_at", named, "url", address)


def _modified(sheet: Sheet) -> Iterator[Candidate]:
    said = {
        "json-ld": texts(sheet.article.get("dateModified")),
        "meta": [v for n in MODIFIED_DATES for v in sheet.markup.meta.get(n, ())]
        or [v for name, vs in sheet.markup.meta.items() if _says_changed(name) for v in vs],
        "time": sheet.markup.changed,
    }
    offered = False
    for source, values in said.items():
        for day, words in list(_read(sheet, values).items())[:1]:
            yield offer("modified_at", day, source, words)
            if not offered and source != "time":
                yield offer("published_at", day, "modified", words)
            offered = True


def _read(sheet: Sheet, values: Iterable[str]) -> dict[str, str]:
    """Read values into moments, one a day and the first of it, with the words that say so; days to come are left out."""
    found: dict[str, str] = {}
    days: set[str] = set()
    for value in values:
        moment = parse_date(value, sheet.language, sheet.page.fetched_at)
        if moment is None or moment[:10] in days:
            continue
        days.add(moment[:10])
        found[moment] = value
        if len(found) == MOST:
            break
    return found
