"""What a worker has behind it when it is forked: its imports, and a page cleaned with the shipped rules."""

import forked  # noqa: F401
import stand_ins  # noqa: F401

from cleaner.ingest.worker import Cleaner, _rulebook
from cleaner.model import MediaType, Page

TEXT = (
    b"The Mill Is Sold\n\nThe council voted on Tuesday to sell the old mill to a cooperative of forty local families."
)
PAGE = Page("", "", "", None, MediaType.TEXT, TEXT, "")

Cleaner().clean(PAGE, _rulebook(Cleaner(), None))
