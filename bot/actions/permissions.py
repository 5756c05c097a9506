"""What the bot itself may: without the rights to act it still diagnoses, and says why there are no buttons."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cluster.access import Right
from bot.cluster.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cluster.access import Reviewer

MOST_USERS = 20
"""Names that are asked about before the bot says that it can be nobody."""

KEPT_S = 60.0
"""How long an answer counts: it only decides whether a button is shown."""


class Permissions:
    """Asks the cluster what the bot may. ``act_as`` is the setting ACT_AS, ``users`` names whom it may have to be."""

    def __init__(
        self,
        reviewer: Reviewer,
        *,
        act_as: str = "auto",
        users: Callable[[], tuple[str, ...]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reviewer = reviewer
        self._act_as = act_as
        self._users = users
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, str]] = {}

    async def missing(self, kind: str, namespace: str) -> str:
        """Return the right that is missing for any button there, as a sentence's end; empty when there is none."""
        cached = self._known.get((kind, namespace))
        if cached and self._clock() - cached[0] < KEPT_S:
            return cached[1]
        found = await self._missing(kind, namespace)
        self._known[(kind, namespace)] = (self._clock(), found)
        return found

    async def _missing(self, kind: str, namespace: str) -> str:
        if unable := await self._reviewer.unable():
            return f"{unable}, so I cannot ask whether you may (deploy/kubernetes/rbac-read.yaml)"
        resource = RESOURCES[kind]
        patch = Right(verb="patch", group=resource.group, resource=resource.plural, namespace=namespace)
        ways = [] if self._act_as == "user" else [patch]
        if self._act_as != "bot":
            # Whether it may be this very person is asked at the press: here it is anybody who might press.
            names = ("", *self._users()[:MOST_USERS])
            ways += [Right(verb="impersonate", resource="users", name=name) for name in names]
            ways.append(replace(patch, verb="impersonate-on:user-info:patch"))
        first = ""
        for way in ways:
            review = await self._reviewer.bot_may(way)
            if review.allowed:
                return ""
            first = first or review.reason
        return f"{first} (deploy/kubernetes: rbac-act.yaml, and rolebinding-act.yaml in that namespace)"
