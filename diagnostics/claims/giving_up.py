"""Had the program failed for good before the kubelet ended it? A fatal error, and nothing but waiting after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import Speaker
from diagnostics.patterns import compiled
from diagnostics.transcript import signs, words
from diagnostics.transcript.model import Level, Role, SegmentKind
from diagnostics.transcript.prefilter import DIGITS

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.transcript.model import Segment, Transcript

WAITED: Final = 3
"""Lines of waiting behind an error, before it counts as the last thing that happened."""

WORKED: Final = 2
"""Lines of work after a failure that was caught, from which on the program had got over it."""

OUTLIVED: Final = 8
"""The same after one that nobody caught, or a fatal record."""

FATAL_KINDS: Final = frozenset({SegmentKind.CRASH, SegmentKind.FATAL})

_WAITS: Final = compiled(r"(?i)\bwait(?:s|ed|ing)?\b|\bnot (?:yet )?(?:ready|started|up)\b|\bpending\b")
_IDLE: Final = frozenset({Role.ECHO, Role.DETAIL, Role.USAGE})


def given_up(case: Case) -> Segment | None:
    """Return the words with which the program failed before it was ended from outside, or None."""
    told = case.transcript
    segment = next(iter(told.segments), None)
    if segment is None or told.roles[segment.line] in {Role.ECHO, Role.BACKGROUND} or _answers(case, segment):
        return None
    if told.shutdown is not None and segment.line > told.shutdown:
        return None  # it was being stopped already
    if told.progress is not None and told.progress.last_line > segment.end:
        return None
    after = told.lines[segment.end :]
    if any(signs.lives(line) for line in after) and not any(signs.stillborn(line) for line in after):
        return None
    if segment.kind in FATAL_KINDS:
        return None if _worked_on(told, segment) else segment
    return segment if segment.kind is SegmentKind.ERROR and _only_waits(told, segment.end) else None


def _worked_on(told: Transcript, segment: Segment) -> bool:
    """Whether the program told of work after a failure, so that it was none for good.

    Of an exception that was caught a few lines say so; after one that nobody caught, and after a fatal record, others
    may be alive for longer.
    """
    thrown = segment.crash is None or segment.crash.uncaught
    end = len(told.lines) if told.shutdown is None else max(told.shutdown, segment.end)
    mine = told.bare[segment.line][:500].translate(DIGITS)
    again = (index for index in range(end - 1, segment.line, -1) if told.bare[index][:500].translate(DIGITS) == mine)
    begin = max(segment.end, next(again, segment.line) + 1)  # what is said again later was not got over before
    work, rounds = 0, Counter(words.folded(text[:500]) for text in told.bare[begin:end])
    for index in range(begin, end):
        text = told.bare[index][:500]
        plain = told.roles[index] in (Role.PLAIN, Role.AFTERMATH) and told.levels[index] in (Level.NONE, Level.QUIET)
        leaves = words.leaves(text) and rounds[words.folded(text)] < WORKED  # what is done again and again is work
        aside = words.complains(text) or _WAITS.search(text) is not None or leaves or words.advises(text)
        work += plain and not aside and text[:1].isalnum()
    return work >= (OUTLIVED if thrown else WORKED)


def _answers(case: Case, segment: Segment) -> bool:
    """Whether the words are what a server answers its clients: theirs is the failure, and it goes on."""
    speakers = {claim.speaker for claim in case.claims if claim.line == segment.line}
    return speakers == {Speaker.PEER} and segment.crash is None


def _only_waits(told: Transcript, begin: int) -> bool:
    """Whether all that was said from there on is that it waits."""
    rest = [told.lines[index] for index in range(begin, len(told.lines)) if told.roles[index] not in _IDLE]
    said = [line for line in rest if line.strip()]
    return len(said) >= WAITED and all(_WAITS.search(line[:500]) is not None for line in said)
