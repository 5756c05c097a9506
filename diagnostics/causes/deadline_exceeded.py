"""A Job or a pod ran longer than its activeDeadlineSeconds allows, and was ended for it.

What it means
    A Job that is over its deadline is failed and its pods are deleted, logs and all. A pod with its own deadline ends
    as Failed with reason DeadlineExceeded. Retries do not matter any more.

How it is decided
    By the Job's condition Failed with reason DeadlineExceeded, or the pod's reason DeadlineExceeded.

What it is confused with
    BackoffLimitExceeded (it failed too often: the failure itself is the cause), and ProgressDeadlineExceeded of a
    Deployment, which ends nothing. Exit code 137 or 143 of its pods belongs to the deadline.

How to fix it
    Find out why it took so long (a dependency, more data, less CPU, pods that waited to be scheduled: the time counts
    from the Job's start), then raise the deadline or split the work. A Job's deadline can be changed while it runs.

How to prevent it
    Alert at 80 % of the deadline, keep logs outside the pod, and let the work be resumable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import NAMESPACE, Example, ago, terminated
from diagnostics.facts.quotes import condition, first, of_object
from diagnostics.facts.workloads import owners
from diagnostics.fields import items, name, text, whole
from diagnostics.findings.commands import kubectl

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="deadline-exceeded",
    title="Ran out of its deadline",
    category=Category.OUTSIDE,
)
_REASON: Final = "DeadlineExceeded"


def check(case: Case) -> Finding | None:
    """Return the finding when the Job, or the pod, was ended for its deadline."""
    if text(case.pod, "status", "reason") == _REASON and case.pod is not None:
        message = text(case.pod, "status", "message")
        proof = [Evidence(source="pod", path="status", quote=f"reason={_REASON}")]
        if message:
            proof.append(Evidence(source="pod", path="status.message", quote=message))
        proof += of_object(case.pod, "spec", "activeDeadlineSeconds", kind="pod")
        allowed = whole(case.pod, "spec", "activeDeadlineSeconds")
        return _finding(case, "Pod", name(case.pod), allowed, tuple(proof))
    job = _job(case)
    if job is None:
        return None
    proof = [
        *condition({**job, "kind": "Job"}, "Failed"),
        *of_object(job, "spec", "activeDeadlineSeconds", kind="job"),
        *of_object(job, "status", "startTime", kind="job"),
    ]
    return _finding(case, "Job", name(job), whole(job, "spec", "activeDeadlineSeconds"), tuple(proof))


def ruled_out(case: Case) -> str:
    """Return why the Job failed instead, when it did."""
    raw = case.workload.raw if case.workload is not None and case.workload.kind == "Job" else {}
    for entry in items(raw, "status", "conditions"):
        reason = text(entry, "reason")
        if text(entry, "type") == "Failed" and text(entry, "status") == "True" and reason != _REASON:
            return f"the Job's condition says reason={reason}"
    return ""


def suspected(case: Case, best: Finding) -> bool:
    """Whether a deadline comes to mind: it is a Job."""
    del best
    return text(case.workload.raw if case.workload else {}, "kind") in {"Job", "CronJob"}


def _job(case: Case) -> Object | None:
    """Return the Job (the newest of a CronJob) when it failed for its deadline."""
    if case.workload is None:
        return None
    jobs = [case.workload.raw] if case.workload.kind == "Job" else []
    if case.workload.kind == "CronJob":
        made = owners.children(case.snapshot, "Job", case.workload.raw)
        jobs = sorted(made, key=lambda item: text(item, "metadata", "creationTimestamp"), reverse=True)[:1]
    return next((job for job in jobs if _over(job)), None)


def _over(job: Object) -> bool:
    return any(
        text(entry, "type") in {"Failed", "FailureTarget"}
        and text(entry, "status") == "True"
        and text(entry, "reason") == _REASON
        for entry in items(job, "status", "conditions")
    )


def _finding(case: Case, kind: str, title: str, allowed: int | None, proof: tuple[Evidence, ...]) -> Finding:
    within = f" of {allowed} s (activeDeadlineSeconds)" if allowed is not None else ""
    gone = " Its pods and their logs are deleted." if case.pod is None else ""
    look = kubectl(case.namespace, "describe", kind.lower(), title)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"{kind} {title} was ended because it ran longer than its deadline{within}.{gone}",
        evidence=first(proof),
        container=case.suspect.name if case.suspect is not None else "",
        facts={"deadline_s": allowed},
        remedy=Remedy(
            text="Find out what took so long, then raise activeDeadlineSeconds in the manifest (or split the work) and "
            "run it again.",
            commands=(look, kubectl(case.namespace, "get", "events", "--sort-by=.lastTimestamp")),
        ),
        fault=Fault.TEMPLATE,
        fault_names=("activeDeadlineSeconds",),
        conclusive=True,
    )


def _ended(reason: str, message: str) -> dict[str, object]:
    """Return a Job that failed so, for the examples."""
    return {
        "kind": "Job",
        "metadata": {"name": "report", "namespace": NAMESPACE, "uid": "j"},
        "spec": {"activeDeadlineSeconds": 600, "backoffLimit": 3},
        "status": {
            "startTime": ago(700),
            "failed": 1,
            "conditions": [{"type": "Failed", "status": "True", "reason": reason, "message": message}],
        },
    }


EXAMPLES: Final = (
    Example(
        title="the Job ran too long, its pods are gone",
        hit=True,
        no_pod=True,
        target=("Job", "report"),
        objects=(_ended(_REASON, "Job was active longer than specified deadline"),),
    ),
    Example(
        title="the pod has a deadline of its own",
        hit=True,
        pod={
            "spec": {"activeDeadlineSeconds": 60},
            "status": {
                "phase": "Failed",
                "reason": _REASON,
                "message": "Pod was active on the node longer than the specified deadline",
            },
        },
        status={"state": terminated(137, lived=60)},
    ),
    Example(
        title="near miss: it failed too often",
        hit=False,
        no_pod=True,
        target=("Job", "report"),
        objects=(_ended("BackoffLimitExceeded", "Job has reached the specified backoff limit"),),
    ),
)
