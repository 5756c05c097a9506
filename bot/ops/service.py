"""A built service: its servers and workers, started once and stopped once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.model.errors import BotError
from bot.ops.listener import Listener
from bot.slack.client import check_tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

    from bot.ops.workers import Tasks, Workers
    from bot.settings import Settings
    from bot.slack.bolt import SocketMode
    from bot.slack.client import SlackClient
    from bot.store import Store

_log = structlog.get_logger(__name__)

GRACE_S = 20.0
"""How long work under way may take after SIGTERM: Kubernetes kills after 30 s by default."""


class Server:
    """A web server on a port. ``setting`` names the port's, ``limit`` is how many may be connected at a time."""

    def __init__(self, runner: web.AppRunner, setting: str, port: int, limit: int) -> None:
        self.listener = Listener(self._protocol, limit)
        self._runner = runner
        self._setting = setting
        self._port = port

    async def start(self, host: str) -> None:
        """Listen. ``BotError`` when the port cannot be had."""
        await self._runner.setup()
        try:
            await self.listener.start(host, self._port)
        except OSError as error:
            where = f"{host}:{self._port}"
            raise BotError(
                f"HTTP_HOST / {self._setting}: cannot listen on {where}: {error.strerror or error}"
            ) from error

    async def stop(self) -> None:
        """Accept nothing more, and let what is asked be answered."""
        await self.listener.stop()
        await self._runner.cleanup()

    def _protocol(self) -> asyncio.Protocol:
        made = self._runner.server
        if made is None:  # it is being stopped
            raise ConnectionAbortedError
        return made()


class Watch(Protocol):
    """The watch over pods, where there is one."""

    async def follow(self) -> None:
        """Follow the pods until cancelled."""
        ...

    async def step(self) -> bool:
        """Take in what they give rise to. False: nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A built service. ``start`` it, then ``stop`` it: both once."""

    settings: Settings
    client: SlackClient
    store: Store
    workers: tuple[Workers, ...]
    """Those of each cluster, and of what belongs to none."""
    sweepers: tuple[Workers, ...]
    pruner: Workers
    prober: Workers
    tasks: Tasks
    socket: SocketMode
    servers: tuple[Server, ...]
    """What is listened with: for webhooks, and for health where that has a port of its own."""
    heart: Workers
    """Gives a sign of life."""
    watches: tuple[tuple[Workers, Watch], ...] = ()
    """The watches over pods, one for each cluster, with what takes in what they find; none: they are not watched."""
    sender: Workers | None = None
    """Sends events to the outgoing webhook, those of all clusters; None: there is none."""
    started: Callable[[], Awaitable[None]] | None = None
    """What runs once in the background as soon as everything is started; nothing waits for it, the stop neither."""

    @property
    def port(self) -> int:
        """The port of the webhooks (HTTP_PORT may be 0: any free one)."""
        return self.servers[0].listener.port

    @property
    def health_port(self) -> int:
        """The port of health and metrics."""
        return self.servers[-1].listener.port

    async def start(self) -> None:
        """Listen, then work, then hear Slack. ``BotError`` when the port is taken or Slack refuses a token."""
        token = self.settings.slack_app_token
        await check_tokens(self.client, token.get_secret_value() if token else None)
        try:
            for server in self.servers:
                await server.start(self.settings.http_host)
        except BotError:
            await self._stop_listening()
            raise
        for each in (*self.workers, *self.sweepers, self.pruner, self.prober, self.heart):
            each.start()
        if self.sender is not None:
            self.sender.start()
        if self.socket.used:
            self.tasks.start(self.socket.connect, "socket-mode")
        for taking, watch in self.watches:
            self.tasks.start(watch.follow, "pod-watch", waited_for=False)
            taking.start()
        _log.info(
            "service.started",
            version=version("crashloop"),
            port=self.port,
            health_port=self.health_port,
            socket_mode=self.socket.used,
            store="sqlite" if self.settings.store_url.startswith("sqlite") else "postgresql",
            alert_channel=self.settings.alert_channel,
            watch_pods=bool(self.watches),
            outgoing_webhook=self.sender is not None,
        )
        if self.started is not None:
            self.tasks.start(self.started, "started", waited_for=False)

    async def stop(self) -> None:
        """Hear nothing new, finish what runs (for ``GRACE_S`` at most), let go. What is not finished keeps its row."""
        await self.socket.close()
        await self._stop_listening()
        await asyncio.gather(
            *(each.stop(GRACE_S) for each in (*self.workers, *self.sweepers)),
            self.pruner.stop(1.0),
            self.prober.stop(1.0),
            self.heart.stop(1.0),
            *([self.sender.stop(1.0)] if self.sender is not None else []),
            *(taking.stop(GRACE_S) for taking, _watch in self.watches),
            self.tasks.drain(GRACE_S),
        )
        _log.info("service.stopped")

    async def _stop_listening(self) -> None:
        for server in self.servers:
            await server.stop()
