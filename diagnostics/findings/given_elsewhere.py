"""Where a variable that is missing may come from: a key of a ConfigMap at hand, or a Secret where its name is of one.

Keys of Secrets are not in a snapshot: of those only the names are said, and how to see what keys they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.claims import podwords
from diagnostics.diagnosis import Remedy
from diagnostics.findings.commands import durable, kubectl, patch
from diagnostics.redact import looks_secret

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

LEAST = 6
"""Letters of a key from which on it may be held for the end of a variable's name."""


def remedy(case: Case, variable: str) -> Remedy | None:
    """Return how to give the suspect the variable from what is there, or None where nothing is known to hold it."""
    if case.suspect is None:
        return None
    found = _key(case, variable)
    if found is not None:
        name, key = found
        text = (
            f"Set {variable} from key {key} of ConfigMap {name}, if that is meant by it: it is there, and nothing gives"
            f" it to container {case.suspect.name}."
        )
        return Remedy(text=text + durable(case), commands=_from(case, case.suspect, variable, "configMapKeyRef", found))
    return _secret(case, case.suspect, variable) if looks_secret(variable) else None


def _secret(case: Case, container: Container, variable: str) -> Remedy:
    """Return how to set what must not stand in the template: from a Secret, best one that the container uses."""
    used = _secrets(container)
    which = f"Secret {used[0]}" if len(used) == 1 else f"one of Secrets {', '.join(used)}" if used else "a Secret"
    lists = " (the first command lists the keys)" if used else ""
    text = f"Set {variable} from {which} by valueFrom.secretKeyRef{lists}, not as a value in the template."
    shown = tuple(kubectl(case.namespace, "describe", "secret", name) for name in used[:2])
    ref = (used[0] if len(used) == 1 else "<secret>", "<key>")
    return Remedy(text=text + durable(case), commands=(*shown, *_from(case, container, variable, "secretKeyRef", ref)))


def _from(case: Case, container: Container, variable: str, field: str, ref: tuple[str, str]) -> tuple[str, ...]:
    source = {"name": variable, "valueFrom": {field: {"name": ref[0], "key": ref[1]}}}
    return patch(case, container, {"env": [source]})


def _secrets(container: Container) -> tuple[str, ...]:
    """Return the Secrets that the container's variables come from already, whole ones first."""
    whole = [fields.text(item, "secretRef", "name") for item in fields.items(container.spec, "envFrom")]
    single = [fields.text(item, "valueFrom", "secretKeyRef", "name") for item in fields.items(container.spec, "env")]
    return tuple(dict.fromkeys(name for name in (*whole, *single) if name))


def _key(case: Case, variable: str) -> tuple[str, str] | None:
    """Return the one ConfigMap of the namespace with a key of that name, however it is written, and the key."""
    wanted = _plain(variable)
    held = [
        (fields.name(item), key)
        for item in case.snapshot.all("ConfigMap", case.namespace)
        for key in podwords.keys(case.snapshot, "ConfigMap", case.namespace, fields.name(item)) or ()
        if len(_plain(key)) >= LEAST and _plain(key) == wanted
    ]
    return held[0] if len(held) == 1 else None


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
