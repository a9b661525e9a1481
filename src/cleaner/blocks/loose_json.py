"""JSON as pages carry it: inside a script, inside a string, with `undefined` in it, or broken off; never raises."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any
from urllib.parse import unquote

from cleaner.blocks.script_values import script_value

LARGEST = 4_000_000
"""Characters of one blob that are read."""
DEEPEST = 200
"""Levels of a flattened state that are put together again."""
MOST_NODES = 100_000
MOST_STRINGS = 20_000

NO_VALUE = re.compile(r"(?<=[:,\[])\s*(?:undefined|void 0|NaN|-?Infinity)(?=\s*[,}\]])")
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
DATE_CALL = re.compile(r'\bnew Date\(("[^"\\]{4,40}")\)')
PARSE_CALL = re.compile(r"\s*(?:JSON\s*\.\s*parse|decodeURIComponent)\s*\(\s*(?:decodeURIComponent\s*\(\s*)?")
NAMED_STRING = re.compile(
    r'(?:"(?P<name>\w{1,40})"|(?P<bare>\b[A-Za-z_$]\w{0,40}))\s*:\s*"(?P<text>[^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?\Z)',
    re.DOTALL,
)
LONE_STRING = re.compile(r'"(?P<text>[^"\\]{40,}(?:\\.[^"\\]*)*|[^"\\]*(?:\\.[^"\\]*){4,})"', re.DOTALL)
BROKEN_ESCAPE = re.compile(r"\\u?[0-9a-fA-F]{0,3}\Z")
SINGLE_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
DECODER = json.JSONDecoder(strict=False)


def load(text: str, at: int = 0) -> object:
    """Read the value that begins at an offset, as well as it can be had; None where there is none.

    Strictly first, then with what only JavaScript knows taken out, then as JavaScript, then its strings alone, by their names.
    """
    text = text[at : at + LARGEST]
    called = PARSE_CALL.match(text)
    if called is not None:
        text = text[called.end() :]
    text = text.lstrip().removeprefix("<!--").lstrip()
    if text.startswith("'"):
        quoted = SINGLE_QUOTED.match(text)
        text = _double_quoted(quoted[1]) if quoted else text
    value = _strict(text)
    if value is None:
        value = _strict(TRAILING_COMMA.sub("", NO_VALUE.sub("null", DATE_CALL.sub(r"\1", text))))
    if value is None:
        value = script_value(text)
    if value is None:
        return strings_of(text) or None
    return unpacked(value)


def unpacked(value: object) -> object:
    """Read JSON that a string holds, twice at most, and put a flattened state together again."""
    for _ in range(2):
        if not isinstance(value, str):
            break
        text = unquote(value) if value.startswith(("%7B", "%5B")) else value
        inner = _strict(text) if is_json(text) else None
        if inner is None:
            break
        value = inner
    return revived(value) if is_flattened(value) else value


def is_json(text: str) -> bool:
    """Tell a string that holds an object or a list."""
    return text.lstrip()[:1] in {"{", "["} and text.rstrip()[-1:] in {"}", "]"}


def _strict(text: str) -> object:
    try:
        return DECODER.raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _double_quoted(inside: str) -> str:
    """Turn what stands between single quotes in JavaScript into a JSON string."""
    plain = re.sub(
        r'\\(.)|(")', lambda m: '\\"' if m[0] in {'"', '\\"'} else "'" if m[1] == "'" else m[0], inside, flags=re.DOTALL
    )
    return f'"{plain}"'


def strings_of(text: str) -> dict[str, list[str]]:
    """Gather the strings of broken JSON or of a script by their names; one without a name stands under the empty name."""
    found: dict[str, list[str]] = {}
    for match in islice(NAMED_STRING.finditer(text), MOST_STRINGS):
        value = _string(match["text"])
        if value is not None:
            found.setdefault(match["name"] or match["bare"], []).append(value)
    named = {value for values in found.values() for value in values}
    alone = (_string(match["text"]) for match in islice(LONE_STRING.finditer(text), MOST_STRINGS))
    rest = [value for value in alone if value is not None and value not in named]
    return found | ({"": rest} if rest else {})


def _string(inside: str) -> str | None:
    value = _strict(f'"{inside}"')
    if value is None:  # broken off within an escape
        value = _strict(f'"{BROKEN_ESCAPE.sub("", inside)}"')
    return value if isinstance(value, str) and value.strip() else None


def is_flattened(value: object) -> bool:
    """Tell a state that was flattened: a list of values in which objects name others by their place."""
    if not isinstance(value, list) or len(value) < 4 or not isinstance(value[0], dict | list):
        return False
    head = value[0].values() if isinstance(value[0], dict) else (v for v in value[0] if not isinstance(v, str))
    return bool(value[0]) and all(isinstance(v, int) and not isinstance(v, bool) and -8 < v < len(value) for v in head)


def revived(table: object) -> object:
    """Put a flattened state together: `[{"title": 1}, "Ferry late"]` becomes `{"title": "Ferry late"}`."""
    if not isinstance(table, list):
        return table
    left = [MOST_NODES]

    def at(place: object, depth: int) -> object:
        left[0] -= 1
        if depth > DEEPEST or left[0] < 0 or not isinstance(place, int) or not 0 <= place < len(table):
            return None
        value: Any = table[place]
        if isinstance(value, dict):
            return {key: at(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            if value and isinstance(value[0], str):  # ["Ref", 7], ["Date", "2026-…"]
                return at(value[1], depth + 1) if len(value) == 2 and isinstance(value[1], int) else value[-1]
            return [at(inner, depth + 1) for inner in value]
        return value

    return at(0, 0)
