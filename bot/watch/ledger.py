"""Pure: all watched pods, what of them must be told, and what was told. Time is an argument.

What is told is a workload's, not a pod's: the first of its pods that fails brings the report, the others and those of
its next ReplicaSet are part of it, and it is over when none fails any more. Nothing here outlives the process, and
nothing needs to: a report that is made again after a restart meets the incident that it made before.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.watch.rules import HOLD_S, Failure, History, Verdict, is_steady, judged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.watch.pods import WatchedPod

AGAIN_S = 300.0
"""How long after a report what happens since is reported as new: Alertmanager's default group_interval. An incident
that was over by then is opened again; a standing one takes it quietly."""

REPEAT_S = 4 * 3600.0
"""How long until what goes on is reported again, so that its incident is known to: Alertmanager's default
repeat_interval."""

EVICTIONS = 3
EVICTION_WINDOW_S = 600.0
"""So many pods evicted from one node within the window are a storm: one is what the kubelet does about pressure, and
its controller makes another."""

EVICTION_QUIET_S = 3600.0
"""How long a storm counts as one."""

JOB_LOOKS_S = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""When a Job is looked at after one of its pods failed: its controller backs off up to ten minutes between two pods
(job_controller.go, MaxJobPodFailureBackOff), and says that it gave up when the last one has ended."""

JOB_YOUNG_S = 3600.0
"""How old a Job's failure may be to be told: a failed Job stays until somebody deletes it."""

Group = tuple[str, str, str]
"""Namespace, kind and name of a workload; of a storm an empty namespace and the node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is to be told of a workload: that it fails since a time, or no longer does.

    ``kind``, ``namespace``, ``name`` and ``uid`` are the object that stands for it: one of its pods, mostly.
    ``event_at`` is when the newest of what it is told for happened.
    """

    group: Group
    failure: Failure
    since: float
    event_at: float
    kind: str
    namespace: str
    name: str
    uid: str = ""
    firing: bool = True


@dataclass(frozen=True, slots=True)
class _Episode:
    """A workload's failure that was told, and when."""

    report: Report
    told_at: float


