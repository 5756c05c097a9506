"""A failing pod told after its recorded sample: status, events and logs, moved to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.controllers.retelling import (
    container_ids,
    latest,
    renamed,
    renamed_log,
    shifted,
    shifted_log,
)
from bot.demo.cluster.store import stamp

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.controllers.stories import Sample
    from bot.demo.cluster.wire import Object

AT_BIRTH = frozenset({"PodScheduled", "PodReadyToStartContainers"})
ONCE = frozenset({"Scheduled", "SuccessfulAttachVolume"})
FROM_SECOND_ON = frozenset({"BackOff"})
"""Events that a pod does not have before its first restart."""

EPOCH_YEAR = 1970


@dataclass(frozen=True)
class Crash:
    """A recorded end of a container."""

    container: str
    terminated: Object
    seconds: float


def crashes(pod: Object) -> bool:
    """Tell whether a recorded pod's containers run and end (rather than never run)."""
    return crash_of(pod) is not None


def crash_of(pod: Object) -> Crash | None:
    """Return the latest recorded end of a container that fails, None when none ever ended."""
    found = None
    for status in _statuses(pod["status"]):
        for key in ("state", "lastState"):
            ended = (status.get(key) or {}).get("terminated")
            if ended and (status.get("restartCount") or ended.get("exitCode")):
                found = found or Crash(status["name"], ended, _seconds(ended))
    return found


@dataclass(frozen=True)
class Telling:
    """One telling of a sample: `count` restarts on, at `now`."""

    sample: Sample
    count: int
    born: datetime
    now: datetime
    fresh: bool
    """A new pod; otherwise the recorded one itself goes on."""

    @property
    def by(self) -> timedelta:
        """Return how far the recorded times move."""
        status = self.sample.pod["status"]
        return self.now - (latest(_statuses(status)) or latest(status) or self.now)

    def names(self, pod: Object) -> dict[str, str]:
        """Return what is called otherwise now: pod, uid, address, container ids."""
        was, meta = self.sample.pod, pod["metadata"]
        if not self.fresh:
            return container_ids(was["status"], f"{self.count}")
        names = {was["metadata"]["name"]: meta["name"], was["metadata"]["uid"]: meta["uid"]}
        names |= container_ids(was["status"], f"{meta['name']}{self.count}")
        old_ip, new_ip = was["status"].get("podIP"), pod["status"].get("podIP")
        return names | ({old_ip: new_ip} if old_ip and new_ip else {})


def retell(cluster: Cluster, pod: Object, telling: Telling) -> None:
    """Make a pod look as its sample did; save it, its events and its logs."""
    names = telling.names(pod)
    moves = crashes(telling.sample.pod) or telling.fresh
    if moves:
        pod["status"] = renamed(_status(telling, pod), names)
        cluster.store.save(pod)
    for original in telling.sample.events:
        if original["reason"] not in ONCE and (telling.count or original["reason"] not in FROM_SECOND_ON):
            _tell_event(cluster, pod, telling, original, names)
    if moves:
        _tell_logs(cluster, pod, telling, names)


def _tell_logs(cluster: Cluster, pod: Object, telling: Telling, names: dict[str, str]) -> None:
    """Before its first restart a container's only log is the crash, wherever the recording has it."""
    sample = telling.sample
    logs = {key: text for key, text in sample.logs.items() if telling.count or key[1] == "current"}
    crash = crash_of(sample.pod)
    if not telling.count and crash and not _ended_now(sample.pod, crash.container):
        previous = sample.logs.get((crash.container, "previous"))
        logs |= {} if previous is None else {(crash.container, "current"): previous}
    meta = pod["metadata"]
    for (container, instance), text in logs.items():
        moved = renamed_log(shifted_log(text, telling.by), names)
        cluster.logs.put(meta["namespace"], meta["name"], container, instance, moved)


def _ended_now(pod: Object, container: str) -> bool:
    return any(
        each["name"] == container and "terminated" in (each.get("state") or {}) for each in _statuses(pod["status"])
    )


def _status(telling: Telling, pod: Object) -> Object:
    sample = telling.sample
    status: Object = shifted(sample.pod["status"], telling.by)
    born = stamp(telling.born)
    if "startTime" in status:
        status["startTime"] = pod["status"].get("startTime") or born
    for condition in status.get("conditions") or ():
        if condition["type"] in AT_BIRTH or (condition["type"] == "Initialized" and condition["status"] == "True"):
            condition["lastTransitionTime"] = born
    crash = crash_of(sample.pod)
    for container in _statuses(status):
        if crash and container.get("restartCount"):
            container["restartCount"] = telling.count
            if telling.count == 0:
                container |= {"state": {"terminated": _ended(container)}, "lastState": {}, "started": False}
        elif running := (container.get("state") or {}).get("running"):
            running["startedAt"] = born
    return status


def _ended(container: Object) -> Object:
    for key in ("state", "lastState"):
        if ended := (container.get(key) or {}).get("terminated"):
            return dict(ended)
    return {"exitCode": 1, "reason": "Error"}


def _tell_event(cluster: Cluster, pod: Object, telling: Telling, original: Object, names: dict[str, str]) -> None:
    namespace = pod["metadata"]["namespace"]
    event = renamed(shifted(original, telling.by), names)
    event["metadata"]["namespace"] = event["involvedObject"]["namespace"] = namespace
    seen = min(telling.now, _time(event.get("lastTimestamp")) or telling.now)
    if old := cluster.store.copy("Event", namespace, event["metadata"]["name"]):
        old["lastTimestamp"] = stamp(max(seen, _time(old.get("lastTimestamp")) or seen))
        old["count"] = (old.get("count") or 1) + (1 if (original.get("count") or 1) > 1 else 0)
        cluster.store.save(old)
        return
    event["count"] = 1
    event["firstTimestamp"] = event["lastTimestamp"] = stamp(max(telling.born, seen))
    event["metadata"].pop("resourceVersion", None)
    cluster.store.create(event, telling.now)


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _seconds(ended: Object) -> float:
    """Return how long an instance ran; one that never started (StartError) carries the year 1970 as its start."""
    start, end = _time(ended.get("startedAt")), _time(ended.get("finishedAt"))
    if start is None or end is None or start.year == EPOCH_YEAR:
        return 0.0
    return max(0.0, (end - start).total_seconds())


def _statuses(status: Object) -> list[Object]:
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
