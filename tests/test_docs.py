"""The documents say what is true: commands, links, keys, settings, snippets and words are compared with the code."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path

import click
import pytest
import shipped_corpus as corpus
import typer
from conftest import PROJECT, text_page
from warehouse_samples import article, publish_sample

from cleaner import __version__, cli
from cleaner.cli import app
from cleaner.errors import Reason
from cleaner.model import Kind, Label, Layout, Verdict
from cleaner.review.jsonl import record
from cleaner.review.markdown import page_articles
from cleaner.rules import check_examples, load_packs
from cleaner.rules.packs import CAPTURES, RULE_FIELDS, Strength, Where
from cleaner.settings import Settings
from cleaner.store.describe import schema_markdown

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), PROJECT / "raw" / "README.md"])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FIRST_CELL = re.compile(r"^\| `([^`]+)`(?:, `([^`]+)`)* \|", re.MULTILINE)
TERM = re.compile(r"\*\*([^*]+)\*\*")
COMMAND = re.compile(r"(?:\.venv/bin/)?cleaner(?= [a-z-])")
VOCABULARY = """
landing zone, bronze, silver, gold, page, dump, blended dump, block, segment, mark, label, verdict, main content,
boilerplate, kicker, slug, lede, subhead, correction, link density, text density, stopword density, canonical URL,
near-duplicate, shingles, MinHash, syndication, rule, pack, rulebook, digest, quarantine, reason, lineage, run,
idempotency, watermark, backfill, replay, golden page, floor, ratchet, ledger
"""


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def fences(document: Path, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(document.read_text(encoding="utf-8")) if kind == language]


def spoken(document: Path, first: re.Pattern[str]) -> list[str]:
    """List what a document shows to be typed, in blocks and between backticks, that begins with `first`."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    lines = [line for body in fences(document, "sh") for line in body.splitlines()]
    return [line for line in [*lines, *INLINE.findall(text)] if first.match(line)]


def section(text: str, heading: str) -> str:
    """Return what stands under a heading or a comment, up to the next heading."""
    return re.split(r"^## ", text.split(heading, 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    return [cell for cells in FIRST_CELL.findall(text) for cell in cells if cell]


@cache
def program() -> click.Command:
    return typer.main.get_command(app)


def complaint(line: str) -> str | None:
    """Say what is wrong with a command that a document shows, or None."""
    command = program()
    options = {option for parameter in command.params for option in parameter.opts}
    for word in shlex.split(line, comments=True)[1:]:
        subcommands = getattr(command, "commands", {})
        if word.startswith("--"):
            if word.split("=")[0] not in options | {"--help"}:
                return f"{line}: no option {word}"
        elif subcommands:
            if word not in subcommands:
                return f"{line}: no command {word}"
            command = subcommands[word]
            options = {option for parameter in command.params for option in parameter.opts}
    return None


# --- commands


@each_document
def test_every_command_shown_is_there(document):
    assert [told for line in spoken(document, COMMAND) if (told := complaint(line))] == []


@pytest.mark.parametrize(
    "line", ["cleaner clear page.txt", "cleaner rules prove", "cleaner clean page.txt --form md", "cleaner --verbose"]
)
def test_a_command_that_is_not_there_is_found(line):
    assert complaint(line)


def test_every_command_is_documented():
    group = typer.main.get_command(app).commands
    known = [f"cleaner {name}" for name in group if name != "rules"]
    known += [f"cleaner rules {name}" for name in group["rules"].commands]
    table = section(read("docs/running.md"), "## Commands")
    assert [command for command in known if f"| `{command}" not in table] == []
    options = {o for c in [*group.values(), *group["rules"].commands.values()] for p in c.params for o in p.opts}
    assert [o for o in options if o.startswith("--") and o not in read("docs/running.md")] == []


@each_document
def test_every_target_of_make_is_there(document):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    asked = {line.split()[1] for line in spoken(document, re.compile(r"make [a-z-]+"))}
    assert asked <= targets


@each_document
def test_every_file_shown_in_a_command_is_there(document):
    words = [word for line in spoken(document, re.compile(r"\S*(?:cleaner|python) ")) for word in shlex.split(line)]
    paths = [word for word in words if re.match(r"(?:raw|tests|docs|src)/\S", word)]
    assert [path for path in paths if not (PROJECT / path).exists()] == []


# --- links


@each_document
def test_every_relative_link_leads_somewhere(document):
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(text) if not re.match(r"[a-z]+://", link)]
    assert [link for link in links if not leads_somewhere(document, link)] == []


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(document: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("link", ["none.md", "rules.md#add-a-sight"])
def test_a_link_that_leads_nowhere_is_found(link):
    assert not leads_somewhere(PROJECT / "docs" / "running.md", link)


def test_every_document_is_within_reach_of_the_readme():
    reached, ahead = set(), [PROJECT / "README.md"]
    while ahead:
        document = ahead.pop()
        if document in reached:
            continue
        reached.add(document)
        links = [link.partition("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8"))]
        places = [(document.parent / link).resolve() for link in links if link and "://" not in link]
        ahead += [f for p in places for f in (p.glob("*.md") if p.is_dir() else [p]) if f.suffix == ".md"]
    assert [named(document) for document in DOCUMENTS if document not in reached] == []


# --- what the code names


def test_the_keys_of_a_record_are_documented():
    keys = list(record(article("harbour", 1, ["One."]), text_page("One.")))
    assert first_cells(section(read("docs/running.md"), "<!-- record -->")) == keys
    shown = fences(PROJECT / "README.md", "json")
    assert [list(json.loads(line)) for line in shown] == [keys]


def test_the_markdown_of_the_readme_is_what_its_page_gives():
    cleaned = corpus.cleaned("harrowtide.example/2026-03-10/ferry-guide.html")
    [whole] = page_articles(cleaned)
    [shown] = fences(PROJECT / "README.md", "markdown")
    assert [line for line in shown.splitlines() if line not in whole.splitlines()] == []


def test_every_setting_is_documented_in_its_own_words():
    table = section(read("docs/running.md"), "<!-- settings -->")
    assert first_cells(table) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        assert re.search(rf"^\| `{name}` \| .+ \| {re.escape(field.description or '')} \|$", table, re.MULTILINE), name
        if isinstance(field.default, int | float | Path):
            assert re.search(rf"^\| `{name}` \| `?{re.escape(str(field.default))}`? \|", table, re.MULTILINE), name


def test_every_exit_code_is_documented():
    table = section(read("docs/running.md"), "## Exit codes")
    for code in (0, cli.CRASHED, cli.WRONG_USE, cli.WORLD, cli.EXPIRED, cli.INTERRUPTED):
        assert f"| {code} |" in table


def test_every_field_of_a_rule_is_documented():
    text = read("docs/rules.md")
    # `capture` is accepted and does nothing: named groups took its place.
    assert set(first_cells(section(text, "## How a rule looks"))) >= RULE_FIELDS - {"capture"}
    for name in (*CAPTURES, *Where, *Strength):
        assert f"`{name}`" in text


def test_every_module_is_documented():
    folder = PROJECT / "src" / "cleaner"
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(first_cells(section(read("docs/architecture.md"), "<!-- modules -->"))) == modules - {"__init__"}


def test_the_schema_is_described_as_it_is():
    assert read("docs/schema.md") == schema_markdown(), "make it anew: cleaner schema --output docs/schema.md"


# --- glossary


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("## Labels", set(Label)),
        ("## Verdicts", set(Verdict)),
        ("## Kinds", set(Kind)),
        ("## Layouts", set(Layout)),
        ("## Reasons", set(Reason)),
        ("## Rule families", {rule.id.split(".")[0] for pack in load_packs() for rule in pack.rules}),
    ],
)
def test_the_glossary_has_every_closed_list_whole(heading, words):
    listed = first_cells(section(read("docs/glossary.md"), heading))
    if heading == "## Rule families":
        listed = listed[: listed.index("model.text")]
    assert sorted(listed) == sorted(words)


