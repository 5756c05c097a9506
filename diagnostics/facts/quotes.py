"""Evidence from API objects, written the way the contract asks: field values as ``name=value``, messages verbatim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnostics.diagnosis import Evidence
from diagnostics.fields import at, items, name, namespace, table, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnostics.facts.model import Container, Facts, Termination
    from diagnostics.snapshot import Object


def pairs(item: Any, *paths: str) -> str:
    """Return ``name=value`` for each dotted path that is there, joined by spaces; lists and objects are left out."""
    return " ".join(f"{path}={shown}" for path in paths if (shown := _shown(at(item, *path.split(".")))) is not None)


def ending(container: Container, termination: Termination) -> tuple[Evidence, ...]:
    """Return how that instance ended: its reason and exit code, then its message when there is one."""
    path = f"{container.status_path}.{termination.field}.terminated"
    state = table(container.status, termination.field, "terminated")
    stamp = text(state, "finishedAt")
    quote = pairs(state, "reason", "exitCode")
    found = [Evidence(source="pod", path=path, quote=quote, at=stamp)] if quote else []
    if message := text(state, "message"):
        found.append(Evidence(source="pod", path=f"{path}.message", quote=message, at=stamp))
    return tuple(found)


def waiting(container: Container) -> tuple[Evidence, ...]:
    """Return what the container waits for, as its status says it: the reason as a field, the message verbatim.

    ``Container.waiting_reason`` may come from an event that CrashLoopBackOff hides: that event is then the quote.
    """
    path = f"{container.status_path}.state.waiting"
    state = table(container.status, "state", "waiting")
    found = []
    if quote := pairs(state, "reason"):
        found.append(Evidence(source="pod", path=path, quote=quote))
    if message := text(state, "message"):
        found.append(Evidence(source="pod", path=f"{path}.message", quote=message))
    return tuple(found)


def unmasked(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    """Return why the container waits, with the event that tells it when CrashLoopBackOff hides the reason."""
    shown = waiting(container)
    message = container.waiting_message
    if not message or any(item.quote == message for item in shown):
        return shown
    told = (event for event in facts.events if event.container == container.name and message in event.message)
    event = next(told, None)
    return shown if event is None else (event.evidence(), *shown)


def in_status(container: Container, *paths: str) -> tuple[Evidence, ...]:
    """Return fields of the container's status."""
    quote = pairs(container.status, *paths)
    return (Evidence(source="pod", path=container.status_path, quote=quote),) if quote else ()


def of_image(container: Container) -> tuple[Evidence, ...]:
    """Return the image as the spec names it: the status may name another tag of the same content."""
    quote = pairs(container.spec, "image")
    return (Evidence(source="pod", path=container.spec_path, quote=quote),) if quote else ()


def in_spec(container: Container, below: str, *paths: str) -> tuple[Evidence, ...]:
    """Return fields of one part of the container's spec, such as ``livenessProbe``."""
    quote = pairs(at(container.spec, *below.split(".")), *paths)
    return (Evidence(source="pod", path=f"{container.spec_path}.{below}", quote=quote),) if quote else ()


def condition(item: Object, kind: str, *fields: str) -> tuple[Evidence, ...]:
    """Return a condition of an object: its fields as pairs, its message verbatim."""
    for entry in items(item, "status", "conditions"):
        if text(entry, "type") != kind:
            continue
        path = f"status.conditions[{kind}] of {name(item)}"
        stamp = text(entry, "lastTransitionTime")
        source = text(item, "kind").lower() or "object"
        found = []
        if quote := pairs(entry, "type", "status", "reason", *fields):
            found.append(Evidence(source=source, path=path, quote=quote, at=stamp))
        if message := text(entry, "message"):
            found.append(Evidence(source=source, path=f"{path}.message", quote=message, at=stamp))
        return tuple(found)
    return ()


def of_object(item: Object, below: str, *paths: str, kind: str = "") -> tuple[Evidence, ...]:
    """Return fields of any object below a dotted path (empty: the object itself)."""
    quote = pairs(at(item, *below.split(".")) if below else item, *paths)
    if not quote:
        return ()
    where = "/".join(part for part in (namespace(item), name(item)) if part)
    source = kind or text(item, "kind").lower() or "object"
    return (Evidence(source=source, path=f"{where} {below}".strip(), quote=quote),)


def glued(words: Sequence[str]) -> str:
    """Return the word of a command in which two were given as one (``/app/shop.war /work``), or an empty text.

    A script behind ``-c`` is one word by right.
    """
    for before, word in zip(("", *words), words, strict=False):
        parts = word.split()
        if len(parts) > 1 and not before.endswith("c") and all(part[:1] in "/-" for part in parts):
            return word
    return ""


def spoken(words: Sequence[str]) -> str:
    """Return a command as a person writes it; a word in which two were glued together stands in quotes."""
    one = glued(words)
    return " ".join(f'"{word}"' if one and word == one else word for word in words)


def first(found: Iterable[Evidence], limit: int = 8) -> tuple[Evidence, ...]:
    """Return the evidence without repetitions, at most ``limit`` entries, order kept."""
    unique = {(item.path, item.quote): item for item in found if item.quote}
    return tuple(unique.values())[:limit]


def _shown(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) and value != "" else None
