"""Examples that a cause must hit, and near misses: small snapshots written where the cause is written.

They are documentation first: only what matters to the cause is spelled out, the rest of the pod is filled in.
"""

from __future__ import annotations

import copy
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from diagnostics.snapshot import Lead, Log, LogLine, Object, Snapshot, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
"""The moment at which every example is looked at."""

NAMESPACE, POD, CONTAINER = "production", "api-7d4b9c6f5-xkp2z", "api"


def ago(seconds: float) -> str:
    """Return the RFC 3339 time that many seconds before ``NOW``."""
    return (NOW - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def terminated(
    exit_code: int, reason: str = "Error", *, lived: float = 1, ended: float = 20, message: str = ""
) -> Object:
    """Return a ``terminated`` state: it lived so many seconds and ended so many seconds before ``NOW``."""
    state: Object = {
        "exitCode": exit_code,
        "reason": reason,
        "startedAt": ago(ended + lived),
        "finishedAt": ago(ended),
        "containerID": "containerd://" + "a" * 64,
    }
    if message:
        state["message"] = message
    return {"terminated": state}


def waiting(reason: str, message: str = "") -> Object:
    """Return a ``waiting`` state."""
    return {"waiting": {"reason": reason, "message": message}}


def running(since: float = 5) -> Object:
    """Return a ``running`` state that began so many seconds before ``NOW``."""
    return {"running": {"startedAt": ago(since)}}


def event(reason: str, message: str, *, container: str = CONTAINER, age: float = 20, kind: str = "Warning") -> Object:
    """Return an event about the example's pod; an empty container makes it one about the pod itself."""
    involved = {"kind": "Pod", "namespace": NAMESPACE, "name": POD, "uid": "pod-uid", "apiVersion": "v1"}
    if container:
        involved["fieldPath"] = f"spec.containers{{{container}}}"
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{POD}.{zlib.crc32(f'{reason}{message}{age}'.encode()):x}", "namespace": NAMESPACE},
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "type": kind,
        "count": 1,
        "firstTimestamp": ago(age),
        "lastTimestamp": ago(age),
        "source": {"component": "kubelet", "host": "node-1"},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One pod with one container, as a cause meets it.

    ``hit`` says whether the cause must fire; ``also`` names the other causes that may. ``container`` is merged into
    the container's spec, ``status`` into its status, ``pod`` into the pod. ``log`` is the text of the current
    instance, ``previous`` of the one before; None means that the API had none.
    """

    title: str
    hit: bool
    status: Mapping[str, Any] = field(default_factory=dict)
    container: Mapping[str, Any] = field(default_factory=dict)
    pod: Mapping[str, Any] = field(default_factory=dict)
    log: str | None = None
    previous: str | None = None
    events: tuple[Object, ...] = ()
    objects: tuple[Object, ...] = ()
    also: tuple[str, ...] = ()
    target: tuple[str, str] | None = None
    """(Kind, name) of what was asked about, when it is not the pod."""
    no_pod: bool = False
    """True when there is no pod: only ``objects`` and ``events`` are there."""

    def snapshot(self) -> Snapshot:
        """Return the example as a snapshot in which every list was answered."""
        spec = {"name": CONTAINER, "image": "registry.example/api:1.0.0", "resources": {}} | dict(self.container)
        status = {"name": CONTAINER, "ready": False, "restartCount": 4, "image": spec["image"]} | dict(self.status)
        pod: Object = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": POD, "namespace": NAMESPACE, "uid": "pod-uid", "creationTimestamp": ago(600)},
            "spec": {"containers": [spec], "restartPolicy": "Always", "nodeName": "node-1"},
            "status": {"phase": "Running", "startTime": ago(600), "containerStatuses": [status]},
        }
        pod = overlaid(pod, self.pod)
        objects: dict[str, tuple[Object, ...]] = {"Pod": () if self.no_pod else (pod,), "Event": self.events}
        for item in self.objects:
            objects[item["kind"]] = (*objects.get(item["kind"], ()), item)
        kinds = {"Service", "EndpointSlice", "ConfigMap", "ReplicaSet", "NetworkPolicy", *objects}
        kind, title = self.target or ("Pod", POD)
        return Snapshot(
            target=Target(kind=kind, namespace=NAMESPACE, name=title, pod=POD if kind == "Pod" else None),
            now=NOW,
            objects=objects,
            logs=tuple(
                _log(spec["name"], instance, text)
                for instance, text in (("current", self.log), ("previous", self.previous))
                if text is not None
            ),
            answered=frozenset(Lead(kind=kind, namespace=NAMESPACE) for kind in kinds),
        )


def overlaid(base: Object, over: Mapping[str, Any]) -> Object:
    """Return ``base`` with ``over`` laid on it: objects are merged, everything else replaces."""
    result = copy.deepcopy(base)
    for key, value in over.items():
        held = result.get(key)
        result[key] = overlaid(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return result


def _log(container: str, instance: str, text: str) -> Log:
    lines = tuple(LogLine(ago(21), line) for line in text.splitlines())
    return Log(namespace=NAMESPACE, pod=POD, container=container, instance=instance, lines=lines)
