"""Running a command of the command line: its exit code, and a sentence in place of a traceback."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import click

NOT_FAILING, FAILING, USAGE, NOT_FOUND, NO_CLUSTER, FAULT, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 4, 70, 130, 141


class Problem(click.ClickException):
    """Something to be told in one sentence, with its exit code."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        super().__init__(sentence)
        self.code = code


def run(command: click.Command, arguments: list[str] | None, name: str) -> NoReturn:
    """Run a command and exit: never with a traceback, unless CRASHLOOP_DEBUG is set. ``name``: as it was called."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a mark in its place, not an exception.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        command.main(arguments, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        code = 0
    except click.exceptions.Exit as error:
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.code if isinstance(error, Problem) else USAGE
    except BrokenPipeError:
        # The reader has left; without this Python would complain once more while closing standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 — the last resort: a person gets a sentence, not a traceback
        code = FAULT
        _confess(error)
    sys.exit(code)


def _confess(error: Exception) -> None:
    """Say where an unexpected error came from, not what it says: its text may hold anything."""
    if os.environ.get("CRASHLOOP_DEBUG"):
        traceback.print_exception(error)
        return
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    click.echo(
        f"Error: a fault of crashloop itself ({type(error).__name__} at {place}); "
        "set CRASHLOOP_DEBUG=1 to see the traceback",
        err=True,
    )
