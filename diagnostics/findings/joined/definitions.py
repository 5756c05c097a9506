"""A kind that a controller waits for, against the CustomResourceDefinitions of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.identifiers import IdentifierKind
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings import wording
from diagnostics.findings.commands import durable, kubectl
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.findings.joined.model import Said
    from diagnostics.snapshot import Object

LISTED: Final = Lead(kind="CustomResourceDefinition", metadata_only=True)
"""The read that tells of a kind whose group is not known: the names of all definitions, without their schemas."""
QUOTED: Final = 8
"""Definitions that a quote lists."""
_WAITS: Final = (ClaimType.KIND_MISSING, ClaimType.UNREACHABLE, ClaimType.NOT_READY, ClaimType.EXCEPTION)
"""What such a line is taken for without the definitions."""
_SYNC: Final = compiled(
    r"(?i)\bcaches? to (?:be )?sync|\binformer|\bno matches for kind\b|\bcould not find the requested resource\b"
)
_BUILT_IN: Final = frozenset(
    {
        "pod",
        "node",
        "secret",
        "configmap",
        "service",
        "endpoints",
        "event",
        "namespace",
        "deployment",
        "daemonset",
        "lease",
    }
    | {
        "replicaset",
        "statefulset",
        "job",
        "cronjob",
        "ingress",
        "endpointslice",
        "networkpolicy",
        "serviceaccount",
        "role",
    }
    | {"rolebinding", "clusterrole", "clusterrolebinding", "persistentvolume", "persistentvolumeclaim", "storageclass"}
    | {
        "poddisruptionbudget",
        "horizontalpodautoscaler",
        "controllerrevision",
        "customresourcedefinition",
        "ingressclass",
    }
    | {"mutatingwebhookconfiguration", "validatingwebhookconfiguration", "priorityclass", "runtimeclass", "csidriver"}
)
"""Kinds that the API server has of its own: no definition brings them."""


_ANSWERED: Final = compiled(r"(?i)\bno matches for kind\b|\bcould not find the requested resource\b")
"""The API server's own answer that it does not serve it: no right lacks then."""


_VERSIONED: Final = compiled(r"[\"'\\ ]([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+/v\d+(?:(?:alpha|beta)\d+)?)\b")
"""A group with its version, as the API machinery writes it."""


def wanted(said: Said) -> str:
    """Return the kind or resource that the line waits for, which a definition must bring; or nothing."""
    if _SYNC.search(said.text) is None:
        return ""
    kinds = [kind for kind in said.names(IdentifierKind.KIND) if kind.lower().removesuffix("s") not in _BUILT_IN]
    return next((kind for kind in kinds if "." in kind), next(iter(kinds), ""))


def leads(said: Said) -> Iterator[Lead]:
    """Yield the read that tells: of one definition where its whole name is known, else of all names."""
    kind = wanted(said)
    if kind:
        yield Lead(kind="CustomResourceDefinition", name=kind) if "." in kind else LISTED


def look(case: Case, said: Said) -> Joined | None:
    """Return whether the cluster has a definition of the kind, and in which versions it is served."""
    kind = wanted(said)
    if not kind or (said.claim is not None and not said.claims(*_WAITS)):
        return None
    known = {fields.name(item): item for item in case.snapshot.all("CustomResourceDefinition")}
    there = next((item for name, item in known.items() if defines(name, kind)), None)
    if there is not None:
        return _served(case, said, kind, there)
    asked = LISTED if "." not in kind else Lead(kind="CustomResourceDefinition", name=kind)
    if known or asked in case.snapshot.answered:
        return _absent(case, kind, sorted(known))
    return None if said.claims(ClaimType.KIND_MISSING) else _unread(case, kind)


def defines(definition: str, kind: str) -> bool:
    """Whether a definition (``widgets.acme.example``) is that of a kind, a singular, a plural or ``plural.group``."""
    plural, name = definition.partition(".")[0], kind.lower()
    if "." in name:
        return definition == name
    return plural in (name, f"{name}s", f"{name}es", f"{name.removesuffix('y')}ies")


