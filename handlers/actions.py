"""Presses: acknowledge, hand over. Of the payload only who, where and the opaque id are taken, never a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.gate import Click

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.press import Pressing
    from bot.workers import Tasks

PREFIX = "offer_"
ACTIONS = ("restart", "undo")


class Actions:
    """The listeners for buttons."""

    def __init__(self, pressing: Pressing, tasks: Tasks) -> None:
        self._pressing = pressing
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        for action in ACTIONS:
            app.action(f"{PREFIX}{action}")(self.press)

    async def press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Acknowledge at once; the press runs on, supervised."""
        await ack()
        click = click_of(body, action)
        self._tasks.start(lambda: self._pressing.press(click), f"press-{click.action}")


def click_of(body: dict[str, Any], action: dict[str, Any]) -> Click:
    """Return what Slack says of a press."""
    message, container = _table(body.get("message")), _table(body.get("container"))
    blocks = message.get("blocks")
    return Click(
        offer_id=_text(action.get("value")),
        action=_text(action.get("action_id")).removeprefix(PREFIX),
        user=_text(_table(body.get("user")).get("id")),
        team=_text(_table(body.get("team")).get("id")),
        channel=_text(_table(body.get("channel")).get("id")) or _text(container.get("channel_id")),
        message_ts=_text(message.get("ts")) or _text(container.get("message_ts")),
        thread_ts=_text(message.get("thread_ts")) or _text(container.get("thread_ts")),
        text=_text(message.get("text")),
        blocks=tuple(block for block in blocks if isinstance(block, dict)) if isinstance(blocks, list) else (),
    )


def _table(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
