"""What changed before the first crash: template, referenced objects, the digest behind a tag (REFERENCE.md 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.diagnosis import Change
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import owners, revisions, templates
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.facts.model import Event, Revision, Workload
    from diagnostics.snapshot import Object, Snapshot

SHORTLY = timedelta(hours=1)
"""A ConfigMap or Secret modified longer before the first crash is not suspected."""

BORN_WITH = timedelta(seconds=30)
"""An object made or touched within this time of the workload's own creation came with it: no change."""

_INJECTED = compiled(
    r"(?i)\.?ca\.crt$|^openshift-service-ca|\bca-root-cert$|trust-(?:roots|anchors|bundle)$|^trusted-ca|^ca-bundle$"
    r"|^config-(?:service-)?ca-?bundle|-cabundle$|-ca-bundle$"
)
"""ConfigMaps that the control plane, a mesh or a bundle's operator writes into every namespace."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """The rollout that brought the failing template: what was there before, when it came, by whom."""

    failing: Revision
    before: Revision
    brought: Revision
    """The first revision with the trouble: an older one than the failing one when that is only a restart of it."""
    at: datetime | None
    by: str


def rollout(workload: Workload | None, pod: Object, everything: tuple[Event, ...]) -> Rollout | None:
    """Return the rollout that brought the pod's template, or None when no kept revision differs from it."""
    if workload is None:
        return None
    failing = revisions.of_pod(workload.revisions, pod)
    if failing is None:
        return None
    before, since = revisions.since_sound(workload.revisions, failing)
    if before is None:
        return None
    at, by = _when(workload, since[-1], everything)
    return Rollout(failing, before, since[-1], at, by)


def _when(workload: Workload, brought: Revision, everything: tuple[Event, ...]) -> tuple[datetime | None, str]:
    """Return when the revision was rolled out and by which manager, best source first (REFERENCE.md 5.2)."""
    entry = _template_owner(workload.raw)
    written, manager = fields.time(entry, "time"), fields.text(entry, "manager")
    seen = revisions.first_seen(everything, brought.name) or brought.created
    if seen is None:
        return written, manager
    # The manager wrote the template that runs now: it is this rollout's only when it wrote at that time.
    same = written is not None and abs(written - seen) <= BORN_WITH
    return seen, manager if same or brought.current else ""


def _template_owner(workload: Object) -> Object:
    """Return the newest managedFields entry that owns the template's spec."""
    owning = [
        entry
        for entry in fields.items(workload, "metadata", "managedFields")
        if fields.table(entry, "fieldsV1", "f:spec", "f:template", "f:spec")
    ]
    return max(owning, key=lambda entry: fields.text(entry, "time"), default={})


def changes(
    snapshot: Snapshot,
    pod: Object,
    workload: Workload | None,
    everything: tuple[Event, ...],
    first_crash: datetime | None,
) -> tuple[Change, ...]:
    """Return what changed, the rollout first, then referenced objects, then the digest behind an unchanged tag."""
    found = [
        *_of_rollout(rollout(workload, pod, everything), workload, first_crash),
        *_of_references(snapshot, pod, workload, first_crash),
        *_of_digests(snapshot, pod, workload),
    ]
    return tuple(found)


def _of_rollout(brought: Rollout | None, workload: Workload | None, first_crash: datetime | None) -> Iterator[Change]:
    if brought is None or workload is None:
        return
    differing = templates.differences(brought.before.template, brought.failing.template)
    if not differing:
        return
    at = stamp(brought.at)
    ahead = seconds_before(brought.at, first_crash)

    def change(what: str, old: str, new: str) -> Change:
        return Change(what=what, old=old, new=new, at=at, before_first_crash_s=ahead, by=brought.by)

    yield change("revision", str(brought.before.number), str(brought.brought.number))
    before, after = (_cause(workload, item) for item in (brought.before, brought.failing))
    if after and before != after:
        yield change("change-cause", before, after)
    for item in differing:
        yield change(item.what, item.old, item.new)


def _cause(workload: Workload, revision: Revision) -> str:
    if revision.note:
        return revision.note
    return fields.text(workload.raw, "metadata", "annotations", revisions.CHANGE_CAUSE) if revision.current else ""


