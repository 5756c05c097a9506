"""What to do about a pod that the API server does not let be made: which field, which account, which policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from diagnostics import fields
from diagnostics.diagnosis import Remedy
from diagnostics.findings.commands import TEMPLATED, durable, kubectl, patch_spec, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

READ: Final = 8000
"""Characters of a refusal that are read."""
_POLICY: Final = compiled(r"against any pod security policy|PodSecurityPolicy: unable to admit pod")
_NO_POLICY: Final = compiled(r"against any pod security policy: ?\[\]")
_CONSTRAINT: Final = compiled(r"against any security context constraint")
_FIELD: Final = compiled(
    r"((?:pod\.|\.)?(?:spec|metadata|containers|initContainers)[\w.]*(?:\[[^\]]*\][\w.]*)*): "
    r"(?:Invalid value|Required value|Forbidden|Unsupported value|Duplicate value|Not found)\b"
)
"""A field and what is wrong with it (K: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go)."""
_NAMED: Final = (
    (compiled(r"no PriorityClass with name (\S+) was found"), "priorityClassName", "priorityclasses"),
    (compiled(r'RuntimeClass "([^"]+)" not found'), "runtimeClassName", "runtimeclasses"),
)
"""Objects of the cluster that a pod names, the field that names them, and kubectl's word for their list."""
_IDS: Final = ("runAsUser", "fsGroup", "runAsGroup", "supplementalGroups")
_SILENT: Final = compiled(r"(?:Post|post) \\?\"https://([\w-]+)\.([\w-]+)\.svc[:/]")
"""The Service that a webhook is called at (K: staging/src/k8s.io/apiserver/pkg/util/webhook)."""
_SETTINGS: Final[tuple[tuple[str, Any], ...]] = (
    ("allowPrivilegeEscalation=false", {"allowPrivilegeEscalation": False}),
    ("capabilities.drop=[", {"capabilities": {"drop": ["ALL"]}}),
    ("runAsNonRoot=true", {"runAsNonRoot": True}),
    ("seccompProfile.type", {"seccompProfile": {"type": "RuntimeDefault"}}),
)
"""What the level restricted asks for, by its own words (K: staging/src/k8s.io/pod-security-admission/policy)."""
_DEMANDED: Final = compiled(r"\((?:pod or )?containers? ([^()]*?) must (?:not )?set securityContext\.([^()]*)\)")
_QUOTED: Final = compiled(r'\\?"([a-z0-9][a-z0-9-]*)\\?"')


def policy(case: Case, message: str) -> Remedy | None:
    """Return what to do in a cluster with PodSecurityPolicies: let the pod's account use one, or meet what they say."""
    if _POLICY.search(message[:READ]) is None:
        return None
    account, namespace = _account(case), case.namespace
    list_them = kubectl("", "get", "podsecuritypolicies")
    if _NO_POLICY.search(message[:READ]) is not None:
        role = f"{account}-psp"
        text = (
            f"ServiceAccount {namespace}/{account} may use no PodSecurityPolicy, and this cluster enforces them: let it"
            " use one that fits the pod (the first command lists them; put the name of one, or of one that you make for"
            " it, in place of <policy>)."
        )
        allow = ("--verb=use", "--resource=podsecuritypolicies.policy", "--resource-name=<policy>")
        grant = (
            kubectl(namespace, "create", "role", role, *allow),
            kubectl(
                namespace, "create", "rolebinding", role, f"--role={role}", f"--serviceaccount={namespace}:{account}"
            ),
        )
        return Remedy(text=text + durable(case), commands=(list_them, *grant))
    wrong = _wrong(message)
    seccomp = (
        " A policy allows seccomp profiles by its annotation seccomp.security.alpha.kubernetes.io/allowedProfileNames"
        " (runtime/default)."
        if "seccomp" in message
        else ""
    )
    text = (
        f"The PodSecurityPolicies that ServiceAccount {namespace}/{account} may use forbid {wrong or 'this pod'}: let"
        f" the one that is meant for it allow that, or take it out of the pod template.{seccomp}"
    )
    template = kubectl(namespace, "get", subject(case), "-o", "jsonpath={.spec.template}")
    return Remedy(text=text + durable(case), commands=(list_them, template))


