"""Workers outlive what they do, start at once, and end when told."""

import asyncio

import pytest

from bot.model.errors import BotError, Temporary
from bot.ops.workers import Tasks, Workers


async def test_a_wake_is_enough_and_errors_do_not_end_a_worker():
    done = asyncio.Queue()
    todo = [Temporary("later"), RuntimeError("broken"), None]

    async def step():
        if not todo:
            return False
        result = todo.pop(0)
        await done.put(result)
        if result is not None:
            raise result
        return True

    work = asyncio.Event()
    workers = Workers(step, count=1, sweep_s=60, work=work)
    workers.start()
    async with asyncio.timeout(30):
        await done.get()
        for _ in range(2):
            while not done.empty() or todo:
                work.set()
                await asyncio.sleep(0)
                if not done.empty():
                    await done.get()
    await workers.check()
    await workers.stop(1)
    with pytest.raises(BotError):
        await workers.check()
    assert todo == []


async def test_a_stop_waits_for_what_runs_and_cancels_what_does_not_end():
    ended, release = [], asyncio.Event()

    async def quick():
        await release.wait()
        ended.append("quick")

    async def endless():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    tasks = Tasks()
    tasks.start(quick, "quick")
    tasks.start(endless, "endless")
    await asyncio.sleep(0)
    release.set()
    await tasks.drain(0.05)
    assert sorted(ended) == ["cancelled", "quick"]
    await tasks.drain(0.05)


async def test_what_is_not_waited_for_ends_at_once_and_the_rest_in_peace():
    tasks, go, ended = Tasks(), asyncio.Event(), []

    async def endless():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")
            go.set()

    async def patient():
        await go.wait()
        ended.append("patient")

    tasks.start(endless, "endless", waited_for=False)
    tasks.start(patient, "patient")
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await tasks.drain(3600)
    assert ended == ["endless", "patient"]


async def test_stopping_what_was_never_started_is_no_error():
    async def step():
        return False

    await Workers(step, count=2).stop(1)
    await Tasks().drain(1)
