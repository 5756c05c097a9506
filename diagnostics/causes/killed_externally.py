"""Something outside the container ended it: a drain, a preemption, a shutdown, a rule, or a SIGKILL nobody put down.

What it means
    The program did not end by itself, and neither memory nor a probe nor a hook explains the end. When the API names
    the author (drain, preemption, node shutdown, deletion, a restart rule, a resize) it is said; otherwise this is the
    honest remainder: killed, by whom is not recorded.

How it is decided
    Author known: the pod's reason, the condition DisruptionTarget, deletionTimestamp, the Killing event. Author
    unknown: exit code 137 or 143 after OOMKilled, probe and hook events, probe arithmetic, eviction and node trouble
    have been excluded. That stays "likely", never more.

What it is confused with
    An OOM kill that the runtime missed (a memory limit, an abrupt end of the log, varying lifetimes): look at the
    node's kernel log. A probe kill whose events are gone: the lifetime would fit.

How to fix it
    After a drain or preemption nothing: the controller makes another pod. For an unknown author read the node's kernel
    log (``journalctl -k``) at the time of the end, and ask who has access to the node or runs ``kubectl exec``.

How to prevent it
    PodDisruptionBudgets, priority classes on purpose, a grace period that is long enough, metrics of memory use so that
    a missed OOM kill is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import killings, removals
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import condition, first, in_status
from diagnostics.facts.workloads.memory import limit_of
from diagnostics.fields import items, text
from diagnostics.findings import suspicion, wording
from diagnostics.findings.commands import kubectl, pod_name

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Event, Termination

CAUSE: Final = Cause(
    id="killed-externally",
    title="Ended from outside",
    category=Category.OUTSIDE,
    explained_by=FAULTS,
    fallback=True,
)
_FROM_OUTSIDE: Final = (129, 130, 137, 143)
_AUTHORS: Final = {
    EndedBy.DRAIN: "a drain, a taint or the eviction API removed the pod from its node",
    EndedBy.PREEMPTION: "a pod of higher priority preempted it",
    EndedBy.SHUTDOWN: "its node was shut down",
    EndedBy.DELETION: "the pod was deleted or its sandbox stopped",
    EndedBy.RULE: "a restart rule of another container restarted all containers of the pod",
    EndedBy.RESIZE: "somebody changed the pod in place (resize or image), which restarts the container",
}


def check(case: Case) -> Finding | None:
    """Return the finding when the newest end has an author outside, or none that is recorded."""
    container, end = failing(case), case.ended
    if container is None or end is None or text(case.pod, "status", "reason") in {"Evicted", "DeadlineExceeded"}:
        return None
    if end.ended_by in _AUTHORS:
        return _known(case, container, end)
    if end.ended_by is EndedBy.UNKNOWN_KILL and container.waiting_reason in {"", "CrashLoopBackOff"}:
        return _unknown(case, container, end)
    return None


def ruled_out(case: Case) -> str:
    """Return that the program ended by itself, when its exit code looks like a signal from outside."""
    end = case.ended
    if end is None or end.ended_by is not EndedBy.PROGRAM or end.exit_code not in _FROM_OUTSIDE:
        return ""
    return f"exit code {end.exit_code} is the program's own here"


def suspected(case: Case, best: Finding) -> bool:
    """Whether somebody outside comes to mind: a signal ended the container."""
    del best
    return suspicion.killed(case)


def _known(case: Case, container: Container, end: Termination) -> Finding:
    removed = end.ended_by in removals.REMOVED
    rule = end.ended_by is EndedBy.RULE
    source = _rule_source(case) if rule else ""
    extra = f" (container {source} has such a rule)" if source else ""
    words = (
        "Nothing to repair in the pod: its controller makes another one. See that a PodDisruptionBudget protects it."
    )
    if rule:
        words = f"Look at container {source or '<with the restart rule>'}: its exit restarts all the others."
    if end.ended_by is EndedBy.RESIZE:
        words = "The restart was asked for; nothing to repair unless it goes on."
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if end.sure else Verdict.LIKELY,
        summary=(
            f"{wording.begin(wording.who(case, container))} did not fail: {_AUTHORS[end.ended_by]}{extra} "
            f"(exit code {end.exit_code})."
        ),
        evidence=first((*end.because, *condition(case.pod or {}, "DisruptionTarget"))),
        container=container.name,
        facts={"ended_by": str(end.ended_by), "exit_code": end.exit_code, "restarts": container.restarts},
        remedy=Remedy(text=words, commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)),)),
        fault=Fault.OUTSIDE,
        conclusive=removed and end.sure,
    )


def _rule_source(case: Case) -> str:
    """Return the container whose own exit matches its RestartAllContainers rule."""
    for item in case.containers:
        rules = items(item.spec, "restartPolicyRules")
        if any(text(rule, "action") == "RestartAllContainers" for rule in rules):
            return item.name
    return ""


def _unknown(case: Case, container: Container, end: Termination) -> Finding:
    signal = "SIGTERM" if end.exit_code == 143 else "SIGKILL"
    limit = limit_of(case, container, end)
    earlier = killings.kills(case.events, container.name)[:1]
    node = text(case.pod, "spec", "nodeName")
    missed = (
        f" The memory limit is {limit.shown}: an OOM kill that the runtime missed is possible." if limit.shown else ""
    )
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.LIKELY,
        summary=(
            f"{wording.begin(wording.who(case, container))} was ended by {signal} (exit code {end.exit_code}) and "
            f"{_nobody(earlier)}."
        ),
        evidence=first(
            (
                *end.because,
                *(item.evidence() for item in earlier),
                *in_status(container, "restartCount"),
                *limit.evidence,
            )
        ),
        container=container.name,
        facts={
            "signal": signal,
            "exit_code": end.exit_code,
            "lived_s": end.lifetime_s,
            "restarts": container.restarts,
        },
        remedy=Remedy(
            text="Read the kernel log of the node at the time of the end (journalctl -k), and the node's events."
            + missed,
            commands=(
                kubectl("default", "get", "events", "--field-selector", "involvedObject.kind=Node"),
                *((kubectl("", "describe", "node", node),) if node else ()),
                kubectl(case.namespace, "top", "pod", pod_name(case), "--containers"),
            ),
        ),
        fault=Fault.OUTSIDE,
    )


def _nobody(earlier: tuple[Event, ...]) -> str:
    """Return that no sender is recorded, as the rest of a sentence; kills of another end are told as such."""
    if not earlier:
        return "nobody is on record as the sender: no OOM kill, no probe, no deletion"
    told = wording.cut(earlier[0].message, wording.WORDS)
    return f'no event of that end names the sender: the newest of its kills on record ("{told}") does not fit it'


_BACKOFF: Final = waiting("CrashLoopBackOff", "back-off 20s restarting failed container=api pod=api_production(uid)")
EXAMPLES: Final = (
    Example(
        title="SIGKILL without an author",
        hit=True,
        status={"state": _BACKOFF, "lastState": terminated(137, lived=400)},
        log="serving\n",
    ),
    Example(
        title="preempted by a pod of higher priority",
        hit=True,
        pod={
            "status": {
                "phase": "Failed",
                "conditions": [
                    {
                        "type": "DisruptionTarget",
                        "status": "True",
                        "reason": "PreemptionByScheduler",
                        "message": "default-scheduler: preempting to accommodate a higher priority pod",
                    }
                ],
            }
        },
        status={"state": terminated(143, lived=5000)},
    ),
    Example(
        title="near miss: killed for memory",
        hit=False,
        container={"resources": {"limits": {"memory": "64Mi"}}},
        status={"state": _BACKOFF, "lastState": terminated(137, "OOMKilled", lived=400)},
        also=("oom-killed",),
    ),
    Example(
        title="near miss: killed for its startup probe",
        hit=False,
        container={"startupProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 5}},
        status={"state": _BACKOFF, "lastState": terminated(137, lived=46)},
        events=(event("Killing", "Container api failed startup probe, will be restarted", age=50, kind="Normal"),),
        also=("startup-probe-failed",),
    ),
)
