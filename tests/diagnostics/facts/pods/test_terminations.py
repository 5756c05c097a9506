"""Who ended it: every author that the API lets us know, and the traps between them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.claims import case_builder, catalogue
from diagnostics.examples import Example, ago, event, running, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.fields import table

LOOP = waiting("CrashLoopBackOff", "back-off 40s restarting failed container=api pod=api_production(uid)")
LIVENESS = {"httpGet": {"path": "/healthz", "port": 8080}, "initialDelaySeconds": 5}
LIMIT = {"resources": {"limits": {"memory": "96Mi"}}}


def ended(*, node_events=(), **example):
    snapshot = Example(title="", hit=True, **example).snapshot()
    if node_events:
        events = (*snapshot.objects["Event"], *node_events)
        snapshot = replace(snapshot, objects={**snapshot.objects, "Event": events})
    return case_builder.case_of(snapshot, catalogue.builtin()).ended


def looped(code, reason="Error", **more):
    return {"state": LOOP, "lastState": terminated(code, reason, **more)}


def killing(text, **more):
    return event("Killing", text, kind="Normal", **more)


def on_node(reason, message, age=20):
    raw = event(reason, message, container="", age=age)
    return raw | {"involvedObject": {"kind": "Node", "name": "node-1", "uid": "node-1"}, "metadata": {"name": reason}}


CASES = {
    "a plain exit": ({"status": looped(1)}, EndedBy.PROGRAM, True),
    "a clean exit": ({"status": looped(0, "Completed")}, EndedBy.PROGRAM, True),
    "a signal of its own": ({"status": looped(139)}, EndedBy.PROGRAM, True),
    "memory, by the container's limit": (
        {"status": looped(137, "OOMKilled"), "container": LIMIT},
        EndedBy.KERNEL_CONTAINER,
        True,
    ),
    "memory of a child": ({"status": looped(1, "OOMKilled"), "container": LIMIT}, EndedBy.KERNEL_CHILD, True),
    "memory of a child, clean exit": (
        {"status": looped(0, "OOMKilled"), "container": LIMIT},
        EndedBy.KERNEL_CHILD,
        True,
    ),
    "memory, by the pod's limit": (
        {"status": looped(137, "OOMKilled"), "pod": {"spec": {"resources": {"limits": {"memory": "1Gi"}}}}},
        EndedBy.KERNEL_POD,
        True,
    ),
    "memory, no limit anywhere": ({"status": looped(137, "OOMKilled")}, EndedBy.KERNEL_NODE, False),
    "memory of the node": (
        {
            "status": looped(137, "OOMKilled"),
            "container": LIMIT,
            "node_events": (on_node("SystemOOM", "System OOM encountered, victim process: java, pid: 7"),),
        },
        EndedBy.KERNEL_NODE,
        True,
    ),
    "an old SystemOOM says nothing": (
        {
            "status": looped(137, "OOMKilled"),
            "container": LIMIT,
            "node_events": (on_node("SystemOOM", "System OOM encountered", age=4000),),
        },
        EndedBy.KERNEL_CONTAINER,
        True,
    ),
    "memory before the program began": (
        {"status": looped(128, "StartError", message="runc: container init was OOM-killed (memory limit too low?)")},
        EndedBy.KERNEL_CONTAINER,
        True,
    ),
    "never ran": ({"status": looped(128, "StartError", message="exec: not found")}, EndedBy.NEVER_RAN, True),
    "a liveness kill that exits 0": (
        {
            "status": looped(0, "Completed", lived=30),
            "events": (killing("Container api failed liveness probe, will be restarted"),),
        },
        EndedBy.LIVENESS_PROBE,
        True,
    ),
    "a liveness kill with an older memory kill of a child": (
        {
            "status": looped(143, "OOMKilled", lived=30),
            "events": (killing("Container api failed liveness probe, will be restarted"),),
        },
        EndedBy.LIVENESS_PROBE,
        True,
    ),
    "another container's kill": (
        {
            "status": looped(1),
            "events": (killing("Container web failed liveness probe, will be restarted", container="web"),),
        },
        EndedBy.PROGRAM,
        True,
    ),
    "a kill of an earlier cycle": (
        {
            "status": looped(1, ended=20),
            "events": (killing("Container api failed liveness probe, will be restarted", age=900),),
        },
        EndedBy.PROGRAM,
        True,
    ),
    "a startup kill": (
        {
            "status": looped(137, lived=60),
            "events": (killing("Container api failed startup probe, will be restarted", age=50),),
        },
        EndedBy.STARTUP_PROBE,
        True,
    ),
    "a failed hook": ({"status": looped(137), "events": (killing("FailedPostStartHook"),)}, EndedBy.HOOK, True),
    "a resize": (
        {"status": looped(143), "events": (killing("Container api resize requires restart"),)},
        EndedBy.RESIZE,
        True,
    ),
    "a liveness kill without events, SIGTERM ignored": (
        {"status": looped(137, lived=58), "container": {"livenessProbe": LIVENESS}},
        EndedBy.LIVENESS_PROBE,
        False,
    ),
    "a lifetime that fits no probe": (
        {"status": looped(137, lived=400), "container": {"livenessProbe": LIVENESS}},
        EndedBy.UNKNOWN_KILL,
        False,
    ),
    "SIGKILL and nothing else": ({"status": looped(137, lived=9), "container": LIMIT}, EndedBy.UNKNOWN_KILL, False),
    "SIGTERM and nothing else": ({"status": looped(143, lived=9)}, EndedBy.UNKNOWN_KILL, False),
    "RestartAllContainers": ({"status": looped(137, "RestartingAllContainers")}, EndedBy.RULE, True),
    "lost with the node": ({"status": looped(255, "Unknown")}, EndedBy.RUNTIME, True),
    "invented by the kubelet": ({"status": looped(137, "ContainerStatusUnknown")}, EndedBy.RUNTIME, True),
    "the sandbox went away": (
        {"status": looped(137), "events": (event("SandboxChanged", "Pod sandbox changed", container=""),)},
        EndedBy.RUNTIME,
        True,
    ),
    "evicted": (
        {
            "status": {"state": terminated(137)},
            "pod": {"status": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource"}},
        },
        EndedBy.EVICTION,
        True,
    ),
    "node shutdown": (
        {"status": {"state": terminated(143)}, "pod": {"status": {"phase": "Failed", "reason": "Terminated"}}},
        EndedBy.SHUTDOWN,
        True,
    ),
    "drained": (
        {
            "status": {"state": terminated(143)},
            "pod": {
                "status": {
                    "conditions": [
                        {
                            "type": "DisruptionTarget",
                            "status": "True",
                            "reason": "EvictionByEvictionAPI",
                            "lastTransitionTime": ago(25),
                        }
                    ]
                }
            },
        },
        EndedBy.DRAIN,
        True,
    ),
    "preempted": (
        {
            "status": {"state": terminated(137)},
            "pod": {
                "status": {
                    "conditions": [
                        {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"},
                    ]
                }
            },
        },
        EndedBy.PREEMPTION,
        True,
    ),
    "deleted": (
        {
            "status": {"state": terminated(143)},
            "pod": {"metadata": {"deletionTimestamp": ago(0), "deletionGracePeriodSeconds": 30}},
        },
        EndedBy.DELETION,
        True,
    ),
    "crashed long before it was deleted": (
        {
            "status": {"state": terminated(1, ended=300)},
            "pod": {"metadata": {"deletionTimestamp": ago(0), "deletionGracePeriodSeconds": 30}},
        },
        EndedBy.PROGRAM,
        True,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_ended_it(case):
    example, by, sure = CASES[case]
    found = ended(**example)
    assert (found.ended_by, found.sure) == (by, sure)
    assert found.because[0].path.endswith(".terminated")


def test_an_orderly_shutdown_within_the_probes_time_is_a_probes_kill():
    """The program exits 0 when asked to stop; the events are gone; only the log tells that somebody asked."""
    log = "listening on :8080\nreceived SIGTERM, shutting down\n"
    found = ended(
        status=looped(0, "Completed", lived=28, ended=20),
        container={"livenessProbe": LIVENESS},
        log=log,
    )
    assert (found.ended_by, found.sure) == (EndedBy.LIVENESS_PROBE, False)
    assert found.because[-1].quote in log


def test_the_newest_end_comes_first():
    status = {"state": terminated(2, ended=5), "lastState": terminated(1, ended=300)}
    case = case_builder.case_of(Example(title="", hit=True, status=status).snapshot(), catalogue.builtin())
    assert [(end.field, end.exit_code) for end in case.suspect.terminations] == [("state", 2), ("lastState", 1)]


def test_a_running_container_keeps_its_last_end():
    found = ended(status={"state": running(3), "lastState": terminated(137, "OOMKilled")}, container=LIMIT)
    assert found.ended_by is EndedBy.KERNEL_CONTAINER
    assert found.field == "lastState"


def test_the_limit_in_force_is_the_statuss():
    status = looped(137, "OOMKilled") | {"resources": {"limits": {"memory": "64Mi"}}}
    assert ended(status=status).ended_by is EndedBy.KERNEL_CONTAINER
    assert table(status, "resources", "limits") == {"memory": "64Mi"}
