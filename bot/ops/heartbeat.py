"""A sign of life for those who watch the watcher: while every check of /readyz passes, and only then.

Prometheus sees the time of the last one (``crashloop_heartbeat_timestamp_seconds``). HEARTBEAT_URL is called as well: a
dead man's switch outside the cluster (healthchecks.io, Dead Man's Snitch, Grafana OnCall ...) then misses the call.
"""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import structlog

from bot.network.failures import reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.ops.metrics import Metrics

    Call = Callable[[], Awaitable[str]]
    """Calls the URL; returns why that failed, empty when it did not."""

EVERY_S = 60.0
"""Seconds between two: the services count in minutes."""

LOOK_S = 5.0
"""Seconds between two looks whether one is due: what has come right again is said soon."""

CALL_S = 10.0
"""Seconds that one call may take."""

_log = structlog.get_logger(__name__)


class Heartbeat:
    """Makes the checks and gives the sign. ``results`` makes them: why each does not pass, empty where it does."""

    def __init__(
        self,
        results: Callable[[], Awaitable[Mapping[str, str]]],
        metrics: Metrics,
        call: Call | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._results = results
        self._metrics = metrics
        self._call = call
        self._clock = clock
        self._at = float("-inf")
        self._failed: set[str] = set()
        self._told: set[str] = set()

    async def step(self) -> bool:
        """Give a sign when one is due, or log, once, why there is none. Returns False: nothing more is to do now.

        What fails at one look only is not told: at the start the connection to Slack is a moment away.
        """
        now = self._clock()
        if 0 <= now - self._at < EVERY_S:
            return False
        failed = {name: why for name, why in (await self._results()).items() if why}
        lasting = failed.keys() & self._failed
        if lasting - self._told:
            _log.warning("heartbeat.withheld", checks={name: failed[name] for name in failed if name in lasting})
        self._failed, self._told = set(failed), lasting
        if failed:
            return False
        self._at = now
        self._metrics.heartbeat.set(now)
        if self._call is not None and (why := await self._call()):
            _log.warning("heartbeat.not_sent", error=why)
        return False


@asynccontextmanager
async def caller(url: str | None) -> AsyncIterator[Call | None]:
    """Open what calls the URL, through the proxy of the environment; None where there is no URL.

    No sentence of it holds the URL: its path is often the secret.
    """
    if url is None:
        yield None
        return
    timeout = aiohttp.ClientTimeout(total=CALL_S)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def call() -> str:
            try:
                async with session.get(url, allow_redirects=False) as response:
                    return "" if response.status < 300 else f"the address answers {response.status}"
            except TimeoutError:
                return f"no answer within {CALL_S:g} s"
            except (aiohttp.ClientError, OSError) as error:
                return reason(error)

        yield call
