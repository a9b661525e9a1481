"""Dates as pages print them, into ISO 8601.

Found by pattern, read by hand: a line costs some microseconds. dateparser is asked only for what a pattern cannot
know, the month that a word names in a language (kept after the first time) and relative words ("vor 3 Stunden").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import dateparser

from cleaner.text import collapse, fold

LONGEST = 300
"""Characters of a line that are looked at: date lines are short, a paragraph is none."""

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""Asked in turn for a month that the page's own language does not know: English dates stand on pages of every language."""

DIGIT = re.compile(r"\d")
ISO = re.compile(
    r"(?P<y>(?:19|20)\d\d)-?(?P<m>\d\d)-?(?P<d>\d\d)"
    r"(?:[T ]+(?P<H>\d\d):?(?P<M>\d\d)(?::?(?P<S>\d\d)(?:[.,]\d+)?)?\s*(?P<z>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/]+\])?)?",
    re.IGNORECASE,
)

WORD = r"(?:[^\W\d_]{3,12}|[\u0900-\u0963]{2,16}|اب)"
"""A month's name; Hindi writes vowels as signs, which are no letters to Python: `मार्च`."""

DAY_FIRST = re.compile(
    r"(?<![\d:.])(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|:?e|\.º)?[ /-]?(?:de |of |d')?"
    rf"(?P<word>{WORD})(?:/{WORD})?[.,]?[ /-]{{0,2}}(?:del? )?(?P<y>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(
    rf"(?P<word>{WORD})\.?[ -](?:de )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,| de| del)? ?(?P<y>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:[-/]|\. ?| ?[年년] ?| (?=\d\d/))(?P<m>\d{1,2})(?:[-/]|\. ?| ?[月월] ?)(?P<d>\d{1,2})(?!\d)(?: ?[日일])?"
)
YEAR_WORD = re.compile(
    rf"(?<!\d)(?P<y>(?:19|20)\d\d)\.? (?:m\. )?(?P<word>{WORD})\.? (?P<d>\d{{1,2}})(?![\d:])", re.IGNORECASE
)
"""As Hungarian and Lithuanian have it: `2026. március 9.`"""
DIGITS = re.compile(
    r"(?<![\d.:])(?P<a>\d{1,2})(?P<sep>[-./])[ ]?(?P<b>\d{1,2})(?P=sep)[ ]?(?P<y>(?:19|20)?\d\d)(?!\d|[:.]\d)"
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = re.compile(rf"(?<![^\W\d_])(?P<name>{'|'.join(WEEKDAYS)})[a-z]{{0,6}}[.,]? ?\Z", re.IGNORECASE)
"""Before a date in digits: only English ones, as no other language has the month first."""

ZONES = {
    "z": "Z", "gmt": "+00:00", "utc": "+00:00", "wet": "+00:00", "bst": "+01:00", "cet": "+01:00", "mez": "+01:00",
    "cest": "+02:00", "mesz": "+02:00", "eet": "+02:00", "eest": "+03:00", "ist": "+05:30", "wib": "+07:00",
    "sgt": "+08:00", "pht": "+08:00", "hkt": "+08:00", "jst": "+09:00", "kst": "+09:00", "aest": "+10:00",
    "aedt": "+11:00", "est": "-05:00", "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00",
    "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00",
}  # fmt: skip
"""Offsets of printed zones; `ET` and its like name none without a calendar of summer times, so their time stays local."""

ZONE = (
    r"(?:\(?(?P<z>(?:gmt|utc) ?[+-]\d\d?(?::?\d\d)?|[+-]\d\d:?\d\d|"
    + "|".join(sorted(ZONES, key=len, reverse=True))
    + r")\b\)?)"
)
CLOCK = re.compile(
    r"(?<![\d.:/+-])(?:(?P<noon>午前|上午|오전|(?P<after>午後|下午|오후|晚上)) ?)?(?:(?P<H>[01]?\d|2[0-4])(?:[:.]| ?h ?|[時时点點])(?P<M>[0-5]\d)(?:[:.](?P<S>[0-5]\d))?(?:\.\d+)?|(?P<H12>1[0-2]|0?\d)(?= ?[ap]\.?m))(?!\d)"
    r" ?(?P<half>[ap]\.?m\b\.?)?[ ,]*(?:uhr|hrs|hours|h\b)?[ ,]*" + ZONE + "?",
    re.IGNORECASE,
)
MILITARY = re.compile(r"(?<!\d)(?P<H>[01]\d|2[0-3])(?P<M>[0-5]\d) ?(?:hrs|hours|(?P<z>gmt|utc))\b", re.IGNORECASE)

PUBLISHED = (
    r"(?:first |originally |date )?(?:published|posted|uploaded|created|filed|aired)|pub(?:lication)? date|"
    r"veröffentlicht|erstellt|erschienen|publié[es]*|créé|mis en ligne|publicad[oa]|publicación|pubblicato|creado|gepubliceerd|publicerad|"
    r"опубликован[оа]?|发布(?:时间|于)?|發布(?:時間|於)?|公開(?:日時?)?|掲載|نشر|प्रकाशित"
)
UPDATED = (
    r"(?:last )?(?:up-?dated?|modified|edited|reviewed)|upd\b|(?:zuletzt )?(?:aktualisiert|geändert)|stand\b|mise? à jour|modifiée?|"
    r"(?:última )?actualiza(?:do|da|ción)|atualizad[oa]|aggiornato|modificad[oa]|bijgewerkt|uppdaterad|"
    r"обновлен[оа]?|更新(?:时间|時間|日時?)?|تحديث|अपडेट"
)
ROLE = re.compile(rf"(?<![^\W\d_])(?:(?P<published>{PUBLISHED})|(?P<updated>{UPDATED}))(?![^\W\d_])", re.IGNORECASE)

RELATIVE = re.compile(
    r"(?<!\d)\d{1,3} ?[^\W\d_]{1,9}\.? (?:ago|atrás|fa|назад)\b|an? (?:minute|hour|day|week|month) ago\b|"
    r"\b(?:hace|vor|il y a|há) (?:\d{1,3}|un[ea]?|eine[rmn]?) [^\W\d_]{1,9}|"
    r"\b(?:yesterday|today|just now|gestern|vorgestern|heute|ayer|anteayer|hoy|hier|avant-hier|aujourd'hui|ieri|oggi|ontem|hoje)\b",
    re.IGNORECASE,
)
FINE = re.compile(r"min|hour|hr|stunde|std|heure|hora|\bore?\b|час|мин|\d ?h\b|sec|sek|seg|now", re.IGNORECASE)

AGO = {"es": "hace {}", "fr": "il y a {}", "de": "vor {}", "pt": "há {}"}
"""A unit of the page's language with the English word behind it, `2 días ago`, as untranslated themes print it."""

NEAR = 40
"""Characters between a date and its time of day: `2 March 2026 | Coast | 09:15`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A date and the place where it is printed."""

    day: date
    start: int
    end: int


@lru_cache(maxsize=16_384)
def parse_date(text: str, language: str | None = None, fetched_at: datetime | None = None) -> str | None:
    """Read the day, with the time and offset where they are printed; of published and updated the published one."""
    short = collapse(text[:LONGEST])
    iso = ISO.fullmatch(short)
    if iso:
        return _iso(iso)
    for chunk in _chunks(fold(short)):
        found = _absolute(chunk, language) or _relative(chunk, language, fetched_at)
        if found:
            return found
    return None


def _iso(match: re.Match[str]) -> str | None:
    day = _day(match["y"], match["m"], match["d"])
    if day is None:
        return None
    clock = _time(match["H"], match["M"], match["S"]) if match["H"] else None
    return day.isoformat() if clock is None else f"{day.isoformat()}T{clock}{_offset(match['z'])}"


def _day(year: str, month: str | int, number: str) -> date | None:
    full = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)
    try:
        return date(full, int(month), int(number))
    except ValueError:
        return None


