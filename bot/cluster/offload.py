"""What takes the processor runs in threads of its own: the event loop only waits.

Threads, not processes: Python runs one of them at a time, yet it changes between them every 5 ms, and no single step
of ours holds on for long (a page of JSON, a pattern on one bounded line). A process would cost an interpreter with
all compiled patterns, and the copying of each snapshot. What it does to ``/livez`` is measured by ``tests.bench_size``.
"""

from __future__ import annotations

import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 2
"""One for what is long, one that still takes what is short. More only wait for each other."""


@functools.cache
def _pool() -> ThreadPoolExecutor:
    # Not the loop's own pool: there names are resolved, and nobody may wait for that behind a log.
    return ThreadPoolExecutor(THREADS, thread_name_prefix="offload")


async def offloaded(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Return what ``work`` returns, run off the loop. It runs to its end even when nobody waits any more."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), functools.partial(work, *args, **named))


class Allowance:
    """So many seconds of a thread's processor time, over any number of calls that follow each other.

    Processor time, because what a busy machine does to the clock must not decide what an answer quotes.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.thread_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._used = 0.0
        self._began = 0.0

    def spent(self) -> bool:
        """Whether it is used up: for ``work`` to ask while it runs."""
        return self._used + self._clock() - self._began >= self._seconds

    def run(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Return what ``work`` returns; what it takes is counted."""
        self._began = self._clock()
        try:
            return work(*args, **named)
        finally:
            self._used += self._clock() - self._began
