"""From a clean paragraph back to the raw bytes: reads the page again and replays what made the paragraph."""

from cleaner.lineage.replay import Fault, RawPages, Replayed

__all__ = ["Fault", "RawPages", "Replayed"]
