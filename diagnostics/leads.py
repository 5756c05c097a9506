"""What else must be read, worked out from what was read so far: the collector asks until nothing is wanted.

Bounds: at most 48 leads a wave; 3 containers a pod; 4 dependency pods a case; dependencies to a depth of 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import casework, fields, hosts, owners, suspects
from diagnostics.catalogue import builtin
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.catalogue import Catalogue
    from diagnostics.snapshot import Object, Snapshot

WAVE = 48
"""Leads of one wave: what is left over is asked for in the next."""

CONTAINERS = 3
"""Containers of one pod whose logs are read: the suspect first."""

NAMESPACED = ("Pod", "Event")
"""Lists that every diagnosis begins with."""


def leads(snapshot: Snapshot, catalogue: Catalogue | None = None) -> tuple[Lead, ...]:
    """Return what is still to be read, most important first; an empty tuple when all is there.

    A lead that was answered (with 404 too), that a wider list covers, or that could not be read is not asked again.
    """
    unread = {entry.what for entry in snapshot.unread}
    wanted: dict[Lead, None] = {}
    for lead in _wanted(snapshot, catalogue or builtin()):
        if lead not in wanted and str(lead) not in unread and not answered(snapshot, lead):
            wanted[lead] = None
    return tuple(wanted)[:WAVE]


def answered(snapshot: Snapshot, lead: Lead) -> bool:
    """Whether that read, or a list that covers it, was answered."""
    if lead in snapshot.answered:
        return True
    if lead.kind == "Log":
        return snapshot.log(lead.namespace, lead.name, lead.container, lead.instance) is not None
    if lead.name and snapshot.one(lead.kind, lead.namespace, lead.name) is not None:
        return True
    wider = (
        Lead(kind=lead.kind, namespace=namespace, metadata_only=metadata_only)
        for namespace in {lead.namespace, ""}
        for metadata_only in {False, lead.metadata_only}
    )
    return any(entry in snapshot.answered for entry in wider)


def _wanted(snapshot: Snapshot, catalogue: Catalogue) -> Iterator[Lead]:
    target = snapshot.target
    if target.kind != "Pod":
        yield Lead(kind=target.kind, namespace=target.namespace, name=target.name)
    for kind in NAMESPACED:
        yield Lead(kind=kind, namespace=target.namespace)
    workload = owners.workload_object(snapshot)
    if workload is not None:
        yield from _below(workload)
    pod = casework.chosen_pod(snapshot)
    if pod is not None:
        yield from _pod(snapshot, pod)
        yield from _dependencies(snapshot, catalogue)


def _below(workload: Object) -> Iterator[Lead]:
    """What a workload holds: ReplicaSets, ControllerRevisions, Jobs."""
    namespace, kind = fields.namespace(workload), fields.text(workload, "kind")
    held = {"Deployment": "ReplicaSet", "StatefulSet": "ControllerRevision", "DaemonSet": "ControllerRevision"}.get(
        kind
    )
    if kind == "CronJob":
        yield Lead(kind="Job", namespace=namespace)
    elif held is not None:
        selector = fields.labels(workload, "spec", "selector", "matchLabels")
        narrowed = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
        yield Lead(kind=held, namespace=namespace, labels=narrowed)


def _pod(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """What a pod names: its logs, its controllers, its node, its volumes and references."""
    namespace, name = fields.namespace(pod), fields.name(pod)
    yield from _logs(snapshot, pod)
    current: Object | None = pod
    for _ in range(owners.STEPS_UP):
        if current is None:
            break
        reference = owners.controller(current)
        kind = fields.text(reference, "kind")
        if kind in ("ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"):
            yield Lead(kind=kind, namespace=namespace, name=fields.text(reference, "name"))
        current = owners.parent(snapshot, current)
        if current is not None:
            yield from _below(current)
    node = fields.text(pod, "spec", "nodeName")
    if node:
        yield Lead(kind="Node", name=node)


def _logs(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    containers = suspects.containers_of(pod)
    suspect = suspects.choose(containers, pod, snapshot.now)
    ordered = sorted(
        containers,
        key=lambda item: (suspect is None or item.name != suspect.name, -suspects.severity(item, pod, snapshot.now)),
    )
    for container in ordered[:CONTAINERS]:
        if container.running_since is None and suspects.ended_at(container) is None:
            continue
        for instance in ("current", "previous") if container.restarts else ("current",):
            yield Lead(
                kind="Log",
                namespace=fields.namespace(pod),
                name=fields.name(pod),
                container=container.name,
                instance=instance,
            )


def _dependencies(snapshot: Snapshot, catalogue: Catalogue) -> Iterator[Lead]:
    case = casework.case_of(snapshot, catalogue)
    for hit in case.reading.hits:
        place = hosts.place(hit.names.get("host", ""), case.namespace)
        if place is not None:
            yield Lead(kind="Service", namespace=place.namespace)
            yield Lead(kind="EndpointSlice", namespace=place.namespace)
