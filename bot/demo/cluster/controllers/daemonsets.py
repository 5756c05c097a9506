"""The DaemonSet controller (kubernetes/pkg/controller/daemon): one pod a node, replaced one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.history import LABEL, clean_up, current_revision
from bot.demo.cluster.controllers.naming import suffix
from bot.demo.cluster.controllers.pods import create_pod, delete_pod, owned_by
from bot.demo.cluster.controllers.stories import Story, is_ready
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.wire import Object


def sync(cluster: Cluster, workload: Object, story: Story, now: datetime) -> None:
    """Take a DaemonSet the steps that it can take now."""
    revision = current_revision(cluster, workload, now)
    digest = revision["metadata"]["labels"].get(LABEL, revision["metadata"]["name"].rpartition("-")[2])
    pods = owned_by(cluster.store, "Pod", workload)
    if not pods:
        _create(cluster, workload, digest, story, now)
    elif (workload["spec"].get("updateStrategy") or {}).get("type") != "OnDelete":
        old = [pod for pod in pods if _digest(pod) != digest]
        # maxUnavailable 1: a broken old pod goes at once, a healthy one when all others are ready.
        broken = [pod for pod in old if not is_ready(pod)]
        if broken or (old and all(is_ready(pod) for pod in pods)):
            delete_pod(cluster, workload, (broken or old)[0], now)
    _write_status(cluster, workload, digest)
    clean_up(cluster, workload, {revision["metadata"]["name"]})


def _create(cluster: Cluster, workload: Object, digest: str, story: Story, now: datetime) -> None:
    cluster.made += 1
    name = f"{workload['metadata']['name']}-{suffix(f'{digest}{cluster.made}')}"
    template = copied(workload["spec"]["template"])
    labels = template.setdefault("metadata", {}).setdefault("labels", {})
    labels |= {LABEL: digest, "pod-template-generation": str(workload["metadata"].get("generation", 1))}
    known = story if story.fails(workload["spec"]["template"]) else Story(rejected=story.rejected)
    create_pod(cluster, workload, name, template, known, now)


def _write_status(cluster: Cluster, workload: Object, digest: str) -> None:
    changed = copied(workload)
    pods = owned_by(cluster.store, "Pod", workload)
    ready = sum(1 for pod in pods if is_ready(pod))
    status: Object = {
        "currentNumberScheduled": len(pods),
        "desiredNumberScheduled": 1,
        "numberMisscheduled": 0,
        "numberReady": ready,
        "observedGeneration": changed["metadata"].get("generation", 1),
    }
    optional = {
        "numberAvailable": ready,
        "numberUnavailable": 1 - ready,
        "updatedNumberScheduled": sum(1 for pod in pods if _digest(pod) == digest),
    }
    changed["status"] = status | {key: value for key, value in optional.items() if value}
    cluster.store.save(changed)


def _digest(pod: Object) -> str:
    return str((pod["metadata"].get("labels") or {}).get(LABEL, ""))
