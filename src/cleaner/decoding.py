"""From a page's bytes to its text: which character set, and how that was found.

Newlines and characters stay as they are, so that offsets point into this text; only a byte order mark goes.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4.dammit import EncodingDetector
from charset_normalizer import from_bytes

from cleaner.model import MediaType

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What browsers read under a label (encoding.spec.whatwg.org): pages say iso-8859-1 or gb2312 and mean its superset.
# Keys and values as `codecs.lookup` names them; a codec that is not among the values is no character set of the web.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "utf-8-sig": "utf-8",
}
_OF_THE_WEB = frozenset(_MEANT.values()) | {
    *("utf-16-be", "utf-32-be", "iso2022_jp", "euc_jp", "koi8-r", "koi8-u", "cp866", "mac-roman", "mac-cyrillic"),
    *("cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "cp1258"),
    *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
}
_LABELS = {"x-sjis": "shift_jis", "windows-31j": "shift_jis", "x-gbk": "gbk", "macintosh": "mac-roman"}
"""Labels of the web that Python has no codec for."""

# Letters beyond ASCII, by language. Bytes of one character set read as another keep to no row of the table: Czech
# comes out of windows-1252 as \xec\xe8\xf8\x9a together. charset_normalizer takes `não` for Romanian in windows-1250.
_ALPHABETS = (
    ("cp1252", "áéíóúñü"),  # Castilian
    ("cp1252", "àçèéíïòóúü"),  # Catalan
    ("cp1252", "áâãàçéêíóôõú"),  # Portuguese
    ("cp1252", "àâæçèéêëîïôœùûüÿ"),  # French
    ("cp1252", "àèéìòù"),  # Italian
    ("cp1252", "äöüßé"),  # German
    ("cp1252", "åäöæøé"),  # Nordic
    ("cp1252", "áéíóúýðþæö"),  # Icelandic
    ("cp1250", "ąćęłńóśźż"),  # Polish
    ("iso8859-2", "ąćęłńóśźż"),
    ("cp1250", "áčďéěíňóřšťúůýž"),  # Czech
    ("iso8859-2", "áčďéěíňóřšťúůýž"),
    ("cp1250", "áéíóöőúüű"),  # Hungarian
    ("cp1254", "çğıİöşüâî"),  # Turkish
)
_SIGNS = frozenset("“”„‚‘’‹›«»–—…•·¡¿ºª°§©®™£€¢½¼¾´×\xa0\xad")
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡¿ºª][^\W\d_]")
"""Polish read as windows-1252: `mo¿e`."""
_RARE = 0.3
"""Share of letters beyond ASCII below which a text can be in Latin script; in Cyrillic nearly all are."""

# What a page that declares nothing may be in; the rest of Python's hundred codecs only add wrong answers.
_GUESSES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("koi8_r", "iso8859_2", "mac_roman", "cp866"),
    *("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"),
]

SHIFTS = re.compile(rb"\x1b\$[@B]|\x1b\(J")
"""How ISO-2022-JP switches to kanji: all its bytes are ASCII."""
ALONE = re.compile(
    rb"(?:[\x00-\x7f]|(?<=[a-zA-Z\xc0-\xff])[\xc0-\xff](?=[a-zA-Z\xc0-\xff .,;:<])|(?<=[\s>])[\xc0-\xff](?=[a-zA-Z ])|[\x91-\x97\xa0\xab\xbb])*"
)
"""Bytes in which each one beyond ASCII is a letter within a word of ASCII, or a quote, dash or space of windows-1252."""
_FEWEST_PAIRS = 16
_WIDE_SHARE = 0.25
"""Share of zero bytes in one half of the places from which bytes go in pairs; Chinese pages have a third."""
_HEAD = 4096
"""Bytes of a page in which its own declaration is looked for."""
_SAMPLE = 64 * 1024
"""Bytes that the guess looks at; more takes seconds and changes no answer."""

# Tab, newline, form feed and carriage return are text; so is escape, which ISO-2022-JP is made of.
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\x0b\f\r\x1b"))) + b"\x7f"
_NUL_SHARE = 0.02
"""A page with a stray NUL stays a page; of random bytes 1 in 256 is one, of a program or picture far more."""
_CONTROL_SHARE = 0.05
"""Of random (compressed, encrypted) bytes 1 in 10 is a control character, of text none."""
_BAD_SHARE = 0.05
"""Wrong characters among those beyond ASCII that a page may have and still be in that character set."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, with the character set that gave it."""

    text: str
    encoding: str
    """Python's name for it, `windows-1252` written so."""
    how: str
    """`bom` | `utf-8` | `mixed` | `declared` | `meta` | `detected`."""


