"""The App Home: how to ask, and what was asked lately in the namespaces that the person may read.

Those who run the bot (OPERATORS) see its own checks there too, made anew when they are old.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.cluster.errors import Forbidden
from bot.model.errors import BotError
from bot.model.incident import State
from bot.render import questions, words
from bot.render.mrkdwn import code, prose
from bot.render.own_buttons import mark

if TYPE_CHECKING:
    from collections.abc import Collection

    from slack_bolt.async_app import AsyncApp

    from bot.actions.read_guard import ReadGuard, Viewer
    from bot.doctor.checkup import Checkup
    from bot.model.incident import Incident
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

RECENT = 10
LOOKED_AT = 100
"""Incidents that are looked through for those that the person may see."""

_PENDING = (State.OPEN, State.FAILED)

NAMESPACES = 12
"""Namespaces about which the cluster is asked for one person; what happened in further ones is left out."""


class Home:
    """The listener for somebody who opens the Home tab. ``operators`` are the Slack ids of who runs the bot."""

    def __init__(
        self, store: Store, notifier: Notifier, guard: ReadGuard, checkup: Checkup, operators: Collection[str] = ()
    ) -> None:
        self._checkup = checkup
        self._operators = operators
        self._store = store
        self._notifier = notifier
        self._guard = guard

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        app.event("app_home_opened")(self.opened)

    async def opened(self, event: dict[str, Any]) -> None:
        """Publish the tab for the person who opened it."""
        if event.get("tab") not in (None, "home") or not event.get("user"):
            return
        user = str(event["user"])
        await self._publish(user)
        if user in self._operators and not self._checkup.fresh:
            await self._checkup.run()
            await self._publish(user)

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
            return [*own, _section(prose(str(error), 600))]
        recent = await _seen(await self._store.incidents.recent(LOOKED_AT), viewer)
        # What is wrong with a rule is told with the alert's labels, whatever its namespace.
        notices = await self._store.incidents.notices(RECENT) if await viewer.may_glance("") else []
        return [*own, *blocks(recent, notices)]


async def _seen(recent: list[Incident], viewer: Viewer) -> list[Incident]:
    """Return the newest incidents about workloads in namespaces that the person may read."""
    kept: list[Incident] = []
    known: dict[str, bool] = {}
    for incident in filter(_told, recent):
        space = incident.workload.namespace if incident.workload is not None else incident.subject.namespace or ""
        if space not in known:
            known[space] = len(known) < NAMESPACES and await viewer.may_glance(space)
        if known[space]:
            kept.append(incident)
    return kept[:RECENT]


def blocks(recent: list[Incident], notices: list[Incident]) -> list[dict[str, Any]]:
    """Return the tab's blocks."""
    lines = [f"• {code(str(incident.subject), 200)}: {_verdict(incident)}" for incident in recent]
    listed = "\n".join(lines) or "Nothing yet."
    made = [*questions.help_text().blocks, {"type": "divider"}, _section(f"*Lately*\n{listed}")]
    if notices:
        told = "\n".join(f"• {code(notice.subject.name, 120)}: {prose(notice.note, 200)}" for notice in notices)
        made.append(_section(f"*Alerts that I cannot use*\n{told}"))
    return made


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000], "verbatim": True}}


def _told(incident: Incident) -> bool:
    """Tell whether it was about a workload: a list of what fails and a typing slip are over once they are answered."""
    return bool(incident.verdict) or incident.state in _PENDING


def _verdict(incident: Incident) -> str:
    """Say which cause was found, and where: the answer itself may tell of more namespaces than this person's."""
    if incident.state in _PENDING:
        said = "under way" if incident.state is State.OPEN else "no answer"
    else:
        said = f"{words.title(incident.cause or None)}, {incident.verdict}{mark(incident.assignee)}"
    return f"{said} (<{incident.permalink}|its thread>)" if incident.permalink else said
