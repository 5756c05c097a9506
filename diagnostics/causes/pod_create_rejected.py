"""The controller cannot create the pod: the API server refuses it, so there is no pod to look at.

What it means
    A quota is used up, a LimitRange or Pod Security forbids the pod as it is written, an admission webhook says no or
    does not answer, or the ServiceAccount does not exist.

How it is decided
    By FailedCreate events of the ReplicaSet, StatefulSet, DaemonSet or Job, and the condition ReplicaFailure, newer
    than the last pod that could be created.

What it is confused with
    unschedulable: there the pod exists and waits. "Nothing happens after the rollout" usually is this.

How to fix it
    Quota: free some of it or have it raised. Limits: make the pod fit the LimitRange. Pod Security: correct the
    securityContext. Webhook: satisfy it, or repair it when it does not answer. ServiceAccount: create it.

How to prevent it
    Show quota use on a dashboard with an alert at 90 %, run Pod Security in ``warn`` mode in CI with
    ``kubectl apply --dry-run=server``, and let webhooks fail open where they are not about safety.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import NAMESPACE, Example, ago
from diagnostics.facts.quotes import first, pairs
from diagnostics.fields import items, name, table, text, whole
from diagnostics.findings import admission_fixes, wording
from diagnostics.findings.commands import durable, kubectl, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Event

CAUSE: Final = Cause(
    id="pod-create-rejected",
    title="The pod cannot be created",
    category=Category.CLUSTER,
)
_QUOTA: Final = compiled(r"exceeded quota: ([^,\s]+)(?:, (requested: .*))?")
_NEEDS: Final = compiled(r"failed quota: ([^:,\s]+): must specify (.+)")
_ACCOUNT: Final = compiled(r'serviceaccount \\?"([^"\\]+)\\?" not found')
_SECURITY: Final = compiled(r'violates PodSecurity "([^"]+)": (.*)')
_WEBHOOK: Final = compiled(
    r'admission webhook "([^"]+)" denied the request:? ?(.*)|failed calling webhook "([^"]+)"(.*)'
)
LONGEST: Final = 200
"""Characters of a webhook's own words in the summary; the evidence has them whole."""
_RULE: Final = compiled(
    r"validation error: (.+?)(?:\. rule \S+ failed|\. [Rr]ule|'?\s*(?:\n|$))|denied the request: +\[[^\]]+\] ([^\n]+)"
    r"|\n\[[^\]]+\] ([^\n]+)"
)
_RANGE: Final = compiled(r"(?:minimum|maximum) \S+ (?:usage|limit|request)|limit to request ratio|\bLimitRange\b")
_SCC: Final = compiled(r"unable to validate against any security context constraint")


def check(case: Case) -> Finding | None:
    """Return the finding when the newest word of the controller is that it cannot create the pod."""
    if case.pod is not None and (case.suspect is not None or not _short_of_pods(case)):
        return None
    told = _told(case)
    if told is None:
        return None
    message, proof = told
    kind, what, names = _class(message)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"{_who(case)} cannot create its pods: {what}.",
        evidence=first((*proof, *_quota(case, names), *_replicas(case))),
        facts={"class": kind, "names": list(names), "message": message},
        remedy=_remedy(case, kind, names, message),
        fault=Fault.CLUSTER if kind in {"quota", "webhook", "service-account", "other"} else Fault.TEMPLATE,
        fault_names=names,
        conclusive=True,
    )


def ruled_out(case: Case) -> str:
    """Return nothing: with a pod at hand it was never in question."""
    del case
    return ""


