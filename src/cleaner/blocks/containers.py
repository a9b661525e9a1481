"""Article containers of an HTML page that holds several articles, and what a browser does not show."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.model import Block, Label, Mark
from cleaner.shapes import shape_of
from cleaner.text import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement


FULL_WORDS = 80
"""Words of running text from which an `<article>` is an article of its own, not a card."""
TEASER_WORDS = 12
LINKED = 0.5
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CARD_TAGS = frozenset({"div", "article", "section", "header", "footer", "address", "h1"})
OUTSIDE = 0
"""Container number of what stands outside all articles of a page that holds several."""
NOT_ARTICLES = ("comment", "related", "recommend", "promo", "newsletter", "sidebar")


def hide(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Leave a certain mark on what a browser does not show."""
    mark = Mark(Label.OTHER, "html.hidden", 0.95, "display: none", certain=True)
    return tuple(replace(b, marks=(mark, *b.marks)) if b.markup is not None and b.markup.hidden else b for b in blocks)


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


def container_starts(blocks: Sequence[Block], opinions: Sequence[Mark]) -> dict[int, Mark]:
    """Return the first block of each container that has text, with what opens it."""
    starts: dict[int, Mark] = {}
    for number in sorted({b.container for b in blocks if b.container}):
        own = [i for i, b in enumerate(blocks) if b.container == number]
        if any(opinions[i].label is Label.BODY for i in own):
            starts[own[0]] = Mark(Label.BODY, "html.container", 0.95, "an <article> element of its own")
    return starts


def is_running(block: Block) -> bool:
    """Tell running text of an article on a page of several: there names and dates of cards stand between the texts."""
    shape = shape_of(block.text)
    in_text = shape.prose or shape.sentence or block.tag not in CARD_TAGS
    return block.container != OUTSIDE and block.link_density < LINKED and in_text
