"""The buttons and the dialog of silences: acknowledge, hand over. What is silenced comes from the store alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.actions.silences import Ask
from bot.render.silences import CALLBACK, COMMENT, COMMENT_BLOCK, DURATION_BLOCK, END, FIELD, OPEN

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
    message, container = _table(body.get("message")), _table(body.get("container"))
    return Ask(
        about=_text(action.get("value")),
        user=_text(_table(body.get("user")).get("id")),
        team=_text(_table(body.get("team")).get("id")),
        channel=_text(_table(body.get("channel")).get("id")) or _text(container.get("channel_id")),
        message_ts=_text(message.get("ts")) or _text(container.get("message_ts")),
        thread_ts=_text(message.get("thread_ts")) or _text(container.get("thread_ts")),
        trigger_id=_text(body.get("trigger_id")),
    )


def ask_of_dialog(body: dict[str, Any], view: dict[str, Any]) -> Ask:
    """Return what Slack says of a dialog that was sent off."""
    try:
        about = _table(json.loads(_text(view.get("private_metadata"))))
    except ValueError:
        about = {}
    values = _table(_table(view.get("state")).get("values"))
    chosen = _table(_table(_table(values.get(DURATION_BLOCK)).get(FIELD)).get("selected_option"))
    why = _text(_table(_table(values.get(COMMENT_BLOCK)).get(FIELD)).get("value"))
    try:
        hours = float(_text(chosen.get("value")))
    except ValueError:
        hours = 0.0
    return Ask(
        about=_text(about.get("incident")),
        user=_text(_table(body.get("user")).get("id")),
        team=_text(_table(body.get("team")).get("id")),
        channel=_text(about.get("channel")),
        thread_ts=_text(about.get("thread")),
        hours=hours,
        comment=" ".join(why.split())[:COMMENT],
    )


def _table(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
