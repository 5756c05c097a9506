"""Sends what stands in the outbox: at least once, an incident's events in their order, and beside all other work.

What is not taken is tried again with back-off until ``GIVE_UP_S`` after it happened. While nothing answers at all, or
the receiver says when to come again, nothing else is tried either.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ops.event_receiver import Answer, Send
    from bot.ops.metrics import Metrics
    from bot.store.outbox import Pending

GIVE_UP_S = 24 * 3600.0
"""Seconds after which an event is given up: a day later it pages nobody for anything."""

FIRST_S, LONGEST_S = 5.0, 300.0
"""Seconds before the second try, and at most before any: each wait is twice the one before."""

LEASE_S = 60.0
"""How long an event is out of other replicas' reach: longer than a request may take, so that none is sent twice while
its sender lives."""

LOOK_S = 1.0
"""Seconds between two looks into the outbox."""

SENDERS = 4
"""Events that are sent at a time."""

_log = structlog.get_logger(__name__)


class Waiting(Protocol):
    """The outbox, as far as it is needed: ``bot.store.outbox.Outbox``."""

    async def claim(self, owner: str, lease_s: float) -> Pending | None:
        """Take the oldest event whose turn has come, or None."""
        ...

    async def done(self, event_id: str, owner: str) -> bool:
        """Take it out."""
        ...

    async def put_off(self, event_id: str, owner: str, wait_s: float) -> bool:
        """Have it tried again later."""
        ...


class Delivery:
    """Sends events. ``owner`` names this process's leases; ``monotonic`` gives seconds of a clock that is never set."""

    def __init__(
        self,
        outbox: Waiting,
        send: Send,
        metrics: Metrics,
        owner: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._send = send
        self._metrics = metrics
        self._owner = owner
        self._monotonic = monotonic
        self._closed_until = float("-inf")
        self._silent = 0
        self._failing: list[str] = []
        """Why events were not taken since one was: each is logged once."""

    async def step(self) -> bool:
        """Send one event. False when there is none, or when the receiver is left alone for now."""
        if self._monotonic() < self._closed_until:
            return False
        pending = await self._outbox.claim(self._owner, LEASE_S)
        if pending is None:
            return False
        if pending.age_s >= GIVE_UP_S:
            await self._given_up(pending)
            return True
        answer = await self._send(pending.id, pending.body)
        if answer.why:
            await self._not_taken(pending, answer)
        else:
            await self._taken(pending)
        return True

    async def _taken(self, pending: Pending) -> None:
        await self._outbox.done(pending.id, self._owner)
        self._metrics.webhook_events.labels(pending.kind, "taken").inc()
        self._silent = 0
        if self._failing:
            _log.info("webhook.taken_again", was=self._failing)
        self._failing = []

    async def _not_taken(self, pending: Pending, answer: Answer) -> None:
        wait_s = max(backoff_s(pending.attempts + 1), answer.retry_after_s)
        await self._outbox.put_off(pending.id, self._owner, wait_s)
        self._metrics.webhook_refused.labels(_why(answer)).inc()
        if answer.silent:
            self._silent += 1
            self._leave_alone(backoff_s(self._silent))
        elif answer.retry_after_s:
            self._leave_alone(answer.retry_after_s)
        if answer.why not in self._failing:
            self._failing.append(answer.why)
            _log.warning(
                "webhook.not_taken", event_id=pending.id, incident=pending.incident_id, why=answer.why,
                again_in_s=wait_s,
            )  # fmt: skip

    def _leave_alone(self, wait_s: float) -> None:
        self._closed_until = max(self._closed_until, self._monotonic() + wait_s)

    async def _given_up(self, pending: Pending) -> None:
        await self._outbox.done(pending.id, self._owner)
        self._metrics.webhook_events.labels(pending.kind, "given_up").inc()
        _log.warning(
            "webhook.given_up", event_id=pending.id, incident=pending.incident_id, kind=pending.kind,
            attempts=pending.attempts, age_s=round(pending.age_s), why=self._failing or ["nobody could send it"],
        )  # fmt: skip


def backoff_s(attempt: int) -> float:
    """Return how long to wait after so many tries that failed."""
    return min(LONGEST_S, FIRST_S * 2.0 ** min(attempt - 1, 20))


def _why(answer: Answer) -> str:
    """Return the kind of failure, in one word."""
    if answer.silent:
        return "silent"
    return "limited" if answer.retry_after_s else "refused"
