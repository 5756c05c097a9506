"""Who is in a Slack user group. Kept for five minutes, and for reading only: a press asks anew (``fresh``).

Needs the scope usergroups:read. usergroups.users.list is a Tier 2 method: twenty calls a minute.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.slack.people import CACHE_S, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slack_sdk.web.async_client import AsyncWebClient


class Usergroups:
    """Looks the members of user groups up."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    async def of(self, user: str, groups: Iterable[str], *, fresh: bool = False) -> frozenset[str]:
        """Return which of the groups the user is in. ``Temporary`` or ``Refused`` when Slack does not say."""
        return frozenset({group for group in groups if user in await self._members(group, fresh=fresh)})

    async def _members(self, group: str, *, fresh: bool) -> frozenset[str]:
        cached = self._known.get(group)
        if cached and not fresh and self._clock() - cached[0] < CACHE_S:
            return cached[1]
        response = await asked(self._client.usergroups_users_list(usergroup=group), f"who is in user group {group}")
        members = frozenset(str(member) for member in response.get("users") or ())
        self._known[group] = (self._clock(), members)
        return members
