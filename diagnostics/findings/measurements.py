"""What measurements add to an answer, in words and in a remedy: numbers and times, never another verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import measured, quantities
from diagnostics.facts.pods.measured import Course
from diagnostics.fields import text
from diagnostics.findings import wording

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Termination
    from diagnostics.facts.pods.measured import Memory, Throttling
    from diagnostics.facts.workloads.memory import Limit

HELD_BACK: Final = 0.25
"""The share of throttled CPU periods that is told: the mixin's alert CPUThrottlingHigh begins there
(kubernetes-monitoring/kubernetes-mixin, cpuThrottlingPercent)."""

_AT_LIMIT: Final = frozenset({EndedBy.KERNEL_CONTAINER, EndedBy.KERNEL_CHILD})


def memory(case: Case, container: Container, end: Termination, limit: Limit) -> Memory | None:
    """Return what was measured of the run that the kernel ended, or None where that is too little to say anything."""
    reached = limit.size if limit.whose == "container" and end.ended_by in _AT_LIMIT and end.sure else None
    return measured.memory(case, container, end, reached)


def course(told: Memory | None) -> str:
    """Return how memory came to the limit, as a sentence with a space before it; empty where it was not measured."""
    if told is None:
        return ""
    took, first, peak = wording.span(told.took_s), measured.size(told.first[1]), measured.size(told.peak[1])
    if told.course is Course.GREW:
        return f" Its memory grew steadily from {first} to {peak} over {took}."
    if told.course is Course.JUMPED:
        return f" Its memory jumped from {measured.size(told.before[1])} to its limit within {took}."
    return f" At most {peak} of memory was measured in that run."


def facts(told: Memory | None) -> dict[str, Any]:
    """Return the figures for the contract of ``-o json``: nothing where nothing was measured."""
    if told is None:
        return {}
    return {
        "measured_peak": measured.size(told.peak[1]),
        "measured_course": str(told.course),
        "measured_samples": told.samples,
    }


def lasts(told: Memory | None, limit: int, better: int) -> str:
    """Return what a growth at the measured pace makes of a higher limit; empty where nothing grew for long."""
    if told is None or not told.leaks or told.pace <= 0 or better <= limit:
        return ""
    more = wording.span((better - limit) / told.pace * 3600)
    return (
        f"Find what keeps growing, about {measured.size(told.pace)} an hour: that looks like a leak, which only the"
        f" program's fix ends. Raising the memory limit from {quantities.written(limit)} to"
        f" {quantities.written(better)} gains about {more}."
    )


def bounds(told: Memory | None, limit: int, better: int) -> str:
    """Return what to do about a jump; empty where there was none."""
    if told is None or told.course is not Course.JUMPED:
        return ""
    return (
        f"Find the piece of work that took {measured.size(limit - told.before[1])} or more at once, and bound it (batch"
        f" size, upload, concurrency); or raise the memory limit from {quantities.written(limit)} to"
        f" {quantities.written(better)} and watch the real use."
    )


def request(case: Case, container: Container) -> str:
    """Return the memory request that the measured peak asks for where the node ran short, as a sentence."""
    peak = measured.in_use(case, container)
    asked = quantities.parsed(text(container.spec, "resources", "requests", "memory")) or 0
    if peak is None or peak <= asked:
        return ""
    wanted = -(-peak // (32 * quantities.MI)) * 32 * quantities.MI
    now = f"; it requests {quantities.written(asked)} now" if asked else ""
    at_most = f" Of {container.name} at most {measured.size(peak)} was measured"
    return f"{at_most}: request {quantities.written(wanted)}{now}."


def throttling(case: Case, container: Container, end: Termination) -> Throttling | None:
    """Return how far the CPU limit held the container back before that end, where that is much."""
    told = measured.throttling(case, container, end)
    return told if told is not None and told.share >= HELD_BACK else None


def held_back(container: Container, told: Throttling | None) -> str:
    """Return the same as a sentence with a space before it."""
    if told is None:
        return ""
    limit = text(container.spec, "resources", "limits", "cpu")
    whose = f"Its CPU limit of {limit}" if limit else "Its CPU limit"
    return f" {whose} held it back in {told.share * 100:.0f} % of its CPU periods before that."
