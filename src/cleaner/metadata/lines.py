"""Candidates from the labelled lines of one article, of a dump or an HTML page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from cleaner.dates import UPDATED, parse_date
from cleaner.metadata.agencies import agency, closing_agency, dateline_agency
from cleaner.metadata.people import is_phrase, people
from cleaner.metadata.tags import split_tags
from cleaner.metadata.trust import offer
from cleaner.model import TEXT_LABELS, Label
from cleaner.shapes import shape_of
from cleaner.text import count_words, fold, normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from cleaner.model import Candidate, LedgerEntry, Mark

ELLIPSIS = re.compile(r"(?:\[ ?(?:…|\.{3}) ?\]|\( ?(?:…|\.{3}) ?\)|…|\.{3,})[\"'”’»“]*$")
OPEN_END = re.compile(r"[^\W\d_],?$")
BULLET = re.compile(r"^(?:[•·▪▸►‣◦∙*–—-]|\d{1,3}[.):])\s")
TAG_LIST = re.compile(r"[,;|#:•·]")
LABEL_ENDS = " :：|»"
TOPIC_HEAD = re.compile(
    r"(?i)\b(?:topics?|about|issues?|subjects?|über|them[ae]n?|sujets?|thèmes?|temas?|sobre|argoment[oi])\b|キーワード|テーマ|话题|主题"
)
"""In a line over other stories: says that topics follow. Of labelled pages, the others head stories and buttons (`See all`)."""
TOPIC_LABELS = frozenset({Label.OTHER, Label.NAV, Label.TAGS})
"""Of links that may be topics; a button has another."""
TOPIC_WORDS, MOST_TOPICS, TOPICS_REACH, LINKED = 4, 15, 12, 0.9
"""Most words of a topic, most topics of an article (a blog's index has more), lines behind the text among which the list begins,
and the share of a topic that is its link."""
OPEN_WORDS = 12
"""Words of a last line that stops without an end mark and counts as cut off; shorter ones were list items and signatures."""

DESK = re.compile(r"(?i)\b(?:redacci[oó]n|redaktion|r[ée]daction|redazione)\b")
"""Before a name: the name is the house's."""

PICTURE = re.compile(
    r"(?i)^\W*(?:photo(?:s|graph\w*)?|illustrat\w+|images?|pictures?|graphics?|video|artwork|bild(?:er)?|fotos?|grafik|imagen|imágenes|immagine|crédit|ilustra\w+)\b(?!\s*(?:and|&|und|et|y)\b)"
)
"""Opens the credit of a picture, whatever `by` follows: `Illustration by Ana Ruiz`."""

DATE_WORDS = 20
"""Words of a byline or dateline that may hold a date."""

PROSE_WORDS = 12
"""Words from which a body line is taken for a paragraph: where the text begins and ends."""

DOUBTFUL, FAR = 0.5, 0.6
"""Weights of a byline or date that stands among the paragraphs or is only likely, and of one below them: measured on HTML
pages, of lines that look like a bare name a quarter are the author's, the others headings and names in lists."""

SIGNED = re.compile(
    r"(?i)^[\W_]*(?:(?:this (?:post|article|story|piece) (?:was|is) )?(?:written|authored) by|(?:article|story|words|text|reporting|posted) by|authors?(?:\(s\))?\s*[:：]|"
    r"contributors?\s*[:：]|autor(?:in)?(?:/autor(?:in)?)?\b[:：]?|auteure?s?\s*[:：]|geschrieben von|verfasst von|(?:article |texte )?écrit par|escrito por|scritto da)\s*"
)
"""Opens a line that names the author, wherever it stands."""

SIGNERS = frozenset(
    {"thi", "wri", "aut", "art", "sto", "pos", "wor", "tex", "rep", "con", "ges", "ver", "écr", "esc", "scr"}
)
"""First letters of such lines: a set is asked before a pattern."""

SIGNED_LABEL = re.compile(SIGNED.pattern + r"$|^[\W_]*authors?(?:\(s\))?[\W_]*$")
ONE_AUTHOR = re.compile(r"(?i)\b(?:author|autor|autorin|auteur|auteure)\W*$")
"""Label of one name: under it stand their office and the article's topics."""
FULL_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}")
MOST_NAMES = 6
"""Names that stand on lines of their own under a label."""

