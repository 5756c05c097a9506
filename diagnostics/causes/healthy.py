"""Nothing is wrong now: every container of the pod runs and is ready, or it has done its work.

What it means
    There is nothing to fix and no action to offer. Restarts of long ago, the word "error" in a log, and old events are
    no illness.

How it is decided
    By the live status first: every container is ready and runs, the pod is Ready, no end within the last three days. A
    Job's pod that ended with 0 and a finished Job count as well.

What it is confused with
    recovered (it ended not long ago and has run since), starting (not ready yet, within its time). A crash loop is
    Running and Ready for most of its time: a run that is no longer than the one that crashed is not health.

How to fix it
    Nothing. If users still see trouble, look at what they reach first: Ingress, Service, the pod's dependencies.

How to prevent it
    A readiness probe that tells the truth makes this answer worth more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import NAMESPACE, Example, ago, event, running, terminated, waiting
from diagnostics.facts.pods.stability import all_well, last_end
from diagnostics.facts.quotes import condition, first, in_status, pairs
from diagnostics.fields import items, labels, name, text
from diagnostics.findings import reassurance, wording
from diagnostics.findings.commands import kubectl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

RECORDS: Final = 5
"""Pods that one command deletes."""
CAUSE: Final = Cause(
    id="healthy",
    title="Nothing is wrong now",
    category=Category.STATUS,
)


def check(case: Case) -> Finding | None:
    """Return the finding when nothing is wrong with the pod, or the Job has done its work."""
    if text(case.pod, "metadata", "deletionTimestamp"):
        return _leaving(case)
    if text(case.pod, "status", "phase") == "Succeeded":
        done = Evidence(source="pod", path="status", quote="phase=Succeeded")
        ends = [quote for item in case.containers for quote in in_status(item, "state.terminated.exitCode")]
        told = reassurance.warnings(case)
        over = _over(tuple(item.quote for item in told))
        return _finding(
            f"Pod {name(case.pod)} has done its work: every container ended with exit code 0.{over}",
            (done, *ends, *told),
        )
    if case.pod is None:
        return _job(case)
    if not all_well(case) or last_end(case) is not None:
        return None
    restarts = sum(item.restarts for item in case.containers)
    past = (
        f"; its {wording.times(restarts)} {'lies' if restarts == 1 else 'lie'} more than three days back"
        if restarts
        else " after 0 restarts"
    )
    count = len([item for item in case.containers if item.running_since is not None])
    ready = "its container is ready" if count == 1 else f"all {count} containers are ready"
    proof = [
        *(quote for item in case.containers for quote in in_status(item, "ready", "restartCount")),
        *condition(case.pod, "Ready"),
    ]
    alone = next((item for item in case.containers if item.running_since is not None), None)
    well = reassurance.told(case, alone) if alone is not None else reassurance.Reassurance()
    gone = reassurance.left_over(case)
    waits = _without_address(case)
    found = _finding(
        f"Nothing is wrong{' with the pod' if waits else ''}: {ready}{past}.{_told(waits)}{_replaced(gone)}"
        f"{_outlived(well)}",
        (*proof, *waits, *_records(gone), *well.quotes),
    )
    return replace(found, remedy=_cleared(gone)) if gone else found


def _without_address(case: Case) -> tuple[Evidence, ...]:
    """Return the Services of the pod that wait for an address of a load balancer: who asks from outside meets them."""
    labels_of = labels(case.pod, "metadata", "labels")
    return tuple(
        Evidence(
            source="service",
            path=f"{case.namespace}/{name(item)} status.loadBalancer",
            quote=f"name={name(item)} type=LoadBalancer, without an ingress address",
        )
        for item in case.snapshot.all("Service", case.namespace)
        if text(item, "spec", "type") == "LoadBalancer"
        and not items(item, "status", "loadBalancer", "ingress")
        and (selector := labels(item, "spec", "selector"))
        and selector.items() <= labels_of.items()
    )


def _told(waits: Sequence[Evidence]) -> str:
    """Return that no load balancer has given such a Service an address, as a sentence that follows."""
    if not waits:
        return ""
    named = waits[0].path.partition(" ")[0].rpartition("/")[2]
    return (
        f" But Service {named} is of type LoadBalancer and has no address: nothing in this cluster gave it one, so it"
        " is reached by its node port or a port-forward only."
    )


def _replaced(gone: Sequence[Object]) -> str:
    """Return what became of pods that failed before: an alert may be about them."""
    if not gone:
        return ""
    pod = gone[0]
    more = f", as were {len(gone) - 1} more" if len(gone) > 1 else ""
    why = text(pod, "status", "reason") or "failed"
    said = wording.cut(text(pod, "status", "message"), wording.WORDS)
    return f" Pod {name(pod)} was replaced{more} ({why}{f': {said}' if said else ''}); what is left of it is a record."


def _records(gone: Sequence[Object]) -> list[Evidence]:
    return [
        Evidence(source="pod", path=f"{name(pod)} status", quote=quote)
        for pod in gone[:2]
        if (quote := pairs(pod, "status.phase", "status.reason").replace("status.", ""))
    ]


def _cleared(gone: Sequence[Object]) -> Remedy:
    """Return how to clear what an alert may go on to count."""
    pods = [name(pod) for pod in gone]
    command = kubectl(text(gone[0], "metadata", "namespace"), "delete", "pod", *pods[:RECORDS])
    return Remedy(text="Nothing to repair; delete the record where an alert goes on to count it.", commands=(command,))


def _outlived(well: reassurance.Reassurance) -> str:
    """Return what somebody may have asked for: a complaint that is newer than the last sign of life, or an event."""
    if well.words:
        told = wording.sentence(wording.head(well.words))
        return f" What its log complains of does not keep it from that: {told}"
    return _over(well.warned)


def _over(warned: Sequence[str]) -> str:
    """Return what events warned of, as what is past."""
    told = " And: ".join(wording.sentence(wording.head(words)) for words in warned)
    many = len(warned) > 1
    return f" {'Earlier events are' if many else 'An earlier event is'} over: {told}" if told else ""


def ruled_out(case: Case) -> str:
    """Return nothing: that something is wrong is said by what is wrong."""
    del case
    return ""


def _finding(summary: str, proof: tuple[Evidence, ...]) -> Finding:
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.NOT_FAILING,
        summary=summary,
        evidence=first(proof),
        remedy=Remedy(text="Nothing to do."),
        fault=Fault.NONE,
        conclusive=True,
    )


def _leaving(case: Case) -> Finding | None:
    """Say that a pod is on its way out: whatever its containers do meanwhile is no failure."""
    stamp = text(case.pod, "metadata", "deletionTimestamp")
    proof = Evidence(source="pod", path="metadata", quote=f"deletionTimestamp={stamp}", at=stamp)
    return _finding(f"Pod {name(case.pod)} is being deleted (by {stamp}): its exit codes mean nothing.", (proof,))


def _job(case: Case) -> Finding | None:
    """Return the finding for a finished Job, or a CronJob whose last run succeeded and whose pods are gone."""
    raw = case.workload.raw if case.workload is not None else {}
    for entry in items(raw, "status", "conditions"):
        if text(entry, "type") in {"Complete", "SuccessCriteriaMet"} and text(entry, "status") == "True":
            return _finding(f"{case.workload} is complete; its pods are gone.", condition(raw, text(entry, "type")))
    stamp = text(raw, "status", "lastSuccessfulTime")
    if text(raw, "kind") == "CronJob" and stamp and stamp >= text(raw, "status", "lastScheduleTime"):
        quote = pairs(raw, "status.lastScheduleTime", "status.lastSuccessfulTime")
        proof = Evidence(source="cronjob", path=name(raw), quote=quote)
        return _finding(f"{case.workload} last succeeded at {stamp}; no pod of it is left.", (proof,))
    return None


_WELL: Final = {"ready": True, "started": True}
EXAMPLES: Final = (
    Example(
        title="runs and is ready",
        hit=True,
        status={**_WELL, "restartCount": 0, "state": running(7200)},
        log="INFO serving\nERROR upstream timed out, retrying\nINFO ok\n",
    ),
    Example(
        title="restarted days ago, old events, the word error in the log",
        hit=True,
        status={
            **_WELL,
            "restartCount": 7,
            "state": running(500000),
            "lastState": terminated(1, ended=500010),
        },
        log="Error: connect ECONNREFUSED 10.0.0.9:5432\nreconnected\n",
        events=(event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", age=3000),),
    ),
    Example(
        title="a Job that is complete, its pods gone",
        hit=True,
        no_pod=True,
        target=("Job", "report"),
        objects=(
            {
                "kind": "Job",
                "metadata": {"name": "report", "namespace": NAMESPACE},
                "spec": {},
                "status": {"conditions": [{"type": "Complete", "status": "True", "lastTransitionTime": ago(900)}]},
            },
        ),
    ),
    Example(
        title="near miss: Running for a moment, in a loop",
        hit=False,
        status={**_WELL, "restartCount": 6, "state": running(4), "lastState": terminated(1, lived=5, ended=90)},
        log="panic: nil map\n",
        also=("app-crash",),
    ),
    Example(
        title="near miss: waiting",
        hit=False,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(1)},
    ),
)
