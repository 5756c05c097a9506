"""Which claim explains the end: the first one that the end itself allows for.

Only one claim leads. Causes ask whether it is one of theirs, so that two of them never claim the same death.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import config_sources, named, not_loaded, ran_out, unread_files, why_unread
from diagnostics.claims.claim import Exactness
from diagnostics.claims.giving_up import given_up
from diagnostics.claims.groups import REFUSED, SETTINGS, STANDING, VAGUE, WAITING, trouble
from diagnostics.claims.model import ClaimType, Speaker
from diagnostics.claims.reading import repeated
from diagnostics.facts.model import EndedBy
from diagnostics.facts.model import Role as ContainerRole
from diagnostics.facts.pods.stability import failing
from diagnostics.patterns import compiled
from diagnostics.transcript import noise, signs, survived, words
from diagnostics.transcript.model import Level, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container, Termination

OWN_END: Final = frozenset({EndedBy.PROGRAM, EndedBy.UNKNOWN_KILL})
"""Ends in which the program's last words may be the reason."""

PROBED: Final = frozenset({EndedBy.LIVENESS_PROBE, EndedBy.STARTUP_PROBE})
"""Ends behind which something else may stand: the probe failed because the program waited, or had given up."""

FAULTS: Final = frozenset({132, 135, 136, 139})
"""Exit codes of signals that the CPU raises in native code (128 + n): words that were survived explain none."""

WAITED_S: Final = 20.0
"""Seconds a container must have waited before that is a failure."""

MANY: Final = 4
"""Hosts that a program does not all wait for: it watches or serves them (ours)."""

AGAIN: Final = 3
"""Times from which on a refusal that a running program meets is what keeps it from being ready."""

PASSED_ON: Final = 12
"""Lines above the words that only carry another's end, among which that other's words may stand."""

_FAULT: Final = compiled(
    r"(?i)\bindex (?:is |was )?out of\b|\bout[ _]of[ _](?:range|bounds)\b|_range_check\b|\bnull ?pointer|\bnil pointer"
    r"|\bNullReference|\bCannot read propert|\bundefined \(reading|\bis not a function\b|\bdivi(?:de|sion) by zero"
    r"|\bZeroDivision"
    r"|\battempt to (?:add|subtract|multiply|negate) with overflow|\bsubscript out of"
    r"|\binternal error: entered unreachable code"
)
"""What runtimes say of a fault of the code: no failure that went before explains it."""

CLOSE_BY: Final = 6
"""Lines before and after last words that nothing is known of, in which the reason may stand."""

RETRY_BELOW: Final = 20
"""Lines below a failure, its trace among them, in which the program says what it tries again."""

NEXT: Final = 3
"""Segments that are asked when the final one's words only carry what another says."""

_LEVELS: Final = frozenset({Level.WARN, Level.ERROR, Level.FATAL})


def leading(case: Case) -> Claim | None:
    """Return the claim that says why the suspect died (or cannot go on), or None when none is to be trusted."""
    if not case.leading:
        case.leading.append(_leading(case))
    return case.leading[0]


def _leading(case: Case) -> Claim | None:
    suspect = failing(case)
    if suspect is None:
        return None
    end, waits = case.ended, waiting(case, suspect)
    for claim in candidates(case):
        if end is not None and end.ended_by in OWN_END and not waits and _failed(case, end, claim):
            return claim
        if claim.type in WAITING and _insisted(case, claim) and (waits or (end is not None and end.ended_by in PROBED)):
            return claim
        if claim.type in REFUSED and (waits or (end is not None and end.ended_by in PROBED)) and _again(case, claim):
            return claim
        if end is not None and end.ended_by in PROBED and (_gave_up(case, claim) or _over_and_over(case, claim)):
            return claim
    return None


