"""Whom to ask who may do what somebody may not: the owner that the workload names, else people of the people map.

They are named, never mentioned: nobody is called by another person's press. Only who is known to the cluster is told.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.model.errors import BotError
from bot.model.policy import Identity

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.cluster.access import Reviewer, Right
    from bot.model.owners import Owners
    from bot.model.policy import Entry, People
    from diagnostics.snapshot import Object

_log = structlog.get_logger(__name__)

NAMED = 3
"""People who are named: more is a list that nobody reads."""

LOOKED_AT = 20
"""Entries of the people map about which the cluster is asked."""

WITHIN_S = 3.0
"""How long that may take: a refusal waits for it."""


class WhomToAsk:
    """Finds out. ``people`` reads the people map anew, ``called`` tells what a Slack user is called."""

    def __init__(
        self,
        owners: Owners,
        people: Callable[[], People],
        called: Callable[[str], Awaitable[str]],
        reviewer: Reviewer,
    ) -> None:
        self._owners = owners
        self._people = people
        self._called = called
        self._reviewer = reviewer

    async def sentence(self, right: Right, besides: Identity, workload: Object | None = None) -> str:
        """Return ``ask somebody of payments-oncall``, ``ask Anna or Cara``; empty where nobody is known. Never raises.

        ``besides`` is who asks, and lacks the right.
        """
        owner = self._owners.owner(workload, None)
        if owner is not None:
            return f"ask somebody of {owner.value}"
        found: list[str] = []
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._who_may(right, besides, found)
        except (TimeoutError, BotError) as error:
            _log.info("whom_to_ask.not_all", error=str(error))
        return f"ask {_either(found)}" if found else ""

    async def _who_may(self, right: Right, besides: Identity, found: list[str]) -> None:
        for entry in self._people().entries[:LOOKED_AT]:
            identity = Identity(user=entry.user, groups=entry.groups)
            if not entry.user or entry.user == besides.user:
                continue
            review = await self._reviewer.may(identity, right)
            name = await self._name(entry) if review.allowed else ""
            if name and name not in found:
                found.append(name)
            if len(found) == NAMED:
                return

    async def _name(self, entry: Entry) -> str:
        """Return what a person is called in Slack, else as Kubernetes knows them."""
        if not entry.slack:
            return entry.user
        try:
            return await self._called(entry.slack) or entry.user
        except BotError:
            return entry.user


def _either(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
