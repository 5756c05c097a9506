"""A Deployment's status: counts, Available, Progressing (deployment/progress.go and sync.go)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.controllers.bounds import bounds
from bot.demo.cluster.store import stamp
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.wire import Object


def write_status(cluster: Cluster, deployment: Object, new: Object | None, owned: list[Object], now: datetime) -> None:
    """Write a Deployment's status from its ReplicaSets."""
    changed = copied(deployment)
    old = changed.get("status") or {}
    desired = changed["spec"].get("replicas", 1)
    total, ready, available = (_sum(owned, key) for key in ("replicas", "readyReplicas", "availableReplicas"))
    updated = _sum([new] if new else [], "replicas")
    counts = {
        "availableReplicas": available,
        "readyReplicas": ready,
        "replicas": total,
        "unavailableReplicas": max(0, total - available),
        "updatedReplicas": updated,
    }
    status: Object = {key: value for key, value in counts.items() if value}
    status["observedGeneration"] = changed["metadata"].get("generation", 1)
    status["terminatingReplicas"] = 0
    done = updated == desired == total and available == desired
    least = desired - bounds(changed)[1]
    status["conditions"] = [
        _available(old, holds=available >= least, now=now),
        _progressing(changed, old, new, counts, done=done, now=now),
    ]
    changed["status"] = status
    cluster.store.save(changed)


def _sum(replicasets: list[Object], key: str) -> int:
    return sum(int((each.get("status") or {}).get(key, 0)) for each in replicasets)


def _condition(status: Object, kind: str) -> Object | None:
    return next((each for each in status.get("conditions") or () if each["type"] == kind), None)


def _set(status: Object, wanted: Object, now: datetime) -> Object:
    """Return a condition with its times; the transition is only a change of status."""
    old = _condition(status, wanted["type"])
    if old and all(old.get(key) == wanted[key] for key in ("status", "reason", "message")):
        return old
    moved = old["lastTransitionTime"] if old and old["status"] == wanted["status"] else stamp(now)
    return wanted | {"lastTransitionTime": moved, "lastUpdateTime": stamp(now)}


def _available(status: Object, *, holds: bool, now: datetime) -> Object:
    yes = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    no = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    value, reason, message = yes if holds else no
    return _set(status, {"type": "Available", "status": value, "reason": reason, "message": message}, now)


def _progressing(
    deployment: Object, status: Object, new: Object | None, counts: dict[str, int], *, done: bool, now: datetime
) -> Object:
    old = _condition(status, "Progressing")
    name = new["metadata"]["name"] if new else deployment["metadata"]["name"]
    about = f'ReplicaSet "{name}"'
    condition: Object = {"type": "Progressing", "status": "True"}
    if done:
        condition |= {"reason": "NewReplicaSetAvailable", "message": f"{about} has successfully progressed."}
        return _set(status, condition, now)
    renewed = status.get("observedGeneration") != deployment["metadata"].get("generation", 1)
    moved = any(
        counts[key] > int(status.get(key, 0)) for key in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    if (
        old
        and old["reason"] == "NewReplicaSetAvailable"
        and not renewed
        and counts["updatedReplicas"] >= int(status.get("updatedReplicas", 0))
    ):
        # Once complete, a pod that falls over later does not reopen the rollout.
        return old
    if not renewed and not moved and old and _late(deployment, old, now):
        late = {
            "status": "False",
            "reason": "ProgressDeadlineExceeded",
            "message": f"{about} has timed out progressing.",
        }
        return _set(status, condition | late, now)
    condition |= {"reason": "ReplicaSetUpdated", "message": f"{about} is progressing."}
    if (renewed or moved) and old:
        return condition | {"lastTransitionTime": old["lastTransitionTime"], "lastUpdateTime": stamp(now)}
    return old if old and old["reason"] == "ProgressDeadlineExceeded" else _set(status, condition, now)


def _late(deployment: Object, old: dict[str, Any], now: datetime) -> bool:
    deadline = timedelta(seconds=deployment["spec"].get("progressDeadlineSeconds", 600))
    return datetime.fromisoformat(old["lastUpdateTime"]) + deadline < now
