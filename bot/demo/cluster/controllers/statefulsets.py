"""The StatefulSet controller (kubernetes/pkg/controller/statefulset/stateful_set_control.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.history import LABEL, clean_up, current_revision
from bot.demo.cluster.controllers.pods import create_pod, delete_pod, owned_by
from bot.demo.cluster.controllers.stories import Story, is_ready
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.wire import Object


def sync(cluster: Cluster, workload: Object, story: Story, now: datetime) -> None:
    """Take a StatefulSet the step that it can take now: create, wait, or replace one pod."""
    revision = current_revision(cluster, workload, now)["metadata"]["name"]
    _step(cluster, workload, revision, story, now)
    _write_status(cluster, workload, revision)
    used = {_revision(pod) for pod in owned_by(cluster.store, "Pod", workload)} | {revision}
    clean_up(cluster, workload, used)


def _step(cluster: Cluster, workload: Object, revision: str, story: Story, now: datetime) -> None:
    pods = {_ordinal(pod): pod for pod in owned_by(cluster.store, "Pod", workload)}
    replicas = workload["spec"].get("replicas", 1)
    parallel = workload["spec"].get("podManagementPolicy") == "Parallel"
    for ordinal in range(replicas):
        if ordinal not in pods:
            _create(cluster, workload, ordinal, revision, story, now)
            if not parallel:
                return
        elif not parallel and not is_ready(pods[ordinal]):
            # OrderedReady waits for this pod and replaces nothing, even after the template is mended:
            # kubernetes/kubernetes#67250. Deleting the pod is the way out.
            return
    for ordinal in sorted((each for each in pods if each >= replicas), reverse=True):
        delete_pod(cluster, workload, pods[ordinal], now)
        return
    _update(cluster, workload, revision, pods, now)


def _update(cluster: Cluster, workload: Object, revision: str, pods: dict[int, Object], now: datetime) -> None:
    strategy = workload["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    for ordinal in sorted((each for each in pods if each >= partition), reverse=True):
        if _revision(pods[ordinal]) != revision:
            delete_pod(cluster, workload, pods[ordinal], now)
            return
        if not is_ready(pods[ordinal]):
            return


def _create(cluster: Cluster, workload: Object, ordinal: int, revision: str, story: Story, now: datetime) -> None:
    name = f"{workload['metadata']['name']}-{ordinal}"
    template = copied(workload["spec"]["template"])
    labels = template.setdefault("metadata", {}).setdefault("labels", {})
    labels |= {
        LABEL: revision,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": str(ordinal),
    }
    known = story if story.fails(workload["spec"]["template"]) else Story(rejected=story.rejected)
    create_pod(cluster, workload, name, template, known, now)


def _write_status(cluster: Cluster, workload: Object, revision: str) -> None:
    changed = copied(workload)
    pods = owned_by(cluster.store, "Pod", workload)
    ready = sum(1 for pod in pods if is_ready(pod))
    updated = sum(1 for pod in pods if _revision(pod) == revision)
    old = changed.get("status") or {}
    current = revision if updated == len(pods) and ready == len(pods) else old.get("currentRevision", revision)
    counts = {
        "currentReplicas": sum(1 for pod in pods if _revision(pod) == current),
        "readyReplicas": ready,
        "updatedReplicas": updated,
    }
    changed["status"] = {
        "availableReplicas": ready,
        "collisionCount": old.get("collisionCount", 0),
        "currentRevision": current,
        "observedGeneration": changed["metadata"].get("generation", 1),
        "replicas": len(pods),
        "updateRevision": revision,
        **{key: value for key, value in counts.items() if value},
    }
    cluster.store.save(changed)


def _revision(pod: Object) -> str:
    return str((pod["metadata"].get("labels") or {}).get(LABEL, ""))


def _ordinal(pod: Object) -> int:
    tail = pod["metadata"]["name"].rpartition("-")[2]
    return int(tail) if tail.isdigit() else -1
