"""A check that is never cut short, nor made twice at a time."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.model.errors import BotError
from bot.ops.probe import Probe
from bot.store import Store

SLOW = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n")


async def test_who_asks_waits_a_while_and_the_work_goes_on_once():
    made, go = [], asyncio.Event()

    async def work():
        made.append(1)
        await go.wait()
        return len(made)

    probe = Probe(work, 0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await probe.result()
    assert made == [1]
    go.set()
    assert await probe.result() == 1
    assert await probe.result() == 2


async def test_what_it_raises_is_told_and_forgotten():
    answers = [BotError("away"), None]

    async def work():
        answer = answers.pop(0)
        if answer:
            raise answer

    probe = Probe(work, 1)
    with pytest.raises(BotError, match="away"):
        await probe.result()
    assert await probe.result() is None


async def test_who_is_cancelled_takes_nothing_along():
    go = asyncio.Event()
    probe = Probe(go.wait, 10)
    asked = asyncio.create_task(probe.result())
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    go.set()
    assert await probe.result() is True


async def test_at_the_stop_what_runs_is_waited_for_and_then_ended():
    probe = Probe(asyncio.Event().wait, 0.01)
    await probe.drained()
    with pytest.raises(TimeoutError):
        await probe.result()
    await probe.drained()
    assert probe._running.cancelled()
    ended = []

    async def short():
        await asyncio.sleep(0)
        ended.append(1)

    probe = Probe(short, 10)
    asked = asyncio.create_task(probe.result())
    await asyncio.sleep(0)
    await probe.drained()
    await asked
    assert ended == [1]


@pytest.mark.threat("Readiness", "probes give up again and again while the store is busy")
async def test_probes_that_give_up_leave_the_store_its_connection(tmp_path, record_property):
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}")
    probe = Probe(store.ping, 0.005)

    async def busy():
        async with store._database.transaction() as connection:
            await connection.execute(SLOW)

    gave_up = 0
    for _ in range(3):
        work = asyncio.create_task(busy())
        while not work.done():
            try:
                await probe.result()
            except TimeoutError:
                gave_up += 1
        await work
    await Probe(store.ping, 10).result()
    await store.close()
    assert gave_up > 3
    record_property("tried", "3 long transactions, probed all the while")
    record_property("held", f"{gave_up} probes gave up; the next write was taken")
