"""The judges of a page in one form: an opinion on every block, and where articles begin.

Text dumps are judged by one learned engine, HTML pages by another, which sees their markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from cleaner.blocks.containers import HEADING_TAGS, is_running
from cleaner.blocks.tables import tables_of
from cleaner.dek import called_dek, placed_dek
from cleaner.learned import HTML_MODEL, KINDS, TEXT_MODEL, judge, judge_markup
from cleaner.model import KEPT_LABELS, TEXT_LABELS, Judged, Label, Mark, Part, Parting
from cleaner.shapes import shape_of
from cleaner.text import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cleaner.learned import Judgement
    from cleaner.model import Block, Element, Hints, Layout

START_MODEL = "model.start"
LABELS = {"body": Label.BODY, "heading": Label.HEADING, "title": Label.TITLE, "byline": Label.BYLINE}
STAMP = re.compile(r"(?:\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: ?(?:uhr|gmt|h|cet|est|edt|bst))?)", re.IGNORECASE)
"""A line that is the time of day and nothing else."""
FEWEST_STAMPS = 4
MOSTLY_TEXT = 0.7
LIVE_KEPT = 0.05
LIVE_CONFIDENCE = 0.8
HEAD_LINE_WORDS = 12
"""Most words of a line that holds a card's date or author."""
DEK_SCORE, LAST_HEADING, CARD_SCORE = 0.9, 0.7, 0.8
LINKED, MOST_LAST = 0.9, 4
TABLE_SCORE, FEWEST_CELLS = 0.7, 4
DOUBTFUL = 0.85
"""Certainty of an HTML page below which trafilatura is asked: 29 of 1,136 labelled pages, of unseen sites."""
NEARLY, HARDLY = 0.14, 0.57
"""P(text) from which its verdict brings a block in, and below which it takes one out: .7 of the engine's and .3 of its."""
SECOND, SECOND_SCORE = "trafilatura", 0.7
CALLED_DEK = Mark(Label.DEK, "html.dek", DEK_SCORE, "under the title, and called so by its element")
PLACED_DEK = Mark(Label.DEK, "html.dek", DEK_SCORE, "under the title and beside the text, which it sums up")
PAGE_START = Mark(Label.BODY, "page.start", 1.0, "first article of the page")


def judge_dump(blocks: Sequence[Block], layout: Layout) -> Judged:
    """Ask the learned engine; its evidence are the features that weighed most, in words."""
    if not blocks:
        return Judged((), {}, {})
    judgement = judge(blocks, layout)
    if sum(STAMP.fullmatch(block.text) is not None for block in blocks) >= FEWEST_STAMPS:
        return _judge_live(judgement, blocks)
    opinions = tuple(_opinion(judgement, blocks, i) for i in range(len(blocks)))
    if _is_without_furniture(judgement, blocks):
        opinions = tuple(_as_text(judgement, blocks, i, opinion) for i, opinion in enumerate(opinions))
    starts: dict[int, Mark] = {}
    for number in range(1, int(judgement.article.max()) + 1):
        first = int((judgement.article == number).argmax())
        if number == 1:
            first = min(first, next((i for i, o in enumerate(opinions) if o.label in TEXT_LABELS), first))
        score = round(float(judgement.p_start[first]), 3)
        starts[first] = (
            PAGE_START if number == 1 else Mark(Label.BODY, START_MODEL, score, judgement.cut_reasons(first))
        )
    return Judged(opinions, starts, dict(zip(starts, map(float, judgement.confidence), strict=True)))


def _is_without_furniture(judgement: Judgement, blocks: Sequence[Block]) -> bool:
    """Tell a page on which no rule knows a line to remove and the engine keeps most: clean text, to be left as it is."""
    known = any(m.label not in KEPT_LABELS for block in blocks for m in block.marks)
    return not known and float(judgement.kept.mean()) >= MOSTLY_TEXT


def _as_text(judgement: Judgement, blocks: Sequence[Block], i: int, opinion: Mark) -> Mark:
    """Keep as text what the engine would remove from a page without furniture, once its text has begun."""
    if opinion.label is not Label.OTHER and not (opinion.label is Label.TITLE and judgement.kept[:i].any()):
        return opinion
    label = Label.HEADING if _looks_like_heading(judgement, blocks, i) else Label.BODY
    return Mark(label, TEXT_MODEL, 0.5, f"a page without furniture; alone: {opinion.evidence}")


