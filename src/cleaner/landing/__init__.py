"""From raw files to pages; the only place that reads them, and `raw/README.md` states their format."""

from cleaner.landing.discovery import LandedFile, discover
from cleaner.landing.erasing import check_erasable, remove, remove_empty_folders, take_out
from cleaner.landing.landing import Landed, land
from cleaner.landing.reading import Limits, page_id, read_file, read_paths, rejected_id

__all__ = [
    "Landed",
    "LandedFile",
    "Limits",
    "check_erasable",
    "discover",
    "land",
    "page_id",
    "read_file",
    "read_paths",
    "rejected_id",
    "remove",
    "remove_empty_folders",
    "take_out",
]
