"""E-mail addresses and telephone numbers in a text: how many, never which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from phonenumbers import Leniency, PhoneNumberMatcher

if TYPE_CHECKING:
    from collections.abc import Sequence

EMAIL = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24}\b")
DIGITS = re.compile("[0-9٠-٩۰-۹０-９](?:[ \u00a0().–/-]{0,3}[0-9٠-٩۰-۹０-９]){6}")
"""Seven digits with little between them: nothing less can be a number, and most paragraphs hold none."""

REGIONS = {
    "ar": ("EG", "SA"),
    "de": ("DE", "AT", "CH"),
    "en": ("US", "GB"),
    "es": ("ES", "MX"),
    "fr": ("FR", "BE"),
    "hi": ("IN",),
    "it": ("IT",),
    "ja": ("JP",),
    "nl": ("NL",),
    "pl": ("PL",),
    "pt": ("BR", "PT"),
    "ru": ("RU",),
    "zh": ("CN", "TW"),
}
"""Countries by whose rules a number without country code is read, by language; a number with `+` needs none."""


def emails(text: str) -> int:
    """Count the e-mail addresses."""
    return len(EMAIL.findall(text))


def phones(paragraphs: Sequence[str], language: str | None) -> list[int]:
    """Count the telephone numbers of each paragraph: valid ones of a country where the language is spoken, or with `+`."""
    regions = REGIONS.get(language or "", (None,))
    return [_phones(text, regions) if DIGITS.search(text) else 0 for text in paragraphs]


def _phones(text: str, regions: Sequence[str | None]) -> int:
    """Count numbers that any of the regions knows; one that two know counts once."""
    found = {
        match.start
        for region in regions
        for match in PhoneNumberMatcher(text, region, leniency=Leniency.STRICT_GROUPING)
    }
    return len(found)
