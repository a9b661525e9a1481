"""Candidates from an HTML page as a whole: what its markup says of its article."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from cleaner.metadata.access import access
from cleaner.metadata.authorship import authors
from cleaner.metadata.jsonld import texts
from cleaner.metadata.people import squeeze
from cleaner.metadata.published import dates
from cleaner.metadata.sheet import language_code, main_heading, read_sheet, site_names
from cleaner.metadata.tags import split_tags
from cleaner.metadata.trust import offer
from cleaner.text import mend_mojibake, normal
from cleaner.urls import canonical_url, host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from cleaner.metadata.sheet import Sheet
    from cleaner.model import Candidate, Page

TITLE_CUT = re.compile(r"\s+[|–—\-·•/:]+\s+|\s*[|«»]\s*")
META_SECTIONS = ("parsely-section", "section", "cxenseparse:category")
LONGEST_SECTION = 60
"""Characters in a section's name; longer values were lists or paths."""

HEAD_WORDS = 3
"""Words before the first dash of a window's title from which they may be the whole title."""

ONLY_SECTION = 0.5
"""Weight of a list of tags that says no more than the section."""

META_TITLES = ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title", "title", "headline")
META_TAGS = (
    "news_keywords",
    "keywords",
    "parsely-tags",
    "sailthru.tags",
    "cxenseparse:keywords",
    "dc.subject",
    "dcterms.subject",
)


def document_candidates(root: HtmlElement, page: Page) -> tuple[Candidate, ...]:
    """Offer all that the page's markup says of its article; each candidate quotes its source."""
    sheet = read_sheet(root, page)
    readers = (_titles, _deks, authors, dates, _sites, _urls, _languages, _tags, _sections, _images, _licences, access)
    return tuple(candidate for read in readers for candidate in read(sheet))


def _titles(sheet: Sheet) -> Iterator[Candidate]:
    markup = sheet.markup
    offers = [
        ("json-ld", text) for text in texts(sheet.article.get("headline"))[:1] or texts(sheet.article.get("name"))[:1]
    ]
    offers += [("opengraph", markup.first("og:title") or ""), ("twitter", markup.first("twitter:title") or "")]
    offers += [("meta", markup.first(*META_TITLES) or "")]
    offers += [("h1", main_heading(markup, [*(text for _, text in offers if text), markup.title], sheet.outlets))]
    offers += [("h1-other", heading) for heading in markup.headings if heading != offers[-1][1]]
    for source, text in offers:
        title = _without_site(mend_mojibake(html.unescape(text)), sheet.outlets, guess=False)
        if title and normal(title) not in sheet.outlets:
            yield offer("title", title, source, text)
    window = mend_mojibake(markup.title)
    bare = _without_site(window, sheet.outlets, guess=True)
    if bare and normal(bare) not in sheet.outlets:
        yield offer("title", bare, "title-tag", markup.title)
    head = TITLE_CUT.split(window, maxsplit=1)[0].strip()
    if head not in {bare, ""} and len(head.split()) >= HEAD_WORDS and normal(head) not in sheet.outlets:
        yield offer("title", head, "title-head", markup.title)


def _without_site(text: str, outlets: frozenset[str], *, guess: bool) -> str:
    """Cut the site's name off a title's end or start; `guess`: also an unknown short last part, as titles of windows have."""
    site, colon, rest = text.partition(": ")
    if colon and _is_outlet(site, outlets):
        return rest.strip()
    cuts = list(TITLE_CUT.finditer(text))
    if not cuts:
        return text.strip()
    last, first = text[cuts[-1].end() :], text[: cuts[0].start()]
    if _is_outlet(last, outlets):
        return _without_site(text[: cuts[-1].start()], outlets, guess=False)
    if _is_outlet(first, outlets):
        return text[cuts[0].end() :].strip()
    head = text[: cuts[-1].start()]
    return head.strip() if guess and len(last.split()) <= 4 < len(head.split()) else text.strip()


def _is_outlet(part: str, outlets: frozenset[str]) -> bool:
    return bool(outlets & {normal(part), squeeze(part)} - {""})


def _deks(sheet: Sheet) -> Iterator[Candidate]:
    """Offer descriptions: they confirm a printed dek, and win nothing alone, being mostly a copy of the first paragraph."""
    for source, text in (
        ("json-ld", " ".join(texts(sheet.article.get("description"))[:1])),
        ("opengraph", sheet.markup.first("og:description") or ""),
        ("meta", sheet.markup.first("description") or ""),
    ):
        if text:
            yield offer("dek", mend_mojibake(text), source)