def candidates(case: Case) -> Iterator[Claim]:
    """Yield the claims that may lead: those of the final words; of the words before where these only carry others."""
    told = [
        claim
        for claim in case.claims
        if claim.type not in VAGUE and claim.speaker is not Speaker.PEER and _unset(case, claim)
    ]
    own = [claim for claim in told if claim.deciding]
    believed = [claim for claim in own if not claim.wrapper]
    yield from not_loaded.reasons(case.transcript, told)
    yield from config_sources.reasons(case.transcript, told)
    yield from unread_files.reasons(case, told)
    yield from why_unread.reasons(case.transcript, told)
    yield from ran_out.reasons(case.transcript, told)
    yield from _refused_before(case, believed, told)
    yield from believed
    if not believed and carries_only(case):
        most = min(NEXT, len(case.transcript.segments))  # what stands in none was got over
        yield from (claim for claim in told if 0 < claim.segment < most and not claim.wrapper)
        yield from _passed_on(case, told)
    for wrapper in (claim for claim in own if claim.wrapper):
        yield from (claim for claim in told if not claim.wrapper and claim.type in trouble(wrapper.type))
        yield wrapper
    went_on = case.transcript.roles
    yield from (
        claim
        for claim in told
        if not claim.deciding and claim.type in WAITING | STANDING and went_on[claim.line] is not Role.BACKGROUND
    )
    if not own:
        yield from _close_by(case, told)


def _refused_before(case: Case, own: Sequence[Claim], told: Sequence[Claim]) -> Iterator[Claim]:
    """Yield who refused directly before a bare failure to connect: it was reached, and that is what it said."""
    end = case.transcript.deciding
    bare = own and all(claim.type is ClaimType.UNREACHABLE and not claim.names.get("host") for claim in own)
    if end is None or not bare:
        return
    near = range(max(0, end - CLOSE_BY), end)
    before = (claim for claim in told if claim.type in REFUSED and claim.line in near and not claim.wrapper)
    for claim in sorted(before, key=lambda claim: -claim.line):
        yield replace(claim, segment=len(case.transcript.segments) - 1)


