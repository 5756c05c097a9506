"""The containers of a pod, and which of them blocks the pod now (REFERENCE.md 1.1, 3.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.model import Container, Event, Role
from diagnostics.facts.pods import killings, stability, terminations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.snapshot import Object

NOT_YET = frozenset({"", "ContainerCreating", "PodInitializing"})
"""Waiting reasons that say nothing failed: the kubelet has not tried yet."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ready(pod: Object) -> bool:
    """Whether the pod's Ready condition is True: it serves."""
    return any(
        fields.text(entry, "type") == "Ready" and fields.text(entry, "status") == "True"
        for entry in fields.items(pod, "status", "conditions")
    )


def containers_of(pod: Object, events: Iterable[Event] = ()) -> tuple[Container, ...]:
    """Return the pod's containers in the order they start: init and sidecars, then app containers.

    Terminations are not filled in yet. ``events`` (of the pod) unmask the flip: see ``_unmasked``.
    """
    events = tuple(events)
    found = [
        *_listed(pod, "initContainers", "initContainerStatuses", events),
        *_listed(pod, "containers", "containerStatuses", events),
    ]
    return tuple(found)


def _listed(pod: Object, specs: str, statuses: str, events: tuple[Event, ...]) -> Iterable[Container]:
    status_by_name = {fields.text(status, "name"): status for status in fields.items(pod, "status", statuses)}
    spec_by_name = {fields.text(spec, "name"): spec for spec in fields.items(pod, "spec", specs)}
    for name in [*spec_by_name, *(name for name in status_by_name if name not in spec_by_name)]:
        spec, status = spec_by_name.get(name, {}), status_by_name.get(name, {})
        role = Role.APP
        if specs == "initContainers":
            role = Role.SIDECAR if fields.text(spec, "restartPolicy") == "Always" else Role.INIT
        container = Container(
            name=name,
            role=role,
            spec=spec,
            status=status,
            status_path=f"status.{statuses}[{name}]",
            spec_path=f"spec.{specs}[{name}]",
            waiting_reason=fields.text(status, "state", "waiting", "reason"),
            waiting_message=fields.text(status, "state", "waiting", "message"),
            running_since=fields.time(status, "state", "running", "startedAt"),
            ready=fields.flag(status, "ready"),
            restarts=fields.whole(status, "restartCount") or 0,
        )
        yield _unmasked(container, events)


def _unmasked(container: Container, events: tuple[Event, ...]) -> Container:
    """Return the container with the waiting reason that counts when CrashLoopBackOff hides it (the flip).

    After a crash, a start that now fails for another reason shows CrashLoopBackOff most of the time; a ``Failed``
    event newer than the crash tells the real one (REFERENCE.md 1.2).
    """
    if container.waiting_reason != "CrashLoopBackOff":
        return container
    finished = fields.time(container.status, "lastState", "terminated", "finishedAt")
    for event in events:
        if event.container != container.name or event.reason not in ("Failed", "Started"):
            continue
        if finished is None or event.last is None or event.last <= finished:
            return container
        if event.reason == "Started":
            return container
        reason = _start_failure(event.message)
        if reason:
            return replace(container, waiting_reason=reason, waiting_message=event.message.removeprefix("Error: "))
    return container


def _start_failure(message: str) -> str:
    """Return the waiting reason that a ``Failed`` event's text stands for, or nothing when it names a hidden one."""
    if message.startswith("Failed to pull image"):
        return "ErrImagePull"
    told = message.removeprefix("Error: ")
    if told in ("ErrImagePull", "ImagePullBackOff"):
        return ""
    if (
        told.lower().startswith(("secret ", "configmap ", "couldn't find key "))
        or "runAsNonRoot" in told
        or "subPath" in told
    ):
        return "CreateContainerConfigError"
    return ""


def ended_at(container: Container) -> datetime | None:
    """Return when the container last ended, as far as its status tells."""
    return fields.time(container.status, "state", "terminated", "finishedAt") or fields.time(
        container.status, "lastState", "terminated", "finishedAt"
    )


def blocked(container: Container) -> bool:
    """Whether the container waits for a reason that is a failure."""
    return container.waiting_reason not in NOT_YET


def _ended_badly(container: Container, pod: Object) -> bool:
    terminated = fields.table(container.status, "state", "terminated")
    if not terminated:
        return False
    if fields.whole(terminated, "exitCode") == 0:
        # A clean end is trouble only where the pod wants the container to run on.
        policy = fields.text(container.spec, "restartPolicy") or fields.text(pod, "spec", "restartPolicy")
        return container.role is not Role.INIT and policy not in ("Never", "OnFailure")
    return True


