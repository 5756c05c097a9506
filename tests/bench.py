"""What a diagnosis costs: ``make bench`` prints CPU time per diagnosis, median and worst, on one core.

Aims (issue on the engine): under 20 ms on a recording, under 150 ms with 20 pods and 5 x 256 KiB of log.
A shared machine drifts: read the ratio between the rows as well as the figures.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics.claims.catalogue import builtin
from diagnostics.engine import diagnose
from diagnostics.snapshot import Log, LogLine
from tests.composed.failures import noise
from tests.composed.world import Truth, World, c, crash, up
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of

if TYPE_CHECKING:
    from diagnostics.snapshot import Snapshot

LOG_BYTES = 262144
RUNS = 7


def cpu_ms(snapshot: Snapshot) -> float:
    """Median CPU milliseconds of one diagnosis."""
    catalogue = builtin()
    diagnose(snapshot, catalogue)
    taken = []
    for _ in range(RUNS):
        begin = time.process_time()
        diagnose(snapshot, catalogue)
        taken.append((time.process_time() - begin) * 1000)
    return statistics.median(taken)


def large() -> Snapshot:
    """20 crashing pods of one workload; five logs of 256 KiB, the crash at the very end."""
    world = World()
    names = world.workload(
        "big", c("app", limit="1Gi"), c("proxy"), replicas=20, statuses={"app": crash(1, "x"), "proxy": up()}
    )
    snapshot = world.snapshot(Truth("deployment/big", "app-crash", "app"))
    text = noise(LOG_BYTES // 60, "logfmt")[: LOG_BYTES - 400]
    dying = [
        "Traceback (most recent call last):",
        '  File "/app/a.py", line 1, in <module>',
        "ValueError: no such segment",
    ]
    lines = tuple(LogLine("2026-11-22T03:11:00Z", line) for line in [*text.splitlines(), *dying])
    logs = tuple(
        Log(namespace="production", pod=name, container="app", instance="current", lines=lines) for name in names[:5]
    )
    return replace(snapshot, logs=logs)


def crowded() -> Snapshot:
    """500 pods of 25 workloads that all crash, with 2,000 events: what grows with the namespace must grow in line."""
    world = World()
    for number in range(25):
        names = world.workload(
            f"svc{number}", c("app"), replicas=20, statuses={"app": crash(1, "boom", shape="backoff")}
        )
        for name in names:
            for reason in ("BackOff", "Unhealthy", "Pulled", "FailedMount"):
                world.event(name, reason, f"{reason} of app", container="app")
    return world.snapshot(Truth("deployment/svc3", None, "app"))


def main() -> int:
    begin = time.process_time()
    builtin()
    loading = (time.process_time() - begin) * 1000
    each = {scenario: cpu_ms(prepared(snapshot_of(scenario))) for scenario in SCENARIOS}
    worst = max(each, key=lambda scenario: each[scenario])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    median, big = statistics.median(each.values()), cpu_ms(large())
    sys.stdout.write(
        f"signatures loaded and compiled once      {loading:8.1f} ms\n"
        f"recordings ({len(each)}), median               {median:8.1f} ms   aim 20\n"
        f"recordings, worst ({worst}) {each[worst]:8.1f} ms   aim 20\n"
        f"20 pods, 5 x 256 KiB of log              {big:8.1f} ms   aim 150\n"
        f"500 pods, 2,000 events                   {cpu_ms(crowded()):8.1f} ms\n"
        f"ratio large / median recording           {big / median:8.1f}\n"
        f"peak memory of this process              {memory:8.1f} MiB\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
