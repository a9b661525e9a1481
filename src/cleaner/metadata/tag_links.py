"""Links of a page that are its article's tags: marked so, leading to a topic's page, or in a list that is called tags."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from cleaner.metadata.places import is_elsewhere, is_menu, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

TAGGED = ("tag", "Tag", "opics", "eywords", "chlagw", "tiquet")
"""In the class of an element that may hold the article's tags."""
TOPIC_PAGE = re.compile(
    r"/(?:tags?|topics?|keywords?|themen?|thema|schlagwort(?:e)?|tema|temas|topico|etiquetas?|sujets?|argomenti|labels?|hashtag|noticias-sobre|ord|emne)/[^/?#]+/?(?:[?#].*)?$"
)
"""Addresses of a topic's own page, in small letters."""
TAG_NAMES = frozenset(
    {"tag", "tags", "taglist", "topics", "keywords", "schlagworte", "schlagwoerter", "etiquetas", "etiquettes"}
)
NO_TAG_NAMES = frozenset({"manager", "gtm", "nav", "menu", "header", "footer", "cloud", "html"})
"""Words in the names of elements that hold tags, and of those that do not."""
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
MOST_LISTS = 50
"""Elements called tags that are looked at."""
MOST_TAGS, TAG_WORDS, TAG_SHARE = 25, 5, 0.5
"""Most tags of an article, most words of one, and the share of a list's text that they are."""
LONGEST = 120
"""Characters of a link that may be a topic."""
ROW = 3
"""Places in which lists of one class stand from which they are those of cards."""


def holds_tags(classes: str) -> bool:
    """Tell whether a class says that the element is a tag or holds a list of them."""
    if not any(sign in classes for sign in TAGGED):
        return False
    words = {word.lower() for word in NAME_WORD.findall(classes)}
    return not TAG_NAMES.isdisjoint(words) and NO_TAG_NAMES.isdisjoint(words)


def topic_links(links: Sequence[HtmlElement]) -> Iterator[str]:
    """Yield the texts of links that are marked as tags, or lead to a topic's page, outside of menus."""
    seen: set[str] = set()
    for link in links:
        tagged = "tag" in (link.get("rel") or "").split()
        if not tagged and not _is_topics(link.get("href") or ""):
            continue
        text = plain(link)
        if text and text not in seen and len(text) <= LONGEST and (tagged or not is_menu(link)):
            seen.add(text)
            yield text


@lru_cache(maxsize=16_384)
def _is_topics(address: str) -> bool:
    return TOPIC_PAGE.search(address.lower()) is not None


def tag_links(elements: Sequence[HtmlElement]) -> tuple[str, ...]:
    """Return the texts of the links in the first elements that are lists of tags; the same class in three places is that of cards."""
    rows = Counter(element.get("class") for element in elements)
    for element in elements[:MOST_LISTS]:
        if not _is_list(element) or is_elsewhere(element) or is_menu(element):
            continue
        around, classes = element.getparent(), element.get("class")
        beside = [e for e in elements if e.getparent() is around and e.get("class") == classes]
        if rows[classes] - len(beside) < ROW:
            return tuple(dict.fromkeys(text for e in beside for text in _texts(e)))
    return ()


def _is_list(element: HtmlElement) -> bool:
    """Tell an element that is mostly links of a few words."""
    texts = _texts(element)
    if not texts or len(texts) > MOST_TAGS or any(len(text.split()) > TAG_WORDS for text in texts):
        return False
    return sum(map(len, texts)) >= TAG_SHARE * len(plain(element))


def _texts(element: HtmlElement) -> list[str]:
    """Return the texts of an element's links, of one more than an article has tags."""
    return [text for link in islice(element.iter("a"), MOST_TAGS + 1) if (text := plain(link))]
