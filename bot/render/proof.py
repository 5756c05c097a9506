"""Evidence as people read it: a program's last words together, fields and events each with the place they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render.words import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.diagnosis import Diagnosis, Evidence

SHOWN = 6
"""Quotes that stand open; what proves less is folded."""

_NO_ENV = " (no env)"


@dataclass(frozen=True, slots=True)
class Group:
    """Quotes that are shown together. ``heading`` names a log; it is empty for fields and events."""

    heading: str
    items: tuple[Evidence, ...]


def groups(evidence: Sequence[Evidence]) -> list[Group]:
    """Return the quotes in groups, what proves most first: each log in its own order, everything else in a list."""
    gathered: dict[str, list[Evidence]] = {}
    for item in evidence:
        gathered.setdefault(item.path if item.source == "log" else "", []).append(item)
    return [Group(_log(items) if path else "", tuple(_in_order(items) if path else items))
            for path, items in gathered.items()]  # fmt: skip


def label(item: Evidence, diagnosis: Diagnosis) -> str:
    """Return where a quote stands: the field's path with its object, or the event; the pod at hand is not repeated."""
    if item.source == "event":
        return _timed(_event(item.path, diagnosis.target.pod), item.at)
    path = item.path.removesuffix(_NO_ENV)
    last = path.rpartition(" ")[2]
    if " " in path and item.quote.startswith(f"{last}:"):  # the quote names its field itself
        path = path[: -len(last) - 1]
    place = path if item.source == "pod" and path else f"{item.source} {path}".strip()
    return _timed(place, item.at if path.endswith(("terminated", ".message")) or "conditions[" in path else "")


def implied(item: Evidence) -> str:
    """Return what a field's presence says, where the snapshot holds only its name; empty for a quote that says it."""
    name = item.quote.removeprefix("name=")
    if item.source == "pod" and item.path.endswith(f".env[{name}]"):
        return "set here; its value is not read"
    return "no environment variables" if item.path.endswith(_NO_ENV) else ""


def _event(path: str, pod: str | None) -> str:
    reason, _, about = path.partition(" on ")
    kind, _, rest = about.partition(" ")
    name = rest.partition(" ")[0]
    at_hand = kind == "Pod" and pod is not None and name.rpartition("/")[2] == pod
    return f"event {reason}" if at_hand or not about else f"event {reason} on {kind} {name}"


def _log(items: Sequence[Evidence]) -> str:
    """Return ``Log of api of postgres-0, 12:38:12 UTC``."""
    place, _, instance = items[0].path.rpartition("/")
    pod, _, container = place.rpartition(" ")
    where = f" of {pod.rpartition('/')[2]}" if pod else ""
    before = " before its last restart" if instance == "previous" else ""
    return _timed(f"Log of {container or place or items[0].path}{where}{before}", max(item.at for item in items))


def _in_order(items: Sequence[Evidence]) -> list[Evidence]:
    """Return lines of one log as the log has them; lines without a time stay where the proof put them."""
    return sorted(items, key=lambda item: item.at) if all(item.at for item in items) else list(items)


def _timed(text: str, at: str) -> str:
    return f"{text}, {clock(at)}" if at else text