def _close_by(case: Case, told: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what stands directly beside last words that nothing is known of: the nearest first, none got over."""
    end = case.transcript.deciding
    if end is None or _thrown(case):
        return
    near = range(max(0, end - CLOSE_BY), end + CLOSE_BY + 1)
    for claim in sorted(told, key=lambda claim: (abs(claim.line - end), claim.line)):
        text, level = case.transcript.bare[claim.line], case.transcript.levels[claim.line]
        loose = claim.exactness is Exactness.FAMILY and level is not Level.FATAL and not words.closed(text)
        if claim.line not in near or claim.wrapper or loose:
            continue
        if not words.complains(text) or noise.facility(text):
            continue
        if not words.waits(text) and not survived.gone_on(text, mild=level is not Level.ERROR):
            yield replace(claim, segment=len(case.transcript.segments) - 1)


def _passed_on(case: Case, told: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what a child said before the program passed its end on: the newest first, none that was got over."""
    end = case.transcript.deciding
    before = () if end is None else range(max(0, end - PASSED_ON), end)
    for claim in sorted(told, key=lambda claim: -claim.line):
        if claim.line not in before or claim.wrapper or claim.exactness is Exactness.FAMILY:
            continue
        text, level = case.transcript.bare[claim.line], case.transcript.levels[claim.line]
        if not words.waits(text) and not survived.gone_on(text, mild=level is not Level.ERROR):
            yield replace(claim, segment=len(case.transcript.segments) - 1)


def claiming(case: Case, types: frozenset[ClaimType]) -> Claim | None:
    """Return the leading claim when it is one of the types."""
    claim = leading(case)
    return claim if claim is not None and claim.type in types else None


def carries_only(case: Case) -> bool:
    """Whether the final words say nothing of their own: "exit status 1", "startup failed", "see above"."""
    line = case.transcript.deciding
    if line is not None and _thrown(case) and _FAULT.search(case.transcript.bare[line][: words.LOOKED]) is not None:
        return False
    return line is None or words.carries(case.transcript.bare[line]) or not words.complains(case.transcript.bare[line])


def _thrown(case: Case) -> bool:
    """Whether the final words are those of a crash that nobody caught: what it says was wrong is what ended it."""
    crash = case.transcript.segments[0].crash if case.transcript.segments else None
    return crash is not None and crash.uncaught and bool(crash.root.message) and not words.carries(crash.root.message)


def waiting(case: Case, suspect: Container) -> bool:
    """Whether the suspect runs and gets nowhere: an init container that waits, or a program that is never ready."""
    if suspect.running_since is None or (case.now - suspect.running_since).total_seconds() < WAITED_S:
        return False
    return not suspect.terminations and (suspect.role is ContainerRole.INIT or not suspect.ready)


def agrees(case: Case, claim: Claim) -> bool:
    """Whether the claim stands in the final words of a program that ended by itself with a failure."""
    end = case.ended
    return claim.deciding and end is not None and end.ended_by is EndedBy.PROGRAM and end.exit_code != 0


def _failed(case: Case, end: Termination, claim: Claim) -> bool:
    """Whether the end was a failure: words outweigh exit code 0 where they stand in the final trouble."""
    if claim.segment >= len(case.transcript.segments):
        return False
    survived_by = claim.type in SETTINGS | WAITING | REFUSED and not stopped(case, claim.line)
    if end.exit_code in FAULTS and survived_by and _went_on(case, claim):
        return False
    if end.exit_code != 0:
        return True
    if claim.exactness is Exactness.FAMILY and (not claim.deciding or _went_on(case, claim)):
        return False
    return case.transcript.levels[claim.line] in _LEVELS or _ended_on(case, claim)


def stopped(case: Case, line: int) -> bool:
    """Whether the line is a fatal record after which the program was stopping: a fault then comes of the way out."""
    told = case.transcript
    if told.levels[line] is not Level.FATAL:
        return False
    return any(signs.asked(text) for text in told.bare[line + 1 :])


def _ended_on(case: Case, claim: Claim) -> bool:
    """Whether a line without a level is what it gave up for: it says why, or nothing followed what was thrown."""
    if not claim.deciding or case.transcript.levels[claim.line] is not Level.NONE:
        return False
    thrown = any(said.line == claim.line for crash in case.transcript.crashes for said in crash.chain)
    return words.closed(case.transcript.bare[claim.line]) or (thrown and not _went_on(case, claim))


def _went_on(case: Case, claim: Claim) -> bool:
    """Whether anything was said after the line that does not follow from it: a fault of native code came later."""
    roles, lines = case.transcript.roles, case.transcript.lines
    return any(roles[at] is Role.PLAIN and lines[at].strip() for at in range(claim.line + 1, len(lines)))


def _insisted(case: Case, claim: Claim) -> bool:
    """Whether the complaint was repeated, or is the last that was said: after a single one the program went on."""
    if _beside_the_work(case, claim) or _of_many(case, claim):
        return False
    if repeated(case.claims)[claim.source] > 1:
        return True
    rest = range(claim.line + 1, len(case.transcript.lines))
    went_on = (case.transcript.roles[line] is Role.PLAIN and case.transcript.lines[line].strip() for line in rest)
    return claim.deciding and not any(went_on)


def _of_many(case: Case, claim: Claim) -> bool:
    """Whether a program that a probe ended complains of many hosts: it watches them, and waits for none."""
    end = case.ended
    if end is None or end.ended_by not in PROBED or claim.type not in WAITING:
        return False
    return len({other.names.get("host", "") for other in case.claims if other.source == claim.source}) >= MANY


def _beside_the_work(case: Case, claim: Claim) -> bool:
    """Whether what is tried again is a facility that the program starts without: its profiler, its tracer."""
    bare = case.transcript.bare
    if noise.facility(bare[claim.line]):
        return True
    said = words.folded(bare[claim.line])
    near = range(claim.line + 1, min(len(bare), claim.line + RETRY_BELOW))
    again = next((line for line in near if words.waits(bare[line]) and words.folded(bare[line]) != said), None)
    return again is not None and noise.facility(bare[again])


def _again(case: Case, claim: Claim) -> bool:
    """Whether it is said again and again, up to the last words: a program that waits for a right asks on."""
    lines = [other.line for other in case.claims if other.source == claim.source]
    return len(set(lines)) >= AGAIN and max(lines) >= len(case.transcript.lines) - AGAIN * 2


def _over_and_over(case: Case, claim: Claim) -> bool:
    """Whether the program met the same trouble at each of its tries, and nothing says that one succeeded."""
    told = case.transcript
    lines = {other.line for other in case.claims if other.source == claim.source and other.type is claim.type}
    if len(lines) < AGAIN or claim.type not in STANDING:
        return False
    return not any(signs.lives(line) for line in told.lines[max(lines) + 1 :])


def _gave_up(case: Case, claim: Claim) -> bool:
    """Whether the program had given up before the probe had it killed."""
    return claim.deciding and given_up(case) is not None


def _unset(case: Case, claim: Claim) -> bool:
    """Whether the variable that a crashing line of code reads is really what is wrong; true for every other claim.

    Of nothing (None, undefined, nil) only an unset variable is the origin; an empty text may come from a value too.
    """
    lack = claim.names.get("lack")
    if lack is None:
        return True
    state = named.variable(case, claim.names.get("var", "")).state
    return state is not named.State.PRESENT if lack == "none" else state is not named.State.ABSENT or lack == "empty"
