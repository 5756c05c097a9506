"""Asking for a report: ``/crashloop report [WORKLOAD]``, a mention, the button below a recovery. Hand over, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts.messages import unlinked
from bot.incidents.reports import ReportAsk
from bot.model.target import TargetError, named_in, parse_command_text
from bot.render.report import WRITE
from handlers.limits import COMMAND_CHARS
from handlers.payload import person_of, place_of, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.cluster.target import TargetRef
    from bot.clusters.directory import Clusters
    from bot.clusters.reports import ClusterReports
    from bot.ops.workers import Tasks

WORD = "report"


class ReportActions:
    """Takes what asks for a report, and has it written in the background."""

    def __init__(self, reports: ClusterReports, clusters: Clusters, tasks: Tasks) -> None:
        self._reports = reports
        self._clusters = clusters
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener of the button."""
        app.action(WRITE)(self.pressed)

    async def pressed(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button: of it only the incident's id is taken, which is looked up and held against the channel."""
        await ack()
        user, _team = person_of(body)
        channel, _message_ts, thread_ts = place_of(body)
        self._start(
            ReportAsk(user=user, channel=channel, thread_ts=thread_ts, incident_id=text(action.get("value")) or "-")
        )

    def asked(self, given: str, *, user: str, channel: str, thread_ts: str = "") -> bool:
        """Take a command or a mention, if it asks for a report. Raises ``TargetError`` when it says so wrongly."""
        words = unlinked(given[:COMMAND_CHARS]).split()
        if not words or words[0].lower() != WORD:
            return False
        cluster, rest = self._clusters.split(words[1:])
        about, name = _about(" ".join(rest)) if rest else None, "" if cluster is None else cluster.name
        self._start(ReportAsk(user=user, channel=channel, thread_ts=thread_ts, about=about, cluster=name))
        return True

    def _start(self, ask: ReportAsk) -> None:
        self._tasks.start(lambda: self._reports.write(ask), "report")


def _about(asked: str) -> TargetRef:
    """Return what is asked about: a target as it is typed, or what a sentence names. Raises ``TargetError``."""
    try:
        return parse_command_text(asked)
    except TargetError:
        named = named_in(asked)
        if named is None:
            raise
        return named
