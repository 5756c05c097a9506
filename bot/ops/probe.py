"""A check that is never cut short: whoever asks waits a while for the one that runs, and then goes without it.

A transaction that is cancelled amid a statement can take SQLite's one connection with it; and a check that hangs is not
made a second time beside itself, however often it is asked for.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Probe(Generic[T]):
    """Makes ``work`` when it is asked for and does not run already; waits ``within_s`` seconds for it."""

    def __init__(self, work: Callable[[], Awaitable[T]], within_s: float) -> None:
        self._work = work
        self._within_s = within_s
        self._running: asyncio.Task[T] | None = None

    async def result(self) -> T:
        """Return what the work gives, or raise what it raises. ``TimeoutError`` when it takes longer; it goes on."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._made())
            self._running.add_done_callback(_heard)
        async with asyncio.timeout(self._within_s):
            return await asyncio.shield(self._running)

    async def drained(self) -> None:
        """Wait for work that runs as long as one who asks would, then end it: before what it uses is closed."""
        if self._running is not None and not self._running.done():
            await asyncio.wait({self._running}, timeout=self._within_s)
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _made(self) -> T:
        return await self._work()


def _heard(task: asyncio.Task[T]) -> None:
    """Take note of an error that nobody waits for any more: the next one who asks makes the check anew."""
    if not task.cancelled():
        task.exception()
