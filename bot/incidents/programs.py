"""What programs ask: a diagnosis now, and what is known to fail. All of it through the program's own eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cluster.offload import offloaded
from bot.incidents.glance import Glance, namespace_of, one_each
from bot.model.incident import target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.actions.read_guard import ReadGuard
    from bot.cluster.target import TargetRef
    from bot.incidents.investigation import Collects
    from bot.model.policy import Identity
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

LOOKED_AT = 200
"""Incidents that are looked through for those that the program may know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An incident that is open, as far as whoever may read pods of its namespace may know of it.

    Times are epoch seconds. ``cause`` is empty where none is known, ``link`` where nothing stands in Slack yet.
    """

    id: str
    namespace: str
    target: str
    verdict: str
    cause: str
    began_at: float
    alerted: bool
    assigned: bool
    link: str


class Programs:
    """Answers programs. ``diagnose`` is the pure core."""

    def __init__(
        self, store: Store, collector: Collects, diagnose: Callable[[Snapshot], Diagnosis], guard: ReadGuard
    ) -> None:
        self._store = store
        self._collector = collector
        self._diagnose = diagnose
        self._guard = guard

    async def diagnose(self, identity: Identity, ref: TargetRef) -> Diagnosis:
        """Look at the target now. Raises ``ClusterError``; what may not be read is *unread* in the answer."""
        viewer = self._guard.program(identity)
        snapshot = viewer.noted(await self._collector.collect(ref, viewer))
        return await offloaded(self._diagnose, snapshot)

    async def failing(self, identity: Identity, namespace: str, limit: int) -> list[Standing]:
        """Return what fails by the incidents that are open, the newest first; an empty namespace means all."""
        glance = Glance(self._guard.program(identity))
        found = one_each(await self._store.incidents.failing(LOOKED_AT))
        of_it = [incident for incident in found if not namespace or namespace_of(incident) == namespace]
        return [
            Standing(
                id=incident.id,
                namespace=namespace_of(incident),
                target=target_of(incident),
                verdict=incident.verdict,
                cause=incident.cause,
                began_at=incident.began_at or incident.created_at,
                alerted=incident.alerted,
                assigned=bool(incident.assignee),
                link=incident.permalink,
            )
            for incident in of_it
            if await glance.sees(incident)
        ][:limit]
