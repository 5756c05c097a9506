"""A built service: started once, stopped once, and what must be true for it to do its work."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.errors import BotError, Refused, Temporary
from bot.slack.people import asked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.intake import Intake
    from bot.metrics import Metrics
    from bot.settings import Settings
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from bot.workers import Tasks, Workers

_log = structlog.get_logger(__name__)

GRACE_S = 20.0
"""How long work under way may take after SIGTERM: Kubernetes kills after 30 s by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A built service. ``start`` it, then ``stop`` it: both once."""

    settings: Settings
    slack: AsyncApp
    web_app: web.Application
    store: Store
    intake: Intake
    notifier: Notifier
    metrics: Metrics
    workers: Workers
    sweeper: Workers
    pruner: Workers
    tasks: Tasks
    socket: AsyncSocketModeHandler | None
    runner: web.AppRunner

    @property
    def port(self) -> int:
        """The port that is listened on (HTTP_PORT may be 0: any free one)."""
        return int(self.runner.addresses[0][1])

    async def start(self) -> None:
        """Listen, then work, then hear Slack. ``BotError`` when the port is taken or Slack refuses a token."""
        await _check_tokens(self.settings, self.slack.client)
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
        if self.socket is not None:
            self.tasks.start(self.socket.connect_async, "socket-mode")
        _log.info("service.started", port=self.port, socket_mode=self.socket is not None)

    async def stop(self) -> None:
        """Hear nothing new, finish what runs (for ``GRACE_S`` at most), let go. What is not finished keeps its row."""
        if self.socket is not None:
            await self.socket.close_async()  # type: ignore[no-untyped-call]
        await self.runner.cleanup()
        await asyncio.gather(
            self.workers.stop(GRACE_S), self.sweeper.stop(GRACE_S), self.pruner.stop(1.0), self.tasks.drain(GRACE_S)
        )
        _log.info("service.stopped")


async def at_work(workers: Workers) -> None:
    """Raise ``BotError`` when a worker ended."""
    if not workers.alive:
        raise BotError("a worker ended")


async def heard(socket: AsyncSocketModeHandler | None) -> None:
    """Raise ``BotError`` when Slack cannot reach us over Socket Mode."""
    if socket is not None and not await socket.client.is_connected():
        raise BotError("no Socket Mode connection")


async def _check_tokens(settings: Settings, client: AsyncWebClient) -> None:
    """Raise ``BotError`` when Slack refuses a token. When Slack does not answer, the start goes on without."""
    checks: dict[str, Callable[[], Awaitable[AsyncSlackResponse]]] = {"SLACK_BOT_TOKEN": client.auth_test}
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        checks["SLACK_APP_TOKEN"] = functools.partial(client.apps_connections_open, app_token=token)
    for name, check in checks.items():
        try:
            await asked(check(), "whether it takes the token")
        except Refused as error:
            raise BotError(f"{name}: Slack refuses it: {error.code}") from None
        except Temporary as error:
            _log.warning("slack.not_reached", setting=name, error=str(error))
