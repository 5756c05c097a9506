"""Where Slack takes nothing until somebody sets it right: kept for readiness and metrics, and to ask rarely meanwhile.

A token that was revoked stops everything, an archived channel only itself. Whatever works again is forgotten at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.model.errors import BotError
from bot.slack.errors import is_everywhere

if TYPE_CHECKING:
    from collections.abc import Callable

PROBE_S = 30.0
"""How often it is tried whether it works again; who comes in between is told at once that it does not."""

STALE_S = 1800.0
"""How long what nobody tries any more still counts: a channel may have been left for good."""

CHANNELS = 200
"""Of so many channels it is kept; the one that failed longest ago is forgotten first."""

WORKSPACE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that Slack wants set right. ``channel`` is empty where it is the whole workspace. Clock's seconds."""

    channel: str
    code: str
    since: float
    failed_at: float
    tried_at: float

    def __str__(self) -> str:
        """Say it for an operator."""
        return f"{f'channel {self.channel}' if self.channel else 'the whole workspace'}: {self.code}"


class Standing:
    """What works and what does not. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._problems: dict[str, Problem] = {}

    def failed(self, channel: str, code: str) -> None:
        """Note that Slack refuses something for a reason that somebody must set right."""
        now, where = self._clock(), WORKSPACE if is_everywhere(code) else channel
        known = self._problems.pop(where, None)
        since = known.since if known is not None and known.code == code else now
        self._problems[where] = Problem(channel=where, code=code, since=since, failed_at=now, tried_at=now)
        while len(self._problems) > CHANNELS:
            self._problems.pop(next(iter(self._problems)))

    def worked(self, *channels: str) -> None:
        """Note that Slack took something: the workspace is well, and the channels that it was in."""
        for where in (WORKSPACE, *channels):
            self._problems.pop(where, None)

    def problems(self) -> list[Problem]:
        """Return what is wrong at present."""
        now = self._clock()
        return [problem for problem in self._problems.values() if now - problem.failed_at < STALE_S]

    def blocked(self, channel: str) -> Problem | None:
        """Return why it is useless to try this channel now; None when it is not, or when it is time to try again."""
        now = self._clock()
        for where in dict.fromkeys((WORKSPACE, channel)):
            problem = self._problems.get(where)
            if problem is None:
                continue
            if now - problem.tried_at < PROBE_S:
                return problem
            self._problems[where] = replace(problem, tried_at=now)
        return None

    async def check(self) -> None:
        """Raise ``BotError`` when nothing at all can be told."""
        problem = next((problem for problem in self.problems() if problem.channel == WORKSPACE), None)
        if problem is not None:
            raise BotError(f"Slack refuses everything: {problem.code}")

    def notes(self) -> list[str]:
        """Return a sentence for each channel that takes nothing: others still do."""
        return [f"slack {problem}" for problem in self.problems() if problem.channel != WORKSPACE]
