"""When the suspect ended, one end after the other: only ends that something dates, never one that is worked out.

The container's status dates the newest one or two. The restart counter, where it was measured, dates others by their
number. Of its events only the first sighting of a kill or a back-off is an end that nothing else tells of: Kubernetes
counts the later ones together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Timeline
from diagnostics.facts.pods import measured
from diagnostics.facts.workloads import revisions
from diagnostics.facts.workloads.changes import stamp

if TYPE_CHECKING:
    from diagnostics.facts.model import Container, Facts

LEAST: Final = 2
"""Dated ends that make a line: one alone stands in the evidence."""

MOST: Final = 300
"""The newest ends that are looked at: a day has at most so many on the longest back-off of five minutes."""

APART: Final = timedelta(seconds=90)
"""Time before the start of the oldest dated run within which an event may still tell of that run's own end or start:
the usual grace period of 30 s, and a minute for what Kubernetes counts together."""

_SEEN: Final = frozenset({"BackOff", "Killing"})


def of(facts: Facts) -> Timeline | None:
    """Return the suspect's dated ends, or None when there are fewer than two."""
    container = facts.suspect
    if container is None or facts.pod is None:
        return None
    total = _total(container)
    dated = _by_number(facts, container, total)
    apart_s = _apart_s(dated)
    if earlier := _seen_earlier(facts, container, dated, total):
        dated[0] = earlier
    ends = sorted(set(dated.values()))
    if len(ends) < LEAST:
        return None
    own = revisions.of_pod(facts.workload.revisions, facts.pod) if facts.workload is not None else None
    return Timeline(
        ends=tuple(map(stamp, ends)),
        untimed=max(0, total - len(ends)),
        apart_s=apart_s,
        revision=str(own.number) if own is not None else "",
    )


def _total(container: Container) -> int:
    """Return how often it ended: each restart followed an end, and one that does not run has ended once more."""
    over = container.running_since is None and bool(container.terminations)
    return max(container.restarts + over, len(container.terminations))


def _by_number(facts: Facts, container: Container, total: int) -> dict[int, datetime]:
    """Return ends by their number, the first one being 1: the status counts from the last one back."""
    found: dict[int, datetime] = {}
    if facts.pod is not None:
        for rise in measured.rises(facts.snapshot, facts.pod, container.name):
            # A counter may say anything: only the newest ends that the status counts too are dated.
            numbers = range(max(rise.old, total - MOST) + 1, min(rise.new, total) + 1)
            found.update(dict.fromkeys(numbers, measured.moment(round(rise.by))))
    for back, end in enumerate(container.terminations):
        if end.finished_at is not None:
            found[total - back] = end.finished_at
    return {number: at for number, at in found.items() if number > 0}


def _apart_s(numbered: dict[int, datetime]) -> float:
    """Return how far the ends lie apart on average: from n ends in a row there are n - 1 steps, dated or not."""
    if len(numbered) < LEAST:
        return 0.0
    first, last = min(numbered), max(numbered)
    return max(0.0, (numbered[last] - numbered[first]).total_seconds() / (last - first))


def _seen_earlier(facts: Facts, container: Container, dated: dict[int, datetime], total: int) -> datetime | None:
    """Return the end that an event saw before the oldest run that is dated, if there may be one more."""
    starts = [end.started_at for end in container.terminations if end.started_at is not None]
    oldest = min([*starts, *dated.values()], default=None)
    if oldest is None or len(dated) >= total or 1 in dated:
        return None
    seen = [
        event.first
        for event in facts.events
        if event.reason in _SEEN and event.container == container.name and event.first is not None
        if event.first < oldest - APART
    ]
    return min(seen, default=None)
