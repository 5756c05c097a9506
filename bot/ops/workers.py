"""The workers: supervised tasks that claim open incidents, one each, and are drained at the end.

They are woken at once by the intake, and sweep every few seconds for what a killed process left or what had to wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = structlog.get_logger(__name__)

SWEEP_S = 2.0
"""How often a worker looks for work unasked: an abandoned lease is found within its time plus this."""


class Step(Protocol):
    """One piece of work: claims and does it. Returns False when there was nothing to do."""

    async def __call__(self) -> bool:
        """Claim and do one."""
        ...


class Workers:
    """Runs ``step`` in ``count`` tasks until stopped. A step that raises is logged, and the worker goes on.

    ``work`` is set by whoever knows that there may be something to do.
    """

    def __init__(self, step: Step, *, count: int, sweep_s: float = SWEEP_S, work: asyncio.Event | None = None) -> None:
        self._step = step
        self._count = count
        self._sweep_s = sweep_s
        self._work = work or asyncio.Event()
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def check(self) -> None:
        """Raise ``BotError`` when a worker ended, or none was started."""
        if not self._tasks or any(task.done() for task in self._tasks):
            raise BotError("a worker ended")

    def start(self) -> None:
        """Start the workers."""
        for number in range(self._count):
            self._tasks.add(asyncio.create_task(self._run(), name=f"worker-{number}"))

    async def stop(self, grace_s: float) -> None:
        """Take no new work, wait ``grace_s`` for what runs, then cancel it: its lease ends and another goes on."""
        self._stopping = True
        self._work.set()
        if not self._tasks:
            return
        _done, running = await asyncio.wait(self._tasks, timeout=grace_s)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            self._work.clear()
            with contextlib.suppress(TimeoutError):
                if not await self._once():
                    await asyncio.wait_for(self._work.wait(), self._sweep_s)

    async def _once(self) -> bool:
        try:
            return await self._step()
        except BotError as error:
            _log.warning("worker.step", error=str(error))
        except Exception:  # noqa: BLE001 — a worker outlives whatever one incident does to it
            _log.exception("worker.step")
        return False


class Tasks:
    """Tasks that nobody awaits, kept, logged when they fail, and drained at the end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.Task[None]] = set()

    def start(self, work: Callable[[], Awaitable[None]], name: str, *, waited_for: bool = True) -> None:
        """Run ``work`` in the background. What is not waited for is cancelled at once when all is to end."""
        task = asyncio.create_task(self._guarded(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if not waited_for:
            self._idle.add(task)
            task.add_done_callback(self._idle.discard)

    async def drain(self, grace_s: float) -> None:
        """Wait ``grace_s`` for what runs, then cancel the rest."""
        for task in self._idle:
            task.cancel()
        if not self._tasks:
            return
        _done, running = await asyncio.wait(set(self._tasks), timeout=grace_s)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @staticmethod
    async def _guarded(work: Callable[[], Awaitable[None]], name: str) -> None:
        try:
            await work()
        except Exception:  # noqa: BLE001 — nobody awaits it: the log is where it must show
            _log.exception("task", name=name)
