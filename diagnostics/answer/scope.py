"""How far it reaches, and since when: the other pods, other workloads with the same trouble, the rollout, the owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.diagnosis import Evidence, Fault, Finding, Scope, Verdict
from diagnostics.facts.pods import blocking, events, pulls
from diagnostics.facts.workloads import changes, gitops, onset, owners, revisions

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Event
    from diagnostics.snapshot import Object

REGISTRY = frozenset({pulls.Pull.NETWORK, pulls.Pull.TLS, pulls.Pull.REGISTRY, pulls.Pull.RATE_LIMIT, pulls.Pull.AUTH})
"""Failed pulls that are the registry's matter, not the image's."""

NAMED = 3
"""Other workloads that the summary names."""

LISTED = 10
"""Other workloads that are named."""


def scope(case: Case, *, refused: bool = False) -> Scope:
    """Return how many of the workload's pods fail, and on which nodes; all that are wanted when there is none.

    ``refused``: the API server refused to make them, so that it is known that there is none.
    """
    wanted = _wanted(case)
    if case.pod is None:
        return Scope(failing=wanted, of=wanted, unmade=wanted if refused else 0)
    pods = (case.pod, *_alike(case, case.pod))
    bad = [pod for pod in pods if blocking.failing(pod, case.now)]
    nodes = sorted({fields.text(pod, "spec", "nodeName") for pod in bad} - {""})
    unmade = max(0, wanted - len(pods)) if refused else 0
    return Scope(
        failing=len(bad) + unmade,
        of=max(len(pods) + unmade, _kept(case)),
        nodes=tuple(nodes),
        earlier=_earlier(case, pods, bad),
        up=sum(blocking.ready(pod) for pod in bad),
        unmade=unmade,
    )


def _wanted(case: Case) -> int:
    """Return how many pods the workload is to have: its replicas, or a DaemonSet's nodes."""
    raw = {} if case.workload is None else case.workload.raw
    return fields.whole(raw, "spec", "replicas") or fields.whole(raw, "status", "desiredNumberScheduled") or 0


def _kept(case: Case) -> int:
    """Return how many pods the workload itself says it has: not each of them needs to have been read."""
    raw = {} if case.workload is None else case.workload.raw
    return fields.whole(raw, "status", "replicas") or 0 if fields.text(raw, "kind") == "StatefulSet" else 0


def _earlier(case: Case, pods: tuple[Object, ...], bad: list[Object]) -> int:
    """Return how many pods of earlier revisions than the failing one's do not fail."""
    own = None if case.workload is None or case.pod is None else revisions.of_pod(case.workload.revisions, case.pod)
    if case.workload is None or own is None:
        return 0
    made = [revisions.of_pod(case.workload.revisions, pod) for pod in pods if pod not in bad]
    return sum(1 for item in made if item is not None and item.number < own.number)


def _alike(case: Case, pod: Object) -> tuple[Object, ...]:
    """Return the siblings that count: of a CronJob those of the same run only."""
    if case.workload is None or case.workload.kind != "CronJob":
        return case.siblings
    own = fields.text(owners.controller(pod), "name")
    return tuple(item for item in case.siblings if fields.text(owners.controller(item), "name") == own)


def told(case: Case, finding: Finding) -> Finding:
    """Return the finding with what its reach and its beginning add to the facts, and the owner in the summary."""
    if finding.verdict is Verdict.NOT_FAILING or case.workload is None:
        return finding
    facts: dict[str, Any] = {}
    known = " ".join(item.quote for item in finding.evidence)
    evidence = tuple(item for item in given_up(case) if item.quote not in known)
    began = _began(case)
    if began:
        facts["began"] = began
    others = also_failing(case)
    if others:
        facts["also_failing"] = others
    summary = _shared(finding.summary, others)
    if case.workload.owner:
        facts["managed_by"] = case.workload.owner
        if finding.fault in (Fault.TEMPLATE, Fault.UNKNOWN) and gitops.reverts(case.workload.owner):
            summary = f"{summary.rstrip('.')}. {case.workload.owner} manages it: fix it there."
    return replace(finding, summary=summary, facts={**facts, **finding.facts}, evidence=(*finding.evidence, *evidence))


def _shared(summary: str, others: list[str]) -> str:
    """Return the summary with the other workloads that the same holds up, unless it names them already."""
    names = [item.partition(" (")[0].partition(" ")[2] for item in others]
    if not names or any(f" {name}" in summary for name in names):
        return summary
    listed = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    what = "another workload" if len(names) == 1 else f"{len(names)} other workloads"
    return f"{summary.rstrip('.')}. The same holds up {what}: {listed}."


