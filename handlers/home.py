"""The App Home: what fails now, what recovered today and what waits for the person, as far as they may read.

Those who run the bot (OPERATORS) see its own checks there too, made anew when they are old.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from bot.cluster.errors import Forbidden
from bot.model.errors import BotError
from bot.render import home as render

if TYPE_CHECKING:
    from collections.abc import Collection

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.doctor.checkup import Checkup
    from bot.slack.notifier import Notifier

_log = structlog.get_logger(__name__)

NOTICES = 10
"""Rules whose alerts cannot be used that are listed."""


class Home:
    """The listener for somebody who opens the Home tab. ``operators`` are the Slack ids of who runs the bot."""

    def __init__(
        self, *, clusters: Clusters, notifier: Notifier, checkup: Checkup, operators: Collection[str] = ()
    ) -> None:
        self._checkup = checkup
        self._operators = operators
        self._clusters = clusters
        self._notifier = notifier

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        app.event("app_home_opened")(self.opened)
        app.action(render.OPEN)(self.led_on)

    async def opened(self, event: dict[str, Any]) -> None:
        """Publish the tab for the person who opened it."""
        if event.get("tab") not in (None, "home") or not event.get("user"):
            return
        user = str(event["user"])
        await self._publish(user)
        if user in self._operators and not self._checkup.fresh:
            await self._checkup.run()
            await self._publish(user)

    async def led_on(self, ack: AsyncAck) -> None:
        """Acknowledge a button that Slack itself followed."""
        await ack()

    async def _publish(self, user: str) -> None:
        try:
            await self._notifier.publish(user, await self._shown(user))
        except BotError as error:
            _log.warning("home.not_published", error=str(error))

    async def _shown(self, user: str) -> list[dict[str, Any]]:
        # Who runs the bot sees this unmapped too: it may be the people map that is wrong.
        guard = self._clusters.first.actions.guard
        own = self._checkup.blocks() if user in self._operators and await guard.is_member(user) else []
        seen = await asyncio.gather(*(self._seen(cluster, user) for cluster in self._clusters))
        found = {one.cluster.called: one for one in seen}
        refused = {called: one.refused for called, one in found.items() if one.refused}
        if len(refused) == len(found):
            return [*own, *render.refusal(next(iter(refused.values())))]
        told = [notice for one in seen for notice in one.notices]
        # What fails comes first; what is wrong with the bot itself is below it.
        if self._clusters.only is not None:
            return [*render.tab(seen[0].overview, told, self._clusters.names), *own]
        overview = render.of_several({called: one.overview for called, one in found.items() if not one.refused})
        unseen = {called: one.refused or one.away for called, one in found.items() if one.refused or one.away}
        return [*render.away(unseen), *render.tab(overview, told, self._clusters.names), *own]

    async def _seen(self, cluster: Cluster, user: str) -> _Seen:
        """Return what a person may know of a cluster. One that is away is asked nothing else, and holds nobody up."""
        try:
            viewer = await cluster.actions.guard.person(user)
        except Forbidden as error:
            return _Seen(cluster, refused=str(error))
        away = await self._away(cluster)
        if away:
            return _Seen(cluster, away=away)
        # What is wrong with a rule is told with the alert's labels, whatever its namespace.
        notices = await cluster.store.incidents.notices(NOTICES) if await viewer.may_glance("") else []
        told = tuple((notice.subject.name, notice.note) for notice in notices)
        return _Seen(cluster, overview=await cluster.overviews.of(user, viewer), notices=told)

    async def _away(self, cluster: Cluster) -> str:
        """Return why nothing can be known of one of several clusters; of the only one whatever is known is shown."""
        if self._clusters.only is not None:
            return ""
        try:
            await cluster.contact.check()
        except BotError as error:
            return str(error)
        return ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a person may know of one cluster. ``refused`` says why nothing at all, ``away`` that it does not answer."""

    cluster: Cluster
    overview: render.Overview = field(default_factory=render.Overview)
    notices: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    away: str = ""