class Ledger:
    """The book. ``hold_s`` is how long a container must be kept from starting."""

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self._hold_s = hold_s
        self._pods: dict[str, History] = {}
        self._failing: dict[str, Verdict] = {}
        self._restless: set[str] = set()
        self._episodes: dict[Group, _Episode] = {}
        self._found: dict[Group, Report] = {}
        self._jobs: dict[tuple[str, str], list[float]] = {}
        self._storms: dict[str, deque[tuple[float, WatchedPod]]] = {}
        self._evicted: dict[str, float] = {}

    def __len__(self) -> int:
        """Return how many pods are watched."""
        return len(self._pods)

    def uids(self, namespace: str) -> set[str]:
        """Return the uids of a namespace's pods, of all where it is empty."""
        return {uid for uid, history in self._pods.items() if namespace in ("", history.pod.namespace)}

    def put(self, pod: WatchedPod, now: float) -> None:
        """Take a pod that is new or has changed."""
        history = self._pods.get(pod.uid)
        if history is None:
            self._pods[pod.uid] = History.of(pod, now)
        else:
            history.see(pod, now)
        if pod.job and (pod.phase == "Failed" or any(container.down for container in pod.containers)):
            self._look_at(pod, now)
        if pod.evicted:
            self._note_eviction(pod, now)
        self._restless.add(pod.uid)

    def remove(self, uid: str, now: float) -> None:
        """Take note that a pod is gone."""
        history = self._pods.pop(uid, None)
        self._restless.discard(uid)
        self._failing.pop(uid, None)
        if history is not None and history.pod.job and history.ends:
            self._look_at(history.pod, now)  # a Job that gives up deletes what still runs of it

    def due(self, now: float) -> list[Report]:
        """Return what must be told now. It is due again until ``told``."""
        self._judge(now)
        groups: dict[Group, list[str]] = {}
        for uid in self._failing:
            groups.setdefault(_group_of(self._pods[uid].pod), []).append(uid)
        self._forget(now)
        firing = [report for group, uids in groups.items() if (report := self._firing(group, uids, now)) is not None]
        over = [
            replace(episode.report, firing=False)
            for group, episode in self._episodes.items()
            if episode.report.failure not in _ALONE and group not in groups
        ]
        return [*firing, *self._storming(now), *self._found.values(), *over]

    def told(self, report: Report, now: float) -> None:
        """Take note that a report was kept."""
        self._found.pop(report.group, None)
        if report.firing:
            self._episodes[report.group] = _Episode(report, now)
        else:
            self._episodes.pop(report.group, None)

    def jobs_due(self, now: float) -> list[tuple[str, str]]:
        """Return namespace and name of the Jobs that are to be looked at now."""
        due = [job for job, times in self._jobs.items() if times[-1] <= now]
        for job in due:
            later = [at for at in self._jobs[job] if at > now]
            if later:
                self._jobs[job] = later
            else:
                del self._jobs[job]
        return due

    def job_failed(self, namespace: str, name: str, uid: str, since: float, now: float) -> None:
        """Take note that a Job has given up."""
        self._jobs.pop((namespace, name), None)
        if now - since <= JOB_YOUNG_S:
            self._find(Failure.JOB, ("Job", namespace, name, uid), since)

    def job_over(self, namespace: str, name: str) -> None:
        """Take note that a Job has succeeded or is gone."""
        self._jobs.pop((namespace, name), None)

    def rejections(self, found: Mapping[tuple[str, str, str, str], float], now: float) -> None:
        """Take note of all workloads whose pods the API server rejects: kind, namespace, name, uid; and since when."""
        for what, since in found.items():
            if now - since >= self._hold_s:
                self._find(Failure.REJECTED, what, since)
        groups = {(namespace, kind, name) for kind, namespace, name, _uid in found}
        for group, episode in list(self._episodes.items()):
            if episode.report.failure is Failure.REJECTED and group not in groups:
                del self._episodes[group]

    def _find(self, failure: Failure, what: tuple[str, str, str, str], since: float) -> None:
        kind, namespace, name, uid = what
        group = (namespace, kind, name)
        if group not in self._episodes:
            self._found[group] = Report(
                group=group, failure=failure, since=since, event_at=since, kind=kind, namespace=namespace, name=name,
                uid=uid,
            )  # fmt: skip

    def _judge(self, now: float) -> None:
        for uid in list(self._restless):
            history = self._pods[uid]
            verdict = judged(history, now, self._hold_s)
            if verdict is not None:
                self._failing.setdefault(uid, verdict)
            elif uid in self._failing and is_steady(history, now):
                del self._failing[uid]
            if uid not in self._failing and history.calm(now):
                self._restless.discard(uid)

    def _firing(self, group: Group, uids: Sequence[str], now: float) -> Report | None:
        """Return a workload's report: the first, what is new since the last one, or the last one repeated."""
        first = min(uids, key=lambda uid: (self._failing[uid].since, uid))
        verdict, pod = self._failing[first], self._pods[first].pod
        event_at = max(max(self._failing[uid].since, self._pods[uid].last_end) for uid in uids)
        since = verdict.since
        episode = self._episodes.get(group)
        if episode is not None:
            ago_s = now - episode.told_at
            fresh = event_at > episode.report.event_at
            if ago_s < (AGAIN_S if fresh else REPEAT_S):
                return None
            since = event_at if fresh else episode.report.since
        return Report(
            group=group, failure=verdict.failure, since=since, event_at=event_at, kind="Pod",
            namespace=pod.namespace, name=pod.name, uid=pod.uid,
        )  # fmt: skip

    def _forget(self, now: float) -> None:
        """Let go of what was told of things that are not watched: their incidents are checked by themselves."""
        for group, episode in list(self._episodes.items()):
            quiet_s = _QUIET_S.get(episode.report.failure)
            if quiet_s is not None and now - episode.told_at > quiet_s:
                del self._episodes[group]

    def _look_at(self, pod: WatchedPod, now: float) -> None:
        if _group_of(pod) not in self._episodes:
            self._jobs[pod.namespace, pod.group[1]] = [now + after_s for after_s in reversed(JOB_LOOKS_S)]

    def _note_eviction(self, pod: WatchedPod, now: float) -> None:
        at = pod.ready_since or now
        if pod.uid in self._evicted or now - at > EVICTION_WINDOW_S:
            return
        self._evicted = {uid: then for uid, then in self._evicted.items() if now - then <= EVICTION_WINDOW_S}
        self._evicted[pod.uid] = at
        self._storms.setdefault(pod.node, deque(maxlen=EVICTIONS)).append((at, pod))

    def _storming(self, now: float) -> list[Report]:
        reports = []
        for node, evicted in list(self._storms.items()):
            group = ("", "Node", node)
            if now - evicted[-1][0] > EVICTION_WINDOW_S:
                del self._storms[node]
            elif group not in self._episodes and len(evicted) == EVICTIONS:
                (first, _pod), (last, pod) = evicted[0], evicted[-1]
                if last - first <= EVICTION_WINDOW_S:
                    reports.append(Report(
                        group=group, failure=Failure.EVICTIONS, since=first, event_at=last, kind="Pod",
                        namespace=pod.namespace, name=pod.name, uid=pod.uid,
                    ))  # fmt: skip
        return reports


_QUIET_S = {Failure.JOB: JOB_YOUNG_S, Failure.EVICTIONS: EVICTION_QUIET_S}
_ALONE = frozenset({Failure.JOB, Failure.EVICTIONS, Failure.REJECTED})
"""What is told of a thing without a failing pod that would tell when it is over."""


def _group_of(pod: WatchedPod) -> Group:
    return (pod.namespace, *pod.group)
