"""What the kubelet writes of a pod's containers: their statuses, and what each instance printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reports.naming import ago, digest
from tests.reports.report import Container, Status, Workload, backoff_s
from tests.reports.stamps import stamped

JUST_NOW_S = 8
"""Seconds since the end of a container that is met terminated: before the back-off shows."""

INITIALIZING = "PodInitializing"
CREATING = ("ContainerCreating", INITIALIZING)


@dataclass
class Run:
    """One container of one pod: its status entry, its logs by instance, and what the events tell."""

    name: str
    init: bool
    entry: dict[str, Any]
    logs: dict[str, bytes] = field(default_factory=dict)
    starts: int = 0
    began_s: float = 0
    ended_s: float | None = None
    looping: bool = False

    @property
    def state(self) -> dict[str, Any]:
        return self.entry["state"]

    @property
    def done(self) -> bool:
        return self.state.get("terminated", {}).get("exitCode") == 0


class Kubelet:
    """Tells of one pod: ``pod`` is the object without status, ``age_s`` how long ago it was made."""

    def __init__(self, pod: dict[str, Any], age_s: float, back_s: float) -> None:
        self._pod = pod
        self._meta = pod["metadata"]
        self._policy = pod["spec"]["restartPolicy"]
        self._age_s = age_s
        self._back_s = back_s
        self._free_s = age_s
        """Seconds since the next container could start: an init container waits for the one before it."""

    def runs(self, workload: Workload) -> list[Run]:
        """Return the containers as they are now, init containers first and in their order."""
        found: list[Run] = []
        self._free_s = self._age_s - 3
        held_up = False
        for each in workload.init:
            run = self._waiting(each, INITIALIZING, init=True) if held_up else self._run(each, init=True)
            well = "running" in run.state if each.sidecar else run.done
            held_up = held_up or not well
            if run.done and run.ended_s is not None:
                self._free_s = run.ended_s
            found.append(run)
        mains = workload.containers
        return found + [self._waiting(each, INITIALIZING) if held_up else self._run(each, init=False) for each in mains]

    def _waiting(self, container: Container, reason: str, *, init: bool = False) -> Run:
        restarts = container.status.restarts or 0
        return Run(container.name, init, self._entry(container, {"waiting": {"reason": reason}}, {}, restarts))

    def _run(self, container: Container, *, init: bool) -> Run:
        status = container.status
        if status.waiting and status.waiting["reason"] != "CrashLoopBackOff":
            return self._never_started(container, status, init=init)
        if status.exit is None:
            return self._well(container, status, init=init)
        ends_for_good = self._policy == "Never" or (status.exit == 0 and (self._policy == "OnFailure" or init))
        ends_for_good = ends_for_good and not (init and container.sidecar)
        now = status.now or ("terminated" if ends_for_good else "waiting")
        if now == "running":
            return self._again(container, status, init=init)
        if now == "terminated":
            return self._terminated(container, status, init=init, last=ends_for_good)
        return self._backing_off(container, status, init=init)

    def _well(self, container: Container, status: Status, *, init: bool) -> Run:
        """One that never ended: it runs, or, as an init container, did its work."""
        if init and not container.sidecar and status.now != "running":
            ended = max(self._free_s - status.ran_s, 0)
            state = _ended(container, 0, "Completed", "", ended, status.ran_s, "init")
            run = Run(container.name, init, self._entry(container, state, {}, 0, ready=True))
            run.starts, run.began_s, run.ended_s = 1, ended + status.ran_s, ended
            self._print(run, "current", status.log or status.current, ended + status.ran_s, status.ran_s)
            return run
        since = self._free_s if status.running_s is None else status.running_s
        ready = status.ready if status.ready is not None else not init or container.sidecar
        state = {"running": {"startedAt": ago(since)}}
        restarts = status.restarts or 0
        run = Run(container.name, init, self._entry(container, state, {}, restarts, ready=ready))
        run.starts, run.began_s = restarts + 1, since
        self._print(run, "current", status.current if status.current is not None else status.log or "", since, since)
        return run

    def _again(self, container: Container, status: Status, *, init: bool) -> Run:
        """Running again after a crash."""
        restarts = 5 if status.restarts is None else status.restarts
        since = 5 if status.running_s is None else status.running_s
        pause = 1 if restarts <= 1 else backoff_s(restarts - 1)
        ended = self._within(since + pause, status.ran_s)
        last = self._last(container, status, ended)
        probed = "readinessProbe" in container.spec
        ready = status.ready if status.ready is not None else not probed
        state = {"running": {"startedAt": ago(since)}}
        run = Run(container.name, init, self._entry(container, state, last, restarts, ready=ready))
        run.starts, run.began_s, run.ended_s, run.looping = restarts + 1, since, ended, restarts > 1
        self._print(run, "previous", status.log or "", ended + status.ran_s, status.ran_s)
        self._print(run, "current", status.current or "", since, since)
        return run

    def _terminated(self, container: Container, status: Status, *, init: bool, last: bool) -> Run:
        """Terminated just now (``last``: for good); with restarts there was an older end, whose log is gone."""
        restarts = status.restarts if status.restarts is not None else 0 if last else 4
        # What ran once began with its pod.
        ended = self._within(self._free_s - status.ran_s if last and not restarts else JUST_NOW_S, status.ran_s)
        before = {}
        if restarts:
            older = self._within(ended + status.ran_s + backoff_s(restarts), status.ran_s)
            before = self._last(container, status, older, "older")
        state = self._last(container, status, ended)
        well = status.exit == 0 and init
        run = Run(container.name, init, self._entry(container, state, before, restarts, ready=well))
        run.starts, run.began_s, run.ended_s = restarts + 1, ended + status.ran_s, ended
        run.looping = restarts > 0 and not last
        self._print(run, "current", status.log or status.current or "", ended + status.ran_s, status.ran_s)
        if restarts:
            gone = before["terminated"]["containerID"]
            run.logs["previous"] = f"unable to retrieve container logs for {gone}".encode()
        return run

    def _backing_off(self, container: Container, status: Status, *, init: bool) -> Run:
        restarts = 5 if status.restarts is None else status.restarts
        pause = backoff_s(restarts)
        ended = self._within(pause * 0.4, status.ran_s)
        name, namespace, uid = self._meta["name"], self._meta["namespace"], self._meta["uid"]
        message = f"back-off {_duration(pause)} restarting failed container={container.name} "
        message += f"pod={name}_{namespace}({uid})"
        state = {"waiting": {"reason": "CrashLoopBackOff", "message": message, **status.waiting}}
        run = Run(
            container.name,
            init,
            self._entry(container, state, self._last(container, status, ended), restarts),
            starts=restarts + 1,
            began_s=ended + status.ran_s,
            ended_s=ended,
            looping=True,
        )
        # While it backs off, the API serves the dead instance's log for both.
        for instance in ("current", "previous"):
            self._print(run, instance, status.log or "", ended + status.ran_s, status.ran_s)
        return run

    def _never_started(self, container: Container, status: Status, *, init: bool) -> Run:
        """Held up for a reason of its own; with an exit code, it ran (or was tried) before."""
        restarts = status.restarts or 0
        last: dict[str, Any] = {}
        ended = None
        if status.exit is not None:
            ended = self._within(60, status.ran_s)
            last = self._last(container, status, ended)
        run = Run(container.name, init, self._entry(container, {"waiting": dict(status.waiting)}, last, restarts))
        run.ended_s, run.starts, run.began_s = ended, restarts, (ended or 0) + status.ran_s
        if status.log is not None and ended is not None:
            self._print(run, "previous", status.log, ended + status.ran_s, status.ran_s)
        return run

    def _within(self, back_s: float, ran_s: float) -> float:
        """Return an end that lies within the pod's life, with the run before it."""
        return round(max(0.5, min(back_s + self._back_s, self._age_s - ran_s - 2)), 3)

    def _last(self, container: Container, status: Status, ended: float, which: str = "last") -> dict[str, Any]:
        assert status.exit is not None
        reason = status.reason or ("Completed" if status.exit == 0 else "Error")
        return _ended(container, int(status.exit), reason, status.message, ended, status.ran_s, which)

    def _print(self, run: Run, instance: str, text: str | None, began_s: float, ran_s: float) -> None:
        if text is not None:
            run.logs[instance] = stamped(text, began_s, ran_s)

    def _entry(
        self,
        container: Container,
        state: dict[str, Any],
        last: dict[str, Any],
        restarts: int,
        *,
        ready: bool = False,
    ) -> dict[str, Any]:
        running = "running" in state
        ran = running or "terminated" in state or bool(last)
        image = container.spec["image"]
        entry = {
            "name": container.name,
            "state": state,
            "lastState": last,
            "ready": ready,
            "restartCount": int(restarts),
            "image": image,
            # One image, one id: siblings and neighbours share it.
            "imageID": f"{image.partition('@')[0]}@sha256:{digest('image', image)}" if ran else "",
            "started": running and (ready or "startupProbe" not in container.spec),
            "resources": container.spec.get("resources", {}),
        }
        if running:
            entry["containerID"] = f"containerd://{digest(self._meta['uid'], container.name, 'now', restarts)}"
        elif ran:
            entry["containerID"] = (state.get("terminated") or last.get("terminated") or {}).get("containerID", "")
        return entry


def _ended(
    container: Container, code: int, reason: str, message: str, ended_s: float, ran_s: float, which: str
) -> dict[str, Any]:
    end = {
        "exitCode": code,
        "reason": reason,
        "startedAt": ago(ended_s + ran_s),
        "finishedAt": ago(ended_s),
        "containerID": f"containerd://{digest(container.name, container.spec['image'], which, ended_s)}",
    }
    return {"terminated": end | ({"message": message} if message else {})}


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
