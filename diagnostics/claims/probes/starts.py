"""How the start of a killed instance went, by its log: it moved on until the kill, it hung, or it had given up.

Only the log tells these apart, and each wants another remedy: more time, a look at what it waits for, or the fault.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.claims.giving_up import given_up
from diagnostics.claims.probes.complaint import latest
from diagnostics.facts.pods import lifetimes
from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.clock import gap, instant
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Termination
    from diagnostics.transcript.model import Progress, Transcript

STALLED: Final = 0.25
"""Share of the lifetime for which work that counts may say nothing and still be going on."""
PAUSE_S: Final = 45.0
"""The same in seconds: a step of long work may take this long, and SIGTERM's grace period is 30 s."""
SILENT: Final = 0.8
"""Share of the lifetime that a program which hangs at its start says nothing."""
SILENT_S: Final = 120.0
"""And the least of it: below that, many a start is only slow."""
FIRST_WORDS_S: Final = 15.0
"""Seconds after the start until which a program that hangs at its start had spoken."""
AGAIN: Final = 3
"""Restarts after which a start that is silent each time is no accident."""
UNKNOWN_END: Final = 2.0
"""How many times the time it had is allowed to work that moves towards an end the log does not name."""

_WORKS: Final = compiled(
    r"(?i)\b(?:load|import|export|index|migrat|warm|compil|build|rebuild|download|fetch|pull|restor|recover"
    r"|replay|upgrad|instal|extract|unpack|copy|copi|sync|verif|optimi|generat|process|train|convert"
    r"|pre-?load|pre-?process|augment|bootstrap)\w*"
)
"""Work of unknown length that needs no words while it lasts."""


_AT_WORK: Final = compiled(
    r"(?i)\b(?:running|applying|executing|performing|starting|doing)\b.{0,30}\b(?:migrat|upgrad|import|recover|index)"
    r"|\b(?:initiali[sz]|migrat|upgrad|import|index|rebuild|restor|recover|replay|copy|extract|unpack|install|download"
    r"|synchroni[sz]|optimi[sz]|compil|convert|load|warm)ing\b"
    r"|\b(?:recovery|redo|replay|migration|upgrade|import|restore|rebuild|conversion|compaction|resync)"
    r" (?:(?:is |still )*in progress|starts?|started|begins?|began)\b"
)
"""Work that is going on, in words."""
_STILL: Final = compiled(
    r"(?i)\bstill (?:running|working|in progress)\b[^\n]{0,12}\b\d+ ?(?:s|sec|seconds|m|min|minutes)\b"
)
"""How long the work has gone on, said again and again: what it is stands above."""
_ALTERS: Final = compiled(
    r"(?i)\b(?:run(?:ning)?|apply(?:ing)?|perform(?:ing)?|execut(?:e|ing)|start(?:ing|ed)?|begin(?:ning)?)\b[^\n]{0,40}"
    r"\b(?:migrations?|change ?sets?|(?:schema|database|data|index) (?:upgrade|update|migration|conversion))\b"
    r"|\b(?:migrating|upgrading|converting|reindexing|rebuilding)\b"
)
"""Work that changes what outlives the pod, said to go on."""
_OVER: Final = compiled(r"(?i)\b(?:complet|finish|done|success|succeed|no (?:new |pending )?(?:migration|change)|fail)")
_ASIDE: Final = compiled(r"\b(?:GET|HEAD|POST|PUT|OPTIONS) /|(?i:\bshut(?:ting)? ?down\b|\bstopp(?:ed|ing)\b)")
LAST: Final = 5
"""Last lines among which such work is looked for."""


class Course(enum.StrEnum):
    """How far the killed instance came."""

    UNKNOWN = "unknown"
    MOVED = "moved"  # its work went on until the kill
    HUNG = "hung"  # nothing since its first words, each time
    GAVE_UP = "gave-up"  # it had failed for good before


@dataclass(frozen=True, slots=True)
class Start:
    """How the start went. ``line`` is the line of the transcript that tells, None where nothing does."""

    course: Course = Course.UNKNOWN
    line: int | None = None
    progress: Progress | None = None
    needs_s: float | None = None
    """For ``MOVED``: seconds from the start until the work is done, at the pace that the log shows."""
    alters: bool = False
    """Whether the work changes data that outlives the pod: a kill leaves it half-done."""


