"""Walking between pods and their controllers, up and down, by controller reference (REFERENCE.md 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from diagnostics.snapshot import Object, Snapshot

STEPS_UP = 6
"""Controllers above a pod that are followed: ReplicaSet, Deployment, an operator's object; cycles end here."""


def controller(item: Object) -> Object:
    """Return the owner reference that controls the object, or an empty one."""
    for reference in fields.items(item, "metadata", "ownerReferences"):
        if fields.flag(reference, "controller"):
            return reference
    return {}


def parent(snapshot: Snapshot, item: Object) -> Object | None:
    """Return the object's controller when the snapshot holds it, by kind, name and uid."""
    reference = controller(item)
    kind, name, uid = (fields.text(reference, key) for key in ("kind", "name", "uid"))
    found = snapshot.one(kind, fields.namespace(item), name) if name else None
    return None if found is None or (uid and fields.uid(found) and fields.uid(found) != uid) else found


def topmost(snapshot: Snapshot, item: Object) -> Object | None:
    """Return the highest controller of the object that the snapshot holds, or None for a bare pod."""
    top = None
    current: Object | None = item
    for _ in range(STEPS_UP):
        current = parent(snapshot, current) if current is not None else None
        if current is None:
            break
        top = current
    return top


def children(snapshot: Snapshot, kind: str, item: Object) -> list[Object]:
    """Return the objects of a kind that the given one controls, ordered by name."""
    own_kind, own_name, own_uid = fields.text(item, "kind"), fields.name(item), fields.uid(item)

    def held(child: Object) -> bool:
        reference = controller(child)
        uid = fields.text(reference, "uid")
        if uid and own_uid:
            return uid == own_uid
        return (fields.text(reference, "kind"), fields.text(reference, "name")) == (own_kind, own_name)

    return sorted((child for child in snapshot.all(kind, fields.namespace(item)) if held(child)), key=fields.name)


def pods_of(snapshot: Snapshot, workload: Object) -> list[Object]:
    """Return the pods under a workload, through ReplicaSets and Jobs, ordered by name."""
    kind = fields.text(workload, "kind")
    between = {"Deployment": "ReplicaSet", "CronJob": "Job"}.get(kind)
    if between is None:
        return children(snapshot, "Pod", workload)
    pods = [pod for middle in children(snapshot, between, workload) for pod in children(snapshot, "Pod", middle)]
    if kind == "Deployment":
        pods += _by_hash(snapshot, workload)
    return sorted(pods, key=fields.name)


def _by_hash(snapshot: Snapshot, workload: Object) -> list[Object]:
    """Return the pods whose ReplicaSet was not read but can be no other Deployment's: its name is made of the hash."""
    found = []
    for pod in snapshot.all("Pod", fields.namespace(workload)):
        reference = controller(pod)
        digest = fields.labels(pod, "metadata", "labels").get("pod-template-hash", "")
        made = fields.text(reference, "kind") == "ReplicaSet" and digest
        if (
            made
            and fields.text(reference, "name") == f"{fields.name(workload)}-{digest}"
            and parent(snapshot, pod) is None
        ):
            found.append(pod)
    return found


def workload_object(snapshot: Snapshot) -> Object | None:
    """Return the object of a workload target, or None when the target is a pod or was not found."""
    target = snapshot.target
    return None if target.kind == "Pod" else snapshot.one(target.kind, target.namespace, target.name)


def newest_job(snapshot: Snapshot, cronjob: Object) -> Object | None:
    """Return the CronJob's newest Job, or None when none is left."""
    made = children(snapshot, "Job", cronjob)
    return max(made, key=lambda job: fields.text(job, "metadata", "creationTimestamp"), default=None)
