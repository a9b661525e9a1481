"""The command line, as people and programs use it: help, exit codes, settings, rules."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys

import pytest
import typer
from command_line import KEYS, MILL, program, rows, run
from conftest import PROJECT, loaded

from cleaner import __version__, cli
from cleaner.cli import app
from cleaner.errors import ConfigurationError, DiskError, RulePackError, WarehouseLockedError
from cleaner.rules import load_packs
from cleaner.settings import Settings

pytestmark = pytest.mark.usefixtures("elsewhere")


def commands(command, *path):
    """Walk all commands and their groups."""
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, *path, name)


COMMANDS = list(commands(typer.main.get_command(app)))


# Help, version, completion


def test_every_command_is_known_here():
    known = {
        "clean",
        "explain",
        "evaluate",
        "ingest",
        "trace",
        "forget",
        "retain",
        "show",
        "publish",
        "search",
        "export",
        "report",
        "schema",
        "config",
    }
    known |= {"rules", "rules list", "rules check", "rules test", "rules draft"}
    assert {" ".join(c) for c in COMMANDS} - {""} == known


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(command):
    ran = run(*command, "--help")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert f"Usage: {' '.join(('cleaner', *command))}" in ran.stdout


def test_help_comes_at_once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    ran = program("--help")
    out, err = ran.communicate()
    assert (ran.returncode, err) == (0, b"")
    assert b"Usage: cleaner" in out
    # Time of the processor, not of the clock: a machine that is busy must not fail the test. Wanted is 1 s.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3


HELPED = """
import sys
from cleaner.cli import app
print([module for module in HEAVY if module in sys.modules])
for command in COMMANDS:
    app([*command, "--help"], standalone_mode=False)
print([module for module in HEAVY if module in sys.modules and module != "pydantic"])  # typer takes it where it is there
"""


def test_help_of_no_command_needs_a_heavy_library():
    heavy = ("lxml", "duckdb", "pyarrow", "trafilatura", "ftfy", "re2", "pydantic", "dateparser", "pebble", "prefect")
    code = HELPED.replace("COMMANDS", repr(COMMANDS)).replace("HEAVY", repr(heavy))
    folders = {"PYTHONPATH": str(PROJECT / "src")}
    ran = subprocess.run([sys.executable, "-c", code], env=os.environ | folders, capture_output=True, check=True)
    assert ran.stdout.count(b"Usage: ") == len(COMMANDS)
    assert [line for line in ran.stdout.splitlines() if line.startswith(b"[")] == [b"[]", b"[]"]


def test_help_tells_the_keys_of_a_record():
    told = " ".join(run("clean", "--help").stdout.replace("│", " ").split())
    assert ", ".join(KEYS) in told


def test_version():
    assert run("--version").stdout == f"cleaner {__version__}\n"


def test_without_a_command_help_is_shown():
    assert "Usage" in run().output


def test_completion(monkeypatch):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")  # the tests may run under no shell
    ran = program("--show-completion", "bash")
    out, _ = ran.communicate()
    assert ran.returncode == 0
    assert b"_CLEANER_COMPLETE=complete_bash" in out


# Exit codes


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("say how"), 2),
        (RulePackError("say how"), 2),
        (WarehouseLockedError("say how"), 3),
        (DiskError("say how"), 3),
        (OSError(28, "say how"), 3),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda e: type(e).__name__ if isinstance(e, BaseException) else str(e),
)
def test_exit_codes(mill, monkeypatch, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr(cli, "_cleaned", fail)
    ran = run("clean", mill)
    assert ran.exit_code == code
    assert ("say how" in ran.stderr) == (code != 130)
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["clean"], "Missing argument"),
        (["clean", "missing.txt"], "cleaner: no such file or folder, or no right to see it: missing.txt"),
        (["clean", "mill.txt", "missing", "gone"], "missing, gone"),
        (["clean", "mill.txt", "--format", "xml"], "'table', 'markdown', 'md'"),
        (["clean", "mill.txt", "--colour"], "No such option: --colour"),
        (["clean", "mill.txt", "--workers", "0"], "--workers"),
        (["clean", "mill.txt", "--packs", "missing"], "missing: no such folder of rule packs"),
        (["explain", "missing.txt"], "missing.txt"),
        (["explain", "mill.txt", "--article", "3"], "mill.txt has 2 articles; there is no article 3"),
        (["explain", "mill.txt", "--article", "0"], "--article"),
        (["ingest"], "raw: no such landing zone"),
        (["ingest", "missing.txt"], "missing.txt"),
        (["trace", "5d41"], "current.duckdb is not there: nothing was published yet"),
        (["trace", "5d41:0"], "after the colon stands the number of a paragraph"),
        (["trace", "5d41:x"], "after the colon stands the number of a paragraph"),
        (["publish"], "warehouse: no such warehouse"),
        (["schema", "--output", "nowhere/schema.md"], "no such folder nowhere"),
        (["rules", "list", "--label", "spam"], "--label spam: none of body, heading"),
        (["rules", "sing"], "No such command 'sing'"),
        (["frobnicate"], "No such command 'frobnicate'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("mill")
def test_wrong_use_is_exit_code_2_and_says_what(args, told):
    ran = run(*args)
    assert ran.exit_code == 2
    assert told in " ".join(ran.stderr.replace("│", " ").split())


def test_a_missing_path_prints_no_table():
    assert run("clean", "missing.txt").stdout == ""


# Config


def test_config_tells_every_setting_and_where_it_comes_from(elsewhere, monkeypatch):
    (elsewhere / "cleaner.toml").write_text('workers = 3\nraw = "zone"\n')
    monkeypatch.setenv("CLEANER_RAW", "elsewhere")
    ran = run("config")
    assert ran.exit_code == 0
    told = rows(ran.stdout)
    assert set(told) >= set(Settings.model_fields)
    assert told["workers"].startswith("3 cleaner.toml")
    assert told["raw"].startswith("elsewhere environment CLEANER_RAW")
    assert told["batch_pages"].startswith("20000 default")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("batch_pages = 0", "batch_pages: Input should be greater than or equal to 1 (got 0)"),
        ("wrokers = 2", "wrokers: Extra inputs are not permitted"),
        ("workers = ", "cleaner.toml: "),
    ],
)
@pytest.mark.parametrize("command", ["config", "clean mill.txt", "rules check"])
@pytest.mark.usefixtures("mill")
def test_a_wrong_setting_stops_every_command(elsewhere, text, told, command):
    (elsewhere / "cleaner.toml").write_text(text)
    ran = run(*command.split())
    assert ran.exit_code == 2
    assert told in ran.stderr
    assert ran.stdout == ""


# Rules

OWN = """
[pack]
name = "harrow"
language = "any"
description = "Harrow Tide"

