"""Whether a container is still within the time that its own probes allow for a start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.facts.pods import lifetimes
from diagnostics.fields import table

if TYPE_CHECKING:
    from diagnostics.facts.model import Container, Facts

GRACE_S: Final = 60
"""Seconds that any start may take before a container that is not ready is called failing (REFERENCE.md 3.6)."""


def budget_s(container: Container) -> float:
    """Return the seconds that the probes allow until the container must have passed: at least ``GRACE_S``."""
    allowed = [lifetimes.window(probe).latest for field in _PROBES if (probe := table(container.spec, field))]
    return max([float(GRACE_S), *allowed])


def young(facts: Facts, container: Container) -> bool:
    """Whether the container runs for less time than its probes allow for a start."""
    if container.running_since is None:
        return False
    return (facts.now - container.running_since).total_seconds() <= budget_s(container)


_PROBES: Final = ("startupProbe", "readinessProbe")
