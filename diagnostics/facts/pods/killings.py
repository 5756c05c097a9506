"""What the kubelet itself tells of a container's kill: its ``Killing`` and hook events, and which end each is about.

A sighting at the end proves it at once. But sightings get lost: the recorder lets few events of one object through and
drops the newest (REFERENCE.md 2.6). So a kill that was told again and again up to about the end is believed as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.facts.model import EndedBy, Event
from diagnostics.facts.pods import lifetimes
from diagnostics.facts.pods.removals import Verdict

if TYPE_CHECKING:
    from diagnostics.diagnosis import Evidence
    from diagnostics.facts.model import Container, Termination
    from diagnostics.snapshot import Object

NEAR: Final = timedelta(seconds=60)
"""A node's event belongs to a container's end when it lies within this time (REFERENCE.md 3.2)."""

SLACK_S: Final = 5
"""Seconds an event may lag behind the grace period (REFERENCE.md 3.2)."""

LOST: Final = timedelta(seconds=600)
"""How long the newest sighting may lie before an instance's start: the recorder then lets one event through in five
minutes, and a container in back-off waits for as long (REFERENCE.md 2.6)."""

OFTEN: Final = 2
"""Sightings from which on a kill is no single event of an earlier end."""

SIGNALLED: Final = frozenset({137, 143})
"""Exit codes of a program that a signal ended: SIGKILL and SIGTERM (128 + 9, 128 + 15)."""

DEFAULT_GRACE_S: Final = 30
"""``terminationGracePeriodSeconds`` when the pod says nothing (Kubernetes default)."""

KILLINGS: Final[tuple[tuple[str, EndedBy], ...]] = (
    ("failed liveness probe", EndedBy.LIVENESS_PROBE),
    ("failed startup probe", EndedBy.STARTUP_PROBE),
    ("FailedPostStartHook", EndedBy.HOOK),
    ("resize requires restart", EndedBy.RESIZE),
    ("definition changed", EndedBy.RESIZE),
    ('is in "unknown" state', EndedBy.RUNTIME),
)
"""What a ``Killing`` event's text says (REFERENCE.md 2.1)."""

PROBES: Final = {
    EndedBy.LIVENESS_PROBE: ("Liveness", "livenessProbe"),
    EndedBy.STARTUP_PROBE: ("Startup", "startupProbe"),
}
"""Authors that are probes → their name in events, and in the container's spec."""

_AGAIN: Final = frozenset({*PROBES, EndedBy.HOOK})
"""Authors that kill every instance anew."""


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around an end: the pod, its events and its node's, newest first."""

    pod: Object
    events: tuple[Event, ...]
    node_events: tuple[Event, ...]


def told(container: Container, end: Termination, context: Context) -> Verdict | None:
    """Answer when events of this container name who ended it: by a sighting at the end, by habit, or between two."""
    own = [event for event in context.events if event.container in ("", container.name) and _tells(event)]
    fits = [(event, _fits(event, end, grace_s(container, context.pod))) for event in own]
    for event, fit in fits:
        if fit and (found := _verdict(container, event, end, context, sure=True)):
            return found
    for event in own:
        if _habitual(container, event, end):
            return _verdict(container, event, end, context, sure=True)
    for event, fit in fits:
        if fit is not None and (found := _verdict(container, event, end, context, sure=False)):
            return found
    return None


def author(event: Event) -> EndedBy | None:
    """Return whom a ``Killing`` or hook event names, or None when it only says that the container is stopped."""
    if event.reason == "FailedPostStartHook":
        return EndedBy.HOOK
    if event.reason != "Killing":
        return None
    return next((by for text, by in KILLINGS if text in event.message), None)


def kills(events: tuple[Event, ...], container: str, by: EndedBy | None = None) -> tuple[Event, ...]:
    """Return the events of the container that name a killer (that one, if one is given), newest first."""
    own = ((event, author(event)) for event in events if event.container in ("", container))
    return tuple(event for event, found in own if found is not None and by in (None, found))


def _tells(event: Event) -> bool:
    return event.reason in ("Killing", "FailedPostStartHook")


