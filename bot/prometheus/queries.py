"""Which series hold what is to be measured of a pod's containers, and which of those found are really its own.

Labels: cAdvisor in the kubelet (``namespace``, ``pod``, ``container``, and ``id``, the control group's path, which has
the pod's uid in it and tells the runs apart) and kube-state-metrics (``namespace``, ``pod``, ``container``, ``uid``;
where it is scraped without ``honor_labels``, Prometheus puts ``exported_`` before the first three).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.series import Measure, Series, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.prometheus.client import Samples

METRICS: Final = {
    Measure.MEMORY: "container_memory_working_set_bytes",
    Measure.CPU_PERIODS: "container_cpu_cfs_periods_total",
    Measure.CPU_THROTTLED: "container_cpu_cfs_throttled_periods_total",
    Measure.RESTARTS: "kube_pod_container_status_restarts_total",
}
_PLACE: Final = ("namespace", "pod")
_EXPORTED: Final = "exported_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The pod that is measured. ``uids`` are what its control groups may be called by: its uid, a static pod's hash."""

    namespace: str
    pod: str
    containers: tuple[str, ...]
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One selector, and the prefix that its labels have."""

    measure: Measure
    selector: str
    prefix: str = ""


class Ambiguous(Exception):  # noqa: N818 — a state of what was found
    """Several containers of that name were measured at the same time: of several clusters, as it seems."""


def queries(subject: Subject, matchers: Mapping[str, str]) -> tuple[Query, ...]:
    """Return what to ask: a query for each measure, and one more for restarts whose labels were renamed."""
    found = [Query(measure, selector(metric, subject, matchers)) for measure, metric in METRICS.items()]
    metric = METRICS[Measure.RESTARTS]
    return (*found, Query(Measure.RESTARTS, selector(metric, subject, matchers, _EXPORTED), _EXPORTED))


def selector(metric: str, subject: Subject, matchers: Mapping[str, str], prefix: str = "") -> str:
    """Return a selector for the containers of the pod."""
    wanted = {f"{prefix}{name}": value for name, value in zip(_PLACE, (subject.namespace, subject.pod), strict=True)}
    equal = ",".join(f"{name}={quoted(value)}" for name, value in (wanted | dict(matchers)).items())
    return f'{metric}{{{equal},{prefix}container!="",{prefix}container!="POD"}}'


def bare(metric: str, matchers: Mapping[str, str]) -> str:
    """Return a selector for everything that the matchers let through."""
    return f"{metric}{{{','.join(f'{name}={quoted(value)}' for name, value in matchers.items())}}}"


def quoted(value: str) -> str:
    """Return a label's value as PromQL writes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def series_of(query: Query, subject: Subject, found: Sequence[Samples]) -> tuple[Series, ...]:
    """Return the series of the subject's containers, their runs told apart. Raises ``Ambiguous``.

    What belongs to another pod of the same name (one before it, one of another cluster) shows by its uid. Where no
    label tells, two series of one container at one time are too many.
    """
    kept: list[Series] = []
    for container in subject.containers:
        own = [item for item in found if _is_of(item, query.prefix, subject, container) and item.points]
        known = [item for item in own if _owner(item)]
        own = [item for item in known if _is_ours(item, subject)] if known else own
        if not known and _overlap(own):
            raise Ambiguous
        runs: dict[str, list[Samples]] = {}
        for item in own:
            runs.setdefault(item.labels.get("id", ""), []).append(item)
        merged = [ordered(point for item in items for point in item.points) for items in runs.values()]
        kept.extend(
            Series(
                measure=query.measure,
                namespace=subject.namespace,
                pod=subject.pod,
                container=container,
                points=points,
                run=str(number) if len(merged) > 1 else "",
            )
            for number, points in enumerate(sorted(merged), start=1)
        )
    return tuple(kept)


def _is_of(item: Samples, prefix: str, subject: Subject, container: str) -> bool:
    wanted = {"namespace": subject.namespace, "pod": subject.pod, "container": container}
    return all(item.labels.get(f"{prefix}{name}") == value for name, value in wanted.items())


def _owner(item: Samples) -> str:
    return item.labels.get("id") or item.labels.get("uid") or ""


def _is_ours(item: Samples, subject: Subject) -> bool:
    """Whether the series' own label names the pod: systemd's control groups write a uid with underscores."""
    owner = _owner(item).replace("_", "-")
    return not subject.uids or any(uid in owner for uid in subject.uids)


def _overlap(found: Iterable[Samples]) -> bool:
    spans = sorted((item.points[0][0], item.points[-1][0]) for item in found)
    return any(after[0] <= before[1] for before, after in itertools.pairwise(spans))