def _time(hour: str, minute: str | None, second: str | None) -> str | None:
    try:
        return time(int(hour), int(minute or 0), int(second or 0)).isoformat()
    except ValueError:
        return None


def _offset(zone: str | None) -> str:
    """Write an offset as ISO 8601 has it; `Z` stays as printed."""
    if not zone:
        return ""
    if zone.lower() in ZONES:
        return ZONES[zone.lower()]
    sign, digits = ("-" if "-" in zone else "+"), re.sub(r"\D", "", zone)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{sign}{int(hours):02d}:{minutes}" if int(hours) <= 14 and int(minutes) < 60 else ""


def _chunks(line: str) -> list[str]:
    """Cut the line at `published` and `updated`; what is published, or not labelled, comes first."""
    roles = list(ROLE.finditer(line))
    edges = [*(m.start() for m in roles), len(line)]
    chunks = [(role, line[a:b]) for role, a, b in zip(roles, edges, edges[1:], strict=False)]
    published = [chunk for role, chunk in chunks if role["published"]]
    updated = [chunk for role, chunk in chunks if role["updated"]]
    return [*published, line[: edges[0]], *updated]


def _absolute(line: str, language: str | None) -> str | None:
    found = _find(line, language)
    if found is None:
        return None
    after, before = line[found.end : found.end + NEAR], line[max(0, found.start - NEAR) : found.start]
    return found.day.isoformat() + (_clock(after) or _clock(before) or "")


def _find(line: str, language: str | None) -> Found | None:
    if DIGIT.search(line) is None:
        return None
    for pattern in (YEAR_FIRST, DAY_FIRST, MONTH_FIRST, DIGITS, YEAR_WORD):
        for match in pattern.finditer(line):
            day = _read(match, language)
            if day is not None:
                return Found(day, match.start(), match.end())
    return None


