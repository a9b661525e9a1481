"""What a person sees of Prefect's log in the terminal: whole lines above the bar, and no traceback where words do."""

from __future__ import annotations

import io
import logging
import sys
from typing import IO, cast

from prefect.logging.handlers import PrefectConsoleHandler

from cleaner.errors import CleanerError, WorldError


def tidy_log() -> None:
    """Tune the handlers that Prefect has set up by the time a flow runs; doing so twice changes nothing."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, PrefectConsoleHandler):
            handler.console.file = cast("IO[str]", _CurrentStderr())
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_brief)


class _CurrentStderr(io.TextIOBase):
    """Whatever `sys.stderr` is now.

    A bar puts itself in its place to keep lines above it; Prefect's handler holds the one from before the bar.
    """

    def write(self, text: str, /) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return sys.stderr.isatty()


def _brief(record: logging.LogRecord) -> bool:
    """Leave out the traceback of an error that says itself what to do."""
    if record.exc_info and isinstance(record.exc_info[1], CleanerError | WorldError):
        record.exc_info = None
    return True
