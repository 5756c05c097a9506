"""Notifications, sent as Alertmanager sends them: tried with back-off, group by group, until they are taken.

Two things are harder here than there. What was taken is never sent again, though Alertmanager would at
``repeat_interval``: an alert that is lost after its 202 stays lost, and is counted. And no Service stands in front that
would lead a notification to a replica that is ready.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import aiohttp

from tests.acceptance.rig import TOKEN

FLUSH_S = 300.0
"""How long a notification is tried before its group is flushed anew: Alertmanager's usual ``group_interval``."""

FIRST_WAIT_S, GROWTH, SPREAD, LONGEST_S = 0.5, 1.5, 0.5, 60.0
"""The back-off within a flush: the defaults of ``cenkalti/backoff``, which Alertmanager's ``RetryStage`` takes."""


class Sender:
    """Sends, and remembers. ``urls`` are tried in turn, dead or alive."""

    def __init__(self, urls, chance) -> None:
        self.urls, self.chance = urls, chance
        self.taken = 0
        self.took_s: list[float] = []
        self.again = 0
        self.statuses: Counter[int] = Counter()
        self.last_taken_at = 0.0
        self._under_way: Counter[str] = Counter()
        self._began = {url: asyncio.Event() for url in urls}

    def sending(self, url: str) -> int:
        """Return how many alerts are on their way to one of the addresses."""
        return self._under_way[url]

    async def began(self, url: str) -> None:
        """Return when the first notification is on its way there."""
        await self._began[url].wait()

    async def send(self, alerts, number: int) -> None:
        """Return when the notification is taken, or refused for good (4xx), after which Alertmanager drops it too."""
        body = {"version": "4", "groupKey": str(number), "status": "firing", "alerts": alerts}
        turn, status = number, 0
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
            while True:
                flush_ends, wait_s = time.monotonic() + FLUSH_S, FIRST_WAIT_S
                while (left_s := flush_ends - time.monotonic()) > 0:
                    status = await self._attempt(session, self.urls[turn % len(self.urls)], body, left_s)
                    turn += 1
                    if 200 <= status < 500:
                        self.taken += len(alerts) if status < 300 else 0
                        return
                    self.again += 1
                    await asyncio.sleep(wait_s * self.chance.uniform(1 - SPREAD, 1 + SPREAD))
                    wait_s = min(wait_s * GROWTH, LONGEST_S)

    async def _attempt(self, session, url, body, within_s: float) -> int:
        """Return the status of the answer; 0 where there was none."""
        began = time.monotonic()
        self._under_way[url] += len(body["alerts"])
        self._began[url].set()
        try:
            async with session.post(url, json=body, timeout=aiohttp.ClientTimeout(total=within_s)) as reply:
                status = reply.status
        except (aiohttp.ClientError, TimeoutError):
            return 0
        finally:
            self._under_way[url] -= len(body["alerts"])
        self.statuses[status] += 1
        if status < 300:
            self.took_s.append(time.monotonic() - began)
            self.last_taken_at = time.time()
        return status
