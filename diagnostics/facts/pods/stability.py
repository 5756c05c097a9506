"""Has a container that ended before got over it? A crash loop also runs, and looks ready, for most of its time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from diagnostics.facts.model import EndedBy, Role
from diagnostics.fields import items, table, text, whole

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.facts.model import Container, Facts, Termination

LONG_ENOUGH: Final = timedelta(seconds=600)
"""The kubelet itself forgets a crash after a run of this length (REFERENCE.md 4.1)."""
REMEMBERED: Final = timedelta(days=3)
"""An end older than this (a long weekend) is no news: the pod is healthy, not recovered."""
NO_FAULT_OF_ITS_OWN: Final = frozenset({EndedBy.RUNTIME, EndedBy.RESIZE, EndedBy.DRAIN, EndedBy.SHUTDOWN})
"""Ends that say nothing about the next run: a reboot, a resize."""
AGAIN_AND_AGAIN: Final = 3
"""Restarts from which on a run must outlast the one before to count as over it."""
DAY: Final = timedelta(days=1)
RARELY: Final = timedelta(hours=12)
"""What ended by itself after a run of at least this length ends about once a day: no loop, whatever the count says."""
AN_HOUR: Final = timedelta(hours=1)
AT_LEAST: Final = timedelta(seconds=30)
LONGER_THAN_BEFORE: Final = 3
"""A run this many times as long as the one that crashed is another state, not the same one again."""


def settled(container: Container, now: datetime) -> bool:
    """Whether the container runs, is ready, and has run clearly longer than the instance that ended before."""
    return container.ready and running_on(container, now)


def running_on(container: Container, now: datetime) -> bool:
    """Whether the container has run clearly longer than the instance that ended before, ready or not."""
    if container.running_since is None:
        return False
    if not container.terminations:
        return True
    run, end = now - container.running_since, container.terminations[0]
    lived = timedelta(seconds=max(end.lifetime_s or 0, 0))
    if run >= LONG_ENOUGH:
        # What comes back every half hour (a leak, a slow deadlock) has not got over it because it runs ten minutes.
        rarely = end.ended_by is EndedBy.PROGRAM and lived >= RARELY and run >= AN_HOUR
        return container.restarts < AGAIN_AND_AGAIN or run >= min(lived, DAY) or rarely
    if end.ended_by in NO_FAULT_OF_ITS_OWN:
        return run >= AT_LEAST
    once = container.restarts <= 1 and lived >= LONG_ENOUGH and run >= 2 * AT_LEAST
    return once or (run >= AT_LEAST and run >= lived * LONGER_THAN_BEFORE)


def failing(facts: Facts) -> Container | None:
    """Return the suspect unless it has settled: what a cause of a crash looks at."""
    if facts.suspect is None or settled(facts.suspect, facts.now):
        return None
    return facts.suspect


def all_well(facts: Facts) -> bool:
    """Whether every container of the pod does what it should now, and the pod itself is Ready."""
    pod = facts.pod
    if pod is None or text(pod, "status", "phase") in {"Failed", "Pending", "Unknown"} or not facts.containers:
        return False
    ready = next((entry for entry in items(pod, "status", "conditions") if text(entry, "type") == "Ready"), {})
    if text(ready, "status") == "False" and text(pod, "status", "phase") != "Succeeded":
        return False
    return all(_well(item, facts) for item in facts.containers)


def _well(container: Container, facts: Facts) -> bool:
    done = whole(table(container.status, "state", "terminated"), "exitCode") == 0
    if container.role is Role.INIT:
        return done or not container.status
    if done and (text(container.spec, "restartPolicy") or text(facts.pod, "spec", "restartPolicy")) in {
        "Never",
        "OnFailure",
    }:
        return True
    return settled(container, facts.now)


def last_end(facts: Facts) -> tuple[Container, Termination] | None:
    """Return the newest end of a container that runs again, if it is recent enough to be news."""
    found = [
        (item, end)
        for item in facts.containers
        for end in item.terminations[:1]
        if item.role is not Role.INIT and item.running_since is not None
        if end.finished_at is None or facts.now - end.finished_at <= REMEMBERED
    ]
    return max(found, key=lambda pair: pair[1].finished_at or facts.now, default=None)
