"""A cluster with many failing workloads, each a recorded out-of-memory kill in a namespace of its own."""

from __future__ import annotations

import copy
import json
import uuid

from bot.demo.cluster import Cluster
from bot.demo.cluster.recordings import fill, load
from bot.demo.cluster.workspace import moved

SCENARIO, CAUSE = "oom-python", "oom-killed"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class Fleet:
    """``count`` workloads with ``pods`` pods, spread evenly. ``requests`` counts what the API server was asked."""

    def __init__(self, count: int, pods: int) -> None:
        recording = load(SCENARIO)
        self.cluster = Cluster(clock=lambda: recording.at)
        self.pods: list[tuple[str, str]] = []
        self.workloads: list[str] = []
        self.requests = 0
        for number in range(count):
            share = pods // count + (number < pods % count)
            self._add(moved(recording, f"team-{number:02}", recording.at, number), share)
        handle = self.cluster.handle

        def counted(request):
            self.requests += 1
            return handle(request)

        self.cluster.handle = counted

    def _add(self, recording, share: int) -> None:
        recorded = [obj for obj in recording.objects if obj["kind"] == "Pod"]
        (like, *_rest) = recorded
        (workload,) = [obj["metadata"]["name"] for obj in recording.objects if obj["kind"] == "Deployment"]
        self.workloads.append(f"{recording.namespace}/{workload}")
        for obj in recording.objects:
            if obj["kind"] not in {"Pod", "Event"}:
                self.cluster.store.load(json.loads(json.dumps(obj)))
        fill(self.cluster.logs, recording)
        base = like["metadata"]["name"].rpartition("-")[0]
        containers = [status["name"] for status in like["status"]["containerStatuses"]]
        for number in range(share):
            pod = copy.deepcopy(like)
            name = f"{base}-xkp{_LETTERS[number // len(_LETTERS)]}{_LETTERS[number % len(_LETTERS)]}"
            pod["metadata"] |= {"name": name, "uid": str(uuid.uuid4())}
            self.cluster.store.load(pod)
            for container in containers:
                for instance in ("current", "previous"):
                    text = self.cluster.logs.of(recording.namespace, like["metadata"]["name"], container, instance)
                    if text is not None:
                        self.cluster.logs.put(recording.namespace, name, container, instance, text)
            self.pods.append((recording.namespace, name))

    def remove(self, namespace: str) -> None:
        """Take a workload away, with all that belongs to it."""
        for obj in list(self.cluster.store.everything()):
            meta = obj["metadata"]
            if meta.get("namespace") == namespace:
                self.cluster.store.delete(obj["kind"], namespace, meta["name"])
