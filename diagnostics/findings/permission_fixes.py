"""What to do about a path that may not be used: where its owner is set, which follows from what holds the path.

``fsGroup`` is applied by the kubelet to emptyDir and to claims whose driver allows it, and never to a hostPath, nor to
a PersistentVolume of that kind (Kubernetes: "Configure volume permission and ownership change policy for Pods").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Remedy
from diagnostics.facts.model import Role
from diagnostics.facts.pods import blocking
from diagnostics.findings import image_paths
from diagnostics.findings.commands import durable, kubectl, new_pod, on_node, patch, patch_spec
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims import named as claims
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

_OWNERSHIP: Final = compiled(r"(?i)\bch(?:own|grp)\b|\bchang\w* (?:the )?(?:owner|group)")
"""The operation that failed was itself a change of ownership."""
_BARRED: Final = compiled(r"(?i)permission denied|EACCES")
_SYSTEM: Final = (
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/var/run",
    "/etc",
    "/var/log",
    "/var/lib/docker",
    "/var/lib/kubelet",
)
"""Directories of a node whose owners are the system's own."""
_SHARED: Final = frozenset({"nfs", "csi", "cephfs", "glusterfs", "azureFile"})
"""Kinds of a PersistentVolume to which the kubelet may not apply fsGroup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What was refused: the path, the directory to make usable, the words, and what provides the path."""

    path: str
    place: str
    line: str
    claim: ClaimType
    frozen: bool
    found: claims.File | None

    @property
    def mounted(self) -> bool:
        """Whether the path lies in a volume."""
        return self.found is not None and bool(self.found.volume)

    @property
    def backing(self) -> str:
        """The node's directory that the path lies in, or nothing."""
        return self.found.backing if self.found is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """As whom a container runs, as far as the spec says it: numbers are None where the image decides."""

    user: int | None
    group: int | None
    fs_group: int | None
    added: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def owner(self) -> str:
        """``1000:1000`` for chown, or a placeholder where only the image knows."""
        group = self.group if self.group is not None else self.fs_group
        return "<uid>:<gid>" if self.user is None else f"{self.user}:{self.user if group is None else group}"

    @property
    def words(self) -> str:
        """The identity as a clause: ``as user 1000, fsGroup 1000``; empty when the spec says nothing."""
        told = [] if self.user is None else [f"as user {self.user}"]
        if self.user == 0 and self.dropped:
            told[0] += " without its capabilities"
            told += [f"only {', '.join(self.added)}"] if self.added else []
        if self.user != 0 and self.group is not None and self.group != self.user:
            told.append(f"group {self.group}")
        if self.user != 0 and self.fs_group is not None:
            told.append(f"fsGroup {self.fs_group}")
        return ", ".join(told)


def identity(case: Case, suspect: Container) -> Identity:
    """Return as whom the container runs: its own securityContext before the pod's."""
    own, whole = fields.table(suspect.spec, "securityContext"), fields.table(case.pod, "spec", "securityContext")

    def number(name: str) -> int | None:
        mine = fields.whole(own, name)
        return mine if mine is not None else fields.whole(whole, name)

    return Identity(
        user=number("runAsUser"),
        group=number("runAsGroup"),
        fs_group=fields.whole(whole, "fsGroup"),
        added=tuple(fields.strings(own, "capabilities", "add")),
        dropped=tuple(fields.strings(own, "capabilities", "drop")),
    )


def remedy(case: Case, suspect: Container, refused: Refusal) -> Remedy:
    """Return what gives the container the path: at the node, in the pod's securityContext, or in the image."""
    who = identity(case, suspect)
    if refused.frozen:
        return _frozen(case, suspect, refused)
    if refused.claim is ClaimType.TOO_OPEN:
        return _too_open(case, refused.path, closed_by(case, refused.path))
    if _OWNERSHIP.search(refused.line[:2000]) is not None:
        return _ownership(case, suspect, refused, who)
    if refused.backing:
        return _on_the_node(case, refused, who)
    if refused.mounted:
        return _on_a_volume(case, suspect, refused, who)
    return _in_the_image(case, suspect, refused, who)


def _writable(case: Case, suspect: Container) -> dict[str, str]:
    """Return the container's mounts that it may write to: the path → the claim, or nothing for another volume."""
    volumes = {fields.text(item, "name"): item for item in fields.items(case.pod, "spec", "volumes")}
    found = {}
    for mount in fields.items(suspect.spec, "volumeMounts"):
        volume = volumes.get(fields.text(mount, "name"), {})
        if not fields.flag(mount, "readOnly") and ("emptyDir" in volume or "persistentVolumeClaim" in volume):
            found[fields.text(mount, "mountPath")] = fields.text(volume, "persistentVolumeClaim", "claimName")
    return found


