"""SQLite has one connection: whoever is cancelled leaves it to the others, and nobody waits for who was."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.store import Store
from bot.store.whole import whole

LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n")
"""A statement that runs for some hundredths of a second."""


@pytest.fixture(autouse=True)
def database():
    """SQLite alone: over the network nobody is waited for (test_database.py)."""


@pytest.fixture
async def store(tmp_path):
    opened = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}")
    yield opened
    await opened.close()


async def busy(store, statements=1):
    async with store._database.transaction() as connection:
        for _ in range(statements):
            await connection.execute(LONG)


async def gives_up(work, times=1):
    """Begin the work, let it run a moment, and cancel it, as often as asked."""
    task = asyncio.create_task(work)
    await asyncio.sleep(0.005)
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.threat("Readiness", "probes give up again and again while SQLite is busy")
async def test_probes_that_give_up_leave_the_store_its_connection(store, record_property):
    gave_up = 0
    for _ in range(3):
        work = asyncio.create_task(busy(store, 3))
        while not work.done():
            try:
                async with asyncio.timeout(0.005):
                    await store.ping()
            except TimeoutError:
                gave_up += 1
        await work
    await store.ping()
    assert gave_up > 3
    record_property("tried", "3 long transactions, probed all the while")
    record_property("held", f"{gave_up} probes gave up; the next write was taken")


@pytest.mark.threat("Readiness", "a look over its budget is cancelled amid a statement on SQLite")
@pytest.mark.parametrize("times", [1, 2, 5])
async def test_a_statement_that_is_cancelled_is_rolled_back_and_the_next_write_is_taken(store, times, record_property):
    for _ in range(5):
        await gives_up(busy(store), times)
        await store.ping()
    record_property("tried", f"5 transactions cancelled {times} times each")
    record_property("held", "each next write was taken")


async def test_nothing_of_a_cancelled_transaction_stays(store):
    async def writes():
        async with store._database.transaction() as connection:
            await connection.execute(text("CREATE TABLE left_behind (id INTEGER)"))
            await connection.execute(LONG)

    await gives_up(writes())
    async with store._database.transaction() as connection:
        found = await connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'left_behind'"))
        assert found.scalar_one() == 0


async def test_who_waits_in_the_queue_is_let_go_at_once(store):
    work = asyncio.create_task(busy(store, 5))
    await asyncio.sleep(0.005)
    await gives_up(store.ping())
    assert not work.done()
    await work
    await store.ping()


async def test_closing_waits_for_what_is_on_its_way_back(tmp_path):
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}")
    work = asyncio.create_task(busy(store))
    await asyncio.sleep(0.005)
    await gives_up(store.ping())
    await work
    await store.close()
    assert store._database._returning == set()


async def test_a_step_is_done_although_nobody_waits_for_it():
    done, go = [], asyncio.Event()

    async def step():
        await go.wait()
        done.append(1)

    task = asyncio.create_task(whole(step()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [1]
