"""The store that a contract test runs on: a SQLite file, or the PostgreSQL database that its fixture made."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager

from bot.store import Store
from tests.support.postgres import fresh_database

_current: list[str] = []


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@contextmanager
def on_postgresql():
    """Let ``opened`` open one fresh PostgreSQL database, however often it is called."""
    with fresh_database() as address:
        _current.append(asyncio_url(address))
        try:
            yield _current[-1]
        finally:
            _current.pop()


def asyncio_url(address):
    return address.replace("postgresql://", "postgresql+asyncpg://", 1)


@asynccontextmanager
async def opened(folder, clock=None):
    url = _current[-1] if _current else f"sqlite+aiosqlite:///{folder / 'crashloop.db'}"
    store = await Store.open(url, clock)
    try:
        yield store
    finally:
        await store.close()
