"""From a host name that a log speaks of to the Service and the pods behind it, as far as the snapshot knows."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Object, Snapshot

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", "ip6-localhost"})  # noqa: S104 — names met in logs, nothing binds here


@dataclass(frozen=True, slots=True)
class Place:
    """Where a host name points inside the cluster: a Service's name and namespace, with a pod's name before it."""

    service: str
    namespace: str
    pod: str = ""


def place(host: str, namespace: str) -> Place | None:
    """Return where the name would point when asked from a pod of ``namespace``, or None when it is not the cluster's.

    ``db``, ``db.data``, ``db.data.svc``, ``db.data.svc.cluster.local`` and ``db-0.db.data.svc...`` are understood;
    any cluster domain is, because what follows ``svc`` is not looked at.
    """
    name = host.strip().rstrip(".").lower()
    if not name or name in LOOPBACK or _address(name):
        return None
    parts = name.split(".")
    if not all(part and part.replace("-", "").replace("_", "").isalnum() for part in parts):
        return None
    if "svc" in parts[2:]:
        before = parts[: parts.index("svc", 2)]
        return Place(before[-2], before[-1], before[0] if len(before) > 2 else "")
    if len(parts) == 1:
        return Place(parts[0], namespace)
    if len(parts) == 2:
        return Place(parts[0], parts[1])
    return None


def services(snapshot: Snapshot, host: str, namespace: str) -> Iterator[Object]:
    """Yield the Services that the host may be: by name, or by cluster address."""
    name = host.strip().rstrip(".").lower()
    if _address(name):
        for service in snapshot.all("Service"):
            if name in (fields.text(service, "spec", "clusterIP"), *fields.strings(service, "spec", "clusterIPs")):
                yield service
        return
    told = place(host, namespace)
    if told is None:
        return
    found = snapshot.one("Service", told.namespace, told.service)
    if found is not None:
        yield found
    elif name.count(".") == 1:
        # ``postgres-0.postgres`` in the same namespace: a pod behind a headless Service.
        headless = snapshot.one("Service", namespace, told.namespace)
        if headless is not None:
            yield headless


def pods_behind(snapshot: Snapshot, service: Object) -> list[Object]:
    """Return the pods that the Service selects, or that its EndpointSlices name, in the order of their names."""
    namespace, selector = fields.namespace(service), fields.labels(service, "spec", "selector")
    chosen = [
        pod
        for pod in snapshot.all("Pod", namespace)
        if selector and selector.items() <= fields.labels(pod, "metadata", "labels").items()
    ]
    if not chosen:
        named = _endpoint_pods(snapshot, service)
        chosen = [pod for pod in snapshot.all("Pod", namespace) if fields.name(pod) in named]
    return sorted(chosen, key=fields.name)


def _endpoint_pods(snapshot: Snapshot, service: Object) -> set[str]:
    return {
        fields.text(endpoint, "targetRef", "name")
        for found in snapshot.all("EndpointSlice", fields.namespace(service))
        if fields.labels(found, "metadata", "labels").get("kubernetes.io/service-name") == fields.name(service)
        for endpoint in fields.items(found, "endpoints")
    }


def _address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
