"""Cases asked once for all tests that look at them: a snapshot, its diagnosis, and what the engine read of it.

Tests of one case must run one after the other: of composed cases and reports only the last few are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from diagnostics.claims import case_builder
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.recall import Recall
from diagnostics.engine import diagnose
from tests.reports import compose
from tests.reports.form import load
from tests.support.prepared import prepared
from tests.support.recordings import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot
    from tests.composed.world import Truth, World


KEPT = 4
"""So many composed cases and so many reports: each is some megabytes."""


@dataclass(frozen=True)
class Asked:
    """A snapshot as the collector leaves it, and the answer."""

    snapshot: Snapshot
    diagnosis: Diagnosis

    @cached_property
    def recall(self) -> Recall:
        """What its logs say, read once."""
        return Recall(builtin())

    @cached_property
    def case(self) -> Case:
        """What the causes look at."""
        return case_builder.case_of(self.snapshot, self.recall.catalogue, self.recall)


@dataclass(frozen=True)
class Composed(Asked):
    """A composed case, and what is true of it."""

    truth: Truth


@cache
def recording(scenario: str) -> Asked:
    """Return a recording with its answer."""
    snapshot = prepared(snapshot_of(scenario))
    return Asked(snapshot, diagnose(snapshot))


@lru_cache(KEPT)
def composed(case: Callable[[], tuple[Truth, World]]) -> Composed:
    """Return a composed case with its answer."""
    told, world = case()
    snapshot = world.snapshot(told)
    return Composed(snapshot, diagnose(snapshot), told)


@lru_cache(KEPT)
def reported(path: Path) -> Asked:
    """Return a report's file with its answer."""
    snapshot = compose.snapshot_of(load(path))
    return Asked(snapshot, diagnose(snapshot))