def severity(container: Container, pod: Object, now: datetime) -> int:
    """Return how badly the container stands now: 0 nothing, 1 ended once, 2 not ready, 3 held up, 4 failing."""
    if blocked(container) or _ended_badly(container, pod):
        return 4
    if container.role is Role.INIT and _done(container):
        return 0
    if container.running_since is None and not fields.table(container.status, "state", "terminated"):
        return 3
    if container.restarts and container.running_since is not None and not _over_it(container, pod, now):
        return 4
    if container.running_since is not None and not container.ready and container.role is Role.APP:
        return 2
    return 1 if container.restarts else 0


def _over_it(container: Container, pod: Object, now: datetime) -> bool:
    """Whether it runs clearly longer than the instance that ended before: a crash loop runs most of its time too."""
    if container.role is Role.INIT:
        return True
    known = terminations.terminations(container, killings.Context(pod, (), ()))
    return stability.running_on(replace(container, terminations=known), now)


def _done(container: Container) -> bool:
    return fields.whole(container.status, "state", "terminated", "exitCode") == 0


def choose(containers: tuple[Container, ...], pod: Object, now: datetime) -> Container | None:
    """Return the container that blocks the pod now, or None when none does and none ever ended."""
    held = _first_open_init(containers, pod)
    if held is not None:
        return held
    candidates = [item for item in containers if item.role is not Role.INIT]
    if not candidates:
        return containers[-1] if containers else None
    ranked = sorted(
        candidates,
        key=lambda item: (
            severity(item, pod, now),
            not _collateral(item),
            item.role is Role.SIDECAR,
            blocked(item),
            ended_at(item) or EPOCH,
            item.restarts,
        ),
        reverse=True,
    )
    best = ranked[0]
    if severity(best, pod, now) == 3:
        # Nothing was tried yet: the pod is held up as a whole, its first app container stands for it.
        return next((item for item in candidates if item.role is Role.APP), best)
    return best if severity(best, pod, now) else None


def _collateral(container: Container) -> bool:
    """Whether it ended only because a rule of another container restarted all (REFERENCE.md 4.4)."""
    reasons = (
        fields.text(container.status, "state", "terminated", "reason"),
        fields.text(container.status, "lastState", "terminated", "reason"),
        container.waiting_reason,
    )
    return "RestartingAllContainers" in reasons


def _initialised(containers: tuple[Container, ...], pod: Object) -> bool:
    """Whether the app containers have their turn.

    The condition alone does not tell: it stays True while the init containers run again in a new sandbox, and a
    status written by another tool may lack it. An app container that runs, or waits for a reason of its own, tells.
    """
    begun = any(
        item.role is Role.APP and (item.running_since is not None or blocked(item) or item.ready) for item in containers
    )
    open_inits = any(item.role is Role.INIT and item.running_since is not None for item in containers)
    said = any(
        fields.text(condition, "type") == "Initialized" and fields.text(condition, "status") == "True"
        for condition in fields.items(pod, "status", "conditions")
    )
    return begun or (said and not open_inits)


def _first_open_init(containers: tuple[Container, ...], pod: Object) -> Container | None:
    """Return the first init container that has not let the pod go on, once the kubelet has begun with them."""
    initialised = _initialised(containers, pod)
    for container in containers:
        if container.role is Role.APP or (initialised and not (blocked(container) or _ended_badly(container, pod))):
            continue
        if container.role is Role.SIDECAR and (fields.flag(container.status, "started") or container.ready):
            continue
        if container.role is Role.INIT and _done(container):
            continue
        tried = container.running_since is not None or blocked(container) or ended_at(container) is not None
        return container if tried else None
    return None


def pod_severity(pod: Object, now: datetime) -> int:
    """Return how badly the pod stands now, 0 to 5: its worst container, or its own failure."""
    if fields.text(pod, "status", "phase") == "Succeeded":
        return 0
    if fields.text(pod, "status", "phase") == "Failed":
        return 5
    containers = containers_of(pod)
    worst = max((severity(item, pod, now) for item in containers), default=3)
    return max(worst, 3) if not fields.items(pod, "status", "containerStatuses") else worst


def failing(pod: Object, now: datetime) -> bool:
    """Whether the pod counts as failing: it does not run, or runs only since a moment after it ended."""
    return not fields.text(pod, "metadata", "deletionTimestamp") and pod_severity(pod, now) >= 2
