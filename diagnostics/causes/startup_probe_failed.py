"""The kubelet killed the container because its startup probe did not pass in the time it allows.

What it means
    Until the startup probe has passed once, the other probes wait. When failureThreshold tries have failed, the kubelet
    kills the container and starts it again: a start that always needs longer never ends.

How it is decided
    By the Killing event (``failed startup probe``) for this container at its end, or, when events are gone, by its
    lifetime: initialDelaySeconds + failureThreshold x periodSeconds, plus the grace period when it ignored SIGTERM.

What it is confused with
    A liveness kill (the same exit codes), OOMKilled (137), and a program that never gets ready at all: then more time
    changes nothing, and what it waits for (its log, a dependency, a migration) is the root.

How to fix it
    Allow 1.5 times the start that was measured: raise failureThreshold, not the period. Check that the probe asks for
    what the program really serves or writes.

How to prevent it
    Measure the start in production conditions (cold caches, CPU limits, migrations) and alert when it comes near to
    what the probe allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.findings import probe_kills, suspicion

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding

CAUSE: Final = Cause(
    id="startup-probe-failed",
    title="Killed for a failing startup probe",
    category=Category.PROBE,
    explained_by=FAULTS - {Category.PROBE, Category.OUTSIDE} | {"app-crash"},
)


def check(case: Case) -> Finding | None:
    """Return the finding when the failing container's newest end was a startup kill."""
    return probe_kills.finding(case, "Startup", CAUSE.id)


def ruled_out(case: Case) -> str:
    """Return the fact that rules a startup kill out, when the container has such a probe."""
    return probe_kills.ruled_out(case, "Startup")


def suspected(case: Case, best: Finding) -> bool:
    """Whether a kill by the probe comes to mind."""
    del best
    return suspicion.killed_by_probe(case, "Startup")


_BACKOFF: Final = waiting("CrashLoopBackOff", "back-off 40s restarting failed container=api pod=api_production(uid)")
_EXEC: Final = {"exec": {"command": ["cat", "/tmp/ready"]}, "periodSeconds": 2, "failureThreshold": 5}  # noqa: S108 — a path in an example
EXAMPLES: Final = (
    Example(
        title="the file that says ready never comes",
        hit=True,
        container={"startupProbe": _EXEC},
        status={"state": _BACKOFF, "lastState": terminated(137, lived=41)},
        log="migrating the local store\n",
        events=(
            event("Unhealthy", "Startup probe failed: cat: can't open '/tmp/ready': No such file", age=51),
            event("Killing", "Container api failed startup probe, will be restarted", age=50, kind="Normal"),
        ),
    ),
    Example(
        title="a native sidecar: the event has no tail and names an init container",
        hit=True,
        container={"startupProbe": {"tcpSocket": {"port": 15021}, "periodSeconds": 1, "failureThreshold": 20}},
        status={"state": _BACKOFF, "lastState": terminated(143, lived=21)},
        log="warming up\n",
        events=(
            event("Unhealthy", "Startup probe failed: dial tcp 10.0.0.7:15021: connect: connection refused", age=21),
            event("Killing", "Init container api failed startup probe", age=21, kind="Normal"),
        ),
    ),
    Example(
        title="near miss: it failed by itself while the startup probe was still trying",
        hit=False,
        container={"startupProbe": _EXEC},
        status={"state": _BACKOFF, "lastState": terminated(1, lived=3)},
        log="panic: no such table\n",
        events=(event("Unhealthy", "Startup probe failed: cat: can't open '/tmp/ready': No such file", age=21),),
    ),
)