def _absent(case: Case, kind: str, known: list[str]) -> Joined:
    named = " ".join(f"name={name}" for name in known[:QUOTED])
    group = _group(case, kind)
    owner = f" ({group})" if group and group not in kind else ""
    text = (
        f"Install the CustomResourceDefinition of {kind}{owner}, of the release that the image expects; where"
        " that group"
        " is another project's, install that project. Only if this cluster is not to have it: see whether the program"
        " has a setting that leaves that part off, or do not run it here. It goes on at its next start."
    )
    searched = kubectl("", "get", "crd") + f" | grep -i {kind.partition('.')[0].lower()}"
    return Joined(
        headline=f"{wording.begin(wording.who(case, case.suspect))} needs {'' if '.' in kind else 'kind '}{kind}",
        because="the cluster has no CustomResourceDefinition of it",
        evidence=(Evidence(source="customresourcedefinition", path="all of the cluster", quote=named),)
        if named
        else (),
        remedy=Remedy(text=text + durable(case), commands=(searched,)),
        claim=ClaimType.KIND_MISSING,
        names={"kind": kind},
        certain=True,
        fault=Fault.PREREQUISITE,
    )


def _group(case: Case, kind: str) -> str:
    """Return the API group and version that a line asks for the kind in: ``widgets.acme.example/v1``; or nothing."""
    for line in case.transcript.lines:
        told = _VERSIONED.search(line[:2000]) if kind.lower() in line.lower() else None
        if told is not None:
            return str(told.group(1))
    return ""


def _unread(case: Case, kind: str) -> Joined:
    text = (
        f"See whether the cluster has a CustomResourceDefinition of {kind} (the first command; which there are was not"
        " read). If not, install it, of the release that the image expects. If it is there, the right to list"
        " and watch it lacks (the second command), or it is served in"
        " another version."
    )
    searched = kubectl("", "get", "crd") + f" | grep -i {kind.partition('.')[0].lower()}"
    return Joined(
        because=f"it waits for kind {kind}, whose CustomResourceDefinition may lack",
        remedy=Remedy(text=text + durable(case), commands=(searched, _may(case, kind))),
        claim=ClaimType.KIND_MISSING,
        names={"kind": kind},
        fault=Fault.PREREQUISITE,
    )


def _served(case: Case, said: Said, kind: str, found: Object) -> Joined | None:
    definition = fields.name(found)
    versions = [
        fields.text(item, "name") for item in fields.items(found, "spec", "versions") if fields.flag(item, "served")
    ]
    if _ANSWERED.search(said.text) is not None:
        if not versions:
            return None
        listed = ", ".join(versions)
        quote = " ".join(f"name={version} served=true" for version in versions)
        return Joined(
            because=f"its CustomResourceDefinition serves {listed} only",
            note=f" The one in the cluster serves {listed}. Before it is replaced, see its status.storedVersions: a"
            " version"
            " in which objects are stored must stay.",
            evidence=(Evidence(source="customresourcedefinition", path=f"{definition} spec.versions", quote=quote),),
        )
    del kind
    text = (
        f"CustomResourceDefinition {definition} is there. Then the right to list and watch it lacks (the first command"
        " tells), or it is served in another version than the program asks for (the second)."
    )
    path = 'jsonpath={range .spec.versions[?(@.served==true)]}{.name}{"\\n"}{end}'
    shown = kubectl("", "get", "crd", definition, "-o", path)
    return Joined(
        because=f"CustomResourceDefinition {definition} is there",
        evidence=(Evidence(source="customresourcedefinition", path=definition, quote=f"name={definition}"),),
        remedy=Remedy(text=text, commands=(_may(case, definition), shown)),
    )


def _may(case: Case, resource: str) -> str:
    account = fields.text(case.pod, "spec", "serviceAccountName") or "default"
    user = f"--as=system:serviceaccount:{case.namespace}:{account}"
    return kubectl("", "auth", "can-i", "watch", resource.lower(), user, "-A")
