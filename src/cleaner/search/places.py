"""Find where in a text the words of a query stand, and the passage that shows most of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.search.folding import composed, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleaner.search.query import Term

WIDTH = 240
"""Characters of a passage."""

_Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a text, and where in it the words stand that were asked for."""

    text: str
    hits: tuple[tuple[int, int], ...]


def passage(text: str, wanted: Iterable[Term], width: int | None = WIDTH) -> Passage:
    """Cut out the passage that holds most of the terms, the first of several; all of it where `width` is None.

    White space is drawn together.
    """
    text = " ".join(composed(text).split())
    spans = _spans(text, tuple(wanted))
    start, end = (0, len(text)) if width is None else _window(text, spans, width)
    start, end = _whole_words(text, start, end)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    hits = _joined((first + shift, last + shift) for first, last, _ in spans if start <= first and last <= end)
    return Passage(f"{before}{text[start:end]}{after}", tuple(hits))


def _spans(text: str, wanted: Sequence[Term]) -> list[tuple[int, int, int]]:
    """List where the terms stand: first character, the one behind the last, and which term."""
    tokens = [token for run in runs(text) for token in run.tokens()]
    places: dict[str, list[int]] = {}
    for place, (token, _, _) in enumerate(tokens):
        places.setdefault(token, []).append(place)
    found = []
    for number, term in enumerate(wanted):
        first = term.tokens[0]
        alone = term.is_prefix and len(term.tokens) == 1
        begins = (p for t, ps in places.items() if t.startswith(first) for p in ps) if alone else places.get(first, ())
        found += [(*_span(tokens, place, term), number) for place in begins if _stands(tokens, place, term)]
    return sorted(found)


def _stands(tokens: Sequence[_Token], place: int, term: Term) -> bool:
    there = [token for token, _, _ in tokens[place : place + len(term.tokens)]]
    if len(there) < len(term.tokens) or there[:-1] != list(term.tokens[:-1]):
        return False
    return there[-1].startswith(term.tokens[-1]) if term.is_prefix else there[-1] == term.tokens[-1]


def _span(tokens: Sequence[_Token], place: int, term: Term) -> tuple[int, int]:
    last = tokens[place + len(term.tokens) - 1]
    # Of a pair that was found by its first character only this one was asked for.
    is_pair = (
        len(last[0]) == 2 and len(term.tokens[-1]) == 1 and last[0][0] == term.tokens[-1] and not last[0].isascii()
    )
    return tokens[place][1], last[1] + 1 if is_pair else last[2]


def _window(text: str, spans: Sequence[tuple[int, int, int]], width: int) -> tuple[int, int]:
    """Choose the stretch of at most `width` characters with most terms, a little before the first of them."""
    if not spans or len(text) <= width:
        return 0, min(len(text), width)
    room = width * 3 // 4
    counts = [
        len({term for _, end, term in spans[place : place + 20] if end <= first + room})
        for place, (first, _, _) in enumerate(spans)
    ]
    first = spans[counts.index(max(counts))][0]
    start = max(0, min(first - width // 4, len(text) - width))
    return start, start + width


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move the borders inwards to white space, where there is some nearby."""
    if start:
        space = text.find(" ", start - 1, start + 30)
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(end - 30, start), end + 1)
        end = space if space >= 0 else end
    return start, end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join places that overlap, as the pairs of a dense run do."""
    joined: list[tuple[int, int]] = []
    for first, end in spans:
        if joined and first <= joined[-1][1] - (first == joined[-1][1]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((first, end))
    return joined
