"""Features of a block, in named groups: form of the line, words, rules, place in the page, neighbours, shared words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaner.learned import chars as ch
from cleaner.learned.columns import Columns, rank, rows_within, shift, stacked, window, windows
from cleaner.learned.page_view import RULED, PageView, weights_of
from cleaner.model import Label

if TYPE_CHECKING:
    from cleaner.learned.columns import Array

FAR = 2**40
LAYOUTS = {"blank": 0, "newline": 1, "long": 2}
COUNTED = {
    "stops": ch.STOP, "commas": ch.COMMA, "colons": ch.COLON, "dashes": ch.DASH, "brackets": ch.OPEN, "bullets": ch.BULLET,
    "tech": ch.TECH,
}  # fmt: skip
HEADS = {"colon": ch.COLON, "dash": ch.DASH, "bracket": ch.OPEN, "bar": ch.BULLET, "comma": ch.COMMA}
EDGES = (
    (ch.OTHER, ch.SPACE, ch.MONEY), (ch.UPPER,), (ch.LOWER,), (ch.CASELESS, ch.IDEOGRAPH), (ch.DIGIT,), (ch.STOP,), (ch.COMMA,),
    (ch.COLON,), (ch.DASH,), (ch.DQUOTE, ch.CURLY, ch.SQUOTE, ch.CURLY1), (ch.OPEN,), (ch.CLOSE,), (ch.BULLET, ch.RIGHTS, ch.TECH),
)  # fmt: skip
"""Classes of characters that are alike at a block's edge; a group's number is the feature's value."""
EXCLAIMED = [ord(char) for char in "?？؟!！"]
CLOSERS = [ch.DQUOTE, ch.CURLY, ch.CURLY1, ch.SQUOTE, ch.CLOSE]
NEIGHBOURS = (
    Label.KEEP_READING, Label.CREDIT, Label.BYLINE, Label.DATE, Label.RELATED, Label.TAGS, Label.NAV, Label.SHARE,
)  # fmt: skip
COPIES_UP_TO = 1500
"""Blocks of a page up to which each is compared with each."""
AT_A_TIME = 4_000_000
"""Bits compared in one step: some hundred kilobytes."""


def _flags(classes: list[int]) -> Array:
    flags = np.zeros(ch.CLASSES, bool)
    flags[classes] = True
    return flags


def _edge_groups() -> Array:
    group = np.zeros(ch.CLASSES, np.float32)
    for number, classes in enumerate(EDGES):
        group[list(classes)] = number
    return group


SOFT = _flags(CLOSERS)
EDGE_GROUP = _edge_groups()


@dataclass(frozen=True, slots=True)
class Lines:
    """What later features ask of each line's form."""

    first: Array
    last: Array
    ends: Array
    """Ends a sentence."""
    capitals: Array
    prose: Array
    """Reads like a paragraph, and no certain rule says otherwise."""

    def form(self, words: Array) -> Array:
        """Give each line's form a number: length, first and last character, whether most words have capitals."""
        length = np.minimum((np.log1p(words) * 1.5).astype(np.int64), 9)
        edges = self.first.astype(np.int64) * 30 + self.last.astype(np.int64) * 2
        return np.asarray(length * 400 + edges + (self.capitals > 0.6))


def block_features(view: PageView) -> tuple[list[str], Array]:
    """Return names and values of all features of all blocks, but for the wording's."""
    f = Columns(view.n)
    lines = _line_features(view, f)
    _rule_features(view, f)
    _page_features(view, lines, f)
    _neighbour_features(view, lines, f)
    _cohesion_features(view, lines, f)
    return f.names, f.matrix()


def wording_features(wording: Array) -> tuple[list[str], Array]:
    """Return what the words alone say (log-odds of being text, of opening an article), here and around."""
    n = len(wording)
    f = Columns(n)
    text = wording[:, 0].astype(np.float32)
    f.add("words.text", text)
    for by in (-2, -1, 1, 2):
        f.add(f"words.text{by:+d}", shift(text, by, 0))
    reaches = {"before4": (-4, -1), "after4": (1, 4), "before12": (-12, -1), "after12": (1, 12)}
    for (name, reach), total in zip(reaches.items(), windows(text, *reaches.values()), strict=True):
        f.add(f"words.text_{name}", total / np.maximum(rows_within(n, *reach), 1))
    f.add("words.text_page", text.mean())
    f.add("words.opening", wording[:, 1])
    return f.names, f.matrix()


