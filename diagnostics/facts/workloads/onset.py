"""When the crashing began, and whether it began with the rollout (REFERENCE.md 4.1, 5.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.model import Container, Event, Facts, Role, Workload
from diagnostics.facts.pods import blocking, measured
from diagnostics.facts.workloads import revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.facts.workloads.changes import Rollout
    from diagnostics.snapshot import Object, Snapshot

FAILURES = frozenset({"BackOff", "Failed", "Killing", "FailedPostStartHook", "Evicted"})
"""Event reasons whose first sighting dates a first crash."""

LADDER_S = (0, 10, 30, 70, 150, 310)
"""Seconds from the first crash to the n-th restart on the default back-off, without run times; then 300 s each."""

AT_ONCE = timedelta(minutes=1)
"""A Ready condition that is set within this time of the pod's start has never changed."""

AGAIN_S = 600.0
"""Seconds after which the kubelet forgets a back-off (twice its longest wait of 5 min): between two crashes of one
trouble lies no more than that and a run."""

SEVERAL = 3
"""How many times that the sightings of an event may lie apart on average."""

SOON = timedelta(minutes=15)
"""A first crash within this time of a rollout began with it."""

SOON_FROM_BIRTH = timedelta(hours=1)
"""The same for pods that crash since their birth: a rollout of many pods, or a slow start, takes its time."""


def ladder_s(restarts: int) -> float:
    """Return the seconds that so many restarts take at least on the default back-off (REFERENCE.md 4.1)."""
    last = len(LADDER_S) - 1
    return LADDER_S[restarts] if restarts <= last else LADDER_S[last] + 300 * (restarts - last)


def first_crash(
    pod: Object,
    siblings: tuple[Object, ...],
    everything: tuple[Event, ...],
    workload: Workload | None,
    snapshot: Snapshot,
) -> datetime | None:
    """Return the earliest failure that is known, or worked out, of the pods made from the failing template."""
    now = snapshot.now
    alike = _like(workload, pod)
    failing = [pod, *(item for item in siblings if blocking.failing(item, now) and _made_by(item, alike))]
    names, prefixes = {fields.name(item) for item in failing}, tuple(f"{name}-" for name in alike)
    born = {fields.name(item): fields.time(item, "metadata", "creationTimestamp") for item in failing}
    longest = max((_lived(container) for item in failing for container in blocking.containers_of(item)), default=0.0)
    moments = [
        # An event counted together with those of a pod of the same name before it (StatefulSet) begins too early.
        max(_begun(event, event.first, longest), born.get(event.name) or event.first)
        for event in everything
        if event.kind == "Pod" and event.reason in FAILURES and not event.message.startswith("Stopping container")
        if event.name in names or (prefixes and event.name.startswith(prefixes))
        if event.first is not None
    ]
    for item in failing:
        moments.extend(_ends(item, snapshot))
    return min(moments, default=None)


def _begun(event: Event, first: datetime, longest: float) -> datetime:
    """Return when the trouble began that an event was last seen in.

    Sightings that lie much further apart than the runs are long belong to several troubles: only the last is this one.
    """
    if event.last is None or event.count < 2:
        return first
    apart = (event.last - first).total_seconds() / (event.count - 1)
    return event.last if apart > SEVERAL * (longest + AGAIN_S) else first


def _lived(container: Container) -> float:
    """Return the seconds of the longest run that is known of the container."""
    runs = [fields.table(container.status, place, "terminated") for place in ("state", "lastState")]
    times = [(fields.time(run, "startedAt"), fields.time(run, "finishedAt")) for run in runs]
    return max(((end - start).total_seconds() for start, end in times if start and end), default=0.0)


def _made_by(pod: Object, alike: list[str]) -> bool:
    return not alike or any(fields.name(pod).startswith(f"{name}-") for name in alike)


def _ends(pod: Object, snapshot: Snapshot) -> Iterator[datetime]:
    for container in blocking.containers_of(pod):
        if container.role is Role.INIT and fields.whole(container.status, "state", "terminated", "exitCode") == 0:
            continue
        for place in ("state", "lastState"):
            ended = fields.time(container.status, place, "terminated", "finishedAt")
            if ended is not None and not _as_it_should(container, pod, place):
                yield ended
        worked_out = _measured(snapshot, pod, container) or _worked_out(pod, container)
        if worked_out is not None:
            yield worked_out
    if not fields.items(pod, "status", "containerStatuses") or _never_ran(pod):
        born = fields.time(pod, "metadata", "creationTimestamp")
        if born is not None:
            yield born


def _as_it_should(container: Container, pod: Object, place: str) -> bool:
    """Whether that end is no failure: exit code 0 of what is meant to end (an init container, a Job's container)."""
    if fields.whole(container.status, place, "terminated", "exitCode") != 0:
        return False
    policy = fields.text(container.spec, "restartPolicy") or fields.text(pod, "spec", "restartPolicy")
    return container.role is Role.INIT or policy in ("Never", "OnFailure")


def _never_ran(pod: Object) -> bool:
    """Whether the pod is held up before any of its containers ran."""
    containers = blocking.containers_of(pod)
    return bool(containers) and not any(
        item.restarts
        or item.running_since
        or (fields.table(item.status, place, "terminated") and not _as_it_should(item, pod, place))
        for item in containers
        for place in ("state", "lastState")
    )


