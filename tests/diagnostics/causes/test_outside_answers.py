"""What is said of a container that was ended from outside: by whom, as the API says, or that nobody is on record."""

import pytest

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from diagnostics.examples import Example, event, running, terminated, waiting
from tests.support.prepared import prepared

BACKOFF = waiting("CrashLoopBackOff", "back-off 20s restarting failed container=api pod=api_production(uid)")


def asked(**given):
    return diagnose(prepared(Example(title="", hit=True, **given).snapshot()))


def disrupted(reason, message):
    """A pod whose condition DisruptionTarget says who removes it (REFERENCE.md 1.8)."""
    said = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": message}
    return asked(
        pod={"status": {"phase": "Failed", "conditions": [said]}}, status={"state": terminated(143, lived=5000)}
    )


@pytest.mark.parametrize(
    ("reason", "message", "by"),
    [
        ("EvictionByEvictionAPI", "Eviction API: evicting", "a drain, a taint or the eviction API"),
        ("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", "a drain, a taint"),
        ("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod",
         "a pod of higher priority preempted it"),
        ("DeletionByPodGC", "PodGC: node no longer exists", "the pod was deleted"),
    ],
)  # fmt: skip
def test_who_removes_a_pod_is_said_as_its_condition_says_it(reason, message, by):
    found = disrupted(reason, message)
    assert (found.cause, found.verdict) == ("killed-externally", Verdict.CONFIRMED)
    assert f"did not fail: {by}" in found.summary
    assert "exit code 143" in found.summary
    assert any(reason in item.quote for item in found.evidence)
    assert "Nothing to repair in the pod" in found.remedy.text


def test_a_nodes_shutdown_is_said_as_the_pods_reason_says_it():
    found = asked(
        pod={
            "status": {
                "phase": "Failed",
                "reason": "Terminated",
                "message": "Pod was terminated in response to imminent node shutdown.",
            }
        },
        status={"state": terminated(137, lived=5000)},
    )
    assert (found.cause, found.verdict) == ("killed-externally", Verdict.CONFIRMED)
    assert "its node was shut down" in found.summary


@pytest.mark.parametrize(
    "text", ["Container api resize requires restart", "Container api definition changed, will be restarted"]
)
def test_a_restart_that_was_asked_for_needs_no_repair(text):
    found = asked(
        status={"state": BACKOFF, "lastState": terminated(137, lived=400)},
        events=(event("Killing", text, age=50, kind="Normal"),),
    )
    assert found.cause == "killed-externally"
    assert "somebody changed the pod in place" in found.summary
    assert "nothing to repair unless it goes on" in found.remedy.text


RULE = {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}}


@pytest.mark.parametrize(
    ("beside", "named"),
    [
        ([{"name": "watcher", "image": "registry.example/w:1", "restartPolicyRules": [RULE]}], "watcher"),
        ([], "<with the restart rule>"),
    ],
)
def test_a_rule_that_restarts_all_leads_to_the_container_that_has_it(beside, named):
    own = {"name": "api", "image": "registry.example/api:1"}
    found = asked(
        pod={"spec": {"containers": [own, *beside]}},
        status={"state": BACKOFF, "lastState": terminated(137, "RestartingAllContainers", lived=400)},
    )
    assert found.cause == "killed-externally"
    assert "a restart rule of another container restarted all containers of the pod" in found.summary
    assert (f"(container {named} has such a rule)" in found.summary) is bool(beside)
    assert f"Look at container {named}:" in found.remedy.text


def test_a_kill_by_nobody_on_record_says_what_was_excluded_and_what_may_have_been_missed():
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10, "failureThreshold": 3}
    found = asked(
        container={"resources": {"limits": {"memory": "256Mi"}}, "livenessProbe": probe},
        status={"state": BACKOFF, "lastState": terminated(137, lived=4003)},
        log="serving\n",
    )
    assert (found.cause, found.verdict) == ("killed-externally", Verdict.LIKELY)
    assert "ended by SIGKILL (exit code 137) and nobody is on record" in found.summary
    assert "The memory limit is 256Mi: an OOM kill that the runtime missed is possible." in found.remedy.text
    assert "kubectl describe node node-1" in found.remedy.commands


def test_a_sigterm_by_nobody_on_record_is_called_so():
    found = asked(status={"state": BACKOFF, "lastState": terminated(143, lived=4003)}, log="serving\n")
    assert found.cause == "killed-externally"
    assert "ended by SIGTERM (exit code 143)" in found.summary
    assert "memory limit" not in found.remedy.text


@pytest.mark.parametrize("reason", ["Evicted", "DeadlineExceeded"])
def test_what_has_a_cause_of_its_own_is_not_called_a_kill_from_outside(reason):
    found = asked(
        pod={"status": {"phase": "Failed", "reason": reason, "message": "The node was low on resource: memory."}},
        status={"state": terminated(137, lived=500)},
    )
    assert found.cause not in {"killed-externally", None}


def test_a_container_that_runs_well_again_is_not_told_of_an_old_kill():
    found = asked(
        pod={"status": {"conditions": [{"type": "Ready", "status": "True"}]}},
        status={"state": running(90000), "lastState": terminated(137, lived=400, ended=90000), "ready": True},
    )
    assert found.verdict is Verdict.NOT_FAILING
