"""Is the text whole? Signs that it breaks off, none of which is proof alone, and the sum of them.

A site says `isAccessibleForFree: false` of texts that it prints whole, every page of a site may carry the template of its
paywall, and a free article asks for subscriptions. So each sign has a weight (`trust.TRUST`), signs of different kinds
are added up as independent ones, and what shows that the text is whole takes those of the site's access away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cleaner.metadata.trust import offer
from cleaner.model import TEXT_LABELS, Label
from cleaner.text import CLOSERS, count_words, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.model import Block, Candidate, Element, LedgerEntry

WALL = re.compile(
    r"(?i)(?<![a-z])(?:pay-?wall|pay_wall|piano-(?:offer|paywall|inline)|tp-modal|tp-container-inner|tp-backdrop|subscri(?:ber|ption)-?only|subscriber-?content|meter(?:ed)?-?content|"
    r"premium-?(?:wall|gate|overlay)|reg(?:istration)?-?wall|article-?gate|content-?gate|gated-?content|subscription-?(?:wall|gate|required|barrier)|offer-?wall|locked-?content|barrier-?page)"
)
"""What makers of pages call a wall, or the text behind it."""
WALL_SIGNS = ("wall", "piano-", "tp-", "subscri", "meter", "premium", "gate", "locked", "barrier")
"""In each of these names one of them stands: most pages have none, and need not be searched element by element."""
NO_WALL = re.compile(r"(?i)(?<![a-z])no-?pay-?wall|paywall-?(?:free|open|none|disabled|off)|(?:un|not)-?locked")
CLASS_OR_ID = re.compile(r"^(?:[a-z]+)?[.#](?P<name>[\w-]+)$", re.IGNORECASE)
WALL_WORDS = 90
"""Most words of a wall; an element of that name with more holds the text itself."""
PART_WORDS = 40
"""Words of kept text in the closed part from which it is there."""
SHORT = 120
"""Words below which a text may be an opening only."""
WHOLE, CUT = 0.8, 0.6
"""Share of the stated words from which a text is whole, and below which it is cut."""
FEWEST_STATED = 150
"""Words from which a stated count is taken for an article's."""
OPEN_WORDS = 12
BODY_DEPTH = 2
"""Steps in the path of `<body>`, in which everything stands."""


@dataclass(frozen=True)
class _Text:
    """One article's lines, and where they stand in the page's markup."""

    entries: Sequence[LedgerEntry]
    outline: Sequence[Element]

    @cached_property
    def body(self) -> list[LedgerEntry]:
        return [e for e in self.entries if e.label in TEXT_LABELS]

    @cached_property
    def words(self) -> int:
        return sum(count_words(e.block.text) for e in self.body)

    def within(self, elements: set[int]) -> list[LedgerEntry]:
        """Return the entries inside of any of the elements."""
        inside: set[int] = set()
        for number, element in enumerate(self.outline):
            if number in elements or element.parent in inside:
                inside.add(number)
        return [e for e in self.entries if e.block.markup is not None and e.block.markup.element in inside]


