"""Fields that a site's pack pins to a place in the page: a CSS selector, or the name of a meta element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cssselect import HTMLTranslator, SelectorError

from cleaner.errors import RulePackError

PINNABLE = ("title", "dek", "authors", "published_at", "modified_at", "section", "tags")
"""Fields that a pack may pin."""

META = "meta:"
"""Before the name of a meta element; without it the text is a CSS selector."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a site prints a field."""

    field: str
    where: str
    """As the pack writes it: `p.writer b`, `meta:x-author`."""
    pack: str
    xpath: str | None
    """The selector as XPath; None where a meta element is named."""

    @property
    def meta(self) -> str | None:
        """Return the meta element's name in lower case, or None where the pin is a selector."""
        return self.where.removeprefix(META).strip().lower() if self.xpath is None else None


def read_pins(table: object, pack: str, file: str) -> tuple[Pin, ...]:
    """Read the table [fields] of a pack; raises RulePackError with file and field."""
    if table is None:
        return ()
    if not isinstance(table, dict):
        raise RulePackError(f"{file}: [fields] is no table")
    return tuple(_pin(name, where, pack, f"{file}: [fields]: {name}") for name, where in table.items())


def _pin(name: str, where: Any, pack: str, place: str) -> Pin:  # noqa: ANN401 - TOML holds anything
    if name not in PINNABLE:
        raise RulePackError(f"{place}: no field to pin; known are {', '.join(PINNABLE)}")
    if not isinstance(where, str) or not where.removeprefix(META).strip():
        raise RulePackError(f"{place}: a CSS selector is needed, or `{META}` and the name of a meta element")
    if where.startswith(META):
        return Pin(name, where, pack, None)
    try:
        xpath = HTMLTranslator().css_to_xpath(where, prefix="descendant-or-self::")
    except SelectorError as error:
        raise RulePackError(f"{place}: {where!r} is no CSS selector: {error}") from error
    return Pin(name, where, pack, xpath)
