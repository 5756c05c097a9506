"""Following a rollout after a change: the states of ``kubectl rollout status``, and new crashes at once.

Source: kubernetes/kubectl ``pkg/polymorphichelpers/rollout_status.go``. kubectl says "successfully rolled out" as soon
as the counts agree; without a readiness probe a crashing pod counts as available for a moment, so here the counts must
agree for a while, with no pod of the new revision ending.
"""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.rollout.templates import pod_labels_of_current
from bot.cluster.errors import ClusterError
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.actions.rollout.plan import Wanted
    from bot.cluster.live import Live, LiveWorkload
    from diagnostics.snapshot import Object

EVERY_S = 1.0
"""Seconds between looks."""
SETTLE_S = 10.0
"""Seconds that all must stay available: the first crash back-off is 10 s, so a second crash would show by then."""
WITHIN_S = 300.0
"""Seconds after which following ends, wherever it stands."""
BLIND = 3
"""Looks in a row that may fail before it is said: an API server restarts in the middle of many an incident."""
BLIND_S = 1800.0
"""Seconds without a look that succeeds after which following ends; they do not count as followed."""


class Phase(enum.StrEnum):
    """Where a rollout stands."""

    WAITING = "waiting"  # the controller has not seen the change yet
    PROGRESSING = "progressing"
    SETTLING = "settling"  # all available, watched a little longer
    UNSEEN = "unseen"  # the cluster does not answer just now
    AVAILABLE = "available"
    CRASHING = "crashing"  # a pod of the new revision ended
    STALLED = "stalled"  # the Deployment's progress deadline is over
    SUPERSEDED = "superseded"  # somebody changed it again
    GONE = "gone"
    TIMED_OUT = "timed-out"
    UNREADABLE = "unreadable"  # the cluster did not answer for so long that nobody waits for it


