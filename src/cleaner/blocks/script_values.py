"""Values as JavaScript writes them: keys without quotes, strings in single ones, a function called with what it repeats.

Read token by token; whatever is neither a value nor a name of one, such as an operator or a call, ends the attempt.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_NAMES: Mapping[str, str] = {}
TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)|(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`(?:[^`\\$]|\\.)*+`)|"""
    r"""(?P<none>void\s+0)|(?P<truth>![01])|new\s+Date\(\s*(?P<day>"[^"\\]*"|\d+)\s*\)|"""
    r"""(?P<number>-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_$][\w$]*)|(?P<sign>[\[\]{}:,)])""",
    re.DOTALL,
)
KEY = re.compile(r"\s*:")
KNOWN = frozenset({"true", "false", "null"})
CALLED = re.compile(r"\s*\(\s*(?:function\s*)?\((?P<names>[\w$,\s]*)\)\s*(?:=>\s*)?\{")
"""The start of a function that is called where it is written."""
RETURN = re.compile(r"\breturn\s*(?=[{\[])")
CALL = re.compile(r"\s*;?\s*\}\s*\)?\s*\(")
"""Between what a function returns and what it is called with."""
QUOTED = re.compile(
    r"""\\(?:x(?P<code>[0-9a-fA-F]{2})|u\{(?P<point>[0-9a-fA-F]{1,5})\}|(?P<kept>["\\/bfnrtu])|(?P<other>.))|(?P<quote>")""",
    re.DOTALL,
)


def script_value(text: str) -> object:
    """Read the object, list or called function that a text begins with; None where there is none, or more than values."""
    called = CALLED.match(text)
    if called is None:
        return _loaded(_as_json(text.lstrip())[0])
    returned = RETURN.search(text, called.end())
    if returned is None:
        return None
    body = text[returned.end() :]
    end = _as_json(body)[1]
    call = CALL.match(body, end) if end else None
    given = _loaded(_as_json(f"[{body[call.end() :]}")[0]) if call else None
    if not isinstance(given, list):
        return None
    names = (name.strip() for name in called["names"].split(","))
    return _loaded(_as_json(body, {n: json.dumps(v) for n, v in zip(names, given, strict=False)})[0])


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False) if text else None
    except (ValueError, RecursionError):
        return None


def _as_json(text: str, names: Mapping[str, str] = NO_NAMES) -> tuple[str, int]:
    """Write the value that a text begins with as JSON, and tell where it ends; of what is no plain value nothing."""
    written: list[str] = []
    depth, at = 0, 0
    while (token := TOKEN.match(text, at)) is not None:
        at = token.end()
        if token["sign"] in {"}", "]", ")"}:
            if written and written[-1] == ",":
                written.pop()
            depth -= 1
            written.append("]" if token["sign"] == ")" else token["sign"])
        elif not token["space"]:
            depth += token["sign"] in {"{", "["}
            written.append(_piece(token, names, is_key=KEY.match(text, at) is not None))
        if not depth and not token["space"]:
            return "".join(written), at
    return "", 0


def _piece(token: re.Match[str], names: Mapping[str, str], *, is_key: bool) -> str:
    """Write a token as JSON; a name that nothing is given for is none."""
    whole = token[0]
    if token["text"]:
        return _quoted(whole)
    if token["name"] or token["number"]:
        if is_key:
            return f'"{whole}"'
        known = whole if whole in KNOWN else names.get(whole, "null")
        return known if token["name"] else whole.replace("-.", "-0.") if whole[0] != "." else f"0{whole}"
    if token["truth"]:
        return "true" if whole == "!0" else "false"
    return "null" if token["none"] else token["day"] or whole


def _quoted(whole: str) -> str:
    """Write a string of JavaScript between double quotes, with no escape that JSON does not know."""
    if whole[0] == '"' and "\\" not in whole:
        return whole
    return f'"{QUOTED.sub(_escaped, whole[1:-1])}"'


def _escaped(found: re.Match[str]) -> str:
    code = found["code"] or found["point"]
    if code:
        return json.dumps(chr(int(code, 16)))[1:-1]
    if found["quote"]:
        return '\\"'
    return found[0] if found["kept"] else "" if found["other"] == "\n" else found["other"]
