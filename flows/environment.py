"""Prefect's surroundings; import this before `prefect`, which reads the environment while it is imported.

A variable that is already set wins. For a Prefect server of your own set PREFECT_API_URL.
"""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

DEFAULTS = {
    "PREFECT_HOME": str(PROJECT / "warehouse" / ".prefect"),
    # Nothing is sent anywhere; without network the attempt alone prints errors.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    # A cold start takes 11 to 17 s, on a busy machine twice that; the default gives up after 20.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "INFO",
}


def settle() -> None:
    """Set what nobody has set, and make Prefect's home: it makes the folder itself, but not those above it."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).expanduser().mkdir(parents=True, exist_ok=True)


settle()
