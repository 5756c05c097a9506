"""Intake: a request becomes an incident's row, in one transaction. It is the only effect before the 2xx.

Asking twice is asking once (``dedup_key``), and alerts about one workload meet in one incident (``fold_key``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.model.incident import Ending, Request, Sighting
    from bot.ops.metrics import Metrics
    from bot.store import Store


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one request: its incident, and whether that is new."""

    incident_id: str
    new: bool


class Intake:
    """Takes requests in. ``wake`` tells the workers that there may be something to do."""

    def __init__(self, store: Store, wake: Callable[[], None], metrics: Metrics) -> None:
        self._store = store
        self._wake = wake
        self._metrics = metrics

    async def accept(
        self, *requests: Request, resolved: Sequence[Sighting] = (), ended: Sequence[Ending] = ()
    ) -> list[Accepted]:
        """Keep the requests, all or none. ``Temporary`` when they cannot be kept now: nothing was kept then.

        ``resolved`` and ``ended`` are alerts that are over: their incidents are checked again.
        """
        ingested = await self._store.incidents.ingest(requests, resolved, ended)
        for request in requests:
            self._metrics.requests.labels(request.origin.value).inc()
        if ingested or resolved or ended:
            self._wake()
        return [Accepted(incident_id, new) for incident_id, new in ingested]