def _judge_live(judgement: Judgement, blocks: Sequence[Block]) -> Judged:
    """Judge a live blog: one article however many entries it has, which look like beginnings to the engine."""
    opinions = []
    for i, block in enumerate(blocks):
        p_kept = float(judgement.p_kept[i])
        is_text = (p_kept >= LIVE_KEPT or shape_of(block.text).prose) and not block.marks
        label = (
            Label.OTHER if not is_text else Label.HEADING if _looks_like_heading(judgement, blocks, i) else Label.BODY
        )
        opinions.append(Mark(label, TEXT_MODEL, round(p_kept if is_text else 1 - p_kept, 3), judgement.reasons(i)))
    first = next((i for i, opinion in enumerate(opinions) if opinion.label is not Label.OTHER), 0)
    return Judged(tuple(opinions), {first: PAGE_START}, {first: LIVE_CONFIDENCE})


def _opinion(judgement: Judgement, blocks: Sequence[Block], i: int) -> Mark:
    p_kept = float(judgement.p_kept[i])
    kind = KINDS[int(judgement.kind[i])]
    if judgement.kept[i]:
        label = Label.HEADING if kind == "heading" or _looks_like_heading(judgement, blocks, i) else Label.BODY
        return Mark(label, TEXT_MODEL, round(p_kept, 3), judgement.reasons(i))
    label = LABELS[kind] if kind in {"title", "byline"} else Label.OTHER
    return Mark(label, TEXT_MODEL, round(1 - p_kept, 3), judgement.reasons(i))


def _looks_like_heading(judgement: Judgement, blocks: Sequence[Block], i: int) -> bool:
    """Tell a heading by its form: what is labelled counts headings on many pages as body, so the engine cannot."""
    after = next((j for j in range(i + 1, min(i + 3, len(blocks))) if judgement.kept[j]), None)
    if after is None or not shape_of(blocks[i].text).heading:
        return False
    following = shape_of(blocks[after].text)
    return (following.prose or following.sentence) and not following.bullet


def _one_article(_text: Sequence[bool]) -> Parting:
    return Parting()


def judge_html(
    blocks: Sequence[Block],
    outline: Sequence[Element],
    hints: Hints,
    second_opinion: Callable[[], Sequence[bool]] = list,
    parting: Callable[[Sequence[bool]], Parting] = _one_article,
) -> Judged:
    """Ask the engine for markup, and a second opinion where it is unsure; one article a part with text, else one a page."""
    if not blocks:
        return Judged((), {}, {})
    judgement = judge_markup(blocks, outline, hints)
    p_text, kept, reasons = judgement.p_text, judgement.kept, judgement.all_reasons()
    del judgement  # a megabyte of features, on a large page
    dek = called_dek(blocks, outline, kept)
    opinions = [
        _html_opinion(block, p, reason, is_text=is_text)
        for block, p, is_text, reason in zip(blocks, p_text.tolist(), kept.tolist(), reasons, strict=True)
    ]
    tables = tables_of(blocks, outline)
    found = _parted(opinions, tables, dek, parting)
    if not found.parts and _certainty(blocks, p_text) < DOUBTFUL:  # of several articles trafilatura gives one
        _ask_again(blocks, p_text, opinions, second_opinion())
        found = _parted(opinions, tables, dek, parting)
    parts = found.parts
    if parts:
        opinions = [_in_part(block, opinion, parts) for block, opinion in zip(blocks, opinions, strict=True)]
        _take_teasers(blocks, opinions, parts)
        parts = tuple(p for p in parts if any(o.label is Label.BODY for o in opinions[p.first : p.end]))
    else:
        _drop_cards(opinions, found.cards)
        if dek is None and (dek := placed_dek(blocks, outline, p_text, kept, hints.description)) is not None:
            opinions[dek] = PLACED_DEK
        _drop_last_headings(blocks, opinions)
    starts = {part.first: part.opens for part in parts} or {0: PAGE_START}
    return Judged(tuple(opinions), starts, {first: mark.score for first, mark in starts.items()}, parts)


def _parted(
    opinions: list[Mark],
    tables: Sequence[Sequence[int]],
    dek: int | None,
    parting: Callable[[Sequence[bool]], Parting],
) -> Parting:
    """Keep tables whole and the dek a dek, and part the page."""
    for cells in tables:
        _keep_whole(cells, opinions)
    if dek is not None:
        opinions[dek] = CALLED_DEK
    return parting([opinion.label in TEXT_LABELS for opinion in opinions])


def _in_part(block: Block, opinion: Mark, parts: Sequence[Part]) -> Mark:
    """Judge a block by its place in one of the page's articles: headline, running text, or neither."""
    own = next((part for part in parts if part.first <= block.index < part.end), None)
    if own is not None and block.index == own.headline:
        return Mark(Label.TITLE, "html.part_title", DEK_SCORE, "headline of one of the page's articles")
    if opinion.label in TEXT_LABELS and (own is None or not is_running(block) or _is_head_line(block)):
        return Mark(Label.OTHER, "html.part", DEK_SCORE, "not running text of one of the page's articles")
    return opinion


