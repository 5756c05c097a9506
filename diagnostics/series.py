"""What a monitoring system measured of a container: samples as they were scraped, with gaps where there are none."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LATEST = 253402300799.0
"""The last second of the year 9999, beyond which no time can be written."""


class Measure(enum.StrEnum):
    """What was measured, and in which unit."""

    MEMORY = "memory"  # bytes of the working set: what counts against the limit and cannot be reclaimed at once
    CPU_PERIODS = "cpu-periods"  # CFS periods in which the container wanted to run: a counter
    CPU_THROTTLED = "cpu-throttled"  # those of them in which its quota ran out: a counter
    RESTARTS = "restarts"  # the container's restartCount: a counter, which begins anew with each pod


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Samples of one measure of one container, oldest first.

    ``points`` holds seconds since the epoch and values: no sample is interpolated, none is made up. ``run`` tells the
    runs of a container apart where the source does; which run it is, only the times tell.
    """

    measure: Measure
    namespace: str
    pod: str
    container: str
    points: tuple[tuple[float, float], ...]
    run: str = ""

    def between(self, start: float, end: float) -> tuple[tuple[float, float], ...]:
        """Return the samples of that time, both ends included."""
        return tuple(point for point in self.points if start <= point[0] <= end)

    def to_record(self) -> dict[str, Any]:
        """Return the saved form."""
        return {
            "measure": str(self.measure),
            "namespace": self.namespace,
            "pod": self.pod,
            "container": self.container,
            "run": self.run,
            "points": [[at, value] for at, value in self.points],
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Series:
        """Read the saved form. Raises ``ValueError``, ``TypeError`` or ``KeyError`` when it is none."""
        return cls(
            measure=Measure(record["measure"]),
            namespace=str(record["namespace"]),
            pod=str(record["pod"]),
            container=str(record["container"]),
            run=str(record.get("run", "")),
            points=ordered((float(at), float(value)) for at, value in record["points"]),
        )


def ordered(points: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return samples by time, each time once; what is not finite (NaN is no sample) is left out."""
    kept = {at: value for at, value in points if 0 <= at <= LATEST and math.isfinite(value)}
    return tuple(sorted(kept.items()))
