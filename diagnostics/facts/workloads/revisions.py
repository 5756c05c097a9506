"""A workload's revisions, and which of them were known to run (REFERENCE.md 5.1, 5.2, 5.4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.facts.model import Event, Revision, Workload
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import owners

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.snapshot import Object, Snapshot

REVISION = "deployment.kubernetes.io/revision"
POD_HASH = "pod-template-hash"
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
CHANGE_CAUSE = "kubernetes.io/change-cause"


def revisions_of(snapshot: Snapshot, workload: Object, events: tuple[Event, ...]) -> tuple[Revision, ...]:
    """Return the workload's kept revisions, newest first. ``events`` are all that the snapshot holds."""
    kind = fields.text(workload, "kind")
    if kind == "Deployment":
        found = _of_replica_sets(snapshot, workload, events)
    elif kind in ("StatefulSet", "DaemonSet"):
        found = _of_controller_revisions(snapshot, workload)
    else:
        found = []
    return tuple(sorted(found, key=lambda revision: revision.number, reverse=True))


def _of_replica_sets(snapshot: Snapshot, workload: Object, events: tuple[Event, ...]) -> list[Revision]:
    sets = owners.children(snapshot, "ReplicaSet", workload)
    numbered = [(_number(item), item) for item in sets]
    wanted = essence(fields.table(workload, "spec", "template"))
    same = [item for item in sets if essence(fields.table(item, "spec", "template"), keep_restart=True) == wanted]
    highest = max((number for number, _ in numbered), default=0)
    return [
        Revision(
            number=number,
            name=fields.name(item),
            template=fields.table(item, "spec", "template"),
            created=fields.time(item, "metadata", "creationTimestamp"),
            current=number == highest if not same or highest in map(_number, same) else item is same[0],
            proven=_serving(snapshot, item) or _was_serving(item, events),
            failed=_failed(snapshot, item, events),
            note=fields.text(item, "metadata", "annotations", CHANGE_CAUSE),
        )
        for number, item in numbered
    ]


def _of_controller_revisions(snapshot: Snapshot, workload: Object) -> list[Revision]:
    found = owners.children(snapshot, "ControllerRevision", workload)
    update = fields.text(workload, "status", "updateRevision")
    highest = max((fields.whole(item, "revision") or 0 for item in found), default=0)
    pods = owners.pods_of(snapshot, workload)
    result = []
    for item in found:
        name, number = fields.name(item), fields.whole(item, "revision") or 0
        template = _without_claimed(fields.table(item, "data", "spec", "template"), workload)
        digest = fields.labels(item, "metadata", "labels").get("controller.kubernetes.io/hash", name)
        own = [pod for pod in pods if _hash(pod) in (name, digest)]
        result.append(
            Revision(
                number=number,
                name=name,
                # `.data` is itself a patch: spec.template with `$patch: replace`.
                template={key: value for key, value in template.items() if key != "$patch"},
                created=fields.time(item, "metadata", "creationTimestamp"),
                current=name == update if update else number == highest,
                proven=any(not blocking.failing(pod, snapshot.now) for pod in own),
                failed=any(blocking.failing(pod, snapshot.now) for pod in own),
                note=fields.text(item, "metadata", "annotations", CHANGE_CAUSE),
            )
        )
    return result


def _without_claimed(template: Object, workload: Object) -> dict[str, Any]:
    """Return the template without the volumes of its claim templates: those are given to every pod, listed or not.

    K: pkg/controller/statefulset/stateful_set_utils.go `updateStorage`: a claim wins over a volume of its name.
    """
    spec = fields.table(template, "spec")
    claimed = {fields.text(item, "metadata", "name") for item in fields.items(workload, "spec", "volumeClaimTemplates")}
    kept = [item for item in fields.items(spec, "volumes") if fields.text(item, "name") not in claimed]
    rest = {key: value for key, value in spec.items() if key != "volumes"}
    return {**template, "spec": rest | ({"volumes": kept} if kept else {})}


def of_pod(revisions: tuple[Revision, ...], pod: Object) -> Revision | None:
    """Return the revision that the pod was made from, or the current one when its labels do not tell."""
    labels = fields.labels(pod, "metadata", "labels")
    digest = labels.get("controller-revision-hash", "")
    owner = fields.text(owners.controller(pod), "name")
    for revision in revisions:
        if revision.name in (owner, digest) or (digest and revision.name.endswith(f"-{digest}")):
            return revision
    return next((revision for revision in revisions if revision.current), None)


