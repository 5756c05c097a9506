"""Pure: which failures of a pod a person must know, decided over its history. Time is an argument.

What is normal gives nothing: rollouts, scale-downs, drains, a node's restart or shutdown, completions, a single
restart or a few of them, containers that wait for something and then start, probes that fail for a while. Whoever
watches by hand waits these out, and complains of tools that do not.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.watch.pods import Container, WatchedPod

WINDOW_S = 600.0
"""A container that ran for so long begins its back-off anew (kubelet, 2 x MaxContainerBackOff): crashes before that do
not belong to the same loop."""

CRASHES = 5
"""Ends within the window that make a loop. By the kubelet's ladder (at once, 10, 20, 40, 80 s ... 5 min) the fifth
comes 70 seconds after the first where the program dies at once; fewer are a wait for what starts beside it."""

JOB_CRASHES = 8
"""The same for a pod of a Job, beyond its default backoffLimit of 6: before that the Job is still trying."""

LONG_BACK_OFF_S = 80.0
"""The back-off after the fifth end. It tells of the loop where its beginning was not seen."""

HOUR_S = 3600.0
OOM_KILLS = 3
"""Kills for memory within the hour. One is a peak."""
RESTARTS = 5
"""Restarts within the hour, however long it ran in between."""

HOLD_S = 180.0
"""How long a container must be kept from starting (image, Secret, ConfigMap, user): by then the kubelet has tried five
times, image pulls with 10 to 80 s in between. What WATCH_HOLD_S is unless it is set."""

PROGRESS_DEADLINE_S = 600.0
"""How long a pod may take to become ready: a Deployment's default progressDeadlineSeconds."""

UNSCHEDULABLE_S = 600.0
"""How long no node may be found: a new one takes an autoscaler some minutes, and the deadline above counts as well."""

NOT_READY_S = 900.0
"""How long a pod that was ready may be unready: kubernetes-mixin's KubePodNotReady waits 15 minutes."""

STEADY_S = WINDOW_S
"""How long a pod must be ready, without another failure, until what was told of it is over."""

ENDS_KEPT = 16
"""Ends of containers that are remembered for each pod: more than any rule counts."""


class Failure(enum.StrEnum):
    """What is the matter; the name that the alert bears."""

    CRASHES = "PodCrashLooping"
    MEMORY = "PodOOMKilled"
    RESTARTS = "PodRestarting"
    HINDERED = "PodNotStarting"
    UNSCHEDULABLE = "PodUnschedulable"
    NOT_READY = "PodNotReady"
    EVICTIONS = "PodsEvicted"
    JOB = "JobFailed"
    REJECTED = "PodsRejected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A failure, and since when."""

    failure: Failure
    since: float


@dataclass(slots=True)
class History:
    """What is remembered of a pod over its versions."""

    pod: WatchedPod
    ends: list[tuple[float, bool]] = field(default_factory=list)
    """When containers ended that were to go on, oldest first, and whether for memory."""
    hindered_since: float = 0.0
    was_ready: bool = False

    @classmethod
    def of(cls, pod: WatchedPod, now: float) -> History:
        """Begin with a pod as it is found. What it does not tell of its past counts as late as it may have been."""
        made = cls(pod=pod, was_ready=pod.ready or pod.ready_since > _began(pod) + BEGINNING_S)
        # A young pod's ends all lie within the window; of an old one's only the newest is known to.
        young = now - pod.created_at <= WINDOW_S
        for container in pod.containers:
            made._ended(container, container.ends if young else min(container.ends, 1), now)
        if any(container.hindered for container in pod.containers):
            made.hindered_since = pod.ready_since or _began(pod)
        return made

    def see(self, pod: WatchedPod, now: float) -> None:
        """Take the pod's next version."""
        before = {container.name: container for container in self.pod.containers}
        for container in pod.containers:
            old = before.get(container.name)
            self._ended(container, container.ends - (old.ends if old is not None else 0), now)
        hindered = any(container.hindered for container in pod.containers)
        looping = any(container.down for container in pod.containers)
        if hindered:
            self.hindered_since = self.hindered_since or now
        elif not looping:  # between two hindered starts the back-off of an earlier crash may stand
            self.hindered_since = 0.0
        self.was_ready = self.was_ready or pod.ready
        self.pod = pod

    def _ended(self, container: Container, times: int, now: float) -> None:
        at = container.finished_at or now
        self.ends += [(at, container.reason == "OOMKilled")] * min(max(times, 0), ENDS_KEPT)
        self.ends.sort()
        del self.ends[:-ENDS_KEPT]

    @property
    def last_end(self) -> float:
        """When a container ended last."""
        return self.ends[-1][0] if self.ends else 0.0

    def calm(self, now: float) -> bool:
        """Whether nothing can become of it by time alone: it is ready, and nothing ended within the hour."""
        return self.pod.ready and now - self.last_end > HOUR_S


