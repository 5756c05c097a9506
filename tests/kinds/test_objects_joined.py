"""What the answer needs stands in other objects: they are looked up and named, and nothing is named that is not there."""

from __future__ import annotations

import pytest

from bot.render.description import describe
from tests.composed.world import World, c, crash, up
from tests.kinds.world import Want, asked, check, dies, spoken

MISSING = "KeyError: 'LEDGER_SIGNING_SECRET'\npanic: required environment variable LEDGER_SIGNING_SECRET is not set"
PLAIN = "panic: required environment variable LEDGER_REGION is not set"


def test_a_secret_is_not_set_in_plain_text_and_the_secret_at_hand_is_named():
    env = {"LEDGER_DB_PASSWORD": {"valueFrom": {"secretKeyRef": {"name": "ledger", "key": "dbPassword"}}}}
    told = asked(dies(MISSING, env=env))
    check(told, Want(cause=("bad-config",), remedy=("Secret ledger", "describe secret ledger", "secretKeyRef"),
                     never=("LEDGER_SIGNING_SECRET=<value>",)))  # fmt: skip


def test_a_secret_without_one_at_hand_is_still_not_plain():
    told = asked(dies(MISSING, env={"MODE": "x"}))
    check(
        told, Want(cause=("bad-config",), remedy=("secretKeyRef",), never=("LEDGER_SIGNING_SECRET=<value>", "ledger "))
    )


def test_a_plain_variable_is_set_as_before():
    told = asked(dies(PLAIN, env={"LEDGER_DB": {"valueFrom": {"secretKeyRef": {"name": "ledger", "key": "db"}}}}))
    check(told, Want(cause=("bad-config",), remedy=("LEDGER_REGION=<value>",), never=("Secret ledger",)))


def test_a_configmap_key_that_is_the_variable_is_named():
    world = World()
    world.add("ConfigMap", "ledger-settings", data={"ledgerRegion": "x", "other": "y"})
    told = asked(dies(PLAIN, env={"MODE": "x"}, world=world))
    check(told, Want(cause=("bad-config",), remedy=("key ledgerRegion of ConfigMap ledger-settings",)))
    world = World()
    world.add("ConfigMap", "ledger-settings", data={"other": "y"})
    told = asked(dies(PLAIN, env={"MODE": "x"}, world=world))
    check(told, Want(cause=("bad-config",), never=("ledger-settings",)))


def shop(kind: str, address: list[dict[str, str]]) -> World:
    world = World()
    world.workload("app", c("app"), statuses={"app": up()})
    spec = {
        "type": kind,
        "clusterIP": "10.96.3.3",
        "selector": {"app": "app"},
        "ports": [{"port": 80, "nodePort": 30080}],
    }
    world.add("Service", "front", spec=spec, status={"loadBalancer": {"ingress": address} if address else {}})
    return world


@pytest.mark.parametrize(
    ("kind", "address", "said"),
    [("LoadBalancer", [], True), ("LoadBalancer", [{"ip": "203.0.113.9"}], False), ("ClusterIP", [], False)],
)
def test_a_healthy_pod_behind_a_service_without_address(kind, address, said):
    told = asked(shop(kind, address))
    assert told.cause == "healthy"
    assert ("Service front" in told.summary and "no address" in told.summary) is said, spoken(told)


def test_the_pod_of_an_earlier_revision_is_told_apart():
    world = World()
    world.workload("app", c("app", "registry.example/app:2.0"), statuses={"app": crash(1, "panic: boom")},
                   earlier=[{"containers": [c("app", "registry.example/app:1.0")]}])  # fmt: skip
    sets = sorted(world.objects["ReplicaSet"], key=lambda item: item["metadata"]["creationTimestamp"])
    new = next(item for item in world.objects["Pod"])
    old_set = next(item for item in sets if item["metadata"]["name"] != new["metadata"]["ownerReferences"][0]["name"])
    stays = World()
    stays.workload("stay", c("app", "registry.example/app:1.0"), statuses={"app": up()})
    old = stays.objects["Pod"][0]
    owner = {
        **new["metadata"]["ownerReferences"][0],
        "name": old_set["metadata"]["name"],
        "uid": old_set["metadata"]["uid"],
    }
    labels = {**new["metadata"]["labels"], "pod-template-hash": old_set["metadata"]["labels"]["pod-template-hash"]}
    old["metadata"] |= {"name": f"{old_set['metadata']['name']}-zzzzz", "ownerReferences": [owner], "labels": labels}
    world.objects["Pod"].append(old)
    told = asked(world)
    assert (told.scope.failing, told.scope.of, told.scope.earlier) == (1, 2, 1)
    where = str(describe(told).whereabouts)
    assert "1 of 2 pods" not in where
    assert "earlier revision" in where
