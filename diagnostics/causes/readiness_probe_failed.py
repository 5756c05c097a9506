"""The container runs and is not ready: its readiness probe fails, so Services send it no traffic. Nothing is restarted.

What it means
    A failing readiness probe takes the pod out of its Services and stops a rollout; it never kills. If the restart
    count grows, something else is wrong.

How it is decided
    The container runs, Ready is False, and events say ``Readiness probe failed``; the last end, if any, is long past. A
    pod condition ReadinessGatesNotReady says the same for a readiness gate that nobody has opened.

What it is confused with
    A crash loop (there is none), liveness (same endpoint, other consequence), and the readiness failures of a container
    that is being killed for liveness. 5xx usually has a dependency behind it: then that is the root.

How to fix it
    404 and 401: correct the probe's path. Refused: the wrong port, or not listening yet. 5xx: the program says that it
    is not ready; ask it why. Time-outs: load, or a timeout of one second.

How to prevent it
    Readiness asks "can this instance serve now?"; test the path in CI, keep shared dependencies out of it (one slow
    database must not take every replica away), and alert on pods that are not ready for ten minutes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.claims.probes import failures as probes
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, running, terminated, waiting
from diagnostics.facts.model import Role
from diagnostics.facts.pods.age import young
from diagnostics.facts.pods.probe_texts import MISCONFIGURED
from diagnostics.facts.pods.stability import running_on
from diagnostics.facts.quotes import condition, ending, first, in_status
from diagnostics.fields import items, table, text
from diagnostics.findings import probe_words, suspicion, wording
from diagnostics.findings.commands import kubectl, new_pod, pod_name
from diagnostics.findings.probe_fixes import remedy

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.probes.failures import Failing
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="readiness-probe-failed",
    title="Runs, but is not ready",
    category=Category.PROBE,
    explained_by=FAULTS | {"app-crash"},
)


def check(case: Case) -> Finding | None:
    """Return the finding when a container runs on and is not ready, or a readiness gate is closed."""
    container = _not_ready(case)
    if container is None:
        return _gates(case)
    if container.status.get("started") is False and container.spec.get("startupProbe"):
        return None
    probe = probes.read(case, container, "Readiness")
    if probe is None or (not probe.failures and probe.errored):
        return None
    if probe.fault not in MISCONFIGURED and young(case, container):
        return None
    return _finding(case, container, probe)


def _not_ready(case: Case) -> Container | None:
    """Return the suspect when it runs on and is not ready; without a suspect, any such container (a sidecar)."""
    asked = (case.suspect,) if case.suspect is not None else case.containers
    return next(
        (item for item in asked if not item.ready and item.role is not Role.INIT and running_on(item, case.now)), None
    )


def ruled_out(case: Case) -> str:
    """Return why readiness is not the matter, when the container has such a probe."""
    container, end = case.suspect, case.ended
    if container is None or not container.spec.get("readinessProbe") or end is None:
        return ""
    return f"container {container.name} was restarted {container.restarts} times, and readiness never restarts anything"


def suspected(case: Case, best: Finding) -> bool:
    """Whether the probe comes to mind: an event says that it failed."""
    del best
    return suspicion.failed_probe(case, "Readiness")


def _finding(case: Case, container: Container, probe: Failing) -> Finding:
    misled = probe.fault in MISCONFIGURED
    said = "" if probe.said is None else f"; {probe_words.said(case, probe.said)}"
    beside = None if misled or probe.said is not None else _ended_beside(case, container)
    told = ""
    if beside is not None:
        end = beside.terminations[0]
        told = f"; {wording.who(case, beside)} beside it ended meanwhile (exit code {end.exit_code})"
    since = (case.now - container.running_since).total_seconds() if container.running_since else 0
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if probe.failures else Verdict.LIKELY,
        summary=wording.sentence(
            f"{wording.begin(wording.who(case, container))} has run for {wording.span(since)} and is not ready: its "
            f"readiness probe {probe.asks} {probe_words.answer(probe)}{said}{told}"
        ),
        evidence=first(
            (
                *probe.evidence,
                *in_status(container, "ready", "restartCount"),
                *condition(case.pod or {}, "Ready"),
                *(() if beside is None else ending(beside, beside.terminations[0])),
            )
        ),
        container=container.name,
        facts={
            "sub_cause": str(probe.fault),
            "probe": probe.asks,
            "status": probe.status,
            "running_s": since,
            "restarts": container.restarts,
        },
        remedy=_remedy(case, probe, beside),
        fault=Fault.TEMPLATE if misled else Fault.POD_STATE if _told_to_stop(container, beside) else Fault.UNKNOWN,
        fault_names=("readinessProbe",),
        conclusive=misled,
    )


def _ended_beside(case: Case, container: Container) -> Container | None:
    """Return another container of the pod that ended while this one ran on: it may have told it to stop serving."""
    for other in case.containers:
        end = other.terminations[0] if other.terminations else None
        since, at = container.running_since, None if end is None else end.finished_at
        if other.name != container.name and other.role is not Role.INIT and since and at and at > since:
            return other
    return None


def _told_to_stop(container: Container, beside: Container | None) -> bool:
    """Whether the neighbour's end ran a hook that may have asked the program to drain, which it does from then on."""
    if beside is None:
        return False
    return any(table(item.spec, "lifecycle", "preStop") for item in (beside, container))


