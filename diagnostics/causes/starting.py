"""The pod is on its way up, and within the time that it may take.

What it means
    Containers are being created, an image is being pulled, an init container works, or a container runs and has not
    passed its startup or readiness probe yet. A pod with scheduling gates is held back on purpose.

How it is decided
    Nothing has failed in this life of the pod, and less time has passed than its own probes allow (at least one minute;
    five minutes for images and init containers).

What it is confused with
    A pod that hangs: after that time the silence itself is suspicious. FailedMount, FailedScheduling and image errors
    end this answer at once.

How to fix it
    Wait; ask again.

How to prevent it
    Smaller images, pre-pulled on the nodes; a startupProbe that is honest about the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, ago, event, running, terminated, waiting
from diagnostics.facts.model import Role
from diagnostics.facts.pods.age import budget_s, young
from diagnostics.facts.quotes import condition, first, in_status
from diagnostics.facts.quotes import waiting as waits
from diagnostics.fields import items, name, table, text, time
from diagnostics.findings import wording
from diagnostics.findings.commands import kubectl, pod_name
from diagnostics.transcript.last_words import last_words

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Event

CAUSE: Final = Cause(
    id="starting",
    title="On its way up",
    category=Category.STATUS,
)
_PATIENCE_S: Final = 300
_NEWEST: Final = 10
"""Lines before the end in which work that goes on says so."""
_NOT_YET: Final = {"", "ContainerCreating", "PodInitializing"}
_BAD: Final = frozenset(
    {
        *("Failed", "FailedMount", "FailedAttachVolume", "FailedScheduling", "FailedCreatePodSandBox", "BackOff"),
        *("NetworkNotReady", "InspectFailed", "ErrImageNeverPull"),
    }
)


def check(case: Case) -> Finding | None:
    """Return the finding when the pod is young and nothing of it has failed."""
    pod = case.pod
    if (
        pod is None
        or text(pod, "metadata", "deletionTimestamp")
        or text(pod, "status", "phase") in {"Failed", "Succeeded"}
    ):
        return None
    gates = [text(gate, "name") for gate in items(pod, "spec", "schedulingGates")]
    if gates and not text(pod, "spec", "nodeName"):
        return _finding(case, f"it is held back by scheduling gate {', '.join(gates)}", condition(pod, "PodScheduled"))
    if any(item.terminations and item.role is not Role.INIT for item in case.containers):
        return None
    if any(event.reason in _BAD and not _past(case, event) for event in case.events):
        return None
    open_ones = [item for item in case.containers if not _done(item)]
    if not open_ones and case.containers:
        return None
    return _step(case, open_ones)


def ruled_out(case: Case) -> str:
    """Return how long it has been trying, when it never got ready."""
    container = case.suspect
    if container is None or container.terminations or container.running_since is None or container.ready:
        return ""
    if young(case, container):
        return ""
    lived = (case.now - container.running_since).total_seconds()
    return f"it has run for {wording.span(lived)} and its probes allow {wording.span(budget_s(container))}"


def suspected(case: Case, best: Finding) -> bool:
    """Whether a start that only takes its time comes to mind."""
    del case
    return best.cause in {"readiness-probe-failed", "startup-probe-failed", "liveness-probe-failed", ""}


def _past(case: Case, event: Event) -> bool:
    """Whether a container has been started since: what held the pod up before is over."""
    started = [item.running_since for item in case.containers if item.running_since is not None]
    return event.last is not None and any(event.last < since for since in started)


def _progresses(case: Case, container: Container) -> bool:
    """Whether the newest lines of its log say how far its work came, and nothing in it failed."""
    told = case.transcript
    if told.progress is None or told.container != container.name or container.terminations or case.claims:
        return False
    done, total = told.progress.done, told.progress.total
    return told.progress.last_line >= len(told.lines) - _NEWEST and done is not None and (total is None or done < total)


def _newest(case: Case, container: Container) -> tuple[Evidence, ...]:
    """Return what it said last: what it is busy with."""
    said = last_words(case.transcript, 2) if case.transcript.container == container.name else []
    return tuple(case.quote(line) for line in said[-1:])


def _done(container: Container) -> bool:
    if container.role is Role.INIT:
        return table(container.status, "state", "terminated").get("exitCode") == 0
    return container.ready


def _step(case: Case, open_ones: list[Container]) -> Finding | None:
    """Return what the pod is busy with, when that has not lasted too long."""
    for item in open_ones:
        if item.running_since is None:
            continue
        lived = (case.now - item.running_since).total_seconds()
        if _progresses(case, item):
            words = f"{wording.who(case, item)} has worked for {wording.span(lived)} and gets on"
            last = case.transcript.progress.last_line if case.transcript.progress is not None else 0
            return _finding(case, words, (case.quote(last), *in_status(item, "ready", "restartCount")), item.name)
        if item.role is not Role.INIT and young(case, item):
            words = (
                f"{wording.who(case, item)} has run for {wording.span(lived)} and may take "
                f"{wording.span(budget_s(item))} to get ready"
            )
            proof = (*in_status(item, "ready", "started", "restartCount"), *_newest(case, item))
            return _finding(case, words, proof, item.name)
        if item.role is Role.INIT and lived <= _PATIENCE_S and not case.claims:
            words = f"init container {item.name} has worked for {wording.span(lived)}"
            return _finding(case, words, in_status(item, "state.running.startedAt"), item.name)
        return None
    return _created(case, open_ones)


def _created(case: Case, open_ones: list[Container]) -> Finding | None:
    """Return the finding while nothing runs yet: the image, the volumes, the sandbox."""
    age = _age(case)
    if any(item.waiting_reason not in _NOT_YET for item in open_ones) or age > _PATIENCE_S:
        return None
    pulling = next((event for event in case.events if event.reason == "Pulling"), None)
    if age > budget_s(open_ones[0]) and pulling is None if open_ones else age > 60:
        return None
    words = "an image is being pulled" if pulling is not None else "its containers are being created"
    proof = (pulling.evidence(),) if pulling is not None else (waits(open_ones[0]) if open_ones else ())
    made = text(case.pod, "metadata", "creationTimestamp")
    return _finding(
        case,
        f"{words}, {wording.span(age)} after it was made",
        (*proof, Evidence(source="pod", path="metadata", quote=f"creationTimestamp={made}", at=made)),
        open_ones[0].name if open_ones else "",
    )


def _age(case: Case) -> float:
    made = time(case.pod, "metadata", "creationTimestamp")
    return (case.now - made).total_seconds() if made is not None else float("inf")


def _finding(case: Case, words: str, proof: tuple[Evidence, ...], container: str = "") -> Finding:
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.NOT_FAILING,
        summary=f"Pod {name(case.pod)} is on its way up: {words}.",
        evidence=first(proof),
        container=container,
        facts={"age_s": _age(case)},
        remedy=Remedy(
            text="Wait, and ask again.", commands=(kubectl(case.namespace, "get", "pod", pod_name(case), "--watch"),)
        ),
        fault=Fault.NONE,
        conclusive=True,
    )


_YOUNG: Final = {"metadata": {"creationTimestamp": ago(25)}, "status": {"startTime": ago(25)}}
EXAMPLES: Final = (
    Example(
        title="within what its startup probe allows",
        hit=True,
        container={"startupProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 10, "failureThreshold": 30}},
        pod={"metadata": {"creationTimestamp": ago(130)}},
        status={"ready": False, "started": False, "restartCount": 0, "state": running(120)},
        log="warming up\n",
        events=(event("Unhealthy", "Startup probe failed: dial tcp 10.0.0.7:80: connect: connection refused", age=5),),
    ),
    Example(
        title="an image is being pulled",
        hit=True,
        pod={**_YOUNG, "status": {"phase": "Pending"}},
        status={"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}},
        events=(event("Pulling", 'Pulling image "registry.example/api:1.0.0"', age=20, kind="Normal"),),
    ),
    Example(
        title="near miss: not ready, long past its time",
        hit=False,
        container={"readinessProbe": {"tcpSocket": {"port": 80}}},
        status={"ready": False, "started": True, "restartCount": 0, "state": running(3000)},
        also=("readiness-probe-failed",),
    ),
    Example(
        title="near miss: young, and it crashes",
        hit=False,
        pod=_YOUNG,
        status={"restartCount": 2, "state": waiting("CrashLoopBackOff"), "lastState": terminated(1)},
    ),
)
