"""The curve of what was measured, as a value: what is drawn, and the words for who cannot see it.

Measured points only: runs stay apart, and where samples are missing the line breaks.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from bot.render.phrases import moment
from diagnostics.facts.pods import quantities
from diagnostics.facts.pods.measured import SAMPLES, Course, size
from diagnostics.findings.wording import span
from diagnostics.series import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from diagnostics.diagnosis import Diagnosis
    from diagnostics.series import Series
    from diagnostics.snapshot import Snapshot

Point = tuple[float, float]

GAP = 3.0
"""How many usual intervals without a sample break the line: two scrapes may fail, and it is still one program."""

LONGEST_S = 86_400.0
"""Seconds before the end that are drawn at most."""

AROUND = 1.15
"""How much more than the run itself is drawn before it."""

_MEMORY = frozenset({"oom-killed", "heap-exhausted"})
_PROBES = frozenset({"liveness-probe-failed", "startup-probe-failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A curve over time (seconds since the epoch), against a limit where there is one."""

    title: str
    headline: str
    """What it shows, in a few words with its numbers."""
    pieces: tuple[tuple[Point, ...], ...]
    """Stretches of samples without a gap between them."""
    limit: float | None
    limit_label: str
    top: float
    """The value at the upper edge."""
    ends: tuple[float, ...]
    """When the container ended, within the time that is shown."""
    start: float
    stop: float
    alt: str
    labels: Callable[[float], str]

    @property
    def clock(self) -> str:
        """When the curve ends, as it stands below it."""
        at = datetime.fromtimestamp(self.stop, UTC).strftime("%d %b, %H:%M UTC").lstrip("0")
        is_end = bool(self.ends) and self.stop - self.ends[-1] <= (self.stop - self.start) / 50
        return f"ended {at}" if is_end else at


def chart(snapshot: Snapshot, diagnosis: Diagnosis) -> Chart | None:
    """Return the curve that belongs to an answer, or None where none was measured or it would prove nothing."""
    if not diagnosis.failing or not diagnosis.container or not diagnosis.target.pod:
        return None
    if diagnosis.cause in _MEMORY:
        return _memory(snapshot, diagnosis)
    if diagnosis.cause in _PROBES and diagnosis.facts.get("throttled"):
        return _throttling(snapshot, diagnosis)
    return None


def _memory(snapshot: Snapshot, diagnosis: Diagnosis) -> Chart | None:
    found = _series(snapshot, diagnosis, Measure.MEMORY)
    limit = quantities.parsed(diagnosis.facts.get("limit")) if diagnosis.facts.get("limit_of") != "node" else None
    peak = max((value for series in found for _, value in series.points), default=0.0)
    told = _course(diagnosis, [series.points for series in found if series.points], peak, limit)
    return _drawn(
        snapshot,
        diagnosis,
        [series.points for series in found],
        what="Memory",
        told=told,
        limit=float(limit) if limit else None,
        limit_label=quantities.written(limit) if limit else "",
        top=max(peak, limit or 0.0) * 1.08,
        labels=size,
    )


def _course(diagnosis: Diagnosis, runs: Sequence[Sequence[Point]], peak: float, limit: int | None) -> str:
    """Return how memory came to its end, as the answer has it: its own words, shorter."""
    last = max(runs, key=lambda run: run[-1][0], default=())
    bound = f"limit {quantities.written(limit)}" if limit else ""
    course = diagnosis.facts.get("measured_course")
    if last and course == Course.GREW:
        return ", ".join(part for part in (f"From {size(last[0][1])} to {size(peak)}", bound) if part)
    if last and limit and course == Course.JUMPED:
        return f"{size(last[-1][1])}, then the limit of {quantities.written(limit)}"
    return ", ".join(part for part in (f"{size(peak)} at most", bound) if part)


def _throttling(snapshot: Snapshot, diagnosis: Diagnosis) -> Chart | None:
    periods = _series(snapshot, diagnosis, Measure.CPU_PERIODS)
    throttled = _series(snapshot, diagnosis, Measure.CPU_THROTTLED)
    shares = [tuple(_shares(one, other)) for one, other in _paired(periods, throttled)]
    peak = max((value for share in shares for _, value in share), default=0.0)
    return _drawn(
        snapshot,
        diagnosis,
        shares,
        what="CPU throttling",
        told=f"{peak:.0%} of its periods at most",
        limit=None,
        limit_label="",
        top=1.0,
        labels=lambda value: f"{value:.0%}",
    )