def _verdict(container: Container, event: Event, end: Termination, context: Context, *, sure: bool) -> Verdict | None:
    by = author(event)
    if by is not None:
        return Verdict(by, sure=sure, because=(event.evidence(), *probe_events(container, by, context)))
    if event.message == "killing":
        return Verdict(EndedBy.RULE, sure=False, because=(event.evidence(),))
    return _stopping(event, end, context, sure=sure) if event.message.startswith("Stopping container") else None


def _stopping(event: Event, end: Termination, context: Context, *, sure: bool) -> Verdict:
    """Answer for a stop without a reason: the pod's deletion, or the kubelet clearing up after a lost sandbox."""
    changed = near(context.events, end, ("SandboxChanged",))
    if changed is not None and not fields.text(context.pod, "metadata", "deletionTimestamp"):
        return Verdict(EndedBy.RUNTIME, sure=sure, because=(changed.evidence(), event.evidence()))
    return Verdict(EndedBy.DELETION, sure=sure, because=(event.evidence(),))


def _fits(event: Event, end: Termination, grace: float) -> bool | None:
    """Whether the event announces this end: True when a sighting lies at it, False when it lies between two."""
    if end.finished_at is None or event.last is None or event.first is None:
        return None
    early, late = timedelta(seconds=grace + SLACK_S), timedelta(seconds=SLACK_S)
    for seen in (event.last, event.first):
        if end.finished_at - early <= seen <= end.finished_at + late:
            return True
    # An event that came again and again has its newest sighting dropped when the recorder limits its rate.
    life = timedelta(seconds=end.lifetime_s or 0)
    between = event.count > 1 and event.first <= end.finished_at <= event.last + life + early
    return False if between else None


def _habitual(container: Container, event: Event, end: Termination) -> bool:
    """Whether the kubelet told of such kills again and again, up to this end, which is like theirs."""
    by = author(event)
    if by not in _AGAIN or event.count < OFTEN or end.finished_at is None or event.last is None or event.first is None:
        return False
    life = timedelta(seconds=end.lifetime_s or 0)
    if not event.first - NEAR <= end.finished_at <= event.last + life + LOST or not _lived_enough(container, end, by):
        return False
    # A program may end in order when it is told to: of as many kills as restarts no end was its own.
    return end.exit_code in SIGNALLED or (end.exit_code == 0 and event.count >= container.restarts)


def _lived_enough(container: Container, end: Termination, by: EndedBy) -> bool:
    """Whether the probe could give up within its lifetime; a hook may fail at once."""
    probe = fields.table(container.spec, PROBES[by][1]) if by in PROBES else {}
    return not probe or end.lifetime_s is None or end.lifetime_s >= lifetimes.window(probe).earliest - 1


def probe_events(container: Container, by: EndedBy, context: Context) -> tuple[Evidence, ...]:
    """Return the newest ``Unhealthy`` event of the probe that killed, as a second quote."""
    word = PROBES[by][0] if by in PROBES else ""
    for event in context.events:
        own = event.reason == "Unhealthy" and event.container in ("", container.name)
        if own and word and event.message.startswith(f"{word} probe failed"):
            return (event.evidence(),)
    return ()


def grace_s(container: Container, pod: Object) -> float:
    """Return the seconds a probe's kill waits before SIGKILL: the probe's own grace period, else the pod's."""
    for probe in ("livenessProbe", "startupProbe"):
        own = fields.whole(container.spec, probe, "terminationGracePeriodSeconds")
        if own is not None:
            return own
    given = fields.whole(pod, "spec", "terminationGracePeriodSeconds")
    return DEFAULT_GRACE_S if given is None else given


def near(events: tuple[Event, ...], end: Termination, reasons: tuple[str, ...]) -> Event | None:
    """Return the newest event of one of the reasons that was seen at the end, or None."""
    if end.finished_at is None:
        return None
    for event in events:
        if event.reason in reasons and any(
            seen is not None and abs(seen - end.finished_at) <= NEAR for seen in (event.last, event.first)
        ):
            return event
    return None
