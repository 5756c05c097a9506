"""Whether a container's lifetime fits the arithmetic of a probe's kill (REFERENCE.md 3.4).

Needed because a probe's kill leaves nothing in the pod's status, and its two events may be gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.model import Container, EndedBy, Termination

if TYPE_CHECKING:
    from diagnostics.snapshot import Object

SLACK_S = 4
"""Seconds the kubelet and the runtime may take beyond the arithmetic (REFERENCE.md 3.4)."""


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds after the start between which a probe that never succeeded has the container killed."""

    earliest: float
    latest: float


def window(probe: Object) -> Window:
    """Return the probe's kill window, with Kubernetes' defaults: period 10 s, threshold 3, timeout 1 s, delay 0."""
    delay = fields.whole(probe, "initialDelaySeconds") or 0
    period = fields.whole(probe, "periodSeconds") or 10
    threshold = fields.whole(probe, "failureThreshold") or 3
    timeout = fields.whole(probe, "timeoutSeconds") or 1
    return Window(delay + (threshold - 1) * period, delay + threshold * period + timeout)


def fits(container: Container, end: Termination, grace: float, seen: frozenset[str]) -> EndedBy | None:
    """Return the probe whose arithmetic the lifetime fits, or None.

    ``seen`` names the probes that were seen failing in events: one of them explains the kill even when the container
    was healthy at first, so that only the lower bound holds. Behind a startup probe the liveness probe's start is
    unknown, so that there only the startup probe can be tested (REFERENCE.md 3.4).
    """
    lived = end.lifetime_s
    if lived is None:
        return None
    startup, liveness = fields.table(container.spec, "startupProbe"), fields.table(container.spec, "livenessProbe")
    if startup and _within(lived, end, window(startup), grace):
        return EndedBy.STARTUP_PROBE
    if liveness and not startup and _within(lived, end, window(liveness), grace):
        return EndedBy.LIVENESS_PROBE
    if liveness and "liveness" in seen and lived >= window(liveness).earliest:
        return EndedBy.LIVENESS_PROBE
    return None


def _within(lived: float, end: Termination, kill: Window, grace: float) -> bool:
    """SIGKILL comes after the grace period; any other end lies between the signal and that."""
    if end.exit_code == 137:
        return kill.earliest - 1 <= lived - grace <= kill.latest + SLACK_S
    return kill.earliest - 1 <= lived <= kill.latest + grace + SLACK_S
