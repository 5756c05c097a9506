"""The App Home: how to ask, and what was asked lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.model.errors import BotError
from bot.render import slack as render
from bot.render.mrkdwn import code, prose

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.model.incident import Incident
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

RECENT = 10


class Home:
    """The listener for somebody who opens the Home tab."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        self._store = store
        self._notifier = notifier

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        app.event("app_home_opened")(self.opened)

    async def opened(self, event: dict[str, Any]) -> None:
        """Publish the tab for the person who opened it."""
        if event.get("tab") not in (None, "home") or not event.get("user"):
            return
        try:
            recent = await self._store.incidents.recent(RECENT)
            notices = await self._store.incidents.notices(RECENT)
            await self._notifier.publish(str(event["user"]), blocks(recent, notices))
        except BotError as error:
            _log.warning("home.not_published", error=str(error))


def blocks(recent: list[Incident], notices: list[Incident]) -> list[dict[str, Any]]:
    """Return the tab's blocks."""
    lines = [f"• {code(str(incident.subject), 200)}: {_summary(incident)}" for incident in recent]
    listed = "\n".join(lines) or "Nothing was asked yet."
    made = [*render.help_text().blocks, {"type": "divider"}, _section(f"*Lately*\n{listed}")]
    if notices:
        told = "\n".join(f"• {code(notice.subject.name, 120)}: {prose(notice.note, 200)}" for notice in notices)
        made.append(_section(f"*Alerts that I cannot use*\n{told}"))
    return made


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000], "verbatim": True}}


def _summary(incident: Incident) -> str:
    return prose(incident.summary, 200) or "under way"
