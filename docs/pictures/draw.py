"""Draw the pictures of the documentation from a real page and a real run: `python docs/pictures/draw.py`."""
# ruff: noqa: INP001  # a script beside its pictures, not a package

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.text import Text

from cleaner.clean import clean_page
from cleaner.ingest import LineProgress, ingest
from cleaner.landing import Limits, read_paths
from cleaner.model import Page
from cleaner.review.explain import render
from cleaner.review.summary import render_summary
from cleaner.rules import load_rulebook
from cleaner.settings import load_settings

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
    draw(explained(), "explain", f"cleaner explain {PAGE}", 124)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        draw(summed_up(), "summary", "cleaner ingest", 100)
        os.chdir(PROJECT)
