"""A stand-in that speaks HTTP on a free port of loopback, for as long as it is entered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Sequence


class Loopback(ABC):
    """A server of the routes that a stand-in names."""

    def __init__(self) -> None:
        self._port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Its address, without a trailing slash."""
        return f"http://127.0.0.1:{self._port}"

    @abstractmethod
    def routes(self) -> Sequence[web.RouteDef]:
        """Return what it answers."""

    async def __aenter__(self) -> Self:
        server = web.Application()
        server.router.add_routes(self.routes())
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
