"""What can go wrong, in three kinds.

::

    the page is bad     a value, never an exception: `Rejected` with one of the closed `Reason`s
    we are wrong        CleanerError                      before the first page; exit code 2
                        ├── ConfigurationError            a setting, an option, a path that is not there
                        ├── RulePackError                 a rule pack that does not load: file, rule, field
                        └── MigrationError                a warehouse that this version cannot open
    the world is wrong  WorldError                        disk, lock, network; exit code 3; retried in flows/
                        ├── WarehouseLockedError          another process writes this warehouse
                        └── DiskError                     full, read-only, gone

An exception that none of these foresees, raised by one page, is caught in one place (the worker of
`ingest`), kept in quarantine as `Reason.CRASH` with its traceback, and the run goes on and ends failed.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a page or a part of it gave no article; closed, named after the defect."""

    EMPTY = "empty"
    """No bytes, or only white space."""
    BINARY = "binary"
    """Not text: NUL bytes or control characters throughout."""
    UNKNOWN_TYPE = "unknown-type"
    """A file type that no reader knows."""
    CORRUPT = "corrupt"
    """A compressed file that ends early or fails its checksum; what was read before is kept."""
    BAD_ROW = "bad-row"
    """A JSONL row that is no JSON, or has neither `html` nor `text`, or has both."""
    TOO_LARGE = "too-large"
    """Larger than the limit for one page."""
    UNREADABLE = "unreadable"
    """The operating system refused to hand out the file."""
    UNDECODABLE = "undecodable"
    """No character set turns the bytes into text."""
    NO_BODY = "no-body"
    """Text was there, none of it the body of an article."""
    TIMEOUT = "timeout"
    """Cleaning took longer than the limit for one page, twice."""
    MEMORY = "memory"
    """Cleaning took more memory than the limit for one page, or its worker died, twice."""
    CRASH = "crash"
    """An exception nobody foresaw: a bug of ours; the detail holds its traceback."""


class CleanerError(Exception):
    """Base of every error that is our own or our user's: the run stops before the first page."""


class ConfigurationError(CleanerError):
    """A setting, an option or a path is wrong; the message names it and how to mend it."""


class RulePackError(CleanerError):
    """A rule pack does not load; the message names file, rule and field."""


class MigrationError(CleanerError):
    """The warehouse was written by a version that this one cannot read or migrate."""


class WorldError(Exception):
    """Base of what the world did to us: disk, lock, network. Worth a retry, later."""


class WarehouseLockedError(WorldError):
    """Another process is writing this warehouse."""


class DiskError(WorldError):
    """The disk is full, read-only or gone."""