def _drawn(  # noqa: PLR0913 — what tells one measure from another, all by name
    snapshot: Snapshot,
    diagnosis: Diagnosis,
    runs: Sequence[Sequence[Point]],
    *,
    what: str,
    told: str,
    limit: float | None,
    limit_label: str,
    top: float,
    labels: Callable[[float], str],
) -> Chart | None:
    """Return the chart of those runs, from before the last one to now."""
    last = max((run for run in runs if len(run) >= SAMPLES), key=lambda run: run[-1][0], default=())
    if not last or top <= 0:
        return None
    stop = min(max(last[-1][0], *_ends(diagnosis), last[-1][0]), snapshot.now.timestamp())
    length = min(max((stop - last[0][0]) * AROUND, 60.0), LONGEST_S)
    start = stop - length
    shown = [[point for point in run if start <= point[0] <= stop] for run in runs]
    pieces = tuple(piece for run in shown for piece in _pieces(run))
    if not pieces:  # it ended so long after its last sample that none of them is near
        return None
    ends = tuple(end for end in _ends(diagnosis) if start <= end <= stop)
    who = f"{diagnosis.container} of pod {diagnosis.target.namespace}/{diagnosis.target.pod}"
    killed = f", ended at {datetime.fromtimestamp(ends[-1], UTC):%H:%M:%S} UTC" if ends else ""
    count = sum(map(len, pieces))
    return Chart(
        title=f"{what} of {diagnosis.container}",
        headline=told,
        pieces=pieces,
        limit=limit,
        limit_label=limit_label,
        top=top,
        ends=ends,
        start=start,
        stop=stop,
        alt=(
            f"{what} of {who} over {span(length)}: {told[:1].lower()}{told[1:]}; {labels(pieces[0][0][1])} at first and"
            f" {labels(last[-1][1])} last{killed}; {count} samples."
        ),
        labels=labels,
    )


def _series(snapshot: Snapshot, diagnosis: Diagnosis, measure: Measure) -> tuple[Series, ...]:
    return snapshot.series(measure, diagnosis.target.namespace, diagnosis.target.pod or "", diagnosis.container)


def _ends(diagnosis: Diagnosis) -> tuple[float, ...]:
    """Return when it ended, by what the answer itself quotes and dates."""
    quoted = [item.at for item in diagnosis.evidence if item.path.endswith(".terminated")]
    dated = (*quoted, *(diagnosis.timeline.ends if diagnosis.timeline is not None else ()))
    return tuple(sorted({at.timestamp() for text in dated if (at := moment(text)) is not None}))


def _pieces(run: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    """Give the run's stretches without a gap; a lone sample is one too."""
    if not run:
        return
    intervals = [after[0] - before[0] for before, after in itertools.pairwise(run)]
    longest = GAP * median(intervals) if intervals else 0.0
    piece = [run[0]]
    for before, after in itertools.pairwise(run):
        if after[0] - before[0] > longest:
            yield tuple(piece)
            piece = []
        piece.append(after)
    yield tuple(piece)


def _paired(periods: Iterable[Series], throttled: Iterable[Series]) -> Iterator[tuple[Series, Series]]:
    """Give the two counters of each run: those of one run have samples at the same times."""
    others = list(throttled)
    for one in periods:
        times = {at for at, _ in one.points}
        best = max(others, key=lambda other: len(times & {at for at, _ in other.points}), default=None)
        if best is not None:
            yield one, best


def _shares(periods: Series, throttled: Series) -> Iterator[Point]:
    """Give the share of periods that were throttled between each two samples that both counters have."""
    cut = dict(throttled.points)
    both = [(at, value, cut[at]) for at, value in periods.points if at in cut]
    for (_, ran, held), (at, more, further) in itertools.pairwise(both):
        if more > ran and further >= held:
            yield at, min(1.0, (further - held) / (more - ran))
