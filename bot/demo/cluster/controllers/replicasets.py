"""The ReplicaSet controller: pods made and removed until there are as many as wanted, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.naming import suffix
from bot.demo.cluster.controllers.pods import create_pod, delete_pod, owned_by
from bot.demo.cluster.controllers.stories import Story, is_ready
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.wire import Object


def sync(cluster: Cluster, replicaset: Object, story: Story, now: datetime) -> None:
    """Create or delete pods for one ReplicaSet and write its status."""
    wanted = replicaset["spec"].get("replicas", 1)
    pods = owned_by(cluster.store, "Pod", replicaset)
    name = replicaset["metadata"]["name"]
    for _ in range(wanted - len(pods)):
        cluster.made += 1
        pod_name = f"{name}-{suffix(f'{name}{cluster.made}')}"
        if not create_pod(cluster, replicaset, pod_name, replicaset["spec"]["template"], story, now):
            break
    # Not ready before ready, young before old (ActivePodsWithRanks in pkg/controller/controller_utils.go).
    ranked = sorted(pods, key=lambda pod: pod["metadata"]["creationTimestamp"], reverse=True)
    for pod in sorted(ranked, key=is_ready)[: max(0, len(pods) - wanted)]:
        delete_pod(cluster, replicaset, pod, now)
    count(cluster, replicaset)


def count(cluster: Cluster, replicaset: Object) -> Object:
    """Write a ReplicaSet's status from its pods; returns the live object."""
    changed = copied(replicaset)
    pods = owned_by(cluster.store, "Pod", replicaset)
    ready = sum(1 for pod in pods if is_ready(pod))
    status: Object = {
        "availableReplicas": ready,
        "fullyLabeledReplicas": len(pods),
        "observedGeneration": changed["metadata"].get("generation", 1),
        "readyReplicas": ready,
        "replicas": len(pods),
        "terminatingReplicas": 0,
    }
    shown = {key: value for key, value in status.items() if value or key in {"replicas", "terminatingReplicas"}}
    if old := (changed.get("status") or {}).get("conditions"):
        shown["conditions"] = old
    changed["status"] = shown
    return cluster.store.save(changed)
