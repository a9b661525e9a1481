"""Addresses of pages: their canonical form, host and the day in their path."""

from __future__ import annotations

import html
import re
from datetime import date
from urllib.parse import urljoin, urlsplit

from courlan import clean_url

PATH_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?=[/_.-]|$)|[/_-](?P<y8>20\d\d)[/-]?(?P<m8>[01]\d)[/-]?(?P<d8>[0-3]\d)(?=[/_.-]|$)"
)


HOST = re.compile(r"[\w.:-]+")
WHITE = re.compile(r"[\t\n\r]+|^\s+|\s+$")
"""What browsers leave out of an address."""


def canonical_url(url: str | None) -> str | None:
    """Bring an absolute web address into one form: no tracking parameters, no fragment, parameters sorted.

    AMP and mobile addresses are left alone: which page they stand for is not in the address.
    """
    return _canonical(html.unescape(url.strip())) if url else None


def link_url(href: str, base: str | None) -> str | None:
    """Return where a page's link leads, in canonical form; None for a place on the page itself and for what is no web page.

    `base` is the page's own address; without it only whole addresses lead anywhere.
    """
    try:
        joined = urljoin(base or "", WHITE.sub("", href).replace(" ", "%20"))
    except ValueError:  # half an IPv6 address
        return None
    found = _canonical(joined)
    return None if "#" in joined and found == canonical_url(base) else found


def _canonical(url: str) -> str | None:
    if host(url) is None:
        return None
    try:
        cleaned = clean_url(_guarded(url))
        # once more: courlan drops the slash of a bare host only where no parameters stood behind it
        cleaned = clean_url(_guarded(cleaned)) if cleaned else None
    except ValueError:  # a port that is no number
        return None
    return cleaned.split("#", 1)[0] if cleaned else None


def _guarded(url: str) -> str:
    """Write ampersands so that courlan, which undoes two layers of entities, does not read `&copy=2` as a sign."""
    return url.replace("&", "&amp;amp;")


def host(url: str | None) -> str | None:
    """Return the host in lower case without `www.`, or None where the text is no web address."""
    try:
        parts = urlsplit((url or "").strip())
        name = parts.hostname
    except ValueError:  # half an IPv6 address
        return None
    if not name or parts.scheme not in {"http", "https"} or not HOST.fullmatch(name):
        return None
    return name.lower().removeprefix("www.")


def url_date(url: str | None) -> str | None:
    """Return the day that the path names, as ISO date: `/2026/03/01/`, `2026-03-01`, `-20260301`."""
    try:
        path = urlsplit(url or "").path
    except ValueError:  # half an IPv6 address
        return None
    for match in PATH_DATE.finditer(path):
        year, month, day = (match[a] or match[b] for a, b in (("y", "y8"), ("m", "m8"), ("d", "d8")))
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue  # /2026/40/99/ is an article number
    return None
