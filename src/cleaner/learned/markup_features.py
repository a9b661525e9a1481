"""Features of an HTML page's blocks, in named groups: form, words, rules, place, neighbours, what the page says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import chars as ch
from cleaner.learned.block_features import COUNTED, EDGE_GROUP
from cleaner.learned.columns import Columns, held, rows_within, shift, window, windows
from cleaner.learned.lexicon import among, lists_of
from cleaner.learned.page_view import RULE_AT
from cleaner.learned.tree_features import add_tree
from cleaner.model import Label

if TYPE_CHECKING:
    from cleaner.learned.columns import Array
    from cleaner.learned.markup_view import MarkupView

FAR = 60
ROOM = 200
"""Columns of all features that need no weights, rounded up."""
TOLD = (Label.CREDIT, Label.CAPTION, Label.BYLINE, Label.DATE, Label.RELATED, Label.NAV, Label.AD)
"""Labels of rules that say more than that a rule matches: of the other thirteen no tree asked."""
EXCLAIMED = [ord(char) for char in "?？؟!！"]


def markup_features(v: MarkupView) -> tuple[list[str], Array]:
    """Return names and values of all features that need no trained weights."""
    f = Columns(v.n, ROOM)
    _add_form(f, v)
    _add_words(f, v)
    _add_rules(f, v)
    _add_markup(f, v)
    _add_place(f, v)
    _add_said(f, v)
    _add_neighbours(f, v)
    add_tree(f, v)
    return f.names, f.matrix()


def opinion_features(v: MarkupView, wording: Array, named: Array) -> tuple[list[str], Array]:
    """Return what words alone (shape (blocks,)) and names alone (blocks, levels) say, here and around, and of the heading above."""
    f = Columns(v.n)
    whole = named.sum(1)
    f.add("words.text", wording)
    f.add("names.text", whole)
    for level in range(named.shape[1]):
        f.add(f"names.level{level}", named[:, level])
    reaches = {"before4": (-4, -1), "after4": (1, 4), "before12": (-12, -1), "after12": (1, 12)}
    sums = windows(np.stack([wording, whole], 1), *reaches.values())
    sizes = [np.maximum(rows_within(v.n, *reach), 1) for reach in reaches.values()]
    for number, (name, values) in enumerate((("words", wording), ("names", whole))):
        for by in (-2, -1, 1, 2):
            f.add(f"{name}.text{by:+d}", shift(values, by, 0))
        for reach, total, size in zip(reaches, sums, sizes, strict=True):
            f.add(f"{name}.{reach}", total[:, number] / size.astype(np.float32))
    f.add("names.rank", whole - whole.max(initial=0))
    f.add("words.page", wording.mean() if v.n else 0)
    above = v.heading_above
    f.add("heading.words", np.where(above >= 0, wording[above], 0))
    f.add("heading.names", np.where(above >= 0, whole[above], 0))
    return f.names, f.matrix()


def _add_form(f: Columns, v: MarkupView) -> None:
    c, n = v.chars, v.n
    stop = int(c.start[n])
    block = c.block_of()[:stop]
    cells = np.bincount(block * ch.CLASSES + c.kind[:stop], minlength=n * ch.CLASSES)
    counts = cells.reshape(n, ch.CLASSES).astype(np.float32)
    size = np.maximum(c.size[:n], 1).astype(np.float32)
    words = np.maximum(v.words, 1)
    caseless = counts[:, ch.CASELESS] + counts[:, ch.IDEOGRAPH]
    letters = np.maximum(counts[:, ch.UPPER] + counts[:, ch.LOWER] + caseless, 1)
    f.add("form.log_chars", np.log1p(size))
    f.add("form.log_words", np.log1p(v.words))
    f.add("form.word_length", letters / words)
    f.add("form.upper", counts[:, ch.UPPER] / letters)
    f.add("form.caseless", caseless / letters)
    f.add("form.digits", counts[:, ch.DIGIT] / size)
    f.add("form.letters", letters / size)
    for name, kind in COUNTED.items():
        f.add(f"form.{name}", counts[:, kind] / words)
    f.add("form.quotes", (counts[:, ch.DQUOTE] + counts[:, ch.CURLY]) / words)
    f.add("form.first_char", EDGE_GROUP[v.first])
    f.add("form.last_char", EDGE_GROUP[v.last])
    f.add("form.ends_sentence", v.ends)
    f.add("form.ends_question", np.isin(c.code[np.maximum(c.start[1 : n + 1] - 2, c.start[:n])], EXCLAIMED))
    following = np.append(c.kind[1:stop], ch.SPACE)
    stops = (c.kind[:stop] == ch.STOP) & (following == ch.SPACE)
    sentences = np.bincount(block[stops], minlength=n).astype(np.float32)
    f.add("form.sentences", np.minimum(sentences, 20))
    f.add("form.words_a_sentence", v.words / np.maximum(sentences, 1))


def _add_words(f: Columns, v: MarkupView) -> None:
    c, words, count = v.chars, np.maximum(v.words, 1), len(v.t_block)
    capital, opens, kind = c.t_capital[:count], c.t_opens[:count], c.t_kind[:count]
    f.add("form.capital_words", v.per_block(capital) / words)
    f.add("form.capital_inside", v.per_block(capital & ~opens) / np.maximum(v.per_block(~opens), 1))
    f.add("form.number_words", v.per_block(kind == ch.DIGIT) / words)
    lists = lists_of(v.types)
    for name in ("function", "reader"):
        f.add(f"words.{name}", v.per_block(among(lists, name)[v.t_type]) / words)
    spread = np.bincount(v.t_type, minlength=len(v.types))
    common = spread > 0.006 * max(1, count)
    f.add("words.common_in_page", v.per_block(common[v.t_type]) / words)
    f.add("words.once_in_page", v.per_block((spread == 1)[v.t_type]) / words)


def _add_rules(f: Columns, v: MarkupView) -> None:
    certain = (v.certain.sum(1) > 0).astype(np.float32)
    f.add("rules.certain", certain)
    f.add("rules.likely", v.likely.sum(1) > 0)
    f.add("rules.before", window(certain, -4, -1))
    f.add("rules.after", window(certain, 1, 4))
    for label in TOLD:
        place = RULE_AT[label]
        hit = 2 * v.certain[:, place] + v.likely[:, place]
        f.add(f"rules.{label.value}", hit)
    related = np.maximum(v.certain[:, RULE_AT[Label.RELATED]], v.likely[:, RULE_AT[Label.RELATED]])
    f.add("rules.related_before", window(related, -4, -1))


def _add_markup(f: Columns, v: MarkupView) -> None:
    f.add("markup.linked", v.linked)
    f.add("markup.links", np.minimum(v.links, 12))
    f.add("markup.bold", v.bold)
    f.add("markup.images", np.minimum(v.images, 5))
    f.add("markup.hidden", v.hidden)
    level, at = v.heading_level, np.arange(v.n)
    above = v.heading_above
    f.add("heading.level", level)
    f.add("heading.above", np.where(above >= 0, level[above], 0))
    f.add("heading.away", np.where(above >= 0, np.minimum(at - above, FAR), FAR))


def _add_place(f: Columns, v: MarkupView) -> None:
    n, at = v.n, np.arange(v.n, dtype=np.float32)
    prose = v.prose.astype(np.float32)
    mass = v.words * prose
    f.add("place.rank", at / max(1, n - 1))
    f.add("place.from_start", np.log1p(at))
    f.add("place.from_end", np.log1p(n - 1 - at))
    f.add("place.blocks", np.log1p(n))
    f.add("place.prose_share", prose.mean() if n else 0)
    f.add("place.prose_words", np.log1p(mass.sum()))
    f.add("place.prose_before", window(mass, -n, -1) / max(1.0, float(mass.sum())))
    f.add("place.words_before", window(v.words, -n, -1) / max(1.0, float(v.words.sum())))
    lines: dict[str, int] = {}
    first = np.array([lines.setdefault(text, row) for row, text in enumerate(v.texts)], np.int64)
    f.add("place.copies", np.bincount(first, minlength=n)[first])
    f.add("place.seen_before", first < at)


def _add_said(f: Columns, v: MarkupView) -> None:
    """Add what the blocks share with the page's own title, description and article body, and the way from the title."""
    (titles, _), (description, _), (_, body) = v.said
    words = np.maximum(v.words, 1)
    of_title = held(v.types, titles)[v.t_type]
    in_title = v.per_block(of_title) / words
    f.add("said.title", in_title if len(titles) else -1)
    whole = len(np.unique(titles))
    covers = _different(v, of_title) / max(1, whole)
    f.add("said.title_covered", covers if whole else -1)
    f.add("said.description", v.per_block(held(v.types, description)[v.t_type]) / words if len(description) else -1)
    f.add("said.body", v.per_block(held(v.t_pair, body)) / words if len(body) else -1)
    f.add("said.body_size", np.log1p(len(body)))
    levels = v.heading_level
    is_title = (levels == 1) | ((in_title > 0.8) & (v.words >= 3) & (covers > 0.4))
    at = np.arange(v.n)
    before = np.maximum.accumulate(np.where(is_title, at, -1))
    f.add("said.is_title", is_title)
    f.add("said.after_title", np.where(before >= 0, np.minimum(at - before, FAR), -1))
    f.add("said.titles_before", np.cumsum(is_title))
    f.add("said.titles", is_title.sum())


