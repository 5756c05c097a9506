"""A person's question about what has an open incident already: a link for them, and a fresh look in that thread.

There is one thread for one root, for people as for alerts. What the link is given with is their own diagnosis, made
with their own rights: where they asked in another channel they see all of it, because they may not see that thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.incidents.correlation import root_of
from bot.model.incident import State
from bot.render import questions as render
from bot.render.slack import answer, channel_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.incidents.thread import IncidentThread
    from bot.model.incident import Incident
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis

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
        if not link and standing.parent_id:
            leader = await self._store.incidents.get(standing.parent_id)
            link = leader.permalink if leader is not None else ""
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
