"""What the scheduler says about a pod, and what of it is about volumes (REFERENCE.md 1.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.facts.pods import quantities
from diagnostics.facts.quotes import condition
from diagnostics.fields import items, name, table, text
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.diagnosis import Evidence
    from diagnostics.facts.model import Facts
    from diagnostics.snapshot import Object

NODES: Final = compiled(r"(\d+)/(\d+) nodes are available")
_GROUP: Final = compiled(r"(?:^|[:,] )(\d+) (?:node\(s\) |nodes? )?([A-Za-z][^,]*(?:\{[^}]*\}[^,]*)?)")
"""One group of the message: ``3 node(s) didn't match pod affinity rules``."""
SELECTOR: Final = "affinity/selector"
"""Words of the group whose labels do not fit."""
CLAIM: Final = compiled(r'persistentvolumeclaims? \\?"([^"\\]+)\\?" (?:not found|is being deleted)')
VOLUME: Final = compiled(
    r'persistentvolumeclaims? \\?"[^"]+" (?:not found|is being deleted|bound to non-existent)|'
    r"unbound immediate PersistentVolumeClaims|didn't find available persistent volumes to bind|"
    r"PersistentVolume's node affinity|volume node affinity conflict|no available volume zone|exceed max volume count|"
    r"ReadWriteOncePod|bound to non-existent persistentvolume|binding volumes: "
)
OTHER: Final = compiled(
    r"Insufficient |untolerated taint|node affinity/selector|pod affinity|anti-affinity|topology spread|free ports|"
    r"were unschedulable|Too many pods|cannot allocate all claims"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The scheduler's newest refusal of the pod."""

    message: str
    reason: str
    """Of the condition PodScheduled: ``Unschedulable``, ``SchedulingGated`` ...; empty when an event says it."""
    evidence: tuple[Evidence, ...]

    @property
    def of_volumes(self) -> bool:
        """Whether only volumes are in the way: those are another matter than room."""
        return VOLUME.search(self.message) is not None and OTHER.search(self.message) is None


def refusal(facts: Facts) -> Refusal | None:
    """Return why the pod was not placed on a node, or None when it was (or nobody says)."""
    pod = facts.pod
    if pod is None:
        return None
    told = next((event for event in facts.events if event.reason == "FailedScheduling"), None)
    for entry in items(pod, "status", "conditions"):
        if text(entry, "type") == "PodScheduled" and text(entry, "status") == "False":
            proof = condition(pod, "PodScheduled")
            extra = () if told is None or told.message == text(entry, "message") else (told.evidence(),)
            message = text(entry, "message") or (told.message if told else "")
            return Refusal(message=message, reason=text(entry, "reason"), evidence=(*proof, *extra))
    if told is None or text(pod, "spec", "nodeName"):
        return None
    return Refusal(message=told.message, reason="", evidence=(told.evidence(),))


def requested(pod: Object, resource: str) -> tuple[str, str]:
    """Return the container that asks for most of a resource, init containers too, and how much; empty: none does."""
    measured = quantities.parsed_cpu if resource == "cpu" else quantities.parsed
    containers = (*items(pod, "spec", "containers"), *items(pod, "spec", "initContainers"))
    asking = [(text(container, "name"), _asks(container, resource)) for container in containers]
    return max((item for item in asking if item[1]), key=lambda item: measured(item[1]) or 0, default=("", ""))


def _asks(container: Object, resource: str) -> str:
    """Return what a container asks for: a limit without a request is its request too."""
    return text(container, "resources", "requests", resource) or text(container, "resources", "limits", resource)


def allocatable(facts: Facts, resource: str) -> list[tuple[str, str]]:
    """Return (node, allocatable amount) of each node that was read."""
    return [
        (name(node), amount)
        for node in facts.snapshot.all("Node")
        if (amount := text(table(node, "status", "allocatable"), resource))
    ]


def groups(message: str) -> list[tuple[int, str]]:
    """Return the groups of nodes that the message counts: how many, and what refused them."""
    head = message.partition("preemption:")[0]
    counted = NODES.search(head)
    body = head[counted.end() :] if counted is not None else head
    return [(int(found.group(1)), str(found.group(2)).strip(" .")) for found in _GROUP.finditer(body)]


def none_fits(facts: Facts) -> bool:
    """Whether every node was refused for its labels: else one that has them was refused for something else."""
    said = refusal(facts)
    counted = None if said is None else NODES.search(said.message)
    if said is None or counted is None:
        return False
    return sum(count for count, text in groups(said.message) if SELECTOR in text) == int(counted.group(2))
