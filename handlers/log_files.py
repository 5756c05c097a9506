"""The button that asks for the whole log: acknowledge, hand over. Only who, where and the id are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.actions.log_files import LogAsk
from bot.render.log_files import OPEN
from handlers.payload import person_of, place_of, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.ops.workers import Tasks
    from handlers.finding import Finding


class LogFileActions:
    """The listener."""

    def __init__(self, clusters: Clusters, finding: Finding, tasks: Tasks) -> None:
        self._clusters = clusters
        self._finding = finding
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener."""
        app.action(OPEN)(self.asked)

    async def asked(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button."""
        await ack()
        ask = ask_of(body, action)

        async def put(cluster: Cluster) -> None:
            if cluster.actions.log_files is not None:
                await cluster.actions.log_files.put(ask)

        found, where = self._clusters.of_incident, {"channel": ask.channel, "thread_ts": ask.thread_ts}
        self._tasks.start(lambda: self._finding.within(found(ask.about), put, user=ask.user, **where), "log-file")


def ask_of(body: dict[str, Any], action: dict[str, Any]) -> LogAsk:
    """Return what Slack says of a press."""
    channel, _message_ts, thread_ts = place_of(body)
    return LogAsk(about=text(action.get("value")), user=person_of(body)[0], channel=channel, thread_ts=thread_ts)
