"""The other pods made from the same template: what befalls one of several is not in what all of them have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import revisions

if TYPE_CHECKING:
    from diagnostics.facts.model import Facts
    from diagnostics.snapshot import Object


def well(facts: Facts) -> tuple[Object, ...]:
    """Return the ready pods of the workload that were made from the very template of the pod at hand."""
    if facts.pod is None or facts.workload is None:
        return ()
    own = revisions.of_pod(facts.workload.revisions, facts.pod)
    if own is None:
        return ()
    return tuple(
        pod
        for pod in facts.siblings
        if revisions.of_pod(facts.workload.revisions, pod) is own
        if blocking.ready(pod) and not blocking.failing(pod, facts.now)
    )


def serving(facts: Facts) -> int:
    """Return how many other pods of the very template are ready: those that were read, or as the controller counts.

    A controller's count is of the template at hand only once it has brought it to all its pods.
    """
    found = len(well(facts))
    if facts.workload is None or facts.pod is None:
        return found
    status = fields.table(facts.workload.raw, "status")
    daemons = facts.workload.kind == "DaemonSet"
    wanted, updated = (
        ("desiredNumberScheduled", "updatedNumberScheduled") if daemons else ("replicas", "updatedReplicas")
    )
    counted = fields.whole(status, "numberReady" if daemons else "readyReplicas") or 0
    whole = fields.whole(status, updated) == fields.whole(status, wanted)
    return max(found, counted - blocking.ready(facts.pod)) if whole else found
