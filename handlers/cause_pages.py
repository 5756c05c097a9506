"""The button that shows a cause's page: acknowledge, open the dialog. It says nothing of any cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.render import cause_page
from bot.render.pages import UnknownCause
from handlers.payload import person_of, place_of, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.modals import Modals
    from bot.slack.notifier import Notifier

_log = structlog.get_logger(__name__)


class CausePages:
    """The listener. Who cannot be shown the dialog is told where else the page is."""

    def __init__(self, modals: Modals, notifier: Notifier) -> None:
        self._modals = modals
        self._notifier = notifier

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        app.action(cause_page.OPEN)(self.asked)

    async def asked(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button."""
        await ack()
        cause_id = text(action.get("value"))
        try:
            view = cause_page.dialog(cause_id)
        except UnknownCause as error:
            _log.warning("cause_page.odd_button", error=str(error))
            return
        if not await self._modals.open(text(body.get("trigger_id")), view):
            channel, _message_ts, thread_ts = place_of(body)
            said = f"Slack did not let me open the dialog in time; press again, or run: crashloop causes {cause_id}"
            await self._notifier.ephemeral(channel, person_of(body)[0], said, thread_ts)
