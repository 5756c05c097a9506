"""A built service: started once, stopped once, and what must be true for it to do its work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.model.errors import BotError
from bot.slack.client import check_tokens

if TYPE_CHECKING:
    from bot.ops.workers import Tasks, Workers
    from bot.settings import Settings
    from bot.slack.bolt import SocketMode
    from bot.slack.client import SlackClient
    from bot.store import Store

_log = structlog.get_logger(__name__)

GRACE_S = 20.0
"""How long work under way may take after SIGTERM: Kubernetes kills after 30 s by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A built service. ``start`` it, then ``stop`` it: both once."""

    settings: Settings
    client: SlackClient
    store: Store
    workers: Workers
    sweeper: Workers
    pruner: Workers
    prober: Workers
    tasks: Tasks
    socket: SocketMode
    runner: web.AppRunner

    @property
    def port(self) -> int:
        """The port that is listened on (HTTP_PORT may be 0: any free one)."""
        return int(self.runner.addresses[0][1])

    async def start(self) -> None:
        """Listen, then work, then hear Slack. ``BotError`` when the port is taken or Slack refuses a token."""
        token = self.settings.slack_app_token
        await check_tokens(self.client, token.get_secret_value() if token else None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, self.settings.http_host, self.settings.http_port)
        try:
            await site.start()
        except OSError as error:
            await self.runner.cleanup()
            where = f"{self.settings.http_host}:{self.settings.http_port}"
            raise BotError(f"HTTP_HOST / HTTP_PORT: cannot listen on {where}: {error.strerror}") from error
        self.workers.start()
        self.sweeper.start()
        self.pruner.start()
        self.prober.start()
        if self.socket.used:
            self.tasks.start(self.socket.connect, "socket-mode")
        _log.info("service.started", port=self.port, socket_mode=self.socket.used)

    async def stop(self) -> None:
        """Hear nothing new, finish what runs (for ``GRACE_S`` at most), let go. What is not finished keeps its row."""
        await self.socket.close()
        await self.runner.cleanup()
        await asyncio.gather(
            self.workers.stop(GRACE_S),
            self.sweeper.stop(GRACE_S),
            self.pruner.stop(1.0),
            self.prober.stop(1.0),
            self.tasks.drain(GRACE_S),
        )
        _log.info("service.stopped")
