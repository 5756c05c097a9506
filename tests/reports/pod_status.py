"""A pod's status as the kubelet sums it up: phase, conditions, quality of service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reports.kubelet import CREATING
from tests.reports.naming import ago

if TYPE_CHECKING:
    from tests.reports.kubelet import Run
    from tests.reports.report import Workload


def status(workload: Workload, pod: dict[str, Any], runs: list[Run], age_s: float, address: str) -> dict[str, Any]:
    """Return the pod's status; what the report gives of it goes over what follows from its containers."""
    placed = "nodeName" in pod["spec"]
    mains = [run for run in runs if not run.init]
    found: dict[str, Any] = {
        "phase": _phase(runs, pod["spec"]["restartPolicy"]) if placed else "Pending",
        "conditions": _conditions(workload, runs, age_s, placed=placed),
        "qosClass": _quality(pod["spec"]),
    }
    if placed:
        found |= {"startTime": ago(age_s), "hostIP": "10.99.0.1"}
        if not _creating(runs):
            found |= {"podIP": address, "podIPs": [{"ip": address}]}
        for key, some in (("initContainerStatuses", [run for run in runs if run.init]), ("containerStatuses", mains)):
            if some:
                found[key] = [run.entry for run in some]
    over = dict(workload.pod_status)
    given = {each["type"]: each for each in (*over.pop("conditions", ()), *workload.conditions)}
    merged = {each["type"]: each for each in found["conditions"]} | given
    return {**found, **over, "conditions": list(merged.values())}


def _creating(runs: list[Run]) -> bool:
    """Whether the pod's sandbox, and with it its address, is still to come."""
    return all(run.state.get("waiting", {}).get("reason") in CREATING for run in runs)


def _phase(runs: list[Run], policy: str) -> str:
    """As the kubelet's getPhase does (pkg/kubelet/kubelet_pods.go)."""
    ends = [run.state.get("terminated") for run in runs if not run.init]
    failed_init = any((run.state.get("terminated") or {}).get("exitCode", 0) for run in runs if run.init)
    if failed_init and policy == "Never":
        return "Failed"
    if any("waiting" in run.state and not run.entry["lastState"] for run in runs if not run.init):
        return "Pending"
    if all(ends) and policy != "Always":
        return "Succeeded" if all(end and end["exitCode"] == 0 for end in ends) else _ended_phase(policy)
    return "Running"


def _ended_phase(policy: str) -> str:
    return "Failed" if policy == "Never" else "Running"


def _conditions(workload: Workload, runs: list[Run], age_s: float, *, placed: bool) -> list[dict[str, Any]]:
    if not placed:
        return [_condition("PodScheduled", age_s, holds=False, reason="Unschedulable", message="")]
    sidecars = {each.name for each in workload.init if each.sidecar}
    open_ones = [
        run.name for run in runs if run.init and not ("running" in run.state if run.name in sidecars else run.done)
    ]
    unready = [run.name for run in runs if (not run.init or run.name in sidecars) and not run.entry["ready"]]
    since = next((run.ended_s for run in runs if run.ended_s is not None and run.name in unready), age_s - 3)
    message = f"containers with unready status: [{' '.join(unready)}]"
    initialized = f"containers with incomplete status: [{' '.join(open_ones)}]"
    ready = {"holds": not unready, "reason": "ContainersNotReady", "message": message}
    return [
        _condition("PodReadyToStartContainers", age_s - 2, holds=not _creating(runs)),
        _condition(
            "Initialized", age_s - 1, holds=not open_ones, reason="ContainersNotInitialized", message=initialized
        ),
        _condition("Ready", since, **ready),
        _condition("ContainersReady", since, **ready),
        _condition("PodScheduled", age_s, holds=True),
    ]


def _condition(kind: str, since_s: float, *, holds: bool, reason: str = "", message: str = "") -> dict[str, Any]:
    found = {"type": kind, "status": str(holds), "lastProbeTime": None, "lastTransitionTime": ago(max(since_s, 0))}
    if holds:
        return found
    return found | {key: value for key, value in (("reason", reason), ("message", message)) if value}


def _quality(spec: dict[str, Any]) -> str:
    """Return the quality of service class (pkg/apis/core/v1/helper/qos)."""
    every = [each.get("resources") or {} for each in (*spec.get("initContainers", ()), *spec["containers"])]
    if not any(each.get("limits") or each.get("requests") for each in every):
        return "BestEffort"
    whole = all(
        {"cpu", "memory"} <= set(each.get("limits") or ())
        and (each.get("requests") or each["limits"]) == each["limits"]
        for each in every
    )
    return "Guaranteed" if whole else "Burstable"


def is_ready(pod: dict[str, Any]) -> bool:
    """Whether a pod counts as ready."""
    return any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"])
