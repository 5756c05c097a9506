"""Snapshots that no cluster would send: a recording with some of its values replaced, removed or doubled."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from diagnostics.snapshot import LogLine, Snapshot

if TYPE_CHECKING:
    from random import Random

ODD = (
    *(None, True, False, 0, -1, 2**63, 1.5, "", " ", "\x00", "unknown-to-everyone", "\ud800", "9999-12-31T23:59:59Z"),
    *([], {}, [None], [[]], {"name": None}, {"": {"": {}}}, "0001-01-01T00:00:00Z", "2026-11-22T12:38:00.123456789Z"),
    *("x" * 20_000, "(combined from similar events): ", "Error: ", "back-off 99999h restarting ", ["a", 1, None, {}]),
)
"""What is put in place of a value."""


def mutated(snapshot: Snapshot, random: Random, times: int) -> Snapshot:
    """Return the snapshot with so many places changed."""
    objects: dict[str, Any] = {kind: copy.deepcopy(list(items)) for kind, items in snapshot.objects.items()}
    places = list(_places(objects))
    for _ in range(times):
        holder, key = random.choice(places)
        if isinstance(holder, dict) and random.random() < 0.3:
            holder.pop(key, None)
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = copy.deepcopy(random.choice(ODD))
    logs = tuple(
        replace(log, lines=tuple(LogLine(random.choice((line.at, "", "soon")), line.text) for line in log.lines))
        if random.random() < 0.2
        else log
        for log in snapshot.logs
        if random.random() < 0.9
    )
    kept = {kind: tuple(item for item in items if isinstance(item, dict)) for kind, items in objects.items()}
    return replace(snapshot, objects=kept, logs=logs)


def _places(item: Any):
    pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for key, value in pairs:
        if not (isinstance(item, dict) and isinstance(value, list) and key and key[0].isupper()):
            yield item, key
        yield from _places(value)
