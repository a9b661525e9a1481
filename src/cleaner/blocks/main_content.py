"""A second opinion on an HTML page: which blocks trafilatura takes for its main content.

trafilatura (Barbaresi, ACL 2021) hands back text without places, so its lines are found again among our blocks. Its
verdict costs as much as all the rest of a page, and is asked for where the engine is unsure.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import trafilatura
from lxml import etree

from cleaner.text import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from cleaner.model import Block

PROBE_WORDS = 4
"""A line of fewer words is found only as a whole line and only between longer kept ones: it may stand in a menu as well."""


DEEPEST, MOST_ELEMENTS = 150, 60_000
"""Of larger trees it is not asked: its time grows with the square of the depth, 8 s for 10,000 nested `<b>` in 30 kB, .4 s for 290 nested tables
in 4 kB. Of 1,136 labelled pages one nests 138 deep and the others 55 at most."""


def main_content(root: HtmlElement, blocks: Sequence[Block], url: str | None = None) -> list[bool]:
    """Tell which blocks trafilatura keeps; none of a tree that would take it an age."""
    if not _is_moderate(root):
        return [False] * len(blocks)
    own = copy.deepcopy(root)
    etree.strip_attributes(own, "rowspan", "colspan")  # it fills what they span with cells: 60 of them took minutes
    document = trafilatura.bare_extraction(own, url=url, include_comments=False, with_metadata=False)
    kept = (getattr(document, "text", None) or "") if document is not None else ""
    lines = {normal(line) for line in kept.split("\n")}
    whole = f" {normal(kept)} "
    keys = [normal(b.text) for b in blocks]
    sure = [len(k.split()) >= PROBE_WORDS and f" {k} " in whole for k in keys]
    first = next((i for i, s in enumerate(sure) if s), len(blocks))
    last = next((i for i in range(len(blocks) - 1, -1, -1) if sure[i]), -1)
    return [sure[i] or (first <= i <= last and keys[i] in lines and bool(keys[i])) for i in range(len(blocks))]


def _is_moderate(root: HtmlElement) -> bool:
    depth = 0
    for count, (event, _) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST or count > 2 * MOST_ELEMENTS:
            return False
    return True
