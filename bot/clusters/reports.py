"""Reports, each from its cluster: the one that is named, the incident's own, or the only one where it can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cluster.errors import ClusterError
from bot.incidents.glance import namespace_of
from bot.incidents.reports import NONE_OVER
from bot.model.errors import BotError, Refused
from bot.render.slack import failure

if TYPE_CHECKING:
    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.incidents.reports import ReportAsk
    from bot.model.incident import Incident
    from bot.slack.notifier import Notifier
    from bot.store import Store


class ClusterReports:
    """Has reports written. ``store`` is the view of all clusters."""

    def __init__(self, clusters: Clusters, store: Store, notifier: Notifier) -> None:
        self._clusters = clusters
        self._store = store
        self._notifier = notifier

    async def write(self, ask: ReportAsk) -> None:
        """Have it written in its cluster; whoever asks is told why there is none."""
        try:
            cluster = await self._cluster(ask)
        except (BotError, ClusterError) as error:
            await self._notifier.ephemeral(ask.channel, ask.user, failure(str(error)).text, ask.thread_ts)
            return
        await cluster.reports.write(ask)

    async def _cluster(self, ask: ReportAsk) -> Cluster:
        """Return the cluster whose incident is meant. Raises ``BotError`` where there is none, or more than one."""
        named = self._clusters.named(ask.cluster) if ask.cluster else self._clusters.only
        if named is not None:
            return named
        if ask.incident_id:
            return await self._clusters.of_incident(ask.incident_id)
        if ask.about is None:
            here = await self._readable(await self._store.histories.in_channel(ask.channel), ask.user)
            return _first(here[:1], f"{NONE_OVER.format(about=' here')}")
        found = [
            incident
            for incident in await self._store.histories.named(ask.about.name)
            if ask.about.namespace in (None, namespace_of(incident))
        ]
        meant = await self._readable(found, ask.user)
        if len(meant) > 1:
            names = " and ".join(cluster.name for cluster in meant)
            raise Refused(f"{ask.about} was told of in clusters {names}; say report {meant[0].name}/{ask.about}")
        return _first(meant, NONE_OVER.format(about=f" about {ask.about}"))

    async def _readable(self, found: list[Incident], user: str) -> list[Cluster]:
        """Return the clusters of incidents that the person may know of, in the order of these."""
        clusters: dict[str, Cluster] = {}
        for incident in found:
            for cluster in self._clusters.about([incident]):
                if cluster.name not in clusters and await _sees(cluster, incident, user):
                    clusters[cluster.name] = cluster
        return list(clusters.values())


async def _sees(cluster: Cluster, incident: Incident, user: str) -> bool:
    try:
        viewer = await cluster.actions.guard.person(user)
    except ClusterError:
        return False
    return await viewer.may_glance(namespace_of(incident))


def _first(clusters: list[Cluster], none: str) -> Cluster:
    if not clusters:
        raise Refused(none)
    return clusters[0]
