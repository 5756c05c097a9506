"""Which lines may be why the program ended, best first.

Every line that complains, every record of an error and every crash is weighed by one table: what it says of itself
(level, crash), what its words are worth, and whether the program lived on after it. The heaviest leads; among equals
the first of the stretch does, because what follows a failure is its consequence.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import blocks, signs, survived, words
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

_LEVELS: Final = {Level.FATAL: 5.0, Level.ERROR: 4.0, Level.WARN: 1.5, Level.NONE: 1.0, Level.QUIET: -2.0}
_LOUD: Final = frozenset({Level.ERROR, Level.FATAL})
_SILENT: Final = -3.0
"""Weight of a line that complains of nothing."""
_CONTENT: Final = 1.5
"""What such a line loses that the program itself calls an information: bare last words say more."""
_COMPLAINING: Final = frozenset({Level.ERROR, Level.FATAL, Level.WARN})
_UNCAUGHT: Final = 6.0
_CAUGHT: Final = {Level.WARN: 1.5, Level.QUIET: 0.0}
_CAUGHT_ERROR: Final = 4.5
_FINAL: Final = 2.0
"""The last words have this much more weight than the same words earlier."""
_MOVED: Final = ((0, 0.0), (2, 1.0), (10, 2.0), (40, 3.0))
"""Lines of work that went on after a failure, and what they take from its weight."""
_MOVED_ON: Final = 3.5
_RECOVERED: Final = 4.0
_RETRIED: Final = 1.0
"""What is tried again is not yet the end."""
_REPEATED: Final = 1.0
_NOISE: Final = 20.0
_AFTER: Final = 2.0
_STOPPING: Final = 3.0
"""What fails after the program was asked to stop follows from that."""
_OFF: Final = 1.5
"""What a record loses that breaks off before its reason."""
_HEADING: Final = 2.0
"""A record that carries a stack trace says less than the trace's own words."""
_SWAP_S: Final = 0.5
"""Seconds within which lines of stdout and stderr may stand in the wrong order (two pipes, one reader)."""
_LOG_OF_POSTGRES: Final = "LOG:  "
"""PostgreSQL's LOG is no quiet level: it ranks above ERROR (its documentation, ``log_min_messages``)."""
_AT_ONCE_S: Final = 1.0
"""Seconds after a failure within which a fault of the code comes of it (ours)."""
_SOUGHT: Final = compiled(r"(?i)\bconfig(?:uration)? file\b[^\n]{0,80}\bnot found\b")
"""A search for a file that may lack: whether it was needed, only the objects tell."""
_SAME: Final = 5
"""From so many lines of one shape on each but the first was survived."""
_AGAIN: Final = 3
"""From so many times on a failure and what is said after it belong together."""
_OWN: Final = 1.5
"""What a crash's words must be worth to be a reason of their own."""
_OF_RUNTIME: Final = (
    *("runtime error: ", "interface conversion: ", "assignment to entry in nil map", "send on closed channel"),
    *("close of closed channel", "close of nil channel"),
)
"""Go's own words for a fault of the code: nobody hands such a panic on, but it may come of a failure gone past."""
_OF_MEMORY: Final = "heap out of memory"
"""V8's own last words: no record before them says more."""
_EVEN: Final = 0.1
"""Less than any difference of two lines' worth."""
_CLOSE: Final = 1.0
"""Weights this close are equal: then the first of a stretch leads."""
_SHARED: Final = 2
"""Words that a warning and the error after it must share to speak of one thing."""


_LOADER: Final = compiled(
    r"error while loading shared libraries: |cannot open shared object file"
    r"|Error loading shared library |Error relocating /"
)
"""What the loaders of glibc and musl print of a program that they cannot start; a parent may log it as information."""


_QUOTED: Final = 40
"""Characters of an exception's message by which a record before it is known to tell the same."""


