"""A clock that is far off must not change the answer: what ``now`` may be, by the times that the objects carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.pods import events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Snapshot

BELIEVED = timedelta(hours=1)
"""A live node whose last report lies further back than this shows that ``now`` is wrong, not that nothing happened."""


def believable(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with a ``now`` that fits its objects: never before the newest of them, nor long after.

    ``now`` is the API server's clock; a saved snapshot, a wrong clock or a missing header may set it far off.
    """
    newest = max(_seen(snapshot), default=None)
    if newest is None:
        return snapshot
    reports = list(_heartbeats(snapshot))
    latest = max([*reports, newest])
    behind = newest - snapshot.now > timedelta(minutes=5)
    ahead = bool(reports) and snapshot.now - latest > BELIEVED
    if behind or ahead:
        return replace(snapshot, now=latest + timedelta(minutes=1))
    return replace(snapshot, now=max(snapshot.now, newest))


def _heartbeats(snapshot: Snapshot) -> Iterator[datetime]:
    """Yield when the nodes that live reported last."""
    for node in snapshot.all("Node"):
        conditions = fields.items(node, "status", "conditions")
        if any(
            fields.text(item, "type") == "Ready" and fields.text(item, "status") == "Unknown" for item in conditions
        ):
            continue
        for condition in conditions:
            moment = fields.time(condition, "lastHeartbeatTime")
            if moment is not None:
                yield moment


def _seen(snapshot: Snapshot) -> Iterator[datetime]:
    """Yield times that lie in the past for certain: of events, of starts and ends, of creations."""
    for raw in snapshot.all("Event"):
        last = events.parse(raw).last
        if last is not None:
            yield last
    for pod in snapshot.all("Pod"):
        moments = [fields.time(pod, "metadata", "creationTimestamp")]
        for listed in ("initContainerStatuses", "containerStatuses"):
            for status in fields.items(pod, "status", listed):
                moments.append(fields.time(status, "state", "running", "startedAt"))
                moments.append(fields.time(status, "state", "terminated", "finishedAt"))
        yield from (moment for moment in moments if moment is not None)
