"""An alert about something that does not fail itself: a node, a quota, a claim, an autoscaler, a disruption budget.

What fails because of it is answered in one thread: its line names the workloads, each one's answer follows as a reply.
When nothing fails because of it, nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.cluster.gate import GuardedReader
from bot.incidents.affected import Affected
from bot.model.errors import Temporary
from bot.model.incident import STORM_LINES, STORM_S, Incident, Origin, Request, State, Subject, fold_key, key, watch_s
from bot.render import alerts as render

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cluster.gate import Gate
    from bot.cluster.reads import Source
    from bot.incidents.affected import Hit
    from bot.incidents.thread import IncidentThread
    from bot.store import Store

_log = structlog.get_logger(__name__)

ANSWERED = 12
"""So many workloads are answered in the thread; the line counts them all."""


class Survey:
    """Answers such an alert, first and again. The caller holds the incident's lease."""

    def __init__(
        self, *, store: Store, thread: IncidentThread, reader: Source, owner: str, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._thread = thread
        self._reader = reader
        self._owner = owner
        self._wake = wake

    async def step(self, incident: Incident, gate: Gate, every_s: float) -> None:
        """Look at what fails because of it, as far as ``gate`` lets it through.

        Raises ``ClusterError`` when the cluster does not tell, or may not be asked.
        """
        subject = incident.subject
        affected = Affected(GuardedReader(self._reader, gate))
        hits = await affected.by(subject.kind, subject.namespace or "", subject.name)
        what = f"{subject.kind} {'/'.join(part for part in (subject.namespace, subject.name) if part)}"
        if hits and incident.own_line and not incident.summary_ts:
            await self._take_line(incident)
        if hits or incident.summary_ts:
            message = render.affected(what, [f"{hit.namespace}/{hit.name}" for hit in hits], affected.unread)
            incident = await self._thread.write_summary(incident, message)
        if hits:
            await self._store.incidents.ingest([_request(incident, hit) for hit in hits[:ANSWERED]])
            self._wake()
        over = not hits and bool(incident.summary_ts)
        summary = f"{len(hits)} workloads fail because of {what}" if hits else f"nothing fails because of {what}"
        await self._store.incidents.finish(
            incident.id, self._owner, State.RECOVERED if over else State.ANSWERED, summary=summary,
            watch_s=0.0 if over else watch_s(incident.checks, every_s), checks=incident.checks + 1,
        )  # fmt: skip
        _log.info("survey.answered", incident=incident.id, about=what, failing=len(hits))

    async def _take_line(self, incident: Incident) -> None:
        """Wait for another minute when a channel has had its lines: many nodes may be told of at once."""
        if not await self._store.related.take_line(incident.id, incident.addressed, STORM_LINES):
            raise Temporary("the channel has had its lines for now", STORM_S)


def _request(incident: Incident, hit: Hit) -> Request:
    kind, name = ("Pod", hit.pod) if hit.pod else (hit.kind, hit.name)
    subject = Subject(kind=kind, namespace=hit.namespace, name=name)
    return Request(
        origin=Origin.MESSAGE,  # answered in the thread that is there
        dedup_key=key("affected", incident.id, hit.kind, hit.namespace, hit.name),
        subject=subject,
        channel=incident.channel,
        addressed=incident.addressed,
        thread_ts=incident.thread_ts or incident.summary_ts,
        team=incident.team,
        fold_key=fold_key(subject, (hit.kind, hit.name)),
    )