def given_up(case: Case) -> tuple[Evidence, ...]:
    """Return how a Job says that it tries no more (REFERENCE.md 5.5), as quotes; nothing for other workloads."""
    raw = {} if case.workload is None else case.workload.raw
    job = case.pod and owners.parent(case.snapshot, case.pod)
    if fields.text(raw, "kind") == "CronJob" and job:
        raw = job
    found = []
    for condition in fields.items(raw, "status", "conditions"):
        if fields.text(condition, "type") != "Failed" or fields.text(condition, "status") != "True":
            continue
        path, at = "status.conditions[Failed]", fields.text(condition, "lastTransitionTime")
        quotes = (f"reason={fields.text(condition, 'reason')}", fields.text(condition, "message"))
        found += [Evidence(source="job", path=path, quote=quote, at=at) for quote in quotes if quote]
    return tuple(found) if fields.text(raw, "kind") == "Job" else ()


def _began(case: Case) -> str:
    """Return the sentence on the rollout with which the crashing began, only when it did."""
    if case.pod is None or case.first_crash is None:
        return ""
    brought = changes.rollout(case.workload, case.pod, case.all_events)
    if brought is None or brought.at is None or not onset.began_with(brought, case):
        return ""
    after = (case.first_crash - brought.at).total_seconds()
    when = f"{onset.ago(after)} after" if after >= 1 else "with"
    details = [*_images(case), *([f"by {brought.by}"] if brought.by else [])]
    more = f" ({', '.join(details)})" if details else ""
    return f"Began {when} revision {brought.before.number} → {brought.brought.number}{more}"


def _images(case: Case) -> list[str]:
    return [f"image {change.old} → {change.new}" for change in case.changed if change.what.startswith("image of ")]


def also_failing(case: Case) -> list[str]:
    """Return the namespace's other workloads that are held up by the very same words, each with its number of pods."""
    if case.pod is None:
        return []
    own = _troubles(case.pod, case.events)
    if not own:
        return []
    mine = {fields.name(case.pod), *(fields.name(item) for item in case.siblings)}
    by_name: dict[str, list[Event]] = {}
    for event in case.all_events:
        by_name.setdefault(event.name, []).append(event)
    counted: dict[str, int] = {}
    for pod in case.snapshot.all("Pod", fields.namespace(case.pod)):
        if fields.name(pod) in mine or not blocking.failing(pod, case.now):
            continue
        if own & _troubles(pod, events.about(by_name.get(fields.name(pod), ()), pod, "Pod")):
            name = _owner(case, pod)
            counted[name] = counted.get(name, 0) + 1
    return [f"{name} ({count} pod{'s' if count > 1 else ''})" for name, count in sorted(counted.items())][:LISTED]


def _owner(case: Case, pod: Object) -> str:
    top = owners.topmost(case.snapshot, pod)
    if top is not None:
        return f"{fields.text(top, 'kind')} {fields.name(top)}"
    reference = owners.controller(pod)
    name = fields.text(reference, "name")
    return f"{fields.text(reference, 'kind')} {name}" if name else f"Pod {fields.name(pod)}"


def _of_the_registry(container: Container) -> set[str]:
    """Return the registry that cannot be reached or asked, whichever image of it is wanted."""
    kind, image = pulls.pull_kind(container.waiting_message), fields.text(container.spec, "image")
    host = image.partition("/")[0] if "." in image.partition("/")[0] else ""
    return {f"{kind} at registry {host}"} if kind in REGISTRY and (host or "/" not in image) else set()


def _troubles(pod: Object, about: tuple[Event, ...]) -> set[str]:
    """Return what the kubelet says keeps the pod from running, in words that do not hold the pod's own names."""
    found = set()
    for container in blocking.containers_of(pod, about):
        if blocking.blocked(container) and container.waiting_reason != "CrashLoopBackOff":
            found.add(container.waiting_message)
            found.update(_of_the_registry(container))
    for event in about:
        if event.reason == "FailedMount":
            found.add(event.message.rpartition(" : ")[2])
    for condition in fields.items(pod, "status", "conditions"):
        if fields.text(condition, "type") == "PodScheduled" and fields.text(condition, "status") == "False":
            found.add(fields.text(condition, "message"))
    own = fields.name(pod)
    return {text for text in found if text and own not in text}
