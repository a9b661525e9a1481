"""When Python looks for garbage: between pages, not within one.

A page is some 100,000 small objects that refer to no one above them, so nearly all die when the last name for them does.
Python's collector knows that only by walking through all of them, again and again while they grow in number: 8 % of a
page's time (`benchmarks/pages.py`). It is kept from that for the length of a page, then looks once through what is left.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collected_once() -> Iterator[None]:
    """Keep the collector from running while the block runs; it looks at what that left with the next object made.

    One that is switched off stays off.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
