"""How long a program says that a step of its start took: ``augmentation completed in 28411ms``.

A program that is killed while it starts never says that it listens; the steps it did finish still tell how much time
the start needs at least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

_STEP: Final = compiled(
    r"(?i)\b(?:completed?|finished|done|built|loaded|initiali[sz]ed|compiled|migrated|warmed up|took|elapsed|applied)\b"
    r"[^0-9]{0,40}?(\d{1,9}(?:\.\d{1,6})?) ?(ms|millis(?:econds)?|s|secs?|seconds?|m|mins?|minutes?)\b"
)
_LINES: Final = 400
"""Lines from the beginning that may speak of the start."""
_LEAST_S: Final = 1.0
_MOST_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Step:
    """The longest step: its seconds, and the line of the reading that says so."""

    seconds: float
    line: int


def longest(case: Case, container: Container) -> Step | None:
    """Return the longest step of the start that the container's log tells, or None."""
    if case.transcript.container != container.name:
        return None
    found: Step | None = None
    for line, said in enumerate(case.transcript.lines[:_LINES]):
        match = _STEP.search(said[:2000])
        if match is None:
            continue
        seconds = float(match.group(1)) * _unit(match.group(2).lower())
        if _LEAST_S <= seconds <= _MOST_S and (found is None or seconds > found.seconds):
            found = Step(seconds, line)
    return found


def _unit(word: str) -> float:
    if word.startswith(("ms", "milli")):
        return 0.001
    return 60.0 if word.startswith("m") else 1.0
