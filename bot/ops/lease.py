"""Holding a lease while something runs, so that others take it over only when this process has died."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def renewed(renew: Callable[[], Awaitable[object]], lease_s: float, what: str) -> AsyncIterator[None]:
    """Call ``renew`` every third of the lease's seconds while the block runs. ``what`` names the lease in the log.

    A renewal that fails is logged and tried again at the next turn: two may fail before the lease ends.
    """
    renewing = asyncio.create_task(_renew(renew, lease_s / 3, what))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _renew(renew: Callable[[], Awaitable[object]], every_s: float, what: str) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await renew()
        except BotError as error:
            _log.warning("lease.not_renewed", lease=what, error=str(error))