[[rule]]
id = "promo.harrow_club"
label = "promo"
match = '^tide club\\b'
where = "line"
strength = "certain"
max_words = 9
why = "Its members' club."
hits = ["Tide Club: join today"]
misses = ["The tide club met on Monday."]
"""


@pytest.fixture
def packs(elsewhere):
    folder = elsewhere / "packs"
    folder.mkdir()
    (folder / "harrow.toml").write_text(OWN)
    return folder


def test_rules_are_listed_with_their_why():
    told = run("rules", "list").stdout
    assert all(rule.id in told for pack in load_packs() for rule in pack.rules)


def test_rules_of_one_label(packs):
    told = run("rules", "list", "--label", "promo", "--packs", packs).stdout
    assert "promo.harrow_club" in told
    assert "Its members' club." in told
    assert "keep_reading.whole" not in told


def test_rules_check_names_the_packs(packs):
    ran = run("rules", "check", "--packs", packs)
    assert ran.exit_code == 0
    assert "harrow.toml: 1 rules for any" in ran.stdout
    assert re.search(r"^rulebook digest [0-9a-f]{16}$", ran.stdout, re.MULTILINE)
    assert loaded(None).digest[:16] not in ran.stdout


@pytest.mark.parametrize("command", ["rules check", "clean mill.txt"])
@pytest.mark.usefixtures("mill")
def test_a_pack_that_does_not_load_is_named(packs, command):
    (packs / "harrow.toml").write_text(OWN.replace('"promo"', '"spam"'))
    ran = run(*command.split(), "--packs", packs)
    assert ran.exit_code == 2
    assert ran.stderr.startswith("cleaner: harrow.toml: rule promo.harrow_club: field label: 'spam' is none of")


def test_rules_test_runs_every_example(packs):
    (packs / "harrow.toml").write_text(OWN.replace("The tide club", "Tide club"))
    ran = run("rules", "test", "--packs", packs)
    assert (ran.exit_code, ran.stderr) == (
        2,
        "promo.harrow_club: matches its example in misses: Tide club met on Monday.\n",
    )
    assert re.fullmatch(r"\d{3,} examples of \d{3,} rules, 1 wrong\n", ran.stdout)


def test_own_rules_work(mill, packs):
    mill.write_text(MILL.replace("Repairs to", "Tide Club: join today\n\nRepairs to"))
    assert "promo.harrow_club" not in run("explain", mill).stdout
    assert "promo.harrow_club" in run("explain", mill, "--packs", packs).stdout
    assert "Tide Club" not in run("clean", mill, "--format", "md", "--packs", packs).stdout
