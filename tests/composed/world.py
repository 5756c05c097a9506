"""A small cluster written down in a few lines: what a composed scenario is made of.

It gives raw API objects and logs in the form of the recordings, so that a scenario can be looked at as a snapshot or
written to a folder and served by the cluster stand-in.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from diagnostics.redact import redacted
from diagnostics.snapshot import Lead, Log, LogLine, Snapshot, Target
from diagnostics.strip import stripped
from tests.support.recordings import KINDS, LISTED

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 22, 3, 12, 0, tzinfo=UTC)


def ago(seconds: float) -> str:
    return (AT - timedelta(seconds=seconds)).isoformat(timespec="seconds").replace("+00:00", "Z")


def _back(stamp: str) -> float:
    """Return how many seconds before the look that was."""
    return (AT - datetime.fromisoformat(stamp)).total_seconds()


def uid(*parts: str) -> str:
    digest = hashlib.sha256("/".join(parts).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


@dataclass(frozen=True)
class Truth:
    target: str
    cause: str | None
    container: str = ""
    cite: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # causes that must not be the answer, nor confidently
    restart: bool = False
    undo: bool = False
    kind: str = "failure"  # failure | negative | confusion
    namespace: str = "production"


def secret(name: str, key: str) -> dict[str, Any]:
    return {"valueFrom": {"secretKeyRef": {"name": name, "key": key}}}


def config(name: str, key: str) -> dict[str, Any]:
    return {"valueFrom": {"configMapKeyRef": {"name": name, "key": key}}}


def http(path: str, port: Any, delay: int = 0, period: int = 10, failures: int = 3, timeout: int = 1) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": port, "scheme": "HTTP"},
        "initialDelaySeconds": delay,
        "periodSeconds": period,
        "failureThreshold": failures,
        "timeoutSeconds": timeout,
        "successThreshold": 1,
    }


def c(name: str, image: str = "registry.example/app:1.0", **spec: Any) -> dict[str, Any]:
    """One container's spec; env as {name: value or reference}, limit as memory, mounts as {path: volume}."""
    env = [
        {"name": key, **value} if isinstance(value, dict) else {"name": key, "value": value}
        for key, value in spec.pop("env", {}).items()
    ]
    mounts = [
        {
            "name": volume.partition(":")[0],
            "mountPath": path,
            **({"subPath": volume.partition(":")[2]} if ":" in volume else {}),
        }
        for path, volume in spec.pop("mounts", {}).items()
    ]
    limit = spec.pop("limit", None)
    made: dict[str, Any] = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent"}
    made["resources"] = {"limits": {"memory": limit}, "requests": {"memory": limit}} if limit else {}
    made["terminationMessagePath"], made["terminationMessagePolicy"] = "/dev/termination-log", "File"
    if env:
        made["env"] = env
    if mounts:
        made["volumeMounts"] = mounts
    ports = spec.pop("ports", None)
    if ports:
        made["ports"] = [{"containerPort": port, "protocol": "TCP"} for port in ports]
    for short, long in (("live", "livenessProbe"), ("ready", "readinessProbe"), ("start", "startupProbe")):
        probe = spec.pop(short, None)
        if probe:
            made[long] = probe
    return made | spec


def ended(code: int, reason: str = "Error", *, lived: float = 2, back: float = 25, message: str = "") -> dict[str, Any]:
    """A terminated state that ended ``back`` seconds before the look."""
    state: dict[str, Any] = {
        "exitCode": code,
        "reason": reason,
        "startedAt": ago(back + lived),
        "finishedAt": ago(back),
        "containerID": "containerd://" + hashlib.sha256(f"{code}{reason}{back}".encode()).hexdigest(),
    }
    if message:
        state["message"] = message
    return {"terminated": state}


@dataclass
class Status:
    """One container's status and what its instances printed."""

    state: dict[str, Any]
    last: dict[str, Any] | None = None
    restarts: int = 0
    ready: bool = False
    current: str | None = None
    previous: str | None = None
    log_from: float | None = None  # seconds before the look at which the (crashed) instance started to print
    every: float = 0.01  # seconds between two lines of its log


