"""A failing pod told after its recorded sample: status, events and logs, moved to now."""

from __future__ import annotations

from copy import deepcopy
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
from bot.demo.cluster.controllers.stories import Sample
from bot.demo.cluster.store import stamp
from bot.demo.cluster.wire import Object

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster

AT_BIRTH = frozenset({"PodScheduled", "PodReadyToStartContainers"})
ONCE = frozenset({"Scheduled", "SuccessfulAttachVolume"})
FROM_SECOND_ON = frozenset({"BackOff"})
"""Events that a pod does not have before its first restart."""


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


def retell(
    cluster: Cluster, pod: Object, sample: Sample, count: int, born: datetime, now: datetime, *, fresh: bool
) -> None:
    """Make a pod look as its sample did, `count` restarts on; save it, its events and its logs."""
    by = now - (latest(_statuses(sample.pod["status"])) or latest(sample.pod["status"]) or now)
    names = _names(pod, sample, count) if fresh else container_ids(sample.pod["status"], f"{count}")
    status = _status(sample, count, by, born, pod) if crashes(sample.pod) or fresh else deepcopy(pod["status"])
    pod["status"] = renamed(status, names)
    cluster.store.save(pod)
    _tell_events(cluster, pod, sample, count, by, born, now, names)
    meta = pod["metadata"]
    if crashes(sample.pod) or fresh:
        for (container, instance), text in sample.logs.items():
            if count or instance == "current":
                cluster.logs.put(meta["namespace"], meta["name"], container, instance, renamed_log(shifted_log(text, by), names))
        if not count:
            _first_logs(cluster, pod, sample, by, names)


def _first_logs(cluster: Cluster, pod: Object, sample: Sample, by: timedelta, names: dict[str, str]) -> None:
    """Before its first restart a container's only log is the crash, wherever the recording has it."""
    crash = crash_of(sample.pod)
    meta = pod["metadata"]
    if crash and not _ended_now(sample.pod, crash.container):
        previous = sample.logs.get((crash.container, "previous"))
        if previous is not None:
            text = renamed_log(shifted_log(previous, by), names)
            cluster.logs.put(meta["namespace"], meta["name"], crash.container, "current", text)


def _ended_now(pod: Object, container: str) -> bool:
    return any(
        each["name"] == container and "terminated" in (each.get("state") or {}) for each in _statuses(pod["status"])
    )


def _names(pod: Object, sample: Sample, count: int) -> dict[str, str]:
    meta, was = pod["metadata"], sample.pod["metadata"]
    names = {was["name"]: meta["name"], was["uid"]: meta["uid"]}
    names |= container_ids(sample.pod["status"], f"{meta['name']}{count}")
    old_ip = sample.pod["status"].get("podIP")
    new_ip = pod["status"].get("podIP")
    return names | ({old_ip: new_ip} if old_ip and new_ip else {})


def _status(sample: Sample, count: int, by: timedelta, born: datetime, pod: Object) -> Object:
    status: Object = shifted(sample.pod["status"], by)
    if "startTime" in status:
        status["startTime"] = (pod["status"].get("startTime")) or stamp(born)
    for condition in status.get("conditions") or ():
        if condition["type"] in AT_BIRTH or (condition["type"] == "Initialized" and condition["status"] == "True"):
            condition["lastTransitionTime"] = stamp(born)
    crash = crash_of(sample.pod)
    for container in _statuses(status):
        if crash and container.get("restartCount"):
            container["restartCount"] = count
            if count == 0:
                container["state"] = {"terminated": _ended(container)}
                container["lastState"] = {}
                container["started"] = False
        elif running := (container.get("state") or {}).get("running"):
            running["startedAt"] = stamp(born)
    return status


def _ended(container: Object) -> Object:
    for key in ("state", "lastState"):
        if ended := (container.get(key) or {}).get("terminated"):
            return dict(ended)
    return {"exitCode": 1, "reason": "Error"}


def _tell_events(
    cluster: Cluster,
    pod: Object,
    sample: Sample,
    count: int,
    by: timedelta,
    born: datetime,
    now: datetime,
    names: dict[str, str],
) -> None:
    meta = pod["metadata"]
    for original in sample.events:
        if original["reason"] in ONCE or (count == 0 and original["reason"] in FROM_SECOND_ON):
            continue
        event = renamed(shifted(original, by), names)
        event["metadata"]["namespace"] = event["involvedObject"]["namespace"] = meta["namespace"]
        old = cluster.store.copy("Event", meta["namespace"], event["metadata"]["name"])
        seen = min(now, _time(event.get("lastTimestamp")) or now)
        repeated = (original.get("count") or 1) > 1
        if old:
            old["lastTimestamp"] = stamp(max(seen, _time(old.get("lastTimestamp")) or seen))
            old["count"] = (old.get("count") or 1) + (1 if repeated else 0)
            cluster.store.save(old)
            continue
        event["count"] = 1
        event["firstTimestamp"] = event["lastTimestamp"] = stamp(max(born, seen))
        event["metadata"].pop("resourceVersion", None)
        cluster.store.create(event, now)


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _seconds(ended: Object) -> float:
    start, end = _time(ended.get("startedAt")), _time(ended.get("finishedAt"))
    return max(0.0, (end - start).total_seconds()) if start and end else 0.0


def _statuses(status: Object) -> list[Object]:
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