def constraint(case: Case, message: str) -> Remedy | None:
    """Return what to do where no security context constraint of OpenShift takes the pod as it is written."""
    if _CONSTRAINT.search(message[:READ]) is None:
        return None
    account, wrong = _account(case), _wrong(message)
    text = (
        f"No security context constraint that ServiceAccount {case.namespace}/{account} may use allows"
        f" {wrong or 'this pod'}"
    )
    named = [field for field in _IDS if field in wrong]
    if named:
        text += (
            f". Take {' and '.join(named)} out of the pod template: the constraint then gives it ids of the namespace's"
            " own range. Only an image that insists on its own user needs the grant of the second command instead."
        )
        grant = f"oc adm policy add-scc-to-user nonroot-v2 -z {account} -n {case.namespace}"
        shown = kubectl(case.namespace, "get", subject(case), "-o", "jsonpath={.spec.template.spec}")
        return Remedy(text=text + durable(case), commands=(shown, grant))
    text += (
        ": take that out of the pod template, or let an administrator grant the account a constraint that allows it."
    )
    return Remedy(text=text + durable(case), commands=(kubectl("", "get", "scc"),))


def named(case: Case, message: str) -> Remedy | None:
    """Return what to do about an object of the cluster that the pod names and that is not there."""
    for pattern, field, listed in _NAMED:
        found = pattern.search(message[:READ])
        if found is not None:
            text = f"Correct {field} in the pod template (the command lists what there is), or create {found.group(1)}."
            return Remedy(text=text + durable(case), commands=(kubectl("", "get", listed),))
    return None


def field(case: Case, message: str) -> Remedy | None:
    """Return which field of the pod template to correct, when the API server names it."""
    wrong = _wrong(message)
    if not wrong:
        return None
    shown = kubectl(case.namespace, "get", subject(case), "-o", "yaml")
    return Remedy(text=f"Correct {wrong} in the pod template." + durable(case), commands=(shown,))


def webhook(message: str, describe: str) -> Remedy:
    """Return what to do about a webhook: meet what it asks for, or bring back the Service behind it."""
    called = _SILENT.search(message[:READ])
    configurations = kubectl("", "get", "validatingwebhookconfigurations,mutatingwebhookconfigurations")
    if called is None:
        words = "Give the pod template what the webhook asks for; if it does not answer, repair the service behind it."
        return Remedy(text=words, commands=(configurations, describe))
    service, namespace = called.group(1), called.group(2)
    words = (
        f"Bring back what serves the webhook, Service {namespace}/{service}: the first command shows whether it has"
        " ready endpoints. Where that program was removed for good, its webhook configuration is left over and keeps"
        " every such pod from being made."
    )
    look = kubectl(namespace, "get", "endpointslices,pods", "-o", "wide")
    return Remedy(text=words, commands=(look, configurations))


def level(case: Case, message: str, describe: str) -> Remedy:
    """Return the change that makes the pod template fit the namespace's Pod Security level, as far as it is told."""
    change = _demanded(case, message)
    if not change:
        words = (
            "Correct the securityContext in the pod template as the message says; do not lower the namespace's level."
        )
        return Remedy(text=words + durable(case), commands=(describe,))
    words = "Give the pod template what the level asks for (the command does), and do not lower the namespace's level."
    if "runAsNonRoot=true" in message:
        words += " An image that runs as root needs runAsUser with a number beside it."
    return Remedy(text=words + durable(case), commands=(*patch_spec(case, change), describe))


def _demanded(case: Case, message: str) -> dict[str, Any]:
    """Return the change of the template's spec that meets every demand, or nothing where one is not understood."""
    template = _template(case)
    groups = {
        fields.text(item, "name"): group
        for group in ("containers", "initContainers")
        for item in fields.items(template, group)
    }
    wanted: dict[str, dict[str, Any]] = {}
    told = message[:READ].replace(chr(92), "")
    if "must not set" in told or "hostPath" in told or "host namespaces" in told or "hostPort" in told:
        return {}
    for found in _DEMANDED.finditer(told):
        setting = next((value for words, value in _SETTINGS if words in found.group(2)), None)
        if setting is None:
            return {}
        for name in _QUOTED.findall(found.group(1)):
            wanted.setdefault(name, {}).update(setting)
    if not wanted or set(wanted) - set(groups):
        return {}
    change: dict[str, Any] = {}
    for name, context in wanted.items():
        change.setdefault(groups[name], []).append({"name": name, "securityContext": context})
    return change


def _wrong(message: str) -> str:
    """Return the fields that the API server names, each once."""
    found = dict.fromkeys(match.group(1).lstrip(".") for match in _FIELD.finditer(message[:READ]))
    shown = list(found)[:3]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return f"{', '.join(shown)}{more}" if shown else ""


def _account(case: Case) -> str:
    return fields.text(_template(case), "serviceAccountName") or "default"


def _template(case: Case) -> Object:
    """Return the spec of the pod template."""
    if case.workload is None:
        return {}
    way = TEMPLATED.get(case.workload.kind, ("spec", "template", "spec"))
    return fields.table(case.workload.raw, *way)
