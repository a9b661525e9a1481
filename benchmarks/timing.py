"""CPU time of calls, and of the stages of one that works in many: shared by the benchmarks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds of a call, and what it gave."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


@contextmanager
def watched(stages: Mapping[str, Iterable[tuple[ModuleType, str]]], spent: Counter[str]) -> Iterator[None]:
    """Let the functions of the stages count their own time while the block runs; each is named by its module and name.

    What a function spends in one of another stage counts there.
    """
    running: list[float] = []
    originals = [(module, name, getattr(module, name)) for calls in stages.values() for module, name in calls]
    for stage, calls in stages.items():
        for module, name in calls:
            setattr(module, name, _counting(getattr(module, name), stage, spent, running))
    try:
        yield
    finally:
        for module, name, original in originals:
            setattr(module, name, original)


def _counting(function: Callable[..., T], stage: str, spent: Counter[str], running: list[float]) -> Callable[..., T]:
    """Add what a call takes to its stage; `running` has, for each call under way, what the calls within it took."""

    @wraps(function)
    def counted(*args: object, **kwargs: object) -> T:
        running.append(0.0)
        start = time.process_time()
        result = function(*args, **kwargs)
        whole = time.process_time() - start
        spent[stage] += whole - running.pop()
        if running:
            running[-1] += whole
        return result

    return counted
