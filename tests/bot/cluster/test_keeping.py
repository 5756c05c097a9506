"""What is kept of objects that were read."""

from __future__ import annotations

from bot.cluster.keeping import ForDiagnosis, glimpsed, standing

MANAGED = [{"manager": "kubelet", "fieldsV1": {"f:status": {}}}]
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "web", "namespace": "production", "uid": "u1", "labels": {"app": "web"}, "managedFields": MANAGED,
        "annotations": {"note": "long"},
    },
    "spec": {
        "nodeName": "node-1",
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        "containers": [
            {"name": "app", "image": "i", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "canary"}]}
        ],
    },
    "status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "False"}],
        "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
    },
}  # fmt: skip


def test_for_a_diagnosis_values_go_and_the_rest_stays():
    (kept,) = ForDiagnosis(b"salt" * 4)([POD])
    assert "canary" not in str(kept)
    assert kept["spec"]["containers"][0]["env"][0]["facts"]["empty"] is False
    assert kept["metadata"]["annotations"] == {"note": "long"}
    assert "managedFields" not in kept["metadata"]
    assert kept["status"] == POD["status"]


def test_who_changed_a_workload_is_kept():
    deployment = {"kind": "Deployment", "metadata": {"name": "web", "managedFields": MANAGED}}
    (kept,) = ForDiagnosis(b"salt" * 4)([deployment])
    assert kept["metadata"]["managedFields"] == MANAGED


def test_a_glimpse_of_a_pod_tells_whose_it_is_and_how_it_is():
    (kept,) = glimpsed(tuple)([POD])
    assert kept["metadata"] == {"name": "web", "namespace": "production", "uid": "u1", "labels": {"app": "web"}}
    assert kept["spec"]["nodeName"] == "node-1"
    assert kept["spec"]["containers"] == [{"name": "app", "image": "i", "ports": [{"containerPort": 80}]}]
    assert kept["status"] == POD["status"]


def test_standing_is_relations_and_conditions():
    (kept,) = standing([POD])
    assert kept["spec"] == {"nodeName": "node-1", "volumes": POD["spec"]["volumes"]}
    assert kept["status"] == {"phase": "Running", "conditions": POD["status"]["conditions"]}
    (event,) = standing([{"kind": "Event", "metadata": {"name": "e"}, "message": "exceeded quota: q"}])
    assert event["message"] == "exceeded quota: q"
