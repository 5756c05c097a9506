"""/livez: the process turns. /readyz: it can do its work. /metrics: what it did."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.ops.metrics import Metrics
    from bot.slack.standing import Standing

CHECK_S = 2.0
"""How long one check may take: kubelet's default probe timeout is 1 s, ours are set to 5."""


class Queue(Protocol):
    """What waits for an answer: ``store.incidents``."""

    async def waiting(self) -> int:
        """Return how many incidents are open."""
        ...

    async def overdue_s(self) -> float:
        """Return for how many seconds the oldest of them could have been worked on."""
        ...


class Unsent(Protocol):
    """What the outgoing webhook has still to send: ``store.outbox``."""

    async def waiting(self) -> tuple[int, float]:
        """Return how many events wait, and for how many seconds the oldest does."""
        ...


class Health:
    """The web handlers. ``queue`` and ``unsent`` tell what waits; ``checks`` raise ``BotError`` with the reason.

    ``standing`` knows where Slack takes nothing; ``notes`` gives further lines of what alone stops no work.
    """

    def __init__(
        self,
        metrics: Metrics,
        queue: Queue,
        unsent: Unsent,
        checks: Mapping[str, Callable[[], Awaitable[None]]],
        standing: Standing,
        notes: Callable[[], list[str]] = list,
    ) -> None:
        self._notes = notes
        self._metrics = metrics
        self._queue = queue
        self._unsent = unsent
        self._checks = checks
        self._standing = standing

    async def livez(self, _request: web.Request) -> web.Response:
        """Answer 200: this very answer is the proof."""
        return web.Response(text="ok\n")

    async def readyz(self, _request: web.Request) -> web.Response:
        """Answer 200 when every check passes, else 503; a line for each.

        A channel that Slack refuses has a line too, as has a cluster that is away where others are not, and the answer
        stays 200: the others are still told, and looked at.
        """
        results = await self.results()
        lines = [f"{name}: {result or 'ok'}" for name, result in results.items()]
        lines += [*self._standing.notes(), *self._notes()]
        return web.Response(status=503 if any(results.values()) else 200, text="\n".join(lines) + "\n")

    async def results(self) -> dict[str, str]:
        """Make every check; return why each does not pass, empty where it does."""
        results = await asyncio.gather(*(self._checked(check) for check in self._checks.values()))
        return dict(zip(self._checks, results, strict=True))

    async def metrics(self, _request: web.Request) -> web.Response:
        """Answer in Prometheus' text format."""
        with contextlib.suppress(BotError, TimeoutError):  # what was counted is worth more than the gauge
            self._metrics.slack_refused.clear()
            for problem in self._standing.problems():
                self._metrics.slack_refused.labels(problem.channel or "all", problem.code).set(1)
            async with asyncio.timeout(CHECK_S):
                self._metrics.waiting.set(await self._queue.waiting())
                self._metrics.overdue.set(await self._queue.overdue_s())
                count, age_s = await self._unsent.waiting()
                self._metrics.webhook_waiting.set(count)
                self._metrics.webhook_age.set(age_s)
        return web.Response(body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    @staticmethod
    async def _checked(check: Callable[[], Awaitable[None]]) -> str:
        try:
            async with asyncio.timeout(CHECK_S):
                await check()
        except BotError as error:
            return str(error)
        except TimeoutError:
            return f"no answer within {CHECK_S:g} s"
        return ""
