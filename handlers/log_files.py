"""The button that asks for the whole log: acknowledge, hand over. Only who, where and the id are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.actions.log_files import LogAsk
from bot.render.log_files import OPEN
from handlers.payload import person_of, place_of, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.actions.log_files import LogFiles
    from bot.ops.workers import Tasks


class LogFileActions:
    """The listener."""

    def __init__(self, putting: LogFiles, tasks: Tasks) -> None:
        self._service = putting
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        app.action(OPEN)(self.asked)

    async def asked(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button."""
        await ack()
        ask = ask_of(body, action)
        self._tasks.start(lambda: self._service.put(ask), "log-file")


def ask_of(body: dict[str, Any], action: dict[str, Any]) -> LogAsk:
    """Return what Slack says of a press."""
    channel, _message_ts, thread_ts = place_of(body)
    return LogAsk(about=text(action.get("value")), user=person_of(body)[0], channel=channel, thread_ts=thread_ts)
