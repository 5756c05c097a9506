"""Inputs that cost the most: long logs of unique lines that all tell of trouble, and hostile lines."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics.snapshot import Log, LogLine
from tests.composed.failures import noise
from tests.composed.world import Truth, World, c, crash, up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.snapshot import Snapshot

LOG_BYTES = 262144
HOSTILE_BYTES = 262144
DYING = (
    "Traceback (most recent call last):",
    '  File "/app/a.py", line 1, in <module>',
    "ValueError: no such segment",
)
TROUBLES = (
    "could not process order {0}: upstream {1} answered status 503 in 120 ms",
    'dial tcp 10.0.{2}.7:5432: connect: connection refused while loading "{0}"',
    "cannot open /var/lib/{0}/{1}.idx: no such file or directory",
    'invalid value "{0}" for setting {1}_TIMEOUT: expected a duration',
    "java.lang.IllegalStateException: shard {0} of {1} is not allocated",
    "permission denied while writing {0}.lock of worker {1}",
    "request {0} by client 10.1.{2}.9 failed: deadline exceeded, retrying",
    "x509: certificate of {0}.svc is valid for {1}.svc, not for {0}.svc",
    "waiting for {0} to be ready, attempt {2} failed: no such host",
    "Error: Cannot find module '{0}/{1}' required by /srv/{0}/index.js",
)
LEVELS = ("ERROR", "WARN", "ERROR", "INFO")


def trouble(count: int) -> list[tuple[str, str]]:
    """Return level and words of so many lines, no two of one shape."""
    found = []
    for number in range(count):
        told = hashlib.sha256(str(number).encode()).hexdigest()
        names = ("".join(chr(97 + int(char, 16)) for char in told[:9]), told[9:15], int(told[:2], 16))
        found.append((LEVELS[number % len(LEVELS)], TROUBLES[number % len(TROUBLES)].format(*names)))
    return found


def plain(count: int) -> list[str]:
    return [f"2026-11-22 03:10:{n % 60:02d},{n % 999:03d} {level} {words}" for n, (level, words) in _numbered(count)]


def structured(count: int) -> list[str]:
    return [
        json.dumps({"time": f"2026-11-22T03:10:{n % 60:02d}Z", "level": level.lower(), "msg": words, "seq": n})
        for n, (level, words) in _numbered(count)
    ]


def bare(count: int) -> list[str]:
    return [words for _, words in trouble(count)]


def _numbered(count: int) -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(trouble(count)))


HOSTILE = {
    "input_value=[": "input_value=[",
    "token: ": "token: ",
    "password=x,": "password=x,",
    "a": "a",
    "a: ": "a: ",
    "{": "{",
    '{"a":': '{"a":',
    '\\"': '\\"',
    "k=v ": "k=v ",
    "error: ": "error: ",
    "\\n at a.b(c:1)": "\\n at a.b(c:1)",
    "http://u:p@h/ ": "http://u:p@h/ ",
    "\u00e9": "\u00e9",
    "\x1b[": "\x1b[",
    "'/": "'/",
}
"""What a hostile line repeats."""


def hostile(unit: str) -> str:
    return (unit * (HOSTILE_BYTES // len(unit.encode()) + 1))[:HOSTILE_BYTES]


def told(texts: Sequence[str]) -> Snapshot:
    """One pod that died after it had printed these lines."""
    world = World()
    (name,) = world.workload("app", c("app"), statuses={"app": crash(1, "x")})
    lines = tuple(LogLine("2026-11-22T03:11:00Z", text) for text in texts)
    log = Log(namespace="production", pod=name, container="app", instance="current", lines=lines)
    return replace(world.snapshot(Truth("deployment/app", "app-crash", "app")), logs=(log,))


def large() -> Snapshot:
    """20 crashing pods of one workload; five logs of 256 KiB, the crash at the very end."""
    world = World()
    names = world.workload(
        "big", c("app", limit="1Gi"), c("proxy"), replicas=20, statuses={"app": crash(1, "x"), "proxy": up()}
    )
    snapshot = world.snapshot(Truth("deployment/big", "app-crash", "app"))
    text = noise(LOG_BYTES // 60, "logfmt")[: LOG_BYTES - 400]
    lines = tuple(LogLine("2026-11-22T03:11:00Z", line) for line in [*text.splitlines(), *DYING])
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
