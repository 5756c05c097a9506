"""There is no such pod or workload (any more); what took its place, and names that look alike, are given.

What it means
    The name is not in the namespace: the pod was replaced (a rollout, a restart, an eviction), the name is mistyped, or
    it lives in another namespace.

How it is decided
    The API answered that it is not there. When the API could not be asked (403, a time-out) this is not said.

What it is confused with
    A pod that never was made (pod-create-rejected) and a workload with no pods (scaled-to-zero): ask about the
    workload.

How to fix it
    Ask about the workload, or about one of the pods that are there now.

How to prevent it
    Let alerts carry the workload's name beside the pod's: pods come and go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims.podrefs import near
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import NAMESPACE, Example, ago, running
from diagnostics.facts.pods.events import parsed
from diagnostics.facts.quotes import first
from diagnostics.facts.workloads import owners
from diagnostics.fields import name, namespace, text
from diagnostics.findings.commands import kubectl
from diagnostics.snapshot import Presence

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="not-found",
    title="No such pod or workload",
    category=Category.STATUS,
)


def check(case: Case) -> Finding | None:
    """Return the finding when the API said that the target is not there."""
    target = case.snapshot.target
    if case.pod is not None or case.workload is not None:
        return None
    wanted = (target.pod or target.name) if target.kind == "Pod" else target.name
    if case.snapshot.presence(target.kind, target.namespace, wanted) is not Presence.ABSENT:
        return None
    heirs = _heirs(case, wanted) if target.kind == "Pod" else []
    elsewhere = [
        namespace(item)
        for item in case.snapshot.all(target.kind)
        if name(item) == wanted and namespace(item) != target.namespace
    ]
    alike = near(wanted, [name(item) for item in case.snapshot.all(target.kind, target.namespace)])
    told = [event for event in parsed(case.snapshot) if wanted in {event.name, event.message.split(" ")[-1]}]
    told = [event for event in told if event.namespace in {"", target.namespace}]
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=_summary(case, wanted, heirs, elsewhere, alike),
        evidence=first((*(event.evidence() for event in told[:3]), *_names(heirs or _called(case, alike)))),
        facts={
            "replaced_by": [name(item) for item in heirs][:5],
            "near": alike,
            "namespaces": sorted(set(elsewhere)),
        },
        remedy=_remedy(case, heirs, elsewhere, alike),
        fault=Fault.NONE,
        conclusive=True,
    )


def ruled_out(case: Case) -> str:
    """Return nothing: what is there is not missing."""
    del case
    return ""


def _heirs(case: Case, pod: str) -> list[Object]:
    """Return the pods that took its place: of the controller that deleted it, else with the same stem."""
    pods = list(case.snapshot.all("Pod", case.namespace))
    deleted = f"Deleted pod: {pod}"
    for event in parsed(case.snapshot):
        if event.message == deleted and event.namespace == case.namespace:
            item = case.snapshot.one(event.kind, case.namespace, event.name)
            top = (owners.topmost(case.snapshot, item) or item) if item is not None else None
            if top is not None:
                return owners.pods_of(case.snapshot, top)
    for cut in (1, 2):
        stem = "-".join(pod.split("-")[:-cut])
        same = [item for item in pods if stem and name(item).rsplit("-", cut)[0] == stem]
        if same:
            return same
    return []


def _called(case: Case, names: list[str]) -> list[Object]:
    target = case.snapshot.target
    return [item for item in case.snapshot.all(target.kind, target.namespace) if name(item) in names]


def _names(found: list[Object]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            source=(text(item, "kind") or "pod").lower(),
            path=f"{namespace(item)}/{name(item)} metadata",
            quote=f"name={name(item)}",
        )
        for item in found[:3]
    )


def _summary(case: Case, wanted: str, heirs: list[Object], elsewhere: list[str], alike: list[str]) -> str:
    target = case.snapshot.target
    head = f"There is no {target.kind} {wanted} in namespace {target.namespace}"
    if heirs:
        shown = ", ".join(name(item) for item in heirs[:3])
        return f"{head} (any more); in its place: {shown}."
    if elsewhere:
        return f"{head}; there is one in {', '.join(sorted(set(elsewhere))[:3])}."
    return f"{head}; names that look alike: {', '.join(alike)}." if alike else f"{head}, nor a name that looks like it."


def _remedy(case: Case, heirs: list[Object], elsewhere: list[str], alike: list[str]) -> Remedy:
    target = case.snapshot.target
    if heirs:
        top = owners.topmost(case.snapshot, heirs[0])
        whom = f"{text(top, 'kind').lower()}/{name(top)}" if top is not None else f"pod/{name(heirs[0])}"
        return Remedy(text=f"Ask about {whom}.", commands=(kubectl(target.namespace, "get", "pods"),))
    if elsewhere:
        return Remedy(text=f"Ask about {min(set(elsewhere))}/{target.name}.")
    hint = f"Ask about {alike[0]}." if alike else "Check the name and the namespace."
    kind = target.kind.lower() + "s"
    return Remedy(text=hint, commands=(kubectl(target.namespace, "get", kind),))


def _pod(title: str, space: str = NAMESPACE) -> Object:
    """Return a pod of that name, for the examples."""
    return {"kind": "Pod", "metadata": {"name": title, "namespace": space, "creationTimestamp": ago(60)}}


EXAMPLES: Final = (
    Example(
        title="replaced by another pod of the same ReplicaSet",
        hit=True,
        no_pod=True,
        objects=(_pod("api-7d4b9c6f5-q2w3e"),),
    ),
    Example(
        title="a mistyped workload",
        hit=True,
        no_pod=True,
        target=("Deployment", "apii"),
        objects=({"kind": "Deployment", "metadata": {"name": "api", "namespace": NAMESPACE}, "spec": {"replicas": 1}},),
    ),
    Example(
        title="near miss: it is there",
        hit=False,
        status={"ready": True, "restartCount": 0, "state": running(900)},
        also=("healthy",),
    ),
)
