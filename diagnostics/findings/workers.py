"""How many worker processes a server started, by its own log: each takes its part of one memory limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

MANY: Final = 8
"""Workers from which on their number is worth a look (ours)."""
_LOOKED: Final = 500
"""Lines of the start in which servers tell it."""
_TOLD: Final = (
    compiled(r"(?i)\bconcurrency:? +(\d{1,4}) \((?:prefork|fork|process)"),
    compiled(r"(?i)\bworkers?(?: processes)?(?: count)?\s*[:=]\s*(\d{1,4})\b"),
    compiled(
        r"(?i)\b(?:start|spawn|fork|launch|creat|us|runn)(?:ing|ed)(?: up)? (?:a pool of )?(\d{1,4})"
        r" (?:\w+ )?(?:workers|processes|children)\b"
    ),
)
"""Celery, Puma and many others name the number."""
_ONE: Final = compiled(
    r"(?i)\b(?:boot|spawn|start|fork|launch)(?:ing|ed)\b[^\n]{0,30}\b(?:worker|child|process)\b[^\n]{0,40}\bpid\b"
)
"""Gunicorn, uWSGI, Uvicorn and others tell of each one with its process id."""


class Workers(NamedTuple):
    """Their number, and the line of the transcript that tells it."""

    number: int
    line: int


def told(case: Case) -> Workers | None:
    """Return the workers that the failing container's log tells of, when they are many."""
    lines = case.transcript.lines[:_LOOKED]
    found = [
        Workers(int(match.group(1)), index)
        for index, line in enumerate(lines)
        for pattern in _TOLD
        if (match := pattern.search(line[:500])) is not None
    ]
    each = [index for index, line in enumerate(lines) if _ONE.search(line[:500]) is not None]
    found += [Workers(len(each), each[-1])] if each else []
    most = max(found, default=None)
    return most if most is not None and most.number >= MANY else None
