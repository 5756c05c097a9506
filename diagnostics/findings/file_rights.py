"""What gives a program the right to a path that it was refused: by the words, the volume, and whom it runs as.

``fsGroup`` is the answer for few of the cases: it changes the group of a volume's files when the volume is mounted,
and only where the volume supports it (not hostPath, not NFS, not a file system whose server maps the users).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Remedy
from diagnostics.facts.model import Role
from diagnostics.findings.commands import durable, kubectl, patch_spec, pod_name
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.named import File
    from diagnostics.facts.model import Container

FOREIGN: Final = frozenset({"hostPath", "nfs", "cephfs", "azureFile", "glusterfs"})
"""Kinds of volumes whose files keep the owner that the server or the node gives them, whatever fsGroup says."""

_TOO_OPEN: Final = compiled(
    r"(?i)\b(?:accessible|readable|writable|read|owned) (?:only )?by (?:the |its )?(?:owner|user)(?: only)?\b"
    r"|\bowner[- ]only\b|\btoo (?:open|permissive|wide)\b|\b(?:group|world)[- ](?:readable|writable|accessible)\b"
    r"|\b(?:group|world) (?:or (?:group|world|others?) )?(?:access|readable|writable)\b"
    r"|\bmode (?:should be )?0?[67]00\b"
)
_OWNER: Final = compiled(
    r"(?i)\b(?:chown|lchown|fchown|chgrp|chmod|changing (?:the )?(?:ownership|permissions|group))\b"
)
_BELONGS: Final = compiled(r"(?i)\b(?:belongs to|owned by|owner is) (?:uid |user |gid |group )?\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refusal: where it was, what was said, and what lies there."""

    container: Container
    path: str
    line: str
    type: ClaimType
    file: File | None

    @property
    def volume(self) -> str:
        """Return the kind of the volume that the path lies on, or nothing."""
        return self.file.kind or "volume" if self.file is not None and self.file.volume else ""

    @property
    def too_open(self) -> bool:
        """Whether the file may be used by too many, not by too few."""
        return self.type is ClaimType.TOO_OPEN or _TOO_OPEN.search(self.line[:4000]) is not None

    @property
    def of_owner(self) -> bool:
        """Whether the program was not let change an owner or a mode."""
        return _OWNER.search(self.line[:4000]) is not None


def place(path: str, line: str) -> str:
    """Return the directory to make writable: the one that could not be made, else the one that the file lies in."""
    made = "mkdir" in line or "directory" in line or _OWNER.search(line[:4000]) is not None
    return path if made else path.rpartition("/")[0] or path


def narrowed_at_start(case: Case, refusal: Refusal) -> str:
    """Return the init container that sets the mode of the path at the start of a pod, or an empty text.

    It runs once for a pod, not at a container's restart: what widens the mode later stays until there is a new pod.
    """
    for item in case.containers:
        if item.role is not Role.INIT:
            continue
        words = " ".join((*fields.strings(item.spec, "command"), *fields.strings(item.spec, "args")))
        if "chmod" in words and refusal.path.rpartition("/")[2] in words:
            return item.name
    return ""


def remedy(case: Case, refusal: Refusal) -> Remedy:
    """Return what gives the right, with a patch where one follows from what is known."""
    if refusal.too_open:
        return _narrow(case, refusal)
    if refusal.of_owner:
        return _no_owner(case, refusal)
    where = place(refusal.path, refusal.line) or "it"
    group = fields.at(case.pod, "spec", "securityContext", "fsGroup")
    look = (kubectl(case.namespace, "get", "pod", pod_name(case), "-o", "jsonpath={.spec.securityContext}"),)
    if not refusal.volume:
        text = f"Correct the owner of {where} in the image, or mount a volume there that its user may write."
        return Remedy(text=text + durable(case), commands=look)
    if _BELONGS.search(refusal.line[:4000]) is not None:
        text = (
            f"The program wants {where} to belong to its own user, and fsGroup changes the group alone: let no volume"
            " be mounted there, or run it as the user that its image is made for."
        )
        return Remedy(text=text + durable(case), commands=look)
    if group is not None or refusal.volume in FOREIGN:
        why = f"fsGroup {group} is set and does not do it" if group is not None else "fsGroup does nothing there"
        user = _number(case, refusal.container)
        text = (
            f"Give {where} to the user that the container runs as{f' ({user})' if user else ''}: {why} (a"
            f" {refusal.volume} volume), so change the owner where the files lie, or once by an init"
            " container that runs as root (chown)."
        )
        return Remedy(text=text + durable(case), commands=look)
    number = _number(case, refusal.container)
    text = f"Let the container's user use {where}: set fsGroup, which gives the volume's files to that group."
    change = {"securityContext": {"fsGroup": number or "<group of the image's user>"}}
    return Remedy(text=text + durable(case), commands=patch_spec(case, change))


def _narrow(case: Case, refusal: Refusal) -> Remedy:
    """Return how to make a file private again."""
    path = refusal.path or "the file"
    text = f"Others may read {path}, and the program wants it for its owner alone: set its mode to 0600."
    group = fields.at(case.pod, "spec", "securityContext", "fsGroup")
    if refusal.volume in {"Secret", "ConfigMap"}:
        text += f" It comes from a {refusal.volume}: defaultMode 0400 of its volume sets that."
    elif group is not None and refusal.volume:
        text += (
            f" fsGroup {group} opens it to the group at each mount: fsGroupChangePolicy OnRootMismatch, or a place for"
            " it outside the volume, prevents that."
        )
    return Remedy(text=text + durable(case))


def _no_owner(case: Case, refusal: Refusal) -> Remedy:
    """Return what to do where the change of an owner or a mode itself was refused."""
    who = f"{'init ' if refusal.container.role is Role.INIT else ''}container {refusal.container.name}"
    on = f"the {refusal.volume} volume at " if refusal.volume else ""
    text = (
        f"It may not change the owner or mode of {on}{refusal.path or 'the path'}: either {who} does not run as root,"
        " or the storage does not let anybody do so (NFS with root_squash, an EFS access point, SMB). Leave that step"
        " out and let the storage or fsGroup give the files to the user, or use storage that allows it."
    )
    look = kubectl(case.namespace, "get", "pvc,pv")
    return Remedy(text=text + durable(case), commands=(look,) if refusal.volume == "PersistentVolumeClaim" else ())


def _number(case: Case, container: Container) -> int | None:
    """Return the group, else the user, that the container runs with; None where only the image says."""
    for field in ("runAsGroup", "runAsUser"):
        for holder, path in ((container.spec, ()), (case.pod, ("spec",))):
            told = fields.whole(holder or {}, *path, "securityContext", field)
            if told:
                return told
    return None
