"""The alert that Prometheus would send about a workload now, with kubernetes-mixin's names, labels and annotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.stories import is_ready

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Object

NOT_MATCHED = "has not matched the expected number of replicas for longer than 15 minutes."
RUNBOOKS = "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/"
BASE = {
    "job": "kube-state-metrics", "severity": "warning", "endpoint": "http", "instance": "10.244.1.7:8080",
    "service": "kube-prometheus-stack-kube-state-metrics",
    "prometheus": "monitoring/kube-prometheus-stack-prometheus",
    "container": "kube-state-metrics", "pod": "kube-prometheus-stack-kube-state-metrics-7c8d9b5f6-q4wzk",
}  # fmt: skip
"""What kube-prometheus-stack's scrape adds to each series: ``pod`` and ``container`` are the exporter's own, unless the
series has its own (honorLabels)."""


@dataclass(frozen=True)
class Alert:
    """Labels and annotations of one firing alert."""

    labels: dict[str, str]
    annotations: dict[str, str]


def alert_about(kind: str, namespace: str, name: str, pods: list[Object]) -> Alert:
    """Return the alert about a workload: of its first pod that is not Ready, else of its first, else of itself."""
    if kind == "job":
        about = f"Job {namespace}/{name} failed to complete. Removing failed job after investigation should clear it."
        return _alert("KubeJobFailed", {"namespace": namespace, "job_name": name}, "Job failed to complete.", about)
    pod = next((each for each in pods if not is_ready(each)), pods[0] if pods else None)
    if pod is None:
        about = f"{kind.title()} {namespace}/{name} {NOT_MATCHED}"
        labels = {"namespace": namespace, kind: name}
        return _alert(
            "KubeDeploymentReplicasMismatch", labels, "Deployment has not matched the expected number.", about
        )
    labels = {"namespace": namespace, "pod": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
    where = f"{namespace}/{labels['pod']}"
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        # kube-state-metrics knows app containers only: a failing init container is seen as a pod that is not ready.
        waiting = ((status.get("state") or {}).get("waiting") or {}).get("reason", "")
        labels["container"] = status["name"]
        if not status.get("restartCount") and waiting in {"", "PodInitializing"}:
            continue
        if status.get("restartCount"):
            labels["reason"] = "CrashLoopBackOff"
            about = f'Pod {where} ({status["name"]}) is in waiting state (reason: "CrashLoopBackOff").'
            return _alert("KubePodCrashLooping", labels, "Pod is crash looping.", about)
        labels["reason"] = waiting
        about = (
            f"pod/{labels['pod']} in namespace {namespace} on container {status['name']} has been in waiting state "
            f'for longer than 1 hour. (reason: "{waiting}").'
        )
        return _alert("KubeContainerWaiting", labels, "Pod container waiting longer than 1 hour.", about)
    # The rule sums by namespace, pod and job: nothing of the scrape is left.
    labels |= dict.fromkeys(BASE.keys() - {"job", "severity", "prometheus", "pod"}, "")
    about = f"Pod {where} has been in a non-ready state for longer than 15 minutes."
    return _alert("KubePodNotReady", labels, "Pod has been in a non-ready state for more than 15 minutes.", about)


def _alert(name: str, labels: dict[str, str], summary: str, description: str) -> Alert:
    annotations = {"summary": summary, "description": description, "runbook_url": f"{RUNBOOKS}{name.lower()}"}
    kept = {label: value for label, value in {"alertname": name, **BASE, **labels}.items() if value}
    return Alert(kept, annotations)
