"""Cases asked once for all tests that look at them: a snapshot, its diagnosis, and what the engine read of it.

Tests of one case must run one after the other: of composed cases and reports only the last few are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from diagnostics.claims import case_builder
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.recall import Recall
from diagnostics.engine import recalled
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
    from tests.reports.report import Report


KEPT = 4
"""So many composed cases and so many reports: each is some megabytes."""


@dataclass(frozen=True)
class Asked:
    """A snapshot as the collector leaves it, and what is asked of it."""

    snapshot: Snapshot
    recall: Recall = field(default_factory=lambda: Recall(builtin()))
    """What its logs say, read once."""

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """The answer."""
        return recalled(self.snapshot, self.recall)

    @cached_property
    def case(self) -> Case:
        """What the causes look at."""
        return case_builder.case_of(self.snapshot, self.recall.catalogue, self.recall)


@dataclass(frozen=True)
class Composed(Asked):
    """A composed case, and what is true of it."""

    truth: Truth = field(kw_only=True)


@cache
def recording(scenario: str) -> Asked:
    """Return a recording with its answer."""
    return Asked(prepared(snapshot_of(scenario)))


@lru_cache(KEPT)
def composed(case: Callable[[], tuple[Truth, World]]) -> Composed:
    """Return a composed case with its answer."""
    told, world = case()
    return Composed(world.snapshot(told), truth=told)


@lru_cache(KEPT)
def report(path: Path) -> Report:
    """Return what a report's file says."""
    return load(path)


@lru_cache(KEPT)
def reported(path: Path) -> Asked:
    """Return a report's file with its answer."""
    recall = Recall(builtin())
    return Asked(compose.snapshot_of(report(path), recall), recall)
