"""The nouns that every stage speaks; imports nothing of ours but `errors`.

A `Page` is decoded and taken apart into `Block`s; rules and models leave `Mark`s on them; `split` cuts the
row of blocks into `Segment`s; `assemble` makes an `Article` of each, and every block ends in the ledger, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from cleaner.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Make a dataclass that mypy holds to be frozen; of these a page has thousands.

        Python would write each field of a frozen object by a call, which took 8 % of a page's time.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)


class Label(StrEnum):
    """What a block is; closed."""

    BODY = "body"
    HEADING = "heading"
    TITLE = "title"
    DEK = "dek"
    BYLINE = "byline"
    DATELINE = "dateline"
    DATE = "date"
    CAPTION = "caption"
    CREDIT = "credit"
    PROMO = "promo"
    NEWSLETTER = "newsletter"
    RELATED = "related"
    KEEP_READING = "keep_reading"
    TAGS = "tags"
    AGENCY = "agency"
    NAV = "nav"
    SHARE = "share"
    COMMENTS = "comments"
    AD = "ad"
    AUTHOR_BIO = "author_bio"
    LEGAL = "legal"
    OTHER = "other"

    __hash__ = str.__hash__  # Enum's own is a Python function, and every stage asks whether a label is in a set


TEXT_LABELS = frozenset({Label.BODY, Label.HEADING})
"""Labels whose blocks make up an article's text."""

HEAD_LABELS = frozenset({Label.TITLE, Label.DEK, Label.BYLINE, Label.DATELINE, Label.DATE})
"""Labels whose blocks are kept as a field of the article's head."""

KEPT_LABELS = TEXT_LABELS | HEAD_LABELS
"""Everything else is removed; of tags and agency lines the value is still read into its field."""

HEADING_LABELS = frozenset({Label.TITLE, Label.HEADING})
"""Labels that make a block a heading, whatever its markup says."""

PARAGRAPH_GAP = "\n\n"
"""Stands between the paragraphs of an article's text: a blank line."""


class Verdict(StrEnum):
    """What happened to a block."""

    KEPT = "kept"
    REMOVED = "removed"


class Kind(StrEnum):
    """How a block stands in its page; closed. The label says what it is to the article."""

    PARAGRAPH = "paragraph"
    """Running text, and whatever is none of the others."""
    HEADING = "heading"
    """`<h1>` to `<h6>`; in a dump what was judged a title or heading."""
    LIST_ITEM = "list_item"
    """Of a list without order; terms and definitions too."""
    NUMBERED_ITEM = "numbered_item"
    """Of a list in order."""
    QUOTE = "quote"
    TABLE_CELL = "table_cell"
    """Of a table of data; the cells of one that only lays the page out are what stands in them."""
    CODE = "code"
    """`<pre>`: its white space is part of it."""
    VERSE = "verse"
    """Short lines that the page broke itself: verse, addresses."""
    CAPTION = "caption"
    EMBED = "embed"
    """Text of a post that another site lends."""

    __hash__ = str.__hash__


class Layout(StrEnum):
    """How a page separates its paragraphs."""

    BLANK = "blank"
    """Text dump: a blank line between paragraphs."""
    NEWLINE = "newline"
    """Text dump: one newline a block."""
    LONG = "long"
    """Text dump: everything on one to three long lines; sentences are the blocks."""
    HTML = "html"


class MediaType(StrEnum):
    """What a page's bytes are."""

    TEXT = "text/plain"
    HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Page:
    """One scraped document as landed."""

    page_id: str
    """32 hex digits: hash of url and content; see `landing.page_id`."""
    source: str
    """The row's `id`, else the path: what a user calls this page."""
    path: str
    """File that holds it, with `/`, relative to the landing zone where it lies in one."""
    row: int | None
    """1-based line in a JSONL file; None where the file is the page."""
    media_type: MediaType
    content: bytes
    """Raw bytes of the page (decompressed; for a JSONL row its `html` or `text` in UTF-8)."""
    sha256: str
    """Hex digest of `content`."""
    url: str | None = None
    site: str | None = None
    """Display name or host, as landed."""
    fetched_at: datetime | None = None
    """With time zone; UTC where the sidecar names none."""
    charset: str | None = None
    """As declared outside the content: sidecar or HTTP header; `utf-8` for a JSONL row."""


@record(frozen=True, slots=True)
class Repair:
    """A change made to a block's raw slice; replaying all in order gives the block's text."""

    kind: str
    """`whitespace` | `mojibake` | `entities` | `unscramble`; the vocabulary is `text.REPAIRS`."""


@record(frozen=True, slots=True)
class Mark:
    """One opinion about a block."""

    label: Label
    by: str
    """Id of the rule, cue or model."""
    score: float
    """0..1; how sure it is."""
    evidence: str = ""
    """The matched text, or the strongest features in words."""
    certain: bool = False
    """True where this mark alone decides; several certain ones: the first in rulebook order wins."""
    value: str | None = None
    """What the mark read out of the block: names of a byline, an agency, tags, a related title."""


