"""The workload is set to run no pods, so there is none to look at.

What it means
    replicas is 0, a Job or CronJob is suspended, or no node matches a DaemonSet. Somebody, or an autoscaler, wants it
    so.

How it is decided
    By the workload's own spec (replicas=0, suspend=true) or a DaemonSet's desiredNumberScheduled=0, with no pod left.

What it is confused with
    pod-create-rejected: there pods are wanted and refused. not-found: there no such workload exists.

How to fix it
    Scale it up if it should run. If an autoscaler (KEDA, an idler) put it to zero, it comes back with the load. Who
    depends on it sees refused connections meanwhile.

How to prevent it
    An alert on zero available replicas for what must always run; minReplicas of at least 1 in the autoscaler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import NAMESPACE, Example, running
from diagnostics.facts.quotes import pairs
from diagnostics.fields import flag, name, text, whole
from diagnostics.findings.commands import durable, kubectl, subject

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="scaled-to-zero",
    title="Set to run no pods",
    category=Category.STATUS,
)


def check(case: Case) -> Finding | None:
    """Return the finding when there is no pod because none is wanted."""
    if case.pod is not None or case.workload is None:
        return None
    raw = case.workload.raw
    quote = _wanted_none(raw)
    if not quote:
        return None
    suspended = quote.startswith("spec.suspend")
    scaler = next(
        (item for item in case.snapshot.all("HorizontalPodAutoscaler", case.namespace) if _scales(item, raw)), None
    )
    by = f"; HorizontalPodAutoscaler {name(scaler)} looks after it" if scaler is not None else ""
    commands: tuple[str, ...] = ()
    if suspended:
        body = '{"spec":{"suspend":false}}'
        commands = (kubectl(case.namespace, "patch", subject(case), "--type=merge", "-p", body),)
    elif case.workload.kind in {"Deployment", "StatefulSet", "ReplicaSet"}:
        commands = (kubectl(case.namespace, "scale", subject(case), "--replicas=1"),)
    words = "is suspended" if suspended else "is scaled to 0 replicas"
    if case.workload.kind == "DaemonSet":
        words = "matches 0 nodes"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.NOT_FAILING,
        summary=f"{case.workload} {words}: there is no pod to look at{by}.",
        evidence=(Evidence(source=case.workload.kind.lower(), path=case.workload.name, quote=quote),),
        facts={"suspended": suspended},
        remedy=Remedy(text="Scale it up if it should run." + durable(case), commands=commands),
        fault=Fault.NONE,
        conclusive=True,
    )


def ruled_out(case: Case) -> str:
    """Return how many pods are wanted, when there is none."""
    if case.pod is not None or case.workload is None:
        return ""
    wanted = whole(case.workload.raw, "spec", "replicas")
    return f"{wanted} replicas are wanted" if wanted else ""


def suspected(case: Case, best: Finding) -> bool:
    """Whether it comes to mind: there is no pod, and nothing says why."""
    return case.pod is None and not best.cause


def _wanted_none(raw: Object) -> str:
    if whole(raw, "spec", "replicas") == 0:
        return pairs(raw, "spec.replicas")
    if flag(raw, "spec", "suspend"):
        return pairs(raw, "spec.suspend")
    if text(raw, "kind") == "DaemonSet" and whole(raw, "status", "desiredNumberScheduled") == 0:
        return pairs(raw, "status.desiredNumberScheduled")
    return ""


def _scales(scaler: Object, raw: Object) -> bool:
    reference = scaler.get("spec", {}).get("scaleTargetRef") if isinstance(scaler.get("spec"), dict) else None
    return (text(reference, "kind"), text(reference, "name")) == (text(raw, "kind"), name(raw))


EXAMPLES: Final = (
    Example(
        title="a Deployment with 0 replicas",
        hit=True,
        no_pod=True,
        target=("Deployment", "api"),
        objects=({"kind": "Deployment", "metadata": {"name": "api", "namespace": NAMESPACE}, "spec": {"replicas": 0}},),
    ),
    Example(
        title="a suspended CronJob",
        hit=True,
        no_pod=True,
        target=("CronJob", "report"),
        objects=(
            {"kind": "CronJob", "metadata": {"name": "report", "namespace": NAMESPACE}, "spec": {"suspend": True}},
        ),
    ),
    Example(
        title="near miss: pods are wanted",
        hit=False,
        no_pod=True,
        target=("Deployment", "api"),
        objects=({"kind": "Deployment", "metadata": {"name": "api", "namespace": NAMESPACE}, "spec": {"replicas": 2}},),
    ),
    Example(
        title="near miss: there is a pod", hit=False, status={"ready": True, "state": running(900)}, also=("healthy",)
    ),
)
