"""Settings: every source, their rank, and what is said of a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cleaner.errors import ConfigurationError
from cleaner.settings import Settings, load_settings, origins

pytestmark = pytest.mark.usefixtures("elsewhere")


def write(text):
    Path("cleaner.toml").write_text(text, encoding="utf-8")


def test_defaults():
    settings = load_settings()
    assert (settings.raw, settings.warehouse, settings.packs) == (Path("raw"), Path("warehouse"), None)
    assert settings.workers == (os.cpu_count() or 1)
    assert set(origins().values()) == {"default"}


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_says_what_it_is(name):
    assert Settings.model_fields[name].description.endswith(".")


@pytest.mark.parametrize(
    ("given", "value", "origin"),
    [
        ((None, None, None), os.cpu_count() or 1, "default"),
        ((None, None, 7), 7, "cleaner.toml"),
        ((None, 6, None), 6, "environment CLEANER_WORKERS"),
        ((None, 6, 7), 6, "environment CLEANER_WORKERS"),
        ((5, None, 7), 5, "option"),
        ((5, 6, None), 5, "option"),
        ((5, 6, 7), 5, "option"),
    ],
)
def test_the_nearer_source_wins(monkeypatch, given, value, origin):
    option, environment, file = given
    if environment:
        monkeypatch.setenv("CLEANER_WORKERS", str(environment))
    if file:
        write(f"workers = {file}")
    options = {"workers": option}
    assert load_settings(options).workers == value
    assert origins(options)["workers"] == origin
    assert list(origins(options)) == list(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("workers", 0),
        ("workers", 257),
        ("workers", "many"),
        ("page_bytes", 1023),
        ("page_seconds", 0),
        ("page_memory", 2**27),
        ("shard_pages", 0),
        ("batch_pages", 0),
        ("review_below", 1.5),
        ("wrokers", 2),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(name, value):
    with pytest.raises(ConfigurationError) as told:
        load_settings({name: value})
    assert f"{name}: " in str(told.value)
    assert f"(got {value!r})" in str(told.value)
    assert "known: raw, warehouse, packs, workers" in str(told.value)


def test_all_wrong_settings_are_named_at_once():
    with pytest.raises(ConfigurationError, match=r"workers: .*; batch_pages: "):
        load_settings({"workers": 0, "batch_pages": 0})


@pytest.mark.parametrize(
    "content", [b"workers = ", b"workers = 2\nworkers = 3", b"\xff\xfe", b"[workers]\nmost = 2", b"a.b = 1"]
)
def test_a_file_that_is_wrong_is_named(elsewhere, content):
    (elsewhere / "cleaner.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"cleaner\.toml"):
        load_settings()


def test_settings_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().workers = 2


def test_a_variable_in_small_letters_is_told_as_the_origin(monkeypatch):
    monkeypatch.setenv("cleaner_raw", "zone")
    assert load_settings().raw == Path("zone")
    assert origins()["raw"] != "default"