def decode(content: bytes, media_type: MediaType, declared: str | None) -> Decoded | None:
    """Turn a page's bytes into text; None where no character set does.

    Well-formed UTF-8 wins over a declaration, which on old servers names what the site used before.
    """
    if is_binary(content, declared):
        return None
    return next(_attempts(content, media_type, declared))


def is_binary(content: bytes, declared: str | None = None) -> bool:
    """Tell what cannot be text: NULs or control characters throughout, and no wide character set that explains them."""
    if _bom(content) or (_is_wide(declared) and b"\0" in content) or _unmarked_wide(content):
        return False
    if content.startswith(b"%PDF-"):
        return True
    controls = len(content) - len(content.translate(None, _CONTROLS))
    nuls = content.count(b"\0") if controls else 0
    return nuls > _NUL_SHARE * len(content) or controls > _CONTROL_SHARE * len(content)


def _attempts(content: bytes, media_type: MediaType, declared: str | None) -> Iterator[Decoded]:
    """Offer readings, best first; the last one always works."""
    if mark := _bom(content):
        yield Decoded(content[len(mark[0]) :].decode(mark[1], "replace"), mark[1], "bom")
    if (codec := _unmarked_wide(content)) is not None and not _is_wide(declared):
        yield Decoded(content.decode(codec, "replace"), codec, "detected")
    if content.isascii() and SHIFTS.search(content) and (text := _mostly(content, "iso2022_jp")) is not None:
        yield Decoded(text, "iso2022_jp", "detected")
    if not content.isascii():
        yield from _as_utf8(content)
    if (codec := _codec(declared, content)) and (text := _mostly(content, codec)) is not None:
        yield Decoded(text, _display(codec), "declared")
    if media_type is MediaType.HTML and (codec := _declared_inside(content)):
        text = _mostly(content, codec)
        if text is not None:
            yield Decoded(text, _display(codec), "meta")
    if content.isascii():
        yield Decoded(content.decode("ascii"), "utf-8", "utf-8")
    yield _guess(content)


def _unmarked_wide(content: bytes) -> str | None:
    """Tell UTF-16 without a mark: markup and spaces are ASCII in every language, so every other byte is often 0."""
    head = content[:_HEAD]
    if b"\0" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half < _FEWEST_PAIRS or max(even, odd) < _WIDE_SHARE * half or min(even, odd) > _NUL_SHARE * half:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _as_utf8(content: bytes) -> Iterator[Decoded]:
    text = _mostly(content, "utf-8")
    mixed = _unmixed(content) if text is None or "\ufffd" in text else None
    if mixed is not None:
        yield Decoded(mixed, "utf-8", "mixed")
    elif text is not None:
        yield Decoded(text, "utf-8", "utf-8")


def _unmixed(content: bytes) -> str | None:
    """Read a page of UTF-8 into which pieces in a one-byte character set were pasted.

    None where no piece is in that set, one is in neither, or most are. A piece reaches from tag to tag; it is in the one-byte set where each of its bytes beyond ASCII stands in a word alone.
    """
    pieces = re.split(rb"(?=<)", content)
    found: list[str] = []
    right, pasted = 0, False
    for piece in pieces:
        try:
            found.append(piece.decode("utf-8"))
            right += not piece.isascii()
        except UnicodeDecodeError:
            right, pasted = right - 1, True
            if not ALONE.fullmatch(piece):
                return None
            found.append(piece.decode("cp1252", "replace"))
    return "".join(found) if pasted and right > 0 else None


