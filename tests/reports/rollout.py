"""How far a rollout has come: the numbers and conditions that controllers write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reports.naming import ago

if TYPE_CHECKING:
    from tests.reports.report import Workload

PROGRESS_S = 600
"""progressDeadlineSeconds of a Deployment, the default."""

DAY_S = 86400


def status(
    workload: Workload, top: dict[str, Any], pods: list[dict[str, Any]], ready: int, *, old: int
) -> dict[str, Any]:
    """Return the numbers that the controller writes; the API leaves out those that are nought."""
    count = len(pods)
    seen = {"observedGeneration": top["metadata"]["generation"]}
    if workload.kind == "Job":
        return _job_status(workload, pods)
    if workload.kind == "DaemonSet":
        numbers = {"numberAvailable": ready, "numberUnavailable": count - ready, "updatedNumberScheduled": count - old}
        fixed = {"desiredNumberScheduled": count, "currentNumberScheduled": count, "numberReady": ready}
        return {**seen, **fixed, "numberMisscheduled": 0, **_some(numbers)}
    wanted = top["spec"]["replicas"]
    numbers = {"readyReplicas": ready, "availableReplicas": ready, "updatedReplicas": count - old}
    if workload.kind == "StatefulSet":
        return {**seen, "replicas": count, "collisionCount": 0, **_some(numbers)}
    numbers |= {"replicas": count, "unavailableReplicas": max(wanted, count) - ready}
    conditions = _deployment_conditions(workload, top, available=ready >= wanted - wanted // 4)
    return {**seen, **_some(numbers), "conditions": conditions}


def _some(numbers: dict[str, int]) -> dict[str, int]:
    return {key: value for key, value in numbers.items() if value}


def held_up(entry: Workload) -> bool:
    """Whether the rollout still waits for pods like these.

    Without a readiness probe, or long after the rollout, a crash no longer counts against it.
    """
    if entry.rolled_out_s > DAY_S:
        return False
    never = [each for each in (*entry.init, *entry.containers) if each.status.waiting and each.status.exit is None]
    failed = [each for each in entry.init if each.status.exit]
    unwell = [each for each in entry.containers if each.status.exit is not None or each.status.ready is False]
    return bool(never or failed or any("readinessProbe" in each.spec for each in unwell))


def _deployment_conditions(workload: Workload, top: dict[str, Any], *, available: bool) -> list[dict[str, Any]]:
    age_s, name = workload.rolled_out_s, top["metadata"]["name"]
    reason = "NewReplicaSetAvailable"
    if held_up(workload):
        reason = "ReplicaSetUpdated" if age_s < PROGRESS_S else "ProgressDeadlineExceeded"
    since = {"lastTransitionTime": ago(age_s - 5), "lastUpdateTime": ago(age_s - 5)}
    well = {"type": "Available", "status": str(available), **since}
    well |= {"reason": "MinimumReplicasAvailable" if available else "MinimumReplicasUnavailable"}
    progressing = {"type": "Progressing", "status": str(reason != "ProgressDeadlineExceeded"), "reason": reason}
    return [well, {**progressing, **since, "message": f'ReplicaSet of deployment "{name}": {reason}.'}]


def _job_status(workload: Workload, pods: list[dict[str, Any]]) -> dict[str, Any]:
    phases = [pod["status"]["phase"] for pod in pods]
    failed, succeeded = phases.count("Failed"), phases.count("Succeeded")
    numbers = {"failed": failed, "succeeded": succeeded, "active": len(pods) - failed - succeeded}
    found = {"startTime": ago(workload.age_s), "uncountedTerminatedPods": {}, **_some(numbers)}
    if succeeded and succeeded == len(pods):
        done = {"type": "Complete", "status": "True", "lastTransitionTime": ago(10)}
        found |= {"completionTime": ago(10), "conditions": [done]}
    return found
