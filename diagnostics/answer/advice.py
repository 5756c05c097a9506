"""Would a restart or an undo help? By the fault, the revisions kept, and who owns the workload (REFERENCE.md 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import causes, fields
from diagnostics.answer import going_back
from diagnostics.causes.model import Category
from diagnostics.diagnosis import Advice, Fault, Finding, Verdict
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import blocking, removals
from diagnostics.facts.workloads import changes, gitops, onset, owners, revisions, twins

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Revision

UNDONE = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
"""Kinds with revisions that `kubectl rollout undo` can go back to."""

USELESS = {
    Fault.TEMPLATE: "new pods would fail the same way",
    Fault.REFERENCE: "the kubelet tries again by itself, and what is missing stays missing",
    Fault.CONTENT: "the new pods would read the same content; once it is corrected the next container start reads it",
    Fault.KEPT_STATE: "the state lies outside the pod and outlives it",
    Fault.HALF_WAY: "a new pod begins the same work, and is killed in the middle of it again",
    Fault.ROLLOUT: "a new pod would wait for the same",
    Fault.DEPENDENCY: "the container is started again and again anyway, and a new pod would meet the same outside",
    Fault.CLUSTER: "the new pods would meet the same cluster",
    Fault.PREREQUISITE: "what the program asks for stays missing, and the container is started again and again anyway",
    Fault.OUTSIDE: "it was ended from outside and is replaced by its controller anyway",
    Fault.UNKNOWN: "the container is started again and again anyway, and nothing tells what a new pod would do better",
    Fault.NONE: "nothing is wrong now",
}

STARTED_ANYWAY = {
    Fault.DEPENDENCY: "and a new pod would meet the same outside",
    Fault.PREREQUISITE: "and what the program asks for stays missing",
    Fault.UNKNOWN: "and nothing that was read tells what a new pod would do otherwise",
}
"""What is left of such a reason where the kubelet does not start the container again, or never started it."""

UNRECORDED = "whether it ran well is not recorded"
"""What the reason for an undo says where nothing tells that the earlier revision ever ran well."""

OFTEN = 2
"""Restarts after which it is seen, not guessed, that a start alone does not end it."""

UNTOUCHED = {
    Fault.CONTENT: "a rollback brings back the template, not what a ConfigMap or Secret says",
    Fault.REFERENCE: "the earlier revision refers to the same object",
    Fault.KEPT_STATE: "a rollback does not repair kept state, and older code on a newer schema may make it worse",
    Fault.HALF_WAY: "this version has begun to change its data, which the earlier one may then not read: let it finish",
    Fault.POD_STATE: "the template is not at fault: the state of this pod is",
    Fault.ROLLOUT: "how pods are replaced is at fault, and every revision is rolled out alike",
    Fault.DEPENDENCY: "the dependency is at fault, not the template",
    Fault.CLUSTER: "the cluster is at fault, not the template",
    Fault.OUTSIDE: "the template is not at fault",
    Fault.NONE: "nothing is wrong now",
}


def advise(case: Case, finding: Finding) -> tuple[Advice, ...]:
    """Return the advice about restart and undo, in that order."""
    return (_restart(case, finding), _undo(case, finding))


def _restart(case: Case, finding: Finding) -> Advice:
    def no(because: str) -> Advice:
        return Advice(action="restart", helps=False, because=because)

    if finding.verdict is Verdict.NOT_FAILING:
        return no(USELESS[Fault.NONE])
    if finding.fault is Fault.POD_STATE:
        return no(_unmade(case)) if _unmade(case) else Advice(action="restart", helps=True, because=_ANEW)
    newer = _newer_reference(case, finding)
    if newer:
        return Advice(
            action="restart",
            helps=True,
            because=f"{newer} was changed after the container started, and a running container keeps what it read",
        )
    idle = _idle(case, finding)
    differs = "" if idle else _may_differ(case, finding)
    return Advice(action="restart", helps=None, because=differs) if differs else no(idle or _useless(case, finding))


def _useless(case: Case, finding: Finding) -> str:  # noqa: PLR0911 — one reason a kind of pod
    """Return why a restart changes nothing, in words that hold for how this pod is started."""
    if finding.fault is Fault.OUTSIDE:
        return _ended_outside(case)
    if finding.fault is Fault.TEMPLATE and case.pod is not None and blocking.ready(case.pod):
        return "the pod is ready now, and a new one would be made from the same template"
    if finding.fault not in STARTED_ANYWAY or case.pod is None:
        return USELESS[finding.fault]
    if fields.text(case.pod, "spec", "restartPolicy") == "Never":
        return f"its container is started once only (restartPolicy Never), {STARTED_ANYWAY[finding.fault]}"
    if case.ended is not None and case.ended.ended_by is EndedBy.NEVER_RAN:
        return STARTED_ANYWAY[finding.fault].removeprefix("and ")
    if case.suspect is not None and not case.suspect.restarts and not case.suspect.terminations:
        return STARTED_ANYWAY[finding.fault].removeprefix("and ")
    return USELESS[finding.fault]


def _ended_outside(case: Case) -> str:
    """Return who brings back what was ended from outside: a removed pod its controller, a container the kubelet."""
    if case.pod is None or (case.ended is not None and case.ended.ended_by in removals.REMOVED):
        if case.pod is not None and not owners.controller(case.pod):
            return "it was ended from outside, and no controller makes another pod of it"
        return USELESS[Fault.OUTSIDE]
    if fields.text(case.pod, "spec", "restartPolicy") == "Never":
        return "it was ended from outside, and its container is started once only (restartPolicy Never)"
    return "it was ended from outside, and the kubelet starts its container again by itself"


def _idle(case: Case, finding: Finding) -> str:  # noqa: PLR0911 — one reason a kind of pod
    """Return why there is nothing to restart, where nothing is started again by itself, or an empty text."""
    if case.workload is not None and case.workload.kind in ("Job", "CronJob"):
        if fields.text(case.pod, "spec", "restartPolicy") == "OnFailure" and not over(case):
            return "the kubelet starts the container again in the same pod, until the Job has no try left"
        return "a Job's pods are not restarted by a rollout: what failed is run again by a new Job"
    if case.pod is None and finding.fault is Fault.UNKNOWN:
        return "there is no pod that could be restarted"
    if finding.fault in (Fault.TEMPLATE, Fault.CONTENT) and _bound(case) and twins.well(case):
        return "a new pod of a DaemonSet comes to the same node, and only there it fails"
    waits = case.suspect is not None and case.suspect.running_since is not None and not case.suspect.terminations
    if not waits:
        return ""
    if finding.fault is Fault.DEPENDENCY:
        return "the container still waits and goes on as soon as the dependency is back"
    return ""


def over(case: Case) -> bool:
    """Whether the Job says that it has ended."""
    raw = {} if case.workload is None else case.workload.raw
    job = raw if fields.text(raw, "kind") == "Job" else owners.parent(case.snapshot, case.pod or {}) or {}
    ended = (item for item in fields.items(job, "status", "conditions") if fields.text(item, "status") == "True")
    return any(fields.text(item, "type") in ("Failed", "Complete") for item in ended)


def _may_differ(case: Case, finding: Finding) -> str:
    """Return what speaks for a new pod though nothing proves that it helps, or an empty text.

    A new pod gets what a container's restart does not: another node, empty volumes, a fresh token, its init containers.
    """
    alike = len(twins.well(case))
    declared = causes.declared(finding.cause)
    memory = declared is not None and declared.category is Category.MEMORY
    if alike and finding.fault in (Fault.TEMPLATE, Fault.CONTENT, Fault.UNKNOWN) and not memory:
        others = "another pod" if alike == 1 else f"{alike} other pods"
        return f"{others} of the same template {'is' if alike == 1 else 'are'} ready, so a new pod may be well too"
    suspect = case.suspect
    if finding.fault is not Fault.UNKNOWN or suspect is None or suspect.restarts >= OFTEN:
        return ""
    if suspect.running_since is not None and not suspect.terminations and not onset.never_ready(case):
        return "it runs and was never started anew, and nothing that was read tells what a fresh start would change"
    return ""


_ANEW = (
    "the fault dies with the pod: a new pod starts clean and runs its init containers anew, which a container's restart"
    " does not"
)


def _unmade(case: Case) -> str:
    """Return why no rollout makes a new pod, or an empty text."""
    if case.workload is None or case.workload.kind not in UNDONE:
        return "no controller with a rollout makes this pod: delete it to have it made anew"
    return "the rollout is paused: resume it first" if case.workload.paused else ""


def _bound(case: Case) -> bool:
    """Whether a new pod comes to the node of this one."""
    return case.workload is not None and case.workload.kind == "DaemonSet"


def _newer_reference(case: Case, finding: Finding) -> str:
    """Return the ConfigMap or Secret that a *running* container has read in an older state, or an empty text."""
    suspect = case.suspect
    wanted = (Fault.CONTENT, Fault.REFERENCE, Fault.UNKNOWN)
    if case.pod is None or suspect is None or suspect.running_since is None or finding.fault not in wanted:
        return ""
    if suspect.restarts or case.workload is None or case.workload.kind not in UNDONE:
        return ""
    for kind, name in changes.references(case.pod):
        item = case.snapshot.one(kind, fields.namespace(case.pod), name)
        written, _ = changes.last_written(item or {})
        if written is not None and written > suspect.running_since and not changes.injected(kind, name):
            return f"{kind} {name}"
    return ""


def _undo(case: Case, finding: Finding) -> Advice:
    refused = _no_revisions(case, finding)
    if refused:
        return Advice(action="undo", helps=False, because=refused)
    wanted = revisions.left_behind(case.workload, case.pod)
    if wanted is not None:
        because = (
            f"the template is revision {wanted} already, and OrderedReady does not replace a broken pod: delete it"
        )
        return Advice(action="undo", helps=False, because=because)
    workload, failing = case.workload, failing_revision(case)
    if workload is None or failing is None:
        return Advice(action="undo", helps=False, because="no revision of it could be read")
    older = [item for item in workload.revisions if not revisions.same_program(item, failing)]
    chosen = _chosen(older, failing)
    if chosen is None:
        because = "every other revision that is kept failed too, or is newer" if older else _no_other(case)
        return Advice(action="undo", helps=False, because=because)
    return _back_to(case, finding, failing, chosen)


def _back_to(case: Case, finding: Finding, failing: Revision, chosen: Revision) -> Advice:
    """Return whether going back to that very revision helps."""
    reason = going_back.why(case, finding, failing, chosen)
    refused = _refused(case, finding, failing, chosen, reason)
    if refused:
        return Advice(action="undo", helps=False, because=refused)
    if not reason:
        because = going_back.doubt(case, finding, failing, chosen)
        return Advice(action="undo", helps=None if because else False, because=because or _untouched(finding, chosen))
    return Advice(action="undo", helps=True, because=reason + _caveats(case, chosen), to_revision=chosen.number)


def _no_revisions(case: Case, finding: Finding) -> str:
    """Return why there is nothing to go back to, whatever the fault, or an empty text."""
    if finding.verdict is Verdict.NOT_FAILING:
        return USELESS[Fault.NONE]
    if case.workload is None:
        return "no controller with revisions makes this pod"
    if case.workload.kind not in UNDONE:
        return f"a {case.workload.kind} keeps no revisions"
    return ""


def failing_revision(case: Case) -> Revision | None:
    """Return the revision that fails: the pod's own, else the current one; None where none could be read."""
    if case.workload is None:
        return None
    own = None if case.pod is None else revisions.of_pod(case.workload.revisions, case.pod)
    return own or next((item for item in case.workload.revisions if item.current), None)


