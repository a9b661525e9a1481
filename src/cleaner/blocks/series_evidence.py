"""What speaks for a series of alike members being articles, each on its own, and what speaks against it; in words.

Most of what is built alike on a page is no row of articles: sections of one text, entries of a live blog, numbered or named
items, questions, comments, cards. An article has an address, a byline, a date, a dateline of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from cleaner.blocks.containers import LINKED
from cleaner.blocks.page_tree import LINE_WORDS, YEAR, holds_date
from cleaner.blocks.series import FULL_WORDS
from cleaner.model import Label
from cleaner.text import count_words, normal
from cleaner.urls import host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.html import HtmlElement

    from cleaner.blocks.page_tree import PageTree
    from cleaner.blocks.series import Member, Series
    from cleaner.model import Hints

MOST = 0.75
"""Share of the members that must show a sign for it to count."""
SOME = 0.5
MANY_TIMES = 4
"""Times the words of a card that a whole text has, where there are but these two."""
DISTINCT = 0.7
"""Share of the members from which a sign against counts."""
ARTICLE_NAME = re.compile(
    r"(?i)(?:[a-z]+[-_]+)*(?:h-?entry|type-post|blog-?post(?:ing)?|post|article|story|beitrag|artikel|meldung|noticia|articulo|articolo|nota)"
    r"(?:[-_]+(?:item|card|teaser|wrapper|container|preview|entry|partial|excerpt|full|outer|\d+))?"
)
"""A whole name; `article-body` and `story-text` are parts of one."""
ARTICLE_TYPE = re.compile(r"(?:Article|Posting|BlogPost|Report)$")
OWN_ADDRESS = ("data-url", "data-href", "data-permalink", "data-article-url", "data-canonical", "about", "itemid")
OWN_ID = (
    "data-article-id",
    "data-post-id",
    "data-story-id",
    "data-articleid",
    "data-postid",
    "data-content-id",
    "data-nid",
    "data-guid",
)
BYLINE_NAMES = re.compile(r"(?i)by-?line|author|autor|auteur|(?<![a-z])by(?![a-z])|writer|redakteur")
DATE_NAMES = re.compile(r"(?i)(?<![a-z])(?:date|time(?:stamp)?|posted-on|published|datum|fecha|stand)(?![a-z])")
CLOCK = re.compile(r"(?<![\d.:])(?:[01]?\d|2[0-3])[:.h][0-5]\d(?!\d|[.:]\d)")
STAMP_WORDS = 5
NEAR, LAST = 6, 4
"""Blocks around the headline, and at the end, among which byline and date stand; one found far below is of something else."""
NUMBERED = re.compile(r"(?i)^\W*(?:no\.? ?|nr\.? ?|n[º°] ?|#)?\d{1,3}(?:[.):–—-]| [–—-] )|^#\d")
LIVE = re.compile(
    r"(?i)(?<![a-z])live(?:-?(?:blog|ticker|feed|post|update|entry|stream))?(?![a-z])|ticker|minute-by-minute|liveblog"
)
LIVE_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"LiveBlogPosting"')
HEADLINES = re.compile(r'"headline"\s*:\s*"((?:[^"\\]|\\.)+)"')
NO_PAGE = ("#", "javascript:", "mailto:", "tel:")
LINKS = 12
"""Links of a member that are looked at."""

ADDRESS, ARTICLE = "an address of its own", "an element that is called an article"
STATED = "an address that its element states"
TIMELESS = frozenset({ADDRESS, STATED, "an <h1>", "a date"})
"""Signs that entries of a live blog do not have: an article with one of them may have the time of day as well."""

POINTS = {
    STATED: 2.0,
    ADDRESS: 1.5,
    "a byline": 1.6,
    "an element that is called an author": 0.8,
    "a date": 0.8,
    "a dateline": 2.0,
    ARTICLE: 0.9,
    "a whole text in an <article>": 2.0,
    "a marker that ends it": 1.3,
    "an <h1>": 1.2,
    "an entry in the page's JSON-LD": 1.5,
}
"""What each sign counts, where most members show it; set on the pages `tests/blended_pages.py` calls tuning, and so that
labelled pages of one article stay whole."""


IN_TREE = POINTS[STATED] + POINTS[ARTICLE]
"""What the signs for which the page's tree is read again can bring."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A series with what was found for it."""

    series: Series
    score: float
    signs: tuple[str, ...]
    addresses: tuple[str | None, ...]


