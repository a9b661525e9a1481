"""The flow against a Prefect server that lives as long as the tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from stand_ins import STAND_IN

from cleaner.errors import ConfigurationError, DiskError, WarehouseLockedError
from cleaner.ingest import start_run
from flows import environment
from flows import ingest as flow_module

# isort: split
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """Start Prefect's own test server: about 15 s, once."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the settings at a small landing zone, put the stand-in cleaner in place, and do not wait for retries."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Page {number} says this.\n", encoding="utf-8")
    settings = {"RAW": folder, "WAREHOUSE": tmp_path / "warehouse", "WORKERS": 1, "SHARD_PAGES": 2, "BATCH_PAGES": 3}
    for name, value in settings.items():
        monkeypatch.setenv(f"CLEANER_{name}", str(value))
    monkeypatch.setattr(flow_module, "Cleaner", lambda: STAND_IN)
    for name in ("discover", "clean", "load", "publish"):
        patient = getattr(flow_module, name)
        monkeypatch.setattr(flow_module, name, patient.with_options(retry_delay_seconds=0))
    return folder


def failing(monkeypatch: pytest.MonkeyPatch, errors: list[Exception]) -> list[Exception]:
    """Let the start of a run fail with each of these errors in turn."""

    def start(*given: object) -> object:
        if errors:
            raise errors.pop(0)
        return start_run(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(flow_module, "start_run", start)
    return errors


@pytest.mark.slow
@pytest.mark.usefixtures("server", "raw")
def test_the_flow_fills_the_warehouse_and_leaves_its_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert flow_module.main() == 0
    assert "Cleaned 6 pages into 6 articles." in capsys.readouterr().out
    assert flow_module.main() == 0
    assert "Nothing new: all 6 files" in capsys.readouterr().out
    with get_client(sync_client=True) as client:
        artifacts = client.request("POST", "/artifacts/filter", json={"sort": "CREATED_DESC"}).json()
        runs = client.request("POST", "/flow_runs/filter", json={"sort": "START_TIME_DESC"}).json()
    assert artifacts[0]["key"] == "ingest-report"
    assert "Nothing new" in artifacts[0]["data"]
    assert runs[0]["state_type"] == "COMPLETED"


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_pages_that_crash_fail_the_flow(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (raw / "bad.txt").write_text("CRASH now\n", encoding="utf-8")
    assert flow_module.main() == 1
    assert "1 page met a bug" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("server", "raw")
@pytest.mark.parametrize(
    ("errors", "code", "left"),
    [
        ([WarehouseLockedError("held"), DiskError("full")], 0, 0),
        ([WarehouseLockedError("held")] * 4, 3, 1),
        ([ConfigurationError("no such pack")] * 2, 2, 1),
    ],
)
def test_only_what_the_world_does_is_retried(
    monkeypatch: pytest.MonkeyPatch, errors: list[Exception], code: int, left: int
) -> None:
    errors = failing(monkeypatch, list(errors))
    assert flow_module.main() == code
    assert len(errors) == left


def test_three_million_pages_make_two_hundred_task_runs() -> None:
    rounds, batches = 0, 0
    while batches * 5000 < 2_900_000:
        batches += flow_module.batches_of(rounds)
        rounds += 1
    assert 2 * rounds + 4 <= 200


def test_an_environment_that_is_set_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    environment.settle()
    assert environment.os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert environment.os.environ["DO_NOT_TRACK"] == "1"


def test_the_deployment_names_a_flow_that_is_there() -> None:
    project = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    for deployment in project["deployments"]:
        file, _, name = deployment["entrypoint"].partition(":")
        assert (PROJECT / file).is_file()
        assert set(deployment["parameters"]) <= set(getattr(flow_module, name).parameters.properties)
        assert deployment["schedules"]