ENDS = frozenset(set(Phase) - {Phase.WAITING, Phase.PROGRESSING, Phase.SETTLING, Phase.UNSEEN})
UNCOUNTED = frozenset({Phase.UNSEEN, Phase.UNREADABLE, Phase.GONE})
"""Phases in which nothing was read that could be counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One look at a rollout."""

    phase: Phase
    desired: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0
    pod: str = ""
    """The crashing pod, when there is one: worth a diagnosis of its own."""
    detail: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing will follow."""
        return self.phase in ENDS

    def __str__(self) -> str:
        """Return ``2 of 3 updated, 1 ready, 1 available``."""
        if self.phase in UNCOUNTED:
            return self.detail
        counts = f"{self.updated} of {self.desired} updated, {self.ready} ready, {self.available} available"
        return f"{counts}; {self.detail}" if self.detail else counts


async def follow(
    wanted: Wanted,
    generation: int,
    *,
    live: Live,
    every_s: float = EVERY_S,
    settle_s: float = SETTLE_S,
    within_s: float = WITHIN_S,
    blind_s: float = BLIND_S,
) -> AsyncIterator[Progress]:
    """Yield the rollout's state whenever it differs from the last one, the final one last.

    ``generation`` is the workload's after the change (``Outcome.generation``). Never raises a ``ClusterError``.
    """
    clock = asyncio.get_running_loop().time
    seen_at, watched_s = clock(), 0.0
    complete_since: float | None = None
    last: Progress | None = None
    blind = 0
    while True:
        progress = await _look(wanted, generation, live)
        now = clock()
        if progress.phase is Phase.UNSEEN:
            blind += 1
            complete_since = None
            if now - seen_at >= blind_s:
                progress = _as(progress, Phase.UNREADABLE)
        else:
            # Of a time without a look no more counts than what passes between two.
            watched_s += min(now - seen_at, every_s) if blind else now - seen_at
            seen_at, blind = now, 0
            if progress.phase is Phase.SETTLING:
                complete_since = now if complete_since is None else complete_since
                if now - complete_since >= settle_s:
                    progress = _as(progress, Phase.AVAILABLE)
            else:
                complete_since = None
            if not progress.over and watched_s >= within_s:
                progress = _as(progress, Phase.TIMED_OUT)
        if progress != last and not 0 < blind < BLIND:
            yield progress
            last = progress
        if progress.over:
            return
        await asyncio.sleep(every_s)


async def _look(wanted: Wanted, generation: int, live: Live) -> Progress:
    try:
        found = await live.workload(wanted.kind, wanted.namespace, wanted.name)
    except ClusterError as error:
        return Progress(phase=Phase.UNSEEN, detail=f"how it goes cannot be seen just now: {error}")
    if found is None:
        return Progress(phase=Phase.GONE, detail=f"{wanted} does not exist any more")
    counted = _counted(found)
    there = fields.whole(found.object, "metadata", "generation") or 0
    seen = fields.whole(found.object, "status", "observedGeneration") or 0
    if there > generation > 0:
        return _as(counted, Phase.SUPERSEDED)
    return _as(counted, Phase.WAITING) if seen < generation else _judged(found, counted)


def _judged(found: LiveWorkload, counted: Progress) -> Progress:
    """Say where a rollout stands that the controller has begun."""
    crashing = _crashing(found)
    if crashing:
        return _as(counted, Phase.CRASHING, pod=crashing[0], detail=crashing[1])
    for condition in fields.items(found.object, "status", "conditions"):
        if fields.text(condition, "reason") == "ProgressDeadlineExceeded":
            return _as(counted, Phase.STALLED, detail=fields.text(condition, "message")[:200])
    return _as(counted, Phase.SETTLING if _complete(found, counted) else Phase.PROGRESSING)


def _counted(found: LiveWorkload) -> Progress:
    spec, status = fields.table(found.object, "spec"), fields.table(found.object, "status")

    def number(name: str) -> int:
        return fields.whole(status, name) or 0

    if found.kind == "DaemonSet":
        return Progress(
            phase=Phase.PROGRESSING,
            desired=number("desiredNumberScheduled"),
            updated=number("updatedNumberScheduled"),
            ready=number("numberReady"),
            available=number("numberAvailable"),
        )
    replicas = fields.whole(spec, "replicas")
    return Progress(
        phase=Phase.PROGRESSING,
        desired=1 if replicas is None else replicas,
        updated=number("updatedReplicas"),
        ready=number("readyReplicas"),
        available=number("availableReplicas"),
    )


def _complete(found: LiveWorkload, counted: Progress) -> bool:
    wanted = counted.desired - (
        fields.whole(found.object, "spec", "updateStrategy", "rollingUpdate", "partition") or 0
        if found.kind == "StatefulSet"
        else 0
    )
    if counted.updated < max(wanted, 0) or counted.ready < counted.desired or counted.available < counted.desired:
        return False
    # A Deployment's old pods must be gone too (rollout_status.go: "old replicas are pending termination").
    return found.kind != "Deployment" or (fields.whole(found.object, "status", "replicas") or 0) <= counted.updated


def _crashing(found: LiveWorkload) -> tuple[str, str] | None:
    """Return a pod of the new revision of which a container ended or cannot start, and what its status says."""
    marks = pod_labels_of_current(found)
    if not marks:
        return None
    for pod in found.pods:
        labels = fields.labels(pod, "metadata", "labels")
        if any(labels.get(key) != value for key, value in marks.items()) or fields.text(
            pod, "metadata", "deletionTimestamp"
        ):
            continue
        for status in _statuses(pod):
            if ending := _ended(status):
                return fields.name(pod), f"{fields.text(status, 'name')} in {fields.name(pod)}: {ending}"
    return None


def _statuses(pod: Object) -> list[Object]:
    return fields.items(pod, "status", "initContainerStatuses") + fields.items(pod, "status", "containerStatuses")


def _ended(status: Object) -> str:
    """Return how a container ended or why it does not start; empty when it runs or has only just begun."""
    waiting = fields.text(status, "state", "waiting", "reason")
    if waiting not in ("", "ContainerCreating", "PodInitializing"):
        return waiting
    terminated = fields.table(status, "state", "terminated") or fields.table(status, "lastState", "terminated")
    code = fields.whole(terminated, "exitCode")
    restarted = (fields.whole(status, "restartCount") or 0) > 0
    if terminated and (restarted or code != 0):
        return f"{fields.text(terminated, 'reason') or 'ended'}, exit code {code}"
    return ""


def _as(progress: Progress, phase: Phase, *, pod: str = "", detail: str = "") -> Progress:
    return Progress(
        phase=phase,
        desired=progress.desired,
        updated=progress.updated,
        ready=progress.ready,
        available=progress.available,
        pod=pod or progress.pod,
        detail=detail or progress.detail,
    )
