"""Live workloads of the three kinds, with two revisions, as the API serves them."""

from __future__ import annotations

import copy
from typing import Any

from bot.cluster.live import LiveWorkload

Object = dict[str, Any]


def template(image: str, annotations: dict[str, str] | None = None, digest: str = "") -> Object:
    labels = {"app": "api"} | ({"pod-template-hash": digest} if digest else {})
    metadata: Object = {"creationTimestamp": None, "labels": labels}
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": {"containers": [{"name": "api", "image": image, "resources": {}}]}}


def workload(kind: str, image: str = "api:2", **spec: Any) -> Object:
    return {
        "kind": kind,
        "apiVersion": "apps/v1",
        "metadata": {
            "name": "api",
            "namespace": "production",
            "uid": "w1",
            "generation": 4,
            "resourceVersion": "70",
            "annotations": {"deployment.kubernetes.io/revision": "2", "kubernetes.io/change-cause": "two"},
            "managedFields": [{"manager": "helm", "time": "2026-11-22T09:59:00Z"}],
        },
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "api"}},
            "template": template(image),
            **spec,
        },
        "status": {"observedGeneration": 4, "updateRevision": "api-2"},
    }


def owned(kind: str, name: str, uid: str = "w1", **rest: Any) -> Object:
    metadata = {"name": name, "namespace": "production", "uid": f"uid-{name}"}
    reference = {"kind": "x", "name": "api", "uid": uid, "controller": True}
    return {"kind": kind, **rest, "metadata": {**metadata, **rest.get("metadata", {}), "ownerReferences": [reference]}}


def revision(kind: str, number: int) -> Object:
    image = f"api:{number}"
    if kind == "Deployment":
        annotations = {
            "deployment.kubernetes.io/revision": str(number),
            "deployment.kubernetes.io/desired-replicas": "3",
            "kubernetes.io/change-cause": f"number {number}",
        }
        labels = {"app": "api", "pod-template-hash": f"h{number}"}
        return owned(
            "ReplicaSet",
            f"api-h{number}",
            metadata={"annotations": annotations, "labels": labels},
            spec={"template": template(image, digest=f"h{number}")},
        )
    return owned(
        "ControllerRevision",
        f"api-{number}",
        metadata={"labels": {"controller-revision-hash": f"h{number}"}},
        revision=number,
        data={"spec": {"template": {**template(image), "$patch": "replace"}}},
    )


def pod(name: str, *, ready: bool, uid: str = "w1", labels: dict[str, str] | None = None, **status: Any) -> Object:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return owned("Pod", name, uid, metadata={"labels": labels or {}}, status={"conditions": conditions, **status})


def live(kind: str = "Deployment", *pods: Object, image: str = "api:2", **spec: Any) -> LiveWorkload:
    revisions = (revision(kind, 1), revision(kind, 2))
    return LiveWorkload(object=workload(kind, image, **spec), revisions=copy.deepcopy(revisions), pods=pods)
