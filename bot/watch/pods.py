"""Pure: what is kept of a watched pod. A few hundred bytes of it, however much its spec and status hold.

Times are seconds since the epoch by the cluster's clock; 0 where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.workloads.owners import controller
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.snapshot import Object

STARTING = frozenset({"", "ContainerCreating", "PodInitializing"})
"""Waiting reasons of a container whose start nothing has hindered so far (kubelet_pods.go)."""

BACK_OFF = "CrashLoopBackOff"

_BACK_OFF = compiled(r"^back-off (?:([0-9]+)m)?(?:([0-9]+)s)? restarting failed container")
"""The kubelet's message, the only place where the length of a back-off stands (kuberuntime_manager.go, doBackOff)."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container that belongs to the pod's work: neither an ephemeral one nor an init container that is through."""

    name: str
    restarts: int
    waiting: str | None
    """The reason why it waits; None: it does not."""
    back_off_s: float
    ended: bool
    """Whether it is terminated now, and was not to end."""
    reason: str
    """Why its newest instance that ended did so."""
    finished_at: float

    @property
    def down(self) -> bool:
        """Whether it has died and not been started again."""
        return self.ended or self.waiting == BACK_OFF

    @property
    def ends(self) -> int:
        """How often it has ended that was to go on."""
        return self.restarts + int(self.down)

    @property
    def hindered(self) -> bool:
        """Whether something keeps it from being created or started: no image, no Secret, no such user."""
        return self.waiting is not None and self.waiting not in STARTING and self.waiting != BACK_OFF


@dataclass(frozen=True, slots=True)
class WatchedPod:
    """One version of a pod."""

    uid: str
    namespace: str
    name: str
    node: str
    group: tuple[str, str]
    """Kind and name of what it belongs to, as far as the pod itself tells: the Deployment by the template's hash."""
    phase: str
    reason: str
    deleting: bool
    disrupted: bool
    """Whether it was ended from outside: drained, preempted, shut down with its node (condition DisruptionTarget)."""
    created_at: float
    started_at: float
    ready: bool
    ready_since: float
    """Since when it is ready, or is not."""
    unscheduled_since: float
    """Since when the scheduler finds no node for it; 0: it did, or has not tried."""
    gated: bool
    """Whether somebody else decides when it may be scheduled (scheduling gates, as Kueue sets them)."""
    allowed_start_s: float
    """What its startup probes allow."""
    containers: tuple[Container, ...]

    @property
    def job(self) -> bool:
        """Whether a Job keeps it: what it retries is the Job's business up to its backoffLimit."""
        return self.group[0] == "Job"

    @property
    def evicted(self) -> bool:
        """Whether the kubelet evicted it (eviction_manager.go, Reason)."""
        return self.phase == "Failed" and self.reason == "Evicted"


def watched(pod: Object) -> WatchedPod:
    """Return what is kept of a raw pod. Never raises: what is missing or odd counts as not there."""
    conditions = {fields.text(item, "type"): item for item in fields.items(pod, "status", "conditions")}
    ready, scheduled = conditions.get("Ready", {}), conditions.get("PodScheduled", {})
    unscheduled = fields.text(scheduled, "reason") == "Unschedulable" and fields.text(scheduled, "status") == "False"
    return WatchedPod(
        uid=fields.uid(pod),
        namespace=fields.namespace(pod),
        name=fields.name(pod),
        node=fields.text(pod, "spec", "nodeName"),
        group=_group(pod),
        phase=fields.text(pod, "status", "phase"),
        reason=fields.text(pod, "status", "reason"),
        deleting=bool(fields.text(pod, "metadata", "deletionTimestamp")),
        disrupted=fields.text(conditions.get("DisruptionTarget", {}), "status") == "True",
        created_at=seconds(pod, "metadata", "creationTimestamp"),
        started_at=seconds(pod, "status", "startTime"),
        ready=fields.text(ready, "status") == "True",
        ready_since=seconds(ready, "lastTransitionTime"),
        unscheduled_since=seconds(scheduled, "lastTransitionTime") if unscheduled else 0.0,
        gated=fields.text(scheduled, "reason") == "SchedulingGated",
        allowed_start_s=max((_allowed_s(item) for item in fields.items(pod, "spec", "containers")), default=0.0),
        containers=_containers(pod),
    )


def seconds(item: Object, *path: str) -> float:
    """Return the RFC 3339 time there as seconds since the epoch, 0 when there is none."""
    moment = fields.time(item, *path)
    return moment.timestamp() if moment is not None else 0.0


def _group(pod: Object) -> tuple[str, str]:
    reference = controller(pod)
    kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
    if not name:
        return "Pod", fields.name(pod)
    digest = fields.labels(pod, "metadata", "labels").get("pod-template-hash", "")
    if kind == "ReplicaSet" and digest and name.endswith(f"-{digest}"):
        return "Deployment", name.removesuffix(f"-{digest}")
    return kind, name


def _containers(pod: Object) -> tuple[Container, ...]:
    sidecars = {
        fields.text(item, "name")
        for item in fields.items(pod, "spec", "initContainers")
        if fields.text(item, "restartPolicy") == "Always"
    }
    inits = [
        item
        for item in fields.items(pod, "status", "initContainerStatuses")
        if fields.text(item, "name") in sidecars or fields.whole(item, "state", "terminated", "exitCode") != 0
    ]
    forever = fields.text(pod, "spec", "restartPolicy") in ("", "Always")
    apps = fields.items(pod, "status", "containerStatuses")
    return tuple(_container(item, forever=forever) for item in (*inits, *apps))


def _container(status: Object, *, forever: bool) -> Container:
    waiting = fields.at(status, "state", "waiting")
    ended = fields.at(status, "state", "terminated")
    last = ended if isinstance(ended, dict) else fields.table(status, "lastState", "terminated")
    return Container(
        name=fields.text(status, "name"),
        restarts=max(fields.whole(status, "restartCount") or 0, 0),
        waiting=fields.text(waiting, "reason") if isinstance(waiting, dict) else None,
        back_off_s=_back_off_s(fields.text(waiting, "message")),
        ended=isinstance(ended, dict) and (forever or fields.whole(ended, "exitCode") != 0),
        reason=fields.text(last, "reason"),
        finished_at=seconds(last, "finishedAt"),
    )


def _back_off_s(message: str) -> float:
    found = _BACK_OFF.search(message[:200])
    if found is None:
        return 0.0
    minutes, rest = (int((part or "0")[:6]) for part in found.groups())
    return float(60 * minutes + rest)


def _allowed_s(container: Object) -> float:
    """Return how long a container's startup probe lets it start. Defaults are the API's: ten seconds, three times."""
    probe = fields.table(container, "startupProbe")
    if not probe:
        return 0.0
    period = fields.whole(probe, "periodSeconds") or 10
    failures = fields.whole(probe, "failureThreshold") or 3
    return float((fields.whole(probe, "initialDelaySeconds") or 0) + period * failures)