def _take_teasers(blocks: Sequence[Block], opinions: list[Mark], parts: Sequence[Part]) -> None:
    """Keep the running text of an article of which the engine keeps none: beside a whole one it takes teasers for cards."""
    for part in parts:
        own = range(part.first, part.end)
        if any(opinions[i].label is Label.BODY for i in own):
            continue
        for i in own:
            if i != part.headline and shape_of(blocks[i].text).prose and is_running(blocks[i]):
                opinions[i] = Mark(
                    Label.BODY, "html.part", SECOND_SCORE, "the running text of one of the page's articles"
                )


def _drop_cards(opinions: list[Mark], cards: Sequence[tuple[int, int]]) -> None:
    """Take back what was called text in the cards of other stories below an article."""
    for i in (i for card in cards for i in range(*card) if opinions[i].label in TEXT_LABELS):
        opinions[i] = Mark(Label.RELATED, "html.card", CARD_SCORE, "in a card, whose headline leads to another page")


def _is_head_line(block: Block) -> bool:
    """Tell a date or byline of a card: with several articles a page has many, and none is a line of text."""
    named = any(m.label in {Label.BYLINE, Label.DATE} for m in block.marks)
    return named and not shape_of(block.text).prose and count_words(block.text) <= HEAD_LINE_WORDS


def _certainty(blocks: Sequence[Block], p_text: NDArray[np.float64]) -> float:
    """Return how sure the engine is of the page's words: the mean of the likelier of text and furniture, .5 to 1."""
    words = np.array([count_words(block.text) for block in blocks])
    return float(np.average(np.maximum(p_text, 1 - p_text), weights=words)) if words.any() else 1.0


def _ask_again(
    blocks: Sequence[Block], p_text: NDArray[np.float64], opinions: list[Mark], verdict: Sequence[bool]
) -> None:
    """Take the second opinion where it outweighs the engine's: what was nearly kept comes in, what was hardly kept goes."""
    if not any(verdict):
        return
    for i, (block, p, is_text) in enumerate(zip(blocks, p_text, verdict, strict=True)):
        was_text = opinions[i].label in TEXT_LABELS
        if is_text and not was_text and p >= NEARLY:
            label = Label.HEADING if block.tag in HEADING_TAGS else Label.BODY
            opinions[i] = Mark(label, SECOND, SECOND_SCORE, f"kept by trafilatura, and by the engine nearly ({p:.2f})")
        elif was_text and not is_text and p < HARDLY:
            evidence = f"not in trafilatura's main content, and the engine is unsure ({p:.2f})"
            opinions[i] = Mark(Label.OTHER, SECOND, SECOND_SCORE, evidence)


def _keep_whole(cells: Sequence[int], opinions: list[Mark]) -> None:
    """Keep a table whole or not at all, as most of its cells are judged.

    On labelled pages, of unseen sites, four more of 1,136 are exact by that; labels part one table in five, mostly by chance.
    """
    text = {i for i in cells if opinions[i].label in TEXT_LABELS}
    if len(cells) < FEWEST_CELLS or len(text) in {0, len(cells)}:
        return
    label, told = (Label.BODY, "text") if 2 * len(text) >= len(cells) else (Label.OTHER, "furniture")
    for i in cells:
        if (i in text) is (label is Label.OTHER):
            opinions[i] = Mark(label, "html.table", TABLE_SCORE, f"a cell of a table most of which is {told}")


def _drop_last_headings(blocks: Sequence[Block], opinions: list[Mark]) -> None:
    """Take back the headings and links that the text ends with: what they head was called furniture, and so are they.

    On labelled pages 28.0 instead of 27.6 % are exact by that; only a few short ones, as some pages have their text in headings.
    """
    last = [i for i, opinion in enumerate(opinions) if opinion.label in TEXT_LABELS][: -MOST_LAST - 1 : -1]
    for i in last:
        block, shape = blocks[i], shape_of(blocks[i].text)
        if shape.prose or shape.sentence or not (block.tag in HEADING_TAGS or block.link_density >= LINKED):
            return
        opinions[i] = Mark(Label.OTHER, "html.last_heading", LAST_HEADING, "a heading or link with no text after it")


def _html_opinion(block: Block, p: float, reason: str, *, is_text: bool) -> Mark:
    if not is_text:
        return Mark(Label.OTHER, HTML_MODEL, round(1 - p, 3), reason)
    label = Label.HEADING if block.tag in HEADING_TAGS else Label.BODY
    return Mark(label, HTML_MODEL, round(p, 3), reason)
