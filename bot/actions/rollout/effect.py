"""What a plan would do, for the person who decides: fields that differ, pods, downtime, autoscalers and budgets. Pure.

Names are shown, environment values never; what looks like a secret is redacted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.rollout.plan import names_to_delete
from bot.actions.rollout.templates import kept_template, number_of, same_template
from bot.cluster.around import Around
from bot.render.changed import beside, changed_tag, version_words
from bot.render.phrases import Code
from diagnostics import fields
from diagnostics.facts.workloads import owners
from diagnostics.facts.workloads.templates import differences
from diagnostics.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.actions.rollout.plan import Plan
    from bot.cluster.live import LiveWorkload
    from bot.render.phrases import Phrase
    from diagnostics.snapshot import Object

CAUSE = "kubernetes.io/change-cause"
"""The annotation in which people write why a revision was made (kubectl, ``pkg/polymorphichelpers/history.go``)."""

DIGEST = "controller-revision-hash"
SHOWN = 15
"""Fields that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What would happen, one sentence each."""

    sentence: Phrase
    downtime: str = ""
    changes: tuple[Phrase, ...] = ()
    notes: tuple[str, ...] = ()


def effect(plan: Plan, live: LiveWorkload, around: Around | None = None) -> Effect:
    """Return what the plan would do to the workload as it is now."""
    around = around or Around()
    found = differences(fields.table(live.object, "spec", "template"), plan.template)
    changes = [_change(each.what, each.old, each.new) for each in found[:SHOWN]] if plan.action == "undo" else []
    if plan.action == "undo" and len(found) > SHOWN:
        changes.append((f"and {len(found) - SHOWN} more fields",))
    notes = [pods_replaced(plan, live), *plan.notes]
    if plan.delete_pods:
        names = ", ".join(names_to_delete(plan))
        notes.append(f"{names} will be deleted: the controller would wait for ever for it to become ready")
    notes += [*_autoscaled(around.autoscalers), *_budgeted(around.budgets, plan), *around.unread]
    return Effect(
        sentence=_sentence(plan, live),
        downtime=downtime(live),
        changes=tuple(changes),
        notes=tuple(note for note in notes if note),
    )


def unavailable_meanwhile(live: LiveWorkload) -> bool:
    """Whether replacing the pods means that for a moment nobody is served, although somebody is now."""
    return bool(_ready(live.pods)) and bool(_how_down(live))


def version_step(plan: Plan, live: LiveWorkload) -> tuple[str, str] | None:
    """Return the versions now and then, where an undo changes the tag of one image and of nothing else's.

    Where it changes no image, those that the two revisions' change-causes name.
    """
    if plan.action != "undo":
        return None
    found = differences(fields.table(live.object, "spec", "template"), plan.template)
    images = [each for each in found if each.field == "image"]
    if images:
        return changed_tag(images[0].old, images[0].new) if len(images) == 1 else None
    causes = {number_of(item): fields.labels(item, "metadata", "annotations").get(CAUSE, "") for item in live.revisions}
    named = version_words(causes.get(plan.from_revision, ""), causes.get(plan.to_revision, ""))
    return named if named is None or redact_text(" ".join(named)) == " ".join(named) else None


def _sentence(plan: Plan, live: LiveWorkload) -> Phrase:
    what = (f"{live.kind} ", Code(f"{fields.namespace(live.object)}/{fields.name(live.object)}"))
    if plan.action == "restart":
        return (*what, ": every pod is replaced by one of the same template.")
    step = version_step(plan, live)
    now, then = step or ("", "")
    source = f" from {_with(now, plan.source)}" if now or plan.source else ""
    return (*what, f" goes back{source} to the pod template of {_with(then, f'revision {plan.to_revision}')}.")


def _with(version: str, revision: str) -> str:
    return f"{version} ({revision})" if version and revision else version or revision


def _change(what: str, old: str, new: str) -> Phrase:
    if (old, new) == ("one value", "another value"):
        return (f"{what}: the value changes (hidden)",)
    tags = changed_tag(old, new) if what.startswith("image of ") else None
    one, other = tags or (redact_text(old), redact_text(new))
    return beside(what, one or "(none)", other or "(none)")


def pods_replaced(plan: Plan, live: LiveWorkload) -> str:
    """Say how many pods the rollout replaces, of how many, and how many of those are ready."""
    pods = running(live)
    if not pods:
        return "no pod runs now"
    go = replaced(plan, live)
    ready = f"{len(_ready(go))} ready now"
    if len(go) == len(pods):
        return f"{len(go)} pod{'s' * (len(go) != 1)} will be replaced ({ready})"
    stay = len(pods) - len(go)
    stays = f"{stay} stay{'s' * (stay == 1)} as {'it is' if stay == 1 else 'they are'}"
    many = f"{len(go)} of {len(pods)} pods will be replaced ({ready})" if go else "no pod will be replaced"
    return f"{many}; {stays}"


def running(live: LiveWorkload) -> list[Object]:
    """Return the workload's pods that are neither ended nor on their way out."""
    return [
        pod
        for pod in live.pods
        if not fields.text(pod, "metadata", "deletionTimestamp")
        and fields.text(pod, "status", "phase") not in ("Succeeded", "Failed")
    ]


