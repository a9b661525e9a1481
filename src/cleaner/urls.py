"""Addresses of pages: their canonical form, host and the day in their path."""

from __future__ import annotations

import html
import re
from datetime import date
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from courlan import clean_url

PATH_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?=[/_.-]|$)|[/_-](?P<y8>20\d\d)[/-]?(?P<m8>[01]\d)[/-]?(?P<d8>[0-3]\d)(?=[/_.-]|$)"
)


HOST = re.compile(r"[\w.:-]+")
WHITE = re.compile(r"[\t\n\r]+|^\s+|\s+$")
"""What browsers leave out of an address."""


@lru_cache(maxsize=4096)
def canonical_url(url: str | None) -> str | None:
    """Bring an absolute web address into one form: no tracking parameters, no fragment, parameters sorted.

    AMP and mobile addresses are left alone, so that each page fetched keeps an address of its own; see `resolved_url`.
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


CACHES = re.compile(
    r"^https?://(?:[\w-]+\.)?(?:cdn\.ampproject\.org/(?:[acvw]/)+|google\.[a-z.]{2,6}/amp/)(?P<secure>s/)?(?P<rest>[^/?#]+\.[^/?#]+.*)$"
)
"""Where search engines keep a copy of a page: its own address stands behind."""
AMP_PATH = re.compile(r"/amp(?:\.html?)?/?$|(?<=/)amp/(?=.)|\.amp(?=\.html?$|$)|(?<=\w)-amp(?=\.html?$)")
AMP_PARAMETERS = frozenset({"amp", "outputtype", "_amp"})
AMP_NOTES = frozenset({"amp_js_v", "usqp", "amp_gsa"})
MOBILE = re.compile(r"^(?:m|mobile|amp)\.(?=[^.]+\.[^.])|(?<=^[a-z]{2})\.m(?=\.)")
"""Hosts that serve the same pages to telephones: `m.tide.example`, `en.m.tide.example`."""


@lru_cache(maxsize=4096)
def resolved_url(url: str | None) -> str | None:
    """Return the canonical form of the article's own address: not its AMP copy, a cache's or the telephones' one."""
    copied = CACHES.match((url or "").strip())
    own = f"http{'s' if copied['secure'] else ''}://{copied['rest']}" if copied else url
    try:
        parts = urlsplit((own or "").strip())
    except ValueError:  # half an IPv6 address
        return None
    query = [p for p in parts.query.split("&") if p and not _is_amp(*p.lower().partition("=")[::2])]
    own = urlunsplit((parts.scheme, MOBILE.sub("", parts.netloc), AMP_PATH.sub("", parts.path), "&".join(query), ""))
    return canonical_url(own)


def _is_amp(name: str, value: str) -> bool:
    return name in AMP_NOTES or (name in AMP_PARAMETERS and value in {"", "1", "true", "amp", "html"})


@lru_cache(maxsize=4096)
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
