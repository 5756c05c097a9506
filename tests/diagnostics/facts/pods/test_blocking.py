"""The container that blocks the pod now, and what hides it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.claims import case_builder, catalogue
from diagnostics.examples import NOW, Example, ago, event, running, terminated, waiting
from diagnostics.facts.model import Role
from diagnostics.facts.pods import blocking
from tests.composed.world import Status, Truth, World, c, crash, ended, up, waits
from tests.composed.world import ago as before

LOOP = waiting("CrashLoopBackOff", "back-off 40s restarting failed container=api pod=api_production(uid)")


def suspect_of(init=(), containers=(), **statuses):
    """The suspect's name among containers of these statuses; an init container may be a sidecar."""
    made = World()
    made.workload("shop", *(c(name) for name in containers), init=tuple(init), statuses=statuses, phase="Running")
    case = case_builder.case_of(made.snapshot(Truth("deployment/shop", None)), catalogue.builtin())
    return case.suspect.name if case.suspect else None


def test_a_healthy_pod_has_none():
    assert suspect_of(containers=("a", "b"), a=up(), b=up()) is None


def test_the_failing_one_of_two():
    assert suspect_of(containers=("a", "b"), a=up(), b=crash(1)) == "b"


def test_an_init_container_comes_before_what_it_blocks():
    assert suspect_of([c("migrate")], ("a",), migrate=crash(1), a=waits("PodInitializing")) == "migrate"


def test_the_first_init_container_that_is_not_done():
    done = Status(ended(0, "Completed"), restarts=0)
    assert suspect_of([c("one"), c("two")], ("a",), one=done, two=crash(3), a=waits("PodInitializing")) == "two"


def test_a_sidecar_comes_before_the_app_that_needs_it():
    proxy = c("proxy", restartPolicy="Always")
    assert suspect_of([proxy], ("a",), proxy=crash(1), a=crash(1)) == "proxy"


def test_a_container_that_crashes_and_runs_at_the_moment_comes_before_one_that_is_not_ready():
    looping = Status({"running": {"startedAt": before(3)}}, ended(1, back=5), 6, ready=True)
    assert suspect_of(containers=("a", "b"), a=up(900, ready=False), b=looping) == "b"


def test_the_source_of_a_restart_of_all_is_not_its_victims():
    victim = Status(ended(137, "RestartingAllContainers"), restarts=30)
    assert suspect_of(containers=("a", "b"), a=victim, b=crash(42)) == "b"


def test_a_pod_that_was_never_tried_is_stood_for_by_its_app():
    assert suspect_of([c("early")], ("a", "b"), early=waits("PodInitializing"), a=waits(""), b=waits("")) == "a"


def test_roles_follow_the_spec():
    pod = {
        "spec": {
            "initContainers": [{"name": "i"}, {"name": "s", "restartPolicy": "Always"}],
            "containers": [{"name": "a"}],
        }
    }
    assert [(item.name, item.role) for item in blocking.containers_of(pod)] == [
        ("i", Role.INIT),
        ("s", Role.SIDECAR),
        ("a", Role.APP),
    ]


def unmasked(*events, **status):
    example = Example(
        title="", hit=True, status={"state": LOOP, "lastState": terminated(1, ended=60), **status}, events=events
    )
    return case_builder.case_of(example.snapshot(), catalogue.builtin()).suspect


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ('Error: secret "s" not found', "CreateContainerConfigError"),
        ("Error: couldn't find key k in ConfigMap production/c", "CreateContainerConfigError"),
        ('Failed to pull image "api:2": not found', "ErrImagePull"),
        ("Error: ImagePullBackOff", "CrashLoopBackOff"),
    ],
)
def test_a_start_failure_newer_than_the_crash_is_what_counts(message, reason):
    assert unmasked(event("Failed", message, age=10)).waiting_reason == reason


def test_a_start_failure_older_than_the_crash_does_not():
    assert unmasked(event("Failed", 'Error: secret "s" not found', age=300)).waiting_reason == "CrashLoopBackOff"


def test_a_start_after_the_failure_ends_it():
    told = unmasked(
        event("Started", "Container started", age=8, kind="Normal"),
        event("Failed", 'Error: secret "s" not found', age=20),
    )
    assert told.waiting_reason == "CrashLoopBackOff"


def pod_with(**status):
    return Example(title="", hit=True, status=status).snapshot().objects["Pod"][0]


@pytest.mark.parametrize(
    ("status", "fails"),
    [
        ({"state": running(3600), "ready": True, "restartCount": 0}, False),
        ({"state": running(3600), "ready": True, "restartCount": 1, "lastState": terminated(1, ended=3601)}, False),
        ({"state": running(4), "ready": True, "restartCount": 5, "lastState": terminated(1, ended=6)}, True),
        (
            {
                "state": running(700),
                "ready": True,
                "restartCount": 9,
                "lastState": terminated(137, "OOMKilled", lived=1800, ended=701),
            },
            True,
        ),
        ({"state": LOOP, "lastState": terminated(1)}, True),
        ({"state": terminated(0, "Completed")}, True),
        ({"state": waiting("ContainerCreating")}, True),
    ],
)
def test_whether_a_pod_fails_now(status, fails):
    assert blocking.failing(pod_with(**status), NOW) is fails


def test_a_pod_on_its_way_out_is_not_counted():
    pod = pod_with(state=LOOP, lastState=terminated(1))
    pod["metadata"]["deletionTimestamp"] = ago(1)
    assert not blocking.failing(pod, NOW)


def test_a_clean_end_is_no_trouble_where_the_pod_wants_one():
    pod = pod_with(state=terminated(0, "Completed"))
    pod["spec"]["restartPolicy"] = "OnFailure"
    assert not blocking.failing(pod, NOW)


def test_a_failed_pod_that_was_replaced_does_not_stand_for_its_workload():
    made = World()
    made.workload("shop", c("app"), replicas=2, statuses={"app": up()})
    made.objects["Pod"][0]["status"].update(phase="Failed", reason="Evicted", containerStatuses=[])
    snapshot = made.snapshot(Truth("deployment/shop", None))
    assert case_builder.chosen_pod(snapshot)["status"]["phase"] == "Running"


def test_the_newest_job_stands_for_its_cronjob():
    made = World()
    made.workload("old", c("app"), kind="Job", age=7200, statuses={"app": crash(1)}, phase="Failed")
    made.workload(
        "new", c("app"), kind="Job", age=60, statuses={"app": Status(ended(0, "Completed"))}, phase="Succeeded"
    )
    parent = made.add("CronJob", "nightly", "production", age=90_000)
    for job, born in zip(made.objects["Job"], (7200, 60), strict=True):
        job["metadata"]["ownerReferences"] = [
            {"kind": "CronJob", "name": "nightly", "uid": parent["metadata"]["uid"], "controller": True}
        ]
        job["metadata"]["creationTimestamp"] = before(born)
    snapshot = made.snapshot(Truth("cronjob/nightly", None))
    assert case_builder.chosen_pod(snapshot)["metadata"]["name"].startswith("new")
    assert replace(snapshot.target, pod=None) == snapshot.target