def course(case: Case, container: Container) -> Start:
    """Return how the start of the container's newest dead instance went."""
    told = case.transcript
    end = container.terminations[0] if container.terminations else None
    if told.container != container.name or not told.lines or end is None or end.lifetime_s is None:
        return Start()
    segment = given_up(case)
    if segment is not None:
        return Start(Course.GAVE_UP, segment.line)
    moved = _moved(told, end)
    if moved is not None:
        alters = _ALTERS.search(told.lines[moved.last_line][:500]) is not None
        return Start(Course.MOVED, moved.last_line, moved, _needs(told, moved, end.lifetime_s), alters)
    altering = _altering(told)
    if altering is not None:
        return Start(Course.MOVED, altering, needs_s=UNKNOWN_END * end.lifetime_s, alters=True)
    hung = _hung(told, container, end)
    if hung is not None:
        return Start(Course.HUNG, hung)
    busy = _busy(told)
    return Start() if busy is None else Start(Course.MOVED, busy, None, UNKNOWN_END * end.lifetime_s)


def _busy(told: Transcript) -> int | None:
    """Return the last line that was not said again and again, where it names work that takes its time."""
    line = latest(told)
    if line is None or any(item.line > line for item in told.listening):
        return None
    text = told.bare[line][:500]
    return _begun(told, line) if _AT_WORK.search(text) is not None and not words.complains(text) else None


def _begun(told: Transcript, line: int) -> int:
    """Return the line above that says which work it is, where the line only tells how that work goes.

    It may complain of what made the work needed: "was not shut down properly; recovery in progress".
    """
    above = told.bare[line - 1][:500] if line else ""
    return line - 1 if "in progress" in above and _AT_WORK.search(above) is not None else line


def _moved(told: Transcript, end: Termination) -> Progress | None:
    """Return the work that was still going on when the kill came, or None."""
    progress, lived = told.progress, end.lifetime_s
    if progress is None or lived is None or (progress.total is not None and progress.done == progress.total):
        return None
    seconds = _after_start(told, progress.last_line, lived)
    if seconds is None:
        return progress if progress.last_line >= len(told.lines) - AGAIN else None
    return progress if lived - seconds <= max(PAUSE_S, STALLED * lived) else None


def _altering(told: Transcript) -> int | None:
    """Return the line that begins a change of data of which nothing says that it ended, or None."""
    end = len(told.lines) if told.shutdown is None else told.shutdown
    spoken = [index for index in range(end) if told.roles[index] is not Role.ECHO and _says(told.bare[index])]
    for index in reversed(spoken[-LAST:]):
        line = told.lines[index][:500]
        if _OVER.search(line) is not None:
            return None
        if _ALTERS.search(line) is not None:
            return index
    return None


def _says(line: str) -> bool:
    """Whether a line is of the work: answers to a probe go on while the program is busy, and a goodbye ends it."""
    aside = _ASIDE.search(line[:500]) is not None or _STILL.search(line[:500]) is not None
    return any(char.isalpha() for char in line) and not line.startswith("{") and not aside


def _needs(told: Transcript, progress: Progress, lived: float) -> float:
    """Return the seconds that the whole start takes at the pace of the work."""
    seconds = _after_start(told, progress.last_line, lived)
    if seconds is None or progress.left_s is None:
        return UNKNOWN_END * lived
    return seconds + progress.left_s


def _after_start(told: Transcript, line: int, lived: float) -> float | None:
    """Return when the line was said, in seconds after the start, or None where times are unknown."""
    first = instant(told.times[line])
    if first is None or told.last_words_s is None:
        return None
    spoken = (index for index in range(len(told.lines) - 1, -1, -1) if told.roles[index] is not Role.ECHO)
    words = instant(told.times[next(spoken, line)])
    return min(lived, max(0.0, told.last_words_s - gap(first, words)))


def _hung(told: Transcript, container: Container, end: Termination) -> int | None:
    """Return the last line of a program that says nothing since its first seconds, whatever instance; or None."""
    lived, words, silent = end.lifetime_s, told.last_words_s, told.silent_s
    if lived is None or words is None or silent is None or not _alike(container):
        return None
    if words > max(FIRST_WORDS_S, (1 - SILENT) * lived) or silent < max(SILENT_S, SILENT * lived):
        return None
    spoken = [index for index, line in enumerate(told.lines) if line.strip()]
    if not spoken or _WORKS.search(told.lines[spoken[-1]][:500]) is not None or told.listening:
        return None
    return spoken[-1]


def _alike(container: Container) -> bool:
    """Whether the container was started again and again, and its known instances lived equally long."""
    lived = [end.lifetime_s for end in container.terminations if end.lifetime_s is not None]
    return container.restarts >= AGAIN and max(lived) - min(lived) <= 2 * lifetimes.SLACK_S
