"""Making and removing pods for their owners, and reading how they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.kubelet import Life
from bot.demo.cluster.controllers.records import record
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.controllers.stories import Story
    from bot.demo.cluster.store import Store
    from bot.demo.cluster.wire import Object

TOLERATIONS = [
    {"effect": "NoExecute", "key": f"node.kubernetes.io/{key}", "operator": "Exists", "tolerationSeconds": 300}
    for key in ("not-ready", "unreachable")
]
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


def owned_by(store: Store, kind: str, owner: Object) -> list[Object]:
    """Return the live objects of a kind whose controller is `owner`."""
    uid = owner["metadata"]["uid"]
    return [
        obj
        for obj in store.all(kind, owner["metadata"]["namespace"])
        if any(ref["uid"] == uid and ref.get("controller") for ref in obj["metadata"].get("ownerReferences") or ())
    ]


def owner_reference(owner: Object) -> Object:
    """Return the ownerReference of a controller."""
    return {
        "apiVersion": owner["apiVersion"],
        "blockOwnerDeletion": True,
        "controller": True,
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    }


def create_pod(cluster: Cluster, owner: Object, name: str, template: Object, story: Story, now: datetime) -> bool:
    """Create a pod from a template, and say so in an event; False when the recording says that none can be created."""
    if story.rejected:
        event = story.rejected[0]
        message = event["message"]
        record(cluster.store, owner, "FailedCreate", message, now, type="Warning", source="replicaset-controller")
        return False
    sample = story.sample if story.fails(template) else None
    namespace = owner["metadata"]["namespace"]
    node = sample.pod["spec"].get("nodeName", "") if sample else node_for(cluster.store, namespace)
    pod: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _meta(owner, name, template),
        "spec": _spec(template, name, node),
        "status": {"phase": "Pending", "qosClass": _qos(template), "conditions": []},
    }
    cluster.store.create(pod, now)
    cluster.lives[pod["metadata"]["uid"]] = Life(namespace, name, now, sample, fresh=True)
    source = f"{owner['kind'].lower()}-controller"
    message = f"Created pod: {name}"
    if owner["kind"] == "StatefulSet":
        message = f"create Pod {name} in StatefulSet {owner['metadata']['name']} successful"
    record(cluster.store, owner, "SuccessfulCreate", message, now, source=source)
    return True


def delete_pod(cluster: Cluster, owner: Object, pod: Object, now: datetime) -> None:
    """Remove a pod for its owner, and say so in events."""
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    for container in pod["spec"]["containers"]:
        running = _running(pod, container["name"])
        if running:
            message = f"Stopping container {container['name']}"
            record(cluster.store, pod, "Killing", message, now, container=container["name"])
    cluster.store.delete("Pod", namespace, name)
    cluster.logs.drop(namespace, name)
    cluster.lives.pop(pod["metadata"]["uid"], None)
    message = f"Deleted pod: {name}"
    if owner["kind"] == "StatefulSet":
        message = f"delete Pod {name} in StatefulSet {owner['metadata']['name']} successful"
    record(cluster.store, owner, "SuccessfulDelete", message, now, source=f"{owner['kind'].lower()}-controller")


def node_for(store: Store, namespace: str) -> str:
    """Return the node that a namespace's pods run on, else the first one."""
    for pod in store.all("Pod", namespace):
        if pod["spec"].get("nodeName"):
            return str(pod["spec"]["nodeName"])
    namespaces = store.find("Namespace", "", namespace) or {"metadata": {}}
    wanted = (namespaces["metadata"].get("annotations") or {}).get("demo.crashloop/node", "")
    nodes = [node["metadata"]["name"] for node in store.all("Node")]
    return wanted if wanted in nodes else next(iter(nodes), "node-1")


def _meta(owner: Object, name: str, template: Object) -> Object:
    given = template.get("metadata") or {}
    meta: Object = {
        "generateName": f"{owner['metadata']['name']}-",
        "generation": 1,
        "labels": dict(given.get("labels") or {}),
        "name": name,
        "namespace": owner["metadata"]["namespace"],
        "ownerReferences": [owner_reference(owner)],
    }
    if given.get("annotations"):
        meta["annotations"] = dict(given["annotations"])
    return meta


def _spec(template: Object, name: str, node: str) -> Object:
    spec: Object = copied(template["spec"])
    volume = f"kube-api-access-{hashlib.sha256(name.encode()).hexdigest()[:5]}"
    mount = {"mountPath": MOUNT_PATH, "name": volume, "readOnly": True}
    for container in (*spec["containers"], *(spec.get("initContainers") or ())):
        container.setdefault("volumeMounts", []).append(dict(mount))
    downward = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}
    certificate = {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": certificate},
        {"downwardAPI": {"items": [downward]}},
    ]
    spec.setdefault("volumes", []).append({"name": volume, "projected": {"defaultMode": 420, "sources": sources}})
    account = spec.get("serviceAccountName", "default")
    spec |= {"serviceAccount": account, "serviceAccountName": account, "enableServiceLinks": True}
    spec |= {"preemptionPolicy": "PreemptLowerPriority", "priority": 0}
    spec.setdefault("tolerations", []).extend(copied(TOLERATIONS))
    if node:
        spec["nodeName"] = node
    return spec


def _qos(template: Object) -> str:
    resources = [each.get("resources") or {} for each in template["spec"]["containers"]]
    if not any(each.get("limits") or each.get("requests") for each in resources):
        return "BestEffort"
    same = all(
        {"cpu", "memory"} <= set(each.get("limits") or ()) and each.get("requests", each["limits"]) == each["limits"]
        for each in resources
    )
    return "Guaranteed" if same else "Burstable"


def _running(pod: Object, container: str) -> bool:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return any(each["name"] == container and "running" in (each.get("state") or {}) for each in statuses)
