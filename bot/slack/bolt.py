"""Bolt: the app that the listeners register with, and its Socket Mode connection."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

_log = structlog.get_logger(__name__)


def bolt_app(client: AsyncWebClient) -> AsyncApp:
    """Return an app without listeners. It verifies nothing: what reaches it was authenticated before."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.WARNING)  # at INFO it logs whole bodies
    # The guard has verified what comes over HTTP, and Socket Mode is authenticated by its token.
    app = AsyncApp(
        name="crashloop",  # without one Bolt reads the source of the whole call stack
        client=client,
        logger=logger,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )

    @app.error
    async def broken(error: Exception) -> BoltResponse:
        _log.error("slack.listener", error=type(error).__name__, exc_info=error)
        return BoltResponse(status=503, body="")  # an event is sent again; a person sees that it failed

    return app


class SocketMode:
    """The Socket Mode connection, where there is one: without ``token`` Slack delivers over HTTP."""

    def __init__(self, app: AsyncApp, token: str | None) -> None:
        self._handler = None if token is None else AsyncSocketModeHandler(app, token)

    @property
    def used(self) -> bool:
        """Whether Slack is spoken with over Socket Mode."""
        return self._handler is not None

    async def connect(self) -> None:
        """Connect, and stay connected."""
        if self._handler is not None:
            await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Hear nothing any more. May be called twice."""
        if self._handler is not None:
            await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def check(self) -> None:
        """Raise ``BotError`` when Slack cannot reach us."""
        if self._handler is not None and not await self._handler.client.is_connected():
            raise BotError("no Socket Mode connection")


@asynccontextmanager
async def socket_mode(app: AsyncApp, token: str | None) -> AsyncIterator[SocketMode]:
    """Make the connection ready, and close it afterwards."""
    socket = SocketMode(app, token)
    try:
        yield socket
    finally:
        await socket.close()
