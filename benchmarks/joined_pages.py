"""Pages of several articles made of labelled ones at run time: how they are parted, and whether single ones stay whole.

    python benchmarks/joined_pages.py joined [--pages N]    articles of one fold joined in six ways: the figures of `cleaner evaluate`
    python benchmarks/joined_pages.py single [--limit N]    the labelled pages themselves: how many are parted that should not be

Reads `pages-dev.jsonl.xz` in the folder that CLEANER_GOLD names; nothing of it is kept. The ways: appended to a real page by
infinite scroll, in `<article>`s, in `<div>`s, flat under one parent, whole with teasers after it, teasers alone. Which articles are
joined is drawn with a fixed seed; only articles of the same fold and language meet.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import re
import sys
from collections import Counter, defaultdict
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import html

from cleaner.clean import clean_page
from cleaner.evaluate.gold import Gold, Kind, Line
from cleaner.evaluate.score import norm, score
from cleaner.landing import page_id
from cleaner.model import MediaType, Page
from cleaner.rules import Rulebook, load_rulebook
from cleaner.text import digest, sentence_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.html import HtmlElement

FEWEST_WORDS, MOST_WORDS = 100, 1200
HEADINGS = frozenset({"h1", "h2", "h3"})
HEADING = re.compile(r"(?s)<h1[ >].*?</h1>")
SEED = 11
TEASER_SENTENCES = 2


@dataclass(frozen=True)
class Piece:
    """The container of a labelled article."""

    row: dict[str, Any]
    markup: str
    path: str
    """Of the container in its page."""
    headed: bool
    """Whether the container holds the title."""

    @property
    def title(self) -> str:
        """Return the labelled headline."""
        return str(self.row["title"])

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the labelled text."""
        return tuple(map(str, self.row["paragraphs"]))

    def inside(self, tag: str) -> str:
        """Return it under a heading of this tag, its own where it has one."""
        if self.headed:
            return re.sub(r"(</?)h1(?=[\s>])", rf"\1{tag}", self.markup)
        return f"<{tag}>{escape(self.title)}</{tag}>{self.markup}"

    @property
    def beginning(self) -> str:
        """Return the first sentences of the labelled text."""
        first = self.paragraphs[0]
        return first[: sentence_spans(first)[:TEASER_SENTENCES][-1][1]]

    def teaser(self) -> str:
        """Return what a list shows of it."""
        return (
            f'<h3><a href="/stories/{digest(self.title)[:8]}">{escape(self.title)}</a></h3><p>{escape(self.beginning)}</p>'
            f'<a href="/stories/{digest(self.title)[:8]}">Read more</a>'
        )


def main() -> None:
    options = _options()
    rulebook = load_rulebook()
    if options.kind == "single":
        _single(rulebook, options.limit)
    else:
        _joined(rulebook, options.pages)


def _single(rulebook: Rulebook, limit: int | None) -> None:
    pages = parted = 0
    for row in islice(_rows(), limit):
        cleaned = clean_page(_page(row["html"], row.get("url")), rulebook)
        pages += 1
        if len(cleaned.articles) > 1:
            parted += 1
            print(f"{row['id']}: {len(cleaned.articles)} articles; {cleaned.ledger and _why(cleaned.ledger)}")
    print(f"{pages} pages of one article: {parted} parted ({parted / pages:.2%})")


def _why(ledger: Sequence[Any]) -> str:
    return next((e.opens.evidence for e in ledger if e.opens is not None), "")


