"""Alerts find their cluster: by the label that names it, never by a guess, and none is lost.

An alert that names no cluster is about the only one, or the default one. Where there is neither, or where it names one
that nobody here looks after, that is told once, in a sentence.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.alerts.policy import Outcome
from bot.incidents.alert_intake import Taken
from bot.incidents.decisions import Decision
from bot.model.incident import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.model import Alert, Reading
    from bot.alerts.policy import Policy
    from bot.cluster.gate import Gate
    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.incidents.alert_intake import AlertIntake, Place
    from bot.incidents.resolver import Resolved


class Homeless:
    """Decides about alerts of which no cluster here can be meant. ``policy`` tells which are not looked into at all."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def of(self, reading: Reading) -> list[Decision]:
        """Return a decision for each alert."""
        return [self._decided(alert) for alert in reading.alerts]

    async def completed(self, reading: Reading) -> Sequence[Alert]:
        """Return the alerts as they are: there is no Alertmanager that would know more."""
        return reading.alerts

    async def about(self, reading: Reading, gate: Gate) -> list[Resolved]:  # noqa: ARG002 — as Decisions has it
        """Return nothing: it is about nothing that is known."""
        return []

    def _decided(self, alert: Alert) -> Decision:
        why = self._policy.why_quiet(alert)
        if why:
            return Decision(alert=alert, outcome=Outcome.QUIET, why=why)
        if not alert.firing:
            return Decision(alert=alert, outcome=Outcome.RESOLVED)
        if alert.cluster:
            return Decision(alert=alert, outcome=Outcome.ELSEWHERE, why=f"it is about cluster {alert.cluster}")
        return Decision(alert=alert, outcome=Outcome.UNPLACED, why="it names no cluster")


class ClusterAlerts:
    """Takes alerts in, each in its cluster. ``homeless`` takes those in that have none here."""

    def __init__(self, clusters: Clusters, homeless: AlertIntake) -> None:
        self._clusters = clusters
        self._homeless = homeless

    def whose(self, reading: Reading) -> str:
        """Return the name of the cluster that all alerts of a reading are about; a word for several of them."""
        names = {cluster.name if cluster is not None else "-" for cluster in map(self._of, reading.alerts)}
        return names.pop() if len(names) == 1 else "several"

    async def take(self, reading: Reading, place: Place) -> Taken:
        """Decide and keep, all of a cluster's or none of them. ``Temporary`` when some cannot be kept now.

        One cluster waits for no other: what could be kept was, and is known again when it is sent again.
        """
        only = self._clusters.only
        if only is not None and not only.name:
            return await only.alerts.take(reading, place)
        parts, left = await self.divided(reading)
        taking = [cluster.alerts.take(part, _place(place, cluster)) for cluster, part in parts]
        if left.alerts or left.left_out:
            taking.append(self._homeless.take(left, place))
        made = await asyncio.gather(*taking, return_exceptions=True)
        failed = next((one for one in made if isinstance(one, BaseException)), None)
        if failed is not None:
            raise failed
        taken = [one for one in made if isinstance(one, Taken)]
        outcomes: Counter[Outcome] = Counter()
        for one in taken:
            outcomes.update(one.outcomes)
        return Taken(
            new=sum(one.new for one in taken), joined=sum(one.joined for one in taken), outcomes=dict(outcomes)
        )

    async def divided(self, reading: Reading) -> tuple[list[tuple[Cluster, Reading]], Reading]:
        """Return what of a reading is about which cluster, and the rest, which is about none that is known."""
        if self._clusters.only is None:
            reading = await self._completed(reading)
        parts: dict[str, tuple[Cluster, list[Alert]]] = {}
        rest: list[Alert] = []
        for alert in reading.alerts:
            cluster = self._of(alert)
            mine = rest if cluster is None else parts.setdefault(cluster.name, (cluster, []))[1]
            mine.append(alert)
        divided = [(cluster, replace(reading, alerts=tuple(alerts), left_out=0)) for cluster, alerts in parts.values()]
        return divided, replace(reading, alerts=tuple(rest))

    async def _completed(self, reading: Reading) -> Reading:
        """Return a reading with the labels that an Alertmanager knows, where one alone knows alerts of these names.

        What only one cluster's Alertmanager knows is about that cluster. Where several know such alerts, nobody can
        tell whose the message is: it stays as it was.
        """
        said = [self._of(alert) for alert in reading.alerts if alert.cluster]
        named = {cluster.name: cluster for cluster in said if cluster is not None}
        sharing: dict[str, list[Cluster]] = {}
        for cluster in named.values() or self._clusters:
            if cluster.settings.alertmanager_url:
                sharing.setdefault(cluster.settings.alertmanager_url, []).append(cluster)
        found = await asyncio.gather(*(clusters[0].alerts.completed(reading) for clusters in sharing.values()))
        known = [
            [replace(alert, cluster=alert.cluster or (clusters[0].name if len(clusters) == 1 else "")) for alert in of]
            for clusters, of in zip(sharing.values(), found, strict=True)
            if of is not reading.alerts
        ]
        if len(known) != 1:
            return reading
        return replace(reading, alerts=tuple(known[0]), values_only=False, receiver="")

    def _of(self, alert: Alert) -> Cluster | None:
        return self._clusters.labelled(alert.cluster)


def _place(place: Place, cluster: Cluster) -> Place:
    """Return where a cluster's alerts are answered: those of messages where they stand."""
    if place.origin is not Origin.ALERT:
        return place
    return replace(place, channel_for=cluster.settings.channel_for)
