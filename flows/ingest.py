"""Ingest as a flow: discover, then clean and load by turns, publish, report.

`python -m flows.ingest` runs it here and now, with a Prefect server of its own unless PREFECT_API_URL names one.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypedDict

import flows.environment  # noqa: F401 - first: prefect reads the environment when it is imported

# isort: split
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed
from rich.console import Console

from cleaner.errors import CleanerError, WorldError
from cleaner.ingest import Cleaner, Run, progress_on, start_run
from cleaner.review.summary import Report, headline, render_summary, summary_markdown
from cleaner.settings import Settings, load_settings
from flows.terminal import tidy_log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from prefect import Task
    from prefect.cache_policies import CachePolicy
    from prefect.client.schemas.objects import State, TaskRun

    RetryCondition = Callable[[Task[..., Any], TaskRun, State[Any]], Awaitable[bool]]

RETRY_AFTER = [5.0, 20.0]
"""Seconds; for a lock that is about to be let go. What lasts longer is for the next run on the schedule."""
ROUNDS_BEFORE_DOUBLING = 20
"""Prefect takes 200 task runs a flow run well; doubling the work of a round puts 3 million pages below that."""


async def is_worlds_fault(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry what the world did to us, never what we got wrong."""
    return isinstance(await state.aresult(raise_on_failure=False), WorldError)


class PagesCrashedError(Exception):
    """The run is done, and pages in quarantine show a bug of ours."""

    def __init__(self, report: Report) -> None:
        """Keep the report of the run."""
        super().__init__(headline(report))
        self.report = report


class _Patience(TypedDict):
    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: RetryCondition
    cache_policy: CachePolicy
    persist_result: bool


patient: _Patience = {
    "retries": len(RETRY_AFTER),
    "retry_delay_seconds": RETRY_AFTER,
    "retry_condition_fn": is_worlds_fault,
    "cache_policy": NO_CACHE,  # what is done stands in the warehouse
    "persist_result": False,
}


def batches_of(number: int) -> int:
    """Say how many transactions a round of clean and load makes."""
    return 1 << (number // ROUNDS_BEFORE_DOUBLING)


@task(name="discover", **patient)
def discover(settings: Settings) -> Run:
    """Lock the warehouse and compare it with the landing zone."""
    # The logger is asked for anew with each line: it belongs to the task that is running then.
    progress = progress_on(log=lambda line: get_run_logger().info(line))
    return start_run(settings, progress, Cleaner())


@task(name="clean", task_run_name="clean {number}", **patient)
def clean(run: Run, number: int) -> bool:
    """Clean the next batches in worker processes; False where there is none."""
    while run.batches_staged < batches_of(number) and run.clean_batch():
        pass
    return run.batches_staged > 0


@task(name="load", task_run_name="load {number}", **patient)
def load(run: Run, number: int) -> None:
    """Load what is staged, each batch in one transaction."""
    del number
    run.load()


@task(name="publish", **patient)
def publish(run: Run) -> Path:
    """Put the new warehouse in the readers' place."""
    return run.publish()


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
def report_on(report: Report) -> None:
    """Leave the summary where Prefect shows it."""
    create_markdown_artifact(summary_markdown(report), key="ingest-report", description=headline(report))


@flow(name="ingest", validate_parameters=False)
def ingest(raw: str | None = None, warehouse: str | None = None) -> State[Report]:
    """Bring the warehouse up to date with the landing zone; parameters that are not given come from the settings."""
    tidy_log()
    run = discover(load_settings({"raw": raw, "warehouse": warehouse}))
    with run:
        number = 0
        while clean(run, number):
            load(run, number)
            number += 1
        publish(run)
    report = run.report()
    report_on(report)
    if report.crashed:
        return Failed(message=headline(report), data=PagesCrashedError(report))
    return Completed(message=headline(report), data=report)


def main() -> int:
    """Run the flow and print its summary; 0 done, 1 pages crashed, 2 we are wrong, 3 the world is wrong."""
    try:
        state = ingest(return_state=True)
    except KeyboardInterrupt:
        Console(stderr=True).print("Interrupted: what was loaded stays; the next run goes on from there.")
        return 130
    result = state.result(raise_on_failure=False)
    if isinstance(result, Report | PagesCrashedError):
        report = result if isinstance(result, Report) else result.report
        Console().print(render_summary(report))
        return 1 if report.crashed else 0
    if isinstance(result, CleanerError | WorldError):
        told = f"{type(result).__name__}: {result}"
        Console(stderr=True).print(told, style="bold red", markup=False, soft_wrap=True)
        return 2 if isinstance(result, CleanerError) else 3
    state.result()  # raises what nobody foresaw
    return 1


if __name__ == "__main__":
    sys.exit(main())
