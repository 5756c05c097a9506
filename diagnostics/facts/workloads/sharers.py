"""Other pods that run on the same data or settings.

As long as one runs on the data, a lock is right and no file of it may go; settings with which another workload is well
are not what is wrong, where others may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.diagnosis import Evidence
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.facts.model import Facts
    from diagnostics.snapshot import Object


def running(facts: Facts, claim: str = "", directory: str = "") -> Iterator[Object]:
    """Yield the other running pods that have the claim, or the directory of the same node, among their volumes."""
    if facts.pod is None or not (claim or directory):
        return
    node, own = fields.text(facts.pod, "spec", "nodeName"), fields.uid(facts.pod)
    for pod in facts.snapshot.all("Pod", fields.namespace(facts.pod)):
        if fields.uid(pod) == own or fields.text(pod, "status", "phase") != "Running":
            continue
        volumes = fields.items(pod, "spec", "volumes")
        same = claim and any(fields.text(item, "persistentVolumeClaim", "claimName") == claim for item in volumes)
        there = directory and node and fields.text(pod, "spec", "nodeName") == node
        if same or (there and any(fields.text(item, "hostPath", "path") == directory for item in volumes)):
            yield pod


def well_with(facts: Facts, kind: str, title: str) -> Object | None:
    """Return a ready pod of another workload that reads the ConfigMap or Secret, or None."""
    if facts.pod is None:
        return None
    own = {fields.uid(facts.pod), *(fields.uid(pod) for pod in facts.siblings)}
    others = (pod for pod in facts.snapshot.all("Pod", fields.namespace(facts.pod)) if fields.uid(pod) not in own)
    readers = (pod for pod in others if (kind, title) in changes.references(pod))
    return next((pod for pod in readers if blocking.ready(pod) and not blocking.failing(pod, facts.now)), None)


def quotes(pod: Object, claim: str) -> tuple[Evidence, ...]:
    """Return what shows that the pod runs on the claim."""
    about = f"{fields.namespace(pod)}/{fields.name(pod)}"
    found = [Evidence(source="pod", path=f"{about} status.phase", quote="phase=Running")]
    for volume in fields.items(pod, "spec", "volumes"):
        if claim and fields.text(volume, "persistentVolumeClaim", "claimName") == claim:
            path = f"{about} spec.volumes[{fields.text(volume, 'name')}]"
            found.append(Evidence(source="pod", path=path, quote=f"persistentVolumeClaim.claimName={claim}"))
    return tuple(found)