@record(frozen=True, slots=True)
class Element:
    """A block-level element of a parsed page."""

    tag: str
    parent: int
    """Place of the element around it in the page's outline; -1: none."""
    names: str
    """What its attributes call it (`class`, `id`, `role` ...), a space between, upper and lower case as they came."""


@record(frozen=True, slots=True)
class Markup:
    """How a block's run stands in the markup of its page."""

    element: int
    """Place in the page's outline of the block-level element that holds it."""
    hidden: bool = False
    """A browser does not show it."""
    bold: float = 0.0
    """Share of its characters that stand in `<b>` or `<strong>`."""
    links: int = 0
    """How many `<a>` its run holds."""
    images: int = 0
    """Pictures and players between the run before and its own end."""
    inline: str = ""
    """Names of the inline elements that its run begins in."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a page says of its article outside the text that readers see."""

    titles: tuple[str, ...] = ()
    """Of `<title>`, `og:title` and JSON-LD's `headline`."""
    description: str = ""
    body: str = ""
    """JSON-LD's `articleBody`: a line a paragraph where it has any; tags and entities are taken out."""
    data: str = ""
    """JSON-LD as it stands in the page, all of it but the largest scripts."""
    says_article: bool = False
    """Whether OpenGraph calls the page an article."""


@record(frozen=True, slots=True)
class Block:
    """A run of text that no markup or line break interrupts."""

    index: int
    """0-based place in the page."""
    text: str
    start: int | None = None
    """Offset of its first character in the decoded page (text dumps)."""
    end: int | None = None
    path: str | None = None
    """Element path in the parsed page (HTML)."""
    tag: str = "p"
    """HTML tag that holds it; `p` in a dump."""
    link_density: float = 0.0
    """Share of its characters that stand in links."""
    gap: int = 0
    """Blank lines before it (text dumps)."""
    glued: bool = False
    """Cut off the block before it, on the same line."""
    markup: Markup | None = None
    """How it is marked up (HTML)."""
    repairs: tuple[Repair, ...] = ()
    marks: tuple[Mark, ...] = ()
    kind: Kind = Kind.PARAGRAPH
    """By markup or form alone; see `LedgerEntry.kind`."""
    level: int | None = None
    """Of a heading 1..6; of an item or a quote how deep it is nested, from 1; else None."""
    line: int | None = None
    """Line of the decoded page, from 1, on which it begins (dumps) or the start tag of its element ends (HTML)."""

    # Written out since `dataclasses.replace` takes four times as long, and every block comes by here.

    def numbered(self, index: int) -> Block:
        """Return the block with its place in the page."""
        if index == self.index:
            return self
        return Block(
            index, self.text, self.start, self.end, self.path, self.tag, self.link_density, self.gap, self.glued, self.markup, self.repairs, self.marks,
            self.kind, self.level, self.line,
        )  # fmt: skip

    def marked(self, *marks: Mark) -> Block:
        """Return the block with these marks behind those that it has."""
        if not marks:
            return self
        return Block(
            self.index, self.text, self.start, self.end, self.path, self.tag, self.link_density, self.gap, self.glued, self.markup, self.repairs,
            (*self.marks, *marks), self.kind, self.level, self.line,
        )  # fmt: skip

    def of_kind(self, kind: Kind, level: int | None, line: int | None) -> Block:
        """Return the block with its kind and line."""
        return Block(
            self.index, self.text, self.start, self.end, self.path, self.tag, self.link_density, self.gap, self.glued, self.markup, self.repairs, self.marks,
            kind, level, line,
        )  # fmt: skip


@record(frozen=True, slots=True)
class LedgerEntry:
    """What became of one block, and why."""

    block: Block
    verdict: Verdict
    label: Label
    article: int
    """Position of the article it belongs to, 1..n; 0: to none."""
    by: str
    score: float
    evidence: str
    opens: Mark | None = None
    """Set on the block that opens an article: the cue that opened it."""

    @property
    def kind(self) -> Kind:
        """What the block is in its article: what was judged to head it or a part of it is a heading, however marked up."""
        return Kind.HEADING if self.label in HEADING_LABELS else self.block.kind

    @property
    def level(self) -> int | None:
        """Of a heading 1..6, of an item or a quote how deep it is nested; None where the page does not say."""
        return self.block.level if self.kind is self.block.kind else None

    def placed(self, article: int, opens: Mark | None) -> LedgerEntry:
        """Return the entry as one of an article's."""
        if article == self.article and opens is self.opens:
            return self
        return LedgerEntry(self.block, self.verdict, self.label, article, self.by, self.score, self.evidence, opens)


