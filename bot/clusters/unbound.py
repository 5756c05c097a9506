"""What is bound to no cluster: storms' digests, alerts whose cluster is not known, questions that name none.

It waits for no cluster: its workers are its own, and what they do asks either none, or all at once for a short time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.alerts.policy import Policy
from bot.clusters.alerts import ClusterAlerts, Homeless
from bot.clusters.whereabouts import Whereabouts
from bot.incidents.alert_intake import AlertIntake
from bot.incidents.intake import Intake
from bot.incidents.wiring import build_investigation
from bot.ops.workers import Workers

if TYPE_CHECKING:
    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster, Common
    from bot.settings import Settings
    from bot.store import Store

WORKERS = 2
"""What is bound to no cluster and done at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound:
    """The parts. ``workers`` is None where the only cluster has no name: then everything is bound to it."""

    alerts: ClusterAlerts
    intake: Intake
    workers: Workers | None


def build_unbound(clusters: Clusters, settings: Settings, common: Common, store: Store) -> Unbound:
    """Build it. ``settings`` are those of the process, ``store`` is the view of all clusters."""
    work = asyncio.Event()
    intake = Intake(store, work.set, common.metrics)
    labels = [label for cluster in clusters for label in cluster.settings.cluster_name]
    policy = Policy.of(settings.alert_severities, settings.alert_quiet, labels)
    homeless = AlertIntake(
        intake=intake,
        decisions=Homeless(policy),
        policy=policy,
        metrics=common.metrics,
        rules_channel=settings.alert_rules_channel or "",
    )
    first, workers = clusters.first, None
    if clusters.names:

        def moved(cluster: Cluster) -> None:
            cluster.work.set()

        # Of the first cluster's parts nothing is ever used here: what is about a cluster is never claimed in this view.
        investigation = build_investigation(
            store=store,
            collector=first.collector,
            diagnose=common.diagnose,
            notifier=common.notifier,
            offers=first.actions.offers,
            metrics=common.metrics,
            owner=common.owner,
            guard=first.actions.guard,
            wake=work.set,
            whereabouts=lambda thread: Whereabouts(clusters, store, thread, common.owner, moved),
        )
        workers = Workers(investigation.step, count=WORKERS, work=work)
    return Unbound(alerts=ClusterAlerts(clusters, homeless), intake=intake, workers=workers)
