"""Draw the pictures of the documentation from a real page and a real run: `python -m docs.pictures.draw`."""
# ruff: noqa: INP001  # a script beside its pictures, not a package

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from rich.console import Console, Group, RenderableType
from rich.text import Text

from cleaner.clean import clean_page
from cleaner.ingest import LineProgress, ingest
from cleaner.landing import Limits, read_paths
from cleaner.learned import judge
from cleaner.model import Layout, Page
from cleaner.review.explain import render
from cleaner.review.summary import render_summary
from cleaner.rules import load_rulebook
from cleaner.settings import load_settings
from training.gold import make_blocks

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
PAGE = "raw/velovale.example/2026-03-03/tag-small-workshops.txt"
WEB_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""Rich names fonts on a server; a picture must not fetch anything."""


def explained() -> RenderableType:
    """Draw one page's ledger; called in the project's folder, so that the page has a short name."""
    page = next(iter(read_paths([PAGE], Limits(16 * 2**20))))
    if not isinstance(page, Page):
        raise SystemExit(f"{PAGE}: {page.detail}")
    return render(clean_page(page, load_rulebook()))


def summed_up() -> RenderableType:
    """Draw the summary of a first run over `raw/`, into a warehouse in the working directory."""
    settings = load_settings({"raw": PROJECT / "raw", "warehouse": Path("warehouse")})
    return render_summary(ingest(settings, LineProgress(lambda _line: None)))


def decode(path: Path) -> None:
    """Draw what the engine thinks of a page, line by line, and what it makes of it."""
    layout, blocks = make_blocks((PROJECT / PAGE).read_text(encoding="utf-8"))
    found = judge(blocks, Layout(layout))
    colours = np.where(found.kept, "#1f5fa8", "#c3c8cf")
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    lines, gaps = figure.subplots(2, sharex=True, height_ratios=(3, 2))
    at = np.arange(len(blocks))
    lines.bar(at, found.p_kept, 0.8, color=colours)
    lines.set(ylabel="P(text) of each line", ylim=(0, 1.25), yticks=[0, 0.5, 1])
    for number, confidence in enumerate(found.confidence, 1):
        mine = np.flatnonzero(found.article == number)
        lines.hlines(1.07, mine[0] - 0.4, mine[-1] + 0.4, color="#c4561a", linewidth=3)
        lines.text(mine.mean(), 1.1, f"{number}: {confidence:.2f}", ha="center", color="#c4561a", fontsize=8)
    gaps.vlines(at, 0, found.p_start, color="#c4561a", linewidth=2)
    gaps.set(ylabel="P(begins here)", ylim=(0, 1.05), yticks=[0, 0.5, 1], xlabel="line of the page")
    for axes in (lines, gaps):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def draw(picture: RenderableType, name: str, title: str, width: int) -> None:
    """Write one picture; the empty line at its foot keeps the last one from being clipped."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Group(picture, Text()))
    svg = console.export_svg(title=title, unique_id=name)
    svg = WEB_FONTS.sub("", svg).replace(
        "<svg ", '<svg xml:space="preserve" ', 1
    )  # rsvg drops leading spaces otherwise
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    os.chdir(PROJECT)
    decode(HERE / "decoding.svg")
    draw(explained(), "explain", f"cleaner explain {PAGE}", 124)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        draw(summed_up(), "summary", "cleaner ingest", 100)
        os.chdir(PROJECT)
