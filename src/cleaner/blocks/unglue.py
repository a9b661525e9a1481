"""Cuts furniture off the edges of a block and keeps the paragraph.

A flattened page loses the space between inline neighbours: `... the mayor said.Keep ReadingShow less`,
`Read More »Next title`, `... he added. (VOA/KB)`. The words that were glued on become a block of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.model import Label
from cleaner.rules.packs import Where
from cleaner.text import repair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cleaner.model import Block, Mark
    from cleaner.rules import View

WORDS = re.compile(r"\S+")
MOST_CUTS = 4
"""Markers that one line may have glued to it; more is no paragraph any more."""


def unglue(blocks: Sequence[Block], view: View, raw: Callable[[Block], str]) -> tuple[Block, ...]:
    """Split each block that has furniture glued to an edge; numbers the blocks anew.

    `raw` gives a block's raw slice, before repairs, so that the parts keep true offsets.
    """
    _read_rests([block.text for block in blocks], view)
    parts: list[Block] = []
    for block in blocks:
        parts.extend(_parts(block, view, raw) if view.knows(block.text) else [block])
    return tuple(block.numbered(i) for i, block in enumerate(parts))


def _read_rests(texts: Sequence[str], view: View) -> None:
    """Let the rules read all texts together, then what is left of each once its furniture is cut off."""
    for _ in range(MOST_CUTS):
        view.read(texts)
        texts = [rest for text in texts if (rest := _rest(text, view))]


def _rest(text: str, view: View) -> str:
    """Return a text without the furniture at one edge; nothing where none is glued to it."""
    start, end = view.cut(text, Where.START), view.cut(text, Where.END)
    if start is not None:
        return text[start.end :].lstrip()
    return text[: end.start].rstrip() if end is not None else ""


def _parts(block: Block, view: View, raw: Callable[[Block], str]) -> Iterator[Block]:
    """Yield the parts, in order, of a block that a rule has something to say of."""
    whole = next((m for m in view.marks(block.text) if m.certain), None)
    if whole is not None and not _is_two_lines(block.text, view, whole):
        yield block
        return
    before: list[Block] = []
    after: list[Block] = []
    for _ in range(MOST_CUTS):
        start = view.cut(block.text, Where.START)
        if start is not None and start.end < len(block.text):
            marker, block = _split(block, start.end, raw)
            before.append(replace(marker, marks=(start.mark,)))
            continue
        end = view.cut(block.text, Where.END)
        if end is None or end.start == 0:
            break
        block, marker = _split(block, end.start, raw)
        after.append(replace(marker, marks=(end.mark,)))
    yield from before
    yield block
    yield from reversed(after)


def _is_two_lines(text: str, view: View, whole: Mark) -> bool:
    """Tell two lines that lost the break between from one line that a rule knows whole.

    `Read More »Next title` and `Keep Reading Show less A ferry at sea. Pixabay` (a caption) are two; `Read more: title` is one.
    """
    cut = view.cut(text, Where.START)
    if cut is None or cut.end >= len(text):
        return False
    is_glued = not text[cut.end - 1].isspace() and not text[cut.end].isspace()
    return is_glued or cut.mark.label is not whole.label


def _split(block: Block, at: int, raw: Callable[[Block], str]) -> tuple[Block, Block]:
    """Cut a block at an offset of its text; the offsets of the parts point into the page."""
    if raw is None or block.start is None or block.end is None:
        return replace(block, text=block.text[:at].rstrip()), replace(
            block, text=block.text[at:].lstrip(), gap=0, glued=True
        )
    source = raw(block)
    cut = _raw_offset(source, block.text[:at])
    left, right = source[:cut].rstrip(), source[cut:].lstrip()
    left_text, left_repairs = repair(left)
    right_text, right_repairs = repair(right)
    return (
        replace(block, text=left_text, end=(block.start or 0) + len(left), repairs=left_repairs),
        replace(block, text=right_text, start=(block.end or 0) - len(right), gap=0, glued=True, repairs=right_repairs),
    )


def _raw_offset(source: str, head: str) -> int:
    """Find where in the raw slice the mended head ends.

    White space and mojibake repairs change lengths, so the shortest raw head that mends to it is searched for.
    """
    if source.startswith(head):
        return len(head)
    return bisect_left(range(len(source)), len(head.rstrip()), key=lambda n: len(repair(source[:n])[0]))


PREFIX_WORDS = 10
PREFIX_CHARACTERS = 140
WHOLE_PREFIX = frozenset({Label.KEEP_READING, Label.PROMO, Label.NEWSLETTER, Label.SHARE, Label.AD})
"""Of these the longest prefix is cut off that a rule knows: `Keep Reading Show less`, not `Keep Reading`."""
SHORT_PREFIX = frozenset({Label.CREDIT, Label.AGENCY})
"""Of these the shortest: what follows a credit is the next title."""


def unglue_sentences(blocks: Sequence[Block], view: View, raw: Callable[[Block], str]) -> tuple[Block, ...]:
    """Cut off the starts of sentences what a rule knows as a line of its own: for pages that are one long line.

    There nothing separates a marker from the credit and the title that follow: `Keep Reading Show less Pixabay Council
    sells the old mill`.
    """
    _read_prefixes([block.text for block in blocks], view)
    parts: list[Block] = []
    for block in blocks:
        rest = block
        for _ in range(MOST_CUTS):
            cut = _known_prefix(rest.text, view)
            if cut is None:
                break
            marker, rest = _split(rest, cut, raw)
            parts.append(marker)
        parts.append(rest)
    return tuple(block.numbered(i) for i, block in enumerate(parts))


def _read_prefixes(texts: Sequence[str], view: View) -> None:
    """Let the rules read together what `_known_prefix` asks of each text, and of what is left of it."""
    for _ in range(MOST_CUTS):
        view.read(text[:end] for text in texts for end in _prefixes(text))
        cuts = ((text, _known_prefix(text, view)) for text in texts)
        texts = [text[cut:].lstrip() for text, cut in cuts if cut is not None]


def _prefixes(text: str) -> Iterator[int]:
    """Yield the ends of the words behind which a new line may begin."""
    for word in list(WORDS.finditer(text[:PREFIX_CHARACTERS]))[:PREFIX_WORDS]:
        after = text[word.end() :].lstrip()[:1]
        if after and not after.islower():
            yield word.end()


def _known_prefix(text: str, view: View) -> int | None:
    """Return where a prefix ends that a certain rule knows as a line, if a new line may begin there."""
    found = None
    for end in _prefixes(text):
        label = next((m.label for m in view.marks(text[:end]) if m.certain), None)
        if label in WHOLE_PREFIX or (label in SHORT_PREFIX and found is None):
            found = end
    return found
