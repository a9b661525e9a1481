"""Rule packs: TOML files of rules, read and checked whole before the first page."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

import re2

from cleaner.errors import RulePackError
from cleaner.model import Label
from cleaner.rules.lists import expand, read_lists
from cleaner.rules.patterns import CAPTURES, by_line, compile_pattern
from cleaner.rules.pins import Pin, read_pins
from cleaner.text import collapse, count_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path


class Where(StrEnum):
    """What part of a block a rule speaks of."""

    LINE = "line"
    """The whole block."""
    START = "start"
    """Words at the start of a longer block: a certain rule makes them a block of their own, a likely one leaves a mark."""
    END = "end"
    """Words at its end, likewise."""


class Strength(StrEnum):
    """How far a rule may be trusted alone."""

    CERTAIN = "certain"
    """Decides alone: measured, at most one in fifty of its matches is body."""
    LIKELY = "likely"
    """Evidence; the context decides."""


class Position(StrEnum):
    """Where in the page a block must stand for the rule to look at it."""

    ANY = "any"
    FIRST3 = "first3"
    LAST3 = "last3"


SCORES = {Strength.CERTAIN: 0.98, Strength.LIKELY: 0.6}
"""Measured on labelled pages: of the lines that certain rules match, 0-2 % are body; of the likely ones up to a half."""

NOT_ASCII = re.compile(r"[^\x00-\x7f]")
RULE_ID = re.compile(r"[a-z_]+\.[a-z0-9_]+")
Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; its fields are those of the TOML form."""

    id: str
    label: Label
    match: str
    """The pattern with its lists written out."""
    where: Where
    strength: Strength
    why: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    max_words: int
    exact_case: bool = False
    position: Position = Position.ANY

    @property
    def pattern(self) -> str:
        """The RE2 pattern with its case rule written into it."""
        return _cased(self.match, exact=self.exact_case)

    @property
    def cuts(self) -> bool:
        """Whether the rule cuts what it matches off the block: edge rules that are certain do."""
        return self.where is not Where.LINE and self.strength is Strength.CERTAIN

    def takes(self, block_words: int) -> bool:
        """Tell whether a block of so many words is short enough for the rule."""
        return block_words <= self.max_words or self.where is not Where.LINE

    def stands_at(self, index: int, count: int) -> bool:
        """Tell whether the rule looks at that block of a page of `count` blocks."""
        if self.position is Position.FIRST3:
            return index < 3
        return self.position is Position.ANY or index >= count - 3


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of rules for a language, or for a site while its layout lasts."""

    name: str
    language: str
    """ISO 639-1, or `any`."""
    description: str
    file: str
    rules: tuple[Rule, ...]
    lists: dict[str, str]
    """Patterns that its rules may call by name: its own and those of `common`."""
    source: str
    """The TOML text: part of the rulebook's digest."""
    site: str | None = None
    """Host that the pack is for; None for all."""
    valid_from: date | None = None
    """First day of that layout; pages fetched earlier are not looked at."""
    valid_until: date | None = None
    """Last day of the layout that the pack knows; pages fetched later are not looked at."""
    pins: tuple[Pin, ...] = ()
    """Fields that the site prints in a known place."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An example of a rule that does not do what it says."""

    rule: str
    kind: str
    """`hits` or `misses`."""
    example: str


def load_packs(folder: Path | None = None, *, trusting: bool = False) -> tuple[Pack, ...]:
    """Read the shipped packs, then those of `folder`; rule ids must be unique over all.

    Trusting, the patterns of the shipped packs are compiled when a page asks for them: most of them are for languages
    that a process never meets, and compiling all takes half a second. Those of `folder` are always checked here.
    """
    if folder is not None and not folder.is_dir():
        raise RulePackError(f"{folder}: no such folder of rule packs; the setting `packs` names it")
    own = sorted(_toml_files(folder), key=lambda f: f.name) if folder else []
    shipped = _shipped(trusting=trusting)
    packs = (*shipped, *(_read_pack(file, shipped[0].lists) for file in own))
    seen: dict[str, str] = {}
    for pack in packs:
        for rule in pack.rules:
            if rule.id in seen:
                raise RulePackError(
                    f"{pack.file}: rule {rule.id}: field id: taken already in {seen[rule.id]}; ids are never reused"
                )
            seen[rule.id] = pack.file
    return packs


