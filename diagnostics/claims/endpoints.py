"""Which endpoints of a Service are ready, and why a pod behind it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.diagnosis import Evidence

if TYPE_CHECKING:
    from diagnostics.snapshot import Object, Snapshot


def ready_endpoints(snapshot: Snapshot, service: Object) -> int | None:
    """Return how many endpoints are ready (REFERENCE.md 7.3), or None when no EndpointSlice of the Service was read."""
    slices = [
        item
        for item in snapshot.all("EndpointSlice", fields.namespace(service))
        if fields.labels(item, "metadata", "labels").get("kubernetes.io/service-name") == fields.name(service)
    ]
    if not slices:
        return None
    return sum(
        len(fields.strings(endpoint, "addresses"))
        for item in slices
        for endpoint in fields.items(item, "endpoints")
        if fields.at(endpoint, "conditions", "ready") is not False
    )


def unready(pod: Object) -> Evidence:
    """Return why a pod is not ready: its first container that waits or ended, else its condition."""
    ref = f"{fields.namespace(pod)}/{fields.name(pod)}"
    for status in fields.items(pod, "status", "containerStatuses"):
        name = fields.text(status, "name")
        for state in ("waiting", "terminated"):
            reason = fields.text(status, "state", state, "reason")
            if reason:
                path = f"{ref} status.containerStatuses[{name}].state.{state}"
                return Evidence(source="pod", path=path, quote=f"reason={reason}")
    return Evidence(source="pod", path=f"{ref} status.conditions[Ready]", quote="status=False")


def target_port(service: Object, pod: Object, port: int | None) -> int | None:
    """Return the number that a Service's port has in the pod, or None when it cannot be told."""
    for entry in fields.items(service, "spec", "ports"):
        if port is not None and fields.whole(entry, "port") != port:
            continue
        number, named = fields.whole(entry, "targetPort"), fields.text(entry, "targetPort")
        if number is not None:
            return number
        for container in fields.items(pod, "spec", "containers"):
            for held in fields.items(container, "ports"):
                if named and fields.text(held, "name") == named:
                    return fields.whole(held, "containerPort")
    return None


def undeclared(service: Object, pod: Object, port: int | None) -> tuple[str, str] | None:
    """Return what a Service sends to and what the pod declares instead, in words, or None when they may agree.

    A declared port is only information, so nothing is said of a pod that declares none, or that has a probe on the
    port: that one answers there, as it is ready.
    """
    entries = fields.items(service, "spec", "ports")
    chosen = [item for item in entries if port is None or fields.whole(item, "port") == port]
    offered = [
        (fields.whole(held, "containerPort"), fields.text(held, "name"))
        for container in fields.items(pod, "spec", "containers")
        for held in fields.items(container, "ports")
        if fields.text(held, "protocol") in ("", "TCP")
    ]
    if len(chosen) != 1 or not offered or fields.text(chosen[0], "protocol") not in ("", "TCP"):
        return None
    number, named = fields.whole(chosen[0], "targetPort"), fields.text(chosen[0], "targetPort")
    known = {item for pair in offered for item in pair if item}
    wanted = named or number or fields.whole(chosen[0], "port")
    if wanted is None or wanted in known or wanted in _probed(pod):
        return None
    shown = ", ".join(f"{name} ({held})" if named and name else str(held) for held, name in offered)
    return (f"a port named {named}" if named else str(wanted)), shown


def declared(pod: Object) -> str:
    """Return the ports that the pod's containers declare, as a quote."""
    ports = [item for part in fields.items(pod, "spec", "containers") for item in fields.items(part, "ports")]
    return " ".join(f"containerPort={fields.whole(item, 'containerPort')}" for item in ports)


def _probed(pod: Object) -> set[object]:
    """Return the ports that the probes of a pod ask."""
    return {
        fields.at(container, probe, handler, "port")
        for container in fields.items(pod, "spec", "containers")
        for probe in ("livenessProbe", "readinessProbe", "startupProbe")
        for handler in ("httpGet", "tcpSocket", "grpc")
    }
