"""What is kept of an object that was read: run on each page off the event loop, before the next page is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.redact import redacted
from diagnostics.snapshot import Snapshot, Target
from diagnostics.strip import stripped

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.snapshot import Object

WRITTEN_BY_MACHINES = frozenset({"Pod", "Event", "Node", "EndpointSlice", "ReplicaSet"})
"""Kinds whose field managers nobody asks for: of workloads and ConfigMaps they tell who changed what."""

_RELATIONS = ("nodeName", "volumes", "scaleTargetRef", "selector", "claimRef", "volumeName", "replicas")
_STANDING = (
    *("phase", "conditions", "addresses", "observedGeneration", "replicas"),
    *("desiredNumberScheduled", "currentNumberScheduled"),
)
_SEEN_SPEC = ("nodeName", "hostNetwork", "serviceAccountName")
_SEEN_CONTAINER = ("name", "image", "ports")
_CONTAINERS = ("containers", "initContainers")


class ForDiagnosis:
    """Keeps what a snapshot may hold: stripped of values with one ``salt``, then redacted."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt

    def __call__(self, items: list[Object]) -> tuple[Object, ...]:
        """Return the objects as they enter a snapshot."""
        kept = tuple(stripped(_without_schemas(_unmanaged(item)), self._salt) for item in items)
        snapshot = Snapshot(target=_NOTHING, now=datetime.min.replace(tzinfo=UTC), objects={"": kept})
        return redacted(snapshot).objects[""]


_NOTHING = Target(kind="", namespace="", name="")


def glimpsed(keep: Callable[[list[Object]], tuple[Object, ...]]) -> Callable[[list[Object]], tuple[Object, ...]]:
    """Return a function that keeps what a neighbour tells of itself in a crowd: whose it is and how it is."""

    def kept(items: list[Object]) -> tuple[Object, ...]:
        return keep([_seen(item) if item.get("kind") == "Pod" else item for item in items])

    return kept


def standing(items: list[Object]) -> tuple[Object, ...]:
    """Return what tells whose an object is, what it hangs on and whether it is well: no containers, no values."""
    return tuple(
        _unmanaged(item) if item.get("kind") == "Event" else _parts(item, _RELATIONS, _STANDING) for item in items
    )


def ailing(items: list[Object]) -> tuple[Object, ...]:
    """Return the pods that are not ready and have not ended well: whose they are and what their containers' states are.

    No message is kept: it may hold what a program printed.
    """
    return tuple(_ailing(item) for item in items if _is_ailing(item))


def _is_ailing(pod: Object) -> bool:
    if fields.text(pod, "status", "phase") == "Succeeded":
        return False
    conditions = fields.items(pod, "status", "conditions")
    return not any(
        fields.text(item, "type") == "Ready" and fields.text(item, "status") == "True" for item in conditions
    )


def _ailing(pod: Object) -> Object:
    kept = _parts(pod, (), ("phase", "reason", "conditions"))
    for part in ("initContainerStatuses", "containerStatuses"):
        kept["status"][part] = [
            {
                **_chosen(status, ("name", "ready", "restartCount")),
                **{
                    which: {state: _chosen(told, ("reason",)) for state, told in fields.table(status, which).items()}
                    for which in ("state", "lastState")
                },
            }
            for status in fields.items(pod, "status", part)
        ]
    return kept


def _seen(pod: Object) -> Object:
    kept = _parts(pod, _SEEN_SPEC, tuple(fields.table(pod, "status")))
    kept["spec"] |= {
        part: [_chosen(container, _SEEN_CONTAINER) for container in fields.items(pod, "spec", part)]
        for part in _CONTAINERS
    }
    return kept


def _parts(item: Object, spec: tuple[str, ...], status: tuple[str, ...]) -> Object:
    kept = _chosen(item, ("apiVersion", "kind"))
    kept["metadata"] = {
        key: value
        for key, value in fields.table(item, "metadata").items()
        if key not in ("managedFields", "annotations")
    }
    kept["spec"] = _chosen(fields.table(item, "spec"), spec)
    kept["status"] = _chosen(fields.table(item, "status"), status)
    return kept


def _chosen(item: Object, names: tuple[str, ...]) -> Object:
    return {name: item[name] for name in names if name in item}


def _without_schemas(item: Object) -> Object:
    """Return a CustomResourceDefinition without what its objects look like, which may be a megabyte."""
    spec = item.get("spec")
    if item.get("kind") != "CustomResourceDefinition" or not isinstance(spec, dict):
        return item
    versions = [_chosen(version, ("name", "served", "storage")) for version in fields.items(spec, "versions")]
    return item | {"spec": _chosen(spec, ("group", "names", "scope")) | {"versions": versions}}


def _unmanaged(item: Object) -> Object:
    metadata = item.get("metadata")
    if item.get("kind") not in WRITTEN_BY_MACHINES or not isinstance(metadata, dict) or "managedFields" not in metadata:
        return item
    return item | {"metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
