"""The kubelet killed the container because its liveness probe failed too often in a row.

What it means
    Nothing is left of such a kill in the pod's status: the exit code is 137 when the program ignored SIGTERM, 143 when
    it died of it, and 0 (Completed) when it shut down in good order. The program may be perfectly well.

How it is decided
    By the Killing event (``failed liveness probe``) for this container at its end. When events are gone: the lifetime
    lies between initialDelaySeconds + (failureThreshold - 1) x periodSeconds and the same with failureThreshold +
    timeoutSeconds, plus the grace period after SIGTERM. What the probe got tells which of the two is wrong:
    404, 401 or 3xx: the probe's path; refused from the start on a port that nothing uses: its port; refused until the
    kill on the right port: too early; a time-out: too slow; 5xx: the program says itself that it is not well.

What it is confused with
    OOMKilled (137 without that reason is not memory), a crash (an exception with exit 1 before the probe could give up
    rules the probe out), exits-cleanly (exit 0), a failing readiness probe, which never restarts anything, and a probe
    that "errored", which the kubelet does not count. A dependency that is down makes a deep health check fail: the
    dependency is then the root.

How to fix it
    Correct the path or port; for a slow start add a startupProbe that allows 1.5 times the measured start, and leave
    initialDelaySeconds alone. When the program is really unhealthy, the probe does its duty: find out why.

How to prevent it
    Liveness asks "is this process stuck?" and nothing else: no dependencies in it, a startupProbe for the start, a
    timeout above the slowest garbage collection, and a probe endpoint that is tested in CI against the manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.examples import Example, event, running, terminated, waiting
from diagnostics.findings import probe_kills, suspicion

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding

CAUSE: Final = Cause(
    id="liveness-probe-failed",
    title="Killed for a failing liveness probe",
    category=Category.PROBE,
    explained_by=FAULTS - {Category.PROBE, Category.OUTSIDE} | {"app-crash"},
)


def check(case: Case) -> Finding | None:
    """Return the finding when the failing container's newest end was a liveness kill."""
    return probe_kills.finding(case, "Liveness", CAUSE.id)


def ruled_out(case: Case) -> str:
    """Return the fact that rules a liveness kill out, when the container has such a probe."""
    return probe_kills.ruled_out(case, "Liveness")


def suspected(case: Case, best: Finding) -> bool:
    """Whether a kill by the probe comes to mind."""
    del best
    return suspicion.killed_by_probe(case, "Liveness")


_BACKOFF: Final = waiting("CrashLoopBackOff", "back-off 1m20s restarting failed container=api pod=api_production(uid)")
_KILLED: Final = "Container api failed liveness probe, will be restarted"
_HTTP: Final = {
    "httpGet": {"path": "/healthz", "port": 8080},
    "initialDelaySeconds": 5,
    "periodSeconds": 10,
    "failureThreshold": 3,
    "timeoutSeconds": 1,
}
EXAMPLES: Final = (
    Example(
        title="the path is wrong; the program exits 0 on SIGTERM",
        hit=True,
        container={"livenessProbe": _HTTP},
        status={"state": _BACKOFF, "lastState": terminated(0, "Completed", lived=28)},
        log="server listening on :8080\nreceived SIGTERM, shutting down\n",
        events=(
            event("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404", age=22),
            event("Killing", _KILLED, age=22, kind="Normal"),
        ),
    ),
    Example(
        title="the port is wrong: the container declares another",
        hit=True,
        container={
            "livenessProbe": {"tcpSocket": {"port": 8081}, "periodSeconds": 5, "failureThreshold": 2},
            "ports": [{"containerPort": 8080}],
        },
        status={"state": _BACKOFF, "lastState": terminated(143, lived=8)},
        log="ready\n",
        events=(
            event("Unhealthy", "Liveness probe failed: dial tcp 10.0.0.7:8081: connect: connection refused", age=21),
            event("Killing", _KILLED, age=21, kind="Normal"),
        ),
    ),
    Example(
        title="killed before it listens; 137 is not memory here",
        hit=True,
        container={"livenessProbe": _HTTP, "resources": {"limits": {"memory": "1Gi"}}},
        status={"state": _BACKOFF, "lastState": terminated(137, lived=57)},
        log="loading 4 GB of caches\n",
        events=(
            event(
                "Unhealthy",
                'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: '
                "connection refused",
                age=50,
            ),
            event("Killing", _KILLED, age=50, kind="Normal"),
        ),
    ),
    Example(
        title="events are gone; SIGKILL after exactly the probe's time and the grace period",
        hit=True,
        container={"livenessProbe": _HTTP},
        pod={"spec": {"terminationGracePeriodSeconds": 30}},
        status={"state": _BACKOFF, "lastState": terminated(137, lived=59)},
        log="loading caches\n",
    ),
    Example(
        title="a server refuses its clients while it recovers, and is killed before it has: it did not fail",
        hit=True,
        container={"livenessProbe": _HTTP},
        status={"state": _BACKOFF, "lastState": terminated(137, lived=65)},
        log="LOG:  starting PostgreSQL 15.4\nFATAL:  the database system is starting up\n"
        "LOG:  database system was not properly shut down; automatic recovery in progress\n"
        "LOG:  redo starts at 1/4A000028\n" + "FATAL:  the database system is starting up\n" * 9,
        events=(
            event("Unhealthy", "Liveness probe failed: 10.0.0.7:5432 - rejecting connections", age=55),
            event("Killing", _KILLED, age=50, kind="Normal"),
        ),
    ),
    Example(
        title="near miss: an exception ended it long before the probe could give up",
        hit=False,
        container={"livenessProbe": _HTTP},
        status={"state": _BACKOFF, "lastState": terminated(1, lived=2)},
        log="Traceback (most recent call last):\nValueError: bad sum\n",
        events=(event("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 503", age=600),),
    ),
    Example(
        title="near miss: the probe only errored, which never kills; the container runs",
        hit=False,
        container={"livenessProbe": {"exec": {"command": ["curl", "-f", "localhost"]}}},
        status={"ready": True, "started": True, "restartCount": 0, "state": running(3600)},
        events=(
            event(
                "Unhealthy",
                "Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec "
                'in container: exec: "curl": executable file not found in $PATH',
            ),
        ),
    ),
)
