"""The facts: what Kubernetes says of a pod, its containers, events, revisions and workload, typed once."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Change, Evidence

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.snapshot import Object, Snapshot


class Role(enum.StrEnum):
    """What a container is in its pod."""

    INIT = "init"
    SIDECAR = "sidecar"  # an init container with restartPolicy Always
    APP = "app"


class EndedBy(enum.StrEnum):
    """Who ended a container instance (REFERENCE.md 3.2)."""

    PROGRAM = "program"  # it exited by itself, or by a signal of its own making
    KERNEL_CONTAINER = "kernel-container"  # memory limit of the container
    KERNEL_CHILD = "kernel-child"  # a child process was killed for memory, the main one ended otherwise
    KERNEL_POD = "kernel-pod"  # pod-level memory limit
    KERNEL_NODE = "kernel-node"  # the node ran out of memory
    LIVENESS_PROBE = "liveness-probe"
    STARTUP_PROBE = "startup-probe"
    HOOK = "hook"
    EVICTION = "eviction"
    PREEMPTION = "preemption"
    DRAIN = "drain"
    SHUTDOWN = "shutdown"
    DELETION = "deletion"
    RULE = "rule"  # RestartAllContainers
    RESIZE = "resize"
    RUNTIME = "runtime"  # lost state, sandbox changed, node rebooted
    NEVER_RAN = "never-ran"  # StartError: no process of it ever ran
    UNKNOWN_KILL = "unknown-kill"  # SIGKILL or SIGTERM with no recorded author

    @property
    def words(self) -> str:
        """Who it was as a clause says it: ``the kernel, for memory``."""
        return _AUTHORS.get(self, f"its {self.value.replace('-', ' ')}")


_AUTHORS: Final = {
    EndedBy.PROGRAM: "the program itself",
    EndedBy.KERNEL_CONTAINER: "the kernel, for memory",
    EndedBy.KERNEL_CHILD: "the kernel, which killed a child of it for memory",
    EndedBy.KERNEL_POD: "the kernel, at the pod's memory limit",
    EndedBy.KERNEL_NODE: "the kernel, for the node's memory",
    EndedBy.LIVENESS_PROBE: "the kubelet, for the liveness probe",
    EndedBy.STARTUP_PROBE: "the kubelet, for the startup probe",
    EndedBy.HOOK: "the kubelet, for its postStart hook",
    EndedBy.EVICTION: "an eviction",
    EndedBy.PREEMPTION: "the scheduler, for a pod of higher priority",
    EndedBy.DRAIN: "a drain of its node",
    EndedBy.SHUTDOWN: "the shutdown of its node",
    EndedBy.DELETION: "the deletion of its pod",
    EndedBy.RULE: "the restart rule of another container",
    EndedBy.RESIZE: "a resize of its resources",
    EndedBy.RUNTIME: "the container runtime",
    EndedBy.NEVER_RAN: "the runtime, which could not start it",
    EndedBy.UNKNOWN_KILL: "a signal that nobody is on record for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """How one container instance ended. Times are None when the API gave none (or the epoch)."""

    container: str
    field: str
    """``state`` or ``lastState``: where in the container's status it stands."""
    exit_code: int | None
    reason: str
    message: str
    started_at: datetime | None
    finished_at: datetime | None
    ended_by: EndedBy
    sure: bool
    """True when the API says so itself; False when it is inferred (lifetime arithmetic, exclusion)."""
    because: tuple[Evidence, ...]
    """The evidence for ``ended_by``, the termination's own fields first."""

    @property
    def lifetime_s(self) -> float | None:
        """Seconds between start and end, or None when either is unknown."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container of the pod: its spec, its status (empty dicts when absent) and its known terminations."""

    name: str
    role: Role
    spec: Object
    status: Object
    status_path: str
    """``status.containerStatuses[api]``: the prefix of evidence paths."""
    spec_path: str
    """``spec.containers[api]``."""
    terminations: tuple[Termination, ...] = ()
    """Newest first."""
    waiting_reason: str = ""
    waiting_message: str = ""
    running_since: datetime | None = None
    ready: bool = False
    restarts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event about one of the objects at hand, old-style or new-style, attributed by uid and fieldPath."""

    reason: str
    message: str
    """With the prefix ``(combined from similar events): `` removed."""
    type: str
    container: str
    """From ``involvedObject.fieldPath``; empty for the pod itself."""
    kind: str
    name: str
    namespace: str
    first: datetime | None
    last: datetime | None
    count: int
    raw: Object

    def evidence(self) -> Evidence:
        """Return the event as a quote."""
        path = f"{self.reason} on {self.kind} {self.namespace}/{self.name}"
        return Evidence(
            source="event",
            path=f"{path} ({self.container})" if self.container else path,
            quote=self.message,
            at="" if self.last is None else self.last.isoformat().replace("+00:00", "Z"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision of the workload: a ReplicaSet of a Deployment, a ControllerRevision of the others."""

    number: int
    name: str
    template: Object
    created: datetime | None
    """Creation of the object: not the rollout's time when an undo reused it."""
    current: bool
    proven: bool
    """Known to have been available (ready pods now, or a history that says so)."""
    failed: bool = False
    """Known to have failed: its pods fail now, or their events say so."""
    note: str = ""
    """Its ``kubernetes.io/change-cause``, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The topmost controller of the pod and its revisions, newest first."""

    kind: str
    namespace: str
    name: str
    raw: Object
    revisions: tuple[Revision, ...] = ()
    owner: str = ""
    """Who manages it from outside, with the name: ``Argo CD application wishlist``, ``Flux Kustomization apps`` ..."""
    paused: bool = False

    def __str__(self) -> str:
        """Return ``Kind namespace/name``."""
        return f"{self.kind} {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What Kubernetes says of the target and of what stands around it.

    ``suspect`` is the container that blocks the pod now (None when there is none).
    """

    snapshot: Snapshot
    pod: Object | None
    containers: tuple[Container, ...] = ()
    suspect: Container | None = None
    events: tuple[Event, ...] = ()
    """All events of the pod, newest first."""
    owner_events: tuple[Event, ...] = ()
    """Events of its controllers, claims, jobs and node, newest first."""
    all_events: tuple[Event, ...] = ()
    """Every event of the snapshot, newest first."""
    workload: Workload | None = None
    changed: tuple[Change, ...] = ()
    first_crash: datetime | None = None
    siblings: tuple[Object, ...] = ()
    """The other pods of the same workload."""

    @property
    def now(self) -> datetime:
        """The API server's clock when the snapshot was taken."""
        return self.snapshot.now

    @property
    def namespace(self) -> str:
        """The namespace of the target."""
        return self.snapshot.target.namespace

    @property
    def ended(self) -> Termination | None:
        """Return the suspect's newest termination, or None when it never ended."""
        if self.suspect is None or not self.suspect.terminations:
            return None
        return self.suspect.terminations[0]
