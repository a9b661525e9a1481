"""Worker processes that are there at once: forked from one that has imported the cleaner and compiled its rules.

As shipped, a worker starts afresh, which takes two seconds of a processor; the slow tests start theirs so.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running, set_forkserver_preload
from types import ModuleType
from unittest import mock


class _Process(ForkServerProcess):
    """A forked process that, like the spawned ones, does not import the program which started it."""

    def start(self) -> None:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process


def forked_context() -> ForkServerContext:
    """Stand in for `cleaner.ingest.pool.spawn_context`."""
    _start_server()
    return _Context()


@cache
def _start_server() -> None:
    set_forkserver_preload(["ready_worker"])
    with mock.patch.dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path)):
        ensure_running()
