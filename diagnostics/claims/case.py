"""The case before the causes: everything worked out once from the snapshot, so that a cause only has to decide.

``diagnostics.claims.case_builder`` builds it. Causes read it and never each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Diagnosis, Evidence
from diagnostics.facts.model import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.claims.model import ClaimType


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A signature that matched a line of the container's dying output."""

    signature: str
    """Its id, e.g. ``py.environ.keyerror``."""
    claim: ClaimType
    """What it claims. Which cause takes that is for the causes to say."""
    wrapper: bool
    """A wrapper (``panic:``, ``Caused by:``) yields to anything specific in the same block."""
    line: int
    """Index into ``Reading.lines``."""
    quote: str
    """The line, verbatim."""
    names: Mapping[str, str]
    """What the pattern extracted: var, key, flag, file, host, port, path, module, user, resource, verb ..."""
    dying: bool
    """True when the line stands in the dying block."""
    weight: float = 1.0
    """Nearness to the end and agreement with the exit code, 0 to 1. Hits are ordered best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the suspect printed before it died: the right instance's log, unwrapped, with the dying block marked."""

    container: str = ""
    instance: str = ""
    lines: tuple[str, ...] = ()
    """Unwrapped (ANSI, JSON, CRI prefixes) for matching; quotes come from ``verbatim``."""
    verbatim: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    dying: range = range(0)
    """Indices of the dying block."""
    hits: tuple[Hit, ...] = ()
    orderly_shutdown: str = ""
    """The line that says the program was asked to stop and did (verbatim), or empty."""
    listening_after_s: float | None = None
    """Seconds from the instance's start until it said that it listens, or None."""
    cut: bool = False

    def evidence(self, line: int) -> Evidence:
        """Return one line as a quote."""
        return Evidence(
            source="log", path=f"{self.container}/{self.instance}", quote=self.verbatim[line], at=self.times[line]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Facts):
    """All that a cause may look at: the facts, what the suspect printed, and what its dependencies suffer from."""

    reading: Reading = Reading()
    dependencies: Mapping[str, Diagnosis] = field(default_factory=dict)
    """Diagnoses of dependencies' pods, by ``namespace/pod``: filled by the engine when a claim leads there."""
