"""What a cluster has besides the workloads: namespaces, nodes, accounts, and what running pods prove to exist."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.reports.naming import ago, digest, made, uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAY_S = 86400
OLD_S = 30 * DAY_S
NODES = ("node-1", "node-2", "node-3")
CLUSTER_SCOPED = frozenset(
    {"Node", "Namespace", "PersistentVolume", "StorageClass", "ClusterRole", "ClusterRoleBinding", "PriorityClass"}
    | {"RuntimeClass", "CustomResourceDefinition", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}
)


def given(raw: dict[str, Any], namespace: str) -> dict[str, Any]:
    """Return an object of the report with the metadata that the API adds."""
    raw = deepcopy(raw)  # what is filled in later must not show in the report
    kind, metadata = raw["kind"], raw["metadata"]
    where = "" if kind in CLUSTER_SCOPED else metadata.get("namespace") or namespace
    whole = made(kind, metadata["name"], where, OLD_S)
    body = {key: value for key, value in raw.items() if key != "metadata"}
    return {**whole, **body, "metadata": {**whole["metadata"], **metadata}}


def nodes(found: Iterable[dict[str, Any]], named: Iterable[str]) -> list[dict[str, Any]]:
    """Return whole nodes: those of the report over a full one, those that pods name, else three."""
    over = {each["metadata"]["name"]: each for each in found}
    names = list(dict.fromkeys([*over, *named])) or list(NODES)
    return [_node(name, number, over.get(name, {})) for number, name in enumerate(names, start=1)]


def _node(name: str, number: int, over: dict[str, Any]) -> dict[str, Any]:
    whole = made("Node", name, "", OLD_S)
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    machine = digest("machine", name)[:32]
    room = {"cpu": "8", "memory": "32614288Ki", "ephemeral-storage": "203056560Ki", "pods": "110"}
    room |= {"hugepages-1Gi": "0", "hugepages-2Mi": "0"}
    information = {
        "machineID": machine,
        "systemUUID": uid("system", name),
        "bootID": uid("boot", name),
        "architecture": "amd64",
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 12 (bookworm)",
        "kernelVersion": "6.1.0-28-amd64",
        "kubeletVersion": "v1.36.2",
        "kubeProxyVersion": "",
        "containerRuntimeVersion": "containerd://2.1.9",
    }
    addresses = [{"type": "InternalIP", "address": f"10.99.0.{number}"}, {"type": "Hostname", "address": name}]
    status = {
        "addresses": addresses,
        "capacity": dict(room),
        "allocatable": dict(room),
        "nodeInfo": information,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "conditions": _node_conditions(),
    }
    metadata, told = over.get("metadata", {}), dict(over.get("status") or {})
    conditions = {each["type"]: each for each in status["conditions"]}
    conditions |= {each["type"]: {**conditions.get(each["type"], {}), **each} for each in told.pop("conditions", ())}
    for key in ("capacity", "allocatable", "nodeInfo"):
        status[key] |= told.pop(key, None) or {}
    whole["metadata"] |= {**metadata, "labels": {**labels, **metadata.get("labels", {})}}
    return {**whole, "spec": over.get("spec") or {}, "status": {**status, **told, "conditions": [*conditions.values()]}}


def _node_conditions() -> list[dict[str, Any]]:
    told = (
        ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    )
    times = {"lastHeartbeatTime": ago(40), "lastTransitionTime": ago(OLD_S)}
    return [{"type": t, "status": s, "reason": r, "message": m, **times} for t, s, r, m in told]


def namespaces(names: Iterable[str], found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the namespaces that are used and not in the report, with their default ServiceAccount and root CA."""
    there = {(each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]) for each in found}
    for name in dict.fromkeys(names):
        labels = {"kubernetes.io/metadata.name": name}
        body = {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
        every = (
            made("Namespace", name, "", OLD_S, metadata={"labels": labels}, **body),
            made("ServiceAccount", "default", name, OLD_S),
            made("ConfigMap", "kube-root-ca.crt", name, OLD_S, data={"ca.crt": ""}),
        )
        for each in every:
            metadata = each["metadata"]
            if (each["kind"], metadata.get("namespace", ""), metadata["name"]) not in there:
                yield each


def proven(
    pod: dict[str, Any], found: set[tuple[str, str, str]], told: str, claims: dict[str, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Return what must exist because the pod's containers were started: ConfigMaps, claims, its ServiceAccount.

    ``told`` is all that is said in the pod's namespace: what kubelet or scheduler miss is not made up. ``claims`` are
    the templates by volume name.
    """
    namespace = pod["metadata"]["namespace"]
    account = pod["spec"].get("serviceAccountName", "default")
    if ("ServiceAccount", namespace, account) not in found and not _missed(account, told):
        yield made("ServiceAccount", account, namespace, OLD_S)
    statuses = (*pod["status"].get("initContainerStatuses", ()), *pod["status"].get("containerStatuses", ()))
    if not any(each["imageID"] for each in statuses):
        return
    for name, keys in _config_maps(pod["spec"]).items():
        if ("ConfigMap", namespace, name) not in found and not _missed(name, told):
            yield made("ConfigMap", name, namespace, OLD_S, data=dict.fromkeys(sorted(keys), "x"))
    for volume in pod["spec"].get("volumes", ()):
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim and ("PersistentVolumeClaim", namespace, claim) not in found and not _missed(claim, told):
            spec = claims.get(volume["name"], {}).get("spec") or {"accessModes": ["ReadWriteOnce"]}
            yield made("PersistentVolumeClaim", claim, namespace, OLD_S, spec=dict(spec), status={"phase": "Bound"})


def _missed(name: str, told: str) -> bool:
    return any(name in line and ("not found" in line or "couldn't find" in line) for line in told.splitlines())


def _config_maps(spec: dict[str, Any]) -> dict[str, set[str]]:
    """Return the ConfigMaps that a pod cannot start without, and the keys that it names."""
    keys: dict[str, set[str]] = {}
    volumes = {each["name"]: each for each in spec.get("volumes", ())}
    for each in volumes.values():
        source = each.get("configMap") or {}
        if source.get("name") and not source.get("optional"):
            keys.setdefault(source["name"], set()).update(item["key"] for item in source.get("items") or ())
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        for entry in container.get("env") or ():
            source = (entry.get("valueFrom") or {}).get("configMapKeyRef") or {}
            if source.get("name") and not source.get("optional"):
                keys.setdefault(source["name"], set()).add(source["key"])
        for entry in container.get("envFrom") or ():
            source = entry.get("configMapRef") or {}
            if source.get("name") and not source.get("optional"):
                keys.setdefault(source["name"], set())
        for mount in container.get("volumeMounts") or ():
            source = volumes.get(mount["name"], {}).get("configMap") or {}
            if source.get("name") in keys and not source.get("items"):
                keys[source["name"]] |= _keys_below(container, mount)
    return keys


def _keys_below(container: dict[str, Any], mount: dict[str, Any]) -> set[str]:
    """Return the files of a mounted ConfigMap that the command line names."""
    if mount.get("subPath"):
        return {mount["subPath"]}
    below = mount["mountPath"].rstrip("/") + "/"
    words = " ".join(str(each) for each in (*(container.get("command") or ()), *(container.get("args") or ())))
    rest = [piece.split("/")[0] for piece in words.split(below)[1:]]
    return {piece.split()[0].strip("\"',;") for piece in rest if piece.split()} - {""}


def bound(claim: dict[str, Any], found: set[tuple[str, str, str]]) -> Iterator[dict[str, Any]]:
    """Complete a bound claim, and return the volume and the class that must be there for it."""
    spec, status = claim.setdefault("spec", {}), claim.setdefault("status", {})
    if status.setdefault("phase", "Bound") != "Bound":
        return
    meta = claim["metadata"]
    size = (spec.setdefault("resources", {}).setdefault("requests", {})).setdefault("storage", "8Gi")
    spec.setdefault("accessModes", ["ReadWriteOnce"])
    spec.setdefault("volumeMode", "Filesystem")
    kind = spec.setdefault("storageClassName", "standard")
    volume = spec.setdefault("volumeName", f"pvc-{meta['uid']}")
    status.setdefault("accessModes", spec["accessModes"])
    status.setdefault("capacity", {"storage": size})
    if ("PersistentVolume", "", volume) not in found:
        claimed = {
            "kind": "PersistentVolumeClaim",
            "namespace": meta["namespace"],
            "name": meta["name"],
            "uid": meta["uid"],
        }
        body = {
            "capacity": {"storage": size},
            "accessModes": spec["accessModes"],
            "claimRef": claimed,
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": kind,
            "volumeMode": "Filesystem",
            "csi": {"driver": "csi.example.com", "volumeHandle": volume},
        }
        yield made("PersistentVolume", volume, "", OLD_S, spec=body, status={"phase": "Bound"})
    if kind and ("StorageClass", "", kind) not in found:
        body = {
            "provisioner": "csi.example.com",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "WaitForFirstConsumer",
        }
        yield made("StorageClass", kind, "", OLD_S, **body)
