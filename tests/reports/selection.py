"""Which workload a Service of the report means, and the labels that its pods then carry.

A report gives a chart's Services with their selectors, but hardly ever the pods' labels. So a workload whose ``labels``
are not given takes those that its Services select. A Service is a workload's when it is named after it, or else when it
is the only one that opens the Service's port. A Service that is nobody's has a healthy neighbour behind it, unless the
report gives its EndpointSlice or Endpoints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.reports.report import Workload

Key = tuple[str, str, str]
"""Kind, namespace and name of a workload."""

TRADE = (
    *("headless", "master", "primary", "svc", "service", "http", "hl", "client", "read", "cluster-ip", "internal"),
    "operated",
)
"""What charts put after a name to tell one of its Services from the others."""


def selector(service: dict[str, Any]) -> dict[str, str]:
    """Return what a Service selects."""
    return (service.get("spec") or {}).get("selector") or {}


def owners(services: Iterable[dict[str, Any]], workloads: Sequence[Workload]) -> dict[str, Key]:
    """Return the workload that each Service means, by the Service's uid; one that means none is left out."""
    found: dict[str, Key] = {}
    taken: set[tuple[Key, Any]] = set()
    left = []
    for service in services:
        mine = [each for each in workloads if _named_after(service, each)]
        if len(mine) > 1:
            mine = sorted(mine, key=lambda each: each.name != service["metadata"]["name"])
        if selector(service) and mine:
            found[service["metadata"]["uid"]] = mine[0].key
            taken |= {(mine[0].key, port) for port in _targets(service)}
        elif selector(service):
            left.append(service)
    for service in left:
        ports = _targets(service)
        mine = [each for each in workloads if _beside(service, each) and ports & _opened(each)]
        if len(mine) == 1 and not any((mine[0].key, port) in taken for port in ports):
            found[service["metadata"]["uid"]] = mine[0].key
    return found


def labels_of(entries: Sequence[Workload], services: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the labels of a workload's pods: those given, else what its Services select."""
    given = next((dict(entry.labels) for entry in entries if entry.labels is not None), None)
    if given is not None:
        return given
    name = entries[0].name
    labels: dict[str, str] = {}
    for each in sorted(services, key=lambda service: service["metadata"]["name"] != name):
        wanted = selector(each)
        if all(labels.get(key, value) == value for key, value in wanted.items()):
            labels |= wanted
    return {"app": name, **labels}


def _beside(service: dict[str, Any], workload: Workload) -> bool:
    return bool(service["metadata"]["namespace"] == workload.namespace)


def _named_after(service: dict[str, Any], workload: Workload) -> bool:
    if not _beside(service, workload):
        return False
    name = service["metadata"]["name"]
    if name in (workload.name, workload.spec.get("serviceName")) or workload.name in selector(service).values():
        return True
    stem, _, last = name.rpartition("-")
    stem = stem if last in TRADE else name
    if stem == workload.name:
        return True
    # kafka for kafka-controller: when it opens the port, or does not say which it opens
    opened = _opened(workload)
    return workload.name.startswith(f"{stem}-") and (not opened or bool(opened & _targets(service)))


def _targets(service: dict[str, Any]) -> set[Any]:
    return {port.get("targetPort", port.get("port")) for port in (service.get("spec") or {}).get("ports") or ()}


def _opened(workload: Workload) -> set[Any]:
    """Return the ports of a workload's containers, by number and by name."""
    ports = [port for each in workload.containers for port in each.spec.get("ports") or ()]
    return {port.get(key) for port in ports for key in ("containerPort", "name")} - {None}