@cache
def _shipped(*, trusting: bool) -> tuple[Pack, ...]:
    """Read the packs that ship, `common` first, once a process."""
    first, *others = sorted(
        _toml_files(resources.files("cleaner.rules") / "packs"), key=lambda f: (f.name != "common.toml", f.name)
    )
    common = _read_pack(first, {}, trusting=trusting)
    return (common, *(_read_pack(file, common.lists, trusting=trusting) for file in others))


def check_examples(packs: tuple[Pack, ...]) -> Iterator[Failure]:
    """Run every rule on its own examples; yields those that do not come out as they say."""
    for pack in packs:
        for rule in pack.rules:
            compiled = compile_pattern(rule.pattern)
            for kind, wanted in (("hits", True), ("misses", False)):
                for example in getattr(rule, kind):
                    text = fold(collapse(example))
                    if (rule.takes(count_words(text)) and compiled.search(text) is not None) is not wanted:
                        yield Failure(rule.id, kind, example)


def _toml_files(folder: Traversable) -> list[Traversable]:
    return [file for file in folder.iterdir() if file.name.endswith(".toml")]


def _read_pack(file: Traversable, shared: Mapping[str, str], *, trusting: bool = False) -> Pack:
    """Read a pack; `shared` are the lists of `common`, of which a pack's own list of the same name takes the place."""
    source = file.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RulePackError(f"{file.name}: not valid TOML: {error}") from error
    head = _table(data.get("pack"), file.name, "the table [pack] is missing")
    _only_known(head, {"name", "language", "description", "site", "valid_from", "valid_until"}, f"{file.name}: [pack]")
    _only_known(data, {"pack", "lists", "rule", "fields"}, file.name)
    name = _text(head, "name", f"{file.name}: [pack]")
    pins = read_pins(data.get("fields"), name, file.name)
    if pins and "site" not in head:
        raise RulePackError(f"{file.name}: [fields] pins places of one site; field site of [pack] is missing")
    rules = data.get("rule", [])
    if not isinstance(rules, list) or not (rules or pins):
        raise RulePackError(f"{file.name}: no [[rule]] in it; a pack without rules does nothing")
    lists = read_lists(data.get("lists", {}), shared, file.name)
    return Pack(
        name=name,
        language=_text(head, "language", f"{file.name}: [pack]"),
        description=_text(head, "description", f"{file.name}: [pack]"),
        file=file.name,
        rules=tuple(
            _read_rule(_table(raw, file.name, "a [[rule]] is no table"), lists, file.name, trusting=trusting)
            for raw in rules
        ),
        lists=lists,
        source=source,
        site=_text(head, "site", f"{file.name}: [pack]") if "site" in head else None,
        valid_from=_day(head, "valid_from", file.name),
        valid_until=_day(head, "valid_until", file.name),
        pins=pins,
    )


def _day(head: dict[str, Any], name: str, file: str) -> date | None:
    day = head.get(name)
    if day is not None and not isinstance(day, date):
        raise RulePackError(f"{file}: [pack]: field {name}: {day!r} is no date (write 2026-03-01, without quotes)")
    return day


RULE_FIELDS = {
    "capture",
    "id",
    "label",
    "match",
    "where",
    "strength",
    "case",
    "max_words",
    "position",
    "why",
    "hits",
    "misses",
}


