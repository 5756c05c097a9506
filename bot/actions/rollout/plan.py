"""What a restart or an undo would change, exactly as kubectl would, or the one sentence why not. Pure.

Sources: kubernetes/kubectl ``pkg/polymorphichelpers/objectrestarter.go`` and ``rollback.go``. Two differences, on
purpose: an undo always names its revision (after a restart, "the previous one" is the same broken template), and the
change is a JSON Patch guarded by uid and resourceVersion.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.actions.rollout.templates import REVISION, current_number, number_of, numbered, same_since, same_template
from bot.actions.rollout.templates import template_of as template_in
from diagnostics import fields
from diagnostics.facts.workloads import gitops

if TYPE_CHECKING:
    from datetime import datetime

    from bot.cluster.live import LiveWorkload
    from diagnostics.snapshot import Object

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
OF_DEPLOYMENT = frozenset(
    {
        LAST_APPLIED,
        REVISION,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    }
)
"""Annotations that stay the Deployment's own in an undo (rollback.go, ``annotationsToSkip``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person was shown and pressed. ``revision`` is the undo's goal; uid and generation are the workload's."""

    action: str
    kind: str
    namespace: str
    name: str
    uid: str = ""
    generation: int = 0
    revision: int | None = None

    def __str__(self) -> str:
        """Return ``deployment production/api``."""
        return f"{self.kind.lower()} {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A change that can be carried out. The objects in it hold environment values and are not shown."""

    action: str
    before: Object = field(repr=False)
    operations: tuple[Object, ...] = field(repr=False)
    template: Object = field(repr=False)
    """The pod template as it will be."""
    from_revision: int | None
    to_revision: int | None
    same_since: int | None = None
    """The revision with which the program of ``from_revision`` came, where that is only a restart of it."""
    notes: tuple[str, ...] = ()
    """Consequences worth saying before and after."""
    delete_pods: tuple[tuple[str, str], ...] = ()
    """Name and uid of pods that the controller would never replace by itself."""

    @property
    def source(self) -> str:
        """Which revision it goes back from, and by which other number an answer knows it; empty where none is known."""
        if self.from_revision is None:
            return ""
        same = f", the same program as revision {self.same_since}" if self.same_since is not None else ""
        return f"revision {self.from_revision}{same}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it is not done: one sentence, with what to do instead where there is something."""

    sentence: str


def names_to_delete(made: Plan) -> tuple[str, ...]:
    """Return the names of the pods that a plan deletes."""
    return tuple(name for name, _uid in made.delete_pods)


def plan(wanted: Wanted, live: LiveWorkload, now: datetime) -> Plan | Refusal:
    """Plan what is wanted on the workload as it is now. ``now`` becomes the restart's annotation (UTC)."""
    if wanted.action == "restart":
        return plan_restart(live, now)
    if wanted.action == "undo" and wanted.revision is not None:
        return plan_undo(live, wanted.revision)
    return Refusal(f"{wanted.action} is no action, or it names no revision")


def plan_restart(live: LiveWorkload, now: datetime) -> Plan | Refusal:
    """Plan ``kubectl rollout restart``: an annotation on the pod template."""
    if refusal := _refused(live):
        return refusal
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    before = template_in(live.object)
    if fields.text(before, "metadata", "annotations", RESTARTED_AT) == stamp:
        return Refusal(f"{_workload_words(live)} was restarted in this very second already")
    after = copy.deepcopy(before)
    metadata = after["metadata"] = fields.table(after, "metadata")
    metadata["annotations"] = fields.table(metadata, "annotations") | {RESTARTED_AT: stamp}
    return Plan(
        action="restart",
        before=live.object,
        operations=(_annotation(before, stamp),),
        template=after,
        from_revision=current_number(live),
        same_since=same_since(live),
        to_revision=None,
        notes=_notes(live),
        delete_pods=_stuck(live),
    )


def plan_undo(live: LiveWorkload, to_revision: int) -> Plan | Refusal:
    """Plan ``kubectl rollout undo --to-revision``: the pod template of a kept revision, put back."""
    if refusal := _refused(live):
        return refusal
    if owner := gitops.owner(live.object):
        return Refusal(
            f"{_workload_words(live)} is managed by {owner}, which would take a rollback back; {_instead(live, owner)}"
        )
    revisions = numbered(live)
    if to_revision not in revisions:
        there = ", ".join(str(number) for number in sorted(revisions)) or "none"
        return Refusal(f"revision {to_revision} of {_workload_words(live)} is not kept any more (kept: {there})")
    template = revisions[to_revision]
    if same_template(template, template_in(live.object)):
        return Refusal(
            f"{_workload_words(live)} has the template of revision {to_revision} already;"
            " a rollback would change nothing"
        )
    operations: list[Object] = [{"op": "add", "path": "/spec/template", "value": template}]
    if live.kind == "Deployment":
        operations.append({"op": "add", "path": "/metadata/annotations", "value": _annotations(live, to_revision)})
    return Plan(
        action="undo",
        before=live.object,
        operations=tuple(operations),
        template=template,
        from_revision=current_number(live),
        same_since=same_since(live),
        to_revision=to_revision,
        notes=(*_notes(live), *_undone_by(live)),
        delete_pods=_stuck(live),
    )