def crash(
    code: int,
    log: str = "",
    *,
    shape: str = "terminated",
    reason: str = "Error",
    lived: float = 2,
    restarts: int = 5,
    message: str = "",
) -> Status:
    """A container in a crash loop, met in one of three moments: terminated, backoff, running."""
    gone = f"unable to retrieve container logs for containerd://{'b' * 64}"
    if shape == "terminated":
        now, before = (
            ended(code, reason, lived=lived, back=20, message=message),
            ended(code, reason, lived=lived, back=120),
        )
        return Status(now, before, restarts, current=log, previous=gone, log_from=20 + lived)
    last = ended(code, reason, lived=lived, back=70, message=message)
    if shape == "backoff":
        waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 2m40s restarting failed container"}}
        return Status(waiting, last, restarts, current=log, previous=log, log_from=70 + lived)
    return Status({"running": {"startedAt": ago(1)}}, last, restarts, current="", previous=log, log_from=70 + lived)


def up(
    since: float = 3600,
    *,
    ready: bool = True,
    log: str = "",
    restarts: int = 0,
    last: dict[str, Any] | None = None,
    previous: str | None = None,
) -> Status:
    """A container that runs."""
    return Status(
        {"running": {"startedAt": ago(since)}}, last, restarts, ready, current=log, previous=previous, log_from=since
    )


def waits(
    reason: str,
    message: str = "",
    *,
    last: dict[str, Any] | None = None,
    restarts: int = 0,
    previous: str | None = None,
) -> Status:
    """A container that waits for a reason of its own."""
    return Status({"waiting": {"reason": reason, "message": message}}, last, restarts, previous=previous, log_from=300)


def done(log: str = "") -> Status:
    """An init container that finished well."""
    return Status(ended(0, "Completed", lived=3, back=500), ready=True, current=log, log_from=503)


