"""The few checks of the API server's validation that a client of ours can run into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.selectors import selects
from bot.demo.cluster.wire import Object, invalid

if TYPE_CHECKING:
    from bot.demo.cluster.resources import Resource

WORKLOADS = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})


def check_new(resource: Resource, obj: Object) -> None:
    """Raise ApiError 422 when a new object is not valid."""
    if not obj["metadata"].get("name"):
        raise invalid(
            resource.kind, resource.group, "", "metadata.name: Required value: name or generateName is required"
        )
    _check_workload(resource, obj)


def check_change(resource: Resource, old: Object, new: Object) -> None:
    """Raise ApiError 422 when a changed object is not valid."""
    name = new["metadata"]["name"]
    if resource.kind in WORKLOADS:
        if not isinstance(new.get("spec"), dict):
            raise invalid(resource.kind, resource.group, name, "spec: Required value")
        if new["spec"].get("selector") != old["spec"].get("selector"):
            raise invalid(resource.kind, resource.group, name, "spec.selector: Invalid value: field is immutable")
    _check_workload(resource, new)


def _check_workload(resource: Resource, obj: Object) -> None:
    if resource.kind not in WORKLOADS:
        return
    name = obj["metadata"]["name"]
    spec = obj.get("spec") or {}
    template = spec.get("template")
    containers = (template.get("spec") or {}).get("containers") if isinstance(template, dict) else None
    if not isinstance(template, dict) or not isinstance(containers, list) or not containers:
        raise invalid(resource.kind, resource.group, name, "spec.template.spec.containers: Required value")
    for number, container in enumerate(containers):
        for key in ("name", "image"):
            if not isinstance(container, dict) or not container.get(key):
                where = f"spec.template.spec.containers[{number}].{key}"
                raise invalid(resource.kind, resource.group, name, f"{where}: Required value")
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not selects(spec.get("selector"), labels):
        problem = "spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`"
        raise invalid(resource.kind, resource.group, name, problem)
