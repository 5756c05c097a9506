"""Who a Slack user is to Kubernetes now: the person as Slack knows them, their user groups, and the people map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model.policy import unfit_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model.policy import Allow, Deny
    from bot.model.policy import People as PeopleMap
    from bot.slack.people import People
    from bot.slack.usergroups import Usergroups


class Identities:
    """Resolves people. ``people_map`` reads the map anew each time."""

    def __init__(self, people: People, usergroups: Usergroups, people_map: Callable[[], PeopleMap]) -> None:
        self._people = people
        self._usergroups = usergroups
        self._people_map = people_map

    async def of(self, user: str, *, fresh: bool) -> Allow | Deny:
        """Return who it is. ``fresh`` asks Slack anew, as acting must; reading may take what is five minutes old.

        Raises ``Temporary`` or ``Refused`` when Slack does not say.
        """
        known = self._people_map()
        person = await self._people.person(user, fresh=fresh)
        team = await self._people.own_team()
        memberships: frozenset[str] = frozenset()
        if known.usergroups:
            memberships = await self._usergroups.of(user, known.usergroups, fresh=fresh)
        return known.identify(person, team, memberships)

    async def unfit(self, user: str) -> str:
        """Return why this Slack account may ask for nothing, whoever is in the map; empty when it may.

        Raises ``Temporary`` or ``Refused`` when Slack does not say.
        """
        if not user:
            return "I was not told who asks"
        return unfit_account(await self._people.person(user), await self._people.own_team())

    async def name(self, user: str) -> str:
        """Return what the person is called in Slack."""
        return (await self._people.person(user)).name

    async def utc_offset_s(self, user: str) -> int:
        """Return the seconds that the person's clock is ahead of UTC."""
        return (await self._people.person(user)).utc_offset_s

    async def own_team(self) -> str:
        """Return the workspace that the bot belongs to."""
        return await self._people.own_team()
