"""Who stands behind the address that a line names: ready by now, waiting for its own claim, or no member at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.composed.world import World, c, crash, up, waits
from tests.kinds.world import Want, asked, check, dies

REFUSED = {
    "python": "cassandra.cluster.NoHostAvailable: ('Unable to connect to any servers', {'10.244.1.9:9042': ConnectionRefusedError(111, 'Connection refused')})",
    "go": "panic: dial tcp 10.244.1.9:9042: connect: connection refused",
    "node": "Error: connect ECONNREFUSED 10.244.1.9:9042",
    "java": "java.net.ConnectException: Connection refused: /10.244.1.9:9042",
    "rust": "Error: tcp connect error: Connection refused (os error 111): 10.244.1.9:9042",
    "by name": "fatal: dial tcp: connect store:9042: connection refused",
}  # fmt: skip


def behind(
    world: World, *, address: str = "10.244.1.9", ready: bool = True, since: str = "2026-11-22T03:11:30Z"
) -> None:
    """A Service ``store`` and its pod, which is ready since after the refusal."""
    world.workload("store", c("store", ports=[9042]), kind="StatefulSet", statuses={"store": up(200, ready=ready)})
    pod = world.objects["Pod"][-1]
    pod["status"]["podIP"] = address
    for condition in pod["status"].get("conditions", []):
        if condition["type"] in ("Ready", "ContainersReady"):
            condition["lastTransitionTime"] = since
    world.add("Service", "store", spec={"clusterIP": "None", "selector": {"app": "store"}, "ports": [{"port": 9042}]})
    world.add("EndpointSlice", "store-x", metadata={"labels": {"kubernetes.io/service-name": "store"}}, ports=[{"port": 9042}],
              endpoints=[{"addresses": [address], "conditions": {"ready": ready}}])  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_who_refused_is_ready_by_now(name):
    world = World()
    behind(world)
    told = asked(dies(REFUSED[name], world=world), "deployment/app")
    check(
        told,
        Want(
            cause=("dependency-unavailable",),
            remedy=("wait", "ready"),
            never=("no Service or pod here", "NetworkPolic"),
        ),
    )


@pytest.mark.parametrize("name", REFUSED)
def test_who_was_ready_all_the_time_is_looked_into(name):
    world = World()
    behind(world, since="2026-11-20T03:11:30Z")
    world.objects["Pod"][-1]["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] = "2026-11-20T03:11:00Z"
    told = asked(dies(REFUSED[name], world=world), "deployment/app")
    check(told, Want(cause=("dependency-unavailable",), never=("wait for the next start", "no Service or pod here")))


def unbound(world: World, message: str) -> None:
    """A Service ``hub`` whose pod is Pending: its claim is not bound."""
    world.workload("hub", c("hub", ports=[8081]), kind="StatefulSet", statuses={"hub": waits("ContainerCreating")}, phase="Pending",
                   spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-hub-0"}}]})  # fmt: skip
    pod = world.objects["Pod"][-1]
    pod["spec"].pop("nodeName", None)
    pod["status"].pop("podIP", None)
    pod["status"]["containerStatuses"] = []
    pod["status"]["conditions"] = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                                    "message": "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."}]  # fmt: skip
    claim = world.add(
        "PersistentVolumeClaim", "data-hub-0", spec={"accessModes": ["ReadWriteOnce"]}, status={"phase": "Pending"}
    )
    world.add("Event", "claim", reason="FailedBinding", type="Normal", message=message, count=40, lastTimestamp="2026-11-22T03:11:00Z",
              involvedObject={"kind": "PersistentVolumeClaim", "name": "data-hub-0", "namespace": "production", "uid": claim["metadata"]["uid"]})  # fmt: skip
    world.add("Service", "hub", spec={"clusterIP": "10.96.3.4", "selector": {"app": "hub"}, "ports": [{"port": 8081}]})
    world.add(
        "EndpointSlice",
        "hub-x",
        metadata={"labels": {"kubernetes.io/service-name": "hub"}},
        ports=[{"port": 8081}],
        endpoints=[],
    )


WAITED = {
    "wait-for": "Waiting for hub:8081 timed out after 15 seconds",
    "wait-for-it": "wait-for-it.sh: timeout occurred after waiting 15 seconds for hub:8081",
    "go": "fatal: dial tcp 10.96.3.4:8081: i/o timeout",
    "nc": "nc: connect to hub (10.96.3.4) port 8081 (tcp) timed out: Operation in progress",
    "curl": "curl: (7) Failed to connect to hub port 8081: Connection refused",
    "python": "urllib3.exceptions.MaxRetryError: HTTPConnectionPool(host='hub', port=8081): Max retries exceeded with url: / (Caused by ConnectTimeoutError())",
}  # fmt: skip


@pytest.mark.parametrize("name", WAITED)
def test_who_is_waited_for_waits_for_a_claim(name):
    world = World()
    unbound(world, "no persistent volumes available for this claim and no storage class is set")
    told = asked(dies(WAITED[name], world=world), "deployment/app")
    check(told, Want(cause=("dependency-unavailable",), says=("hub",), remedy=("data-hub-0", "storage")))


def member(name: str, replicas: int, *, publish: bool = True) -> World:
    world = World()
    log = f'{{"level":"fatal","msg":"join error","error":"dial tcp: lookup {name}.app-peer.production.svc on 10.96.0.10:53: no such host"}}'
    dies(log, world=world, kind="StatefulSet", args=[f"--join=http://{name}.app-peer.production.svc:2379"])
    world.objects["StatefulSet"][0]["spec"]["replicas"] = replicas
    spec = {
        "clusterIP": "None",
        "selector": {"app": "app"},
        "ports": [{"port": 2379}],
        "publishNotReadyAddresses": publish,
    }
    world.add("Service", "app-peer", spec=spec)
    world.objects["StatefulSet"][0]["spec"]["serviceName"] = "app-peer"
    return world


@pytest.mark.parametrize(("name", "replicas"), [("app-3", 3), ("app-5", 3), ("app-1", 1)])
@pytest.mark.parametrize("publish", [True, False])
def test_a_member_beyond_the_replicas_has_no_name(name, replicas, publish):
    told = asked(member(name, replicas, publish=publish), "statefulset/app")
    check(told, Want(cause=("dependency-unavailable", "bad-config"), says=(name,), remedy=(name, "args[0] of app"),
                     never=("so its name then has no address",)))  # fmt: skip


@pytest.mark.parametrize("publish", [True])
def test_a_member_that_is_wanted_is_not_said_to_be_beyond(publish):
    told = asked(member("app-1", 3, publish=publish), "statefulset/app")
    check(told, Want(cause=("dependency-unavailable",), never=("replicas", "so its name then has no address")))


def migrated(log: str, job: str, last: str, *, done: bool = False) -> World:
    world = dies(log)
    code = 0 if done else 1
    world.workload(job, c("migrate"), kind="Job", statuses={"migrate": crash(code, last, reason="Completed" if done else "Error")},
                   status={"failed": 3} if not done else {"succeeded": 1})  # fmt: skip
    return world


UNPREPARED = {
    "table": ('ERROR: relation "accounts" does not exist (SQLSTATE 42P01)', "app-migrate"),
    "flag": ("fatal: datastore is not ready: schema is not migrated", "spicedb-migrate-1"),
    "mysql": ("Error 1146: Table 'shop.orders' doesn't exist", "app-db-migrations"),
    "version": ("panic: database schema is at version 3, want 9: run migrations", "migrate-9"),
    "django": ('django.db.utils.ProgrammingError: relation "auth_user" does not exist', "app-init-db"),
    "init": ("FATAL: the database has not been initialized", "app-setup"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNPREPARED)
def test_the_job_that_should_have_prepared_the_data_is_named(name):
    log, job = UNPREPARED[name]
    told = asked(migrated(log, job, "error: step drop-id-constraints failed: lock timeout"), "deployment/app")
    remedy: Any = f"{told.remedy.text} {' '.join(told.remedy.commands)}"
    assert f"job {job}".lower() in remedy.lower(), (told.cause, told.summary, remedy)


@pytest.mark.parametrize("name", ["table", "mysql"])
def test_a_job_that_succeeded_is_not_blamed(name):
    log, job = UNPREPARED[name]
    told = asked(migrated(log, job, "done", done=True), "deployment/app")
    assert f"job {job} failed" not in told.remedy.text.lower()
