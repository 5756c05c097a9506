"""What a printed command takes away is told beside it; a command that takes nothing away gets no such words."""

from __future__ import annotations

import json

import pytest

from diagnostics.answer import gate
from diagnostics.claims import case_builder, catalogue
from diagnostics.diagnosis import Remedy
from tests.composed.world import Truth, World, c, crash


def told(shown, text="Do it.", more=lambda made: made, **spec):
    made = World()
    made.workload("api", c("app", "api:1", **spec), replicas=3, statuses={"app": crash(1, "boom")})
    more(made)
    at = case_builder.case_of(made.snapshot(Truth("deployment/api", "app-crash")), catalogue.builtin())
    return gate.passed(at, Remedy(text=text, commands=(shown,)), ())


def patched(change):
    body = {"spec": {"template": {"spec": {"containers": [{"name": "app", **change}]}}}}
    return f"kubectl -n production patch deployment/api --type=strategic -p '{json.dumps(body)}'"


def test_a_scale_to_nothing_says_how_to_come_back():
    found = told("kubectl -n production scale deployment/api --replicas=0").remedy
    assert found.text == "Do it. Scaled to 0 none of its pods runs, also not to look into: scale it to 3 afterwards."
    assert "Scaled" not in told("kubectl -n production scale deployment/api --replicas=5").remedy.text


@pytest.mark.parametrize("field", ["args", "command"])
def test_a_list_that_is_replaced_names_what_is_lost(field):
    found = told(patched({field: ["--port=80"]}), **{field: ["--port=79", "--quiet"]}).remedy
    assert found.text == f"Do it. It replaces all {field}: --port=79 and --quiet go."
    kept = told(patched({field: ["--port=79", "--quiet", "--fast"]}), **{field: ["--port=79", "--quiet"]}).remedy
    assert kept.text == "Do it."


def test_a_hook_that_goes_takes_its_work_along():
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "cp /a /b"]}}}
    found = told(patched({"lifecycle": {"postStart": None}}), lifecycle=hook).remedy
    assert found.text == "Do it. Without the postStart hook what it does is not done: sh -c cp /a /b."
    assert told(patched({"lifecycle": {"postStart": None}})).remedy.text == "Do it."


@pytest.mark.parametrize(
    ("variable", "env", "warned"),
    [
        ("NODE_OPTIONS", {"NODE_OPTIONS": "--enable-source-maps"}, True),
        ("NODE_OPTIONS", {"OTHER": "x"}, False),
        ("DATABASE_URL", {"DATABASE_URL": "x"}, False),
    ],
)
def test_options_that_are_set_already_are_kept(variable, env, warned):
    found = told(f"kubectl -n production set env deployment/api -c app {variable}=--max=1", env=env).remedy
    sentence = f" {variable} is set already and the command replaces it whole: add what it holds now."
    assert found.text == "Do it." + (sentence if warned else "")


def bare(made, *volumes, ready=True):
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    made.add("Pod", "seed", spec={"volumes": list(volumes)}, status={"phase": "Running", "conditions": conditions})


CLAIM = {"name": "data", "persistentVolumeClaim": {"claimName": "seed-data"}}
SCRATCH = {"name": "tmp", "emptyDir": {}}
DELETE = "kubectl -n production delete pod seed"
NAMED = "Claim seed-data is held by pod seed of nobody."


@pytest.mark.parametrize("ready", [True, False])
def test_a_bare_pod_is_deleted_for_good(ready):
    found = told(DELETE, NAMED, lambda made: bare(made, CLAIM, SCRATCH, ready=ready)).remedy
    assert found.commands == (DELETE,)
    assert found.text == (
        f"{NAMED} Pod seed does not come back once it is deleted, for no controller makes it: what is on claim"
        " seed-data stays, all else that it holds goes (emptyDir tmp)."
    )


def test_a_bare_pod_that_serves_and_holds_no_claim_is_left_alone():
    found = told(DELETE, NAMED, lambda made: bare(made, SCRATCH))
    assert found.remedy.commands == ()
    assert found.withheld[0].because == "that pod serves"


def test_a_pod_of_a_controller_comes_back_and_is_not_warned_of():
    made = World()
    pods = made.workload("api", c("app", "api:1"), statuses={"app": crash(1, "boom")})
    at = case_builder.case_of(made.snapshot(Truth("deployment/api", "app-crash")), catalogue.builtin())
    command = f"kubectl -n production delete pod {pods[0]}"
    assert gate.passed(at, Remedy(text="Do it.", commands=(command,)), ()).remedy.text == "Do it."