def _of_references(
    snapshot: Snapshot, pod: Object, workload: Workload | None, first_crash: datetime | None
) -> Iterator[Change]:
    if first_crash is None:
        return
    born = fields.time(workload.raw if workload is not None else pod, "metadata", "creationTimestamp")
    for kind, name in references(pod):
        if injected(kind, name):
            continue
        item = snapshot.one(kind, fields.namespace(pod), name)
        written, manager = last_written(item or {})
        if written is None or not timedelta(seconds=-5) <= first_crash - written <= SHORTLY:
            continue
        if born is not None and written - born <= BORN_WITH:
            continue
        yield Change(
            what=f"{kind} {name}",
            old="",
            new="modified" if _modified(item or {}, written) else "created",
            at=stamp(written),
            before_first_crash_s=seconds_before(written, first_crash),
            by=manager,
        )


def _modified(item: Object, written: datetime) -> bool:
    made = fields.time(item, "metadata", "creationTimestamp")
    return made is None or written - made > timedelta(seconds=1)


def last_written(item: Object) -> tuple[datetime | None, str]:
    """Return when an object's content was last written, and by which manager (metadata only)."""
    latest: tuple[datetime | None, str] = (fields.time(item, "metadata", "creationTimestamp"), "")
    for entry in fields.items(item, "metadata", "managedFields"):
        moment = fields.time(entry, "time")
        if moment is not None and (latest[0] is None or moment >= latest[0]):
            latest = (moment, fields.text(entry, "manager"))
    return latest


def injected(kind: str, name: str) -> bool:
    """Whether the platform keeps the object in every namespace: a bundle that changes for all explains no one's end."""
    return kind == "ConfigMap" and _INJECTED.search(name) is not None


def references(pod: Object) -> list[tuple[str, str]]:
    """Return the ConfigMaps and Secrets that the pod's spec names, each once, in the order of the spec."""
    found: dict[tuple[str, str], None] = {}
    for listed in ("initContainers", "containers"):
        for container in fields.items(pod, "spec", listed):
            for entry in fields.items(container, "envFrom"):
                found[("ConfigMap", fields.text(entry, "configMapRef", "name"))] = None
                found[("Secret", fields.text(entry, "secretRef", "name"))] = None
            for entry in fields.items(container, "env"):
                found[("ConfigMap", fields.text(entry, "valueFrom", "configMapKeyRef", "name"))] = None
                found[("Secret", fields.text(entry, "valueFrom", "secretKeyRef", "name"))] = None
    for volume in fields.items(pod, "spec", "volumes"):
        for source in (volume, *fields.items(volume, "projected", "sources")):
            found[("ConfigMap", fields.text(source, "configMap", "name"))] = None
            found[("Secret", fields.text(source, "secret", "secretName") or fields.text(source, "secret", "name"))] = (
                None
            )
    return [(kind, name) for kind, name in found if name and name != "kube-root-ca.crt"]


def _of_digests(snapshot: Snapshot, pod: Object, workload: Workload | None) -> Iterator[Change]:
    """Yield images whose tag is the same and whose content is not: a healthy pod runs the other one.

    ``imageID`` tells; ``status.image`` may name another tag of the same content and does not.
    """
    if workload is None:
        return
    uid = fields.uid(pod)
    for container in blocking.containers_of(pod):
        own = fields.text(container.status, "imageID")
        image = fields.text(container.spec, "image")
        for other in _healthy(snapshot, workload, uid):
            twin = next((item for item in blocking.containers_of(other) if item.name == container.name), None)
            theirs = "" if twin is None else fields.text(twin.status, "imageID")
            if twin is not None and own and theirs and own != theirs and fields.text(twin.spec, "image") == image:
                yield Change(what=f"content of image {image} of {container.name} (same tag)", old=theirs, new=own)
                break


def _healthy(snapshot: Snapshot, workload: Workload, uid: str) -> list[Object]:
    return [
        item
        for item in owners.pods_of(snapshot, workload.raw)
        if fields.uid(item) != uid and blocking.pod_severity(item, snapshot.now) == 0
    ]


def stamp(moment: datetime | None) -> str:
    """Return the moment as RFC 3339, or an empty text."""
    return "" if moment is None else moment.isoformat().replace("+00:00", "Z")


def seconds_before(moment: datetime | None, first_crash: datetime | None) -> int | None:
    """Return how many seconds before the first crash it was, or None when either is unknown."""
    if moment is None or first_crash is None:
        return None
    return int((first_crash - moment).total_seconds())
