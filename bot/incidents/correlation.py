"""Pure: what an incident hangs on. Incidents with one root meet in one thread, whatever their workloads are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.model.incident import workload_name
from diagnostics import fields
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Object


def root_of(diagnosis: Diagnosis) -> str:
    """Return the object at the root, as ``Kind namespace/name``: what is shared when several workloads fail for it.

    That is the missing Secret or ConfigMap, the exhausted quota, the dead dependency or its Service, the sick node;
    else the workload itself. A workload and those that fail because of it have the same root.
    """
    own = _workload(diagnosis)
    if diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause is None:
        return own
    namespace = diagnosis.target.namespace
    facts = diagnosis.facts
    named = {
        "missing-secret": ("Secret", facts.get("secret")),
        "missing-configmap": ("ConfigMap", facts.get("configmap")),
        "volume-mount-failed": ("PersistentVolumeClaim", facts.get("claim") if facts.get("claim_missing") else None),
        "pod-create-rejected": ("ResourceQuota", _quota(facts)),
    }
    kind, name = named.get(diagnosis.cause, ("", None))
    if name:
        return f"{kind} {namespace}/{name}"
    if diagnosis.cause == "node-unhealthy" and facts.get("node"):
        return f"Node {facts['node']}"
    if diagnosis.cause == "evicted" and not facts.get("own_storage") and len(diagnosis.scope.nodes) == 1:
        return f"Node {diagnosis.scope.nodes[0]}"
    return _dependency(diagnosis) or own


def _dependency(diagnosis: Diagnosis) -> str:
    """Return the last link of the chain: the dependency's own workload, or its Service when no pod of it fails."""
    if not diagnosis.chain:
        return ""
    kind, _, path = diagnosis.chain[-1].target.partition(" ")
    namespace, _, name = path.partition("/")
    if not name or kind == "Service":
        return diagnosis.chain[-1].target
    return f"Workload {namespace}/{workload_name(name) if kind == 'Pod' else name}"


def _workload(diagnosis: Diagnosis) -> str:
    _, _, path = diagnosis.workload.partition(" ")
    target = diagnosis.target
    return f"Workload {path or f'{target.namespace}/{workload_name(target.name)}'}"


def _quota(facts: Mapping[str, Any]) -> str | None:
    names = facts.get("names")
    return str(names[0]) if facts.get("class") == "quota" and isinstance(names, list | tuple) and names else None


def is_well(diagnosis: Diagnosis) -> bool:
    """Whether nothing is wrong any more: it runs, it was scaled away, or it is gone. A start is no proof yet."""
    return diagnosis.cause == "not-found" or (
        diagnosis.verdict is Verdict.NOT_FAILING and diagnosis.cause != "starting"
    )


def revision_of(workload: Object | None) -> str:
    """Return what tells one rollout of a workload from the next: a Deployment's revision, or the name of another's."""
    if workload is None:
        return ""
    numbered = fields.text(workload, "metadata", "annotations", "deployment.kubernetes.io/revision")
    return numbered or fields.text(workload, "status", "updateRevision")
