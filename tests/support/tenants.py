"""Two tenants of one cluster: a log line of the first names a Service of the second, which fails as well.

What is only to be read in the second one carries a mark, so that a test can look for it in everything that was said.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.demo.cluster import Cluster
from bot.demo.cluster.people import rules_of_readers
from tests.composed.world import World, ago, c, crash

if TYPE_CHECKING:
    from bot.demo.slack.server import SlackStandIn

HOME, OTHER = "shop", "vault"
MARK = "zzmark"
"""Stands in everything of the other tenant but the names that the log line itself says."""

LINE = "panic: dial tcp: lookup of ledger.vault.svc.cluster.local:5432 failed: connect: connection refused"
BOTH, FIRST_ONLY = "anna@example.com", "ben@example.com"
PEOPLE = f"- {{slack: U0ANNA, user: {BOTH}}}\n- {{slack: U0BEN, user: {FIRST_ONLY}}}\n"
COMMAND = f"{HOME}/deployment/till"


def tenants(line: str = LINE) -> Cluster:
    """Return the cluster; ``line`` is what the first tenant's program prints before it ends."""
    world = World()
    world.workload(
        "till", c("web"), namespace=HOME, statuses={"web": crash(2, f"{line}\n", shape="backoff")}, node="n1"
    )
    (pod,) = world.workload(
        "ledger", c("db", image=f"registry.example/{MARK}-image:7"), namespace=OTHER, node="n2",
        statuses={"db": crash(1, f"FATAL: {MARK}-log no space\n", message=f"FATAL: {MARK}-message", shape="backoff")},
    )  # fmt: skip
    world.event(pod, "BackOff", f"Back-off restarting failed container db: {MARK}-event", namespace=OTHER)
    world.service("ledger", 5432, {"app": "ledger"}, namespace=OTHER, ip="10.96.7.9")
    for node in ("n1", "n2"):
        world.add("Node", node, status={"conditions": [{"type": "Ready", "status": "True"}]})
    cluster = Cluster(clock=lambda: datetime.fromisoformat(ago(0)))
    for item in (item for kind in world.objects.values() for item in kind):
        cluster.store.load(json.loads(json.dumps(item)))
    for namespace in (HOME, OTHER):
        cluster.store.load(_object("v1", "Namespace", namespace))
    for (namespace, name, container, instance), (log, _back) in world.logs.items():
        stamped = "\n".join(f"{ago(30)} {text}" for text in log.splitlines())
        cluster.logs.put(namespace, name, container, instance, stamped.encode())
    for item in _rights():
        cluster.store.load(item)
    return cluster


def heard(slack: SlackStandIn) -> list[str]:
    """Return a list that takes up everything that is said from now on: messages, dialogs, Home tabs, to whomever."""
    said: list[str] = []
    slack.subscribe(lambda change: said.append(json.dumps(change.message, ensure_ascii=False)))
    return said


def asked_in(cluster: Cluster, namespace: str) -> list[str]:
    """Return the paths in a namespace that were read so far, reviews apart."""
    return [request.path for request in cluster.requests if f"/namespaces/{namespace}" in request.path]


def _rights() -> list[dict[str, Any]]:
    api = "rbac.authorization.k8s.io"
    role = _object(f"{api}/v1", "ClusterRole", "view") | {"rules": rules_of_readers()}
    made = [role]
    for namespace, users in ((HOME, (BOTH, FIRST_ONLY)), (OTHER, (BOTH,))):
        binding = _object(f"{api}/v1", "RoleBinding", "viewers", namespace)
        binding["roleRef"] = {"apiGroup": api, "kind": "ClusterRole", "name": "view"}
        binding["subjects"] = [{"apiGroup": api, "kind": "User", "name": user} for user in users]
        made.append(binding)
    return made


def _object(version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
    metadata = {"name": name, "creationTimestamp": ago(9000), "uid": f"{kind}-{namespace}-{name}"}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": metadata | ({"namespace": namespace} if namespace else {}),
    }
