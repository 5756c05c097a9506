"""The verdict again, at the last moment: what was offered for one cause is not done for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.cluster.errors import ClusterError
from bot.cluster.offload import offloaded
from bot.cluster.target import TargetRef
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.actions.read_guard import ReadGuard
    from bot.cluster.collector import Collector
    from bot.model.incident import Incident
    from bot.model.offer import OfferRecord
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

_log = structlog.get_logger(__name__)

OVER = frozenset({"healthy", "recovered", "scaled-to-zero", "not-found"})
"""Causes that say that there is nothing to be done any more; one that is starting may well crash again."""


class Recheck:
    """Diagnoses a workload anew, for those to whom the first answer was shown."""

    def __init__(self, collector: Collector, diagnose: Callable[[Snapshot], Diagnosis], guard: ReadGuard) -> None:
        self._collector = collector
        self._diagnose = diagnose
        self._guard = guard

    async def diagnose(self, offer: OfferRecord, incident: Incident | None) -> Diagnosis | None:
        """Return what is wrong with the offer's workload now, or None when it cannot be found out for its incident."""
        if incident is None:
            return None
        ref = TargetRef(kind=offer.kind, namespace=offer.namespace, name=offer.name)
        try:
            snapshot = await self._collector.collect(ref, await self._guard.viewer_of(incident))
        except ClusterError as error:
            _log.warning("verdict.unread", offer=offer.id, error=str(error))
            return None
        return await offloaded(self._diagnose, snapshot)


def difference(incident: Incident, diagnosis: Diagnosis | None) -> str:
    """Return how the verdict differs from the one that was shown, as a sentence; empty when it does not.

    An undetermined verdict, or none, is no other one: logs come and go.
    """
    if diagnosis is None or diagnosis.cause == incident.cause or diagnosis.verdict is Verdict.UNDETERMINED:
        return ""
    if diagnosis.verdict is Verdict.NOT_FAILING:
        return f"it is not failing any more: {diagnosis.summary}" if diagnosis.cause in OVER else ""
    return f"the cause is another one now: {diagnosis.summary}" if incident.cause else ""
