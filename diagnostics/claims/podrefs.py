"""Where a pod's spec refers to Secrets and ConfigMaps: environment entries, envFrom, volumes (projected ones too)."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Evidence
from diagnostics.facts.quotes import pairs
from diagnostics.fields import flag, items, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One place of the pod's spec that needs an object: an environment entry, an envFrom, or a volume."""

    container: str
    """Empty for a volume that no container mounts."""
    how: str
    """``env DB_PASSWORD``, ``envFrom``, ``volume tls``."""
    key: str
    optional: bool
    evidence: Evidence


def uses(pod: Object, kind: str, wanted: str) -> Iterator[Use]:
    """Yield every place of the pod's spec that refers to the object."""
    for group in ("initContainers", "containers"):
        for container in items(pod, "spec", group):
            yield from _env_uses(container, f"spec.{group}[{text(container, 'name')}]", kind, wanted)
    for volume in items(pod, "spec", "volumes"):
        yield from _volume_uses(pod, volume, kind, wanted)


def refers(pod: Object, kind: str) -> bool:
    """Whether the pod's containers refer to any object of that kind in their environment."""
    selector, source = ("secretKeyRef", "secretRef") if kind == "Secret" else ("configMapKeyRef", "configMapRef")
    containers = [*items(pod, "spec", "initContainers"), *items(pod, "spec", "containers")]
    return any(
        any(table(entry, "valueFrom", selector) for entry in items(container, "env"))
        or any(table(entry, source) for entry in items(container, "envFrom"))
        for container in containers
    )


def keys_wanted(pod: Object, kind: str, wanted: str) -> tuple[str, ...]:
    """Return the keys of the object that the pod's spec names, in order, without repetitions."""
    return tuple(dict.fromkeys(use.key for use in uses(pod, kind, wanted) if use.key))


def near(wanted: str, there: Iterator[str] | list[str]) -> list[str]:
    """Return names that a person may have meant: the same but for case or separators, or close in spelling."""
    names = [item for item in dict.fromkeys(there) if item != wanted][:2000]
    folded = _folded(wanted)
    same = [item for item in names if _folded(item) == folded]
    held = [item for item in names if item not in same and (item.startswith(wanted) or wanted.startswith(item))]
    close = difflib.get_close_matches(wanted, [item for item in names if item not in same + held], n=3, cutoff=0.75)
    return [*same, *held, *close][:3]


def files_wanted(pod: Object, kind: str, wanted: str) -> tuple[str, ...]:
    """Return the keys that mounts of the object's volume name as subPath, where the volume renames none."""
    titles = {
        text(volume, "name")
        for volume in items(pod, "spec", "volumes")
        for source, _, keys, _ in sources(volume, kind)
        if source == wanted and not keys
    }
    paths = (
        text(mount, "subPath")
        for group in ("initContainers", "containers")
        for container in items(pod, "spec", group)
        for mount in items(container, "volumeMounts")
        if text(mount, "name") in titles
    )
    return tuple(dict.fromkeys(path for path in paths if path and "/" not in path))


def _env_uses(container: Object, path: str, kind: str, wanted: str) -> Iterator[Use]:
    owner = text(container, "name")
    selector, source = ("secretKeyRef", "secretRef") if kind == "Secret" else ("configMapKeyRef", "configMapRef")
    for entry in items(container, "env"):
        reference = table(entry, "valueFrom", selector)
        if text(reference, "name") == wanted:
            variable = text(entry, "name")
            quote = pairs({selector: reference}, f"{selector}.name", f"{selector}.key")
            where = f"{path}.env[{variable}].valueFrom"
            yield Use(
                container=owner,
                how=f"env {variable}",
                key=text(reference, "key"),
                optional=flag(reference, "optional"),
                evidence=Evidence(source="pod", path=where, quote=quote),
            )
    for entry in items(container, "envFrom"):
        reference = table(entry, source)
        if text(reference, "name") == wanted:
            quote = pairs(entry, f"{source}.name")
            yield Use(
                container=owner,
                how="envFrom",
                key="",
                optional=flag(reference, "optional"),
                evidence=Evidence(source="pod", path=f"{path}.envFrom", quote=quote),
            )


def _volume_uses(pod: Object, volume: Object, kind: str, wanted: str) -> Iterator[Use]:
    title = text(volume, "name")
    mounts = [
        (text(container, "name"), text(mount, "subPath"))
        for group in ("initContainers", "containers")
        for container in items(pod, "spec", group)
        for mount in items(container, "volumeMounts")
        if text(mount, "name") == title
    ]
    below = tuple(dict.fromkeys(path for _, path in mounts if path and "/" not in path))
    for source, optional, keys, quote in sources(volume, kind):
        if source != wanted:
            continue
        for key in keys or below or ("",):
            yield Use(
                container=mounts[0][0] if mounts else "",
                how=f"volume {title}",
                key=key,
                optional=optional,
                evidence=Evidence(source="pod", path=f"spec.volumes[{title}]", quote=quote),
            )


def sources(volume: Object, kind: str) -> Iterator[tuple[str, bool, tuple[str, ...], str]]:
    """Yield (object, optional, keys, quote) for each source of that kind in a volume, projected ones included."""
    field, label = ("secret", "secretName") if kind == "Secret" else ("configMap", "name")
    whole = table(volume, field)
    if whole:
        yield _source(whole, label, pairs(volume, f"{field}.{label}"))
    for entry in items(volume, "projected", "sources"):
        part = table(entry, field)
        if part:
            yield _source(part, "name", pairs(entry, f"{field}.name"))


def _source(part: Object, label: str, quote: str) -> tuple[str, bool, tuple[str, ...], str]:
    keys = tuple(text(entry, "key") for entry in items(part, "items") if text(entry, "key"))
    return text(part, label), flag(part, "optional"), keys, quote


def _folded(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(".", "")
