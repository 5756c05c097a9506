"""After an incident: its report, written into its thread when somebody asks who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.cluster.errors import ClusterError, Forbidden
from bot.model.errors import BotError
from bot.model.incident import Incident, Origin, State, target_of
from bot.model.report import report_of
from bot.render import outcomes
from bot.render import report as render
from bot.render.slack import failure

if TYPE_CHECKING:
    from bot.actions.read_guard import ReadGuard, Viewer
    from bot.cluster.target import TargetRef
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

NONE_OVER = "I know of no incident{about} that is over and that you may read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsk:
    """Who asks, where, about what: an incident by its id (a button), a workload, or where they are.

    ``cluster`` is which of several was named.
    """

    user: str
    channel: str
    thread_ts: str = ""
    incident_id: str = ""
    about: TargetRef | None = None
    cluster: str = ""


class Reports:
    """Writes reports. ``cluster`` is what people call the cluster."""

    def __init__(self, store: Store, notifier: Notifier, guard: ReadGuard, cluster: str) -> None:
        self._store = store
        self._notifier = notifier
        self._guard = guard
        self._cluster = cluster

    async def write(self, ask: ReportAsk) -> None:
        """Write the report into the incident's thread; whoever asks is told where it stands, or why there is none."""
        try:
            viewer = await self._guard.person(ask.user)
            incident = await self._find(ask, viewer)
            link = await self._post(incident)
        except (Forbidden, BotError, ClusterError) as error:
            await self._tell(ask, failure(str(error)).text)
            return
        _log.info("report.written", incident=incident.id, user=ask.user)
        if not ask.incident_id:
            await self._tell(ask, outcomes.report_written(target_of(incident), link))

    async def _tell(self, ask: ReportAsk, text: str) -> None:
        await self._notifier.ephemeral(ask.channel, ask.user, text, ask.thread_ts)

    async def _find(self, ask: ReportAsk, viewer: Viewer) -> Incident:
        """Return the newest incident that is meant and over. Raises ``BotError`` with the reason why there is none."""
        found = [incident for incident in await self._candidates(ask) if _is_meant(incident, ask)]
        readable = [incident for incident in found if await viewer.may_glance(_namespace(incident))]
        for incident in readable:
            leader = await self._leader(incident)
            if leader.state is State.RECOVERED:
                return leader
        if readable:
            raise BotError(f"{target_of(readable[0])} is not over yet; its report is written when it is")
        about = f" about {ask.about}" if ask.about is not None else "" if ask.incident_id else " here"
        raise BotError(NONE_OVER.format(about=about))

    async def _candidates(self, ask: ReportAsk) -> list[Incident]:
        if ask.incident_id:
            known = await self._store.incidents.get(ask.incident_id)
            return [known] if known is not None and known.channel == ask.channel else []
        if ask.about is not None:
            return await self._store.histories.named(ask.about.name)
        return await self._store.histories.in_channel(ask.channel)

    async def _leader(self, incident: Incident) -> Incident:
        """Return the incident whose thread tells of it, where that is another one's and no storm's digest."""
        if not incident.folded:
            return incident
        leader = await self._store.incidents.anywhere(incident.parent_id)
        if leader is None or leader.origin is Origin.DIGEST:
            return incident
        if leader.cluster != incident.cluster:
            of = f"{leader.cluster}/{target_of(leader)}"
            raise BotError(f"{target_of(incident)} is told of in the thread of {of}; ask for the report of that one")
        return leader

    async def _post(self, incident: Incident) -> str:
        """Post the report once for each time that the incident ended; asked for again, it is brought up to date."""
        message = render.slack(report_of(await self._store.histories.of(incident), self._cluster))
        channel, thread_ts = incident.channel, incident.thread_ts or incident.summary_ts
        if not thread_ts and incident.parent_id:
            digest = await self._store.incidents.anywhere(incident.parent_id)
            channel, thread_ts = (digest.channel, digest.summary_ts) if digest is not None else (channel, "")
        if not thread_ts:
            raise BotError(f"nothing was said of {target_of(incident)} in a thread, so there is none for its report")
        posted = await self._notifier.post(
            channel,
            message,
            marker=f"{incident.id}:report:{incident.returns}",
            thread_ts=thread_ts,
            posted_before=True,
        )
        if posted.found:
            await self._notifier.update(channel, posted.ts, message)
        return await self._notifier.link(channel, posted.ts, thread_ts)


def _is_meant(incident: Incident, ask: ReportAsk) -> bool:
    if ask.thread_ts and ask.about is None and not ask.incident_id:
        return ask.thread_ts in (incident.thread_ts, incident.summary_ts)
    if ask.about is None or ask.about.namespace is None:
        return _is_of(incident, ask.about)
    return _namespace(incident) == ask.about.namespace and _is_of(incident, ask.about)


def _is_of(incident: Incident, about: TargetRef | None) -> bool:
    kind = incident.workload.kind if incident.workload is not None else incident.subject.kind
    return about is None or about.kind in ("", kind, incident.subject.kind)


def _namespace(incident: Incident) -> str:
    return incident.workload.namespace if incident.workload is not None else incident.subject.namespace or ""