def cut_candidates(
    entries: Sequence[LedgerEntry], outline: Sequence[Element], document: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Offer the signs that an HTML page's only article is cut; none where the page shows that it is whole."""
    text = _Text(entries, outline)
    if not text.body or not outline:
        return ()
    signs = (*_access(document), *_walls(text), *_form(text))
    length = tuple(_length(text, document))
    whole = _is_whole(text, document)
    return () if whole else (*length, *_parts(text, document), *signs)


def _access(document: Sequence[Candidate]) -> Iterator[Candidate]:
    for said in document:
        if said.field == "access" and said.value == "subscribers":
            name = "access.subscribers" if said.source == "json-ld" else "access.tier"
            yield offer("truncated", name, said.source, said.evidence)


def _walls(text: _Text) -> Iterator[Candidate]:
    """Find a wall behind the text: the words of one, else an element that is called so and holds few words."""
    named = _walled(text.outline)
    inside = [e.block.index for e in text.within(named)] if named else []
    few = sum(count_words(e.block.text) for e in text.entries if e.block.index in inside) <= WALL_WORDS
    own = frozenset(inside) if few else frozenset()
    last = max(
        (i for i, e in enumerate(text.entries) if e.label in TEXT_LABELS and e.block.index not in own), default=-1
    )
    behind = [e for e in text.entries[last + 1 :] if not (e.block.markup and e.block.markup.hidden)]
    for entry in behind:
        mark = next((m for m in entry.block.marks if m.by.endswith("_wall")), None)
        if mark is not None:
            is_near = last >= 0 and _is_beside(entry.block, text.entries[last].block)
            yield offer("truncated", mark.by, "wall-near" if is_near else "wall", entry.block.text)
            return
    if any(e.block.index in own for e in behind):
        name = text.outline[min(named)].names[:100]
        yield offer("truncated", "access.wall", "wall-element", f"an element called {name}")


def _walled(outline: Sequence[Element]) -> set[int]:
    """Return the places of the elements that are called a wall; a page has three elements of each name."""
    named = {element.names for element in outline}
    called = "\n".join(named).lower()
    signs = [sign for sign in WALL_SIGNS if sign in called]
    walls = {n for n in named if any(sign in n.lower() for sign in signs) and _is_wall(n)} if signs else set()
    return {i for i, element in enumerate(outline) if element.names in walls} if walls else set()


def _is_wall(names: str) -> bool:
    """Tell a wall by what its element is called."""
    return WALL.search(names) is not None and NO_WALL.search(names) is None


def _is_beside(wall: Block, paragraph: Block) -> bool:
    """Tell a wall that stands in the text's own element, itself wrapped at most once."""
    around = (wall.path or "").rsplit("/", 2)[0]
    return around.count("/") > BODY_DEPTH and (paragraph.path or "").startswith(f"{around}/")


def _form(text: _Text) -> Iterator[Candidate]:
    if text.words < SHORT:
        yield offer("truncated", "length.short", "short", f"{text.words} words")
    last = next((e.block for e in reversed(text.body) if e.label is Label.BODY), None)
    if last is not None and last.tag not in {"li", "td", "th", "dd", "pre"} and _is_open(last.text):
        yield offer("truncated", "ending.open", "open-end", last.text[-80:])


def _is_open(text: str) -> bool:
    bare = text.rstrip().rstrip(CLOSERS)
    return not ends_sentence(text) and bare[-1:].isalpha() and count_words(text) >= OPEN_WORDS


def _stated(document: Sequence[Candidate], source: str) -> int:
    return max((int(c.value) for c in document if c.field == "word_count" and c.source == source), default=0)


def _length(text: _Text, document: Sequence[Candidate]) -> Iterator[Candidate]:
    for source, name in (("json-ld", "stated.word_count"), ("json-ld-body", "stated.body")):
        stated = _stated(document, source)
        if stated >= FEWEST_STATED and text.words < CUT * stated:
            yield offer("truncated", name, "stated-length", f"{stated} words are stated, {text.words} are here")


def _named(selector: str, outline: Sequence[Element]) -> set[int] | None:
    """Return the elements that a selector of one class or id names; None of any other selector."""
    parts = [CLASS_OR_ID.match(part.strip().split()[-1]) for part in selector.split(",") if part.strip()]
    names = {part["name"] for part in parts if part is not None}
    if not names:
        return None
    return {i for i, element in enumerate(outline) if element.names and names & set(element.names.split())}


def _parts(text: _Text, document: Sequence[Candidate]) -> Iterator[Candidate]:
    """Tell a closed part that is not there, or empty."""
    selectors = [c.value for c in document if c.field == "closed_part"]
    found = [named for s in selectors if (named := _named(s, text.outline)) is not None]
    if found and not any(found):
        yield offer("truncated", "access.part_missing", "part-missing", f"no element {', '.join(selectors)}"[:200])


def _is_whole(text: _Text, document: Sequence[Candidate]) -> bool:
    """Tell by the page's own words that the text is here: as long as stated, or the closed part with text in it."""
    stated = max(_stated(document, "json-ld"), _stated(document, "json-ld-body"))
    if stated >= FEWEST_STATED and text.words >= WHOLE * stated:
        return True
    if any(e.by in {"html.json_ld", "html.state"} for e in text.body):
        return True  # taken from where the site keeps it whole
    named = {i for c in document if c.field == "closed_part" for i in _named(c.value, text.outline) or ()}
    kept = [e for e in (text.within(named) if named else ()) if e.label in TEXT_LABELS]
    return sum(count_words(e.block.text) for e in kept) >= PART_WORDS
