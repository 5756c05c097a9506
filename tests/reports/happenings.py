"""Events: those that the report tells, and those that kubelet and controllers write by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reports.naming import ago, made, suffix
from tests.reports.pod_events import Told, backoff_text
from tests.reports.pod_status import is_ready

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.reports.report import Report, Workload
    from tests.reports.workloads import Made

KEPT_S = 3600
"""How long the API server keeps an event (kube-apiserver --event-ttl)."""

TELLERS = {
    "Pod": "kubelet",
    "Node": "kubelet",
    "Deployment": "deployment-controller",
    "Job": "job-controller",
    "ReplicaSet": "replicaset-controller",
    "StatefulSet": "statefulset-controller",
    "DaemonSet": "daemonset-controller",
    "PersistentVolumeClaim": "persistentvolume-controller",
}
SCHEDULER = frozenset({"FailedScheduling", "Scheduled", "Preempted"})
BACKOFF = "Back-off restarting failed container"
CREATED = "Created pod: "


def unplaced(report: Report, workload: Workload) -> str:
    """Return the scheduler's last word when it found no node for a workload's pods, or nothing."""
    mine = [each for each in report.events if _of_pods(each, report, workload)]
    last = min(mine, key=lambda each: each.get("last_s", 20), default=None)
    if last is None or last["reason"] != "FailedScheduling" or workload.began:
        return ""
    return last.get("message", "")


def _of_pods(entry: dict[str, Any], report: Report, workload: Workload) -> bool:
    kind, _, name = entry["of"].partition("/")
    return kind.lower() == "pod" and (name or report.truth.target.partition("/")[2]) == workload.name


def events(report: Report, builds: Sequence[Made], objects: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return every event object. Raises ``LookupError`` with one sentence for an event of nothing."""
    said: set[tuple[str, str, str]] = set()
    for entry in report.events:
        for about in _about(entry, report, builds, objects):
            told = _told(entry, about, _below(about, builds))
            said.add((about["metadata"]["uid"], told.reason, told.container))
            yield _event(about, told)
    for build in builds:
        for about, told in build.told:
            known = (about["metadata"]["uid"], told.reason, told.container) in said
            if told.last_s <= KEPT_S and not known:
                yield _event(about, told)


def _about(
    entry: dict[str, Any], report: Report, builds: Sequence[Made], objects: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    kind, _, name = entry["of"].partition("/")
    pods = [(build, pod) for build in builds for pod in build.pods]
    if kind.lower() == "pod":
        mine = name or report.truth.target.partition("/")[2]
        found = [pod for build, pod in pods if mine in (build.workload.name, pod["metadata"]["name"])]
        unwell = [pod for pod in found if not is_ready(pod)]
        if unwell or found:
            return unwell or found
    found = [each for each in objects if each["kind"].lower() == kind.lower() and each["metadata"]["name"] == name]
    if not found and kind.lower() in ("replicaset", "deployment", "job", "statefulset", "daemonset"):
        # The report names the workload; the ReplicaSet's name is ours.
        below = [build for build in builds if build.workload.name == name or name.startswith(f"{build.workload.name}-")]
        found = [each for build in below for each in build.objects if each["kind"].lower() == kind.lower()][-1:]
    if not found:
        raise LookupError(f"{report.file}: {entry['where']}.of names {entry['of']}, which is not in the report")
    return found


def _below(about: dict[str, Any], builds: Sequence[Made]) -> list[dict[str, Any]]:
    """Return the pods that this controller's object owns."""
    uid = about["metadata"]["uid"]
    every = [pod for build in builds for pod in build.pods]
    return [pod for pod in every if uid in {each["uid"] for each in pod["metadata"].get("ownerReferences", ())}]


def _told(entry: dict[str, Any], about: dict[str, Any], pods: Sequence[dict[str, Any]]) -> Told:
    reason, container = entry["reason"], entry.get("container", "")
    message = entry.get("message", "")
    if reason == "BackOff" and container and message.startswith(BACKOFF):
        message = backoff_text(container, about["metadata"])
    if reason == "SuccessfulCreate" and pods and message.startswith(CREATED):
        message = CREATED + pods[0]["metadata"]["name"]  # the report's pod has a name of ours
    last = entry.get("last_s", min(entry.get("first_s", 20), 20))
    init = container in {each["name"] for each in (about.get("spec") or {}).get("initContainers") or ()}
    default = "default-scheduler" if reason in SCHEDULER else TELLERS.get(about["kind"], "controllermanager")
    return Told(
        reason,
        message,
        container,
        init=init,
        type=entry.get("type", "Warning"),
        count=int(entry.get("count", 1)),
        first_s=max(entry.get("first_s", last), last),
        last_s=last,
        component=entry.get("component") or default,
    )


def _event(about: dict[str, Any], told: Told) -> dict[str, Any]:
    meta = about["metadata"]
    involved = {"apiVersion": about["apiVersion"], "kind": about["kind"], "name": meta["name"], "uid": meta["uid"]}
    if meta.get("namespace"):
        involved["namespace"] = meta["namespace"]
    if told.container:
        involved["fieldPath"] = f"spec.{'initContainers' if told.init else 'containers'}{{{told.container}}}"
    if about["kind"] == "Node":
        involved["uid"] = meta["name"]  # the kubelet's own habit
    node = (about.get("spec") or {}).get("nodeName") or (meta["name"] if about["kind"] == "Node" else "")
    host = {"host": node} if told.component == "kubelet" and node else {}
    return made(
        "Event",
        f"{meta['name']}.{suffix(16, meta['uid'], told.reason, told.message, told.container, told.first_s)}",
        meta.get("namespace") or "default",
        told.first_s,
        involvedObject=involved,
        reason=told.reason,
        message=told.message,
        type=told.type,
        count=told.count,
        firstTimestamp=ago(told.first_s),
        lastTimestamp=ago(told.last_s),
        eventTime=None,
        source={"component": told.component, **host},
        reportingComponent=told.component,
        reportingInstance=host.get("host", ""),
    )


def spoken(told: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return all that is said in each namespace, a line an event."""
    texts: dict[str, list[str]] = {}
    for each in told:
        texts.setdefault(each["metadata"]["namespace"], []).append(" ".join(each["message"].split()))
    return {namespace: "\n".join(said) for namespace, said in texts.items()}