def replaced(plan: Plan, live: LiveWorkload) -> list[Object]:
    """Return the pods that the rollout will replace: those that do not run the plan's template already.

    With updateStrategy OnDelete nobody replaces any; a StatefulSet's partition keeps the ordinals below it.
    """
    strategy = fields.table(live.object, "spec", "updateStrategy")
    if fields.text(strategy, "type") == "OnDelete":
        return []
    partition = fields.whole(strategy, "rollingUpdate", "partition") or 0
    holders = [item for item in live.revisions if same_template(kept_template(item), plan.template)]
    return [
        pod
        for pod in running(live)
        if _ordinal(pod) >= partition and not any(_runs(pod, item) for item in holders)
    ]  # fmt: skip


def _runs(pod: Object, revision: Object) -> bool:
    """Whether a pod runs what a revision keeps: its ReplicaSet owns it, or the revision's hash is on it."""
    if fields.text(revision, "kind") == "ReplicaSet":
        return fields.text(owners.controller(pod), "uid") == fields.uid(revision)
    # A StatefulSet's pods bear the revision's name, a DaemonSet's the hash that is the revision's label.
    digest = fields.labels(pod, "metadata", "labels").get(DIGEST, "")
    return bool(digest) and digest in (fields.name(revision), fields.labels(revision, "metadata", "labels").get(DIGEST))


def _ordinal(pod: Object) -> int:
    digits = fields.name(pod).rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0


def downtime(live: LiveWorkload) -> str:
    """Say what replacing the pods costs whoever is served now; empty when nothing can be said of it."""
    pods = running(live)
    if not pods:
        return ""
    if not _ready(pods):
        return f"{'Its only pod is' if _only(live) else 'All its pods are'} down already: this adds no downtime."
    how = _how_down(live)
    if how:
        return f"{how}: expect brief downtime."
    return "Its only pod serves until its successor is ready: expect no downtime." if _only(live) else ""


def _only(live: LiveWorkload) -> bool:
    """Whether the workload is one pod, and is meant to be no more."""
    wanted = None if live.kind == "DaemonSet" else fields.whole(live.object, "spec", "replicas")
    return len(running(live)) <= 1 and (wanted is None or wanted == 1)


def _how_down(live: LiveWorkload) -> str:
    """Return how a rollout of this kind leaves nobody to serve for a moment; empty when it does not."""
    spec, only = fields.table(live.object, "spec"), _only(live)
    if live.kind == "DaemonSet":
        return "" if _surges(spec) else "On each node the pod stops before its successor starts"
    if fields.text(spec, "strategy", "type") == "Recreate":
        return "Its only pod is replaced" if only else "Strategy Recreate stops all pods before new ones start"
    if live.kind == "StatefulSet" or _gives_up(spec):
        return "Its only pod is replaced" if only else ""
    return ""


def _gives_up(spec: Object) -> bool:
    """Whether a Deployment of one pod lets go of it before its successor is ready (maxUnavailable of 1, or 100%)."""
    unavailable = fields.at(spec, "strategy", "rollingUpdate", "maxUnavailable")
    # A share is rounded down, so that of one pod only the whole is one (deployment/util, ResolveFenceposts).
    return unavailable == "100%" or (isinstance(unavailable, int) and unavailable >= 1)


def _surges(spec: Object) -> bool:
    surge = fields.at(spec, "updateStrategy", "rollingUpdate", "maxSurge")
    return surge not in (None, 0, "0", "0%")


def _ready(pods: Iterable[Object]) -> list[Object]:
    return [
        pod
        for pod in pods
        if any(
            fields.text(each, "type") == "Ready" and fields.text(each, "status") == "True"
            for each in fields.items(pod, "status", "conditions")
        )
    ]


def _autoscaled(autoscalers: Sequence[Object]) -> Iterable[str]:
    for item in autoscalers:
        name, most = fields.name(item), fields.whole(item, "spec", "maxReplicas") or 0
        now = fields.whole(item, "status", "currentReplicas") or 0
        full = ", at its maximum: pods of the rollout come on top" if most and now >= most else ""
        yield f"HorizontalPodAutoscaler {name} keeps the number of pods ({now} of at most {most}{full})"


def _budgeted(budgets: Sequence[Object], plan: Plan) -> Iterable[str]:
    for item in budgets:
        left = fields.whole(item, "status", "disruptionsAllowed")
        allows = f" (it allows {left} disruptions now)" if left is not None else ""
        also = " nor a deletion" if plan.delete_pods else ""
        yield f"PodDisruptionBudget {fields.name(item)}{allows} does not hold a rollout back{also}"
