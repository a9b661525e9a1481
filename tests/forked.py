"""Worker processes that are there at once: forked from one that has imported the cleaner and compiled its rules.

As shipped, a worker starts afresh, which takes two seconds of a processor; the slow tests start theirs so.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running, set_forkserver_preload
from unittest import mock

from cleaner.ingest.pool import WithoutMain


class _Process(WithoutMain, ForkServerProcess):
    pass


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
