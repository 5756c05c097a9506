"""The cluster lacks what the program asks of it: a kind or version that its API does not serve, a webhook, a release.

What it means
    An operator or controller works with kinds of its own, or with a version that the API server no longer serves. Until
    the CustomResourceDefinition (or the webhook's Service) is there, it can do nothing.

How it is decided
    By the API's own words in the dying output: ``no matches for kind "X" in version "g/v"``, a webhook that could not
    be called because it does not exist; or by the program's own check of the cluster's version ("need at least 1.28"),
    which is a refusal and no crash. A server that could not be reached, or that refused a right, says otherwise.

What it is confused with
    A missing right (``forbidden``: dependency-auth-failed), an API server that does not answer
    (dependency-unavailable), a pod that a webhook keeps from being made (pod-create-rejected).

How to fix it
    Install the CustomResourceDefinitions of the version that runs: Helm installs them once and never upgrades them. For
    a version that the cluster has given up, run a version of the program that uses the new one. Of a cluster that is
    too old, take a release of the program that supports it, or upgrade it. It goes on by itself at its next start.

How to prevent it
    Install definitions before what uses them, read the API's deprecations before a cluster's upgrade, and pin charts
    and definitions together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts import images
from diagnostics.facts.quotes import first, of_image
from diagnostics.findings import log_lines, wording
from diagnostics.findings.commands import durable, kubectl, set_image
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="cluster-prerequisite",
    title="The cluster lacks a kind, webhook or version that it needs",
    category=Category.CLUSTER,
    claims=frozenset({ClaimType.KIND_MISSING, ClaimType.WEBHOOK_MISSING, ClaimType.CLUSTER_VERSION}),
)

_KIND: Final = compiled(r'no matches for kind \\*"([\w.]+)\\*" in (?:version|group) \\*"([\w./-]+)')
"""client-go and controller-runtime (K: staging/src/k8s.io/apimachinery/pkg/api/meta/errors.go)."""


_ASKED: Final = compiled(r"\b([A-Z]\w+) is not queryable\b")
"""kube-rs (kube.rs, "Controllers"): the group stands elsewhere."""
_NOT_SERVED: Final = compiled(
    r"could not find the requested resource[^\n(]{0,40}\((?:get|list|watch|post|put|patch) ([a-z][a-z0-9-]*)\."
    r"([a-z0-9.-]+)\)"
)
"""What client-go adds to a 404 of a list: ``(get widgets.acme.example)`` (K: apimachinery/pkg/api/errors)."""
_BUILT_IN: Final = frozenset(
    {"apps", "autoscaling", "batch", "extensions", "policy"}
    | {
        f"{name}.k8s.io"
        for name in (
            *("admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization"),
            *("rbac.authorization", "certificates", "coordination", "discovery", "events", "flowcontrol.apiserver"),
            *("networking", "node", "resource", "scheduling", "storage"),
        )
    }
)
"""Groups that the API server has of its own: no definition brings them (K: staging/src/k8s.io/api)."""
_VERSION: Final = compiled(r"\b(v[1-9]\d*(?:(?:alpha|beta)[1-9]\d*)?)\b")


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output says that the API does not serve what is asked for."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    if hit.type is ClaimType.CLUSTER_VERSION:
        return _version(case, case.suspect, hit)
    sure = log_lines.agrees(case, hit)
    kind, served = hit.names.get("kind", ""), hit.names.get("gv", "")
    resource = hit.names.get("resource", "") if hit.type is ClaimType.KIND_MISSING else ""
    if not kind and (told := _KIND.search(log_lines.words(case, hit)[:4000])) is not None:
        kind, served = told.group(1), told.group(2)
    if not kind and (told := _ASKED.search(log_lines.words(case, hit)[:4000])) is not None:
        kind = told.group(1)
    webhook = hit.names.get("webhook", "")
    listed = None if kind or webhook else _NOT_SERVED.search(log_lines.words(case, hit)[:4000])
    if listed is not None:
        return _listed(case, case.suspect, hit, f"{listed.group(1)}.{listed.group(2)}")
    kind = kind or resource
    if kind:
        version = "" if served else ", or not in the version that it asks for"
        lack = f"{'' if '.' in kind else 'kind '}{kind}{_of(served)}, which the cluster does not serve{version}"
    else:
        lack = f"webhook {webhook}, which is not there" if webhook else "what the API does not serve"
    words = "" if (kind and served) or webhook else f": {wording.tail(log_lines.words(case, hit))}"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} needs {lack} ({log_lines.how(case)}){words}",
        evidence=first((*log_lines.said(case, hit), *log_lines.ended(case), *of_image(case.suspect))),
        container=case.suspect.name,
        facts={"kind": kind, "version": served, "webhook": webhook},
        remedy=_kind_remedy(kind, served) if hit.type is ClaimType.KIND_MISSING else _webhook_remedy(webhook),
        fault=Fault.PREREQUISITE,
    )


def _listed(case: Case, suspect: Container, hit: Claim, resource: str) -> Finding:
    """Tell of a resource that the API does not serve in the version that was asked for, by its plural name.

    The definition may well be there, and serve other versions: the command tells.
    """
    told = _VERSION.search(log_lines.words(case, hit)[:4000])
    version = told.group(1) if told is not None else ""
    asked = f"{version} of {resource}" if version else resource
    serving = f", which serves {version}" if version else ""
    text = (
        f"Apply the CustomResourceDefinition {resource} of the same release as the image{serving};"
        " Helm never upgrades definitions by itself. The command prints the versions that the one in the cluster"
        " serves (NotFound: it is not there at all). It goes on at its next start."
    )
    served = 'jsonpath={range .spec.versions[?(@.served==true)]}{.name}{"\\n"}{end}'
    own = Remedy(text=text, commands=(kubectl("", "get", "crd", resource, "-o", served),))
    plural, _, group = resource.partition(".")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} needs {asked}, which the cluster does not serve"
        f" ({log_lines.how(case)})",
        evidence=first((*log_lines.said(case, hit), *log_lines.ended(case), *of_image(suspect))),
        container=suspect.name,
        facts={"kind": resource, "version": version, "webhook": ""},
        remedy=_kind_remedy(plural, f"{group}/{version}") if group in _BUILT_IN else own,
        fault=Fault.PREREQUISITE,
    )


def _version(case: Case, suspect: Container, hit: Claim) -> Finding:
    """Tell of a program that looks at the cluster's version and refuses it: no fault of its code."""
    found, wanted = hit.names.get("found", ""), hit.names.get("expected", "")
    what = f"Kubernetes {wanted} or newer" if wanted else "another version of Kubernetes"
    here = f", and this cluster is {found}" if found else ""
    repository = images.repository(fields.text(suspect.spec, "image"))
    tag = f"<tag for {found}>" if found else "<tag for this cluster>"
    older = set_image(case, suspect, f"{repository}:{tag}") if repository else ()
    text = (
        f"Take a release of {repository or 'the program'} that supports Kubernetes {found or 'as it is here'}, or"
        f" upgrade the cluster{f' to {wanted} or newer' if wanted else ''}. What else came with the same release looks"
        " at the version, too."
    )
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) and found and wanted else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} needs {what}{here} ({log_lines.how(case)})",
        evidence=first((*log_lines.said(case, hit), *log_lines.ended(case), *of_image(suspect))),
        container=suspect.name,
        facts={"kind": "Kubernetes", "version": wanted, "webhook": ""},
        remedy=Remedy(text=text + durable(case), commands=(kubectl("", "version"), *older)),
        fault=Fault.PREREQUISITE,
    )