def left_behind(workload: Workload | None, pod: Object | None) -> int | None:
    """Return the revision that an ordered StatefulSet wants by now, when its broken pod was made from another one.

    Under OrderedReady a pod that never gets ready is not replaced, also not after an undo (REFERENCE.md 5.4): it must
    be deleted by hand.
    """
    if workload is None or pod is None or workload.kind != "StatefulSet":
        return None
    if fields.text(workload.raw, "spec", "podManagementPolicy") == "Parallel" or not _hash(pod):
        return None
    partition = fields.whole(workload.raw, "spec", "updateStrategy", "rollingUpdate", "partition") or 0
    ordinal = fields.name(pod).rpartition("-")[2]
    if ordinal.isdecimal() and ordinal.isascii() and len(ordinal) < 10 and int(ordinal) < partition:
        return None
    own = of_pod(workload.revisions, pod)
    wanted = next((revision for revision in workload.revisions if revision.current), None)
    if own is None or wanted is None or own is wanted or same_program(own, wanted):
        return None
    return wanted.number


def _hash(pod: Object) -> str:
    return fields.labels(pod, "metadata", "labels").get("controller-revision-hash", "")


def essence(template: Object, *, keep_restart: bool = True) -> str:
    """Return the template as comparable text, without the hash label; without restarts and checksums when asked so."""
    return json.dumps(stripped_template(template, keep_restart=keep_restart), sort_keys=True, default=str)


def stripped_template(template: Object, *, keep_restart: bool) -> dict[str, Any]:
    """Return the template without what only says that a rollout took place."""
    metadata = fields.table(template, "metadata")
    labels = {key: value for key, value in fields.table(metadata, "labels").items() if key != POD_HASH}
    annotations = {
        key: value for key, value in fields.table(metadata, "annotations").items() if keep_restart or not noise(key)
    }
    rest = {key: value for key, value in template.items() if key != "metadata"}
    return rest | {"metadata": {"labels": labels, "annotations": annotations}}


def noise(annotation: str) -> bool:
    """Whether the annotation only marks a restart or a change elsewhere (restartedAt, checksum/...)."""
    return annotation.endswith("/restartedAt") or annotation.startswith("checksum/")


def since_sound(revisions: tuple[Revision, ...], failing: Revision) -> tuple[Revision | None, tuple[Revision, ...]]:
    """Return what was there before the trouble, and the revisions since then, the newest first.

    A restart makes a new revision of the same template, and a hurried second release may fail like the first: what
    was there before is the newest older revision that differs and is not known to have failed.
    """
    group = [failing]
    for revision in revisions:
        if revision.number >= failing.number:
            continue
        if not same_program(revision, failing) and not revision.failed:
            return revision, tuple(group)
        group.append(revision)
    differing = [item for item in group if not same_program(item, failing)]
    return (differing[0] if differing else None), tuple(item for item in group if same_program(item, failing))


def same_program(one: Revision, other: Revision) -> bool:
    """Whether two revisions differ in nothing but restarts."""
    return essence(one.template, keep_restart=False) == essence(other.template, keep_restart=False)


def _number(item: Object) -> int:
    told = fields.text(item, "metadata", "annotations", REVISION)
    return int(told) if told.isdecimal() and told.isascii() and len(told) < 10 else 0


def _serving(snapshot: Snapshot, item: Object) -> bool:
    pods = owners.children(snapshot, "Pod", item)
    counted = bool(fields.whole(item, "status", "readyReplicas"))
    return any((counted or blocking.ready(pod)) and not blocking.failing(pod, snapshot.now) for pod in pods)


BAD = frozenset({"BackOff", "Failed", "FailedMount", "FailedScheduling", "FailedPostStartHook"})
"""Event reasons of a pod that did not serve. ``Unhealthy`` is not one: readiness fails at every start."""


def _own_events(item: Object, events: tuple[Event, ...]) -> list[Event]:
    """Return the events of a ReplicaSet's pods, those that are gone too: their names begin with its own."""
    prefix = f"{fields.name(item)}-"
    return [event for event in events if event.kind == "Pod" and event.name.startswith(prefix)]


def _was_serving(item: Object, events: tuple[Event, ...]) -> bool:
    """Whether the events of its pods show them started and never failing."""
    own = _own_events(item, events)
    return any(event.reason == "Started" for event in own) and not any(event.reason in BAD for event in own)


def _failed(snapshot: Snapshot, item: Object, events: tuple[Event, ...]) -> bool:
    """Whether its pods fail now, or failed before they were replaced."""
    pods = owners.children(snapshot, "Pod", item)
    if pods:
        return any(blocking.failing(pod, snapshot.now) for pod in pods)
    return any(event.reason == "BackOff" and event.type != "Normal" for event in _own_events(item, events))


def first_seen(events: tuple[Event, ...], name: str) -> datetime | None:
    """Return when a ReplicaSet was scaled up from nothing, by the Deployment's events, or None."""
    moments = [
        event.first
        for event in events
        if event.reason == "ScalingReplicaSet" and f"Scaled up replica set {name} " in event.message
        if event.first is not None
    ]
    return min(moments, default=None)