def _remedy(case: Case, probe: Failing, beside: Container | None) -> Remedy:
    """Return what to do; where a neighbour's end may have made it stop serving, a new pod starts both afresh."""
    found = remedy(case, probe)
    if beside is None or not _told_to_stop(probe.container, beside):
        return found
    text = (
        f" If the log tells nothing, have the pod made anew: {beside.name} was ended and started anew, and what its"
        f" preStop hook asked of {probe.container.name} then (to drain, to shut down) holds until that starts anew too."
    )
    return replace(found, text=found.text + text, commands=(*found.commands, new_pod(case)))


def _gates(case: Case) -> Finding | None:
    """Return the finding when every container is ready and a readiness gate keeps the pod from being so."""
    if case.pod is None or not items(case.pod, "spec", "readinessGates"):
        return None
    proof = condition(case.pod, "Ready")
    closed = any(
        text(entry, "type") == "Ready" and text(entry, "reason") == "ReadinessGatesNotReady"
        for entry in items(case.pod, "status", "conditions")
    )
    if not closed:
        return None
    gates = [text(entry, "conditionType") for entry in items(case.pod, "spec", "readinessGates")]
    named = [
        Evidence(source="pod", path="spec.readinessGates", quote=f"conditionType={gate}") for gate in gates if gate
    ]
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"Every container is ready; 1 of the readiness gates ({', '.join(gates)}) has not been opened.",
        evidence=first((*proof, *named)),
        facts={"gates": gates},
        remedy=Remedy(
            text="Look at the controller that sets this condition (a load balancer, a mesh, an operator).",
            commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)),),
        ),
        fault=Fault.CLUSTER,
    )


_READY: Final = {"readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 3}}
_NOT_READY: Final = {"ready": False, "started": True, "restartCount": 0}
EXAMPLES: Final = (
    Example(
        title="the path is wrong: 404, no restarts",
        hit=True,
        container=_READY,
        status={**_NOT_READY, "state": running(600)},
        log="listening on :8080\n",
        events=(event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404"),),
    ),
    Example(
        title="the program says 503",
        hit=True,
        container=_READY,
        status={**_NOT_READY, "state": running(3600)},
        log="listening on :8080\n",
        events=(event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),),
    ),
    Example(
        title="near miss: it crashes; readiness fails as well",
        hit=False,
        container=_READY,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(2)},
        log="panic: runtime error: index out of range [3] with length 3\n",
        events=(event("Unhealthy", "Readiness probe failed: dial tcp 10.0.0.7:8080: connect: connection refused"),),
    ),
    Example(
        title="near miss: just started, refused for a moment",
        hit=False,
        container=_READY,
        pod={
            "metadata": {"creationTimestamp": "2026-11-22T11:59:50Z"},
            "status": {"startTime": "2026-11-22T11:59:50Z"},
        },
        status={**_NOT_READY, "state": running(6)},
        events=(
            event("Unhealthy", "Readiness probe failed: dial tcp 10.0.0.7:8080: connect: connection refused", age=5),
        ),
        also=("starting",),
    ),
)