@dataclass(frozen=True)
class Witness:
    """A page's statements about itself, read when first asked for."""

    tree: PageTree
    hints: Hints
    url: str | None

    @cached_property
    def is_live(self) -> bool:
        """Whether the page says that it is a live blog."""
        return LIVE_TYPE.search(self.hints.data) is not None

    @cached_property
    def stated(self) -> frozenset[str]:
        """Headlines that its JSON-LD names."""
        found = HEADLINES.finditer(self.hints.data)
        return frozenset(normal(m[1].replace('\\"', '"').replace("\\/", "/")) for m in found)

    @cached_property
    def base(self) -> str | None:
        """Address of the page, as far as it is known."""
        if self.url:
            return self.url
        head = self.tree.elements.root.find("head")
        links = head.iter("link") if head is not None else ()
        return next((e.get("href") for e in links if "canonical" in (e.get("rel") or "") and host(e.get("href"))), None)


def weigh(series: Series, witness: Witness, enough: float) -> Weighed | None:
    """Look for the signs of articles in a series' members; None where they do not bring `enough` points, or make parts of one."""
    signs = [name for name, test in SIGNS.items() if _share(test(witness, m) for m in series.members) >= MOST]
    if "a byline" in signs and AUTHOR in signs:
        signs.remove(AUTHOR)
    if _score(signs) + IN_TREE < enough or _is_one(series, witness):
        return None
    addresses = _addresses(series.members, witness)
    if _are_stated(series, addresses, witness):
        signs.append(STATED)
    elif sum(a is not None for a in addresses) >= MOST * len(addresses):
        signs.append(ADDRESS)
    if _share(_is_called_article(witness.tree, m) for m in series.members) >= MOST:
        signs.append(ARTICLE)
    score = _score(signs)
    if score < enough or (TIMELESS.isdisjoint(signs) and _has_stamps(series, witness.tree)):
        return None
    return Weighed(series, score, tuple(name for name in POINTS if name in signs), addresses)


def cards_below(series: Series, witness: Witness) -> tuple[Member, ...]:
    """Return the cards of other stories below a whole article: their headlines lead to other pages, its own leads nowhere.

    Where its own is a link as well, the page lists stories and has the newest whole.
    """
    tree, (first, *others) = witness.tree, series.members
    if tree.own(first.lo, first.hi) < FULL_WORDS or any(m.words >= FULL_WORDS for m in others):
        return ()
    if any(tree.blocks[m.head].link_density < LINKED for m in others):  # before the page's tree is read again
        return ()
    if _leads(first, witness) or not all(_leads(m, witness) for m in others):
        return ()
    return tuple(others)


def _leads(member: Member, witness: Witness) -> bool:
    """Tell a headline that leads to another page of the same site."""
    return any(_own(href, witness.base) is not None for href in _of_head(witness.tree, member))


def _score(signs: Sequence[str]) -> float:
    return round(sum(POINTS[name] for name in signs), 3)


def _share(found: Iterator[bool]) -> float:
    values = list(found)
    return sum(values) / len(values)


def _is_one(series: Series, witness: Witness) -> bool:
    """Tell members that are parts of one article, whatever speaks for them."""
    tree, members = witness.tree, series.members
    heads = [tree.blocks[m.head].text.strip() for m in members]
    return (
        len(set(heads)) <= DISTINCT * len(heads)  # one heading again and again
        or _share(NUMBERED.search(head) is not None and YEAR.search(head) is None for head in heads) >= SOME
        or _share(head.rstrip("\"'”»)").endswith(("?", "？", "؟")) for head in heads) > SOME  # questions and answers
        or _is_one_and_a_card(members)
        or witness.is_live
        or any(m.element is not None and LIVE.search(tree.outline[m.element].names) for m in members)
    )


