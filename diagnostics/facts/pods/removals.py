"""The pod was being removed when the container ended: evicted, preempted, drained, shut down (REFERENCE.md 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Evidence
from diagnostics.facts.model import EndedBy

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.facts.model import Termination
    from diagnostics.snapshot import Object

POD_REASONS = {
    "Evicted": EndedBy.EVICTION,
    "Preempting": EndedBy.PREEMPTION,
    "Terminated": EndedBy.SHUTDOWN,
    "NodeShutdown": EndedBy.SHUTDOWN,
    "DeadlineExceeded": EndedBy.DELETION,
}
"""Pod ``status.reason`` values with which the kubelet ends every container (REFERENCE.md 1.8)."""

DISRUPTIONS = {
    "TerminationByKubelet": EndedBy.EVICTION,
    "PreemptionByScheduler": EndedBy.PREEMPTION,
    "DeletionByTaintManager": EndedBy.DRAIN,
    "DeletionByDeviceTaintManager": EndedBy.DRAIN,
    "EvictionByEvictionAPI": EndedBy.DRAIN,
    "DeletionByPodGC": EndedBy.DELETION,
}
"""Reasons of the condition DisruptionTarget (REFERENCE.md 1.8)."""

REMOVED: Final = frozenset({*POD_REASONS.values(), *DISRUPTIONS.values()})
"""Authors that take the whole pod away, not a container of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who ended it, whether the API says so itself, and the evidence beyond the termination's own fields."""

    by: EndedBy
    sure: bool
    because: tuple[Evidence, ...] = ()


def leaving(end: Termination, pod: Object) -> Verdict | None:
    """Answer when the whole pod was being removed, and this end is not older than the removal."""
    reason = fields.text(pod, "status", "reason")
    if reason in POD_REASONS and fields.text(pod, "status", "phase") == "Failed" and end.field == "state":
        quotes = [Evidence(source="pod", path="status.reason", quote=f"reason={reason}")]
        message = fields.text(pod, "status", "message")
        if message:
            quotes.append(Evidence(source="pod", path="status.message", quote=message))
        return Verdict(POD_REASONS[reason], sure=True, because=tuple(quotes))
    target = condition(pod, "DisruptionTarget")
    since = fields.time(target, "lastTransitionTime")
    if target and fields.text(target, "reason") in DISRUPTIONS and not _before(end, since):
        by = DISRUPTIONS[fields.text(target, "reason")]
        return Verdict(by, sure=True, because=(quoted(target),))
    deletion = fields.time(pod, "metadata", "deletionTimestamp")
    if deletion is not None:
        # The API sets deletionTimestamp to the request's time plus the grace period.
        asked = deletion - timedelta(seconds=fields.whole(pod, "metadata", "deletionGracePeriodSeconds") or 0)
        if end.field == "state" and not _before(end, asked):
            stamp = fields.text(pod, "metadata", "deletionTimestamp")
            quote = Evidence(source="pod", path="metadata", quote=f"deletionTimestamp={stamp}", at=stamp)
            return Verdict(EndedBy.DELETION, sure=True, because=(quote,))
    return None


def _before(end: Termination, moment: datetime | None) -> bool:
    return end.finished_at is not None and moment is not None and end.finished_at < moment - timedelta(seconds=2)


def condition(pod: Object, kind: str) -> Object:
    """Return the pod's condition of that type when it is True, or an empty object."""
    for entry in fields.items(pod, "status", "conditions"):
        if fields.text(entry, "type") == kind and fields.text(entry, "status") == "True":
            return entry
    return {}


def quoted(found: Object) -> Evidence:
    """Return the condition as a quote: its reason, else its type."""
    kind, reason = fields.text(found, "type"), fields.text(found, "reason")
    return Evidence(
        source="pod",
        path=f"status.conditions[{kind}]",
        quote=f"reason={reason}" if reason else f"type={kind}",
        at=fields.text(found, "lastTransitionTime"),
    )
