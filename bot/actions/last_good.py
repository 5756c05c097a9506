"""A file that is read anew whenever it is asked for: one that cannot be used is said, and the last good one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = structlog.get_logger(__name__)

T = TypeVar("T")


class LastGood(Generic[T]):
    """What ``read`` makes of a file now, or made of it when it was last good (a slip of an edit, a mount that changes).

    At the start there is none yet: then ``BotError`` with one sentence. ``what`` names it in the log.
    """

    def __init__(self, what: str, path: Path, read: Callable[[Path], tuple[T, ...]]) -> None:
        self._what = what
        self._path = path
        self._read = read
        self._entries = read(path)
        self.problem = ""
        """What is wrong with the file now; empty when it is in use."""

    def entries(self) -> tuple[T, ...]:
        """Return them; a change of whether the file can be used is logged once."""
        try:
            self._entries, problem = self._read(self._path), ""
        except BotError as error:
            problem = str(error)
        if problem and problem != self.problem:
            _log.error(f"{self._what}.not_reloaded", problem=problem)
        elif self.problem and not problem:
            _log.info(f"{self._what}.reloaded", entries=len(self._entries))
        self.problem = problem
        return self._entries
