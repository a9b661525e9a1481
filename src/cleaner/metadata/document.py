"""Candidates from an HTML page as a whole: what its markup says of its article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from cleaner.dates import parse_date
from cleaner.metadata.agencies import agency
from cleaner.metadata.jsonld import Graph, read_graph, texts, types
from cleaner.metadata.markup import Markup, near_heading, read_markup
from cleaner.metadata.people import people, squeeze
from cleaner.metadata.tags import split_tags
from cleaner.metadata.trust import offer
from cleaner.text import mend_mojibake, normal
from cleaner.urls import canonical_url, host, url_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

    from cleaner.model import Candidate, Page

TITLE_CUT = re.compile(r"\s+[|–—\-·•/:]+\s+|\s*[|«»]\s*")
META_TITLES = ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title", "title", "headline")
META_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "citation_author", "article:author_name",
    "cxenseparse:author", "og:article:author", "creator", "authors", "byline",
)  # fmt: skip
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
MODIFIED_DATES = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "revised",
)
META_TAGS = (
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "cxenseparse:keywords",
    "keywords",
    "dc.subject",
    "dcterms.subject",
)
SECTION_WORDS = 2
"""Words in a heading that may be a section's name."""

WRITTEN_BY = re.compile(
    r"(?i)^(?:written by|author|by|geschrieben von|verfasst von|autor|écrit par|auteur|escrito por|scritto da)$"
)
BYLINE = re.compile(r"(?i)^[\W_]*(?:by|von|par|por|written by|text|texto|texte)\b:? (?-i:(?=[^\W\d_a-z]))")
ORGANIZATION = re.compile(r"Organization$|^Corporation$|^Brand$")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's statements, read once, with what is needed to judge them."""

    page: Page
    markup: Markup
    graph: Graph
    article: dict[str, Any]
    around: Callable[[], tuple[str, ...]]
    """Short lines around the heading, looked for only where the markup is silent."""
    declared: frozenset[str]
    """Names that the site gives itself."""
    outlets: frozenset[str]
    """These and those in its address: no person, unless the page says so, is called so."""
    language: str | None

    @property
    def base(self) -> str | None:
        """Address that relative ones are resolved against."""
        return self.page.url


def document_candidates(root: HtmlElement, page: Page) -> tuple[Candidate, ...]:
    """Offer all that the page's markup says of its article; each candidate quotes its source."""
    sheet = _read(root, page)
    readers = (_titles, _deks, _authors, _dates, _sites, _urls, _languages, _tags, _access)
    return tuple(candidate for read in readers for candidate in read(sheet))


def _read(root: HtmlElement, page: Page) -> Sheet:
    markup = read_markup(root)
    graph = read_graph(markup.scripts)
    titles = [*markup.headings, *(t for t in (markup.first("og:title"), markup.title) if t)]
    language = _language(markup.language) or _language(
        markup.first("og:locale", "content-language", "dc.language", "language")
    )
    sites = [name for name, _, _ in _site_names(markup, graph)]
    names = (*sites, page.site or "", *_host_names(page.url))
    declared = frozenset(normal(n) for n in (*sites, page.site or "") if n)
    outlets = frozenset(form for n in names if n for form in (normal(n), squeeze(n)))
    around = partial(near_heading, root, _heading(markup, titles, outlets))
    return Sheet(page, markup, graph, graph.article(titles) or {}, around, declared, outlets, language)


def _host_names(url: str | None) -> tuple[str, ...]:
    name = host(url)
    return (name, max(name.split("."), key=len)) if name else ()


def _language(text: str | None) -> str | None:
    match = re.match(r"([a-zA-Z]{2})(?:$|[-_])", (text or "").strip())
    return match[1].lower() if match else None


def _titles(sheet: Sheet) -> Iterator[Candidate]:
    markup = sheet.markup
    offers = [
        ("json-ld", text) for text in texts(sheet.article.get("headline"))[:1] or texts(sheet.article.get("name"))[:1]
    ]
    offers += [("opengraph", markup.first("og:title") or ""), ("twitter", markup.first("twitter:title") or "")]
    offers += [("meta", markup.first(*META_TITLES) or "")]
    offers += [("h1", _heading(markup, [*(text for _, text in offers if text), markup.title], sheet.outlets))]
    for source, text in offers:
        title = _without_site(mend_mojibake(text), sheet.outlets, guess=False)
        if title and normal(title) not in sheet.outlets:
            yield offer("title", title, source, text)
    bare = _without_site(mend_mojibake(markup.title), sheet.outlets, guess=True)
    if bare and normal(bare) not in sheet.outlets:
        yield offer("title", bare, "title-tag", markup.title)


def _heading(markup: Markup, known: Sequence[str], outlets: frozenset[str]) -> str:
    """Choose among several `<h1>` the one that another source names; a logo or a section's name is often one too."""
    headings = [h for h in markup.headings if normal(h) not in outlets]
    named = {normal(text) for text in known}
    window = normal(markup.title)
    agreed = (h for h in headings if normal(h) in named or (len(h.split()) > SECTION_WORDS and normal(h) in window))
    return next(agreed, next((h for h in headings if len(h.split()) > SECTION_WORDS), headings[0] if headings else ""))


def _without_site(text: str, outlets: frozenset[str], *, guess: bool) -> str:
    """Cut the site's name off a title's end or start; `guess`: also an unknown short last part, as titles of windows have."""
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