def _is_one_and_a_card(members: Sequence[Member]) -> bool:
    """Tell a pair of a whole text and a card."""
    small, *_, large = sorted(m.words for m in members)
    return len(members) == 2 and small < FULL_WORDS <= large and large >= MANY_TIMES * small


def _lines(tree: PageTree, member: Member) -> Iterator[int]:
    """Yield the short lines right around a member's headline and at its end."""
    text = next((i for i in range(member.head + 1, member.hi) if tree.words[i]), member.hi)
    yield from range(max(member.lo, member.head - NEAR), member.head)
    yield from range(member.head + 1, min(text, member.head + NEAR))
    yield from (i for i in range(max(text, member.hi - LAST), member.hi) if not tree.words[i])


def _has_byline(tree: PageTree, member: Member) -> bool:
    return any(m.label is Label.BYLINE and m.certain for i in _lines(tree, member) for m in tree.blocks[i].marks)


def _has_author_element(tree: PageTree, member: Member) -> bool:
    return any(_named(tree, i, BYLINE_NAMES) for i in _lines(tree, member))


def _named(tree: PageTree, i: int, names: re.Pattern[str]) -> bool:
    block = tree.blocks[i]
    if block.markup is None or count_words(block.text) > LINE_WORDS:
        return False
    outline, at = tree.outline, block.markup.element
    around = outline[outline[at].parent].names if outline[at].parent >= 0 else ""
    return any(names.search(text) is not None for text in (outline[at].names, around, block.markup.inline))


def _has_date(tree: PageTree, member: Member) -> bool:
    return YEAR.search(tree.blocks[member.head].text) is not None or any(
        holds_date(tree.blocks[i]) or (_named(tree, i, DATE_NAMES) and any(c.isdigit() for c in tree.blocks[i].text))
        for i in _lines(tree, member)
    )


def _has_dateline(tree: PageTree, member: Member) -> bool:
    first = next((i for i in range(member.lo, member.hi) if tree.words[i]), None)
    return first is not None and any(m.label is Label.DATELINE for m in tree.blocks[first].marks)


def _has_marker(tree: PageTree, member: Member) -> bool:
    return any(m.label is Label.KEEP_READING for i in range(member.head + 1, member.hi) for m in tree.blocks[i].marks)


def _has_stamps(series: Series, tree: PageTree) -> bool:
    """Tell entries with the time of day, as a live blog has them."""
    return _share(_has_stamp(tree, m) for m in series.members) >= SOME


def _has_stamp(tree: PageTree, member: Member) -> bool:
    texts = (tree.blocks[i].text for i in range(member.lo, min(member.hi, member.head + 4)) if not tree.words[i])
    return any(count_words(t) <= STAMP_WORDS and CLOCK.search(t) is not None and YEAR.search(t) is None for t in texts)


def _is_called_article(tree: PageTree, member: Member) -> bool:
    if member.element is None:
        return False
    at: int = member.element
    for _ in range(2):  # the element itself or, of `<li><div class="post">`, the one that it holds
        node, outline = tree.node(at), tree.outline[at]
        called = outline.tag == "article" or any(ARTICLE_NAME.fullmatch(name) for name in outline.names.split())
        if called or ARTICLE_TYPE.search(node.get("itemtype") or "") or any(node.get(name) for name in OWN_ID):
            return True
        if at + 1 >= len(tree.spans) or tree.spans[at + 1] != tree.spans[at]:
            return False
        at += 1
    return False


def _is_whole_article(tree: PageTree, member: Member) -> bool:
    return member.element is not None and tree.outline[member.element].tag == "article" and member.words >= FULL_WORDS


