"""Text of an article that the page does not show: a browser fills it in after loading, from data that the page carries.

Looked for only where the page's own elements hold little running text. Of all texts that its data hold, the article's is
told by what stands around it: its title is the page's, its name says body, and no other text beside it is as long.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING, Any

from cleaner.blocks.loose_json import is_json, unpacked
from cleaner.blocks.passages import Passage, Reader, is_another
from cleaner.blocks.sources import Source, sources
from cleaner.model import Block, Label, Mark
from cleaner.text import count_words, ends_sentence, normal, repair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lxml import etree

    from cleaner.model import Hints

    Walk = Callable[[str], list[tuple[Block, str]]]
    """Takes markup apart: its blocks, each with the text of the run that it lies in."""

BY = "html.state"
POOR = 150
"""Words of running text from which a page shows its article itself."""
SHOWN = 30
"""Words of running text from which only a text with the page's own title may stand for it."""
NAMED_WORDS, MATCHED_WORDS, LONELY_WORDS = 60, 25, 100
"""Fewest words of prose: of a text that is called body, of one with the page's title, of one with another title."""
PROSE_WORDS = 12
LONGER = 1.5
"""As many times more prose than the page shows is needed, where it shows any."""
LINKED = 0.5
MOST_NODES = 60_000
MOST_BODIES = 24
FEWEST_CHARACTERS = 100
AROUND = 5
"""Objects around a body that may say its title."""

BODY_NAME = re.compile(
    r"(?i)body|content|text|article|stor(?:y|ies)|paragraph|html|blocks|elements|copy|rendered|main|description|post|entry|^\d*$"
)
ELSEWHERE = re.compile(
    r"(?i)(?:^|/)(?:\w*(?:comment|related|recommend|cookie|consent|privacy|legal|terms|footer|i18n|translation|locale|intl|popular|trending|newsletter|sponsor|subscri|paywall|disclaimer|copyright)\w*|"
    r"\w*(?:bio|biography|menu|menus|nav|navigation|messages|faq|promo|promos|ads?|teasers?|most\w+|latest\w*|next\w*|more\w*|also\w*|authors?|byline)|(?:description|summary|excerpt|seo|meta\w*)/?)(?=/|$)"
)
TITLES = ("headline", "title", "name", "heading", "headLine", "seoTitle", "displayTitle")
PAGE_PART = re.compile(r"^/html/(?:head|body)\[1\]/")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
ESCAPED_TAG = re.compile(r"&lt;/?(?:p|div|h[1-6]|br|strong|em|ul|figure)\b")


@dataclass(frozen=True, slots=True)
class Late:
    """An article's text from beside the page's elements."""

    blocks: tuple[Block, ...] = ()
    runs: Mapping[str, str] | None = None
    """Text of each run by its path."""
    said: tuple[Mapping[str, Any], ...] = ()
    """The objects around the text in the page's data, the nearest first: they name title, authors and day."""


NOTHING = Late()


@dataclass(frozen=True, slots=True)
class _Body:
    """A text that may be the article's."""

    place: str
    pieces: tuple[tuple[Block, str], ...]
    prose: int
    said: tuple[Mapping[str, Any], ...]
    matched: bool
    other: bool
    """Its own title is none of the page's."""

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return self.matched, not self.other, self.prose


def late_text(root: etree._Element, text: str, shown: Sequence[Block], hints: Hints, walk: Walk) -> Late:
    """Find the article in the page's data where `shown`, the page's own blocks, hold too little running text."""
    words = running_words(shown, POOR)
    if words >= POOR:
        return NOTHING
    bodies = [body for source in sources(root, text) for body in _bodies(source, hints, walk)]
    best = max(bodies, key=lambda body: body.rank, default=None)
    if best is None or not _is_enough(best, bodies, words):
        return NOTHING
    return Late(*_placed(best, len(shown)), best.said)


def running_words(blocks: Sequence[Block], enough: int = 1_000_000) -> int:
    """Count the words of running text that a browser shows, up to what is enough."""
    total = 0
    for block in blocks:
        if block.link_density < LINKED and not (block.markup and block.markup.hidden):
            words = count_words(block.text) if len(block.text) >= PROSE_WORDS else 0
            total += words if words >= PROSE_WORDS else 0
            if total >= enough:
                break
    return total


def _is_enough(best: _Body, bodies: Sequence[_Body], shown: int) -> bool:
    if best.prose < LONGER * shown:
        return False
    if best.matched:
        return best.prose >= MATCHED_WORDS
    if shown >= SHOWN:
        return False
    if not best.other:
        return best.prose >= NAMED_WORDS
    own = [block.text for block, _ in best.pieces]
    rivals = (body.prose for body in bodies if [block.text for block, _ in body.pieces] != own)
    return best.prose >= LONELY_WORDS and max(rivals, default=0) * 3 < best.prose


def _placed(body: _Body, first: int) -> tuple[tuple[Block, ...], dict[str, str]]:
    blocks: list[Block] = []
    runs: dict[str, str] = {}
    for block, run in body.pieces:
        label = Label.HEADING if block.tag[:1] == "h" and block.tag[1:].isdigit() else Label.BODY
        mark = Mark(label, BY, 0.9, f"in {PAGE_PART.sub('', block.path or '')}", certain=True)
        blocks.append(replace(block, index=first + len(blocks), marks=(mark,)))
        runs[block.path or ""] = run
    return tuple(blocks), runs


def _bodies(source: Source, hints: Hints, walk: Walk) -> Iterator[_Body]:
    if source.is_markup:
        yield from _body(source.place, (Passage(source.place, str(source.value)),), (), hints, walk)
        return
    taken = 0
    for place, passages, said in _texts(source):
        for body in _body(place, passages, said, hints, walk):
            yield body
            taken += 1
        if taken >= MOST_BODIES:
            return


