"""A way to PostgreSQL that can be cut or blocked: what the bot sees when its database goes away for a while."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit


class Proxy:
    """Forwards to the server behind ``target`` (an address as ``fresh_database`` gives it)."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        user = f"{self._target.username}@" if self._target.username else ""
        return f"postgresql://{user}127.0.0.1:{self._port}{self._target.path}"

    async def back(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def gone(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    def block(self) -> None:
        self._flows.clear()

    def unblock(self) -> None:
        self._flows.set()

    async def _serve(self, reader, writer) -> None:
        host = parse_qs(self._target.query).get("host", [""])[0]
        if host:
            behind = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.5432")
        else:
            behind = await asyncio.open_connection(self._target.hostname, self._target.port or 5432)
        self._open |= {writer, behind[1]}
        both = [asyncio.create_task(self._pump(reader, behind[1])), asyncio.create_task(self._pump(behind[0], writer))]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for one in (writer, behind[1]):
            one.transport.abort()
            self._open.discard(one)
        await asyncio.gather(*both, return_exceptions=True)

    async def _pump(self, reader, writer) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def proxied(target: str):
    proxy = Proxy(target)
    await proxy.back()
    try:
        yield proxy
    finally:
        proxy.unblock()
        await proxy.gone()
