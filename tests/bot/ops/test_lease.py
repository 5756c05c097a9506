"""A lease is renewed while the work runs, whatever a renewal meets, and not a moment longer."""

import asyncio

import pytest

from bot.model.errors import Temporary
from bot.ops.lease import renewed


async def test_it_is_renewed_until_the_work_is_done_and_a_failure_is_tried_again():
    calls, third = [], asyncio.Event()

    async def renew():
        calls.append(len(calls))
        if len(calls) == 2:
            raise Temporary("the store cannot be reached just now")
        if len(calls) == 3:
            third.set()

    async with asyncio.timeout(30):
        async with renewed(renew, 0.003, "incident 1"):
            await third.wait()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_the_work_raises_goes_through():
    async def renew():
        raise AssertionError("too early")

    with pytest.raises(ValueError, match="broken"):
        async with renewed(renew, 60, "incident 1"):
            raise ValueError("broken")
