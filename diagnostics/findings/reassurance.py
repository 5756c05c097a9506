"""What shows that a program that was asked about is well, and what it was perhaps asked about: a complaint it outlived.

Somebody asks about a pod that is ready because of a line of its log or an event. An answer that says "nothing is
wrong" without that line leaves them where they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import re2

from diagnostics.claims.model import Speaker
from diagnostics.claims.speaker import speaker
from diagnostics.diagnosis import Evidence
from diagnostics.fields import labels, name, text
from diagnostics.patterns import compiled
from diagnostics.transcript import signs, words
from diagnostics.transcript.api import transcribe
from diagnostics.transcript.model import Level, Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object
    from diagnostics.transcript.model import Transcript

WARNINGS: Final = 2
"""Events that are told of."""
LINES: Final = 2000
"""Newest lines that are looked at."""
_UP: Final = compiled(
    r"(?i)\b(?:ready|started|starting|running|accessible|serving|accepting|listening|joined|elected)\b"
)
_LOUD: Final = frozenset({Level.WARN, Level.ERROR, Level.FATAL})
_NO_WORDS: Final = frozenset({Role.DETAIL, Role.ECHO, Role.USAGE})


@dataclass(frozen=True, slots=True)
class Reassurance:
    """Quotes of a well container: that it is up, what it complained of, what events warned of."""

    up: tuple[Evidence, ...] = ()
    complaint: tuple[Evidence, ...] = ()
    words: str = ""
    """The complaint's line, where nothing newer shows it up."""
    warning: tuple[Evidence, ...] = ()
    """Events that warned, the newest of each reason."""

    @property
    def warned(self) -> tuple[str, ...]:
        """Return what the events say."""
        return tuple(item.quote for item in self.warning)

    @property
    def quotes(self) -> tuple[Evidence, ...]:
        """Return all quotes, the reassuring one first."""
        return (*self.up, *self.complaint, *self.warning)


def told(case: Case, container: Container) -> Reassurance:
    """Return what the log of the running instance and the events say."""
    log = None if case.pod is None else case.snapshot.log(case.namespace, name(case.pod), container.name, "current")
    read = transcribe(container.name, log, started_at=container.running_since)
    up, complaints = _up(read), _complaints(read)
    newest = complaints[0] if complaints else None
    return Reassurance(
        up=() if up is None else (_quote(read, up),),
        complaint=tuple(_quote(read, line) for line in complaints),
        words="" if newest is None or (up is not None and up > newest) else read.lines[newest],
        warning=warnings(case),
    )


def warnings(case: Case) -> tuple[Evidence, ...]:
    """Return the newest warning of each reason, the newest first: any of them may be what raised the question."""
    by_reason: dict[str, Evidence] = {}
    for event in case.events:
        if event.type == "Warning":
            by_reason.setdefault(event.reason, event.evidence())
    return tuple(by_reason.values())[:WARNINGS]


def left_over(case: Case) -> tuple[Object, ...]:
    """Return the workload's pods that failed for good and were replaced: records that alerts go on to count.

    Its own are those that its selector takes, or whose names its controller would have given.
    """
    raw = case.workload.raw if case.workload is not None else {}
    selector = labels(raw, "spec", "selector", "matchLabels")
    if case.pod is None or not selector or text(raw, "kind") == "Job":
        return ()
    made = compiled(rf"^{re2.escape(name(raw))}-(?:[a-z0-9]{{6,10}}-)?[a-z0-9]{{5}}$")
    return tuple(
        pod
        for pod in case.snapshot.all("Pod", case.namespace)
        if text(pod, "status", "phase") == "Failed"
        and name(pod) != name(case.pod)
        and (selector.items() <= labels(pod, "metadata", "labels").items() or made.search(name(pod)) is not None)
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


def _complaints(read: Transcript) -> tuple[int, ...]:
    """Return the newest complaint, one that says its level before one by its words, and the first of another shape.

    A client's is only one where there is none of its own. What was wrong from the start on (a limit of the node that is
    low) is said once, and much else after it.
    """
    newest = range(len(read.lines) - 1, max(-1, len(read.lines) - 1 - LINES), -1)
    loud = [index for index in newest if read.roles[index] not in _NO_WORDS and words.complains(read.bare[index])]
    own = [index for index in loud if speaker(read.lines[index], read.fields.get(index)) is not Speaker.PEER] or loud
    said = [index for index in own if read.levels[index] in _LOUD] or own
    if not said:
        return ()
    shape = words.folded(read.bare[said[0]][:500])
    other = next((index for index in reversed(said) if words.folded(read.bare[index][:500]) != shape), None)
    return (said[0],) if other is None else (said[0], other)


def _quote(read: Transcript, line: int) -> Evidence:
    verbatim, at = read.quote(line)
    return Evidence(source="log", path=f"{read.container}/{read.instance}", quote=verbatim, at=at)