def _line_features(v: PageView, f: Columns) -> Lines:
    """Add form and words of each block alone."""
    block_of = v.chars.block_of()
    _character_features(v, f, block_of)
    first, last, ends = _edge_features(v, f)
    stops = _sentence_features(v, f, block_of)
    _tail_features(v, f, block_of, stops)
    _head_features(v, f, block_of)
    capitals = _capital_features(v, f)
    _run_features(v, f, block_of)
    _word_features(v, f)
    prose = ((v.words >= 12) & ends) | (v.words >= 28)
    return Lines(first, last, ends, capitals, prose & (v.certain.sum(1) == 0))


def _character_features(v: PageView, f: Columns, block_of: Array) -> None:
    cells = np.bincount(block_of * ch.CLASSES + v.chars.kind, minlength=v.n * ch.CLASSES)
    counts = cells.reshape(v.n, ch.CLASSES).astype(np.float32)
    size = np.maximum(v.chars.size, 1).astype(np.float32)
    words = np.maximum(v.words, 1)
    caseless = counts[:, ch.CASELESS] + counts[:, ch.IDEOGRAPH]
    letters = np.maximum(
        counts[:, ch.UPPER] + counts[:, ch.LOWER] + counts[:, ch.CASELESS] + counts[:, ch.IDEOGRAPH], 1
    )
    f.add("shape.log_chars", np.log1p(size))
    f.add("shape.log_words", np.log1p(v.words))
    f.add("shape.word_length", letters / words)
    f.add("shape.upper", counts[:, ch.UPPER] / letters)
    f.add("shape.caseless", caseless / letters)
    f.add("shape.digits", counts[:, ch.DIGIT] / size)
    f.add("shape.letters", letters / size)
    f.add_all((f"shape.{name}" for name in COUNTED), counts[:, list(COUNTED.values())] / words[:, None])
    f.add("shape.quotes", (counts[:, ch.DQUOTE] + counts[:, ch.CURLY]) / words)
    f.add("shape.rights", counts[:, ch.RIGHTS] > 0)
    f.add("shape.money", counts[:, ch.MONEY] > 0)


def _edge_features(v: PageView, f: Columns) -> tuple[Array, Array, Array]:
    """Add first and last characters; return their groups, and which blocks end a sentence, closing quotes aside."""
    c = v.chars
    begin, end = c.start[:-1], c.start[1:] - 2
    first = c.kind[begin]
    last, last2, last3 = (c.kind[np.maximum(end - back, begin)] for back in range(3))
    inner = np.where(SOFT[last] & SOFT[last2], last3, np.where(SOFT[last], last2, last))
    ends = inner == ch.STOP
    code = c.code[np.maximum(end, begin)]
    f.add("shape.first_char", EDGE_GROUP[first])
    f.add("shape.last_char", EDGE_GROUP[last])
    f.add("shape.ends_sentence", ends)
    f.add("shape.ends_question", np.isin(code, EXCLAIMED))
    f.add("shape.ends_ellipsis", (code == ord("…")) | ((last == ch.STOP) & (last2 == ch.STOP)))
    f.add("shape.bracketed", (first == ch.OPEN) & (last == ch.CLOSE))
    return EDGE_GROUP[first], EDGE_GROUP[last], ends


def _sentence_features(v: PageView, f: Columns, block_of: Array) -> Array:
    """Add counts of sentences; return the stops that end one: a space, a closing quote or the block's end follows."""
    kind = v.chars.kind
    following = np.concatenate([kind[1:], [ch.SPACE]])
    stops = (kind == ch.STOP) & ((following == ch.SPACE) | SOFT[following])
    sentences = np.bincount(block_of[stops], minlength=v.n).astype(np.float32)
    f.add("shape.sentences", np.minimum(sentences, 20))
    f.add("shape.words_a_sentence", v.words / np.maximum(sentences, 1))
    joins = (kind[:-1] == ch.LOWER) & (kind[1:] == ch.UPPER)
    f.add("shape.joins", np.bincount(block_of[:-1][joins], minlength=v.n) / np.maximum(v.words, 1))
    return np.flatnonzero(stops)


