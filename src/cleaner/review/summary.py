"""What a run did, on one screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cleaner.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of a run; pages_in = cleaned + quarantined + duplicates + known + forgotten."""

    run_id: str
    status: str
    """`succeeded` | `failed` | `interrupted` | `running`."""
    raw: Path
    warehouse: Path
    """The published file."""
    files_seen: int = 0
    files_skipped: int = 0
    pages_in: int = 0
    cleaned: int = 0
    """Pages that gave at least one article."""
    quarantined: int = 0
    duplicates: int = 0
    """Pages that stood twice in this run's files."""
    known: int = 0
    """Pages that an earlier run cleaned."""
    forgotten: int = 0
    """Pages that were taken down before and came again."""
    articles: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)
    """Kept lines by label."""
    removed: Mapping[str, int] = field(default_factory=dict)
    """Removed lines by label."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Rows in quarantine by reason."""
    seconds: float = 0.0
    seconds_by_stage: Mapping[str, float] = field(default_factory=dict)

    @property
    def crashed(self) -> int:
        """Pages that hit a bug of ours."""
        return self.reasons.get(Reason.CRASH, 0)

    @property
    def nothing_new(self) -> bool:
        """Tell a run that found no page it had to clean."""
        return self.cleaned + self.quarantined == 0

    @property
    def pages_per_second(self) -> float:
        """Pages cleaned a second, over the whole run."""
        return (self.cleaned + self.quarantined) / self.seconds if self.seconds else 0.0


def render_summary(report: Report) -> RenderableType:
    """Draw the summary that a person sees at the end of a run."""
    table = Table.grid(padding=(0, 2))
    for name, value, remark in summary_rows(report):
        number = f"{value:,}" if isinstance(value, int) else value
        table.add_row(Text(name), Text(number, justify="right"), Text(remark, style="dim"))
    return Group(Text(headline(report), style=_style(report)), table, Text(f"Warehouse: {report.warehouse}"))


def summary_markdown(report: Report) -> str:
    """Write the same summary as Markdown, for where a terminal cannot draw."""
    lines = [f"**{headline(report)}**", "", "| what | number | |", "|---|---:|---|"]
    for name, value, remark in summary_rows(report):
        lines.append(
            f"| {name} | {value:,} | {remark} |" if isinstance(value, int) else f"| {name} | {value} | {remark} |"
        )
    return "\n".join([*lines, "", f"Run `{report.run_id}`, warehouse `{report.warehouse}`", ""])


def headline(report: Report) -> str:
    """Say in one sentence how it went."""
    if report.status == "interrupted":
        return "Interrupted: what was loaded stays; the next run goes on from there."
    if report.crashed:
        return f"{_many(report.crashed, 'page')} met a bug: see quarantine, reason crash. The rest is loaded."
    if report.status == "failed":
        return "It ended early: what was loaded stays; the next run goes on from there."
    if not report.files_seen:
        return f"Nothing to clean: there are no files in {report.raw}."
    if report.nothing_new:
        return f"Nothing new: all {_many(report.files_seen, 'file')} in {report.raw} are in the warehouse."
    return f"Cleaned {_many(report.cleaned, 'page')} into {_many(report.articles, 'article')}."


def summary_rows(report: Report) -> list[tuple[str, int | str, str]]:
    """List what was counted: name, number, remark; what is zero and says nothing is left out."""
    rows: list[tuple[str, int | str, str]] = [
        ("files", report.files_seen, f"{report.files_skipped:,} unchanged, not read" if report.files_skipped else ""),
        ("pages read", report.pages_in, ""),
        ("pages cleaned", report.cleaned, ""),
        ("articles", report.articles, ""),
        ("lines kept", sum(report.kept.values()), _shares(report.kept)),
        ("lines removed", sum(report.removed.values()), _shares(report.removed)),
        ("quarantined", report.quarantined, _shares(report.reasons)),
        ("duplicates", report.duplicates, "pages seen twice in this run"),
        ("known pages", report.known, "cleaned by an earlier run"),
        ("forgotten", report.forgotten, "taken down before; cleaner forget takes them out of raw again"),
    ]
    shown = [row for row in rows if row[1] or row[0] in {"files", "pages read"}]
    rate = f"{report.pages_per_second:,.1f} pages/s" if not report.nothing_new else ""
    return [*shown, ("time", f"{report.seconds:,.1f} s", rate)]


def _shares(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {number:,}" for name, number in ranked if number)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _style(report: Report) -> str:
    return {"failed": "bold red", "interrupted": "bold yellow"}.get(report.status, "bold green")