def _annotation(template: Object, stamp: str) -> Object:
    """Return the operation that sets the annotation, however much of the way to it is there."""
    path, value = "/spec/template/metadata/annotations/" + RESTARTED_AT.replace("/", "~1"), stamp
    metadata = fields.at(template, "metadata")
    if not isinstance(metadata, dict):
        return {"op": "add", "path": "/spec/template/metadata", "value": {"annotations": {RESTARTED_AT: stamp}}}
    if not isinstance(metadata.get("annotations"), dict):
        return {"op": "add", "path": "/spec/template/metadata/annotations", "value": {RESTARTED_AT: stamp}}
    return {"op": "add", "path": path, "value": value}


def _annotations(live: LiveWorkload, to_revision: int) -> dict[str, str]:
    """Return the Deployment's annotations after an undo: a few of its own, the rest from the ReplicaSet."""
    annotations = fields.labels(live.object, "metadata", "annotations")
    source = next(item for item in live.revisions if number_of(item) == to_revision)
    its_own = {key: value for key, value in annotations.items() if key in OF_DEPLOYMENT}
    taken = fields.labels(source, "metadata", "annotations")
    return its_own | {key: value for key, value in taken.items() if key not in OF_DEPLOYMENT}


def _refused(live: LiveWorkload) -> Refusal | None:
    if live.kind not in ("Deployment", "StatefulSet", "DaemonSet"):
        return Refusal(f"a {live.kind} cannot be restarted or rolled back")
    if live.kind == "Deployment" and fields.flag(live.object, "spec", "paused"):
        return Refusal(f"{_workload_words(live)} is paused; resume it first: kubectl rollout resume {_command(live)}")
    return None


def _notes(live: LiveWorkload) -> tuple[str, ...]:
    spec = fields.table(live.object, "spec")
    notes = []
    if fields.text(spec, "strategy", "type") == "Recreate":
        notes.append("strategy Recreate: all pods stop before new ones start")
    if fields.whole(spec, "replicas") == 0 and live.kind != "DaemonSet":
        notes.append("scaled to zero: no pod will start")
    if fields.text(spec, "updateStrategy", "type") == "OnDelete":
        notes.append("updateStrategy OnDelete: pods change only when they are deleted")
    if partition := fields.whole(spec, "updateStrategy", "rollingUpdate", "partition"):
        notes.append(f"partition {partition}: pods with a lower ordinal stay as they are")
    return tuple(notes)


def _undone_by(live: LiveWorkload) -> tuple[str, ...]:
    applied = LAST_APPLIED in fields.labels(live.object, "metadata", "annotations")
    return ("the next kubectl apply takes it back",) if applied else ()


def _instead(live: LiveWorkload, owner: str) -> str:
    """Return what to do instead of an undo, where the workload's owner decides what it is."""
    if owner.startswith("Helm release "):
        release = owner.removeprefix("Helm release ")
        return f"go back with it: helm rollback {release} -n {fields.namespace(live.object)}"
    if owner.startswith(("Argo CD", "Flux")):
        return "change it there: revert the commit in Git"
    return "change it there"


def _stuck(live: LiveWorkload) -> tuple[tuple[str, str], ...]:
    """Return the broken pods of an OrderedReady StatefulSet.

    Its controller waits for a broken pod to become ready before it replaces it, for ever (kubernetes#67250;
    StatefulSet documentation, "Forced rollback").
    """
    spec = fields.table(live.object, "spec")
    ordered = fields.text(spec, "podManagementPolicy") in ("", "OrderedReady")
    if live.kind != "StatefulSet" or not ordered or fields.text(spec, "updateStrategy", "type") == "OnDelete":
        return ()
    return tuple((fields.name(pod), fields.uid(pod)) for pod in live.pods if not _ready(pod))


def _ready(pod: Object) -> bool:
    conditions = fields.items(pod, "status", "conditions")
    return any(fields.text(each, "type") == "Ready" and fields.text(each, "status") == "True" for each in conditions)


def _workload_words(live: LiveWorkload) -> str:
    return f"{live.kind.lower()} {fields.namespace(live.object)}/{fields.name(live.object)}"


def _command(live: LiveWorkload) -> str:
    return f"{live.kind.lower()}/{fields.name(live.object)} -n {fields.namespace(live.object)}"
