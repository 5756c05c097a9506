"""Services as a cluster has them: addresses, EndpointSlices made from the pods, and who stands behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reports.naming import digest, made, owned_by, suffix
from tests.reports.pod_status import is_ready
from tests.reports.report import Container, Status, Workload
from tests.reports.selection import selector
from tests.reports.surroundings import OLD_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def complete(service: dict[str, Any], number: int) -> None:
    """Fill in what the API server defaults."""
    spec = service.setdefault("spec", {})
    spec.setdefault("type", "ClusterIP")
    if spec["type"] != "ExternalName":
        address = spec.setdefault("clusterIP", f"10.96.{100 + number // 250}.{number % 250 + 1}")
        spec.setdefault("clusterIPs", [address])
        spec |= {"internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}
    spec.setdefault("sessionAffinity", "None")
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))
    service.setdefault("status", {"loadBalancer": {}})


def headless(workload: Workload, labels: dict[str, str]) -> dict[str, Any]:
    """Return the Service that a StatefulSet names: it exists wherever the StatefulSet does."""
    name = workload.spec.get("serviceName") or workload.name
    ports = [
        {"name": port.get("name") or f"port-{port['containerPort']}", "port": port["containerPort"]}
        for each in workload.containers
        for port in each.spec.get("ports") or ()
    ]
    spec = {"clusterIP": "None", "selector": dict(labels), "ports": ports}
    return made("Service", name, workload.namespace, OLD_S, spec=spec)


def neighbour(service: dict[str, Any]) -> Workload:
    """Return the healthy workload behind a Service of which the report tells nothing else."""
    meta = service["metadata"]
    ports = [
        {"containerPort": port["targetPort"] if isinstance(port["targetPort"], int) else port["port"]}
        | ({"name": port["targetPort"]} if isinstance(port["targetPort"], str) else {})
        for port in service["spec"].get("ports") or ()
    ]
    spec = {"name": meta["name"], "image": f"registry.example.com/{meta['name']}:1.0", "ports": ports}
    return Workload(
        kind="Deployment",
        name=meta["name"],
        namespace=meta["namespace"],
        pods=1,
        replicas=None,
        age_s=OLD_S / 2,
        rolled_out_s=OLD_S / 2,
        template={},
        annotations={},
        spec={},
        labels=dict(selector(service)),
        containers=(Container(spec, Status()),),
        init=(),
        conditions=(),
        pod_status={},
        old=(),
        objects_status={},
    )


def selected(service: dict[str, Any], pods: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pods that a Service selects."""
    wanted, namespace = selector(service), service["metadata"]["namespace"]
    if not wanted:
        return []
    return [
        pod
        for pod in pods
        if pod["metadata"]["namespace"] == namespace and wanted.items() <= pod["metadata"]["labels"].items()
    ]


def sliced(service: dict[str, Any], found: Iterable[dict[str, Any]]) -> bool:
    """Whether the report says itself what is behind a Service; a slice without the label is given it."""
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    said = False
    for each in found:
        meta = each["metadata"]
        if meta.get("namespace") != namespace:
            continue
        if each["kind"] == "Endpoints" and meta["name"] == name:
            said = True
        if each["kind"] == "EndpointSlice":
            labels = meta.setdefault("labels", {})
            if meta["name"] == name or meta["name"].startswith(f"{name}-"):
                labels.setdefault("kubernetes.io/service-name", name)
            said = said or labels.get("kubernetes.io/service-name") == name
    return said


def slice_of(service: dict[str, Any], pods: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the EndpointSlice that the controller makes of the selected pods."""
    meta, name = service["metadata"], service["metadata"]["name"]
    labels = {
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    endpoints = [_endpoint(pod) for pod in pods if pod["status"].get("podIP")]
    ports = [
        {"name": port.get("name", ""), "port": number, "protocol": port["protocol"]}
        for port in service["spec"].get("ports") or ()
        if (number := _number(port, pods)) is not None
    ]
    return made(
        "EndpointSlice",
        f"{name}-{suffix(5, digest(name))}",
        meta["namespace"],
        OLD_S,
        metadata={"labels": labels, "ownerReferences": owned_by(service), "generateName": f"{name}-"},
        addressType="IPv4",
        endpoints=endpoints or None,
        ports=ports if endpoints else None,
    )


def mirrored(endpoints: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the EndpointSlice of an Endpoints object, as the mirroring controller makes it."""
    name, namespace = endpoints["metadata"]["name"], endpoints["metadata"]["namespace"]
    told, ports = [], []
    for subset in endpoints.get("subsets") or ():
        ports = subset.get("ports") or ports
        for key, ready in (("addresses", True), ("notReadyAddresses", False)):
            for each in subset.get(key) or ():
                told += [{"addresses": [each["ip"]], "conditions": {"ready": ready, "serving": ready}}]
    labels = {"kubernetes.io/service-name": name}
    body = {"addressType": "IPv4", "endpoints": told or None, "ports": ports or None}
    yield made("EndpointSlice", f"{name}-{suffix(5, name)}", namespace, OLD_S, metadata={"labels": labels}, **body)


def _endpoint(pod: dict[str, Any]) -> dict[str, Any]:
    ready = is_ready(pod)
    meta = pod["metadata"]
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": ready, "terminating": False},
        "nodeName": pod["spec"].get("nodeName"),
        "targetRef": {"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]},
    }


def _number(port: dict[str, Any], pods: Sequence[dict[str, Any]]) -> int | None:
    target = port["targetPort"]
    if isinstance(target, int):
        return target
    for pod in pods:
        for container in pod["spec"]["containers"]:
            for each in container.get("ports") or ():
                if each.get("name") == target:
                    return int(each["containerPort"])
    return None
