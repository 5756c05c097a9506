"""A service that watches pods over a cluster whose time the test moves: it hears of every change before it acts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from tests.support.service import WITHIN_S, fleet_world

STEP = timedelta(minutes=1)


class Time:
    """The cluster's and the service's clock; it stands until it is moved."""

    def __init__(self, at=None):
        self.at = at or datetime(2026, 3, 2, tzinfo=UTC)

    def __call__(self):
        return self.at

    def seconds(self):
        return self.at.timestamp()


class Driven:
    """Moves time, and lets the watch hear and act."""

    def __init__(self, on, time):
        self.on, self.time = on, time
        _taking, self.watcher = on.service.watches[0]

    async def heard(self):
        """Wait until all feeds know all that has happened, however often they are lost meanwhile."""
        store = self.on.cluster.store

        def known():
            return all(feed.listed and int(feed.version or 0) >= store.version for feed in self.watcher.feeds)

        async with asyncio.timeout(WITHIN_S):
            while not known():  # noqa: ASYNC110 — looks from outside
                await asyncio.sleep(0.002)

    async def act(self):
        """Let the watch tell all that is due, and the service answer it."""
        while await self.watcher.step():
            pass
        await self.on.settled()

    async def until(self, at):
        """Let time pass up to a moment, a minute at a time, and the watch act after each."""
        while self.time.at < at:
            self.time.at = min(at, self.time.at + STEP)
            await self.act()

    async def incidents(self):
        """All incidents that the store holds but notices and digests."""
        return await self.on.service.store.incidents.recent(500)

    def lines(self, channel="C0ALERTS"):
        """What stands in a channel by itself, in no thread."""
        return [stored for stored in self.on.posts(channel) if stored.message.get("thread_ts", stored.ts) == stored.ts]


@asynccontextmanager
async def driven(folder, cluster, time, **more):
    """Run the whole service over a cluster; the test alone says when the watch acts."""
    with (
        patch("bot.watch.watcher.BACK_OFF_S", (0.01, 0.05)),
        # What was read serves others for some seconds: of the time that the test moves.
        patch("bot.cluster.shared.SharedReads._now", lambda _self: time.seconds()),
    ):
        async with fleet_world(folder, cluster, clock=time.seconds, watch_pods=True, **more) as on:
            await on.service.watches[0][0].stop(WITHIN_S)
            made = Driven(on, time)
            await made.heard()
            yield made