FIRST_PUBLISHED = re.compile(
    r"(?i)\b(?:(?:originally|first) (?:published|posted|appeared)|(?:ursprünglich|zuerst) (?:veröffentlicht|erschienen)|publié initialement|"
    r"publicado originalmente|pubblicato originariamente)\b"
)
UPDATED_TAIL = re.compile(rf"(?i)(?<![^\W\d_])(?:{UPDATED})(?![^\W\d_]).*$")
"""What stands behind is another day: `Originally published in March 2022. Last updated on December 20, 2024.`"""
LONGEST_SIGNED = 200
"""Characters of a line that may name the author."""

PUBLISHED_KEYS = (
    "riginally ",
    "irst published",
    "irst posted",
    "irst appeared",
    "rsprünglich ",
    "uerst ",
    "initialement",
    "originalmente",
    "originariamente",
)
"""What every such line has in it; `in` over the whole page costs some microseconds."""
STATED_WORDS = 40
"""Words of a line that may say so."""

SPEAKING = frozenset({Label.DEK, Label.BYLINE, Label.DATE, Label.DATELINE, Label.TAGS, Label.AGENCY, Label.CREDIT})
"""Labels whose lines hold fields, wherever they stand."""

MARKER_REACH = 4
"""Lines between the last paragraph and the marker that cuts it off; markers further down close other teasers."""


@dataclass(frozen=True)
class Lines:
    """The lines of one article, told apart once, and where its text begins and ends among them."""

    entries: Sequence[LedgerEntry]
    texts: Sequence[str]
    places: Mapping[Label, Sequence[int]]
    """Places of each label's lines."""
    first: int
    last: int
    title: int
    language: str | None
    fetched_at: datetime | None

    @cached_property
    def whole(self) -> str:
        """Text of all lines."""
        return "\n".join(self.texts)

    def of(self, *labels: Label) -> list[int]:
        """Return the places of the lines of these labels, in order."""
        return sorted(i for label in labels for i in self.places.get(label, ()))

    def weight(self, i: int, *, certain: bool = True) -> float:
        """Weigh a line of the head by its place: above the text, below it or within."""
        if i < self.first:
            return 1.0 if certain else DOUBTFUL
        return FAR if i > self.last and certain else DOUBTFUL * DOUBTFUL

    def date(self, text: str) -> str | None:
        """Read a date as the page's language writes it."""
        return parse_date(text, self.language, self.fetched_at)


READERS_AND_WRITERS = frozenset({"us", "me", "our", "our team", "uns", "nous", "nos", "nosotros"})
"""Who is to be followed where no site is named: `Follow Us:`."""


def site_candidates(entries: Sequence[LedgerEntry]) -> Iterator[Candidate]:
    """Offer the sites that promo lines name, `Follow Harrow Tide on …`, whichever article they stand in."""
    for entry in entries:
        for mark in entry.block.marks:
            if mark.value and mark.by.startswith("promo.") and mark.value.lower() not in READERS_AND_WRITERS:
                yield offer("site", mark.value, "promo", mark.evidence or entry.block.text)


def line_candidates(
    entries: Sequence[LedgerEntry], language: str | None, fetched_at: datetime | None
) -> tuple[Candidate, ...]:
    """Offer what the lines of one article say of it, in the page's own words."""
    lines = _lines(entries, language, fetched_at)
    near = range(max(0, lines.title), lines.first)
    spoken = sorted({*near, *lines.of(*SPEAKING)})
    found = [candidate for i in spoken for candidate in _of_line(lines, i, entries[i])]
    said = (*_signed(lines), *_first_published(lines), *_beside_bylines(lines), *_topics(lines))
    return (*_titles(lines), *_surest(found), *said, *site_candidates(entries), *_dateline(lines), *_ending(lines))


