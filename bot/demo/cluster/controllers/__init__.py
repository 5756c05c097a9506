"""The controllers: what a cluster does on its own after a change, one step a tick.

A recorded workload stays exactly as recorded until somebody changes it (its generation moves) or one of its pods is
deleted; from then on its controller keeps it in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.controllers import daemonsets, deployments, kubelet, statefulsets
from bot.demo.cluster.controllers.stories import Story, WorkloadKey

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.wire import Object

CONTROLLERS = {"Deployment": deployments.sync, "StatefulSet": statefulsets.sync, "DaemonSet": daemonsets.sync}


def tick(cluster: Cluster) -> None:
    """Run every controller once at the cluster's clock; each takes the steps that it can take now."""
    now = cluster.clock()
    _notice_deletions(cluster)
    for kind, sync in CONTROLLERS.items():
        for workload in cluster.store.all(kind):
            key = _key(workload)
            status = workload.get("status") or {}
            if workload["metadata"].get("generation", 1) != status.get("observedGeneration"):
                cluster.managed.add(key)
            if key in cluster.managed:
                sync(cluster, workload, cluster.stories.get(key, Story()), now)
    kubelet.run(cluster, now)
    cluster.store.removed.clear()


def _notice_deletions(cluster: Cluster) -> None:
    """Wake the controller of a pod that somebody deleted."""
    for pod in [each for each in cluster.store.removed if each["kind"] == "Pod"]:
        namespace = pod["metadata"].get("namespace", "")
        for ref in pod["metadata"].get("ownerReferences") or ():
            owner = cluster.store.find(ref["kind"], namespace, ref["name"])
            if owner and owner["kind"] == "ReplicaSet":
                for above in owner["metadata"].get("ownerReferences") or ():
                    owner = cluster.store.find(above["kind"], namespace, above["name"])
            if owner:
                cluster.managed.add(_key(owner))


def _key(workload: Object) -> WorkloadKey:
    return workload["kind"], workload["metadata"]["namespace"], workload["metadata"]["name"]
