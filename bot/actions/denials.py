"""Presses that are refused again and again are not looked at any more for a while.

Each refusal costs Slack a look at the person, the cluster its reviews and the audit trail a row. Each process counts
its own.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WITHIN_S = 600.0
"""Seconds within which refusals are counted together."""

PEOPLE = 1000
"""People who are remembered: of more, those who were refused longest ago are forgotten."""


class Denials:
    """Counts refusals for each person. ``limit`` is DENIALS_PER_PERSON; 0 counts nothing."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._at: dict[str, deque[float]] = {}

    def count(self, user: str) -> str:
        """Count a refusal. Return what is said with the last one that is answered, else an empty string."""
        if not self._limit:
            return ""
        times = self._at.pop(user, None) or deque(maxlen=self._limit)
        times.append(self._clock())
        self._at[user] = times  # the newest stands last
        if len(self._at) > PEOPLE:
            del self._at[next(iter(self._at))]
        if not self.exceeded(user):
            return ""
        minutes = round(WITHIN_S / 60)
        return f"That was refused {self._limit} times; for up to {minutes} minutes I look at no press of yours."

    def exceeded(self, user: str) -> bool:
        """Whether presses of this person are not looked at now."""
        times = self._at.get(user)
        return times is not None and len(times) == self._limit and self._clock() - times[0] < WITHIN_S
