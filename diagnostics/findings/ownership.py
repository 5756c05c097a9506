"""Rights on a file in a volume: what would set them right, by what the volume is and what the spec sets already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.podwords import storage
from diagnostics.diagnosis import Remedy
from diagnostics.facts.model import Role
from diagnostics.facts.pods import blocking
from diagnostics.findings.commands import durable, new_pod, patch_spec

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.named import File
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

UNMANAGED: Final = frozenset({"hostPath", "local", "nfs"})
"""Kinds of storage whose files the kubelet never hands to ``fsGroup`` (volume plugins without fsGroup support)."""


def closed_by(case: Case, path: str) -> Container | None:
    """Return the init container whose command sets the rights of that path (``chmod``, ``install``), or None."""
    for container in blocking.containers_of(case.pod) if case.pod is not None else ():
        words = " ".join((*fields.strings(container.spec, "command"), *fields.strings(container.spec, "args")))
        if container.role is Role.INIT and path and path in words and ("chmod" in words or "install" in words):
            return container
    return None


def too_open(case: Case, path: str, closing: Container | None) -> Remedy:
    """Return what closes a file that others than its owner may use."""
    group = fields.whole(case.pod, "spec", "securityContext", "fsGroup")
    opens = "" if group is None else f" fsGroup {group} opens it to its group at every mount: fsGroupChangePolicy"
    opens += "" if group is None else " OnRootMismatch leaves it alone."
    if closing is not None:
        text = (
            f"Make a new pod: its init container {closing.name} runs chmod again, which a container restart does not."
        )
        return Remedy(text=text + opens, commands=(new_pod(case),))
    text = f"Close {path or 'it'} before the program starts: chmod 600 (a directory: 700) in an init container, or"
    return Remedy(text=f"{text} defaultMode 0400 where it is a Secret's volume.{opens}" + durable(case))


def denied(case: Case, suspect: Container, place: str, found: File | None) -> Remedy:
    """Return what lets the container's user use a place, by what lies there."""
    if found is None or not found.volume:
        text = f"Let the container's user use {place or 'it'}: correct the owner in the image, or mount a volume there."
        return Remedy(text=text + durable(case))
    kind = _storage(case, found.volume)
    if kind in UNMANAGED:
        where = fields.text(case.pod, "spec", "nodeName")
        of_node = f" of node {where}" if where and kind != "nfs" else ""
        text = f"The volume is a {kind}{of_node}, where fsGroup does nothing: give the directory behind {place} to the"
        return Remedy(text=f"{text} container's user there, or chown it in an init container that runs as root.")
    group = fields.whole(case.pod, "spec", "securityContext", "fsGroup")
    if group is not None:
        text = (
            f"fsGroup {group} is set and does not reach {place}: look at its owner and mode (ls -ln), then chown it in"
        )
        return Remedy(text=f"{text} an init container that runs as root." + durable(case))
    user = _runs_as(case, suspect)
    text = f"Let the container's user use {place}: set fsGroup for its volume, or correct the owner."
    commands = () if user is None else patch_spec(case, {"securityContext": {"fsGroup": user}})
    return Remedy(text=text + durable(case), commands=commands)


def _runs_as(case: Case, suspect: Container) -> int | None:
    """Return the group, or else the user, that the spec runs the container as."""
    for name in ("runAsGroup", "runAsUser"):
        for holder in (suspect.spec, fields.table(case.pod, "spec")):
            number = fields.whole(holder, "securityContext", name)
            if number:
                return number
    return None


def _storage(case: Case, volume: str) -> str:
    """Return what is behind a volume of the pod: its own kind, or for a claim that of its PersistentVolume."""
    named: Object = next(
        (item for item in fields.items(case.pod, "spec", "volumes") if fields.text(item, "name") == volume), {}
    )
    claim = fields.text(named, "persistentVolumeClaim", "claimName")
    if not claim:
        return next((key for key in named if key != "name"), "")
    return storage(case.snapshot, case.namespace, claim)
