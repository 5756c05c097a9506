"""What changed: by container and field, with names and never values, and the rollout told only when it is true."""

from __future__ import annotations

import json
from datetime import datetime

from diagnostics.claims import case_builder, catalogue
from diagnostics.engine import diagnose
from diagnostics.facts.workloads import templates
from tests.composed.world import Truth, World, c, config, crash, http, secret

PANIC = "panic: assignment to entry in nil map"


def changed(old, new):
    before, after = ({"spec": {"containers": [item]}} for item in (old, new))
    return {item.what: (item.old, item.new) for item in templates.differences(before, after)}


def test_fields_are_named_by_container():
    found = changed(
        c("api", "a:1", limit="64Mi", live=http("/a", 1)), c("api", "a:2", limit="32Mi", live=http("/b", 1))
    )
    assert found["image of api"] == ("a:1", "a:2")
    assert found["resources.limits.memory of api"] == ("64Mi", "32Mi")
    assert found["livenessProbe.httpGet.path of api"] == ("/a", "/b")
    assert next(iter(found)) == "image of api"


def test_environment_values_are_never_shown():
    old = c("api", env={"TOKEN": "s3cr3t-one", "GONE": "s3cr3t-two", "MOVED": "s3cr3t-three"})
    new = c("api", env={"TOKEN": "s3cr3t-four", "MOVED": secret("vault", "key"), "NEW": config("c", "k")})
    found = changed(old, new)
    assert found["env TOKEN of api"] == ("one value", "another value")
    assert found["env GONE of api"] == ("set", "not set")
    assert found["env MOVED of api"] == ("set", "Secret vault key key")
    assert found["env NEW of api"] == ("not set", "ConfigMap c key k")
    assert "s3cr3t" not in str(found)


def test_stripped_values_are_told_apart_by_their_digest():
    def entry(digest):
        return {"name": "api", "env": [{"name": "A", "facts": {"same": digest}}]}

    assert changed(entry("11111111"), entry("11111111")) == {}
    assert changed(entry("11111111"), entry("22222222")) == {"env A of api": ("one value", "another value")}


def test_restarts_hashes_and_checksums_are_no_change():
    def template(**annotations):
        labels = {"app": "a", "pod-template-hash": annotations.pop("hash")}
        return {"metadata": {"labels": labels, "annotations": annotations}, "spec": {"containers": [c("a")]}}

    old = template(hash="1", **{"checksum/config": "x"})
    new = template(hash="2", **{"checksum/config": "y", "kubectl.kubernetes.io/restartedAt": "2026-11-22T10:00:00Z"})
    assert templates.differences(old, new) == ()


def test_added_and_removed_containers_are_named():
    old, new = {"spec": {"containers": [c("a")]}}, {"spec": {"containers": [c("a"), c("proxy")]}}
    assert [(item.what, item.old, item.new) for item in templates.differences(old, new)] == [
        ("pod container proxy", "absent", "present")
    ]


def world(age, restarts=5):
    made = World()
    made.workload(
        "shop",
        c("app", "shop:2"),
        age=age,
        earlier=[{"containers": [c("app", "shop:1")]}],
        statuses={"app": crash(2, PANIC, restarts=restarts)},
    )
    return made.snapshot(Truth("deployment/shop", "app-crash"))


def test_a_crash_from_the_rollout_on_is_told():
    got = diagnose(world(age=300))
    assert got.facts["began"].startswith("Began ")
    assert "revision 1 → 2 (image shop:1 → shop:2" in got.facts["began"]


def test_a_crash_long_after_the_rollout_is_not():
    """A pod a day old with three restarts in the last minutes ran well before."""
    got = diagnose(world(age=80_000, restarts=3))
    assert "began" not in got.facts


def test_without_events_the_ladder_dates_the_first_crash():
    case = case_builder.case_of(world(age=200, restarts=5), catalogue.builtin())
    born = case.pod["metadata"]["creationTimestamp"]
    assert abs(case.first_crash.timestamp() - datetime.fromisoformat(born).timestamp()) < 60


def test_a_configmap_edited_just_before_the_first_crash_is_named():
    made = World()
    made.workload(
        "shop",
        c("app", "shop:2", env={"MODE": config("modes", "mode")}),
        age=50_000,
        statuses={"app": crash(2, PANIC, restarts=2)},
    )
    item = made.add("ConfigMap", "modes", "production", age=80_000)
    item["metadata"]["managedFields"] = [
        {"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-22T03:09:30Z"}
    ]
    got = diagnose(made.snapshot(Truth("deployment/shop", "app-crash")))
    told = [(change.what, change.new, change.by) for change in got.changed]
    assert told == [("ConfigMap modes", "modified", "kubectl-edit")]


def test_the_same_tag_with_another_content_is_a_change():
    made = World()
    made.workload("shop", c("app", "shop:latest"), replicas=2, age=500, statuses={"app": crash(2, PANIC)})
    well = made.objects["Pod"][1]["status"]["containerStatuses"][0]
    well.update(
        state={"running": {"startedAt": "2026-11-21T03:00:00Z"}},
        lastState={},
        restartCount=0,
        ready=True,
        imageID="sha256:0ld",
    )
    got = diagnose(made.snapshot(Truth("deployment/shop", "app-crash")))
    change = next(item for item in got.changed if "same tag" in item.what)
    assert change.old == "sha256:0ld"
    assert json.dumps(got.to_dict())
