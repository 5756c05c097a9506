"""How the pods of a workload behave: what the recording says about its templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.naming import canonical
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.demo.cluster.recordings import Recording
    from bot.demo.cluster.wire import Object

WorkloadKey = tuple[str, str, str]
"""Kind, namespace, name."""
KINDS = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}


@dataclass(frozen=True)
class Sample:
    """A recorded failing pod with its events and logs: what a new failing pod is told after."""

    pod: Object
    events: tuple[Object, ...] = ()
    logs: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """By container and instance."""


@dataclass(frozen=True)
class Story:
    """What a workload's new pods will do."""

    sample: Sample | None = None
    """None: its pods are fine, whatever the template."""
    heals_anew: bool = False
    """A new pod of any template is fine (a restart helps)."""
    healthy: frozenset[str] = frozenset()
    """Templates (as `canonical`, the restart annotation ignored) whose pods are fine."""
    rejected: tuple[Object, ...] = ()
    """FailedCreate events: no pod can be created at all."""

    def fails(self, template: Object) -> bool:
        """Tell whether a new pod of a template will fail."""
        if self.sample is None or self.heals_anew:
            return False
        return canonical(template, ignore_restart=True) not in self.healthy


def stories_of(recording: Recording) -> dict[WorkloadKey, Story]:
    """Return the story of each Deployment, StatefulSet and DaemonSet of a recording."""
    kind, name = recording.target
    target = (KINDS.get(kind, ""), recording.namespace, name)
    stories = {}
    for workload in recording.objects:
        if workload["kind"] in KINDS.values():
            key = (workload["kind"], workload["metadata"]["namespace"], workload["metadata"]["name"])
            stories[key] = _story(recording, workload, is_target=key == target)
    return stories


def is_ready(pod: Object) -> bool:
    """Tell whether a pod is Ready."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _story(recording: Recording, workload: Object, *, is_target: bool) -> Story:
    owned = _owned(recording.objects, workload)
    truth = recording.truth if is_target else {}
    failing = [pod for pod in owned if pod["kind"] == "Pod" and not is_ready(pod)]
    rejected = tuple(
        copied(event)
        for event in recording.objects
        if event["kind"] == "Event"
        and event.get("reason") == "FailedCreate"
        and event["involvedObject"]["name"] in {each["metadata"]["name"] for each in owned}
    )
    current = canonical(workload["spec"]["template"], ignore_restart=True)
    earlier = {canonical(each, ignore_restart=True) for each in _templates(owned)} - {current}
    helps = frozenset(earlier) if truth.get("undo_helps") else frozenset()
    if not failing:
        return Story(rejected=rejected)
    return Story(_sample(recording, failing[0]), bool(truth.get("restart_helps")), helps)


def _owned(objects: Iterable[Object], workload: Object) -> list[Object]:
    """Return what a workload owns, directly or through a ReplicaSet."""
    wanted = {workload["metadata"]["uid"]}
    found: list[Object] = []
    for _ in range(2):
        for obj in objects:
            owners = {ref["uid"] for ref in obj["metadata"].get("ownerReferences") or ()}
            if owners & wanted and obj not in found:
                found.append(obj)
        wanted |= {obj["metadata"]["uid"] for obj in found}
    return found


def _templates(owned: list[Object]) -> list[Object]:
    templates = [obj["spec"]["template"] for obj in owned if obj["kind"] == "ReplicaSet"]
    for revision in owned:
        if revision["kind"] == "ControllerRevision":
            template = dict(((revision.get("data") or {}).get("spec") or {}).get("template") or {})
            template.pop("$patch", None)
            templates.append(template)
    return templates


def _sample(recording: Recording, pod: Object) -> Sample:
    name, uid = pod["metadata"]["name"], pod["metadata"]["uid"]
    events = tuple(
        copied(event)
        for event in recording.objects
        if event["kind"] == "Event" and event["involvedObject"].get("uid") == uid
    )
    logs = {(container, instance): text for (of, container, instance), text in recording.logs.items() if of == name}
    return Sample(copied(pod), events, logs)