def _authors(sheet: Sheet) -> Iterator[Candidate]:
    article, graph = sheet.article, sheet.graph
    for author in graph.resolve(article.get("author") or article.get("creator")):
        named = " ; ".join(texts(author))
        kinds = types(author) if isinstance(author, dict) else []
        if agency(named):
            yield offer("agency", agency(named) or "", "json-ld", named)
        elif not any(ORGANIZATION.search(kind) for kind in kinds):
            yield from _named("json-ld", named, sheet.declared if "Person" in kinds else sheet.outlets)
    for name in META_AUTHORS:
        values = [v for v in sheet.markup.meta.get(name, ()) if not v.startswith("http")]
        if any(people(v, structured=True, outlets=sheet.outlets) for v in values):
            yield from _named("meta", " ; ".join(values), sheet.outlets)
            break
        yield from (offer("agency", found, "meta", v) for v in values if (found := agency(v)))
    label, data = sheet.markup.first("twitter:label1"), sheet.markup.first("twitter:data1")
    if label and data and WRITTEN_BY.match(label):
        yield from _named("twitter", data, sheet.outlets)
    yield from _printed_names(sheet)


def _printed_names(sheet: Sheet) -> Iterator[Candidate]:
    """Offer names from elements that are called byline or author, else from lines such as `By Ana Ruiz` around the heading."""
    source = "markup"
    lines = [(text, people(mend_mojibake(text), outlets=sheet.outlets)) for text in sheet.markup.bylines]
    if not any(names for _, names in lines):
        source = "near-title"
        lines = [
            (text, people(mend_mojibake(text), outlets=sheet.outlets)) for text in sheet.around() if BYLINE.match(text)
        ][:1]
    names = {name: text for text, found in lines for name in found if " " in name or len(found) == len(lines) == 1}
    shortest = [name for name in names if not any(other != name and name.startswith(other) for other in names)]
    yield from (offer("authors", name, source, names[name]) for name in shortest[:4])


def _named(source: str, text: str, outlets: frozenset[str]) -> Iterator[Candidate]:
    for name in people(mend_mojibake(text), structured=True, outlets=outlets):
        yield offer("authors", name, source, text)


def _dates(sheet: Sheet) -> Iterator[Candidate]:
    markup, article, page = sheet.markup, sheet.article, sheet.graph.page() or {}
    offers: list[tuple[str, Iterable[str]]] = [
        ("json-ld", texts(article.get("datePublished") or article.get("uploadDate") or article.get("dateCreated"))),
        ("opengraph", (v for name in OG_DATES for v in markup.meta.get(name, ()))),
        ("meta", (v for name in META_DATES for v in markup.meta.get(name, ()))),
        ("microdata", (value for value, said in markup.times if said)),
        ("json-ld-page", texts(page.get("datePublished"))),
        ("time", (value for value, said in markup.times if not said)),
        ("markup", markup.dates),
        (
            "modified",
            (*texts(article.get("dateModified")), *(v for n in MODIFIED_DATES for v in markup.meta.get(n, ()))),
        ),
    ]
    known = False
    for source, values in offers:
        for value in values:
            found = parse_date(value, sheet.language, sheet.page.fetched_at)
            if found:
                known = known or source != "modified"
                yield offer("published_at", found, source, value)
                break
    if not known:
        yield from _printed_date(sheet)
    day = url_date(sheet.page.url or markup.canonical)
    if day:
        yield offer("published_at", day, "url", sheet.page.url or markup.canonical or "")


def _printed_date(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the first date in the lines around the heading."""
    for text in sheet.around():
        found = parse_date(text, sheet.language, sheet.page.fetched_at) if any(c.isdigit() for c in text) else None
        if found:
            yield offer("published_at", found, "near-title", text)
            return


def _site_names(markup: Markup, graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield (name, source, evidence) of the site."""
    name = markup.first("og:site_name")
    if name:
        yield name, "opengraph", name
    article = graph.article() or {}
    for publisher in graph.resolve(article.get("publisher") or article.get("sourceOrganization")):
        yield from ((text, "json-ld", text) for text in texts(publisher)[:1])
    for node in graph.nodes:
        if "WebSite" in types(node.data) and not node.aside:
            yield from ((text, "json-ld", text) for text in texts(node.data.get("name"))[:1])
    name = markup.first("application-name", "apple-mobile-web-app-title", "dc.publisher")
    if name:
        yield name, "meta", name


def _sites(sheet: Sheet) -> Iterator[Candidate]:
    for name, source, evidence in _site_names(sheet.markup, sheet.graph):
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
        code = _language(text)
        if code:
            yield offer("language", code, source, text or "")


def _tags(sheet: Sheet) -> Iterator[Candidate]:
    meta = sheet.markup.meta
    lists = [
        ("json-ld", texts(sheet.article.get("keywords"))),
        ("opengraph", [v for name in ("article:tag", "og:article:tag", "og:video:tag") for v in meta.get(name, ())]),
        ("meta", next((list(meta[name]) for name in META_TAGS if meta.get(name)), [])),
    ]
    for source, values in lists:
        text = "\n".join(values)
        for tag in split_tags(mend_mojibake(text)):
            if normal(tag) not in sheet.declared:
                yield offer("tags", tag, source, text)


def _access(sheet: Sheet) -> Iterator[Candidate]:
    """Offer the page's word that the article is for subscribers; the text may be whole all the same, so it wins nothing."""
    free = sheet.article.get("isAccessibleForFree")
    if free is False or (isinstance(free, str) and free.lower() == "false"):
        yield offer("truncated", "access.subscribers", "json-ld", f"isAccessibleForFree: {free}")
