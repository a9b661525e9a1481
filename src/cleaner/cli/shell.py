"""What every command does alike: settings, consoles, files, exit codes."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from cleaner.errors import CleanerError, ConfigurationError, WorldError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from cleaner.settings import Settings

CRASHED, WRONG_USE, WORLD, EXPIRED, INTERRUPTED = 1, 2, 3, 4, 130


class PipedConsole(Console):
    """A console that leaves a reader who has enough to `exit_codes`: rich's own ends the program with 1."""

    def on_broken_pipe(self) -> None:
        """Raise what rich is handling."""
        raise  # noqa: PLE0704 - called by rich while it handles the BrokenPipeError


def settings_in_force(**given: object) -> Settings:
    """Read the settings, with the options of the command line over them."""
    from cleaner.settings import load_settings

    return load_settings(given)


@contextmanager
def writer(output: Path | None, option: str = "--output") -> Iterator[TextIO]:
    """Open stdout, or a file beside the output that takes its place when all is written."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    if not output.parent.is_dir():
        raise ConfigurationError(f"{option} {output}: no such folder {output.parent}")
    beside = output.with_name(f".{output.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn the three kinds of errors into one line on stderr and an exit code."""
    try:
        yield
    except BrokenPipeError:  # `cleaner clean ... | head`: the reader has enough
        sys.stderr.close()
        raise typer.Exit(0) from None
    except CleanerError as error:
        _fail(error, WRONG_USE)
    except (WorldError, OSError) as error:
        _fail(error, WORLD)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _fail(error: Exception, code: int) -> None:
    typer.echo(f"cleaner: {error}", err=True)
    raise typer.Exit(code) from None
