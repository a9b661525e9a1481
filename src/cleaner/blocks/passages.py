"""Structured bodies: paragraphs out of the trees in which publishing systems keep their texts.

Draft.js, ProseMirror, Slate, Lexical, Portable Text, EditorJS, Contentful, Arc, Gutenberg and their like differ in names,
not in kind: a node has a type, a text or children. Names are told apart here, no system is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleaner.text import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARAGRAPH = 80
"""Characters of a text that ends a sentence from which it is no run within a paragraph."""
MOST_KEYS = 6
"""Keys of a run that does not say what it is."""
DEEPEST = 40
MOST_NODES = 20_000
"""Nodes of one body that are read."""

TYPES = ("type", "nodeType", "_type", "kind", "__typename", "name", "tagName", "tag", "blockType", "component", "style")
TEXTS = ("text", "html", "content", "value", "rendered", "body", "plaintext", "markup", "paragraph", "copy")
"""Where a node keeps its own text."""
CHILDREN = (
    *("content", "children", "blocks", "content_elements", "elements", "items", "paragraphs", "body", "nodes", "data", "model", "attributes"),
    *("innerBlocks", "root", "document", "json", "props", "value", "components", "sections", "text"),
)  # fmt: skip
"""Where it keeps those below it; the first that holds any counts."""
SKIPPED = re.compile(
    r"(?i)image|photo|picture|video|audio|embed|advert|(?:^|[-_])ads?(?:$|[-_])|promo|newsletter|related|recommend|gallery|interstitial|social|tweet|instagram|youtube|"
    r"link_?list|divider|spacer|separator|button|cta|poll|quiz|reference|media|figure|caption|subscribe|paywall|comment|author|byline|script|style\b|iframe|svg|nav|footer|aside|form"
)
HEADING = re.compile(
    r"(?i)^h[1-6]$|(?:^|[-_/])(?:sub)?-?head(?:er|ing|line)?(?:$|[-_\d])|heading|subhead|^header-|^title$|intertitle"
)
INLINE = re.compile(
    r"(?i)^(?:(?:\w*[-_])?(?:text|span|link|hyperlink|fragment|autolink)|\w*inline|strong|em|bold|italic|b|i|a|u|s|sup|sub|mark|code|abbr|br|hardbreak|hard_break|linebreak|text(?:node|run)|entry-hyperlink)$"
)
ANOTHER = frozenset(
    "headline slug byline author authors user username published publishedAt published_at datePublished canonicalUrl canonical_url permalink excerpt teaser commentCount likes votes".split()
)
"""Keys of an object that is an article, a card or a comment of its own, not a paragraph of one."""
CARD = frozenset({"id", "_id", "url", "href", "link", "image", "uri", "path"})
"""Beside a title they make a card."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a body, as its data has it."""

    place: str
    text: str
    is_heading: bool = False


class Reader:
    """Reads one body; remembers how many nodes it has seen, and looks references up."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Take the table in which references (`{"__ref": "Paragraph:1"}`) are looked up."""
        self.table = table
        self.left = MOST_NODES

    def passages(self, value: object, place: str, depth: int = 0) -> Iterator[Passage]:
        """Yield the texts of a value, in order."""
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            return
        if isinstance(value, str):
            if value.strip():
                yield Passage(place, value)
        elif isinstance(value, list):
            element = _component(value)
            if element is not None:
                yield from self._node(element, f"{place}/3", depth)
                return
            for number, item in enumerate(value):
                yield from self.passages(item, f"{place}/{number}", depth + 1)
        elif isinstance(value, dict):
            yield from self._node(self.resolved(value), place, depth)

    def resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return what a reference names; anything else as it is."""
        name = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
        found = self.table.get(name) if isinstance(name, str) else None
        return found if isinstance(found, dict) else value

    def _node(self, node: dict[str, Any], place: str, depth: int) -> Iterator[Passage]:
        kind = kind_of(node)
        if SKIPPED.search(kind) or is_another(node):
            return
        is_heading = any(HEADING.search(word) for word in (kind, str(node.get("style") or "")))
        for key in TEXTS:
            text = node.get(key)
            if isinstance(text, str) and text.strip():
                yield Passage(f"{place}/{key}", text, is_heading)
                return
        for key in CHILDREN:
            inside = node.get(key)
            if not isinstance(inside, list | dict) or not inside:
                continue
            joined = self._joined(inside, depth) if isinstance(inside, list) else None
            if joined is not None:
                if joined.strip():
                    yield Passage(f"{place}/{key}", joined, is_heading)
                return
            found = [
                Passage(p.place, p.text, p.is_heading or is_heading)
                for p in self.passages(inside, f"{place}/{key}", depth + 1)
            ]
            if found:
                yield from found
                return

    def _joined(self, items: list[Any], depth: int) -> str | None:
        """Join the runs of a paragraph (`text`, a link, `text`); None where the items are paragraphs themselves."""
        if len(items) > 1 and all(isinstance(item, str) for item in items):
            return None  # a list of texts is one of paragraphs
        parts: list[str] = []
        for item in items:
            part = self._run(item, depth + 1)
            if part is None:
                return None
            parts.append(part)
        # `{"type": "text", "content": …}` is a run in one system and a paragraph in the next: whole sentences are paragraphs
        return None if sum(len(part) >= PARAGRAPH and ends_sentence(part) for part in parts) > 1 else "".join(parts)

    def _run(self, item: object, depth: int) -> str | None:
        """Return the text of a run within a paragraph; None of what is no run."""
        self.left -= 1
        if isinstance(item, str) or depth > DEEPEST or self.left < 0:
            return item if isinstance(item, str) else None
        node = _component(item) if isinstance(item, list) else item
        if not isinstance(node, dict):
            return None
        node = self.resolved(node)
        kind = kind_of(node)
        text = next((node[key] for key in TEXTS if isinstance(node.get(key), str)), None)
        if kind and not INLINE.match(kind):
            return None
        if text is not None:
            return text if kind or len(node) <= MOST_KEYS else None
        inside = next((node[key] for key in CHILDREN if isinstance(node.get(key), list)), None)
        if inside is None:
            return "\n" if "br" in kind.lower() else None
        return "".join(self._run(one, depth + 1) or "" for one in inside)


def is_another(node: Mapping[str, Any]) -> bool:
    """Tell an article, a card or a comment of its own."""
    return bool(ANOTHER & node.keys()) or ("title" in node and bool(CARD & node.keys()))


def kind_of(node: Mapping[str, Any]) -> str:
    """Return what a node calls itself."""
    return next((node[key] for key in TYPES[:-1] if isinstance(node.get(key), str)), "")


def _component(value: list[Any]) -> dict[str, Any] | None:
    """Read React's form of an element, `["$", "p", null, {"children": …}]`, as a node."""
    if len(value) < 4 or value[0] != "$" or not isinstance(value[1], str) or not isinstance(value[3], dict):
        return None
    children = value[3].get("children")
    kind = value[1]
    if isinstance(children, str):
        return {"type": kind, "text": children}
    inner = [children] if isinstance(children, list) and _component(children) is not None else children
    return {"type": kind, "children": inner} if isinstance(inner, list) else None