BEGINNING_S = 5.0
"""A pod's first condition bears the time of its start, a second or so later: if it is no older, it was never ready."""


def judged(history: History, now: float, hold_s: float = HOLD_S) -> Verdict | None:
    """Return what a person must know of the pod, the most telling first; None: nothing."""
    pod = history.pod
    if pod.deleting or pod.disrupted or pod.phase in ("Succeeded", "Failed"):
        return None
    return (
        _unschedulable(pod, now)
        or _hindered(history, now, hold_s)
        or _looping(history, now)
        or _repeated(history, now)
        or _unready(history, now)
    )


def _unschedulable(pod: WatchedPod, now: float) -> Verdict | None:
    since = pod.unscheduled_since
    return Verdict(Failure.UNSCHEDULABLE, since) if since and now - since >= UNSCHEDULABLE_S else None


def _hindered(history: History, now: float, hold_s: float) -> Verdict | None:
    since = history.hindered_since
    return Verdict(Failure.HINDERED, since) if since and now - since >= hold_s else None


def _looping(history: History, now: float) -> Verdict | None:
    down = [container for container in history.pod.containers if container.down]
    if not down:
        return None
    recent = [(at, memory) for at, memory in history.ends if now - at <= WINDOW_S]
    enough = JOB_CRASHES if history.pod.job else CRASHES
    long = any(container.back_off_s >= LONG_BACK_OFF_S for container in down) and not history.pod.job
    if not long and len(recent) < enough:
        return None
    memory = sum(memory for _at, memory in recent) * 2 > len(recent)
    return Verdict(Failure.MEMORY if memory else Failure.CRASHES, recent[0][0] if recent else history.last_end or now)


def _repeated(history: History, now: float) -> Verdict | None:
    if history.pod.job:
        return None
    recent = [(at, memory) for at, memory in history.ends if now - at <= HOUR_S]
    kills = [at for at, memory in recent if memory]
    if len(kills) >= OOM_KILLS:
        return Verdict(Failure.MEMORY, kills[0])
    # Several within ten minutes are a loop, once they are enough; a few of them at a start are not.
    apart = len(recent) >= RESTARTS and recent[-1][0] - recent[0][0] > WINDOW_S
    return Verdict(Failure.RESTARTS, recent[0][0]) if apart else None


def _unready(history: History, now: float) -> Verdict | None:
    pod = history.pod
    if pod.ready or pod.unscheduled_since or pod.gated:
        return None
    if pod.job and pod.containers and all(container.waiting is None for container in pod.containers):
        return None  # it runs, and nobody waits for it to be ready
    if history.was_ready and pod.ready_since:
        return Verdict(Failure.NOT_READY, pod.ready_since) if now - pod.ready_since >= NOT_READY_S else None
    since = _began(pod)
    allowed_s = max(PROGRESS_DEADLINE_S, pod.allowed_start_s + HOLD_S)
    return Verdict(Failure.NOT_READY, since) if now - since >= allowed_s else None


def _began(pod: WatchedPod) -> float:
    return max(pod.started_at, pod.created_at)


def is_steady(history: History, now: float) -> bool:
    """Whether what was told of the pod is over: it goes, has ended well, or has been ready for long enough."""
    pod = history.pod
    if pod.deleting or pod.phase in ("Succeeded", "Failed"):
        return True
    return pod.ready and now - pod.ready_since >= STEADY_S and now - history.last_end >= STEADY_S
