"""Cases asked once a process: a snapshot and its diagnosis, however many tests look at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from diagnostics.engine import diagnose
from tests.reports import compose
from tests.reports.form import load
from tests.support.prepared import prepared
from tests.support.recordings import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot
    from tests.composed.world import Truth, World


@dataclass(frozen=True)
class Asked:
    """One composed case: what is true of it, what the collector leaves of it, and the answer."""

    truth: Truth
    snapshot: Snapshot
    diagnosis: Diagnosis


@cache
def recording(scenario: str) -> tuple[Snapshot, Diagnosis]:
    """Return a recording as the collector would leave it, and its answer."""
    snapshot = prepared(snapshot_of(scenario))
    return snapshot, diagnose(snapshot)


@cache
def composed(case: Callable[[], tuple[Truth, World]]) -> Asked:
    """Return a composed case with its answer."""
    told, world = case()
    snapshot = world.snapshot(told)
    return Asked(told, snapshot, diagnose(snapshot))


@cache
def reported(path: Path) -> tuple[Snapshot, Diagnosis]:
    """Return a report's file as a snapshot, and its answer."""
    snapshot = compose.snapshot_of(load(path))
    return snapshot, diagnose(snapshot)
