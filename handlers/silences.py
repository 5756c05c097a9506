"""The buttons and the dialog of silences: acknowledge, hand over. What is silenced comes from the store alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.actions.confirmation import read_about
from bot.actions.silences import Ask
from bot.render.silences import CALLBACK, COMMENT, COMMENT_BLOCK, DURATION_BLOCK, END, FIELD, OPEN
from handlers.payload import person_of, place_of, table, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.actions.silences import SilenceService
    from bot.ops.workers import Tasks


class SilenceActions:
    """The listeners."""

    def __init__(self, silencing: SilenceService, tasks: Tasks) -> None:
        self._service = silencing
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listeners."""
        app.action(OPEN)(self.open)
        app.action(END)(self.end)
        app.view(CALLBACK)(self.submitted)

    async def open(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button that asks for a silence."""
        await ack()
        ask = ask_of(body, action)
        self._tasks.start(lambda: self._service.ask(ask), "silence-ask")

    async def end(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button that undoes one."""
        await ack()
        ask = ask_of(body, action)
        self._tasks.start(lambda: self._service.end(ask), "silence-end")

    async def submitted(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Take the dialog."""
        await ack()
        ask = ask_of_dialog(body, view)
        self._tasks.start(lambda: self._service.silence(ask), "silence")


def ask_of(body: dict[str, Any], action: dict[str, Any]) -> Ask:
    """Return what Slack says of a press."""
    user, team = person_of(body)
    channel, message_ts, thread_ts = place_of(body)
    return Ask(
        about=text(action.get("value")),
        user=user,
        team=team,
        channel=channel,
        message_ts=message_ts,
        thread_ts=thread_ts,
        trigger_id=text(body.get("trigger_id")),
    )


def ask_of_dialog(body: dict[str, Any], view: dict[str, Any]) -> Ask:
    """Return what Slack says of a dialog that was sent off."""
    about = read_about(text(view.get("private_metadata")))
    user, team = person_of(body)
    values = table(table(view.get("state")).get("values"))
    chosen = table(table(table(values.get(DURATION_BLOCK)).get(FIELD)).get("selected_option"))
    why = text(table(table(values.get(COMMENT_BLOCK)).get(FIELD)).get("value"))
    try:
        hours = float(text(chosen.get("value")))
    except ValueError:
        hours = 0.0
    return Ask(
        about=about.get("incident", ""),
        user=user,
        team=team,
        channel=about.get("channel", ""),
        thread_ts=about.get("thread", ""),
        hours=hours,
        comment=" ".join(why.split())[:COMMENT],
    )
