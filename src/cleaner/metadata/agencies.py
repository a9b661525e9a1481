"""News agencies: in end brackets, datelines and bylines."""

from __future__ import annotations

import re

from cleaner.text import collapse

NAMES = (
    "AP", "Associated Press", "AFP", "Agence France-Presse", "Reuters", "dpa", "dts", "EFE", "Europa Press", "ANSA", "Adnkronos", "AGI", "LaPresse",
    "IANS", "ANI", "PTI", "UNI", "VOA", "RFE/RL", "KNA", "epd", "SID", "APA", "ATS", "SDA", "Keystone-SDA", "Belga", "TASS", "Interfax", "RIA Novosti",
    "Xinhua", "Kyodo", "Kyodo News", "Yonhap", "Bernama", "Antara", "Lusa", "NTB", "TT", "Ritzau", "STT", "PAP", "ČTK", "MTI", "HINA", "Tanjug", "Agerpres",
    "BTA", "ANP", "BNS", "LETA", "Ukrinform", "Anadolu", "Anadolu Agency", "UPI", "AAP", "CP", "The Canadian Press", "Canadian Press", "PA", "PA Media",
    "Press Association", "Notimex", "Télam", "Colpisa", "Prensa Latina", "Agência Brasil", "Estadão Conteúdo", "WAM", "SPA", "MENA", "APS", "PNA",
    "Bloomberg", "TNS", "Thomson Reuters Foundation", "ddp", "AFX", "dpa-AFX", "dapd", "NAN", "GNA", "IPS", "CNN", "CMC",
)  # fmt: skip
SPELLING = {name.casefold(): name for name in NAMES}
ALIASES = {
    "the associated press": "AP", "associated press": "AP", "agence france-presse": "AFP", "canadian press": "The Canadian Press", "press association": "PA",
    "deutsche presse-agentur": "dpa", "agencia efe": "EFE", "dts nachrichtenagentur": "dts", "press trust of india": "PTI", "dpa-infocom": "dpa",
}  # fmt: skip

INITIALS = re.compile(r"[A-Z]{2,6}(?: ?/ ?[A-Za-z]{2,6})+")
NOISE = re.compile(
    r"^[\s(\[©-]*(?:(?:mit material (?:von|der)|with|avec|con|source|quelle|fuente|agency|by|von|par|por)\s*:?\s+)?|[\s)\].,:;-]+$",
    re.IGNORECASE,
)
DATELINE = re.compile(
    r"^(?=[^\W\d_a-zß-ÿ])(?P<place>[^()\[\]]{2,60})[(\[](?P<agency>[^()\[\]]{2,40})[)\]] ?\.? ?(?:[-–—]{1,2}|\bó\b|:|\.-)",
)
PLACE_WORDS = 6
LINE_END = re.compile(r"[(\[](?P<agency>[^()\[\]]{2,40})[)\]]\W*$")


def agency(words: str) -> str | None:
    """Name the agency of a credit (`VOA/KB` → `VOA`, `dpa/lno` → `dpa`), or None where there is no known one.

    What stands behind the slash of a known agency is initials or a service; a credit that opens otherwise is kept as printed.
    """
    credit = collapse(NOISE.sub("", collapse(words)))
    if credit.casefold() in SPELLING or credit.casefold() in ALIASES:
        return _spelt(credit)
    first = re.split(r" ?[/,+&] ?| und | and | y | et ", credit)[0]
    if _spelt(first):
        return _spelt(first)
    return credit if INITIALS.fullmatch(credit) and any(_spelt(part.strip()) for part in credit.split("/")) else None


def _spelt(name: str) -> str | None:
    key = name.casefold()
    if name.islower() and len(name) == 2:  # `tt`, `pa`, `sid`: a word, not a credit
        return None
    return ALIASES.get(key) or SPELLING.get(key)


def dateline_agency(line: str) -> tuple[str, str] | None:
    """Return the agency of a dateline, `KIEL (dpa/lno) – `, and the dateline; None where the line opens otherwise."""
    match = DATELINE.match(line[:120])
    if match is None or len(match["place"].split()) > PLACE_WORDS:
        return None
    found = agency(match["agency"])
    return (found, match.group()) if found else None


def closing_agency(line: str) -> tuple[str, str] | None:
    """Return the agency in brackets that closes a line, `(AFP)`, and the brackets."""
    match = LINE_END.search(line[-60:])
    found = agency(match["agency"]) if match else None
    return (found, match.group().strip()) if match and found else None
