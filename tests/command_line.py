"""The command line for its tests: run in their process, or as a process of its own, on a page of two articles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from cleaner.cli import app

SOURCES = Path(__file__).parents[1] / "src"
START = "import sys; from cleaner.cli import main; sys.argv[0] = 'cleaner'; main()"
KEYS = [
    "source", "position", "title", "dek", "authors", "published_at", "modified_at", "site", "url", "language", "section", "agency", "tags",
    "image", "licence", "access", "truncated", "headings", "text", "paragraphs", "confidence",
]  # fmt: skip
MILL = """The Mill Goes to Forty Families

By Tuesday Okoro

The council voted on Tuesday to sell the old mill at Garrow Bridge to a cooperative of forty local families.

Repairs to the weir will begin in May, the surveyor told the meeting, and will cost at least 300,000 pounds.

Keep Reading Show less

A ferry in Oban harbour. Pixabay

The ferry between Oban and Craignure stopped running on Sunday after a fishing net was caught in its rudder.
"""


def run(*args, given=None):
    return CliRunner().invoke(app, [str(a) for a in args], input=given, prog_name="cleaner")


def program(*args, **options):
    """Start the command line as a process of its own."""
    folders = {"PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", START, *map(str, args)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=os.environ | folders, **(pipes | options))


def ended(ran):
    """Wait for a program and return its exit code and what it wrote."""
    out, err = ran.communicate()
    return ran.returncode, out.decode(), err.decode()


def records(ran):
    return [json.loads(line) for line in ran.stdout.splitlines()]


def rows(drawn):
    return {line.split()[0]: " ".join(line.split()[1:]) for line in drawn.splitlines() if line.strip()}
