r"""Lists of phrases that several rules share: a pack's `[lists]`, written into patterns where they say `(?&name)`.

`(?&name)` is how Perl and PCRE call a named pattern. RE2 refuses it, so it can stand for nothing else: `{name}` would
read like `\p{Latin}`, `<name>` like a group's name. It gives a group, so that a quantifier behind it takes the whole list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import re2

from cleaner.errors import RulePackError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[a-z][a-z0-9_]*")
CALL = re.compile(r"\\.|\(\?&(?P<name>[^)]*)\)", re.DOTALL)
"""A call, or an escaped character: `\\(?&x)` is a bracket that may be missing, no call."""

Lists = dict[str, str]
"""Patterns by the names of their lists; each is one group."""


def read_lists(raw: object, shared: Mapping[str, str], place: str) -> Lists:
    """Read a pack's `[lists]`, written out in full; `shared` are those of the pack for all languages.

    Raises RulePackError with file and list where one is empty, is no pattern, or calls itself.
    """
    if not isinstance(raw, dict):
        raise RulePackError(f"{place}: [lists] is no table")
    for name, entries in raw.items():
        _check(name, entries, f"{place}: list {name}")
    written: Lists = dict(shared)
    for name in raw:
        written[name] = _write_out(name, raw, shared, (), place)
    return written


def expand(pattern: str, lists: Mapping[str, str], place: str) -> str:
    """Write the lists that a pattern calls into it; raises RulePackError where one is not known."""
    return CALL.sub(lambda call: _called(call, lists, place), pattern)


def _check(name: str, entries: object, place: str) -> None:
    if not NAME.fullmatch(name):
        raise RulePackError(f"{place}: a list's name is of small letters, digits and _")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, str) and e.strip() for e in entries):
        raise RulePackError(f"{place}: at least one phrase is needed, each a text")
    for entry in entries:
        _check_entry(entry, place)


def _check_entry(entry: str, place: str) -> None:
    """Refuse an entry that is no pattern of its own: a bracket left open would swallow its neighbours."""
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(CALL.sub(lambda call: "" if call["name"] is not None else call.group(), entry), options)
    except re2.error as error:
        raise RulePackError(f"{place}: {entry!r} is no pattern in RE2 syntax") from error
    if compiled.groupindex:
        raise RulePackError(f"{place}: {entry!r} has a named group; a list may be written into a rule twice")


def _write_out(
    name: str, raw: Mapping[str, list[str]], shared: Mapping[str, str], above: tuple[str, ...], place: str
) -> str:
    """Return a list as a group; `above` are the lists that called for it, the outermost first."""
    if name in above:
        raise RulePackError(f"{place}: list {above[0]}: calls itself: {' > '.join([*above, name])}")

    def called(call: re.Match[str]) -> str:
        inner = call["name"]
        if inner in raw:
            return _write_out(inner, raw, shared, (*above, name), place)
        return _called(call, shared, f"{place}: list {name}")

    return f"(?:{'|'.join(CALL.sub(called, entry) for entry in raw[name])})"


def _called(call: re.Match[str], lists: Mapping[str, str], place: str) -> str:
    name = call["name"]
    if name is None:
        return call.group()
    if name not in lists:
        raise RulePackError(f"{place}: no list {name!r}; known are {', '.join(sorted(lists)) or 'none'}")
    return lists[name]
