"""Text, links and emphasis as CommonMark, so that reading it again gives exactly the text.

A span of emphasis must not begin or end with white space, and at a letter not with punctuation either
(`**Note:**it` is no emphasis to CommonMark): such signs go outside of it, and where nothing is left the emphasis goes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARKUP = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)")
"""What CommonMark, and GitHub's dialect, take for markup within a line."""
AT_START = re.compile(r"^(#|>|\+|-|=|\||:|\d+(?=[.)](?:\s|$)))")
"""What opens a heading, quote, list, table or rule at the start of a line."""
CLOSING = re.compile(r"#+$")
TICKS = re.compile(r"`+")
IN_ADDRESS = {ord(c): f"%{ord(c):02X}" for c in ' <>\\^`{|}"()'}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; a newline in it is a line break that the page made."""

    text: str
    link: str | None = None
    strong: bool = False
    emphasis: bool = False
    code: bool = False


def written(spans: Sequence[Span]) -> str:
    """Write spans as the lines of a paragraph; a line break within is a hard one."""
    lines = _whole(spans).split("\n")
    return "\\\n".join(AT_START.sub(_escaped_start, line.strip()) for line in lines if line.strip())


def on_one_line(spans: Sequence[Span]) -> str:
    """Write spans for a heading or a cell, which have no second line."""
    text = _whole([replace(span, text=span.text.replace("\n", " ")) for span in spans]).strip()
    return CLOSING.sub(lambda match: f"\\{match.group()}", text)


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[1]}\\" if match[1].isdigit() else f"\\{match[1]}"


def _whole(spans: Sequence[Span]) -> str:
    groups = [(link, list(group)) for link, group in groupby(spans, key=lambda span: span.link)]
    out = ""
    for i, (link, group) in enumerate(groups):
        follows = (
            "["
            if i + 1 < len(groups) and groups[i + 1][0]
            else (groups[i + 1][1][0].text if i + 1 < len(groups) else "")
        )
        if link is None:
            out = _emphasised(group, out, follows[:1])
        else:
            out = f"{_emphasised(group, f'{out}[', ']')}]({link.translate(IN_ADDRESS)})"
    return out


def _emphasised(group: Sequence[Span], out: str, follows: str) -> str:
    """Add the spans of one link, or of none, to what is written; `follows` is the sign that will stand behind them."""
    parts = [(stars, list(same)) for stars, same in groupby(_without_clashes(group), key=_stars)]
    for i, (stars, same) in enumerate(parts):
        behind = parts[i + 1][1][0] if i + 1 < len(parts) else None
        after = ("`" if behind.code else behind.text[:1]) if behind else follows
        out += _delimited(same, "*" * stars, out[-1:], after) if stars else _plain(same, after)
    return out


def _stars(span: Span) -> int:
    return span.emphasis + 2 * span.strong


def _without_clashes(group: Sequence[Span]) -> Iterable[Span]:
    """Give spans of other emphasis that touch each other what they have in common: `**a***b*` is no emphasis of both."""
    for marked, touching in groupby(_code_in_one(group), key=lambda span: _stars(span) > 0):
        spans = list(touching)
        if marked:
            strong, emphasis = all(s.strong for s in spans), all(s.emphasis for s in spans)
            if strong or emphasis:
                spans = [replace(s, strong=strong, emphasis=emphasis) for s in spans]
            else:
                first = _stars(spans[0])
                cut = next((i for i, s in enumerate(spans) if _stars(s) != first), len(spans))
                spans[cut:] = [replace(s, strong=False, emphasis=False) for s in spans[cut:]]
        yield from spans


def _code_in_one(group: Sequence[Span]) -> Iterable[Span]:
    """Join stretches of code that touch: two pairs of backticks side by side would be read as others."""
    for code, touching in groupby(group, key=lambda span: span.code):
        spans = list(touching)
        if not code:
            yield from spans
            continue
        alike = len({_stars(span) for span in spans}) == 1
        one = replace(spans[0], text="".join(span.text for span in spans))
        yield one if alike else replace(one, strong=False, emphasis=False)


def _delimited(spans: list[Span], stars: str, before: str, after: str) -> str:
    """Put stars around spans, signs at the edges that would undo them outside."""
    spans, head, tail = list(spans), "", ""
    while spans and not spans[0].code and not _opens(before, spans[0].text[0]):
        before, head = spans[0].text[0], head + spans[0].text[0]
        spans = _cut(spans, slice(1, None), 0)
    while spans and not spans[-1].code and not _opens(after, spans[-1].text[-1]):
        after, tail = spans[-1].text[-1], spans[-1].text[-1] + tail
        spans = _cut(spans, slice(None, -1), -1)
    edges = spans and (not spans[0].code or _opens(before, "`")) and (not spans[-1].code or _opens(after, "`"))
    if not edges:
        return _plain([Span(head), *spans, Span(tail)], after)
    return f"{_plain([Span(head)], '*')}{stars}{_plain(spans, '*')}{stars}{_plain([Span(tail)], after)}"


def _cut(spans: list[Span], part: slice, at: int) -> list[Span]:
    spans[at] = replace(spans[at], text=spans[at].text[part])
    return [span for span in spans if span.text]


def _opens(outside: str, inside: str) -> bool:
    """Tell whether stars between the two signs can be an edge of emphasis; the rule is the same at both edges."""
    if inside.isspace():
        return False
    if unicodedata.category(inside)[0] not in "PS":
        return True
    # what counts as punctuation differs between versions of CommonMark: outside only what does in all
    return (
        not outside
        or outside.isspace()
        or (outside.isascii() and not outside.isalnum())
        or unicodedata.category(outside)[0] == "P"
    )


def _plain(spans: Sequence[Span], after: str) -> str:
    """Write spans without emphasis: text with its signs escaped, code between backticks."""
    texts = [(code, "".join(span.text for span in same)) for code, same in groupby(spans, key=lambda span: span.code)]
    out = "".join(_code(text) if code else MARKUP.sub(r"\\\g<0>", text) for code, text in texts)
    # an exclamation mark makes a picture of a link
    return f"{out[:-1]}\\!" if after == "[" and texts and not texts[-1][0] and out.endswith("!") else out


def _code(text: str) -> str:
    if not text:
        return ""
    text = text.replace("\n", " ")
    ticks = "`" * (max((len(run) for run in TICKS.findall(text)), default=0) + 1)
    edges = {text[0], text[-1]}
    pad = " " if "`" in edges or (edges == {" "} and text.strip()) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