def turned(case: Case, suspect: Container, refused: Refusal) -> str:
    """Return the claim whose file system the node made read-only, or nothing where the spec says why it is.

    A node mounts a file system anew as read-only when it meets an error on its device; a container's start leaves that
    as it is.
    """
    if not refused.frozen or fields.flag(suspect.spec, "securityContext", "readOnlyRootFilesystem"):
        return ""
    if refused.found is not None and refused.mounted:
        claim = refused.found.name if refused.found.kind == "PersistentVolumeClaim" else ""
        return "" if refused.found.read_only else claim
    return next((claim for claim in _writable(case, suspect).values() if claim), "")


def _frozen(case: Case, suspect: Container, refused: Refusal) -> Remedy:
    place = refused.place
    claim = turned(case, suspect, refused)
    if claim:
        text = (
            f"Look at the volume of claim {claim} and its node for I/O errors first (the kernel's log, the volume's"
            " driver): a node makes a file system read-only when it meets one. Then delete the pod: the volume is"
            " checked and mounted anew, which a container's restart does not do."
        )
        return Remedy(text=text, commands=(kubectl(case.namespace, "describe", "pvc", claim), new_pod(case)))
    if refused.mounted:
        return Remedy(text=f"Write somewhere else than {place}: its volume is mounted read-only." + durable(case))
    if not (place.startswith("/") and place.strip("/")):
        # A path that is relative to the working directory, or the root itself, can be mounted over nowhere.
        mounts = ", ".join([path for path in _writable(case, suspect) if path][:2])
        where = f"to a mounted directory ({mounts})" if mounts else "to an emptyDir that is mounted for it"
        frozen = fields.flag(suspect.spec, "securityContext", "readOnlyRootFilesystem")
        why = f"{'the root' if frozen else 'that'} file system is read-only"
        what = f"{refused.path} is relative to its working directory, and {why}" if refused.path else why
        text = f"Let it write {where}, by its own setting of that path or workingDir: {what}."
        return Remedy(text=text + durable(case))
    if image_paths.of_kernel(place):
        return image_paths.remedy(case, suspect, refused.path, place, refused.line, None)
    if not image_paths.fresh(refused.path, place, refused.line) and image_paths.of_program(suspect, place):
        text = (
            f"Let it write elsewhere than {place}, by its own setting of that path: the root file system is read-only,"
            " and an empty volume there hides what the image has. Or fill such a volume first, by an init container of"
            " the same image (cp -a), or give up readOnlyRootFilesystem for this container, where its owner agrees."
        )
        return Remedy(text=text + durable(case))
    top = image_paths.shared(place)
    text = f"Mount an emptyDir at {top}: the root file system is read-only."
    return Remedy(text=text + durable(case), commands=image_paths.mounted(case, suspect, top))


def closed_by(case: Case, path: str) -> Container | None:
    """Return the init container whose command sets the rights of that path (``chmod``, ``install``), or None."""
    for container in blocking.containers_of(case.pod) if case.pod is not None else ():
        words = " ".join((*fields.strings(container.spec, "command"), *fields.strings(container.spec, "args")))
        if container.role is Role.INIT and path and path in words and ("chmod" in words or "install" in words):
            return container
    return None


def _too_open(case: Case, path: str, closing: Container | None) -> Remedy:
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


def _ownership(case: Case, suspect: Container, refused: Refusal, who: Identity) -> Remedy:
    """Return what to do when a chown was refused: the user, a capability, or the storage is in the way."""
    leave = (
        f"fsGroup {who.fs_group} gives the volume its group already"
        if who.fs_group is not None
        else "fsGroup in the pod's securityContext gives a volume its group without it"
    )
    if who.user not in (0, None):
        text = f"Take the chown out of {suspect.name}: only root may change owners, and {leave}."
        return Remedy(text=text + durable(case), commands=_shown(case, refused))
    if who.dropped:
        # Entering another user's directory takes DAC_OVERRIDE, giving its files away CHOWN (capabilities(7)).
        lack = "DAC_OVERRIDE" if _BARRED.search(refused.line[:2000]) is not None else "CHOWN"
        add = list(dict.fromkeys((*who.added, lack)))
        text = (
            f"Give {suspect.name} the capability {lack}, which root needs for it and which the spec drops; or take the"
            f" chown out: {leave}."
        )
        return Remedy(
            text=text + durable(case),
            commands=patch(case, suspect, {"securityContext": {"capabilities": {"add": add}}}),
        )
    text = (
        "The storage does not let even root change owners there (an NFS export with root_squash, an access point with a"
        f" user of its own): take the chown out of {suspect.name} and let the storage give {refused.path or 'it'} to"
        " the user that the program runs as, or use another StorageClass."
    )
    return Remedy(text=text + durable(case), commands=_shown(case, refused))


def _on_the_node(case: Case, refused: Refusal, who: Identity) -> Remedy:
    """Return what to do about a directory of the node: fsGroup does not act on it."""
    node = fields.text(case.pod, "spec", "nodeName") or "<node>"
    if refused.backing.startswith(_SYSTEM):
        text = (
            f"{refused.backing} belongs to the system of node {node}: let the container run as the user, or with the"
            " group (supplementalGroups), that may use it there."
        )
        command = on_node(node, "ls", "-ldn", f"/host{refused.backing}")
        return Remedy(text=text + durable(case), commands=(command,))
    text = (
        f"Give {refused.backing} on node {node} to user {who.owner}: fsGroup does not act on a hostPath. Or use a"
        " StorageClass that honours fsGroup."
    )
    return Remedy(text=text, commands=(on_node(node, "chown", "-R", who.owner, f"/host{refused.backing.rstrip('/')}"),))


