"""A question that names no cluster, where there are several: it is sent to the one that it is about.

Each cluster is asked with the person's own rights there, all at once and for a short time: one that is away is said,
and holds nobody up. Where one alone has it, the question goes there; else the person chooses.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.cluster.errors import ClusterError, Forbidden
from bot.model.errors import BotError
from bot.model.incident import State
from bot.render import questions as render

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.incidents.thread import IncidentThread
    from bot.model.incident import Incident, Subject
    from bot.store import Store

_log = structlog.get_logger(__name__)

ASK_S = 3.0
"""How long each cluster may take to say whether it has something of that name."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one cluster said. ``why`` is why nothing is known of it; ``refused``: the person may see nothing there."""

    cluster: Cluster
    has: bool = False
    why: str = ""
    refused: bool = False


class Whereabouts:
    """Sends questions to their clusters. ``store`` is the view of all; ``moved`` hears which cluster has new work."""

    def __init__(
        self, clusters: Clusters, store: Store, thread: IncidentThread, owner: str,
        moved: Callable[[Cluster], None],
    ) -> None:  # fmt: skip
        self._clusters = clusters
        self._store = store
        self._thread = thread
        self._owner = owner
        self._moved = moved

    async def step(self, incident: Incident) -> None:
        """Send a question that names no cluster to the one that it is about, or ask which that is."""
        if incident.state is not State.OPEN:
            await self._store.incidents.finish(incident.id, self._owner, State.ANSWERED)
            return
        said = await asyncio.gather(*(self._asked(cluster, incident) for cluster in self._clusters))
        having = [one.cluster for one in said if one.has]
        open_ones = [one for one in said if not one.refused]
        away = [one.cluster.name for one in open_ones if one.why]
        if len(having) == 1 or len(open_ones) == 1:
            chosen = having[0] if having else open_ones[0].cluster
            if away and having:
                await self._thread.whisper(incident, render.taken_from(str(incident.subject), chosen.name, away))
            await self._store.incidents.send_to(incident.id, self._owner, chosen.name)
            self._moved(chosen)
            _log.info("question.sent", incident=incident.id, cluster=chosen.name)
            return
        if not open_ones:
            raise Forbidden(said[0].why)
        offered = having or [one.cluster for one in open_ones]
        message = render.which_cluster(
            _typed(incident.subject),
            [cluster.name for cluster in offered],
            found=bool(having),
            away=away,
            near=self._clusters.near(incident.subject.namespace or incident.subject.name),
        )
        await self._thread.whisper(incident, message)
        await self._store.incidents.finish(incident.id, self._owner, State.ANSWERED, summary=message.text[:300])

    async def _asked(self, cluster: Cluster, incident: Incident) -> _Said:
        try:
            async with asyncio.timeout(ASK_S):
                viewer = await cluster.actions.guard.person(incident.user)
                # Whose rights cannot be asked may read nothing: that it is away must be known from elsewhere.
                await cluster.connection.check(ASK_S)
                return _Said(cluster, has=await cluster.search.has(viewer, incident.subject))
        except Forbidden as error:
            return _Said(cluster, why=str(error), refused=True)
        except TimeoutError:
            return _Said(cluster, why=f"no answer within {ASK_S:g} s")
        except (ClusterError, BotError) as error:
            return _Said(cluster, why=str(error))


def _typed(subject: Subject) -> str:
    """Return what asks for a subject, as it would be typed; a container is asked for by an option."""
    return str(subject) if subject.kind != "Namespace" else f"namespace/{subject.name}"
