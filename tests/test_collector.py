"""Python's garbage collector rests while a page is cleaned, and is as it was behind it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from cleaner import clean
from cleaner.collector import collected_once

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_rests_within_and_is_as_it_was_behind(before: bool) -> None:
    (gc.enable if before else gc.disable)()
    with collected_once():
        assert not gc.isenabled()
    assert gc.isenabled() is before


def test_a_page_that_fails_leaves_the_collector_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def fails(*_: object) -> None:
        seen.append(gc.isenabled())
        raise ValueError

    monkeypatch.setattr(clean, "decode", fails)
    page = type("Page", (), {"content": b"", "media_type": None, "charset": None})()
    with pytest.raises(ValueError):  # noqa: PT011 - our own, bare
        clean.clean_page(page, None)  # type: ignore[arg-type]
    assert seen == [False]
    assert gc.isenabled()


def test_what_a_page_leaves_is_looked_through_before_the_next() -> None:
    with collected_once():
        for _ in range(100_000):
            ring: list[object] = []
            ring.append(ring)
    assert gc.get_count()[0] < 10_000