def _untouched(finding: Finding, chosen: Revision) -> str:
    return UNTOUCHED.get(finding.fault, f"revision {chosen.number} has the same program, settings and volumes")


def _refused(case: Case, finding: Finding, failing: Revision, chosen: Revision, reason: str) -> str:
    """Return why that revision is no way back, whatever speaks for it, or an empty text."""
    if reason or finding.fault in going_back.MAY_BE_NEW:
        ran = going_back.ran(case, finding, failing, chosen)
        if ran:
            return ran
    return _held_back(case, chosen) if reason else ""


def _held_back(case: Case, chosen: Revision) -> str:
    """Return what would keep a useful undo from holding, or an empty text."""
    workload = case.workload
    if workload is None:
        return ""
    if workload.paused:
        return f"the rollout is paused: resume it first, then revision {chosen.number} would help"
    if gitops.reverts(workload.owner):
        return taken_back(workload.owner)
    return ""


def taken_back(owner: str) -> str:
    """Return why a rollback that would help does not hold: whoever manages the workload takes it back."""
    return f"{owner} manages it and would bring the newer template back: revert the change there"


def _no_other(case: Case) -> str:
    workload = case.workload
    if workload is not None and fields.whole(workload.raw, "spec", "revisionHistoryLimit") == 0:
        return "no earlier revision is kept (revisionHistoryLimit is 0)"
    if workload is not None and len(workload.revisions) > 1:
        return _same_program(workload.revisions)
    return "this is the first revision"


