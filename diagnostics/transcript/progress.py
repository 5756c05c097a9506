"""How far a long piece of work came, from lines that count: ``340 of 400``, ``45 %``, ``segment=3 maxSegment=9``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import Patterns, compiled
from diagnostics.transcript.clock import gap
from diagnostics.transcript.model import Progress
from diagnostics.transcript.prefilter import DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.transcript.decoding import Lines

_MARKS: Final = ("%", "/", " of ", "=", '":', " through ", " to ", "ing ", "ed ")
"""Without one of these a line counts nothing."""

LINES: Final = 1000
"""Newest lines in which progress is looked for."""

_NUMBER: Final = r"(\d{1,15}(?:\.\d+)?)"
_PAIRED: Final = compiled(
    r"(?i)\b(\w+)\"?[=:] ?" + _NUMBER + r"\b.{0,60}?\b(?:max|total|last|end)[_-]?(\w*)\"?[=:] ?" + _NUMBER
)
_RANGE: Final = compiled(
    r"(?i)\b(?:recover|replay|process|read|apply|load)\w*\b.{0,30}?\b"
    + _NUMBER
    + r" (?:through|to|until|\.\.) "
    + _NUMBER
)
_OF: Final = compiled(
    r"(?i)(?:([a-z]\w{2,20})s? +#?)?\b" + _NUMBER + r" ?(?:of|out of|/) ?" + _NUMBER + r"\b(?: ([a-z]\w{2,20}))?"
)
_PERCENT: Final = compiled(r"(?:^|[^\d.])(\d{1,3}(?:\.\d+)?) ?%")
_DONE: Final = compiled(
    r"(?i)\b(?:replayed|applied|applying|migrated|migrating|imported|importing|indexed|indexing|loaded|loading"
    r"|restored|restoring|recovered|recovering|opened|copied|rebuilt|processed|upgraded|upgrading|ran|running) "
    r"(?:the )?(wal segment|segment|shard|migration|partition|table|index|file|chunk|record|row|batch|object|log"
    r"|changeset|block|collection|topic|database|document)\w*\b"
)
_COUNTING: Final = Patterns(_PAIRED, _RANGE, _OF, _PERCENT, _DONE)


@dataclass(frozen=True, slots=True)
class _Step:
    line: int
    done: float
    total: float | None
    unit: str


def told(read: Lines) -> Progress | None:
    """Return the newest progress, or None where nothing moves.

    Lines of one shape that count belong together; the work that was reported last is the one returned.
    """
    series: dict[str, list[_Step]] = {}
    counted: dict[str, int] = {}
    for index in range(max(0, len(read.lines) - LINES), len(read.lines)):
        if not any(mark in read.verbatim[index] for mark in _MARKS):
            continue
        text = read.verbatim[index] if index in read.fields else read.bare[index]
        for step in _steps(text[:500], index, counted):
            series.setdefault(f"{step.unit}:{read.bare[index][:12].translate(DIGITS)}", []).append(step)
    moving = [run for run in (_last_run(steps) for steps in series.values()) if run is not None]
    if not moving:
        return None
    return _progress(read, max(moving, key=lambda run: (run[-1].line, run[-1].total is not None)))


def _steps(text: str, index: int, counted: dict[str, int]) -> Iterator[_Step]:
    found = _COUNTING.found(text)
    paired = _PAIRED.search(text) if _PAIRED in found else None
    if paired is not None and (not paired.group(3) or paired.group(3).lower() in paired.group(1).lower()):
        yield from _step(index, paired.group(2), paired.group(4), paired.group(1).lower())
        return
    span = _RANGE.search(text) if _RANGE in found else None
    if span is not None and float(span.group(1)) <= float(span.group(2)):
        yield _Step(index, float(span.group(2)), None, "log")
        # Where each line names the same end, it is the beginning that moves towards it.
        yield _Step(index, float(span.group(1)), float(span.group(2)), "logs")
        return
    of = _OF.search(text) if _OF in found else None
    if of is not None:
        yield from _step(index, of.group(2), of.group(3), (of.group(4) or of.group(1) or "").lower())
        return
    percent = _PERCENT.search(text) if _PERCENT in found else None
    if percent is not None:
        yield from _step(index, percent.group(1), "100", "%")
        return
    done = _DONE.search(text) if _DONE in found else None
    if done is not None:
        unit = done.group(1).lower()
        counted[unit] = counted.get(unit, 0) + 1
        yield _Step(index, float(counted[unit]), None, unit)


def _step(index: int, done: str, total: str, unit: str) -> Iterator[_Step]:
    if 0 <= float(done) <= float(total) and float(total) > 1:
        yield _Step(index, float(done), float(total), unit)


def _last_run(steps: list[_Step]) -> list[_Step] | None:
    """Return the newest steps that rise towards one total, or None where they do not move."""
    run = [steps[-1]]
    for step in reversed(steps[:-1]):
        if step.done > run[-1].done or step.total != run[-1].total:
            break
        run.append(step)
    run.reverse()
    return run if len(run) > 1 and run[-1].done > run[0].done else None


def _progress(read: Lines, run: list[_Step]) -> Progress:
    first, last = run[0], run[-1]
    seconds = gap(read.instants[first.line], read.instants[last.line])
    rate = (last.done - first.done) / seconds if seconds > 0 else None
    left = (last.total - last.done) / rate if rate and last.total is not None else None
    return Progress(last.done, last.total, last.unit, last.line, rate, left)
