"""A namespace as large as they come: some recorded failures among thousands of pods and events that are well."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import TYPE_CHECKING

from bot.demo.cluster import Cluster
from bot.demo.cluster.recordings import fill, load
from bot.demo.cluster.workspace import moved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.demo.cluster.wire import Object, Request

NAMESPACE = "production"
FAILING = ("oom-python", "app-python-bug", "api-forbidden", "app-after-rollout")
"""The recordings whose workloads fail in it."""
REPLICAS = 20
"""Pods of one workload."""


class Crowd:
    """So many pods and events in one namespace, beside the failing ones. ``seen`` holds every request."""

    def __init__(self, pods: int, events: int) -> None:
        like = load(FAILING[0])
        self.at: datetime = like.at
        self.cluster = Cluster(clock=lambda: self.at)
        self.failing: list[str] = []
        for number, scenario in enumerate(FAILING):
            recording = moved(load(scenario), NAMESPACE, self.at, number)
            for obj in recording.objects:
                self.cluster.store.load(json.loads(json.dumps(obj)))
            fill(self.cluster.logs, recording)
            own = [obj for obj in recording.objects if obj["kind"] == "Pod" and obj["metadata"]["namespace"] == NAMESPACE]
            self.failing.append(own[0]["metadata"]["name"])
        for obj in (*_pods(like, pods), *_events(like, events, max(pods, 1))):
            self.cluster.store.load(obj)

    @property
    def seen(self) -> list[Request]:
        return self.cluster.requests


def _pods(recording, count: int) -> Iterator[Object]:
    like = next(obj for obj in recording.objects if obj["kind"] == "Pod")
    started = like["metadata"]["creationTimestamp"]
    for number in range(count):
        workload = f"svc-{number // REPLICAS:03}"
        pod = copy.deepcopy(like)
        digest = hashlib.sha256(workload.encode()).hexdigest()[:9]
        pod["metadata"] |= {
            "name": _name(number),
            "namespace": NAMESPACE,
            "uid": _uid("pod", number),
            "labels": {"app": workload, "pod-template-hash": digest, "app.kubernetes.io/part-of": "shop"},
            "managedFields": [_managed(manager) for manager in ("kube-controller-manager", "kubelet")],
        }
        pod["metadata"]["ownerReferences"] = [
            {
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{workload}-{digest}", "uid": _uid("rs", workload),
                "controller": True, "blockOwnerDeletion": True,
            }
        ]  # fmt: skip
        spec, status = pod["spec"], pod["status"]
        for index, container in enumerate(spec["containers"]):
            container["name"] = f"{workload}-{index}"
        status["phase"] = "Running"
        status["conditions"] = [
            {"type": kind, "status": "True", "lastTransitionTime": started}
            for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
        ]
        status["containerStatuses"] = [
            {
                "name": container["name"], "ready": True, "started": True, "restartCount": 0, "image": container["image"],
                "imageID": "registry.example/shop@sha256:" + hashlib.sha256(workload.encode()).hexdigest(),
                "containerID": "containerd://" + hashlib.sha256(_name(number).encode()).hexdigest(),
                "state": {"running": {"startedAt": started}}, "lastState": {},
            }
            for container in spec["containers"]
        ]  # fmt: skip
        yield pod


def _events(recording, count: int, pods: int) -> Iterator[Object]:
    when = recording.objects[0]["metadata"]["creationTimestamp"]
    for number in range(count):
        about = number % pods
        reason = ("Scheduled", "Pulled", "Created", "Started")[number // pods % 4]
        yield {
            "kind": "Event", "apiVersion": "v1",
            "metadata": {
                "name": f"{_name(about)}.{number:016x}", "namespace": NAMESPACE, "uid": _uid("event", number),
                "creationTimestamp": when, "managedFields": [_managed("kubelet")],
            },
            "involvedObject": {
                "kind": "Pod", "namespace": NAMESPACE, "name": _name(about), "uid": _uid("pod", about), "apiVersion": "v1",
            },
            "reason": reason, "message": f"{reason} container of {_name(about)}", "type": "Normal", "count": 1,
            "firstTimestamp": when, "lastTimestamp": when, "source": {"component": "kubelet", "host": "node-1"},
        }  # fmt: skip


def _name(number: int) -> str:
    workload = f"svc-{number // REPLICAS:03}"
    return f"{workload}-{hashlib.sha256(workload.encode()).hexdigest()[:9]}-{number % REPLICAS:05x}"


def _uid(*parts: object) -> str:
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def _managed(manager: str) -> Object:
    """What server-side bookkeeping adds to each object: about two kilobytes of a pod."""
    fields = {f"f:{name}": {".": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {}} for name in "abcdefghijkl"}
    return {
        "manager": manager, "operation": "Update", "apiVersion": "v1", "time": "2026-11-22T03:00:00Z",
        "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {"f:conditions": fields}},
    }  # fmt: skip
