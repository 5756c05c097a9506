"""Commands of crashloop through its own ``main``, in the tests' process: no interpreter and no imports for each.

For what a command says, writes and answers. What only a process shows (signals, pipes, imports) is asked of one:
``tests.support.commands``.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from contextlib import ExitStack, chdir, contextmanager
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

import structlog

from bot.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def command(folder: Path | str, environment: Mapping[str, str], *arguments: str, stdin: bytes = b"") -> Said:
    """Run a command in this folder, with this environment and no other, and no terminal.

    In the main thread, where a command may take signals over; it has a loop of its own, so none may be running.
    """
    return _command(folder, environment, arguments, stdin)


async def commanded(folder: Path | str, environment: Mapping[str, str], *arguments: str, stdin: bytes = b"") -> Said:
    """Do the same in a thread while the test's loop runs on: what is asked may be served there."""
    return await asyncio.to_thread(_command, folder, environment, arguments, stdin)


def _command(folder: Path | str, environment: Mapping[str, str], arguments: tuple[str, ...], stdin: bytes) -> Said:
    out, err = _stream(), _stream()
    with ExitStack() as stack:
        stack.enter_context(chdir(folder))
        stack.enter_context(patch.dict(os.environ, environment, clear=True))
        for name, stream in (("stdin", _stream(stdin)), ("stdout", out), ("stderr", err), ("__stdout__", out)):
            stack.enter_context(patch.object(sys, name, stream))
        stack.enter_context(_logging_as_it_was())
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    return Said(code, _written(out), _written(err))


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    """A command sets up logging for its process, which here lives on."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**before)
        root.handlers[:] = handlers
        root.setLevel(level)
