"""What a kubectl command of a remedy would change: read back from its own words, and applied to a copy of the snapshot.

The gate judges what a person would really type. So it reads the printed command, not the intention behind it: a
command that this module does not understand changes nothing here, and cannot be rehearsed.
"""

from __future__ import annotations

import copy
import json
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Object, Snapshot

KINDS: Final = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
    "cronjob": "CronJob",
    "job": "Job",
    "configmap": "ConfigMap",
    "secret": "Secret",
    "pod": "Pod",
    "pvc": "PersistentVolumeClaim",
    "node": "Node",
    "serviceaccount": "ServiceAccount",
}
"""kubectl's words for a kind → its name in the API."""

MERGED_BY: Final = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
}
"""Lists that a strategic merge patch merges by a key of their items (``patchMergeKey`` of the API's types)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one command does to one object. ``verb``: patch, scale, undo, restart, delete, cordon, create or run."""

    verb: str
    kind: str = ""
    namespace: str = ""
    name: str = ""
    patch: Object | None = None
    """For ``patch``: what is merged into the object, as a strategic merge patch."""
    number: int | None = None
    """For ``scale`` the replicas, for ``undo`` the revision."""

    @property
    def open(self) -> bool:
        """Whether a person must fill something in first (``<value>``): such a change cannot be rehearsed."""
        return "<" in json.dumps(self.patch or {})


def effect(command: str) -> Effect | None:
    """Return what the command changes; None for one that only looks, or that is not understood."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if words[:1] != ["kubectl"]:
        return None
    namespace, rest = _scoped(words[1:])
    read = _VERBS.get(rest[0]) if rest else None
    return None if read is None else read(namespace, rest[1:])


def effects(commands: tuple[str, ...]) -> tuple[Effect, ...]:
    """Return what the commands change, in order."""
    return tuple(found for command in commands if (found := effect(command)) is not None)


def applied(snapshot: Snapshot, change: Effect) -> Snapshot | None:
    """Return a copy of the snapshot after the change, or None when the change cannot be played through.

    A changed pod template is what new pods get: the pod at hand takes it on as well.
    """
    if change.verb != "patch" or change.patch is None or change.open:
        return None
    target = snapshot.one(change.kind, change.namespace, change.name)
    if target is None:
        return None
    patched = merge(target, change.patch)
    objects = {**snapshot.objects, change.kind: _swapped(snapshot.objects[change.kind], target, patched)}
    spec = fields.table(change.patch, "spec", "template", "spec")
    if spec:
        objects["Pod"] = tuple(
            merge(pod, {"spec": spec}) if _made_by(snapshot, pod, change) else pod
            for pod in snapshot.objects.get("Pod", ())
        )
    return replace(snapshot, objects=objects)


def merge(base: Any, patch: Any, key: str = "") -> Any:
    """Return ``base`` with the strategic merge patch: objects merge, keyed lists merge by item."""
    if isinstance(base, dict) and isinstance(patch, dict):
        merged = dict(base)
        for name, value in patch.items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = merge(base.get(name), value, name)
        return merged
    if isinstance(base, list) and isinstance(patch, list) and key in MERGED_BY:
        return _merged_items(base, patch, MERGED_BY[key])
    return copy.deepcopy(patch)


def leaves(patch: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each value that a patch sets, with its path; items of keyed lists are named by their key."""
    if isinstance(patch, dict):
        for name, value in patch.items():
            yield from leaves(value, (*path, name))
    elif isinstance(patch, list) and path and path[-1] in MERGED_BY:
        by = MERGED_BY[path[-1]]
        for item in patch:
            if isinstance(item, dict):
                rest = {name: value for name, value in item.items() if name != by}
                yield from leaves(rest or item, (*path, str(item.get(by, ""))))
    else:
        yield path, patch


def at(item: Any, path: tuple[str, ...]) -> Any:
    """Return what an object has at a path of ``leaves``, or None."""
    for index, step in enumerate(path):
        if isinstance(item, list):
            by = MERGED_BY.get(path[index - 1], "name")
            item = next((entry for entry in item if isinstance(entry, dict) and entry.get(by) == step), None)
        else:
            item = item.get(step) if isinstance(item, dict) else None
        if item is None:
            return None
    return item


def _merged_items(base: list[Any], patch: list[Any], by: str) -> list[Any]:
    merged = list(base)
    for item in patch:
        if not isinstance(item, dict):
            continue
        same = (index for index, own in enumerate(merged) if isinstance(own, dict) and own.get(by) == item.get(by))
        place = next(same, None)
        if place is None:
            merged.append(copy.deepcopy(item))
        else:
            merged[place] = merge(merged[place], item)
    return merged


def _swapped(found: tuple[Object, ...], old: Object, new: Object) -> tuple[Object, ...]:
    return tuple(new if item is old else item for item in found)


