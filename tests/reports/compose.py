"""From a report to the cluster it was written in, and to the snapshot that the collector makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.demo.cluster import Cluster
from bot.demo.cluster.resources import BY_KIND
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.recall import Recall
from tests.reports import selection, services, surroundings, workloads
from tests.reports.collect import collected
from tests.reports.happenings import events, spoken, unplaced
from tests.reports.naming import AT
from tests.reports.report import ReportError, Workload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.snapshot import Snapshot
    from tests.reports.report import Report

LogKey = tuple[str, str, str, str]
"""Namespace, pod, container, instance."""


@dataclass(frozen=True)
class Composed:
    """Objects and stamped logs of a whole cluster."""

    objects: list[dict[str, Any]]
    logs: dict[LogKey, bytes]


def snapshot_of(report: Report, recall: Recall | None = None) -> Snapshot:
    """Return the snapshot that the collector makes of the report's target: stripped, redacted, asked for by leads.

    Who diagnoses it with the same ``recall`` reads no log again.
    """
    where = next((each.namespace for each in report.workloads if _named(each, report.truth.target)), report.namespace)
    return collected(cluster_of(composed(report)), report.truth.target, where, recall or Recall(builtin()))


def cluster_of(whole: Composed) -> Cluster:
    """Return the stand-in that serves what was composed."""
    cluster = Cluster(clock=lambda: AT)
    for each in whole.objects:
        if each["kind"] in BY_KIND:
            cluster.store.load(each)
    for (namespace, pod, container, instance), text in whole.logs.items():
        cluster.logs.put(namespace, pod, container, instance, text)
    return cluster


def composed(report: Report) -> Composed:
    """Return the report's cluster. Raises ``ReportError`` when an event is of nothing."""
    found = [surroundings.given(each, report.namespace) for each in report.objects]
    served = [each for each in found if each["kind"] == "Service"]
    for number, each in enumerate(served):
        services.complete(each, number)
    nodes = surroundings.nodes([each for each in found if each["kind"] == "Node"], _node_names(report.workloads))
    found = [*(each for each in found if each["kind"] != "Node"), *nodes]
    names = [each["metadata"]["name"] for each in nodes]
    owners = selection.owners(served, report.workloads)
    builds = _built([_placed(report, each) for each in report.workloads], served, owners, names)
    _serve(found, served, owners, builds, names)
    objects = [*found, *(each for build in builds for each in build.objects)]
    try:
        told = list(events(report, builds, objects))
    except LookupError as error:
        raise ReportError(str(error)) from error
    _prove(objects, builds, spoken(told))
    spaces = [report.namespace, *(each["metadata"].get("namespace", "") for each in objects)]
    objects += surroundings.namespaces([each for each in spaces if each], objects)
    return Composed([*objects, *told], {key: text for build in builds for key, text in build.logs.items()})


def _placed(report: Report, workload: Workload) -> Workload:
    """Return a workload as it is; what the scheduler places nowhere has the condition that says so."""
    why = unplaced(report, workload)
    if not why:
        return workload
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why}
    return replace(workload, conditions=(condition, *workload.conditions))


def _built(
    entries: Iterable[Workload], served: list[dict[str, Any]], owners: dict[str, selection.Key], nodes: list[str]
) -> list[workloads.Made]:
    by_key: dict[selection.Key, list[Workload]] = {}
    for each in entries:
        by_key.setdefault(each.key, []).append(each)
    builds = []
    for number, (key, mine) in enumerate(by_key.items()):
        theirs = [each for each in served if owners.get(each["metadata"]["uid"]) == key]
        builds.append(workloads.build(mine, selection.labels_of(mine, theirs), nodes, number))
    return builds


def _serve(
    found: list[dict[str, Any]],
    served: list[dict[str, Any]],
    owners: dict[str, selection.Key],
    builds: list[workloads.Made],
    nodes: list[str],
) -> None:
    """Add headless Services, neighbours and EndpointSlices."""
    names = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in served}
    for build in list(builds):
        if build.workload.kind == "StatefulSet":
            made = services.headless(build.workload, build.labels)
            if (build.workload.namespace, made["metadata"]["name"]) not in names:
                services.complete(made, 0)
                served.append(made)
                found.append(made)
    by_key = {build.workload.key: build for build in builds}
    for service in served:
        if not selection.selector(service) or services.sliced(service, found):
            continue
        pods = services.selected(service, [pod for build in builds for pod in build.pods])
        owner = by_key.get(owners.get(service["metadata"]["uid"], ("", "", "")))
        if not pods and owner is not None and owner.workload.labels is None:
            # Two Services of one workload cannot select differently: the report's selectors are guesses.
            service["spec"]["selector"] = dict(owner.labels)
            pods = owner.pods
        elif not pods and owner is None:
            stand_in = services.neighbour(service)
            builds.append(workloads.build([stand_in], dict(stand_in.labels or {}), nodes, len(builds)))
            pods = builds[-1].pods
        found.append(services.slice_of(service, pods))
    for each in [each for each in found if each["kind"] == "Endpoints"]:
        found += services.mirrored(each)


def _prove(objects: list[dict[str, Any]], builds: list[workloads.Made], said: dict[str, str]) -> None:
    """Add what running pods prove to exist."""
    keys = {(each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]) for each in objects}
    for build in builds:
        spec = (build.top or {}).get("spec", {})
        claims = {each["metadata"]["name"]: each for each in spec.get("volumeClaimTemplates") or ()}
        for pod in build.pods:
            for each in list(surroundings.proven(pod, keys, said.get(pod["metadata"]["namespace"], ""), claims)):
                _add(objects, keys, each)
    for claim in [each for each in objects if each["kind"] == "PersistentVolumeClaim"]:
        for each in list(surroundings.bound(claim, keys)):
            _add(objects, keys, each)


def _add(objects: list[dict[str, Any]], keys: set[tuple[str, str, str]], each: dict[str, Any]) -> None:
    key = (each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"])
    if key not in keys:
        keys.add(key)
        objects.append(each)


def _node_names(entries: Iterable[Workload]) -> list[str]:
    return [str(each.template["nodeName"]) for each in entries if each.template.get("nodeName")]


def _named(workload: Workload, target: str) -> bool:
    kind, _, name = target.partition("/")
    return workload.kind.lower() == kind.lower() and workload.name == name