AUTHOR = "an element that is called an author"
SIGNS: dict[str, Callable[[Witness, Member], bool]] = {
    "a byline": lambda w, m: _has_byline(w.tree, m),
    AUTHOR: lambda w, m: _has_author_element(w.tree, m),
    "a date": lambda w, m: _has_date(w.tree, m),
    "a dateline": lambda w, m: _has_dateline(w.tree, m),
    "a whole text in an <article>": lambda w, m: _is_whole_article(w.tree, m),
    "a marker that ends it": lambda w, m: _has_marker(w.tree, m),
    "an <h1>": lambda w, m: w.tree.blocks[m.head].tag == "h1",
    "an entry in the page's JSON-LD": lambda w, m: normal(w.tree.blocks[m.head].text) in w.stated,
}
"""What tells each sign that the blocks show; two more need the page's tree."""

# Addresses


def _addresses(members: Sequence[Member], witness: Witness) -> tuple[str | None, ...]:
    """Return each member's own address: no two have the same."""
    found = [_address(member, witness) for member in members]
    known = [a for a in found if a is not None]
    return tuple(a if a is not None and known.count(a) == 1 else None for a in found)


def _address(member: Member, witness: Witness) -> str | None:
    tree = witness.tree
    for href in (*_of_head(tree, member), *_of_element(tree, member)):
        if (address := _own(href, witness.base)) is not None:
            return address
    return None


def _are_stated(series: Series, addresses: Sequence[str | None], witness: Witness) -> bool:
    """Tell members whose elements give themselves the addresses, as infinite scroll does; the first may be the page's own article."""
    stated = [_states(m, address, witness) for m, address in zip(series.members, addresses, strict=True)]
    own = series.how == "<h1>" and addresses[0] is None
    return _share(iter(stated[own:])) >= MOST


def _states(member: Member, address: str | None, witness: Witness) -> bool:
    if address is None or member.element is None:
        return False
    node = witness.tree.node(member.element)
    return any(_own(href, witness.base) == address for href in _of_attributes(node))


def _of_head(tree: PageTree, member: Member) -> Iterator[str]:
    """Yield where the headline leads: the link in it, or around it."""
    if tree.blocks[member.head].link_density < LINKED:
        return
    node = tree.node(tree.element(member.head))
    yield from (a.get("href") or "" for a in node.iter("a"))
    stop = tree.node(member.element) if member.element is not None else None
    for above in node.iterancestors():
        if above.tag == "a":
            yield above.get("href") or ""
        if above is stop or above.tag in {"body", "article", "section"}:
            return


def _of_element(tree: PageTree, member: Member) -> Iterator[str]:
    """Yield the addresses that the member's element gives itself, or that a link marks as its bookmark."""
    if member.element is None:
        return
    node = tree.node(member.element)
    yield from _of_attributes(node)
    links = [a for _, a in zip(range(LINKS), node.iter("a"), strict=False)]
    yield from (a.get("href") or "" for a in links if "bookmark" in (a.get("rel") or "") or a.get("itemprop") == "url")
    targets = [a.get("href") or "" for a in links]
    yield from (href for href in targets if targets.count(href) >= 2)  # picture, headline and "more" lead to the same


def _of_attributes(node: HtmlElement) -> Iterator[str]:
    for near in (node, *_only_child(node), *_only_parent(node)):
        yield from (near.get(name) or "" for name in OWN_ADDRESS)


def _only_child(node: HtmlElement) -> Sequence[HtmlElement]:
    return (node[0],) if len(node) == 1 else ()


def _only_parent(node: HtmlElement) -> Sequence[HtmlElement]:
    parent = node.getparent()
    return (parent,) if parent is not None and len(parent) == 1 else ()


def _own(href: str, base: str | None) -> str | None:
    """Return the absolute address of another page of the same site, else None."""
    href = href.strip()
    if not href or href.startswith(NO_PAGE):
        return None
    try:
        absolute = urljoin(base or "https://site.invalid/", href).split("#", 1)[0]
        path = urlsplit(absolute).path
    except ValueError:  # half an IPv6 address
        return None
    if path in {"", "/"} or absolute == (base or "").split("#", 1)[0]:
        return None
    there, here = host(absolute), host(base) if base else "site.invalid"
    if there is None or here is None or not (there == here or there.endswith(f".{here}") or here.endswith(f".{there}")):
        return None
    return absolute
