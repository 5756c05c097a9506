"""About one message a second and channel, as Slack wants it: a short burst is let through, then they queue.

Source: docs.slack.dev/apis/web-api/rate-limits, "1 message per second per channel, short bursts tolerated".
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RATE_PER_S = 1.0
BURST = 4
CHANNELS_KEPT = 1000
"""Of how many channels the pace is remembered: the one that was quiet longest is forgotten first."""


class Pacing:
    """A token bucket for each channel."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, rate: float = RATE_PER_S, burst: int = BURST
    ) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = burst
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def delay(self, channel: str) -> float:
        """Take the next place in a channel's row, and return how many seconds it is away."""
        now = self._clock()
        # free_at is when the bucket is full again; a place costs 1/rate, and ``burst`` places lie in a full bucket.
        free_at = max(self._free_at.pop(channel, now), now) + 1 / self._rate
        self._free_at[channel] = free_at
        while len(self._free_at) > CHANNELS_KEPT:
            self._free_at.popitem(last=False)
        return max(0.0, free_at - now - self._burst / self._rate)

    async def wait(self, channel: str) -> float:
        """Wait for one's place; return how many seconds that took."""
        delay_s = self.delay(channel)
        await asyncio.sleep(delay_s)
        return delay_s