def _on_a_volume(case: Case, suspect: Container, refused: Refusal, who: Identity) -> Remedy:
    place, image = refused.place or "the volume", fields.text(suspect.spec, "image")
    written = _by_init(case, refused, who)
    if written is not None:
        return written
    if who.fs_group is not None and refused.found is not None and refused.found.kind == "emptyDir":
        text = (
            f"An emptyDir belongs to root, and fsGroup {who.fs_group} changes its group alone: where the program wants"
            f" {refused.path or place} to be its own user's, mount none there, or run it as the user its image is for."
        )
        return Remedy(text=text + durable(case))
    if who.fs_group is not None:
        shared = refused.found is not None and refused.found.storage in _SHARED
        kind = f" ({refused.found.storage})" if shared and refused.found is not None else ""
        text = (
            f"Change the owner of {place} to {who.owner} where it is stored: fsGroup {who.fs_group} is set already, and"
            f" the volume{kind} does not follow it (hostPath, local and NFS volumes never do)."
        )
        return Remedy(text=text, commands=_shown(case, refused))
    group = who.group or who.user
    if group:
        text = f"Set fsGroup {group} in the pod's securityContext: the kubelet then gives {place} to that group."
        return Remedy(text=text + durable(case), commands=patch_spec(case, {"securityContext": {"fsGroup": group}}))
    text = (
        f"Set fsGroup in the pod's securityContext to the group of the image's user, which its id tells: the kubelet"
        f" then gives {place} to that group."
    )
    told = kubectl(case.namespace, "run", "id", "--rm", "-it", "--restart=Never", f"--image={image}", "--command")
    return Remedy(text=text + durable(case), commands=(f"{told} -- id",) if image else ())


def _by_init(case: Case, refused: Refusal, who: Identity) -> Remedy | None:
    """Return what to do where an init container of another user fills the emptyDir: the files are that user's."""
    if refused.found is None or refused.found.kind != "emptyDir" or who.user is None or case.pod is None:
        return None
    for container in blocking.containers_of(case.pod):
        mounts = fields.items(container.spec, "volumeMounts")
        fills = any(
            fields.text(mount, "name") == refused.found.volume and not fields.flag(mount, "readOnly")
            for mount in mounts
        )
        own = fields.whole(container.spec, "securityContext", "runAsUser")
        user = fields.whole(case.pod, "spec", "securityContext", "runAsUser") if own is None else own
        if container.role is Role.INIT and fills and user not in (None, who.user):
            text = (
                f"Init container {container.name} fills emptyDir {refused.found.volume} as user {user}, and what it"
                f" writes is that user's: run it as user {who.user} too, or let it give its files to a group that user"
                f" {who.user} has (chmod g+r)."
            )
            change = {"initContainers": [{"name": container.name, "securityContext": {"runAsUser": who.user}}]}
            return Remedy(text=text + durable(case), commands=patch_spec(case, change) if user else ())
    return None


def _in_the_image(case: Case, suspect: Container, refused: Refusal, who: Identity) -> Remedy:
    place = refused.place
    if not place:
        text = (
            "The words name no path: find the directory that the program opens in its own settings, and let its user"
            " have the right there (fsGroup for a volume, the image's build for a directory of its own)."
        )
        return Remedy(text=text + durable(case))
    beside = _beside(case, suspect, place)
    if beside:
        text = (
            f"{place} lies outside of the volumes: let the program keep it below {beside}, which is mounted beside it"
            f" (its own setting of that path), or mount a volume at {place} that lasts, if what it holds must."
        )
        return Remedy(text=text + durable(case))
    return image_paths.remedy(case, suspect, refused.path, place, refused.line, who.user)


def _beside(case: Case, suspect: Container, place: str) -> str:
    """Return the claim's mount that has the same parent as the place: what is kept there is data, and no scratch."""
    parent = place.rpartition("/")[0]
    kept = (path for path, claim in _writable(case, suspect).items() if claim)
    return next((path for path in kept if parent and path.rstrip("/").rpartition("/")[0] == parent), "")


def _shown(case: Case, refused: Refusal) -> tuple[str, ...]:
    """Return the command that shows what storage it is."""
    if refused.found is None or refused.found.kind != "PersistentVolumeClaim":
        return ()
    claim = case.snapshot.one("PersistentVolumeClaim", case.namespace, refused.found.name)
    if volume := fields.text(claim, "spec", "volumeName"):
        return (kubectl("", "get", "pv", volume, "-o", "yaml"),)
    return (kubectl(case.namespace, "describe", "pvc", refused.found.name),)