def ruled_out(case: Case) -> str:
    """Return why a line about a kind that is not served does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _of(served: str) -> str:
    """Return the version or the group of a kind, as a sentence has it."""
    if not served:
        return ""
    return f" in version {served}" if "/" in served or "." not in served else f" of group {served}"


def _webhook_remedy(webhook: str) -> Remedy:
    text = (
        f"See which Service answers for {f'webhook {webhook}' if webhook else 'the webhook that it calls'}: install"
        " what serves it, or remove the configuration that a removed program left."
    )
    look = ("get", "validatingwebhookconfigurations,mutatingwebhookconfigurations")
    return Remedy(text=text, commands=(kubectl("", *look),))


def _kind_remedy(kind: str, served: str) -> Remedy:
    group, slash, _ = served.partition("/")
    named = f"{kind}{_of(served)}" if kind else "the kind that the line names"
    if not served:
        older = " A definition of an older release may be there and serve older versions only." if kind else ""
        text = f"Install what serves {named}, of the same release as the image. It goes on at its next start.{older}"
        of = kind.partition(".")[2]
        return Remedy(text=text, commands=(kubectl("", "api-resources", *((f"--api-group={of}",) if of else ())),))
    if "." in group and not group.endswith(".k8s.io"):
        text = (
            f"Install the CustomResourceDefinition of {kind}{f' that serves {served}' if slash else _of(served)}, of"
            " the same release as the image;"
            " Helm never upgrades definitions by itself. It goes on at its next start."
        )
        return Remedy(text=text, commands=(kubectl("", "api-resources", f"--api-group={group}"),))
    text = (
        f"See which versions the cluster serves {kind} in (the command): where it has given {served} up, run a"
        " version of"
        f" the program that uses the new one.{'' if '.' in group else ' The group is built in: nothing is to install.'}"
    )
    if not served:
        text = (
            f"Install the CustomResourceDefinition of {kind}, of the same release as the image; Helm never upgrades"
            " definitions by itself. The command lists what there is of it. It goes on at its next start."
        )
        return Remedy(text=text, commands=(f"{kubectl('', 'get', 'crd')} | grep -i {kind.lower()}",))
    group = group if slash or "." in group else ""
    return Remedy(text=text, commands=(kubectl("", "api-resources", f"--api-group={group}"),))


EXAMPLES: Final = (
    Example(
        title="an operator without its CustomResourceDefinition",
        hit=True,
        status={"state": terminated(1)},
        log='{"level":"error","logger":"setup","msg":"problem running manager","error":"no matches for kind'
        ' \\"Backup\\" in version \\"backups.acme.example/v1\\""}',
    ),
    Example(
        title="a version that the cluster has given up",
        hit=True,
        status={"state": terminated(1)},
        log='Error: no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"',
    ),
    Example(
        title="it refuses the cluster's version",
        hit=True,
        status={"state": terminated(1)},
        log='fatal: kubernetes version "1.24.3" is not compatible, need at least "1.28.0-0"',
    ),
    Example(
        title="near miss: the kind is there, the right is not",
        hit=False,
        status={"state": terminated(1)},
        log='backups.acme.example is forbidden: User "system:serviceaccount:production:op" cannot list resource'
        ' "backups" in API group "acme.example" at the cluster scope',
        also=("dependency-auth-failed",),
    ),
)
