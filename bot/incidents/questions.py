"""People's questions and alerts about the same: there is one thread for one root, for people as for alerts.

Who asks about what has an open incident already gets a link, and a fresh look in that thread. An alert about what was
asked before is told in the question's thread, where it stands in the alert's own channel; elsewhere that thread is told
where the alert is answered.

What a link is given with is their own diagnosis, made with their own rights: where they asked in another channel they
see all of it, because they may not see that thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.incidents.correlation import root_of
from bot.model.errors import Temporary
from bot.model.incident import Origin, State
from bot.render import questions as render
from bot.render.slack import answer, channel_line
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.incidents.thread import IncidentThread
    from bot.model.incident import Incident
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis

BUSY_S = 1.0
"""How long an alert waits for a question that is being looked at."""

_log = structlog.get_logger(__name__)


class Questions:
    """Leads people to the thread that is there. ``wake`` tells the workers that there is something to do."""

    def __init__(self, store: Store, thread: IncidentThread, owner: str, wake: Callable[[], None]) -> None:
        self._store = store
        self._thread = thread
        self._owner = owner
        self._wake = wake

    async def lead_to_open(self, incident: Incident, diagnosis: Diagnosis) -> bool:
        """Answer a question with a link, where an open incident tells of the same. False where none does."""
        if incident.alerted or incident.summary_ts or incident.report_ts or not diagnosis.failing:
            return False
        standing = await self._store.related.standing(incident, diagnosis.workload, str(root_of(diagnosis)))
        if standing is None:
            return False
        link = standing.permalink
        if standing.parent_id and (not link or standing.cluster):
            leader = await self._store.incidents.anywhere(standing.parent_id)
            link = link or (leader.permalink if leader is not None else "")
            if leader is not None and (leader.origin is Origin.DIGEST or leader.cluster != standing.cluster):
                # An answer that is alike spoke for it; who asks gets its own, in that thread: with the buttons that
                # act in its own cluster.
                await self._store.related.open_answer(standing, leader)
        line = channel_line(diagnosis)
        elsewhere = standing.channel != incident.channel
        whole = answer(diagnosis, run=incident.id[:8]) if elsewhere else None
        await self._thread.whisper(incident, render.open_incident(line, link, whole))
        # Looked at anew with the eyes of that thread: what it shows is for whoever reads it there.
        await self._store.incidents.reopen(standing.id)
        await self._store.incidents.finish(
            incident.id, self._owner, State.ANSWERED, verdict=str(diagnosis.verdict), cause=diagnosis.cause or "",
            summary=diagnosis.summary, workload=diagnosis.workload,
        )  # fmt: skip
        self._wake()
        _log.info("question.led", incident=incident.id, to=standing.id)
        return True

    async def lend_thread(self, incident: Incident, diagnosis: Diagnosis) -> bool:
        """Have an alert told in the thread of a question about the same, where there is one in its channel.

        True: the question is that alert's incident from now on, and this one is no more. Raises ``Temporary`` while
        somebody works on the question.
        """
        told = incident.summary_ts or incident.report_ts or incident.parent_id
        if not incident.alerted or told or not diagnosis.failing:
            return False
        root = str(root_of(diagnosis))
        alert = replace(incident, workload=ObjectRef.parse(diagnosis.workload))
        asked = await self._store.asked.about(alert, diagnosis.workload, root)
        lender = await self._lender(asked, alert, root)
        if lender is None:
            await self._store.asked.point(asked, alert)
            return False
        await self._tell_in(lender, alert, diagnosis, root)
        merged = lender.workload == alert.workload
        await self._store.asked.point([one for one in asked if one is not lender], lender if merged else alert)
        self._wake()
        _log.info("question.lends_thread", incident=lender.id, alert=alert.id, merged=merged)
        return merged

    async def _lender(self, asked: Sequence[Incident], alert: Incident, root: str) -> Incident | None:
        """Return the question in whose thread an alert is told: best one about the same workload."""
        fitting = [one for one in asked if _lends(one, alert)]
        for one in sorted(fitting, key=lambda one: one.workload != alert.workload):
            if await self._store.asked.leads(one, alert, root):
                return one
        return None

    async def _tell_in(self, asked: Incident, alert: Incident, diagnosis: Diagnosis, root: str) -> None:
        """Say in a question's thread and in the channel that an alert fires, and make it the alert's incident."""
        if not await self._store.asked.is_free(asked):
            raise Temporary("the question about the same is being looked at", BUSY_S)
        message = render.alert_about(channel_line(diagnosis), asked.permalink)
        told = replace(asked, attempt=alert.attempt)  # it is this attempt that may have posted it before
        news_ts = await self._thread.write_news(told, message, f"alert:{alert.id}", broadcast=True)
        if not await self._store.asked.lend(asked, alert, self._owner, root, news_ts):
            raise Temporary("the question about the same is being looked at", BUSY_S)


def _lends(asked: Incident, alert: Incident) -> bool:
    """Whether an alert may be told in a question's thread: one below a line in the channel that the alert goes to.

    It is of the same namespace, for that is what the alert's route lets the channel see.
    """
    here = alert.origin is Origin.ALERT and not alert.thread_ts and asked.own_line
    same_place = asked.channel in (alert.channel, alert.addressed)
    if not here or not same_place or asked.workload is None or alert.workload is None:
        return False
    return asked.workload.namespace == alert.workload.namespace