def _told(case: Case) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return the newest refusal, unless a pod could be created after it."""
    for event in case.owner_events:
        if event.reason in {"SuccessfulCreate", "SuccessfulDelete"} and case.pod is not None:
            break
        if event.reason == "FailedCreate" and not _superseded(case, event):
            return event.message, (event.evidence(), *_condition(case))
    proof = _condition(case)
    return (proof[0].quote, proof) if proof else None


def _short_of_pods(case: Case) -> bool:
    """Whether the workload still wants more pods than it has: an old refusal is no news once they are there."""
    raw = case.workload.raw if case.workload is not None else {}
    wanted = whole(raw, "spec", "replicas") or whole(raw, "status", "desiredNumberScheduled") or 0
    updated = whole(raw, "status", "updatedReplicas")
    there = updated if updated is not None else whole(raw, "status", "currentNumberScheduled")
    return wanted > (there or 0) or bool(_condition(case))


def _superseded(case: Case, refusal: Event) -> bool:
    """Whether the same controller created a pod after the refusal."""
    return any(
        event.reason == "SuccessfulCreate"
        and (event.kind, event.name) == (refusal.kind, refusal.name)
        and event.last is not None
        and refusal.last is not None
        and event.last > refusal.last
        for event in case.owner_events
    )


def _condition(case: Case) -> tuple[Evidence, ...]:
    raw = case.workload.raw if case.workload is not None else {}
    for entry in items(raw, "status", "conditions"):
        if text(entry, "type") == "ReplicaFailure" and text(entry, "status") == "True" and text(entry, "message"):
            path = f"status.conditions[ReplicaFailure].message of {name(raw)}"
            at = text(entry, "lastTransitionTime")
            source = text(raw, "kind").lower()
            return (Evidence(source=source, path=path, quote=text(entry, "message"), at=at),)
    return ()


def _class(message: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the class of the refusal, what it says in words, and the names that it hangs on."""
    if found := _QUOTA.search(message):
        return "quota", f"it exceeded quota {found.group(1)} ({found.group(2) or 'no figures'})", (found.group(1),)
    if found := _NEEDS.search(message):
        return (
            "quota",
            f"quota {found.group(1)} demands that {found.group(2)} be specified",
            (found.group(1), "resources"),
        )
    if found := _ACCOUNT.search(message):
        return "service-account", f"ServiceAccount {found.group(1)} does not exist", (found.group(1),)
    if found := _WEBHOOK.search(message):
        denied, why, silent = found.group(1), found.group(2), found.group(3)
        wanted = _wanted(message) or why
        words = f"webhook {denied} denied it: {wanted}".rstrip(": ") if denied else f"webhook {silent} does not answer"
        return "webhook", f"admission {words}", (denied or silent,)
    return _forbidden(message)


