"""Gold into blocks with truth: the pipeline makes the blocks, the gold's lines are aligned to them by characters."""

from __future__ import annotations

import json
import lzma
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.blocks.dump import dump_blocks
from cleaner.blocks.unglue import unglue, unglue_sentences
from cleaner.copies import mark_copies
from cleaner.label import mark_blocks
from cleaner.languages import detect
from cleaner.model import Layout
from cleaner.rules import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cleaner.model import Block
    from cleaner.rules import Rulebook

    Line = tuple[int, str, str]
    """Article (0: none), kind, text."""
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int16]

KINDS = ("body", "heading", "title", "byline", "noise")
BODY, HEADING, TITLE, BYLINE, NOISE = range(5)
KIND = {name: i for i, name in enumerate(KINDS)} | {"body+marker": BODY}
MARKER = 60
"""Characters below which a block that unglue cut off a paragraph is a marker."""

DUMPS, PAGES = "dumps-dev.jsonl.xz", "pages-dev.jsonl.xz"


class UnalignedError(ValueError):
    """The lines of a dump are not those of its text."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What each block of a page really is."""

    kind: Ints
    """Index into KINDS."""
    article: Ints
    """1..n; 0: of none."""
    is_text: Bools
    """More than half of its characters are body or heading."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page as blocks, with the truth of each."""

    name: str
    fold: int
    """0..4, by site: what is learnt in four is measured in the fifth."""
    style: str
    layout: str
    blocks: tuple[Block, ...]
    truth: Truth
    is_own: bool = False
    """Blended by `synth`, so that its furniture proves nothing about real furniture."""


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file of gold."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def gold_samples(rows: Sequence[Mapping[str, Any]]) -> list[Sample]:
    """Make samples of gold dumps."""
    return [sample_of(row["id"], row["fold"], row["style"], (row["text"], row["lines"])) for row in rows]


def sample_of(name: str, fold: int, style: str, told: tuple[str, Sequence[Line]], *, is_own: bool = False) -> Sample:
    """Take a dump apart and align its lines; `told` is its text and its lines."""
    text, lines = told
    layout, blocks = make_blocks(text)
    return Sample(name, fold, style, layout, blocks, _without_markers(align(text, lines, blocks), blocks), is_own)


@cache
def _rulebook() -> Rulebook:
    return load_rulebook()


def make_blocks(text: str) -> tuple[str, tuple[Block, ...]]:
    """Return layout and blocks as `clean_page` has them when the engine is asked."""
    layout, blocks = dump_blocks(text)
    longest = sorted(blocks, key=lambda b: len(b.text), reverse=True)[:5]
    found = detect(" ".join(b.text for b in longest))
    view = _rulebook().view(found[0] if found else None, texts=(b.text for b in blocks))
    parts = unglue(blocks, view, lambda b: text[b.start : b.end])
    if layout is Layout.LONG:
        parts = unglue_sentences(parts, view, lambda b: text[b.start : b.end])
    return layout.value, mark_copies(mark_blocks(parts, view))


def align(text: str, lines: Sequence[Line], blocks: Sequence[Block]) -> Truth:
    """Give each block the kind and article of the lines that most of its characters come from."""
    lines = [line for line in lines if line[2].split()]
    ends = _line_ends(text, lines)
    kind = np.full(len(blocks), NOISE, np.int16)
    article = np.zeros(len(blocks), np.int16)
    is_text = np.zeros(len(blocks), np.bool_)
    for i, block in enumerate(blocks):
        weight = _weights(text, lines, ends, block)
        if not weight:
            continue
        texts = {key: size for key, size in weight.items() if key[1] <= HEADING}
        is_text[i] = 2 * sum(texts.values()) >= sum(weight.values())
        among = texts if is_text[i] else weight
        article[i], kind[i] = max(among, key=lambda key: among[key])
    return Truth(kind, article, is_text)


def _line_ends(text: str, lines: Sequence[Line]) -> list[int]:
    """Find where each line ends in the text; white space may differ."""
    at, ends = 0, []
    for _, _, line in lines:
        for piece in line.split():
            found = text.find(piece, at)
            if found < 0:
                raise UnalignedError(f"{piece!r} is not in the text from {at} on: {text[at : at + 80]!r}")
            at = found + len(piece)
        ends.append(at)
    return ends


def _weights(text: str, lines: Sequence[Line], ends: Sequence[int], block: Block) -> dict[tuple[int, int], int]:
    """Count the block's characters by the article and kind of the lines they stand in."""
    weight: dict[tuple[int, int], int] = {}
    at, end = block.start or 0, block.end or 0
    while at < end:
        j = bisect_right(ends, at)
        stop = min(end, ends[j]) if j < len(ends) else end
        size = len("".join(text[at:stop].split()))
        if j < len(lines) and size:
            key = lines[j][0], KIND[lines[j][1]]
            weight[key] = weight.get(key, 0) + size
        at = stop
    return weight


def _without_markers(truth: Truth, blocks: Sequence[Block]) -> Truth:
    """Count as furniture the marker that unglue cut off a paragraph: gold has the two as one line of text."""
    kind, is_text = truth.kind.copy(), truth.is_text.copy()
    for i, block in enumerate(blocks):
        is_cut_off = block.glued or (i + 1 < len(blocks) and blocks[i + 1].glued)
        if kind[i] == BODY and is_cut_off and len(block.text) < MARKER and any(m.certain for m in block.marks):
            kind[i], is_text[i] = NOISE, False
    return Truth(kind, truth.article, is_text & (kind != NOISE))


def starts_among_text(sample: Sample) -> Bools:
    """Tell the first block of text of each article."""
    truth = sample.truth
    out = np.zeros(len(sample.blocks), np.bool_)
    last = 0
    for i in np.flatnonzero((truth.kind <= HEADING) & truth.is_text):
        out[i] = truth.article[i] != last
        last = int(truth.article[i])
    return out


def starts_among_rows(sample: Sample, rows: NDArray[np.int64]) -> Bools:
    """Tell the rows that open an article: the first that belongs to it, be it title, byline or text."""
    out = np.zeros(len(rows), np.bool_)
    seen: set[int] = set()
    for k, i in enumerate(rows):
        article = int(sample.truth.article[i])
        if sample.truth.kind[i] != NOISE and article > 0 and article not in seen:
            out[k] = True
            seen.add(article)
    return out