def _same_program(kept: tuple[Revision, ...]) -> str:
    """Return why none of the revisions is a way back though all run one program: by what tells them apart."""
    annotations = [fields.labels(item.template, "metadata", "annotations") for item in kept]
    names = {key for one in annotations for key in one if len({other.get(key) for other in annotations}) > 1}
    sums = sorted(name for name in names if name.startswith("checksum/"))
    if not sums:
        return "the earlier revisions have the same template: they were only restarts"
    return (
        f"the earlier revisions differ in {sums[0]} alone: what was changed is what it stands for, and a rollback does"
        " not bring that back"
    )


def _chosen(older: list[Revision], failing: Revision) -> Revision | None:
    """Return the newest other revision that is known to have run; else the newest that is not known to have failed.

    A newer revision than the failing one (its rollout is still going on) is no way back.
    """
    sound = [item for item in older if not item.failed and item.number < failing.number]
    return next((item for item in sound if item.proven), sound[0] if sound else None)


def _caveats(case: Case, chosen: Revision) -> str:
    """Return what a person must know before pressing the button."""
    workload = case.workload
    if workload is None:
        return ""
    told = []
    if not chosen.proven:
        told.append(UNRECORDED)
    if workload.kind == "StatefulSet":
        policy = fields.text(workload.raw, "spec", "podManagementPolicy") or "OrderedReady"
        if policy == "OrderedReady":
            told.append("OrderedReady does not replace a broken pod by itself: delete the pod afterwards")
    if fields.text(workload.raw, "spec", "updateStrategy", "type") == "OnDelete":
        told.append("its pods are replaced only when they are deleted")
    if workload.owner:
        told.append(f"{workload.owner} may bring the newer template back at its next upgrade")
    return "".join(f"; {item}" for item in told)
