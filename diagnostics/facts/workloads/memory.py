"""The memory limit in force for a container, and what it uses when the cluster offers metrics (REFERENCE.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Evidence
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import quantities
from diagnostics.facts.quotes import pairs
from diagnostics.facts.workloads import revisions
from diagnostics.fields import items, name, table, text

if TYPE_CHECKING:
    from diagnostics.facts.model import Container, Facts, Termination
    from diagnostics.snapshot import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A memory limit: as written, in bytes, and whose it is (``container``, ``pod`` or ``node``)."""

    shown: str
    size: int | None
    whose: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Bytes in use, from metrics.k8s.io."""

    size: int
    evidence: tuple[Evidence, ...]


def limit_of(facts: Facts, container: Container, end: Termination | None) -> Limit:
    """Return the limit that was reached: the container's own, unless the end says whose else it was."""
    by = end.ended_by if end is not None else None
    if by is EndedBy.KERNEL_NODE:
        return Limit(shown="", size=None, whose="node")
    own = _limit(container)
    whole = _of(facts.pod or {}, "spec.resources", "pod", "spec.resources")
    if by is EndedBy.KERNEL_POD and whole is not None:
        return whole
    return own or whole or Limit(shown="", size=None, whose="container")


def used(facts: Facts, container: Container) -> Usage | None:
    """Return what the container uses now, or what the same container of a sibling does: the largest that is known."""
    best: Usage | None = None
    names = {name(facts.pod or {}), *(name(pod) for pod in facts.siblings)}
    for metrics in facts.snapshot.all("PodMetrics", facts.namespace):
        if name(metrics) not in names:
            continue
        for entry in items(metrics, "containers"):
            size = quantities.parsed(text(entry, "usage", "memory"))
            if text(entry, "name") != container.name or size is None or (best is not None and best.size >= size):
                continue
            where = f"{name(metrics)} containers[{container.name}]"
            quote = pairs(entry, "usage.memory")
            best = Usage(size=size, evidence=(Evidence(source="podmetrics", path=where, quote=quote),))
    return best


def recommended(facts: Facts, container: Container) -> Usage | None:
    """Return what a VerticalPodAutoscaler recommends for the container of this workload, when there is one."""
    wanted = (facts.workload.kind, facts.workload.name) if facts.workload is not None else None
    for scaler in facts.snapshot.all("VerticalPodAutoscaler", facts.namespace):
        reference = table(scaler, "spec", "targetRef")
        if wanted is None or (text(reference, "kind"), text(reference, "name")) != wanted:
            continue
        for entry in items(scaler, "status", "recommendation", "containerRecommendations"):
            size = quantities.parsed(text(entry, "target", "memory"))
            if text(entry, "containerName") == container.name and size is not None:
                where = f"{name(scaler)} status.recommendation[{container.name}]"
                proof = Evidence(source="verticalpodautoscaler", path=where, quote=pairs(entry, "target.memory"))
                return Usage(size=size, evidence=(proof,))
    return None


def had_before(facts: Facts, container: Container, now: int) -> tuple[str, int] | None:
    """Return the limit that the newest older revision gave the container when it was higher, and the revision's number.

    A slip of the unit (8M for 800M) or of a digit is mended by what ran before, not by doubling.
    """
    if facts.workload is None or facts.pod is None:
        return None
    own = revisions.of_pod(facts.workload.revisions, facts.pod)
    for revision in facts.workload.revisions:
        if own is None or revision.number >= own.number or revision.failed:
            continue
        for listed in ("containers", "initContainers"):
            for entry in items(revision.template, "spec", listed):
                shown = text(entry, "resources", "limits", "memory")
                size = quantities.parsed(shown)
                if text(entry, "name") == container.name and size is not None and size > now:
                    return shown, revision.number
    return None


def from_limit_range(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    """Return the annotation in which admission notes that a LimitRange set the container's memory limit."""
    note = text(facts.pod, "metadata", "annotations", "kubernetes.io/limit-ranger")
    ours = f"limit for container {container.name}"
    if not any("memory" in part and part.strip().endswith(ours) for part in note.split(";")):
        return ()
    return (Evidence(source="pod", path="metadata.annotations[kubernetes.io/limit-ranger]", quote=note),)


def _limit(container: Container) -> Limit | None:
    """Return the container's own limit; the status comes first: after a resize it says what really holds."""
    return _of(container.status, f"{container.status_path}.resources", "container", "resources") or _of(
        container.spec, f"{container.spec_path}.resources", "container", "resources"
    )


def _of(item: Object, path: str, whose: str, below: str) -> Limit | None:
    resources = table(item, *below.split("."))
    shown = text(resources, "limits", "memory")
    if not shown:
        return None
    quote = pairs(resources, "limits.memory", "requests.memory")
    return Limit(
        shown=shown,
        size=quantities.parsed(shown),
        whose=whose,
        evidence=(Evidence(source="pod", path=path, quote=quote),),
    )