@dataclass(frozen=True, slots=True)
class Part:
    """One article of an HTML page that holds several: its blocks `first` up to `end`."""

    first: int
    end: int
    headline: int
    """Block of its headline."""
    opens: Mark
    """What says that it is an article, and how sure that is."""
    address: str | None
    """Where the article stands alone, as the page links it."""
    elements: tuple[int, ...] = ()
    """Places in the outline of the elements that hold its blocks and no other's, the outermost of each."""


@dataclass(frozen=True, slots=True)
class Parting:
    """How an HTML page is parted."""

    parts: tuple[Part, ...] = ()
    """One for each of several articles; none on a page of one."""
    cards: tuple[tuple[int, int], ...] = ()
    """Blocks first..end of each card of another story below the only article."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge of a page says of it."""

    opinions: tuple[Mark, ...]
    """One a block: as what it would be kept, or `other` where it would be removed."""
    starts: dict[int, Mark]
    """Block at which each article's own lines begin, and what says so; in order."""
    confidence: dict[int, float]
    """Of the article that begins at a block, 0..1: that it is one article and a whole one."""
    parts: tuple[Part, ...] = ()
    """Of an HTML page of several articles, one each, as in `starts`; what stands in none of them belongs to none."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The blocks of one article, in order, each with its label."""

    entries: tuple[LedgerEntry, ...]
    opened: Mark
    confidence: float
    """0..1: least sure of its two edges."""


@record(frozen=True, slots=True)
class Candidate:
    """One value that a source offers for a field."""

    field: str
    value: str
    source: str
    """`json-ld` | `opengraph` | `meta` | `byline` | `title` | `url` | `text` | `landing` ..."""
    score: float
    """0..1: how far it is believed, the other candidates being heard."""
    won: bool = False
    evidence: str = ""
    """The page's own words."""
    prior: float = 0.0
    """0..1: how far its source and place are trusted, alone."""
    why: str = ""
    """Of a value that a page's statements were weighed for: what weighed most, in words."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An article's metadata and all that was offered for it, the winners marked."""

    title: str | None = None
    dek: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    agency: str | None = None
    tags: tuple[str, ...] = ()
    truncated_by: str | None = None
    modified_at: str | None = None
    section: str | None = None
    image: str | None = None
    licence: str | None = None
    access: str | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def truncated(self) -> bool:
        """Whether the page shows only the beginning of the article."""
        return self.truncated_by is not None


@record(frozen=True, slots=True)
class Paragraph:
    """A line of an article's text."""

    text: str
    label: Label
    """`body` or `heading`."""
    block: int
    """Index of the block it comes from."""
    kind: Kind = Kind.PARAGRAPH
    level: int | None = None
    """Of a heading 1..6, of an item or a quote how deep it is nested; None where the page does not say."""


@dataclass(frozen=True, slots=True)
class Article:
    """A clean record."""

    article_id: str
    """32 hex digits of page and text: the same text cleaned again keeps its id."""
    position: int
    paragraphs: tuple[Paragraph, ...]
    title: str | None = None
    dek: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    """ISO 8601, a date where only the day is known; the page's own offset is kept."""
    site: str | None = None
    url: str | None = None
    language: str | None = None
    """ISO 639-1."""
    agency: str | None = None
    tags: tuple[str, ...] = ()
    truncated: bool = False
    truncated_by: str | None = None
    """Rule or marker that says so."""
    modified_at: str | None = None
    """When it was last changed; written as `published_at` is."""
    section: str | None = None
    image: str | None = None
    """Address of its picture."""
    licence: str | None = None
    access: str | None = None
    """`free` | `subscribers`, as the page states it."""
    confidence: float = 1.0
    candidates: tuple[Candidate, ...] = ()

    @property
    def text(self) -> str:
        """Paragraphs and headings in order, a blank line between."""
        return PARAGRAPH_GAP.join(p.text for p in self.paragraphs)

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings alone."""
        return tuple(p.text for p in self.paragraphs if p.label is Label.HEADING)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page, row, file or segment that gave no article, with its reason; replayable from `path` and `row`."""

    source: str
    path: str
    reason: Reason
    detail: str
    """One line a person can act on; for a crash the traceback."""
    page_id: str
    """As of a `Page`; where the bytes could not be read, the hash of path and row."""
    row: int | None = None
    site: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """All that came of one page: every block stands in the ledger exactly once."""

    page: Page
    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]
    ledger: tuple[LedgerEntry, ...]
    layout: Layout | None = None
    """None where the page did not get as far as blocks."""
    encoding: str | None = None
    """Character set that decoded it, and how that was found: `utf-8 (bom)`."""
    language: str | None = None
    seconds: float = field(default=0.0, compare=False)
    """Time it took; set by the caller's clock, not by the stages."""