def _tail_features(v: PageView, f: Columns, block_of: Array, stops: Array) -> None:
    """Add what follows the last sentence inside a block: a credit or a marker glued to a paragraph."""
    c = v.chars
    inner = stops[stops < (c.start[1:] - 2)[block_of[stops]] - 1]
    last_stop = np.full(v.n, -1, np.int64)
    last_stop[block_of[inner]] = inner  # of several the last one stays
    after = c.t_start > last_stop[c.t_block]
    words_after = v.per_block(after)
    tail = np.where(last_stop >= 0, words_after, 0)
    capitals = v.per_block(after & c.t_capital)
    f.add("shape.tail_words", np.minimum(tail, 40))
    f.add("shape.tail_capital", np.where(tail > 0, capitals / np.maximum(words_after, 1), -1))


def _head_features(v: PageView, f: Columns, block_of: Array) -> None:
    """Add how many words stand before the first colon, dash, bracket, bar and comma."""
    c = v.chars
    for name, kind in HEADS.items():
        at = np.flatnonzero(c.kind == kind)[::-1]
        first = np.full(v.n, FAR, np.int64)
        first[block_of[at]] = at
        head = np.bincount(c.t_block[c.t_start < first[c.t_block]], minlength=v.n)
        f.add(f"shape.words_before_{name}", np.where(first < FAR, np.minimum(head, 40), -1))


def _capital_features(v: PageView, f: Columns) -> Array:
    """Add where words with capitals stand; return their share."""
    c, words = v.chars, np.maximum(v.words, 1)
    share = v.per_block(c.t_capital) / words
    inside = v.per_block(c.t_capital & ~c.t_opens) / np.maximum(v.per_block(~c.t_opens), 1)
    place, first = np.arange(len(c.t_block)), np.searchsorted(c.t_block, np.arange(v.n))
    last = np.searchsorted(c.t_block, np.arange(v.n), side="right") - 1
    in_last = v.per_block(c.t_capital & (last[c.t_block] - place < 3))
    in_first = v.per_block(c.t_capital & (place - first[c.t_block] < 3))
    f.add("shape.capital_words", share)
    f.add("shape.capital_inside", inside)
    f.add("shape.capital_last3", in_last / np.minimum(words, 3))
    f.add("shape.capital_first3", in_first / np.minimum(words, 3))
    return share.astype(np.float32)


def _run_features(v: PageView, f: Columns, block_of: Array) -> None:
    """Add runs of capitals, numbers, years and times of day."""
    c, kind = v.chars, v.chars.kind
    words = np.maximum(v.words, 1)
    one, two, three = kind[:-2], kind[1:-1], kind[2:]
    upper = (one == ch.UPPER) & (two == ch.UPPER) & (three == ch.UPPER)
    clock = (one == ch.DIGIT) & (two == ch.COLON) & (three == ch.DIGIT)
    number = c.t_kind == ch.DIGIT
    f.add("shape.shouting", np.bincount(block_of[:-2][upper], minlength=v.n) / words)
    f.add("shape.number_words", v.per_block(number) / words)
    f.add("shape.year", v.per_block(number & (c.t_size == 4)) > 0)
    f.add("shape.clock", np.bincount(block_of[:-2][clock], minlength=v.n) > 0)


def _word_features(v: PageView, f: Columns) -> None:
    """Add the lists of words, and words that are frequent in this page: function words of whatever language."""
    c, words = v.chars, np.maximum(v.words, 1)
    first = np.concatenate([[True], c.t_block[1:] != c.t_block[:-1]])[: len(c.t_block)]
    f.add("words.function", v.per_block(v.t_function) / words)
    for name in ("reader", "leaning", "speech", "days"):
        listed = v.listed(name)
        f.add(f"words.{name}", v.per_block(listed) / words)
        if name in {"leaning", "reader"}:
            f.add(f"words.{name}_first", v.per_block(listed & first) > 0)
    f.add("words.function_first", v.per_block(v.t_function & first) > 0)
    share = np.bincount(v.type_of, minlength=v.types) / max(1, len(c.t_block))
    f.add("words.common_in_page", v.per_block((share > 0.006)[v.type_of]) / words)


