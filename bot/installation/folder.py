"""The folder of an installation: read, and written whole or not at all."""

from __future__ import annotations

import enum
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

BEFORE = ".before"
"""Ends the name under which a file that was replaced is kept."""


class FolderError(Exception):
    """The folder cannot be used: one sentence."""


class Outcome(enum.StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"


def content(folder: Path, name: str) -> str:
    """Return the text of a file of the folder; empty when it is not there."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise FolderError(f"{folder / name} cannot be read ({type(error).__name__})") from None


def own(folder: Path, name: str) -> str | None:
    """Return the text of a file that is the person's own, or None where it is not there."""
    return content(folder, name) if _there(folder, name) else None


def differing(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return the names of those files that are there and say something else."""
    return [name for name, text in files.items() if _there(folder, name) and content(folder, name) != text]


def write(folder: Path, files: Mapping[str, str]) -> dict[str, Outcome]:
    """Write the files, all or none; of one that is replaced the text of before is kept beside it.

    They are written into a folder of its own first, and moved from there while no signal can come between.
    """
    outcomes = {name: _outcome(folder, name, text) for name, text in files.items()}
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is there and is no folder")
    try:
        with _beside(folder) as new:
            for name, outcome in outcomes.items():
                if outcome is not Outcome.UNCHANGED:
                    (new / name).write_text(files[name], encoding="utf-8")
            with _undisturbed():
                _move(new, folder, outcomes)
    except OSError as error:
        raise FolderError(f"{folder} cannot be written: {error.strerror}") from None
    return outcomes


def _outcome(folder: Path, name: str, text: str) -> Outcome:
    if not _there(folder, name):
        return Outcome.WRITTEN
    return Outcome.UNCHANGED if content(folder, name) == text else Outcome.REPLACED


def _there(folder: Path, name: str) -> bool:
    return os.path.lexists(folder / name)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Make a folder on the same file system, and take it away again."""
    parent = folder.absolute().parent
    if not parent.is_dir():
        raise FolderError(f"{parent} is no folder, so that nothing can be made in it")
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let an interrupt wait until this is over. A mask would not do: with several threads another one would take it."""
    came: list[int] = []
    before = {number: signal.signal(number, lambda given, _frame: came.append(given)) for number in _INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for caught in came:
            signal.raise_signal(caught)


def _move(new: Path, folder: Path, outcomes: Mapping[str, Outcome]) -> None:
    folder.mkdir(exist_ok=True)
    for name, outcome in outcomes.items():
        if outcome is Outcome.REPLACED:
            (folder / name).replace(folder / f"{name}{BEFORE}")
        if outcome is not Outcome.UNCHANGED:
            (new / name).replace(folder / name)
