"""A file that is not there, against what is mounted over its path: a directory of the node's own, or an empty one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named
from diagnostics.claims.identifiers import IdentifierKind
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings import issued_files, wording
from diagnostics.findings.commands import durable, kubectl, on_node, subject
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.findings.joined.model import Said

_GONE: Final = compiled(
    r"(?i)\bno such file(?: or directory)?\b|\bENOENT\b|\b(?:does not|doesn't) exist\b|\bnot found\b|\bunable to find\b"
    r"|\bcannot find\b|\bcould not (?:find|open)\b|\bmissing\b"
)
_SOUGHT: Final = compiled(
    r"(?i)\b(?:unable to|could not|cannot|can't|failed to) (?:find|locate)\b[^\n]{0,60}\b(?:files?|director\w+"
    r"|config\w*)\b"
)
_SYSTEM: Final = (
    *(
        "/etc",
        "/proc",
        "/sys",
        "/run",
        "/var/run",
        "/lib/modules",
        "/usr",
        "/boot",
        "/dev",
        "/opt/cni",
        "/var/lib/kubelet",
    ),
    *("/var/lib/containerd", "/var/lib/docker", "/var/lib/rancher", "/var/lib/cni", "/var/log"),
)
"""Directories of a node that its system and its packages fill."""
_PASSING: Final = (".sock", ".pid", ".lock", ".tmp", ".socket")
"""Endings of files that a program makes itself while it runs."""
_FITS: Final = (
    *(ClaimType.FILE_MISSING, ClaimType.EXCEPTION, ClaimType.COMMAND_MISSING, ClaimType.MODULE_MISSING),
    *(ClaimType.HOST_TOOL, ClaimType.FILE_INVALID, ClaimType.UNREACHABLE),
)


def look(case: Case, said: Said) -> Joined | None:
    """Return what is mounted where the file should be, when that explains why it is not there."""
    suspect = case.suspect
    if suspect is None or _GONE.search(said.text) is None or (said.claim is not None and not said.claims(*_FITS)):
        return None
    for path in said.names(IdentifierKind.PATH):
        found = named.file(case, path)
        if found.kind == "hostPath":
            system = found.name.startswith(_SYSTEM)
            return _of_the_node(case, suspect, found) if system else _in_a_directory(case, found)
        if found.kind == "emptyDir" and not path.endswith(_PASSING):
            return _empty(case, suspect, found)
        if said.claim is None and not found.volume and _SOUGHT.search(said.text) is not None:
            mounts = ", ".join(fields.text(item, "mountPath") for item in fields.items(suspect.spec, "volumeMounts"))
            quote = f"mountPath={mounts.partition(', ')[0]}" if mounts else f"name={suspect.name}"
            said_so = Evidence(source="pod", path=f"{suspect.spec_path}.volumeMounts", quote=quote)
            told = "no volume is mounted over its path"
            return Joined(because=told, evidence=(said_so,), claim=ClaimType.FILE_MISSING, names={"path": path})
    return None


def _of_the_node(case: Case, suspect: Container, found: named.File) -> Joined:
    node = fields.text(case.pod, "spec", "nodeName") or "its node"
    there = found.backing or found.name
    text = (
        f"{found.path} is {there} of node {node} (a hostPath volume): no image and no setting of the pod brings it."
        " Install and start on the nodes what makes it (a package, a service or a module of the node's), keep the"
        " pod on"
        " nodes that have it, or correct the hostPath where this node has it elsewhere. The command shows what is"
        " there."
    )
    place = there.rpartition("/")[0] or "/"
    return Joined(
        headline=f"{wording.begin(wording.who(case, suspect))} needs {there} of its node, which is not there",
        because="",
        evidence=found.evidence,
        remedy=Remedy(text=text, commands=(on_node(node, "ls", "-la", f"/host{place}"),)),
        claim=ClaimType.HOST_TOOL,
        names={"path": found.path},
        certain=True,
        fault=Fault.PREREQUISITE,
    )


def _in_a_directory(case: Case, found: named.File) -> Joined:
    node = fields.text(case.pod, "spec", "nodeName") or "its node"
    text = (
        f"{found.path} is {found.backing or found.name} of node {node} (a hostPath volume), and what is mounted"
        " there hides"
        " what the image has. See whether it lies there on that very node (the command): a path of your own machine,"
        " or of"
        " another node, is not meant, and a directory that was not there is made empty. Put the files there on every"
        " node"
        " that may run the pod, or give them as a ConfigMap, a Secret or a claim."
    )
    place = (found.backing or found.name).rpartition("/")[0] or "/"
    return Joined(
        because=f"{found.mount} is directory {found.name} of node {node}",
        known_by=found.name,
        evidence=found.evidence,
        remedy=Remedy(text=text + durable(case), commands=(on_node(node, "ls", "-la", f"/host{place}"),)),
        claim=ClaimType.FILE_MISSING,
        names={"path": found.path},
        fault=Fault.TEMPLATE,
        fault_names=(found.volume, "volumes"),
    )


def _empty(case: Case, suspect: Container, found: named.File) -> Joined:
    fillers = [name for name in _others(case, suspect, found.volume) if name]
    filled = (
        f"{' and '.join(fillers[:2])} of the same pod, which {'has' if len(fillers) == 1 else 'have'} it mounted"
        " too, did"
        " not put the file there: see what it printed"
        if fillers
        else "nothing in the pod puts the file there"
    )
    filling = "" if issued_files.issued(found.path) else ", by an init container, or from a claim, if it is to stay"
    text = (
        f"{found.path} lies in an emptyDir (mounted at {found.mount}), which is empty in each new pod and hides what"
        " the"
        f" image has there; {filled}. Give it the file: as a key of a ConfigMap or Secret mounted at that very path"
        f" (subPath){filling}."
    )
    look_at = kubectl(case.namespace, "get", subject(case), "-o", "yaml")
    return Joined(
        because=f"{found.mount} is an emptyDir, empty in each new pod",
        known_by="emptyDir",
        evidence=found.evidence,
        remedy=Remedy(text=text + durable(case), commands=(look_at,)),
        claim=ClaimType.FILE_MISSING,
        names={"path": found.path},
        fault=Fault.TEMPLATE,
        fault_names=(found.volume, "volumeMounts"),
    )


def _others(case: Case, suspect: Container, volume: str) -> list[str]:
    return [
        item.name
        for item in case.containers
        if item.name != suspect.name
        and any(fields.text(mount, "name") == volume for mount in fields.items(item.spec, "volumeMounts"))
    ]
