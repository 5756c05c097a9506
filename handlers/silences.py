"""The buttons and the dialog of silences: acknowledge, hand over. What is silenced comes from the store alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from bot.actions.confirmation import read_about
from bot.actions.silences import Ask
from bot.render.silences import CALLBACK, COMMENT, COMMENT_BLOCK, DURATION_BLOCK, END, FIELD, OPEN
from handlers.payload import person_of, place_of, table, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.ops.workers import Tasks
    from handlers.finding import Finding


class SilenceActions:
    """The listeners."""

    def __init__(self, clusters: Clusters, finding: Finding, tasks: Tasks) -> None:
        self._clusters = clusters
        self._finding = finding
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
        self._start(self._clusters.of_incident, ask, "ask")

    async def end(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button that undoes one."""
        await ack()
        ask = ask_of(body, action)
        self._start(self._clusters.of_silence, ask, "end")

    async def submitted(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Take the dialog."""
        await ack()
        ask = ask_of_dialog(body, view)
        self._start(self._clusters.of_incident, ask, "silence")

    def _start(
        self, find: Callable[[str], Awaitable[Cluster]], ask: Ask, what: Literal["ask", "end", "silence"]
    ) -> None:
        async def work(cluster: Cluster) -> None:
            silencing = cluster.actions.silences
            if silencing is not None:
                await {"ask": silencing.ask, "end": silencing.end, "silence": silencing.silence}[what](ask)

        where = {"channel": ask.channel, "thread_ts": ask.thread_ts}
        self._tasks.start(
            lambda: self._finding.within(find(ask.about), work, user=ask.user, **where), f"silence-{what}"
        )


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