def test_the_glossary_has_the_vocabulary():
    terms = set(TERM.findall(section(read("docs/glossary.md"), "## Words")))
    assert [word for word in re.split(r",\s+", VOCABULARY.strip()) if word not in terms] == []


def test_reasons_are_told_alike_in_the_glossary_and_at_the_landing_zone():
    landing = first_cells(section(read("raw/README.md"), "## What cannot be read"))
    assert set(landing) <= set(Reason)


# --- snippets


def snippets(language: str) -> list:
    found = [(d, n, body) for d in DOCUMENTS for n, body in enumerate(fences(d, language), 1)]
    return [pytest.param(body, id=f"{named(d)}-{n}") for d, n, body in found]


@pytest.mark.parametrize("code", snippets("python"))
def test_python_snippets_run(code, tmp_path, monkeypatch, capsys):
    publish_sample(tmp_path / "warehouse")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "snippet", "exec"), {"__name__": "snippet"})  # noqa: S102 - our own documents
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("text", snippets("toml"))
def test_packs_and_rules_shown_are_what_they_say(text, tmp_path):
    head = '[pack]\nname = "shown"\nlanguage = "en"\ndescription = "Shown."\n'
    rule = '[[rule]]\nid = "other.shown"\nlabel = "other"\nmatch = "^x$"\nmax_words = 1\nwhy = "w"\nhits = ["x"]\nmisses = ["y"]\n'
    whole = (text if "[pack]" in text else head + text) + ("" if "[[rule]]" in text else rule)
    (tmp_path / "shown.toml").write_text(whole, encoding="utf-8")
    packs = load_packs(tmp_path)
    assert packs[-1].rules
    assert list(check_examples(packs[-1:])) == []


def test_the_queries_of_the_readme_name_their_output():
    shown = [body for body in fences(PROJECT / "README.md", "") if body.startswith("┌")]
    columns = [re.findall(r"\w+", body.splitlines()[1]) for body in shown]
    assert columns == [["language", "articles", "words"], ["path", "row", "reason"]]


# --- pictures and style


@pytest.mark.parametrize("name", ["explain", "summary"])
def test_pictures_fetch_nothing(name):
    svg = read(f"docs/pictures/{name}.svg")
    assert svg.startswith("<svg")
    assert "url(http" not in svg.replace('"', "")
    assert (PROJECT / "docs" / "pictures" / f"{name}.png").stat().st_size > 10_000


def test_the_changelog_has_this_version():
    assert re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", read("CHANGELOG.md"), re.MULTILINE)
