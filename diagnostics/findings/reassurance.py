"""What shows that a program that was asked about is well, and what it was perhaps asked about: a complaint it outlived.

Somebody asks about a pod that is ready because of a line of its log or an event. An answer that says "nothing is
wrong" without that line leaves them where they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import Speaker
from diagnostics.claims.speaker import speaker
from diagnostics.diagnosis import Evidence
from diagnostics.fields import name
from diagnostics.patterns import compiled
from diagnostics.transcript import signs, words
from diagnostics.transcript.api import transcribe
from diagnostics.transcript.model import Level, Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.transcript.model import Transcript

LINES: Final = 2000
"""Newest lines that are looked at."""
_UP: Final = compiled(
    r"(?i)\b(?:ready|started|starting|running|accessible|serving|accepting|listening|joined|elected)\b"
)
_LOUD: Final = frozenset({Level.WARN, Level.ERROR, Level.FATAL})
_NO_WORDS: Final = frozenset({Role.DETAIL, Role.ECHO, Role.USAGE})


@dataclass(frozen=True, slots=True)
class Reassurance:
    """Quotes of a well container: that it is up, what it complained of, what an event warned of."""

    up: tuple[Evidence, ...] = ()
    complaint: tuple[Evidence, ...] = ()
    words: str = ""
    """The complaint's line, where nothing newer shows it up."""
    warning: tuple[Evidence, ...] = ()

    @property
    def warned(self) -> str:
        """Return what the event says."""
        return self.warning[0].quote if self.warning else ""

    @property
    def quotes(self) -> tuple[Evidence, ...]:
        """Return all quotes, the reassuring one first."""
        return (*self.up, *self.complaint, *self.warning)


def told(case: Case, container: Container) -> Reassurance:
    """Return what the log of the running instance and the events say."""
    log = None if case.pod is None else case.snapshot.log(case.namespace, name(case.pod), container.name, "current")
    read = transcribe(container.name, log, started_at=container.running_since)
    up, complaint = _up(read), _complaint(read)
    warned = next((event for event in case.events if event.type == "Warning"), None)
    return Reassurance(
        up=() if up is None else (_quote(read, up),),
        complaint=() if complaint is None else (_quote(read, complaint),),
        words="" if complaint is None or (up is not None and up > complaint) else read.lines[complaint],
        warning=() if warned is None else (warned.evidence(),),
    )


def _up(read: Transcript) -> int | None:
    """Return the newest line that shows it up."""
    newest = range(len(read.lines) - 1, max(-1, len(read.lines) - 1 - LINES), -1)
    fine = [index for index in newest if not words.complains(read.bare[index]) and read.roles[index] not in _NO_WORDS]
    for tells in (signs.lives, signs.listens, lambda line: _UP.search(line[:500]) is not None):
        found = next((index for index in fine if tells(read.lines[index])), None)
        if found is not None:
            return found
    return None


def _complaint(read: Transcript) -> int | None:
    """Return the newest complaint of its own (a client's only where there is none), best one that says its level."""
    newest = range(len(read.lines) - 1, max(-1, len(read.lines) - 1 - LINES), -1)
    loud = [index for index in newest if read.roles[index] not in _NO_WORDS and words.complains(read.bare[index])]
    own = [index for index in loud if speaker(read.lines[index], read.fields.get(index)) is not Speaker.PEER]
    said = own or loud
    return next((index for index in said if read.levels[index] in _LOUD), next(iter(said), None))


def _quote(read: Transcript, line: int) -> Evidence:
    verbatim, at = read.quote(line)
    return Evidence(source="log", path=f"{read.container}/{read.instance}", quote=verbatim, at=at)
