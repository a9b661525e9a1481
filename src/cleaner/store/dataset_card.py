"""Write the card of a data set, as the Hugging Face hub and its library `datasets` read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from cleaner import __version__

if TYPE_CHECKING:
    from pathlib import Path

_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}

_CARD = """\
---
{header}
---

# News articles, cleaned

{rows:,} articles of {sites} sites{days}, cleaned by [cleaner](#how-it-was-made) {version}.

## Licence

**The texts belong to their publishers.** This folder carries no licence to them: `license: other` above says so. Before
you pass it on or train on it, look what each publisher and the law where you are allow.

## What is in it

One split, `train`. One row is one article.

| Column | Type | Means |
|---|---|---|
{columns}

### Languages

{languages}

### Sites

{by_site}

## How it was made

Scraped pages went in; menus, promotions and other furniture were taken off, pages that hold several articles were
parted, title, authors and date were read. What was removed, and why, stands in the warehouse that this is an export of:
`cleaner trace ARTICLE_ID` leads from any paragraph back to the bytes of the page.

- Cleaner: version {version}; digest of code, rules and models: {digests}
- Chosen by: see `_export.json`
- Confidence, in the column of that name, is how sure the cleaner is of where an article begins and ends; `truncated`
  marks texts that break off.

It is not free of mistakes: some furniture stays, some lines are lost, fields may be wrong or missing. Nothing was
filtered for quality, and personal data in the texts was left as printed.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows come from."""

    languages: dict[str, int]
    sites: dict[str, int]
    digests: dict[str, int]
    first_day: str | None
    last_day: str | None
    meanings: dict[str, str]
    """Of the columns."""


def write_card(folder: Path, schema: pa.Schema, rows: int, origin: Origin) -> None:
    """Write README.md into the folder of a data set whose Parquet files are there."""
    size = sum(file.stat().st_size for file in (folder / "data").iterdir())
    meanings = origin.meanings | {
        "authors": "Authors as printed, in order.",
        "tags": "Tags that the page gives, in order.",
    }
    columns = [f"| `{f.name}` | {_type(f.type)} | {meanings.get(f.name) or ''} |" for f in schema]
    days = f" from {origin.first_day} to {origin.last_day}" if origin.first_day else ""
    card = _CARD.format(
        header=_header(schema, rows, size, origin),
        rows=rows,
        sites=len(origin.sites),
        days=days,
        version=__version__,
        columns="\n".join(columns),
        languages=_counted(origin.languages),
        by_site=_counted(origin.sites),
        digests=", ".join(f"`{digest}`" for digest in origin.digests),
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def _header(schema: pa.Schema, rows: int, size: int, origin: Origin) -> str:
    """Write the YAML between the dashes; its strings as JSON, which YAML contains."""
    size_category = next((name for most, name in _SIZES.items() if rows < most), "n>10M")
    lines = ["pretty_name: News articles, cleaned", "license: other", "license_name: texts-belong-to-their-publishers"]
    lines += [
        "license_link: README.md",
        "task_categories:",
        "- text-generation",
        "size_categories:",
        f"- {size_category}",
    ]
    if origin.languages:
        lines += ["language:", *(f"- {json.dumps(language)}" for language in origin.languages)]
    lines += ["tags:", "- news", "configs:", "- config_name: default", "  data_files:", "  - split: train"]
    lines += ["    path: data/train-*.parquet", "dataset_info:", "  features:"]
    for field in schema:
        kind = "sequence" if pa.types.is_list(field.type) else "dtype"
        lines += [f"  - name: {field.name}", f"    {kind}: {json.dumps(_type(field.type).removeprefix('list of '))}"]
    lines += ["  splits:", "  - name: train", f"    num_bytes: {size}", f"    num_examples: {rows}"]
    return "\n".join([*lines, f"  download_size: {size}", f"  dataset_size: {size}"])


def _type(kind: pa.DataType) -> str:
    """Name a type as `datasets` does."""
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    if pa.types.is_timestamp(kind):
        return f"timestamp[{kind.unit}, tz={kind.tz}]"
    return {"double": "float64", "float": "float32"}.get(str(kind), str(kind))


def _counted(counts: dict[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"- {' '.join(name.split())}: {count:,}" for name, count in ranked[:50]]
    rest = [f"- {len(ranked) - 50} more: {sum(count for _, count in ranked[50:]):,}"] if len(ranked) > 50 else []
    return "\n".join(shown + rest) or "- unknown"
