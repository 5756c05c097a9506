"""Listening: so many connections at a time and no more, and a pause when one cannot be accepted.

asyncio's own server takes in whoever comes, and when the process is out of file descriptors it logs a traceback for
each place of its backlog, every second. Here who comes when it is full waits in the kernel's queue (as with Go's
LimitListener), and a failure is logged once.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

_log = structlog.get_logger(__name__)

BACKLOG = 128
"""Connections that wait in the kernel: asyncio's own figure is 100, aiohttp's 128."""

BACK_OFF_S = 1.0
"""How long nothing is accepted after a failure: asyncio's ACCEPT_RETRY_DELAY."""


class Listener:
    """Accepts connections for what ``protocol`` makes, at most ``limit`` at a time."""

    def __init__(self, protocol: Callable[[], asyncio.Protocol], limit: int) -> None:
        self._protocol = protocol
        self._free = asyncio.Semaphore(limit)
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._failing = False

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1]) if self._socket is not None else 0

    async def start(self, host: str, port: int) -> None:
        """Listen. ``OSError`` when that cannot be."""
        loop = asyncio.get_running_loop()
        (family, *_rest), *_others = await loop.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
        self._socket = socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both)
        self._socket.setblocking(False)  # noqa: FBT003 — the standard library's own signature
        self._accepting = asyncio.create_task(self._accept(self._socket), name=f"listener-{self.port}")

    async def stop(self) -> None:
        """Accept nothing more. What is connected stays so."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._free.acquire()
            try:
                connection, _address = await loop.sock_accept(listening)
                await loop.connect_accepted_socket(lambda: _Counted(self._protocol(), self._free.release), connection)
            except OSError as error:
                self._free.release()
                if error.errno == errno.ECONNABORTED:  # gone before it was its turn
                    continue
                if not self._failing:
                    word = errno.errorcode.get(error.errno or 0, type(error).__name__)
                    _log.warning("listener.cannot_accept", error=word, port=self.port)
                self._failing = True
                await asyncio.sleep(BACK_OFF_S)
            else:
                self._failing = False


class _Counted(asyncio.Protocol):
    """Hands a connection's events on, and tells when it ends."""

    def __init__(self, inner: asyncio.Protocol, ended: Callable[[], None]) -> None:
        self._inner = inner
        self._ended = ended

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self._ended()
        self._inner.connection_lost(error)