def _joined(rulebook: Rulebook, count: int) -> None:
    groups: dict[tuple[int, str], list[Piece]] = defaultdict(list)
    for row in _rows():
        piece = _piece(row)
        if piece is not None:
            groups[row["fold"], row["lang"]].append(piece)
    pools = [pool for _, pool in sorted(groups.items()) if len(pool) >= 8]
    draw = random.Random(SEED)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for number in range(count):
        name, build = WAYS[number % len(WAYS)]
        pieces = draw.sample(pools[number // len(WAYS) % len(pools)], draw.randint(2, 5))
        markup, texts = build(pieces)
        cleaned = clean_page(_page(markup, pieces[0].row.get("url")), rulebook)
        counts = score(_gold(texts), cleaned.articles).counts
        wanted = pieces[: len(texts)]
        titles = [norm(a.title) == norm(p.title) for a, p in zip(cleaned.articles, wanted, strict=False)]
        for group in (name, "all"):
            sums[group].update(counts)
            sums[group].update({"titles": sum(titles) * (len(titles) == len(wanted)), "titles_n": len(wanted)})
    for name, total in sums.items():
        print(_line(name, total))


def _line(name: str, total: Counter[str]) -> str:
    pages = total["pages"]
    precision = total["cuts_right"] / max(1, total["cuts_right"] + total["cuts_wrong"])
    recall = total["cuts_right"] / max(1, total["cuts_right"] + total["cuts_missed"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    cuts = {"boundary F1": f1, "P": precision, "R": recall}
    rates = {
        "article F1": total["f1"] / pages,
        "exact": total["exact"] / pages,
        "right count": total["count_right"] / pages,
        **(cuts if total["cuts_right"] + total["cuts_missed"] else {}),  # a page of one article has none
        "titles": total["titles"] / total["titles_n"],
    }
    return f"{name:12} {pages:4.0f} pages  " + "  ".join(f"{key} {value:.3f}" for key, value in rates.items())


def _gold(texts: Sequence[tuple[str, ...]]) -> Gold:
    lines = tuple(Line(n, "body", paragraph) for n, text in enumerate(texts, 1) for paragraph in text)
    return Gold(Kind.DUMP, ("all",), tuple(texts), lines, "")


# Joining


def _scrolled(pieces: Sequence[Piece]) -> str:
    """Append the others to the first one's real page, as scrolling does."""
    root = html.document_fromstring(pieces[0].row["html"].encode(), parser=html.HTMLParser(encoding="utf-8"))
    here = root.getroottree().xpath(pieces[0].path)[0]
    for piece in reversed(pieces[1:]):
        late = html.fragment_fromstring(piece.inside("h1"), create_parent="div")
        late.set("class", "next-article")
        late.set("data-url", f"/stories/{digest(piece.title)[:8]}")
        here.addnext(late)
    return html.tostring(root, encoding="unicode")


def _whole(inside: str) -> str:
    return f"<html><head><title>Today</title></head><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav>{inside}<footer>Imprint</footer></body></html>"


def _articles(pieces: Sequence[Piece]) -> str:
    return _whole("<main>" + "".join(f"<article>{p.inside('h2')}</article>" for p in pieces) + "</main>")


def _divs(pieces: Sequence[Piece]) -> str:
    posts = (
        f'<div class="post" id="p{n}" data-url="/stories/{n}">{p.inside("h2")}</div>' for n, p in enumerate(pieces)
    )
    return _whole('<div id="content">' + "<hr>".join(posts) + "</div>")


def _flat(pieces: Sequence[Piece]) -> str:
    by = '<p class="by">By Maud Ellery</p><p class="day">March 5, 2026</p>'
    posts = (f"<h1>{escape(p.title)}</h1>{by}{HEADING.sub('', p.markup)}" for p in pieces)
    return _whole('<div id="content">' + "".join(posts) + "</div>")


def _then_teasers(pieces: Sequence[Piece]) -> str:
    first, *rest = pieces
    posts = [f'<div class="item">{first.inside("h3")}</div>']
    posts += [f'<div class="item">{p.teaser()}</div>' for p in rest]
    return _whole("<main>" + "".join(posts) + "</main>")


def _teasers(pieces: Sequence[Piece]) -> str:
    return _whole("<ul>" + "".join(f"<li>{p.teaser()}</li>" for p in pieces) + "</ul>")


def _full_texts(pieces: Sequence[Piece]) -> list[tuple[str, ...]]:
    return [p.paragraphs for p in pieces]


def _first_full(pieces: Sequence[Piece]) -> list[tuple[str, ...]]:
    """Return the one article of such a page: below a whole one, two sentences and a link to another page are a card."""
    return [pieces[0].paragraphs]


def _beginnings(pieces: Sequence[Piece]) -> list[tuple[str, ...]]:
    return [(p.beginning,) for p in pieces]


def _way(
    build: Callable[[Sequence[Piece]], str], texts: Callable[[Sequence[Piece]], list[tuple[str, ...]]]
) -> Callable[[Sequence[Piece]], tuple[str, list[tuple[str, ...]]]]:
    return lambda pieces: (build(pieces), texts(pieces))


WAYS = (
    ("scrolled", _way(_scrolled, _full_texts)),
    ("articles", _way(_articles, _full_texts)),
    ("divs", _way(_divs, _full_texts)),
    ("flat", _way(_flat, _full_texts)),
    ("then teasers", _way(_then_teasers, _first_full)),
    ("teasers", _way(_teasers, _beginnings)),
)


def _piece(row: dict[str, Any]) -> Piece | None:
    """Find the element around an article's paragraphs and, where it is near, its title."""
    words = sum(len(p.split()) for p in row["paragraphs"])
    if not FEWEST_WORDS <= words <= MOST_WORDS or not row.get("title") or len(row["paragraphs"][0].split()) < 12:
        return None
    root = html.document_fromstring(
        row["html"].encode(), parser=html.HTMLParser(encoding="utf-8", remove_comments=True)
    )
    wanted = {norm(p) for p in row["paragraphs"]}
    found = [e for e in root.iter("p", "div", "li", "blockquote") if len(e) < 40 and norm(e.text_content()) in wanted]
    if len(found) < 2:
        return None
    around = _common(found)
    titled = [e for e in root.iter(*HEADINGS) if norm(e.text_content()) == norm(row["title"])]
    near = _common([around, titled[0]]) if titled else around
    headed = bool(titled) and near.tag not in {"body", "html", "main"}
    around = near if headed else around
    if around.tag in {"body", "html"}:
        return None
    if headed:
        titled[0].tag = "h1"  # each site has its own; on one page all articles have the same
    copied = deepcopy(around)
    copied.tail = None
    return Piece(row, html.tostring(copied, encoding="unicode"), root.getroottree().getpath(around), headed)


def _common(elements: Sequence[HtmlElement]) -> HtmlElement:
    lines = [[*reversed([e, *e.iterancestors()])] for e in elements]
    depth = 0
    while all(len(line) > depth for line in lines) and len({line[depth] for line in lines}) == 1:
        depth += 1
    return lines[0][depth - 1]


# Reading


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("joined", "single"))
    parser.add_argument("--pages", type=int, default=240, help="how many pages are made (joined)")
    parser.add_argument("--limit", type=int, help="only so many pages (single)")
    return parser.parse_args()


def _rows() -> Iterator[dict[str, Any]]:
    file = Path(os.environ.get("CLEANER_GOLD", ""), "pages-dev.jsonl.xz")
    if not file.is_file():
        sys.exit(f"{file} is not there: set CLEANER_GOLD to the folder of labelled data")
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _page(markup: str, url: str | None) -> Page:
    content = markup.encode("utf-8", "replace")
    return Page(
        page_id=page_id(url, content),
        source="joined",
        path="gold",
        row=None,
        media_type=MediaType.HTML,
        content=content,
        sha256=digest(markup),
        url=url,
        charset="utf-8",
    )


if __name__ == "__main__":
    main()
