"""What was measured of a container before it ended: how much memory it took and how it came to that, CPU, restarts.

A measurement never decides who ended a container: the API does. It tells a leak from a peak, and puts numbers to both.
Thin data says nothing: each bound below names how many samples it takes, and why.
"""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Evidence
from diagnostics.facts.pods import quantities
from diagnostics.fields import name, namespace
from diagnostics.series import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.facts.model import Container, Facts, Termination
    from diagnostics.series import Series
    from diagnostics.snapshot import Object, Snapshot

Point = tuple[float, float]

SAMPLES: Final = 5
"""Samples of one run below which nothing is said of it. Prometheus scrapes every 15 to 60 s: fewer cover the start of
a program only, and of a program that starts, every level is a moment's."""

PARTS: Final = 6
"""Equal parts of a run whose medians must rise one after another for a steady growth."""

PART_SAMPLES: Final = 3
"""Samples that each part must hold: the median of fewer is any one sample, a collector's swing included."""

STEADY_S: Final = 600.0
"""Seconds that a growth must last to be called steady: many programs fill their caches for some minutes."""

LEAK_S: Final = 3600.0
"""Seconds from which on a steady growth up to the limit is worth the word leak (ours: a warm-up is over by then)."""

ROSE: Final = 0.25
"""The share of the peak by which a run must rise to have grown."""

DIPS: Final = 0.05
"""The share of the peak by which the median of a part may lie below that of the part before."""

AT_ONCE: Final = 0.6
"""The share of the whole rise that may fall into one part of a steady growth."""

SUDDEN_S: Final = 120.0
"""Seconds before the kill within which a jump must have begun: two scrapes at the slowest usual interval."""

LOW: Final = 0.6
"""The share of the limit up to which memory lay before a jump."""

RECENT_S: Final = 300.0
"""Seconds before an end over which the throttling is counted: what a probe met."""

PERIODS: Final = 100
"""CFS periods below which a share of them says nothing: 10 s of work at the kernel's 100 ms."""

CLOSE_S: Final = 300.0
"""Seconds between two samples of a counter within which its rise is dated: the longest scrape interval that counts as
one series (Prometheus' look-back)."""

LINGER_S: Final = 1.0
"""Seconds by which a sample may seem to lie outside its run: the kubelet gives whole seconds."""

_NAMES: Final = {
    Measure.MEMORY: "container_memory_working_set_bytes",
    Measure.CPU_THROTTLED: "container_cpu_cfs_throttled_periods_total",
    Measure.RESTARTS: "kube_pod_container_status_restarts_total",
}


class Course(enum.StrEnum):
    """How memory came to where it was when the run ended."""

    GREW = "grew"
    JUMPED = "jumped"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memory of one run: bytes, and times in seconds since the epoch."""

    first: Point
    peak: Point
    before: Point
    """The last sample, or of a jump the last one before it."""
    samples: int
    course: Course
    ended: float
    pace: float = 0.0
    """Bytes an hour, of what grew."""
    evidence: tuple[Evidence, ...] = ()

    @property
    def leaks(self) -> bool:
        """Whether it grew for long enough to be called a leak."""
        return self.course is Course.GREW and self.ended - self.first[0] >= LEAK_S

    @property
    def took_s(self) -> float:
        """Seconds from the first sample of a growth, or from the last before a jump, to the end."""
        return self.ended - (self.before[0] if self.course is Course.JUMPED else self.first[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttling:
    """How many of a container's CPU periods ran out of quota, over ``RECENT_S`` before its end."""

    share: float
    periods: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Rise:
    """A counter's step: between which two samples (seconds since the epoch), and from which value to which."""

    after: float
    by: float
    old: int
    new: int


def memory(facts: Facts, container: Container, end: Termination | None, limit: int | None) -> Memory | None:
    """Return what was measured of the run that ended so, or None when that is less than ``SAMPLES``.

    ``limit`` is the container's own, in bytes, where the kernel killed it there: then it had that much at its end.
    """
    run = _run(facts, container, end, Measure.MEMORY)
    if end is None or end.finished_at is None or len(run) < SAMPLES:
        return None
    ended, peak = end.finished_at.timestamp(), max(run, key=lambda point: point[1])
    jumped = _before_jump(run, ended, limit) if limit else None
    course = Course.JUMPED if jumped else Course.GREW if _grew(run, peak[1]) else Course.OTHER
    before = jumped or run[-1]
    hours = (run[-1][0] - run[0][0]) / 3600
    shown = {Course.GREW: (run[0], run[-1]), Course.JUMPED: (before,)}.get(course, (peak,))
    return Memory(
        first=run[0],
        peak=peak,
        before=before,
        samples=len(run),
        course=course,
        ended=ended,
        pace=(run[-1][1] - run[0][1]) / hours if course is Course.GREW and hours else 0.0,
        evidence=tuple(_quote(facts, container, Measure.MEMORY, point) for point in shown),
    )


def in_use(facts: Facts, container: Container) -> int | None:
    """Return the most memory that was measured of the container in any of its runs, in bytes."""
    points = [point for series in _series(facts, container, Measure.MEMORY) for point in series.points]
    return int(max(value for _, value in points)) if len(points) >= SAMPLES else None