def _read_rule(raw: dict[str, Any], lists: Mapping[str, str], file: str, *, trusting: bool) -> Rule:
    rule_id = _text(raw, "id", f"{file}: a rule without id")
    place = f"{file}: rule {rule_id}"
    if not RULE_ID.fullmatch(rule_id):
        raise RulePackError(f"{place}: field id: must be family.name in lower case")
    _only_known(raw, RULE_FIELDS, place)
    where = _one_of(Where, raw.get("where", "line"), place, "where")
    exact = _case(raw.get("case", "fold"), place)
    match = expand(_text(raw, "match", place), lists, f"{place}: field match")
    return Rule(
        id=rule_id,
        label=_one_of(Label, raw.get("label"), place, "label"),
        match=match if trusting else _pattern(match, where, place, exact=exact),
        where=where,
        strength=_one_of(Strength, raw.get("strength", "likely"), place, "strength"),
        why=_text(raw, "why", place),
        hits=_examples(raw, "hits", place),
        misses=_examples(raw, "misses", place),
        max_words=_max_words(raw, where, place),
        exact_case=exact,
        position=_one_of(Position, raw.get("position", "any"), place, "position"),
    )


def _table(value: object, place: str, problem: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RulePackError(f"{place}: {problem}")
    return value


def _only_known(raw: dict[str, Any], known: set[str], place: str) -> None:
    for name in raw:
        if name not in known:
            raise RulePackError(f"{place}: field {name}: unknown; known are {', '.join(sorted(known))}")


def _text(raw: dict[str, Any], name: str, place: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise RulePackError(f"{place}: field {name}: a text is needed")
    return value


def _one_of(kinds: type[Kind], value: object, place: str, name: str) -> Kind:
    try:
        return kinds(str(value))
    except ValueError:
        raise RulePackError(f"{place}: field {name}: {value!r} is none of {', '.join(kinds)}") from None


def _case(value: object, place: str) -> bool:
    if value not in {"fold", "exact"}:
        raise RulePackError(f"{place}: field case: {value!r} is none of fold, exact")
    return value == "exact"


def _max_words(raw: dict[str, Any], where: Where, place: str) -> int:
    value = raw.get("max_words", None if where is Where.LINE else 12)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise RulePackError(f"{place}: field max_words: a whole number is needed; it guards prose from the rule")
    return value


def _examples(raw: dict[str, Any], name: str, place: str) -> tuple[str, ...]:
    values = raw.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(v, str) and v for v in values):
        raise RulePackError(
            f"{place}: field {name}: at least one example is needed; a rule without proof is not loaded"
        )
    return tuple(values)


def _cased(match: str, *, exact: bool) -> str:
    """Write a rule's case into its pattern; a flag before it, not a group around it, which would close a bracket left open."""
    return match if exact else f"(?i){match}"


def _pattern(match: str, where: Where, place: str, *, exact: bool) -> str:
    blind = [letter for letter in NOT_ASCII.findall(match) if letter.isalnum() and fold(letter) != letter]
    if blind:
        raise RulePackError(
            f"{place}: field match: {blind[0]!r} never matches: lines are folded before; write {fold(blind[0])!r}"
        )
    try:
        groups = _group_names(match, exact=exact)
    except re2.error as error:
        raise RulePackError(
            f"{place}: field match: {_words(error)} (RE2 syntax: no lookaround, no backreferences)"
        ) from error
    for name in groups:
        if name.rstrip("0123456789") not in CAPTURES:
            raise RulePackError(f"{place}: field match: group {name!r} is none of {', '.join(CAPTURES)}")
    if (where is Where.END and not match.endswith("$")) or (where is Where.START and not match.startswith("^")):
        raise RulePackError(f"{place}: field match: where = {where} needs a pattern anchored at the {where} (^ or $)")
    return match


def _words(error: re2.error) -> str:
    told = error.args[0] if error.args else error
    return (told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told))[:160]


def _group_names(match: str, *, exact: bool) -> tuple[str, ...]:
    """Compile a rule's pattern for lines of all scripts, which takes most room, and return its groups; raises re2.error."""
    pattern = _cased(match, exact=exact)
    try:
        return by_line(pattern).names
    except re2.error:
        compile_pattern(match)  # its message shows the pattern as it is written
        raise
