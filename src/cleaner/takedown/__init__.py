"""Takedown and retention: pages that must go for good, and raw files that are kept no longer than they may be."""

from cleaner.takedown.forgetting import Listing, complete, find, forget
from cleaner.takedown.retention import Expired, retain

__all__ = ["Expired", "Listing", "complete", "find", "forget", "retain"]
