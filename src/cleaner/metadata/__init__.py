"""Who wrote what, when and where: candidates with their evidence from markup and from labelled lines, and the choice among them."""

from cleaner.metadata.document import document_candidates
from cleaner.metadata.lines import line_candidates, site_candidates
from cleaner.metadata.pins import pinned_candidates
from cleaner.metadata.trust import choose

__all__ = ["choose", "document_candidates", "line_candidates", "pinned_candidates", "site_candidates"]
