"""The kubelet's part: a new pod starts, becomes ready or fails as its sample did, and goes on failing with back-off."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.controllers.failing import Telling, crash_of, crashes, retell
from bot.demo.cluster.controllers.records import record
from bot.demo.cluster.store import stamp
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.controllers.stories import Sample
    from bot.demo.cluster.wire import Object

START_S = 1.0
"""From creation to the containers' start."""
READY_S = 2.0
"""From the start to Ready for a pod with a readiness probe that passes."""
FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 10.0, 300.0
"""pkg/kubelet: the first wait and MaxContainerBackOff; it doubles in between."""


@dataclass
class Life:
    """What will happen to one pod; `fresh` ones begin at Pending, recorded ones where the recording left off."""

    namespace: str
    name: str
    born: datetime
    sample: Sample | None = None
    fresh: bool = True
    stage: str = ""
    """"" → started → settled."""
    round: int = -1
    """How often it has failed, less one: the restart count to show."""
    due: datetime | None = None


def run(cluster: Cluster, now: datetime) -> None:
    """Take every pod one step further when its time has come."""
    for uid, life in list(cluster.lives.items()):
        pod = cluster.store.find("Pod", life.namespace, life.name)
        if pod is None or pod["metadata"]["uid"] != uid:
            del cluster.lives[uid]
        elif life.due is None:
            _begin(cluster, copied(pod), life, now)
        elif now >= life.due:
            _go_on(cluster, copied(pod), life, now)


def back_off(restarts: int) -> timedelta:
    """Return the wait before restart number `restarts` + 1."""
    return timedelta(seconds=min(LONGEST_BACK_OFF_S, FIRST_BACK_OFF_S * 2 ** min(restarts, 10)))


def _begin(cluster: Cluster, pod: Object, life: Life, now: datetime) -> None:
    if not life.fresh:
        life.stage = "settled"
        life.due = now + back_off(life.round)
        return
    if pod["spec"].get("nodeName"):
        waiting = {"waiting": {"reason": "ContainerCreating"}}
        _tell(pod, life, waiting, ready=False, started=now)
        cluster.store.save(pod)
        where = f"Successfully assigned {life.namespace}/{life.name} to {pod['spec']['nodeName']}"
        record(cluster.store, pod, "Scheduled", where, now)
    life.due = life.born + timedelta(seconds=START_S)


def _go_on(cluster: Cluster, pod: Object, life: Life, now: datetime) -> None:
    if life.sample is None:
        _thrive(cluster, pod, life, now)
    elif life.stage == "" and (lasts := crash_of(life.sample.pod)) and lasts.seconds >= 1:
        # It runs as long as the recorded one ran, and is Ready meanwhile when no probe says otherwise.
        _start(cluster, pod, life, now, ready=not _probed(pod))
        life.stage = "started"
        life.due = now + timedelta(seconds=lasts.seconds)
    else:
        life.stage = "settled"
        life.round += 1
        retell(cluster, pod, Telling(life.sample, life.round, life.born, now, life.fresh))
        life.due = now + back_off(life.round) + timedelta(seconds=_lasted(life.sample))


def _lasted(sample: Sample) -> float:
    crash = crash_of(sample.pod) if crashes(sample.pod) else None
    return crash.seconds if crash else 0.0


def _thrive(cluster: Cluster, pod: Object, life: Life, now: datetime) -> None:
    if life.stage == "":
        _start(cluster, pod, life, now, ready=not _probed(pod))
        life.stage = "started" if _probed(pod) else "settled"
        life.due = now + timedelta(seconds=READY_S)
    elif life.stage == "started":
        started = pod["status"]["containerStatuses"][0]["state"]
        _tell(pod, life, started, ready=True, started=now)
        cluster.store.save(pod)
        life.stage = "settled"
    if life.stage == "settled":
        life.due = now + timedelta(days=3650)


def _probed(pod: Object) -> bool:
    return any("readinessProbe" in each for each in pod["spec"]["containers"])


def _start(cluster: Cluster, pod: Object, life: Life, now: datetime, *, ready: bool) -> None:
    _tell(pod, life, {"running": {"startedAt": stamp(now)}}, ready=ready, started=now)
    cluster.store.save(pod)
    for container in pod["spec"]["containers"]:
        name = container["name"]
        pulled = f'Container image "{container["image"]}" already present on machine and can be accessed by the pod'
        for reason, message in (("Pulled", pulled), ("Created", "Container created"), ("Started", "Container started")):
            record(cluster.store, pod, reason, message, now, container=name)
        cluster.logs.put(life.namespace, life.name, name, "current", b"")


def _tell(pod: Object, life: Life, state: Object, *, ready: bool, started: datetime) -> None:
    """Write a pod's status: all its containers in one state."""
    spec, status = pod["spec"], pod["status"]
    running = "running" in state
    status["phase"] = "Running" if running else "Pending"
    names = [each["name"] for each in spec["containers"]]
    conditions = {"PodScheduled": True, "Initialized": True, "PodReadyToStartContainers": running}
    conditions |= {"ContainersReady": ready, "Ready": ready}
    old = {each["type"]: each for each in status.get("conditions") or ()}
    status["conditions"] = [
        _condition(kind, holds, old.get(kind), names, started) for kind, holds in conditions.items()
    ]
    status["containerStatuses"] = [_container(each, life, state, ready=ready) for each in spec["containers"]]
    if spec.get("initContainers"):
        done = {
            "terminated": {
                "exitCode": 0,
                "reason": "Completed",
                "startedAt": stamp(life.born),
                "finishedAt": stamp(life.born),
            }
        }
        first = done if running else {"waiting": {"reason": "PodInitializing"}}
        status["initContainerStatuses"] = [
            _container(each, life, first, ready=running) for each in spec["initContainers"]
        ]
    status.setdefault("startTime", stamp(life.born))
    status["hostIP"] = "10.99.0.1"
    if running:
        digest = hashlib.sha256(life.name.encode()).digest()
        status["podIP"] = f"10.88.{digest[0] % 8 + 2}.{digest[1] % 250 + 2}"
        status["podIPs"] = [{"ip": status["podIP"]}]


def _condition(kind: str, holds: bool, old: Object | None, names: list[str], now: datetime) -> Object:  # noqa: FBT001 — a value
    value = "True" if holds else "False"
    if old and old["status"] == value:
        return old
    condition: Object = {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": stamp(now)}
    if not holds and kind in {"Ready", "ContainersReady"}:
        message = f"containers with unready status: [{' '.join(names)}]"
        condition |= {"reason": "ContainersNotReady", "message": message}
    return condition


def _container(container: Object, life: Life, state: Object, *, ready: bool) -> Object:
    result: dict[str, Any] = {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "lastState": {},
        "ready": ready,
        "restartCount": 0,
        "started": "running" in state,
        "state": state,
    }
    if "waiting" not in state:
        identity = hashlib.sha256(f"{life.name}{container['name']}".encode()).hexdigest()
        image = hashlib.sha256(container["image"].encode()).hexdigest()
        result |= {"containerID": f"containerd://{identity}", "imageID": f"sha256:{image}"}
    return result
