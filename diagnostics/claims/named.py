"""What the log claims, checked against the live objects: a variable in the spec, the provider of a file.

Every answer is a small frozen result with the evidence it rests on, and says "unknown" where a read is missing:
absence is never concluded from ignorance. Hosts are checked in ``diagnostics.claims.reach``, offered here as ``host``.
"""

from __future__ import annotations

import difflib
import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import podwords, relative_paths
from diagnostics.claims.reach import Reach, dns, host
from diagnostics.diagnosis import Evidence
from diagnostics.facts.addresses import address, is_local
from diagnostics.snapshot import Presence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

__all__ = ["File", "Reach", "State", "Variable", "address", "dns", "file", "host", "is_local", "near", "variable"]


KEYS: Final = 4
"""Keys that are named of an object that lacks the one that is looked for, where none looks like it."""


class State(enum.StrEnum):
    """What the objects say of a claimed name."""

    PRESENT = "present"
    EMPTY = "empty"
    ABSENT = "absent"
    DANGLING = "dangling"  # an optional reference to something that is not there: the variable stays unset
    UNKNOWN = "unknown"  # the objects that could tell were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """What the pod's spec and its ConfigMaps say of an environment variable."""

    name: str
    state: State
    near: tuple[str, ...] = ()
    """Names in the spec that look like it: another case, a typing slip, a lost prefix."""
    origin: str = ""
    """``ConfigMap api-config``, ``Secret db`` or empty: where its value comes from."""
    traits: tuple[str, ...] = ()
    """Traits of the value that ``strip`` kept: localhost, unexpanded, whitespace, service-link ..."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Who provides a path in the container."""

    path: str
    state: State
    mount: str = ""
    """The ``mountPath`` that covers it, empty when it lies in the image."""
    volume: str = ""
    kind: str = ""
    """ConfigMap, Secret, PersistentVolumeClaim, emptyDir, hostPath, projected ... or empty (the image)."""
    name: str = ""
    key: str = ""
    """Key of the ConfigMap or Secret that becomes the file."""
    near: tuple[str, ...] = ()
    read_only: bool = False
    storage: str = ""
    """What a claim's PersistentVolume is (``hostPath``, ``nfs``, ``csi`` ...), when it was read."""
    backing: str = ""
    """The directory on the node, when the volume or its PersistentVolume is one."""
    evidence: tuple[Evidence, ...] = ()


def variable(case: Case, name: str, container: Container | None = None) -> Variable:
    """Check a variable that the log calls missing or wrong against ``env`` and ``envFrom`` of the container."""
    holder = container or case.suspect
    if holder is None or not name:
        return Variable(name=name, state=State.UNKNOWN)
    path = f"{holder.spec_path}.env"
    entries = fields.items(holder.spec, "env")
    for entry in reversed(entries):
        if fields.text(entry, "name") == name:
            return _entry(case, name, entry, f"{path}[{name}]")
    names = [fields.text(entry, "name") for entry in entries]
    sources, unknown = [], False
    for source in fields.items(holder.spec, "envFrom"):
        kind = "ConfigMap" if "configMapRef" in source else "Secret"
        ref = fields.text(source, "configMapRef" if kind == "ConfigMap" else "secretRef", "name")
        keys = _keys(case, kind, ref)
        prefix = fields.text(source, "prefix")
        sources.append(f"{kind} {ref}")
        if keys is None:
            unknown = unknown or case.snapshot.presence(kind, case.namespace, ref) is not Presence.ABSENT
            continue
        provided = [prefix + key for key in keys]
        if name in provided:
            said = Evidence(
                source="configmap", path=f"{case.namespace}/{ref} data", quote=f"{name.removeprefix(prefix)}"
            )
            return Variable(name=name, state=State.PRESENT, origin=f"{kind} {ref}", evidence=(said,))
        names += provided
    if names or sources:
        quote = f"env=[{', '.join(names[:40])}]" + (f" envFrom=[{', '.join(sources)}]" if sources else "")
    else:
        # What is not there cannot be quoted: the container without any environment is named instead.
        path, quote = f"{holder.spec_path} (no env)", f"name={holder.name}"
    state = State.UNKNOWN if unknown else State.ABSENT
    return Variable(
        name=name,
        state=state,
        near=near(name, names),
        evidence=(Evidence(source="pod", path=path, quote=quote),),
    )


def _entry(case: Case, name: str, entry: Object, path: str) -> Variable:
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        ref = fields.table(entry, "valueFrom", field)
        if ref:
            return _referenced(case, name, kind, ref, path)
    origin = "field of the pod" if fields.table(entry, "valueFrom") else ""
    facts = fields.table(entry, "facts")
    told = fields.flag(facts, "empty")
    empty = told or (not facts and not origin and not fields.text(entry, "value"))
    return Variable(
        name=name,
        state=State.EMPTY if empty else State.PRESENT,
        origin=origin,
        traits=tuple(fields.strings(facts, "traits")),
        evidence=(Evidence(source="pod", path=path, quote=f"name={name}" + (" (empty)" if told else "")),),
    )


def _referenced(case: Case, name: str, kind: str, ref: Object, path: str) -> Variable:
    owner, key = fields.text(ref, "name"), fields.text(ref, "key")
    said = (Evidence(source="pod", path=f"{path}.valueFrom", quote=f"name={owner} key={key}"),)
    keys = _keys(case, kind, owner)
    gone = case.snapshot.presence(kind, case.namespace, owner) is Presence.ABSENT
    if gone or (keys is not None and key not in keys):
        close = near(key, keys or ())
        return Variable(name=name, state=State.DANGLING, origin=f"{kind} {owner}", near=close, evidence=said)
    return Variable(name=name, state=State.PRESENT, origin=f"{kind} {owner}", evidence=said)