def _rule_features(v: PageView, f: Columns) -> None:
    f.add("rules.certain", v.certain.sum(1) > 0)
    f.add("rules.likely", v.likely.sum(1) > 0)
    f.add_all((f"rules.{label.value}" for label in RULED), 2 * v.certain + v.likely)


def _page_features(v: PageView, lines: Lines, f: Columns) -> None:
    """Add place in the page and what the page is like."""
    n, i = v.n, np.arange(v.n, dtype=np.float32)
    prose = lines.prose.astype(np.float32)
    f.add("page.place", i / max(1, n - 1))
    f.add("page.from_start", np.log1p(i))
    f.add("page.from_end", np.log1p(n - 1 - i))
    f.add("page.blocks", np.log1p(n))
    f.add("page.layout", LAYOUTS.get(v.layout, 3))
    f.add("page.gap", v.gap)
    f.add("page.gap_after", shift(v.gap, 1))
    f.add("page.gap_typical", np.median(v.gap))
    f.add("page.glued", v.glued)
    f.add("page.next_glued", shift(v.glued, 1))
    f.add("page.prose_share", prose.mean())
    f.add("page.prose_before", window(prose, -n, -1) / max(1.0, prose.sum()))
    f.add("page.length_rank", rank(np.log1p(v.words)) / max(1, n - 1))
    f.add("page.certain_share", (v.certain.sum(1) > 0).mean())
    _repetition_features(v, lines, f)


def _repetition_features(v: PageView, lines: Lines, f: Columns) -> None:
    """Add exact copies, and how often the page has a line of this form, alone and with the next: its templates."""
    places: dict[str, list[int]] = {}
    for place, line in enumerate(v.lines):
        places.setdefault(line, []).append(place)
    copies, earlier = np.ones(v.n, np.float32), np.zeros(v.n, np.float32)
    for same in places.values():
        copies[same] = len(same)
        earlier[same[1:]] = 1
    f.add("page.copies", copies)
    f.add("page.seen_before", earlier)
    form = lines.form(v.words)
    pair = form * 4001 + np.concatenate([form[1:], [0]])
    for name, what in (("form", form), ("form_pair", pair)):
        _, number, count = np.unique(what, return_inverse=True, return_counts=True)
        f.add(f"page.{name}_repeats", np.log1p(count[number]))


def _neighbour_features(v: PageView, lines: Lines, f: Columns) -> None:
    """Add the three blocks before and after."""
    form = lines.form(v.words)
    seen = {
        "log_words": np.log1p(v.words),
        "ends": lines.ends,
        "certain": v.certain.sum(1) > 0,
        "capitals": lines.capitals,
        "first": lines.first,
        "last": lines.last,
    }
    around = np.stack(list(seen.values()), 1).astype(np.float32)
    for by, count in ((-3, 3), (-2, 4), (-1, 6), (1, 6), (2, 4), (3, 3)):
        f.add_all((f"neighbours.{name}{by:+d}" for name in list(seen)[:count]), shift(around[:, :count], by))
    for by in (-1, 1):
        f.add(f"neighbours.same_form{by:+d}", shift(form.astype(np.float32), by) == form)
    _prose_features(v, lines, f)
    hits = np.stack([v.hit(label) for label in NEIGHBOURS], 1)
    for side, total in zip(("before", "after"), windows(hits, (-3, -1), (1, 3)), strict=True):
        f.add_all((f"neighbours.{label.value}_{side}" for label in NEIGHBOURS), total)


def _prose_features(v: PageView, lines: Lines, f: Columns) -> None:
    """Add how much prose stands around and how far the next of it is."""
    n, i = v.n, np.arange(v.n)
    prose = lines.prose.astype(np.float32)
    reaches = (3, 6, 12, 25)
    sides = {"before": [(-reach, -1) for reach in reaches], "after": [(1, reach) for reach in reaches]}
    mass = np.where(lines.prose, v.words, 0)
    for side, places in sides.items():
        for reach, total in zip(reaches, windows(prose, *places), strict=True):
            f.add(f"neighbours.prose_{side}{reach}", total / reach)
        f.add(f"neighbours.mass_{side}", np.log1p(window(mass, *places[1])))
    before = np.maximum.accumulate(np.where(lines.prose, i, -1))
    before = np.concatenate([[-1], before[:-1]])
    after = np.minimum.accumulate(np.where(lines.prose, i, n + 50)[::-1])[::-1]
    after = np.concatenate([after[1:], [n + 50]])
    f.add("neighbours.to_prose_before", np.where(before < 0, 60, np.minimum(i - before, 60)))
    f.add("neighbours.to_prose_after", np.minimum(after - i, 60))