def _texts(source: Source) -> Iterator[tuple[str, tuple[Passage, ...], tuple[Mapping[str, Any], ...]]]:
    """Yield every text of the data that is long enough, those near the top first, with the objects around it."""
    reader = Reader(_table(source.value))
    queue: deque[tuple[object, str, tuple[Mapping[str, Any], ...]]] = deque([(source.value, "", ())])
    left = MOST_NODES
    while queue and left:
        value, at, said = queue.popleft()
        left -= 1
        if isinstance(value, str) and is_json(value) and len(value) >= FEWEST_CHARACTERS:
            value = unpacked(value)
        if isinstance(value, dict):
            value = reader.resolved(value)
            around = (value, *said)[:AROUND]
            queue.extend((inner, f"{at}/{key}", around) for key, inner in value.items() if _may_hold(inner))
        elif isinstance(value, str):
            if len(value) >= FEWEST_CHARACTERS and not ELSEWHERE.search(at) and BODY_NAME.search(at.rsplit("/", 1)[-1]):
                yield source.place + at, (Passage(source.place + at, value),), said
        elif isinstance(value, list):
            found = _list(reader, value, source.place + at) if not ELSEWHERE.search(at) else ()
            if found:
                yield source.place + at, found, said
            else:
                queue.extend((inner, f"{at}/{i}", said) for i, inner in enumerate(value) if _may_hold(inner))


def _may_hold(value: object) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, str) and len(value) >= FEWEST_CHARACTERS)


def _list(reader: Reader, value: list[Any], place: str) -> tuple[Passage, ...]:
    if any(isinstance(item, dict) and is_another(item) for item in value[:3]):
        return ()
    reader.left = 2_000
    found = tuple(reader.passages(value, place))
    return found if sum(len(passage.text) for passage in found) >= FEWEST_CHARACTERS else ()


def _table(value: object) -> Mapping[str, Any]:
    """Find the table in which a cache keeps its objects: at the top, or one or two levels below."""
    level: list[object] = [value]
    for _ in range(4):
        inside = [inner for one in level if isinstance(one, dict) for inner in one.values()][:200]
        for one in level:
            if isinstance(one, dict) and ("ROOT_QUERY" in one or "$ROOT_QUERY" in one):
                return one
        level = list(inside)
    return value if isinstance(value, dict) else {}


def _body(
    place: str, passages: Sequence[Passage], said: tuple[Mapping[str, Any], ...], hints: Hints, walk: Walk
) -> Iterator[_Body]:
    """Take passages apart into blocks; nothing where they hold no prose."""
    pieces = [piece for passage in passages for piece in _pieces(passage, walk)]
    prose = sum(words for block, _ in pieces if (words := _prose(block)))
    if prose < MATCHED_WORDS:
        return
    titles = [title for one in said for title in _titles(one)]
    whole = normal(" ".join(block.text for block, _ in pieces[:3]))
    matched = any(_is_same(title, hints.titles) for title in titles) or _begins(whole, hints.description)
    matched = matched or any(block.tag == "h1" and _is_same(block.text, hints.titles) for block, _ in pieces)
    nearest = next((found for one in said if (found := _titles(one))), [])
    yield _Body(place, tuple(pieces), prose, said, matched, bool(nearest and hints.titles) and not matched)


def _pieces(passage: Passage, walk: Walk) -> Iterator[tuple[Block, str]]:
    text = passage.text
    if ESCAPED_TAG.search(text) and not TAG.search(text):
        text = unescape(text)
    if is_json(text):
        inner = unpacked(text)
        if not isinstance(inner, str):
            for found in Reader(_table(inner)).passages(inner, f"{passage.place}/json:"):
                yield from _pieces(found, walk) if not is_json(found.text) else ()
            return
    if TAG.search(text):
        for block, run in walk(text):
            tag = "h2" if passage.is_heading and block.tag in {"p", "body", "div"} else block.tag
            yield replace(block, path=f"{passage.place}!{block.path}", tag=tag), run
        return
    run, at = unescape(text), 0
    for line in run.splitlines(keepends=True):
        start, end = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line)
        if start < end:
            mended, repairs = repair(run[start:end])
            tag = "h2" if passage.is_heading else "p"
            yield Block(0, mended, start, end, f"{passage.place}#1", tag, repairs=repairs), run


def _prose(block: Block) -> int:
    words = count_words(block.text)
    is_running = words >= PROSE_WORDS or (ends_sentence(block.text) and words > 2)
    return words if is_running and block.link_density < LINKED else 0


def _titles(said: Mapping[str, Any]) -> list[str]:
    """Return what an object calls itself, whether it is a text, a list of texts, or an object around one."""
    found = []
    for key in TITLES:
        value = said.get(key)
        if isinstance(value, dict):
            value = next(
                (
                    value[k]
                    for k in ("rendered", "text", "value", "basic", "main", "default")
                    if isinstance(value.get(k), str)
                ),
                None,
            )
        if isinstance(value, list):
            value = next((v for v in value if isinstance(v, str)), None)
        if isinstance(value, str) and 0 < len(value) < 400:
            found.append(TAG.sub("", unescape(value)))
    return found


def _is_same(title: str, titles: Sequence[str]) -> bool:
    """Tell the page's title, which may carry the site's name behind it."""
    own = normal(title)
    return len(own) >= 8 and any(own == known or f" {own} " in f" {known} " for known in map(normal, titles))


def _begins(text: str, description: str) -> bool:
    """Tell a text that opens with the page's description."""
    said = normal(description)[:60]
    return len(said) >= 40 and said in text
