"""What the demo's Prometheus has: the memory of scenarios' containers, and what it has of every cluster.

Memory grows as a scenario's ``measured.yaml`` says. Each run that the pod's status tells of has samples from its start
to its end, so that they fit whatever the pod says by now. Of every cluster there are the restarts of each container,
which kube-state-metrics counts, and the memory of Prometheus itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import yaml

from bot.demo.cluster.recordings import folder_of
from diagnostics import fields
from diagnostics.facts.pods import quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.demo.cluster.wire import Object

MEMORY = "container_memory_working_set_bytes"
"""cAdvisor's metric (google/cadvisor ``docs/storage/prometheus.md``)."""
RESTARTS = "kube_pod_container_status_restarts_total"
"""kube-state-metrics' (kubernetes/kube-state-metrics ``docs/metrics/workload/pod-metrics.md``)."""
OWN_BYTES = 256 * 2**20
SCRAPE_S = 30.0
"""kube-prometheus-stack's interval."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How a container's memory grows in each of its runs, in bytes; it is sampled every ``every_s`` seconds."""

    container: str
    first: float
    last: float
    every_s: float


Run = tuple[dict[str, str], list[tuple[float, float]]]
"""A series' labels, and its samples: seconds since the epoch, bytes or restarts."""


@cache
def growth_of(scenario: str) -> Growth | None:
    """Return what was measured of a scenario, None where nothing was."""
    file = folder_of(scenario) / "measured.yaml"
    if not file.is_file():
        return None
    told = yaml.safe_load(file.read_text())
    first, last = (quantities.parsed(told[name]) or 0.0 for name in ("from", "to"))
    return Growth(told["container"], float(first), float(last), float(told["every_s"]))


def runs_of(pod: Object, growth: Growth) -> Iterator[Run]:
    """Give each run that has ended, as the kubelet's cAdvisor names it."""
    slug = fields.text(pod, "metadata", "uid").replace("-", "_")
    for status in fields.items(pod, "status", "containerStatuses"):
        if fields.text(status, "name") != growth.container:
            continue
        for state in ("lastState", "state"):
            run = fields.table(status, state, "terminated")
            start, end = fields.time(run, "startedAt"), fields.time(run, "finishedAt")
            if start is None or end is None:
                continue
            identity = fields.text(run, "containerID").rpartition("/")[2]
            labels = {
                "container": growth.container,
                "id": f"/kubepods.slice/kubepods-burstable-pod{slug}.slice/cri-containerd-{identity}.scope",
                "job": "kubelet",
                "metrics_path": "/metrics/cadvisor",
                "namespace": fields.namespace(pod),
                "node": fields.text(pod, "spec", "nodeName"),
                "pod": fields.name(pod),
            }
            yield labels, _grown(start.timestamp(), end.timestamp(), growth)


def restarts_of(pod: Object, at: float) -> Iterator[Run]:
    """Give the restarts of each container as they are at ``at`` (seconds since the epoch)."""
    for status in fields.items(pod, "status", "containerStatuses"):
        labels = {
            "container": fields.text(status, "name"),
            "job": "kube-state-metrics",
            "namespace": fields.namespace(pod),
            "pod": fields.name(pod),
            "uid": fields.uid(pod),
        }
        yield labels, [(at, float(fields.whole(status, "restartCount") or 0))]


def scraped_at(now: float) -> float:
    """Return when the newest scrape was, in seconds since the epoch."""
    return now - now % SCRAPE_S


def own_memory(at: float) -> Run:
    """Return the memory of Prometheus' own container at ``at``: it is measured whatever else has ended."""
    labels = {"container": "prometheus", "job": "kubelet", "namespace": "monitoring", "pod": "prometheus-0"}
    return labels, [(at, float(OWN_BYTES))]


def _grown(start: float, end: float, growth: Growth) -> list[tuple[float, float]]:
    """Return a run's samples; a scrape falls somewhere into the last interval, not on the end."""
    count = max(int((end - start) / growth.every_s), 1)
    shares = [number / count for number in range(1, count + 1)]
    return [
        (start + share * (end - start - growth.every_s / 2), growth.first + (growth.last - growth.first) * share)
        for share in shares
    ]
