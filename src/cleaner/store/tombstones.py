"""What was taken down, as far as it is needed to know it again: hashes, never content."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.model import Page, Rejected
from cleaner.text import digest
from cleaner.urls import canonical_url


@dataclass(frozen=True, slots=True)
class Tombstones:
    """The hashes of all that was forgotten."""

    pages: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()

    def cover(self, item: Page | Rejected) -> bool:
        """Tell whether this was forgotten: the page itself, the same bytes elsewhere, or whatever stands at its address."""
        if not self.pages:
            return False
        if item.page_id in self.pages or (isinstance(item, Page) and item.sha256 in self.contents):
            return True
        return item.url is not None and digest(address_of(item.url)) in self.urls


def address_of(url: str) -> str:
    """Return what pages of one address have in common, as the column `address` has it."""
    return canonical_url(url) or url
