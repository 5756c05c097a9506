"""One process for one SQLite database.

A lock file, not a setting with a number of replicas: the lock says what is, the number what somebody believes. The
kernel frees it when the process ends, however it ends. Two processes on one SQLite file would each find the other's
leases, but a second replica runs on another node and so on another volume, where it would have a store of its own and
answer every alert a second time; and on a shared (network) volume SQLite's own locks do not hold.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

WAIT_S = 5.0
"""How long the one before may take to end: a restart must not fail for it."""


@asynccontextmanager
async def alone(url: str, wait_s: float = WAIT_S) -> AsyncIterator[None]:
    """Hold the lock of a SQLite database; with any other database there is nothing to hold.

    ``BotError`` with the reason when another process holds it.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        yield
        return
    path = f"{address.database}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BotError(f"DATA_DIR: cannot make the lock file {path}: {error.strerror}") from error
    try:
        await _locked(handle, path, wait_s)
        yield
    finally:
        os.close(handle)


async def _locked(handle: int, path: str, wait_s: float) -> None:
    deadline = asyncio.get_running_loop().time() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if asyncio.get_running_loop().time() >= deadline:
                raise BotError(
                    f"DATA_DIR: another crashloop works on this SQLite database (lock {path}); several replicas need "
                    "one PostgreSQL: set DATABASE_URL for all of them"
                ) from None
            await asyncio.sleep(0.1)
        else:
            return
