"""Events as the causes meet them: both API forms read alike, attributed by uid and fieldPath, newest first.

core/v1 ``Event`` and events.k8s.io/v1 ``Event`` are one stored object in two shapes (REFERENCE.md 2.5).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.snapshot import Object, Snapshot

COMBINED = "(combined from similar events): "
"""Prefix of an aggregated event (REFERENCE.md 2.6)."""

ALL_COMBINED = "(events with common reason combined)"
"""The whole message of an aggregated event before Kubernetes 1.9: what happened stands in the event's like."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATIC_POD_UIDS = ("kubernetes.io/config.hash", "kubernetes.io/config.mirror")
"""Annotations whose value stands in a static pod's events instead of the mirror pod's uid."""


def parse(raw: Object) -> Event:
    """Return one event, whichever of the two forms it has."""
    about = fields.table(raw, "involvedObject") or fields.table(raw, "regarding")
    first = (
        fields.time(raw, "firstTimestamp")
        or fields.time(raw, "deprecatedFirstTimestamp")
        or fields.time(raw, "eventTime")
        or fields.time(raw, "metadata", "creationTimestamp")
    )
    last = (
        fields.time(raw, "series", "lastObservedTime")
        or fields.time(raw, "lastTimestamp")
        or fields.time(raw, "deprecatedLastTimestamp")
        or first
    )
    count = fields.whole(raw, "series", "count") or fields.whole(raw, "count") or fields.whole(raw, "deprecatedCount")
    message = fields.text(raw, "message") or fields.text(raw, "note")
    return Event(
        reason=fields.text(raw, "reason"),
        message=message.removeprefix(COMBINED),
        type=fields.text(raw, "type"),
        container=_container(fields.text(about, "fieldPath")),
        kind=fields.text(about, "kind"),
        name=fields.text(about, "name"),
        namespace=fields.text(about, "namespace") or fields.namespace(raw),
        first=first,
        last=last,
        count=count or 1,
        raw=raw,
    )


def parsed(snapshot: Snapshot) -> tuple[Event, ...]:
    """Return every event of the snapshot, newest first."""
    return _spelled(newest_first(parse(raw) for raw in snapshot.all("Event")))


def _spelled(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return the events; an aggregated one that only says so has the text of the newest of its like."""
    told = {_like(event): event.message for event in reversed(events) if event.message != ALL_COMBINED}
    return tuple(
        replace(event, message=told[_like(event)]) if event.message == ALL_COMBINED and _like(event) in told else event
        for event in events
    )


def _like(event: Event) -> tuple[str, str, str, str]:
    return event.kind, event.namespace, event.name, event.reason


def newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events ordered by their last sighting, the newest first; ties are broken by their text."""
    by_text = sorted(events, key=lambda event: (event.reason, event.message, event.name))
    return tuple(sorted(by_text, key=lambda event: event.last or EPOCH, reverse=True))


def about(events: Iterable[Event], item: Object, kind: str = "") -> tuple[Event, ...]:
    """Return the events about one object, in the order given.

    An event with a uid belongs to the object of that uid only, so that a namesake's (a StatefulSet pod's that was
    there before) stay out; without one, kind and name decide. Nodes carry their name as uid, or none.
    """
    kind = kind or fields.text(item, "kind")
    uids = {fields.uid(item), *(fields.text(item, "metadata", "annotations", key) for key in STATIC_POD_UIDS)} - {""}
    name, namespace = fields.name(item), fields.namespace(item)
    return tuple(
        event
        for event in events
        if event.name == name
        and (not kind or event.kind in ("", kind))
        and (not namespace or event.namespace == namespace)
        and _same(event, uids, kind)
    )


def _same(event: Event, uids: set[str], kind: str) -> bool:
    told = fields.table(event.raw, "involvedObject") or fields.table(event.raw, "regarding")
    uid = fields.text(told, "uid")
    return not uid or not uids or uid in uids or kind == "Node"


def _container(path: str) -> str:
    """Return the name in ``spec.containers{api}``, also for init and ephemeral containers."""
    _, opened, rest = path.partition("{")
    return rest.removesuffix("}") if opened and path.startswith("spec.") else ""
