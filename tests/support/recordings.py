"""The recorded scenarios as snapshots and truths, read straight from their files: no collector, no server."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.demo.cluster.recordings import folder_of
from diagnostics.snapshot import Lead, Log, LogLine, Snapshot, Target

RECORDINGS = Path(__file__).parents[2] / "bot" / "demo" / "recordings"
SCENARIOS = sorted(path.name for path in RECORDINGS.iterdir() if (path / "truth.yaml").exists())
KINDS = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
    "job": "Job",
    "cronjob": "CronJob",
    "pod": "Pod",
}
LISTED = (
    *("Pod", "Event", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ControllerRevision", "Job", "CronJob"),
    *("Service", "EndpointSlice", "ConfigMap", "Secret", "NetworkPolicy", "PersistentVolumeClaim", "ResourceQuota"),
    *("ServiceAccount", "LimitRange"),
)


def truth(scenario: str) -> dict[str, Any]:
    """Return what is true of a scenario."""
    return yaml.safe_load((folder_of(scenario) / "truth.yaml").read_text())


@cache
def snapshot_of(scenario: str, pod: str = "") -> Snapshot:
    """Return the whole recording as a snapshot, asked about the truth's target (or about a pod of it)."""
    folder = folder_of(scenario) / "cluster"
    recorded = json.loads((folder / "recorded.json").read_text())
    objects = {
        path.stem: tuple(json.loads(path.read_text()))
        for path in sorted(folder.glob("*.json"))
        if path.stem[0].isupper()
    }
    kind, _, name = truth(scenario)["target"].partition("/")
    namespace = recorded["namespace"]
    answered = frozenset(Lead(kind=kind, namespace=namespace) for kind in LISTED) | {Lead(kind="Node")}
    return Snapshot(
        target=Target(kind=KINDS[kind], namespace=namespace, name=name, pod=pod or None),
        now=datetime.fromisoformat(recorded["at"]),
        objects=objects,
        logs=tuple(_log(path, namespace) for path in sorted(folder.glob("logs/*/*.log"))),
        answered=answered,
        server=recorded["server"],
    )


def _log(path: Path, namespace: str) -> Log:
    container, instance, _ = path.name.rsplit(".", 2)
    lines = []
    for raw in path.read_bytes().decode(errors="replace").splitlines():
        at, gap, text = raw.partition(" ")
        stamped = gap and at[:2] == "20" and at.endswith("Z")
        lines.append(LogLine(at, text) if stamped else LogLine("", raw))
    return Log(namespace=namespace, pod=path.parent.name, container=container, instance=instance, lines=tuple(lines))
