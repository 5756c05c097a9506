"""The App Home: what fails now, what recovered today and what waits for the person, as far as they may read.

Those who run the bot (OPERATORS) see its own checks there too, made anew when they are old.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.cluster.errors import Forbidden
from bot.model.errors import BotError
from bot.render import home as render

if TYPE_CHECKING:
    from collections.abc import Collection

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.actions.read_guard import ReadGuard
    from bot.doctor.checkup import Checkup
    from bot.incidents.overview import Overviews
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

NOTICES = 10
"""Rules whose alerts cannot be used that are listed."""


class Home:
    """The listener for somebody who opens the Home tab. ``operators`` are the Slack ids of who runs the bot."""

    def __init__(
        self,
        *,
        store: Store,
        notifier: Notifier,
        guard: ReadGuard,
        overviews: Overviews,
        checkup: Checkup,
        operators: Collection[str] = (),
    ) -> None:
        self._checkup = checkup
        self._operators = operators
        self._overviews = overviews
        self._store = store
        self._notifier = notifier
        self._guard = guard

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
        own = self._checkup.blocks() if user in self._operators and await self._guard.is_member(user) else []
        try:
            viewer = await self._guard.person(user)
        except Forbidden as error:
            return [*own, *render.refusal(str(error))]
        # What is wrong with a rule is told with the alert's labels, whatever its namespace.
        notices = await self._store.incidents.notices(NOTICES) if await viewer.may_glance("") else []
        told = [(notice.subject.name, notice.note) for notice in notices]
        # What fails comes first; what is wrong with the bot itself is below it.
        return [*render.tab(await self._overviews.of(user, viewer), told), *own]
