"""A cluster for alerts: failing and healthy workloads of every kind, their exporters, nodes, a claim, a quota."""

from __future__ import annotations

import json
from datetime import datetime

from bot.demo.cluster import Cluster
from bot.model.names import ALPHABET
from tests.composed.world import World, ago, c, crash, up

HASH = "6c9d8b7f5"
PANIC = "panic: dial tcp 10.96.12.1:5432: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()\n"


def zoo() -> Cluster:
    """Return it. ``pods`` of the cluster are named as Kubernetes names them."""
    world = World()
    for namespace, name in (("zoo", "cage-api"), ("zoo", "a-api"), ("farm", "b-api"), ("kiosks", "ticket-web")):
        _fails(world, name, namespace)
    _fails(world, "cage", "zoo", kind="StatefulSet")
    for name in ("db-migrate", "db-cleanup"):
        _fails(world, name, "zoo", kind="Job")
    for namespace, name in (("zoo", "thumbs"), ("mon", "metrics-kube-state-metrics"), ("kiosks", "till")):
        world.workload(name, c("web"), namespace=namespace, statuses={"web": up()}, node="n4")
    _store(world)
    for node in ("n3", "n4", "n5"):
        world.add("Node", node, status={"conditions": [{"type": "Ready", "status": "True"}]})
    cluster = Cluster(clock=lambda: datetime.fromisoformat(ago(0)))
    text = json.dumps([item for kind in world.objects.values() for item in kind])
    names = {item["metadata"]["name"]: _as_made(item["metadata"]["name"]) for item in world.objects["Pod"]}
    for old, new in names.items():
        text = text.replace(json.dumps(old), json.dumps(new))
    for item in json.loads(text):
        cluster.store.load(item)
    for (namespace, pod, container, instance), (log, _back) in world.logs.items():
        stamped = "\n".join(f"{ago(30)} {line}" for line in log.splitlines())
        cluster.logs.put(namespace, names[pod], container, instance, stamped.encode())
    return cluster


def pods(cluster: Cluster, namespace: str, workload: str) -> list[str]:
    """Return the names of a workload's pods."""
    return sorted(
        item["metadata"]["name"]
        for item in cluster.store.everything()
        if item["kind"] == "Pod"
        and item["metadata"]["namespace"] == namespace
        and item["metadata"]["name"].startswith(f"{workload}-")
        and item["metadata"]["labels"].get("app") == workload
    )


def _fails(world: World, name: str, namespace: str, kind: str = "Deployment", node: str = "n3") -> None:
    world.workload(
        name, c("web"), namespace=namespace, kind=kind, statuses={"web": crash(2, PANIC, shape="backoff")}, node=node
    )


def _store(world: World) -> None:
    """Add a namespace whose workloads fail with a claim, a quota, an autoscaler, a budget; and one with all of them."""
    for name, state in (("vault", crash(2, PANIC, shape="backoff")), ("calm", up())):
        claim = f"data-{name}-0"
        world.workload(
            name, c("web"), namespace="store", kind="StatefulSet", statuses={"web": state}, node="n5",
            pod={"spec": {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]}},
        )  # fmt: skip
        world.add("PersistentVolumeClaim", claim, "store", spec={"volumeName": f"pv-{name}"}, status={"phase": "Bound"})
        volume = world.add("PersistentVolume", f"pv-{name}", spec={"claimRef": {"namespace": "store", "name": claim}})
        del volume["metadata"]["namespace"]
        target = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": name}
        scaler = world.add("HorizontalPodAutoscaler", name, "store", spec={"scaleTargetRef": target, "maxReplicas": 3})
        scaler["apiVersion"] = "autoscaling/v2"
        budget = world.add("PodDisruptionBudget", name, "store", spec={"selector": {"matchLabels": {"app": name}}})
        budget["apiVersion"] = "policy/v1"
    world.workload("stuffed", c("web"), namespace="store", pods=False)
    made = world.objects["ReplicaSet"][-1]["metadata"]["name"]
    for quota in ("small", "large"):
        hard = {"pods": "1" if quota == "small" else "900"}
        world.add("ResourceQuota", quota, "store", spec={"hard": hard}, status={"hard": hard, "used": {"pods": "1"}})
    refused = f'Error creating: pods "{made}-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1'
    world.event(made, "FailedCreate", refused, kind="ReplicaSet", namespace="store", count=5)
    world.add("CronJob", "nightly", "store", spec={"schedule": "0 2 * * *"})
    _fails(world, "nightly-29390000", "store", kind="Job", node="n5")
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "nightly", "controller": True}
    world.objects["Job"][-1]["metadata"]["ownerReferences"] = [owner]


def _as_made(name: str) -> str:
    base, _, tail = name.rpartition("-")
    return name if tail.isdigit() else f"{base}-{''.join(ALPHABET[ord(letter) % 27] for letter in tail)}"