def file(case: Case, path: str, container: Container | None = None) -> File:
    """Find what provides a path: the volume mounted over it, and the key that becomes the file.

    A path from the working directory is looked for where ``relative_paths`` knows it to lie.
    """
    holder = container or case.suspect
    path = "" if holder is None else relative_paths.absolute(holder.spec, path)
    if holder is None or not path:
        return File(path=path, state=State.UNKNOWN)
    covering = [
        mount for mount in fields.items(holder.spec, "volumeMounts") if _covers(fields.text(mount, "mountPath"), path)
    ]
    if not covering:
        return File(path=path, state=State.ABSENT)
    mount = max(covering, key=lambda entry: len(fields.text(entry, "mountPath")))
    name, at = fields.text(mount, "name"), fields.text(mount, "mountPath").rstrip("/") or "/"
    volumes = fields.items(case.pod, "spec", "volumes")
    volume = next((entry for entry in volumes if fields.text(entry, "name") == name), {})
    inner = path[len(at) :].strip("/")
    sub = fields.text(mount, "subPath").strip("/")
    inner = "/".join(part for part in (sub, inner) if part)
    said = Evidence(source="pod", path=f"{holder.spec_path}.volumeMounts[{name}]", quote=f"name={name} mountPath={at}")
    read_only = fields.flag(mount, "readOnly")
    found = File(path=path, state=State.UNKNOWN, mount=at, volume=name, read_only=read_only, evidence=(said,))
    return _provided(case, found, volume, inner)


def only_claim(case: Case) -> File | None:
    """Return the one claim that the suspect mounts, when there is just one: the message named no path."""
    held = {
        fields.text(volume, "name")
        for volume in fields.items(case.pod, "spec", "volumes")
        if "persistentVolumeClaim" in volume
    }
    mounts = fields.items(case.suspect.spec, "volumeMounts") if case.suspect is not None else []
    paths = [fields.text(mount, "mountPath") for mount in mounts if fields.text(mount, "name") in held]
    return file(case, paths[0]) if len(paths) == 1 else None


def _provided(case: Case, found: File, volume: Object, inner: str) -> File:
    kinds = {"configMap": ("ConfigMap", "name"), "secret": ("Secret", "secretName")}
    claims = {"persistentVolumeClaim": ("PersistentVolumeClaim", "claimName"), "hostPath": ("hostPath", "path")}
    place = f"spec.volumes[{found.volume}]"
    for field, (kind, ref) in claims.items():
        if field in volume:
            name = fields.text(volume, field, ref)
            with_name = _with(found, kind, name, Evidence(source="pod", path=place, quote=f"{field}.{ref}={name}"))
            if kind == "hostPath":
                return replace(with_name, backing=_below(name, inner))
            storage, directory = podwords.storage(case.snapshot, case.namespace, name)
            return replace(with_name, storage=storage, backing=directory)
    for field, (kind, ref) in kinds.items():
        if field not in volume:
            continue
        name = fields.text(volume, field, ref)
        said = Evidence(source="pod", path=place, quote=f"{field}.{ref}={name}")
        renamed = {fields.text(item, "path"): fields.text(item, "key") for item in fields.items(volume, field, "items")}
        known = _keys(case, kind, name)
        keys = list(renamed) if renamed else known
        state = State.UNKNOWN if keys is None else State.PRESENT if inner in keys or not inner else State.ABSENT
        return File(
            path=found.path,
            state=state,
            mount=found.mount,
            volume=found.volume,
            kind=kind,
            name=name,
            key=renamed.get(inner, inner),
            near=(near(inner, keys or ()) or tuple(keys or ())[:KEYS]) if state is State.ABSENT else (),
            read_only=True,
            evidence=(*found.evidence, said),
        )
    kind = next((key for key in volume if key != "name"), "")
    return _with(found, kind, "", Evidence(source="pod", path=place, quote=f"{kind}: {{}}")) if kind else found


def _with(found: File, kind: str, name: str, said: Evidence) -> File:
    return File(
        path=found.path,
        state=found.state,
        mount=found.mount,
        volume=found.volume,
        kind=kind,
        name=name,
        read_only=found.read_only,
        evidence=(*found.evidence, said),
    )


def _below(directory: str, inner: str) -> str:
    """Return a host's directory, or the file itself when the path is the mount's own."""
    return directory.rstrip("/") or "/" if not inner else f"{directory.rstrip('/')}/{inner}"


def _covers(mount: str, path: str) -> bool:
    base = mount.rstrip("/")
    return bool(mount) and (path == base or path.startswith(base + "/"))


def _keys(case: Case, kind: str, name: str) -> list[str] | None:
    """Return the keys of a ConfigMap (or of a Secret whose keys were read), or None when they are not known."""
    found = case.snapshot.one(kind, case.namespace, name)
    if found is None or (kind == "Secret" and not fields.table(found, "data")):
        return None
    return [*fields.table(found, "data"), *fields.table(found, "binaryData")]


def near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to three names that look like ``name``: same letters in another case or form first, then close ones."""
    others = [other for other in dict.fromkeys(names) if other and other != name]
    folded = _folded(name)
    same = [other for other in others if _folded(other) == folded]
    part = [
        other
        for other in others
        if len(folded) > 3 and (_folded(other).endswith(folded) or folded.endswith(_folded(other)))
    ]
    close = difflib.get_close_matches(name, others, n=3, cutoff=0.75)
    return tuple(dict.fromkeys((*same, *close, *(entry for entry in part if len(_folded(entry)) > 3))))[:3]


def _folded(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