_NEXT: Final = 4
"""Lines after it in which its details may stand."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    weight: float
    crash: Crash | None


def ranked(read: Lines, crashes: Sequence[Crash], told: Told) -> tuple[Segment, ...]:
    """Return the segments, best first; empty only where no line is readable."""
    weigher = _Weigher(read, crashes, told)
    found = weigher.candidates()
    if not found:
        return _any(read, told)
    found.sort(key=lambda candidate: (-candidate.weight, candidate.line))
    of_shell = (one for one in found if one.line == told.shell)
    lead = next(of_shell, None) or weigher.behind(weigher.first_of(found), found)
    found.remove(lead)
    return tuple(_segment(read, candidate) for candidate in (lead, *found[: KEPT - 1]))


class _Weigher:
    def __init__(self, read: Lines, crashes: Sequence[Crash], told: Told) -> None:
        self._read = read
        self._told = told
        self._crashes = [crash for crash in crashes if told.roles[crash.first] is not Role.ECHO]
        self._headings = {self._heading(crash) for crash in self._crashes if not crash.uncaught}
        self._headings |= {line for crash in self._crashes for line in self._announced(crash)}
        stamped = sum(bare != line for bare, line in zip(read.bare, read.lines, strict=True))
        self._stamped = stamped * 2 > len(read.lines) - sum(read.dull)
        """Whether the program stamps its lines: then one without a stamp goes on with the record above it."""
        self._shapes = self._counted()
        self._waiting: dict[str, bool] = {}
        close = (index for index, dull in enumerate(read.dull) if not dull)
        self._stillborn = max((index for index in close if signs.stillborn(read.bare[index])), default=-1)
        self._moves = self._moving()

    def _heading(self, crash: Crash) -> int:
        """Return the record that the crash was logged with; noise may stand between."""
        for index in range(crash.first - 1, max(-1, crash.first - _NEXT), -1):
            if self._told.roles[index] is not Role.BACKGROUND:
                return index
        return crash.first - 1

    def _announced(self, crash: Crash) -> list[int]:
        """Return the records shortly before a crash that tell its words already: the crash has them, and its causes."""
        said = [part.message[:_QUOTED] for part in crash.chain if len(part.message) >= _QUOTED]
        before = range(max(0, crash.first - blocks.NEAR), crash.first)
        return [index for index in before if any(text in self._read.bare[index] for text in said)]

    def candidates(self) -> list[_Candidate]:
        found = [self._of_crash(crash) for crash in self._crashes]
        inside = {index for crash in self._crashes for index in range(crash.first, crash.end)}
        for index, role in enumerate(self._told.roles):
            if role in (Role.PLAIN, Role.BACKGROUND, Role.AFTERMATH) and index not in inside:
                weight = self._of_line(index)
                if weight is not None:
                    found.append(_Candidate(index, weight, None))
        return found

    def first_of(self, found: Sequence[_Candidate]) -> _Candidate:
        """Return the first of the failures that are worth as much as the heaviest, with no work between them."""
        lead, least = self._thrown(found), found[0].weight - _CLOSE
        for other in found:
            if other.weight < least:
                break
            plain = self._told.roles[other.line] is Role.PLAIN
            if (
                plain
                and other.line < lead.line
                and self._together(other.line, lead.line)
                and not self._ends(lead, other)
                and not self._breaks_off(other.line)
            ):
                lead = other
        fault = lead.crash is not None and lead.crash.uncaught and lead.crash.root.message.startswith(_OF_RUNTIME)
        spent = lead.crash is not None and lead.crash.uncaught and _OF_MEMORY in self._read.bare[lead.line]
        if fault:
            return self._gone_past(lead, found)
        return lead if spent or self._complete(lead) else self._reason(lead, found)

    def behind(self, lead: _Candidate, found: Sequence[_Candidate]) -> _Candidate:
        """Return the newest of the repeated failures for which a pool has nothing to give, or the lead itself."""
        if not words.starved(self._read.bare[blocks.continued(self._read, lead.line)]):
            return lead
        tried = (
            one
            for one in found
            if one.line < lead.line
            and self._shapes.get(_shape(self._read.bare[one.line]), 0) >= _AGAIN
            and words.closed(self._read.bare[one.line])
            and self._told.roles[one.line] is Role.PLAIN
            and not self._recovered(one.line, swap=False)
        )
        return max(tried, key=lambda one: one.line, default=lead)

    def _thrown(self, found: Sequence[_Candidate]) -> _Candidate:
        """Return the heaviest; of as much weight as an error before it is the crash that nobody caught."""
        lead = found[0]
        if lead.crash is not None or self._read.levels[lead.line] is Level.FATAL:
            return lead
        thrown = (
            one
            for one in found
            if one.crash is not None
            and one.crash.uncaught
            and one.line > lead.line
            and one.weight >= lead.weight - _CLOSE
            and words.telling(self._read.bare[one.line]) >= _OWN
            and not self._led_to(lead.line, one.crash)
        )
        return next(thrown, lead)

    def _gone_past(self, lead: _Candidate, found: Sequence[_Candidate]) -> _Candidate:
        """Return the failure that a fault of the code follows from: the one of those before it that says most."""
        led = (
            one
            for one in sorted(found, key=lambda one: one.line)
            if lead.crash is not None
            and one.crash is None
            and self._told.roles[one.line] is Role.PLAIN
            and not self._milder(one.line, lead)
            and self._led_to(one.line, lead.crash)
        )
        return max(led, key=lambda one: words.telling(self._read.bare[one.line]), default=lead)

    def _led_to(self, line: int, crash: Crash) -> bool:
        """Whether a fault of the code comes at once after a failure that gives its reason: it went on without that."""
        if not crash.root.message.startswith(_OF_RUNTIME) or line not in range(crash.first - blocks.NEAR, crash.first):
            return False
        read = self._read
        if gap(read.instants[line], read.instants[crash.first]) > _AT_ONCE_S or not self._together(line, crash.first):
            return False
        record = [read.bare[at] for at in range(max(0, line - 1), line + 2) if read.records[at] == read.records[line]]
        met = any(
            words.waits(text) or survived.gone_on(text, mild=True) or _SOUGHT.search(text[:2000]) for text in record
        )
        return not met and words.closed(read.bare[blocks.continued(read, line)])

    def _breaks_off(self, line: int) -> bool:
        """Whether a record ends before its reason, and no line goes on with it: "cannot read x:"."""
        return self._read.bare[line].rstrip()[-1:] in (":", "(") and blocks.continued(self._read, line) == line

    def _ends(self, lead: _Candidate, other: _Candidate) -> bool:
        """Whether the lead is the crash that nobody caught, in words of its own: an error before it was survived."""
        if lead.crash is None or not lead.crash.uncaught or other.crash is not None:
            return False
        if self._read.levels[other.line] is Level.FATAL:
            return False
        return self._elaborates(lead.crash, other.line) or words.telling(self._read.bare[lead.line]) >= _OWN

    def _elaborates(self, crash: Crash, line: int) -> bool:
        """Whether the crash is what a record shortly before it announces: "... the following error occurred:"."""
        above = max(0, crash.first - 1)
        return line in range(above - _NEXT, above + 1) and blocks.HEAD.search(self._read.bare[above][-80:]) is not None

    def _complete(self, lead: _Candidate) -> bool:
        """Whether the words give a reason and name a thing; those of a list's head may do so in its items."""
        text = self._read.bare[blocks.continued(self._read, lead.line)]
        return words.closed(text) and words.names(text) and not self._breaks_off(lead.line)

    def _together(self, first: int, second: int) -> bool:
        return self._moves[first + 1] - self._moves[second] == 0

    def _follows(self, first: int, second: int) -> bool:
        """Whether no work lies between the lines; what the later one says itself may stand there without its stamp."""
        between, end = range(first + 1, second), self._read.bare[second]
        return self._together(first, second) or not any(
            self._goes_on(index) and self._read.bare[index].strip() not in end for index in between
        )

    def _reason(self, lead: _Candidate, found: Sequence[_Candidate]) -> _Candidate:
        """Return the quieter record close by that gives the reason which the leading one lacks."""
        read, told = self._read, self._told
        best, score = lead, words.telling(read.bare[lead.line]) - _OFF * self._breaks_off(lead.line)
        carries = words.carries(read.bare[lead.line])
        start, end = (lead.crash.first, lead.crash.end) if lead.crash is not None else (lead.line, lead.line)
        for other in sorted(found, key=lambda one: one.line):
            after = 0 if lead.crash is not None else _NEXT
            near = start - blocks.NEAR <= other.line < start or end < other.line <= end + after
            if not near or other.crash is not None or told.roles[other.line] is not Role.PLAIN:
                continue
            if lead.crash is not None and self._elaborates(lead.crash, other.line):
                continue
            text = read.bare[other.line]
            least = score + (0.5 if lead.crash is not None and other.line in self._headings else 0.0)
            if not carries and self._milder(other.line, lead) and not self._of_one_thing(other.line, lead.line):
                continue
            # Of two that say as much of one thing, the one before that gives the reason says why.
            before = other.line < best.line
            least -= _EVEN if before and self._reasoned(text, read.bare[best.line]) else 0.0
            if (
                words.complains(text)
                and not words.waits(text)
                and words.telling(text) > least
                and self._follows(*sorted((other.line, lead.line)))
            ):
                best, score = other, words.telling(text)
        return best

    def _reasoned(self, text: str, said: str) -> bool:
        """Whether a line speaks of the same as another does, and gives the reason that the other lacks."""
        alike = len(words.subjects(text) & words.subjects(said)) >= _SHARED
        return alike and words.closed(text) and not words.closed(said)

    def _milder(self, line: int, lead: _Candidate) -> bool:
        """Whether the program itself calls the record less than the failure that it ended with, a step at least."""
        mine = self._read.levels[line]
        if mine is Level.QUIET and _LOADER.search(self._read.bare[line][:2000]) is not None:
            return False
        if mine is Level.QUIET:
            return _LOG_OF_POSTGRES not in self._read.lines[line][:200]
        return mine is Level.WARN and (lead.crash is not None or self._read.levels[lead.line] in _LOUD)

    def _of_one_thing(self, line: int, lead: int) -> bool:
        """Whether a milder record speaks of what the error after it does, and gives the reason that the error lacks.

        Of a warning two words in common tell that; of an information that it is the very record before, and fails too.
        """
        warned, said = self._read.bare[line], self._read.bare[lead]
        if self._read.levels[line] is Level.WARN:
            return self._reasoned(warned, said)
        before = self._read.records[line] == self._read.records[lead] - 1
        told = words.complains(warned) and words.closed(warned) and not words.closed(said)
        return before and told and bool(words.subjects(warned) & words.subjects(said))

    def _of_line(self, index: int) -> float | None:
        read = self._read
        level, text = read.levels[index], read.bare[index]
        if read.dull[index] or not readable(text):
            return None
        level = Level.ERROR if level is Level.QUIET and _LOADER.search(text[:2000]) is not None else level
        score = max(words.telling(text), words.telling(read.bare[blocks.continued(read, index)]))
        complaining = score > 0 or level in _LOUD
        if not complaining and self._moves[index + 1] > 0:
            return None
        weight = (_LEVELS[level] if complaining else _SILENT) + score * (0.6 if level is Level.QUIET else 1.0)
        weight -= _CONTENT if level is Level.QUIET and not complaining else 0.0
        role = self._told.roles[index]
        weight -= _NOISE if role is Role.BACKGROUND else _AFTER if role is Role.AFTERMATH else 0.0
        weight -= _AFTER if (words.leaves(text) and score <= 0) or words.advises(text) else 0.0
        weight -= _RETRIED if words.waits(text) and level is not Level.FATAL else 0.0
        weight -= _HEADING if index in self._headings else 0.0
        if level is not Level.FATAL and self._shapes.get(_shape(text), 0) >= _SAME:
            weight -= _REPEATED
        return weight + self._standing(index, index + 1, 0.5 if level is Level.FATAL else 1.0, final=complaining)

    def _of_crash(self, crash: Crash) -> _Candidate:
        root = crash.root
        base = _UNCAUGHT if crash.uncaught else self._caught(crash)
        weight = base + max(-2.0, words.telling(f"{root.type}: {root.message}"))
        share = 0.5 if crash.uncaught else 1.0
        weight -= _NOISE if self._told.roles[crash.first] is Role.BACKGROUND else 0.0
        return _Candidate(root.line, weight + self._standing(crash.first, crash.end, share, final=True), crash)

    def _caught(self, crash: Crash) -> float:
        """Return what a crash is worth that a record holds: as much as the record, less where that tries again."""
        above = max(0, crash.first - 1)
        if self._told.roles[above] is Role.BACKGROUND:
            return _UNCAUGHT  # the record above it speaks of something else
        again = _RETRIED if words.waits(self._read.bare[above]) else 0.0
        return _CAUGHT.get(self._read.levels[above], _CAUGHT_ERROR) - again

    def _standing(self, first: int, end: int, share: float, *, final: bool) -> float:
        """Return what the lines after it add or take: the last words stand, what was lived on after falls."""
        moved = self._moves[end]
        standing = (_FINAL if final else _FINAL / 4) if moved == 0 else 0.0
        standing -= share * next((taken for most, taken in _MOVED if moved <= most), _MOVED_ON)
        if self._told.shutdown is not None and first > self._told.shutdown:
            standing -= _STOPPING
        return standing - (share * _RECOVERED if self._recovered(end - 1, swap=share < 1.0) else 0.0)

    def _recovered(self, line: int, *, swap: bool) -> bool:
        """Whether a later line says that the program serves, or that the same thing works now."""
        mine: frozenset[str] | None = None
        if line < self._stillborn:
            return False
        for later in self._told.lives[bisect_right(self._told.lives, line) :]:
            if swap and gap(self._read.instants[line], self._read.instants[later]) <= _SWAP_S:
                continue
            text = self._read.bare[later]
            if signs.listens(text):
                return True
            mine = words.subjects(self._read.bare[line]) if mine is None else mine
            if mine & words.subjects(text):
                return True
        return False

    def _moving(self) -> list[int]:
        """Return, for each line, how many lines from it on tell of work that goes on."""
        counts = [0] * (len(self._read.lines) + 1)
        for index in range(len(self._read.lines) - 1, -1, -1):
            counts[index] = counts[index + 1] + self._goes_on(index)
        return counts

    def _goes_on(self, index: int) -> bool:
        if self._told.roles[index] is not Role.PLAIN or (
            self._told.shutdown is not None and index > self._told.shutdown
        ):
            return False
        text, level = self._read.bare[index], self._read.levels[index]
        if self._read.dull[index]:
            return level not in _COMPLAINING and not self._alike(text)
        if self._stamped and text == self._read.lines[index] and level is Level.NONE:
            return False  # it goes on with the record above it
        if level in _COMPLAINING or not readable(text) or text[:1].isspace() or text.endswith(":"):
            return False  # a complaint, a detail, or the head of a list
        if words.complains(text) or words.leaves(text) or words.waits(text) or words.advises(text):
            return False
        return not self._attached(index)

    def _alike(self, text: str) -> bool:
        """Whether a dull line waits or complains, asked once for each shape."""
        shape = _shape(text)
        if shape not in self._waiting:
            self._waiting[shape] = words.waits(text) or words.complains(text)
        return self._waiting[shape]

    def _attached(self, index: int) -> bool:
        """Whether the line is what the program says each time after the same failure: that is no work that goes on."""
        if index == 0 or self._read.levels[index - 1] not in _LOUD:
            return False
        failures, mine = self._shapes[_shape(self._read.bare[index - 1])], self._shapes[_shape(self._read.bare[index])]
        return failures >= _AGAIN and abs(failures - mine) * _AGAIN <= failures

    def _counted(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for index, text in enumerate(self._read.bare):
            if not self._read.dull[index]:
                shape = _shape(text)
                counts[shape] = counts.get(shape, 0) + 1
        return counts


def _shape(text: str) -> str:
    return text[:200].translate(DIGITS)


def _segment(read: Lines, candidate: _Candidate) -> Segment:
    if candidate.crash is not None:
        crash = candidate.crash
        return Segment(SegmentKind.CRASH, crash.first, crash.end, candidate.line, crash)
    level = read.levels[candidate.line]
    kind = SegmentKind.BURST
    if level is Level.FATAL:
        kind = SegmentKind.FATAL
    elif level is Level.ERROR or words.telling(read.bare[candidate.line]) > 0:
        kind = SegmentKind.ERROR
    line = blocks.continued(read, candidate.line)
    first, end = blocks.block(read, min(line, candidate.line), max(line, candidate.line) + 1)
    return Segment(kind, first, end, line)


def _any(read: Lines, told: Told) -> tuple[Segment, ...]:
    """Return the last readable line as a segment, where nothing else may lead."""
    for wanted in (Role.PLAIN, Role.AFTERMATH, Role.BACKGROUND, Role.ECHO, Role.USAGE, Role.DETAIL):
        for index in range(len(read.lines) - 1, -1, -1):
            if told.roles[index] is wanted and readable(read.lines[index]):
                return (Segment(SegmentKind.BURST, index, index + 1, index),)
    return ()
