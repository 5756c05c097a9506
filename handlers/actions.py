"""Presses: keep, acknowledge, hand over. Of the payload only who, where and the opaque id are taken, never a target."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from bot.actions.clicks import Click
from bot.actions.confirmation import read_about
from bot.model.errors import BotError
from bot.render.modal import CALLBACK, REASON, REASON_ACTION, REASON_BLOCK
from handlers.limits import STORE_S
from handlers.payload import items, person_of, place_of, table, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.actions.service import ActionService
    from bot.clusters.directory import Clusters
    from bot.ops.workers import Tasks
    from handlers.finding import Finding

_log = structlog.get_logger(__name__)

ACTIONS = ("restart", "undo")
CONFIRMED = "offer"
ASKING = ("review", "approve")
"""Buttons that open a dialog first: who asks, and who is to agree where two must."""


class Actions:
    """The listeners for buttons and for the dialog."""

    def __init__(self, clusters: Clusters, finding: Finding, tasks: Tasks) -> None:
        self._clusters = clusters
        self._finding = finding
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
        await self._taken(ack, click_of(body, action), _press)

    async def review(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a button that opens a dialog."""
        await self._taken(ack, click_of(body, action), _review)

    async def submitted(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Take a dialog that was sent off."""
        await self._taken(ack, click_of_dialog(body, view), _press)

    async def _taken(self, ack: AsyncAck, click: Click, work: Work) -> None:
        """Keep the press, acknowledge it, and let it run on, supervised."""
        try:
            async with asyncio.timeout(STORE_S):
                cluster = await self._clusters.of_offer(click.offer_id)
                click = replace(click, press_id=await cluster.actions.service.record(click))
        except (BotError, TimeoutError) as error:
            _log.warning("press.not_kept", error=str(error))  # it is answered all the same, unless the process dies
        await ack()
        where = {"user": click.user, "channel": click.channel, "thread_ts": click.thread_ts}
        found = self._clusters.of_offer
        self._tasks.start(
            lambda: self._finding.within(
                found(click.offer_id), lambda cluster: work(cluster.actions.service, click), **where
            ),
            f"press-{click.action}",
        )


Work = Callable[["ActionService", Click], Awaitable[None]]


async def _press(service: ActionService, click: Click) -> None:
    await service.press(click)


async def _review(service: ActionService, click: Click) -> None:
    await service.review(click)


def click_of(body: dict[str, Any], action: dict[str, Any]) -> Click:
    """Return what Slack says of a press."""
    message = table(body.get("message"))
    user, team = person_of(body)
    channel, message_ts, thread_ts = place_of(body)
    return Click(
        offer_id=text(action.get("value")),
        action=text(action.get("action_id")).partition("_")[2],
        user=user,
        team=team,
        channel=channel,
        message_ts=message_ts,
        thread_ts=thread_ts,
        text=text(message.get("text")),
        blocks=tuple(block for block in items(message.get("blocks")) if isinstance(block, dict)),
        trigger_id=text(body.get("trigger_id")),
    )


def click_of_dialog(body: dict[str, Any], view: dict[str, Any]) -> Click:
    """Return what Slack says of a dialog that was sent off."""
    about = read_about(text(view.get("private_metadata")))
    user, team = person_of(body)
    values = table(table(view.get("state")).get("values"))
    reason = table(table(values.get(REASON_BLOCK)).get(REASON_ACTION)).get("value")
    return Click(
        offer_id=about.get("offer", ""),
        action=about.get("action", ""),
        user=user,
        team=team,
        channel=about.get("channel", ""),
        message_ts=about.get("message_ts", ""),
        thread_ts=about.get("thread_ts", ""),
        reason=" ".join(text(reason).split())[:REASON],
    )
