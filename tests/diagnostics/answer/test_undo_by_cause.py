"""A rollout that brought the fault is undone, whatever the fault; one that found it there is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.engine import diagnose
from diagnostics.examples import NAMESPACE, Example, ago, event, running, terminated, waiting

LOOP = waiting("CrashLoopBackOff")
PENDING = {"phase": "Pending"}
KILL = event("Killing", "Container api failed liveness probe, will be restarted", age=21)
SECRET = {"envFrom": [{"secretRef": {"name": "api"}}]}
NO_SECRET = {"restartCount": 0, "state": waiting("CreateContainerConfigError", 'secret "api" not found')}
RAN_AS_ROOT = 'container has runAsNonRoot and image will run as root (pod: "x", container: api)'
NO_IMAGE = 'Back-off pulling image "r/api:nope": ErrImagePull: r/api:nope: not found'


def probe(path, **more):
    return {"livenessProbe": {"httpGet": {"path": path, "port": 80}, "periodSeconds": 5}, **more}


def memory(amount, **more):
    return {"resources": {"limits": {"memory": amount}}, **more}


def template(container):
    spec = {"containers": [{"name": "api", "image": "r/api:1", **container}]}
    return {"metadata": {"labels": {"app": "api"}}, "spec": spec}


def owned(kind, name):
    return [{"kind": kind, "name": name, "uid": name, "controller": True}]


def replicaset(name, container, revision, age, ready):
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "uid": name,
            "creationTimestamp": ago(age),
            "labels": {"app": "api", "pod-template-hash": name},
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": owned("Deployment", "api"),
        },
        "spec": {"replicas": ready, "template": template(container)},
        "status": {"readyReplicas": ready, "replicas": ready, "availableReplicas": ready},
    }


def rolled_out(before, after, status, events=(), pod=None):
    """A Deployment whose first revision runs and whose second does what ``status`` says."""
    deployment = {
        "kind": "Deployment",
        "metadata": {
            "name": "api",
            "namespace": NAMESPACE,
            "uid": "api",
            "annotations": {"deployment.kubernetes.io/revision": "2"},
        },
        "spec": {"replicas": 1, "template": template(after), "selector": {"matchLabels": {"app": "api"}}},
        "status": {"replicas": 1},
    }
    old = {
        "kind": "Pod",
        "metadata": {
            "name": "api-old",
            "namespace": NAMESPACE,
            "uid": "old",
            "labels": {"app": "api", "pod-template-hash": "a1"},
            "creationTimestamp": ago(90000),
            "ownerReferences": owned("ReplicaSet", "a1"),
        },
        "spec": {"containers": [{"name": "api", "image": "r/api:1"}], "nodeName": "n"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": "api", "ready": True, "restartCount": 0, "state": running(89000)}],
        },
    }
    labels = {"app": "api", "pod-template-hash": "b2"}
    example = Example(
        title="",
        hit=True,
        target=("Deployment", "api"),
        container={"image": "r/api:1", **after},
        status=status,
        events=events,
        pod={"metadata": {"labels": labels, "ownerReferences": owned("ReplicaSet", "b2")}, "status": pod or {}},
        objects=(deployment, replicaset("a1", before, 1, 90000, 1), replicaset("b2", after, 2, 600, 0)),
    )
    snapshot = example.snapshot()
    return replace(snapshot, objects={**snapshot.objects, "Pod": (*snapshot.objects["Pod"], old)})


def unhealthy(kind, code):
    return event("Unhealthy", f"{kind} probe failed: HTTP probe failed with statuscode: {code}", age=22)


@pytest.mark.parametrize(
    ("snapshot", "cause"),
    [
        (
            lambda: rolled_out(
                probe("/a"),
                probe("/b"),
                {"state": LOOP, "lastState": terminated(143, lived=16)},
                (unhealthy("Liveness", 404), KILL),
            ),
            "liveness-probe-failed",
        ),
        (
            lambda: rolled_out(
                probe("/a"),
                probe("/a", image="r/api:2"),
                {"state": LOOP, "lastState": terminated(143, lived=16)},
                (unhealthy("Liveness", 500), KILL),
            ),
            "liveness-probe-failed",
        ),
        (
            lambda: rolled_out(
                memory("1Gi"), memory("64Mi"), {"state": LOOP, "lastState": terminated(137, "OOMKilled")}
            ),
            "oom-killed",
        ),
        (
            lambda: rolled_out(
                {},
                {"image": "r/api:nope"},
                {"restartCount": 0, "state": waiting("ImagePullBackOff", NO_IMAGE)},
                pod=PENDING,
            ),
            "image-pull-failed",
        ),
        (lambda: rolled_out({}, SECRET, NO_SECRET, pod=PENDING), "missing-secret"),
        (
            lambda: rolled_out(
                {},
                {"securityContext": {"runAsNonRoot": True}},
                {"restartCount": 0, "state": waiting("CreateContainerConfigError", RAN_AS_ROOT)},
                pod=PENDING,
            ),
            "security-context-denied",
        ),
        (
            lambda: rolled_out(
                {},
                {"command": ["sh", "-c", "true"]},
                {"state": terminated(0, "Completed"), "lastState": terminated(0, "Completed", ended=60)},
            ),
            "exits-cleanly",
        ),
    ],
)
def test_what_the_rollout_brought_an_undo_takes_away(snapshot, cause):
    got = diagnose(snapshot())
    assert got.cause == cause
    assert (got.advice("undo").helps, got.advice("undo").to_revision) == (True, 1)
    assert not got.advice("restart").helps


def test_a_secret_that_both_revisions_need_is_not_brought_back_by_an_undo():
    got = diagnose(rolled_out(SECRET, {**SECRET, "image": "r/api:2"}, NO_SECRET, pod=PENDING))
    assert got.cause == "missing-secret"
    assert not got.advice("undo").helps