def _cohesion_features(v: PageView, lines: Lines, f: Columns) -> None:
    """Add how far the block speaks of what the blocks around it speak of (after TextTiling: Hearst 1997)."""
    n = v.n
    block, word = v.content
    matrix, spread = v.dense(np.arange(n), v.content)
    weight = weights_of(n, spread)
    distinct = np.bincount(block, minlength=n).astype(np.float32)
    size = np.maximum(distinct, 1)
    f.add("cohesion.content_words", np.log1p(distinct))
    f.add("cohesion.elsewhere", matrix.sum(1) / size)
    every = np.bincount(word, minlength=v.types).astype(np.float32)
    total = np.bincount(block, weights=np.log((n + 1) / np.maximum(every[word], 1)), minlength=n).astype(np.float32)
    _likeness_features(f, matrix, weight, lines.prose, np.maximum(total, 1e-3))
    _copy_features(f, matrix, size)
    first = np.full(v.types, n, np.int64)
    np.minimum.at(first, word, block)
    f.add("cohesion.new_words", np.bincount(block[first[word] == block], minlength=n) / size)


def _likeness_features(f: Columns, matrix: Array, weight: Array, prose: Array, total: Array) -> None:
    """Add the share of the block's words that the prose before, after and around it has, rare words counting more."""
    n, i = len(matrix), np.arange(len(matrix))
    weighted = matrix * weight
    in_prose = matrix * prose.astype(np.float32)[:, None]
    below = stacked(in_prose)

    def near(first: int, last: int) -> Array:
        return np.asarray((below[np.clip(i + last + 1, 0, n)] - below[np.clip(i + first, 0, n)]) > 0)

    left, right = near(-8, -1), near(1, 8)
    share_left, share_right = (weighted * left).sum(1) / total, (weighted * right).sum(1) / total
    either = left | right
    f.add("cohesion.left8", share_left)
    f.add("cohesion.right8", share_right)
    f.add("cohesion.lean", share_right - share_left)
    f.add("cohesion.around", (weighted * either).sum(1) / total)
    f.add("cohesion.left2", (weighted * near(-2, -1)).sum(1) / total)
    f.add("cohesion.right2", (weighted * near(1, 2)).sum(1) / total)
    f.add("cohesion.anywhere", (weighted * ((below[-1][None] - in_prose) > 0)).sum(1) / total)
    f.add("cohesion.bridge", ((left & right) * weight).sum(1) / np.maximum((either * weight).sum(1), 1e-3))


def _copy_features(f: Columns, matrix: Array, size: Array) -> None:
    """Add the one block that holds most of its words: captions copy paragraphs, tags and related titles do not."""
    n = len(matrix)
    best, where = np.zeros(n), np.arange(float(n))
    if n <= COPIES_UP_TO and matrix.shape[1]:
        packed, step = _packed(matrix), max(1, AT_A_TIME // (n * matrix.shape[1]))
        for at in range(0, n, step):
            here = slice(at, at + step)
            shared = np.bitwise_count(packed[here, None] & packed).sum(2, dtype=np.int32)
            shared[np.arange(len(shared)), np.arange(at, at + len(shared))] = 0
            where[here], best[here] = shared.argmax(1), shared.max(1)
    f.add("cohesion.best_copy", best / size)
    f.add("cohesion.best_copy_away", np.log1p(np.abs(where - np.arange(n))))


def _packed(matrix: Array) -> Array:
    """Return a 0/1 matrix as bits, 64 to a number: a matrix product would wake a pool of threads in each worker."""
    spare = -matrix.shape[1] % 64
    bits = np.packbits(np.pad(matrix > 0, ((0, 0), (0, spare))), axis=1)
    return bits.view(np.uint64)
