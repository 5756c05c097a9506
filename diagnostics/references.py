"""Secrets and ConfigMaps that a pod refers to, and what the kubelet says is missing of them.

Texts: pkg/kubelet/kubelet_pods.go ``makeEnvironmentVariables``, pkg/volume/{secret,configmap,projected}.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import re2

from diagnostics.diagnosis import Evidence
from diagnostics.fields import flag, items, name, namespace, table, text
from diagnostics.quotes import first, pairs, unmasked, waiting
from diagnostics.snapshot import Presence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.case import Case, Container, Event
    from diagnostics.snapshot import Object

_NOT_FOUND: Final = {
    "Secret": re2.compile(r'\bsecrets? \\?"([^"\\]+)\\?" not found'),
    "ConfigMap": re2.compile(r'\bconfigmaps? \\?"([^"\\]+)\\?" not found'),
}
_KEY: Final = re2.compile(r"couldn't find key (\S+) in (Secret|ConfigMap) ([^/\s]+)/(\S+)")
_VOLUME_KEY: Final = {
    "Secret": re2.compile(r"references non-existent secret key: (\S+)"),
    "ConfigMap": re2.compile(r"configmap references non-existent config key: (\S+)"),
}
_VOLUME: Final = re2.compile(r'^MountVolume\.\S+ failed for volume "([^"]+)"')
_NOT_YET: Final = ("ContainerCreating", "PodInitializing", "")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An object, or one key of it, that the kubelet (or the API) says is not there."""

    kind: str
    name: str
    key: str
    container: str
    evidence: tuple[Evidence, ...]
    sure: bool
    present_now: bool
    """The object exists by now: the kubelet's next try, within 15 s (volumes: about 2 min), gets past it."""


def missing(case: Case, kind: str) -> Missing | None:
    """Return what of that kind (``Secret`` or ``ConfigMap``) keeps the pod from starting, or None."""
    if case.pod is None:
        return None
    for container in _blocked_first(case):
        if container.running_since is None and container.waiting_message:
            found = _said(case, kind, container.waiting_message)
            if found is not None:
                return _stated(case, kind, found, container.name, unmasked(case, container))
    for event in case.events:
        found = _said(case, kind, event.message)
        if found is not None and _still_blocks(case, event):
            state = next((waiting(item) for item in case.containers if item.name == event.container), ())
            return _stated(case, kind, found, event.container, (event.evidence(), *state))
    return _inferred(case, kind)


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


def others(case: Case, kind: str, wanted: str) -> tuple[int, tuple[str, ...]]:
    """Return how many pods of the namespace wait for the same object, and the workloads they belong to."""
    pods = [pod for pod in case.snapshot.all("Pod", case.namespace) if _waits_for(case, pod, kind, wanted)]
    return len(pods), tuple(sorted({_owner(case, pod) for pod in pods}))


def _blocked_first(case: Case) -> list[Container]:
    rest = [item for item in case.containers if case.suspect is None or item.name != case.suspect.name]
    return ([case.suspect] if case.suspect is not None else []) + rest


def _said(case: Case, kind: str, message: str) -> tuple[str, str] | None:
    """Return the (name, key) that a kubelet's text says is missing."""
    if found := _KEY.search(message):
        return (found.group(4), found.group(1)) if found.group(2) == kind else None
    if found := _NOT_FOUND[kind].search(message):
        return found.group(1), ""
    if found := _VOLUME_KEY[kind].search(message):
        volume = _VOLUME.search(message)
        return _of_volume(case, kind, volume.group(1) if volume else "", found.group(1)), found.group(1)
    return None


def _of_volume(case: Case, kind: str, volume: str, key: str) -> str:
    """Return the object behind a volume; of several projected ones the one that names the key."""
    for entry in items(case.pod, "spec", "volumes"):
        if text(entry, "name") == volume:
            sources = list(_sources(entry, kind))
            named = [source for source, _, wanted, _ in sources if key in wanted]
            return (named or [source for source, *_ in sources] or [""])[0]
    return ""


