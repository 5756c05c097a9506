"""A day of a cluster in which nothing fails for good: rollouts, drains, jobs, restarts, reboots, all from one seed.

Pods are what a kubelet would report of them, step by step; each kind of event writes down how often it happened.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from copy import deepcopy
from datetime import timedelta

from bot.demo.cluster.cluster import Cluster
from bot.demo.cluster.store import stamp

DAY_S = 24 * 3600
NODES = ("n1", "n2", "n3", "n4")
NAMESPACES = ("shop", "billing", "data")


class Day:
    """Plays the day on a cluster. ``random`` decides when and where; ``time`` is moved to each event."""

    def __init__(self, time, random):
        self.time, self.random = time, random
        self.began = time.at
        self.cluster = Cluster(clock=time)
        self.store = self.cluster.store
        self.happened = Counter()
        self._agenda = []
        self._order = itertools.count()
        self._names = itertools.count()
        self.workloads = {}
        for number in range(12):
            self.workloads[self.random.choice(NAMESPACES), f"app-{number}"] = []

    # what a kubelet reports ------------------------------------------------------------------------------------------

    def pod(self, namespace, owner, *, kind="ReplicaSet", restart="Always", node=None):
        """A new pod that is not scheduled yet."""
        labels = {"pod-template-hash": owner.rpartition("-")[2]} if kind == "ReplicaSet" else {}
        name = f"{owner}-{next(self._names):05d}"
        made = {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "namespace": namespace, "labels": labels,
                "ownerReferences": [{"kind": kind, "name": owner, "uid": owner, "controller": True}],
            },
            "spec": {"restartPolicy": restart, "containers": [{"name": "app", "image": "x"}]},
            "status": {"phase": "Pending", "conditions": []},
        }  # fmt: skip
        self.store.create(made, self.time.at)
        if node is not False:
            self.schedule(namespace, name, node)
        return namespace, name

    def schedule(self, namespace, name, node=None):
        def change(pod):
            pod["spec"]["nodeName"] = node or self.random.choice(NODES)
            pod["status"]["startTime"] = stamp(self.time.at)
            waiting = {"waiting": {"reason": "ContainerCreating"}}
            pod["status"]["containerStatuses"] = [{"name": "app", "restartCount": 0, "ready": False, "state": waiting}]
            self._condition(pod, "PodScheduled", "True")
            self._condition(pod, "Ready", "False")

        self.change((namespace, name), change)

    def change(self, key, change):
        pod = self.store.copy("Pod", *key)
        if pod is not None:
            change(pod)
            self.store.save(pod)

    def _condition(self, pod, kind, status, reason=""):
        kept = [each for each in pod["status"]["conditions"] if each["type"] != kind]
        old = [each for each in pod["status"]["conditions"] if each["type"] == kind]
        since = old[0]["lastTransitionTime"] if old and old[0]["status"] == status else stamp(self.time.at)
        kept.append({"type": kind, "status": status, "reason": reason, "lastTransitionTime": since})
        pod["status"]["conditions"] = kept

    def wait_for(self, key, reason, message=""):
        def change(pod):
            status = pod["status"]["containerStatuses"][0]
            status["state"] = {"waiting": {"reason": reason, "message": message}}
            status["ready"] = False
            self._condition(pod, "Ready", "False")

        self.change(key, change)

    def run(self, key, *, ready=True):
        def change(pod):
            status = pod["status"]["containerStatuses"][0]
            status |= {"state": {"running": {"startedAt": stamp(self.time.at)}}, "ready": ready}
            pod["status"]["phase"] = "Running"
            self._condition(pod, "Ready", "True" if ready else "False")

        self.change(key, change)

    def ready(self, key, *, ready):
        self.change(key, lambda pod: self._condition(pod, "Ready", "True" if ready else "False"))

    def die(self, key, reason, code):
        """The container ends; its pod's restart policy says that it is started again."""

        def change(pod):
            status = pod["status"]["containerStatuses"][0]
            ended = {"reason": reason, "exitCode": code, "finishedAt": stamp(self.time.at)}
            status |= {"state": {"terminated": ended}, "lastState": {"terminated": deepcopy(ended)}, "ready": False}
            self._condition(pod, "Ready", "False")

        self.change(key, change)

    def restart(self, key):
        def change(pod):
            status = pod["status"]["containerStatuses"][0]
            status |= {"restartCount": status["restartCount"] + 1, "ready": True}
            status["state"] = {"running": {"startedAt": stamp(self.time.at)}}
            self._condition(pod, "Ready", "True")

        self.change(key, change)

    def end(self, key, *, phase="Succeeded", reason="Completed", code=0, why=""):
        def change(pod):
            ended = {"reason": reason, "exitCode": code, "finishedAt": stamp(self.time.at)}
            pod["status"] |= {"phase": phase} | ({"reason": why} if why else {})
            for status in pod["status"].get("containerStatuses", ()):
                status |= {"state": {"terminated": ended}, "ready": False}
            self._condition(pod, "Ready", "False")

        self.change(key, change)

    def terminate(self, key, grace_s):
        """Deletion with its grace: first the timestamp, then SIGKILL's code now and then, then it is gone."""

        def change(pod):
            pod["metadata"]["deletionTimestamp"] = stamp(self.time.at)
            pod["metadata"]["deletionGracePeriodSeconds"] = 30

        self.change(key, change)
        self.later(grace_s * 0.9, lambda: self.die(key, "Error", self.random.choice((137, 143, 0))))
        self.later(grace_s, lambda: self.store.delete("Pod", *key))

    # when it happens -------------------------------------------------------------------------------------------------

    def later(self, after_s, what):
        at = self.time.at + timedelta(seconds=after_s)
        heapq.heappush(self._agenda, (at, next(self._order), what))

    def plan(self, count, what):
        """Let something happen so often over the day, at any time."""
        for _ in range(count):
            self.later(self.random.uniform(600, DAY_S - 1800), lambda: self._once(what))

    def _once(self, what):
        self.happened[what.__name__] += 1
        what()

    def moments(self):
        """Play: each moment at which something has happened, the clock set to it."""
        while self._agenda and self._agenda[0][0] <= self.began + timedelta(seconds=DAY_S):
            self.time.at = max(self._agenda[0][0], self.time.at)
            while self._agenda and self._agenda[0][0] <= self.time.at:
                heapq.heappop(self._agenda)[2]()
            yield self.time.at

    # what happens ----------------------------------------------------------------------------------------------------

    def begin(self):
        for (namespace, app), pods in self.workloads.items():
            for _ in range(self.random.randint(1, 5)):
                pods.append(self.start(namespace, f"{app}-{self.hash()}"))
        kinds = (
            (16, self.rollout), (10, self.scale), (4, self.drain), (20, self.single_restart), (6, self.single_oom),
            (3, self.node_reboot), (2, self.node_shutdown), (20, self.probe_flap), (8, self.slow_pull),
            (6, self.late_secret), (6, self.slow_init), (8, self.waits_for_dependency), (6, self.waits_for_node),
            (4, self.single_eviction), (6, self.job_retries), (4, self.repeated_but_rare),
        )  # fmt: skip
        for count, what in kinds:
            self.plan(count, what)
        for number in range(96):
            self.later(60 + number * 900, lambda: self._once(self.cron_job))

    def hash(self):
        return "".join(self.random.choices("bcdfghjklmnpqrstvwxz2456789", k=9))

    def any_pod(self):
        running = [key for pods in self.workloads.values() for key in pods if self._is_up(key)]
        return self.random.choice(running) if running else None

    def _is_up(self, key):
        pod = self.store.find("Pod", *key)
        if pod is None or pod["metadata"].get("deletionTimestamp"):
            return False
        return any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"])

    def start(self, namespace, owner, after_s=None):
        """A pod that starts as most do: created, pulled, run, ready within some minutes."""
        key = self.pod(namespace, owner)
        after_s = after_s if after_s is not None else self.random.uniform(2, 300)
        self.later(after_s * 0.6, lambda: self.run(key, ready=False))
        self.later(after_s, lambda: self.run(key))
        return key

    def replace(self, workload, key):
        pods = self.workloads[workload]
        if key in pods:
            pods.remove(key)
            owner = key[1].rpartition("-")[0]
            pods.append(self.start(workload[0], owner))

    def _workload_of(self, key):
        return next((workload for workload, pods in self.workloads.items() if key in pods), None)

    def rollout(self):
        workload = self.random.choice(list(self.workloads))
        owner = f"{workload[1]}-{self.hash()}"
        for number, key in enumerate(list(self.workloads[workload])):

            def swap(key=key):
                self.workloads[workload].append(self.start(workload[0], owner))
                if key in self.workloads[workload]:
                    self.workloads[workload].remove(key)
                    self.terminate(key, self.random.uniform(1, 30))

            self.later(number * self.random.uniform(20, 200), swap)

    def scale(self):
        workload = self.random.choice(list(self.workloads))
        pods = self.workloads[workload]
        if len(pods) > 2 and self.random.random() < 0.5:
            for key in [pods.pop() for _ in range(2)]:
                self.terminate(key, 30)
        elif pods:
            owner = pods[0][1].rpartition("-")[0]
            pods += [self.start(workload[0], owner) for _ in range(2)]

    def _on_node(self, node):
        return [
            key for pods in self.workloads.values() for key in pods
            if (found := self.store.find("Pod", *key)) and found["spec"].get("nodeName") == node
        ]  # fmt: skip

    def drain(self):
        for number, key in enumerate(self._on_node(self.random.choice(NODES))):

            def evict(key=key):
                self.change(key, lambda pod: self._condition(pod, "DisruptionTarget", "True", "EvictionByEvictionAPI"))
                self.terminate(key, 30)
                if workload := self._workload_of(key):
                    self.replace(workload, key)

            self.later(number * 15, evict)

    def single_restart(self, reason="Error", code=1):
        if key := self.any_pod():
            self.die(key, reason, code)
            self.later(self.random.uniform(1, 20), lambda: self.restart(key))

    def single_oom(self):
        self.single_restart("OOMKilled", 137)

    def repeated_but_rare(self):
        """Three restarts over some hours: a leak that nobody pages for."""
        if key := self.any_pod():
            for number in range(3):
                self.later(number * 4000, lambda: self.die(key, "Error", 1))
                self.later(number * 4000 + 15, lambda: self.restart(key))

    def node_reboot(self):
        for key in self._on_node(self.random.choice(NODES)):
            self.ready(key, ready=False)
            up_s = self.random.uniform(60, 400)
            self.later(up_s - 5, lambda key=key: self.die(key, "Unknown", 255))
            self.later(up_s, lambda key=key: self.restart(key))

    def node_shutdown(self):
        for key in self._on_node(self.random.choice(NODES)):
            self.change(key, lambda pod: self._condition(pod, "DisruptionTarget", "True", "TerminationByKubelet"))
            self.end(key, phase="Failed", reason="Error", code=143, why="Terminated")
            if workload := self._workload_of(key):
                self.replace(workload, key)

    def probe_flap(self):
        if key := self.any_pod():
            for number in range(self.random.randint(1, 5)):
                self.later(number * 120, lambda: self.ready(key, ready=False))
                self.later(number * 120 + self.random.uniform(10, 100), lambda: self.ready(key, ready=True))

    def _extra(self, owner=None):
        workload = self.random.choice(list(self.workloads))
        key = self.pod(workload[0], owner or f"{workload[1]}-{self.hash()}")
        self.workloads[workload].append(key)
        return key

    def slow_pull(self):
        key = self._extra()
        for at, reason in (
            (5, "ErrImagePull"),
            (8, "ImagePullBackOff"),
            (18, "ErrImagePull"),
            (20, "ImagePullBackOff"),
        ):
            self.later(at, lambda reason=reason: self.wait_for(key, reason))
        self.later(self.random.uniform(40, 160), lambda: self.run(key))

    def late_secret(self):
        key = self._extra()
        self.later(3, lambda: self.wait_for(key, "CreateContainerConfigError", 'secret "x" not found'))
        self.later(self.random.uniform(10, 150), lambda: self.run(key))

    def slow_init(self):
        key = self._extra()
        self.wait_for(key, "PodInitializing")
        self.later(self.random.uniform(60, 560), lambda: self.run(key))

    def waits_for_dependency(self):
        """Two or three ends at the start, until what it needs is there."""
        key, at = self._extra(), 5.0
        for number in range(self.random.randint(1, 3)):
            self.later(at, lambda: self.die(key, "Error", 1))
            message = f"back-off {10 * 2**number}s restarting failed container=app"
            self.later(at + 1, lambda message=message: self.wait_for(key, "CrashLoopBackOff", message))
            at += 10 * 2**number + 2
            self.later(at, lambda: self.restart(key))
            at += 4
        self.later(at, lambda: self.run(key))

    def waits_for_node(self):
        workload = self.random.choice(list(self.workloads))
        key = self.pod(workload[0], f"{workload[1]}-{self.hash()}", node=False)
        self.change(key, lambda pod: self._condition(pod, "PodScheduled", "False", "Unschedulable"))
        self.workloads[workload].append(key)
        after_s = self.random.uniform(30, 500)
        self.later(after_s, lambda: self.schedule(*key))
        self.later(after_s + 30, lambda: self.run(key))

    def single_eviction(self):
        if key := self.any_pod():
            self.end(key, phase="Failed", reason="Error", code=137, why="Evicted")
            if workload := self._workload_of(key):
                self.replace(workload, key)

    def job(self, name):
        namespace = self.random.choice(NAMESPACES)
        meta = {"name": name, "namespace": namespace}
        self.store.create(
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {}, "status": {"conditions": []}},
            self.time.at,
        )
        return namespace

    def cron_job(self):
        name = f"report-{int(self.time.seconds() // 60)}"
        namespace = self.job(name)
        key = self.pod(namespace, name, kind="Job", restart="Never")
        lasts_s = self.random.uniform(5, 800)
        self.later(2, lambda: self.run(key))
        self.later(lasts_s, lambda: self.end(key))
        self.later(lasts_s + 600, lambda: self.store.delete("Pod", *key))

    def job_retries(self):
        """A Job whose first pods fail and whose last one gets through."""
        name = f"import-{next(self._names)}"
        namespace, at = self.job(name), 2.0
        for number in range(self.random.randint(1, 3)):

            def fail():
                key = self.pod(namespace, name, kind="Job", restart="Never")
                self.run(key)
                self.later(3, lambda: self.end(key, phase="Failed", reason="Error", code=1))

            self.later(at, fail)
            at += 10 * 2**number + 5

        def succeed():
            key = self.pod(namespace, name, kind="Job", restart="Never")
            self.run(key)
            self.later(30, lambda: self.end(key))

        self.later(at, succeed)
