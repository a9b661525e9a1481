"""Bring the warehouse up to date with the landing zone: used by the flows and the command line alike."""

from cleaner.ingest.progress import BarProgress, LineProgress, Progress, Step, progress_on
from cleaner.ingest.run import Run, ingest, start_run
from cleaner.ingest.worker import Cleaner
from cleaner.ingest.worklist import Plan

__all__ = [
    "BarProgress",
    "Cleaner",
    "LineProgress",
    "Plan",
    "Progress",
    "Run",
    "Step",
    "ingest",
    "progress_on",
    "start_run",
]