def _made_by(snapshot: Snapshot, pod: Object, change: Effect) -> bool:
    if fields.namespace(pod) != change.namespace:
        return False
    owner: Object | None = pod
    for _ in range(3):
        controller = _controller(owner or {})
        if (controller.get("kind"), controller.get("name")) == (change.kind, change.name):
            return True
        kind, name = str(controller.get("kind", "")), str(controller.get("name", ""))
        owner = snapshot.one(kind, change.namespace, name) if kind else None
        if owner is None:
            return False
    return False


def _controller(item: Object) -> Object:
    owners = fields.items(item, "metadata", "ownerReferences")
    return next((owner for owner in owners if owner.get("controller")), {})


def _scoped(words: list[str]) -> tuple[str, list[str]]:
    if words[:1] == ["-n"]:
        return (words[1] if len(words) > 1 else ""), words[2:]
    return "", words


def _subject(words: list[str]) -> tuple[str, str, list[str]]:
    """Return kind, name and the rest of ``deployment/api …`` or ``pod NAME …``."""
    if not words:
        return "", "", []
    kind, slash, name = words[0].partition("/")
    if slash:
        return KINDS.get(kind, kind), name, words[1:]
    return KINDS.get(kind, kind), words[1] if len(words) > 1 else "", words[2:]


def _option(words: list[str], *names: str) -> str:
    for index, word in enumerate(words):
        for name in names:
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
            if word == name and index + 1 < len(words):
                return words[index + 1]
    return ""


def _patch(namespace: str, words: list[str]) -> Effect | None:
    kind, name, rest = _subject(words)
    try:
        body = json.loads(_option(rest, "-p", "--patch"))
    except ValueError:
        return None
    return Effect(verb="patch", kind=kind, namespace=namespace, name=name, patch=body) if body else None


def _set(namespace: str, words: list[str]) -> Effect | None:
    what = words[0] if words else ""
    kind, name, rest = _subject(words[1:])
    container = _option(rest, "-c", "--containers")
    if what == "env":
        pairs = [word.partition("=") for word in rest if "=" in word and not word.startswith("-")]
        if not pairs:
            return None
        change: Object = {"env": [{"name": key, "value": value} for key, _, value in pairs]}
    elif what == "image":
        container, _, image = next((word for word in rest if "=" in word), "").partition("=")
        change = {"image": image}
    elif what == "resources":
        change = {"resources": dict(_amounts(rest))}
    else:
        return None
    spec = {"containers": [{"name": container, **change}]}
    body: Object = {"spec": {"template": {"spec": spec}}}
    if kind == "CronJob":
        body = {"spec": {"jobTemplate": body}}
    return Effect(verb="patch", kind=kind, namespace=namespace, name=name, patch=body)


def _amounts(words: list[str]) -> Iterator[tuple[str, Object]]:
    for flag in ("limits", "requests"):
        told = _option(words, f"--{flag}")
        if told:
            pairs = (entry.partition("=") for entry in told.split(","))
            yield flag, {resource: amount for resource, _, amount in pairs}


def _scale(namespace: str, words: list[str]) -> Effect | None:
    kind, name, rest = _subject(words)
    replicas = _option(rest, "--replicas")
    if not replicas.isdecimal():
        return None
    return Effect(verb="scale", kind=kind, namespace=namespace, name=name, number=int(replicas))


def _rollout(namespace: str, words: list[str]) -> Effect | None:
    if words[:1] not in (["undo"], ["restart"]):
        return None
    kind, name, rest = _subject(words[1:])
    revision = _option(rest, "--to-revision")
    number = int(revision) if revision.isdecimal() else None
    return Effect(verb=words[0], kind=kind, namespace=namespace, name=name, number=number)


def _delete(namespace: str, words: list[str]) -> Effect | None:
    kind, name, _ = _subject(words)
    return Effect(verb="delete", kind=kind, namespace=namespace, name=name)


def _cordon(namespace: str, words: list[str]) -> Effect | None:
    del namespace
    return Effect(verb="cordon", kind="Node", name=words[0] if words else "")


def _create(namespace: str, words: list[str]) -> Effect | None:
    named = [word for word in words if not word.startswith("-")]
    return Effect(
        verb="create",
        kind=KINDS.get(named[0], named[0]) if named else "",
        namespace=namespace,
        name=named[-1] if named else "",
    )


def _run(namespace: str, words: list[str]) -> Effect | None:
    """Return what a pod of its own does: nothing when it only prints (``-- id``), unless it is given volumes."""
    if "volumeMounts" not in _option(words, "--overrides"):
        return None
    return Effect(verb="run", kind="Pod", namespace=namespace, name=words[0] if words else "")


_VERBS: Final = {
    "run": _run,
    "patch": _patch,
    "set": _set,
    "scale": _scale,
    "rollout": _rollout,
    "delete": _delete,
    "cordon": _cordon,
    "drain": _cordon,
    "create": _create,
}
