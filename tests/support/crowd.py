"""A namespace as large as they come: some recorded failures among thousands of pods and events that are well."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import TYPE_CHECKING

from bot.demo.cluster import DEMO_TOKEN, Cluster
from bot.demo.cluster.recordings import fill, load
from bot.demo.cluster.wire import Request
from bot.demo.cluster.workspace import moved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.demo.cluster.wire import Object, Reply

NAMESPACE = "production"
FAILING = ("oom-python", "app-python-bug", "api-forbidden", "app-after-rollout")
"""The recordings whose workloads fail in it."""
STORM = (
    *FAILING, "app-segfault", "config-missing-env-go", "oom-child-process", "dependency-auth", "config-redis-flag",
    "probe-startup", "image-not-found", "app-permission",
)  # fmt: skip
"""Twelve of them, which may fail at once."""
REPLICAS = 20
"""Pods of one workload."""


class Crowd:
    """So many pods and events in one namespace, beside the failing ones. ``seen`` holds every request."""

    def __init__(self, pods: int, events: int, scenarios: tuple[str, ...] = FAILING) -> None:
        like = load(FAILING[0])
        self.at: datetime = like.at
        self.cluster = Cluster(clock=lambda: self.at)
        self.failing: list[str] = []
        for number, scenario in enumerate(scenarios):
            recording = moved(load(scenario), NAMESPACE, self.at, number)
            for obj in recording.objects:
                self.cluster.store.load(json.loads(json.dumps(obj)))
            fill(self.cluster.logs, recording)
            own = [
                obj for obj in recording.objects if obj["kind"] == "Pod" and obj["metadata"]["namespace"] == NAMESPACE
            ]
            self.failing.append(own[0]["metadata"]["name"])
        for obj in (*_pods(like, pods), *_events(like, events, max(pods, 1))):
            self.cluster.store.load(obj)
        self._replies: dict[tuple[str, ...], Reply] = {}
        self._answer, self.cluster.handle = self.cluster.handle, self._remembered

    def _remembered(self, request: Request) -> Reply:
        """Answer as before: nothing changes here, and a real API server looks things up faster than the stand-in."""
        key = (
            request.method,
            request.path,
            *map(str, sorted(request.query.items())),
            request.headers.get("accept", ""),
        )
        if request.method != "GET" or request.path.endswith("/log"):
            return self._answer(request)
        if key in self._replies:
            self.cluster.requests.append(request)
        else:
            self._replies[key] = self._answer(request)
        return self._replies[key]

    def warm(self) -> None:
        """Work out what will be asked, so that the first who asks does not wait for the stand-in."""
        base = f"/api/v1/namespaces/{NAMESPACE}"
        queries = [(f"{base}/{plural}", {"limit": "100"}) for plural in ("pods", "events")]
        about = [obj["metadata"] for kind in ("Pod", "ReplicaSet", "Deployment") for obj in self._failing_objects(kind)]
        queries += [
            (f"{base}/events", {"fieldSelector": f"involvedObject.name={meta['name']}", "limit": "500"})
            for meta in about
        ]
        queries += [
            (f"{base}/pods", {"labelSelector": f"app={obj['spec']['selector']['matchLabels']['app']}", "limit": "500"})
            for obj in self._failing_objects("Deployment")
        ]
        queries.append((
            "/api/v1/namespaces/default/events", {"fieldSelector": "involvedObject.kind=Node", "limit": "500"},
        ))  # fmt: skip
        token = {"authorization": f"Bearer {DEMO_TOKEN}", "accept": "application/json"}
        for path, query in queries:
            self.cluster.handle(Request("GET", path, query, token))
        self.cluster.requests.clear()

    def _failing_objects(self, kind: str) -> list[Object]:
        return [
            obj for obj in self.cluster.store.all(kind, NAMESPACE) if not obj["metadata"]["name"].startswith("svc-")
        ]

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
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": f"{workload}-{digest}",
                "uid": _uid("rs", workload),
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ]
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
                "name": container["name"],
                "ready": True,
                "started": True,
                "restartCount": 0,
                "image": container["image"],
                "imageID": "registry.example/shop@sha256:" + hashlib.sha256(workload.encode()).hexdigest(),
                "containerID": "containerd://" + hashlib.sha256(_name(number).encode()).hexdigest(),
                "state": {"running": {"startedAt": started}},
                "lastState": {},
            }
            for container in spec["containers"]
        ]
        yield pod


def _events(recording, count: int, pods: int) -> Iterator[Object]:
    when = recording.objects[0]["metadata"]["creationTimestamp"]
    for number in range(count):
        about = number % pods
        reason = ("Scheduled", "Pulled", "Created", "Started")[number // pods % 4]
        yield {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {
                "name": f"{_name(about)}.{number:016x}",
                "namespace": NAMESPACE,
                "uid": _uid("event", number),
                "creationTimestamp": when,
                "managedFields": [_managed("kubelet")],
            },
            "involvedObject": {
                "kind": "Pod",
                "namespace": NAMESPACE,
                "name": _name(about),
                "uid": _uid("pod", about),
                "apiVersion": "v1",
            },
            "reason": reason,
            "message": f"{reason} container of {_name(about)}",
            "type": "Normal",
            "count": 1,
            "firstTimestamp": when,
            "lastTimestamp": when,
            "source": {"component": "kubelet", "host": "node-1"},
        }


def _name(number: int) -> str:
    workload = f"svc-{number // REPLICAS:03}"
    return f"{workload}-{hashlib.sha256(workload.encode()).hexdigest()[:9]}-{number % REPLICAS:05x}"


def _uid(*parts: object) -> str:
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def _managed(manager: str) -> Object:
    """What server-side bookkeeping adds to each object: about two kilobytes of a pod."""
    fields = {
        f"f:{name}": {".": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {}} for name in "abcdefghijkl"
    }
    return {
        "manager": manager,
        "operation": "Update",
        "apiVersion": "v1",
        "time": "2026-11-22T03:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:status": {"f:conditions": fields}},
    }
