"""Which blocks of an HTML page are main content: trafilatura's verdict as a mark, and article containers.

trafilatura (Barbaresi, ACL 2021) hands back text without places, so its lines are found again among our blocks;
what it dropped keeps a mark too, so that nothing vanishes between two extractors.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import trafilatura

from cleaner.model import Block, Label, Mark
from cleaner.shapes import shape_of
from cleaner.text import count_words, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement


BY = "trafilatura"
KEPT = 0.8
"""Less than what overrules a certain rule: most of its misses on news pages keep promos, a second article, cookie text."""
DROPPED = 0.8
PROBE_WORDS = 4
"""A line of fewer words is found only as a whole line and only between longer kept ones: it may stand in a menu as well."""

FULL_WORDS = 80
"""Words of running text from which an `<article>` is an article of its own, not a card."""
TEASER_WORDS = 12
LINKED = 0.5
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
TEXT_TAGS = frozenset({"p", "blockquote", "li", "h2", "h3", "h4"})
OUTSIDE = 0
"""Container number of what stands outside all articles of a page that holds several."""
NOT_ARTICLES = ("comment", "related", "recommend", "promo", "newsletter", "sidebar")


def mark_main_content(root: HtmlElement, blocks: Sequence[Block], url: str | None = None) -> tuple[Block, ...]:
    """Leave trafilatura's opinion on every block: body where it kept the text, other where it dropped it."""
    document = trafilatura.bare_extraction(copy.deepcopy(root), url=url, include_comments=False, with_metadata=False)
    kept = (getattr(document, "text", None) or "") if document is not None else ""
    lines = {normal(line) for line in kept.split("\n")}
    whole = f" {normal(kept)} "
    keys = [normal(b.text) for b in blocks]
    sure = [len(k.split()) >= PROBE_WORDS and f" {k} " in whole for k in keys]
    first = next((i for i, s in enumerate(sure) if s), len(blocks))
    last = next((i for i in range(len(blocks) - 1, -1, -1) if sure[i]), -1)
    return tuple(
        replace(
            b, marks=(*b.marks, _opinion(kept=sure[i] or (first <= i <= last and keys[i] in lines and bool(keys[i]))))
        )
        for i, b in enumerate(blocks)
    )


def hide(blocks: Sequence[Block], hidden: frozenset[str]) -> tuple[Block, ...]:
    """Leave a certain mark on what a browser does not show."""
    mark = Mark(Label.OTHER, "html.hidden", 0.95, "display: none", certain=True)
    return tuple(replace(b, marks=(mark, *b.marks)) if b.path in hidden else b for b in blocks)


def _opinion(*, kept: bool) -> Mark:
    if kept:
        return Mark(Label.BODY, BY, KEPT, "kept as main content")
    return Mark(Label.OTHER, BY, DROPPED, "not in its main content")


def trafilatura_kept(block: Block) -> bool | None:
    """Return its verdict on a block; None where it was not asked."""
    return next((m.label is Label.BODY for m in block.marks if m.by == BY), None)


def mark_containers(root: HtmlElement, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Tell apart the article containers of a page that holds several articles; a page with one stays as it is.

    Several `<article>` elements with running text are articles (infinite scroll); many short ones are teasers (a tag
    page), unless a long text stands outside them: then they are cards that link to other stories.
    """
    paths = _article_paths(root)
    owner = [next((p for p in paths if block.path and block.path.startswith(p)), None) for block in blocks]
    size: Counter[str] = Counter()
    outside = 0
    for block, path in zip(blocks, owner, strict=True):
        running = (
            count_words(block.text) if block.link_density < LINKED and count_words(block.text) >= TEASER_WORDS else 0
        )
        if path is None:
            outside = max(outside, running)
        else:
            size[path] += running
    full = [p for p in paths if size[p] >= FULL_WORDS]
    teasers = [p for p in paths if size[p] >= TEASER_WORDS]
    if len(full) >= 2:
        chosen = full
    elif not full and len(teasers) >= 2 and outside < FULL_WORDS // 2:
        chosen = teasers
    else:
        return tuple(blocks)
    number = {path: n for n, path in enumerate(chosen, 1)}
    return tuple(replace(b, container=number.get(p or "", OUTSIDE)) for b, p in zip(blocks, owner, strict=True))


def _article_paths(root: HtmlElement) -> list[str]:
    """Return the paths of outermost `<article>` elements that are not comments or cards by name, in document order."""
    tree = root.getroottree()
    found: list[str] = []
    for element in root.iter("article"):
        above = [element, *element.iterancestors()]
        if any(e.tag == "article" for e in above[1:]) or any(_named_otherwise(e) for e in above):
            continue
        found.append(_block_path(tree.getpath(element)))
    return found


def _named_otherwise(element: HtmlElement) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}".lower()
    return element.tag not in {"body", "html"} and any(word in names for word in NOT_ARTICLES)


def _block_path(path: str) -> str:
    """Turn lxml's path, which leaves `[1]` out where an element is alone, into that of our blocks."""
    steps = path.strip("/").split("/")
    return "/" + "/".join(s if i == 0 or s.endswith("]") else f"{s}[1]" for i, s in enumerate(steps)) + "/"


def main_content_opinion(block: Block) -> Mark:
    """Say whether a block is text: by its container where it has one, else as trafilatura has it."""
    if block.container is not None:
        shape = shape_of(block.text)
        running = block.link_density < LINKED and (shape.prose or shape.sentence or block.tag in TEXT_TAGS)
        if block.container == OUTSIDE or not running:
            return Mark(Label.OTHER, "html.container", DROPPED, "outside the running text of the page's articles")
        return _text(block, "html.container", "running text of an <article> element")
    if trafilatura_kept(block):
        return _text(block, BY, "kept as main content")
    return Mark(Label.OTHER, BY, DROPPED, "not in its main content")


def container_starts(blocks: Sequence[Block], opinions: Sequence[Mark]) -> dict[int, Mark]:
    """Return the first block of each container that has text, with what opens it."""
    starts: dict[int, Mark] = {}
    for number in sorted({b.container for b in blocks if b.container}):
        own = [i for i, b in enumerate(blocks) if b.container == number]
        if any(opinions[i].label is Label.BODY for i in own):
            starts[own[0]] = Mark(Label.BODY, "html.container", 0.95, "an <article> element of its own")
    return starts


def _text(block: Block, by: str, evidence: str) -> Mark:
    if block.tag in HEADING_TAGS:
        return Mark(Label.HEADING, by, KEPT, f"{evidence}, <{block.tag}>")
    return Mark(Label.BODY, by, KEPT, evidence)