def _different(v: MarkupView, chosen: Array) -> Array:
    """Count the different words of each block among the chosen."""
    kinds = max(1, len(v.types))
    pairs = np.unique(v.t_block[chosen] * kinds + v.t_type[chosen])
    return np.bincount(pairs // kinds, minlength=v.n)


def _add_neighbours(f: Columns, v: MarkupView) -> None:
    lengths, ends = np.log1p(v.words), v.ends.astype(np.float32)
    levels, depth = v.heading_level.astype(np.float32), v.e_depth[v.element].astype(np.float32)
    for by in (-2, -1, 1, 2):
        f.add(f"neighbours.log_words{by:+d}", shift(lengths, by))
    for by in (-1, 1):
        f.add(f"neighbours.ends{by:+d}", shift(ends, by))
        f.add(f"neighbours.linked{by:+d}", shift(v.linked, by))
        f.add(f"neighbours.heading{by:+d}", shift(levels, by))
        f.add(f"neighbours.depth{by:+d}", shift(depth, by) - depth)
    prose = v.prose.astype(np.float32)
    mass = v.words * prose
    reaches = (3, 8, 25)
    around = windows(prose, *((-reach, -1) for reach in reaches), *((1, reach) for reach in reaches))
    for reach, before, after in zip(reaches, around, around[3:], strict=False):
        f.add(f"neighbours.prose_before{reach}", before / reach)
        f.add(f"neighbours.prose_after{reach}", after / reach)
    f.add("neighbours.mass_before", np.log1p(window(mass, -6, -1)))
    f.add("neighbours.mass_after", np.log1p(window(mass, 1, 6)))
    n, at = v.n, np.arange(v.n)
    before = np.append(-1, np.maximum.accumulate(np.where(v.prose, at, -1))[:-1])[:n]
    after = np.append(np.minimum.accumulate(np.where(v.prose, at, n + FAR)[::-1])[::-1][1:], n + FAR)[:n]
    f.add("neighbours.to_prose_before", np.where(before < 0, FAR, np.minimum(at - before, FAR)))
    f.add("neighbours.to_prose_after", np.minimum(after - at, FAR))
