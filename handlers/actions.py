"""Presses: keep, acknowledge, hand over. Of the payload only who, where and the opaque id are taken, never a target."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from bot.actions.clicks import Click
from bot.actions.confirmation import read_about
from bot.model.errors import Temporary
from bot.render.modal import CALLBACK, REASON, REASON_ACTION, REASON_BLOCK
from handlers.limits import STORE_S

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.actions.service import ActionService
    from bot.ops.workers import Tasks

_log = structlog.get_logger(__name__)

ACTIONS = ("restart", "undo")
CONFIRMED = "offer"
ASKING = ("review", "approve")
"""Buttons that open a dialog first: who asks, and who is to agree where two must."""


class Actions:
    """The listeners for buttons and for the dialog."""

    def __init__(self, pressing: ActionService, tasks: Tasks) -> None:
        self._service = pressing
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listeners."""
        for action in ACTIONS:
            app.action(f"{CONFIRMED}_{action}")(self.press)
            for first in ASKING:
                app.action(f"{first}_{action}")(self.review)
        app.view(CALLBACK)(self.submitted)

    async def press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a button that was confirmed in Slack itself."""
        await self._taken(ack, click_of(body, action), self._service.press)

    async def review(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a button that opens a dialog."""
        await self._taken(ack, click_of(body, action), self._service.review)

    async def submitted(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Take a dialog that was sent off."""
        await self._taken(ack, click_of_dialog(body, view), self._service.press)

    async def _taken(self, ack: AsyncAck, click: Click, work: Callable[[Click], Awaitable[None]]) -> None:
        """Keep the press, acknowledge it, and let it run on, supervised."""
        try:
            async with asyncio.timeout(STORE_S):
                click = replace(click, press_id=await self._service.record(click))
        except (Temporary, TimeoutError) as error:
            _log.warning("press.not_kept", error=str(error))  # it is answered all the same, unless the process dies
        await ack()
        self._tasks.start(lambda: work(click), f"press-{click.action}")


def click_of(body: dict[str, Any], action: dict[str, Any]) -> Click:
    """Return what Slack says of a press."""
    message, container = _table(body.get("message")), _table(body.get("container"))
    blocks = message.get("blocks")
    return Click(
        offer_id=_text(action.get("value")),
        action=_text(action.get("action_id")).partition("_")[2],
        user=_text(_table(body.get("user")).get("id")),
        team=_text(_table(body.get("team")).get("id")),
        channel=_text(_table(body.get("channel")).get("id")) or _text(container.get("channel_id")),
        message_ts=_text(message.get("ts")) or _text(container.get("message_ts")),
        thread_ts=_text(message.get("thread_ts")) or _text(container.get("thread_ts")),
        text=_text(message.get("text")),
        blocks=tuple(block for block in blocks if isinstance(block, dict)) if isinstance(blocks, list) else (),
        trigger_id=_text(body.get("trigger_id")),
    )


def click_of_dialog(body: dict[str, Any], view: dict[str, Any]) -> Click:
    """Return what Slack says of a dialog that was sent off."""
    about = read_about(_text(view.get("private_metadata")))
    values = _table(_table(view.get("state")).get("values"))
    given = _table(_table(values.get(REASON_BLOCK)).get(REASON_ACTION)).get("value")
    return Click(
        offer_id=about.get("offer", ""),
        action=about.get("action", ""),
        user=_text(_table(body.get("user")).get("id")),
        team=_text(_table(body.get("team")).get("id")),
        channel=about.get("channel", ""),
        message_ts=about.get("message_ts", ""),
        thread_ts=about.get("thread_ts", ""),
        reason=" ".join(_text(given).split())[:REASON],
    )


def _table(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
