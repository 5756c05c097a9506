"""Pure: what an incident hangs on. Incidents with one root meet in one thread, whatever their workloads are called."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.model.names import workload_name
from diagnostics import fields
from diagnostics.diagnosis import Verdict
from diagnostics.facts.pods import events
from diagnostics.facts.workloads import onset, owners
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.render.traits import Traits
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Object, Snapshot

WORKLOAD = "Workload"
"""Stands for every kind of workload: the same trouble is one root whatever runs the pods."""


def root_of(diagnosis: Diagnosis) -> ObjectRef:
    """Return the object at the root: what is shared when several workloads fail for it.

    That is the missing Secret or ConfigMap, the exhausted quota, the dead dependency or its Service, the sick node;
    else the workload itself. A workload and those that fail because of it have the same root.
    """
    workload = _workload(diagnosis)
    if diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause is None:
        return workload
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
        return ObjectRef(kind=kind, namespace=namespace, name=str(name))
    if diagnosis.cause == "node-unhealthy" and facts.get("node"):
        return ObjectRef(kind="Node", name=str(facts["node"]))
    if diagnosis.cause == "evicted" and not facts.get("own_storage") and len(diagnosis.scope.nodes) == 1:
        return ObjectRef(kind="Node", name=diagnosis.scope.nodes[0])
    return _dependency(diagnosis) or workload


def anywhere(diagnosis: Diagnosis, traits: Traits) -> str:
    """Return what a root is called in all clusters, where it may be one in several; empty where it is one's own.

    A Secret or ConfigMap that is missing by one name in several clusters was left out of what is installed in all of
    them. A workload is the same where name, namespace, image, cause and value are. Nodes, quotas, claims and
    dependencies belong to one cluster, whatever they are called.
    """
    root, workload = root_of(diagnosis), _workload(diagnosis)
    if not diagnosis.failing or not diagnosis.cause:
        return ""
    if root.kind in ("Secret", "ConfigMap"):
        return f"{diagnosis.cause} {root}"
    if root != workload or not traits.image or not traits.told:
        return ""
    return f"{diagnosis.cause} {diagnosis.workload} {traits.image} {traits.told}"


def _dependency(diagnosis: Diagnosis) -> ObjectRef | None:
    """Return the last link of the chain: the dependency's workload, or its Service when no pod of it fails."""
    last = ObjectRef.parse(diagnosis.chain[-1].target) if diagnosis.chain else None
    if last is None or last.kind == "Service" or not last.namespace:
        return last
    name = workload_name(last.name) if last.kind == "Pod" else last.name
    return ObjectRef(kind=WORKLOAD, namespace=last.namespace, name=name)


def _workload(diagnosis: Diagnosis) -> ObjectRef:
    workload, target = ObjectRef.parse(diagnosis.workload), diagnosis.target
    if workload is not None:
        return replace(workload, kind=WORKLOAD)
    return ObjectRef(kind=WORKLOAD, namespace=target.namespace, name=workload_name(target.name))


def _quota(facts: Mapping[str, Any]) -> str | None:
    names = facts.get("names")
    return str(names[0]) if facts.get("class") == "quota" and isinstance(names, list | tuple) and names else None


def failing_for_s(snapshot: Snapshot, diagnosis: Diagnosis) -> float:
    """Return for how many seconds it has failed: since the first crash of its pods that is known. 0: none is known."""
    pod = snapshot.one("Pod", diagnosis.target.namespace, diagnosis.target.pod) if diagnosis.target.pod else None
    if pod is None or not diagnosis.failing:
        return 0.0
    top = owners.topmost(snapshot, pod)
    siblings = tuple(owners.pods_of(snapshot, top)) if top is not None else ()
    first = onset.first_crash(pod, siblings, events.parsed(snapshot), None, snapshot)
    return 0.0 if first is None else max((snapshot.now - first).total_seconds(), 0.0)


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