def _bom(content: bytes) -> tuple[bytes, str] | None:
    return next((mark for mark in _BOMS if content.startswith(mark[0])), None)


def _plain(label: str | None) -> str:
    return (label or "").strip().strip("\"'").lower()


def _codec(label: str | None, content: bytes) -> str | None:
    """Name the codec that browsers read under a label; None for a label that is no character set of the web."""
    name = _plain(label)
    try:
        found = codecs.lookup(_LABELS.get(name, name)).name
    except (LookupError, ValueError):  # ValueError: a NUL in the label
        return None
    codec = _MEANT.get(found, found)
    if codec.startswith(("utf-16", "utf-32")):
        return _wide_codec(found, codec, content)
    return codec if codec in _OF_THE_WEB else None


def _wide_codec(found: str, codec: str, content: bytes) -> str | None:
    """Check a claim of UTF-16 or UTF-32, and find its byte order where the label leaves it open."""
    if b"\0" not in content:
        return None  # Even Chinese in UTF-16 has newlines: plain text with a wrong label.
    if found in {"utf-16", "utf-32"} and content[:2].startswith(b"\0"):
        return f"{found}-be"
    return codec


def _is_wide(label: str | None) -> bool:
    return _plain(label).replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32"))


def _declared_inside(content: bytes) -> str | None:
    """Read the page's own declaration: `<meta charset>`, `http-equiv` or the XML declaration."""
    label = EncodingDetector.find_declared_encoding(content[:_HEAD], is_html=True, search_entire_document=True)
    # A declaration that can be read as ASCII cannot be in UTF-16; browsers take it for UTF-8.
    return "utf-8" if _is_wide(label) else _codec(label, content)


def _mostly(content: bytes, codec: str) -> str | None:
    """Decode; a wrong character here and there (a page cut off, an advertisement glued in) becomes U+FFFD."""
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        cut_off = error.reason == "unexpected end of data" and not content[: error.start].isascii()
    text = content.decode(codec, "replace")
    bad = text.count("\ufffd") - content.count(b"\xef\xbf\xbd")
    beyond = sum(len(run) for run in re.findall("[^\x00-\x7f]+", text))
    return text if cut_off or bad <= _BAD_SHARE * beyond else None


def _guess(content: bytes) -> Decoded:
    sample = _telling(content)
    codec = next((codec for codec, letters in _ALPHABETS if _keeps_to(sample, codec, letters)), None)
    if codec is None:
        best = from_bytes(sample, cp_isolation=_GUESSES).best()
        codec = codecs.lookup(best.encoding).name if best else "cp1252"
    return Decoded(content.decode(codec, "replace"), _display(codec), "detected")


def _keeps_to(sample: bytes, codec: str, letters: str) -> bool:
    """Read bytes in one character set and tell whether one language's letters are all there is."""
    text = sample.decode(codec, "replace")
    beyond = [char for char in text if char > "\x7f" and char not in _SIGNS]
    rare = len(beyond) <= _RARE * sum(char.isalpha() for char in text)
    return rare and set(beyond) <= {*letters, *letters.upper()} and not _SIGN_IN_WORD.search(text)


def _telling(content: bytes) -> bytes:
    """Pick what tells character sets apart: the bytes beyond ASCII with the words around them."""
    pieces: list[bytes] = []
    size = last = 0
    for run in re.finditer(rb"[\x80-\xff]+", content):
        start, end = max(last, run.start() - 40), min(run.end() + 40, run.start() + _SAMPLE)
        pieces.append(content[start:end])
        size, last = size + len(pieces[-1]), end
        if size > _SAMPLE:
            break
    return b"".join(pieces)


def _display(codec: str) -> str:
    return f"windows-{codec[2:]}" if re.fullmatch(r"cp125\d", codec) else codec
