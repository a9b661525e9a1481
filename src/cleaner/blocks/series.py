"""Candidates for the articles of one page: runs of blocks that are built alike, each with a headline and running text.

Two ways to build them: an element each, of the same tag and name or under the same parent; or flat, headings of the same
kind under one parent with what follows each of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaner.blocks.containers import LINKED, TEASER_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaner.blocks.page_tree import PageTree

FEWEST = 2
ALIKE, LEAST_ALIKE = 0.6, 0.3
"""Share of their names that members have in common with the usual ones: in the mean, and the least."""
CLIMB = 4
"""Elements around a heading that may stand for it: `<header><div><h2>`."""
MOSTLY_FULL = 0.5
"""Share of the members that must hold running text; the others may be cards with a short sentence."""
CARD_BLOCKS = 8
"""Most blocks of such a card."""
FULL_WORDS = 80
"""Words of running text from which an article is whole, not a card."""
WHOLE_PAGE = frozenset({"html", "body"})


@dataclass(frozen=True, slots=True)
class Member:
    """One article that may be: its blocks lo..hi."""

    lo: int
    hi: int
    head: int
    """Block of its headline."""
    words: int
    """Of running text."""
    element: int | None
    """Place in the outline of the element that holds it and nothing else; None where there is none."""


@dataclass(frozen=True, slots=True)
class Series:
    """Members that are built alike."""

    how: str
    """What they have in common, in words."""
    members: tuple[Member, ...]


def all_series(tree: PageTree) -> Iterator[Series]:
    """Yield every series of a page, also those that are sections, cards or comments."""
    if len(tree.heads) >= FEWEST:
        yield from _contained(tree)
        yield from _flat(tree)


def _contained(tree: PageTree) -> Iterator[Series]:
    groups: dict[tuple[object, ...], list[Member]] = defaultdict(list)
    for at in _around_heads(tree):
        member = _member(tree, at)
        for key in _kinds(tree, at) if member is not None else ():
            if member is not None and (
                not groups[key] or member.lo >= groups[key][-1].hi
            ):  # the outermost of several in each other
                groups[key].append(member)
    seen: set[tuple[tuple[int, int], ...]] = set()
    for (where, tag, name), members in groups.items():
        extent = tuple((m.lo, m.hi) for m in members)
        if len(members) < FEWEST:
            continue
        full = sum(m.words >= TEASER_WORDS for m in members)
        if full >= MOSTLY_FULL * len(members) and extent not in seen and _are_alike(tree, members):
            seen.add(extent)
            called = f'<{tag} class="{name}">' if name else f"<{tag}>"
            yield Series(called if where is None else f"<{tag}> beside each other", tuple(members))


def _kinds(tree: PageTree, at: int) -> Iterator[tuple[object, ...]]:
    """Yield what an element may have in common with others: its parent, or one of its names."""
    element = tree.outline[at]
    yield element.parent, element.tag, ""
    for name in sorted(tree.tokens(at)) or ([""] if element.tag == "article" else []):
        yield None, element.tag, name


def _are_alike(tree: PageTree, members: Sequence[Member]) -> bool:
    """Tell elements of one template: mostly the same names, but for numbers and topics."""
    names = [tree.tokens(m.element) for m in members if m.element is not None]
    usual = Counter(names).most_common(1)[0][0]
    alike = [len(n & usual) / len(n | usual) if n | usual else 1.0 for n in names]
    return sum(alike) >= ALIKE * len(alike) and min(alike) >= LEAST_ALIKE


def _around_heads(tree: PageTree) -> list[int]:
    """Return the elements around headlines, in document order, each once."""
    found: set[int] = set()
    for i in tree.heads:
        at = tree.element(i)
        while at >= 0 and at not in found and tree.outline[at].tag not in WHOLE_PAGE:
            found.add(at)
            at = tree.outline[at].parent
    return sorted(found)


def _member(tree: PageTree, at: int) -> Member | None:
    lo, hi = tree.spans[at]
    words = tree.running(lo, hi)
    holds = words >= TEASER_WORDS or (hi - lo <= CARD_BLOCKS and tree.sentence_in(lo, hi))
    if not holds or tree.is_foreign(at):
        return None
    head = _head(tree, lo, hi)
    return None if head is None else Member(lo, hi, head, words, at)


def _head(tree: PageTree, lo: int, hi: int) -> int | None:
    """Return the headline of blocks lo..hi: before the first paragraph the highest, else what comes first."""
    first = next((i for i in range(lo, hi) if tree.words[i]), hi)
    above = tree.heads_in(lo, first)
    if above:
        return min(above, key=lambda i: (tree.rank(i), i))
    return next(iter(tree.heads_in(first, hi)), None)


def _flat(tree: PageTree) -> Iterator[Series]:
    for stands in _beside_each_other(tree):
        members = tuple(_following(tree, list(stands.values()), list(stands)))
        if len(members) >= FEWEST:
            yield Series(f"<{tree.outline[next(iter(stands))].tag}> under one parent", members)
    first = [i for i in tree.heads if tree.blocks[i].tag == "h1" and not _is_among_foreign(tree, i)]
    members = tuple(_branches(tree, first)) if len(first) >= FEWEST else ()
    if len(members) >= FEWEST:
        yield Series("<h1>", members)


def _is_among_foreign(tree: PageTree, head: int) -> bool:
    """Tell a headline in what is foreign; its own names say what it looks like, `headline--comment`."""
    return tree.is_foreign(tree.outline[tree.element(head)].parent)


def _beside_each_other(tree: PageTree) -> Iterator[dict[int, int]]:
    """Yield elements of one kind under one parent that hold a headline and no text, each with its headline."""
    groups: dict[tuple[object, ...], dict[int, int]] = defaultdict(dict)
    for i in tree.heads:
        linked = tree.blocks[i].link_density >= LINKED
        at = tree.element(i)
        for _ in range(CLIMB):
            element = tree.outline[at]
            if element.parent < 0 or element.tag in WHOLE_PAGE or tree.is_foreign(at) or tree.running(*tree.spans[at]):
                break
            groups[element.parent, element.tag, tree.tokens(at), linked].setdefault(at, i)
            at = element.parent
    return (stands for stands in groups.values() if len(stands) >= FEWEST)


def _following(tree: PageTree, heads: Sequence[int], stands: Sequence[int]) -> Iterator[Member]:
    """Yield what follows each heading up to the next; the last ends with their parent."""
    end = tree.spans[tree.outline[stands[0]].parent][1]
    openings = [tree.spans[at][0] for at in stands]
    openings = [first - _lines_before(tree, openings) for first in openings]
    for head, (lo, hi) in zip(heads, pairwise([*openings, end]), strict=True):
        if (words := tree.running(lo, hi)) >= TEASER_WORDS:
            yield Member(lo, hi, head, words, None)


def _lines_before(tree: PageTree, openings: Sequence[int]) -> int:
    """Count the lines that stand in the same elements before every heading: its date, its topic."""
    count = 0
    while count < CLIMB:
        before = [first - count - 1 for first in openings]
        if (
            before[0] < 0
            or any(tree.words[i] for i in before)
            or any(i <= o for i, o in zip(before[1:], openings, strict=False))
        ):
            break
        if len({tree.names(tree.element(i)) for i in before}) > 1 or any(
            tree.rank(i) <= tree.rank(o) for i, o in zip(before, openings, strict=True)
        ):
            break
        count += 1
    return count


def _branches(tree: PageTree, heads: Sequence[int]) -> Iterator[Member]:
    """Yield what each `<h1>` heads, wherever it stands: its branch of the tree where that holds its text, else all up to the next."""
    branches = [_branch(tree, *near) for near in zip([-1, *heads], heads, [*heads[1:], len(tree.blocks)], strict=False)]
    openings = [i if at is None else tree.spans[at][0] for i, at in zip(heads, branches, strict=True)]
    for i, at, end in zip(heads, branches, [*openings[1:], _end_around(tree, heads)], strict=True):
        lo, hi = (i, end) if at is None else tree.spans[at]
        if (words := tree.running(lo, hi)) >= FULL_WORDS:
            yield Member(lo, hi, i, words, at)


def _branch(tree: PageTree, before: int, head: int, after: int) -> int | None:
    """Return the outermost element that holds a headline and its text, no other headline and nobody else's text."""
    for at in _line(tree, tree.element(head)):
        lo, hi = tree.spans[at]
        if before < lo and hi <= after and not tree.running(lo, head):
            return at if tree.running(lo, hi) >= TEASER_WORDS else None
    return None


def _end_around(tree: PageTree, heads: Sequence[int]) -> int:
    """Return where the innermost element that holds all headlines ends."""
    around = (at for at in reversed(_line(tree, tree.element(heads[0]))) if tree.spans[at][1] > heads[-1])
    return tree.spans[next(around)][1]


def _line(tree: PageTree, at: int) -> list[int]:
    """Return the elements from the root down to one."""
    line = []
    while at >= 0:
        line.append(at)
        at = tree.outline[at].parent
    return line[::-1]
