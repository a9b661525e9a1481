"""What the cleaner makes of labelled pages that are no part of the project: figures that only rise."""

from __future__ import annotations

import os

import pytest
import quality_floor

FOLDER = os.environ.get("CLEANER_GOLD", "")


@pytest.mark.slow
@pytest.mark.gold
def test_labelled_pages_are_cleaned_as_well_as_before() -> None:
    floor = quality_floor.read_floor(quality_floor.GOLD_FILE)
    assert floor is not None
    if floor.corpus != quality_floor.gold_digest(FOLDER):
        pytest.skip("other labelled pages than those the floor was pinned on")
    assert quality_floor.fallen(floor.rates, quality_floor.measure_gold(FOLDER)) == []