def _lines(entries: Sequence[LedgerEntry], language: str | None, fetched_at: datetime | None) -> Lines:
    places: dict[Label, list[int]] = {}
    for i, entry in enumerate(entries):
        places.setdefault(entry.label, []).append(i)
    body = places.get(Label.BODY, [])
    texts = [entry.block.text for entry in entries]
    nearest = body[0] if body else len(entries)
    first = next((i for i in body if shape_of(texts[i]).words >= PROSE_WORDS), nearest)
    title = max((i for i in places.get(Label.TITLE, ()) if i < first), default=-1)
    return Lines(entries, texts, places, first, body[-1] if body else len(entries), title, language, fetched_at)


def _surest(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Of the names that bylines give keep those of the surest place, and of tags; names in lists of the text are no co-authors."""
    best = max((c.score for c in found if c.source == "byline" and c.field == "authors"), default=0.0)
    tags = max((c.score for c in found if c.field == "tags"), default=0.0)
    return (c for c in found if (c.field != "authors" or c.score == best) and (c.field != "tags" or c.score == tags))


def _of_line(lines: Lines, i: int, entry: LedgerEntry) -> Iterator[Candidate]:
    text = entry.block.text
    match entry.label:
        case Label.DEK:
            yield offer("dek", text, "dek")
        case Label.BYLINE:
            yield from _byline(lines, i, entry)
        case Label.DATE | Label.DATELINE:
            yield from _date(lines, i, text, "date" if entry.label is Label.DATE else "dateline")
        case Label.TAGS:
            yield from _tags(lines, i, entry)
        case Label.AGENCY:
            name = agency(_value(entry) or text) or agency(text)
            if name:
                yield offer("agency", name, "agency", text)
        case Label.CREDIT if text.startswith("(") and agency(text):
            yield offer("agency", agency(text) or "", "closing", text)
        case Label.OTHER | Label.NAV if lines.title < i < lines.first and lines.title >= 0:
            yield from _unlabelled(lines, i, entry)


def _signed(lines: Lines) -> Iterator[Candidate]:
    """Offer the names of the first line that says who wrote, or of the names on the lines under such a label."""
    for i, text in enumerate(lines.texts):
        if (
            len(text) > LONGEST_SIGNED
            or text[:3].lower() not in SIGNERS
            or not (SIGNED.match(text) or SIGNED_LABEL.match(text))
        ):
            continue
        names = 1 if ONE_AUTHOR.search(text) else MOST_NAMES
        below = takewhile(FULL_NAME.fullmatch, lines.texts[i + 1 : i + 1 + names])
        named = [text] if SIGNED_LABEL.match(text) is None else list(below)
        found = [(line, name) for line in named for name in people(SIGNED.sub("", line, count=1))]
        if found:
            yield from (offer("authors", name, "signed", line) for line, name in found)
            return


def _first_published(lines: Lines) -> Iterator[Candidate]:
    """Offer the day of which a line anywhere says that the article was first published on it."""
    if not any(key in lines.whole for key in PUBLISHED_KEYS):
        return
    for text in lines.texts:
        found = FIRST_PUBLISHED.search(text)
        if found and count_words(text) <= STATED_WORDS:
            day = lines.date(UPDATED_TAIL.sub("", text[found.start() :]))
            if day:
                yield offer("published_at", day, "stated", text)
                return


def _beside_bylines(lines: Lines) -> Iterator[Candidate]:
    """Offer the day that stands alone beside a byline, which below the text is taken for furniture; several are a list's."""
    entries = lines.entries
    beside = {n for i in lines.of(Label.BYLINE) for n in (i - 1, i + 1) if 0 <= n < len(entries)}
    alone = [
        n
        for n in sorted(beside)
        if entries[n].label not in SPEAKING and any(m.label is Label.DATE for m in entries[n].block.marks)
    ]
    if len(alone) == 1:
        yield from _date(lines, alone[0], entries[alone[0]].block.text, "date")


def _date(lines: Lines, i: int, text: str, source: str) -> Iterator[Candidate]:
    day = lines.date(text)
    if day:
        yield offer("published_at", day, source, text, lines.weight(i))


def _tags(lines: Lines, i: int, entry: LedgerEntry) -> Iterator[Candidate]:
    """Read a tag line; a label that was left alone holds none, and an HTML page's links often ran together.

    What stands above the title of an HTML page are the topics of the day.
    """
    value, text = _value(entry), entry.block.text
    if value is None and not TAG_LIST.search(text.rstrip(LABEL_ENDS)):
        return
    weight = 1.0
    if entry.block.path is not None:
        weight = DOUBTFUL if not TAG_LIST.search(value or text) else 1.0
        weight *= DOUBTFUL * DOUBTFUL if i < lines.title else 1.0
    yield from (offer("tags", tag, "tags", text, weight) for tag in split_tags(value or text, labelled=True))


def _topics(lines: Lines) -> Iterator[Candidate]:
    """Read the links under labels such as `Topics` that follow an HTML page's text, or else under the first `Read more about`."""
    lists = [(head, texts) for head, texts in _topic_lists(lines) if texts]
    chosen = [found for found in lists if found[0].label is Label.TAGS] or lists[:1]
    for head, texts in chosen:
        yield from (offer("tags", tag, "topics", head.block.text) for text in texts for tag in split_tags(text))


def _topic_lists(lines: Lines) -> Iterator[tuple[LedgerEntry, list[str]]]:
    """Yield what may head a list of topics, and its links where all are of a few words: headlines of other stories are longer."""
    for i in range(lines.last + 1, min(lines.last + TOPICS_REACH, len(lines.entries) - 1)):
        head = lines.entries[i]
        if _heads_topics(head):
            row = list(_row_of_links(lines.entries, i + 1))
            few = len(row) <= MOST_TOPICS and all(count_words(entry.block.text) <= TOPIC_WORDS for entry in row)
            yield head, [entry.block.text for entry in row if entry.label in TOPIC_LABELS] if few else []


def _heads_topics(entry: LedgerEntry) -> bool:
    """Tell a label of tags, or a line over other stories that names topics; in HTML, where the links below are known."""
    if entry.block.path is None or entry.block.link_density:
        return False
    return entry.label is Label.TAGS or (
        entry.label is Label.RELATED and TOPIC_HEAD.search(entry.block.text) is not None
    )


def _row_of_links(entries: Sequence[LedgerEntry], first: int) -> Iterator[LedgerEntry]:
    """Yield the links from one on that stand in elements beside each other, each in one of its own."""
    around = _around(entries[first])
    for entry in entries[first:]:
        links = entry.block.markup.links if entry.block.markup is not None else 0
        if links != 1 or entry.block.link_density < LINKED or _around(entry) != around:
            return
        yield entry


def _around(entry: LedgerEntry) -> str:
    """Return the path of the element around that of a block."""
    return (entry.block.path or "").rpartition("/")[0]


def _unlabelled(lines: Lines, i: int, entry: LedgerEntry) -> Iterator[Candidate]:
    """Read short lines between title and text that were taken for furniture: dates, and names that a rule saw."""
    text = entry.block.text
    if count_words(text) > DATE_WORDS:
        return
    if any(m.label is Label.BYLINE for m in entry.block.marks):
        names = (name for name in people(text) if not is_phrase(name, lines.whole))
        yield from (offer("authors", name, "byline", text, DOUBTFUL) for name in names)
    if any(map(str.isdigit, text)):
        yield from (replace(c, score=round(c.score * FAR, 4)) for c in _date(lines, i, text, "date"))


def _mark(entry: LedgerEntry) -> Mark | None:
    """Return the mark of the entry's label that read a value, the deciding one first."""
    marks = [m for m in entry.block.marks if m.label is entry.label and m.value]
    return next((m for m in marks if m.by == entry.by), marks[0] if marks else None)


def _value(entry: LedgerEntry) -> str | None:
    """Return the words that the rule read, as the page prints them: rules see typographic quotes as plain ones."""
    mark = _mark(entry)
    if mark is None or not mark.value:
        return None
    at = fold(entry.block.text).find(mark.value)
    return mark.value if at < 0 else entry.block.text[at : at + len(mark.value)]


def _titles(lines: Lines) -> Iterator[Candidate]:
    """Offer the title lines, the one nearest above the text first: the others were repeated in menus, or are the next story's.

    Of an HTML page they count less: of its lines taken for titles a third were subheads, while its markup names its `<h1>`.
    """
    seen: set[str] = set()
    titles = _joined([(i, lines.entries[i]) for i in lines.of(Label.TITLE)])
    for i, entry, text in sorted(titles, key=lambda t: (t[0] > lines.first, -t[0])):
        weight = DOUBTFUL if i > lines.first or entry.block.path is not None else 1.0
        if normal(text) not in seen:
            yield offer("title", text, "title", text, weight)
        seen.add(normal(text))


def _joined(titles: Sequence[tuple[int, LedgerEntry]]) -> list[tuple[int, LedgerEntry, str]]:
    """Join a title that the printer's column broke: the next line goes on in small letters."""
    joined: list[tuple[int, LedgerEntry, str]] = []
    for i, entry in titles:
        text = entry.block.text
        if joined and i == joined[-1][0] + 1 and text[:1].islower():
            joined[-1] = (i, joined[-1][1], f"{joined[-1][2]} {text}")
        else:
            joined.append((i, entry, text))
    return joined


def _byline(lines: Lines, i: int, entry: LedgerEntry) -> Iterator[Candidate]:
    text, value, mark = entry.block.text, _value(entry), _mark(entry)
    weight = lines.weight(i, certain=mark is None or mark.certain)
    desk = value is not None and DESK.search(text.partition(value)[0])
    certain = mark is not None and mark.certain
    if PICTURE.match(text):
        return
    for name in (people(value) if value and not desk else ()) or people(text):
        if certain or not is_phrase(name, lines.whole):
            yield offer("authors", name, "byline", text, weight)
    credit = agency(value or "") or agency(text)
    if credit:
        yield offer("agency", credit, "byline", text, weight)
    if any(map(str.isdigit, text)) and count_words(text) <= DATE_WORDS:
        yield from _date(lines, i, text, "byline")


def _dateline(lines: Lines) -> Iterator[Candidate]:
    """Read the agency off the first paragraph's dateline and off brackets behind the last."""
    body = [lines.texts[i] for i in lines.of(*TEXT_LABELS, Label.DATELINE)]
    opening = next((found for text in body[:3] if (found := dateline_agency(text))), None)
    if opening:
        yield offer("agency", opening[0], "dateline", opening[1])
    closing = closing_agency(body[-1]) if body else None
    if closing:
        yield offer("agency", closing[0], "closing", closing[1])


def _ending(lines: Lines) -> Iterator[Candidate]:
    """Tell a text that breaks off: a marker behind the last paragraph, an ellipsis or, in a dump, no end mark at all.

    Of 1,136 whole articles four end in an ellipsis; of those in news some 2 % without an end mark, mostly in lists of an HTML page.
    """
    if lines.last >= len(lines.entries):
        return
    last = lines.entries[lines.last].block
    for entry in lines.entries[lines.last + 1 : lines.last + 2 + MARKER_REACH]:
        if entry.label is Label.KEEP_READING and _is_near(entry.block.path, last.path):
            yield offer("truncated", entry.by, "keep_reading", entry.block.text)
            break
    text = last.text.rstrip()
    if ELLIPSIS.search(text):
        yield offer("truncated", "ending.ellipsis", "ending", text[-80:])
    elif last.path is None and OPEN_END.search(text) and count_words(text) >= OPEN_WORDS and not BULLET.match(text):
        yield offer("truncated", "ending.open", "ending", text[-80:])


def _is_near(marker: str | None, paragraph: str | None) -> bool:
    """Tell whether the marker's element stands beside the paragraph or around it; in whole pages it stands in cards below."""
    return marker is None or paragraph is None or paragraph.startswith(marker.rsplit("/", 1)[0] + "/")
