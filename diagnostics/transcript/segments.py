"""Which lines may be why the program ended, best first.

Every line that complains, every record of an error and every crash is weighed by one table: what it says of itself
(level, crash), what its words are worth, and whether the program lived on after it. The heaviest leads; among equals
the first of the stretch does, because what follows a failure is its consequence.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.transcript import words
from diagnostics.transcript.clock import gap
from diagnostics.transcript.decoding import readable
from diagnostics.transcript.model import Crash, Level, Role, Segment, SegmentKind
from diagnostics.transcript.prefilter import DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.roles import Told

KEPT: Final = 6
"""Segments that are kept."""

_LEVELS: Final = {Level.FATAL: 5.0, Level.ERROR: 4.0, Level.WARN: 1.5, Level.NONE: 1.0, Level.QUIET: -1.0}
_UNCAUGHT: Final = 6.0
_CAUGHT: Final = 4.5
_FINAL: Final = 2.0
"""The last words have this much more weight than the same words earlier."""
_RECOVERED: Final = 4.0
_REPEATED: Final = 1.5
_NOISE: Final = 5.0
_SWAP_S: Final = 0.5
"""Seconds within which lines of stdout and stderr may stand in the wrong order (two pipes, one reader)."""
_SAME: Final = 5
"""From so many lines of one shape on each but the first was survived."""
_CLOSE: Final = 0.75
"""Weights this close are equal: then the first of a stretch leads."""
_STRETCH: Final = 60


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    weight: float
    crash: Crash | None


def ranked(read: Lines, crashes: Sequence[Crash], told: Told) -> tuple[Segment, ...]:
    """Return the segments, best first; empty only where no line is readable."""
    found = _Weigher(read, crashes, told).candidates()
    if not found:
        return _any(read, told)
    found.sort(key=lambda candidate: (-candidate.weight, candidate.line))
    return tuple(_segment(read, candidate, told) for candidate in found[:KEPT])


class _Weigher:
    def __init__(self, read: Lines, crashes: Sequence[Crash], told: Told) -> None:
        self._read = read
        self._told = told
        self._crashes = [crash for crash in crashes if told.roles[crash.first] is not Role.ECHO]
        self._moves = self._moving()
        self._shapes = self._counted()

    def candidates(self) -> list[_Candidate]:
        found = [self._of_crash(crash) for crash in self._crashes]
        inside = {index for crash in self._crashes for index in range(crash.first, crash.end)}
        for index, role in enumerate(self._told.roles):
            if role in (Role.PLAIN, Role.BACKGROUND, Role.AFTERMATH) and index not in inside:
                weight = self._of_line(index)
                if weight is not None:
                    found.append(_Candidate(index, weight, None))
        return found

    def _of_line(self, index: int) -> float | None:
        read = self._read
        level, text = read.levels[index], read.bare[index]
        if read.dull[index] or not readable(text):
            return None
        score = words.telling(text)
        if level in (Level.QUIET, Level.NONE) and score <= 0 and index < len(read.lines) - 1 and self._moves[index] > 0:
            return None
        weight = _LEVELS[level] + score * (0.6 if level is Level.QUIET else 1.0)
        if self._told.roles[index] is Role.BACKGROUND:
            weight -= _NOISE
        elif self._told.roles[index] is Role.AFTERMATH:
            weight -= 2.0
        if words.leaves(text) and score <= 0:
            weight -= 2.0
        if self._shapes.get(_shape(text), 0) >= _SAME:
            weight -= _REPEATED
        return weight + self._standing(index, index + 1, 1.0)

    def _of_crash(self, crash: Crash) -> _Candidate:
        root = crash.root
        base = (
            _UNCAUGHT
            if crash.uncaught
            else max(_CAUGHT, 0.0)
            if self._read.levels[crash.first] is not Level.WARN
            else 2.5
        )
        weight = base + max(-2.0, words.telling(f"{root.type}: {root.message}"))
        return _Candidate(
            root.line, weight + self._standing(crash.first, crash.end, 0.5 if crash.uncaught else 1.0), crash
        )

    def _standing(self, first: int, end: int, share: float) -> float:
        """Return what the lines after it add or take: the last words stand, what was lived on after falls."""
        moved = self._moves[end] if end < len(self._moves) else 0
        standing = _FINAL if moved == 0 else 0.0
        standing -= share * (
            0.0 if moved == 0 else 0.6 if moved <= 2 else 1.2 if moved <= 10 else 2.0 if moved <= 40 else 2.5
        )
        return standing - (share * _RECOVERED if self._lived_on(end - 1, swap=share < 1.0) else 0.0)

    def _lived_on(self, line: int, *, swap: bool) -> bool:
        for later in self._told.lives[bisect_right(self._told.lives, line) :]:
            if not swap or gap(self._read.instants[line], self._read.instants[later]) > _SWAP_S:
                return True
        return False

    def _moving(self) -> list[int]:
        """Return, for each line, how many lines from it on tell of work that goes on."""
        counts = [0] * (len(self._read.lines) + 1)
        for index in range(len(self._read.lines) - 1, -1, -1):
            counts[index] = counts[index + 1] + self._goes_on(index)
        return counts

    def _goes_on(self, index: int) -> bool:
        if self._told.roles[index] is not Role.PLAIN:
            return False
        if self._read.dull[index]:
            return True
        text, level = self._read.bare[index], self._read.levels[index]
        if level in (Level.ERROR, Level.FATAL, Level.WARN) or not readable(text):
            return False
        return not (words.complains(text) or words.leaves(text) or words.waits(text) or text[:1].isspace())

    def _counted(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for index, text in enumerate(self._read.bare):
            if not self._read.dull[index]:
                shape = _shape(text)
                counts[shape] = counts.get(shape, 0) + 1
        return counts


def _shape(text: str) -> str:
    return text[:200].translate(DIGITS)


def _segment(read: Lines, candidate: _Candidate, told: Told) -> Segment:
    if candidate.crash is not None:
        crash = candidate.crash
        return Segment(SegmentKind.CRASH, crash.first, crash.end, candidate.line, crash)
    level = read.levels[candidate.line]
    kind = SegmentKind.BURST
    if level is Level.FATAL:
        kind = SegmentKind.FATAL
    elif level is Level.ERROR or words.telling(read.bare[candidate.line]) > 0:
        kind = SegmentKind.ERROR
    first, end = candidate.line, candidate.line + 1
    while end < len(read.lines) and read.records[end] == read.records[first]:
        end += 1
    return Segment(kind, first, end, candidate.line)


def _any(read: Lines, told: Told) -> tuple[Segment, ...]:
    """Return the last readable line as a segment, where nothing else may lead."""
    for wanted in (Role.PLAIN, Role.AFTERMATH, Role.BACKGROUND, Role.ECHO, Role.USAGE, Role.DETAIL):
        for index in range(len(read.lines) - 1, -1, -1):
            if told.roles[index] is wanted and readable(read.lines[index]):
                return (Segment(SegmentKind.BURST, index, index + 1, index),)
    return ()
