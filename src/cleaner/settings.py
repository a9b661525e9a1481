"""The one place where settings live: defaults, then `cleaner.toml`, then `CLEANER_*` in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from cleaner.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = "cleaner.toml"


class Settings(BaseSettings):
    """Every knob, typed; sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="CLEANER_", extra="forbid", frozen=True, toml_file=SETTINGS_FILE)

    raw: Path = Field(Path("raw"), description="Landing zone: where the raw pages lie.")
    warehouse: Path = Field(Path("warehouse"), description="Folder of the DuckDB files.")
    packs: Path | None = Field(None, description="Folder of further rule packs (sites of your own); none by default.")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="Processes that clean.")
    page_bytes: int = Field(16 * 2**20, ge=1024, description="Largest page, decompressed; a larger one is quarantined.")
    page_seconds: float = Field(60.0, gt=0, description="Longest time one page may take before it is quarantined.")
    page_memory: int = Field(2 * 2**30, ge=2**28, description="Memory a worker may take for a page (bytes).")
    shard_pages: int = Field(200, ge=1, description="Most pages that a worker takes at a time.")
    shard_bytes: int = Field(16 * 2**20, ge=1024, description="Most bytes that a worker takes at a time.")
    batch_pages: int = Field(
        20_000,
        ge=1,
        description="Pages that are loaded in one transaction; a batch that fills slowly is loaded after a minute.",
    )
    keep_versions: int = Field(3, ge=1, description="Publications that are kept, the current one among them.")
    search_index: bool = Field(True, description="Index the texts at publication, for `cleaner search`.")
    review_below: float = Field(0.5, ge=0, le=1, description="Articles with less confidence go to review.")
    gold: Path | None = Field(None, description="Folder of labelled data; tests that need it are left out without.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Rank the sources: options given, then environment, then file, then defaults."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(given: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings in force; `given` are options of the command line, None meaning not given.

    Raises ConfigurationError that names the setting, the value and what was expected.
    """
    options = {name: value for name, value in (given or {}).items() if value is not None}
    try:
        return Settings(**options)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']} (got {e['input']!r})" for e in error.errors())
        known = ", ".join(Settings.model_fields)
        message = f"settings: {problems}. Set them in {SETTINGS_FILE} or as CLEANER_<NAME>; known: {known}"
        raise ConfigurationError(message) from error
    except ValueError as error:  # a TOML file that does not parse
        raise ConfigurationError(f"{SETTINGS_FILE}: {error}") from error


def origins(given: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Tell for each setting where its value comes from: option, environment, file or default."""
    given = given or {}
    in_file = set(TomlConfigSettingsSource(Settings)())
    origin = {}
    for name in Settings.model_fields:
        if given.get(name) is not None:
            origin[name] = "option"
        elif f"CLEANER_{name.upper()}" in {variable.upper() for variable in os.environ}:
            origin[name] = f"environment CLEANER_{name.upper()}"
        elif name in in_file:
            origin[name] = SETTINGS_FILE
        else:
            origin[name] = "default"
    return origin
