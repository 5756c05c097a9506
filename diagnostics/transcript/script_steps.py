"""Steps of a start script that failed, while the script went on: the program that it started then spoke for itself.

A shell goes on after a failed line unless it was told not to (``set -e``). What it and its tools complained of is no
reason for the end where the last failure is another program's own and tells of something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.transcript.decoding import Lines

NEAR: Final = 3
"""Lines above an end that names no thing within which a failed step may be its reason."""

LOOKED: Final = 400
"""Characters of a line that are looked at."""

_STEP: Final = compiled(
    r"^(?:\S*sh: (?:line )?\d+: |(?:/\S+/)?(?:mkdir|touch|cp|mv|rm|ln|chmod|chown|chgrp|install|tar|tee|cat|sed"
    r"|rsync|find|head|cut|grep|id|getent|usermod|groupmod): )"
)
"""The shell's own stamp, or that of a tool that start scripts call."""

_SIGNALLED: Final = compiled(r"^\S+ (?:line )?\d+:\s+\d+ [A-Z]")
"""The shell's report of a child that died of a signal (``line 3:    10 Illegal instruction``): that is an end."""

_THING: Final = compiled(r"[\w.@+-]*(?:/[\w.@+-]+)+|: (\w[\w.+-]*): ")
"""The path that the step was about, or the command that it called."""


def got_over(read: Lines, roles: Sequence[Role]) -> list[int]:
    """Return the lines of failed steps after which another program failed of something else."""
    end = next((i for i in range(len(read.bare) - 1, -1, -1) if _fails(read, roles, i)), None)
    if end is None:
        return []
    steps = [i for i in range(end) if not read.dull[i] and _is_step(read.bare[i][:LOOKED])]
    if not words.names(read.bare[end]):
        steps = [i for i in steps if end - i > NEAR]  # the end names nothing, so it may follow from the step before it
    later = [read.bare[i] for i in range(end + 1) if roles[i] is Role.PLAIN and i not in steps]
    return [i for i in steps if not _followed(read.bare[i][:LOOKED], later)]


def _is_step(text: str) -> bool:
    return _STEP.match(text) is not None and _SIGNALLED.match(text) is None


def _fails(read: Lines, roles: Sequence[Role], index: int) -> bool:
    """Whether the line is a failure in a program's own words, with a reason."""
    text = read.bare[index]
    if read.dull[index] or roles[index] is not Role.PLAIN or _is_step(text[:LOOKED]):
        return False
    return words.closed(text) and words.complains(text) and not words.carries(text)


def _followed(step: str, later: Sequence[str]) -> bool:
    """Whether a later line speaks of what the step was about: then its failure may follow from the step's."""
    head = _STEP.match(step)
    rest = step if head is None else f": {step[head.end() :]}"
    things = {(found.group(1) or found.group(0)).rpartition("/")[2] for found in _THING.finditer(rest)}
    return any(thing in text for thing in things if thing for text in later)
