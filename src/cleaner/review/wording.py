"""Words and counts that the terminal view and the snapshots have in common."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner.model import Kind, Verdict
from cleaner.text import show_invisible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleaner.model import Article, Candidate, Cleaned, LedgerEntry, Mark

FIELDS = (
    "title", "dek", "authors", "published_at", "modified_at", "site", "url", "language", "section", "agency", "tags", "image", "licence", "access", "truncated",
)  # fmt: skip
"""An article's fields, in the order in which people read them; `truncated` is found by `truncated_by`."""

_UNSEEN = re.compile(r"[\t\n\ud800-\udfff]")
_ESCAPES = {"\t": "\\t", "\n": "\\n"}


def visible(text: str) -> str:
    """Write out on one line whatever a person cannot see, or a terminal would obey or choke on."""
    return _UNSEEN.sub(lambda m: _ESCAPES.get(m.group(), f"\\u{ord(m.group()):04x}"), show_invisible(text))


def shorten(text: str, most: int) -> str:
    """Cut a text for display; the cut shows."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def whole_characters(text: str) -> str:
    """Put U+FFFD for half a character, which no UTF-8 can hold; two halves that belong together become one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def kind_note(entry: LedgerEntry) -> str:
    """Say what kind of block it is, `list_item 2`; nothing where its label tells as much."""
    if entry.level is not None:
        return f"level {entry.level}" if entry.kind is Kind.HEADING else f"{entry.kind} {entry.level}"
    return "" if entry.kind in {Kind.PARAGRAPH, Kind.HEADING} else entry.kind.value


@dataclass(frozen=True, slots=True)
class Tally:
    """How many blocks were kept and removed, and as what."""

    kept: Mapping[str, int]
    removed: Mapping[str, int]


def tally(ledger: Sequence[LedgerEntry]) -> Tally:
    """Count the ledger."""
    kept = Counter(e.label.value for e in ledger if e.verdict is Verdict.KEPT)
    removed = Counter(e.label.value for e in ledger if e.verdict is Verdict.REMOVED)
    return Tally(kept, removed)


def ranked(counts: Mapping[str, int]) -> str:
    """List counts, largest first: `caption 4, nav 2`."""
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def opening(article: int, mark: Mark, longest: int = 200) -> str:
    """Say what opened an article; 0 is a segment that gave none."""
    evidence = f" “{shorten(visible(mark.evidence), longest)}”" if mark.evidence else ""
    name = f"article {article} opens" if article else "opens, but gives no article"
    return f"{name}: {visible(mark.by)} ({mark.score:.2f}){evidence}"


def field_values(article: Article, field: str) -> tuple[str, ...]:
    """Return what stands in a field of the record, as text."""
    if field == "truncated":
        return (f"yes, by {article.truncated_by}" if article.truncated_by else "yes",) if article.truncated else ()
    value: str | tuple[str, ...] | None = getattr(article, field)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def offers(article: Article, field: str) -> tuple[list[Candidate], list[Candidate]]:
    """Return a field's winning candidates and the others, best first."""
    names = {"truncated", "truncated_by"} if field == "truncated" else {field}
    of_field = [c for c in article.candidates if c.field in names]
    losers = sorted((c for c in of_field if not c.won), key=lambda c: (-c.score, c.source, c.value))
    return [c for c in of_field if c.won], losers


def kept_removed(cleaned: Cleaned) -> str:
    """Say how many blocks the page has and what became of them."""
    counts = tally(cleaned.ledger)
    kept, removed = sum(counts.kept.values()), sum(counts.removed.values())
    return f"{kept + removed}: {kept} kept, {removed} removed"
