"""Whether something that the service speaks with answers: when it last did, and asking it when that is a while ago."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.cluster.errors import ClusterError
from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

FRESH_S = 15.0
"""So old a success still counts: the kubelet asks every ten seconds, and need not cause a request each time."""


class Contact:
    """The contact with one other side. ``ask`` asks it for anything; ``clock`` is monotonic, in seconds."""

    def __init__(self, ask: Callable[[], Awaitable[object]], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._at = float("-inf")

    def succeeded(self) -> None:
        """Remember that it answered just now."""
        self._at = self._clock()

    async def check(self) -> None:
        """Raise ``BotError``, with when it last answered, unless it did lately or does now."""
        ago_s = self._clock() - self._at
        if ago_s <= FRESH_S:
            return
        try:
            await self._ask()
        except (BotError, ClusterError) as error:
            last = f"it last answered {ago_s:.0f} s ago" if ago_s != float("inf") else "it never answered"
            raise BotError(f"{error}; {last}") from error
        self.succeeded()