def _initialised(entries: list[dict[str, Any]], specs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the condition as the kubelet sets it: True once every init container is done (a sidecar: started)."""
    sidecars = {entry["name"] for entry in specs if entry.get("restartPolicy") == "Always"}
    open_ones = [
        entry["name"]
        for entry in entries
        if not (
            entry["started"] if entry["name"] in sidecars else entry["state"].get("terminated", {}).get("exitCode") == 0
        )
    ]
    if not open_ones:
        return {"type": "Initialized", "status": "True"}
    message = f"containers with incomplete status: [{' '.join(open_ones)}]"
    return {"type": "Initialized", "status": "False", "reason": "ContainersNotInitialized", "message": message}


def _status(statuses: dict[str, Status], name: str) -> Status:
    return statuses.get(name) or up()


def _counts(kind: str, pods: int, ready: int, generation: int) -> dict[str, Any]:
    """Return the numbers a controller writes into its status; the API leaves out those that are nought."""
    if kind == "Job":
        return {"replicas": pods}
    if kind == "DaemonSet":
        there = {"desiredNumberScheduled": pods, "currentNumberScheduled": pods, "numberReady": ready}
        more = {"updatedNumberScheduled": pods, "numberAvailable": ready, "numberUnavailable": pods - ready}
        there["numberMisscheduled"] = 0
    else:
        there = {"replicas": pods}
        more = {"readyReplicas": ready, "availableReplicas": ready}
        if kind == "Deployment":
            more |= {"updatedReplicas": pods, "unavailableReplicas": pods - ready}
        elif kind == "StatefulSet":
            more |= {"updatedReplicas": pods, "currentReplicas": pods}
        else:
            more |= {"fullyLabeledReplicas": pods}
    return {"observedGeneration": generation, **there, **{key: value for key, value in more.items() if value}}


@dataclass
class World:
    """Objects and logs of one scenario."""

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    logs: dict[tuple[str, str, str, str], tuple[str, float]] = field(default_factory=dict)
    paces: dict[tuple[str, str, str, str], float] = field(default_factory=dict)  # seconds between two lines of a log

    def add(
        self, kind: str, name: str, namespace: str = "production", age: float = 7200, **body: Any
    ) -> dict[str, Any]:
        groups = {
            "Deployment": "apps/v1",
            "ReplicaSet": "apps/v1",
            "StatefulSet": "apps/v1",
            "DaemonSet": "apps/v1",
            "ControllerRevision": "apps/v1",
            "Job": "batch/v1",
            "CronJob": "batch/v1",
            "EndpointSlice": "discovery.k8s.io/v1",
            "NetworkPolicy": "networking.k8s.io/v1",
        }
        meta = {
            "name": name,
            "uid": uid(kind, namespace, name),
            "creationTimestamp": ago(age),
            "resourceVersion": "1000",
            **body.pop("metadata", {}),
        }
        if kind != "Node":
            meta["namespace"] = namespace
        made = {"apiVersion": groups.get(kind, "v1"), "kind": kind, "metadata": meta, **body}
        self.objects.setdefault(kind, []).append(made)
        return made

    def workload(
        self,
        name: str,
        *containers: dict[str, Any],
        kind: str = "Deployment",
        statuses: dict[str, Status] | None = None,
        init: tuple[dict[str, Any], ...] = (),
        replicas: int = 1,
        age: float = 600,
        earlier: list[dict[str, Any]] | None = None,
        namespace: str = "production",
        spec: dict[str, Any] | None = None,
        pod: dict[str, Any] | None = None,
        annotations: dict[str, str] | None = None,
        labels: dict[str, str] | None = None,
        node: str = "node-1",
        pods: bool = True,
        status: dict[str, Any] | None = None,
        phase: str = "Running",
    ) -> list[str]:
        """A workload with its revisions (``earlier``: templates' containers, oldest first) and its pods; returns the pods' names."""
        template_spec = {
            "containers": list(containers),
            "restartPolicy": "Always",
            **({"initContainers": list(init)} if init else {}),
            **(spec or {}),
        }
        template: dict[str, Any] = {"metadata": {"labels": {"app": name}}, "spec": template_spec}
        if any({**template_spec, **past} == template_spec for past in earlier or []):
            # Controllers never keep two revisions of one template: it was a restart.
            template["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": ago(age)}
        made = replicas if pods else 0
        well = made if all(_status(statuses or {}, item["name"]).ready for item in containers) else 0
        top = self.add(
            kind,
            name,
            namespace,
            age=86400,
            metadata={
                "annotations": annotations or {},
                "labels": {"app": name, **(labels or {})},
                "generation": len(earlier or []) + 1,
            },
            spec={"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template},
            status={**_counts(kind, made, well, len(earlier or []) + 1), **(status or {})},
        )
        owner = top
        revision = 1
        if kind == "Deployment":
            for number, past in enumerate(earlier or [], start=1):
                self._replicaset(
                    top,
                    name,
                    namespace,
                    number,
                    {"metadata": {"labels": {"app": name}}, "spec": {**template_spec, **past}},
                    0,
                    86400 - number,
                )
                revision = number + 1
            top["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = str(revision)
            owner = self._replicaset(top, name, namespace, revision, template, replicas, age)
            owner["status"] |= _counts("ReplicaSet", made, well, 1)
        elif kind in ("StatefulSet", "DaemonSet"):
            labels = self._controller_revisions(top, template, template_spec, earlier or [], age)
            pod = {**(pod or {}), "labels": {**labels, **(pod or {}).get("labels", {})}}
        names = []
        for index in range(replicas if pods else 0):
            pod_name = (
                f"{name}-{index}"
                if kind == "StatefulSet"
                else f"{owner['metadata']['name']}-{uid(name, str(index))[:5]}"
            )
            self._pod(pod_name, namespace, owner, template, statuses or {}, age, node, pod or {}, phase)
            names.append(pod_name)
        return names

    def _controller_revisions(
        self,
        top: dict[str, Any],
        template: dict[str, Any],
        template_spec: dict[str, Any],
        earlier: list[dict[str, Any]],
        age: float,
    ) -> dict[str, str]:
        """Add the revisions of a StatefulSet or DaemonSet; return the label that ties a pod to the newest one."""
        name, namespace, kind = top["metadata"]["name"], top["metadata"]["namespace"], top["kind"]
        templates = [{"metadata": template["metadata"], "spec": {**template_spec, **past}} for past in earlier]
        digest = ""
        for number, past in enumerate([*templates, template], start=1):
            digest = uid(name, str(number), json.dumps(past, sort_keys=True))[:8] + "6d"
            reference = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": top["metadata"]["uid"]}
            self.add(
                "ControllerRevision",
                f"{name}-{digest}",
                namespace,
                age=86400 - number if number <= len(earlier) else age,
                metadata={
                    "labels": {"app": name, "controller.kubernetes.io/hash": digest},
                    "ownerReferences": [{**reference, "controller": True}],
                },
                revision=number,
                data={"spec": {"template": {**past, "$patch": "replace"}}},
            )
        if kind == "DaemonSet":
            return {"controller-revision-hash": digest}
        top["status"] |= {"updateRevision": f"{name}-{digest}", "currentRevision": f"{name}-{digest}"}
        return {"controller-revision-hash": f"{name}-{digest}"}

    def _replicaset(
        self,
        top: dict[str, Any],
        name: str,
        namespace: str,
        revision: int,
        template: dict[str, Any],
        replicas: int,
        age: float,
    ) -> dict[str, Any]:
        digest = uid(name, str(revision), json.dumps(template, sort_keys=True))[:8] + "f5"
        labelled = {**template, "metadata": {"labels": {"app": name, "pod-template-hash": digest}}}
        return self.add(
            "ReplicaSet",
            f"{name}-{digest}",
            namespace,
            age=age,
            metadata={
                "labels": {"app": name, "pod-template-hash": digest},
                "annotations": {"deployment.kubernetes.io/revision": str(revision)},
                "ownerReferences": [
                    {
                        "apiVersion": "apps/v1",
                        "kind": top["kind"],
                        "name": name,
                        "uid": top["metadata"]["uid"],
                        "controller": True,
                    }
                ],
            },
            spec={
                "replicas": replicas,
                "selector": {"matchLabels": {"app": name, "pod-template-hash": digest}},
                "template": labelled,
            },
            status={"replicas": replicas},
        )

    def _pod(
        self,
        name: str,
        namespace: str,
        owner: dict[str, Any],
        template: dict[str, Any],
        statuses: dict[str, Status],
        age: float,
        node: str,
        over: dict[str, Any],
        phase: str,
    ) -> None:
        spec = {
            **json.loads(json.dumps(template["spec"])),
            "nodeName": node,
            "serviceAccountName": "default",
            "terminationGracePeriodSeconds": 30,
            **over.get("spec", {}),
        }
        entries: dict[str, list[dict[str, Any]]] = {"containerStatuses": [], "initContainerStatuses": []}
        for group, key in (("containers", "containerStatuses"), ("initContainers", "initContainerStatuses")):
            for container in spec.get(group, []):
                status = statuses.get(container["name"], up())
                entry = {
                    "name": container["name"],
                    "image": container["image"],
                    "imageID": "sha256:" + hashlib.sha256(container["image"].encode()).hexdigest(),
                    "state": status.state,
                    "lastState": status.last or {},
                    "restartCount": status.restarts,
                    "ready": status.ready,
                    "started": "running" in status.state,
                    "resources": container.get("resources", {}),
                }
                entries[key].append(entry)
                for instance, printed in (("current", status.current), ("previous", status.previous)):
                    if printed is not None:
                        begun = status.log_from or 0
                        if instance == "previous" and "running" in status.state and status.last:
                            begun = _back(status.last["terminated"]["startedAt"])
                        self.logs[namespace, name, container["name"], instance] = (printed, begun)
                        self.paces[namespace, name, container["name"], instance] = status.every
        ready = all(entry["ready"] for entry in entries["containerStatuses"])
        conditions = [
            {"type": "PodScheduled", "status": "True"},
            _initialised(entries["initContainerStatuses"], spec.get("initContainers", [])),
            {
                "type": "Ready",
                "status": "True" if ready else "False",
                "lastTransitionTime": ago(min(age, 60)),
                **({} if ready else {"reason": "ContainersNotReady"}),
            },
        ]
        self.add(
            "Pod",
            name,
            namespace,
            age=age,
            metadata={
                "labels": {
                    **owner["spec"].get("template", {}).get("metadata", {}).get("labels", {}),
                    **over.get("labels", {}),
                },
                "ownerReferences": [
                    {
                        "apiVersion": owner["apiVersion"],
                        "kind": owner["kind"],
                        "name": owner["metadata"]["name"],
                        "uid": owner["metadata"]["uid"],
                        "controller": True,
                    }
                ],
                **over.get("metadata", {}),
            },
            spec=spec,
            status={
                "phase": phase,
                "startTime": ago(age),
                "podIP": "10.42.0.17",
                "conditions": conditions,
                **{key: value for key, value in entries.items() if value},
                **over.get("status", {}),
            },
        )

    def event(
        self,
        pod: str,
        reason: str,
        message: str,
        *,
        container: str = "",
        back: float = 25,
        type: str = "Warning",  # noqa: A002 — the API's own word
        kind: str = "Pod",
        namespace: str = "production",
        count: int = 1,
        init: bool = False,
    ) -> None:
        involved: dict[str, Any] = {"kind": kind, "name": pod, "namespace": namespace, "uid": uid(kind, namespace, pod)}
        if container:
            involved["fieldPath"] = f"spec.{'initContainers' if init else 'containers'}{{{container}}}"
        self.add(
            "Event",
            f"{pod}.{uid(reason, message, str(back))[:12]}",
            namespace,
            age=back,
            involvedObject=involved,
            reason=reason,
            message=message,
            type=type,
            count=count,
            firstTimestamp=ago(back + 30 * (count - 1)),
            lastTimestamp=ago(back),
            source={"component": "kubelet", "host": "node-1"},
        )

    def service(
        self,
        name: str,
        port: int,
        selector: dict[str, str] | None,
        *,
        ready: int = 0,
        namespace: str = "production",
        ip: str = "10.96.7.7",
        **spec: Any,
    ) -> None:
        self.add(
            "Service",
            name,
            namespace,
            spec={
                "clusterIP": ip,
                "selector": selector,
                "ports": [{"port": port, "targetPort": port, "protocol": "TCP"}],
                "type": "ClusterIP",
                **spec,
            },
        )
        self.add(
            "EndpointSlice",
            f"{name}-x7k2p",
            namespace,
            metadata={"labels": {"kubernetes.io/service-name": name}},
            addressType="IPv4",
            endpoints=[
                {"addresses": [f"10.42.1.{i}"], "conditions": {"ready": True, "serving": True}}
                for i in range(1, ready + 1)
            ],
            ports=[{"port": port, "protocol": "TCP"}],
        )

    def snapshot(self, truth: Truth) -> Snapshot:
        """Everything as one snapshot, stripped and redacted, as the collector would leave it."""
        kind, _, name = truth.target.partition("/")
        spaces = {"production", truth.namespace} | {
            o["metadata"].get("namespace", "production") for found in self.objects.values() for o in found
        }
        return redacted(
            Snapshot(
                target=Target(
                    kind=KINDS[kind], namespace=truth.namespace, name=name, pod=name if kind == "pod" else None
                ),
                now=AT,
                objects={k: tuple(stripped(item, b"composed") for item in found) for k, found in self.objects.items()},
                logs=tuple(self._log(key, *printed) for key, printed in self.logs.items()),
                answered=frozenset(Lead(kind=k, namespace=space) for k in LISTED for space in spaces)
                | {Lead(kind="Node")},
                server="v1.36.2",
            )
        )

    def _log(self, key: tuple[str, str, str, str], text: str, back: float) -> Log:
        namespace, pod, container, instance = key
        every = self.paces.get(key, 0.01)
        lines = tuple(
            LogLine("" if text.startswith("unable to retrieve") else ago(back - index * every), line)
            for index, line in enumerate(text.splitlines())
        )
        return Log(namespace=namespace, pod=pod, container=container, instance=instance, lines=lines)

    def write(self, folder: Path, truth: Truth) -> None:
        """Write the scenario in the form of the recordings, for the cluster stand-in."""
        cluster = folder / "cluster"
        cluster.mkdir(parents=True)
        for kind, found in self.objects.items():
            (cluster / f"{kind}.json").write_text(json.dumps(found, indent=1))
        (cluster / "recorded.json").write_text(
            json.dumps({"server": "v1.36.2", "at": ago(0), "namespace": "production"})
        )
        (folder / "truth.yaml").write_text(
            json.dumps(
                {
                    "target": truth.target,
                    "cause": truth.cause,
                    "container": truth.container,
                    "must_cite": list(truth.cite),
                    "restart_helps": truth.restart,
                    "undo_helps": truth.undo,
                    "namespace": truth.namespace,
                }
            )
        )
        for (_namespace, pod, container, instance), (text, back) in self.logs.items():
            every = self.paces.get((_namespace, pod, container, instance), 0.01)
            place = cluster / "logs" / pod
            place.mkdir(parents=True, exist_ok=True)
            lines = [
                line if text.startswith("unable to retrieve") else f"{ago(back - i * every)} {line}"
                for i, line in enumerate(text.splitlines())
            ]
            (place / f"{container}.{instance}.log").write_text("\n".join(lines) + ("\n" if lines else ""))
