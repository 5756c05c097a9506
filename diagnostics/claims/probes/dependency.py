"""A dependency behind a probe's kill: the log complains of it again and again, and the program never got over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.claims.giving_up import given_up
from diagnostics.claims.groups import WAITING, trouble
from diagnostics.claims.probes import access, failures
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.probe_texts import MISCONFIGURED
from diagnostics.transcript import signs

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.claims.probes.failures import Failing

KINDS: Final = {EndedBy.LIVENESS_PROBE: "Liveness", EndedBy.STARTUP_PROBE: "Startup"}
AGAIN: Final = 2
"""Lines that complain of the dependency: one alone may be a moment's trouble."""
MANY: Final = 4
"""Hosts that a program does not all need: it watches or serves them (ours)."""
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
WENT_ON: Final = 10
"""Lines after a complaint that was made only once: the program has gone on with other things."""
_ANSWERED: Final = ('" 200', "status=200", "request")


def killing(case: Case) -> Failing | None:
    """Return the probe that had the suspect killed, or None when something else ended it."""
    end, suspect = case.ended, case.suspect
    if end is None or suspect is None or end.ended_by not in KINDS:
        return None
    return failures.read(case, suspect, KINDS[end.ended_by])


def misread(case: Case, hit: Claim) -> bool:
    """Whether nothing stands behind a probe's kill: the probe is wrong, or the program went on, or got through."""
    probe = killing(case)
    if probe is None:
        return False
    told = {hit.line, *(other.line for other in case.claims if other.type in trouble(hit.type))}
    went_on = len(told) < AGAIN and len(case.transcript.lines) - hit.line > WENT_ON
    return probe.fault in MISCONFIGURED or went_on or _taken_back(case, max(told)) or _outlived(case, probe, told)


def complaint(case: Case) -> Claim | None:
    """Return the newest complaint of a dependency in a program that a probe had killed for being unwell.

    The level and the distance from the end do not count here: such a program does not die of it, it goes on asking.
    A line after the last complaint that says it is connected, or serves, takes it back.
    """
    probe = killing(case)
    if probe is None or probe.fault in MISCONFIGURED:
        return None
    hits = [hit for hit in case.claims if hit.type in WAITING and not hit.wrapper]
    lines = {hit.line for hit in hits}
    if len(lines) < AGAIN or _outlived(case, probe, lines) or len({hit.names.get("host") for hit in hits}) >= MANY:
        return None
    if all(hit.names.get("host") in _HERE for hit in hits) and given_up(case) is not None:
        return None  # what it cannot reach is a part of itself, whose end its own log tells
    newest = max(hits, key=lambda hit: hit.line)
    return None if _taken_back(case, newest.line) else newest


def _outlived(case: Case, probe: Failing, complaints: set[int]) -> bool:
    """Whether the probe itself was answered well after most of the complaints."""
    return access.outlived(access.passed(case.transcript, probe.probe), complaints)


def _taken_back(case: Case, complaint: int) -> bool:
    """Whether a line after the complaint says that the program is connected, or serves."""
    return any(signs.lives(line) and not _served(line) for line in case.transcript.lines[complaint + 1 :])


def _served(line: str) -> bool:
    """Whether the line only tells of a request that was answered: other requests may need no dependency."""
    return any(word in line for word in _ANSWERED)
