"""Who wrote what, when and where: candidates with their evidence from markup and from labelled lines, and the choice among them."""

from cleaner.metadata.document import document_candidates
from cleaner.metadata.lines import line_candidates, site_candidates
from cleaner.metadata.part_page import PartPages
from cleaner.metadata.pins import pinned_candidates
from cleaner.metadata.state import state_candidates
from cleaner.metadata.truncation import cut_candidates
from cleaner.metadata.trust import choose

__all__ = [
    "PartPages",
    "choose",
    "cut_candidates",
    "document_candidates",
    "line_candidates",
    "pinned_candidates",
    "site_candidates",
    "state_candidates",
]