def _measured(snapshot: Snapshot, pod: Object, container: Container) -> datetime | None:
    """Return when the container was first restarted, where its counter was seen to leave zero."""
    first = next((rise for rise in measured.rises(snapshot, pod, container.name) if rise.old == 0), None)
    return None if first is None else measured.moment(first.by)


def _worked_out(pod: Object, container: Container) -> datetime | None:
    """Return the first crash by the back-off ladder, for when the events that saw it are gone.

    The last end, minus what so many restarts and runs take; when that comes near the pod's birth, it crashed from
    the first run on.
    """
    ended, started = blocking.ended_at(container), _started(container)
    born = fields.time(pod, "status", "startTime") or fields.time(pod, "metadata", "creationTimestamp")
    if ended is None or started is None or born is None or not container.restarts:
        return None
    if all(_as_it_should(container, pod, place) for place in ("state", "lastState") if _over(container, place)):
        return None
    lived = max(0.0, (ended - started).total_seconds())
    repeats = container.restarts - (container.running_since is not None or not _ended_now(container))
    elapsed = ladder_s(min(repeats, 10_000)) + repeats * lived
    from_birth = born + timedelta(seconds=lived)
    tolerance = 60 + elapsed / 2
    reached = ended - timedelta(seconds=min(elapsed, 10**9))
    return from_birth if (reached - from_birth).total_seconds() <= tolerance else reached


def _over(container: Container, place: str) -> bool:
    return bool(fields.table(container.status, place, "terminated"))


def _ended_now(container: Container) -> bool:
    return _over(container, "state")


def _started(container: Container) -> datetime | None:
    return fields.time(container.status, "state", "terminated", "startedAt") or fields.time(
        container.status, "lastState", "terminated", "startedAt"
    )


def _like(workload: Workload | None, pod: Object) -> list[str]:
    """Return the names of the ReplicaSets since the trouble, whose pods may be gone but for their events."""
    if workload is None or workload.kind != "Deployment":
        return []
    own = revisions.of_pod(workload.revisions, pod)
    if own is None:
        return []
    return [revision.name for revision in revisions.since_sound(workload.revisions, own)[1]]


def began_with(brought: Rollout | None, facts: Facts) -> bool:
    """Whether the crashing began with that rollout: soon after it, and not in what ran before it (REFERENCE.md 5.3)."""
    if brought is None or brought.at is None or facts.first_crash is None or facts.pod is None:
        return False
    if brought.before.failed:
        return False
    after = facts.first_crash - brought.at
    born = fields.time(facts.pod, "metadata", "creationTimestamp")
    from_birth = born is not None and facts.first_crash - born <= SOON and born - brought.at <= SOON_FROM_BIRTH
    return timedelta(seconds=-5) <= after <= (SOON_FROM_BIRTH if from_birth else SOON)


def never_ready(facts: Facts) -> bool:
    """Whether the pod at hand has never been Ready: its condition is as old as itself."""
    if facts.pod is None:
        return False
    born = fields.time(facts.pod, "status", "startTime") or fields.time(facts.pod, "metadata", "creationTimestamp")
    for entry in fields.items(facts.pod, "status", "conditions"):
        if fields.text(entry, "type") == "Ready" and fields.text(entry, "status") != "True":
            since = fields.time(entry, "lastTransitionTime")
            return born is not None and since is not None and since - born <= AT_ONCE
    return False


def ran_well(facts: Facts, brought: Rollout | None) -> timedelta | None:
    """Return how long the failing template ran before the first crash, or None when that is not known.

    The pod's own birth tells, or, for a younger pod, that the Deployment had the revision available once: its
    Progressing condition says NewReplicaSetAvailable (pkg/controller/deployment/util). The age of the ReplicaSet alone
    tells nothing: a rollout may hang for a day, and an undo takes an old one up again.
    """
    if facts.pod is None or facts.first_crash is None:
        return None
    born = fields.time(facts.pod, "status", "startTime") or fields.time(facts.pod, "metadata", "creationTimestamp")
    if born is not None and facts.first_crash - born >= SOON_FROM_BIRTH:
        return facts.first_crash - born
    if brought is None or brought.at is None or facts.workload is None or not _was_available(facts.workload.raw):
        return None
    reused = brought.before.created is not None and brought.before.created > brought.at
    lived = facts.first_crash - brought.at
    return None if reused or not brought.failing.current or lived < SOON_FROM_BIRTH else lived


def _was_available(workload: Object) -> bool:
    """Whether the newest template of a Deployment was rolled out to its end."""
    seen = fields.whole(workload, "status", "observedGeneration")
    return seen == fields.whole(workload, "metadata", "generation") and any(
        fields.text(item, "type") == "Progressing" and fields.text(item, "reason") == "NewReplicaSetAvailable"
        for item in fields.items(workload, "status", "conditions")
    )


def ago(seconds: float) -> str:
    """Return a span as a person says it: ``4 s``, ``4 min``, ``3 h``, ``2 days``."""
    whole = max(0, int(seconds))
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if whole >= size * (2 if unit == "days" else 1):
            return f"{whole // size} {unit}"
    return f"{whole} s"
