"""What a program said: its lines, what each is for, its crashes, and which line decides."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

QUOTE_LIMIT = 1000
"""Characters of a quoted line."""

_BROKEN_OFF: Final = compiled(
    r"(?i)(?:\b(?:at|in|on|for|to|of|from|with|by|into|under|the|a|an|is|was|are|and|or|that|because|cannot|not)"
    r"|[a-z],)\s*$"
)
"""The end of a line at which no sentence ends."""
_WRAPPED: Final = 4
"""Lines over which one sentence is broken at most."""


class Level(enum.StrEnum):
    """The level that a record says it has; ``NONE`` where it says none."""

    NONE = ""
    QUIET = "quiet"
    WARN = "warn"
    ERROR = "error"
    FATAL = "fatal"


class Role(enum.StrEnum):
    """What a line is for."""

    DECIDING = "deciding"
    """It belongs to the words of the final segment: it may lead."""
    DETAIL = "detail"
    """Frames, dumps, properties of a failure: it names things and never leads."""
    AFTERMATH = "aftermath"
    """It follows the failure: exporters that cannot flush, goodbyes, a parent's orderly end, exit statuses."""
    BACKGROUND = "background"
    """Survived, recovered from, or a client's complaint."""
    USAGE = "usage"
    """Usage and help text."""
    ECHO = "echo"
    """Raised by the signal of the kill."""
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a program. ``line`` is the source line, 0 where none is named."""

    function: str
    file: str
    line: int
    own: bool | None
    """False for runtime, standard library and packages, True for the program's own code, None where unknown."""


@dataclass(frozen=True, slots=True)
class Said:
    """One failure of a chain. ``line`` is the index of its words in ``Transcript.lines``."""

    type: str
    message: str
    line: int


@dataclass(frozen=True, slots=True)
class Crash:
    """One crash: lines ``first`` to ``end`` (past its last), and the chain from the outermost to the innermost."""

    language: str
    chain: tuple[Said, ...]
    frames: tuple[Frame, ...]
    first: int
    end: int
    uncaught: bool
    """True where the runtime itself printed it: nobody caught it."""
    deciding: int = -1
    """Index in ``chain`` of the innermost failure that is no mere wrapper."""

    @property
    def root(self) -> Said:
        """The innermost failure that is no mere wrapper."""
        return self.chain[self.deciding]


class SegmentKind(enum.StrEnum):
    """What kind of last words a segment is."""

    CRASH = "crash"
    FATAL = "fatal"
    ERROR = "error"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines ``first`` to ``end`` (past its last) that may be why the program ended; ``line`` is the one to quote."""

    kind: SegmentKind
    first: int
    end: int
    line: int
    crash: Crash | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """The program says that it accepts connections. ``address`` is empty and ``port`` None where it does not say."""

    line: int
    address: str
    port: int | None
    after_s: float | None
    """Seconds after the start of the instance, None where either time is unknown."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work came: ``done`` of ``total``, up to ``last_line``."""

    done: float | None
    total: float | None
    unit: str
    last_line: int
    rate: float | None
    """Units per second since the work was first told of."""
    left_s: float | None
    """Seconds that the rest takes at that rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What one container instance said. All tuples from ``lines`` to ``roles`` are of one length."""

    container: str
    instance: str
    """``previous``, ``current``, ``terminated.message``, ``probe output`` or ``hook error``."""
    lines: tuple[str, ...] = ()
    """Decoded: colours, CRI prefixes, JSON and logfmt undone, multi-line messages opened."""
    bare: tuple[str, ...] = ()
    """Without the leading time, level, thread and logger."""
    verbatim: tuple[str, ...] = ()
    """To quote, ``QUOTE_LIMIT`` characters at most."""
    times: tuple[str, ...] = ()
    """RFC 3339 of the log API, empty where it gave none."""
    levels: tuple[Level, ...] = ()
    roles: tuple[Role, ...] = ()
    fields: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Fields of the structured record that a line opens, by its index; only where there are any."""
    crashes: tuple[Crash, ...] = ()
    segments: tuple[Segment, ...] = ()
    """Candidates to lead, best first."""
    shutdown: int | None = None
    """The line that says that the program was asked to stop."""
    listening: tuple[Listening, ...] = ()
    progress: Progress | None = None
    last_words_s: float | None = None
    """Seconds after the instance's start of the last line that is no echo of a kill."""
    silent_s: float | None = None
    """Seconds of silence between that line and the instance's end."""
    cut: bool = False
    """True when older lines were left out."""

    @property
    def deciding(self) -> int | None:
        """The line to quote if nothing is understood; None only where no line is readable."""
        return self.segments[0].line if self.segments else None

    def whole(self, line: int) -> str:
        """Return what a line says; of a failure whose message runs on below it, all of the message."""
        head = self.bare[line]
        if self.roles[line] is not Role.DECIDING:
            return head
        if _BROKEN_OFF.search(head[-40:]) is not None:
            return self._run_on(line)
        chains = (said for crash in self.crashes for said in crash.chain)
        text = next((f"{said.type}: {said.message}" for said in chains if said.line == line and said.type), head)
        return text if len(text) > len(head) and head.strip() in text else head

    def _run_on(self, line: int) -> str:
        """Return a sentence that was broken over lines: each but the last ends where no sentence does."""
        end = line + 1
        while end < min(len(self.bare), line + _WRAPPED) and self.bare[end] == self.lines[end]:
            end += 1
            if not self.bare[end - 1].strip() or _BROKEN_OFF.search(self.bare[end - 1][-40:]) is None:
                break
        below = (part for text in self.bare[line + 1 : end] if (part := text.strip()))
        return " ".join((self.bare[line].rstrip(), *below))

    def below(self, line: int, start: int, end: int) -> list[int]:
        """Return the lines below that hold characters ``start`` to ``end`` of a message that runs on."""
        text, found, at = self.whole(line), [], len(self.bare[line])
        for index in range(line + 1, len(self.bare) if text != self.bare[line] else 0):
            part = self.bare[index].strip()
            place = text.find(part, at) if part else at
            if place < 0:
                break
            if part and place < end and place + len(part) > start:
                found.append(index)
            at = place + len(part)
        return found

    def quote(self, line: int) -> tuple[str, str]:
        """Return the line to quote and its time."""
        return self.verbatim[line], self.times[line]