def throttling(facts: Facts, container: Container, end: Termination | None) -> Throttling | None:
    """Return the share of CPU periods that were throttled before that end, or None where that is not known.

    Both counters belong to one run, so that their growth between two samples of it is what happened between them.
    """
    if end is None or end.finished_at is None or end.started_at is None:
        return None
    since = max(end.started_at.timestamp(), end.finished_at.timestamp() - RECENT_S)
    counted = {}
    for measure in (Measure.CPU_PERIODS, Measure.CPU_THROTTLED):
        counted[measure] = {at: value for at, value in _run(facts, container, end, measure) if at >= since - LINGER_S}
    both = sorted(counted[Measure.CPU_PERIODS].keys() & counted[Measure.CPU_THROTTLED].keys())
    if len(both) < 2:
        return None
    start, stop = both[0], both[-1]
    periods = counted[Measure.CPU_PERIODS][stop] - counted[Measure.CPU_PERIODS][start]
    throttled = counted[Measure.CPU_THROTTLED][stop] - counted[Measure.CPU_THROTTLED][start]
    if periods < PERIODS or not 0 <= throttled <= periods:
        return None
    ends = [(at, counted[Measure.CPU_THROTTLED][at]) for at in (start, stop)]
    return Throttling(
        share=throttled / periods,
        periods=int(periods),
        evidence=tuple(_quote(facts, container, Measure.CPU_THROTTLED, point) for point in ends),
    )


def rises(snapshot: Snapshot, pod: Object, container: str) -> tuple[Rise, ...]:
    """Return when the restart counter of a container was seen to rise, oldest first.

    Where more than ``CLOSE_S`` lie between the two samples it is not known when: that rise is left out.
    """
    found = [
        Rise(after=at, by=then, old=int(value), new=int(more))
        for series in snapshot.series(Measure.RESTARTS, namespace(pod), name(pod), container)
        for (at, value), (then, more) in itertools.pairwise(series.points)
        if 0 <= value < more and then - at <= CLOSE_S
    ]
    return tuple(sorted(found, key=lambda rise: rise.by))


def moment(at: float) -> datetime:
    """Return seconds since the epoch as a time."""
    return datetime.fromtimestamp(at, UTC)


def _series(facts: Facts, container: Container, measure: Measure) -> tuple[Series, ...]:
    return facts.snapshot.series(measure, facts.namespace, name(facts.pod or {}), container.name)


def _run(facts: Facts, container: Container, end: Termination | None, measure: Measure) -> tuple[Point, ...]:
    """Return the samples of the run that ended so: of several series in its time, the one with most of them.

    A run's last sample may be told for minutes after it ended (cAdvisor's stamps, Prometheus' look-back): only the
    times of the run itself decide what is its own.
    """
    if end is None or end.started_at is None or end.finished_at is None:
        return ()
    start, stop = end.started_at.timestamp() - LINGER_S, end.finished_at.timestamp() + LINGER_S
    runs = [series.between(start, stop) for series in _series(facts, container, measure)]
    return max(runs, key=len, default=())


def _grew(run: Sequence[Point], peak: float) -> bool:
    """Whether memory grew steadily over the run, and not in one step."""
    if run[-1][0] - run[0][0] < STEADY_S or run[-1][1] < (1 - ROSE) * peak:
        return False
    parts = list(_parts(run))
    if any(len(part) < PART_SAMPLES for part in parts):
        return False
    levels = [median(value for _, value in part) for part in parts]
    rise = levels[-1] - levels[0]
    steps = [after - before for before, after in itertools.pairwise(levels)]
    return rise >= ROSE * peak and min(steps) >= -DIPS * peak and max(steps) <= AT_ONCE * rise


def _parts(run: Sequence[Point]) -> Iterator[list[Point]]:
    begin, length = run[0][0], (run[-1][0] - run[0][0]) / PARTS
    for number in range(PARTS):
        start, stop = begin + number * length, begin + (number + 1) * length
        is_last = number == PARTS - 1
        yield [point for point in run if start <= point[0] and (point[0] < stop or is_last)]


def _before_jump(run: Sequence[Point], ended: float, limit: int) -> Point | None:
    """Return the last sample before a jump to the limit, or None when memory did not jump there.

    The kill at the limit proves that it was reached; that all samples before lie far below proves that it was sudden.
    """
    low = [point for point in run if point[1] <= LOW * limit]
    if len(low) < SAMPLES or not 0 <= ended - low[-1][0] <= SUDDEN_S:
        return None
    before = [point for point in run if point[0] <= low[-1][0]]
    return low[-1] if len(before) == len(low) else None


def _quote(facts: Facts, container: Container, measure: Measure, point: Point) -> Evidence:
    at, value = point
    path = f'{_NAMES[measure]}{{pod="{name(facts.pod or {})}",container="{container.name}"}}'
    stamp = moment(round(at)).isoformat().replace("+00:00", "Z")
    return Evidence(source="prometheus", path=path, quote=f"value={value:.0f}", at=stamp)


def size(value: float) -> str:
    """Return a measured size as people say it: whole Mi, as nobody needs more of it, and Gi with a decimal."""
    if value >= 10 * quantities.GI:
        return f"{value / quantities.GI:.1f}Gi"
    return f"{value / quantities.MI:.0f}Mi" if value >= quantities.MI else quantities.written(int(value))
