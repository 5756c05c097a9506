"""Silence about the normal, measured: a day of rollouts, drains, jobs, restarts and reboots brings no message.

The whole service watches the cluster's stand-in over HTTP; the same day is then given one failure, which is told.
"""

from __future__ import annotations

import random

import pytest

from tests.bot.watch.day import Day
from tests.bot.watch.driven import STEP, Time, driven


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_day_of_what_is_normal_brings_no_message(tmp_path, seed, record_property):
    time = Time()
    day = Day(time, random.Random(seed))  # noqa: S311 — a seed, no secret
    day.begin()
    async with driven(tmp_path, day.cluster, time) as on:
        acted_at, changes = time.at, day.store.version
        for _moment in day.moments():
            await on.heard()
            if time.at - acted_at >= STEP / 2:
                await on.watcher.step()
                acted_at = time.at
        quiet, changes = (await on.incidents(), on.lines()), day.store.version - changes
        key = day.any_pod()
        for number in range(6):
            day.die(key, "Error", 1)
            day.wait_for(key, "CrashLoopBackOff", f"back-off {10 * 2**number}s restarting failed container=app")
            await on.heard()
            time.at += STEP / 2
            day.restart(key)
        day.die(key, "Error", 1)
        await on.heard()
        await on.act()
        failing = await on.incidents()
    record_property("normal", f"{sum(day.happened.values())} events of {len(day.happened)} kinds, {changes:,} changes")
    record_property("told", f"{len(quiet[1])} messages")
    assert sum(day.happened.values()) > 200
    assert quiet == ([], [])
    assert [incident.subject.name for incident in failing] == [key[1]]
