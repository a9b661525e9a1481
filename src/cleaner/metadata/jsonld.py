"""JSON-LD: the page's statements about its article, however they are nested or broken."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cleaner.text import collapse, normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGEST = 2_000_000
"""Characters of one script that are read; larger ones were catalogues."""

MOST_NODES = 20_000
"""Objects that are looked at in one page."""

ARTICLE = re.compile(r"(?:Article|Posting|BlogPost|Report|Review|Recipe|AnalysisNewsArticle|CreativeWork|VideoObject)$")
WRITTEN = re.compile(r"(?:Article|Posting|BlogPost|Report|Review|Recipe)$")
"""Of these the ones that are texts: a film that stands first is mostly one within the article."""
PAGE = re.compile(r"(?:WebPage|ItemPage|AboutPage|CollectionPage)$")
ASIDE = frozenset(
    "liveBlogUpdate itemListElement hasPart comment review relatedLink isPartOf breadcrumb mentions citation video associatedMedia image isBasedOn about itemReviewed".split(),
)
"""Properties whose articles are other ones than the page's."""

TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
PAIR = re.compile(r'"(headline|datePublished|dateModified|keywords|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the page's JSON-LD and how far it is from being the article itself."""

    data: dict[str, Any]
    aside: bool
    kinds: tuple[str, ...] = ()
    """Names of its types."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All JSON-LD of a page."""

    nodes: tuple[Node, ...] = ()
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)

    def article(self, titles: Sequence[str] = ()) -> dict[str, Any] | None:
        """Return the page's own article: one that a heading names, else the first with a headline, else the first."""
        nodes = [n for n in self.nodes if not n.aside and any(map(ARTICLE.search, n.kinds))]
        found = [n.data for n in sorted(nodes, key=lambda n: not any(map(WRITTEN.search, n.kinds)))]
        known = {normal(title) for title in titles}
        for data in found:
            if known & {normal(text) for text in texts(data.get("headline"))}:
                return data
        return next((d for d in found if d.get("headline") and d.get("datePublished")), found[0] if found else None)

    def page(self) -> dict[str, Any] | None:
        """Return the first web page: some sites give their dates only there."""
        return next((n.data for n in self.nodes if not n.aside and any(map(PAGE.search, n.kinds))), None)

    def resolve(self, value: object) -> list[object]:
        """Return the values of a property, with `@id` references looked up."""
        values = value if isinstance(value, list) else [value]
        return [self.ids.get(str(v.get("@id")), v) if isinstance(v, dict) and len(v) <= 2 else v for v in values if v]


def types(data: dict[str, Any]) -> list[str]:
    """Return the names of an object's types, without their vocabulary's address."""
    return [text.rsplit("/", 1)[-1] for text in texts(data.get("@type"))]


def texts(value: object) -> list[str]:
    """Return all plain texts of a property: a text, a number's list, objects by their name."""
    if isinstance(value, str):
        cleaned = collapse(html.unescape(html.unescape(value)))
        return [cleaned] if cleaned else []
    if isinstance(value, dict):
        return texts(value.get("name") or value.get("@value"))
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


def read_graph(scripts: Sequence[str]) -> Graph:
    """Read all scripts of a page; broken ones give what can be had."""
    nodes: list[Node] = []
    ids: dict[str, dict[str, Any]] = {}
    for script in scripts:
        for node in _walk(_load(script[:LARGEST])):
            nodes.append(node)
            name = node.data.get("@id")
            if isinstance(name, str) and len(node.data) > len(ids.get(name, {})):
                ids[name] = node.data
    return Graph(tuple(nodes), ids)


def _load(script: str) -> object:
    """Parse strictly, then without comments and trailing commas, then by single pairs of key and text."""
    for attempt in _attempts(script):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    bare = _bare(script)
    pairs: dict[str, object] = {}
    for match in PAIR.finditer(bare):
        pairs.setdefault(match[1], match[2].replace('\\"', '"').replace("\\/", "/"))
    names = re.search(r'"author"\s*:\s*[\[{\s]*(?:[^{}\[\]]*?"name"\s*:\s*)?"((?:[^"\\]|\\.)+)"', bare)
    return {"@type": "Article", **pairs, **({"author": names[1]} if names else {})} if pairs else None


def _attempts(script: str) -> Iterator[str]:
    """Yield a script as it stands, which nearly all are read by, and only then mended: the search for comments took ten times as long as the reading."""
    yield script
    yield (bare := _bare(script))
    yield TRAILING_COMMA.sub("", bare)
    yield TRAILING_COMMA.sub("", html.unescape(bare))


def _bare(script: str) -> str:
    return COMMENT.sub("", COMMENT.sub("", script)).strip().rstrip(";")


def _walk(root: object) -> Iterator[Node]:
    """Yield every object, those near the top first."""
    queue: deque[tuple[object, bool]] = deque([(root, False)])
    left = MOST_NODES
    while queue and left:
        value, aside = queue.popleft()
        left -= 1
        if isinstance(value, list):
            queue.extend((item, aside) for item in value)
        elif isinstance(value, dict):
            yield Node(value, aside, tuple(types(value)) if "@type" in value else ())
            queue.extend((v, aside or key in ASIDE) for key, v in value.items() if isinstance(v, (dict, list)))