def _still_blocks(case: Case, event: Event) -> bool:
    """Whether nothing of the container (of the pod, for a volume) has come to run since the event."""
    if event.reason not in {"Failed", "FailedMount"}:
        return False
    concerned = [item for item in case.containers if event.container in {"", item.name}]
    if event.last is None:
        return all(item.running_since is None and not item.terminations for item in concerned)
    for item in concerned:
        if item.running_since is not None and item.running_since >= event.last:
            return False
        if event.container and item.running_since is not None:
            return False
        ended = item.terminations[0].finished_at if item.terminations else None
        if ended is not None and ended >= event.last:
            return False
    return bool(concerned)


def _stated(case: Case, kind: str, found: tuple[str, str], container: str, evidence: tuple[Evidence, ...]) -> Missing:
    wanted, key = found
    using = [use for use in uses(case.pod or {}, kind, wanted) if key in {"", use.key} or use.key == ""]
    here = [use for use in using if use.container == container] or using
    return Missing(
        kind=kind,
        name=wanted,
        key=key,
        container=container or (here[0].container if here else ""),
        evidence=first((*evidence, *(use.evidence for use in here[:3]))),
        sure=True,
        present_now=not key and case.snapshot.presence(kind, case.namespace, wanted) is Presence.PRESENT,
    )


def _inferred(case: Case, kind: str) -> Missing | None:
    """Infer it when events are gone: nothing ever ran, and the API says that a required volume's object is absent."""
    started = any(item.running_since or item.terminations for item in case.containers)
    blocked = [item for item in case.containers if item.waiting_reason in _NOT_YET]
    if started or not blocked or case.pod is None or not text(case.pod, "spec", "nodeName"):
        return None
    for volume in items(case.pod, "spec", "volumes"):
        for wanted, optional, _, _ in _sources(volume, kind):
            kept_by_cluster = (kind, wanted) == ("ConfigMap", "kube-root-ca.crt")  # made in every namespace
            gone = case.snapshot.presence(kind, case.namespace, wanted) is Presence.ABSENT
            if optional or kept_by_cluster or not gone:
                continue
            use = next(uses(case.pod, kind, wanted))
            state = (*waiting(blocked[0]), use.evidence)
            return Missing(
                kind=kind, name=wanted, key="", container=use.container, evidence=state, sure=False, present_now=False
            )
    return None


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
    mounted = [
        text(container, "name")
        for group in ("initContainers", "containers")
        for container in items(pod, "spec", group)
        if any(text(mount, "name") == title for mount in items(container, "volumeMounts"))
    ]
    for source, optional, keys, quote in _sources(volume, kind):
        if source != wanted:
            continue
        for key in keys or ("",):
            yield Use(
                container=mounted[0] if mounted else "",
                how=f"volume {title}",
                key=key,
                optional=optional,
                evidence=Evidence(source="pod", path=f"spec.volumes[{title}]", quote=quote),
            )


def _sources(volume: Object, kind: str) -> Iterator[tuple[str, bool, tuple[str, ...], str]]:
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


def _waits_for(case: Case, pod: Object, kind: str, wanted: str) -> bool:
    statuses = (*items(pod, "status", "initContainerStatuses"), *items(pod, "status", "containerStatuses"))
    states = [(table(status, "state", "waiting"), status) for status in statuses]
    if any(_names(kind, wanted, text(state, "message")) for state, _ in states):
        return True
    if not any(text(state, "reason") in {"ContainerCreating", "PodInitializing"} for state, _ in states):
        return False
    return any(
        text(event, "involvedObject", "name") == name(pod)
        and text(event, "reason") == "FailedMount"
        and _names(kind, wanted, text(event, "message"))
        for event in case.snapshot.all("Event", namespace(pod))
    )


def _names(kind: str, wanted: str, message: str) -> bool:
    found = _NOT_FOUND[kind].search(message)
    if found is not None and found.group(1) == wanted:
        return True
    found = _KEY.search(message)
    return found is not None and (found.group(2), found.group(4)) == (kind, wanted)


def _owner(case: Case, pod: Object) -> str:
    """Return ``kind/name`` of the topmost controller that the snapshot shows."""
    kind, title = "Pod", name(pod)
    item: Object | None = pod
    for _ in range(3):
        owner = next((entry for entry in items(item, "metadata", "ownerReferences") if flag(entry, "controller")), None)
        if owner is None:
            break
        kind, title = text(owner, "kind"), text(owner, "name")
        item = case.snapshot.one(kind, namespace(pod), title)
    return f"{kind.lower()}/{title}"


def _folded(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(".", "")
