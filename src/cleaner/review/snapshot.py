"""Pages as QA reads them: one text file a page, one line a block; see docs/qa.md.

Written to be compared line by line: whatever is not seen is escaped, whatever may tremble is rounded, and
no line carries a number that a change elsewhere on the page would move.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cleaner.model import TEXT_LABELS, Verdict
from cleaner.review.jsonl import record
from cleaner.review.wording import (
    FIELDS,
    field_values,
    kept_removed,
    kind_note,
    offers,
    opening,
    ranked,
    tally,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cleaner.model import Article, Cleaned, LedgerEntry, Rejected

QUIET_REPAIRS = frozenset({"whitespace"})
"""Made on nearly every block: naming them would hide the others."""


def page_markdown(cleaned: Cleaned) -> str:
    """Write a cleaned page: counts, then every block in its order, `- [rule]` before those that were removed."""
    body = list(_body(cleaned))
    if body and body[0]:
        body.insert(0, "")  # a boundary brings its own blank line
    return "\n".join([*_head(cleaned), *body, ""])


def rejected_markdown(rejected: Rejected) -> str:
    """Write what could not even be read as a page."""
    return "\n".join([f"# {visible(rejected.source)}", "", _rejection(rejected), ""])


def _head(cleaned: Cleaned) -> Iterator[str]:
    counts = tally(cleaned.ledger)
    page = cleaned.page
    row = f", row {page.row}" if page.row is not None else ""
    facts = {
        "file": visible(page.path) + row,
        "layout": cleaned.layout.value if cleaned.layout else "none",
        "encoding": cleaned.encoding or "none",
        "language": cleaned.language or "unknown",
        "articles": str(len(cleaned.articles)),
        "blocks": kept_removed(cleaned),
        "kept": ranked(counts.kept) or "nothing",
        "removed": ranked(counts.removed) or "nothing",
    }
    yield f"# {visible(page.source)}"
    yield ""
    yield from _aligned(facts, "")
    for rejected in cleaned.rejected:
        yield _rejection(rejected)


def _rejection(rejected: Rejected) -> str:
    return f"rejected: {rejected.reason} | {visible(rejected.detail)}"


def _aligned(facts: Mapping[str, str], margin: str) -> Iterator[str]:
    width = max(len(name) for name in facts)
    return (f"{margin}{name:{width}}  {value}" for name, value in facts.items())


def _body(cleaned: Cleaned) -> Iterator[str]:
    articles = {a.position: a for a in cleaned.articles}
    for entry in cleaned.ledger:
        if entry.opens is not None:
            yield from ("", f"── {opening(entry.article, entry.opens)} ──", "")
        if entry.article in articles:
            yield from _metadata(articles.pop(entry.article))
        yield _block(entry)
    for left in articles.values():  # the ledger law is broken: an article without a block must not hide here
        yield from ("", f"── article {left.position} has no block ──", "", *_metadata(left))


def _metadata(article: Article) -> Iterator[str]:
    facts = {}
    for field in FIELDS:
        values = field_values(article, field)
        sources = sorted({c.source for c in offers(article, field)[0]})
        found = f"  ({', '.join(sources)})" if values and sources else ""
        facts[field] = visible("; ".join(values)) + found if values else "none"
    facts["confidence"] = f"{article.confidence:.2f}"
    yield from _aligned(facts, "    ")
    yield ""


def _block(entry: LedgerEntry) -> str:
    by = f"- [{visible(entry.by)}]" if entry.verdict is Verdict.REMOVED else f"  {entry.article}"
    repairs = [r.kind for r in entry.block.repairs if r.kind not in QUIET_REPAIRS]
    kind = kind_note(entry) if entry.label in TEXT_LABELS else ""
    notes = ", ".join([*([kind] if kind else []), *(["glued"] if entry.block.glued else []), *repairs])
    return f"{by} {entry.label}{f' ({notes})' if notes else ''} | {visible(entry.block.text)}"


def records(cleaned: Cleaned) -> list[dict[str, object]]:
    """Return the page's article records for comparison: text by paragraphs, where each field comes from, no noise."""
    return [_record(article, cleaned) for article in cleaned.articles]


def _record(article: Article, cleaned: Cleaned) -> dict[str, object]:
    full = record(article, cleaned.page)
    del full["text"], full["paragraphs"]
    full["truncated_by"] = article.truncated_by
    full["confidence"] = round(article.confidence, 2)
    full["paragraphs"] = [p.text for p in article.paragraphs]
    found = {field: sorted({c.source for c in offers(article, field)[0]}) for field in FIELDS}
    full["sources"] = {field: sources for field, sources in found.items() if sources}
    return full


def yaml(value: object) -> str:
    """Write records as YAML that compares well: one line a string, never folded, invisible characters escaped.

    A YAML library folds at a width, so that one changed word moves a whole paragraph, sorts the keys, and writes a
    no-break space as a space. Strings here are JSON's, which are YAML's double-quoted ones.
    """
    return "\n".join(_yaml_lines(value)) + "\n"


def _yaml_lines(value: object) -> list[str]:
    if isinstance(value, dict) and value:
        return [text for key, item in value.items() for text in _under(f"{key}:", _yaml_lines(item), item)]
    if isinstance(value, list) and value:
        return [text for item in value for text in _in_list(_yaml_lines(item))]
    return [visible(json.dumps(value, ensure_ascii=False, allow_nan=False))]


def _under(key: str, lines: Sequence[str], item: object) -> list[str]:
    if isinstance(item, (dict, list)) and item:
        return [key, *(f"  {text}" for text in lines)]
    return [f"{key} {lines[0]}"]


def _in_list(lines: Sequence[str]) -> list[str]:
    return [f"- {lines[0]}", *(f"  {text}" for text in lines[1:])]