def _wanted(message: str) -> str:
    """Return what a policy engine wants of the pod, out of its list of policies and rules; empty: it does not say.

    Kyverno: ``rule: 'validation error: WORDS. rule NAME failed at path /P/'``; Gatekeeper: ``[constraint] WORDS``.
    """
    rules = [item.group(1) or item.group(2) or item.group(3) for item in _RULE.finditer(message)]
    told = "; ".join(dict.fromkeys(" ".join(item.split()).rstrip(".") for item in rules if item))
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def _forbidden(message: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the same for what the pod itself would have to change."""
    if found := _SECURITY.search(message):
        return "pod-security", f"it violates Pod Security {found.group(1)}: {found.group(2)}", ("securityContext",)
    if _SCC.search(message):
        return "pod-security", "no security context constraint allows it", ("securityContext",)
    if _RANGE.search(message):
        return (
            "limit-range",
            f"a LimitRange forbids it: {message.rsplit('forbidden: ', maxsplit=1)[-1]}",
            ("resources",),
        )
    return "other", message.removeprefix("Error creating: "), ()


def _who(case: Case) -> str:
    if case.workload is not None:
        return str(case.workload)
    target = case.snapshot.target
    return f"{target.kind} {target.namespace}/{target.name}"


def _quota(case: Case, names: tuple[str, ...]) -> tuple[Evidence, ...]:
    found = []
    for quota in case.snapshot.all("ResourceQuota", case.namespace):
        if name(quota) not in names:
            continue
        for side in ("hard", "used"):
            quote = " ".join(f"{key}={value}" for key, value in table(quota, "status", side).items())
            if quote:
                found.append(Evidence(source="resourcequota", path=f"{name(quota)} status.{side}", quote=quote))
    return tuple(found)


def _replicas(case: Case) -> tuple[Evidence, ...]:
    raw = case.workload.raw if case.workload is not None else {}
    quote = pairs(raw, "spec.replicas", "status.replicas", "status.readyReplicas", "status.unavailableReplicas")
    return (Evidence(source=text(raw, "kind").lower(), path=name(raw), quote=quote),) if quote else ()


def _remedy(case: Case, kind: str, names: tuple[str, ...], message: str) -> Remedy:
    describe = kubectl(case.namespace, "describe", *subject(case).split("/", 1))
    if kind == "quota":
        words = (
            f"Free some of quota {names[0]} (scale down or delete what is not needed), ask for less, or have it raised."
        )
        return Remedy(text=words, commands=(kubectl(case.namespace, "describe", "resourcequota", names[0]),))
    if kind == "service-account":
        words = f"Create ServiceAccount {names[0]} where manifests are kept, or correct serviceAccountName."
        return Remedy(text=words, commands=(kubectl(case.namespace, "create", "serviceaccount", names[0]),))
    if kind == "limit-range":
        words = "Make the container's requests and limits fit the LimitRange of the namespace."
        return Remedy(text=words + durable(case), commands=(kubectl(case.namespace, "describe", "limitrange"),))
    if kind == "pod-security":
        return _security(case, message, describe)
    if kind == "webhook":
        return admission_fixes.webhook(message, describe)
    fitting = (admission_fixes.policy, admission_fixes.constraint, admission_fixes.named, admission_fixes.field)
    known = next((found for make in fitting if (found := make(case, message)) is not None), None)
    return known or Remedy(
        text=f"Correct what the API server names: {_short(message)}" + durable(case), commands=(describe,)
    )


def _short(message: str) -> str:
    """Return the refusal without the pod's made-up name, as a sentence."""
    return wording.sentence(message.rpartition("is forbidden: ")[2].removeprefix("Error creating: ")[:LONGEST])


def _security(case: Case, message: str, describe: str) -> Remedy:
    """Return what to do about a Pod Security level: an agent of the node may need what it forbids, others do not."""
    if _SCC.search(message) is not None:
        return admission_fixes.constraint(case, message) or Remedy(text="", commands=(describe,))
    if case.workload is None or case.workload.kind != "DaemonSet":
        return admission_fixes.level(case, message, describe)
    if not any(case.snapshot.all("Pod", case.namespace)) and not _common(case.namespace):
        words = (
            f"An agent of the node needs what the message names, and namespace {case.namespace} holds no other pod: let"
            " it enforce the level privileged, in its manifest too."
        )
        mark = "pod-security.kubernetes.io/enforce=privileged"
        label = kubectl("", "label", "namespace", case.namespace, mark, "--overwrite")
        return Remedy(text=words + durable(case), commands=(label, describe))
    words = (
        "An agent of the node that needs what the message names runs in a namespace of its own that enforces the level"
        " privileged (label pod-security.kubernetes.io/enforce); where it needs less, correct its"
        " securityContext. Do not lower"
        " the level of a namespace that others use."
    )
    if _common(case.namespace):
        own = f"{case.workload.name}-privileged"[:63]
        words = (
            f"An agent of the node that needs what the message names runs in a namespace of its own: make one that"
            f" enforces the level privileged (the commands; {own} is an example) and deploy it there. Do not"
            " lower the level"
            f" of namespace {case.namespace}, which others use."
        )
        made = kubectl("", "create", "namespace", own)
        mark = kubectl("", "label", "namespace", own, "pod-security.kubernetes.io/enforce=privileged")
        return Remedy(text=words, commands=(made, mark, describe))
    level = kubectl("", "get", "namespace", case.namespace, "--show-labels")
    return Remedy(text=words + durable(case), commands=(level, describe))


def _common(namespace: str) -> bool:
    """Whether the namespace is everybody's or the cluster's own: its level is not for one workload to lower."""
    return namespace == "default" or namespace.startswith(("kube-", "openshift-"))


def _refused(message: str) -> dict[str, object]:
    """Return the ReplicaSet's event, for the examples."""
    return {
        "kind": "Event",
        "metadata": {"name": "api.1", "namespace": NAMESPACE},
        "involvedObject": {"kind": "ReplicaSet", "namespace": NAMESPACE, "name": "api-7d4b9c6f5"},
        "reason": "FailedCreate",
        "message": message,
        "type": "Warning",
        "count": 9,
        "firstTimestamp": ago(300),
        "lastTimestamp": ago(30),
    }


_DEPLOYMENT: Final = {
    "kind": "Deployment",
    "metadata": {"name": "api", "namespace": NAMESPACE, "uid": "d"},
    "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "api", "image": "api:1"}]}}},
    "status": {"unavailableReplicas": 2},
}
_REPLICASET: Final = {
    "kind": "ReplicaSet",
    "metadata": {
        "name": "api-7d4b9c6f5",
        "namespace": NAMESPACE,
        "ownerReferences": [{"kind": "Deployment", "name": "api", "uid": "d", "controller": True}],
    },
    "spec": {"replicas": 2},
}
EXAMPLES: Final = (
    Example(
        title="the quota is used up",
        hit=True,
        no_pod=True,
        target=("Deployment", "api"),
        objects=(
            _DEPLOYMENT,
            _REPLICASET,
            {
                "kind": "ResourceQuota",
                "metadata": {"name": "compute", "namespace": NAMESPACE},
                "status": {"hard": {"limits.memory": "8Gi"}, "used": {"limits.memory": "8Gi"}},
            },
        ),
        events=(
            _refused(
                'Error creating: pods "api-7d4b9c6f5-x" is forbidden: exceeded quota: compute, requested: '
                "limits.memory=1Gi, used: limits.memory=8Gi, limited: limits.memory=8Gi"
            ),
        ),
    ),
    Example(
        title="Pod Security refuses it",
        hit=True,
        no_pod=True,
        target=("Deployment", "api"),
        objects=(_DEPLOYMENT, _REPLICASET),
        events=(
            _refused(
                'Error creating: pods "api-7d4b9c6f5-x" is forbidden: violates PodSecurity "restricted:latest": '
                'allowPrivilegeEscalation != false (container "api" must set '
                "securityContext.allowPrivilegeEscalation=false)"
            ),
        ),
    ),
    Example(
        title="near miss: refused once, the pod is there now and runs",
        hit=False,
        status={"ready": True, "restartCount": 0, "state": {"running": {"startedAt": ago(100)}}},
        events=(_refused('Error creating: pods "api-7d4b9c6f5-x" is forbidden: exceeded quota: compute'),),
    ),
)
