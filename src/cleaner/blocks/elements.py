"""A page's elements, for what is asked of them once its blocks are judged: read from its text anew.

Kept until then, the tree was the largest part of what a page takes at its peak: 2.6 MB a page, 2.0 without it, 1.0 of them for
the tree alone (`benchmarks/page_memory.py`). One page in ten asks for it again, which takes it a tenth of its time more.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cleaner.blocks.html import block_elements, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement


class Elements:
    """The tree of a page and its block-level elements, parsed when they are first asked for."""

    def __init__(self, text: Callable[[], str]) -> None:
        """Take what gives the decoded page."""
        self._text = text

    @cached_property
    def root(self) -> HtmlElement:
        """The whole page, in the form in which its blocks were read."""
        return tree_of(self._text())

    def __getitem__(self, at: int) -> HtmlElement:
        """Return the element that the outline has at a place."""
        return self._numbered[at]

    @cached_property
    def _numbered(self) -> tuple[HtmlElement, ...]:
        return tuple(block_elements(self.root))
