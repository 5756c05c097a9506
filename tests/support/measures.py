"""Examples with measurements: series as Prometheus holds them, around a container's last run."""

from dataclasses import replace

from diagnostics.examples import CONTAINER, NAMESPACE, NOW, POD, Example, terminated, waiting
from diagnostics.series import Measure, Series

MI = 1024**2
END = NOW.timestamp() - 20
"""When the run of ``killed`` ended."""

BACKOFF = waiting("CrashLoopBackOff", "back-off 1m20s restarting failed container=api pod=api_production(uid)")


def series(measure, points, *, run="", pod=POD, container=CONTAINER):
    return Series(measure=measure, namespace=NAMESPACE, pod=pod, container=container, points=tuple(points), run=run)


def memory(values, *, every=30.0, end=END, before_end=12.0, run=""):
    """Samples of so many Mi, the last one ``before_end`` seconds before the run's end."""
    last = end - before_end
    points = [(last - (len(values) - 1 - index) * every, value * MI) for index, value in enumerate(values)]
    return series(Measure.MEMORY, points, run=run)


def rising(start, stop, count):
    """So many Mi from one to the other, with the swing of a collector on it."""
    step = (stop - start) / (count - 1)
    return [start + index * step + (3 if index % 2 else -3) for index in range(count)]


def killed(*measured, lived=6 * 3600, limit="512Mi", reason="OOMKilled", code=137, events=(), **container):
    """A pod whose container lived so long and was killed at its limit, with what was measured of it."""
    resources = {"resources": {"limits": {"memory": limit}}} if limit else {}
    example = Example(
        title="",
        hit=True,
        container=resources | container,
        status=resources | {"state": BACKOFF, "lastState": terminated(code, reason, lived=lived)},
        pod={"metadata": {"creationTimestamp": "2026-11-20T12:00:00Z"}},
        log="",
        events=events,
    )
    return replace(example.snapshot(), measured=tuple(measured))
