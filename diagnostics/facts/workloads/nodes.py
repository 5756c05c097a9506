"""The pod's node: its conditions, its events near a moment, and whether several owners fail on it (REFERENCE.md 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Evidence
from diagnostics.facts.pods import blocking
from diagnostics.facts.quotes import condition, pairs
from diagnostics.facts.workloads import owners
from diagnostics.fields import items, name, namespace, text
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.facts.model import Event, Facts
    from diagnostics.snapshot import Object

BAD_WHEN_TRUE: Final = frozenset(
    {
        *("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"),
        *("KernelDeadlock", "ReadonlyFilesystem", "XfsShutdown", "CorruptDockerOverlay2"),
        *("FrequentKubeletRestart", "FrequentContainerdRestart", "FrequentDockerRestart"),
    }
)
"""Conditions that are bad when True: the kubelet's, the cloud's, and node-problem-detector's."""
LACKING: Final = compiled(
    r"nvidia-container-cli: |error running (?:prestart|createRuntime|startContainer)? ?hook"
    r"|failed to inject CDI devices|unresolvable CDI devices|no runtime for \"[^\"]+\" is configured"
)
"""Words of a runtime whose node lacks a device, its hook or a handler: the node is well otherwise."""
PRESSURE: Final = frozenset({"MemoryPressure", "DiskPressure", "PIDPressure"})
TAINTS: Final = frozenset(
    {"node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready", "node.kubernetes.io/out-of-service"}
)
NEAR: Final = timedelta(seconds=120)
RECENT: Final = timedelta(minutes=30)
OWNERS: Final = 2
"""Different owners that must fail on one node before the node is suspected."""


def node_of(facts: Facts) -> Object | None:
    """Return the pod's node, or None when it has none or it was not read."""
    title = text(facts.pod, "spec", "nodeName")
    return facts.snapshot.one("Node", "", title) if title else None


def bad_conditions(node: Object) -> list[tuple[str, tuple[Evidence, ...]]]:
    """Return the node's bad conditions with their quotes, Ready first."""
    found = []
    for entry in items(node, "status", "conditions"):
        kind, status = text(entry, "type"), text(entry, "status")
        if (kind == "Ready" and status in {"False", "Unknown"}) or (kind in BAD_WHEN_TRUE and status == "True"):
            found.append((kind, condition({**node, "kind": "Node"}, kind)))
    return sorted(found, key=lambda item: item[0] != "Ready")


def bad_taints(node: Object) -> tuple[Evidence, ...]:
    """Return the taints that say the node is lost."""
    return tuple(
        Evidence(source="node", path=f"{name(node)} spec.taints", quote=pairs(taint, "key", "effect"))
        for taint in items(node, "spec", "taints")
        if text(taint, "key") in TAINTS
    )


def told_near(facts: Facts, moment: datetime | None, reasons: frozenset[str]) -> Event | None:
    """Return the node's event of one of the reasons near a moment (near now when there is none)."""
    for event in facts.owner_events:
        if event.kind != "Node" or event.reason not in reasons or event.last is None:
            continue
        if abs(event.last - (moment or facts.now)) <= NEAR:
            return event
    return None


def failing_owners(facts: Facts, node: str) -> tuple[dict[str, str], int]:
    """Return the owners with a failing pod on the node (owner to pod), and how many owners fail on other nodes."""
    here: dict[str, str] = {}
    elsewhere: set[str] = set()
    for pod in facts.snapshot.all("Pod"):
        if not blocking.failing(pod, facts.now):
            continue
        owner = _owner(facts, pod)
        if text(pod, "spec", "nodeName") == node:
            here.setdefault(owner, name(pod))
        else:
            elsewhere.add(owner)
    return here, len(elsewhere)


def healthy_elsewhere(facts: Facts, node: str) -> bool:
    """Whether a sibling of the pod runs well on another node."""
    return any(
        text(pod, "spec", "nodeName") not in {"", node} and not blocking.failing(pod, facts.now)
        for pod in facts.siblings
    )


def _owner(facts: Facts, pod: Object) -> str:
    top = owners.topmost(facts.snapshot, pod)
    if top is not None:
        return f"{text(top, 'kind')} {namespace(pod)}/{name(top)}"
    reference = owners.controller(pod)
    title = text(reference, "name") or name(pod)
    return f"{text(reference, 'kind') or 'Pod'} {namespace(pod)}/{title}"
