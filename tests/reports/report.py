"""What a report holds, once read: its truth, its workloads, and what is told beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

UNTRIED = (None, "ContainerCreating", "PodInitializing")
"""Waiting reasons of a container that was not tried yet."""


class ReportError(ValueError):
    """A file that is no report: one sentence that names the file and the key."""


@dataclass(frozen=True)
class Status:
    """What the kubelet says of one container. ``exit`` None: it never ended."""

    exit: int | None = None
    reason: str = ""
    message: str = ""
    ran_s: float = 2
    restarts: int | None = None
    now: str = ""
    running_s: float | None = None
    ready: bool | None = None
    waiting: dict[str, str] = field(default_factory=dict)
    log: str | None = None
    current: str | None = None


@dataclass(frozen=True)
class Container:
    """One container: its spec as the API takes it, and its status."""

    spec: dict[str, Any]
    status: Status

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def sidecar(self) -> bool:
        """Whether it is a native sidecar, where it stands among the init containers."""
        return self.spec.get("restartPolicy") == "Always"


@dataclass(frozen=True)
class Revision:
    """An older revision that ran well; ``pods`` of it still run (None: as many as the rollout would have left)."""

    age_s: float
    containers: tuple[dict[str, Any], ...]
    init: tuple[dict[str, Any], ...] | None
    template: dict[str, Any] | None
    annotations: dict[str, str] | None
    pods: int | None


@dataclass(frozen=True)
class Workload:
    """A workload and what its pods look like. Two entries of one kind and name are one workload."""

    kind: str
    name: str
    namespace: str
    pods: int
    replicas: int | None
    age_s: float
    rolled_out_s: float
    template: dict[str, Any]
    annotations: dict[str, str]
    labels: dict[str, str] | None
    spec: dict[str, Any]
    containers: tuple[Container, ...]
    init: tuple[Container, ...]
    conditions: tuple[dict[str, Any], ...]
    pod_status: dict[str, Any]
    old: tuple[Revision, ...]
    objects_status: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.namespace, self.name

    @property
    def began(self) -> bool:
        """Whether any container was tried, as far as the report says."""
        every = [each.status for each in (*self.init, *self.containers)]
        return any(each.exit is not None or each.now or each.waiting.get("reason") not in UNTRIED for each in every)


@dataclass(frozen=True)
class Truth:
    """What is true, decided from the thread. An absent container, restart or undo is not judged."""

    target: str
    cause: str | None
    also: tuple[str, ...]
    container: str | None
    must_cite: tuple[str, ...]
    restart_helps: bool | None
    undo_helps: bool | None
    note: str
    fix: str
    bad_remedies: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """One report."""

    file: Path
    id: str
    source: str
    namespace: str
    truth: Truth
    workloads: tuple[Workload, ...]
    events: tuple[dict[str, Any], ...]
    objects: tuple[dict[str, Any], ...]
    program: str = ""
    family: str = ""
    language: str = ""
    negative: bool = False


FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 10, 300
"""The kubelet's crash loop back-off: doubled with every restart (pkg/kubelet/kubelet.go)."""


def backoff_s(restarts: int) -> int:
    """Return the pause before the next start once a container was restarted so often."""
    return min(FIRST_BACKOFF_S * 2 ** min(max(restarts - 1, 0), 10), LONGEST_BACKOFF_S)


def age_s(containers: tuple[Container, ...]) -> float:
    """Return an age for a pod whose report gives none: long enough for its restarts."""
    needed = [900.0]
    for each in containers:
        restarts = each.status.restarts or 0
        pauses = sum(backoff_s(number) for number in range(1, restarts + 1))
        needed.append(pauses + (restarts + 1) * each.status.ran_s + (each.status.running_s or 0) + 60)
    return max(needed)