def _sites(sheet: Sheet) -> Iterator[Candidate]:
    for name, source, evidence in site_names(sheet.markup, sheet.graph, sheet.article):
        if len(name) <= 80:
            yield offer("site", mend_mojibake(name), source, evidence)
    address = host(sheet.page.url or sheet.markup.canonical or sheet.markup.first("og:url"))
    if address:
        yield offer("site", address, "host")


def _urls(sheet: Sheet) -> Iterator[Candidate]:
    markup, article = sheet.markup, sheet.article
    main = article.get("mainEntityOfPage")
    named = texts(article.get("url")) or texts(main.get("@id") if isinstance(main, dict) else main)
    for source, text in (
        ("canonical", markup.canonical or ""),
        ("opengraph", markup.first("og:url") or ""),
        ("json-ld", "".join(named[:1])),
    ):
        address = canonical_url(_absolute(sheet.base, text)) if text else None
        if address and not _is_front_page(address, sheet.base):
            yield offer("url", address, source, text)


def _absolute(base: str | None, text: str) -> str | None:
    try:
        return urljoin(base or "", text)
    except ValueError:  # half an IPv6 address
        return None


def _is_front_page(address: str, base: str | None) -> bool:
    """Tell a canonical link that names the site's front page on every page; seen where themes are set up wrongly."""
    return urlsplit(address).path in {"", "/"} and (base is None or urlsplit(base).path not in {"", "/"})


def _languages(sheet: Sheet) -> Iterator[Candidate]:
    declared = (
        ("html", sheet.markup.language),
        ("json-ld", "".join(texts(sheet.article.get("inLanguage"))[:1])),
        ("opengraph", sheet.markup.first("og:locale")),
        ("meta", sheet.markup.first("content-language", "dc.language", "language")),
    )
    for source, text in declared:
        code = language_code(text)
        if code:
            yield offer("language", code, source, text or "")


def _tags(sheet: Sheet) -> Iterator[Candidate]:
    """Offer lists of tags; one that only repeats the section is doubtful, one that runs the tags of another together is none."""
    meta, markup = sheet.markup.meta, sheet.markup
    lists = [
        ("json-ld", texts(sheet.article.get("keywords"))),
        ("opengraph", [v for name in ("article:tag", "og:article:tag", "og:video:tag") for v in meta.get(name, ())]),
        ("meta", next((list(meta[name]) for name in META_TAGS if meta.get(name)), [])),
        ("link", list(markup.topic_links)),
        ("listed", list(markup.tag_links)),
    ]
    found = {source: (text := "\n".join(values), split_tags(mend_mojibake(text))) for source, values in lists}
    several = {frozenset(normal(" ".join(tags)).split()) for _, tags in found.values() if len(tags) > 1}
    sections = {normal(name) for name, _ in _named_sections(sheet)}
    for source, (text, tags) in found.items():
        kept = [tag for tag in tags if normal(tag) not in sheet.declared]
        if len(kept) == 1 and frozenset(normal(kept[0]).split()) in several:
            continue
        weight = ONLY_SECTION if sections.issuperset(map(normal, kept)) else 1.0
        yield from (offer("tags", tag, source, text, weight) for tag in kept)


def _named_sections(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield what the page calls the article's section, with the source."""
    meta = sheet.markup.meta
    yield from ((name, "json-ld") for name in texts(sheet.article.get("articleSection")))
    yield from ((name, "opengraph") for name in meta.get("article:section", ()))
    yield from ((name, "meta") for key in META_SECTIONS for name in meta.get(key, ()))


def _sections(sheet: Sheet) -> Iterator[Candidate]:
    for name, source in _named_sections(sheet):
        if len(name) <= LONGEST_SECTION:
            yield offer("section", mend_mojibake(name), source)


def _images(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the article's picture, by its address."""
    images = sheet.graph.resolve(sheet.article.get("image"))
    named = [v.get("url") or v.get("contentUrl") if isinstance(v, dict) else v for v in images]
    for source, value in (
        ("json-ld", next((v for v in named if isinstance(v, str)), "")),
        ("opengraph", sheet.markup.first("og:image", "og:image:url", "og:image:secure_url") or ""),
        ("twitter", sheet.markup.first("twitter:image", "twitter:image:src") or ""),
    ):
        address = _absolute(sheet.base, value) if value else None
        if address and host(address):
            yield offer("image", address, source, value)


def _licences(sheet: Sheet) -> Iterator[Candidate]:
    for source, value in (
        ("json-ld", "".join(texts(sheet.article.get("license"))[:1])),
        ("meta", sheet.markup.first("dc.rights", "dcterms.license", "dcterms.rights", "copyright", "license") or ""),
    ):
        if value:
            yield offer("licence", mend_mojibake(value), source)
