"""The cases that their log decides: recorded and composed ones that are answered right without any noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.engine import diagnose
from tests.accuracy import COMPOSED
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diagnostics.snapshot import Log, Snapshot


SILENT = frozenset({"bad-entrypoint"})
"""Causes of programs that never ran: they print no noise."""


@dataclass(frozen=True)
class Base:
    """A case that its log decides. ``logs`` are those into which noise goes: what its container printed."""

    name: str
    snapshot: Snapshot
    cause: str
    logs: tuple[Log, ...]


@dataclass(frozen=True)
class Candidate:
    """A case that may be one: ``build`` gives its snapshot, true cause and container."""

    name: str
    build: Callable[[], tuple[Snapshot, str | None, str]]


def candidates() -> Iterator[Candidate]:
    """Return every recorded and composed case."""
    for scenario in SCENARIOS:
        yield Candidate(f"recorded:{scenario}", lambda scenario=scenario: _recorded(scenario))
    for name, module in COMPOSED:
        for case in module.CASES:
            yield Candidate(f"{name}:{case.__name__}", lambda case=case: _composed(case))


def _recorded(scenario: str) -> tuple[Snapshot, str | None, str]:
    told = truth(scenario)
    return prepared(snapshot_of(scenario)), told["cause"], told["container"]


def _composed(case) -> tuple[Snapshot, str | None, str]:
    told, world = case()
    return world.snapshot(told), told.cause, told.container


def base_of(candidate: Candidate) -> Base | None:
    """Return the base of a case, or None when its log does not decide it or it is not answered right anyway."""
    snapshot, cause, container = candidate.build()
    if not cause or not container or cause in SILENT:
        return None
    answer = diagnose(snapshot)
    pod = answer.target.pod
    if answer.cause != cause or "log" not in {item.source for item in answer.evidence}:
        return None
    logs = tuple(
        log
        for log in snapshot.logs
        if log.pod == pod and log.container == container and log.lines and _printed(log.lines[0].text)
    )
    return Base(candidate.name, snapshot, cause, logs) if logs else None


def _printed(text: str) -> bool:
    """Whether the program printed it: the API serves a sentence of its own where a log is gone."""
    return not text.startswith("unable to retrieve container logs")
