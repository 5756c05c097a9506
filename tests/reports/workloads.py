"""What the controllers make of a workload: revisions, pods, owners, numbers and conditions."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.reports import kubelet, pod_events, pod_status, rollout, templates
from tests.reports.naming import made, owned_by, suffix
from tests.reports.report import Container, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.reports.kubelet import Run
    from tests.reports.pod_events import Told
    from tests.reports.report import Revision, Workload


@dataclass
class Made:
    """A workload with everything below it; ``told`` holds the events by object."""

    workload: Workload
    labels: dict[str, str]
    top: dict[str, Any] | None
    objects: list[dict[str, Any]]
    pods: list[dict[str, Any]]
    logs: dict[tuple[str, str, str, str], bytes]
    told: list[tuple[dict[str, Any], Told]]


def build(entries: Sequence[Workload], labels: dict[str, str], nodes: Sequence[str], first_node: int) -> Made:
    """Return one workload, made of all entries of its kind and name."""
    workload = entries[0]
    if workload.kind == "Pod":
        return _Builder(entries, labels, nodes, first_node).bare()
    return _Builder(entries, labels, nodes, first_node).whole()


class _Builder:
    def __init__(self, entries: Sequence[Workload], labels: dict[str, str], nodes: Sequence[str], first: int) -> None:
        self.entries = entries
        self.workload = entries[0]
        self.labels = labels
        self.nodes = nodes
        self.node = first
        self.made = Made(self.workload, labels, None, [], [], {}, [])
        self.old = 0
        """Pods of older revisions that still run."""

    def bare(self) -> Made:
        for entry in self.entries:
            self._pod(entry, entry.name, None, templates.of_workload(entry, self.labels), {})
        return self.made

    def whole(self) -> Made:
        workload = self.workload
        oldest = max([workload.rolled_out_s, *(past.age_s for past in workload.old)])
        top = made(workload.kind, workload.name, workload.namespace, oldest + 1)
        top["metadata"] |= {"labels": dict(self.labels), "generation": len(workload.old) + 1}
        self.made.top = top
        self.made.objects.append(top)
        template = templates.of_workload(workload, self._template_labels(top))
        claims = self._claims(template)
        top["spec"] = self._spec(template, claims)
        getattr(self, f"_{workload.kind.lower()}")(top, template, claims)
        ready = sum(pod_status.is_ready(pod) for pod in self.made.pods)
        numbers = rollout.status(workload, top, self.made.pods, ready, old=self.old)
        top["status"] = {**numbers, **self._revision_names(ready), **workload.objects_status}
        return self.made

    def _template_labels(self, top: dict[str, Any]) -> dict[str, str]:
        if self.workload.kind != "Job":
            return self.labels
        name, own = self.workload.name, top["metadata"]["uid"]
        return {
            **self.labels,
            "batch.kubernetes.io/controller-uid": own,
            "batch.kubernetes.io/job-name": name,
            "controller-uid": own,
            "job-name": name,
        }

    def _claims(self, template: dict[str, Any]) -> list[str]:
        """Take the claims of a StatefulSet's first pod out of its template: they are the controller's."""
        if self.workload.kind != "StatefulSet":
            return []
        volumes = template["spec"].get("volumes") or []
        named = {
            each["name"]
            for each in volumes
            if (each.get("persistentVolumeClaim") or {}).get("claimName") == f"{each['name']}-{self.workload.name}-0"
        }
        if named:
            template["spec"]["volumes"] = [each for each in volumes if each["name"] not in named]
        given = [each["metadata"]["name"] for each in self.workload.spec.get("volumeClaimTemplates") or ()]
        # The API server refuses a mount of a volume that nothing declares: what is left is a claim template's.
        mounted = {mount["name"] for each in _containers(template) for mount in each.get("volumeMounts") or ()}
        named |= mounted - {each["name"] for each in volumes}
        return [*given, *sorted(named - set(given))]

    def _spec(self, template: dict[str, Any], claims: list[str]) -> dict[str, Any]:
        workload = self.workload
        selector = {"matchLabels": dict(self.labels)}
        if workload.kind == "Job":
            own = {"batch.kubernetes.io/controller-uid": self.made.top["metadata"]["uid"]}
            spec = {"backoffLimit": 6, "completions": 1, "parallelism": 1, "completionMode": "NonIndexed"}
            spec |= {"selector": {"matchLabels": own}, "suspend": False}
        elif workload.kind == "DaemonSet":
            spec = {"selector": selector, "updateStrategy": {"type": "RollingUpdate"}, "revisionHistoryLimit": 10}
        elif workload.kind == "StatefulSet":
            spec = {"replicas": self._replicas(), "selector": selector, "serviceName": self._service()}
            spec |= {"podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10}
            spec |= {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}}
            if claims:
                spec["volumeClaimTemplates"] = [_claim_template(name) for name in claims]
        else:
            spec = {"replicas": self._replicas(), "selector": selector, "revisionHistoryLimit": 10}
            spec |= {"progressDeadlineSeconds": rollout.PROGRESS_S, "strategy": _rolling()}
        return {**spec, "template": template, **workload.spec}

    def _service(self) -> str:
        return self.workload.spec.get("serviceName") or self.workload.name

    def _replicas(self) -> int:
        given = next((entry.replicas for entry in self.entries if entry.replicas is not None), None)
        return sum(entry.pods for entry in self.entries) if given is None else int(given)

    def _deployment(self, top: dict[str, Any], template: dict[str, Any], claims: list[str]) -> None:
        workload = self.workload
        for number, past in enumerate(workload.old, start=1):
            older = templates.of_revision(workload, past, self.labels)
            left = self._left(past, last=number == len(workload.old))
            below = self._replicaset(top, older, number, left, past.age_s)
            self._still_running(past, left, below, older, {"pod-template-hash": _hash_of(below)}, claims)
        revision = len(workload.old) + 1
        top["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": str(revision)}
        now = self._replicaset(
            top, template, revision, sum(entry.pods for entry in self.entries), workload.rolled_out_s
        )
        self._pods(now, template, {"pod-template-hash": _hash_of(now)}, claims)
        self._tell(top, "ScalingReplicaSet", f"Scaled up replica set {now['metadata']['name']} to {self._replicas()}")

    def _replicaset(
        self, top: dict[str, Any], template: dict[str, Any], revision: int, replicas: int, age_s: float
    ) -> dict[str, Any]:
        name = suffix(10, top["metadata"]["uid"], json.dumps(template, sort_keys=True))
        labels = {**self.labels, "pod-template-hash": name}
        labelled = {**template, "metadata": {**template["metadata"], "labels": labels}}
        found = made(
            "ReplicaSet",
            f"{self.workload.name}-{name}",
            self.workload.namespace,
            age_s,
            metadata={
                "labels": labels,
                "annotations": {"deployment.kubernetes.io/revision": str(revision)},
                "ownerReferences": owned_by(top),
                "generation": 1,
            },
            spec={"replicas": replicas, "selector": {"matchLabels": labels}, "template": labelled},
            status={"replicas": replicas, "observedGeneration": 1},
        )
        self.made.objects.append(found)
        return found

    def _statefulset(self, top: dict[str, Any], template: dict[str, Any], claims: list[str]) -> None:
        self._revisions(top, template, claims, "{name}-{hash}")

    def _daemonset(self, top: dict[str, Any], template: dict[str, Any], claims: list[str]) -> None:
        self._revisions(top, template, claims, "{hash}")

    def _revisions(self, top: dict[str, Any], template: dict[str, Any], claims: list[str], label: str) -> None:
        """Add ControllerRevisions; pods carry the newest one's label in the form of their kind."""
        workload = self.workload
        past = [(templates.of_revision(workload, each, self.labels), each.age_s, each) for each in workload.old]
        carried = ""
        for number, (each, age_s, older) in enumerate([*past, (template, workload.rolled_out_s, None)], start=1):
            mark = suffix(9, top["metadata"]["uid"], json.dumps(each, sort_keys=True))
            found = made(
                "ControllerRevision",
                f"{workload.name}-{mark}",
                workload.namespace,
                age_s,
                metadata={
                    "labels": {**self.labels, "controller.kubernetes.io/hash": mark},
                    "ownerReferences": owned_by(top),
                },
                revision=number,
                data={"spec": {"template": {**each, "$patch": "replace"}}},
            )
            self.made.objects.append(found)
            carried = label.format(name=workload.name, hash=mark)
            if older is not None:
                self._still_running(older, older.pods or 0, top, each, {"controller-revision-hash": carried}, claims)
        self._pods(top, template, {"controller-revision-hash": carried}, claims)

    def _revision_names(self, ready: int) -> dict[str, str]:
        """Return a StatefulSet's revisions: the older one stays current until all pods are updated and well."""
        names = [each["metadata"]["name"] for each in self.made.objects if each["kind"] == "ControllerRevision"]
        if self.workload.kind != "StatefulSet":
            return {}
        rolled_out = len(names) == 1 or ready == len(self.made.pods)
        return {"updateRevision": names[-1], "currentRevision": names[-1 if rolled_out else -2]}

    def _job(self, top: dict[str, Any], template: dict[str, Any], claims: list[str]) -> None:
        self._pods(top, template, {}, claims)

    def _pods(self, owner: dict[str, Any], template: dict[str, Any], labels: dict[str, str], claims: list[str]) -> None:
        for entry in self.entries:
            for _ in range(entry.pods):
                self._pod(entry, self._next_name(owner), owner, template, labels, claims)

    def _left(self, past: Revision, *, last: bool) -> int:
        """Return how many pods a rolling update has left of an older revision: those that it may not take away yet."""
        if past.pods is not None:
            return past.pods
        wanted, new = self._replicas(), sum(entry.pods for entry in self.entries)
        rolling = self.workload.spec.get("strategy", {}).get("type", "RollingUpdate") == "RollingUpdate"
        held_up = any(rollout.held_up(entry) for entry in self.entries)
        return wanted - wanted // 4 if last and rolling and held_up and new <= -(-wanted // 4) else 0

    def _still_running(
        self,
        past: Revision,
        count: int,
        owner: dict[str, Any],
        template: dict[str, Any],
        labels: dict[str, str],
        claims: list[str],
    ) -> None:
        """Add the healthy pods that an older revision still has."""
        healthy = replace(
            self.workload,
            age_s=past.age_s,
            containers=tuple(Container(spec, Status()) for spec in template["spec"]["containers"]),
            init=tuple(Container(spec, Status()) for spec in template["spec"].get("initContainers", ())),
            conditions=(),
            pod_status={},
        )
        self.old += count
        for _ in range(count):
            self._pod(healthy, self._next_name(owner), owner, template, labels, claims)

    def _next_name(self, owner: dict[str, Any]) -> str:
        number = len(self.made.pods)
        if self.workload.kind == "StatefulSet":
            return f"{self.workload.name}-{number}"
        return f"{owner['metadata']['name']}-{suffix(5, owner['metadata']['uid'], number)}"

    def _pod(
        self,
        entry: Workload,
        name: str,
        owner: dict[str, Any] | None,
        template: dict[str, Any],
        labels: dict[str, str],
        claims: Sequence[str] = (),
    ) -> None:
        number = len(self.made.pods)
        age_s = max(entry.age_s - number, 3)
        pod = made("Pod", name, entry.namespace, age_s)
        pod["metadata"] |= {"labels": {**template["metadata"]["labels"], **labels}, "generation": 1}
        if owner is not None:
            pod["metadata"] |= {"ownerReferences": owned_by(owner)}
            if entry.kind != "StatefulSet":
                pod["metadata"]["generateName"] = f"{owner['metadata']['name']}-"
        if template["metadata"].get("annotations"):
            pod["metadata"]["annotations"] = dict(template["metadata"]["annotations"])
        pod["spec"] = self._pod_spec(entry, name, template, claims, number)
        teller = kubelet.Kubelet(pod, age_s, number)
        runs = teller.runs(entry)
        pod["status"] = pod_status.status(entry, pod, runs, age_s, f"10.88.{1 + number // 200}.{17 + number % 200}")
        self.made.pods.append(pod)
        self.made.objects.append(pod)
        self._keep(pod, runs, age_s)

    def _keep(self, pod: dict[str, Any], runs: list[Run], age_s: float) -> None:
        meta = pod["metadata"]
        if "nodeName" not in pod["spec"]:
            return
        for run in runs:
            for instance, text in run.logs.items():
                self.made.logs[meta["namespace"], meta["name"], run.name, instance] = text
        self.made.told += [(pod, told) for told in pod_events.events(pod, runs, age_s)]

    def _pod_spec(
        self, entry: Workload, name: str, template: dict[str, Any], claims: Sequence[str], number: int
    ) -> dict[str, Any]:
        spec = json.loads(json.dumps(template["spec"]))
        spec |= {"enableServiceLinks": spec.get("enableServiceLinks", True), "priority": spec.get("priority", 0)}
        spec |= {"preemptionPolicy": "PreemptLowerPriority"}
        spec.setdefault("serviceAccountName", "default")
        spec.setdefault("serviceAccount", spec["serviceAccountName"])
        volumes = [*(spec.get("volumes") or ())]
        volumes += [{"name": each, "persistentVolumeClaim": {"claimName": f"{each}-{name}"}} for each in claims]
        if spec.get("automountServiceAccountToken") is not False:
            token = f"kube-api-access-{suffix(5, name)}"
            volumes.append(_token_volume(token))
            mount = {"name": token, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": True}
            for each in (*spec.get("initContainers", ()), *spec["containers"]):
                each["volumeMounts"] = [*(each.get("volumeMounts") or ()), mount]
        spec["volumes"] = volumes
        if entry.kind == "StatefulSet":
            spec |= {"hostname": name, "subdomain": self._service()}
        if not _unscheduled(entry):
            spec.setdefault("nodeName", self.nodes[(self.node + number) % len(self.nodes)])
        return spec

    def _tell(self, about: dict[str, Any], reason: str, message: str) -> None:
        age_s = self.workload.rolled_out_s
        component = {"Deployment": "deployment-controller"}.get(about["kind"], f"{about['kind'].lower()}-controller")
        told = pod_events.Told(reason, message, first_s=age_s, last_s=age_s, component=component)
        self.made.told.append((about, told))


def _unscheduled(entry: Workload) -> bool:
    conditions = (*entry.conditions, *(entry.pod_status.get("conditions") or ()))
    return any(each.get("type") == "PodScheduled" and str(each.get("status")) == "False" for each in conditions)


def _hash_of(replicaset: dict[str, Any]) -> str:
    return replicaset["metadata"]["labels"]["pod-template-hash"]


def _rolling() -> dict[str, Any]:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}


def _containers(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(template["spec"].get("initContainers") or ()), *template["spec"]["containers"]]


def _claim_template(name: str) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Gi"}}, "volumeMode": "Filesystem"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def _token_volume(name: str) -> dict[str, Any]:
    namespace = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {"downwardAPI": {"items": [{"fieldRef": namespace, "path": "namespace"}]}},
    ]
    return {"name": name, "projected": {"defaultMode": 420, "sources": sources}}
