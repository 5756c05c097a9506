"""The store that a contract test runs on: a SQLite file, or the PostgreSQL database that its fixture made.

Its tables are there: the migrations run once a process, on each of the two, and what they left is copied.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import shutil
import tempfile
import uuid
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.store import Store
from tests.support.postgres import address, apart, executed, fresh_database, run

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
    with fresh_database(like=_migrated_database()) as made:
        _current.append(asyncio_url(made))
        try:
            yield _current[-1]
        finally:
            _current.pop()


def asyncio_url(url):
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def with_tables(path):
    """Make the SQLite file where it is missing, and return its address."""
    if not path.exists():
        shutil.copyfile(_migrated_file(), path)
    return sqlite_url(path)


def sqlite_url(path):
    return f"sqlite+aiosqlite:///{path}"


@functools.cache
def _migrated_file():
    folder = Path(tempfile.mkdtemp(prefix="crashloop-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(sqlite_url(folder / "crashloop.db"))
    return folder / "crashloop.db"


@functools.cache
def _migrated_database():
    name = f"crashloop_{uuid.uuid4().hex[:12]}"
    run(f'CREATE DATABASE "{name}"')
    # No thread can be started any more by then.
    atexit.register(lambda: asyncio.run(executed(f'DROP DATABASE "{name}" WITH (FORCE)')))
    _migrate(asyncio_url(address(name)))
    return name


def _migrate(url):
    async def opened_once():
        await (await Store.open(url)).close()

    apart(opened_once)


@asynccontextmanager
async def opened(folder, clock=None):
    url = _current[-1] if _current else with_tables(folder / "crashloop.db")
    store = await Store.open(url, clock)
    try:
        yield store
    finally:
        await store.close()
