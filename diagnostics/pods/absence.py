"""What is not there: a pod that is gone, and what took its place (issue: no pod at all)."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.pods import events
from diagnostics.workloads import owners

if TYPE_CHECKING:
    from diagnostics.case import Event
    from diagnostics.snapshot import Object, Snapshot

LISTED = 5
"""Names that are offered at most."""

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A pod that runs in the missing one's place. ``same`` is the controller that both had: ``ReplicaSet api-7d4b``."""

    pod: Object
    same: str


def replacements(snapshot: Snapshot) -> tuple[Replacement, ...]:
    """Return the pods that took the place of a missing pod: of the same ReplicaSet first, then of the same workload.

    A pod's generated name begins with its controller's, but a prefix alone misleads: the owner reference decides
    which pods a controller of such a name has.
    """
    target = snapshot.target
    found: dict[str, Replacement] = {}
    for prefix in _prefixes(target.name):
        for pod in snapshot.all("Pod", target.namespace):
            chain = _controllers(snapshot, pod)
            for kind, name in chain:
                if name == prefix:
                    found.setdefault(fields.name(pod), Replacement(pod, f"{kind} {name}"))
    newest = sorted(
        found.values(), key=lambda item: fields.text(item.pod, "metadata", "creationTimestamp"), reverse=True
    )
    return tuple(newest[:LISTED])


def _prefixes(name: str) -> list[str]:
    """Return the names its controllers may have had, the longest first: ``api-7d4b-xkp2z`` → ``api-7d4b``, ``api``."""
    parts = name.split("-")
    return ["-".join(parts[:end]) for end in range(len(parts) - 1, max(0, len(parts) - 3), -1)]


def _controllers(snapshot: Snapshot, pod: Object) -> list[tuple[str, str]]:
    """Return the kinds and names above a pod; a ReplicaSet's Deployment is guessed by its name when it was not read."""
    found = []
    current: Object | None = pod
    for _ in range(owners.STEPS_UP):
        reference = {} if current is None else owners.controller(current)
        kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
        if not name:
            break
        found.append((kind, name))
        current = None if current is None else owners.parent(snapshot, current)
    if len(found) == 1 and found[0][0] == "ReplicaSet":
        digest = fields.labels(pod, "metadata", "labels").get("pod-template-hash", "")
        name = found[0][1]
        if digest and name.endswith(f"-{digest}"):
            found.append(("Deployment", name.removesuffix(f"-{digest}")))
    return found


def near_names(snapshot: Snapshot) -> tuple[str, ...]:
    """Return names in the namespace that look like the missing one, as ``Kind name``, the likest first."""
    target = snapshot.target
    kinds = ("Pod", *WORKLOADS) if target.kind == "Pod" else (target.kind, "Pod", *WORKLOADS)
    known: dict[str, str] = {}
    for kind in kinds:
        for item in snapshot.all(kind, target.namespace):
            known.setdefault(fields.name(item), kind)
    close = difflib.get_close_matches(target.name, list(known), n=LISTED, cutoff=0.7)
    within = [name for name in known if name and (name.startswith(target.name) or target.name.startswith(name))]
    return tuple(f"{known[name]} {name}" for name in dict.fromkeys([*close, *sorted(within)]))[:LISTED]


def last_words(snapshot: Snapshot) -> tuple[Event, ...]:
    """Return the events about the missing object, newest first: they outlive it by up to an hour."""
    target = snapshot.target
    return tuple(
        event
        for event in events.parsed(snapshot)
        if (event.kind, event.namespace, event.name) == (target.kind, target.namespace, target.name)
    )


def elsewhere(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the other namespaces in which an object of the target's kind and name was seen."""
    target = snapshot.target
    return tuple(
        sorted(
            fields.namespace(item)
            for item in snapshot.all(target.kind)
            if fields.name(item) == target.name and fields.namespace(item) != target.namespace
        )
    )
