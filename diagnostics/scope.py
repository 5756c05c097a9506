"""How far it reaches: the workload's other pods, their nodes, other workloads with the same trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnostics import fields, suspects
from diagnostics.diagnosis import Finding, Scope

if TYPE_CHECKING:
    from diagnostics.case import Case


def scope(case: Case) -> Scope:
    """Return how many of the workload's pods fail, and on which nodes."""
    if case.pod is None:
        wanted = 0 if case.workload is None else fields.whole(case.workload.raw, "spec", "replicas") or 0
        return Scope(failing=wanted, of=wanted)
    pods = (case.pod, *case.siblings)
    bad = [pod for pod in pods if suspects.failing(pod, case.now)]
    nodes = sorted({fields.text(pod, "spec", "nodeName") for pod in bad} - {""})
    return Scope(failing=len(bad), of=len(pods), nodes=tuple(nodes))


def facts(case: Case, finding: Finding) -> dict[str, Any]:
    """Return what the reach adds to the facts."""
    del case, finding
    return {}
