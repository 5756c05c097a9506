"""What fails now, as pods and workloads say themselves: no diagnosis, a list to begin one from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.cluster.keeping import ailing, standing
from bot.incidents.owners import top
from diagnostics import fields
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from bot.cluster.reads import Answer, Keep, Reads, Source
    from diagnostics.snapshot import Object

READ_S = 15.0
"""Seconds that one list may take: of all pods of a cluster it has many pages."""

GRACE_S = 60.0
"""Seconds that a pod may take to become ready without being counted as failing."""

_CRASHES = frozenset(
    {"CrashLoopBackOff", "Error", "OOMKilled", "RunContainerError", "StartError", "ContainerCannotRun"}
)
_NOT_YET = frozenset({"", "ContainerCreating", "PodInitializing", "Completed"})


@dataclass(slots=True, kw_only=True)
class Failing:
    """A workload that fails: the worst of what its pods say."""

    namespace: str
    kind: str
    name: str
    reason: str = ""
    pods: int = 0
    restarts: int = 0

    @property
    def target(self) -> str:
        """The workload as it would be typed: ``production/deployment/api``."""
        return f"{self.namespace}/{self.kind.lower()}/{self.name}"

    @property
    def rank(self) -> tuple[int, int, int, str, str]:
        """The worst first: crashes, then what cannot start, then what is not ready; many pods, many restarts."""
        kind = 0 if self.reason in _CRASHES else 2 if self.reason == NOT_READY else 1
        return (kind, -self.pods, -self.restarts, self.namespace, self.name)


@dataclass(slots=True, kw_only=True)
class Found:
    """What was found, the worst first, and why it may not be all."""

    failing: list[Failing] = field(default_factory=list)
    unread: str = ""


NOT_READY = "not ready"


class Listing:
    """Reads what the list needs and keeps no more. ``reading`` returns a reader that keeps what it is told to."""

    def __init__(self, reading: Callable[[Keep], Source]) -> None:
        self._pods, self._others = reading(ailing), reading(standing)

    def unsupported(self, lead: Lead) -> str:
        """Return why such a lead is read for nobody; empty when it is."""
        return self._others.unsupported(lead)

    async def read(self, lead: Lead, within_s: float) -> Answer:
        """Answer a lead within the time, as ``Reads``."""
        return await (self._pods if lead.kind == "Pod" else self._others).read(lead, within_s)


async def failing_now(reader: Reads, namespace: str) -> Found:
    """Return what fails in a namespace, or in all of them (empty), as far as ``reader`` shows it."""
    found = Found()
    by_workload: dict[tuple[str, str, str], Failing] = {}
    pods = await reader.read(Lead(kind="Pod", namespace=namespace), READ_S)
    for pod in pods.objects:
        reason = await _reason(reader, pod, pods.date)
        if reason:
            _add(by_workload, fields.namespace(pod), await top(reader, pod, READ_S), reason, pod)
    found.unread = pods.why
    for kind, fails in _PODLESS.items():
        workloads = await reader.read(Lead(kind=kind, namespace=namespace), READ_S)
        for workload in workloads.objects:
            if fails(workload, workloads.date):
                owner = (kind, fields.name(workload))
                _add(by_workload, fields.namespace(workload), owner, "pods cannot be created")
        found.unread = found.unread or workloads.why
    found.failing = sorted(by_workload.values(), key=lambda one: one.rank)
    return found


def _add(
    found: dict[tuple[str, str, str], Failing],
    where: str,
    owner: tuple[str, str],
    reason: str,
    pod: Object | None = None,
) -> None:
    one = found.setdefault((where, *owner), Failing(namespace=where, kind=owner[0], name=owner[1]))
    one.pods += pod is not None
    one.restarts += 0 if pod is None else sum(fields.whole(status, "restartCount") or 0 for status in _statuses(pod))
    if not one.reason or (reason in _CRASHES and one.reason not in _CRASHES) or one.reason == NOT_READY:
        one.reason = reason


async def _reason(reader: Reads, pod: Object, now: datetime | None) -> str:
    """Return why a pod counts as failing; empty when it does not."""
    if fields.text(pod, "metadata", "deletionTimestamp"):
        return ""
    if fields.text(pod, "status", "phase") == "Failed":
        return await _given_up(reader, pod)
    told = [reason for status in _statuses(pod) if (reason := _of_container(status))]
    crashes = [reason for reason in told if reason in _CRASHES]
    if told:
        return (crashes or told)[0]
    conditions = {fields.text(item, "type"): item for item in fields.items(pod, "status", "conditions")}
    scheduled = conditions.get("PodScheduled", {})
    if fields.text(scheduled, "status") == "False":
        return fields.text(scheduled, "reason") or "not scheduled"
    since = fields.time(conditions.get("Ready", {}), "lastTransitionTime") or fields.time(
        pod, "metadata", "creationTimestamp"
    )
    young = now is not None and since is not None and (now - since).total_seconds() < GRACE_S
    return "" if young else NOT_READY


async def _given_up(reader: Reads, pod: Object) -> str:
    """Return why a pod that has ended counts: its Job has not come through. Others are what an eviction left behind."""
    owners = fields.items(pod, "metadata", "ownerReferences")
    job = next((fields.text(owner, "name") for owner in owners if fields.text(owner, "kind") == "Job"), "")
    if owners and not job:
        return ""
    if job:
        answer = await reader.read(Lead(kind="Job", namespace=fields.namespace(pod), name=job), READ_S)
        for item in answer.objects:
            for condition in fields.items(item, "status", "conditions"):
                if fields.text(condition, "type") == "Complete" and fields.text(condition, "status") == "True":
                    return ""
    told = [reason for status in _statuses(pod) if (reason := _of_container(status))]
    return (told or [fields.text(pod, "status", "reason") or "Failed"])[0]


def _of_container(status: Object) -> str:
    waiting = fields.text(status, "state", "waiting", "reason")
    if waiting not in _NOT_YET:
        return waiting
    ended = fields.text(status, "state", "terminated", "reason")
    if ended not in _NOT_YET:
        return ended
    again = fields.text(status, "lastState", "terminated", "reason")
    return again if again not in _NOT_YET and fields.flag(status, "ready") is not True else ""


def _statuses(pod: Object) -> Iterator[Object]:
    for part in ("initContainerStatuses", "containerStatuses"):
        yield from fields.items(pod, "status", part)


def _rejected(workload: Object, _now: datetime | None) -> bool:
    """Whether a Deployment says that its pods cannot be created."""
    return any(
        fields.text(item, "type") == "ReplicaFailure" and fields.text(item, "status") == "True"
        for item in fields.items(workload, "status", "conditions")
    )


def _has_no_pods(wanted: str, made: str) -> Callable[[Object, datetime | None], bool]:
    """Return what tells whether a workload wants pods and has none, although its controller has had the time."""

    def fails(workload: Object, now: datetime | None) -> bool:
        generation = fields.whole(workload, "metadata", "generation") or 0
        observed = fields.whole(workload, "status", "observedGeneration") or 0
        created = fields.time(workload, "metadata", "creationTimestamp")
        old = now is None or created is None or (now - created).total_seconds() >= GRACE_S
        asked = fields.whole(workload, *wanted.split(".")) or 0
        return asked > 0 and not fields.whole(workload, "status", made) and observed >= generation and old

    return fails


_PODLESS: Mapping[str, Callable[[Object, datetime | None], bool]] = {
    "Deployment": _rejected,
    "StatefulSet": _has_no_pods("spec.replicas", "replicas"),
    "DaemonSet": _has_no_pods("status.desiredNumberScheduled", "currentNumberScheduled"),
}
"""How each kind of workload shows that it has no pods: of the last two only the counts tell."""
