"""A database that hangs: whoever waits for it is let go when they say so."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.store import Store
from tests.support.postgres import fresh_database
from tests.support.proxy import proxied
from tests.support.stores import asyncio_url

PATIENCE_S = 0.5
SLACK_S = 1.0
"""Far below the two seconds of a leave that nobody answers, and the eight of a rollback."""


@pytest.fixture(autouse=True)
def database():
    """PostgreSQL alone: SQLite has no server that could hang."""


@pytest.fixture
async def hanging():
    with fresh_database() as address:
        async with proxied(address) as proxy:
            store = await Store.open(asyncio_url(proxy.url))
            await store.ping()
            yield proxy, store
            proxy.unblock()
            await store.close()


async def in_a_statement(proxy, connection):
    proxy.block()
    await connection.execute(text("SELECT 1"))


async def between_two_statements(proxy, connection):
    await connection.execute(text("SELECT 1"))
    proxy.block()
    await asyncio.sleep(60)


@pytest.mark.parametrize("where", [in_a_statement, between_two_statements])
@pytest.mark.threat("Readiness", "PostgreSQL hangs in the middle of a transaction")
async def test_a_cancelled_transaction_waits_for_nothing(hanging, where):
    proxy, store = hanging
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):  # and no Temporary: a cancellation must arrive as one
        async with asyncio.timeout(PATIENCE_S), store._database.transaction() as connection:
            await where(proxy, connection)
    assert asyncio.get_running_loop().time() - began < PATIENCE_S + SLACK_S
    proxy.unblock()
    await store.ping()


@pytest.mark.threat("Readiness", "PostgreSQL hangs before a transaction begins")
async def test_who_waits_for_a_connection_is_let_go_too(hanging):
    proxy, store = hanging
    proxy.block()
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            await store.ping()
    assert asyncio.get_running_loop().time() - began < PATIENCE_S + SLACK_S
    proxy.unblock()
    await store.ping()
