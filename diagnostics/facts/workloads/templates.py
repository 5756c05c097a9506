"""The difference between two pod templates, by container and field, with names but never values that may be secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.facts.workloads.revisions import POD_HASH, noise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Object

SHOWN = 120
"""Characters of one side of a difference that are shown."""

FIRST = ("image", "command", "args", "env ", "envFrom", "resources", "livenessProbe", "startupProbe", "readinessProbe")
"""Fields that break containers most often: their differences are listed first, in this order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs. ``container`` is empty for the pod's own fields; ``field`` is a path inside it."""

    container: str
    field: str
    old: str
    new: str

    @property
    def what(self) -> str:
        """Return the field as a person says it: ``image of api``."""
        return f"{self.field} of {self.container}" if self.container else f"pod {self.field}"


def differences(old: Object, new: Object) -> tuple[Difference, ...]:
    """Return what differs from one template to the other, ignoring hash labels, restarts and checksums."""
    found = [*_pod(old, new)]
    for listed in ("initContainers", "containers"):
        before = {fields.text(item, "name"): item for item in fields.items(old, "spec", listed)}
        after = {fields.text(item, "name"): item for item in fields.items(new, "spec", listed)}
        for name in dict.fromkeys([*before, *after]):
            if name not in before or name not in after:
                there = "container" if listed == "containers" else "init container"
                found.append(Difference("", f"{there} {name}", _there(name in before), _there(name in after)))
            else:
                found.extend(_container(name, before[name], after[name]))
    return tuple(sorted(found, key=_order))


def _order(item: Difference) -> tuple[int, str, str]:
    place = next((i for i, field in enumerate(FIRST) if item.field.startswith(field)), len(FIRST))
    return (place, item.container, item.field)


def _pod(old: Object, new: Object) -> Iterator[Difference]:
    for kind in ("labels", "annotations"):
        before, after = (fields.labels(item, "metadata", kind) for item in (old, new))
        for key in sorted({*before, *after} - {POD_HASH}):
            if before.get(key) != after.get(key) and not noise(key):
                yield Difference("", f"{kind[:-1]} {key}", _cut(before.get(key, "")), _cut(after.get(key, "")))
    skipped = {"containers", "initContainers"}
    before, after = (_flat(item, skipped) for item in (fields.table(old, "spec"), fields.table(new, "spec")))
    yield from _paths("", before, after)


def _container(name: str, old: Object, new: Object) -> Iterator[Difference]:
    for field in ("command", "args"):
        before, after = (" ".join(fields.strings(item, field)) for item in (old, new))
        if before != after:
            yield Difference(name, field, *_apart(before, after))
    yield from _env(name, old, new)
    before_from, after_from = (_references(item) for item in (old, new))
    for reference in sorted(before_from ^ after_from):
        yield Difference(
            name, f"envFrom {reference}", _there(reference in before_from), _there(reference in after_from)
        )
    skipped = {"command", "args", "env", "envFrom", "name"}
    yield from _paths(name, _flat(old, skipped), _flat(new, skipped))


def _env(name: str, old: Object, new: Object) -> Iterator[Difference]:
    before = {fields.text(item, "name"): item for item in fields.items(old, "env")}
    after = {fields.text(item, "name"): item for item in fields.items(new, "env")}
    for variable in dict.fromkeys([*before, *after]):
        one, other = before.get(variable), after.get(variable)
        if one is None or other is None:
            yield Difference(name, f"env {variable}", _source(one), _source(other))
        elif _value(one) != _value(other):
            shown, shown_new = _source(one), _source(other)
            if shown == shown_new:
                shown, shown_new = "one value", "another value"
            yield Difference(name, f"env {variable}", shown, shown_new)


def _value(entry: Object) -> Any:
    """Return what tells two entries apart: the keyed digest once values are stripped, else the value itself."""
    digest = fields.text(entry, "facts", "same")
    return (digest or fields.at(entry, "value"), _flat(fields.table(entry, "valueFrom"), set()))


def _source(entry: Object | None) -> str:
    """Return where the variable comes from, never what it holds."""
    if entry is None:
        return "not set"
    for kind, word in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        reference = fields.table(entry, "valueFrom", kind)
        if reference:
            return f"{word} {fields.text(reference, 'name')} key {fields.text(reference, 'key')}"
    path = fields.text(entry, "valueFrom", "fieldRef", "fieldPath")
    return path or "set"


def _references(container: Object) -> set[str]:
    return {
        f"{word} {fields.text(entry, kind, 'name')}"
        for entry in fields.items(container, "envFrom")
        for kind, word in (("secretRef", "Secret"), ("configMapRef", "ConfigMap"))
        if fields.text(entry, kind, "name")
    }


def _paths(container: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for path in sorted({*before, *after}):
        one, other = before.get(path, ""), after.get(path, "")
        if one != other:
            yield Difference(container, path, _cut(one), _cut(other))


def _flat(item: Any, skipped: set[str]) -> dict[str, str]:
    """Return the leaves by path; entries of lists are known by their name, mount path or port where they have one."""
    found: dict[str, str] = {}

    def walk(value: Any, path: str, depth: int) -> None:
        if depth > 12:
            return
        if isinstance(value, dict):
            for key, held in value.items():
                if path or key not in skipped:
                    walk(held, f"{path}.{key}" if path else str(key), depth + 1)
        elif isinstance(value, list):
            for index, held in enumerate(value):
                walk(held, f"{path}[{_known_by(held, index)}]", depth + 1)
        else:
            found[path] = "" if value is None else str(value)

    walk(item, "", 0)
    return found


def _known_by(entry: Any, index: int) -> str:
    for key in ("name", "mountPath", "containerPort", "key"):
        value = fields.at(entry, key)
        if isinstance(value, str | int):
            return str(value)
    return str(index)


def _apart(old: str, new: str) -> tuple[str, str]:
    """Return both texts cut to where they begin to differ."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, start - 40)
    lead = "…" if start else ""
    return _cut(lead + old[start:]), _cut(lead + new[start:])


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else f"{flat[: SHOWN - 1]}…"


def _there(present: bool) -> str:  # noqa: FBT001 — one word for a set's membership
    return "present" if present else "absent"
