"""Content cleaning and ingestion for news: start reading at `cleaner.clean`."""

__version__ = "0.1.0"