def _read(match: re.Match[str], language: str | None) -> date | None:
    parts = match.groupdict()
    if "a" in parts:
        return _day_of_digits(match)
    month = parts["m"] if "m" in parts else month_number(parts["word"].lower(), language)
    return _day(parts["y"], month, parts["d"]) if month else None


def _day_of_digits(match: re.Match[str]) -> date | None:
    """Read 3/4/2026 with the day first, also in English, unless only the other order is a date or falls on the weekday named before it."""
    first, second = _day(match["y"], match["b"], match["a"]), _day(match["y"], match["a"], match["b"])
    named = WEEKDAY.search(match.string, 0, match.start())
    if first and second and named:
        number = WEEKDAYS.index(named["name"].lower())
        return second if second.weekday() == number != first.weekday() else first
    return first or second


@dataclass(frozen=True, slots=True)
class Digits:
    """A date in digits alone, `3/4/2026`, read with the day first."""

    day: str
    """ISO; where only the other order is a date, that."""
    other: str | None
    """What the other order says, where it is a date and another one."""
    is_day_first: bool
    """Only the day can come first: `31/4/2026`."""
    is_month_first: bool
    """Only the month can: `4/31/2026`."""


def day_in_digits(text: str) -> Digits | None:
    """Find the first date in digits: mostly slashes, but American pages write dots too, `11.24.2025`."""
    for match in DIGITS.finditer(text):
        first, second = _day(match["y"], match["b"], match["a"]), _day(match["y"], match["a"], match["b"])
        day, other = first or second, second if first else None
        if day:
            apart = None if other is None or other == day else other.isoformat()
            return Digits(day.isoformat(), apart, second is None, first is None)
    return None


SCRIPTS = (
    (re.compile("[\u0400-\u04ff]"), ("ru", "uk", "bg")),
    (re.compile("[\u0370-\u03ff]"), ("el",)),
    (re.compile("[\u0590-\u05ff]"), ("he",)),
    (re.compile("[\u0600-\u06ff]"), ("ar",)),
    (re.compile("[\u0900-\u097f]"), ("hi",)),
)
"""Languages asked in turn for a month in another script, of a page that does not declare its own."""

LEVANTINE = {"شباط": 2, "اذار": 3, "نيسان": 4, "ايار": 5, "حزيران": 6, "تموز": 7, "اب": 8, "ايلول": 9}
"""Months as newspapers from Beirut to Baghdad write them, folded; dateparser knows them with their hamza only."""


@lru_cache(maxsize=4096)
def month_number(word: str, language: str | None) -> int | None:
    """Tell which month a lower-case word names in the language, or else in one of `LANGUAGES`."""
    if word in LEVANTINE:
        return LEVANTINE[word]
    others = next((codes for script, codes in SCRIPTS if script.search(word)), LANGUAGES)
    for code in dict.fromkeys((language or others[0], *others)):
        try:
            found = dateparser.parse(
                f"1 {word} 2001", languages=[code], settings={"REQUIRE_PARTS": ["day", "month", "year"]}
            )
        except ValueError:  # a language that dateparser does not know
            continue
        if found is not None and (found.year, found.day) == (2001, 1):
            return int(found.month)
    return None


def _clock(text: str) -> str | None:
    match = MILITARY.search(text) or CLOCK.search(text)
    if match is None:
        return None
    parts = match.groupdict()
    half = "p" if parts.get("after") else parts.get("half") or parts.get("noon")
    hour = _hour(parts["H"] or parts["H12"], half)
    clock = _time(str(hour), parts["M"], parts.get("S"))
    return None if clock is None else f"T{clock}{_offset(parts['z'])}"


def _hour(printed: str, half: str | None) -> int:
    hour = int(printed)
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _relative(line: str, language: str | None, fetched_at: datetime | None) -> str | None:
    match = RELATIVE.search(line) if fetched_at is not None else None
    if match is None or fetched_at is None:
        return None
    moment = _moment(match.group().lower(), language, fetched_at)
    if moment is None or moment > fetched_at + timedelta(days=1):
        return None
    if FINE.search(match.group()):
        return moment.replace(microsecond=0).isoformat()
    return moment.date().isoformat() + (_clock(line[match.end() : match.end() + NEAR]) or "")


def _is_foreign(words: str, settings: dict[str, object]) -> bool:
    return dateparser.parse(words, languages=["en"], settings=settings) is None


def _moment(words: str, language: str | None, fetched_at: datetime) -> datetime | None:
    settings = {"RELATIVE_BASE": fetched_at.replace(tzinfo=None), "PARSERS": ["relative-time"]}
    if words.endswith(" ago") and language in AGO:
        words = AGO[language].format(words.removesuffix(" ago")) if _is_foreign(words, settings) else words
    for code in dict.fromkeys((language or "en", *LANGUAGES)):
        try:
            found = dateparser.parse(words, languages=[code], settings=settings)
        except ValueError:  # a language that dateparser does not know
            continue
        if isinstance(found, datetime):
            return found.replace(tzinfo=fetched_at.tzinfo)
    return None
